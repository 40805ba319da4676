/* What befalls which session of which CPE, by seed and numbers alone. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/load/load_fault.h"

enum {
	CPES = 20000,
	SOME = 1u << LOAD_FAULT_SLOW_READER | 1u << LOAD_FAULT_WRONG_ID |
	       1u << LOAD_FAULT_DUPLICATE_SESSION
};

static void test_so_many_of_a_million_are_hit(void **state)
{
	unsigned n = 0, each[LOAD_FAULTS] = { 0 };

	(void)state;
	for (uint64_t cpe = 0; cpe < CPES; cpe++) {
		unsigned bit = load_fault_pick(7, cpe, 3, SOME, 50000);

		assert_true((bit & ~(unsigned)SOME) == 0 && (bit & (bit - 1)) == 0);
		n += bit != 0;
		for (unsigned i = 0; i < LOAD_FAULTS; i++)
			each[i] += bit == 1u << i;
	}
	assert_in_range(n, 900, 1100);
	assert_in_range(each[LOAD_FAULT_SLOW_READER], 270, 400);
	assert_in_range(each[LOAD_FAULT_WRONG_ID], 270, 400);
	assert_in_range(each[LOAD_FAULT_DUPLICATE_SESSION], 270, 400);
}

static void test_none_and_all_are_bounds(void **state)
{
	(void)state;
	for (uint64_t cpe = 0; cpe < 1000; cpe++) {
		assert_int_equal(load_fault_pick(7, cpe, 0, SOME, 0), 0);
		assert_int_equal(load_fault_pick(7, cpe, 0, 0, 1000000), 0);
		assert_int_not_equal(load_fault_pick(7, cpe, 0, SOME, 1000000), 0);
		assert_int_equal(load_fault_pick(7, cpe, 0, 1u << LOAD_FAULT_NO_COOKIE,
				     1000000),
		    1u << LOAD_FAULT_NO_COOKIE);
	}
}

/* One CPE is hit in other sessions than the next, and with another seed in others again. */
static void test_sessions_cpes_and_seeds_differ(void **state)
{
	unsigned by_session = 0, by_cpe = 0, by_seed = 0;

	(void)state;
	for (uint64_t i = 0; i < 1000; i++) {
		unsigned first = load_fault_pick(7, 5, 0, SOME, 500000);

		by_session += load_fault_pick(7, 5, i, SOME, 500000) != first;
		by_cpe += load_fault_pick(7, i, 0, SOME, 500000) != first;
		by_seed += load_fault_pick(i, 5, 0, SOME, 500000) != first;
	}
	assert_in_range(by_session, 400, 950);
	assert_in_range(by_cpe, 400, 950);
	assert_in_range(by_seed, 400, 950);
	assert_int_equal(load_fault_pick(7, 5, 9, SOME, 500000),
	    load_fault_pick(7, 5, 9, SOME, 500000));
}

static void test_kinds_are_in_proportion(void **state)
{
	static const uint64_t weights[] = { 700000, 0, 300000 };
	unsigned n[3] = { 0 };

	(void)state;
	for (uint64_t cpe = 0; cpe < CPES; cpe++)
		n[load_kind_pick(7, cpe, weights, 3)]++;
	assert_in_range(n[0], 13700, 14300);
	assert_int_equal(n[1], 0);
	assert_int_equal(n[0] + n[2], CPES);
}

static void test_each_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(load_fault_name_of(1u << LOAD_FAULT_HALF_A_BODY),
	    "half-a-body");
	assert_string_equal(load_fault_name_of(0), "");
	assert_string_equal(load_fault_name_of(SOME), "");
	assert_string_equal(load_fault_name(LOAD_FAULTS), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_so_many_of_a_million_are_hit),
		cmocka_unit_test(test_none_and_all_are_bounds),
		cmocka_unit_test(test_sessions_cpes_and_seeds_differ),
		cmocka_unit_test(test_kinds_are_in_proportion),
		cmocka_unit_test(test_each_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
