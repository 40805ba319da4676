/* Results of load tests: written in each format with equal numbers, and read back. */
#include "tests/unit/load/one_result.h"

#include "lib/base/compiler.h"
#include "lib/load/number.h"

#include <stdio.h>

/* One numeric field of the JSON by a path such as "latency", "session", "p99_ms". */
static struct str json_field(const struct conf_doc *doc, const char *a, const char *b,
    const char *c)
{
	const struct conf_node *node = conf_get(doc->root, a);

	node = node && b ? conf_get(node, b) : node;
	node = node && c ? conf_get(node, c) : node;
	assert_non_null(node);
	return node->text;
}

static struct conf_doc *json_of(const struct one_result *one)
{
	struct conf_doc *doc = NULL;
	struct error err = ERROR_NULL;
	auto_buf json = BUF_NULL;

	result_put_json(&json, &one->result);
	assert_int_equal(json.error, 0);
	assert_int_equal(conf_parse("a.json", buf_str(&json), &doc, &err), 0);
	return doc;
}

static void has(const struct buf *text, const char *fmt, ...)
{
	char wanted[512];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(wanted, sizeof(wanted), fmt, args);
	va_end(args);
	if (!str_find(buf_str(text), str_of(wanted), NULL))
		fail_msg("no \"%s\" in it", wanted);
}

static void test_the_json_has_what_scripts_rely_on(void **state)
{
	static const char *const keys[] = { "verdict", "why", "offered", "started",
		"completed", "failed", "shed", "open", "latency", "service" };
	static const char *const fields[] = { "p50_ms", "p90_ms", "p99_ms", "p999_ms",
		"max_ms", "count" };
	struct one_result one;
	struct conf_doc *doc;

	(void)state;
	one_result_make(&one);
	doc = json_of(&one);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		assert_non_null(conf_get(doc->root, keys[i]));
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		(void)json_field(doc, "latency", "session", fields[i]);
	assert_true(str_is(json_field(doc, "verdict", NULL, NULL), "FAIL"));
	assert_true(str_is(json_field(doc, "exit", NULL, NULL), "1"));
	assert_true(str_is(json_field(doc, "offered", NULL, NULL), "100"));
	assert_true(str_is(json_field(doc, "not_started", "busy", NULL), "1"));
	assert_true(str_is(json_field(doc, "failed_by", "TCP", NULL), "4"));
	assert_true(str_is(json_field(doc, "latency", "session", "max_ms"), "101.345"));
	assert_true(str_is(json_field(doc, "service", "Inform", "p50_ms"), "2.000"));
	assert_true(str_is(json_field(doc, "steps", "Inform", "timed_out"), "1"));
	assert_true(str_is(json_field(doc, "recovery_ms", NULL, NULL), "5432.100"));
	assert_int_equal(conf_get(conf_get(doc->root, "series"), "p99_ms")->len, 10);
	conf_free(doc);
	one_result_free(&one);
}

static const char *const point_of_phase[] = { "latency", "service" };

/* Every number of every phase, and every count, in all three. */
static void test_json_csv_and_html_hold_equal_numbers(void **state)
{
	static const char *const fields[] = { "count", "min_ms", "mean_ms", "p50_ms",
		"p90_ms", "p95_ms", "p99_ms", "p999_ms", "p9999_ms", "max_ms" };
	static const char *const counts[] = { "offered", "retried", "started",
		"completed", "failed", "shed", "open" };
	auto_buf csv = BUF_NULL, html = BUF_NULL, row = BUF_NULL;
	struct one_result one;
	struct conf_doc *doc;

	(void)state;
	one_result_make(&one);
	doc = json_of(&one);
	result_put_csv(&csv, &one.result);
	result_put_html(&html, &one.result);
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		struct str value = json_field(doc, counts[i], NULL, NULL);

		has(&csv, "\r\nsessions,,%s,%.*s\r\n", counts[i], STR_ARG(value));
		has(&html, "<tr><td>%s</td><td>%.*s</td></tr>", counts[i],
		    STR_ARG(value));
	}
	for (size_t i = 0; i < one.result.n_phases * 2; i++) {
		const char *name = tally_phase_name(one.result.phases[i / 2].phase);

		buf_reset(&row);
		for (size_t j = 0; j < ARRAY_LEN(fields); j++) {
			struct str value =
			    json_field(doc, point_of_phase[i % 2], name, fields[j]);

			has(&csv, "\r\n%s,%s,%s,%.*s\r\n", point_of_phase[i % 2], name,
			    fields[j], STR_ARG(value));
			buf_printf(&row, "<td>%.*s</td>", STR_ARG(value));
		}
		has(&html, "<tr><td>%s</td><td>%s</td>%s</tr>", name,
		    point_of_phase[i % 2], buf_cstr(&row));
	}
	conf_free(doc);
	one_result_free(&one);
}

static void test_the_json_is_read_back(void **state)
{
	struct one_result one;
	struct conf_doc *doc;
	struct error err = ERROR_NULL;
	struct load_result read;
	auto_buf again = BUF_NULL;

	(void)state;
	one_result_make(&one);
	doc = json_of(&one);
	assert_int_equal(result_read(&read, doc, &err), 0);
	assert_string_equal(read.name, "evening");
	assert_string_equal(read.arrival, "100/s <even>");
	assert_null(read.ended_early);
	assert_int_equal(read.verdict, VERDICT_FAIL);
	assert_int_equal(read.n_why, 1);
	assert_string_equal(read.why[0], one.result.why[0]);
	assert_int_equal(read.interval, 300 * NS_PER_S);
	assert_int_equal(read.started, one.result.started);
	assert_int_equal(read.n_phases, one.result.n_phases);
	for (size_t i = 0; i < read.n_phases; i++) {
		assert_int_equal(read.phases[i].phase, one.result.phases[i].phase);
		assert_memory_equal(&read.phases[i].latency,
		    &one.result.phases[i].latency, sizeof(read.phases[i].latency));
		assert_memory_equal(&read.phases[i].service,
		    &one.result.phases[i].service, sizeof(read.phases[i].service));
	}
	assert_int_equal(read.recovery_us, 5432100);
	assert_int_equal(read.n_runs, 2);
	assert_memory_equal(&read.runs[1], &one.result.runs[1], sizeof(read.runs[1]));
	assert_memory_equal(&read.own, &one.result.own, sizeof(read.own));
	result_put_json(&again, &read);
	assert_int_equal(again.error, 0);
	conf_free(doc);
	one_result_free(&one);
}

static void test_what_is_no_result_is_told_with_its_place(void **state)
{
	static const struct {
		const char *text, *told;
	} rows[] = {
		{ "[]", "a.json:1:1: error: this is no result of a load test" },
		{ "{\"kind\": \"x\"}",
		    "a.json:1:10: error: this is no result of a load test" },
		{ "{\"kind\": \"cwmplab-load\"}",
		    "a.json:1:1: error: \"version\" is missing: this is no result of a "
		    "load test" },
		{ "{\"kind\": \"cwmplab-load\", \"version\": 2}",
		    "a.json:1:37: error: a \"version\" that this program does not know" },
		{ "{\"kind\": \"cwmplab-load\", \"version\": \"1\"}",
		    "a.json:1:37: error: \"version\" is no whole number" },
		{ "{\"kind\": \"cwmplab-load\", \"version\": 1, \"name\": []}",
		    "a.json:1:48: error: \"name\" is no single value" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct conf_doc *doc = NULL;
		struct error err = ERROR_NULL;
		struct load_result read;

		assert_int_equal(conf_parse("a.json", str_of(rows[i].text), &doc, &err),
		    0);
		assert_int_equal(result_read(&read, doc, &err), ERR_CONFIG);
		assert_true(str_starts(str_of(err.text), str_of(rows[i].told)));
		conf_free(doc);
	}
}

static void test_strangers_words_are_no_markup_and_no_columns(void **state)
{
	auto_buf csv = BUF_NULL, html = BUF_NULL;
	struct one_result one;

	(void)state;
	one_result_make(&one);
	result_put_csv(&csv, &one.result);
	result_put_html(&html, &one.result);
	has(&csv, "\r\nfailures,TCP,\"refused, \"\"really\"\" <b>\",4\r\n");
	has(&html, "refused, &quot;really&quot; &lt;b&gt;");
	assert_false(str_find(buf_str(&html), STR("<b>"), NULL));
	assert_false(str_find(buf_str(&html), STR("<script"), NULL));
	assert_false(str_find(buf_str(&html), STR("http://www"), NULL));
	one_result_free(&one);
}

static void test_the_summary_says_it_in_words(void **state)
{
	static const struct screen plain = { .width = 0, .is_utf8 = true };
	auto_buf text = BUF_NULL;
	struct one_result one;

	(void)state;
	one_result_make(&one);
	result_put_text(&text, &one.result, &plain);
	has(&text, "evening  1,000 CPEs of generic-181 against http://192.0.2.1:7547/  "
		   "10.0 s  100/s <even>\n  seed 7\n");
	has(&text,
	    "  sessions  100 offered  99 started  90 completed  6 failed  2 shed  "
	    "1 open\n  a second  10.000 offered  9.900 started  9.000 "
	    "completed\n");
	has(&text, "  not started: 1, the CPE was still in the session before\n");
	has(&text,
	    "  explained: ACS: -3 sessions, -3 failed: nothing could be said in them\n"
	    "  explained: ACS: +1 failed, -1 open: open as the run ended, and over for "
	    "the other since\n"
	    "  explained: ACS: -2 sessions, -2 failed: sent, and never read: the ACS or "
	    "the CPE was gone (4 at most)\n"
	    "  accounts differ: failed: fleet 6, ACS 1: 1 fewer than is explained\n");
	has(&text, "  Inform: 1 as expected, 0 otherwise, 1 timed out\n");
	has(&text, "           4  TCP   refused, \"really\" <b>\n");
	has(&text, "  shed: 503, Retry-After up to 60 s, 1 without it\n");
	has(&text, "  FAILED  session.p99 is 101.345 ms, not <50ms\n");
	has(&text, "\nFAIL  session.p99 is 101.345 ms, not <50ms\n");
	has(&text, "  recovered after 5.43 s\n");
	one.result.recovery_us = UINT64_MAX;
	buf_reset(&text);
	result_put_text(&text, &one.result, &plain);
	has(&text, "  not recovered by the end\n");
	one_result_free(&one);
}

/* That nobody has counted beside the fleet is no difference, and hides no account that agrees. */
static void test_an_account_that_is_missing_is_no_difference(void **state)
{
	static const struct screen plain = { .width = 0, .is_utf8 = true };
	auto_buf text = BUF_NULL, csv = BUF_NULL, html = BUF_NULL;
	struct tally_account capture;
	struct one_result one;
	struct result_source source;
	struct conf_doc *doc;

	(void)state;
	one_result_make(&one);
	source = one_result_source(&one);
	capture = tally_account(one.tally);
	(void)snprintf(capture.who, sizeof(capture.who), "capture");
	capture.sees_packets = true;
	source.accounts = &capture;
	source.no_acs = "it was <started> anew";
	assert_int_equal(result_make(&one.result, &one.arena, &source), 0);
	assert_int_equal(one.result.n_differences, 0);
	result_put_text(&text, &one.result, &plain);
	has(&text, "  no account of the ACS: it was <started> anew\n"
		   "  accounts agree: fleet and capture\n");
	assert_false(str_find(buf_str(&text), STR("accounts differ"), NULL));
	result_put_csv(&csv, &one.result);
	has(&csv, "\r\naccounts,ACS,none,it was <started> anew\r\n");
	result_put_html(&html, &one.result);
	has(&html, "<h2>No account of the ACS</h2>");
	has(&html, "it was &lt;started&gt; anew");
	doc = json_of(&one);
	assert_true(str_is(json_field(doc, "no_account_of_acs", NULL, NULL),
	    "it was <started> anew"));
	conf_free(doc);
	one_result_free(&one);
}

static void test_prometheus_gets_counters_and_summaries(void **state)
{
	auto_buf text = BUF_NULL;
	struct one_result one;

	(void)state;
	one_result_make(&one);
	result_put_prometheus(&text, &(struct result_live){ .tally = one.tally,
					 .own = &one.own,
					 .now = &one.series->points[9],
					 .cpes = 1000,
					 .rate_wanted = 100.5 });
	has(&text, "# TYPE cwmplab_sessions_offered_total counter\n"
		   "cwmplab_sessions_offered_total 100\n");
	has(&text, "\ncwmplab_rate_wanted 100.500\n");
	has(&text, "\ncwmplab_sessions_failed_total{layer=\"TCP\"} 4\n");
	has(&text,
	    "\ncwmplab_latency_seconds{phase=\"session\",quantile=\"1\"} 0.101345\n");
	has(&text, "\ncwmplab_service_seconds_count{phase=\"Inform\"} 1\n");
	has(&text, "\ncwmplab_cpes_in_state{state=\"idle\"} 990\n");
	one_result_free(&one);
}

static void test_times_have_three_digits(void **state)
{
	static const struct {
		uint64_t us;
		const char *text;
	} rows[] = { { 0, "0 us" }, { 999, "999 us" }, { 1000, "1.00 ms" },
		{ 9994, "9.99 ms" }, { 9995, "10.0 ms" }, { 99949, "99.9 ms" },
		{ 99950, "100 ms" }, { 999499, "999 ms" }, { 999500, "1.00 s" },
		{ 59990000, "60.0 s" }, { 599999999, "600 s" },
		{ 600000000, "10.0 min" } };
	char text[RESULT_NUMBER_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(result_time(rows[i].us, text), rows[i].text);
	assert_string_equal(result_ms(612000, text), "612.000");
	assert_string_equal(result_rate(5, 0, text), "0.000");
	assert_string_equal(result_rate(833, 1000000, text), "833.000");
	assert_string_equal(number_thousands(999, text), "999");
	assert_string_equal(number_thousands(UINT64_MAX, text),
	    "18,446,744,073,709,551,615");
}

static void test_a_run_of_nothing_is_written_too(void **state)
{
	static const struct screen plain = { .width = 80 };
	struct tally *tally = calloc(1, sizeof(*tally));
	auto_buf json = BUF_NULL, csv = BUF_NULL, html = BUF_NULL, text = BUF_NULL;
	auto_arena arena = ARENA_NULL;
	struct load_result result, read;
	struct conf_doc *doc = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_non_null(tally);
	assert_int_equal(result_make(&result, &arena,
			     &(struct result_source){ .tally = tally }),
	    0);
	result_put_json(&json, &result);
	result_put_csv(&csv, &result);
	result_put_html(&html, &result);
	result_put_text(&text, &result, &plain);
	assert_int_equal(json.error | csv.error | html.error | text.error, 0);
	assert_int_equal(conf_parse("a.json", buf_str(&json), &doc, &err), 0);
	assert_int_equal(result_read(&read, doc, &err), 0);
	assert_null(read.name);
	conf_free(doc);
	free(tally);
}

/* Nobody wants an empty chart of versions. */
static void test_the_curve_of_versions_is_drawn_where_there_is_one(void **state)
{
	static const char title[] = "CPEs that run a new image";
	struct one_result one;

	(void)state;
	one_result_make(&one);
	for (unsigned i = 0; i < 2; i++) {
		auto_buf html = BUF_NULL;

		result_put_html(&html, &one.result);
		assert_int_equal(str_find(buf_str(&html), str_of(title), NULL), i > 0);
		one.result.points[one.result.n_points - 1].states[SERIES_UPDATED] = 1;
	}
	one_result_free(&one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_json_has_what_scripts_rely_on),
		cmocka_unit_test(test_json_csv_and_html_hold_equal_numbers),
		cmocka_unit_test(
		    test_the_curve_of_versions_is_drawn_where_there_is_one),
		cmocka_unit_test(test_the_json_is_read_back),
		cmocka_unit_test(test_what_is_no_result_is_told_with_its_place),
		cmocka_unit_test(test_strangers_words_are_no_markup_and_no_columns),
		cmocka_unit_test(test_the_summary_says_it_in_words),
		cmocka_unit_test(test_an_account_that_is_missing_is_no_difference),
		cmocka_unit_test(test_prometheus_gets_counters_and_summaries),
		cmocka_unit_test(test_times_have_three_digits),
		cmocka_unit_test(test_a_run_of_nothing_is_written_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
