/* The search for the most that an ACS carries. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/load/knee.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A step of 8 s behind 2 s that settled, against an ACS that serves so many a second and queues the rest. */
static struct knee_step step_at(double rate, double served)
{
	struct knee_step step = { .rate = rate, .took = 8 * NS_PER_S };

	step.started = (uint64_t)(rate * 8);
	step.offered = step.started;
	step.completed = (uint64_t)(MIN(rate, served) * 8);
	step.open_before = (uint64_t)((rate - MIN(rate, served)) * 2);
	step.open_after = step.open_before + step.started - step.completed;
	return step;
}

static struct knee *search(double served, double first, struct knee_options *options)
{
	struct knee *knee = calloc(1, sizeof(*knee));
	double rate;

	assert_non_null(knee);
	*options = knee_options();
	options->rate_first = first;
	knee_begin(knee, options);
	while (knee_next(knee, &rate)) {
		struct knee_step step = step_at(rate, served);

		knee_take(knee, &step);
	}
	return knee;
}

static void test_limits_are_found_within_a_twentieth(void **state)
{
	static const double limits[] = { 3, 17, 100, 200, 201, 499, 833, 5000 };
	static const double firsts[] = { 1, 10, 64, 700 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		for (size_t j = 0; j < ARRAY_LEN(firsts); j++) {
			struct knee_options options;
			struct knee *knee = search(limits[i], firsts[j], &options);
			struct knee_result result = knee_result(knee);

			assert_true(result.is_found);
			assert_true(fabs(result.rate - limits[i]) <= limits[i] * 0.05);
			assert_int_equal(result.repeats, 3);
			assert_int_equal(result.limit, KNEE_LIMIT_BEHIND);
			assert_true(knee->n_steps < 40);
			free(knee);
		}
	}
}

static void test_the_limit_is_told_in_cpes(void **state)
{
	struct knee_options options;
	struct knee *knee = search(200, 10, &options);
	auto_buf told = BUF_NULL;

	(void)state;
	knee_tell(&told, knee, 300 * NS_PER_S);
	assert_non_null(strstr(buf_cstr(&told), " CPEs at an interval of 300 s ("));
	assert_non_null(strstr(buf_cstr(&told),
	    " in 3 repeats), limited by the ACS, which does not keep up: sessions stay "
	    "open"));
	assert_int_equal(knee_cpes(200, 300 * NS_PER_S), 60000);
	free(knee);
}

static void test_nothing_limits_up_to_the_last_rate(void **state)
{
	struct knee_options options = knee_options();
	struct knee *knee = calloc(1, sizeof(*knee));
	double rate, last = 0;

	(void)state;
	assert_non_null(knee);
	options.rate_max = 55;
	knee_begin(knee, &options);
	for (; knee_next(knee, &rate); last = rate) {
		struct knee_step step = step_at(rate, 1000);

		knee_take(knee, &step);
	}
	assert_true(last == 55.0);
	assert_int_equal(knee_result(knee).limit, KNEE_LIMIT_NOTHING);
	assert_false(knee_result(knee).is_found);
	free(knee);
}

static void take(struct knee *knee, struct knee_step step)
{
	double rate = 0;

	assert_true(knee_next(knee, &rate));
	knee_take(knee, &step);
}

static void test_our_own_limit_is_tried_twice(void **state)
{
	struct knee_options options = knee_options();
	struct knee *knee = calloc(1, sizeof(*knee));
	struct knee_step own = step_at(20, 20);
	double rate;

	(void)state;
	assert_non_null(knee);
	memcpy(own.own, "we were out of descriptors", 27);
	knee_begin(knee, &options);
	take(knee, step_at(10, 1000));
	take(knee, own);
	assert_true(knee_next(knee, &rate) && rate == 20.0);
	take(knee, own);
	assert_false(knee_next(knee, &rate));
	assert_int_equal(knee_result(knee).limit, KNEE_LIMIT_OWN);
	assert_true(knee_result(knee).rate == 10.0);
	assert_string_equal(knee_result(knee).why, "we were out of descriptors");
	knee_take(knee, &own);
	assert_int_equal(knee->n_steps, 3);
	free(knee);
}

static void test_a_limit_that_does_not_hold_again_is_lowered(void **state)
{
	struct knee_options options = knee_options();
	struct knee *knee = calloc(1, sizeof(*knee));
	double rate, failed_at = 0;

	(void)state;
	assert_non_null(knee);
	knee_begin(knee, &options);
	while (knee_next(knee, &rate)) {
		bool fails = knee->state == KNEE_REPEAT && failed_at == 0.0;
		struct knee_step step = step_at(rate, fails ? rate / 2 : 200);

		if (fails)
			failed_at = rate;
		knee_take(knee, &step);
	}
	assert_true(knee_result(knee).rate < failed_at);
	assert_true(knee_result(knee).rate > failed_at * 0.9);
	assert_int_equal(knee_result(knee).repeats, 3);
	free(knee);
}

static void test_steps_are_judged_by_what_was_lost(void **state)
{
	struct knee_options options = knee_options();
	struct knee *knee = calloc(1, sizeof(*knee));
	struct knee_step step = step_at(10, 10);

	(void)state;
	assert_non_null(knee);
	options.p99_max_us = 1000;
	knee_begin(knee, &options);
	step.shed = 5;
	step.completed -= 5;
	knee_take(knee, &step);
	assert_int_equal(knee->steps[0].limit, KNEE_LIMIT_SHED);
	step.failed = 6;
	step.completed -= 6;
	knee_take(knee, &step);
	assert_int_equal(knee->steps[1].limit, KNEE_LIMIT_FAILED);
	step = step_at(10, 10);
	step.p99_us = 1001;
	knee_take(knee, &step);
	assert_int_equal(knee->steps[2].limit, KNEE_LIMIT_SLOW);
	free(knee);
}

/* 100 a second that take 4 s each: 400 are always under way, give or take chance. */
static void test_sessions_under_way_are_no_queue(void **state)
{
	static const struct {
		uint64_t missing;
		bool holds;
	} rows[] = { { 0, true }, { 51, true }, { 52, true }, { 53, false } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct knee_options options = knee_options();
		struct knee *knee = calloc(1, sizeof(*knee));
		struct knee_step step = step_at(100, 100);

		assert_non_null(knee);
		step.open_before = 400;
		step.completed -= rows[i].missing;
		step.open_after = step.open_before + rows[i].missing;
		knee_begin(knee, &options);
		knee_take(knee, &step);
		assert_int_equal(knee->steps[0].holds, rows[i].holds);
		free(knee);
	}
}

static void test_a_dead_acs_ends_the_search(void **state)
{
	struct knee_options options = knee_options();
	struct knee *knee = calloc(1, sizeof(*knee));
	auto_buf told = BUF_NULL;
	double rate;

	(void)state;
	assert_non_null(knee);
	knee_begin(knee, &options);
	while (knee_next(knee, &rate)) {
		struct knee_step step = { .started = 80,
			.failed = 80,
			.took = NS_PER_S,
			.failure = "connection refused" };

		knee_take(knee, &step);
	}
	assert_true(knee->n_steps < 8);
	knee_tell(&told, knee, NS_PER_S);
	assert_string_equal(buf_cstr(&told),
	    "no rate held, limited by something that the lowest rate shows already: "
	    "connection refused");
	free(knee);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits_are_found_within_a_twentieth),
		cmocka_unit_test(test_the_limit_is_told_in_cpes),
		cmocka_unit_test(test_nothing_limits_up_to_the_last_rate),
		cmocka_unit_test(test_our_own_limit_is_tried_twice),
		cmocka_unit_test(test_a_limit_that_does_not_hold_again_is_lowered),
		cmocka_unit_test(test_steps_are_judged_by_what_was_lost),
		cmocka_unit_test(test_sessions_under_way_are_no_queue),
		cmocka_unit_test(test_a_dead_acs_ends_the_search),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
