/* RPCs that read and set the values of parameters: RPC-04, RPC-05 and RPC-06. */
#include "capture/rules/rpc_internal.h"

#include "capture/facts/asked.h"
#include "capture/facts/history.h"
#include "capture/facts/known.h"
#include "capture/facts/told.h"
#include "lib/base/secret.h"

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

/* What a hidden parameter reads as: an empty string; its zero where its type has no empty
 * value, as no number has (XML Schema, part 2). */
static bool is_nothing(const struct cwmp_param *param)
{
	if (param->value.len == 0)
		return true;
	return param->type.len > 0 && !str_is(param->type, "string") &&
	       (str_is(param->value, "0") || str_is(param->value, "false"));
}

static enum rule_verdict check_hidden(struct whole *view)
{
	const struct cwmp_params *params = &view->msg->args.params;

	for (size_t i = 0; i < params->len; i++) {
		const struct cwmp_param *param = &params->items[i];

		/* What vendors add may be readable. */
		if (!is_nothing(param) && secret_is_name(param->name) &&
		    !str_find(param->name, STR(".X_"), NULL) &&
		    !is_readable(param->name))
			return rule_broken(view, view->http,
			    "%.*s is read: it is hidden, and its value empty",
			    STR_ARG(param->name));
	}
	return RULE_KEPT;
}

/* Whether the name, or the path that ends in a dot or is empty, covers the parameter. */
static bool covers(struct str asked, struct str name)
{
	return asked.len == 0 || str_ends(asked, STR(".")) ? str_starts(name, asked)
							   : str_eq(name, asked);
}

static bool is_asked(const struct http_record *request, struct str name)
{
	for (size_t i = 0; i < request->args.n_names; i++) {
		if (covers(request->args.names[i], name))
			return true;
	}
	return false;
}

static bool is_given(const struct cwmp_params *params, struct str name)
{
	for (size_t i = 0; i < params->len; i++) {
		if (str_eq(params->items[i].name, name))
			return true;
	}
	return false;
}

/* Names and paths that are asked for, all of which are known, against what is given. */
static enum rule_verdict compare_names(struct whole *view,
    const struct http_record *request)
{
	const struct cwmp_params *given = &view->msg->args.params;

	for (size_t i = 0; i < given->len; i++) {
		if (!is_asked(request, given->items[i].name))
			return rule_broken(view, view->http,
			    "%.*s is given, which was not asked for",
			    STR_ARG(given->items[i].name));
	}
	for (size_t i = 0; i < request->args.n_names; i++) {
		struct str name = request->args.names[i];

		if (name.len > 0 && !str_ends(name, STR(".")) && !is_given(given, name))
			return rule_broken(view, view->http,
			    "%.*s was asked for and is not given, and no fault 9005",
			    STR_ARG(name));
	}
	return RULE_KEPT;
}

/* What stands in an instance may be gone, or have another number by now. */
static bool is_in_instance(struct str name)
{
	for (size_t i = 0; i + 1 < name.len; i++) {
		if (name.p[i] == '.' &&
		    ((name.p[i + 1] >= '0' && name.p[i + 1] <= '9') ||
			name.p[i + 1] == '['))
			return true;
	}
	return false;
}

/* The CPE has told of it in its Inform, so that it is there. */
static bool is_there(const struct whole *view, struct str asked)
{
	const struct http_record *inform = view->session->inform;

	for (size_t i = 0; inform && i < inform->args.n_params; i++) {
		if (covers(asked, inform->args.params[i].name) &&
		    !is_in_instance(inform->args.params[i].name))
			return true;
	}
	return false;
}

/* A path is opened: what the Inform has of it is there. */
static enum rule_verdict compare_inform(struct whole *view,
    const struct http_record *request)
{
	const struct http_record *inform = view->session->inform;

	for (size_t i = 0; inform && i < inform->args.n_params; i++) {
		struct str name = inform->args.params[i].name;

		if (!is_in_instance(name) && is_asked(request, name) &&
		    !is_given(&view->msg->args.params, name))
			return rule_broken(view, view->http,
			    "%.*s, which the Inform has, is not given, though its path "
			    "was asked for",
			    STR_ARG(name));
	}
	return RULE_KEPT;
}

enum rule_verdict rpc_check_values(struct whole *view)
{
	const struct http_record *request = asked(view, CWMP_GET_PARAMETER_VALUES);
	const struct cwmp_params *given = &view->msg->args.params;
	enum rule_verdict verdict = RULE_KEPT;

	if (view->msg->method != CWMP_GET_PARAMETER_VALUES || !request)
		return RULE_SILENT;
	if (request->args.n_partial == 0 && given->len < request->args.n_list)
		return rule_broken(view, view->http,
		    "%zu parameters were asked for by name, %zu are given, and no fault 9005",
		    request->args.n_list, given->len);
	for (size_t i = 0; i < given->len; i++) {
		if (str_ends(given->items[i].name, STR(".")))
			return rule_broken(view, view->http,
			    "%.*s is given as a parameter: it is an object, and those "
			    "in it are expected",
			    STR_ARG(given->items[i].name));
	}
	if (request->args.n_names == request->args.n_list)
		verdict = compare_names(view, request);
	if (verdict == RULE_KEPT)
		verdict = compare_inform(view, request);
	return verdict == RULE_KEPT ? check_hidden(view) : verdict;
}

/* 9005 of names that are there, or another fault than those of a read. */
static enum rule_verdict check_read_fault(struct whole *view)
{
	const struct http_record *request = asked(view, CWMP_GET_PARAMETER_VALUES);
	uint32_t code = view->msg->fault.code;
	size_t n_there = 0;

	if (!request)
		return RULE_SILENT;
	if (code > 9005 && code < 9800)
		return rule_broken(view, view->http,
		    "fault %u answers GetParameterValues; 9005 is expected for a name "
		    "that is not there",
		    code);
	for (size_t i = 0; i < request->args.n_names; i++)
		n_there += is_there(view, request->args.names[i]);
	if (code == 9005 && n_there > 0 && n_there == request->args.n_list)
		return rule_broken(view, view->http,
		    "fault 9005, invalid parameter name, answers the read of %.*s%s, "
		    "which the Inform has",
		    STR_ARG(request->args.names[0]), n_there > 1 ? " and others" : "");
	return RULE_KEPT;
}

const struct rule_check rpc_read_fault[] = {
	{ .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_FAULT,
	    .needs = SHOWN_WHOLE,
	    .check = check_read_fault },
	{ .check = NULL },
};

/* ---- RPC-05, RPC-06 -------------------------------------------------------------- */

enum rule_verdict rpc_check_set_fault(struct whole *view)
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

static const char *words_of(unsigned wrong)
{
	if (wrong & KNOWN_READ_ONLY)
		return "it cannot be written (9008)";
	if (wrong & KNOWN_NO_VALUE)
		return "that is no value of its type (9007)";
	return wrong & KNOWN_VALUE ? "it has no such value (9007)"
				   : "its type is another (9006)";
}

/* The code of one parameter beside what the data models say of it. */
static enum rule_verdict compare_code(struct whole *view,
    const struct http_record *request, const struct cwmp_param_fault *fault)
{
	const struct cwmp_param *set = request && view->session->shown & SHOWN_WHOLE
					   ? told_param(request, fault->name)
					   : NULL;
	unsigned wrong = set ? known_wrong(set) : 0;

	if (wrong == 0 || known_is_fault(wrong, fault->code) || fault->code < 9005 ||
	    fault->code > 9008)
		return RULE_KEPT;
	if (fault->code == 9005 && !is_there(view, fault->name))
		return RULE_KEPT;
	return rule_broken(view, view->http, "%.*s is refused with fault %u; %s",
	    STR_ARG(fault->name), fault->code, words_of(wrong));
}

enum rule_verdict rpc_check_param_codes(struct whole *view)
{
	static const uint16_t codes[] = { 9001, 9002, 9004, 9005, 9006, 9007, 9008 };
	const struct http_record *request = asked(view, CWMP_SET_PARAMETER_VALUES);
	const struct cwmp_fault *fault = &view->msg->fault;

	for (size_t i = 0; i < fault->n_params; i++) {
		if (fault->params[i].has_code &&
		    !is_fault_in(fault->params[i].code, codes, ARRAY_LEN(codes)))
			return rule_broken(view, view->http,
			    "%.*s has fault %u: 9005 to 9008 say what is wrong with a "
			    "parameter",
			    STR_ARG(fault->params[i].name), fault->params[i].code);
		if (compare_code(view, request, &fault->params[i]) == RULE_BROKEN)
			return RULE_BROKEN;
	}
	return rule_kept_if(fault->n_params > 0);
}

/* Another type than its own may be let pass: "7" is 7 as a string, too. */
static enum rule_verdict check_accepted(struct whole *view)
{
	static const unsigned refused = KNOWN_READ_ONLY | KNOWN_VALUE | KNOWN_NO_VALUE;
	const struct http_record *request = asked(view, CWMP_SET_PARAMETER_VALUES);

	if (!request || view->msg->method != CWMP_SET_PARAMETER_VALUES)
		return RULE_SILENT;
	for (size_t i = 0; i < request->args.n_params; i++) {
		const struct cwmp_param *set = &request->args.params[i];
		unsigned wrong = known_wrong(set) & refused;

		if (wrong != 0)
			return rule_broken(view, view->http,
			    "%.*s = \"%.*s\" is accepted; %s", STR_ARG(set->name),
			    STR_ARG(set->value), words_of(wrong));
	}
	return RULE_KEPT;
}

const struct rule_check rpc_accepted[] = {
	{ .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_RESPONSE,
	    .needs = SHOWN_WHOLE,
	    .check = check_accepted },
	{ .check = NULL },
};
