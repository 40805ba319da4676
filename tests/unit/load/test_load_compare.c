/* Two results beside each other: when a difference is one. */
#include "tests/unit/load/one_result.h"

#include "lib/base/compiler.h"
#include "lib/load/report/compare.h"

#include <math.h>

/* Runs whose p99 is as given (milliseconds), all else equal. */
static void runs_make(struct load_result *result, struct result_run *runs,
    const uint64_t *p99_ms, size_t n)
{
	memset(result, 0, sizeof(*result));
	for (size_t i = 0; i < n; i++) {
		runs[i] = (struct result_run){ .started = 1000,
			.completed = 1000,
			.took_us = 1000000 };
		runs[i].latency.p99_us = p99_ms[i] * 1000;
	}
	result->runs = runs;
	result->n_runs = n;
}

static const struct compare_row *row_of(const struct compare *compare, const char *name)
{
	for (size_t i = 0; i < compare->n; i++) {
		if (strcmp(compare->rows[i].name, name) == 0)
			return &compare->rows[i];
	}
	fail_msg("no row %s", name);
	return NULL;
}

/* 10 to 14: mean 12, deviation 1.5811, t(4) 2.776, so +- 1.963. 20 to 24 are 22. Welch: 10 beyond
 * t(8) 2.306 x 1.0. */
static void test_intervals_are_those_of_student(void **state)
{
	static const uint64_t a[] = { 10, 11, 12, 13, 14 },
			      b[] = { 20, 21, 22, 23, 24 };
	struct load_result x, y;
	struct result_run runs[2][5];
	struct compare compare;
	const struct compare_row *row;

	(void)state;
	runs_make(&x, runs[0], a, 5);
	runs_make(&y, runs[1], b, 5);
	compare = compare_make(&x, &y);
	row = row_of(&compare, "session.p99");
	assert_true(fabs(row->a.mean - 12000) < 1e-6);
	assert_true(fabs(row->a.half - 1963) < 1);
	assert_true(fabs(row->ratio - 22.0 / 12.0) < 1e-9);
	assert_int_equal(row->sign, COMPARE_WORSE);
	compare = compare_make(&y, &x);
	assert_int_equal(row_of(&compare, "session.p99")->sign, COMPARE_BETTER);
	assert_int_equal(row_of(&compare, "completed-rate")->sign, COMPARE_SAME);
	assert_true(row_of(&compare, "failed")->ratio < 0);
}

static void test_what_overlaps_is_the_same(void **state)
{
	static const uint64_t a[] = { 10, 11, 12, 13, 14 },
			      b[] = { 12, 13, 14, 15, 16 };
	static const uint64_t c[] = { 13, 14, 15, 16, 17 };
	struct load_result x, y;
	struct result_run runs[2][5];
	struct compare compare;

	(void)state;
	/* 2 apart is within 2.306, 3 is beyond. */
	runs_make(&x, runs[0], a, 5);
	runs_make(&y, runs[1], b, 5);
	compare = compare_make(&x, &y);
	assert_int_equal(row_of(&compare, "session.p99")->sign, COMPARE_SAME);
	runs_make(&y, runs[1], c, 5);
	compare = compare_make(&x, &y);
	assert_int_equal(row_of(&compare, "session.p99")->sign, COMPARE_WORSE);
}

static void test_one_run_proves_nothing(void **state)
{
	static const struct screen plain = { .width = 0 };
	auto_buf text = BUF_NULL, json = BUF_NULL;
	struct one_result one;
	struct load_result other;
	struct compare compare;

	(void)state;
	one_result_make(&one);
	one.result.n_runs = 0;
	other = one.result;
	other.cpes = 5;
	compare = compare_make(&one.result, &other);
	assert_int_equal(row_of(&compare, "session.p99")->sign, COMPARE_UNKNOWN);
	assert_true(row_of(&compare, "session.p99")->a.half < 0);
	assert_true(row_of(&compare, "session.p99")->ratio == 1.0);
	compare_put_text(&text, &compare, "a.json", "b.json", &plain);
	assert_non_null(strstr(buf_cstr(&text), "note: the numbers of CPEs differ\n"));
	assert_non_null(strstr(buf_cstr(&text), "note: one run on a side is no proof"));
	assert_non_null(strstr(buf_cstr(&text), "101.345"));
	compare_put_json(&json, &compare, "a.json", "b.json");
	assert_int_equal(json.error, 0);
	assert_non_null(strstr(buf_cstr(&json), "\"plus_minus\": null"));
	one_result_free(&one);
}

static void test_quantiles_of_student(void **state)
{
	(void)state;
	assert_true(fabs(compare_t(1) - 12.706) < 1e-9);
	assert_true(fabs(compare_t(0) - 12.706) < 1e-9);
	assert_true(fabs(compare_t(30) - 2.042) < 1e-3);
	assert_true(fabs(compare_t(60) - 2.000) < 1e-3);
	assert_true(fabs(compare_t(120) - 1.980) < 1e-3);
	assert_true(fabs(compare_t(1e9) - 1.960) < 1e-3);
	for (double d = 1; d < 40; d += 0.1)
		assert_true(compare_t(d + 0.1) <= compare_t(d));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_intervals_are_those_of_student),
		cmocka_unit_test(test_what_overlaps_is_the_same),
		cmocka_unit_test(test_one_run_proves_nothing),
		cmocka_unit_test(test_quantiles_of_student),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
