/* Rules of diagnostics (TR-181 IPPing and its like). */
#include "capture/facts/history.h"
#include "capture/facts/told.h"
#include "capture/rules/catalogue.h"

#include <inttypes.h>

/* ---- DIA-01 ---------------------------------------------------------------------- */

static bool is_state(struct str name)
{
	return str_ends(name, STR(".DiagnosticsState"));
}

static bool is_requested(const struct cwmp_param *param)
{
	return is_state(param->name) && str_is(param->value, "Requested");
}

/* Whether the response reads the end of some diagnostic. */
static bool reads_end(const struct http_record *response)
{
	for (size_t i = 0; i < response->args.n_params; i++) {
		const struct cwmp_param *param = &response->args.params[i];

		if (is_state(param->name) && !is_requested(param) &&
		    !str_is(param->value, "None"))
			return true;
	}
	return false;
}

static const struct cwmp_param *find_requested(const struct http_record *response)
{
	for (size_t i = 0; i < response->args.n_params; i++) {
		if (is_requested(&response->args.params[i]))
			return &response->args.params[i];
	}
	return NULL;
}

/* Whether the response reads "Requested" of all that the ACS has requested and was not told of, as
 * far as the capture shows: another one may have ended. */
static bool reads_all_requested(const struct device_record *device,
    const struct http_record *response)
{
	size_t n = 0;

	for (size_t i = 0; i < device->owed.len; i++) {
		const struct owed_event *owed = &device->owed.items[i];
		auto_buf name = BUF_NULL;
		const struct cwmp_param *state;

		if (owed->code != CWMP_EVENT_DIAGNOSTICS_COMPLETE)
			continue;
		buf_printf(&name, "%sDiagnosticsState", owed->command_key);
		state = told_param(response, buf_str(&name));
		if (!state || !is_requested(state))
			return false;
		n++;
	}
	return n > 0;
}

static enum rule_verdict check_diagnostics(struct whole *view)
{
	const struct session_record *session = view->session;

	if (!view_has_event(view, EVENT_BIT(DIAGNOSTICS_COMPLETE)))
		return RULE_SILENT;
	for (size_t i = 0; i < session->n_turns; i++) {
		const struct http_record *post = session->turns[i].post;
		const struct http_record *answer = session->turns[i].answer;
		const struct cwmp_param *state = NULL;

		if (post->on == ON_CPE_RESPONSE && reads_end(post))
			return RULE_KEPT;
		if (post->on == ON_CPE_RESPONSE)
			state = find_requested(post);
		if (state && !view->device->owed.has_all_diagnostics)
			return rule_not_judged(view,
			    "another diagnostic may have been requested before anything of "
			    "this CPE was captured");
		if (state && !reads_all_requested(view->device, post))
			return rule_not_judged(view,
			    "another diagnostic may have been requested");
		if (state)
			return rule_broken(view, post,
			    "8 DIAGNOSTICS COMPLETE, but %.*s still reads \"Requested\"",
			    STR_ARG(state->name));
		if (answer && answer->on == ON_ACS_REQUEST &&
		    answer->envelope.rpc == CWMP_SET_PARAMETER_VALUES)
			return RULE_SILENT;
	}
	return RULE_SILENT;
}

/* ---- DIA-02 ---------------------------------------------------------------------- */

/* The message of the session that has told the counts of the ping, or null. */
static const struct http_record *find_reading(const struct session_record *session,
    const struct ping_record *ping)
{
	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];

		if (http->frame.number == ping->read.number)
			return http;
	}
	return NULL;
}

/* A capture may lack frames, so that fewer echoes than a CPE counts say nothing. Nor does a reply
 * say much that it counts as a failure: it may have been lost or late behind the tap. */
static enum rule_verdict check_counts(struct whole *view)
{
	const struct ping_record *ping =
	    view->device->more ? view->device->more->ping : NULL;
	const struct http_record *post =
	    ping ? find_reading(view->session, ping) : NULL;

	if (!post)
		return RULE_SILENT;
	if (ping->n_sent == 0)
		return rule_not_judged(view, "no echo request to the Host of the ping");
	if (ping->has_others)
		return rule_not_judged(view,
		    "other echo requests to the Host, or more than are counted");
	if (ping->n_sent > ping->n_success + ping->n_failure)
		return rule_broken(view, post,
		    "SuccessCount %" PRIu64 " and FailureCount %" PRIu64
		    ", of %u echo requests to %s",
		    ping->n_success, ping->n_failure, ping->n_sent, ping->host);
	if (ping->n_back > ping->n_success)
		return rule_not_judged(view,
		    "replies that are failures to the CPE may have been lost on their way"
		    " from here to it");
	return RULE_KEPT;
}

/* ---- DIA-03 ---------------------------------------------------------------------- */

/* Its end was read in a session that did not tell of it; the next one has to. */
static enum rule_verdict check_told(struct whole *view)
{
	const struct device_record *device = view->device;
	const struct http_record *inform = view->session->inform;
	unsigned bits = EVENT_BIT(BOOT) | EVENT_BIT(BOOTSTRAP);

	if (!inform || (inform->inform.event_bits & bits))
		return RULE_SILENT;
	for (size_t i = 0; i < device->owed.len; i++) {
		const struct owed_event *owed = &device->owed.items[i];

		if (owed->code != CWMP_EVENT_DIAGNOSTICS_COMPLETE ||
		    owed->session == view->session->id)
			continue;
		if (view_has_event(view, EVENT_BIT(DIAGNOSTICS_COMPLETE)))
			return RULE_KEPT;
		if (owed->ended.number != 0)
			return rule_broken(view, inform,
			    "the diagnostic %s of frame %llu had ended in frame %llu, and the "
			    "Inform lacks 8 DIAGNOSTICS COMPLETE",
			    owed->command_key, (unsigned long long)owed->since.number,
			    (unsigned long long)owed->ended.number);
	}
	return RULE_SILENT;
}

/* ---- table ----------------------------------------------------------------------- */

const struct rule rules_dia[] = {
	{ .id = "DIA-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-181 IPPing",
	    .text = "8 DIAGNOSTICS COMPLETE comes only when the diagnostic has ended.",
	    .example =
		"The Inform carries 8 DIAGNOSTICS COMPLETE; DiagnosticsState reads "
		"\"Requested\".",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START | SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_diagnostics },
	{ .id = "DIA-02",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-181 IPPing",
	    .text =
		"SuccessCount and FailureCount of an IPPing count each echo request, and "
		"each reply that comes within Timeout.",
	    .example =
		"The capture shows three echo requests with their replies; SuccessCount is "
		"2, FailureCount 0.",
	    .scope = WHOLE_DEVICE,
	    .check = check_counts },
	{ .id = "DIA-03",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-181 DiagnosticsState",
	    .text = "The end of a diagnostic that the ACS has requested is told by "
		    "8 DIAGNOSTICS COMPLETE.",
	    .example =
		"A session reads the DiagnosticsState \"Complete\"; the next Inform "
		"says 2 PERIODIC alone.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START | SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_told },
	{ .id = NULL },
};
