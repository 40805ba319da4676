/* Rules of RPCs: those that read and write parameters and objects, and those that transfer
 * files (TR-069 A6 A.3.1, A.3.2, A.3.3.2). */
#include "capture/facts/asked.h"
#include "capture/facts/history.h"
#include "capture/facts/told.h"
#include "capture/facts/turns.h"
#include "capture/rules/catalogue.h"
#include "capture/rules/rpc_internal.h"
#include "lib/base/secret.h"

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

static enum rule_verdict has_method_here(struct whole *view,
    const struct http_record *asked, const struct http_record *post,
    const struct http_record *answer)
{
	(void)answer;
	for (size_t i = 0;
	     asked && post->on == ON_CPE_FAULT && i < ARRAY_LEN(mandatory); i++) {
		if (asked->envelope.rpc != mandatory[i])
			continue;
		if (post->envelope.fault_code != FAULT_NO_METHOD)
			return RULE_KEPT;
		return rule_broken(view, post,
		    "fault 9000, method not supported, answers %s, which each CPE has",
		    asked->envelope.name);
	}
	return RULE_SILENT;
}

static enum rule_verdict check_has_method(struct whole *view)
{
	return turns_judge(view, has_method_here);
}

static const struct rule_check has_method[] = {
	{ .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
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
	    .text =
		"GetParameterValuesResponse has each parameter that was asked for, "
		"by name or by path, and no other; hidden ones are empty. A name that "
		"is not there is answered with fault 9005.",
	    .example = "Two names are asked for, one of them unknown; the response has "
		       "the other alone.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_RESPONSE,
	    .needs = SHOWN_WHOLE,
	    .check = rpc_check_values,
	    .more = rpc_read_fault },
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
	    .check = rpc_check_set_fault },
	{ .id = "RPC-06",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.5.1",
	    .text =
		"What cannot be set is refused, by a fault of the parameter that says "
		"what is wrong with it: 9005 its name, 9006 its type, 9007 its value, "
		"9008 that it cannot be written.",
	    .example = "SetParameterValuesFault with FaultCode 9003.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_FAULT,
	    .check = rpc_check_param_codes,
	    .more = rpc_accepted },
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
	    .basis = "TR-069 A6 A.3.2.8, A.3.3.2, A.4.2; cwmp-1-2.xsd",
	    .text =
		"A transfer completes once and in one way: Status 0, or Status 1 and a "
		"TransferComplete with its CommandKey and a fault code of transfers. A "
		"change of deployment units completes with its CommandKey, and each "
		"result has a fault code of units, and Failed never without a fault.",
	    .example = "DownloadResponse with Status 0, then TransferComplete for it.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_REQUEST,
	    .check = rpc_check_complete,
	    .more = rpc_told_before },
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
	    .check = rpc_check_delay },
	{ .id = "RPC-12",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.4.3, A.3.2.8",
	    .text =
		"A file is fetched from the URL of its Download by GET, and sent to "
		"that of its Upload by PUT, with their credentials.",
	    .example =
		"Download of http://files.lab/a/fw.bin; the CPE asks files.lab for "
		"/fw.bin.",
	    .scope = WHOLE_FILE,
	    .check = rpc_check_file_user,
	    .more = rpc_file_moved },
	{ .id = "RPC-13",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.3.2, A.4.2",
	    .text = "TransferComplete is answered with TransferCompleteResponse; "
		    "AutonomousTransferComplete, DUStateChangeComplete and "
		    "AutonomousDUStateChangeComplete each with its own.",
	    .example = "AutonomousTransferCompleteResponse answers TransferComplete.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ACS_RESPONSE,
	    .needs = SHOWN_WHOLE,
	    .check = rpc_check_confirmation },
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
	    .check = rpc_check_times },
	{ .id = NULL },
};
