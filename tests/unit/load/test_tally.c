/* What becomes of sessions, as sums; and over time. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/load/series.h"
#include "lib/load/tally.h"

#include <stdio.h>
#include <stdlib.h>

static struct tally *tally_new(void)
{
	struct tally *tally = calloc(1, sizeof(*tally));

	assert_non_null(tally);
	return tally;
}

static void tally_drop(struct tally *tally)
{
	tally_free(tally);
	free(tally);
}

/* Ten are offered: one CPE is busy, one session each fails, is shed and stays open. */
static struct tally *ten_sessions(void)
{
	struct tally *tally = tally_new();

	for (int i = 0; i < 10; i++)
		tally_offer(tally, i == 9);
	tally_skip(tally, TALLY_SKIP_BUSY);
	for (uint64_t i = 0; i < 9; i++)
		tally_start(tally, i * 100);
	for (uint64_t i = 0; i < 6; i++)
		tally_complete(tally, 2000 + i, 1000 + i);
	tally_fail(tally, TALLY_LAYER_TCP, "connection refused");
	tally_shed(tally, 60);
	tally_set_open(tally, 1);
	return tally;
}

static void test_sums_hold(void **state)
{
	struct tally *tally = ten_sessions();
	auto_buf why = BUF_NULL;

	(void)state;
	assert_true(tally_adds_up(tally, &why));
	assert_int_equal(why.len, 0);
	assert_int_equal(tally->retried, 1);
	assert_int_equal(tally_skipped(tally), 1);
	assert_int_equal(tally->failed_by[TALLY_LAYER_TCP], 1);
	assert_int_equal(tally->longest_wait_s, 60);
	assert_int_equal(tally->lateness.max_us, 800);
	assert_int_equal(tally->phases[TALLY_SESSION].latency.total, 6);
	assert_int_equal(tally->phases[TALLY_SESSION].steps[TALLY_EXPECTED], 6);
	tally_drop(tally);
}

static void test_what_is_missing_is_told(void **state)
{
	struct tally *tally = ten_sessions();
	auto_buf why = BUF_NULL;

	(void)state;
	tally_set_open(tally, 0);
	tally->skipped[TALLY_SKIP_ENDED] = 2;
	assert_false(tally_adds_up(tally, &why));
	assert_string_equal(buf_cstr(&why),
	    "offered 10 is not started 9 + not started 3: 2 too many\n"
	    "started 9 is not completed 6 + failed 1 + shed 1 + open 0: 1 missing\n");
	tally_drop(tally);
}

static void test_shards_add_up(void **state)
{
	struct tally *a = ten_sessions(), *b = ten_sessions();
	auto_buf why = BUF_NULL;

	(void)state;
	tally_fail(b, TALLY_LAYER_TLS, "alert unknown_ca");
	tally_reach(b, TALLY_REACH_UNHEARD, true);
	tally_shed(b, -1);
	b->started += 2;
	b->offered += 2;
	tally_merge(a, b);
	assert_true(tally_adds_up(a, &why));
	assert_int_equal(a->offered, 22);
	assert_int_equal(a->open, 2);
	assert_int_equal(a->reached[TALLY_REACH_UNHEARD], 1);
	assert_int_equal(a->moved, 1);
	assert_int_equal(a->shed, 3);
	assert_int_equal(a->shed_without_wait, 1);
	assert_int_equal(a->phases[TALLY_SESSION].service.total, 12);
	assert_int_equal(a->n_failures, 2);
	assert_int_equal(a->failures[0].count, 2);
	assert_string_equal(a->failures[1].reason, "alert unknown_ca");
	tally_drop(a);
	tally_drop(b);
}

static void test_reasons_are_counted_up_to_a_bound(void **state)
{
	struct tally *tally = tally_new(), *other = tally_new();
	char reason[200];

	(void)state;
	for (int i = 0; i < TALLY_FAILURES_MAX; i++) {
		(void)snprintf(reason, sizeof(reason), "reason %d", i);
		tally_fail(tally, TALLY_LAYER_HTTP, reason);
	}
	assert_int_equal(tally->other_failures, 0);
	tally_fail(tally, TALLY_LAYER_HTTP, "one more");
	tally_fail(tally, TALLY_LAYER_SOAP, "reason 0");
	tally_fail(tally, TALLY_LAYER_HTTP, "reason 0");
	assert_int_equal(tally->n_failures, TALLY_FAILURES_MAX);
	assert_int_equal(tally->other_failures, 2);
	assert_int_equal(tally->failures[0].count, 2);

	memset(reason, 'x', sizeof(reason) - 1);
	reason[sizeof(reason) - 1] = '\0';
	tally_fail(other, TALLY_LAYER_HTTP, reason);
	tally_fail(other, TALLY_LAYER_HTTP, reason);
	assert_int_equal(other->n_failures, 1);
	assert_true(strlen(other->failures[0].reason) < TALLY_REASON_MAX);
	tally_merge(tally, other);
	assert_int_equal(tally->other_failures, 4);
	assert_int_equal(tally->failed, TALLY_FAILURES_MAX + 5);
	tally_drop(tally);
	tally_drop(other);
}

static void test_phases_go_by_their_names(void **state)
{
	(void)state;
	for (unsigned i = 0; i < TALLY_PHASES; i++)
		assert_int_equal(tally_phase_find(str_of(tally_phase_name(i))), i);
	assert_int_equal(tally_phase_find(STR("getparametervalues")),
	    tally_phase_rpc(CWMP_GET_PARAMETER_VALUES));
	assert_string_equal(tally_phase_name(tally_phase_rpc(CWMP_INFORM)), "Inform");
	assert_int_equal(tally_phase_find(STR("sessions")), -1);
	assert_int_equal(tally_phase_find(STR("")), -1);
	assert_non_null(tally_phase_title(TALLY_DNS));
	assert_null(tally_phase_title(tally_phase_rpc(CWMP_INFORM)));
}

static void test_recent_sessions_are_those_since_the_last_look(void **state)
{
	struct tally *tally = ten_sessions();

	(void)state;
	assert_int_equal(tally->recent.total, 6);
	tally_recent_reset(tally);
	tally_complete(tally, 5, 5);
	assert_int_equal(tally->recent.total, 1);
	assert_int_equal(tally->phases[TALLY_SESSION].latency.total, 7);
	tally_drop(tally);
}

/* ---- over time ------------------------------------------------------------------------ */

static struct series *series_new(void)
{
	struct series *series = calloc(1, sizeof(*series));

	assert_non_null(series);
	return series;
}

static struct series_point point(uint64_t started, uint64_t open, uint64_t p99_us)
{
	return (struct series_point){ .started = started,
		.open = open,
		.p99_us = p99_us,
		.states = { [SERIES_IDLE] = 10 } };
}

static void test_seconds_without_news_stand_still(void **state)
{
	struct series *series = series_new();
	struct series_point p = point(5, 2, 100);

	(void)state;
	series_add(series, 0, &p);
	series_add(series, 3, &p);
	assert_int_equal(series->len, 4);
	assert_int_equal(series->points[1].started, 0);
	assert_int_equal(series->points[2].open, 2);
	assert_int_equal(series->points[2].states[SERIES_IDLE], 10);
	assert_int_equal(series->points[3].started, 5);
	series_add(series, UINT64_MAX, &p);
	assert_int_equal(series->len, 4);
	free(series);
}

static void test_a_long_run_has_longer_points(void **state)
{
	struct series *series = series_new();
	uint64_t started = 0, n = 5 * SERIES_POINTS_MAX + 7;

	(void)state;
	for (uint64_t i = 0; i < n; i++) {
		struct series_point p = point(1, i, i == 100 ? 999 : 10);

		series_add(series, i, &p);
	}
	assert_int_equal(series->seconds, 8);
	assert_int_equal(series->len, (n + 7) / 8);
	for (size_t i = 0; i < series->len; i++)
		started += series->points[i].started;
	assert_int_equal(started, n);
	assert_int_equal(series->points[100 / 8].p99_us, 999);
	assert_int_equal(series->points[0].open, 7);
	free(series);
}

static void test_the_last_second_of_the_first_kind(void **state)
{
	struct series *series = series_new();
	struct series_point p = point(1, 1, 1);

	(void)state;
	series_add(series, SERIES_POINTS_MAX - 1, &p);
	assert_int_equal(series->seconds, 1);
	assert_int_equal(series->len, SERIES_POINTS_MAX);
	series_add(series, SERIES_POINTS_MAX, &p);
	assert_int_equal(series->seconds, 2);
	assert_int_equal(series->len, SERIES_POINTS_MAX / 2 + 1);
	free(series);
}

static void test_series_of_shards_add_up(void **state)
{
	struct series *a = series_new(), *b = series_new();
	struct series_point p = point(1, 3, 50), q = point(2, 4, 70);

	(void)state;
	for (uint64_t i = 0; i < 10; i++)
		series_add(a, i, &p);
	for (uint64_t i = 0; i < SERIES_POINTS_MAX + 2; i++)
		series_add(b, i, &q);
	series_merge(a, b);
	assert_int_equal(a->seconds, 2);
	assert_int_equal(a->len, b->len);
	assert_int_equal(a->points[0].started, 2 + 4);
	assert_int_equal(a->points[0].open, 7);
	assert_int_equal(a->points[0].p99_us, 70);
	assert_int_equal(a->points[0].states[SERIES_IDLE], 20);
	assert_int_equal(a->points[5].started, 4);
	series_merge(b, a);
	assert_int_equal(b->points[0].started, 10);
	free(a);
	free(b);
}

/* 1,000 CPEs: a power cut in second 5, all on again in 9, the last retry in 14. */
static struct series *after_a_storm(void)
{
	static const uint64_t away[] = { 0, 0, 2, 0, 0, 0, 900, 900, 900, 400, 300, 200,
		100, 50, 1, 0 };
	static const uint64_t open[] = { 5, 9, 5, 5, 5, 5, 0, 0, 0, 300, 200, 200, 100,
		50, 30, 9 };
	struct series *series = series_new();

	for (uint64_t i = 0; i < ARRAY_LEN(away); i++) {
		struct series_point p = { .open = open[i] };

		p.states[i < 9 ? SERIES_OFF : SERIES_WAITING] = away[i];
		p.states[SERIES_IDLE] = 1000 - away[i];
		series_add(series, i, &p);
	}
	return series;
}

static void test_a_storm_is_over_when_all_is_as_before(void **state)
{
	struct series *series = after_a_storm();

	(void)state;
	assert_int_equal(series_recovery(series, 5), 10);
	assert_int_equal(series_recovery(series, 15), 0);
	assert_int_equal(series_recovery(series, 16), 0);
	series->len = 15; /* sessions are still open */
	assert_int_equal(series_recovery(series, 5), UINT64_MAX);
	series->len = 6;
	assert_int_equal(series_recovery(series, 5), 0);
	free(series);
}

/* 100 of 1,000 CPEs come for the first time in each second; in seconds 3 and 4 50 wait to try
 * anew. */
static void test_those_who_have_yet_to_come_hide_no_storm(void **state)
{
	struct series *series = series_new();

	(void)state;
	for (uint64_t i = 0; i < 10; i++) {
		struct series_point p = { .yet_to_come = 1000 - 100 * i };

		p.states[SERIES_OFF] = p.yet_to_come + (i == 4);
		p.states[SERIES_WAITING] = i == 3 || i == 4 ? 50 : 0;
		p.states[SERIES_IDLE] = 1000 - p.states[SERIES_OFF];
		series_add(series, i, &p);
	}
	assert_int_equal(series_recovery(series, 3), 2);
	series->points[9].states[SERIES_OFF] += 3; /* these are off again */
	assert_int_equal(series_recovery(series, 6), UINT64_MAX);
	free(series);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sums_hold),
		cmocka_unit_test(test_what_is_missing_is_told),
		cmocka_unit_test(test_shards_add_up),
		cmocka_unit_test(test_reasons_are_counted_up_to_a_bound),
		cmocka_unit_test(test_phases_go_by_their_names),
		cmocka_unit_test(test_recent_sessions_are_those_since_the_last_look),
		cmocka_unit_test(test_seconds_without_news_stand_still),
		cmocka_unit_test(test_a_long_run_has_longer_points),
		cmocka_unit_test(test_the_last_second_of_the_first_kind),
		cmocka_unit_test(test_series_of_shards_add_up),
		cmocka_unit_test(test_a_storm_is_over_when_all_is_as_before),
		cmocka_unit_test(test_those_who_have_yet_to_come_hide_no_storm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
