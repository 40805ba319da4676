/* lab/fleet: what CPEs say of themselves. */
#include "tests/unit/lab/labs.h"

#include "lab/run/fleet.h"
#include "lib/sequence/sequence.h"

#include <jansson.h>

struct story {
	struct topology *topology;
	struct plan *plan;
	struct fleet *fleet;
	clock_ns now;
};

static struct story begin_with(const char *text)
{
	struct story story = { .topology = must_read(text) };

	story.plan = must_build(story.topology);
	story.fleet = fleet_new(story.plan);
	assert_non_null(story.fleet);
	return story;
}

static struct story begin(void)
{
	return begin_with(small_lab);
}

static void end(struct story *story)
{
	fleet_free(story->fleet);
	plan_free(story->plan);
	topology_free(story->topology);
}

static void hear(struct story *story, const char *line)
{
	json_t *event = json_loads(line, 0, NULL);

	assert_non_null(event);
	fleet_event(story->fleet, event, story->now);
	json_decref(event);
}

static const struct fleet_cpe *cpe_of(const struct story *story, const char *name)
{
	return fleet_cpe(story->fleet, (size_t)plan_find(story->plan, str_of(name)));
}

static void test_a_fleet_rests_when_every_awaited_cpe_does(void **state)
{
	struct story story = begin();

	(void)state;
	assert_false(fleet_is_settled(story.fleet));
	hear(&story, "{\"event\":\"settled\",\"node\":\"cpe-1\"}");
	hear(&story, "{\"event\":\"settled\",\"node\":\"cpe-1\"}");
	assert_false(fleet_is_settled(story.fleet));
	hear(&story, "{\"event\":\"settled\",\"node\":\"cpe-2\"}");
	assert_true(fleet_is_settled(story.fleet));
	hear(&story, "{\"event\":\"session-start\",\"node\":\"cpe-1\"}");
	assert_false(fleet_is_settled(story.fleet));
	end(&story);
}

static void test_progress_counts_each_cpe_once(void **state)
{
	struct story story = begin();
	const struct fleet_counts *counts = fleet_counts(story.fleet);
	const char *good = "{\"event\":\"session-end\",\"node\":\"cpe-2\",\"ok\":true,"
			   "\"url\":\"http://acs1.lab:7547/cwmp\"}";

	(void)state;
	hear(&story,
	    "{\"event\":\"lease\",\"node\":\"cpe-2\",\"address\":\"10.0.0.100\"}");
	hear(&story,
	    "{\"event\":\"lease\",\"node\":\"cpe-2\",\"address\":\"10.0.0.100\"}");
	hear(&story, good);
	hear(&story, good);
	assert_int_equal(counts->cpes, 2);
	assert_int_equal(counts->leased, 1);
	assert_int_equal(counts->n_acs, 1);
	assert_int_equal(counts->at[0], 1);
	assert_int_equal(cpe_of(&story, "cpe-2")->sessions, 2);
	end(&story);
}

static void test_a_failure_is_kept_until_a_session_ends_well(void **state)
{
	struct story story = begin();
	const struct fleet_cpe *cpe = cpe_of(&story, "cpe-1");

	(void)state;
	hear(&story, "{\"event\":\"session-end\",\"node\":\"cpe-1\",\"ok\":false,"
		     "\"layer\":\"TLS\",\"why\":\"unknown CA\"}");
	hear(&story, "{\"event\":\"retry\",\"node\":\"cpe-1\",\"retry_count\":1,"
		     "\"wait_ms\":7300,\"from_ms\":5000,\"to_ms\":10000}");
	assert_string_equal(cpe->why, "TLS: unknown CA");
	assert_int_equal(cpe->retry_count, 1);
	assert_int_equal(cpe->wait_ms, 7300);
	assert_int_equal(fleet_counts(story.fleet)->failing, 1);
	hear(&story, "{\"event\":\"session-end\",\"node\":\"cpe-1\",\"ok\":true,"
		     "\"url\":\"http://acs1.lab:7547/cwmp\"}");
	assert_string_equal(cpe->why, "");
	assert_int_equal(fleet_counts(story.fleet)->failing, 0);
	end(&story);
}

static void test_strange_events_change_nothing(void **state)
{
	struct story story = begin();

	(void)state;
	hear(&story, "{\"event\":\"settled\",\"node\":\"acs1\"}");
	hear(&story, "{\"event\":\"settled\",\"node\":\"nobody\"}");
	hear(&story, "{\"event\":7,\"node\":[]}");
	hear(&story, "[]");
	assert_int_equal(fleet_counts(story.fleet)->settled, 0);
	assert_null(fleet_cpe(story.fleet, 0));
	end(&story);
}

static const char lab_of_consoles[] =
    "name: t\n"
    "nodes:\n"
    "  sw1: {kind: switch}\n"
    "  acs1: {kind: acs, attach: sw1, address: 10.0.0.11/24,"
    " url: \"http://10.0.0.11:7547/cwmp\"}\n"
    "  dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24,"
    " pools: [{range: 10.0.0.100-10.0.0.199,"
    " acs: {url: \"http://10.0.0.11:7547/cwmp\"}}]}\n"
    "  on: {kind: cpe, attach: sw1, model: box, console: {}}\n"
    "  off: {kind: cpe, attach: sw1, model: box, console: {cwmp: disabled}}\n"
    "  new7: {kind: cpe, attach: sw1, model: box, console: {cwmp: profile}}\n"
    "  new5: {kind: cpe, attach: sw1, model: box,"
    " console: {cwmp: profile, profile: comware5}}\n"
    "  named: {kind: cpe, attach: sw1, model: box, console: {cwmp: disabled}}\n";

static void test_who_informs_nobody_is_missed_only_where_it_is_named(void **state)
{
	static const char expect[] =
	    "expect:\n"
	    "  - {sequence: acs-migration, nodes: [on, named]}\n";
	char text[sizeof(lab_of_consoles) + sizeof(expect)];
	struct story story;

	(void)state;
	(void)snprintf(text, sizeof(text), "%s%s", lab_of_consoles, expect);
	story = begin_with(text);
	assert_int_equal(fleet_counts(story.fleet)->cpes, 3);
	assert_non_null(cpe_of(&story, "on"));
	assert_null(cpe_of(&story, "off"));
	assert_null(cpe_of(&story, "new7"));
	assert_non_null(cpe_of(&story, "new5"));
	assert_non_null(cpe_of(&story, "named"));
	end(&story);

	/* Where nothing is expected all are waited for, until somebody types. */
	story = begin_with(lab_of_consoles);
	assert_int_equal(fleet_counts(story.fleet)->cpes, 5);
	assert_false(fleet_is_settled(story.fleet));
	end(&story);
}

static const char periodic_twice[] =
    "name: twice\nsteps:\n"
    "  - {step: 1, see: session, event: 2 PERIODIC, what: one}\n"
    "  - {step: 2, see: cpe-sends, message: empty, later: true, what: the end}\n"
    "  - {step: 3, see: session, event: 2 PERIODIC, at-least: 1, what: another}\n";

static const char told_and_called[] =
    "name: called\nsteps:\n"
    "  - {step: 1, see: session, event: 4 VALUE CHANGE, what: told}\n"
    "  - {step: 2, see: session, event: 6 CONNECTION REQUEST, what: called}\n"
    "  - {step: 3, see: session, event: 2 PERIODIC, what: the rest}\n";

/* A session of cpe-1 with that event, after which it rests for next_ms. */
static void have_session(struct story *story, const char *event, int next_ms)
{
	char line[256];

	(void)snprintf(line, sizeof(line),
	    "{\"event\":\"session-start\",\"node\":\"cpe-1\",\"events\":[\"%s\"]}",
	    event);
	hear(story, line);
	hear(story, "{\"event\":\"session-end\",\"node\":\"cpe-1\",\"ok\":true}");
	(void)snprintf(line, sizeof(line),
	    "{\"event\":\"settled\",\"node\":\"cpe-1\",\"next_ms\":%d}", next_ms);
	hear(story, line);
}

struct expected { /* what the fleet borrows */
	const struct node *node;
	struct expectation expect;
	struct sequence *sequence;
};

/* The lab expects the sequence of cpe-1 within 10 s. */
static void expect_of(struct story *story, const char *text, struct expected *ret)
{
	struct error err = ERROR_NULL;

	ret->node = story->plan->instances[cpe_of(story, "cpe-1")->instance].node;
	ret->expect = (struct expectation){ .nodes = { NULL, 1 },
		.n_on = 1,
		.on = &ret->node,
		.within = 10 * NS_PER_S };
	if (sequence_parse("expected", str_of(text), &ret->sequence, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(fleet_expect(story->fleet, &ret->expect, ret->sequence), 0);
}

static void test_a_run_waits_for_timers_that_a_sequence_needs(void **state)
{
	struct story story = begin();
	struct expected expected;

	(void)state;
	expect_of(&story, periodic_twice, &expected);
	story.now = 100 * NS_PER_S;
	assert_false(fleet_waits(story.fleet, story.now));
	have_session(&story, "1 BOOT", 3000);
	assert_true(fleet_waits(story.fleet, 100 * NS_PER_S));
	/* At the very end of its time is too late. */
	assert_false(fleet_waits(story.fleet, 93 * NS_PER_S));
	assert_true(fleet_waits(story.fleet, 93 * NS_PER_S + 1));
	have_session(&story, "2 PERIODIC", 3000);
	assert_true(fleet_waits(story.fleet, 100 * NS_PER_S));
	have_session(&story, "2 PERIODIC", 3000);
	assert_false(fleet_waits(story.fleet, 100 * NS_PER_S));
	end(&story);
	sequence_free(expected.sequence);
}

static void test_a_cpe_without_a_timer_is_not_waited_for(void **state)
{
	struct story story = begin();
	struct expected expected;

	(void)state;
	expect_of(&story, periodic_twice, &expected);
	hear(&story, "{\"event\":\"settled\",\"node\":\"cpe-1\"}");
	assert_false(fleet_waits(story.fleet, 0));
	end(&story);
	sequence_free(expected.sequence);
}

/* What a CPE tells so that it can be called comes by itself, too. */
static void test_a_run_waits_for_what_comes_before_a_call(void **state)
{
	struct story story = begin_with(
	    "name: t\nnodes:\n"
	    "  sw1: {kind: switch}\n"
	    "  acs: {kind: acs, attach: sw1, address: 10.0.0.11/24,\n"
	    "    url: \"http://10.0.0.11/\", connection-request: {after: 1s}}\n"
	    "  cpe-1: {kind: cpe, attach: sw1, model: box}\n");
	struct expected expected;

	(void)state;
	expect_of(&story, told_and_called, &expected);
	have_session(&story, "1 BOOT", 0);
	assert_true(fleet_waits(story.fleet, 0));
	have_session(&story, "4 VALUE CHANGE", 0);
	assert_true(fleet_waits(story.fleet, 0));
	have_session(&story, "6 CONNECTION REQUEST", 0);
	assert_false(fleet_waits(story.fleet, 0));
	end(&story);
	sequence_free(expected.sequence);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_fleet_rests_when_every_awaited_cpe_does),
		cmocka_unit_test(test_progress_counts_each_cpe_once),
		cmocka_unit_test(test_a_failure_is_kept_until_a_session_ends_well),
		cmocka_unit_test(test_strange_events_change_nothing),
		cmocka_unit_test(
		    test_who_informs_nobody_is_missed_only_where_it_is_named),
		cmocka_unit_test(test_a_run_waits_for_timers_that_a_sequence_needs),
		cmocka_unit_test(test_a_cpe_without_a_timer_is_not_waited_for),
		cmocka_unit_test(test_a_run_waits_for_what_comes_before_a_call),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
