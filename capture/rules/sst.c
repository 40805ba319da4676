/* Rules of settings that take effect later (TR-069 A6 A.3.2.1). */
#include "capture/rules/catalogue.h"

/* ---- SST-01 ---------------------------------------------------------------------- */

static enum rule_verdict compare_later(struct whole *view,
    const struct http_record *response)
{
	const struct device_more *more = view->device->more;
	enum rule_verdict verdict = RULE_SILENT;

	for (size_t i = 0; i < more->n_later; i++) {
		for (size_t k = 0; k < response->args.n_params; k++) {
			const struct cwmp_param *param = &response->args.params[k];

			if (!str_is(param->name, more->later[i].name) ||
			    more->later[i].session == view->session->id)
				continue;
			if (str_is(param->value,
				more->later[i].value ? more->later[i].value : ""))
				verdict = RULE_KEPT;
			else
				return rule_broken(view, response,
				    "%.*s reads \"%.*s\"; a session before set it to "
				    "\"%s\" with Status 1",
				    STR_ARG(param->name), STR_ARG(param->value),
				    more->later[i].value ? more->later[i].value : "");
		}
	}
	return verdict;
}

static enum rule_verdict check_later(struct whole *view)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;

	if (!view->device->more || view->device->more->n_later == 0)
		return RULE_SILENT;
	for (size_t i = 0; i < session->n_turns; i++) {
		const struct http_record *post = session->turns[i].post;
		const struct http_record *answer = session->turns[i].answer;
		enum rule_verdict here = RULE_SILENT;

		if (post->on == ON_CPE_RESPONSE &&
		    post->envelope.rpc == CWMP_GET_PARAMETER_VALUES)
			here = compare_later(view, post);
		if (here == RULE_BROKEN)
			return here;
		if (here == RULE_KEPT)
			verdict = here;
		/* What is set anew is another matter. */
		if (answer && answer->on == ON_ACS_REQUEST &&
		    answer->envelope.rpc == CWMP_SET_PARAMETER_VALUES)
			break;
	}
	return verdict;
}

/* ---- table ----------------------------------------------------------------------- */

const struct rule rules_sst[] = {
	{ .id = "SST-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.1",
	    .text = "What SetParameterValues set with Status 1 can be read in the next "
		    "session.",
	    .example = "PeriodicInformInterval is set to 60 with Status 1; the next "
		       "session reads 300.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_later },
	{ .id = NULL },
};
