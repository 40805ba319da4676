/* Rules of RPCs: those that read and write parameters and objects, and those that transfer
 * files (TR-069 A6 A.3.1, A.3.2, A.3.3.2). */
#include "capture/facts/asked.h"
#include "capture/facts/history.h"
#include "capture/facts/told.h"
#include "capture/rules/catalogue.h"
#include "lib/base/secret.h"
#include "lib/proto/date_time.h"

static const char unknown_time[] = "0001-01-01T00:00:00Z";

static bool is_transfer_event(const char *text)
{
	enum cwmp_event_code code = cwmp_event_of(str_of(text));

	return code == CWMP_EVENT_M_DOWNLOAD || code == CWMP_EVENT_M_UPLOAD ||
	       code == CWMP_EVENT_M_SCHEDULE_DOWNLOAD;
}

static bool is_transfer(enum cwmp_method method)
{
	return method == CWMP_DOWNLOAD || method == CWMP_UPLOAD ||
	       method == CWMP_SCHEDULE_DOWNLOAD;
}

/* The request of this session with that CommandKey, or null. */
static const struct http_record *asked_here(const struct whole *view, struct str key)
{
	const struct records *messages = &view->session->messages;

	for (size_t i = messages->len; i-- > rule_oldest(messages->len);) {
		const struct http_record *http = messages->items[i];

		if (http->on == ON_ACS_REQUEST && is_transfer(http->envelope.rpc) &&
		    str_is(key, http->args.command_key ? http->args.command_key : ""))
			return http;
	}
	return NULL;
}

/* ---- RPC-01 ---------------------------------------------------------------------- */

static bool lists(const struct cwmp_strings *list, enum cwmp_method method)
{
	for (size_t i = 0; i < list->len; i++) {
		if (cwmp_method_of(str_trim(list->items[i])) == method)
			return true;
	}
	return false;
}

/* What each CPE has. */
static const enum cwmp_method mandatory[] = { CWMP_GET_RPC_METHODS,
	CWMP_SET_PARAMETER_VALUES, CWMP_GET_PARAMETER_VALUES, CWMP_GET_PARAMETER_NAMES,
	CWMP_SET_PARAMETER_ATTRIBUTES, CWMP_GET_PARAMETER_ATTRIBUTES, CWMP_ADD_OBJECT,
	CWMP_DELETE_OBJECT, CWMP_REBOOT, CWMP_DOWNLOAD };

static enum rule_verdict check_methods(struct whole *view)
{
	if (view->msg->method != CWMP_GET_RPC_METHODS)
		return RULE_SILENT;
	for (size_t i = 0; i < ARRAY_LEN(mandatory); i++) {
		if (!lists(&view->msg->args.names, mandatory[i]))
			return rule_broken(view, view->http,
			    "GetRPCMethodsResponse does not list %s",
			    cwmp_method_name(mandatory[i]));
	}
	return RULE_KEPT;
}

enum {
	FAULT_NO_METHOD = 9000
};

static enum rule_verdict check_has_method(struct whole *view)
{
	const struct http_record *request = asked_any(view);

	for (size_t i = 0; request && i < ARRAY_LEN(mandatory); i++) {
		if (request->envelope.rpc != mandatory[i])
			continue;
		if (view->msg->fault.code != FAULT_NO_METHOD)
			return RULE_KEPT;
		return rule_broken(view, view->http,
		    "fault 9000, method not supported, answers %s, which each CPE has",
		    request->envelope.name);
	}
	return RULE_SILENT;
}

static const struct rule_check has_method[] = {
	{ .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_FAULT,
	    .needs = SHOWN_WHOLE,
	    .check = check_has_method },
	{ .check = NULL },
};

/* ---- RPC-02, RPC-03 -------------------------------------------------------------- */

/* "Device.A.", "Device.A.B" are children of "Device.A."'s parents only one level down. */
static bool is_child(struct str name, struct str path)
{
	struct str rest = str_from(name, path.len);
	size_t dot = str_find_char(rest, '.');

	return rest.len > 0 && (dot == rest.len || dot == rest.len - 1);
}

static enum rule_verdict check_names(struct whole *view)
{
	const struct http_record *request = asked(view, CWMP_GET_PARAMETER_NAMES);
	struct str path;

	if (view->msg->method != CWMP_GET_PARAMETER_NAMES || !request ||
	    !request->args.path)
		return RULE_SILENT;
	path = str_of(request->args.path);
	/* NextLevel of a parameter is a fault's matter. */
	if (path.len > 0 && !str_ends(path, STR(".")))
		return RULE_SILENT;
	if (view->msg->deviations & CWMP_BAD_VALUE)
		return rule_broken(view, view->http,
		    "a Writable of GetParameterNamesResponse is no boolean");
	for (size_t i = 0; i < view->msg->args.n_infos; i++) {
		struct str name = view->msg->args.infos[i].name;

		if (!str_starts(name, path))
			return rule_broken(view, view->http,
			    "%.*s is not under \"%s\", which was asked for",
			    STR_ARG(name), request->args.path);
		if (request->args.next_level && !is_child(name, path))
			return rule_broken(view, view->http,
			    "%.*s is no child of \"%s\", though NextLevel is true",
			    STR_ARG(name), request->args.path);
	}
	return RULE_KEPT;
}

static enum rule_verdict check_root(struct whole *view)
{
	const struct http_record *request = asked(view, CWMP_GET_PARAMETER_NAMES);

	if (!request || !request->args.path || request->args.path[0] != '\0')
		return RULE_SILENT;
	if (view->http->on == ON_CPE_FAULT)
		return rule_broken(view, view->http,
		    "%s answers GetParameterNames of the empty path",
		    view->http->envelope.fault);
	if (view->msg->args.n_infos == 0)
		return rule_broken(view, view->http,
		    "GetParameterNamesResponse to the empty path is empty");
	return RULE_KEPT;
}

/* ---- RPC-04 ---------------------------------------------------------------------- */

/* Secrets that their data models let be read all the same (TR-181, TR-098, TR-104). */
static bool is_readable(struct str name)
{
	static const char *const names[] = { ".PrivateCredential", ".PasswordHash",
		".WoL.Password", ".CheckCredentialsDiagnostics.Password",
		".HexadecimalPassword", ".ExamplePassword", ".SharedPassword",
		".SMTPPassword" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (str_ends(name, str_of(names[i])))
			return true;
	}
	return false;
}

static enum rule_verdict check_hidden(struct whole *view)
{
	const struct cwmp_params *params = &view->msg->args.params;

	for (size_t i = 0; i < params->len; i++) {
		const struct cwmp_param *param = &params->items[i];

		/* What vendors add may be readable. */
		if (secret_is_name(param->name) && param->value.len > 0 &&
		    !str_find(param->name, STR(".X_"), NULL) &&
		    !is_readable(param->name))
			return rule_broken(view, view->http,
			    "%.*s is read: it is hidden, and its value empty",
			    STR_ARG(param->name));
	}
	return RULE_KEPT;
}

static enum rule_verdict check_values(struct whole *view)
{
	const struct http_record *request = asked(view, CWMP_GET_PARAMETER_VALUES);
	size_t n = view->msg->args.params.len;

	if (view->msg->method != CWMP_GET_PARAMETER_VALUES || !request)
		return RULE_SILENT;
	if (request->args.n_partial == 0 && n < request->args.n_list)
		return rule_broken(view, view->http,
		    "%zu parameters were asked for by name, %zu are given, and no fault 9005",
		    request->args.n_list, n);
	for (size_t i = 0; request->args.n_list == 1 && request->args.n_partial == 1 &&
			   request->args.n_params == 1 && i < n;
	     i++) {
		struct str name = view->msg->args.params.items[i].name;

		if (!str_starts(name, request->args.params[0].name))
			return rule_broken(view, view->http,
			    "%.*s is not under %.*s, which was asked for",
			    STR_ARG(name), STR_ARG(request->args.params[0].name));
	}
	return check_hidden(view);
}

/* ---- RPC-05, RPC-06 -------------------------------------------------------------- */

static enum rule_verdict check_set_fault(struct whole *view)
{
	const struct cwmp_fault *fault = &view->msg->fault;

	if (!asked(view, CWMP_SET_PARAMETER_VALUES))
		return fault->n_params > 0 && asked_any(view)
			   ? rule_broken(view, view->http,
				 "SetParameterValuesFault in a fault to another request")
			   : RULE_SILENT;
	if (fault->code >= 9005 && fault->code <= 9009)
		return rule_broken(view, view->http,
		    "fault %u answers SetParameterValues: 9003 is expected, with %u for the "
		    "parameter",
		    fault->code, fault->code);
	if (fault->code == 9003 && fault->n_params == 0)
		return rule_broken(view, view->http,
		    "fault 9003 to SetParameterValues names no parameter in "
		    "SetParameterValuesFault");
	return rule_kept_if(fault->code == 9003);
}

static enum rule_verdict check_param_codes(struct whole *view)
{
	static const uint16_t codes[] = { 9001, 9002, 9004, 9005, 9006, 9007, 9008 };
	const struct cwmp_fault *fault = &view->msg->fault;

	for (size_t i = 0; i < fault->n_params; i++) {
		if (fault->params[i].has_code &&
		    !is_fault_in(fault->params[i].code, codes, ARRAY_LEN(codes)))
			return rule_broken(view, view->http,
			    "%.*s has fault %u: 9005 to 9008 say what is wrong with a "
			    "parameter",
			    STR_ARG(fault->params[i].name), fault->params[i].code);
	}
	return rule_kept_if(fault->n_params > 0);
}

/* ---- RPC-07, RPC-08 -------------------------------------------------------------- */

static enum rule_verdict check_object_name(struct whole *view)
{
	struct str path = view->msg->args.path;

	if (view->msg->method != CWMP_ADD_OBJECT)
		return RULE_SILENT;
	if (str_ends(path, STR(".")))
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "ObjectName \"%.*s\" does not end in a dot", STR_ARG(path));
}

static enum rule_verdict check_instance(struct whole *view)
{
	const struct http_record *request = asked(view, CWMP_ADD_OBJECT);
	uint32_t instance = view->msg->args.instance_number;
	auto_buf object = BUF_NULL;

	if (view->msg->method != CWMP_ADD_OBJECT || !request || !request->args.path)
		return RULE_SILENT;
	if (!view->msg->args.has_instance_number)
		return RULE_SILENT;
	if (instance == 0)
		return rule_broken(view, view->http,
		    "AddObjectResponse has InstanceNumber 0");
	buf_printf(&object, "%s%u.", request->args.path, instance);
	if (told_fate(view, buf_str(&object)) != FATE_THERE)
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "AddObjectResponse gives %s again, which this session has added before",
	    buf_cstr(&object));
}

static const struct rule_check added_instance[] = {
	{ .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_RESPONSE,
	    .needs = SHOWN_WHOLE,
	    .check = check_instance },
	{ .check = NULL },
};

static enum rule_verdict check_delete(struct whole *view)
{
	const struct http_record *request = asked(view, CWMP_DELETE_OBJECT);

	if (!request || !request->args.path ||
	    told_fate(view, str_of(request->args.path)) != FATE_GONE)
		return RULE_SILENT;
	if (view->http->on == ON_CPE_FAULT && view->http->envelope.fault_code == 9005)
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "%s is deleted already; fault 9005 is expected, not %s", request->args.path,
	    view->http->on == ON_CPE_FAULT ? "another" : "DeleteObjectResponse");
}

/* ---- RPC-09 ---------------------------------------------------------------------- */

static enum rule_verdict check_attributes_fault(struct whole *view)
{
	static const uint16_t codes[] = { 9000, 9001, 9002, 9003, 9004, 9005, 9009 };
	uint32_t code = view->msg->fault.code;

	if (!asked(view, CWMP_SET_PARAMETER_ATTRIBUTES) || !view->msg->fault.has_code)
		return RULE_SILENT;
	if (is_fault_in(code, codes, ARRAY_LEN(codes)))
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "fault %u refuses SetParameterAttributes; 9009 is expected for a notification, 9005 "
	    "for a name",
	    code);
}

/* ---- RPC-10 ---------------------------------------------------------------------- */

/* Whether the Inform has transfers, and none of them with this key. */
static bool is_other_key(const struct http_record *inform, struct str key)
{
	bool has_transfer = false;

	for (size_t i = 0; inform && i < inform->inform.n_events; i++) {
		if (!is_transfer_event(inform->inform.events[i]))
			continue;
		if (str_is(key, inform->inform.event_keys[i]))
			return false;
		has_transfer = true;
	}
	return has_transfer;
}

static bool was_done_at_once(const struct whole *view,
    const struct http_record *request)
{
	const struct records *messages = &view->session->messages;

	for (size_t i = rule_oldest(messages->len); i < messages->len; i++) {
		const struct http_record *http = messages->items[i];

		if (http->on == ON_CPE_RESPONSE &&
		    http->envelope.rpc == request->envelope.rpc &&
		    http->frame.number > request->frame.number)
			return http->envelope.rpc != CWMP_SCHEDULE_DOWNLOAD &&
			       http->args.status == 0;
	}
	return false;
}

static enum rule_verdict check_complete(struct whole *view)
{
	static const uint16_t codes[] = { 0, 9001, 9002, 9010, 9011, 9012, 9014, 9015,
		9016, 9017, 9018, 9019, 9020 };
	const struct cwmp_args *args = &view->msg->args;
	const struct http_record *request;

	if (view->msg->method != CWMP_TRANSFER_COMPLETE)
		return RULE_SILENT;
	if (args->has_fault_code &&
	    !is_fault_in(args->fault_code, codes, ARRAY_LEN(codes)))
		return rule_broken(view, view->http,
		    "TransferComplete has FaultCode %u, which is none of a transfer",
		    args->fault_code);
	request = asked_here(view, args->command_key);
	if (request && was_done_at_once(view, request))
		return rule_broken(view, view->http,
		    "TransferComplete for \"%.*s\", which its response in this session "
		    "called done, Status 0",
		    STR_ARG(args->command_key));
	if (!request && is_other_key(view->session->inform, args->command_key))
		return rule_broken(view, view->http,
		    "TransferComplete has CommandKey \"%.*s\", its Inform has another",
		    STR_ARG(args->command_key));
	return RULE_KEPT;
}

/* ---- RPC-11 ---------------------------------------------------------------------- */

static enum rule_verdict check_delay(struct whole *view)
{
	struct str key = view->msg->args.command_key;
	const struct device_record *device = view->device;
	const struct http_record *request;

	if (view->msg->method != CWMP_TRANSFER_COMPLETE)
		return RULE_SILENT;
	request = asked_here(view, key);
	if (request && request->args.delay_seconds > 0)
		return rule_broken(view, view->http,
		    "TransferComplete for \"%.*s\" comes in the session of its request, "
		    "though DelaySeconds is %u",
		    STR_ARG(key), request->args.delay_seconds);
	for (size_t i = 0; device && i < device->owed.len; i++) {
		const struct owed_event *owed = &device->owed.items[i];

		if (!is_transfer_event(cwmp_event_text(owed->code)) ||
		    !str_is(key, owed->command_key))
			continue;
		if (view->http->frame.time >= owed->due)
			return RULE_KEPT;
		return rule_broken(view, view->http,
		    "TransferComplete for \"%.*s\" comes %.0f s before its DelaySeconds "
		    "are over",
		    STR_ARG(key),
		    (double)(owed->due - view->http->frame.time) / (double)NS_PER_S);
	}
	return RULE_SILENT;
}

/* ---- RPC-13 ---------------------------------------------------------------------- */

static enum rule_verdict check_confirmation(struct whole *view)
{
	const struct http_record *request = view->http->links.answers;

	if (!request || (request->envelope.rpc != CWMP_TRANSFER_COMPLETE &&
			    request->envelope.rpc != CWMP_AUTONOMOUS_TRANSFER_COMPLETE))
		return RULE_SILENT;
	if (view->http->envelope.rpc == request->envelope.rpc)
		return RULE_KEPT;
	return rule_broken(view, view->http, "%s answers %s", view->http->envelope.name,
	    request->envelope.name);
}

/* ---- RPC-14 ---------------------------------------------------------------------- */

static enum rule_verdict check_not_yet(struct whole *view)
{
	const struct http_record *set = told_pending_set(view);
	enum rule_verdict verdict = RULE_SILENT;

	for (size_t i = 0; set && i < view->http->args.n_params; i++) {
		const struct cwmp_param *param = &view->http->args.params[i];
		const struct cwmp_param *wanted = told_param(set, param->name);

		if (view->msg->method != CWMP_GET_PARAMETER_VALUES || !wanted ||
		    secret_is_name(param->name))
			continue;
		if (!str_eq(wanted->value, param->value))
			verdict = RULE_KEPT;
		else if (told_other_before(view, set, wanted))
			return rule_broken(view, view->http,
			    "%.*s has its new value already, though Status was 1",
			    STR_ARG(param->name));
	}
	return verdict;
}

/* ---- RPC-15 ---------------------------------------------------------------------- */

static bool is_known(struct str text)
{
	return !str_is(text, unknown_time);
}

/* The time of a message that the text is to be; told where it is none, or one that stands for
 * "never" (TR-106 3.2.1), which no transfer begins or ends at. */
static bool read_time(struct str text, struct date_time *ret)
{
	static const int64_t never = 253402300799; /* 9999-12-31T23:59:59Z */

	return date_time_read(ret, text) == 0 && ret->seconds < never;
}

static enum rule_verdict check_times(struct whole *view)
{
	struct str start = str_trim(view->msg->args.start_time);
	struct str complete = str_trim(view->msg->args.complete_time);
	struct date_time from, to;
	bool has_times =
	    view->http->is_request
		? view->msg->method == CWMP_TRANSFER_COMPLETE ||
		      view->msg->method == CWMP_AUTONOMOUS_TRANSFER_COMPLETE
		: false;

	if (view->http->on == ON_CPE_RESPONSE)
		has_times = view->msg->method == CWMP_DOWNLOAD ||
			    view->msg->method == CWMP_UPLOAD;
	if (!has_times)
		return RULE_SILENT;
	/* What is missing is what SOAP-19 is about. */
	if (!view->msg->args.start_time.p || !view->msg->args.complete_time.p)
		return RULE_SILENT;
	if (!read_time(start, &from) || !read_time(complete, &to))
		return rule_broken(view, view->http,
		    "%s of %s is \"%.*s\"; a time that is not known is %s",
		    read_time(start, &from) ? "CompleteTime" : "StartTime",
		    view->http->envelope.name,
		    STR_ARG(read_time(start, &from) ? complete : start), unknown_time);
	if (is_known(start) && is_known(complete) && date_time_is_before(&to, &from))
		return rule_broken(view, view->http,
		    "CompleteTime %.*s is before StartTime %.*s", STR_ARG(complete),
		    STR_ARG(start));
	/* What has not ended has no end that is known. */
	if (view->http->on == ON_CPE_RESPONSE && view->msg->args.status == 1 &&
	    is_known(complete))
		return rule_broken(view, view->http,
		    "CompleteTime of %s is %.*s, though Status 1 says that the transfer "
		    "is not over: %s is expected",
		    view->http->envelope.name, STR_ARG(complete), unknown_time);
	return RULE_KEPT;
}

/* ---- table ----------------------------------------------------------------------- */

const struct rule rules_rpc[] = {
	{ .id = "RPC-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.1.1, table 35",
	    .text =
		"A CPE has the ten methods that each CPE has: it answers none of them "
		"with fault 9000, and GetRPCMethodsResponse lists them.",
	    .example = "The list has no Download.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_RESPONSE,
	    .check = check_methods,
	    .more = has_method },
	{ .id = "RPC-02",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.3",
	    .text =
		"GetParameterNamesResponse has what is under the path: with NextLevel "
		"only its children.",
	    .example = "NextLevel of Device. gives Device.DeviceInfo.UpTime.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_RESPONSE,
	    .needs = SHOWN_WHOLE,
	    .check = check_names },
	{ .id = "RPC-03",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.3",
	    .text = "GetParameterNames of the empty path starts at the root.",
	    .example = "ParameterPath is empty; the CPE answers fault 9005.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_RESPONSE | ON_CPE_FAULT,
	    .needs = SHOWN_WHOLE,
	    .is_common = true,
	    .check = check_root },
	{ .id = "RPC-04",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.2",
	    .text = "GetParameterValuesResponse has each parameter that was asked for, "
		    "under its path; hidden ones are empty.",
	    .example = "Two names are asked for, one of them unknown; the response has "
		       "the other alone.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_RESPONSE,
	    .needs = SHOWN_WHOLE,
	    .check = check_values },
	{ .id = "RPC-05",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.1",
	    .text =
		"SetParameterValues with a bad parameter is refused with fault 9003 and "
		"a SetParameterValuesFault for it.",
	    .example = "Fault 9003 without any SetParameterValuesFault.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_FAULT,
	    .needs = SHOWN_WHOLE,
	    .is_common = true,
	    .check = check_set_fault },
	{ .id = "RPC-06",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.5.1",
	    .text =
		"The fault of a parameter says what is wrong with it: 9005 its name, "
		"9006 its type, 9007 its value, 9008 that it cannot be written.",
	    .example = "SetParameterValuesFault with FaultCode 9003.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_FAULT,
	    .check = check_param_codes },
	{ .id = "RPC-07",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.6",
	    .text =
		"ObjectName of AddObject ends in a dot; the InstanceNumber is at least 1 "
		"and new.",
	    .example = "AddObjectResponse with InstanceNumber 0.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ACS_REQUEST,
	    .check = check_object_name,
	    .more = added_instance },
	{ .id = "RPC-08",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.7",
	    .text =
		"DeleteObject of an object that is not there is answered with fault "
		"9005.",
	    .example =
		"The same object is deleted twice; the second response has Status "
		"0.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_RESPONSE | ON_CPE_FAULT,
	    .needs = SHOWN_WHOLE,
	    .check = check_delete },
	{ .id = "RPC-09",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.4, A.5.1",
	    .text =
		"A notification that the CPE does not grant is refused with fault 9009.",
	    .example = "Fault 9007 answers SetParameterAttributes.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_FAULT,
	    .needs = SHOWN_WHOLE,
	    .check = check_attributes_fault },
	{ .id = "RPC-10",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.8, A.3.3.2",
	    .text =
		"A transfer completes in one way: Status 0, or a TransferComplete with "
		"its CommandKey and a fault code of transfers.",
	    .example = "DownloadResponse with Status 0, then TransferComplete for it.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_REQUEST,
	    .check = check_complete },
	{ .id = "RPC-11",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.8",
	    .text =
		"A transfer with DelaySeconds begins after them, and not in the session "
		"of its request.",
	    .example =
		"Download with DelaySeconds 600; its TransferComplete comes after a "
		"minute.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_REQUEST,
	    .check = check_delay },
	{ .id = "RPC-13",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.3.2",
	    .text = "TransferComplete is answered with TransferCompleteResponse, "
		    "AutonomousTransferComplete with its own.",
	    .example = "AutonomousTransferCompleteResponse answers TransferComplete.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ACS_RESPONSE,
	    .needs = SHOWN_WHOLE,
	    .check = check_confirmation },
	{ .id = "RPC-14",
	    .who = RULE_BY_CPE,
	    .severity = RULE_SHOULD,
	    .basis = "TR-069 A6 A.3.2.1",
	    .text =
		"What was set with Status 1 is not applied yet: this session still reads "
		"the old value.",
	    .example = "Status 1, and the next GetParameterValues reads the new value.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_RESPONSE,
	    .needs = SHOWN_WHOLE,
	    .check = check_not_yet },
	{ .id = "RPC-15",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.8, A.3.3.2; TR-106 3.2.1",
	    .text =
		"StartTime and CompleteTime are times, the second not before the first; "
		"one that is not known yet, or never will be, is 0001-01-01T00:00:00Z.",
	    .example = "TransferComplete with an empty StartTime.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_REQUEST | ON_CPE_RESPONSE,
	    .check = check_times },
	{ .id = NULL },
};
