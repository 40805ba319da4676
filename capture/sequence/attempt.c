#include "capture/sequence/attempt.h"

#include "lib/proto/url.h"

void attempt_keep(struct attempt *attempt, const char *name, struct str value)
{
	for (size_t i = 0; i < attempt->n_vars; i++) {
		if (strcmp(attempt->vars[i].name, name) == 0) {
			attempt->vars[i].value = value;
			return;
		}
	}
	if (attempt->n_vars < ATTEMPT_VARS_MAX)
		attempt->vars[attempt->n_vars++] = (struct attempt_var){ name, value };
}

/* What "$name", or plain text, stands for; a null view while it is not known. */
struct str attempt_value(const struct attempt *attempt, const char *text)
{
	if (!text || text[0] != '$')
		return str_of(text);
	for (size_t i = 0; i < attempt->n_vars; i++) {
		if (strcmp(attempt->vars[i].name, text + 1) == 0)
			return attempt->vars[i].value;
	}
	return STR_NULL;
}

bool attempt_target(const struct attempt *attempt, const struct sequence_step *step,
    struct url *url)
{
	struct str text = attempt_value(attempt, step->to);

	return text.len > 0 && url_parse(url, text, NULL) == 0;
}

/* ---- results ----------------------------------------------------------------------- */

bool attempt_pass(struct attempt *attempt, struct frame_ref first,
    struct frame_ref last)
{
	struct step_result *result = attempt->result;

	result->ok = true;
	result->frame = first.number;
	result->last_frame = last.number;
	result->time = first.time;
	attempt->at = last;
	return true;
}

bool attempt_skip(struct attempt *attempt, const char *why)
{
	attempt->result->ok = true;
	attempt->result->is_skipped = true;
	attempt->result->why = why;
	return true;
}
