/* lab/verdict: expectations against what a capture showed. */
#include "tests/unit/lab/labs.h"
#include "tests/unit/topology/load_lab.h"

#include "capture/analysis/analysis.h"
#include "lab/run/loads.h"
#include "lab/run/report.h"
#include "lab/run/verdict.h"
#include "lib/base/buf.h"
#include "lib/base/text.h"

#include <jansson.h>

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
	assert_int_equal(verdict_make(&(struct verdict_facts){ plan, NULL, &analysis,
					  NULL, 0 },
			     &verdict, &err),
	    0);
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
	assert_int_equal(verdict_make(&(struct verdict_facts){ plan, NULL, &nothing,
					  NULL, 0 },
			     &verdict, &err),
	    0);
	assert_false(verdict->ok);
	assert_int_equal(verdict->items[0].held, 0);
	assert_null(verdict->items[0].cpes[0].result);

	verdict_free(verdict);
	plan_free(plan);
	topology_free(topology);
}

/* For people its failures stand beside it; for a machine the fleet is one case. */
static void tell(struct topology *topology, struct plan *plan, struct loads *loads,
    struct verdict *verdict, const char *const words[2])
{
	struct lab lab = { .topology = topology, .plan = plan };
	struct run run = { .lab = &lab, .loads = loads };
	const struct report report = { .lab = &lab, .run = &run, .verdict = verdict };
	auto_buf text = BUF_NULL, junit = BUF_NULL;

	report_write_text(&report, &text);
	if (!str_find(buf_str(&text), str_of(words[0]), NULL))
		fail_msg("%s", buf_cstr(&text));
	report_write_junit(&report, &junit);
	if (!str_find(buf_str(&junit), str_of(words[1]), NULL))
		fail_msg("%s", buf_cstr(&junit));
}

/* A fleet of five behind a node, of which three were seen, and one that is of nobody. */
static void judge_fleet(const char *at_least, const char *ready,
    const struct verdict_item *wanted, const char *const words[2])
{
	struct step_result step = { .step = 1, .layer = "TCP", .why = "refused" };
	struct sequence_result results[] = {
		{ .cpe = "100.64.0.1",
		    .serial = "L1",
		    .name = "first-contact",
		    .ok = true },
		{ .cpe = "100.64.0.2",
		    .name = "first-contact",
		    .steps = &step,
		    .n_steps = 1 },
		{ .cpe = "100.64.0.1", .serial = "L1", .name = "acs-migration" },
		{ .cpe = "10.0.0.20", .name = "first-contact", .ok = true },
		{ .cpe = "100.64.0.3",
		    .serial = "L3",
		    .name = "first-contact",
		    .ok = true },
	};
	const struct analysis analysis = { .sequences = results,
		.n_sequences = ARRAY_LEN(results) };
	auto_buf text = BUF_NULL;
	struct topology *topology;
	struct plan *plan;
	struct loads *loads;
	struct verdict *verdict = NULL;
	const struct verdict_item *item;
	json_t *event = json_loads(ready, 0, NULL);
	struct error err = ERROR_NULL;

	buf_printf(&text, "%sexpect: [{sequence: first-contact, nodes: homes%s}]\n",
	    load_lab, at_least);
	topology = must_read(buf_cstr(&text));
	plan = must_build(topology);
	loads = loads_new(topology);
	loads_event(loads, event);
	json_decref(event);
	assert_int_equal(verdict_make(&(struct verdict_facts){ plan, loads, &analysis,
					  NULL, 0 },
			     &verdict, &err),
	    0);
	item = &verdict->items[0];
	assert_int_equal(item->n_cpes, 3);
	assert_int_equal(item->held, 2);
	assert_int_equal(item->unseen, wanted->unseen);
	assert_int_equal(item->needed, wanted->needed);
	assert_int_equal(item->ok, wanted->ok);
	assert_int_equal(verdict->ok, wanted->ok);
	assert_string_equal(verdict_name_of(&item->cpes[0], plan), "L1");
	assert_string_equal(verdict_name_of(&item->cpes[1], plan), "100.64.0.2");
	assert_ptr_equal(item->cpes[1].failed, &step);
	tell(topology, plan, loads, verdict, words);
	verdict_free(verdict);
	loads_free(loads);
	plan_free(plan);
	topology_free(topology);
}

static void test_a_fleet_is_judged_by_its_addresses(void **state)
{
	static const char ready[] = "{\"event\": \"ready\", \"node\": \"homes\", "
				    "\"cpes\": 5}";
	static const struct verdict_item all = { .unseen = 2, .needed = 5 };
	static const struct verdict_item two = { .unseen = 2, .needed = 2, .ok = true };
	static const struct verdict_item three = { .unseen = 2, .needed = 3 };
	static const struct verdict_item not_told = { .needed = 3 };
	static const char *const of_none[] = { "for 2 of 3 CPEs\n", "2 of 3 CPEs" };

	static const char *const of_all[] = {
		"FAILED  first-contact for 2 of 5 CPEs\n\n"
		"100.64.0.2 step 1 (TCP) failed: ",
		"<failure message=\"2 of 5 CPEs went all steps, and 5 have to\"/>"
	};
	static const char *const of_two[] = {
		"ok  first-contact for 2 of 5 CPEs, at least 2\n",
		"<testcase classname=\"homes\" name=\"first-contact\"/>",
	};
	static const char *const of_three[] = {
		"        of 2 CPEs no session was seen\n\n",
		"and 3 have to",
	};

	(void)state;
	judge_fleet("", ready, &all, of_all);
	judge_fleet(", at-least: 2", ready, &two, of_two);
	judge_fleet(", at-least: 3", ready, &three, of_three);
	judge_fleet("", "{\"event\": \"load\", \"node\": \"homes\"}", &not_told,
	    of_none);
}

static void test_a_fleet_that_never_was_does_not_hold(void **state)
{
	auto_buf text = BUF_NULL;
	struct topology *topology;
	struct plan *plan;
	struct analysis nothing = { 0 };
	struct verdict *verdict = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	buf_printf(&text, "%sexpect: [{sequence: first-contact, nodes: street}]\n",
	    load_lab);
	topology = must_read(buf_cstr(&text));
	plan = must_build(topology);
	assert_int_equal(verdict_make(&(struct verdict_facts){ plan, NULL, &nothing,
					  NULL, 0 },
			     &verdict, &err),
	    0);
	assert_false(verdict->ok);
	assert_int_equal(verdict_cpes(&verdict->items[0]), 0);
	verdict_free(verdict);
	plan_free(plan);
	topology_free(topology);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_cpe_is_judged_by_its_mac),
		cmocka_unit_test(test_a_cpe_that_was_never_seen_does_not_hold),
		cmocka_unit_test(test_a_fleet_is_judged_by_its_addresses),
		cmocka_unit_test(test_a_fleet_that_never_was_does_not_hold),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
