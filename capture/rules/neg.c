/* Rules of the negotiation of the CWMP version (TR-069 A5 3.5, A.5.2). */
#include "capture/rules/catalogue.h"

/* ---- NEG-01 ---------------------------------------------------------------------- */

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

static enum rule_verdict check_version(struct whole *view)
{
	const struct http_record *response = view->http;
	const struct http_record *inform = response->links.answers;

	if (!inform || !inform->envelope.versions)
		return RULE_SILENT;
	if (!response->envelope.versions)
		return rule_broken(view, response,
		    "the Inform offers CWMP versions %s; InformResponse has no "
		    "UseCWMPVersion",
		    inform->envelope.versions);
	if (!lists(inform->envelope.versions,
		str_trim(str_of(response->envelope.versions))))
		return rule_broken(view, response,
		    "UseCWMPVersion is %s; the Inform offers %s",
		    response->envelope.versions, inform->envelope.versions);
	return RULE_KEPT;
}

/* ---- NEG-02 ---------------------------------------------------------------------- */

static enum rule_verdict check_incompatible(struct whole *view)
{
	const struct http_record *answer = view->http;
	const struct http_record *inform = answer->links.answers;

	if (!inform || inform->on != ON_INFORM)
		return RULE_SILENT;
	if (answer->on == ON_ACS_FAULT && answer->envelope.fault_code == 8006)
		return RULE_KEPT;
	if (inform->envelope.ns != CWMP_NS_UNKNOWN)
		return RULE_SILENT;
	if (answer->on == ON_ACS_FAULT)
		return rule_broken(view, answer,
		    "%s refuses the version of the Inform; 8006 is expected",
		    answer->envelope.fault);
	if (answer->head.status / 100 == 1)
		return RULE_SILENT;
	return rule_broken(view, answer,
	    "status %u answers an Inform of an unknown version; fault 8006 is expected",
	    answer->head.status);
}

/* ---- table ----------------------------------------------------------------------- */

const struct rule rules_neg[] = {
	{ .id = "NEG-01",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A5 3.5, table 4",
	    .text = "InformResponse to an Inform with SupportedCWMPVersions has "
		    "UseCWMPVersion with one of them.",
	    .example = "The CPE offers 1.0,1.2; the ACS chooses 1.4.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_INFORM_RESPONSE,
	    .check = check_version },
	{ .id = "NEG-02",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A5 A.5.2",
	    .text = "An ACS that does not know the version of an Inform answers fault "
		    "8006.",
	    .example = "An Inform in cwmp-2-0 is answered with status 500.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_ACS_FAULT | ON_ACS_OTHER,
	    .check = check_incompatible },
	{ .id = NULL },
};
