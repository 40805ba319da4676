/* Rules of the ACS URL's change (TR-069 A6 3.2.1, 3.7.1.5; HP 5920 guide, CWMP figure 2). */
#include "capture/rules.h"

#include "lib/proto/url.h"

/* ---- helpers ----------------------------------------------------------------------- */

/* "http://a/x" and "http://A:80/x" are one ACS. */
static bool is_same_url(const char *a, const char *b)
{
	struct url left, right;

	if (a == b)
		return true;
	return url_parse(&left, str_of(a), NULL) == 0 &&
	       url_parse(&right, str_of(b), NULL) == 0 &&
	       left.is_https == right.is_https && left.port == right.port &&
	       str_eq_nocase(left.host, right.host) && str_eq(left.path, right.path);
}

static const struct past_session *last_past(const struct device_record *device)
{
	return device->n_past > 0 ? &device->past[device->n_past - 1] : NULL;
}

/* This session is the first since the Set of the URL was confirmed. */
static bool is_first_since_set(const struct rule_view *view)
{
	const struct device_record *device = view->device;
	const struct past_session *last = last_past(device);

	return device->url_set.number > 0 && last &&
	       last->start.number < device->url_set.number &&
	       last->end.number >= device->url_set.number;
}

/* ---- URL-03 ------------------------------------------------------------------------ */

static enum rule_verdict check_bootstrap(struct rule_view *view)
{
	const struct http_record *inform = view->session->inform;

	if (!is_first_since_set(view) || !inform || !view->session->url ||
	    !is_same_url(view->session->url, view->device->url))
		return RULE_SILENT;
	if (!(inform->event_bits & (1u << CWMP_EVENT_BOOTSTRAP)))
		return rule_broken(view, inform,
		    "the first Inform to the new ACS %s carries no 0 BOOTSTRAP",
		    view->device->url);
	if (inform->retry_count != 0)
		return rule_broken(view, inform,
		    "the first Inform to the new ACS %s carries RetryCount %u, not 0",
		    view->device->url, inform->retry_count);
	return RULE_KEPT;
}

static enum rule_verdict check_return(struct rule_view *view)
{
	const struct device_record *device = view->device;
	const struct past_session *last = last_past(device);

	if (device->url_set.number == 0 || !last ||
	    last->start.number > device->url_set.number)
		return RULE_SILENT;
	return rule_broken_at(view, RULE_BY_CPE, view->now,
	    "the ACS URL was set to %s in frame %llu, and the CPE opened no session "
	    "there",
	    device->url, (unsigned long long)device->url_set.number);
}

static const struct rule_check absent_return[] = {
	{ .scope = RULE_OVERDUE, .check = check_return },
	{ .check = NULL },
};

/* ---- URL-05 ------------------------------------------------------------------------ */

static enum rule_verdict check_old_acs(struct rule_view *view)
{
	const struct device_record *device = view->device;
	const struct session_record *session = view->session;

	if (device->url_set.number == 0 || !device->url_before || !session->url ||
	    session->start.number < device->url_set.number)
		return RULE_SILENT;
	if (!is_same_url(session->url, device->url_before))
		return RULE_KEPT;
	return rule_broken_at(view, RULE_BY_CPE, session->start,
	    "a session goes to %s, though frame %llu set the ACS URL to %s",
	    session->url, (unsigned long long)device->url_set.number, device->url);
}

const struct rule rules_url[] = {
	{ .id = "URL-03",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.5",
	    .text =
		"After a change of the ACS URL the CPE opens a session to the new URL, "
		"whose Inform carries 0 BOOTSTRAP and RetryCount 0.",
	    .example =
		"SetParameterValues moves a CPE from acs1 to acs2; its Inform at "
		"acs2 carries only 2 PERIODIC.",
	    .scope = RULE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_bootstrap,
	    .more = absent_return },
	{ .id = "URL-05",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.2.1",
	    .text =
		"After a change of the ACS URL the CPE opens no session to the old one.",
	    .example =
		"SetParameterValues moves a CPE from acs1 to acs2; the next session "
		"goes to acs1 again.",
	    .scope = RULE_DEVICE,
	    .check = check_old_acs },
	{ .id = NULL },
};
