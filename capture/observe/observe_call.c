/* Connection requests (TR-069 A6 3.2.2): here the CPE is the server. */
#include "capture/observe/observe_internal.h"

#include "lib/proto/url.h"

/* The address and port that the CPE's ConnectionRequestURL names. */
static bool is_published(const struct cpe_record *cpe, uint16_t port)
{
	struct url url;

	return cpe->device && cpe->device->informed.call_url &&
	       url_parse(&url, str_of(cpe->device->informed.call_url), NULL) == 0 &&
	       url.port == port;
}

bool call_is_one(struct conn_state *state, const struct http_head *head)
{
	const struct conn_record *conn = state->record;
	const struct cpe_record *called =
	    observer_find_cpe(state->observer, &conn->server);

	if (!called || !called->is_cwmp)
		return false;
	return str_is(head->method, "GET") || is_published(called, conn->server_port);
}

void call_note_opened(struct conn_state *state, struct frame_ref frame)
{
	const struct cpe_record *called =
	    observer_find_cpe(state->observer, &state->record->server);
	struct device_more *more;

	if (!called || !is_published(called, state->record->server_port))
		return;
	more = device_more(state->observer, called->device);
	if (more)
		more->last_opened = frame;
}

/* The CPE is at the server's end: the connection belongs to it. It stays in the list of the
 * other end until observer_finish(), as each that is taken out would be looked for there. */
static void claim(struct conn_state *state)
{
	state->record->cpe = observer_find_cpe(state->observer, &state->record->server);
}

/* Notes of the call what rules about the device's next sessions ask. */
static void remember(struct observer *observer, struct device_record *device,
    const struct call_record *call)
{
	struct device_more *more = device_more(observer, device);
	const struct session_record *running =
	    device->host ? device->host->running : NULL;

	if (!more)
		return;
	more->n_calls++;
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
	}
}

static void end_call(struct conn_state *state, struct http_record *answer)
{
	struct call_record *call = state->call;
	struct cpe_record *cpe = state->record->cpe;
	struct device_record *device = cpe ? cpe->device : NULL;
	struct whole view = { .host = cpe,
		.device = device,
		.conn = state->record,
		.call = call,
		.fleet = &state->observer->fleet,
		.now = state->observer->now };

	state->call = NULL;
	call->answer = answer;
	if (cpe && cpe->running && cpe->running->called.number == 0)
		cpe->running->called = call->get->frame;
	/* After a hole nobody knows which request an answer belongs to. */
	if (!state->record->tcp.has_gap)
		observer_tell(state->observer, WHOLE_CALL, &view);
	if (device)
		remember(state->observer, device, call);
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
	if (cpe && cpe->device)
		call->previous = cpe->device->more ? cpe->device->more->last_call
						   : (struct frame_ref){ 0, 0 };
	state->call = call;
	if (cpe && observer->options.keep_records)
		observer_push(observer, &cpe->kept->calls, call);
}

/* An answer whose request the capture misses may have been to a call. */
static void note_unsure(struct conn_state *state)
{
	struct cpe_record *cpe = state->record->cpe;
	struct device_more *more =
	    cpe && cpe->device ? device_more(state->observer, cpe->device) : NULL;

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
