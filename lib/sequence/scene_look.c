/* What a message, an end or a call is to a step. */
#include "lib/sequence/scene_internal.h"

#include "lib/base/cut.h"
#include "lib/base/secret.h"
#include "lib/proto/url.h"

#include <stdio.h>

/* ---- words -------------------------------------------------------------------------- */

static enum scene_verdict fail(struct scene_found *found, enum scene_side who,
    const char *fmt, ...) ATTR_PRINTF(3, 4);

static enum scene_verdict fail(struct scene_found *found, enum scene_side who,
    const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)cut_vprint(found->why, sizeof(found->why), fmt, args);
	va_end(args);
	found->who = who;
	return SCENE_FAILS;
}

/* Of a TransferComplete and the like, "with fault 9018". */
static bool has_fault(const struct cwmp_msg *msg)
{
	return msg && msg->kind == CWMP_REQUEST && msg->args.fault_code > 0;
}

/* "Inform with 1 BOOT, 4 VALUE CHANGE". */
static char *describe(const struct cwmp_msg *msg, char *text, size_t size)
{
	auto_buf words = BUF_NULL;

	if (!msg)
		return cut_print(text, size, "an empty message");
	buf_append_str(&words, cwmp_msg_name(msg));
	if (msg->kind == CWMP_FAULT)
		buf_printf(&words, " %u%s%.*s", msg->fault.code,
		    msg->fault.text.len > 0 ? " " : "", STR_ARG(msg->fault.text));
	if (msg->kind == CWMP_REQUEST && msg->method == CWMP_INFORM) {
		for (size_t i = 0; i < msg->inform.n_events; i++)
			buf_printf(&words, "%s %.*s", i == 0 ? " with" : ",",
			    STR_ARG(msg->inform.events[i].code));
	}
	if (has_fault(msg))
		buf_printf(&words, " with fault %u%s%.*s", msg->args.fault_code,
		    msg->args.fault_text.len > 0 ? " " : "",
		    STR_ARG(msg->args.fault_text));
	return cut_print(text, size, "%s", words.error ? "" : buf_cstr(&words));
}

/* ---- what is in a message ------------------------------------------------------------ */

static bool is_message(const struct cwmp_msg *msg, const char *wanted)
{
	if (!msg)
		return strcmp(wanted, "empty") == 0;
	return str_is(cwmp_msg_name(msg), wanted);
}

static bool is_inform(const struct scene_event *event)
{
	return event->kind == SCENE_EVENT_MESSAGE && !event->from_acs && event->msg &&
	       is_message(event->msg, "Inform");
}

static const struct cwmp_event *find_event(const struct cwmp_msg *msg, const char *code)
{
	for (size_t i = 0; i < msg->inform.n_events; i++) {
		if (str_is(msg->inform.events[i].code, code))
			return &msg->inform.events[i];
	}
	return NULL;
}

size_t scene_weigh(const struct scene *scene, const struct scene_event *event,
    char *text, size_t size)
{
	const struct sequence_step *step;
	size_t weight = 1;

	if (event->kind != SCENE_EVENT_MESSAGE)
		return 0;
	if (has_fault(event->msg)) {
		(void)describe(event->msg, text, size);
		return SIZE_MAX;
	}
	if (!is_inform(event) || scene->at == scene->config.sequence->steps.len)
		return 0;
	step = scene_step(scene, scene->at);
	for (size_t i = 0; i < step->event.len; i++)
		weight += find_event(event->msg, step->event.items[i]) != NULL;
	(void)describe(event->msg, text, size);
	return weight;
}

static bool has_events(const struct sequence_step *step, const struct cwmp_msg *msg)
{
	for (size_t i = 0; i < step->event.len; i++) {
		if (!msg || !find_event(msg, step->event.items[i]))
			return false;
	}
	return true;
}

static const struct cwmp_param *find_param(const struct cwmp_params *params,
    struct str suffix)
{
	for (size_t i = 0; i < params->len; i++) {
		if (str_ends(params->items[i].name, suffix))
			return &params->items[i];
	}
	return NULL;
}

static bool find_name(const struct cwmp_strings *names, struct str suffix,
    struct scene_found *found)
{
	for (size_t i = 0; i < names->len; i++) {
		if (!str_ends(names->items[i], suffix))
			continue;
		found->name = names->items[i];
		found->value = STR("");
		return true;
	}
	return false;
}

/* CommandKey and the like are no parameters, but are asked for alike; an Inform has the
 * CommandKey of the step's last event. */
static bool find_key(const struct sequence_step *step, const struct cwmp_msg *msg,
    struct scene_found *found)
{
	const struct cwmp_event *event;

	if (msg->method != CWMP_INFORM) {
		found->value = msg->args.command_key;
		return found->value.p != NULL;
	}
	if (step->event.len == 0)
		return false;
	event = find_event(msg, step->event.items[step->event.len - 1]);
	if (event)
		found->value = event->command_key.p ? event->command_key : STR("");
	return event;
}

static bool find_argument(const struct sequence_step *step, const struct cwmp_msg *msg,
    struct scene_found *found)
{
	const struct cwmp_params *params =
	    msg->method == CWMP_INFORM ? &msg->inform.params : &msg->args.params;
	struct str suffix = str_of(step->parameter);
	const struct cwmp_param *param = find_param(params, suffix);

	if (param) {
		found->name = param->name;
		found->value = param->value.p ? param->value : STR("");
		return true;
	}
	if (find_name(&msg->args.names, suffix, found))
		return true;
	if (str_is(suffix, "CommandKey"))
		return find_key(step, msg, found);
	found->value = str_is(suffix, "URL") ? msg->args.url : STR_NULL;
	return found->value.p != NULL;
}

/* ---- what a message has to have ------------------------------------------------------- */

/* What is wrong with a value, which is not shown where it is a secret. */
static bool fail_value(const struct sequence_step *step, enum scene_side who,
    struct scene_found *found, struct str other)
{
	if (secret_is_name(str_of(step->parameter)))
		(void)fail(found, who, "%s is %s what it should be", step->parameter,
		    other.p ? "not" : "still not");
	else if (other.p)
		(void)fail(found, who, "%s is \"%.*s\", not \"%.*s\"", step->parameter,
		    STR_ARG(found->value), STR_ARG(other));
	else
		(void)fail(found, who, "%s is still \"%.*s\"", step->parameter,
		    STR_ARG(found->value));
	return false;
}

static bool check_parameter(const struct scene *scene, const struct sequence_step *step,
    const struct cwmp_msg *msg, enum scene_side who, struct scene_found *found)
{
	struct str wanted = scene_value(scene, step->value);
	struct str unwanted = scene_value(scene, step->not_value);

	if (!find_argument(step, msg, found)) {
		(void)fail(found, who, "%s is not in the %.*s", step->parameter,
		    STR_ARG(cwmp_msg_name(msg)));
		return false;
	}
	if (wanted.p && !url_is_same(found->value, wanted))
		return fail_value(step, who, found, wanted);
	if (unwanted.p && url_is_same(found->value, unwanted))
		return fail_value(step, who, found, STR_NULL);
	if (step->as && found->value.len > SCENE_VALUE_MAX) {
		(void)fail(found, who, "%s has %zu bytes, at most %d go",
		    step->parameter, found->value.len, SCENE_VALUE_MAX);
		return false;
	}
	return true;
}

static bool has_status(const struct sequence_step *step, unsigned status)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%u", status);
	for (size_t i = 0; i < step->status.len; i++) {
		if (strcmp(step->status.items[i], text) == 0)
			return true;
	}
	return false;
}

static bool check_status(const struct sequence_step *step, const struct cwmp_msg *msg,
    enum scene_side who, struct scene_found *found)
{
	if (step->status.len == 0 || has_status(step, msg->args.status))
		return true;
	(void)fail(found, who, "Status is %u", msg->args.status);
	return false;
}

static bool check_message(const struct scene *scene, const struct sequence_step *step,
    const struct scene_event *event, struct scene_found *found)
{
	enum scene_side who = event->from_acs ? SCENE_ACS : SCENE_CPE;
	char words[SCENE_WHY_MAX / 2];

	if (!has_events(step, event->msg)) {
		(void)fail(found, who, "it is no Inform with %s but %s",
		    step->event.items[0], describe(event->msg, words, sizeof(words)));
		return false;
	}
	if (!event->msg)
		return true;
	if (step->parameter && !check_parameter(scene, step, event->msg, who, found))
		return false;
	return check_status(step, event->msg, who, found);
}

bool scene_leads_away(const struct scene *scene, const struct sequence_step *step)
{
	struct str to = scene_value(scene, step->to);

	return to.p && !url_is_same(to, scene_value(scene, "$session_url"));
}

/* ---- kinds of steps -------------------------------------------------------------------- */

static enum scene_verdict look_for_answer(const struct scene_event *event,
    struct scene_found *found)
{
	char words[SCENE_WHY_MAX / 2];

	if (event->kind == SCENE_EVENT_CALL)
		return SCENE_PASSES;
	if (event->kind == SCENE_EVENT_OVER)
		return fail(found, SCENE_ACS, "the Inform is not answered: %s",
		    event->why ? event->why : "the session is over");
	if (event->from_acs && event->msg && is_message(event->msg, "InformResponse"))
		return SCENE_HOLDS;
	/* The same again is wanted (TR-069 A6 3.7.1.4). */
	if (event->from_acs && event->msg && event->msg->kind == CWMP_FAULT &&
	    event->msg->fault.code == 8005)
		return SCENE_PASSES;
	return fail(found, event->from_acs ? SCENE_ACS : SCENE_CPE,
	    "the Inform is answered by %s", describe(event->msg, words, sizeof(words)));
}

/* Whoever is not there to hear the CPE has left the path. */
static enum scene_verdict fail_unheard(const struct scene_event *event,
    struct scene_found *found)
{
	return fail(found, SCENE_ACS, "it is not reached: %s", event->why);
}

static enum scene_verdict look_for_session(const struct scene *scene,
    const struct sequence_step *step, const struct scene_event *event,
    struct scene_found *found)
{
	if (scene->is_answer_due)
		return look_for_answer(event, found);
	if (event->is_unheard)
		return fail_unheard(event, found);
	if (!is_inform(event) || !has_events(step, event->msg) ||
	    scene_leads_away(scene, step))
		return SCENE_PASSES;
	return check_message(scene, step, event, found) ? SCENE_BEGINS : SCENE_FAILS;
}

/* Who fails where a session ends: whoever was to speak. */
static enum scene_verdict look_at_end(const struct scene *scene,
    const struct sequence_step *step, const struct scene_event *event,
    struct scene_found *found)
{
	enum scene_side who = step->see == SEE_ACS_SENDS ? SCENE_ACS : SCENE_CPE;

	if (event->is_unheard)
		return fail_unheard(event, found);
	if (scene->is_opening)
		return SCENE_PASSES;
	if (event->why)
		return fail(found, who, "the session fails: %s", event->why);
	return fail(found, who, "the session is over without %s%s",
	    strcmp(step->message, "empty") == 0 ? "an empty message" : "",
	    strcmp(step->message, "empty") == 0 ? "" : step->message);
}

static enum scene_verdict look_for_message(const struct scene *scene,
    const struct sequence_step *step, const struct scene_event *event,
    struct scene_found *found)
{
	bool from_acs = step->see == SEE_ACS_SENDS;
	char words[SCENE_WHY_MAX / 2];

	if (event->kind == SCENE_EVENT_CALL ||
	    (scene->is_before && event->kind == SCENE_EVENT_MESSAGE))
		return SCENE_PASSES;
	if (event->kind == SCENE_EVENT_OVER)
		return look_at_end(scene, step, event, found);
	if (event->from_acs == from_acs && is_message(event->msg, step->message))
		return check_message(scene, step, event, found) ? SCENE_HOLDS
								: SCENE_FAILS;
	if (event->from_acs && !from_acs)
		return SCENE_PASSES;
	/* The request that our side has made for this step is refused. */
	if (step->is_later && !(scene->is_done && !event->from_acs && event->msg &&
				  event->msg->kind == CWMP_FAULT))
		return SCENE_PASSES;
	return fail(found, event->from_acs ? SCENE_ACS : SCENE_CPE,
	    "%s in the place of %s", describe(event->msg, words, sizeof(words)),
	    strcmp(step->message, "empty") == 0 ? "an empty message" : step->message);
}

static enum scene_verdict look_for_close(const struct scene_event *event,
    struct scene_found *found)
{
	if (event->kind != SCENE_EVENT_OVER)
		return SCENE_PASSES;
	return event->why ? fail(found, SCENE_CPE, "the session fails: %s", event->why)
			  : SCENE_HOLDS;
}

static bool is_good_status(const struct sequence_step *step, unsigned status)
{
	if (step->status.len == 0)
		return status == 200 || status == 204;
	return has_status(step, status);
}

bool scene_wants_status(const struct scene *scene, unsigned status)
{
	const struct sequence_step *step;

	if (scene->state != SCENE_PLAYING ||
	    scene->at == scene->config.sequence->steps.len)
		return false;
	step = scene_step(scene, scene->at);
	return step->see == SEE_CALL && is_good_status(step, status);
}

static enum scene_verdict look_for_call(const struct sequence_step *step,
    const struct scene_event *event, struct scene_found *found)
{
	if (event->kind != SCENE_EVENT_CALL)
		return SCENE_PASSES;
	if (is_good_status(step, event->status))
		return SCENE_HOLDS;
	if (event->why)
		return fail(found, SCENE_CPE, "the connection request fails: %s",
		    event->why);
	return fail(found, SCENE_CPE, "the connection request is answered %u",
	    event->status);
}

enum scene_verdict scene_look(const struct scene *scene,
    const struct sequence_step *step, const struct scene_event *event,
    struct scene_found *found)
{
	switch ((enum sequence_see)step->see) {
	case SEE_SESSION:
		return look_for_session(scene, step, event, found);
	case SEE_CPE_SENDS:
	case SEE_ACS_SENDS:
		return look_for_message(scene, step, event, found);
	case SEE_CLOSE:
		return look_for_close(event, found);
	case SEE_CALL:
		return look_for_call(step, event, found);
	case SEE_LEASE:
	case SEE_LOOK_UP:
	case SEE_OPEN:
	case SEE_TLS:
	case SEE_TRANSFER:
		break; /* never the step that comes next */
	}
	return SCENE_PASSES;
}

bool scene_is_unwanted(const struct scene *scene, const struct sequence_step *step,
    const struct scene_event *event, struct scene_found *found)
{
	char words[SCENE_WHY_MAX / 2];
	bool is_it = false;

	if (step->see == SEE_CALL)
		is_it = event->kind == SCENE_EVENT_CALL;
	else if (step->see == SEE_SESSION)
		is_it = is_inform(event) && has_events(step, event->msg) &&
			!scene_leads_away(scene, step);
	else if (event->kind == SCENE_EVENT_MESSAGE &&
		 (step->see == SEE_CPE_SENDS || step->see == SEE_ACS_SENDS))
		is_it = event->from_acs == (step->see == SEE_ACS_SENDS) &&
			is_message(event->msg, step->message) &&
			has_events(step, event->msg);
	if (!is_it)
		return false;
	if (event->kind == SCENE_EVENT_CALL)
		(void)fail(found, SCENE_ACS, "a connection request comes here");
	else
		(void)fail(found, event->from_acs ? SCENE_ACS : SCENE_CPE,
		    "%s comes here", describe(event->msg, words, sizeof(words)));
	return true;
}
