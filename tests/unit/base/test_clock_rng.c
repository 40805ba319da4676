/* lib/base/clock and lib/base/rng */
#include "tests/unit/unit.h"

#include "lib/base/clock.h"
#include "lib/base/compiler.h"
#include "lib/base/rng.h"

static void test_times_print_as_iso_8601(void **state)
{
	static const struct {
		clock_ns wall;
		int digits;
		const char *text;
	} rows[] = {
		{ 0, 0, "1970-01-01T00:00:00Z" },
		{ 0, 3, "1970-01-01T00:00:00.000Z" },
		{ INT64_C(1795430000123456789), 0, "2026-11-23T10:33:20Z" },
		{ INT64_C(1795430000123456789), 6, "2026-11-23T10:33:20.123456Z" },
		{ INT64_C(1795430000123456789), 9, "2026-11-23T10:33:20.123456789Z" },
		{ -1, 9, "1969-12-31T23:59:59.999999999Z" },
		{ -NS_PER_S, 0, "1969-12-31T23:59:59Z" },
		{ INT64_MAX, 0, "2262-04-11T23:47:16Z" },
	};
	char text[CLOCK_ISO8601_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(clock_iso8601(rows[i].wall, rows[i].digits, text),
		    rows[i].text);
}

static void test_waits_are_rounded_up_and_end(void **state)
{
	static const struct {
		clock_ns left;
		int ms;
	} rows[] = {
		{ INT64_MIN, 0 },
		{ -1, 0 },
		{ 0, 0 },
		{ 1, 1 },
		{ NS_PER_MS, 1 },
		{ NS_PER_MS + 1, 2 },
		{ INT32_MAX * NS_PER_MS, INT32_MAX },
		{ INT32_MAX * NS_PER_MS + 1, INT32_MAX },
		{ 30 * 86400 * NS_PER_S, INT32_MAX },
		{ INT64_MAX, INT32_MAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(clock_wait_ms(rows[i].left), rows[i].ms);
}

static void test_the_same_seed_gives_the_same_numbers(void **state)
{
	struct rng a = rng_make(7, 1), b = rng_make(7, 1), c = rng_make(7, 2),
		   d = rng_make(8, 1);
	uint64_t first = rng_u64(&a);

	(void)state;
	assert_true(first == rng_u64(&b));
	assert_true(first != rng_u64(&c));
	assert_true(first != rng_u64(&d));
	assert_true(rng_u64(&a) == rng_u64(&b));
}

static void test_numbers_stay_between_their_bounds(void **state)
{
	struct rng rng = rng_make(1, 1);
	unsigned counts[3] = { 0 };

	(void)state;
	for (int i = 0; i < 3000; i++) {
		uint64_t value = rng_between(&rng, 5, 7);

		assert_true(value >= 5 && value <= 7);
		counts[value - 5]++;
	}
	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		assert_in_range(counts[i], 900, 1100);
	assert_true(rng_between(&rng, 9, 9) == 9);
	assert_true(rng_between(&rng, 9, 3) == 9);
	assert_true(rng_between(&rng, UINT64_MAX - 1, UINT64_MAX) >= UINT64_MAX - 1);
	(void)rng_between(&rng, 0, UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waits_are_rounded_up_and_end),
		cmocka_unit_test(test_times_print_as_iso_8601),
		cmocka_unit_test(test_the_same_seed_gives_the_same_numbers),
		cmocka_unit_test(test_numbers_stay_between_their_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
