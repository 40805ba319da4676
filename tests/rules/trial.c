#include "tests/rules/trial.h"

#include "capture/decoder.h"
#include "capture/facts/rule.h"
#include "lib/base/text.h"
#include "tests/support/script_analyse.h"

#include <inttypes.h>

/* ---- what a script announces ----------------------------------------------------------- */

static void word_copy(char *to, struct str *text)
{
	struct str word = str_cut(str_trim(*text), ' ', text);
	size_t n = MIN(word.len, (size_t)ID_MAX - 1);

	if (n > 0)
		memcpy(to, word.p, n);
	to[n] = '\0';
}

/* The frames of the statement that the line belongs to. */
static void frames_of(const struct script_map *map, struct expected *e)
{
	e->first = 1;
	e->last = 0;
	for (size_t i = 0; i < map->len && map->lines[i].line <= e->line; i++) {
		e->first = map->lines[i].first;
		e->last = map->lines[i].last;
	}
}

/* "SES-09 cpe must [frame N]" */
static void read_finding(struct trial *t, unsigned line, struct str text)
{
	struct expected *e = &t->announced.findings[t->announced.n_findings];
	char word[ID_MAX];

	if (t->announced.n_findings == EXPECTED_MAX) {
		FAIL(t, "line %u: too many findings", line);
		return;
	}
	t->announced.n_findings++;
	*e = (struct expected){ .line = line };
	word_copy(e->rule, &text);
	word_copy(e->who, &text);
	word_copy(e->severity, &text);
	word_copy(word, &text);
	frames_of(&t->map, e);
	if (strcmp(word, "frame") == 0) {
		word_copy(word, &text);
		if (str_to_u64(str_of(word), UINT32_MAX, &e->first) < 0)
			FAIL(t, "line %u: \"%s\" is no frame", line, word);
		e->last = e->first;
	}
	if (!rule_find(e->rule))
		FAIL(t, "line %u: no rule \"%s\"", line, e->rule);
	if (e->first > e->last)
		FAIL(t, "line %u: the line became no frame", line);
}

static void read_also(struct trial *t, unsigned line, struct str text)
{
	while (str_trim(text).len > 0) {
		if (t->announced.n_also == EXPECTED_MAX) {
			FAIL(t, "line %u: too many ids", line);
			return;
		}
		word_copy(t->announced.also[t->announced.n_also].rule, &text);
		if (!rule_find(t->announced.also[t->announced.n_also++].rule))
			FAIL(t, "line %u: no such rule", line);
	}
}

void trial_read_announced(struct trial *t)
{
	struct str rest = buf_str(&t->text);

	for (unsigned line = 1; rest.p; line++) {
		struct str text = str_cut(rest, '\n', &rest);
		size_t at;

		if (str_find(text, STR("# finding: "), &at))
			read_finding(t, line, str_from(text, at + 11));
		else if (str_find(text, STR("# also: "), &at))
			read_also(t, line, str_from(text, at + 8));
		else if (str_find(text, STR("# in parts: "), &at))
			t->announced.in_parts = str_from(text, at + 12);
		else if (str_is(str_trim(text), "# not judged"))
			t->announced.is_not_judged = true;
	}
	if (t->is_break && t->announced.n_findings == 0)
		FAIL(t, "it announces no \"# finding: %s ...\"", t->id);
	if (!t->is_break && t->announced.n_findings + t->announced.n_also > 0)
		FAIL(t, "a keeping script announces no findings");
}

bool trial_names(const struct trial *t, const struct finding *finding)
{
	struct str in_parts = t->announced.in_parts;

	while (in_parts.len > 0) {
		if (str_is(str_cut(in_parts, ' ', &in_parts), finding->rule))
			return true;
	}
	for (size_t i = 0; i < t->announced.n_findings; i++) {
		if (strcmp(t->announced.findings[i].rule, finding->rule) == 0)
			return true;
	}
	for (size_t i = 0; i < t->announced.n_also; i++) {
		if (strcmp(t->announced.also[i].rule, finding->rule) == 0)
			return true;
	}
	return false;
}

/* ---- judging --------------------------------------------------------------------------- */

int trial_judge(struct trial *t, bool only_findings, struct analysis **ret,
    struct error *err)
{
	struct analysis_options options = { .path = t->name,
		.only_findings = only_findings };

	script_map_free(&t->map);
	return script_analyse(t->name, buf_str(&t->text), &options, &t->map, ret, err);
}

static bool is_same(const struct finding *a, const struct finding *b)
{
	return a->rule == b->rule && a->frame == b->frame &&
	       a->severity == b->severity && a->who == b->who &&
	       strcmp(a->text, b->text) == 0;
}

/* What is kept for reports must not change what is found. */
static void compare_brief(struct trial *t)
{
	auto_cleanup(analysis_free) struct analysis *brief = NULL;
	struct error err = ERROR_NULL;
	bool is_equal;

	if (trial_judge(t, true, &brief, &err) < 0) {
		FAIL(t, "%s", err.text);
		return;
	}
	is_equal = brief->n_findings == t->analysis->n_findings &&
		   brief->counts.sessions == t->analysis->counts.sessions &&
		   brief->counts.failures == t->analysis->counts.failures;
	for (size_t i = 0; i < brief->n_findings && is_equal; i++)
		is_equal = is_same(&brief->findings[i], &t->analysis->findings[i]);
	if (!is_equal)
		FAIL(t,
		    "without records %zu findings, %" PRIu64 " sessions, %" PRIu64
		    " failures, not %zu, %" PRIu64 ", %" PRIu64,
		    brief->n_findings, brief->counts.sessions, brief->counts.failures,
		    t->analysis->n_findings, t->analysis->counts.sessions,
		    t->analysis->counts.failures);
}

/* ---- comparing ------------------------------------------------------------------------- */

static bool is_expected(struct announced *announced, const struct finding *finding)
{
	for (size_t i = 0; i < announced->n_findings; i++) {
		struct expected *e = &announced->findings[i];

		if (!e->is_found && strcmp(e->rule, finding->rule) == 0 &&
		    strcmp(e->who, rule_who_name(finding->who)) == 0 &&
		    strcmp(e->severity, rule_severity_name(finding->severity)) == 0 &&
		    e->first <= finding->frame && finding->frame <= e->last) {
			e->is_found = true;
			return true;
		}
	}
	return false;
}

static bool is_allowed(struct announced *announced, const struct finding *finding)
{
	for (size_t i = 0; i < announced->n_also; i++) {
		if (strcmp(announced->also[i].rule, finding->rule) == 0) {
			announced->also[i].is_found = true;
			return true;
		}
	}
	return false;
}

static void compare_findings(struct trial *t)
{
	for (size_t i = 0; i < t->analysis->n_findings; i++) {
		const struct finding *f = &t->analysis->findings[i];
		bool is_note = f->severity == RULE_NOTE;

		if (is_expected(&t->announced, f) || is_allowed(&t->announced, f) ||
		    (is_note && strcmp(f->rule, t->id) != 0))
			continue;
		FAIL(t, "not announced: %s %s %s frame %" PRIu64 ": %s", f->rule,
		    rule_who_name(f->who), rule_severity_name(f->severity), f->frame,
		    f->text);
	}
	for (size_t i = 0; i < t->announced.n_findings; i++) {
		const struct expected *e = &t->announced.findings[i];

		if (!e->is_found)
			FAIL(t,
			    "line %u: not found: %s %s %s in frames %" PRIu64
			    "-%" PRIu64,
			    e->line, e->rule, e->who, e->severity, e->first, e->last);
	}
}

static void compare_also(struct trial *t)
{
	for (size_t i = 0; i < t->announced.n_also; i++) {
		if (!t->announced.also[i].is_found)
			FAIL(t, "\"# also: %s\": not found", t->announced.also[i].rule);
	}
}

static bool is_as_announced(const struct trial *t, const struct rule_count *count)
{
	if (t->announced.is_not_judged && count->not_judged == 0)
		return false;
	if (t->is_break)
		return count->broken > 0;
	return t->announced.is_not_judged == (count->kept == 0);
}

/* A keeping capture that the rule has nothing to say of shows nothing. */
static void compare_counts(struct trial *t)
{
	for (size_t i = 0; i < t->analysis->n_rules; i++) {
		const struct rule_count *count = &t->analysis->rules[i];

		if (strcmp(count->rule, t->id) != 0)
			continue;
		if (!is_as_announced(t, count))
			FAIL(t,
			    "%s was kept %" PRIu64 ", broken %" PRIu64
			    ", not judged %" PRIu64 " times (%s)",
			    t->id, count->kept, count->broken, count->not_judged,
			    count->why ? count->why : "no reason");
	}
}

bool trial_is_on_bound(const char *name)
{
	return str_find(str_of(name), STR(".keep-at-"), NULL) ||
	       str_find(str_of(name), STR(".break-past-"), NULL);
}

bool trial_name(struct trial *t, const char *name)
{
	struct str kind, id = str_cut(str_of(name), '.', &kind);

	t->name = name;
	if (id.len >= sizeof(t->id))
		return false;
	memcpy(t->id, id.p, id.len);
	t->is_break = str_is(kind, "break") || str_starts(kind, STR("break-"));
	return t->is_break || str_is(kind, "keep") || str_starts(kind, STR("keep-"));
}

unsigned trial_run(const char *folder, const char *name)
{
	struct trial t = { .name = name, .text = BUF_NULL };
	struct error err = ERROR_NULL;
	auto_buf path = BUF_NULL;

	buf_printf(&path, "%s/%s", folder, name);
	if (!trial_name(&t, name))
		FAIL(&t, "is named neither ID.break nor ID.keep");
	else if (script_load(&t.text, buf_cstr(&path), &err) < 0 ||
		 trial_judge(&t, false, &t.analysis, &err) < 0)
		FAIL(&t, "%s", err.text);
	if (t.failures == 0) {
		trial_read_announced(&t);
		compare_findings(&t);
		compare_also(&t);
		compare_counts(&t);
		compare_brief(&t);
	}
	buf_free(&t.text);
	script_map_free(&t.map);
	analysis_free(t.analysis);
	return t.failures;
}
