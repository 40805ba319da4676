/* Schedules: when the k-th session is to begin. */
#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/base/compiler.h"
#include "lib/load/arrival.h"

#include <math.h>
#include <stdlib.h>

#define MS NS_PER_MS
#define S  NS_PER_S

/* Roots and quotients are exact to a microsecond here. */
static void assert_near(clock_ns seen, clock_ns wanted)
{
	assert_in_range(seen - wanted + 1000, 0, 2000);
}

static void test_a_constant_rate_is_even(void **state)
{
	struct arrival_plan plan = arrival_constant(200, 0);

	(void)state;
	assert_int_equal(arrival_at(&plan, 0), 0);
	assert_near(arrival_at(&plan, 1), 5 * MS);
	assert_near(arrival_at(&plan, 200), S);
	assert_near(arrival_at(&plan, 720000), 3600 * S);
	assert_int_equal(arrival_length(&plan), INT64_MAX);
	assert_true(arrival_rate(&plan, 1000 * S) == 200.0);
}

static void test_a_stage_ends_before_the_start_at_its_end(void **state)
{
	struct arrival_plan plan = arrival_constant(10, S);

	(void)state;
	assert_near(arrival_at(&plan, 9), 900 * MS);
	assert_int_equal(arrival_at(&plan, 10), INT64_MAX);
	assert_true(arrival_rate(&plan, S - 1) == 10.0);
	assert_true(arrival_rate(&plan, S) == 0.0);
	plan.limit = 3;
	assert_near(arrival_at(&plan, 2), 200 * MS);
	assert_int_equal(arrival_at(&plan, 3), INT64_MAX);
}

/* 0 to 100 a second in 10 s: 5 t^2 of them at t, 500 in all. */
static void test_a_ramp_grows_with_the_square_of_time(void **state)
{
	struct arrival_plan plan = arrival_ramp(0, 100, 10 * S);

	(void)state;
	assert_int_equal(arrival_at(&plan, 0), 0);
	assert_near(arrival_at(&plan, 5), S);
	assert_near(arrival_at(&plan, 20), 2 * S);
	assert_near(arrival_at(&plan, 125), 5 * S);
	assert_near(arrival_at(&plan, 405), 9 * S);
	assert_int_equal(arrival_at(&plan, 500), INT64_MAX);
	assert_true(fabs(arrival_expected(&plan, 10 * S) - 500) < 1e-9);
	assert_true(fabs(arrival_expected(&plan, 60 * S) - 500) < 1e-9);
}

static void test_a_ramp_goes_down_too(void **state)
{
	struct arrival_plan plan = arrival_ramp(100, 0, 10 * S);

	(void)state;
	assert_near(arrival_at(&plan, 375), 5 * S);
	assert_near(arrival_at(&plan, 495), 9 * S);
	assert_int_equal(arrival_at(&plan, 500), INT64_MAX);
}

static void test_stages_follow_one_another(void **state)
{
	struct arrival_plan plan = arrival_ramp(0, 100, 10 * S);

	(void)state;
	plan.stages[1] = (struct arrival_stage){ 5 * S, 0, 0 };
	plan.stages[2] = (struct arrival_stage){ 10 * S, 50, 50 };
	plan.n_stages = 3;
	assert_int_equal(arrival_length(&plan), 25 * S);
	assert_near(arrival_at(&plan, 499), 9989994995);
	assert_near(arrival_at(&plan, 500), 15 * S);
	assert_near(arrival_at(&plan, 550), 16 * S);
	assert_near(arrival_at(&plan, 999), 24980 * MS);
	assert_int_equal(arrival_at(&plan, 1000), INT64_MAX);
	assert_true(arrival_rate(&plan, 12 * S) == 0.0);
}

static void test_a_burst_comes_at_once(void **state)
{
	struct arrival_plan plan = arrival_constant(100, 10 * S);

	(void)state;
	plan.spacing = ARRIVAL_BURST;
	plan.burst = 50;
	assert_int_equal(arrival_at(&plan, 0), 0);
	assert_int_equal(arrival_at(&plan, 49), 0);
	assert_near(arrival_at(&plan, 50), 500 * MS);
	assert_near(arrival_at(&plan, 99), 500 * MS);
	assert_near(arrival_at(&plan, 999), 9500 * MS);
	assert_int_equal(arrival_at(&plan, 1000), INT64_MAX);
}

/* 100,000 gaps of mean 1 ms: mean and deviation within 1.5 %, as exponential gaps have. */
static void test_poisson_gaps_are_exponential(void **state)
{
	struct arrival_plan plan = arrival_constant(1000, 0);
	struct arrival walk;
	clock_ns before = 0, at = 0;
	double sum = 0.0, squares = 0.0;

	(void)state;
	plan.spacing = ARRIVAL_POISSON;
	plan.seed = 7;
	arrival_begin(&walk, &plan);
	for (int i = 0; i < 100000; i++, arrival_take(&walk)) {
		double gap;

		assert_true(arrival_peek(&walk, &at));
		assert_true(at >= before);
		gap = (double)(at - before) / 1e6;
		sum += gap;
		squares += gap * gap;
		before = at;
	}
	assert_true(fabs(sum / 100000 - 1) < 0.015);
	assert_true(fabs(squares / 100000 - 2) < 0.06);
	assert_true(llabs(arrival_at(&plan, 99999) - at) < 1000);
}

static void test_the_same_seed_gives_the_same_starts(void **state)
{
	struct arrival_plan plan = arrival_constant(1000, 0);
	clock_ns first;

	(void)state;
	plan.spacing = ARRIVAL_POISSON;
	plan.seed = 7;
	first = arrival_at(&plan, 100);
	assert_int_equal(arrival_at(&plan, 100), first);
	plan.seed = 8;
	assert_int_not_equal(arrival_at(&plan, 100), first);
}

static void test_the_walk_gives_each_start_once(void **state)
{
	struct arrival_plan plan = arrival_ramp(3, 90, 20 * S);
	struct arrival walk;
	clock_ns at;
	uint64_t k = 0;

	(void)state;
	arrival_begin(&walk, &plan);
	for (; arrival_peek(&walk, &at); arrival_take(&walk), k++)
		assert_int_equal(at, arrival_at(&plan, k));
	assert_int_equal(k, 930);
	assert_true(arrival_is_over(&walk));
}

/* 10 a second; from 1 s on twice as many; stages keep their length. */
static void test_a_rate_is_scaled_while_it_runs(void **state)
{
	struct arrival_plan plan = arrival_constant(10, 3 * S);
	struct arrival walk;
	clock_ns at = 0;
	uint64_t k = 0;

	(void)state;
	arrival_begin(&walk, &plan);
	for (; k < 10; k++)
		arrival_take(&walk);
	arrival_scale(&walk, S, 2);
	assert_true(arrival_peek(&walk, &at));
	assert_near(at, S);
	for (; arrival_peek(&walk, &at); k++)
		arrival_take(&walk);
	assert_int_equal(k, 50);
	assert_near(at, 2950 * MS);
}

static void test_a_rate_is_scaled_again_and_back(void **state)
{
	struct arrival_plan plan = arrival_constant(10, 4 * S);
	struct arrival walk;
	clock_ns at = 0;
	uint64_t k = 0;

	(void)state;
	arrival_begin(&walk, &plan);
	for (clock_ns now = S; now <= 4 * S; now += S) {
		for (; arrival_peek(&walk, &at) && at < now - 1000; k++)
			arrival_take(&walk);
		/* 1, 2, 3 and 1 times 10. */
		arrival_scale(&walk, now, now < 3 * S ? (double)(now / S) + 1 : 1);
	}
	assert_int_equal(k, 10 + 20 + 30 + 10);
}

static void test_what_was_due_stays_due_when_the_rate_falls(void **state)
{
	struct arrival_plan plan = arrival_constant(10, 0);
	struct arrival walk;
	clock_ns at = 0;

	(void)state;
	arrival_begin(&walk, &plan);
	for (int i = 0; i < 5; i++)
		arrival_take(&walk);
	/* At 1 s numbers 5 to 9 have not been taken yet: they are late, not gone. */
	arrival_scale(&walk, S, 0.5);
	for (int i = 5; i < 10; i++) {
		assert_true(arrival_peek(&walk, &at));
		assert_true(at <= S);
		arrival_take(&walk);
	}
	arrival_take(&walk);
	assert_true(arrival_peek(&walk, &at));
	assert_near(at, 1200 * MS);
	arrival_scale(&walk, S, 0);
	assert_true(walk.scale == ARRIVAL_SCALE_MIN);
	arrival_scale(&walk, S, NAN);
	assert_true(walk.scale == ARRIVAL_SCALE_MIN);
	arrival_scale(&walk, S, 1e9);
	assert_true(walk.scale == ARRIVAL_SCALE_MAX);
}

static void test_a_halt_moves_all_that_follows(void **state)
{
	struct arrival_plan plan = arrival_constant(10, S);
	struct arrival walk;
	clock_ns at = 0;
	uint64_t k = 0;

	(void)state;
	arrival_begin(&walk, &plan);
	for (; k < 5; k++)
		arrival_take(&walk);
	arrival_halt(&walk, 450 * MS);
	arrival_halt(&walk, 460 * MS);
	assert_false(arrival_peek(&walk, &at));
	assert_false(arrival_is_over(&walk));
	arrival_scale(&walk, 2 * S, 1);
	arrival_go_on(&walk, 3450 * MS);
	arrival_go_on(&walk, 9 * S);
	assert_true(arrival_peek(&walk, &at));
	assert_near(at, 3500 * MS);
	for (; arrival_peek(&walk, &at); k++)
		arrival_take(&walk);
	assert_int_equal(k, 10);
	assert_near(at, 3900 * MS);
}

static void test_a_fleet_boots_within_its_time(void **state)
{
	uint64_t early = 0;

	(void)state;
	for (uint64_t cpe = 0; cpe < 10000; cpe++) {
		clock_ns at = arrival_boot_within(7, cpe, 5 * S);

		assert_in_range(at, 0, 5 * S - 1);
		early += at < S;
	}
	assert_in_range(early, 1850, 2150);
	assert_int_equal(arrival_boot_within(7, 3, 0), 0);
	assert_int_equal(arrival_boot_within(7, 3, 1), 0);
	assert_int_equal(arrival_boot_within(7, 3, S), arrival_boot_within(7, 3, S));
	assert_int_not_equal(arrival_phase(7, 3, S), arrival_boot_within(7, 3, S));
}

static void test_choices_fall_in_proportion(void **state)
{
	static const uint64_t weights[] = { 70, 0, 30 };
	uint64_t seen[3] = { 0, 0, 0 }, hit = 0;

	(void)state;
	for (uint64_t cpe = 0; cpe < 10000; cpe++) {
		seen[arrival_pick(7, cpe, 1, weights, 3)]++;
		hit += arrival_is_hit(7, cpe, 2, 10000);
		assert_true(arrival_is_hit(7, cpe, 2, 1000000));
		assert_false(arrival_is_hit(7, cpe, 2, 0));
	}
	assert_in_range(seen[0], 6800, 7200);
	assert_int_equal(seen[1], 0);
	assert_in_range(hit, 70, 130);
	assert_int_equal(arrival_pick(7, 1, 1, weights + 1, 1), 0);
}

static void test_shards_share_the_fleet(void **state)
{
	uint64_t seen[3] = { 0, 0, 0 };

	(void)state;
	for (uint64_t cpe = 0; cpe < 10; cpe++)
		seen[arrival_shard(cpe, 3) - 1]++;
	assert_int_equal(seen[0], 4);
	assert_int_equal(seen[1], 3);
	assert_int_equal(seen[2], 3);
	assert_int_equal(arrival_shard(5, 1), 1);
}

/* However many walk it, each start is somebody's, at its own time. */
static void test_shards_walk_one_plan(void **state)
{
	static const enum arrival_spacing spacings[] = { ARRIVAL_EVEN, ARRIVAL_POISSON,
		ARRIVAL_BURST };

	(void)state;
	for (size_t s = 0; s < ARRAY_LEN(spacings); s++) {
		struct arrival_plan plan = arrival_ramp(1, 40, 10 * S);
		struct arrival walks[3];
		uint64_t k = 0;
		clock_ns at;

		plan.spacing = spacings[s];
		plan.burst = 5;
		plan.seed = 7;
		for (uint64_t i = 0; i < 3; i++)
			arrival_begin_shard(&walks[i], &plan, i + 1, 3);
		for (; arrival_at(&plan, k) != INT64_MAX; k++) {
			assert_int_equal(walks[k % 3].k, k);
			assert_true(arrival_peek(&walks[k % 3], &at));
			assert_true(llabs(at - arrival_at(&plan, k)) < 1000);
			arrival_take(&walks[k % 3]);
		}
		assert_in_range(k, 170, 240);
		for (size_t i = 0; i < 3; i++)
			assert_true(arrival_is_over(&walks[i]));
	}
}

static void test_plans_are_told(void **state)
{
	struct arrival_plan plan = arrival_ramp(0.5, 100, 60 * S);
	auto_buf told = BUF_NULL;

	(void)state;
	plan.stages[1] = (struct arrival_stage){ 1500 * MS, 100, 100 };
	plan.stages[2] = (struct arrival_stage){ INT64_MAX, 12.25, 0 };
	plan.n_stages = 3;
	plan.spacing = ARRIVAL_BURST;
	plan.burst = 50;
	plan.limit = 5000;
	arrival_tell(&told, &plan);
	assert_string_equal(buf_cstr(&told),
	    "0.5/s to 100/s in 60s, 100/s for 1500ms, 12.25/s, bursts of 50, at most "
	    "5000 sessions");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_constant_rate_is_even),
		cmocka_unit_test(test_a_stage_ends_before_the_start_at_its_end),
		cmocka_unit_test(test_a_ramp_grows_with_the_square_of_time),
		cmocka_unit_test(test_a_ramp_goes_down_too),
		cmocka_unit_test(test_stages_follow_one_another),
		cmocka_unit_test(test_a_burst_comes_at_once),
		cmocka_unit_test(test_poisson_gaps_are_exponential),
		cmocka_unit_test(test_the_same_seed_gives_the_same_starts),
		cmocka_unit_test(test_the_walk_gives_each_start_once),
		cmocka_unit_test(test_a_rate_is_scaled_while_it_runs),
		cmocka_unit_test(test_a_rate_is_scaled_again_and_back),
		cmocka_unit_test(test_what_was_due_stays_due_when_the_rate_falls),
		cmocka_unit_test(test_a_halt_moves_all_that_follows),
		cmocka_unit_test(test_a_fleet_boots_within_its_time),
		cmocka_unit_test(test_choices_fall_in_proportion),
		cmocka_unit_test(test_shards_share_the_fleet),
		cmocka_unit_test(test_shards_walk_one_plan),
		cmocka_unit_test(test_plans_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
