/* Connection requests (TR-069 A6 3.2.2): here the CPE is the server. */
#include "capture/observe/observe_internal.h"
#include "capture/record/http_trace.h"

#include "lib/base/text.h"
#include "lib/base/wire.h"
#include "lib/proto/url.h"

/* ---- calls ------------------------------------------------------------------------- */

/* Whether the ConnectionRequestURL of the only device there names the port. */
static bool is_published(const struct cpe_record *cpe, uint16_t port)
{
	struct url url;

	return cpe->device && cpe->device->informed.call_url &&
	       url_parse(&url, str_of(cpe->device->informed.call_url), NULL) == 0 &&
	       url.port == port;
}

static bool is_inform(const struct cwmp_msg *msg)
{
	return msg && msg->kind == CWMP_REQUEST && msg->method == CWMP_INFORM;
}

bool call_is_one(struct conn_state *state, const struct incoming *in)
{
	const struct conn_record *conn = state->record;
	const struct http_head *head = in->message->head;
	const struct cpe_record *called =
	    observer_find_cpe(state->observer, &conn->server);

	if (!called || !called->is_cwmp || is_inform(in->msg) ||
	    acs_has_answered(state->observer, conn))
		return false;
	/* On one machine a CPE's own files come from its address, too. */
	if (str_is(head->method, "GET") && !address_eq(&conn->client, &conn->server))
		return true;
	return called->is_shared ? call_url_find(state->observer, called,
				       conn->server_port, head->target) != NULL
				 : is_published(called, conn->server_port);
}

void call_note_opened(struct conn_state *state, struct frame_ref frame)
{
	const struct conn_record *conn = state->record;
	struct cpe_record *called = observer_find_cpe(state->observer, &conn->server);

	if (called && !acs_has_answered(state->observer, conn) &&
	    (called->is_shared || is_published(called, conn->server_port)))
		called->last_opened = frame.number;
}

/* Behind a NAT the URL may name another address than that at which the CPE is seen. */
static bool is_named(const struct cpe_record *cpe, const struct address *at)
{
	struct url url;
	uint32_t literal;

	if (url_parse(&url, str_of(cpe->device->informed.call_url), NULL) < 0)
		return false;
	if (url.is_ipv6)
		return address_is_ip6(at, url.host);
	if (ipv4_parse(url.host, &literal) < 0)
		return true;
	return at->family == ADDRESS_IPV4 && get_u32(at->bytes) == literal;
}

struct cpe_record *call_missed(const struct conn_state *state)
{
	const struct conn_record *conn = state->record;
	struct cpe_record *called;

	if (conn->tcp.syn.number == 0 || conn->tcp.synack.number != 0 ||
	    conn->tcp.established.number != 0)
		return NULL;
	called = observer_find_cpe(state->observer, &conn->server);
	return called && !acs_has_answered(state->observer, conn) &&
		       is_published(called, conn->server_port) &&
		       is_named(called, &conn->server)
		   ? called
		   : NULL;
}

/* The CPE is at the server's end: the connection belongs to it. It stays in the list of the
 * other end until observer_finish(), as each that is taken out would be looked for there. */
static void claim(struct conn_state *state)
{
	conn_give(state->record,
	    observer_find_cpe(state->observer, &state->record->server));
}

/* After a hole nobody knows which challenge was the last. */
static void remember_challenge(struct device_more *more, const struct call_record *call)
{
	const struct http_auth_facts *sent = &call->get->auth;
	const struct http_record *answer = call->answer;

	if (!answer || call->conn->tcp.has_gap) {
		more->challenge.nonce = 0;
		return;
	}
	if (sent->nonce && text_digest(sent->nonce) == more->challenge.nonce) {
		more->challenge.count = sent->nonce_count;
		more->challenge.caller = call->conn->client;
	}
	if (answer->auth.scheme != AUTH_DIGEST || !answer->auth.nonce ||
	    text_digest(answer->auth.nonce) == more->challenge.nonce)
		return;
	more->challenge.nonce = text_digest(answer->auth.nonce);
	more->challenge.count = 0;
	more->challenge.has_qop = answer->auth.facts & AUTH_FACT_QOP;
}

/* Notes of the call what rules about the device's next sessions ask. */
static void remember(struct observer *observer, struct device_record *device,
    const struct call_record *call)
{
	struct device_more *more = device_more(observer, device);
	const struct session_record *running = device->latest;

	if (!more)
		return;
	more->n_calls++;
	remember_challenge(more, call);
	if (!call->answer || call->conn->tcp.has_gap) {
		more->last_unsure = observer->now;
		return;
	}
	if (call->answer->head.status == 200 || call->answer->head.status == 204) {
		more->last_call = call->answer->frame;
		more->busy_session = running ? running->id : 0;
		more->calls++;
		device_overdue_later(observer, device);
	} else if (call->answer->head.status == 401 &&
		   call->get->auth.has_credentials) {
		more->last_refused = call->answer->frame;
	} else if (call->answer->head.status == 503) {
		more->last_busy = call->answer->frame;
	} else if (call->answer->head.status != 401 &&
		   call->answer->head.status != 503) {
		more->last_other = call->answer->frame;
		more->last_other_status = call->answer->head.status;
	}
}

/* The session of the device that runs, or one that may be its own. */
static struct session_record *running_of(const struct cpe_record *cpe,
    const struct device_record *device)
{
	struct session_record *at_host = cpe ? cpe->running : NULL;

	if (device && device->latest)
		return device->latest;
	return at_host && (!at_host->device || at_host->device == device) ? at_host
									  : NULL;
}

static void end_call(struct conn_state *state, struct http_record *answer)
{
	struct call_record *call = state->call;
	struct cpe_record *cpe = state->record->cpe;
	struct device_record *device = call->device;
	struct session_record *running = running_of(cpe, device);
	struct whole view = { .host = cpe,
		.device = device,
		.conn = state->record,
		.call = call,
		.fleet = &state->observer->fleet,
		.now = state->observer->now };

	state->call = NULL;
	call->answer = answer;
	if (running && running->called.number == 0)
		running->called = call->get->frame;
	/* After a hole nobody knows which request an answer belongs to. */
	if (!state->record->tcp.has_gap)
		observer_tell(state->observer, WHOLE_CALL, &view);
	act_call(state->observer, cpe, call);
	if (!device)
		return;
	remember(state->observer, device, call);
	device->refs--;
}

void call_request(struct conn_state *state, const struct incoming *in)
{
	struct observer *observer = state->observer;
	struct arena *arena = &state->record->arena;
	struct call_record *call = observer_alloc_in(observer, arena, sizeof(*call));
	struct cpe_record *cpe;

	claim(state);
	cpe = state->record->cpe;
	if (state->call)
		end_call(state, NULL);
	if (!call)
		return;
	call->conn = state->record;
	call->get = http_facts_new(observer, arena, in);
	if (!call->get)
		return;
	if (cpe)
		call->device = call_url_find(observer, cpe, state->record->server_port,
		    in->message->head->target);
	if (call->device)
		call->device->refs++;
	if (call->device && call->device->more)
		call->previous = call->device->more->last_call;
	state->call = call;
	if (cpe && observer->options.keep_records)
		observer_push(observer, &cpe->kept->calls, call);
}

/* An answer whose request the capture misses may have been to a call. */
static void note_unsure(struct conn_state *state)
{
	struct cpe_record *cpe = state->record->cpe;
	struct device_more *more = cpe && cpe->device && !cpe->is_shared
				       ? device_more(state->observer, cpe->device)
				       : NULL;

	if (more)
		more->last_unsure = state->observer->now;
}

void call_response(struct conn_state *state, const struct incoming *in)
{
	struct http_record *answer;

	if (in->message->head->status / 100 == 1)
		return;
	if (!state->call) {
		note_unsure(state);
		return;
	}
	answer = http_facts_new(state->observer, &state->record->arena, in);
	if (answer)
		end_call(state, answer);
}

void call_close(struct conn_state *state)
{
	if (state->call)
		end_call(state, NULL);
}
