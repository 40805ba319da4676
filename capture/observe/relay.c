/* Both sides of a proxy in one capture: each request comes to it from a CPE, and goes on from it to
 * an ACS. What goes on is no session of its own, which would have all rules of CPEs broken that
 * cannot be in two places; it is held against what came.
 *
 * A proxy is known by the first Inform that passes it: the same bytes come from the address
 * that a CPE has just sent them to. */
#include "capture/observe/observe_internal.h"
#include "capture/record/http_trace.h"

#include <errno.h>
#include <stdlib.h>

enum {
	RELAYS_MAX = 256, /* requests at proxies that are remembered; a power of two */
	ANSWERS_MAX = 16, /* answers of ACSs that are, for what comes from a cache */
	PROXIES_MAX = 16,
	COOKIES_KEPT = 8, /* of an answer */
	PAIR_MAX = 512
};

struct relay_answer { /* of an ACS */
	struct address proxy;
	uint64_t digest; /* of all that a cache gives again */
	struct frame_ref frame;
};

struct relay {                          /* a request at a proxy */
	uint64_t id;                    /* 0: none */
	struct session_record *front;   /* of the CPE; null once that is over */
	struct address client;          /* the CPE's */
	uint64_t body;                  /* its digest */
	uint64_t cookies[COOKIES_KEPT]; /* digests of what the ACS's answer sets */
	size_t n_cookies;
	uint64_t answer; /* the digest of that answer's body */
	bool is_answer_whole;
	bool has_gap; /* on the connection to the ACS */
	struct relay_record what;
};

struct relays {
	uint64_t last; /* id */
	struct relay items[RELAYS_MAX];
	struct relay_answer answers[ANSWERS_MAX];
	size_t n_answers;
	struct proxy {
		struct address address;
		uint16_t port; /* at which it takes requests */
	} proxies[PROXIES_MAX];
	size_t n_proxies;
	bool names_clients; /* they say by which address a request came to them */
};

/* ---- what is remembered ------------------------------------------------------------- */

static struct relays *relays_of(struct observer *observer)
{
	if (!observer->relays)
		observer->relays = calloc(1, sizeof(*observer->relays));
	if (!observer->relays)
		observer->memory.error = -ENOMEM;
	return observer->relays;
}

void relays_free(struct observer *observer)
{
	free(observer->relays);
	observer->relays = NULL;
}

static bool is_from_proxy(const struct relays *relays, const struct conn_record *conn)
{
	for (size_t i = 0; relays && i < relays->n_proxies; i++) {
		if (address_eq(&relays->proxies[i].address, &conn->client))
			return true;
	}
	return false;
}

static bool is_to_proxy(const struct relays *relays, const struct conn_record *conn)
{
	for (size_t i = 0; relays && i < relays->n_proxies; i++) {
		if (address_eq(&relays->proxies[i].address, &conn->server) &&
		    relays->proxies[i].port == conn->server_port)
			return true;
	}
	return false;
}

static void add_proxy(struct relays *relays, const struct conn_record *conn)
{
	if (!is_to_proxy(relays, conn) && relays->n_proxies < PROXIES_MAX)
		relays->proxies[relays->n_proxies++] =
		    (struct proxy){ conn->server, conn->server_port };
}

/* Whether who takes the requests of one connection can have opened the other one for them: no
 * proxy asks itself, but many clients of one machine may ask one server of it. */
static bool can_lead_on(const struct conn_record *front, const struct conn_record *back)
{
	return address_eq(&front->server, &back->client) &&
	       (front->server_port != back->server_port ||
		   !address_eq(&front->server, &back->server));
}

static struct relay *relay_at(struct relays *relays, uint64_t id)
{
	struct relay *relay = relays && id > 0 ? &relays->items[id % RELAYS_MAX] : NULL;

	return relay && relay->id == id ? relay : NULL;
}

static struct relay *add_relay(struct relays *relays, struct conn_state *state,
    struct session_record *front, const struct http_record *asked, uint64_t body)
{
	uint64_t id = ++relays->last;
	struct relay *relay = &relays->items[id % RELAYS_MAX];

	*relay = (struct relay){ .id = id,
		.front = front,
		.client = state->record->client,
		.body = body,
		.what = { .proxy = state->record->server, .asked = asked } };
	state->relay = id;
	return relay;
}

void relays_forget(struct observer *observer, const struct session_record *session)
{
	for (size_t i = 0; observer->relays && i < RELAYS_MAX; i++) {
		if (observer->relays->items[i].front == session)
			observer->relays->items[i].front = NULL;
	}
}

/* ---- telling ------------------------------------------------------------------------- */

/* Behind a hole it is not known which answer is to which request. */
static bool has_gap(const struct conn_state *state, const struct relay *relay)
{
	return state->record->tcp.has_gap ||
	       relay->what.asked->links.conn->tcp.has_gap || relay->has_gap;
}

static void tell(struct conn_state *state, const struct relay *relay,
    struct frame_ref now)
{
	struct session_record *front = relay->front;
	struct whole view = { .host = front->host,
		.device = front->device,
		.session = front,
		.conn = front->conns.items[0],
		.relay = &relay->what,
		.fleet = &state->observer->fleet,
		.now = now };

	if (!has_gap(state, relay))
		observer_tell(state->observer, WHOLE_RELAY, &view);
}

/* ---- requests ------------------------------------------------------------------------ */

static unsigned lost_of_request(const struct conn_state *state,
    const struct relay *relay, const struct http_record *passed, uint64_t body)
{
	const struct http_record *asked = relay->what.asked;
	unsigned lost = 0;

	if (cookies_lack(state, passed->head.cookie, asked->head.cookie, relay->front))
		lost |= RELAY_OTHER_COOKIE;
	else if (cookies_lack(state, asked->head.cookie, passed->head.cookie, NULL))
		lost |= RELAY_COOKIE;
	if (asked->head.has_soap_action && !passed->head.has_soap_action)
		lost |= RELAY_SOAP_ACTION;
	if (asked->head.has_content_type && !passed->head.has_content_type)
		lost |= RELAY_CONTENT_TYPE;
	/* A proxy may ask for credentials itself, and those end there. */
	if (relay->front->acs_challenged && asked->auth.has_credentials &&
	    !passed->auth.has_credentials)
		lost |= RELAY_CREDENTIALS;
	if (!asked->body.is_cut && !passed->body.is_cut && body != relay->body)
		lost |= RELAY_BODY;
	return lost;
}

static void pass_on(struct conn_state *state, struct relay *relay,
    const struct http_record *passed, uint64_t body)
{
	struct relay_record *what = &relay->what;
	struct session_record *front = relay->front;

	state->relay = relay->id;
	what->passed = (struct relay_place){ passed->frame, state->record->server,
		state->record->server_port };
	what->before = front->relayed_to;
	what->answered = (struct frame_ref){ .number = 0 };
	what->lost = lost_of_request(state, relay, passed, body);
	tell(state, relay, passed->frame);
}

static bool is_waiting(const struct relay *relay, const struct conn_record *back)
{
	return relay->id > 0 && relay->front && relay->what.passed.frame.number == 0 &&
	       can_lead_on(relay->what.asked->links.conn, back);
}

/* What is known of a request that a proxy makes, by which it is found among those that came. */
struct onward {
	const struct conn_record *back;
	const char *client; /* for which the proxy says that it forwards; or null */
	const struct session_record *owner; /* at the ACS, of its cookie; or null */
	uint64_t body;
};

static bool is_for(const struct relay *relay, const char *client)
{
	char text[ADDRESS_TEXT_MAX];

	return !client || strcmp(address_text(&relay->client, text), client) == 0;
}

/* Whether the cookie does not say that it is another CPE's. It may be that one's where it was
 * set for a request that the proxy forwarded for another address. */
static bool may_own(const struct relay *relay, const struct onward *onward)
{
	const struct session_record *owner = onward->owner;

	return !owner || owner->relay_of == relay->front->start.number ||
	       (onward->client && owner->forwarded &&
		   strcmp(owner->forwarded->client, onward->client) != 0);
}

/* The only one with these bytes, or that with this cookie: of several nobody can tell which it is,
 * as many CPEs may share an address. */
static struct relay *find_waiting(struct relays *relays, const struct onward *onward)
{
	struct relay *same = NULL, *own = NULL;
	size_t n_same = 0, n_own = 0;

	for (size_t i = 0; i < RELAYS_MAX; i++) {
		struct relay *relay = &relays->items[i];

		if (!is_waiting(relay, onward->back) || !may_own(relay, onward) ||
		    !is_for(relay, onward->client))
			continue;
		if (relay->body == onward->body) {
			same = relay;
			n_same++;
		} else if (onward->owner &&
			   onward->owner->relay_of == relay->front->start.number) {
			own = relay;
			n_own++;
		}
	}
	if (n_same > 0)
		return n_same == 1 ? same : NULL;
	return n_own == 1 ? own : NULL;
}

/* The Inform that its CPE has just sent, which is word for word the same; null: there is none. */
static const struct http_record *inform_before(const struct conn_state *state,
    const struct session_record *session, const struct http_record *record,
    const struct cwmp_msg *msg)
{
	const struct device_record *device =
	    device_find(state->observer, &msg->inform.device);
	const struct session_record *front = device ? device->latest : NULL;
	const struct http_record *last = front ? session_last(front) : NULL;

	if (!last || front == session || last->on != ON_INFORM || last->links.answer ||
	    last->body.digest != record->body.digest || !last->links.conn->state)
		return NULL;
	return last;
}

/* Whether the proxy has passed it on to the address that it comes from now: proxies in a row, of
 * which the first one is held against what came. */
static bool is_passed_again(const struct relay *relay, const struct conn_record *back)
{
	const struct relay_place *passed = relay ? &relay->what.passed : NULL;

	return passed && passed->frame.number > 0 &&
	       address_eq(&passed->acs, &back->client) &&
	       (passed->port != back->server_port ||
		   !address_eq(&passed->acs, &back->server));
}

static bool relay_inform(struct conn_state *state, struct session_record *session,
    const struct http_record *record, const struct incoming *in)
{
	const struct http_record *asked =
	    inform_before(state, session, record, in->msg);
	struct conn_state *front = asked ? asked->links.conn->state : NULL;
	struct relays *relays = state->observer->relays;
	struct relay *relay = front ? relay_at(relays, front->relay) : NULL;
	const struct forwarded *forwarded;

	if (relay && relay->what.asked != asked)
		relay = NULL;
	if (!asked || !can_lead_on(asked->links.conn, state->record))
		return is_passed_again(relay, state->record);
	relays = relays_of(state->observer);
	if (!relays)
		return false;
	add_proxy(relays, asked->links.conn);
	session->relay_of = asked->links.session->start.number;
	if (!relay)
		relay = add_relay(relays, front, asked->links.session, asked,
		    asked->body.digest);
	forwarded = forwarded_of(state->observer, &state->observer->memory.scratch,
	    in->message->head);
	relays->names_clients |= forwarded && is_for(relay, forwarded->client);
	pass_on(state, relay, record, record->body.digest);
	return true;
}

static bool relay_other(struct conn_state *state, struct session_record *session,
    const struct http_record *record, const struct incoming *in)
{
	struct relays *relays = state->observer->relays;
	struct onward onward = { .back = state->record };
	const struct forwarded *forwarded;
	struct relay *relay;

	/* A proxy may be a CPE as well. */
	if (session->device || !is_from_proxy(relays, state->record))
		return false;
	forwarded = forwarded_of(state->observer, &state->observer->memory.scratch,
	    in->message->head);
	onward.owner = cookie_owner(state, record->head.cookie);
	onward.body = bytes_digest(in->body);
	onward.client = forwarded && relays->names_clients ? forwarded->client : NULL;
	relay = find_waiting(relays, &onward);
	if (!relay)
		return session->is_relay;
	pass_on(state, relay, record, onward.body);
	return true;
}

/* Remembers what comes to a proxy, where it is known to be one. */
static void relay_front(struct conn_state *state, struct session_record *session,
    const struct http_record *record, const struct incoming *in)
{
	struct relays *relays = state->observer->relays;

	if (is_to_proxy(relays, state->record))
		(void)add_relay(relays, state, session, record, bytes_digest(in->body));
}

void relay_request(struct conn_state *state, struct session_record *session,
    const struct http_record *record, const struct incoming *in)
{
	bool is_passed_on = record->on == ON_INFORM && in->msg
				? relay_inform(state, session, record, in)
				: relay_other(state, session, record, in);

	if (is_passed_on && !session->device)
		session->is_relay = true;
	if (is_passed_on)
		state->observer->counts.relayed++;
	else
		relay_front(state, session, record, in);
}

/* ---- answers -------------------------------------------------------------------------- */

/* Of what a cache gives again, whatever request it is given for. */
static uint64_t answer_digest(const struct http_record *record, uint64_t body)
{
	uint64_t digest = body * 31 + record->head.status;

	for (size_t i = 0; i < record->head.n_cookies; i++)
		digest += bytes_digest(str_of(record->head.cookies[i].pair));
	return digest;
}

static void keep_answer(struct relays *relays, const struct relay *relay,
    uint64_t digest)
{
	relays->answers[relays->n_answers++ % ANSWERS_MAX] =
	    (struct relay_answer){ .proxy = relay->what.proxy,
		    .digest = digest,
		    .frame = relay->what.answered };
}

/* The ACS's answer. */
static void take_answer(struct conn_state *state, struct relay *relay,
    const struct http_record *record, uint64_t body)
{
	struct relay_record *what = &relay->what;

	relay->has_gap = state->record->tcp.has_gap;
	what->answered = record->frame;
	what->status = record->head.status;
	relay->is_answer_whole = !record->body.is_cut;
	relay->n_cookies = MIN(record->head.n_cookies, (size_t)COOKIES_KEPT);
	for (size_t i = 0; i < relay->n_cookies; i++)
		relay->cookies[i] = bytes_digest(str_of(record->head.cookies[i].pair));
	relay->answer = body;
	/* An empty answer is like any other. */
	if (record->body.length > 0 || record->head.n_cookies > 0)
		keep_answer(state->observer->relays, relay,
		    answer_digest(record, body));
}

static bool sets(const struct http_record *given, uint64_t cookie)
{
	for (size_t i = 0; i < given->head.n_cookies; i++) {
		if (bytes_digest(str_of(given->head.cookies[i].pair)) == cookie)
			return true;
	}
	return false;
}

static unsigned lost_of_answer(const struct relay *relay,
    const struct http_record *given, uint64_t body)
{
	unsigned lost = given->head.status != relay->what.status ? RELAY_STATUS : 0;

	/* An ACS that fails is not the only one that a proxy may have asked. */
	if (relay->what.status / 100 >= 4 && given->head.status / 100 == 2)
		return 0;
	for (size_t i = 0; i < relay->n_cookies; i++) {
		if (!sets(given, relay->cookies[i]))
			lost |= RELAY_SET_COOKIE;
	}
	if (!(lost & RELAY_STATUS) && relay->is_answer_whole && !given->body.is_cut &&
	    body != relay->answer)
		lost |= RELAY_BODY;
	return lost;
}

/* Whether it answers another request than it is given for, as its ID says, or because that one has
 * asked nothing. ACSs may answer many requests that are alike with the same words, and the
 * capture may lack one of those. */
static bool is_of_another(const struct http_record *given)
{
	const struct http_record *asked = given->links.answers;

	if (!(given->on & (ON_INFORM_RESPONSE | ON_ACS_RESPONSE)))
		return false;
	if (asked->on == ON_CPE_EMPTY)
		return true;
	return given->envelope.id && asked->envelope.id &&
	       strcmp(given->envelope.id, asked->envelope.id) != 0;
}

static struct frame_ref find_replayed(const struct relays *relays,
    const struct relay *relay, uint64_t digest)
{
	for (size_t i = 0; i < MIN(relays->n_answers, (size_t)ANSWERS_MAX); i++) {
		const struct relay_answer *answer = &relays->answers[i];

		if (answer->digest == digest &&
		    address_eq(&answer->proxy, &relay->what.proxy))
			return answer->frame;
	}
	return (struct frame_ref){ .number = 0 };
}

/* The answer to the CPE. */
static void take_given(struct conn_state *state, struct relay *relay,
    const struct http_record *given, uint64_t body)
{
	struct relay_record *what = &relay->what;
	struct session_record *front = relay->front;

	what->given = given;
	what->lost = 0;
	if (what->answered.number > 0)
		what->lost = lost_of_answer(relay, given, body);
	else if (what->passed.frame.number == 0 && is_of_another(given))
		what->replayed = find_replayed(state->observer->relays, relay,
		    answer_digest(given, body));
	tell(state, relay, given->frame);
	front->acs_challenged |= what->answered.number > 0 && what->status == 401;
	/* A challenge, too, is answered to who made it. */
	if (what->answered.number > 0 &&
	    (what->status / 100 == 2 || what->status == 401))
		front->relayed_to = what->passed;
	/* The record goes with its session. */
	what->asked = what->given = NULL;
	relay->front = NULL;
}

void relay_response(struct conn_state *state, const struct session_record *session,
    const struct http_record *record, const struct incoming *in)
{
	struct relay *relay = relay_at(state->observer->relays, state->relay);

	if (!relay || record->head.status / 100 == 1)
		return;
	state->relay = 0;
	if (relay->front == session && record->links.answers == relay->what.asked)
		take_given(state, relay, record, bytes_digest(in->body));
	else if (relay->front && relay->what.passed.frame.number > 0 &&
		 relay->what.answered.number == 0)
		take_answer(state, relay, record, bytes_digest(in->body));
}
