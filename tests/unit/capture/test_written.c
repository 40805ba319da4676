/* Captures written as scripts (written/NAME.script, see tests/rules/README.md), and all that
 * is written of them in every form, compared as a whole (tests/unit/written.h). */
#include "tests/unit/written.h"

#include "capture/analysis/analysis.h"
#include "capture/report/format.h"
#include "capture/report/ladder.h"
#include "capture/report/stats.h"
#include "capture/report/tables.h"
#include "lib/base/compiler.h"
#include "lib/base/json.h"
#include "lib/sequence/sequence.h"
#include "tests/support/script_analyse.h"

enum {
	PATH_BYTES = 128,
	SEQUENCES = 4
};

struct subject {
	struct sequence *sequences[SEQUENCES];
	size_t n_sequences;
	struct analysis *analysis;
};

static void load_sequence(struct subject *subject, const char *name)
{
	char path[PATH_BYTES];
	struct error err = ERROR_NULL;

	assert_true(subject->n_sequences < SEQUENCES);
	(void)snprintf(path, sizeof(path), "capture/sequences/%s.yaml", name);
	if (sequence_load(path, &subject->sequences[subject->n_sequences++], &err) < 0)
		fail_msg("%s", err.text);
}

/* Of the first line: "# sequences: NAME NAME". */
static void load_sequences(struct subject *subject, struct str script)
{
	struct str line = str_cut(script, '\n', &script);

	assert_true(str_starts(line, STR("# sequences: ")));
	line = str_from(line, strlen("# sequences: "));
	while (line.len > 0) {
		auto_free char *name = str_dup(str_cut(line, ' ', &line));

		load_sequence(subject, name);
	}
}

/* The order of the catalogue is not what is looked at here. */
static int by_name(const void *a, const void *b)
{
	const struct rule_count *left = a, *right = b;

	return strcmp(left->rule, right->rule);
}

static void run_script_as(struct subject *subject, const char *name, struct str script,
    const struct analysis_options *options)
{
	struct error err = ERROR_NULL;

	if (script_analyse(name, script, options, NULL, &subject->analysis, &err) < 0)
		fail_msg("%s", err.text);
	qsort(subject->analysis->rules, subject->analysis->n_rules,
	    sizeof(*subject->analysis->rules), by_name);
}

/* The analysis of the script as one capture. */
static void run_script(struct subject *subject, const char *name, struct str script)
{
	run_script_as(subject, name, script,
	    &(struct analysis_options){ .path = "capture.pcap",
		.keep_bodies = true,
		.sequences = (const struct sequence *const *)subject->sequences,
		.n_sequences = subject->n_sequences });
}

static void read_script(struct subject *subject, const char *name)
{
	auto_buf script = BUF_NULL;
	char path[PATH_BYTES];

	(void)snprintf(path, sizeof(path), "tests/unit/capture/written/%s.script",
	    name);
	written_load(&script, path);
	load_sequences(subject, buf_str(&script));
	run_script(subject, name, buf_str(&script));
}

static void subject_free(struct subject *subject)
{
	analysis_free(subject->analysis);
	for (size_t i = 0; i < subject->n_sequences; i++)
		sequence_free(subject->sequences[i]);
}

/* ---- the forms --------------------------------------------------------------------- */

static void put_json(struct buf *out, const struct analysis *analysis)
{
	struct json json = json_writer(out, 1);

	json_object_begin(&json, NULL);
	analysis_write_counts(&analysis->counts, &json);
	analysis_write_json(analysis, &json);
	json_object_end(&json);
	buf_append_char(out, '\n');
}

static void put_ladder(struct buf *out, const struct analysis *analysis)
{
	const struct ladder_options options = { .capture = "capture.pcap" };

	ladder_write(out, analysis, &options);
}

/* For a terminal that knows UTF-8 and colours, and is narrow; with names. */
static const char *name_of(void *user, const char *mac, const char *address)
{
	(void)user;
	(void)mac;
	return address && strcmp(address, "10.0.0.11") == 0 ? "acs1" : NULL;
}

static void put_terminal(struct buf *out, const struct analysis *analysis)
{
	const struct ladder_options options = { .name_of = name_of,
		.width = 72,
		.is_utf8 = true,
		.has_colour = true,
		.max = 2 };

	ladder_write(out, analysis, &options);
}

static void put_stats(struct buf *out, const struct analysis *analysis)
{
	auto_cleanup(stats_free) struct stats *stats = NULL;

	assert_int_equal(stats_make(analysis, &stats), 0);
	stats_write_text(stats, out, &(struct screen){ .width = 0 });
	stats_write_json(stats, out);
}

static void put_tables(struct buf *out, const struct analysis *analysis)
{
	tables_write(out, analysis, &(struct screen){ .width = 0 });
}

static const struct {
	const char *name;
	void (*put)(struct buf *out, const struct analysis *analysis);
} forms[] = {
	{ "json", put_json },
	{ "ladder", put_ladder },
	{ "terminal", put_terminal },
	{ "stats", put_stats },
	{ "table", put_tables },
	{ "mermaid", format_mermaid },
	{ "ndjson", format_ndjson },
};

static void all_forms_are_as_written(const char *name)
{
	struct subject subject = { .n_sequences = 0 };
	unsigned n_wrong = 0;

	read_script(&subject, name);
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		auto_buf got = BUF_NULL;
		char path[PATH_BYTES];

		forms[i].put(&got, subject.analysis);
		assert_int_equal(got.error, 0);
		(void)snprintf(path, sizeof(path), "tests/unit/capture/written/%s.%s",
		    name, forms[i].name);
		n_wrong += !written_is(path, buf_str(&got));
	}
	subject_free(&subject);
	assert_int_equal(n_wrong, 0);
}

static void a_migration_is_written_as_it_was(void **state)
{
	(void)state;
	all_forms_are_as_written("migration");
}

static void failures_are_written_as_they_were(void **state)
{
	(void)state;
	all_forms_are_as_written("failures");
}

static void transfers_are_written_as_they_were(void **state)
{
	(void)state;
	all_forms_are_as_written("transfers");
}

static void what_cannot_be_read_is_written_as_such(void **state)
{
	(void)state;
	all_forms_are_as_written("secrets");
}

/* ---- sessions that are told as they end ---------------------------------------------- */

enum {
	TOLD_MAX = 64
};

struct told {
	struct buf sessions[TOLD_MAX]; /* by id, as JSON */
	size_t n;
};

static void put_session_json(struct buf *out, const struct analysis_session *session)
{
	struct json json = json_writer(out, 1);

	analysis_write_session(session, &json);
}

static void on_ended(void *user, const struct analysis *analysis,
    const struct analysis_session *session)
{
	struct told *told = user;

	(void)analysis;
	assert_in_range(session->id, 1, TOLD_MAX - 1);
	assert_null(told->sessions[session->id].data); /* each once */
	put_session_json(&told->sessions[session->id], session);
	told->n++;
}

static void put_rest(struct buf *out, const struct analysis *analysis)
{
	struct json json = json_writer(out, 1);

	json_object_begin(&json, NULL);
	analysis_write_counts(&analysis->counts, &json);
	analysis_write_rest(analysis, &json);
	json_object_end(&json);
}

/* The sessions and all that follows them are those that are kept otherwise. */
static void is_told_as_it_is_kept(const char *name)
{
	struct subject kept = { .n_sequences = 0 }, ended = { .n_sequences = 0 };
	struct told told = { .n = 0 };
	const struct analysis_options options = { .path = "capture.pcap",
		.ended = on_ended,
		.user = &told };
	auto_buf script = BUF_NULL, want = BUF_NULL, got = BUF_NULL;
	char path[PATH_BYTES];

	(void)snprintf(path, sizeof(path), "tests/unit/capture/written/%s.script",
	    name);
	written_load(&script, path);
	run_script(&kept, name, buf_str(&script));
	run_script_as(&ended, name, buf_str(&script), &options);
	assert_int_equal(told.n, kept.analysis->n_sessions);
	for (size_t i = 0; i < told.n; i++) {
		struct buf *one = &told.sessions[i + 1];

		buf_reset(&want);
		put_session_json(&want, &kept.analysis->sessions[i]);
		assert_string_equal(buf_cstr(one), buf_cstr(&want));
		buf_free(one);
	}
	buf_reset(&want);
	put_rest(&want, kept.analysis);
	put_rest(&got, ended.analysis);
	assert_string_equal(buf_cstr(&got), buf_cstr(&want));
	subject_free(&kept);
	subject_free(&ended);
}

static void sessions_are_told_as_they_are_kept(void **state)
{
	(void)state;
	is_told_as_it_is_kept("migration");
	is_told_as_it_is_kept("failures");
	is_told_as_it_is_kept("secrets");
}

/* ---- reasons ----------------------------------------------------------------------- */

static const struct step_result *first_failed(const struct sequence_result *result)
{
	for (size_t i = 0; i < result->n_steps; i++) {
		if (!result->steps[i].ok && !result->steps[i].is_skipped)
			return &result->steps[i];
	}
	return NULL;
}

/* "NAME: step 4 HTTP, frame 23: why", of a migration where the script names no sequence. */
static void put_reason(struct buf *out, struct str name, struct str script)
{
	struct subject subject = { .n_sequences = 0 };
	const struct step_result *failed;
	const struct sequence_result *result;

	if (str_starts(script, STR("# sequences: ")))
		load_sequences(&subject, script);
	else
		load_sequence(&subject, "acs-migration");
	run_script(&subject, "reasons", script);
	assert_int_equal(subject.analysis->n_sequences, 1);
	result = &subject.analysis->sequences[0];
	failed = first_failed(result);
	buf_printf(out, "%.*s: ", STR_ARG(name));
	if (result->not_judged)
		buf_printf(out, "not judged: %s\n", result->not_judged);
	else if (failed)
		buf_printf(out, "step %u %s, frame %llu: %s\n", failed->step,
		    failed->layer, (unsigned long long)failed->frame, failed->why);
	else
		buf_append_text(out, "held\n");
	subject_free(&subject);
}

static void reasons_of_failures_are_as_written(void **state)
{
	auto_buf scripts = BUF_NULL, out = BUF_NULL;
	struct str rest;
	size_t at;

	(void)state;
	written_load(&scripts, "tests/unit/capture/written/reasons.scripts");
	rest = str_from(buf_str(&scripts), strlen("==== "));
	while (rest.len > 0) {
		struct str name, script = rest;

		if (!str_find(rest, STR("\n==== "), &at))
			at = rest.len;
		script = str_make(rest.p, at);
		name = str_cut(script, '\n', &script);
		put_reason(&out, name, script);
		rest = str_from(rest, MIN(at + strlen("\n==== "), rest.len));
	}
	assert_true(
	    written_is("tests/unit/capture/written/reasons.txt", buf_str(&out)));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_migration_is_written_as_it_was),
		cmocka_unit_test(failures_are_written_as_they_were),
		cmocka_unit_test(transfers_are_written_as_they_were),
		cmocka_unit_test(what_cannot_be_read_is_written_as_such),
		cmocka_unit_test(sessions_are_told_as_they_are_kept),
		cmocka_unit_test(reasons_of_failures_are_as_written),
	};

	written_options(argc, argv);
	return cmocka_run_group_tests(tests, written_enter, NULL);
}
