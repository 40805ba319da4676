/* agents/acs/gate/shed */
#include "tests/unit/unit.h"

#include "agents/acs/gate/shed.h"

#define S NS_PER_S

static void test_without_a_limit_all_are_taken(void **state)
{
	struct shed shed = { .next = 0 };

	(void)state;
	for (uint64_t i = 0; i < 100000; i++)
		assert_true(shed_takes(&shed, i, S));
}

static void test_one_more_than_may_run_is_turned_away(void **state)
{
	struct shed shed = { .limit.sessions = 3 };

	(void)state;
	assert_true(shed_takes(&shed, 2, S));
	assert_false(shed_takes(&shed, 3, S));
	assert_true(shed_takes(&shed, 2, S));
}

/* 400 a second are offered for ten seconds. */
static void test_a_rate_is_kept_however_many_come(void **state)
{
	struct shed shed = { .limit.rate = 200 };
	unsigned n = 0;

	(void)state;
	for (unsigned i = 0; i < 4000; i++)
		n += shed_takes(&shed, 0, S + i * (S / 400));
	assert_in_range(n, 2000, 2021);
}

static void test_a_burst_of_a_tenth_of_a_second_is_taken(void **state)
{
	struct shed shed = { .limit.rate = 200 };
	unsigned n = 0;

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		n += shed_takes(&shed, 0, 5 * S);
	assert_int_equal(n, 21);
	/* Time that nobody used is not saved up. */
	n = 0;
	for (unsigned i = 0; i < 100; i++)
		n += shed_takes(&shed, 0, 500 * S);
	assert_int_equal(n, 21);
}

static void test_retry_after_is_in_whole_seconds(void **state)
{
	struct shed shed = { .limit.retry_after = 1 };

	(void)state;
	assert_int_equal(shed_retry_after_s(&shed), 1);
	shed.limit.retry_after = 30 * S;
	assert_int_equal(shed_retry_after_s(&shed), 30);
	shed.limit.retry_after = 30 * S + 1;
	assert_int_equal(shed_retry_after_s(&shed), 31);
}

/* Whatever the limits are, until the moment in which it is there again. */
static void test_nobody_is_taken_while_the_store_is_gone(void **state)
{
	struct shed shed = { .out_until = 5 * S };

	(void)state;
	assert_true(shed_is_out(&shed, 5 * S - 1));
	assert_false(shed_takes(&shed, 0, 5 * S - 1));
	assert_false(shed_is_out(&shed, 5 * S));
	assert_true(shed_takes(&shed, 0, 5 * S));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_a_limit_all_are_taken),
		cmocka_unit_test(test_one_more_than_may_run_is_turned_away),
		cmocka_unit_test(test_a_rate_is_kept_however_many_come),
		cmocka_unit_test(test_a_burst_of_a_tenth_of_a_second_is_taken),
		cmocka_unit_test(test_retry_after_is_in_whole_seconds),
		cmocka_unit_test(test_nobody_is_taken_while_the_store_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
