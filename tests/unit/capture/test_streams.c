/* What is told while a capture is read is what is kept of it otherwise: sessions, devices,
 * findings, failures and counts, with and without a filter, and the lines of ndjson. All
 * captures are those of the scripts of rules. */
#include "tests/unit/written.h"

#include "capture/analysis/analysis.h"
#include "capture/analysis/filter.h"
#include "capture/report/format.h"
#include "capture/report/ladder_crowd.h"
#include "capture/report/ndjson.h"
#include "lib/base/compiler.h"
#include "lib/base/json.h"
#include "tests/support/script_analyse.h"

#include <dirent.h>

enum {
	SESSIONS_MAX = 512,
	LINES_MAX = 32768,
};

struct listener {
	struct buf sessions[SESSIONS_MAX]; /* as JSON, by id */
	struct buf text;
	struct ndjson lines;
};

static void put_session(struct buf *out, const struct analysis_session *session)
{
	struct json json = json_writer(out, 1);

	analysis_write_session(session, &json);
}

static void put_rest(struct buf *out, const struct analysis *analysis)
{
	struct json json = json_writer(out, 1);

	json_object_begin(&json, NULL);
	analysis_write_rest(analysis, &json);
	analysis_write_counts(&analysis->counts, &json);
	json_bool(&json, "ok", analysis->ok);
	json_text(&json, "verdict", analysis_verdict_name(analysis_verdict(analysis)));
	json_object_end(&json);
}

static void on_ended(void *user, const struct analysis *analysis,
    const struct analysis_session *session)
{
	struct listener *listener = user;

	(void)analysis;
	assert_in_range(session->id, 1, SESSIONS_MAX - 1);
	assert_null(listener->sessions[session->id].data); /* each once */
	put_session(&listener->sessions[session->id], session);
	ndjson_put_session(&listener->lines, session);
}

static void on_act(void *user, const struct analysis *analysis,
    const struct analysis_host *host)
{
	struct listener *listener = user;

	(void)analysis;
	ndjson_put_act(&listener->lines, host);
}

static void on_found(void *user, const struct finding *finding)
{
	struct listener *listener = user;

	if (finding->session == 0 || finding->is_late)
		ndjson_put_finding(&listener->lines, finding);
}

static void on_failed(void *user, const struct analysis_failure *failure)
{
	struct listener *listener = user;

	if (failure->session == 0)
		ndjson_put_failure(&listener->lines, failure);
}

static struct analysis *analyse(const char *name, struct str script,
    const struct analysis_options *options)
{
	struct analysis *analysis = NULL;
	struct error err = ERROR_NULL;

	if (script_analyse(name, script, options, NULL, &analysis, &err) < 0)
		fail_msg("%s", err.text);
	return analysis;
}

/* The analysis of what is told to the listener. */
static struct analysis *stream(const char *name, struct str script,
    const struct filter *filter, const struct analysis *known,
    struct listener *listener)
{
	const struct analysis_options options = { .path = "x.pcap",
		.keep_bodies = true,
		.ended = on_ended,
		.act = on_act,
		.found = on_found,
		.failed = on_failed,
		.filter = filter,
		.known = known,
		.user = listener };

	*listener = (struct listener){ .text = BUF_MAX(64 << 20) };
	listener->lines = ndjson_make(&listener->text, 1);
	return analyse(name, script, &options);
}

static void listener_free(struct listener *listener)
{
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		buf_free(&listener->sessions[i]);
	ndjson_free(&listener->lines);
	buf_free(&listener->text);
}

static void assert_same_text(const char *name, const char *what, const struct buf *got,
    const struct buf *want)
{
	struct str a = buf_str(got), b = buf_str(want);

	while (a.len > 0 || b.len > 0) {
		struct str line = str_cut(a, '\n', &a);
		struct str other = str_cut(b, '\n', &b);

		if (!str_eq(line, other))
			fail_msg("%s, %s: \"%.*s\", not \"%.*s\"", name, what,
			    STR_ARG(line), STR_ARG(other));
	}
}

/* ---- sessions and what comes behind them --------------------------------------------- */

static void compare(const char *name, const char *what, const struct analysis *kept,
    const struct analysis *told, struct listener *listener)
{
	auto_buf want = BUF_NULL, got = BUF_NULL;
	size_t n = 0;

	for (size_t i = 0; i < kept->n_sessions; i++) {
		const struct buf *one = &listener->sessions[kept->sessions[i].id];

		buf_reset(&want);
		put_session(&want, &kept->sessions[i]);
		assert_same_text(name, what, one, &want);
	}
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		n += listener->sessions[i].data != NULL;
	assert_int_equal(n, kept->n_sessions);
	buf_reset(&want);
	put_rest(&want, kept);
	put_rest(&got, told);
	assert_same_text(name, what, &got, &want);
}

static const struct {
	enum filter_kind kind;
	const char *value;
} filters[] = {
	{ FILTER_DEVICE, "*1*" },
	{ FILTER_SESSION, "2..3" },
	{ FILTER_METHOD, "GetParameterValues" },
	{ FILTER_EVENT, "BOOTSTRAP" },
	{ FILTER_FAULT, "any" },
	{ FILTER_ADDRESS, "10.0.0.100" },
	{ FILTER_TIME, "+0..+20" },
	{ FILTER_FRAME, "20..40" },
	{ FILTER_METHOD, "Nobody" },
};

static void compare_filtered(const char *name, struct str script, size_t i)
{
	const struct analysis_options options = { .path = "x.pcap",
		.keep_bodies = true },
				      brief = { .path = "x.pcap",
					      .only_findings = true };
	struct analysis *kept = analyse(name, script, &options);
	struct analysis *known =
	    filters[i].kind == FILTER_FRAME ? analyse(name, script, &brief) : NULL;
	struct filter filter = { 0 };
	struct analysis *told;
	struct listener listener;

	assert_int_equal(filter_add(&filter, filters[i].kind, filters[i].value, NULL),
	    0);
	filter_apply(&filter, kept, false);
	told = stream(name, script, &filter, known, &listener);
	compare(name, filters[i].value, kept, told, &listener);
	listener_free(&listener);
	analysis_free(kept);
	analysis_free(known);
	analysis_free(told);
}

/* ---- lines ---------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
	const struct str *x = a, *y = b;
	int r = memcmp(x->p, y->p, MIN(x->len, y->len));

	return r ? r : x->len < y->len ? -1 : x->len > y->len;
}

static size_t sorted_lines(const struct buf *text, struct str lines[LINES_MAX])
{
	struct str rest = buf_str(text);
	size_t n = 0;

	while (rest.len > 0 && n < LINES_MAX)
		lines[n++] = str_cut(rest, '\n', &rest);
	qsort(lines, n, sizeof(*lines), by_text);
	return n;
}

/* All lines of one, and no others. */
static void compare_lines(const char *name, const struct analysis *kept,
    const struct listener *listener)
{
	static struct str got[LINES_MAX], want[LINES_MAX];
	auto_buf text = BUF_MAX(64 << 20);
	size_t n, m;

	format_ndjson(&text, kept);
	n = sorted_lines(&listener->text, got);
	m = sorted_lines(&text, want);
	for (size_t i = 0; i < MIN(n, m); i++) {
		if (!str_eq(got[i], want[i]))
			fail_msg("%s: \"%.*s\", not \"%.*s\"", name, STR_ARG(got[i]),
			    STR_ARG(want[i]));
	}
	assert_int_equal(n, m);
}

/* ---- ladders --------------------------------------------------------------------------- */

static void crowd_ended(void *user, const struct analysis *analysis,
    const struct analysis_session *session)
{
	(void)analysis;
	ladder_crowd_session(user, session);
}

static void crowd_act(void *user, const struct analysis *analysis,
    const struct analysis_host *host)
{
	(void)analysis;
	ladder_crowd_act(user, host);
}

static void crowd_found(void *user, const struct finding *finding)
{
	ladder_crowd_finding(user, finding);
}

static void crowd_failed(void *user, const struct analysis_failure *failure)
{
	ladder_crowd_failure(user, failure);
}

static void compare_ladders(const char *name, struct str script,
    const struct analysis *kept)
{
	auto_cleanup(ladder_crowd_free) struct ladder_crowd *crowd =
	    ladder_crowd_new(LADDERS_MAX, 1);
	const struct ladder_options ladder = { .is_utf8 = true };
	const struct analysis_options options = { .path = "x.pcap",
		.ended = crowd_ended,
		.act = crowd_act,
		.found = crowd_found,
		.failed = crowd_failed,
		.user = crowd };
	auto_buf want = BUF_MAX(64 << 20), got = BUF_MAX(64 << 20);
	struct analysis *second;

	analysis_free(analyse(name, script, &options));
	assert_int_equal(ladder_crowd_choose(crowd), 0);
	second = analyse(name, script, &options);
	ladder_write(&want, kept, &ladder);
	ladder_crowd_write(&got, crowd, second, &ladder);
	assert_same_text(name, "ladders", &got, &want);
	analysis_free(second);
}

/* ---- all scripts ---------------------------------------------------------------------- */

static void compare_script(const char *name, size_t nth)
{
	const struct analysis_options options = { .path = "x.pcap",
		.keep_bodies = true };
	auto_buf script = BUF_NULL;
	struct analysis *kept, *told;
	struct listener listener;
	char path[300];

	(void)snprintf(path, sizeof(path), "tests/rules/%s", name);
	written_load(&script, path);
	kept = analyse(name, buf_str(&script), &options);
	told = stream(name, buf_str(&script), NULL, NULL, &listener);
	compare(name, "all", kept, told, &listener);
	compare_lines(name, kept, &listener);
	compare_ladders(name, buf_str(&script), kept);
	listener_free(&listener);
	analysis_free(kept);
	analysis_free(told);
	compare_filtered(name, buf_str(&script), nth % ARRAY_LEN(filters));
	compare_filtered(name, buf_str(&script), (nth / 2) % ARRAY_LEN(filters));
}

static bool is_script(const char *name)
{
	return strstr(name, ".keep") || strstr(name, ".break");
}

static void what_is_told_is_what_is_kept(void **state)
{
	DIR *folder = opendir("tests/rules");
	const struct dirent *entry;
	size_t n = 0;

	(void)state;
	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		if (is_script(entry->d_name))
			compare_script(entry->d_name, n++);
	}
	(void)closedir(folder);
	assert_true(n > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_told_is_what_is_kept),
	};

	return cmocka_run_group_tests(tests, written_enter, NULL);
}
