/* Rules of the notification of changes (TR-069 A6 3.7.1.5). */
#include "capture/facts/history.h"
#include "capture/rules/catalogue.h"

/* ---- NTF-01 ---------------------------------------------------------------------- */

/* SoftwareVersion is of those whose active notification is always on (TR-181). */
static enum rule_verdict check_change(struct whole *view)
{
	const struct http_record *inform = view->session->inform;
	const struct past_session *last = past_last(view->device);
	const char *before = view->device->informed.software_version;
	const struct cwmp_param *now =
	    inform ? http_param(inform, "DeviceInfo.SoftwareVersion") : NULL;

	if (!now || !before || !last || !last->has_inform_response ||
	    str_is(now->value, before) ||
	    (inform->inform.event_bits & EVENT_BIT(BOOTSTRAP)))
		return RULE_SILENT;
	if (inform->inform.event_bits & EVENT_BIT(VALUE_CHANGE))
		return RULE_KEPT;
	return rule_broken(view, inform,
	    "SoftwareVersion changed from \"%s\" to \"%.*s\", but there is no "
	    "4 VALUE CHANGE",
	    before, STR_ARG(now->value));
}

/* ---- table ----------------------------------------------------------------------- */

const struct rule rules_ntf[] = {
	{ .id = "NTF-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.5",
	    .text = "A change of a parameter with active notification is told by "
		    "4 VALUE CHANGE.",
	    .example = "SoftwareVersion has changed after 1 BOOT, and there is no "
		       "4 VALUE CHANGE.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_change },
	{ .id = NULL },
};
