/* HTTP messages as they come in: read, given to their session, kept, told. */
#include "capture/message/inflate.h"
#include "capture/observe/observe_internal.h"
#include "capture/record/auth_proof.h"
#include "capture/record/http_secrets.h"

#include <errno.h>

/* ---- reading ----------------------------------------------------------------------- */

/* The body, unpacked where it is packed and can be unpacked. */
static struct str unpack(struct observer *observer,
    const struct http_stream_message *message, struct buf *room)
{
	struct str coding = http_header(message->head, "Content-Encoding");
	int r;

	if (!coding.p ||
	    (!http_has_token(coding, "gzip") && !http_has_token(coding, "x-gzip") &&
		!http_has_token(coding, "deflate")))
		return message->body;
	r = inflate_body(message->body, room);
	if (r == -ENOMEM)
		observer->memory.error = r;
	return r == 0 ? buf_str(room) : message->body;
}

/* A request with SOAPAction is meant as an envelope even if its method is not POST, as TR-069
 * A6 3.4.1 wants. */
static bool may_be_soap(const struct http_head *head)
{
	return str_is(head->method, "POST") || http_header(head, "SOAPAction").p;
}

static bool may_have_envelope(const struct http_stream_message *message)
{
	const struct http_head *head = message->head;

	if (message->end != HTTP_WHOLE || message->body_length == 0 ||
	    message->body.len < message->body_length)
		return false;
	if (head->is_request)
		return may_be_soap(head);
	return head->status != 401 && head->status != 407 && head->status / 100 != 3;
}

/* An envelope may come with another status than 200, against TR-069 A6 3.4.6; but what cannot
 * be read is an envelope that was meant only with one of those that servers of SOAP use. */
static bool is_meant_as_envelope(const struct http_head *head)
{
	return head->is_request || head->status == 200 || head->status == 500;
}

/* Fills the rest of *in, which then points into room, msg and err. */
static void read_message(struct observer *observer, struct incoming *in,
    struct buf *room, struct cwmp_msg *msg, struct error *err)
{
	const struct http_stream_message *message = in->message;
	int r;

	arena_reset(&observer->memory.scratch);
	in->body = message->body;
	if (message->end == HTTP_BAD)
		in->bad = message->why;
	if (!may_have_envelope(message))
		return;
	in->body = unpack(observer, message, room);
	r = cwmp_reader_read(observer->reader, msg, &observer->memory.scratch,
	    in->body.p, in->body.len, NULL, err);
	if (r == 0)
		in->msg = msg;
	else if (r == -ENOMEM) /* which is nobody's mistake on the wire */
		observer->memory.error = r;
	else if (is_meant_as_envelope(message->head))
		in->bad = err->text;
}

/* ---- keeping and telling ----------------------------------------------------------- */

static struct http_record *keep(struct conn_state *state,
    struct session_record *session, struct incoming *in)
{
	struct observer *observer = state->observer;
	bool keeps_all = observer->options.keep_records;
	struct arena *arena = session     ? &session->arena
			      : keeps_all ? &state->record->arena
					  : NULL;
	struct http_record *record;

	in->session = session;
	record = arena ? http_facts_new(observer, arena, in) : NULL;
	if (!record)
		return NULL;
	if (session && in->msg && !http_secrets_note(session, in->msg))
		observer->memory.error = -ENOMEM;
	record->links.session = session;
	record->links.conn_place = state->place;
	if (keeps_all)
		observer_push_in(observer, &state->record->arena,
		    &state->record->http.messages, record);
	return record;
}

static void tell_message(struct conn_state *state, struct http_record *record,
    const struct incoming *in)
{
	struct session_record *session = record->links.session;
	struct whole view = { .host = session->host,
		.device = session->device,
		.session = session,
		.conn = state->record,
		.http = record,
		.head = in->message->head,
		.msg = in->msg,
		.fleet = &state->observer->fleet,
		.now = record->frame };

	/* A session that has shown no envelope yet may be no CWMP at all. */
	if (session->n_envelopes > 0 && !session->is_relay)
		observer_tell(state->observer, WHOLE_MESSAGE, &view);
}

/* A session that the capture hides was that of one of the devices that share the address: it may
 * have been this one's. */
static void doubt_past(struct device_record *device, const struct cpe_record *host)
{
	const struct past_session *last =
	    device->past.len > 0 ? &device->past.items[device->past.len - 1] : NULL;

	if (host->is_shared && host->blind > 0 &&
	    (!last || host->blind >= last->start.number))
		device_forget(device);
}

static void note_before(struct session_record *session, struct device_record *device)
{
	if (session->device_before)
		session->device_before->refs--;
	device->refs++;
	session->device_before = device;
}

static void name_device(struct observer *observer, struct session_record *session,
    const struct cwmp_msg *msg)
{
	struct device_record *device = device_of(observer, &msg->inform.device);
	struct cpe_record *host = session->host;

	if (!device)
		return;
	if (session->device)
		session->device->n_live--;
	else if (host)
		host->n_unnamed--;
	/* Before this one counts: its end must not find that another runs. */
	session_supersede(observer, session, device);
	device->n_live++;
	session->device = device;
	if (host && device->host)
		host->blind = MAX(host->blind, device->host->blind);
	device_stay(device, host);
	if (!host)
		return;
	host_pin(observer, host);
	host->is_cwmp = true;
	acts_tell(observer, host);
	if (host->device && host->device != device) {
		note_before(session, host->device);
		host->is_shared = true;
		call_url_share(observer, host->device);
		call_url_share(observer, device);
	}
	device_take_host(device, host);
	doubt_past(device, host);
}

/* The ACS's request that a message of the CPE answers, or null. */
static const struct http_record *asked_before(const struct session_record *session,
    const struct http_record *record)
{
	for (size_t i = record->links.place; i-- > 0;) {
		const struct http_record *http = session->messages.items[i];

		if (!http->is_request && http->head.status / 100 != 1 &&
		    http->on != ON_ACS_CHALLENGE)
			return http->on == ON_ACS_REQUEST ? http : NULL;
	}
	return NULL;
}

/* After the message was told: rules of it look at the orders as they were. */
static void note_files(struct observer *observer, struct session_record *session,
    const struct http_record *record, const struct cwmp_msg *msg)
{
	if (!session->device)
		return;
	if (record->on == ON_ACS_REQUEST && msg)
		file_order_add(observer, session->device, record, &msg->args);
	else if (session->device->more && session->device->more->n_files > 0 &&
		 (record->on & (ON_CPE_REQUEST | ON_CPE_RESPONSE | ON_CPE_FAULT)))
		file_orders_end(session->device, record, asked_before(session, record));
}

static void prove(struct session_record *session, struct http_record *record,
    const struct http_head *head)
{
	record->auth.proof = auth_prove(session->device, session->host, head);
	if (record->auth.proof == AUTH_HOLDS && session->host)
		session->host->shown_password =
		    auth_given(session->device, session->host).password;
}

static void take(struct conn_state *state, struct session_record *session,
    struct http_record *record, const struct incoming *in)
{
	struct observer *observer = state->observer;

	if (record->is_request)
		relay_request(state, session, record, in);
	if (in->msg && in->msg->kind == CWMP_REQUEST &&
	    in->msg->method == CWMP_INFORM) {
		acs_note(observer, state->record, false);
		if (!session->is_relay)
			name_device(observer, session, in->msg);
	}
	if (record->auth.has_credentials)
		prove(session, record, in->message->head);
	if (record->is_request && !session->forwarded)
		session->forwarded =
		    forwarded_of(observer, &session->arena, in->message->head);
	if (record->on == ON_INFORM_RESPONSE)
		acs_note(observer, state->record, true);
	rpc_outcome_find(record, session);
	session_take(observer, session, record);
	if (!record->is_request)
		relay_response(state, session, record, in);
	tell_message(state, record, in);
	note_files(observer, session, record, in->msg);
	if (session->device && in->msg)
		pings_learn(observer, session->device, record, in->msg);
}

/* ---- requests ---------------------------------------------------------------------- */

static void expect_response(struct conn_state *state, const struct http_head *head,
    const struct session_record *session, struct http_record *record)
{
	if (state->n_outstanding == OUTSTANDING_MAX) {
		memmove(&state->outstanding[0], &state->outstanding[1],
		    sizeof(state->outstanding) - sizeof(state->outstanding[0]));
		state->n_outstanding--;
	}
	state->outstanding[state->n_outstanding++] =
	    (struct outstanding){ .record = record,
		    .is_head = str_is(head->method, "HEAD"),
		    .is_apart = !session };
}

void observe_request(void *user, const struct http_stream_message *message)
{
	struct conn_state *state = user;
	struct observer *observer = state->observer;
	struct incoming in = { .state = state, .message = message };
	auto_buf room = BUF_MAX(HTTP_STREAM_BODY_MAX);
	struct error err = ERROR_NULL;
	struct http_record *record;
	struct session_record *session;
	struct cwmp_msg msg;

	read_message(observer, &in, &room, &msg, &err);
	if (!state->has_spoken)
		state->record->http.is_call = call_is_one(state, &in);
	state->has_spoken = state->has_asked = true;
	if (state->record->http.is_call) {
		call_request(state, &in);
		return;
	}
	session =
	    adjacent_note_request(state, message->head) || file_request(state, &in)
		? NULL
		: session_of_request(state, &in);
	record = keep(state, session, &in);
	expect_response(state, message->head, session, record);
	if (record && session)
		take(state, session, record, &in);
}

/* ---- responses --------------------------------------------------------------------- */

/* The request that this response answers, taken off the queue unless it is interim. */
static struct outstanding answered(struct conn_state *state, unsigned status)
{
	struct outstanding request;

	if (state->n_outstanding == 0)
		return (struct outstanding){ .record = NULL };
	request = state->outstanding[0];
	if (status / 100 == 1)
		return request;
	memmove(&state->outstanding[0], &state->outstanding[1],
	    --state->n_outstanding * sizeof(state->outstanding[0]));
	return request;
}

void observe_response(void *user, const struct http_stream_message *message)
{
	struct conn_state *state = user;
	struct observer *observer = state->observer;
	struct incoming in = { .state = state, .message = message };
	auto_buf room = BUF_MAX(HTTP_STREAM_BODY_MAX);
	struct error err = ERROR_NULL;
	struct http_record *record, *request;
	struct session_record *session;
	struct outstanding asked;
	struct cwmp_msg msg;

	state->has_spoken = true;
	read_message(observer, &in, &room, &msg, &err);
	if (state->record->http.is_call) {
		call_response(state, &in);
		return;
	}
	file_response(state, &in);
	asked = answered(state, message->head->status);
	request = asked.record;
	if (asked.is_apart)
		session = NULL;
	else
		session =
		    request ? request->links.session : session_of_response(state, &in);
	record = keep(state, session, &in);
	if (!record)
		return;
	record->links.answers = request;
	if (request && message->head->status / 100 != 1)
		request->links.answer = record;
	if (!session)
		return;
	session_take_cookies(observer, session, message->head);
	take(state, session, record, &in);
}
