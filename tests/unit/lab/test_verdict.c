/* lab/verdict: expectations against what a capture showed. */
#include "tests/unit/lab/labs.h"

#include "capture/analysis/analysis.h"
#include "lab/run/verdict.h"
#include "lib/base/text.h"

static void test_each_cpe_is_judged_by_its_mac(void **state)
{
	struct topology *topology = must_read(small_lab);
	struct plan *plan = must_build(topology);
	struct step_result steps[] = {
		{ .step = 1, .ok = true, .frame = 23 },
		{ .step = 2, .is_skipped = true },
		{ .step = 3, .layer = "HTTP", .why = "500" },
	};
	char mac1[MAC_TEXT_MAX], mac2[MAC_TEXT_MAX];
	size_t first = (size_t)plan_find(plan, STR("cpe-1"));
	struct sequence_result results[] = {
		{ .mac = mac_text(plan->instances[first].mac, mac1),
		    .name = "acs-migration",
		    .ok = true },
		{ .mac = mac_text(plan->instances[first + 1].mac, mac2),
		    .name = "acs-migration",
		    .steps = steps,
		    .n_steps = 3 },
	};
	struct analysis analysis = { .sequences = results, .n_sequences = 2 };
	struct verdict *verdict = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(verdict_make(plan, &analysis, &verdict, &err), 0);
	assert_false(verdict->ok);
	assert_int_equal(verdict->n_items, 1);
	assert_int_equal(verdict->items[0].n_cpes, 2);
	assert_int_equal(verdict->items[0].held, 1);
	assert_true(verdict->items[0].cpes[0].ok);
	assert_ptr_equal(verdict->items[0].cpes[1].failed, &steps[2]);

	verdict_free(verdict);
	plan_free(plan);
	topology_free(topology);
}

static void test_a_cpe_that_was_never_seen_does_not_hold(void **state)
{
	struct topology *topology = must_read(small_lab);
	struct plan *plan = must_build(topology);
	struct analysis nothing = { 0 };
	struct verdict *verdict = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(verdict_make(plan, &nothing, &verdict, &err), 0);
	assert_false(verdict->ok);
	assert_int_equal(verdict->items[0].held, 0);
	assert_null(verdict->items[0].cpes[0].result);

	verdict_free(verdict);
	plan_free(plan);
	topology_free(topology);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_cpe_is_judged_by_its_mac),
		cmocka_unit_test(test_a_cpe_that_was_never_seen_does_not_hold),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
