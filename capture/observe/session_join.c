/* Which session a message belongs to. A session is no connection: a CPE may go on with it
 * on another one (TR-069 A6 3.4.1), repeat its Inform elsewhere after a challenge or a
 * redirect, and a proxy may carry many sessions on one connection. What ties them is, in
 * this order: the session cookie, the connection, the CPE's address and the time. */
#include "capture/observe/observe_internal.h"
#include "capture/record/http_trace.h"

#include <errno.h>

enum {
	NEIGHBOURS_MAX = 64, /* sessions behind one address that are looked through */
	COOKIES_MAX = 16,    /* of a session that are looked through */
};

/* ---- cookies ----------------------------------------------------------------------- */

static struct str next_pair(struct str *list)
{
	struct str pair = *list;
	size_t end;

	if (str_find(*list, STR(";"), &end)) {
		pair.len = end;
		*list = str_from(*list, end + 1);
	} else {
		*list = STR_NULL;
	}
	return pair;
}

/* Whether the session was given that cookie, which another session may have as well. */
static bool was_given(const struct session_record *session, struct str key)
{
	for (size_t i = 0;
	     session && i < MIN(session->cookies.len, (uint32_t)COOKIES_MAX); i++) {
		struct str given;

		memcpy(&given, session->cookies.items[i], sizeof(given));
		if (str_eq(given, key))
			return true;
	}
	return false;
}

/* Some ACSs give every device the same cookie: then it is the connection that tells. */
static struct session_record *by_cookie(struct conn_state *state,
    const struct http_head *head)
{
	struct str list = http_header(head, "Cookie");
	char room[COOKIE_KEY_MAX];

	while (list.len > 0) {
		struct str key =
		    cookie_key(room, &state->conn->client, next_pair(&list));
		struct session_record *session =
		    key.len > 0 ? map_get(&state->observer->index.by_cookie, key)
				: NULL;

		if (session)
			return was_given(state->session, key) ? state->session
							      : session;
	}
	return NULL;
}

void session_take_cookies(struct observer *observer, struct session_record *session,
    const struct http_head *head)
{
	char room[COOKIE_KEY_MAX];
	struct str value;

	for (size_t n = 0; http_header_nth(head, "Set-Cookie", n, &value); n++) {
		struct str key = cookie_key(room,
		    &((struct conn_record *)session->conns.items[0])->client,
		    next_pair(&value));
		struct session_record *other;
		char *kept;

		if (key.len == 0)
			continue;
		other = map_get(&observer->index.by_cookie, key);
		if (other == session)
			continue;
		if (other)
			other->shares_cookie = session->shares_cookie = true;
		kept = observer_alloc_in(observer, &session->arena,
		    sizeof(struct str) + key.len);
		if (!kept)
			return;
		memcpy(kept + sizeof(struct str), key.p, key.len);
		key.p = kept + sizeof(struct str);
		memcpy(kept, &key, sizeof(key));
		observer_push_in(observer, &session->arena, &session->cookies, kept);
		if (map_put(&observer->index.by_cookie, key, session) < 0)
			observer->memory.error = -ENOMEM;
	}
}

/* ---- Informs ----------------------------------------------------------------------- */

/* An Inform that has come, before it belongs to a session. */
struct inform_in {
	const struct conn_state *state;
	const struct cwmp_inform *inform;
	struct str body;
	bool has_credentials;
};

static bool is_same_device(const struct session_record *session,
    const struct cwmp_inform *inform)
{
	const struct device_record *device = session->device;

	return !device || (str_is(inform->device.serial_number, device->serial) &&
			      str_eq_nocase(inform->device.oui, str_of(device->oui)));
}

/* A CPE that tries anew counts that in RetryCount (TR-069 A6 A.3.3.1). */
static bool is_same_try(const struct session_record *session,
    const struct inform_in *in)
{
	return !session->inform ||
	       session->inform->inform.retry_count == in->inform->retry_count;
}

/* Word for word the last one: CurrentTime and ID, too. */
static bool is_same_text(const struct session_record *session,
    const struct inform_in *in)
{
	return session->inform &&
	       session->inform->body.digest == bytes_digest(in->body);
}

/* On another connection only an Inform with credentials answers a challenge: without them, or
 * with those that were just refused, a CPE has begun anew. */
static bool answers_challenge(const struct session_record *session,
    const struct http_record *challenge, const struct inform_in *in)
{
	const struct http_record *asked = challenge->links.answers;
	bool was_refused = asked && asked->auth.has_credentials;

	if (in->state->session == session)
		return is_same_try(session, in) ||
		       (in->has_credentials && !was_refused);
	return in->has_credentials && is_same_try(session, in) &&
	       (!was_refused || is_same_text(session, in));
}

/* Whether the Inform is one that the session's last answer asked for again: after 401, a
 * redirect, or fault 8005 (TR-069 A6 3.7.1.4). */
static bool repeats_inform(const struct session_record *session,
    const struct inform_in *in)
{
	const struct http_record *last = session_last(session);

	if (!last || session->has_inform_response ||
	    !is_same_device(session, in->inform) || last->is_request)
		return false;
	if (last->on == ON_ACS_CHALLENGE)
		return answers_challenge(session, last, in);
	return (in->state->session == session || is_same_try(session, in)) &&
	       (last->on == ON_ACS_REDIRECT ||
		   (last->on == ON_ACS_FAULT && last->envelope.fault_code == 8005));
}

/* Whether a second Inform is one too many for the session, not the start of the next. */
static bool is_second_inform(const struct session_record *session,
    const struct inform_in *in)
{
	return session->has_inform_response && session->outcome == SESSION_RUNNING &&
	       is_same_device(session, in->inform) && is_same_try(session, in) &&
	       (in->state->session == session || is_same_text(session, in));
}

/* Whether a POST that is no Inform can be the session's next one. */
static bool can_go_on(const struct session_record *session)
{
	const struct http_record *last = session_last(session);

	return last && session->outcome == SESSION_RUNNING &&
	       session->n_envelopes > 0 &&
	       (session->has_inform_response || last->on == ON_ACS_CHALLENGE);
}

/* ---- neighbours -------------------------------------------------------------------- */

typedef bool fits_fn(const struct session_record *session, const void *what);

static bool inform_fits(const struct session_record *session, const void *what)
{
	return !session->is_relay && repeats_inform(session, what);
}

struct post_in { /* a POST that is no Inform, before it belongs to a session */
	const struct conn_record *conn;
	const struct forwarded *forwarded; /* or null */
};

/* Whether a proxy says that the two are of two CPEs. Who hides for whom it forwards may do so
 * with another word each time (RFC 7239 6.3). */
static bool is_of_another(const struct forwarded *a, const struct forwarded *b)
{
	return a && b && a->header == b->header && a->client[0] != '_' &&
	       !forwarded_is_same(a, b);
}

static bool post_fits(const struct session_record *session, const void *what)
{
	const struct post_in *in = what;
	const struct conn_record *last = session->conns.items[session->conns.len - 1];

	return can_go_on(session) && address_eq(&last->server, &in->conn->server) &&
	       last->server_port == in->conn->server_port &&
	       !is_of_another(session->forwarded, in->forwarded);
}

/* The newest session of the CPE's address that has no connection now and fits. */
static struct session_record *waiting(const struct observer *observer,
    const struct cpe_record *host, fits_fn *fits, const void *what)
{
	size_t left = NEIGHBOURS_MAX;

	for (struct list *at = observer->queues.waiting.prev;
	     at != &observer->queues.waiting && left > 0; at = at->prev, left--) {
		struct session_record *session =
		    list_entry(at, struct session_record, list);

		if (session->host == host && fits(session, what))
			return session;
	}
	return NULL;
}

/* ---- interface --------------------------------------------------------------------- */

static bool takes_inform(const struct session_record *session,
    const struct inform_in *in, clock_ns now)
{
	/* A proxy's is of no device: each Inform that passes begins one. */
	return session && !session->is_relay &&
	       now - session->end.time <= session_grace &&
	       (repeats_inform(session, in) || is_second_inform(session, in));
}

static struct session_record *of_inform(struct conn_state *state,
    const struct incoming *in)
{
	const struct http_head *head = in->message->head;
	const struct inform_in what = { .state = state,
		.inform = &in->msg->inform,
		.body = in->body,
		.has_credentials = http_header(head, "Authorization").p ||
				   http_header(head, "Proxy-Authorization").p };
	const struct device_record *device =
	    device_find(state->observer, &what.inform->device);
	struct session_record *const known[] = { state->session, by_cookie(state, head),
		device ? device->latest : NULL };
	struct frame_ref first = in->message->first;
	struct cpe_record *host = conn_host(state, first);
	struct session_record *found = NULL;

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (takes_inform(known[i], &what, first.time))
			return known[i];
	}
	if (host && host->n_unnamed > 0)
		found = waiting(state->observer, host, inform_fits, &what);
	return found ? found : session_new(state, first);
}

/* Whether a request may belong to a session. A POST whose body is garbage may. */
static bool may_be_cwmp(const struct conn_state *state, const struct incoming *in)
{
	const struct observer *observer = state->observer;
	const struct http_head *head = in->message->head;
	struct str type = http_header(head, "Content-Type");

	if (in->msg)
		return true;
	if (!str_is(head->method, "POST"))
		return http_header(head, "SOAPAction").p;
	for (size_t i = 0; i < observer->options.n_ports; i++) {
		if (observer->options.ports[i] == state->record->server_port)
			return true;
	}
	return in->message->body_length == 0 || http_header(head, "SOAPAction").p ||
	       str_find(type, STR("xml"), NULL) ||
	       (state->record->cpe && state->record->cpe->is_cwmp);
}

/* Whether the cookie's session is over though the capture does not show its end: a cookie may
 * live longer than its session. */
static bool is_stale(const struct session_record *session, clock_ns now)
{
	return now - session->end.time > session_grace;
}

/* The newest session of the proxy's that forwards for the same CPE and can go on. */
static struct session_record *by_forwarded(const struct conn_state *state,
    const struct forwarded *forwarded)
{
	const struct observer *observer = state->observer;
	size_t left = NEIGHBOURS_MAX;

	for (struct list *at = observer->queues.running.prev;
	     at != &observer->queues.running && left > 0; at = at->prev, left--) {
		struct session_record *session =
		    list_entry(at, struct session_record, list);

		if (session->host == state->session->host &&
		    forwarded_is_same(session->forwarded, forwarded) &&
		    can_go_on(session))
			return session;
	}
	return NULL;
}

/* Without a cookie that tells, it is that of the connection, unless a proxy says that it is of
 * another CPE than that session. */
static struct session_record *of_conn(struct conn_state *state,
    const struct forwarded *forwarded, struct session_record *stale)
{
	struct session_record *own = state->session;

	if (own && is_of_another(forwarded, own->forwarded))
		return by_forwarded(state, forwarded);
	return own ? own : stale;
}

static struct session_record *of_post(struct conn_state *state,
    const struct incoming *in, struct session_record *stale)
{
	const struct post_in what = { .conn = state->record,
		.forwarded = forwarded_of(state->observer,
		    &state->observer->memory.scratch, in->message->head) };
	struct session_record *session = of_conn(state, what.forwarded, stale);

	return session ? session
		       : waiting(state->observer, conn_host(state, in->message->first),
			     post_fits, &what);
}

struct session_record *session_of_request(struct conn_state *state,
    const struct incoming *in)
{
	struct session_record *session = NULL;
	bool is_inform =
	    in->msg && in->msg->kind == CWMP_REQUEST && in->msg->method == CWMP_INFORM;

	if (is_inform) {
		session = of_inform(state, in);
	} else if (may_be_cwmp(state, in)) {
		session = by_cookie(state, in->message->head);
		/* Some ACSs have one cookie for every CPE, of which an address may have
		 * several: whose request it is nobody can tell. */
		if (session && session->shares_cookie && session != state->session)
			session_hide(session, SHOWN_WHOLE,
			    "its cookie is that of another session, too");
		if (!session || is_stale(session, in->message->first.time))
			session = of_post(state, in, session);
		if (!session)
			session = session_new(state, in->message->first);
	}
	if (session)
		session_add_conn(session, state);
	return session;
}

struct session_record *session_of_response(struct conn_state *state,
    const struct incoming *in)
{
	if (!state->session && in->msg)
		session_add_conn(session_new(state, in->message->first), state);
	return state->session;
}

void session_of_silence(struct conn_state *state, const char *why, bool is_cwmp,
    struct frame_ref frame)
{
	struct session_record *session = session_new(state, frame);

	if (!session)
		return;
	/* It is none of those that rules count since the CPE booted. */
	if (!why && session->host)
		session->host->sessions_since_boot--;
	session->is_cwmp = is_cwmp;
	session_add_conn(session, state);
	if (why)
		session_hide(session, SHOWN_ALL, why);
	session_conn_over(state->observer, session, frame);
	state->session = NULL;
}
