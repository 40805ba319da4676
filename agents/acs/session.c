#include "agents/acs/session_internal.h"

#include "lib/base/cut.h"

#include <stdio.h>

void acs_session_init(struct acs_session *session,
    const struct acs_session_config *config, const char *address)
{
	*session = (struct acs_session){ .config = *config, .root = "Device." };
	(void)snprintf(session->address, sizeof(session->address), "%s", address);
}

void acs_session_end(struct acs_session *session)
{
	/* What it had out is still queued. */
	if (session->task)
		session->task->holder = NULL;
	session->task = NULL;
	acs_session_forget_calls(session);
	policy_run_free(session->run);
	session->run = NULL;
	if (session->device)
		device_unpin(session->device);
	session->device = NULL;
}

/* ---- answers to the CPE's requests ------------------------------------------------- */

static struct acs_answer write_answer(struct acs_session *session,
    struct cwmp_msg *answer, const struct cwmp_msg *request, struct buf *out)
{
	struct error err = ERROR_NULL;

	/* The ID of the request, or none if it had none (TR-069 A6 3.5.5). */
	answer->header.has_id = request->header.has_id;
	answer->header.id = request->header.id;
	acs_session_hold(session, &answer->header);
	answer->ns = session->ns;
	answer->has_no_declaration = session->config.has_no_declaration;
	if (cwmp_write(out, answer, &err) < 0)
		return acs_session_fail(session, "cannot write the answer: %s",
		    err.text);
	acs_session_show(session, true, answer);
	return acs_envelope;
}

/* why, which may be null, is added to the standard words of the code. */
static struct acs_answer write_fault(struct acs_session *session, uint32_t code,
    const char *why, const struct cwmp_msg *request, struct buf *out)
{
	struct cwmp_msg fault = { .kind = CWMP_FAULT };
	char text[CWMP_FAULT_TEXT_MAX + 1];

	fault.fault.code = code;
	fault.fault.text = str_of(cut_print(text, sizeof(text), "%s%s%s",
	    cwmp_fault_text(code), why ? ": " : "", why ? why : ""));
	return write_answer(session, &fault, request, out);
}

static const char *root_of(const struct cwmp_inform *inform)
{
	for (size_t i = 0; i < inform->params.len; i++) {
		if (str_starts(inform->params.items[i].name,
			STR("InternetGatewayDevice.")))
			return "InternetGatewayDevice.";
	}
	return "Device.";
}

/* The highest version that both know, with its namespace; each is named in the header that 1.4
 * added (TR-069 A6 3.6). */
static struct str choose_version(struct str offered, enum cwmp_ns *ret_ns)
{
	static const struct {
		const char *version;
		enum cwmp_ns ns;
	} ours[] = {
		{ "1.4", CWMP_NS_1_2 },
		{ "1.3", CWMP_NS_1_2 },
		{ "1.2", CWMP_NS_1_2 },
		{ "1.1", CWMP_NS_1_1 },
		{ "1.0", CWMP_NS_1_0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(ours); i++) {
		struct str rest = offered;

		while (rest.len > 0) {
			if (!str_is(str_trim(str_cut(rest, ',', &rest)),
				ours[i].version))
				continue;
			*ret_ns = ours[i].ns;
			return str_of(ours[i].version);
		}
	}
	return STR_NULL;
}

/* The CPE has its factory's settings, or comes from another ACS (TR-069 A6 3.7.1.5): what this one
 * has set does not hold any more. */
static bool is_bootstrap(const struct cwmp_inform *inform)
{
	for (size_t i = 0; i < inform->n_events; i++) {
		if (str_is(inform->events[i].code, "0 BOOTSTRAP"))
			return true;
	}
	return false;
}

static struct acs_answer on_inform(struct acs_session *session,
    const struct cwmp_msg *msg, clock_ns now, struct buf *out)
{
	struct cwmp_msg answer = { .kind = CWMP_RESPONSE, .method = CWMP_INFORM };
	struct str offered = msg->header.supported_versions;
	struct error err = ERROR_NULL;

	session->ns = msg->ns == CWMP_NS_UNKNOWN ? CWMP_NS_1_0 : msg->ns;
	if (offered.p) {
		answer.header.use_version = choose_version(offered, &session->ns);
		if (!answer.header.use_version.p) {
			(void)acs_session_fail(session,
			    "no common CWMP version in \"%.*s\"", STR_ARG(offered));
			return write_fault(session, 8006, NULL, msg, out);
		}
	}
	if (msg->inform.device.oui.len == 0 ||
	    msg->inform.device.serial_number.len == 0) {
		(void)acs_session_fail(session,
		    "the Inform has no OUI or no SerialNumber");
		return write_fault(session, 8003, NULL, msg, out);
	}
	if (cwmp_check_lengths(msg, &err) < 0) {
		(void)acs_session_fail(session, "the Inform is refused: %s", err.text);
		return write_fault(session, 8003, err.text, msg, out);
	}
	if (!acs_session_takes_certificate(session, msg))
		return write_fault(session, 8001, session->why, msg, out);
	if (!acs_session_move(session, ACS_INFORMED))
		return acs_session_fail(session, "a second Inform in the session");
	session->device = device_informed(session->config.devices, &msg->inform,
	    session->address, now);
	if (!session->device) {
		(void)acs_session_fail(session, "no room for the device");
		return write_fault(session, 8004, NULL, msg, out);
	}
	device_pin(session->device);
	if (is_bootstrap(&msg->inform))
		device_forget_caller(session->device);
	acs_session_show(session, false, msg);
	session->root = root_of(&msg->inform);
	if (msg->header.has_session_timeout)
		session->timeout_s = msg->header.session_timeout;
	if (!acs_session_begin_policy(session, &msg->inform)) {
		(void)acs_session_fail(session, "no memory for the policy");
		return write_fault(session, 8002, NULL, msg, out);
	}
	session->is_holding =
	    session->config.policy && session->config.policy->holds_requests;
	if (session->config.inform_fault) {
		(void)acs_session_fail(session,
		    "the ACS denies each Inform on purpose");
		return write_fault(session, session->config.inform_fault, NULL, msg,
		    out);
	}
	if (session->config.asks_first)
		return acs_session_go_on(session, now, out);
	answer.args.max_envelopes = 1;
	return write_answer(session, &answer, msg, out);
}

/* What a CPE may ask of an ACS (TR-069 A6 A.3.1, A.3.3, A.4.2); besides Inform. */
static struct acs_answer answer_request(struct acs_session *session,
    const struct cwmp_msg *msg, struct buf *out)
{
	struct cwmp_msg answer = { .kind = CWMP_RESPONSE, .method = msg->method };
	struct str names[CWMP_METHODS];
	size_t n = 0;

	if (session->config.request_fault)
		return write_fault(session, session->config.request_fault, NULL, msg,
		    out);
	if (msg->method == CWMP_GET_RPC_METHODS) {
		for (int i = CWMP_UNKNOWN_METHOD + 1; i < CWMP_METHODS; i++) {
			enum cwmp_method method = (enum cwmp_method)i;

			if (cwmp_acs_answers(method) &&
			    cwmp_method_since(method) <= session->ns)
				names[n++] = str_of(cwmp_method_name(method));
		}
		answer.args.names = (struct cwmp_strings){ names, n };
	}
	/* Where the browser is to go on is what the page that kicked the CPE wants. */
	if (msg->method == CWMP_KICKED)
		answer.args.next = msg->args.next;
	return write_answer(session, &answer, msg, out);
}

/* The fault that the request is due (TR-069 A6 A.5.2), with what is wrong with it; 0: none. */
static uint32_t judge_request(const struct cwmp_msg *msg, struct error *err)
{
	const struct cwmp_oddity *missing = &msg->odd[CWMP_ODD_MISSING];

	if (!cwmp_acs_answers(msg->method))
		return 8000;
	if (cwmp_check_lengths(msg, err) < 0)
		return 8003;
	/* A TransferComplete is taken as it comes: a CPE whose transfer is refused tells it
	 * for ever. */
	if (missing->n_needed > 0 &&
	    (msg->method == CWMP_REQUEST_DOWNLOAD || msg->method == CWMP_KICKED)) {
		(void)error_set(err, ERR_MALFORMED, "it lacks %.*s",
		    STR_ARG(missing->path));
		return 8003;
	}
	return 0;
}

static struct acs_answer on_request(struct acs_session *session, struct cwmp_msg *msg,
    clock_ns now, struct buf *out)
{
	struct error err = ERROR_NULL;
	struct acs_note note = { .kind = ACS_NOTE_REQUEST,
		.method = msg->method,
		.msg = msg };
	struct acs_answer answer;

	if (msg->method == CWMP_INFORM)
		return on_inform(session, msg, now, out);
	if (session->state == ACS_WAITING)
		return acs_session_fail(session, "%.*s before an Inform",
		    STR_ARG(cwmp_msg_name(msg)));
	if (!acs_session_move(session, ACS_CPE_REQUESTED))
		return acs_session_fail(session, "%.*s where a response was due",
		    STR_ARG(cwmp_msg_name(msg)));
	acs_session_hide_secrets(session, msg);
	acs_session_show(session, false, msg);
	note.fault = judge_request(msg, &err);
	answer = note.fault == 0 ? answer_request(session, msg, out)
				 : write_fault(session, note.fault,
				       err.text[0] ? err.text : NULL, msg, out);
	acs_session_note(session, &note);
	return answer;
}

/* ---- the session ------------------------------------------------------------------- */

static struct acs_answer on_empty(struct acs_session *session, clock_ns now,
    struct buf *out)
{
	if (session->state == ACS_WAITING)
		return acs_session_fail(session, "an empty POST before an Inform");
	if (session->state == ACS_ASKED && session->has_moved && session->task)
		return acs_session_repeat(session, now, out);
	if (session->state == ACS_ASKED)
		return acs_session_pass_over(session, now, out);
	if (session->state == ACS_DONE) /* the CPE wants to hear it again */
		return acs_nothing;
	acs_session_show(session, false, NULL);
	return acs_session_go_on(session, now, out);
}

static bool is_id_of(const struct cwmp_device_id *id, const struct device *device)
{
	return str_is(id->serial_number, device->text.serial_number) &&
	       str_is(id->product_class, device->text.product_class) &&
	       str_is(id->oui, device->text.oui);
}

/* Whether a tag may be that of an Inform: names of parameters have the word, too, and few bodies
 * need to be read twice. */
static bool may_be_inform(struct str body)
{
	static const struct str word = { "Inform", 6 };
	size_t at;

	while (str_find(body, word, &at)) {
		char before = at > 0 ? body.p[at - 1] : '\0';

		body = str_from(body, at + word.len);
		if ((before == '<' || before == ':') && body.len > 0 &&
		    memchr("> /\t\r\n", body.p[0], 6))
			return true;
	}
	return false;
}

enum acs_inform acs_session_inform(const struct acs_session *session, struct str body)
{
	const struct device *mine = session->device;
	enum acs_inform kind = ACS_NO_INFORM;
	struct error err = ERROR_NULL;
	struct cwmp_msg msg;

	if (!mine || !may_be_inform(body))
		return ACS_NO_INFORM;
	if (cwmp_reader_read(session->config.reader, &msg, session->config.arena,
		body.p, body.len, NULL, &err) == 0 &&
	    msg.kind == CWMP_REQUEST && msg.method == CWMP_INFORM)
		kind = is_id_of(&msg.inform.device, mine) ? ACS_INFORM_AGAIN
							  : ACS_INFORM_OF_ANOTHER;
	arena_reset(session->config.arena);
	return kind;
}

struct acs_answer acs_session_post(struct acs_session *session, struct str body,
    clock_ns now, struct buf *out)
{
	struct error err = ERROR_NULL;
	struct acs_answer answer;
	struct cwmp_msg msg;

	if (body.len == 0) {
		answer = on_empty(session, now, out);
	} else if (cwmp_reader_read(session->config.reader, &msg, session->config.arena,
		       body.p, body.len, NULL, &err) < 0) {
		answer = acs_session_fail(session, "no CWMP message: %s", err.text);
	} else if (msg.kind == CWMP_REQUEST) {
		answer = on_request(session, &msg, now, out);
	} else {
		answer = acs_session_respond(session, &msg, now, out);
	}
	arena_reset(session->config.arena);
	if (session->state == ACS_FAILED)
		answer.is_last = true;
	return answer;
}
