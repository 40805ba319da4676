/* How a session begins, goes on and ends, and what of it the capture shows. */
#include "capture/observe/observe_internal.h"
#include "capture/record/of_text.h"
#include "lib/cwmp/cwmp_secrets.h"

#include <errno.h>
#include <stdlib.h>

/* ---- begin ------------------------------------------------------------------------- */

struct session_record *session_new(struct conn_state *state, struct frame_ref frame)
{
	struct observer *observer = state->observer;
	struct session_record *session = malloc(sizeof(*session));
	const struct conn_record *conn = state->record;

	if (!session) {
		observer->memory.error = -ENOMEM;
		return NULL;
	}
	*session = (struct session_record){ .arena = { .max = OBSERVER_ARENA_MAX,
						.pool = &observer->memory.pool } };
	session->host = conn_host(state, frame);
	if (session->host) {
		session->host->refs++;
		session->host->n_unnamed++;
		session->host->sessions_since_boot++;
	}
	session->shown = SHOWN_ALL;
	session->start =
	    conn->tcp.syn.number > 0 && !state->session ? conn->tcp.syn : frame;
	session->end = frame;
	list_append(&observer->queues.running, &session->list);
	return session;
}

enum {
	CONNS_FEW = 16 /* through which one looks as fast as in a table */
};

static struct str conn_key(const struct conn_record *conn)
{
	return str_make(&conn->id, sizeof(conn->id));
}

/* Connections stand in the table with their places plus one. */
static void know_conn(struct observer *observer, struct session_record *session,
    uint32_t place)
{
	struct conn_record *conn = session->conns.items[place];
	void *value = (void *)(uintptr_t)(place + 1);

	session->conns_known.seed = observer->options.hash_seed;
	if (map_put(&session->conns_known, conn_key(conn), value) < 0)
		observer->memory.error = -ENOMEM;
}

/* Where the connection stands among those of the session; their number when it does not. */
static uint32_t find_conn(const struct session_record *session,
    const struct conn_record *conn)
{
	const struct records *conns = &session->conns;
	uintptr_t known;

	if (conns->len > CONNS_FEW) {
		known = (uintptr_t)map_get(&session->conns_known, conn_key(conn));
		return known ? (uint32_t)known - 1 : conns->len;
	}
	for (uint32_t i = conns->len; i-- > 0;) {
		if (conns->items[i] == conn)
			return i;
	}
	return conns->len;
}

static void push_conn(struct observer *observer, struct session_record *session,
    struct conn_record *conn)
{
	uint32_t len = session->conns.len;

	conn_ref(conn);
	observer_push_in(observer, &session->arena, &session->conns, conn);
	/* With the first that is one too many for a look at all, all of them. */
	for (uint32_t i = len == CONNS_FEW ? 0 : len;
	     len >= CONNS_FEW && i < session->conns.len; i++)
		know_conn(observer, session, i);
}

/* The connection goes over to another session. */
static void leave(struct conn_state *state)
{
	struct session_record *session = state->session;

	conn_forget_session(state);
	session_conn_over(state->observer, session, state->record->last);
}

void session_add_conn(struct session_record *session, struct conn_state *state)
{
	struct observer *observer = state->observer;

	if (!session || state->session == session)
		return;
	session->open_conns++;
	if (state->session)
		leave(state);
	state->session = session;
	session->lacks |= conn_lacks(state->conn);
	if (session->lacks & LACKS_PACKETS)
		session_hide(session, SHOWN_END | SHOWN_PAST, "no packets");
	list_remove(&session->list);
	list_append(&observer->queues.running, &session->list);
	state->place = find_conn(session, state->record);
	if (state->place == session->conns.len)
		push_conn(observer, session, state->record);
}

/* ---- go on ------------------------------------------------------------------------- */

/* TR-069 A6 3.7.1.4: it is over when the ACS answers empty and the CPE has said that it
 * has nothing more; both orders of the last two are seen. */
static void follow(struct session_record *session, const struct http_record *http)
{
	switch (http->on) {
	case ON_INFORM:
		if (!session->has_inform_response)
			session->inform = (struct http_record *)(uintptr_t)http;
		break;
	case ON_INFORM_RESPONSE:
		session->has_inform_response = true;
		break;
	case ON_CPE_EMPTY:
		session->is_done =
		    session->has_inform_response || !(session->shown & SHOWN_START);
		break;
	case ON_ACS_EMPTY:
		if (session->is_done)
			session->outcome = SESSION_COMPLETE;
		return;
	default:
		break;
	}
	if (http->is_request)
		session->outcome = SESSION_RUNNING;
}

/* "https://acs.lab:7548/cwmp", as the request names it. */
static const char *url_of(struct observer *observer, const struct http_record *http)
{
	auto_buf text = BUF_NULL;
	bool is_whole = str_starts(str_of(http->head.target), STR("http"));

	if (!http->head.host || !http->head.target)
		return NULL;
	if (!is_whole) {
		buf_append_text(&text,
		    http->links.conn->tls.is_used ? "https://" : "http://");
		buf_append_text(&text, http->head.host);
	}
	buf_append_str(&text, str_of(http->head.target));
	return observer_intern(observer, buf_str(&text));
}

/* Not when it begins: that it is a session must be certain, so that none is missing in the
 * numbers, and whoever is told of sessions as they end must know theirs by then. */
static void give_id(struct observer *observer, struct session_record *session)
{
	if (session->id == 0)
		session->id = ++observer->last_session;
}

/* SOAP has other users: an envelope that names neither CWMP nor a method of it is theirs. */
static bool is_cwmp(const struct http_record *http)
{
	return http->envelope.is_there &&
	       (http->envelope.ns != CWMP_NS_UNKNOWN ||
		   http->envelope.rpc != CWMP_UNKNOWN_METHOD ||
		   http->envelope.kind == CWMP_FAULT);
}

/* In a text, the head of an envelope that was left out. */
static bool is_head_alone(const struct session_record *session,
    const struct http_record *http)
{
	return (session->lacks & LACKS_PACKETS) && http->body.is_cut &&
	       str_find(str_of(http->head.content_type), STR("xml"), NULL);
}

void session_take(struct observer *observer, struct session_record *session,
    struct http_record *http)
{
	session_look_at_start(observer, session, http);
	http->links.place = session->messages.len;
	observer_push_in(observer, &session->arena, &session->messages, http);
	if (http->on == ON_ACS_REQUEST &&
	    http->envelope.rpc == CWMP_SET_PARAMETER_VALUES)
		session->last_set = http;
	session->n_envelopes +=
	    is_cwmp(http) || http->body.is_soap_like || is_head_alone(session, http);
	if (session->n_envelopes > 0 && !session->is_relay)
		give_id(observer, session);
	session->end = http->frame;
	if (!session->url && http->is_request)
		session->url = url_of(observer, http);
	if (http->body.is_cut)
		session_hide(session, SHOWN_WHOLE,
		    "bytes are missing from the capture");
	if (http->body.is_soap_like)
		session_hide(session, SHOWN_WHOLE, "a message cannot be read");
	follow(session, http);
	if (session->host && session->n_envelopes > 0 && !session->is_relay)
		session->host->running = session;
}

/* ---- end --------------------------------------------------------------------------- */

static bool is_passed_over(const struct http_record *answer)
{
	return answer->on == ON_ACS_CHALLENGE || answer->on == ON_ACS_REDIRECT;
}

static void make_turns(struct observer *observer, struct session_record *session)
{
	session->turns = observer_alloc_in(observer, &session->arena,
	    (session->messages.len + 1) * sizeof(*session->turns));
	for (size_t i = 0; session->turns && i < session->messages.len; i++) {
		struct http_record *http = session->messages.items[i];

		if (!http->is_request ||
		    (http->links.answer && is_passed_over(http->links.answer)))
			continue;
		session->turns[session->n_turns++] =
		    (struct turn){ http, http->links.answer };
	}
}

static void make_parts(struct observer *observer, struct session_record *session)
{
	session->parts = observer_alloc_in(observer, &session->arena,
	    (session->conns.len + 1) * sizeof(*session->parts));
	for (size_t i = 0; session->parts && i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];
		struct conn_part *part = &session->parts[http->links.conn_place];

		if (http->links.conn_place >= session->conns.len)
			continue; /* there was no memory to note it */
		if (!part->first)
			part->first = http;
		part->last = http;
	}
}

static void note_blind(struct session_record *session)
{
	static const unsigned seen = SHOWN_START | SHOWN_BOTH | SHOWN_WHOLE;
	struct device_record *device =
	    session->device ? session->device : cpe_device(session->host);

	if ((session->shown & seen) == seen && session->device)
		return;
	if (session->host)
		session->host->blind = session->end.number;
	if (device)
		device_forget(device);
}

static void tell_session(struct observer *observer, struct session_record *session)
{
	struct whole view = { .host = session->host,
		.device = session->device,
		.session = session,
		.conn = session->conns.items[0],
		.fleet = &observer->fleet,
		.now = observer->now };

	observer_tell(observer, WHOLE_SESSION, &view);
	if (!session->device)
		return;
	session_look_at_past(session);
	observer_tell(observer, WHOLE_DEVICE, &view);
	device_learn(observer, session);
}

/* Whether it was to be a session of CWMP, beyond doubt. */
static bool is_beyond_doubt(const struct observer *observer,
    const struct session_record *session)
{
	return session->n_envelopes > 0 || session->is_cwmp ||
	       acs_is_meant(observer, session->host, session->conns.items[0]);
}

static void look_for_failure(struct observer *observer, struct session_record *session)
{
	auto_buf text = BUF_NULL, words = BUF_NULL;
	struct why failure, *kept;

	if (!is_beyond_doubt(observer, session) ||
	    !why_of_session(&failure, &text, session, observer->now))
		return;
	kept = observer_alloc_in(observer, &session->arena, sizeof(*kept));
	if (!kept)
		return;
	*kept = failure;
	if (session->lacks & LACKS_PACKETS)
		of_text_append(&words, buf_str(&text));
	kept->text = observer_strdup_in(observer, &session->arena,
	    buf_str(words.len > 0 ? &words : &text));
	session->failure = kept;
	session->outcome = SESSION_BROKEN;
}

static void tell_failure(struct observer *observer, struct session_record *session)
{
	struct whole view = { .host = session->host,
		.device = session->device,
		.session = session,
		.conn = session->conns.items[0],
		.fleet = &observer->fleet,
		.failure = session->failure,
		.now = observer->now };

	if (session->failure)
		observer_tell(observer, WHOLE_FAILED, &view);
}

/* Whether all of its bytes are there, but no sense in them. */
static bool is_unreadable(const struct session_record *session)
{
	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];

		if (http->body.is_cut)
			return false;
	}
	for (size_t i = 0; i < session->conns.len; i++) {
		const struct conn_record *conn = session->conns.items[i];

		if (conn->tcp.has_gap)
			return false;
	}
	return true;
}

static bool is_blind(const struct session_record *session)
{
	const struct conn_record *conn = session->conns.items[0];

	return conn->tls.no_secrets;
}

static enum unjudged unjudged_of(const struct session_record *session)
{
	/* Of a text the rules that need no packets were asked. */
	if (session->failure || (session->lacks & LACKS_PACKETS) ||
	    (session->shown | SHOWN_PAST) == SHOWN_ALL)
		return UNJUDGED_NOT;
	if (is_blind(session))
		return UNJUDGED_SECRETS;
	if (!(session->shown & SHOWN_START))
		return UNJUDGED_START;
	if (!(session->shown & SHOWN_BOTH))
		return UNJUDGED_ONE_SIDED;
	if (!(session->shown & SHOWN_WHOLE))
		return is_unreadable(session) ? UNJUDGED_UNREADABLE : UNJUDGED_GAPS;
	return UNJUDGED_OTHER;
}

static void count(struct observer *observer, const struct session_record *session)
{
	struct observer_counts *counts = &observer->counts;

	counts->sessions++;
	counts->complete += session->outcome == SESSION_COMPLETE;
	counts->broken += session->outcome == SESSION_BROKEN &&
			  (!is_blind(session) || session->failure);
	counts->failed += session->failure != NULL;
	counts->unjudged[session->unjudged]++;
}

static void forget_cookies(struct observer *observer, struct session_record *session)
{
	for (size_t i = 0; i < session->cookies.len; i++) {
		struct str key;

		memcpy(&key, session->cookies.items[i], sizeof(key));
		if (map_get(&observer->index.by_cookie, key) == session)
			(void)map_remove(&observer->index.by_cookie, key);
	}
}

/* The session is over: it is kept, or freed where records are not kept. */
static void let_go(struct observer *observer, struct session_record *session,
    struct records *keep)
{
	forget_cookies(observer, session);
	relays_forget(observer, session);
	map_free(&session->conns_known);
	list_remove(&session->list);
	if (session->host && session->host->running == session)
		session->host->running = NULL;
	if (session->host)
		session->host->refs--;
	if (session->device_before)
		session->device_before->refs--;
	if (session->device) {
		session->device->n_live--;
		if (session->device->latest == session)
			session->device->latest = NULL;
	} else if (session->host) {
		session->host->n_unnamed--;
	}
	for (size_t i = 0; i < session->conns.len; i++)
		conn_unref(observer, session->conns.items[i]);
	if (observer->options.keep_records) {
		observer_push(observer, keep, session);
		return;
	}
	cwmp_secrets_free(&session->secrets);
	arena_free(&session->arena);
	free(session);
}

/* Messages without any envelope were no session of CWMP, unless they come from a CPE and hide
 * one. */
static bool is_session(const struct session_record *session)
{
	return session->n_envelopes > 0 || session->messages.len == 0 ||
	       (session->host && session->host->is_cwmp);
}

void session_end(struct observer *observer, struct session_record *session)
{
	if (!is_session(session) || session->is_relay) {
		let_go(observer, session, &observer->kept.dropped);
		return;
	}
	give_id(observer, session);
	session->ended = observer->now.number;
	for (size_t i = 0; i < session->conns.len; i++) {
		struct conn_record *conn = session->conns.items[i];

		conn->last_of_session = conn->last.number;
	}
	if (session->host)
		session->at = session->host->at;
	session_look_at_what_followed(session);
	if (session->outcome == SESSION_RUNNING && (session->shown & SHOWN_END))
		session->outcome = SESSION_BROKEN;
	session_look_at_conns(session);
	make_turns(observer, session);
	make_parts(observer, session);
	look_for_failure(observer, session);
	if (session->n_envelopes > 0)
		tell_session(observer, session);
	/* What had no message hides none, unless its bytes cannot be read. */
	if (session->messages.len > 0 || session->not_shown)
		note_blind(session);
	session->unjudged = unjudged_of(session);
	count(observer, session);
	tell_failure(observer, session);
	if (observer->options.ended)
		observer->options.ended(observer->options.ended_user, session);
	let_go(observer, session, &observer->kept.sessions);
}

enum {
	TEXT_WAITING_MAX = 64 /* sessions of a text that may still go on */
};

/* In a text no time need pass, after which a session that waits would end: more than some
 * do not wait, so that memory stays bounded. */
static void end_oldest_of_text(struct observer *observer)
{
	struct session_record *oldest = NULL;
	size_t n = 0;

	LIST_FOREACH (at, &observer->queues.waiting) {
		struct session_record *session =
		    list_entry(at, struct session_record, list);

		/* One that a connection is just joining waits no more. */
		if (!oldest && session->open_conns == 0)
			oldest = session;
		if (++n > TEXT_WAITING_MAX)
			break;
	}
	if (n > TEXT_WAITING_MAX && oldest)
		session_end(observer, oldest);
}

void session_conn_over(struct observer *observer, struct session_record *session,
    struct frame_ref frame)
{
	if (--session->open_conns > 0)
		return;
	if (frame.number > session->end.number)
		session->end = frame;
	if (!session_may_go_on(session)) {
		session_end(observer, session);
		return;
	}
	session->waits_since = frame.time;
	list_remove(&session->list);
	list_append(&observer->queues.waiting, &session->list);
	if (session->lacks & LACKS_PACKETS)
		end_oldest_of_text(observer);
}

/* What still comes on its connections is no more of it. Where the ACS had the last word, the CPE
 * may have lost its power, which ends a session as well as any breach would. */
static void leave_conns(struct session_record *session)
{
	const struct http_record *last = session_last(session);

	if (last && !last->is_request)
		session_hide(session, SHOWN_END, "its connection is never closed");
	for (size_t i = 0; i < session->conns.len && session->open_conns > 0; i++) {
		const struct conn_record *conn = session->conns.items[i];

		if (!conn->state || conn->state->session != session)
			continue;
		conn_forget_session(conn->state);
		session->open_conns--;
	}
}

void session_supersede(struct observer *observer, struct session_record *session,
    struct device_record *device)
{
	struct session_record *old = device->latest;

	device->latest = session;
	if (!old || old == session)
		return;
	/* A connection that nobody closes, as after a loss of power, does not keep it up. */
	if (old->open_conns > 0 && observer->now.time - old->end.time > session_grace)
		leave_conns(old);
	if (old->open_conns == 0)
		session_end(observer, old);
}

void sessions_sweep(struct observer *observer, struct frame_ref now)
{
	while (!list_empty(&observer->queues.waiting)) {
		struct session_record *session =
		    list_first(&observer->queues.waiting, struct session_record, list);

		if (now.time - session->waits_since < session_grace)
			return;
		session_end(observer, session);
	}
}

void sessions_finish(struct observer *observer)
{
	while (!list_empty(&observer->queues.waiting)) {
		struct session_record *session =
		    list_first(&observer->queues.waiting, struct session_record, list);

		if (observer->now.time - session->waits_since < session_grace)
			session_hide(session, SHOWN_END,
			    "the capture ends before the session");
		session_end(observer, session);
	}
}

void sessions_free(struct observer *observer)
{
	while (!list_empty(&observer->queues.waiting))
		let_go(observer,
		    list_first(&observer->queues.waiting, struct session_record, list),
		    &observer->kept.dropped);
	while (!list_empty(&observer->queues.running))
		let_go(observer,
		    list_first(&observer->queues.running, struct session_record, list),
		    &observer->kept.dropped);
}
