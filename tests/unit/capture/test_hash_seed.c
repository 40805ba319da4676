/* Whoever made a capture does not know where the tables put what it says. */
#include "tests/unit/unit.h"

#include "capture/analysis/analysis.h"
#include "capture/observe/observe_internal.h"

static void test_each_table_of_an_observer_has_the_seed(void **state)
{
	const struct observer_options options = { .hash_seed = 1234 };
	struct observer *observer = observer_new(&options);

	(void)state;
	assert_non_null(observer);
	assert_int_equal(observer->index.by_mac.seed, 1234);
	assert_int_equal(observer->index.by_address.seed, 1234);
	assert_int_equal(observer->index.by_duid.seed, 1234);
	assert_int_equal(observer->index.names.seed, 1234);
	assert_int_equal(observer->memory.resolutions.seed, 1234);
	assert_int_equal(observer->memory.interned.seed, 1234);
	assert_int_equal(observer->memory.leases.seed, 1234);
	assert_int_equal(observer->index.by_device.seed, 1234);
	assert_int_equal(observer->index.by_cookie.seed, 1234);
	assert_int_equal(observer->index.call_paths.seed, 1234);
	observer_free(observer);
}

static void test_no_two_analyses_share_a_seed(void **state)
{
	const struct analysis_options options = { .path = "x" };
	auto_cleanup(analysis_free) struct analysis *one = NULL;
	auto_cleanup(analysis_free) struct analysis *other = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(analysis_begin(&options, &one, &err), 0);
	assert_int_equal(analysis_begin(&options, &other, &err), 0);
	assert_true(one->hash_seed != other->hash_seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_table_of_an_observer_has_the_seed),
		cmocka_unit_test(test_no_two_analyses_share_a_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
