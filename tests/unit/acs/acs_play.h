/* An ACS without sockets, for tests: requests and responses in words.
 *
 * A request is "FLAGS|MESSAGE"; flags, by blanks: "new" on a new connection, "cookie" with
 * the cookie that was set last, "basic" with the right credentials, "GET", "path:/x",
 * "late:N" N seconds later, "timeout:N" with the SessionTimeout N in its Inform, and headers
 * as "Name:value". Messages:
 *
 *   inform CODE,CODE        of the CPE 0000E2-5920-S1, root Device
 *   other CODE,CODE         of the CPE 0000E2-5920-S2
 *   igd CODE,CODE           the same with the root InternetGatewayDevice
 *   values NAME=VALUE,...   GetParameterValuesResponse
 *   names NAME,NAME         GetParameterNamesResponse
 *   did METHOD              METHODResponse
 *   fault CODE TEXT         a fault; with a text, that of one parameter, too
 *   ask METHOD              a request
 *   anything else           as it is; nothing: an empty POST
 *
 * The first word of a message may end in "#ID"; without it responses carry the ID of the
 * ACS's last request and requests the ID "c". A response is told as "STATUS", followed by
 * the message in it. */
#pragma once

#include "tests/unit/unit.h"

#include "agents/acs/service.h"
#include "tests/unit/cpe/bodies.h"

#include <stdio.h>
#include <stdlib.h>

struct acs_play {
	struct policy policy;
	struct task_queue tasks;
	struct device_list devices;
	struct acs_service_config config;
	struct acs_service *service;
	struct acs_peer peer;
	clock_ns now;
	char cookie[64], id[32];
	uint32_t session_timeout; /* of the next Inform; 0: none */
	struct buf diary;         /* what the service reported */
	struct buf response;      /* as bytes */
	struct buf told;
};

static inline void play_informed(void *user, const struct acs_session *session)
{
	struct acs_play *play = user;

	buf_printf(&play->diary, "[%s informs: %s]", session->device->id,
	    session->device->events);
}

static inline void play_ended(void *user, const struct acs_session *session, bool ok)
{
	struct acs_play *play = user;

	buf_printf(&play->diary, "[%s %s%s]",
	    session->device ? session->device->id : "nobody",
	    ok ? "ok" : "failed: ", ok ? "" : session->why);
}

static inline void play_refused(void *user, const struct acs_refusal *refusal)
{
	struct acs_play *play = user;

	buf_printf(&play->diary, "[%s is refused %u at %.*s", refusal->address,
	    refusal->status, STR_ARG(refusal->target));
	if (refusal->username.p)
		buf_printf(&play->diary, " as %.*s", STR_ARG(refusal->username));
	buf_printf(&play->diary, ": %s]", refusal->why);
}

static inline void play_tolerated(void *user, const struct acs_peer *peer,
    const char *what)
{
	struct acs_play *play = user;

	buf_printf(&play->diary, "[%s is let pass: %s]", peer->address, what);
}

static inline void play_begin(struct acs_play *play, const char *policy)
{
	struct error err = ERROR_NULL;

	*play = (struct acs_play){ .policy = POLICY_NULL, .now = NS_PER_S };
	if (policy &&
	    policy_parse(&play->policy, "policy.yaml", str_of(policy), NULL, &err) < 0)
		fail_msg("%s", err.text);
	device_list_init(&play->devices, 1);
	task_queue_init(&play->tasks, 1);
	play->config = (struct acs_service_config){
		.policy = &play->policy,
		.url = "http://acs1.lab:7547/cwmp",
		.path = STR("/cwmp"),
		.devices = &play->devices,
		.tasks = &play->tasks,
		.auth = ACS_SCHEME_NONE,
		.username = STR("cpe"),
		.password = STR("s3cret"),
		.informed = play_informed,
		.ended = play_ended,
		.refused = play_refused,
		.tolerated = play_tolerated,
		.user = play,
	};
	(void)snprintf(play->peer.address, sizeof(play->peer.address), "192.0.2.10");
}

/* Queues METHOD with arguments as JSON; returns what is wrong with it, or "". */
static inline const char *play_add(struct task_queue *queue, const char *cpe,
    const char *method, const char *arguments)
{
	static struct error err;
	auto_buf line = BUF_NULL;
	struct conf_doc *doc = NULL;
	struct task *task;

	err = (struct error)ERROR_NULL;
	buf_printf(&line, "{\"m\":\"%s\",\"a\":%s}", method, arguments);
	assert_int_equal(conf_parse("c", buf_str(&line), &doc, &err), 0);
	doc->has_no_text = true;
	(void)task_queue_add(queue, cpe, doc, conf_get(doc->root, "m"),
	    conf_get(doc->root, "a"), NS_PER_S, &task, &err);
	conf_free(doc);
	return err.text;
}

static inline void play_start(struct acs_play *play)
{
	play->service = acs_service_new(&play->config);
	assert_non_null(play->service);
}

static inline void play_end(struct acs_play *play)
{
	acs_service_gone(play->service, &play->peer);
	acs_service_free(play->service);
	task_queue_free(&play->tasks);
	device_list_free(&play->devices);
	policy_free(&play->policy);
	buf_free(&play->diary);
	buf_free(&play->response);
	buf_free(&play->told);
}

/* The head of a message, and what follows it. */
static inline struct http_head play_parse(struct buf *bytes, bool is_request,
    struct str *ret_body)
{
	struct error err = ERROR_NULL;
	struct http_head head;
	int n = http_head_parse(&head, is_request, bytes->data, bytes->len, NULL, &err);

	if (n <= 0)
		fail_msg("%s: %s", buf_cstr(bytes), err.text);
	*ret_body = str_from(buf_str(bytes), (size_t)n);
	return head;
}

/* ---- what the CPE sends ------------------------------------------------------------ */

static inline void play_inform(struct cwmp_msg *msg, struct str codes,
    struct cwmp_event *events, struct cwmp_param *param, bool is_igd)
{
	msg->kind = CWMP_REQUEST;
	msg->method = CWMP_INFORM;
	msg->inform.device =
	    (struct cwmp_device_id){ STR("HP"), STR("0000E2"), STR("5920"), STR("S1") };
	msg->inform.events = events;
	while (codes.len > 0)
		events[msg->inform.n_events++].code = str_cut(codes, ',', &codes);
	msg->inform.max_envelopes = 1;
	msg->inform.current_time = STR("2026-01-01T00:00:00Z");
	*param = (struct cwmp_param){ is_igd ? STR("InternetGatewayDevice.X")
					     : STR("Device.X"),
		STR("1"), STR("string") };
	msg->inform.params = (struct cwmp_params){ param, 1 };
}

static inline void play_fault(struct cwmp_msg *msg, struct str arg,
    struct cwmp_param_fault *wrong)
{
	uint64_t code = 0;

	assert_int_equal(str_to_u64(str_cut(arg, ' ', &arg), 9999, &code), 0);
	msg->kind = CWMP_FAULT;
	msg->fault.code = (uint32_t)code;
	if (arg.len == 0)
		return;
	*wrong = (struct cwmp_param_fault){ .name = STR("Device.P"),
		.code = 9007,
		.text = arg };
	msg->fault.text = arg;
	msg->fault.params = wrong;
	msg->fault.n_params = 1;
}

/* False: the text is no verb. */
static inline bool play_message(struct acs_play *play, struct str text, struct buf *out)
{
	struct cwmp_event events[8] = { { { NULL, 0 }, { NULL, 0 } } };
	struct cwmp_param params[8] = { { .type = STR("string") } }, *param = params;
	struct cwmp_param_info infos[8] = { { .name = STR_NULL } };
	struct cwmp_msg msg = { .kind = CWMP_RESPONSE, .ns = CWMP_NS_1_2 };
	struct error err = ERROR_NULL;
	struct str arg, id;
	struct str verb = str_cut(str_cut(text, ' ', &arg), '#', &id);
	struct cwmp_param_fault wrong;

	if (str_is(verb, "inform") || str_is(verb, "igd") || str_is(verb, "other")) {
		play_inform(&msg, arg, events, param, str_is(verb, "igd"));
		if (str_is(verb, "other"))
			msg.inform.device.serial_number = STR("S2");
	} else if (str_is(verb, "values")) {
		msg.method = CWMP_GET_PARAMETER_VALUES;
		for (; arg.len > 0; param++) {
			param->name =
			    str_cut(str_cut(arg, ',', &arg), '=', &param->value);
			param->type = STR("string");
		}
		msg.args.params =
		    (struct cwmp_params){ params, (size_t)(param - params) };
	} else if (str_is(verb, "names")) {
		msg.method = CWMP_GET_PARAMETER_NAMES;
		msg.args.infos = infos;
		while (arg.len > 0)
			infos[msg.args.n_infos++].name = str_cut(arg, ',', &arg);
	} else if (str_is(verb, "did") || str_is(verb, "ask")) {
		msg.kind = str_is(verb, "ask") ? CWMP_REQUEST : CWMP_RESPONSE;
		msg.method = cwmp_method_of(arg);
	} else if (str_is(verb, "fault")) {
		play_fault(&msg, arg, &wrong);
	} else {
		return false;
	}
	msg.header.has_session_timeout = play->session_timeout > 0;
	msg.header.session_timeout = play->session_timeout;
	play->session_timeout = 0;
	msg.header.has_id = true;
	msg.header.id = id.p                       ? id
			: msg.kind == CWMP_REQUEST ? STR("c")
						   : str_of(play->id);
	if (cwmp_write(out, &msg, &err) < 0)
		fail_msg("%s", err.text);
	return true;
}

/* ---- what the ACS answers ---------------------------------------------------------- */

static inline void play_tell_text(struct buf *told, const char *name, struct str text)
{
	if (text.len > 0)
		buf_printf(told, " %s %.*s", name, STR_ARG(text));
}

static inline void play_tell_items(struct buf *told, const struct cwmp_args *args)
{
	for (size_t i = 0; i < args->n_items; i++) {
		const struct cwmp_item *item = &args->items[i];

		buf_printf(told, " [%.*s", STR_ARG(item->type));
		for (size_t j = 0; j < item->len; j++)
			buf_printf(told, " %.*s=%.*s", STR_ARG(item->fields[j].name),
			    STR_ARG(item->fields[j].value));
		buf_append_char(told, ']');
	}
}

static inline void play_tell_attributes(struct buf *told, const struct cwmp_args *args)
{
	for (size_t i = 0; i < args->n_infos; i++) {
		const struct cwmp_param_info *info = &args->infos[i];

		buf_printf(told, " %.*s", STR_ARG(info->name));
		if (info->notification_change)
			buf_printf(told, " notifies %u", info->notification);
		if (info->access_list_change)
			buf_printf(told, " lets %zu", info->access_list.len);
	}
}

static inline void play_tell_params(struct buf *told, const struct cwmp_args *args)
{
	for (size_t i = 0; i < args->names.len; i++)
		buf_printf(told, " %.*s", STR_ARG(args->names.items[i]));
	for (size_t i = 0; i < args->params.len; i++)
		buf_printf(told, " %.*s=%.*s (%.*s)",
		    STR_ARG(args->params.items[i].name),
		    STR_ARG(args->params.items[i].value),
		    STR_ARG(args->params.items[i].type));
	play_tell_text(told, "key", args->parameter_key);
	play_tell_text(told, "key", args->command_key);
	play_tell_text(told, "of", args->path);
	if (args->next_level)
		buf_append_text(told, " next");
	play_tell_attributes(told, args);
	play_tell_text(told, "type", args->file_type);
	play_tell_text(told, "at", args->url);
	play_tell_text(told, "as", args->username);
	play_tell_text(told, "with", args->password);
	if (args->file_size > 0)
		buf_printf(told, " %u bytes", args->file_size);
	play_tell_text(told, "to", args->target_file_name);
	if (args->delay_seconds > 0)
		buf_printf(told, " in %u s", args->delay_seconds);
	play_tell_text(told, "well", args->success_url);
	play_tell_text(told, "badly", args->failure_url);
	play_tell_text(told, "option", args->option_name);
	play_tell_text(told, "next", args->next);
	play_tell_items(told, args);
}

/* Where CWMPLAB_BODIES names a folder, what the ACS says is written there as it is, for
 * tests/integration/cpe/bodies.sh. */
static inline void play_keep_body(const struct cwmp_msg *msg, struct str body)
{
	const char *folder = getenv("CWMPLAB_BODIES");
	static unsigned n;
	char path[512];
	auto_file file = NULL;

	if (!folder || msg->ns != CWMP_NS_1_2)
		return;
	(void)snprintf(path, sizeof(path), "%s/%d-acs-%u.1-2.xml", folder, getpid(),
	    n++);
	file = fopen(path, "we");
	if (!file || fwrite(body.p, 1, body.len, file) != body.len)
		fail_msg("%s cannot be written", path);
}

static inline void play_tell_body(struct acs_play *play, struct str body)
{
	auto_arena arena = ARENA_NULL;
	struct error err = ERROR_NULL;
	struct cwmp_msg msg;

	if (cwmp_read(&msg, &arena, body.p, body.len, NULL, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(msg.deviations, 0);
	play_keep_body(&msg, body);
	if (msg.kind == CWMP_FAULT)
		buf_printf(&play->told, " fault %u", msg.fault.code);
	else
		buf_printf(&play->told, " %s%s", cwmp_method_name(msg.method),
		    msg.kind == CWMP_RESPONSE ? "Response" : "");
	play_tell_params(&play->told, &msg.args);
	if (msg.kind == CWMP_REQUEST)
		(void)snprintf(play->id, sizeof(play->id), "%.*s",
		    STR_ARG(msg.header.id));
	else
		buf_printf(&play->told, " #%.*s", STR_ARG(msg.header.id));
}

static inline void play_tell(struct acs_play *play, bool is_close)
{
	struct error err = ERROR_NULL;
	struct http_head head;
	struct str cookie, rest, body;
	int n = http_head_parse(&head, false, play->response.data, play->response.len,
	    NULL, &err);

	assert_true(n > 0);
	body = str_from(buf_str(&play->response), (size_t)n);
	if (head.status != 204)
		assert_int_equal(head.content_length, body.len);
	cookie = http_header(&head, "Set-Cookie");
	if (cookie.p) {
		assert_true(str_find(cookie, STR("; Path=/"), NULL));
		cookie = str_cut(cookie, ';', &rest);
		(void)snprintf(play->cookie, sizeof(play->cookie), "%.*s",
		    STR_ARG(cookie));
	}
	buf_reset(&play->told);
	buf_printf(&play->told, "%u", head.status);
	if (body.len > 0) {
		assert_true(
		    str_starts(http_header(&head, "Content-Type"), STR("text/xml")));
		play_tell_body(play, body);
	}
	if (is_close)
		buf_append_text(&play->told, " close");
}

/* ---- one turn ---------------------------------------------------------------------- */

struct play_flags {
	struct str method, target;
	struct buf headers;
};

static inline void play_flag(struct acs_play *play, struct play_flags *flags,
    struct str flag)
{
	uint64_t seconds;

	if (str_is(flag, "new")) {
		acs_service_gone(play->service, &play->peer);
		play->peer.is_authenticated = play->peer.is_tolerated = false;
	} else if (str_is(flag, "cookie")) {
		buf_printf(&flags->headers, "Cookie: a=b; %s\r\n", play->cookie);
	} else if (str_is(flag, "basic")) { /* cpe:s3cret */
		buf_append_text(&flags->headers,
		    "Authorization: Basic Y3BlOnMzY3JldA==\r\n");
	} else if (str_is(flag, "GET")) {
		flags->method = flag;
	} else if (str_starts(flag, STR("path:"))) {
		flags->target = str_from(flag, 5);
	} else if (str_starts(flag, STR("timeout:"))) {
		assert_int_equal(str_to_u64(str_from(flag, 8), 99999, &seconds), 0);
		play->session_timeout = (uint32_t)seconds;
	} else if (str_starts(flag, STR("late:"))) {
		assert_int_equal(str_to_u64(str_from(flag, 5), 99999, &seconds), 0);
		play->now += (clock_ns)seconds * NS_PER_S;
		acs_service_sweep(play->service, play->now);
	} else {
		buf_printf(&flags->headers, "%.*s\r\n", STR_ARG(flag));
	}
}

/* What the ACS answers, in words that live until the next turn. */
static inline const char *play_turn(struct acs_play *play, const char *request)
{
	struct play_flags flags = { STR("POST"), STR("/cwmp"), BUF_NULL };
	struct error err = ERROR_NULL;
	auto_buf bytes = BUF_NULL, body = BUF_NULL;
	struct str message;
	struct str rest = str_cut(str_of(request), '|', &message);
	struct http_head head;
	bool is_close;

	while (rest.len > 0)
		play_flag(play, &flags, str_cut(rest, ' ', &rest));
	if (!play_message(play, message, &body))
		buf_append_str(&body, message);
	buf_printf(&bytes, "%.*s %.*s HTTP/1.1\r\nHost: a\r\n%.*s\r\n",
	    STR_ARG(flags.method), STR_ARG(flags.target),
	    STR_ARG(buf_str(&flags.headers)));
	if (http_head_parse(&head, true, bytes.data, bytes.len, NULL, &err) <= 0)
		fail_msg("%s: %s", request, err.text);
	buf_reset(&play->response);
	if (!acs_service_refuses(play->service, &play->peer, &head, play->now,
		&play->response, &is_close))
		is_close = acs_service_request(play->service, &play->peer, &head,
		    buf_str(&body), play->now, play->now, &play->response);
	play_tell(play, is_close);
	buf_free(&flags.headers);
	return buf_cstr(&play->told);
}
