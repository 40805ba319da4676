/* Rules of diagnostics (TR-181 IPPing and its like). */
#include "capture/facts/history.h"
#include "capture/rules/catalogue.h"

/* ---- DIA-01 ---------------------------------------------------------------------- */

static enum rule_verdict check_diagnostics(struct whole *view)
{
	const struct session_record *session = view->session;

	if (!view_has_event(view, EVENT_BIT(DIAGNOSTICS_COMPLETE)))
		return RULE_SILENT;
	for (size_t i = 0; i < session->n_turns; i++) {
		const struct http_record *post = session->turns[i].post;
		const struct http_record *answer = session->turns[i].answer;
		const struct cwmp_param *state =
		    post->on == ON_CPE_RESPONSE ? http_param(post, ".DiagnosticsState")
						: NULL;

		if (state && str_is(state->value, "Requested"))
			return rule_broken(view, post,
			    "8 DIAGNOSTICS COMPLETE, but %.*s still reads \"Requested\"",
			    STR_ARG(state->name));
		if (state)
			return RULE_KEPT;
		if (answer && answer->on == ON_ACS_REQUEST &&
		    answer->envelope.rpc == CWMP_SET_PARAMETER_VALUES)
			return RULE_SILENT;
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
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_START | SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_diagnostics },
	{ .id = NULL },
};
