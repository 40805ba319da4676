/* What becomes of a change while it is under way. */
#include "lab/supervisor/apply.h"

#include "lib/base/buf.h"
#include "lib/base/cleanup.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>

void apply_fail(struct apply *apply, const char *name, const char *why)
{
	apply->n_failed++;
	if (apply->n_failures == APPLY_FAILURES_MAX)
		return;
	apply->failures[apply->n_failures].name = str_dup(str_of(name));
	apply->failures[apply->n_failures].why = str_dup(str_of(why));
	apply->n_failures++;
}

void apply_say(struct apply *apply, const char *what, const char *fmt, ...)
{
	char words[256];
	va_list args;

	if (apply->n_words == APPLY_WORDS_MAX)
		return;
	va_start(args, fmt);
	(void)vsnprintf(words, sizeof(words), fmt, args);
	va_end(args);
	apply->words[apply->n_words].what = what;
	apply->words[apply->n_words].text = str_dup(str_of(words));
	apply->words[apply->n_words].took = clock_monotonic() - apply->phase_began;
	apply->n_words++;
}

void apply_free(struct apply *apply)
{
	if (!apply)
		return;
	for (size_t i = 0; i < apply->n_words; i++)
		free(apply->words[i].text);
	for (size_t i = 0; i < apply->n_failures; i++) {
		free(apply->failures[i].name);
		free(apply->failures[i].why);
	}
	free(apply->answered);
	change_free(apply->set);
	if (!apply->is_adopted) {
		plan_free(apply->plan);
		topology_free(apply->topology);
	}
	free(apply);
}

/* What the agent says of itself, or all of its answer. Null without memory. */
static char *why_of(struct str members)
{
	auto_buf text = BUF_NULL;
	const char *why;
	json_t *answer;
	char *copy;

	buf_append_char(&text, '{');
	(void)str_cut(members, ',', &members);
	buf_append(&text, members.p, members.len);
	answer = json_loadb((const char *)text.data, text.len, 0, NULL);
	why = json_string_value(json_object_get(answer, "why"));
	copy = why ? str_dup(str_of(why)) : str_dup(buf_str(&text));
	json_decref(answer);
	return copy;
}

bool supervisor_apply_takes(struct supervisor *supervisor,
    const struct service *service, uint64_t id, struct str members)
{
	struct apply *apply = supervisor->apply;

	if (!apply || apply->asked != service || apply->asked_id != id)
		return false;
	apply->is_answered = true;
	apply->is_refused = !str_find(members, STR("\"ok\":true"), NULL);
	if (apply->is_refused)
		apply->answered = why_of(members);
	return true;
}
