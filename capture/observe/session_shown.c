/* What of a session the capture shows. */
#include "capture/observe/observe_internal.h"

void session_hide(struct session_record *session, unsigned shown, const char *why)
{
	session->shown &= ~shown;
	if (!session->not_shown)
		session->not_shown = why;
}

/* A session that begins otherwise than with an Inform may have begun before the capture,
 * or on a connection that passed elsewhere. */
static bool may_have_begun_before(const struct observer *observer,
    const struct http_record *first)
{
	const struct frame_ref *syn = &first->links.conn->tcp.syn;

	return first->head.cookie || syn->number == 0 ||
	       syn->time - observer->first.time < session_grace;
}

static const char start_missing[] = "start of session missing";

void session_look_at_start(const struct observer *observer,
    struct session_record *session, const struct http_record *http)
{
	if (session->messages.len == 0) {
		if (http->on != ON_INFORM &&
		    (!http->is_request || may_have_begun_before(observer, http)))
			session_hide(session, SHOWN_START, start_missing);
	} else if (http->on == ON_INFORM && session_is_probe(session)) {
		session->shown |= SHOWN_START;
		if (session->not_shown == start_missing)
			session->not_shown = NULL;
	}
}

void session_look_at_conns(struct session_record *session)
{
	static const unsigned fins = CONN_CLIENT_FIN_MISSED | CONN_SERVER_FIN_MISSED;

	for (size_t i = 0; i < session->conns.len; i++) {
		const struct conn_record *conn = session->conns.items[i];

		if ((conn->flags & CONN_ONE_SIDED) ||
		    !conn->tcp.has_seen[FROM_CLIENT] ||
		    !conn->tcp.has_seen[FROM_SERVER])
			session_hide(session, SHOWN_BOTH,
			    "one direction of the connection is missing");
		if (conn->tcp.has_gap)
			session_hide(session, SHOWN_WHOLE,
			    "bytes are missing from the capture");
		if (session->outcome != SESSION_COMPLETE &&
		    (conn->flags & fins) == fins)
			session_hide(session, SHOWN_END,
			    "the end of the connection is missing");
		if (conn->tls.no_secrets)
			session_hide(session, SHOWN_WHOLE,
			    "no secrets for this TLS session");
	}
}

/* It may have gone on in a connection of which too little was seen to tell. */
void session_look_at_what_followed(struct session_record *session)
{
	if (session->outcome == SESSION_RUNNING && session->host &&
	    session->host->blind > session->end.number)
		session_hide(session, SHOWN_END,
		    "a connection after it is not in the capture as a whole");
}

/* Sessions that the capture hides may have changed what this one is judged by. */
void session_look_at_past(struct session_record *session)
{
	const struct device_record *device = session->device;
	const struct past_session *last =
	    device->past.len > 0 ? &device->past.items[device->past.len - 1] : NULL;
	const struct cpe_record *host = session->host;

	if (host && host->blind > 0 && (!last || host->blind >= last->start.number))
		session_hide(session, SHOWN_PAST,
		    "a session before this one is not in the capture as a whole");
	if (last && session_is_twin(session, last))
		session_hide(session, SHOWN_PAST,
		    "both sides of a NAT may be in the capture");
	if (last && last->start.number > session->start.number)
		session_hide(session, SHOWN_PAST,
		    "a later session of this CPE ended before this one");
	if (device->n_live > 1 || (host && host->n_unnamed > 0))
		session_hide(session, SHOWN_PAST,
		    "another session of this CPE has not ended");
}
