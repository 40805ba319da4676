/* Rules of envelopes: of one alone, and of what those of a session say to each other by
 * their IDs, namespaces and faults (TR-069 A6 3.5, A.5). */
#include "capture/facts/history.h"
#include "capture/facts/turns.h"
#include "capture/record/http_secrets.h"
#include "capture/rules/catalogue.h"

#include "lib/base/secret.h"
#include "lib/base/utf8.h"

#include <stdio.h>

static enum rule_verdict check_deviation(struct whole *view, unsigned bits,
    const char *text)
{
	if (!(view->msg->deviations & bits))
		return RULE_KEPT;
	return rule_broken(view, view->http, "%s: %s", view->http->envelope.name, text);
}

/* What the reader has noted of one kind of deviation: where, and how. */
static enum rule_verdict check_oddity(struct whole *view, unsigned bit,
    enum cwmp_oddity_kind kind)
{
	const struct cwmp_oddity *odd = &view->msg->odd[kind];
	char more[48] = "";

	if (!(view->msg->deviations & bit))
		return RULE_KEPT;
	if (odd->n > 1)
		(void)snprintf(more, sizeof(more), " (and %zu more)", odd->n - 1);
	return rule_broken(view, view->http, "%s: %.*s %.*s%s",
	    view->http->envelope.name, STR_ARG(odd->path), STR_ARG(odd->text), more);
}

/* ---- SOAP-01, SOAP-02, SOAP-03 --------------------------------------------------- */

/* Bytes that are none of UTF-8, in what is declared as UTF-8 or not at all, are no XML (XML 1.0
 * 4.3.3), unless Content-Type names another charset, which comes before the declaration (RFC
 * 7303 3). Who has pasted a text may have stored it otherwise than it was sent. */
static bool is_of_other_bytes(const struct whole *view)
{
	struct str charset;

	if (!(view->msg->deviations & CWMP_NOT_UTF8) || view->lacks)
		return false;
	charset = http_charset(view->http);
	return charset.len == 0 || str_eq_nocase(charset, STR("utf-8")) ||
	       str_eq_nocase(charset, STR("utf8"));
}

static enum rule_verdict check_readable(struct whole *view)
{
	if (view->http->body.is_soap_like)
		return rule_broken(view, view->http, "the envelope cannot be read: %s",
		    view->http->body.bad);
	if (!view->msg)
		return RULE_SILENT;
	if (view->msg->deviations & CWMP_UNBOUND_PREFIX)
		return rule_broken(view, view->http,
		    "%s: the prefix \"%.*s\" is used and not declared",
		    view->http->envelope.name,
		    STR_ARG(view->msg->odd[CWMP_ODD_PREFIX].text));
	if (is_of_other_bytes(view))
		return rule_broken(view, view->http,
		    "%s: some of its bytes are not UTF-8, which by its declaration it is",
		    view->http->envelope.name);
	return check_deviation(view, CWMP_ODD_ENVELOPE_NS,
	    "the namespace of the envelope is not that of SOAP 1.1");
}

static enum rule_verdict check_one_body(struct whole *view)
{
	return check_deviation(view, CWMP_SEVERAL_BODIES,
	    "the envelope has more than one Body, or the Body more than one element");
}

static enum rule_verdict check_namespace(struct whole *view)
{
	if (!(view->msg->deviations & CWMP_UNKNOWN_NS))
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "%s: its namespace is \"%.*s\"; there are urn:dslforum-org:cwmp-1-0, 1-1 and "
	    "1-2",
	    view->http->envelope.name, STR_ARG(view->msg->ns_uri));
}

/* ---- SOAP-04 --------------------------------------------------------------------- */

struct spoken {
	enum cwmp_ns agreed;  /* that of InformResponse; UNKNOWN: nothing is */
	enum cwmp_ns last[2]; /* of the last envelope of the ACS, of the CPE */
};

/* Whoever answers in the namespace that it was asked in did not leave that of the session. */
static bool follows_request(const struct http_record *http, const struct spoken *spoken)
{
	return (http->on &
		   (ON_CPE_RESPONSE | ON_CPE_FAULT | ON_ACS_RESPONSE | ON_ACS_FAULT)) &&
	       http->envelope.ns == spoken->last[!http->is_request];
}

/* An InformResponse that is newer than its Inform leaves open what both should speak. */
static enum rule_verdict constant_here(struct whole *view,
    const struct http_record *http, struct spoken *spoken)
{
	if (inform_is_too_old(http)) {
		spoken->agreed = CWMP_NS_UNKNOWN;
		return rule_broken(view, http,
		    "InformResponse is in %s, its Inform in %s",
		    cwmp_ns_uri(http->envelope.ns),
		    cwmp_ns_uri(http->links.answers->envelope.ns));
	}
	if (http->on == ON_INFORM_RESPONSE) {
		spoken->agreed = http->envelope.ns;
		return RULE_SILENT;
	}
	if (spoken->agreed == CWMP_NS_UNKNOWN)
		return RULE_SILENT;
	if (http->envelope.ns == spoken->agreed)
		return RULE_KEPT;
	if (follows_request(http, spoken))
		return RULE_SILENT;
	return rule_broken(view, http, "%s is in %s, the session in %s",
	    http->envelope.name, cwmp_ns_uri(http->envelope.ns),
	    cwmp_ns_uri(spoken->agreed));
}

static enum rule_verdict check_constant(struct whole *view)
{
	const struct session_record *session = view->session;
	struct spoken spoken = { CWMP_NS_UNKNOWN,
		{ CWMP_NS_UNKNOWN, CWMP_NS_UNKNOWN } };
	enum rule_verdict verdict = RULE_SILENT;

	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];

		if (!http->envelope.is_there || http->envelope.ns == CWMP_NS_UNKNOWN)
			continue;
		verdict = rule_worse(verdict, constant_here(view, http, &spoken));
		spoken.last[http->is_request] = http->envelope.ns;
	}
	return verdict;
}

/* ---- SOAP-05, SOAP-06, SOAP-07 --------------------------------------------------- */

static enum rule_verdict check_unqualified(struct whole *view)
{
	return check_deviation(view, CWMP_QUALIFIED_INNER,
	    "an element inside the RPC has a namespace");
}

static enum rule_verdict check_arrays(struct whole *view)
{
	if (view->msg->deviations & CWMP_NO_ARRAY_TYPE)
		return check_oddity(view, CWMP_NO_ARRAY_TYPE, CWMP_ODD_ARRAY_TYPE);
	return check_oddity(view, CWMP_WRONG_COUNT, CWMP_ODD_COUNT);
}

static enum rule_verdict check_types(struct whole *view)
{
	const struct cwmp_params *params = view->http->on == ON_INFORM
					       ? &view->msg->inform.params
					       : &view->msg->args.params;

	if (params->len == 0)
		return RULE_SILENT;
	return check_oddity(view, CWMP_NO_XSI_TYPE, CWMP_ODD_XSI_TYPE);
}

/* ---- SOAP-08 --------------------------------------------------------------------- */

enum {
	ID_MAX = 32
};

static enum rule_verdict check_id(struct whole *view)
{
	const struct cwmp_soap_header *header = &view->msg->header;

	if (!header->has_id)
		return RULE_SILENT;
	if (utf8_length(header->id) > ID_MAX)
		return rule_broken(view, view->http,
		    "%s: its cwmp:ID has %zu characters; 32 is the most",
		    view->http->envelope.name, utf8_length(header->id));
	if (!(view->msg->deviations & CWMP_ID_NOT_UNDERSTAND))
		return RULE_KEPT;
	return rule_broken(view, view->http, "%s: its cwmp:ID %.*s",
	    view->http->envelope.name, STR_ARG(view->msg->odd[CWMP_ODD_ID].text));
}

/* ---- SOAP-09 --------------------------------------------------------------------- */

static bool is_same_id(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* KEPT, BROKEN, or SILENT where the request has no ID. */
static enum rule_verdict compare_ids(struct whole *view,
    const struct http_record *request, const struct http_record *reply)
{
	if (!request->envelope.id)
		return RULE_SILENT;
	if (is_same_id(request->envelope.id, reply->envelope.id))
		return RULE_KEPT;
	if (!reply->envelope.id)
		return rule_broken(view, reply,
		    "%s carries no cwmp:ID; the %s had \"%s\"", reply->envelope.name,
		    request->envelope.name, request->envelope.id);
	return rule_broken(view, reply, "%s carries cwmp:ID \"%s\"; the %s had \"%s\"",
	    reply->envelope.name, reply->envelope.id, request->envelope.name,
	    request->envelope.id);
}

static enum rule_verdict reply_id_here(struct whole *view,
    const struct http_record *asked, const struct http_record *post,
    const struct http_record *answer)
{
	enum rule_verdict verdict = RULE_SILENT, by_acs;

	if (asked && (post->on & (ON_CPE_RESPONSE | ON_CPE_FAULT)))
		verdict = compare_ids(view, asked, post);
	if (verdict == RULE_BROKEN || !answer ||
	    !(post->on & (ON_INFORM | ON_CPE_REQUEST)) ||
	    !(answer->on & (ON_INFORM_RESPONSE | ON_ACS_RESPONSE | ON_ACS_FAULT)))
		return verdict;
	by_acs = compare_ids(view, post, answer);
	return by_acs == RULE_SILENT ? verdict : by_acs;
}

static enum rule_verdict check_reply_id(struct whole *view)
{
	return turns_judge(view, reply_id_here);
}

/* ---- SOAP-10 --------------------------------------------------------------------- */

/* An Inform that is repeated as asked for is the same message. */
static bool is_own_request(const struct http_record *http)
{
	return http && (http->on & (ON_CPE_REQUEST | ON_ACS_REQUEST)) &&
	       http->envelope.id;
}

static const struct http_record *same_id_before(const struct session_record *session,
    size_t turns, const struct http_record *http)
{
	for (size_t i = rule_oldest(turns); i < turns; i++) {
		const struct http_record *other = http->is_request
						      ? session->turns[i].post
						      : session->turns[i].answer;

		if (is_own_request(other) &&
		    is_same_id(other->envelope.id, http->envelope.id))
			return other;
	}
	return NULL;
}

static enum rule_verdict check_distinct(struct whole *view)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;
	size_t n = 0;

	for (size_t i = 0; i < session->n_turns; i++) {
		const struct http_record *both[] = { session->turns[i].post,
			session->turns[i].answer };

		for (size_t k = 0; k < ARRAY_LEN(both); k++) {
			const struct http_record *other;

			if (!is_own_request(both[k]))
				continue;
			n++;
			other = same_id_before(session, i, both[k]);
			if (other)
				verdict = rule_broken(view, both[k],
				    "%s has the cwmp:ID \"%s\" of the %s in frame %llu",
				    both[k]->envelope.name, both[k]->envelope.id,
				    other->envelope.name,
				    (unsigned long long)other->frame.number);
		}
	}
	return rule_worse(verdict, rule_kept_if(n > 1));
}

/* ---- SOAP-11, SOAP-12, SOAP-13 --------------------------------------------------- */

static enum rule_verdict check_hold(struct whole *view)
{
	if (!view->msg->header.has_hold_requests)
		return RULE_SILENT;
	if (!view->http->is_request)
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "the CPE sends HoldRequests with %s: only an ACS may",
	    view->http->envelope.name);
}

static enum rule_verdict check_header_place(struct whole *view)
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
		    http->envelope.name);
	if (header->use_version.p && http->on != ON_INFORM_RESPONSE)
		return rule_broken(view, http,
		    "UseCWMPVersion is in the header of %s; it is InformResponse's",
		    http->envelope.name);
	if (header->use_version.p && http->links.answers &&
	    http->links.answers->on == ON_INFORM &&
	    !http->links.answers->envelope.versions)
		return rule_broken(view, http,
		    "UseCWMPVersion, but the Inform offered no SupportedCWMPVersions");
	return RULE_KEPT;
}

static enum rule_verdict check_no_more(struct whole *view)
{
	if (!view->msg->header.has_no_more_requests)
		return RULE_KEPT;
	return rule_broken(view, view->http,
	    "%s has NoMoreRequests, which CWMP dropped in Amendment 1",
	    view->http->envelope.name);
}

/* ---- SOAP-14 --------------------------------------------------------------------- */

static enum rule_verdict judge_unknown_of_acs(struct whole *view,
    const struct http_record *asked, const struct http_record *post)
{
	if (!asked || asked->envelope.rpc != CWMP_UNKNOWN_METHOD ||
	    post->on != ON_CPE_FAULT)
		return RULE_SILENT;
	if (post->envelope.fault_code == 9000)
		return RULE_KEPT;
	return rule_broken(view, post,
	    "%s answers the unknown method %s; 9000 is expected", post->envelope.fault,
	    asked->envelope.name);
}

static enum rule_verdict unknown_method_here(struct whole *view,
    const struct http_record *asked, const struct http_record *post,
    const struct http_record *answer)
{
	enum rule_verdict verdict = judge_unknown_of_acs(view, asked, post);

	if (verdict == RULE_BROKEN || !answer || post->on != ON_CPE_REQUEST ||
	    post->envelope.rpc != CWMP_UNKNOWN_METHOD)
		return verdict;
	if (answer->on == ON_ACS_OTHER)
		return rule_broken(view, answer,
		    "status %u answers the unknown method %s; fault 8000 is expected",
		    answer->head.status, post->envelope.name);
	if (answer->on != ON_ACS_FAULT)
		return verdict;
	if (answer->envelope.fault_code == 8000)
		return RULE_KEPT;
	return rule_broken(view, answer,
	    "%s answers the unknown method %s; 8000 is expected",
	    answer->envelope.fault, post->envelope.name);
}

static enum rule_verdict check_unknown_method(struct whole *view)
{
	return turns_judge(view, unknown_method_here);
}

/* ---- SOAP-15 --------------------------------------------------------------------- */

enum {
	ENVELOPE_BYTES = 32768,
	ENVELOPE_BYTES_LARGE = 16384,
	STATUS_TOO_LARGE = 413,
};

static enum rule_verdict size_here(struct whole *view, const struct http_record *asked,
    const struct http_record *post, const struct http_record *answer)
{
	(void)asked;
	if (!answer || post->body.length > ENVELOPE_BYTES)
		return RULE_SILENT;
	if (answer->head.status == STATUS_TOO_LARGE)
		return rule_broken(view, answer,
		    "the ACS refuses an envelope of %llu bytes as too large; "
		    "32,768 must be taken",
		    (unsigned long long)post->body.length);
	return rule_kept_if(post->body.length >= ENVELOPE_BYTES_LARGE);
}

static enum rule_verdict check_size(struct whole *view)
{
	return turns_judge(view, size_here);
}

enum {
	FAULT_WORDS_MAX = 100, /* bytes of a faultstring that are quoted */
};

/* ---- SOAP-16 --------------------------------------------------------------------- */

static const char param_fault_path[] = "detail/Fault/SetParameterValuesFault";

/* Whether what a fault lacks is below a SetParameterValuesFault, which SOAP-19 judges. */
static bool is_of_param_fault(const struct cwmp_msg *msg)
{
	return str_starts(msg->odd[CWMP_ODD_MISSING].path, str_of(param_fault_path));
}

static enum rule_verdict check_fault_shape(struct whole *view)
{
	const struct cwmp_msg *msg = view->msg;
	struct str missing = msg->odd[CWMP_ODD_MISSING].path;
	struct str words = msg->fault.soap_string, code = msg->fault.soap_code;
	auto_buf shown = BUF_NULL;

	if (missing.len > 0 && !is_of_param_fault(msg))
		return rule_broken(view, view->http, "Fault has no %.*s",
		    STR_ARG(missing));
	if (!str_is(code, "Client") && !str_is(code, "Server")) {
		secret_put(&shown, code);
		return rule_broken(view, view->http,
		    "the faultcode of the Fault is \"%.*s\", neither Client nor Server",
		    (int)MIN(shown.len, (size_t)FAULT_WORDS_MAX), buf_cstr(&shown));
	}
	secret_put(&shown, words);
	http_secrets_hide(view->session, &shown);
	if (!str_is(words, "CWMP fault"))
		return rule_broken(view, view->http,
		    "the faultstring of the Fault is \"%.*s\", not \"CWMP fault\"",
		    (int)MIN(shown.len, (size_t)FAULT_WORDS_MAX), buf_cstr(&shown));
	return check_deviation(view, CWMP_FAULT_SHAPE,
	    "the FaultCode in its detail is no number");
}

/* ---- SOAP-17 --------------------------------------------------------------------- */

static enum rule_verdict fault_place_here(struct whole *view,
    const struct http_record *asked, const struct http_record *post,
    const struct http_record *answer)
{
	bool is_fault = answer && answer->on == ON_ACS_FAULT;

	if (post->on == ON_CPE_FAULT && !asked)
		return rule_broken(view, post,
		    "the CPE sends %s, but the ACS has asked for nothing",
		    post->envelope.fault);
	if (is_fault && (post->on & (ON_CPE_RESPONSE | ON_CPE_FAULT | ON_CPE_EMPTY)))
		return rule_broken(view, answer, "%s answers %s",
		    answer->envelope.fault,
		    post->envelope.is_there ? post->envelope.name : "an empty POST");
	return rule_kept_if(is_fault || post->on == ON_CPE_FAULT);
}

static enum rule_verdict check_fault_place(struct whole *view)
{
	return turns_judge(view, fault_place_here);
}

/* ---- SOAP-18 --------------------------------------------------------------------- */

static enum rule_verdict check_fault_code(struct whole *view)
{
	uint32_t code = view->msg->fault.code;
	bool is_cpe = view->http->is_request;

	/* What was not sent is what SOAP-16 is about. */
	if (!view->msg->fault.has_code)
		return RULE_SILENT;

	if (is_cpe ? code >= 9000 && code <= 9899 : code >= 8000 && code <= 8899)
		return RULE_KEPT;
	return rule_broken(view, view->http, "%s sends fault %u; its faults are %s",
	    is_cpe ? "the CPE" : "the ACS", code,
	    is_cpe ? "9000 to 9899" : "8000 to 8899");
}

/* ---- SOAP-19 --------------------------------------------------------------------- */

static enum rule_verdict check_elements(struct whole *view)
{
	const struct cwmp_msg *msg = view->msg;
	const struct cwmp_oddity *odd = &msg->odd[CWMP_ODD_MISSING];
	char more[48] = "";

	if (!(msg->deviations & CWMP_MISSING_ARGUMENT) ||
	    (msg->kind == CWMP_FAULT && !is_of_param_fault(msg)))
		return RULE_KEPT;
	if (odd->n > CWMP_MISSING_TOLD_MAX)
		(void)snprintf(more, sizeof(more), " and %zu more",
		    odd->n - CWMP_MISSING_TOLD_MAX);
	if (odd->n_needed > 0)
		rule_not_common(view);
	return rule_broken(view, view->http, "%s has no %.*s%s",
	    view->http->envelope.name, STR_ARG(odd->path), more);
}

/* ---- table ----------------------------------------------------------------------- */

const struct rule rules_soap[] = {
	{ .id = "SOAP-01",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text =
		"A message is well-formed XML in the encoding that it declares, whose prefixes are "
		"declared, an envelope of SOAP 1.1.",
	    .example = "A parameter's value holds the byte 0x02.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ENVELOPE | ON_CPE_OTHER | ON_ACS_OTHER,
	    .check = check_readable },
	{ .id = "SOAP-02",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text = "An envelope has one Body with one RPC in it.",
	    .example = "Two RPCs in one Body.",
	    .scope = WHOLE_MESSAGE,
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
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .is_common = true,
	    .check = check_namespace },
	{ .id = "SOAP-04",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text =
		"All envelopes after InformResponse are in its namespace, which is not "
		"newer than that of the Inform.",
	    .example =
		"InformResponse in cwmp-1-0, then GetParameterValues in cwmp-1-2.",
	    .scope = WHOLE_SESSION,
	    .check = check_constant },
	{ .id = "SOAP-05",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text = "Elements inside an RPC have no namespace.",
	    .example = "<cwmp:ParameterNames> instead of <ParameterNames>.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .check = check_unqualified },
	{ .id = "SOAP-06",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text =
		"A list has an arrayType of SOAP's encoding, whose count is that of its "
		"members.",
	    .example = "arrayType=\"cwmp:EventStruct[2]\" with one member.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .is_common = true,
	    .check = check_arrays },
	{ .id = "SOAP-07",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.2.1",
	    .text =
		"Each Value of a ParameterValueStruct has its xsi:type, of XML Schema "
		"2001.",
	    .example = "<Value>1</Value>.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .is_common = true,
	    .check = check_types },
	{ .id = "SOAP-08",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5, table 4",
	    .text =
		"cwmp:ID has mustUnderstand=\"1\" of SOAP's envelope, and at most 32 "
		"characters.",
	    .example = "<cwmp:ID>1</cwmp:ID>.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .check = check_id },
	{ .id = "SOAP-09",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5, table 4",
	    .text = "A response or fault carries the cwmp:ID of its request.",
	    .example = "Inform with ID 1001 is answered with ID 1002.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_reply_id },
	{ .id = "SOAP-10",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_SHOULD,
	    .basis = "TR-069 A6 3.5, table 4",
	    .text = "Requests of one side have different cwmp:IDs within a session.",
	    .example = "GetParameterValues and SetParameterValues both with ID 7.",
	    .scope = WHOLE_SESSION,
	    .check = check_distinct },
	{ .id = "SOAP-11",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5, table 4",
	    .text = "Only an ACS sends HoldRequests.",
	    .example = "An Inform with <cwmp:HoldRequests>.",
	    .scope = WHOLE_MESSAGE,
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
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .check = check_header_place },
	{ .id = "SOAP-13",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_NOTE,
	    .basis = "TR-069 A1 3.5",
	    .text = "NoMoreRequests is not sent any more.",
	    .example = "An Inform with <cwmp:NoMoreRequests>.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .check = check_no_more },
	{ .id = "SOAP-14",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text =
		"An unknown method is answered with fault 9000 or 8000, not with an "
		"error of HTTP.",
	    .example = "The ACS answers X_001122_Hello with status 500.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_unknown_method },
	{ .id = "SOAP-15",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text = "Envelopes of up to 32,768 bytes are accepted.",
	    .example = "A GetParameterValuesResponse of 20,000 bytes is answered 413.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_size },
	{ .id = "SOAP-16",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text =
		"A fault has faultcode Client or Server, faultstring \"CWMP fault\", "
		"and cwmp:Fault in its detail.",
	    .example = "<faultstring>Invalid parameter name</faultstring>.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_FAULT | ON_ACS_FAULT,
	    .check = check_fault_shape },
	{ .id = "SOAP-17",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text = "A fault answers a request, never a response or a fault.",
	    .example = "The ACS answers SetParameterValuesResponse with fault 8002.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE | SHOWN_START,
	    .check = check_fault_place },
	{ .id = "SOAP-18",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.5",
	    .text = "A CPE sends faults 9000 to 9899, an ACS faults 8000 to 8899.",
	    .example = "The CPE answers with FaultCode 8003.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_FAULT | ON_ACS_FAULT,
	    .check = check_fault_code },
	{ .id = "SOAP-19",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 Annex A; cwmp-1-0.xsd to cwmp-1-4.xsd",
	    .text = "A message has all elements that the schema does not leave out "
		    "(minOccurs 1).",
	    .example = "A ParameterValueStruct with Name alone.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ENVELOPE,
	    .is_common = true,
	    .check = check_elements },
	{ .id = NULL },
};
