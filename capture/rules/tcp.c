/* Rules of the TCP connections that a session runs on (TR-069 A6 3.4.1, 3.7.1.4). */
#include "capture/facts/history.h"
#include "capture/rules/catalogue.h"

/* No document says how soon. CPEs close what has been idle for so long at the latest (H3C,
 * "cwmp cpe wait timeout": 30 s to 1800 s). */
enum {
	CLOSE_WAIT_S = 1800
};
static const clock_ns grace = CLOSE_WAIT_S * NS_PER_S;

static const struct conn_record *conn_at(const struct session_record *session, size_t i)
{
	return session->conns.items[i];
}

/* The session's first or last message on its connection i, or null. */
static const struct http_record *first_on(const struct session_record *session,
    size_t i)
{
	return session->parts ? session->parts[i].first : NULL;
}

static const struct http_record *last_on(const struct session_record *session, size_t i)
{
	return session->parts ? session->parts[i].last : NULL;
}

/* The server's end is the first to say that nothing more comes. */
static bool is_closed_by_server(const struct conn_record *conn)
{
	return conn->tcp.server_fin.number > 0 && conn->tcp.rst.number == 0 &&
	       !(conn->flags & CONN_CLIENT_FIN_MISSED) &&
	       (conn->tcp.client_fin.number == 0 ||
		   conn->tcp.server_fin.number < conn->tcp.client_fin.number);
}

/* ---- TCP-01 ---------------------------------------------------------------------- */

static enum rule_verdict check_turned_round(struct whole *view)
{
	if (view->conn->http.server_posts.number == 0)
		return RULE_SILENT;
	return rule_broken_at(view, RULE_BY_CPE, view->conn->http.server_posts,
	    "the CPE sends its POST over a connection that the other end opened in frame "
	    "%llu",
	    (unsigned long long)view->conn->tcp.syn.number);
}

static enum rule_verdict check_opened(struct whole *view)
{
	return rule_kept_if(conn_at(view->session, 0)->tcp.syn.number > 0);
}

static const struct rule_check kept_opened[] = {
	{ .scope = WHOLE_SESSION, .check = check_opened },
	{ .check = NULL },
};

/* ---- TCP-02 ---------------------------------------------------------------------- */

/* Whether the CPE had a reason to leave the connection with last as its last message. */
static bool had_to_leave(const struct conn_record *conn, const struct http_record *last)
{
	bool is_whole =
	    conn->tcp.rst.number > 0 ||
	    (conn->tcp.client_fin.number > 0 && conn->tcp.server_fin.number > 0);

	/* An end that was not captured may have been the server's. */
	return !last || !is_whole || last->is_request || last->head.wants_close ||
	       last->on == ON_ACS_REDIRECT || is_closed_by_server(conn) ||
	       (conn->tcp.rst.number > 0 && conn->tcp.rst_from == FROM_SERVER);
}

static enum rule_verdict check_one_connection(struct whole *view)
{
	const struct session_record *session = view->session;

	for (size_t i = 1; i < session->conns.len; i++) {
		const struct conn_record *left = conn_at(session, i - 1);
		const struct http_record *next = first_on(session, i);

		if (!next || had_to_leave(left, last_on(session, i - 1)))
			continue;
		return rule_broken(view, next,
		    "the session goes on with port %u, though nothing ended the connection "
		    "of port %u",
		    next->links.conn->client_port, left->client_port);
	}
	return session->n_turns > 1 ? RULE_KEPT : RULE_SILENT;
}

/* ---- TCP-03 ---------------------------------------------------------------------- */

/* Whether the CPE owes a POST after this message. */
static bool owes_post(const struct http_record *http)
{
	return http->on == ON_INFORM_RESPONSE || http->on == ON_ACS_REQUEST ||
	       http->on == ON_ACS_RESPONSE || http->on == ON_ACS_FAULT;
}

static enum rule_verdict check_goes_on(struct whole *view)
{
	const struct session_record *session = view->session;
	const struct conn_record *last = conn_at(session, session->conns.len - 1);
	const struct http_record *message = last_on(session, session->conns.len - 1);

	if (session->outcome == SESSION_BROKEN && session->has_inform_response &&
	    message && owes_post(message) && is_closed_by_server(last) && view->host &&
	    view->host->last_syn < last->tcp.server_fin.number)
		return rule_broken_at(view, RULE_BY_CPE, view->now,
		    "the ACS closed the connection after its %s in frame %llu, and the CPE "
		    "does not go on with the session on another one",
		    message->envelope.name ? message->envelope.name : "answer",
		    (unsigned long long)message->frame.number);
	for (size_t i = 1; i < session->conns.len; i++) {
		const struct conn_record *left = conn_at(session, i - 1);
		const struct http_record *next = first_on(session, i);

		if (is_closed_by_server(left) && next && next->on != ON_INFORM)
			return RULE_KEPT;
	}
	return RULE_SILENT;
}

/* ---- TCP-04 ---------------------------------------------------------------------- */

static enum rule_verdict check_closes(struct whole *view)
{
	const struct session_record *session = view->session;
	const struct conn_record *conn = conn_at(session, session->conns.len - 1);
	const struct http_record *last =
	    session->messages.items[session->messages.len - 1];
	struct frame_ref closed = conn->tcp.client_fin;

	/* A proxy keeps its connections for whom it forwards for next. */
	if (session->outcome != SESSION_COMPLETE || session->forwarded)
		return RULE_SILENT;
	if (closed.number == 0 && conn->tcp.rst.number > 0)
		closed = conn->tcp.rst;
	if (closed.number == 0 && conn->tcp.server_fin.number > 0)
		closed = conn->tcp.server_fin;
	/* It is still spoken on: there was no end that the capture could miss. */
	if (closed.number == 0 && !conn->tcp.has_gap &&
	    conn->last.time - last->frame.time > grace)
		return rule_broken_at(view, RULE_BY_CPE, conn->last,
		    "the session is over since frame %llu, and its connection is still in "
		    "use more than %d s later",
		    (unsigned long long)last->frame.number, CLOSE_WAIT_S);
	if (closed.number == 0)
		return rule_not_judged(view, "the end of the connection is missing");
	if (closed.time - last->frame.time > grace)
		return rule_broken_at(view, RULE_BY_CPE, closed,
		    "the session is over since frame %llu, and the CPE keeps the connection "
		    "open for more than %d s",
		    (unsigned long long)last->frame.number, CLOSE_WAIT_S);
	return rule_kept_if(conn->tcp.client_fin.number > 0);
}

/* ---- TCP-05 ---------------------------------------------------------------------- */

static enum rule_verdict check_port(struct whole *view)
{
	const struct past_session *last = past_last(view->device);
	const struct conn_record *conn = conn_at(view->session, 0);

	/* A retry may carry 1 BOOT again without another start. */
	if (!last || !view_has_event(view, EVENT_BIT(BOOT)) ||
	    conn->tcp.syn.number < last->end.number ||
	    (last->event_bits & EVENT_BIT(BOOT) && !last->has_inform_response))
		return RULE_SILENT;
	if (conn->client_port != last->client_port)
		return RULE_KEPT;
	return rule_broken_at(view, RULE_BY_CPE, conn->tcp.syn,
	    "after its reboot the CPE connects from port %u, as it did before",
	    conn->client_port);
}

/* ---- table ----------------------------------------------------------------------- */

const struct rule rules_tcp[] = {
	{ .id = "TCP-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.1; HP 5920 CWMP figure 2, step 1",
	    .text = "The connection of a session is opened by the CPE.",
	    .example =
		"The ACS sends SYN, and the CPE answers with POST and its Inform.",
	    .scope = WHOLE_CONN,
	    .check = check_turned_round,
	    .more = kept_opened },
	{ .id = "TCP-02",
	    .who = RULE_BY_CPE,
	    .severity = RULE_SHOULD,
	    .basis = "TR-069 A6 3.4.1",
	    .text =
		"One TCP connection carries the whole session, as long as the ACS keeps "
		"it open.",
	    .example =
		"The CPE closes after InformResponse and sends its empty POST on a "
		"new connection.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .is_common = true,
	    .check = check_one_connection },
	{ .id = "TCP-03",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.1",
	    .text =
		"Where the ACS closes the connection between two messages, the CPE goes "
		"on with the session on a new one.",
	    .example = "GetParameterValues comes with Connection: close; the CPE never "
		       "sends its response.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_ALL,
	    .check = check_goes_on },
	{ .id = "TCP-04",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis =
		"HP 5920 CWMP figure 2, step 11; TR-069 A6 3.7.1.4; H3C cwmp cpe wait "
		"timeout",
	    .text = "The CPE closes the connection when the session is over.",
	    .example =
		"204 answers the empty POST; the connection stays open for an hour.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_closes },
	{ .id = "TCP-05",
	    .who = RULE_BY_CPE,
	    .severity = RULE_SHOULD,
	    .basis = "TR-069 A6 3.2.1.1",
	    .text =
		"After a reboot the first connection has another source port than the "
		"last one before.",
	    .example = "Every Inform with 1 BOOT comes from port 1024.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_port },
	{ .id = NULL },
};
