/* Rules of the strings that both sides hand each other. */
#include "capture/facts/turns.h"
#include "capture/rules/catalogue.h"
#include "lib/base/utf8.h"

/* ---- STR-01 ---------------------------------------------------------------------- */

enum {
	KEY_CHARACTERS = 32, /* TR-069 A6 A.3.2.1, A.4.1: string(32) */
	TURNS_BACK = 64,     /* how far a Set is looked for */
};

static enum rule_verdict check_key_length(struct whole *view)
{
	const struct http_record *http = view->http;
	const char *keys[] = { http->args.command_key, http->args.parameter_key };
	static const char *const names[] = { "CommandKey", "ParameterKey" };
	bool is_seen = false;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (!keys[i])
			continue;
		is_seen = true;
		if (utf8_length(str_of(keys[i])) > KEY_CHARACTERS)
			return rule_broken(view, http,
			    "%s: its %s has %zu characters; %d are the most",
			    http->envelope.name, names[i], utf8_length(str_of(keys[i])),
			    KEY_CHARACTERS);
	}
	return rule_kept_if(is_seen);
}

static bool is_string(const struct cwmp_param *param)
{
	return str_ends(param->type, STR("string")) && !str_is(param->value, "***");
}

/* The value that the ACS set last before turn i and the CPE took, or null. */
static const struct cwmp_param *last_set(const struct session_record *session, size_t i,
    struct str name)
{
	for (size_t left = TURNS_BACK; i-- > 1 && left > 0; left--) {
		const struct http_record *asked = session->turns[i - 1].answer;
		const struct http_record *response = session->turns[i].post;

		if (!asked || asked->on != ON_ACS_REQUEST ||
		    asked->envelope.rpc != CWMP_SET_PARAMETER_VALUES)
			continue;
		for (size_t k = 0; k < asked->args.n_params; k++) {
			if (!str_eq(asked->args.params[k].name, name))
				continue;
			return response->on == ON_CPE_RESPONSE &&
				       response->args.status == 0
				   ? &asked->args.params[k]
				   : NULL;
		}
	}
	return NULL;
}

static bool has_set(const struct session_record *session)
{
	for (size_t i = 0; i < session->n_turns; i++) {
		const struct http_record *answer = session->turns[i].answer;

		if (answer && answer->on == ON_ACS_REQUEST &&
		    answer->envelope.rpc == CWMP_SET_PARAMETER_VALUES)
			return true;
	}
	return false;
}

static enum rule_verdict compare_values(struct whole *view, size_t i)
{
	const struct session_record *session = view->session;
	const struct http_record *response = session->turns[i].post;
	enum rule_verdict verdict = RULE_SILENT;

	for (size_t k = 0; k < response->args.n_params; k++) {
		const struct cwmp_param *read = &response->args.params[k];
		const struct cwmp_param *set = last_set(session, i, read->name);

		if (!set || !is_string(set) || !is_string(read))
			continue;
		verdict = RULE_KEPT;
		if (!str_eq(set->value, read->value))
			return rule_broken(view, response,
			    "%.*s was set to \"%.*s\", and is read as \"%.*s\"",
			    STR_ARG(read->name), STR_ARG(set->value),
			    STR_ARG(read->value));
	}
	return verdict;
}

static enum rule_verdict check_values(struct whole *view)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT, here;

	if (!has_set(session))
		return RULE_SILENT;
	for (size_t i = 1; i < session->n_turns; i++) {
		const struct http_record *post = session->turns[i].post;

		if (post->on != ON_CPE_RESPONSE ||
		    post->envelope.rpc != CWMP_GET_PARAMETER_VALUES)
			continue;
		here = compare_values(view, i);
		if (here == RULE_BROKEN)
			return here;
		if (here == RULE_KEPT)
			verdict = here;
	}
	return verdict;
}

/* ---- table ----------------------------------------------------------------------- */

static const struct rule_check string_more[] = {
	{ .scope = WHOLE_MESSAGE,
	    .on = ON_ACS_REQUEST | ON_CPE_REQUEST,
	    .check = check_key_length },
	{ .check = NULL },
};

const struct rule rules_str[] = {
	{ .id = "STR-01",
	    .who = RULE_BY_BOTH,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.2.1, A.3.2.1",
	    .text = "Strings come back character by character as they were set; keys "
		    "have at most 32 characters.",
	    .example = "ProvisioningCode is set to \"a&b\" and read as "
		       "\"a&amp;b\".",
	    .scope = WHOLE_SESSION,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_values,
	    .more = string_more },
	{ .id = NULL },
};
