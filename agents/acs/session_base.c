/* What the parts of a session share. */
#include "agents/acs/session_internal.h"

#include "lib/base/cut.h"
#include "lib/cwmp/device_name.h"

#include <stdarg.h>

const struct acs_answer acs_bad_request = { 400, true };
const struct acs_answer acs_envelope = { 200, false };
const struct acs_answer acs_nothing = { 204, true };

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
