/* lab/kernel/probe: what doctor says of a machine that restricts namespaces. */
#include "tests/unit/unit.h"

#include "lab/kernel/probe.h"
#include "lab/kernel/sandbox.h"

static const struct sandbox_obstacle obstacle = { "namespaces are few", "have more" };

static void test_a_restriction_is_fatal_where_no_namespace_can_be_made(void **state)
{
	struct probe probe = probe_restriction(&obstacle, false, false);

	(void)state;
	assert_int_equal(probe.result, PROBE_FATAL);
	assert_string_equal(probe.needs, "every lab");
	assert_string_equal(probe.fact, "namespaces are few");
	assert_string_equal(probe.todo, "have more");
}

static void test_what_root_may_is_missing_to_others(void **state)
{
	struct probe probe = probe_restriction(&obstacle, true, true);

	(void)state;
	assert_int_equal(probe.result, PROBE_MISSING);
	assert_string_equal(probe.needs, "labs of ordinary users");
	assert_string_equal(probe.todo, "have more");
}

static void test_a_program_that_is_allowed_them_lacks_nothing(void **state)
{
	struct probe probe = probe_restriction(&obstacle, true, false);

	(void)state;
	assert_int_equal(probe.result, PROBE_OK);
	assert_string_equal(probe.fact,
	    "namespaces are few; this program may make them");
	assert_string_equal(probe.todo, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_restriction_is_fatal_where_no_namespace_can_be_made),
		cmocka_unit_test(test_what_root_may_is_missing_to_others),
		cmocka_unit_test(test_a_program_that_is_allowed_them_lacks_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
