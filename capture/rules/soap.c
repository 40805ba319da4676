/* Rules of one envelope (TR-069 A6 3.5). */
#include "capture/rules/catalogue.h"

/* ---- what a reader notices --------------------------------------------------------- */

static enum rule_verdict check_deviation(struct rule_view *view, unsigned bits,
    const char *text)
{
	if (!(view->msg->deviations & bits))
		return RULE_KEPT;
	return rule_broken(view, view->http, "%s: %s", view->http->name, text);
}

static enum rule_verdict check_readable(struct rule_view *view)
{
	if (view->http->is_soap_like)
		return rule_broken(view, view->http, "the envelope cannot be read: %s",
		    view->http->bad);
	if (!view->msg)
		return RULE_SILENT;
	return check_deviation(view, CWMP_ODD_ENVELOPE_NS,
	    "the namespace of the envelope is not that of SOAP 1.1");
}

static enum rule_verdict check_one_body(struct rule_view *view)
{
	return check_deviation(view, CWMP_SEVERAL_BODIES,
	    "the envelope has more than one Body, or the Body more than one element");
}

static enum rule_verdict check_namespace(struct rule_view *view)
{
	if (!(view->msg->deviations & CWMP_UNKNOWN_NS))
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "%s: its namespace is \"%.*s\"; there are urn:dslforum-org:cwmp-1-0, 1-1 and "
	    "1-2",
	    view->http->name, STR_ARG(view->msg->ns_uri));
}

static enum rule_verdict check_unqualified(struct rule_view *view)
{
	return check_deviation(view, CWMP_QUALIFIED_INNER,
	    "an element inside the RPC has a namespace");
}

static enum rule_verdict check_arrays(struct rule_view *view)
{
	return check_deviation(view, CWMP_NO_ARRAY_TYPE | CWMP_WRONG_COUNT,
	    view->msg->deviations & CWMP_NO_ARRAY_TYPE
		? "a list has no arrayType"
		: "the count of an arrayType is not that of its members");
}

static enum rule_verdict check_types(struct rule_view *view)
{
	const struct cwmp_params *params = view->http->on == ON_INFORM
					       ? &view->msg->inform.params
					       : &view->msg->args.params;

	if (params->len == 0)
		return RULE_SILENT;
	return check_deviation(view, CWMP_NO_XSI_TYPE, "a Value has no xsi:type");
}

/* ---- SOAP-08 ----------------------------------------------------------------------- */

enum {
	ID_MAX = 32
};

static enum rule_verdict check_id(struct rule_view *view)
{
	const struct cwmp_soap_header *header = &view->msg->header;

	if (!header->has_id)
		return RULE_SILENT;
	if (header->id.len > ID_MAX)
		return rule_broken(view, view->http,
		    "%s: its cwmp:ID has %zu characters; 32 is the most",
		    view->http->name, header->id.len);
	return check_deviation(view, CWMP_ID_NOT_UNDERSTAND,
	    "its cwmp:ID has no mustUnderstand=\"1\"");
}

/* ---- SOAP-11, SOAP-12, SOAP-13 ----------------------------------------------------- */

static enum rule_verdict check_hold(struct rule_view *view)
{
	if (!view->msg->header.has_hold_requests)
		return RULE_SILENT;
	if (!view->http->is_request)
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "the CPE sends HoldRequests with %s: only an ACS may", view->http->name);
}

static enum rule_verdict check_header_place(struct rule_view *view)
{
	const struct cwmp_soap_header *header = &view->msg->header;
	const struct http_record *http = view->http;
	bool is_of_inform = header->has_session_timeout || header->supported_versions.p;

	if (!is_of_inform && !header->use_version.p)
		return RULE_SILENT;
	if (is_of_inform && http->on != ON_INFORM)
		return rule_broken(view, http,
		    "%s is in the header of %s; it is Inform's",
		    header->has_session_timeout ? "SessionTimeout"
						: "SupportedCWMPVersions",
		    http->name);
	if (header->use_version.p && http->on != ON_INFORM_RESPONSE)
		return rule_broken(view, http,
		    "UseCWMPVersion is in the header of %s; it is InformResponse's",
		    http->name);
	if (header->use_version.p && http->answers && http->answers->on == ON_INFORM &&
	    !http->answers->versions)
		return rule_broken(view, http,
		    "UseCWMPVersion, but the Inform offered no SupportedCWMPVersions");
	return RULE_KEPT;
}

static enum rule_verdict check_no_more(struct rule_view *view)
{
	if (!view->msg->header.has_no_more_requests)
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "%s has NoMoreRequests, which CWMP has no more since Amendment 1",
	    view->http->name);
}

/* ---- SOAP-16, SOAP-18 -------------------------------------------------------------- */

static enum rule_verdict check_fault_shape(struct rule_view *view)
{
	return check_deviation(view, CWMP_FAULT_SHAPE,
	    "faultstring is not \"CWMP fault\", or faultcode or detail are not as they "
	    "should be");
}

static enum rule_verdict check_fault_code(struct rule_view *view)
{
	uint32_t code = view->msg->fault.code;
	bool is_cpe = view->http->is_request;

	if (is_cpe ? code >= 9000 && code <= 9899 : code >= 8000 && code <= 8899)
		return RULE_KEPT;
	return rule_broken(view, view->http, "%s sends fault %u; its faults are %s",
	    is_cpe ? "the CPE" : "the ACS", code,
	    is_cpe ? "9000 to 9899" : "8000 to 8899");
}

/* ---- table ------------------------------------------------------------------------- */

const struct rule rules_soap[] = {
	{ .id = "SOAP-01",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text = "A message is well-formed XML, an envelope of SOAP 1.1.",
	    .example = "A parameter's value holds the byte 0x02.",
	    .scope = RULE_MESSAGE,
	    .on = ON_ENVELOPE | ON_CPE_OTHER | ON_ACS_OTHER,
	    .check = check_readable },
	{ .id = "SOAP-02",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text = "An envelope has one Body with one RPC in it.",
	    .example = "Two RPCs in one Body.",
	    .scope = RULE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .check = check_one_body },
	{ .id = "SOAP-03",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text =
		"The namespace of CWMP is urn:dslforum-org:cwmp-1-0, 1-1 or 1-2; CWMP "
		"1.3 and 1.4 use that of 1.2.",
	    .example = "xmlns:cwmp=\"urn:dslforum-org:cwmp-1-4\".",
	    .scope = RULE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .is_common = true,
	    .check = check_namespace },
	{ .id = "SOAP-05",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text = "Elements inside an RPC have no namespace.",
	    .example = "<cwmp:ParameterNames> instead of <ParameterNames>.",
	    .scope = RULE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .check = check_unqualified },
	{ .id = "SOAP-06",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text = "A list has an arrayType whose count is that of its members.",
	    .example = "arrayType=\"cwmp:EventStruct[2]\" with one member.",
	    .scope = RULE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .is_common = true,
	    .check = check_arrays },
	{ .id = "SOAP-07",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.2.1",
	    .text = "Each Value of a ParameterValueStruct has its xsi:type.",
	    .example = "<Value>1</Value>.",
	    .scope = RULE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .is_common = true,
	    .check = check_types },
	{ .id = "SOAP-08",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5, table 4",
	    .text = "cwmp:ID has mustUnderstand=\"1\" and at most 32 characters.",
	    .example = "<cwmp:ID>1</cwmp:ID>.",
	    .scope = RULE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .check = check_id },
	{ .id = "SOAP-11",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5, table 4",
	    .text = "Only an ACS sends HoldRequests.",
	    .example = "An Inform with <cwmp:HoldRequests>.",
	    .scope = RULE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .check = check_hold },
	{ .id = "SOAP-12",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5, table 4",
	    .text =
		"SessionTimeout and SupportedCWMPVersions are in the header of Inform "
		"alone; UseCWMPVersion in that of InformResponse, where versions were "
		"offered.",
	    .example = "GetParameterValues with <cwmp:UseCWMPVersion>.",
	    .scope = RULE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .check = check_header_place },
	{ .id = "SOAP-13",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_NOTE,
	    .basis = "TR-069 A1 3.5",
	    .text = "NoMoreRequests is not sent any more.",
	    .example = "An Inform with <cwmp:NoMoreRequests>.",
	    .scope = RULE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .check = check_no_more },
	{ .id = "SOAP-16",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text =
		"A fault has faultcode Client or Server, faultstring \"CWMP fault\", "
		"and cwmp:Fault in its detail.",
	    .example = "<faultstring>Invalid parameter name</faultstring>.",
	    .scope = RULE_MESSAGE,
	    .on = ON_CPE_FAULT | ON_ACS_FAULT,
	    .check = check_fault_shape },
	{ .id = "SOAP-18",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.5",
	    .text = "A CPE sends faults 9xxx, an ACS faults 8xxx.",
	    .example = "The CPE answers with FaultCode 8003.",
	    .scope = RULE_MESSAGE,
	    .on = ON_CPE_FAULT | ON_ACS_FAULT,
	    .check = check_fault_code },
	{ .id = NULL },
};
