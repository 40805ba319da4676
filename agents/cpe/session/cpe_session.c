/* The SOAP side of a session: what is asked, what is answered. */
#include "agents/cpe/session/cpe_session_internal.h"

#include "lib/base/cleanup.h"
#include "lib/base/cut.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

void cpe_session_fail(struct cpe_session *session, enum failure_layer layer,
    const char *why)
{
	failure_set(&session->failure, layer, "%s", why);
	session->state = SESSION_FAILED;
}

enum session_next cpe_session_abort(struct cpe_session *session,
    enum failure_layer layer, const char *fmt, ...)
{
	char why[FAILURE_WHY_MAX];
	va_list args;

	va_start(args, fmt);
	(void)cut_vprint(why, sizeof(why), fmt, args);
	va_end(args);
	cpe_session_fail(session, layer, why);
	return SESSION_ABORT;
}

enum session_next cpe_session_enter(struct cpe_session *session,
    enum session_event event)
{
	if (!cpe_session_step(session->state, event, &session->state))
		return cpe_session_abort(session, FAILURE_CWMP,
		    "a message that has no place in a session that is %s",
		    cpe_session_state_name(session->state));
	return session->state == SESSION_DONE ? SESSION_CLOSE : SESSION_SEND;
}

static int write_body(struct cpe_session *session, struct cwmp_msg *msg,
    struct error *err)
{
	buf_reset(&session->body);
	msg->ns = session->ns;
	session->is_envelope = true;
	return cwmp_write(&session->body, msg, err);
}

static void prepare_empty_post(struct cpe_session *session)
{
	buf_reset(&session->body);
	session->is_envelope = false;
}

static int write_inform(struct cpe_session *session, clock_ns wall, struct error *err)
{
	struct cwmp_event events[EVENT_QUEUE_MAX];
	char now[CLOCK_ISO8601_MAX];
	auto_arena arena = ARENA_NULL;
	struct cwmp_msg msg = {
		.kind = CWMP_REQUEST,
		.method = CWMP_INFORM,
		.header = { .has_id = true, .id = STR("1") },
		.inform = {
			.events = events,
			.max_envelopes = 1,
			.current_time = str_of(clock_iso8601(wall, 0, now)),
			.retry_count = session->config.retry_count,
		},
	};

	if (rpc_fill_inform(session->config.rpc, &arena, &msg.inform) < 0)
		return error_set(err, -ENOMEM, "no memory for an Inform");
	msg.inform.n_events = event_queue_take(session->config.events, events);
	if (cwmp_check_lengths(&msg, err) < 0) {
		if (err)
			(void)error_prefix(err, "the Inform cannot be written");
		return ERR_LIMIT;
	}
	return write_body(session, &msg, err);
}

static int copy_credentials(struct cpe_session *session)
{
	struct cpe_session_config *config = &session->config;

	session->username = config->username.p ? str_dup(config->username) : NULL;
	session->password = config->password.p ? str_dup(config->password) : NULL;
	if ((config->username.p && !session->username) ||
	    (config->password.p && !session->password))
		return -ENOMEM;
	config->username = str_of(session->username);
	config->password = str_of(session->password);
	return 0;
}

int cpe_session_new(const struct cpe_session_config *config, clock_ns wall,
    struct cpe_session **ret, struct error *err)
{
	auto_cleanup(cpe_session_free) struct cpe_session *session =
	    calloc(1, sizeof(*session));
	int r;

	if (!session)
		return error_set(err, -ENOMEM, "no memory for a session");
	session->config = *config;
	session->ns = CWMP_NS_1_2;
	if (copy_credentials(session) < 0)
		return error_set(err, -ENOMEM, "no memory for a session");
	if (config->url.len > URL_MAX)
		return error_set(err, ERR_LIMIT, "the URL of the ACS is too long");
	session->url_text = str_dup(config->url);
	if (!session->url_text)
		return error_set(err, -ENOMEM, "no memory for a session");
	r = url_parse(&session->url, str_make(session->url_text, config->url.len), err);
	if (r < 0) {
		if (err)
			error_prefix(err, "URL of the ACS");
		return r;
	}
	r = write_inform(session, wall, err);
	if (r < 0)
		return r;
	*ret = steal_ptr(&session);
	return 0;
}

void cpe_session_forget_peer(struct cpe_session *session)
{
	if (session->cookies)
		cookie_jar_free(session->cookies);
	free(steal_ptr(&session->cookies));
	free(steal_ptr(&session->challenge));
}

void cpe_session_free(struct cpe_session *session)
{
	if (!session)
		return;
	event_queue_end(session->config.events);
	cpe_session_forget_peer(session);
	free(session->url_text);
	free(session->home_text);
	buf_free(&session->body);
	free(session->username);
	free(session->password);
	free(session);
}

/* ---- what the ACS says -------------------------------------------------------------- */

static enum session_next take_inform_response(struct cpe_session *session,
    const struct cwmp_msg *msg)
{
	if (msg->method != CWMP_INFORM)
		return cpe_session_abort(session, FAILURE_CWMP,
		    "%.*s answers the Inform", STR_ARG(cwmp_msg_name(msg)));
	if (msg->ns != CWMP_NS_UNKNOWN)
		session->ns = msg->ns;
	event_queue_confirm(session->config.events, CWMP_INFORM);
	rpc_inform_told(session->config.rpc);
	prepare_empty_post(session);
	return cpe_session_enter(session, SESSION_INFORM_OK);
}

static enum session_next take_response(struct cpe_session *session,
    const struct cwmp_msg *msg)
{
	struct str name = cwmp_msg_name(msg);

	if (session->state == SESSION_INFORMING)
		return take_inform_response(session, msg);
	return cpe_session_abort(session, FAILURE_CWMP,
	    "%.*s answers nothing that was asked", STR_ARG(name));
}

static enum session_next take_fault(struct cpe_session *session,
    const struct cwmp_fault *fault)
{
	struct str text = fault->text;

	if (text.len == 0)
		text = str_of(cwmp_fault_text(fault->code));
	if (session->state != SESSION_INFORMING)
		return cpe_session_abort(session, FAILURE_CWMP,
		    "fault %u %.*s answers nothing that was asked", fault->code,
		    STR_ARG(text));
	/* The body still holds that Inform, which goes again as it is (3.7.1.4). */
	if (fault->code == 8005 && ++session->n_informs < SESSION_INFORMS_MAX)
		return cpe_session_enter(session, SESSION_ASKED_AGAIN);
	return cpe_session_abort(session, FAILURE_CWMP,
	    "the Inform is refused: fault %u %.*s", fault->code, STR_ARG(text));
}

static enum session_next take_request(struct cpe_session *session,
    const struct cwmp_msg *request, struct arena *arena)
{
	struct error err = ERROR_NULL;
	struct cwmp_msg reply;

	if (session->state == SESSION_INFORMING)
		return cpe_session_abort(session, FAILURE_CWMP,
		    "the ACS asks %.*s before it has answered the Inform",
		    STR_ARG(cwmp_msg_name(request)));
	rpc_answer(session->config.rpc, request, arena, &reply);
	reply.header.has_id = request->header.has_id;
	reply.header.id = request->header.id;
	if (write_body(session, &reply, &err) < 0)
		return cpe_session_abort(session, FAILURE_SOAP,
		    "the answer to %.*s cannot be written: %s",
		    STR_ARG(cwmp_msg_name(request)), err.text);
	return cpe_session_enter(session, SESSION_REQUESTED);
}

static enum session_next take_message(struct cpe_session *session,
    const struct cwmp_msg *msg, struct arena *arena)
{
	switch (msg->kind) {
	case CWMP_REQUEST:
		return take_request(session, msg, arena);
	case CWMP_RESPONSE:
		return take_response(session, msg);
	case CWMP_FAULT:
		return take_fault(session, &msg->fault);
	}
	return cpe_session_abort(session, FAILURE_CWMP, "a message of no kind");
}

enum session_next cpe_session_take_envelope(struct cpe_session *session,
    struct str body)
{
	static const struct cwmp_limits limits = { .bytes = SESSION_RESPONSE_MAX };
	auto_arena arena = ARENA_NULL;
	struct error err = ERROR_NULL;
	struct cwmp_msg msg;
	enum session_next next;

	if (cwmp_read(&msg, &arena, body.p, body.len, &limits, &err) < 0)
		return cpe_session_abort(session, FAILURE_SOAP, "%s", err.text);
	next = take_message(session, &msg, &arena);
	if (next != SESSION_SEND || session->state == SESSION_INFORMING)
		return next;
	return cpe_session_enter(session,
	    msg.header.has_hold_requests && msg.header.hold_requests ? SESSION_HOLD
								     : SESSION_RELEASE);
}

enum session_next cpe_session_take_nothing(struct cpe_session *session)
{
	if (session->state == SESSION_INFORMING)
		return cpe_session_abort(session, FAILURE_CWMP,
		    "an empty response answers the Inform");
	prepare_empty_post(session);
	return cpe_session_enter(session, SESSION_EMPTY);
}
