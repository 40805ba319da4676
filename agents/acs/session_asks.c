/* What the ACS asks in a session: first what its policy says, then what is queued for the
 * CPE. */
#include "agents/acs/session_internal.h"

#include "lib/base/cut.h"
#include "lib/base/digits.h"
#include "lib/program/log.h"

#include <stdio.h>

enum {
	ID_MAX = 16 /* bytes of the ID of a request of ours */
};

/* ---- the policy -------------------------------------------------------------------- */

static bool has_tag(void *user, struct str pattern)
{
	const struct acs_session *session = user;

	return device_has_tag(session->device, pattern);
}

/* What is done is noted before the next step: a killed ACS does it no second time. */
static void set_tag(void *user, const char *tag, bool is_on)
{
	struct acs_session *session = user;

	if (device_tag(session->device, str_of(tag), is_on))
		acs_session_changed(session);
}

struct str acs_session_file_url(void *user, struct str file, struct arena *arena,
    uint32_t *ret_size)
{
	const struct acs_session_config *config =
	    &((const struct acs_session *)user)->config;

	return config->file_url ? config->file_url(config->user, file, arena, ret_size)
				: STR_NULL;
}

bool acs_session_begin_policy(struct acs_session *session,
    const struct cwmp_inform *inform)
{
	const struct device *device = session->device;
	const struct policy_world world = {
		.url = session->config.url,
		.root = session->root,
		.address = session->address,
		.id = device->id,
		.oui = str_of(device->text.oui),
		.product_class = str_of(device->text.product_class),
		.serial = str_of(device->text.serial_number),
		.manufacturer = str_of(device->text.manufacturer),
		.has_tag = has_tag,
		.set_tag = set_tag,
		.file_url = acs_session_file_url,
		.user = session,
	};

	return policy_run_new(&session->run, session->config.policy, &world, inform) ==
	       0;
}

static void note_policy(struct acs_session *session, const char *text)
{
	if (text)
		acs_session_note(session,
		    &(struct acs_note){ .kind = ACS_NOTE_POLICY, .text = text });
}

/* ---- requests ---------------------------------------------------------------------- */

static struct str request_id(const struct acs_session *session, char text[ID_MAX])
{
	size_t digits = MAX(digits_count(session->request_id), (size_t)1);
	char *at = stpcpy(text, "acs-");

	*digits_put((uint8_t *)at, session->request_id, digits) = '\0';
	return str_make(text, (size_t)(at - text) + digits);
}

/* Who serves files has to know who may have them: of a transfer, or of operations. */
static void tell_transfers(const struct acs_session_config *config,
    const struct cwmp_args *args)
{
	if (!config->transfer)
		return;
	if (args->username.len > 0)
		config->transfer(config->user, args->url, args->username,
		    args->password);
	for (size_t i = 0; i < args->n_items; i++) {
		const struct cwmp_item *item = &args->items[i];
		struct str username = cwmp_item_text(item, "Username");

		if (username.len > 0)
			config->transfer(config->user, cwmp_item_text(item, "URL"),
			    username, cwmp_item_text(item, "Password"));
	}
}

/* Sends a request. A failure, with words: it cannot be written, and nothing was done. */
static int ask(struct acs_session *session, struct cwmp_msg *request, struct buf *out,
    struct error *err)
{
	const struct acs_session_config *config = &session->config;
	size_t len = out->len;
	char id[ID_MAX];
	int r;

	request->ns = session->ns;
	request->has_no_declaration = config->has_no_declaration;
	request->header.has_id = true;
	acs_session_hold(session, &request->header);
	session->request_id++;
	request->header.id = request_id(session, id);
	r = cwmp_write(out, request, err);
	if (r < 0) {
		out->len = len;
		return r;
	}
	tell_transfers(config, &request->args);
	acs_session_ask_calls(session, request);
	device_note_secrets(session->device, request);
	(void)acs_session_move(session, ACS_ASKS);
	session->asked = request->method;
	acs_session_show(session, true, request);
	return 0;
}

/* The script's next request. False: there is none. */
static bool ask_script(struct acs_session *session, struct buf *out)
{
	const struct acs_script *script = session->config.script;
	struct cwmp_msg request = { .kind = CWMP_REQUEST };
	struct error err = ERROR_NULL;
	int r = script ? script->next(script->user, session, session->config.arena,
			     &request, &err)
		       : 0;

	if (r > 0)
		r = ask(session, &request, out, &err);
	else if (r == 0)
		return false;
	if (r < 0)
		note_policy(session, err.text);
	return r == 0;
}

/* The policy's next request. False: it has none, or cannot go on. */
static bool ask_policy(struct acs_session *session, struct buf *out)
{
	struct cwmp_msg request = { .kind = CWMP_REQUEST };
	struct error err = ERROR_NULL;
	int r = policy_run_next(session->run, session->config.arena, &request, &err);

	note_policy(session, policy_run_limit(session->run));
	if (r == 0)
		return false;
	if (r > 0)
		r = ask(session, &request, out, &err);
	session->is_policys = r == 0;
	if (r == 0)
		return true;
	note_policy(session, err.text);
	policy_run_free(session->run);
	session->run = NULL;
	return false;
}

/* Fills the request of a task. The document has to live until it is written. */
static int fill_task(struct acs_session *session, const struct task *task,
    struct conf_doc **ret_doc, struct cwmp_msg *request, struct error *err)
{
	const struct acs_rpc_context context = { .arena = session->config.arena,
		.root = session->root,
		.file_url = acs_session_file_url,
		.user = session };
	struct acs_rpc_args args;
	int r = task_arguments(task, ret_doc, &args, err);

	return r < 0 ? r : acs_rpc_fill(task->rpc, &args, &context, request, err);
}

/* Sends a task. False: it cannot be sent, and what comes behind it may be. */
static bool ask_task(struct acs_session *session, struct task *task, clock_ns now,
    struct buf *out)
{
	struct task_queue *tasks = session->config.tasks;
	struct cwmp_msg request = { .kind = CWMP_REQUEST };
	struct conf_doc *doc = NULL;
	struct error err = ERROR_NULL;
	int r = fill_task(session, task, &doc, &request, &err);

	if (r == 0)
		r = task_queue_send(tasks, task, &session->task, &err);
	if (r == 0)
		r = ask(session, &request, out, &err);
	if (r < 0)
		task_queue_fail(tasks, task, err.text, now);
	conf_free(doc);
	return r == 0;
}

static struct acs_answer end(struct acs_session *session)
{
	/* An empty answer reads as HoldRequests 0 (TR-069 A6 3.5). */
	if (session->is_holding) {
		session->is_holding = false;
		acs_session_show(session, true, NULL);
		return acs_released;
	}
	(void)acs_session_move(session, ACS_NOTHING_LEFT);
	acs_session_show(session, true, NULL);
	return acs_nothing;
}

struct acs_answer acs_session_go_on(struct acs_session *session, clock_ns now,
    struct buf *out)
{
	struct task_queue *tasks = session->config.tasks;
	struct task *task;

	if (ask_script(session, out) || ask_policy(session, out))
		return acs_envelope;
	while (tasks && (task = task_queue_next(tasks, session->device->id, now))) {
		if (ask_task(session, task, now, out))
			return acs_envelope;
	}
	return end(session);
}

/* ---- responses --------------------------------------------------------------------- */

static void keep_values(struct acs_session *session, const struct cwmp_params *params)
{
	for (size_t i = 0; i < params->len; i++)
		device_set_value(session->device, params->items[i].name,
		    params->items[i].value);
}

/* False, with session->why: it answers nothing of ours. */
static bool is_answer(struct acs_session *session, const struct cwmp_msg *msg)
{
	struct error err = ERROR_NULL;
	char id[ID_MAX];

	if (session->state != ACS_ASKED)
		(void)acs_session_fail(session, "%.*s, which nothing asked for",
		    STR_ARG(cwmp_msg_name(msg)));
	/* Some CPEs leave the ID out of a response, which is let pass; an ID that is not
	 * the request's answers something else. */
	else if (msg->header.has_id && !str_eq(msg->header.id, request_id(session, id)))
		(void)acs_session_fail(session,
		    "the response has ID \"%.*s\", the request had \"%s\"",
		    STR_ARG(msg->header.id), id);
	else if (msg->kind == CWMP_RESPONSE && msg->method != session->asked)
		(void)acs_session_fail(session, "%.*s answers a %s",
		    STR_ARG(cwmp_msg_name(msg)), cwmp_method_name(session->asked));
	else if (msg->kind == CWMP_RESPONSE && cwmp_check_lengths(msg, &err) < 0)
		(void)acs_session_fail(session, "%.*s: %s", STR_ARG(cwmp_msg_name(msg)),
		    err.text);
	return session->state != ACS_FAILED;
}

/* The answer is kept before anything else is said: whoever answered is not asked again. */
static void take_answer(struct acs_session *session, const struct cwmp_msg *msg,
    clock_ns now)
{
	struct acs_note note = { .kind = ACS_NOTE_RPC,
		.method = session->asked,
		.msg = msg };
	struct error err = ERROR_NULL;

	/* First: an ACS that is killed now asks once more, and knows nothing less. */
	acs_session_take_calls(session, msg);
	if (session->task) {
		note.task = session->task->id;
		if (task_queue_answer(session->config.tasks, session->task, msg, now,
			&err) < 0)
			log_error("task %llu is answered, and that is not kept: %s",
			    (unsigned long long)note.task, err.text);
	} else if (session->is_policys) {
		policy_run_took(session->run, msg);
	}
	session->is_policys = false;
	acs_session_note(session, &note);
}

/* What SOAP says of it stands in for what CWMP does not. */
static void word_bare_fault(struct acs_session *session, struct cwmp_fault *fault)
{
	char text[ACS_WHY_MAX];

	if (fault->code != 0 || fault->text.len > 0)
		return;
	fault->text = arena_str(session->config.arena,
	    str_of(cut_print(text, sizeof(text),
		"the fault has no FaultCode: %.*s%s%.*s", STR_ARG(fault->soap_code),
		fault->soap_string.len > 0 ? ", " : "", STR_ARG(fault->soap_string))));
}

static struct acs_answer go_on_once(struct acs_session *session, clock_ns now,
    struct buf *out)
{
	return session->config.asks_once ? end(session)
					 : acs_session_go_on(session, now, out);
}

/* As it would in the next session: three times at most (task_queue_next()). A CPE that opens a
 * connection for each POST and passes requests over is asked as often: its empty POST is that of
 * a CPE which has lost the request, or its answer, with the connection before. Nor does the end of
 * that connection say which: a FIN is sent as well by a CPE that had waited for too long to read
 * the request, and by a proxy that has lost the CPE. */
struct acs_answer acs_session_repeat(struct acs_session *session, clock_ns now,
    struct buf *out)
{
	(void)acs_session_move(session, ACS_CPE_RESPONDED);
	acs_session_show(session, false, NULL);
	acs_session_forget_calls(session);
	session->task->holder = NULL;
	session->task = NULL;
	return go_on_once(session, now, out);
}

/* Whoever has sent the request is told that no answer comes: a task is not sent again, for it
 * would be passed over in each session to come. */
struct acs_answer acs_session_pass_over(struct acs_session *session, clock_ns now,
    struct buf *out)
{
	struct cwmp_msg none = { .kind = CWMP_FAULT,
		.fault.text = STR("the CPE answered with an empty POST") };
	struct acs_note note = { .kind = ACS_NOTE_RPC,
		.method = session->asked,
		.msg = &none };

	(void)acs_session_move(session, ACS_CPE_RESPONDED);
	acs_session_show(session, false, NULL);
	acs_session_forget_calls(session);
	if (session->task) {
		note.task = session->task->id;
		task_queue_fail(session->config.tasks, session->task, none.fault.text.p,
		    now);
	} else if (session->is_policys) {
		policy_run_took(session->run, &none);
	}
	session->is_policys = false;
	acs_session_note(session, &note);
	return go_on_once(session, now, out);
}

struct acs_answer acs_session_respond(struct acs_session *session, struct cwmp_msg *msg,
    clock_ns now, struct buf *out)
{
	if (!is_answer(session, msg))
		return acs_bad_request;
	if (msg->kind == CWMP_FAULT)
		word_bare_fault(session, &msg->fault);
	acs_session_hide_secrets(session, msg);
	(void)acs_session_move(session, ACS_CPE_RESPONDED);
	acs_session_show(session, false, msg);
	/* A fault to one request does not end the session (TR-069 A6 3.7.1.4). */
	if (msg->kind == CWMP_RESPONSE && msg->method == CWMP_GET_PARAMETER_VALUES)
		keep_values(session, &msg->args.params);
	take_answer(session, msg, now);
	if (session->config.fails_at_faults && msg->kind == CWMP_FAULT)
		return acs_session_fail(session,
		    "a fault, which it takes for an error");
	return go_on_once(session, now, out);
}
