/* What the parts of a session share. */
#include "agents/acs/session_internal.h"

#include "lib/base/cut.h"
#include "lib/cwmp/device_name.h"

#include <stdarg.h>
#include <stdlib.h>

/* ---- its states ------------------------------------------------------------------------- */

/* Zero means "not allowed". */
#define GO(state) (uint8_t)((state) + 1)

static const uint8_t moves[ACS_SESSION_STATES][ACS_SESSION_EVENTS] = {
	[ACS_WAITING] = { [ACS_INFORMED] = GO(ACS_SERVING) },
	[ACS_SERVING] = { [ACS_CPE_REQUESTED] = GO(ACS_SERVING),
	    [ACS_ASKS] = GO(ACS_ASKED),
	    [ACS_NOTHING_LEFT] = GO(ACS_DONE) },
	[ACS_ASKED] = { [ACS_CPE_RESPONDED] = GO(ACS_SERVING) },
};

bool acs_session_step(enum acs_session_state state, enum acs_session_event event,
    enum acs_session_state *ret)
{
	uint8_t move = moves[state][event];

	if (move == 0)
		return false;
	*ret = (enum acs_session_state)(move - 1);
	return true;
}

const char *acs_session_state_name(enum acs_session_state state)
{
	static const char *const names[ACS_SESSION_STATES] = { "waiting", "serving",
		"asked", "done", "failed" };

	return names[state];
}

/* ---- answers ---------------------------------------------------------------------------- */

const struct acs_answer acs_bad_request = { 400, true };
const struct acs_answer acs_envelope = { 200, false };
const struct acs_answer acs_nothing = { 204, true };
const struct acs_answer acs_released = { 204, false };

void acs_session_hold(const struct acs_session *session,
    struct cwmp_soap_header *header)
{
	header->has_hold_requests = header->hold_requests = session->is_holding;
}

struct acs_answer acs_session_fail(struct acs_session *session, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)cut_vprint(session->why, sizeof(session->why), fmt, args);
	va_end(args);
	session->state = ACS_FAILED;
	return acs_bad_request;
}

bool acs_session_move(struct acs_session *session, enum acs_session_event event)
{
	return acs_session_step(session->state, event, &session->state);
}

void acs_session_note(struct acs_session *session, const struct acs_note *note)
{
	if (session->config.noted)
		session->config.noted(session->config.user, session, note);
}

void acs_session_show(struct acs_session *session, bool from_acs,
    const struct cwmp_msg *msg)
{
	const struct acs_script *script = session->config.script;

	if (script && session->device)
		script->saw(script->user, session, from_acs, msg);
}

void acs_session_changed(struct acs_session *session)
{
	if (session->config.changed)
		session->config.changed(session->config.user, session);
}

bool acs_session_takes_certificate(struct acs_session *session,
    const struct cwmp_msg *inform)
{
	const struct cwmp_device_id *id = &inform->inform.device;
	const struct acs_note note = { .kind = ACS_NOTE_CERTIFICATE,
		.method = CWMP_INFORM,
		.msg = inform,
		.text = session->certificate,
		.is_refused = session->config.refuses_other_names };
	char name[CWMP_DEVICE_NAME_MAX];

	if (!session->certificate || session->certificate[0] == '\0' ||
	    cwmp_device_is_named(id, str_of(session->certificate)))
		return true;
	acs_session_note(session, &note);
	if (!note.is_refused)
		return true;
	(void)cwmp_device_name(id, name);
	(void)acs_session_fail(session, "the certificate is of \"%s\", not of \"%s\"",
	    session->certificate, name);
	return false;
}

/* ---- how a CPE is called: from the request that sets it to the answer that it is set ---- */

/* The last part of a parameter of ManagementServer under either root; a null view for others. */
static struct str server_parameter(struct str name)
{
	static const char *const objects[] = { "Device.ManagementServer.",
		"InternetGatewayDevice.ManagementServer." };

	for (size_t i = 0; i < ARRAY_LEN(objects); i++) {
		if (str_starts(name, str_of(objects[i])))
			return str_from(name, strlen(objects[i]));
	}
	return STR_NULL;
}

static void remember(char **word, struct str value)
{
	free(*word);
	*word = str_dup(value);
}

void acs_session_forget_calls(struct acs_session *session)
{
	free(steal_ptr(&session->set_username));
	free(steal_ptr(&session->set_password));
}

void acs_session_ask_calls(struct acs_session *session, const struct cwmp_msg *request)
{
	const struct cwmp_params *params = &request->args.params;

	acs_session_forget_calls(session);
	if (request->method != CWMP_SET_PARAMETER_VALUES)
		return;
	for (size_t i = 0; i < params->len; i++) {
		struct str name = server_parameter(params->items[i].name);

		if (str_is(name, "ConnectionRequestUsername"))
			remember(&session->set_username, params->items[i].value);
		else if (str_is(name, "ConnectionRequestPassword"))
			remember(&session->set_password, params->items[i].value);
	}
}

void acs_session_take_calls(struct acs_session *session, const struct cwmp_msg *answer)
{
	bool is_set = session->set_username || session->set_password;

	if (is_set && answer->kind == CWMP_RESPONSE) {
		device_set_caller(session->device, session->set_username,
		    session->set_password);
		acs_session_changed(session);
	}
	acs_session_forget_calls(session);
}

/* ---- what a CPE must not tell ------------------------------------------------------------ */

/* Without memory nothing is shown. */
static void hide(const struct acs_session *session, struct str *text)
{
	auto_buf shown = BUF_NULL;

	if (text->len == 0)
		return;
	buf_append_str(&shown, *text);
	cwmp_secrets_hide(session->device->secrets, &shown);
	*text =
	    shown.error ? STR("") : arena_str(session->config.arena, buf_str(&shown));
}

static void hide_in_items(const struct acs_session *session,
    const struct cwmp_args *args)
{
	for (size_t i = 0; i < args->n_items; i++) {
		const struct cwmp_item *item = &args->items[i];

		for (size_t k = 0; k < item->len; k++) {
			if (str_is(item->fields[k].name, "FaultString"))
				hide(session, &item->fields[k].value);
		}
	}
}

void acs_session_hide_secrets(const struct acs_session *session, struct cwmp_msg *msg)
{
	struct cwmp_fault *fault = &msg->fault;

	if (!session->device || !session->device->secrets)
		return;
	hide(session, &fault->text);
	for (size_t i = 0; i < fault->n_params; i++)
		hide(session, &fault->params[i].text);
	hide(session, &msg->args.fault_text);
	hide_in_items(session, &msg->args);
}
