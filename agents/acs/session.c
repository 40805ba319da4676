#include "agents/acs/session.h"

#include "lib/base/cut.h"

#include <stdarg.h>
#include <stdio.h>

enum {
	ID_MAX = 16 /* bytes of the ID of a request of ours */
};

static const struct acs_answer bad_request = { 400, true };
static const struct acs_answer envelope = { 200, false };
static const struct acs_answer nothing = { 204, true };

void acs_session_init(struct acs_session *session,
    const struct acs_session_config *config, const char *address)
{
	*session = (struct acs_session){ .config = *config, .root = "Device." };
	(void)snprintf(session->address, sizeof(session->address), "%s", address);
}

void acs_session_end(struct acs_session *session)
{
	if (session->device)
		device_unpin(session->device);
	session->device = NULL;
}

static ATTR_PRINTF(2, 3) struct acs_answer
    fail(struct acs_session *session, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)cut_vprint(session->why, sizeof(session->why), fmt, args);
	va_end(args);
	session->state = ACS_FAILED;
	return bad_request;
}

static bool step(struct acs_session *session, enum acs_session_event event)
{
	return acs_session_step(session->state, event, &session->state);
}

/* ---- answers to the CPE's requests ------------------------------------------------- */

static struct acs_answer write_answer(struct acs_session *session,
    struct cwmp_msg *answer, const struct cwmp_msg *request, struct buf *out)
{
	struct error err = ERROR_NULL;

	/* The ID of the request, or none if it had none (TR-069 A6 3.5.5). */
	answer->header.has_id = request->header.has_id;
	answer->header.id = request->header.id;
	answer->ns = session->ns;
	if (cwmp_write(out, answer, &err) < 0)
		return fail(session, "cannot write the answer: %s", err.text);
	return envelope;
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

static void collect_steps(struct acs_session *session, const struct cwmp_inform *inform)
{
	const struct policy_rule *rules = session->config.policy->rules.items;
	struct str codes[DEVICE_EVENTS_MAX];
	size_t n = MIN(inform->n_events, ARRAY_LEN(codes));

	for (size_t i = 0; i < n; i++)
		codes[i] = inform->events[i].code;
	for (size_t i = 0; i < session->config.policy->rules.len; i++) {
		const struct policy_step *steps = rules[i].steps.items;

		if (!policy_rule_matches(&rules[i], codes, n))
			continue;
		for (size_t j = 0; j < rules[i].steps.len; j++) {
			if (session->n_steps < ACS_STEPS_MAX)
				session->steps[session->n_steps++] = &steps[j];
		}
	}
}

/* The highest version that both know; each is named in the header that 1.4 added
 * (TR-069 A6 3.6). */
static struct str choose_version(struct str offered)
{
	static const char *const ours[] = { "1.4", "1.3", "1.2", "1.1", "1.0" };

	for (size_t i = 0; i < ARRAY_LEN(ours); i++) {
		struct str rest = offered;

		while (rest.len > 0) {
			if (str_is(str_trim(str_cut(rest, ',', &rest)), ours[i]))
				return str_of(ours[i]);
		}
	}
	return STR_NULL;
}

static struct acs_answer on_inform(struct acs_session *session,
    const struct cwmp_msg *msg, clock_ns now, struct buf *out)
{
	struct cwmp_msg answer = { .kind = CWMP_RESPONSE, .method = CWMP_INFORM };
	struct str offered = msg->header.supported_versions;
	struct error err = ERROR_NULL;

	session->ns = msg->ns == CWMP_NS_UNKNOWN ? CWMP_NS_1_0 : msg->ns;
	if (offered.p) {
		answer.header.use_version = choose_version(offered);
		if (!answer.header.use_version.p) {
			(void)fail(session, "no common CWMP version in \"%.*s\"",
			    STR_ARG(offered));
			return write_fault(session, 8006, NULL, msg, out);
		}
	}
	if (msg->inform.device.oui.len == 0 ||
	    msg->inform.device.serial_number.len == 0) {
		(void)fail(session, "the Inform has no OUI or no SerialNumber");
		return write_fault(session, 8003, NULL, msg, out);
	}
	if (cwmp_check_lengths(msg, &err) < 0) {
		(void)fail(session, "the Inform is refused: %s", err.text);
		return write_fault(session, 8003, err.text, msg, out);
	}
	if (!step(session, ACS_INFORMED))
		return fail(session, "a second Inform in the session");
	session->device = device_informed(session->config.devices, &msg->inform,
	    session->address, now);
	if (!session->device) {
		(void)fail(session, "no room for the device");
		return write_fault(session, 8004, NULL, msg, out);
	}
	device_pin(session->device);
	session->root = root_of(&msg->inform);
	if (msg->header.has_session_timeout)
		session->timeout_s = msg->header.session_timeout;
	collect_steps(session, &msg->inform);
	answer.args.max_envelopes = 1;
	return write_answer(session, &answer, msg, out);
}

static struct acs_answer on_get_rpc_methods(struct acs_session *session,
    const struct cwmp_msg *msg, struct buf *out)
{
	struct str names[] = { STR("Inform"), STR("GetRPCMethods"),
		STR("TransferComplete"), STR("AutonomousTransferComplete"),
		STR("DUStateChangeComplete"), STR("AutonomousDUStateChangeComplete") };
	struct cwmp_msg answer = { .kind = CWMP_RESPONSE,
		.method = CWMP_GET_RPC_METHODS };

	answer.args.names = (struct cwmp_strings){ names, ARRAY_LEN(names) };
	return write_answer(session, &answer, msg, out);
}

static struct acs_answer on_request(struct acs_session *session,
    const struct cwmp_msg *msg, clock_ns now, struct buf *out)
{
	struct cwmp_msg answer = { .kind = CWMP_RESPONSE, .method = msg->method };
	struct error err = ERROR_NULL;

	if (msg->method == CWMP_INFORM)
		return on_inform(session, msg, now, out);
	if (session->state == ACS_WAITING)
		return fail(session, "%.*s before an Inform",
		    STR_ARG(cwmp_msg_name(msg)));
	if (!step(session, ACS_CPE_REQUESTED))
		return fail(session, "%.*s where a response was due",
		    STR_ARG(cwmp_msg_name(msg)));
	if (cwmp_check_lengths(msg, &err) < 0)
		return write_fault(session, 8003, err.text, msg, out);
	if (msg->method == CWMP_GET_RPC_METHODS)
		return on_get_rpc_methods(session, msg, out);
	if (msg->method == CWMP_TRANSFER_COMPLETE ||
	    msg->method == CWMP_AUTONOMOUS_TRANSFER_COMPLETE ||
	    msg->method == CWMP_DU_STATE_CHANGE_COMPLETE ||
	    msg->method == CWMP_AUTONOMOUS_DU_STATE_CHANGE_COMPLETE)
		return write_answer(session, &answer, msg, out);
	return write_fault(session, 8000, NULL, msg, out);
}

/* ---- our own requests -------------------------------------------------------------- */

static struct str request_id(const struct acs_session *session, char text[ID_MAX])
{
	(void)snprintf(text, ID_MAX, "acs-%u", session->request_id);
	return str_of(text);
}

/* A name of the policy as this CPE has it. */
static struct str full_name(const struct acs_session *session, struct str name)
{
	size_t root_len = strlen(session->root);
	char *text;

	if (str_starts(name, STR("Device.")) ||
	    str_starts(name, STR("InternetGatewayDevice.")))
		return name;
	text = arena_alloc(session->config.arena, root_len + name.len);
	if (!text)
		return STR_NULL;
	memcpy(text, session->root, root_len);
	memcpy(text + root_len, name.p, name.len);
	return str_make(text, root_len + name.len);
}

static int fill_get(const struct acs_session *session, const struct policy_step *what,
    struct cwmp_msg *request)
{
	struct str *names =
	    arena_array(session->config.arena, what->get.len, sizeof(*names));

	if (!names)
		return ERR_LIMIT;
	for (size_t i = 0; i < what->get.len; i++)
		names[i] = full_name(session, str_of(what->get.items[i]));
	request->method = CWMP_GET_PARAMETER_VALUES;
	request->args.names = (struct cwmp_strings){ names, what->get.len };
	return 0;
}

static int fill_set(const struct acs_session *session, const struct policy_step *what,
    struct cwmp_msg *request)
{
	struct cwmp_param *params =
	    arena_array(session->config.arena, what->set->len, sizeof(*params));

	if (!params)
		return ERR_LIMIT;
	for (size_t i = 0; i < what->set->len; i++) {
		const struct conf_pair *pair = &what->set->pairs[i];

		params[i].name = full_name(session, pair->key->text);
		policy_value(pair->value, &params[i].value, &params[i].type);
	}
	request->method = CWMP_SET_PARAMETER_VALUES;
	request->args.params = (struct cwmp_params){ params, what->set->len };
	request->args.parameter_key = str_of(what->parameter_key);
	return 0;
}

static int fill_request(const struct acs_session *session,
    const struct policy_step *what, struct cwmp_msg *request)
{
	if (what->set)
		return fill_set(session, what, request);
	if (!what->rpc)
		return fill_get(session, what, request);
	request->method = cwmp_method_of(str_of(what->rpc));
	request->args.command_key = str_of(what->command_key);
	return 0;
}

static struct acs_answer ask(struct acs_session *session,
    const struct policy_step *what, struct buf *out)
{
	struct cwmp_msg request = { .kind = CWMP_REQUEST, .ns = session->ns };
	struct error err = ERROR_NULL;
	char id[ID_MAX];

	request.header.has_id = true;
	session->request_id++;
	request.header.id = request_id(session, id);
	if (fill_request(session, what, &request) < 0)
		return fail(session, "no memory for a request");
	if (cwmp_write(out, &request, &err) < 0)
		return fail(session, "cannot write a request: %s", err.text);
	(void)step(session, ACS_ASKS);
	session->asked = request.method;
	return envelope;
}

/* The next request, or the empty answer that ends the session. */
static struct acs_answer go_on(struct acs_session *session, struct buf *out)
{
	while (session->next_step < session->n_steps) {
		const struct policy_step *what = session->steps[session->next_step++];

		if (what->when == POLICY_ALWAYS || session->url_is_mine)
			return ask(session, what, out);
	}
	(void)step(session, ACS_NOTHING_LEFT);
	return nothing;
}

static bool is_url_name(struct str name)
{
	return str_ends(name, STR("ManagementServer.URL"));
}

static void keep_values(struct acs_session *session, const struct cwmp_params *params)
{
	for (size_t i = 0; i < params->len; i++) {
		const struct cwmp_param *param = &params->items[i];

		device_set_value(session->device, param->name, param->value);
		if (is_url_name(param->name))
			session->url_is_mine =
			    str_is(param->value, session->config.url);
	}
}

static struct acs_answer on_response(struct acs_session *session,
    const struct cwmp_msg *msg, struct buf *out)
{
	struct error err = ERROR_NULL;
	char id[ID_MAX];

	if (session->state != ACS_ASKED)
		return fail(session, "%.*s, which nothing asked for",
		    STR_ARG(cwmp_msg_name(msg)));
	/* Some CPEs leave the ID out of a response, which is let pass; an ID that is not
	 * the request's answers something else. */
	if (msg->header.has_id && !str_eq(msg->header.id, request_id(session, id)))
		return fail(session,
		    "the response has ID \"%.*s\", the request had \"%s\"",
		    STR_ARG(msg->header.id), id);
	if (msg->kind == CWMP_RESPONSE && msg->method != session->asked)
		return fail(session, "%.*s answers a %s", STR_ARG(cwmp_msg_name(msg)),
		    cwmp_method_name(session->asked));
	if (msg->kind == CWMP_RESPONSE && cwmp_check_lengths(msg, &err) < 0)
		return fail(session, "%.*s: %s", STR_ARG(cwmp_msg_name(msg)), err.text);
	(void)step(session, ACS_CPE_RESPONDED);
	/* A fault to one request does not end the session (TR-069 A6 3.7.1.4). */
	if (msg->kind == CWMP_RESPONSE && msg->method == CWMP_GET_PARAMETER_VALUES)
		keep_values(session, &msg->args.params);
	return go_on(session, out);
}

static struct acs_answer on_empty(struct acs_session *session, struct buf *out)
{
	if (session->state == ACS_WAITING)
		return fail(session, "an empty POST before an Inform");
	if (session->state == ACS_ASKED)
		return fail(session, "an empty POST where a response was due");
	if (session->state == ACS_DONE) /* the CPE wants to hear it again */
		return nothing;
	return go_on(session, out);
}

bool acs_session_is_anothers(const struct acs_session *session, struct str body)
{
	const struct device *mine = session->device;
	const struct cwmp_device_id *id;
	struct error err = ERROR_NULL;
	struct cwmp_msg msg;
	bool is_other = false;

	/* Few bodies need to be read twice. */
	if (!mine || !str_find(body, STR("Inform"), NULL))
		return false;
	if (cwmp_reader_read(session->config.reader, &msg, session->config.arena,
		body.p, body.len, NULL, &err) == 0 &&
	    msg.kind == CWMP_REQUEST && msg.method == CWMP_INFORM) {
		id = &msg.inform.device;
		is_other = !str_is(id->serial_number, mine->text.serial_number) ||
			   !str_is(id->product_class, mine->text.product_class) ||
			   !str_is(id->oui, mine->text.oui);
	}
	arena_reset(session->config.arena);
	return is_other;
}

struct acs_answer acs_session_post(struct acs_session *session, struct str body,
    clock_ns now, struct buf *out)
{
	struct error err = ERROR_NULL;
	struct acs_answer answer;
	struct cwmp_msg msg;

	if (body.len == 0) {
		answer = on_empty(session, out);
	} else if (cwmp_reader_read(session->config.reader, &msg, session->config.arena,
		       body.p, body.len, NULL, &err) < 0) {
		answer = fail(session, "no CWMP message: %s", err.text);
	} else if (msg.kind == CWMP_REQUEST) {
		answer = on_request(session, &msg, now, out);
	} else {
		answer = on_response(session, &msg, out);
	}
	arena_reset(session->config.arena);
	if (session->state == ACS_FAILED)
		answer.is_last = true;
	return answer;
}
