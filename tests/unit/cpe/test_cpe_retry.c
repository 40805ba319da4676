/* agents/cpe/retry: TR-069 A6 table 3, row by row. */
#include "tests/unit/unit.h"

#include "agents/cpe/session/retry.h"
#include "lib/base/compiler.h"

static void test_bands_are_those_of_table_3(void **state)
{
	static const struct {
		unsigned count;
		int from_s, to_s;
	} rows[] = {
		{ 1, 5, 10 },
		{ 2, 10, 20 },
		{ 3, 20, 40 },
		{ 4, 40, 80 },
		{ 5, 80, 160 },
		{ 6, 160, 320 },
		{ 7, 320, 640 },
		{ 8, 640, 1280 },
		{ 9, 1280, 2560 },
		{ 10, 2560, 5120 },
		{ 11, 2560, 5120 },
		{ 4000000000U, 2560, 5120 },
	};
	const struct retry_policy standard = { 0, 0, 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct retry_band band = retry_band(&standard, rows[i].count);

		assert_int_equal(band.from, rows[i].from_s * NS_PER_S);
		assert_int_equal(band.to, rows[i].to_s * NS_PER_S);
	}
}

static void test_m_and_k_are_those_of_the_data_model(void **state)
{
	static const struct {
		int64_t m_s;
		uint32_t k;
		unsigned count;
		int64_t from_ms, to_ms;
	} rows[] = {
		{ 1, 1000, 1, 1000, 1000 },
		{ 1, 1000, 10, 1000, 1000 },
		{ 3, 1500, 2, 4500, 6750 },
		{ 60, 3000, 1, 60000, 180000 },
		/* 65535 s * 65.535^10 is longer than a clock can say */
		{ 65535, 65535, 10, 315360000000, 315360000000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct retry_policy policy = { rows[i].m_s * NS_PER_S, rows[i].k,
			0 };
		struct retry_band band = retry_band(&policy, rows[i].count);

		assert_int_equal(band.from / NS_PER_MS, rows[i].from_ms);
		assert_int_equal(band.to / NS_PER_MS, rows[i].to_ms);
	}
}

static void test_waits_lie_in_the_band_and_differ_between_cpes(void **state)
{
	const struct retry_policy standard = { 0, 0, 0 };
	clock_ns first = 0, least = INT64_MAX, most = 0;

	(void)state;
	for (uint64_t cpe = 0; cpe < 1000; cpe++) {
		struct rng rng = rng_make(7, cpe), again = rng_make(7, cpe);
		clock_ns wait = retry_wait(&standard, 1, &rng);

		assert_int_equal(wait, retry_wait(&standard, 1, &again));
		assert_in_range(wait, 5 * NS_PER_S, 10 * NS_PER_S);
		least = MIN(least, wait);
		most = MAX(most, wait);
		first = cpe == 0 ? wait : first;
	}
	assert_true(least < first && first < most);
	assert_true(least < 5 * NS_PER_S + NS_PER_S / 10);
	assert_true(most > 10 * NS_PER_S - NS_PER_S / 10);
}

static void test_a_limit_counts_retries_not_sessions(void **state)
{
	const struct retry_policy two = { 0, 0, 2 }, endless = { 0, 0, 0 };

	(void)state;
	assert_true(retry_is_allowed(&two, 2));
	assert_false(retry_is_allowed(&two, 3));
	assert_true(retry_is_allowed(&endless, 1000000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bands_are_those_of_table_3),
		cmocka_unit_test(test_m_and_k_are_those_of_the_data_model),
		cmocka_unit_test(test_waits_lie_in_the_band_and_differ_between_cpes),
		cmocka_unit_test(test_a_limit_counts_retries_not_sessions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
