/* Rules of what envelopes say to each other: IDs, namespaces, versions, faults (TR-069 A6
 * 3.5, A.5). */
#include "capture/rules/history.h"
#include "capture/rules/turns.h"

/* ---- SOAP-04 ----------------------------------------------------------------------- */

static enum rule_verdict check_constant(struct rule_view *view)
{
	const struct session_record *session = view->session;
	enum cwmp_ns agreed = CWMP_NS_UNKNOWN;
	bool is_seen = false;

	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];

		if (!http->has_cwmp || http->ns == CWMP_NS_UNKNOWN)
			continue;
		if (http->on == ON_INFORM_RESPONSE) {
			agreed = http->ns;
			continue;
		}
		if (agreed == CWMP_NS_UNKNOWN)
			continue;
		if (http->ns != agreed)
			return rule_broken(view, http, "%s is in %s, the session in %s",
			    http->name, cwmp_ns_uri(http->ns), cwmp_ns_uri(agreed));
		is_seen = true;
	}
	return rule_kept_if(is_seen);
}

/* ---- SOAP-09 ----------------------------------------------------------------------- */

static bool is_same_id(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* KEPT, BROKEN, or SILENT where the request has no ID. */
static enum rule_verdict compare_ids(struct rule_view *view,
    const struct http_record *request, const struct http_record *reply)
{
	if (!request->id)
		return RULE_SILENT;
	if (is_same_id(request->id, reply->id))
		return RULE_KEPT;
	if (!reply->id)
		return rule_broken(view, reply,
		    "%s carries no cwmp:ID; the %s had \"%s\"", reply->name,
		    request->name, request->id);
	return rule_broken(view, reply, "%s carries cwmp:ID \"%s\"; the %s had \"%s\"",
	    reply->name, reply->id, request->name, request->id);
}

static enum rule_verdict reply_id_here(struct rule_view *view,
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

static enum rule_verdict check_reply_id(struct rule_view *view)
{
	return turns_judge(view, reply_id_here);
}

/* ---- SOAP-10 ----------------------------------------------------------------------- */

/* An Inform that is repeated as asked for is the same message. */
static bool is_own_request(const struct http_record *http)
{
	return http && (http->on & (ON_CPE_REQUEST | ON_ACS_REQUEST)) && http->id;
}

static const struct http_record *same_id_before(const struct session_record *session,
    size_t turns, const struct http_record *http)
{
	for (size_t i = rule_oldest(turns); i < turns; i++) {
		const struct http_record *other = http->is_request
						      ? session->turns[i].post
						      : session->turns[i].answer;

		if (is_own_request(other) && is_same_id(other->id, http->id))
			return other;
	}
	return NULL;
}

static enum rule_verdict check_distinct(struct rule_view *view)
{
	const struct session_record *session = view->session;
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
				return rule_broken(view, both[k],
				    "%s has the cwmp:ID \"%s\" of the %s in frame %llu",
				    both[k]->name, both[k]->id, other->name,
				    (unsigned long long)other->frame.number);
		}
	}
	return rule_kept_if(n > 1);
}

/* ---- SOAP-14 ----------------------------------------------------------------------- */

static enum rule_verdict judge_unknown_of_acs(struct rule_view *view,
    const struct http_record *asked, const struct http_record *post)
{
	if (!asked || asked->rpc != CWMP_UNKNOWN_METHOD || post->on != ON_CPE_FAULT)
		return RULE_SILENT;
	if (post->fault_code == 9000)
		return RULE_KEPT;
	return rule_broken(view, post,
	    "fault %u answers the unknown method %s; 9000 is due", post->fault_code,
	    asked->name);
}

static enum rule_verdict unknown_method_here(struct rule_view *view,
    const struct http_record *asked, const struct http_record *post,
    const struct http_record *answer)
{
	enum rule_verdict verdict = judge_unknown_of_acs(view, asked, post);

	if (verdict == RULE_BROKEN || !answer || post->on != ON_CPE_REQUEST ||
	    post->rpc != CWMP_UNKNOWN_METHOD)
		return verdict;
	if (answer->on == ON_ACS_OTHER)
		return rule_broken(view, answer,
		    "status %u answers the unknown method %s; fault 8000 is due",
		    answer->status, post->name);
	if (answer->on != ON_ACS_FAULT)
		return verdict;
	if (answer->fault_code == 8000)
		return RULE_KEPT;
	return rule_broken(view, answer,
	    "fault %u answers the unknown method %s; 8000 is due", answer->fault_code,
	    post->name);
}

static enum rule_verdict check_unknown_method(struct rule_view *view)
{
	return turns_judge(view, unknown_method_here);
}

/* ---- SOAP-15 ----------------------------------------------------------------------- */

enum {
	ENVELOPE_BYTES = 32768,
	ENVELOPE_BYTES_LARGE = 16384,
	STATUS_TOO_LARGE = 413,
};

static enum rule_verdict size_here(struct rule_view *view,
    const struct http_record *asked, const struct http_record *post,
    const struct http_record *answer)
{
	(void)asked;
	if (!answer || post->body_length > ENVELOPE_BYTES)
		return RULE_SILENT;
	if (answer->status == STATUS_TOO_LARGE)
		return rule_broken(view, answer,
		    "the ACS refuses an envelope of %llu bytes as too large; "
		    "32,768 must be taken",
		    (unsigned long long)post->body_length);
	return rule_kept_if(post->body_length >= ENVELOPE_BYTES_LARGE);
}

static enum rule_verdict check_size(struct rule_view *view)
{
	return turns_judge(view, size_here);
}

/* ---- SOAP-17 ----------------------------------------------------------------------- */

static enum rule_verdict fault_place_here(struct rule_view *view,
    const struct http_record *asked, const struct http_record *post,
    const struct http_record *answer)
{
	bool is_fault = answer && answer->on == ON_ACS_FAULT;

	if (post->on == ON_CPE_FAULT && !asked)
		return rule_broken(view, post,
		    "the CPE sends fault %u, but the ACS has asked for nothing",
		    post->fault_code);
	if (is_fault && (post->on & (ON_CPE_RESPONSE | ON_CPE_FAULT | ON_CPE_EMPTY)))
		return rule_broken(view, answer, "fault %u answers %s",
		    answer->fault_code, post->has_cwmp ? post->name : "an empty POST");
	return rule_kept_if(is_fault || post->on == ON_CPE_FAULT);
}

static enum rule_verdict check_fault_place(struct rule_view *view)
{
	return turns_judge(view, fault_place_here);
}

/* ---- NEG-01, NEG-02 ---------------------------------------------------------------- */

static bool lists(const char *versions, struct str wanted)
{
	struct str left = str_of(versions);
	size_t end;

	for (; left.len > 0; left = str_from(left, MIN(end + 1, left.len))) {
		end = str_find_char(left, ',');
		end = MIN(end, left.len);
		if (str_eq(str_trim(str_make(left.p, end)), wanted))
			return true;
	}
	return false;
}

static enum rule_verdict check_version(struct rule_view *view)
{
	const struct http_record *response = view->http;
	const struct http_record *inform = response->answers;

	if (!inform || !inform->versions)
		return RULE_SILENT;
	if (!response->versions)
		return rule_broken(view, response,
		    "the Inform offers CWMP versions %s; InformResponse has no "
		    "UseCWMPVersion",
		    inform->versions);
	if (!lists(inform->versions, str_trim(str_of(response->versions))))
		return rule_broken(view, response,
		    "UseCWMPVersion is %s; the Inform offers %s", response->versions,
		    inform->versions);
	return RULE_KEPT;
}

static enum rule_verdict check_incompatible(struct rule_view *view)
{
	const struct http_record *answer = view->http;
	const struct http_record *inform = answer->answers;

	if (!inform || inform->on != ON_INFORM)
		return RULE_SILENT;
	if (answer->on == ON_ACS_FAULT && answer->fault_code == 8006)
		return RULE_KEPT;
	if (inform->ns != CWMP_NS_UNKNOWN)
		return RULE_SILENT;
	if (answer->on == ON_ACS_FAULT)
		return rule_broken(view, answer,
		    "fault %u refuses the version of the Inform; 8006 is due",
		    answer->fault_code);
	if (answer->status / 100 == 1)
		return RULE_SILENT;
	return rule_broken(view, answer,
	    "status %u answers an Inform of an unknown version; fault 8006 is due",
	    answer->status);
}

/* ---- table ------------------------------------------------------------------------- */

const struct rule rules_reply[] = {
	{ .id = "SOAP-04",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text = "All envelopes after InformResponse are in its namespace.",
	    .example =
		"InformResponse in cwmp-1-0, then GetParameterValues in cwmp-1-2.",
	    .scope = RULE_SESSION,
	    .check = check_constant },
	{ .id = "SOAP-09",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5, table 4",
	    .text = "A response or fault carries the cwmp:ID of its request.",
	    .example = "Inform with ID 1001 is answered with ID 1002.",
	    .scope = RULE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_reply_id },
	{ .id = "SOAP-10",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_SHOULD,
	    .basis = "TR-069 A6 3.5, table 4",
	    .text = "Requests of one side have different cwmp:IDs within a session.",
	    .example = "GetParameterValues and SetParameterValues both with ID 7.",
	    .scope = RULE_SESSION,
	    .check = check_distinct },
	{ .id = "SOAP-14",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text =
		"An unknown method is answered with fault 9000 or 8000, not with an "
		"error of HTTP.",
	    .example = "The ACS answers X_001122_Hello with status 500.",
	    .scope = RULE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_unknown_method },
	{ .id = "SOAP-15",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text = "Envelopes of up to 32,768 bytes are accepted.",
	    .example = "A GetParameterValuesResponse of 20,000 bytes is answered 413.",
	    .scope = RULE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_size },
	{ .id = "SOAP-17",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.5",
	    .text = "A fault answers a request, never a response or a fault.",
	    .example = "The ACS answers SetParameterValuesResponse with fault 8002.",
	    .scope = RULE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE | SHOWN_START,
	    .check = check_fault_place },
	{ .id = "NEG-01",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A5 3.5, table 4",
	    .text = "InformResponse to an Inform with SupportedCWMPVersions has "
		    "UseCWMPVersion with one of them.",
	    .example = "The CPE offers 1.0,1.2; the ACS chooses 1.4.",
	    .scope = RULE_MESSAGE,
	    .on = ON_INFORM_RESPONSE,
	    .check = check_version },
	{ .id = "NEG-02",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A5 A.5.2",
	    .text = "An ACS that does not know the version of an Inform answers fault "
		    "8006.",
	    .example = "An Inform in cwmp-2-0 is answered with status 500.",
	    .scope = RULE_MESSAGE,
	    .on = ON_ACS_FAULT | ON_ACS_OTHER,
	    .check = check_incompatible },
	{ .id = NULL },
};
