/* Sessions of a CPE as conversations in text. Each row is what the ACS answers to the
 * request before, and the request that must follow; the first request is always the
 * Inform. An answer is "STATUS" or "STATUS HEADERS|MESSAGE"; messages:
 *
 *   informed          InformResponse           informed+hold     with HoldRequests
 *   get NAME          GetParameterValues       get+hold NAME
 *   set NAME=VALUE    SetParameterValues       fault CODE        reboot KEY
 *   download KEY      Download                 download+hold KEY, later KEY  with a delay
 *   upload KEY        Upload
 *   response          a response that nobody asked for
 *   told ID           TransferCompleteResponse           told-own ID       the Autonomous one
 *   methods ID        GetRPCMethodsResponse              requested ID      RequestDownloadResponse
 *   anything else     as it is
 *
 * What happens to the CPE itself starts with "!": "!done" and "!fault CODE" end the job that
 * the session waits for, "!full" lets nothing more be kept.
 *
 * A request is told as what it carries: "Inform", "empty", "GetParameterValuesResponse
 * NAME=VALUE", "fault 9005"; or it is the end: "close", "abort LAYER: WHY", "go URL",
 * "waits". */
#pragma once

#include "tests/unit/cpe/bodies.h"
#include "tests/unit/cpe/device_stub.h"

#include "agents/cpe/session/cpe_session.h"

#define ROOT "InternetGatewayDevice."
#define URL  ROOT "ManagementServer.URL"

struct turn {
	const char *answer;
	const char *next;
};

struct play {
	struct device_stub *stub;
	struct event_queue events;
	struct cpe_session *session;
	struct buf request;
	struct buf told;                   /* the request, or the end, in words */
	enum cwmp_method asked;            /* by the ACS, last */
	struct http_head head;             /* of the request */
	const struct cpe_witness *witness; /* or null */
	uint64_t quirks;                   /* bits of quirks_of_cpe */
	struct cookie_jar *kept_cookies;   /* with the quirk that keeps them */
};

/* A hash that shows what went into it. */
static inline int plain_hash(enum auth_algorithm algorithm, const void *bytes,
    size_t len, char hex[AUTH_HASH_HEX_MAX])
{
	unsigned sum = (unsigned)algorithm;

	for (size_t i = 0; i < len; i++)
		sum = sum * 31 + ((const uint8_t *)bytes)[i];
	(void)snprintf(hex, AUTH_HASH_HEX_MAX, "%032x", sum);
	return 0;
}

static inline void tell_message(struct buf *out, const struct cwmp_msg *msg)
{
	const struct cwmp_args *args = &msg->args;
	struct str name = cwmp_msg_name(msg);

	if (msg->kind == CWMP_FAULT) {
		buf_printf(out, "fault %u", msg->fault.code);
		return;
	}
	buf_printf(out, "%.*s%s", STR_ARG(name),
	    msg->kind == CWMP_RESPONSE && !strstr(name.p, "Response") ? "Response"
								      : "");
	if (msg->method == CWMP_DOWNLOAD)
		buf_printf(out, " %u", args->status);
	if (msg->kind == CWMP_REQUEST && msg->method != CWMP_INFORM) {
		buf_printf(out, " #%.*s", STR_ARG(msg->header.id));
		if (args->command_key.len > 0)
			buf_printf(out, " %.*s", STR_ARG(args->command_key));
		if (args->fault_code != 0)
			buf_printf(out, " %u", args->fault_code);
	}
	for (size_t i = 0; i < args->params.len; i++)
		buf_printf(out, " %.*s=%.*s", STR_ARG(args->params.items[i].name),
		    STR_ARG(args->params.items[i].value));
	if (msg->header.has_id && msg->kind == CWMP_RESPONSE)
		buf_printf(out, " #%.*s", STR_ARG(msg->header.id));
}

/* Reads the request as a server would, and holds it against TR-069 A6 3.4.1. */
static inline void tell_request(struct play *play)
{
	auto_arena arena = ARENA_NULL;
	struct error err = ERROR_NULL;
	struct cwmp_msg msg;
	struct str body;
	int n = http_head_parse(&play->head, true, play->request.data,
	    play->request.len, NULL, &err);

	assert_true(n > 0);
	body = str_from(buf_str(&play->request), (size_t)n);
	assert_true(str_is(play->head.method, "POST"));
	assert_int_equal(play->head.content_length, body.len);
	if (body.len == 0) {
		assert_null(http_header(&play->head, "SOAPAction").p);
		assert_null(http_header(&play->head, "Content-Type").p);
		buf_append_text(&play->told, "empty");
		return;
	}
	assert_non_null(http_header(&play->head, "SOAPAction").p);
	assert_int_equal(http_header(&play->head, "SOAPAction").len, 0);
	assert_true(str_is(http_header(&play->head, "Content-Type"),
	    "text/xml; charset=utf-8"));
	if (cwmp_read(&msg, &arena, body.p, body.len, NULL, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(msg.deviations, 0);
	if (msg.kind == CWMP_FAULT)
		bodies_keep(play->asked, &msg);
	tell_message(&play->told, &msg);
}

static inline void advance(struct play *play, enum session_next next)
{
	const struct cpe_session *session = play->session;

	buf_reset(&play->told);
	if (next == SESSION_GO_ELSEWHERE)
		buf_printf(&play->told, "go %s: ", session->url_text);
	if (next == SESSION_SEND || next == SESSION_GO_ELSEWHERE) {
		buf_reset(&play->request);
		next = cpe_session_produce(play->session, &play->request);
	}
	if (next == SESSION_SEND)
		tell_request(play);
	else if (next == SESSION_CLOSE)
		buf_append_text(&play->told, "close");
	else if (next == SESSION_WAIT)
		buf_append_text(&play->told, "waits");
	else
		buf_printf(&play->told, "abort %s: %s",
		    failure_layer_name(session->failure.layer), session->failure.why);
}

/* ---- the ACS ------------------------------------------------------------------------ */

/* Verb, kind and method; what the argument is, the functions below know. */
static const struct {
	const char *verb;
	enum cwmp_kind kind;
	enum cwmp_method method;
} play_verbs[] = {
	{ "informed", CWMP_RESPONSE, CWMP_INFORM },
	{ "get", CWMP_REQUEST, CWMP_GET_PARAMETER_VALUES },
	{ "set", CWMP_REQUEST, CWMP_SET_PARAMETER_VALUES },
	{ "reboot", CWMP_REQUEST, CWMP_REBOOT },
	{ "download", CWMP_REQUEST, CWMP_DOWNLOAD },
	{ "later", CWMP_REQUEST, CWMP_DOWNLOAD },
	{ "upload", CWMP_REQUEST, CWMP_UPLOAD },
	{ "response", CWMP_RESPONSE, CWMP_GET_RPC_METHODS },
	{ "methods", CWMP_RESPONSE, CWMP_GET_RPC_METHODS },
	{ "told", CWMP_RESPONSE, CWMP_TRANSFER_COMPLETE },
	{ "told-own", CWMP_RESPONSE, CWMP_AUTONOMOUS_TRANSFER_COMPLETE },
	{ "requested", CWMP_RESPONSE, CWMP_REQUEST_DOWNLOAD },
	{ "fault", CWMP_FAULT, CWMP_UNKNOWN_METHOD },
};

static inline void fill_fault(struct cwmp_fault *fault, struct str arg)
{
	uint64_t code = 0;

	(void)str_to_u64(arg, 9999, &code);
	*fault = (struct cwmp_fault){ .code = (uint32_t)code,
		.text = str_of(cwmp_fault_text((uint32_t)code)),
		.soap_code = STR("Server"),
		.soap_string = STR("CWMP fault") };
}

static inline void write_message(struct buf *out, size_t verb, bool holds,
    struct str arg)
{
	struct str value;
	struct str name = str_cut(arg, '=', &value);
	struct str method = STR("Inform");
	struct cwmp_param param = { name, value, STR("string") };
	struct cwmp_msg msg = { .kind = play_verbs[verb].kind,
		.method = play_verbs[verb].method,
		.ns = CWMP_NS_1_2,
		.header = { .has_id = true,
		    .id = STR("77"),
		    .has_hold_requests = holds,
		    .hold_requests = holds } };
	struct error err = ERROR_NULL;

	msg.args.max_envelopes = 1;
	msg.args.names = msg.kind == CWMP_RESPONSE ? (struct cwmp_strings){ &method, 1 }
						   : (struct cwmp_strings){ &name, 1 };
	msg.args.params = (struct cwmp_params){ &param, 1 };
	msg.args.command_key = arg;
	msg.args.url = STR("http://files.lab/f");
	msg.args.file_type =
	    msg.method == CWMP_UPLOAD ? STR("2 Vendor Log File") : STR("2 Web Content");
	msg.args.delay_seconds = strcmp(play_verbs[verb].verb, "later") == 0;
	if (msg.kind == CWMP_RESPONSE && arg.len > 0)
		msg.header.id = arg;
	if (msg.kind == CWMP_FAULT)
		fill_fault(&msg.fault, arg);
	if (cwmp_write(out, &msg, &err) < 0)
		fail_msg("%s", err.text);
}

static inline void write_body(struct play *play, struct buf *out, struct str text)
{
	struct str arg, hold;
	struct str verb = str_cut(str_cut(text, ' ', &arg), '+', &hold);

	for (size_t i = 0; i < ARRAY_LEN(play_verbs); i++) {
		if (str_is(verb, play_verbs[i].verb)) {
			if (play_verbs[i].kind == CWMP_REQUEST)
				play->asked = play_verbs[i].method;
			write_message(out, i, str_is(hold, "hold"), arg);
			return;
		}
	}
	buf_append_str(out, text);
}

/* ---- the CPE beside its session ----------------------------------------------------- */

/* The first job that is not DONE ends. */
static inline void end_job(struct play *play, uint32_t fault)
{
	struct jobs *jobs = &play->stub->jobs;

	for (uint32_t i = 0; i < jobs->len; i++) {
		if (jobs->items[i]->stage == JOB_DONE)
			continue;
		job_start(jobs->items[i], STUB_WALL);
		job_finish(jobs->items[i], STUB_WALL + NS_PER_S, fault, STR_NULL);
		return;
	}
	fail_msg("no job goes on");
}

static inline void happen(struct play *play, struct str what)
{
	struct str arg;
	uint64_t code = 0;

	if (str_is(what, "full")) {
		play->stub->is_full = true;
		return;
	}
	if (str_is(str_cut(what, ' ', &arg), "fault"))
		assert_int_equal(str_to_u64(arg, 9999, &code), 0);
	end_job(play, (uint32_t)code);
	advance(play, cpe_session_resume(play->session));
}

static inline void answer(struct play *play, const char *text)
{
	auto_buf bytes = BUF_NULL;
	auto_buf body = BUF_NULL;
	struct error err = ERROR_NULL;
	struct http_head head;
	struct str message, rest;
	struct str start = str_cut(str_of(text), '|', &message);
	struct str status = str_cut(start, ' ', &rest);

	if (text[0] == '!') {
		happen(play, str_of(text + 1));
		return;
	}
	buf_printf(&bytes, "HTTP/1.1 %.*s X\r\n%.*s%s\r\n", STR_ARG(status),
	    STR_ARG(rest), rest.len > 0 ? "\r\n" : "");
	write_body(play, &body, message);
	if (http_head_parse(&head, false, bytes.data, bytes.len, NULL, &err) <= 0)
		fail_msg("%s: %s", text, err.text);
	advance(play, cpe_session_consume(play->session, &head, buf_str(&body)));
}

/* The CPE informs at url, an empty one is that of the stub; of a first boot where nothing else
 * waits to be told. */
static inline void play_inform(struct play *play, const char *url, unsigned retry_count)
{
	struct error err = ERROR_NULL;
	struct cpe_session_config config;

	if (url[0])
		(void)snprintf(play->stub->url, sizeof(play->stub->url), "%s", url);
	if (play->events.len == 0) {
		assert_int_equal(event_queue_add(&play->events, CWMP_EVENT_BOOTSTRAP,
				     STR_NULL),
		    0);
		assert_int_equal(event_queue_add(&play->events, CWMP_EVENT_BOOT,
				     STR_NULL),
		    0);
	}
	config = (struct cpe_session_config){
		.url = str_of(play->stub->url),
		.username = str_of(play->stub->username),
		.password = STR("s3cret"),
		.rpc = &play->stub->rpc,
		.events = &play->events,
		.witness = play->witness,
		.kept_cookies = &play->kept_cookies,
		.quirks = play->quirks,
		.retry_count = retry_count,
		.hash = plain_hash,
	};
	if (cpe_session_new(&config, STUB_WALL, &play->session, &err) < 0)
		fail_msg("%s", err.text);
	cpe_session_connected(play->session, STR("c0ffee"));
	advance(play, SESSION_SEND);
	assert_string_equal(buf_cstr(&play->told), "Inform");
}

static inline void play_begin_at(struct play *play, const char *url, bool sends_basic,
    unsigned retry_count)
{
	*play = (struct play){ .stub = stub_new("hp5920.yaml") };
	play->stub->model->sends_basic_over_http = sends_basic;
	play_inform(play, url, retry_count);
}

static inline void play_begin(struct play *play, unsigned retry_count)
{
	play_begin_at(play, "", false, retry_count);
}

static inline void play_turns(struct play *play, const char *scene,
    const struct turn *turns)
{
	for (; turns->answer; turns++) {
		answer(play, turns->answer);
		if (turns->next && strcmp(buf_cstr(&play->told), turns->next) != 0)
			fail_msg("%s: after \"%s\": %s", scene, turns->answer,
			    buf_cstr(&play->told));
	}
}

static inline void play_end(struct play *play)
{
	cpe_session_free(play->session);
	cpe_session_drop_cookies(&play->kept_cookies);
	event_queue_free(&play->events);
	buf_free(&play->request);
	buf_free(&play->told);
	stub_free(play->stub);
}
