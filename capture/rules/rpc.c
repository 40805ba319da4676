/* Rules of the RPCs that read and write parameters and objects (TR-069 A6 A.3.1, A.3.2). */
#include "capture/message/redact.h"
#include "capture/rules/asked.h"
#include "capture/rules/history.h"

/* ---- RPC-01 -------------------------------------------------------------------------- */

static bool lists(const struct cwmp_strings *list, enum cwmp_method method)
{
	for (size_t i = 0; i < list->len; i++) {
		if (cwmp_method_of(str_trim(list->items[i])) == method)
			return true;
	}
	return false;
}

static enum rule_verdict check_methods(struct rule_view *view)
{
	static const enum cwmp_method mandatory[] = { CWMP_GET_RPC_METHODS,
		CWMP_SET_PARAMETER_VALUES, CWMP_GET_PARAMETER_VALUES,
		CWMP_GET_PARAMETER_NAMES, CWMP_SET_PARAMETER_ATTRIBUTES,
		CWMP_GET_PARAMETER_ATTRIBUTES, CWMP_ADD_OBJECT, CWMP_DELETE_OBJECT,
		CWMP_REBOOT, CWMP_DOWNLOAD };

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

/* ---- RPC-02, RPC-03 ------------------------------------------------------------------ */

/* "Device.A.", "Device.A.B" are children of "Device.A."'s parents only one level down. */
static bool is_child(struct str name, struct str path)
{
	struct str rest = str_from(name, path.len);
	size_t dot = str_find_char(rest, '.');

	return rest.len > 0 && (dot == rest.len || dot == rest.len - 1);
}

static enum rule_verdict check_names(struct rule_view *view)
{
	const struct http_record *request = asked(view, CWMP_GET_PARAMETER_NAMES);
	struct str path;

	if (view->msg->method != CWMP_GET_PARAMETER_NAMES || !request || !request->path)
		return RULE_SILENT;
	path = str_of(request->path);
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
			    STR_ARG(name), request->path);
		if (request->next_level && !is_child(name, path))
			return rule_broken(view, view->http,
			    "%.*s is no child of \"%s\", though NextLevel is true",
			    STR_ARG(name), request->path);
	}
	return RULE_KEPT;
}

static enum rule_verdict check_root(struct rule_view *view)
{
	const struct http_record *request = asked(view, CWMP_GET_PARAMETER_NAMES);

	if (!request || !request->path || request->path[0] != '\0')
		return RULE_SILENT;
	if (view->http->on == ON_CPE_FAULT)
		return rule_broken(view, view->http,
		    "fault %u answers GetParameterNames of the empty path",
		    view->http->fault_code);
	if (view->msg->args.n_infos == 0)
		return rule_broken(view, view->http,
		    "GetParameterNamesResponse to the empty path is empty");
	return RULE_KEPT;
}

/* ---- RPC-04 -------------------------------------------------------------------------- */

static enum rule_verdict check_hidden(struct rule_view *view)
{
	const struct cwmp_params *params = &view->msg->args.params;

	for (size_t i = 0; i < params->len; i++) {
		const struct cwmp_param *param = &params->items[i];

		/* What vendors add may be readable. */
		if (redact_is_secret(param->name) && param->value.len > 0 &&
		    !str_find(param->name, STR(".X_"), NULL))
			return rule_broken(view, view->http,
			    "%.*s is read: it is hidden, and its value empty",
			    STR_ARG(param->name));
	}
	return RULE_KEPT;
}

static enum rule_verdict check_values(struct rule_view *view)
{
	const struct http_record *request = asked(view, CWMP_GET_PARAMETER_VALUES);
	size_t n = view->msg->args.params.len;

	if (view->msg->method != CWMP_GET_PARAMETER_VALUES || !request)
		return RULE_SILENT;
	if (request->n_partial == 0 && n < request->n_list)
		return rule_broken(view, view->http,
		    "%zu parameters were asked for by name, %zu are given, and no fault 9005",
		    request->n_list, n);
	for (size_t i = 0; request->n_list == 1 && request->n_partial == 1 &&
			   request->n_params == 1 && i < n;
	     i++) {
		struct str name = view->msg->args.params.items[i].name;

		if (!str_starts(name, request->params[0].name))
			return rule_broken(view, view->http,
			    "%.*s is not under %.*s, which was asked for",
			    STR_ARG(name), STR_ARG(request->params[0].name));
	}
	return check_hidden(view);
}

/* ---- RPC-05, RPC-06, RPC-09 ------------------------------------------------------------ */

static enum rule_verdict check_set_fault(struct rule_view *view)
{
	const struct cwmp_fault *fault = &view->msg->fault;

	if (!asked(view, CWMP_SET_PARAMETER_VALUES))
		return fault->n_params > 0 && asked_any(view)
			   ? rule_broken(view, view->http,
				 "SetParameterValuesFault in a fault to another request")
			   : RULE_SILENT;
	if (fault->code >= 9005 && fault->code <= 9009)
		return rule_broken(view, view->http,
		    "fault %u answers SetParameterValues: 9003 is due, with %u for the "
		    "parameter",
		    fault->code, fault->code);
	if (fault->code == 9003 && fault->n_params == 0)
		return rule_broken(view, view->http,
		    "fault 9003 to SetParameterValues names no parameter in "
		    "SetParameterValuesFault");
	return rule_kept_if(fault->code == 9003);
}

static enum rule_verdict check_param_codes(struct rule_view *view)
{
	static const uint16_t codes[] = { 9001, 9002, 9004, 9005, 9006, 9007, 9008 };
	const struct cwmp_fault *fault = &view->msg->fault;

	for (size_t i = 0; i < fault->n_params; i++) {
		if (!is_fault_in(fault->params[i].code, codes, ARRAY_LEN(codes)))
			return rule_broken(view, view->http,
			    "%.*s has fault %u: 9005 to 9008 say what is wrong with a "
			    "parameter",
			    STR_ARG(fault->params[i].name), fault->params[i].code);
	}
	return rule_kept_if(fault->n_params > 0);
}

static enum rule_verdict check_attributes_fault(struct rule_view *view)
{
	static const uint16_t codes[] = { 9000, 9001, 9002, 9003, 9004, 9005, 9009 };
	uint32_t code = view->msg->fault.code;

	if (!asked(view, CWMP_SET_PARAMETER_ATTRIBUTES))
		return RULE_SILENT;
	if (is_fault_in(code, codes, ARRAY_LEN(codes)))
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "fault %u refuses SetParameterAttributes; 9009 is due for a notification, 9005 "
	    "for a name",
	    code);
}

/* ---- RPC-07, RPC-08 -------------------------------------------------------------------- */

enum fate {
	FATE_UNKNOWN,
	FATE_THERE,
	FATE_GONE
};

/* Whether the path of an AddObject and its instance make up this object. */
static bool is_instance(const char *path, uint32_t instance, struct str object)
{
	auto_buf text = BUF_NULL;

	buf_printf(&text, "%s%u.", path, instance);
	return str_eq(buf_str(&text), object);
}

/* What became of the object in this session before the message that is judged. */
static enum fate fate_of(const struct rule_view *view, struct str object)
{
	const struct records *messages = &view->session->messages;
	const struct http_record *request = NULL;
	enum fate fate = FATE_UNKNOWN;

	for (size_t i = rule_oldest(messages->len); i < messages->len; i++) {
		const struct http_record *http = messages->items[i];

		if (http == view->http)
			break;
		if (http->on == ON_ACS_REQUEST)
			request = http;
		if (!request || !request->path || http->on != ON_CPE_RESPONSE ||
		    http->rpc != request->rpc)
			continue;
		if (http->rpc == CWMP_ADD_OBJECT &&
		    is_instance(request->path, http->instance_number, object))
			fate = FATE_THERE;
		if (http->rpc == CWMP_DELETE_OBJECT &&
		    str_eq(str_of(request->path), object))
			fate = FATE_GONE;
	}
	return fate;
}

static enum rule_verdict check_object_name(struct rule_view *view)
{
	struct str path = view->msg->args.path;

	if (view->msg->method != CWMP_ADD_OBJECT)
		return RULE_SILENT;
	if (str_ends(path, STR(".")))
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "ObjectName \"%.*s\" does not end in a dot", STR_ARG(path));
}

static enum rule_verdict check_instance(struct rule_view *view)
{
	const struct http_record *request = asked(view, CWMP_ADD_OBJECT);
	uint32_t instance = view->msg->args.instance_number;
	auto_buf object = BUF_NULL;

	if (view->msg->method != CWMP_ADD_OBJECT || !request || !request->path)
		return RULE_SILENT;
	if (instance == 0)
		return rule_broken(view, view->http,
		    "AddObjectResponse has InstanceNumber 0");
	buf_printf(&object, "%s%u.", request->path, instance);
	if (fate_of(view, buf_str(&object)) != FATE_THERE)
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "AddObjectResponse gives %s again, which this session has added before",
	    buf_cstr(&object));
}

static const struct rule_check added_instance[] = {
	{ .scope = RULE_MESSAGE,
	    .on = ON_CPE_RESPONSE,
	    .needs = SHOWN_WHOLE,
	    .check = check_instance },
	{ .check = NULL },
};

static enum rule_verdict check_delete(struct rule_view *view)
{
	const struct http_record *request = asked(view, CWMP_DELETE_OBJECT);

	if (!request || !request->path ||
	    fate_of(view, str_of(request->path)) != FATE_GONE)
		return RULE_SILENT;
	if (view->http->on == ON_CPE_FAULT && view->http->fault_code == 9005)
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "%s is deleted already; fault 9005 is due, not %s", request->path,
	    view->http->on == ON_CPE_FAULT ? "another" : "DeleteObjectResponse");
}

/* ---- RPC-14 ---------------------------------------------------------------------------- */

/* The value that the request sets for the parameter, or null. */
static const struct cwmp_param *set_value(const struct http_record *request,
    struct str name)
{
	for (size_t i = 0; i < request->n_params; i++) {
		if (str_eq(request->params[i].name, name))
			return &request->params[i];
	}
	return NULL;
}

/* The last SetParameterValues of this session that was answered with Status 1, or null. */
static const struct http_record *pending_set(const struct rule_view *view)
{
	const struct records *messages = &view->session->messages;
	const struct http_record *request = NULL, *found = NULL;

	for (size_t i = rule_oldest(messages->len); i < messages->len; i++) {
		const struct http_record *http = messages->items[i];

		if (http->on == ON_ACS_REQUEST)
			request = http;
		if (request && http->on == ON_CPE_RESPONSE &&
		    http->rpc == CWMP_SET_PARAMETER_VALUES && request->rpc == http->rpc)
			found = http->rpc_status == 1 ? request : NULL;
	}
	return found;
}

/* Whether the CPE gave another value before the Set: else it may have been that already. */
static bool was_other(const struct rule_view *view, const struct http_record *set,
    const struct cwmp_param *wanted)
{
	const struct records *messages = &view->session->messages;
	bool is_other = false;

	for (size_t i = rule_oldest(messages->len);
	     i < messages->len && messages->items[i] != set; i++) {
		const struct http_record *http = messages->items[i];
		const struct cwmp_param *given =
		    http->on & (ON_INFORM | ON_CPE_RESPONSE)
			? set_value(http, wanted->name)
			: NULL;

		if (given)
			is_other = !str_eq(given->value, wanted->value);
	}
	return is_other;
}

static enum rule_verdict check_not_yet(struct rule_view *view)
{
	const struct http_record *set = pending_set(view);
	enum rule_verdict verdict = RULE_SILENT;

	for (size_t i = 0; set && i < view->http->n_params; i++) {
		const struct cwmp_param *param = &view->http->params[i];
		const struct cwmp_param *wanted = set_value(set, param->name);

		if (view->msg->method != CWMP_GET_PARAMETER_VALUES || !wanted ||
		    redact_is_secret(param->name))
			continue;
		if (!str_eq(wanted->value, param->value))
			verdict = RULE_KEPT;
		else if (was_other(view, set, wanted))
			return rule_broken(view, view->http,
			    "%.*s has its new value already, though Status was 1",
			    STR_ARG(param->name));
	}
	return verdict;
}

/* ---- table ----------------------------------------------------------------------------- */

const struct rule rules_rpc[] = {
	{ .id = "RPC-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.1.1, table 35",
	    .text =
		"GetRPCMethodsResponse of a CPE lists the ten methods that each CPE "
		"has.",
	    .example = "The list has no Download.",
	    .scope = RULE_MESSAGE,
	    .on = ON_CPE_RESPONSE,
	    .check = check_methods },
	{ .id = "RPC-02",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.3",
	    .text =
		"GetParameterNamesResponse has what is under the path: with NextLevel "
		"only its children.",
	    .example = "NextLevel of Device. gives Device.DeviceInfo.UpTime.",
	    .scope = RULE_MESSAGE,
	    .on = ON_CPE_RESPONSE,
	    .needs = SHOWN_WHOLE,
	    .check = check_names },
	{ .id = "RPC-03",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.3",
	    .text = "GetParameterNames of the empty path starts at the root.",
	    .example = "ParameterPath is empty; the CPE answers fault 9005.",
	    .scope = RULE_MESSAGE,
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
	    .scope = RULE_MESSAGE,
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
	    .scope = RULE_MESSAGE,
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
	    .scope = RULE_MESSAGE,
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
	    .scope = RULE_MESSAGE,
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
	    .scope = RULE_MESSAGE,
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
	    .scope = RULE_MESSAGE,
	    .on = ON_CPE_FAULT,
	    .needs = SHOWN_WHOLE,
	    .check = check_attributes_fault },
	{ .id = "RPC-14",
	    .who = RULE_BY_CPE,
	    .severity = RULE_SHOULD,
	    .basis = "TR-069 A6 A.3.2.1",
	    .text =
		"What was set with Status 1 is not applied yet: this session still reads "
		"the old value.",
	    .example = "Status 1, and the next GetParameterValues reads the new value.",
	    .scope = RULE_MESSAGE,
	    .on = ON_CPE_RESPONSE,
	    .needs = SHOWN_WHOLE,
	    .check = check_not_yet },
	{ .id = NULL },
};
