/* rpc: an RPC to a CPE, through the ACS of a lab that is up. */
#include "lab/verbs/cmds.h"

#include "agents/acs/policy/rpc.h"
#include "lab/channel/labsock.h"
#include "lab/play/place.h"
#include "lab/play/rpc_answer.h"
#include "lab/play/rpc_arguments.h"
#include "lab/play/waiting.h"
#include "lab/term/cmd.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/program/say.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

enum {
	TIMEOUT_S = 60, /* of a CPE that is called */
	POLL_MS =
	    1000 /* how long an ACS may wait before it says that the task is not over */
};

struct rpc_call {
	const char *place; /* "LAB/ACS" */
	const char *device, *method;
	char **words;
	size_t n_words;
	bool waits, as_json;
	clock_ns timeout;     /* 0: for ever */
	const char *file;     /* of arguments; null: none */
	const char *withdraw; /* the number of a task that is not to be; null: none */
	/* what comes of it */
	struct place at;
	char name[PLACE_DEVICE_MAX]; /* of the device, as the ACS knows it */
	uint64_t task;
	struct rpc_answer answer;
	struct waiting waiting;
	bool is_over;
	bool has_news; /* the CPE is to be looked at */
};

/* ---- the command --------------------------------------------------------------------- */

static const struct acs_rpc *find_method(const struct rpc_call *call, struct error *err)
{
	const struct conf_node name = { .kind = CONF_SCALAR,
		.text = str_of(call->method) };
	const struct conf_doc nowhere = { .name = "METHOD", .has_no_text = true };
	const struct acs_rpc *rpc = acs_rpc_of(name.text);

	if (!rpc) {
		rpc = acs_rpc_find(&nowhere, &name, err);
		err->code = ERR_USAGE;
	}
	return rpc;
}

static int write_arguments(const struct rpc_call *call, struct buf *out,
    struct error *err)
{
	const struct acs_rpc *rpc = find_method(call, err);

	return rpc ? rpc_arguments_write(rpc, call->words, call->n_words, call->file,
			 out, err)
		   : ERR_USAGE;
}

static void on_queued(void *user, json_t *page)
{
	struct rpc_call *call = user;
	const json_t *task = json_object_get(page, "task");

	call->task = (uint64_t)json_integer_value(json_object_get(task, "task"));
}

/* Has the ACS take it. What it then answers for counts: the task outlives this program. */
static int queue(struct rpc_call *call, struct str arguments, struct error *err)
{
	auto_buf command = BUF_NULL;
	struct json json = json_writer(&command, 0);
	int r;

	json_object_begin(&json, NULL);
	json_text(&json, "cmd", "rpc");
	json_text(&json, "device", call->name);
	json_text(&json, "method", call->method);
	json_raw(&json, "arguments", arguments);
	json_bool(&json, "call", !call->waits);
	json_object_end(&json);
	r = labsock_ask_agent(call->at.fd, call->at.node, buf_cstr(&command), on_queued,
	    call, err);
	return r == ERR_USAGE
		   ? place_explain_unknown(&call->at, call->device, call->name, err)
		   : r;
}

/* ---- waiting ------------------------------------------------------------------------- */

static void on_task(void *user, json_t *page)
{
	struct rpc_call *call = user;
	json_t *task = json_object_get(page, "task");
	const char *state = json_string_value(json_object_get(task, "state"));

	if (state && strcmp(state, "queued") == 0) {
		call->has_news |= waiting_note(&call->waiting, task);
		return;
	}
	waiting_over(&call->waiting);
	call->is_over = true;
	rpc_answer_page(&call->answer, task);
}

static void on_cpe(void *user, json_t *page)
{
	struct rpc_call *call = user;
	const json_t *cpe = json_array_get(json_object_get(page, "cpes"), 0);

	if (cpe && call->has_news)
		waiting_tell_cpe(&call->waiting, cpe);
	if (cpe)
		waiting_note_session(&call->waiting, cpe);
	call->has_news = false;
}

/* What the CPE does, where it is one of the lab. */
static void look(struct rpc_call *call)
{
	auto_buf command = BUF_NULL;
	struct json json = json_writer(&command, 0);
	struct error err = ERROR_NULL;

	if (strcmp(call->name, call->device) == 0)
		return;
	json_object_begin(&json, NULL);
	json_text(&json, "cmd", "cpe");
	json_text(&json, "cpe", call->device);
	json_object_end(&json);
	if (labsock_ask_agent(call->at.fd, call->device, buf_cstr(&command), on_cpe,
		call, &err) < 0 &&
	    call->has_news)
		say_error("cwmplab: ", &err);
	call->has_news = false;
}

static int await(struct rpc_call *call, struct error *err)
{
	clock_ns end = call->timeout ? clock_monotonic() + call->timeout : INT64_MAX;
	auto_buf command = BUF_NULL;
	bool has_asked = false;
	int r = 0;

	buf_printf(&command, "{\"cmd\":\"tasks\",\"task\":%llu,\"wait\":\"%dms\"}",
	    (unsigned long long)call->task, POLL_MS);
	while (r == 0 && !call->is_over && clock_monotonic() < end) {
		if (call->has_news || has_asked)
			look(call);
		has_asked = true;
		r = labsock_ask_agent(call->at.fd, call->at.node, buf_cstr(&command),
		    on_task, call, err);
	}
	if (r < 0)
		return error_prefix(err, "task %llu of %s",
		    (unsigned long long)call->task, call->at.node);
	return 0;
}

/* The exit status. */
static int play(struct rpc_call *call, struct error *err)
{
	auto_buf arguments = BUF_NULL;
	int r = write_arguments(call, &arguments, err);

	if (r == 0)
		r = place_open_acs(&call->at, call->place, err);
	if (r == 0)
		r = place_device(&call->at, call->device, call->name, err);
	if (r == 0)
		r = queue(call, buf_str(&arguments), err);
	if (r < 0)
		return cmd_fail(err);
	waiting_begin(&call->waiting, call->device, &call->at, call->task, call->waits);
	call->has_news = call->waits;
	rpc_answer_begin(&call->answer, call->device,
	    call->n_words == 1 ? call->words[0] : NULL, call->as_json);
	r = await(call, err);
	waiting_over(&call->waiting);
	if (r < 0)
		return cmd_fail(err);
	return call->is_over ? rpc_answer_end(&call->answer)
			     : waiting_give_up(&call->waiting, call->timeout);
}

/* ---- withdrawing --------------------------------------------------------------------- */

static void on_withdrawn(void *user, json_t *page)
{
	const struct rpc_call *call = user;
	json_t *task = json_object_get(page, "task");
	struct page_printer printer = { .out = stdout };

	if (call->as_json) {
		page_print(&printer, task);
		page_print_end(&printer);
		return;
	}
	say(stdout, "%s sends no %s to %s: task %" PRIu64 " is withdrawn\n",
	    call->at.node, json_string_value(json_object_get(task, "method")),
	    json_string_value(json_object_get(task, "cpe")), call->task);
}

/* What says how an RPC is sent is of no use to one that is taken back. */
static int check_withdraw(const struct rpc_call *call, struct error *err)
{
	const char *option = call->waits          ? "wait"
			     : call->timeout >= 0 ? "timeout"
			     : call->file         ? "arguments"
						  : NULL;

	if (!option)
		return 0;
	return error_set(err, ERR_USAGE,
	    "--%s is for an RPC that is sent: --withdraw takes one back", option);
}

/* The exit status. */
static int withdraw(struct rpc_call *call, struct error *err)
{
	auto_buf command = BUF_NULL;
	int r = check_withdraw(call, err);

	if (r == 0 && (str_to_u64(str_of(call->withdraw), INT64_MAX, &call->task) < 0 ||
			  call->task == 0))
		r = error_set(err, ERR_USAGE,
		    "--withdraw \"%s\": give the number of a task, as \"rpc\" "
		    "tells it when nobody waits any more",
		    call->withdraw);
	if (r == 0)
		r = place_open_acs(&call->at, call->place, err);
	buf_printf(&command, "{\"cmd\":\"withdraw\",\"task\":%" PRIu64 "}", call->task);
	if (r == 0)
		r = labsock_ask_agent(call->at.fd, call->at.node, buf_cstr(&command),
		    on_withdrawn, call, err);
	return r < 0 ? cmd_fail(err) : EXIT_OK;
}

/* ---- the call ------------------------------------------------------------------------ */

enum {
	ROW_WAIT,
	ROW_TIMEOUT,
	ROW_ARGUMENTS,
	ROW_JSON,
	ROW_WITHDRAW
};

static const struct option_row rows[] = {
	[ROW_WAIT] = OPTION('w', "wait", NULL,
	    "send no connection request: wait for the CPE's next session"),
	[ROW_TIMEOUT] = OPTION(0, "timeout", "TIME",
	    "stop waiting after so long (60s; with --wait: never)"),
	[ROW_ARGUMENTS] =
	    OPTION(0, "arguments", "FILE", "arguments as YAML, as a policy has them"),
	[ROW_JSON] = OPTION(0, "json", NULL, "as JSON"),
	[ROW_WITHDRAW] = OPTION(0, "withdraw", "TASK",
	    "take an RPC back that is queued and was not sent"),
	{ NULL },
};

static int take_option(struct rpc_call *call, const struct option_row *row,
    const char *value, struct error *err)
{
	int64_t ns;

	switch (row - rows) {
	case ROW_WAIT:
		call->waits = true;
		return 0;
	case ROW_ARGUMENTS:
		call->file = value;
		return 0;
	case ROW_JSON:
		call->as_json = true;
		return 0;
	case ROW_WITHDRAW:
		call->withdraw = value;
		return 0;
	}
	if (conf_duration(str_of(value), &ns) < 0 || ns < 0)
		return error_set(err, ERR_USAGE,
		    "--timeout \"%s\": give a time such as 30s or 5m", value);
	call->timeout = ns;
	return 0;
}

static int rpc_run(const struct verb *verb, int argc, char **argv)
{
	struct rpc_call call = { .timeout = -1, .at.fd = -1 };
	struct option_reader options;
	const struct option_row *row;
	struct error err = ERROR_NULL;
	const char *value;
	int status;

	options_begin(&options, verb, argc, argv);
	while ((row = options_next(&options, &value))) {
		if (take_option(&call, row, value, &err) < 0)
			return cmd_fail(&err);
	}
	if (options.status >= 0)
		return options.status;
	call.place = options.words[0];
	if (call.withdraw ? options.n_words != 1 : options.n_words < 3)
		return verb_fail_usage(verb);
	if (call.withdraw) {
		status = withdraw(&call, &err);
		place_close(&call.at);
		return status;
	}
	if (call.timeout < 0)
		call.timeout = call.waits ? 0 : TIMEOUT_S * NS_PER_S;
	call.device = options.words[1];
	call.method = options.words[2];
	call.words = options.words + 3;
	call.n_words = options.n_words - 3;
	status = play(&call, &err);
	place_close(&call.at);
	return status;
}

const struct verb rpc_verb = {
	.name = "rpc",
	.brief = "have an ACS of a lab ask a CPE something",
	.run = rpc_run,
	.arguments = "LAB/ACS DEVICE METHOD [NAME[=VALUE]...] [OPTION...]\n"
		     "LAB/ACS --withdraw TASK [--json]",
	.about =
	    "Has the ACS send an RPC to DEVICE, a node of the lab or OUI-ProductClass-SerialNumber, and\n"
	    "prints the answer. The CPE is called by a connection request. Exit status 1: it answers\n"
	    "with a fault, or does not come. What was queued and not sent can be withdrawn by the number\n"
	    "of its task.\n",
	.notes =
	    "Arguments: names (GetParameterValues, AddObject...); NAME=VALUE or NAME:TYPE=VALUE\n"
	    "(SetParameterValues); NAME=off|passive|active (SetParameterAttributes); the keys that a\n"
	    "policy's step has (Download file-type=\"1 Firmware Upgrade Image\" url=...), whose lists\n"
	    "are YAML; or all as YAML in braces. While the CPE does not come it is told why.\n",
	.rows = rows,
	.min_words = 1,
	.max_words = WORDS_ANY,
};
