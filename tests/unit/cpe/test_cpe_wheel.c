/* agents/cpe/wheel/wheel */
#include "tests/unit/unit.h"

#include "agents/cpe/wheel/wheel.h"
#include "lib/base/rng.h"

#include <stdlib.h>

#define MS    NS_PER_MS
#define START (1000 * NS_PER_S)

static struct wheel *wheel_at(clock_ns now)
{
	struct wheel *wheel = malloc(sizeof(*wheel));

	assert_non_null(wheel);
	wheel_init(wheel, now);
	return wheel;
}

/* Goes from one due() to the next until now, and says when the timer was taken. */
static clock_ns taken_at(struct wheel *wheel, const struct wheel_timer *timer,
    clock_ns until)
{
	for (;;) {
		clock_ns now = wheel_due(wheel);
		struct wheel_timer *taken;

		if (now > until)
			return INT64_MAX;
		taken = wheel_take(wheel, now);
		if (taken == timer)
			return now;
		assert_null(taken);
	}
}

static void test_an_empty_wheel_is_never_due(void **state)
{
	struct wheel *wheel = wheel_at(START);

	(void)state;
	assert_int_equal(wheel_due(wheel), INT64_MAX);
	assert_null(wheel_take(wheel, START + 86400 * NS_PER_S));
	free(wheel);
}

/* On the bounds of each level, from a start that stands on none and one that stands on all. */
static void test_a_timer_is_taken_in_its_millisecond(void **state)
{
	static const clock_ns starts[] = { 0, 123456789 * MS, (INT64_C(3) << 32) * MS };
	static const int64_t waits_ms[] = { 0, 1, 255, 256, 257, 65535, 65536, 65537,
		16777215, 16777216, 16777217, 4294967295, 4294967296, 4294967297,
		INT64_C(86400000) * 365 };

	(void)state;
	for (size_t s = 0; s < ARRAY_LEN(starts); s++) {
		for (size_t i = 0; i < ARRAY_LEN(waits_ms); i++) {
			struct wheel *wheel = wheel_at(starts[s]);
			clock_ns at = starts[s] + waits_ms[i] * MS;
			struct wheel_timer timer = { .at = 0 };

			wheel_arm(wheel, &timer, at);
			assert_int_equal(taken_at(wheel, &timer, INT64_MAX - 1), at);
			assert_int_equal(wheel->n, 0);
			free(wheel);
		}
	}
}

static void test_no_timer_is_early(void **state)
{
	struct wheel *wheel = wheel_at(START);
	struct wheel_timer timer = { .at = 0 };

	(void)state;
	wheel_arm(wheel, &timer, START + 5 * MS + 1);
	assert_null(wheel_take(wheel, START + 5 * MS + 1));
	assert_ptr_equal(wheel_take(wheel, START + 6 * MS), &timer);
	free(wheel);
}

static void test_an_overdue_timer_is_taken_at_once(void **state)
{
	struct wheel *wheel = wheel_at(START);
	struct wheel_timer first = { .at = 0 }, second = { .at = 0 };

	(void)state;
	wheel_arm(wheel, &first, START + 5 * MS);
	assert_ptr_equal(wheel_take(wheel, START + 900 * MS), &first);
	wheel_arm(wheel, &second, START);
	assert_ptr_equal(wheel_take(wheel, START + 901 * MS), &second);
	free(wheel);
}

static void test_arming_again_moves_and_disarming_twice_does_nothing(void **state)
{
	struct wheel *wheel = wheel_at(START);
	struct wheel_timer timer = { .at = 0 };

	(void)state;
	wheel_arm(wheel, &timer, START + 5 * MS);
	wheel_arm(wheel, &timer, START + 70000 * MS);
	assert_int_equal(wheel->n, 1);
	assert_null(wheel_take(wheel, START + 69999 * MS));
	assert_ptr_equal(wheel_take(wheel, START + 70000 * MS), &timer);
	wheel_disarm(wheel, &timer);
	wheel_arm(wheel, &timer, START + 80000 * MS);
	wheel_disarm(wheel, &timer);
	wheel_disarm(wheel, &timer);
	assert_int_equal(wheel->n, 0);
	wheel_arm(wheel, &timer, START + 80000 * MS);
	wheel_arm(wheel, &timer, INT64_MAX);
	assert_int_equal(wheel_due(wheel), INT64_MAX);
	free(wheel);
}

enum {
	TIMERS = 500,
	STEPS = 3000
};

static clock_ns earliest(const struct wheel_timer *timers)
{
	clock_ns at = INT64_MAX;

	for (size_t i = 0; i < TIMERS; i++) {
		if (timers[i].link.next)
			at = MIN(at, (timers[i].at + MS - 1) / MS * MS);
	}
	return at;
}

/* Beside a list that is looked through each time. */
static void test_many_timers_are_taken_as_a_plain_list_would(void **state)
{
	static struct wheel_timer timers[TIMERS];
	struct rng rng = rng_make(7, 0);
	clock_ns now = START;
	struct wheel *wheel = wheel_at(now);

	(void)state;
	for (int step = 0; step < STEPS; step++) {
		struct wheel_timer *timer = &timers[rng_between(&rng, 0, TIMERS - 1)];
		uint64_t far = UINT64_C(1) << rng_between(&rng, 0, 45);
		clock_ns last = 0;

		if (rng_between(&rng, 0, 9) == 0)
			wheel_disarm(wheel, timer);
		else
			wheel_arm(wheel, timer,
			    now + (clock_ns)rng_between(&rng, 0, far));
		assert_true(wheel_due(wheel) <= earliest(timers));
		now += (clock_ns)rng_between(&rng, 0,
		    UINT64_C(1) << rng_between(&rng, 0, 38));
		while ((timer = wheel_take(wheel, now))) {
			assert_true(timer->at <= now);
			assert_true(timer->at + MS > last);
			last = timer->at;
		}
		assert_true(earliest(timers) > now);
	}
	free(wheel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_empty_wheel_is_never_due),
		cmocka_unit_test(test_a_timer_is_taken_in_its_millisecond),
		cmocka_unit_test(test_no_timer_is_early),
		cmocka_unit_test(test_an_overdue_timer_is_taken_at_once),
		cmocka_unit_test(
		    test_arming_again_moves_and_disarming_twice_does_nothing),
		cmocka_unit_test(test_many_timers_are_taken_as_a_plain_list_would),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
