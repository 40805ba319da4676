/* A request to a CPE and its whole answer, as one line each.
 *
 *   get NAME...            GetParameterValues       names[+] PATH   GetParameterNames
 *   set NAME=VALUE[|TYPE]... KEY                     notify NAME=N   SetParameterAttributes
 *   notified NAME          GetParameterAttributes   access NAME=A,B  its AccessList
 *   add PATH [KEY]         AddObject                delete PATH [KEY]
 *
 * "~" stands for the root of the model and its dot. An answer is "ok" and what it holds:
 * NAME=VALUE:TYPE of values, NAME!0 of what is writable and NAME=0 of what is not,
 * NAME=NOTIFICATION[(ACCESS...)] of attributes, #NUMBER of a new instance, "status 1"; or it is
 * the fault's code and side, with NAME=CODE for each parameter. */
#pragma once

#include "tests/unit/cpe/bodies.h"
#include "tests/unit/cpe/device_stub.h"

enum {
	WORDS_MAX = 8
};

struct request {
	struct cwmp_msg msg;
	struct cwmp_param params[WORDS_MAX];
	struct str names[WORDS_MAX];
	struct cwmp_param_info infos[WORDS_MAX];
	bool is_access;
};

static const struct {
	const char *verb;
	enum cwmp_method method;
} verbs[] = {
	{ "get", CWMP_GET_PARAMETER_VALUES },
	{ "set", CWMP_SET_PARAMETER_VALUES },
	{ "names", CWMP_GET_PARAMETER_NAMES },
	{ "names+", CWMP_GET_PARAMETER_NAMES },
	{ "access", CWMP_SET_PARAMETER_ATTRIBUTES },
	{ "notify", CWMP_SET_PARAMETER_ATTRIBUTES },
	{ "notified", CWMP_GET_PARAMETER_ATTRIBUTES },
	{ "methods", CWMP_GET_RPC_METHODS },
	{ "add", CWMP_ADD_OBJECT },
	{ "delete", CWMP_DELETE_OBJECT },
	{ "reboot", CWMP_REBOOT },
	{ "reset", CWMP_FACTORY_RESET },
	{ "schedule", CWMP_SCHEDULE_INFORM },
	{ "schedule0", CWMP_SCHEDULE_INFORM },
	{ "vouchers", CWMP_SET_VOUCHERS },
};

static inline struct str full(struct device_stub *stub, struct arena *arena,
    struct str path)
{
	char text[MODEL_PATH_MAX];

	if (path.len == 0 || path.p[0] != '~')
		return path;
	(void)snprintf(text, sizeof(text), "%s.%.*s", stub->model->root,
	    STR_ARG(str_from(path, 1)));
	return arena_str(arena, str_of(text));
}

static inline void add_access(struct cwmp_param_info *info, struct arena *arena,
    struct str list)
{
	info->access_list_change = true;
	info->access_list.items = arena_array(arena, list.len + 1, sizeof(list));
	assert_non_null(info->access_list.items);
	for (struct str rest = list; list.len > 0 && rest.p;)
		info->access_list.items[info->access_list.len++] =
		    str_cut(rest, ',', &rest);
}

static inline void add_word(struct device_stub *stub, struct request *request,
    struct arena *arena, struct str word)
{
	struct cwmp_args *args = &request->msg.args;
	struct str rest, type;
	struct str name = full(stub, arena, str_cut(word, '=', &rest));
	struct str value = str_cut(rest, '|', &type);

	args->names.items[args->names.len++] = name;
	if (args->names.len == 1)
		args->path = name;
	if (rest.p && request->is_access) {
		args->infos[args->n_infos] = (struct cwmp_param_info){ .name = name };
		add_access(&args->infos[args->n_infos++], arena, rest);
	} else if (rest.p) {
		args->params.items[args->params.len++] =
		    (struct cwmp_param){ name, value, type };
		args->infos[args->n_infos++] = (struct cwmp_param_info){
			.name = name,
			.notification_change = true,
			.notification = value.len ? (uint32_t)(value.p[0] - '0') : 0,
		};
	} else {
		args->parameter_key = args->command_key = word;
	}
}

static inline void make_request(struct device_stub *stub, struct request *request,
    struct arena *arena, const char *line)
{
	struct str rest;
	struct str verb = str_cut(str_of(line), ' ', &rest);
	struct cwmp_args *args = &request->msg.args;

	*request = (struct request){ .msg = { .kind = CWMP_REQUEST } };
	args->params.items = request->params;
	args->names.items = request->names;
	args->infos = request->infos;
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (str_is(verb, verbs[i].verb))
			request->msg.method = verbs[i].method;
	}
	request->is_access = str_is(verb, "access");
	args->next_level = str_is(verb, "names+");
	args->delay_seconds = str_is(verb, "schedule") ? 60 : 0;
	while (rest.p)
		add_word(stub, request, arena, str_cut(rest, ' ', &rest));
}

static inline struct str short_of(const struct model *model, struct str name)
{
	struct str root = model->names[0].path;

	return name.len > root.len && str_starts(name, root) ? str_from(name, root.len)
							     : name;
}

static inline void print_answer(struct buf *out, const struct model *model,
    const struct cwmp_msg *msg)
{
	const struct cwmp_args *args = &msg->args;

	if (msg->kind == CWMP_FAULT) {
		buf_printf(out, "%u %s", msg->fault.code, msg->fault.soap_code.p);
		for (size_t i = 0; i < msg->fault.n_params; i++)
			buf_printf(out, " %.*s=%u",
			    STR_ARG(short_of(model, msg->fault.params[i].name)),
			    msg->fault.params[i].code);
		return;
	}
	buf_append_text(out, "ok");
	for (size_t i = 0; i < args->params.len; i++)
		buf_printf(out, " %.*s=%.*s:%.*s",
		    STR_ARG(short_of(model, args->params.items[i].name)),
		    STR_ARG(args->params.items[i].value),
		    STR_ARG(args->params.items[i].type));
	for (size_t i = 0; i < args->n_infos; i++) {
		const struct cwmp_param_info *info = &args->infos[i];
		bool is_default = info->access_list.len == 1 &&
				  str_is(info->access_list.items[0], "Subscriber");

		buf_printf(out, " %.*s%s%u", STR_ARG(short_of(model, info->name)),
		    info->writable ? "!" : "=", info->notification);
		if (msg->method != CWMP_GET_PARAMETER_ATTRIBUTES || is_default)
			continue;
		buf_append_char(out, '(');
		for (size_t k = 0; k < info->access_list.len; k++)
			buf_printf(out, "%s%.*s", k ? "," : "",
			    STR_ARG(info->access_list.items[k]));
		buf_append_char(out, ')');
	}
	if (args->instance_number)
		buf_printf(out, " #%u", args->instance_number);
	if (args->status)
		buf_printf(out, " status %u", args->status);
	for (size_t i = 0; i < args->names.len; i++)
		buf_printf(out, " %.*s", STR_ARG(args->names.items[i]));
}

static inline void ask(struct device_stub *stub, const char *line, const char *wanted)
{
	auto_arena arena = ARENA_NULL;
	auto_buf seen = BUF_NULL;
	struct request request;
	struct cwmp_msg reply;

	make_request(stub, &request, &arena, line);
	rpc_answer(&stub->rpc, &request.msg, &arena, &reply);
	bodies_keep(request.msg.method, &reply);
	print_answer(&seen, stub->model, &reply);
	if (strcmp(buf_cstr(&seen), wanted) != 0)
		fail_msg("%s\n  gives  %s\n  not    %s", line, buf_cstr(&seen), wanted);
}

struct asked {
	const char *ask, *answer;
};

/* Asks rows, until one that asks nothing. */
static inline void ask_all(struct device_stub *stub, const struct asked *rows)
{
	for (; rows->ask; rows++)
		ask(stub, rows->ask, rows->answer);
}
