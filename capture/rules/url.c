/* Rules of the ACS URL's change (TR-069 A6 3.2.1, 3.7.1.5; HP 5920 guide, CWMP figure 2). */
#include "capture/facts/history.h"
#include "capture/facts/retry_wait.h"
#include "capture/facts/turns.h"
#include "capture/rules/catalogue.h"

/* This session is the first since the Set of the URL was confirmed. */
static bool is_first_since_set(const struct whole *view)
{
	const struct device_record *device = view->device;
	const struct past_session *last = past_last(device);

	return device->settings.url_set.number > 0 && last &&
	       last->start.number < device->settings.url_set.number &&
	       last->end.number >= device->settings.url_set.number;
}

/* The turn whose answer sets the ACS URL; turns is where there is none. */
static size_t find_set(const struct session_record *session)
{
	size_t i = 0;

	for (; i < session->n_turns; i++) {
		const struct http_record *answer = session->turns[i].answer;

		if (answer && answer->on == ON_ACS_REQUEST &&
		    answer->envelope.rpc == CWMP_SET_PARAMETER_VALUES &&
		    http_param(answer, "ManagementServer.URL"))
			break;
	}
	return i;
}

/* ---- URL-01 ---------------------------------------------------------------------- */

static enum rule_verdict check_answer(struct whole *view)
{
	const struct session_record *session = view->session;
	size_t set = find_set(session);
	const struct http_record *answer;

	if (set == session->n_turns)
		return RULE_SILENT;
	if (set + 1 == session->n_turns && session_acs_closed_first(session))
		return RULE_SILENT;
	if (set + 1 == session->n_turns && session_cpe_closed(session).number == 0)
		return rule_not_judged(view, "the end of the connection is missing");
	if (set + 1 == session->n_turns)
		return rule_broken_at(view, RULE_BY_CPE, session->end,
		    "the session ends without an answer to the SetParameterValues of the "
		    "ACS URL in frame %llu",
		    (unsigned long long)session->turns[set].answer->frame.number);
	answer = session->turns[set + 1].post;
	/* A fault, or another message, is what other rules are about. */
	if (answer->on != ON_CPE_RESPONSE ||
	    answer->envelope.rpc != CWMP_SET_PARAMETER_VALUES)
		return RULE_SILENT;
	if (answer->args.status > 1)
		return rule_broken(view, answer,
		    "SetParameterValuesResponse to the new ACS URL has Status %u, not 0 "
		    "or 1",
		    answer->args.status);
	return RULE_KEPT;
}

/* ---- URL-02 ---------------------------------------------------------------------- */

static const char still_open[] =
    "a connection to the new ACS is opened while that to the old one is still open";

/* When the session ends, a later one must not have begun before the CPE closed. */
static enum rule_verdict check_overlap(struct whole *view)
{
	const struct session_record *session = view->session;
	const struct conn_record *conn = session->conns.items[session->conns.len - 1];
	const struct past_session *last = past_last(view->device);
	const struct session_record *running = view->host ? view->host->running : NULL;
	struct frame_ref closed =
	    conn->tcp.client_fin.number ? conn->tcp.client_fin : conn->tcp.rst;
	struct frame_ref opened = { 0, 0 };
	size_t set = find_set(session);

	if (set == session->n_turns)
		return RULE_SILENT;
	if (last && last->start.number > session->turns[set].answer->frame.number)
		opened = last->start;
	else if (running && running != session && running->device == view->device)
		opened = running->start;
	if (opened.number == 0)
		return RULE_SILENT;
	if (closed.number == 0)
		return rule_not_judged(view,
		    "the end of the old connection is missing");
	if (closed.number < opened.number)
		return RULE_KEPT;
	return rule_broken_at(view, RULE_BY_CPE, opened, "%s", still_open);
}

/* The new connection may be opened first and used later. */
static enum rule_verdict check_order(struct whole *view)
{
	const struct past_session *last = past_last(view->device);
	const struct http_record *inform = view->session->inform;

	if (!is_first_since_set(view))
		return RULE_SILENT;
	if (view->session->start.number >
	    (last->closed ? last->closed : last->end.number))
		return RULE_KEPT;
	if (!inform || inform->frame.number < last->end.number)
		return RULE_SILENT; /* said when the old session ended */
	if (!last->closed)
		return rule_not_judged(view,
		    "the end of the old connection is missing");
	return rule_broken_at(view, RULE_BY_CPE, view->session->start, "%s",
	    still_open);
}

static const struct rule_check kept_order[] = {
	{ .scope = WHOLE_DEVICE, .check = check_order },
	{ .check = NULL },
};

/* ---- URL-03 ---------------------------------------------------------------------- */

static enum rule_verdict check_bootstrap(struct whole *view)
{
	const struct http_record *inform = view->session->inform;

	if (!is_first_since_set(view) || !inform ||
	    !rule_same_url(view->session->url, view->device->settings.url))
		return RULE_SILENT;
	if (!(inform->inform.event_bits & EVENT_BIT(BOOTSTRAP)))
		return rule_broken(view, inform,
		    "the first Inform to the new ACS %s carries no 0 BOOTSTRAP",
		    view->device->settings.url);
	if (inform->inform.retry_count != 0 &&
	    retry_fits_unseen(view, past_last(view->device), 0))
		return rule_not_judged(view, "attempts before it may have failed");
	if (inform->inform.retry_count != 0)
		return rule_broken(view, inform,
		    "the first Inform to the new ACS %s carries RetryCount %u, not 0",
		    view->device->settings.url, inform->inform.retry_count);
	return RULE_KEPT;
}

/* No text says how soon a CPE goes to its new ACS (TR-069 A6 3.2.1), and some restart before:
 * the capture is over, and has shown nothing for a minute at least. */
static const clock_ns silence = 60 * NS_PER_S;

static enum rule_verdict check_return(struct whole *view)
{
	const struct device_record *device = view->device;
	const struct past_session *last = past_last(device);

	if (device->settings.url_set.number == 0 || !last ||
	    last->start.number > device->settings.url_set.number)
		return RULE_SILENT;
	if (view_running(view) || view->now.time - last->end.time < silence)
		return rule_not_judged(view, "the capture ends before it comes");
	if (rule_is_trying(view, device->settings.url, device->settings.url_set.number))
		return rule_not_judged(view, "the CPE does not reach its ACS");
	return rule_broken_at(view, RULE_BY_CPE, view->now,
	    "the ACS URL was set to %s in frame %llu, and the CPE opened no session "
	    "there",
	    device->settings.url, (unsigned long long)device->settings.url_set.number);
}

static const struct rule_check absent_return[] = {
	{ .scope = WHOLE_END, .check = check_return },
	{ .check = NULL },
};

/* ---- URL-04 ---------------------------------------------------------------------- */

static enum rule_verdict check_credentials(struct whole *view)
{
	const struct device_record *device = view->device;

	if (!is_first_since_set(view) || !device->settings.url_username ||
	    !rule_same_url(view->session->url, device->settings.url))
		return RULE_SILENT;
	for (size_t i = 0; i < view->session->messages.len; i++) {
		const struct http_record *http = view->session->messages.items[i];

		if (!http->is_request || !http->auth.username)
			continue;
		if (strcmp(http->auth.username, device->settings.url_username) == 0)
			return RULE_KEPT;
		return rule_broken(view, http,
		    "the CPE authenticates as \"%s\" at the new ACS; the username set with "
		    "the URL is \"%s\"",
		    http->auth.username, device->settings.url_username);
	}
	return RULE_SILENT;
}

/* ---- URL-05 ---------------------------------------------------------------------- */

static enum rule_verdict check_old_acs(struct whole *view)
{
	const struct device_record *device = view->device;
	const struct session_record *session = view->session;

	if (device->settings.url_set.number == 0 || !device->settings.url_before ||
	    !session->url || session->start.number < device->settings.url_set.number)
		return RULE_SILENT;
	if (!rule_same_url(session->url, device->settings.url_before))
		return RULE_KEPT;
	return rule_broken_at(view, RULE_BY_CPE, session->start,
	    "a session goes to %s, though frame %llu set the ACS URL to %s",
	    session->url, (unsigned long long)device->settings.url_set.number,
	    device->settings.url);
}

/* ---- URL-06 ---------------------------------------------------------------------- */

static bool reads_url(const struct http_record *asked)
{
	for (size_t i = 0; i < asked->args.n_params; i++) {
		struct str name = asked->args.params[i].name;

		if (str_ends(name, STR("ManagementServer.URL")) ||
		    str_ends(name, STR("ManagementServer.")) ||
		    str_is(name, "Device.") || str_is(name, "InternetGatewayDevice."))
			return true;
	}
	return false;
}

static enum rule_verdict check_read_first(struct whole *view)
{
	const struct session_record *session = view->session;
	size_t set = find_set(session);

	if (set == session->n_turns)
		return RULE_SILENT;
	for (size_t i = 0; i < set; i++) {
		const struct http_record *answer = session->turns[i].answer;

		if (answer && answer->on == ON_ACS_REQUEST &&
		    answer->envelope.rpc == CWMP_GET_PARAMETER_VALUES &&
		    reads_url(answer))
			return RULE_KEPT;
	}
	return rule_broken(view, session->turns[set].answer,
	    "the ACS sets the ACS URL without having read it in this session");
}

/* ---- table ----------------------------------------------------------------------- */

const struct rule rules_url[] = {
	{ .id = "URL-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.1",
	    .text =
		"SetParameterValues of the ACS URL is answered in the running session, "
		"with Status 0 or 1.",
	    .example =
		"The ACS sets ManagementServer.URL; the CPE closes the connection "
		"instead of sending SetParameterValuesResponse.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE | SHOWN_END,
	    .check = check_answer },
	{ .id = "URL-02",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "HP 5920 CWMP figure 2, step 11",
	    .text =
		"The connection to the old ACS is closed before one to the new ACS is "
		"opened.",
	    .example =
		"The CPE sends SYN to acs2 while its connection to acs1, over which "
		"the URL was set, is still open.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE | SHOWN_END,
	    .check = check_overlap,
	    .more = kept_order },
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
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_bootstrap,
	    .more = absent_return },
	{ .id = "URL-04",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.5",
	    .text =
		"Where ManagementServer.Username is set together with the URL, the CPE "
		"uses it at the new ACS.",
	    .example =
		"Username \"new\" is set with the URL of acs2; the Inform at acs2 "
		"has Authorization: Digest username=\"old\".",
	    .scope = WHOLE_DEVICE,
	    .check = check_credentials },
	{ .id = "URL-05",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.2.1",
	    .text =
		"After a change of the ACS URL the CPE opens no session to the old one.",
	    .example =
		"SetParameterValues moves a CPE from acs1 to acs2; the next session "
		"goes to acs1 again.",
	    .scope = WHOLE_DEVICE,
	    .check = check_old_acs },
	{ .id = "URL-06",
	    .who = RULE_BY_ACS,
	    .severity = RULE_NOTE,
	    .basis = "HP 5920 CWMP figure 2, step 6",
	    .text = "The ACS reads the ACS URL of a CPE before it sets another.",
	    .example = "SetParameterValues of ManagementServer.URL comes without a "
		       "GetParameterValues of it in the session.",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_START | SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_read_first },
	{ .id = NULL },
};
