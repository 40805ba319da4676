/* The table of rules: each script here is run, its capture judged, and what the judge found
 * compared with what the script announces (README.md). In one process, without files.
 *
 *	test_rules [ID...]      scripts, of all rules or of those whose ids begin so
 *	test_rules --complete   each rule has its scripts, each script its rule
 *	test_rules --cut [ID...] a keeping capture keeps with any part of it alone
 */
#include "capture/analysis.h"
#include "capture/decoder.h"
#include "capture/rule.h"
#include "lib/base/rng.h"
#include "lib/base/text.h"
#include "tests/support/script.h"
#include "tests/support/transcript.h"

#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

enum {
	EXPECTED_MAX = 32,
	ID_MAX = 16,
	LOSS = 8,   /* one frame of so many */
	SEEDS = 40, /* of captures with losses */
};

struct expected {
	unsigned line;
	char rule[ID_MAX], who[ID_MAX], severity[ID_MAX];
	uint64_t first, last; /* frames */
	bool is_found;
};

struct announced {
	struct expected findings[EXPECTED_MAX];
	size_t n_findings;
	struct {
		char rule[ID_MAX];
		bool is_found;
	} also[EXPECTED_MAX];
	size_t n_also;
};

struct trial {
	const char *name; /* of the script, "SES-09.break-2" */
	char id[ID_MAX];
	bool is_break;
	struct buf text;
	struct script_map map;
	struct announced announced;
	struct analysis *analysis;
	unsigned failures;
};

#define FAIL(trial, ...)                       \
	do {                                   \
		printf("%s: ", (trial)->name); \
		printf(__VA_ARGS__);           \
		printf("\n");                  \
		(trial)->failures++;           \
	} while (0)

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

static void read_announced(struct trial *t)
{
	struct str rest = buf_str(&t->text);

	for (unsigned line = 1; rest.p; line++) {
		struct str text = str_cut(rest, '\n', &rest);
		size_t at;

		if (str_find(text, STR("# finding: "), &at))
			read_finding(t, line, str_from(text, at + 11));
		else if (str_find(text, STR("# also: "), &at))
			read_also(t, line, str_from(text, at + 8));
	}
	if (t->is_break && t->announced.n_findings == 0)
		FAIL(t, "it announces no \"# finding: %s ...\"", t->id);
	if (!t->is_break && t->announced.n_findings + t->announced.n_also > 0)
		FAIL(t, "a keeping script announces nothing");
}

/* ---- judging --------------------------------------------------------------------------- */

static int judge_script(struct trial *t, bool only_findings, struct analysis **ret,
    struct error *err)
{
	struct analysis_options options = { .path = t->name,
		.only_findings = only_findings };
	struct packets packets = PACKETS_NULL;
	int r;

	script_map_free(&t->map);
	r = analysis_begin(&options, ret, err);
	if (r < 0)
		return r;
	packets.tap = transcript_feed;
	packets.tap_user = analysis_decoder(*ret);
	r = script_run_text(t->name, buf_str(&t->text), &packets, &t->map, err);
	if (r == 0)
		r = analysis_end(*ret, err);
	packets_free(&packets);
	return r;
}

static bool is_same(const struct finding *a, const struct finding *b)
{
	return a->rule == b->rule && a->frame == b->frame &&
	       strcmp(a->severity, b->severity) == 0 && strcmp(a->who, b->who) == 0 &&
	       strcmp(a->text, b->text) == 0;
}

/* What is kept for reports must not change what is found. */
static void compare_brief(struct trial *t)
{
	auto_cleanup(analysis_free) struct analysis *brief = NULL;
	struct error err = ERROR_NULL;
	bool is_equal;

	if (judge_script(t, true, &brief, &err) < 0) {
		FAIL(t, "%s", err.text);
		return;
	}
	is_equal = brief->n_findings == t->analysis->n_findings;
	for (size_t i = 0; i < brief->n_findings && is_equal; i++)
		is_equal = is_same(&brief->findings[i], &t->analysis->findings[i]);
	if (!is_equal)
		FAIL(t, "other findings without records: %zu, not %zu",
		    brief->n_findings, t->analysis->n_findings);
}

/* ---- comparing ------------------------------------------------------------------------- */

static bool is_expected(struct announced *announced, const struct finding *finding)
{
	for (size_t i = 0; i < announced->n_findings; i++) {
		struct expected *e = &announced->findings[i];

		if (!e->is_found && strcmp(e->rule, finding->rule) == 0 &&
		    strcmp(e->who, finding->who) == 0 &&
		    strcmp(e->severity, finding->severity) == 0 &&
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
		bool is_note = strcmp(f->severity, "note") == 0;

		if (is_expected(&t->announced, f) || is_allowed(&t->announced, f) ||
		    (is_note && strcmp(f->rule, t->id) != 0))
			continue;
		FAIL(t, "not announced: %s %s %s frame %" PRIu64 ": %s", f->rule,
		    f->who, f->severity, f->frame, f->text);
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

/* A keeping capture that the rule has nothing to say of shows nothing. */
static void compare_counts(struct trial *t)
{
	for (size_t i = 0; i < t->analysis->n_rules; i++) {
		const struct rule_count *count = &t->analysis->rules[i];

		if (strcmp(count->rule, t->id) != 0)
			continue;
		if (t->is_break ? count->broken == 0 : count->kept == 0)
			FAIL(t,
			    "%s was kept %" PRIu64 ", broken %" PRIu64
			    ", not judged %" PRIu64 " times (%s)",
			    t->id, count->kept, count->broken, count->not_judged,
			    count->why ? count->why : "no reason");
	}
}

static bool name_read(struct trial *t)
{
	struct str kind, id = str_cut(str_of(t->name), '.', &kind);

	if (id.len >= sizeof(t->id))
		return false;
	memcpy(t->id, id.p, id.len);
	t->is_break = str_is(kind, "break") || str_starts(kind, STR("break-"));
	return t->is_break || str_is(kind, "keep") || str_starts(kind, STR("keep-"));
}

static unsigned run_trial(const char *folder, const char *name)
{
	struct trial t = { .name = name, .text = BUF_NULL };
	struct error err = ERROR_NULL;
	auto_buf path = BUF_NULL;

	buf_printf(&path, "%s/%s", folder, name);
	if (!name_read(&t))
		FAIL(&t, "is named neither ID.break nor ID.keep");
	else if (script_load(&t.text, buf_cstr(&path), &err) < 0 ||
		 judge_script(&t, false, &t.analysis, &err) < 0)
		FAIL(&t, "%s", err.text);
	if (t.failures == 0) {
		read_announced(&t);
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

/* ---- parts of captures ------------------------------------------------------------------ */

/* Feeds a decoder with the frames from first to last, but not with the one left out. */
struct window {
	struct decoder *decoder;
	uint64_t first, last, without;
	uint64_t seed; /* 0; else each eighth frame or so is missing */
};

static bool is_lost(const struct window *w, uint64_t number)
{
	struct rng rng = rng_make(w->seed, number);

	return number == w->without || (w->seed > 0 && rng_between(&rng, 1, LOSS) == 1);
}

static void feed_window(void *user, const uint8_t *frame, size_t len, clock_ns time,
    uint64_t number)
{
	struct window *w = user;

	if (number >= w->first && number <= w->last && !is_lost(w, number))
		transcript_feed(w->decoder, frame, len, time, number);
}

/* What is not in the capture must not be held against anybody. */
static void judge_window(struct trial *t, struct window *w)
{
	struct analysis_options options = { .path = t->name, .only_findings = true };
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;
	struct packets packets = PACKETS_NULL;
	struct error err = ERROR_NULL;

	if (analysis_begin(&options, &analysis, &err) < 0) {
		FAIL(t, "%s", err.text);
		return;
	}
	w->decoder = analysis_decoder(analysis);
	packets.tap = feed_window;
	packets.tap_user = w;
	(void)script_run_text(t->name, buf_str(&t->text), &packets, NULL, &err);
	if (analysis_end(analysis, &err) < 0)
		FAIL(t, "%s", err.text);
	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *f = &analysis->findings[i];

		if (strcmp(f->severity, "note") != 0)
			FAIL(t,
			    "frames %" PRIu64 "-%" PRIu64 " without %" PRIu64
			    ", losses %" PRIu64 ": %s frame %" PRIu64 ": %s",
			    w->first, w->last, w->without, w->seed, f->rule, f->frame,
			    f->text);
	}
	packets_free(&packets);
}

static void judge_windows(struct trial *t)
{
	uint64_t n = t->map.len > 0 ? t->map.lines[t->map.len - 1].last : 0;

	for (uint64_t i = 1; i <= n; i++) {
		judge_window(t, &(struct window){ .first = 1, .last = i });
		judge_window(t, &(struct window){ .first = i, .last = n });
		judge_window(t,
		    &(struct window){ .first = 1, .last = n, .without = i });
	}
}

static unsigned run_cut(const char *folder, const char *name)
{
	struct trial t = { .name = name, .text = BUF_NULL };
	struct error err = ERROR_NULL;
	auto_buf path = BUF_NULL;

	buf_printf(&path, "%s/%s", folder, name);
	if (name_read(&t) && !t.is_break) {
		if (script_load(&t.text, buf_cstr(&path), &err) < 0 ||
		    judge_script(&t, false, &t.analysis, &err) < 0)
			FAIL(&t, "%s", err.text);
		else
			judge_windows(&t);
	}
	buf_free(&t.text);
	script_map_free(&t.map);
	analysis_free(t.analysis);
	return t.failures;
}

/* ---- all scripts ----------------------------------------------------------------------- */

static int is_script(const struct dirent *entry)
{
	return strchr(entry->d_name, '.') && entry->d_name[0] != '.' &&
	       !str_ends(str_of(entry->d_name), STR(".c")) &&
	       !str_ends(str_of(entry->d_name), STR(".md")) &&
	       !str_ends(str_of(entry->d_name), STR(".txt"));
}

static bool is_chosen(const char *name, char **ids, int n)
{
	for (int i = 0; i < n; i++) {
		if (str_starts(str_of(name), str_of(ids[i])))
			return true;
	}
	return n == 0;
}

static bool has_script(struct dirent **entries, int n, const char *id, const char *kind)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%s.%s", id, kind);
	for (int i = 0; i < n; i++) {
		if (strcmp(entries[i]->d_name, name) == 0)
			return true;
	}
	return false;
}

static unsigned check_complete(struct dirent **entries, int n)
{
	unsigned failures = 0;

	for (size_t i = 0; i < rules_count(); i++) {
		const char *id = rule_at(i)->id;

		if (!has_script(entries, n, id, "break") ||
		    !has_script(entries, n, id, "keep")) {
			printf("%s: no script that breaks it, or none that keeps it\n",
			    id);
			failures++;
		}
	}
	for (int i = 0; i < n; i++) {
		struct trial t = { .name = entries[i]->d_name };

		if (!name_read(&t) || !rule_find(t.id)) {
			printf("%s: of no rule\n", t.name);
			failures++;
		}
	}
	return failures;
}

int main(int argc, char **argv)
{
	bool is_complete = argc == 2 && strcmp(argv[1], "--complete") == 0;
	bool is_cut = argc > 1 && strcmp(argv[1], "--cut") == 0;
	int n_options = is_complete || is_cut;
	const char *source = getenv("CWMPLAB_SOURCE");
	struct dirent **entries;
	unsigned failures = 0, n_run = 0;
	char folder[PATH_MAX];
	int n;

	(void)snprintf(folder, sizeof(folder), "%s/tests/rules", source ? source : ".");
	n = scandir(folder, &entries, is_script, alphasort);
	if (n <= 0) {
		printf("%s: no scripts\n", folder);
		return 1;
	}
	if (is_complete)
		failures = check_complete(entries, n);
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;

		if (!is_complete &&
		    is_chosen(name, argv + 1 + n_options, argc - 1 - n_options)) {
			failures +=
			    is_cut ? run_cut(folder, name) : run_trial(folder, name);
			n_run++;
		}
		free(entries[i]);
	}
	free(entries);
	printf("%u scripts run, %zu rules, %u failures\n", n_run, rules_count(),
	    failures);
	return failures > 0 || (n_run == 0 && !is_complete);
}
