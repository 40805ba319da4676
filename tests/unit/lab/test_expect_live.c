/* lab/expect/expect_live: how long a run waits for what packets decide. */
#include "tests/unit/lab/labs.h"

#include "lab/expect/expect_live.h"
#include "lib/base/buf.h"

#include <jansson.h>

static const char lab[] = "name: t\n"
			  "nodes:\n"
			  "  sw1: {kind: switch}\n"
			  "  cpe: {kind: cpe, count: 2, attach: sw1, model: box}\n"
			  "expect: [";

#define LEASE(cpe) "{\"event\":\"lease\",\"node\":\"" cpe "\"}"
#define CALL(by, serial) \
	"{\"event\":\"call\",\"by\":\"" by "\",\"cpe\":\"00-x-" serial "\"}"

static const struct row {
	const char *expect;
	const char *events[4]; /* ended by null */
	int at_s;              /* after the lab was up */
	bool waits;
} rows[] = {
	/* All of them, or the time is over. */
	{ "lease all within 10s", { NULL }, 9, true },
	{ "lease all within 10s", { NULL }, 10, false },
	{ "lease all within 10s", { LEASE("cpe-1"), LEASE("cpe-1") }, 1, true },
	{ "lease all within 10s", { LEASE("cpe-1"), LEASE("cpe-2") }, 1, false },
	/* One that has a lease decides that not all have none. */
	{ "no lease within 10s", { NULL }, 9, true },
	{ "no lease within 10s", { LEASE("cpe-2") }, 1, false },
	{ "no lease within 10s", { NULL }, 10, false },
	/* However it ended, and by the way that is meant. */
	{ "call tcp fails", { CALL("http", "020002000001") }, 1, true },
	{ "call tcp fails",
	    { CALL("http", "020002000001"), CALL("udp", "020002000002") }, 1, true },
	{ "call tcp fails",
	    { CALL("http", "020002000001"), CALL("http", "020002000002") }, 1, false },
	/* A serial number that another one ends with is another one. */
	{ "call tcp fails",
	    { CALL("http", "020002000001"), CALL("http", "1020002000002") }, 1, true },
	{ "call udp works",
	    { CALL("udp", "020002000001"), CALL("udp", "020002000002") }, 1, false },
	/* The packets say it in the end. */
	{ "session p99 < 1s", { NULL }, 1, false },
	{ "rule RTY-01 is kept", { NULL }, 1, false },
	/* Not looked at yet. */
	{ "{run: {node: sw1, command: \"true\"}}", { NULL }, 1, true },
	{ "{state: cpe-1 port eth0 up, within: 1s}", { NULL }, 1, false },
};

static void test_a_run_waits_for_what_can_still_come(void **state)
{
	const clock_ns up = 1000 * NS_PER_S;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf text = BUF_NULL;
		struct topology *topology;
		struct plan *plan;
		struct expect_live *live;

		buf_printf(&text, "%s%s]\n", lab, rows[i].expect);
		topology = must_read(buf_cstr(&text));
		plan = must_build(topology);
		live = expect_live_new(plan);
		assert_non_null(live);
		for (size_t k = 0; rows[i].events[k]; k++) {
			json_t *event = json_loads(rows[i].events[k], 0, NULL);

			assert_non_null(event);
			expect_live_event(live, event);
			json_decref(event);
		}
		if (expect_live_waits(live, up, up + rows[i].at_s * NS_PER_S) !=
		    rows[i].waits)
			fail_msg("row %zu: %s", i, rows[i].expect);
		expect_live_free(live);
		plan_free(plan);
		topology_free(topology);
	}
}

/* A lease that no recorded port shows is one all the same, if it came in time. */
static void test_who_says_that_it_leased_is_believed(void **state)
{
	static const struct {
		const char *expect, *event;
		enum expect_outcome outcome;
	} doubts[] = {
		{ "no lease within 10s",
		    "{\"event\":\"lease\",\"node\":\"cpe-2\",\"time\":1010000000000}",
		    EXPECT_BROKEN },
		{ "no lease within 10s",
		    "{\"event\":\"lease\",\"node\":\"cpe-2\",\"time\":1010000000001}",
		    EXPECT_HELD },
		{ "no lease within 10s",
		    "{\"event\":\"lease\",\"node\":\"sw1\",\"time\":1001000000000}",
		    EXPECT_HELD },
		{ "lease all within 10s",
		    "{\"event\":\"lease\",\"node\":\"cpe-2\",\"time\":1001000000000}",
		    EXPECT_HELD },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(doubts); i++) {
		struct expect_result result = { EXPECT_HELD, 0, "so it is" };
		json_t *event = json_loads(doubts[i].event, 0, NULL);
		auto_buf text = BUF_NULL;
		struct topology *topology;
		struct expect_live *live;
		struct plan *plan;

		buf_printf(&text, "%s%s]\n", lab, doubts[i].expect);
		topology = must_read(buf_cstr(&text));
		plan = must_build(topology);
		live = expect_live_new(plan);
		assert_non_null(live);
		expect_live_event(live, event);
		expect_live_doubt(live, 0, 1000 * NS_PER_S, &result);
		assert_int_equal(result.outcome, doubts[i].outcome);
		assert_string_equal(result.text,
		    doubts[i].outcome == EXPECT_HELD
			? "so it is"
			: "cpe-2 says that it was given one, by a port that is not recorded");
		json_decref(event);
		expect_live_free(live);
		plan_free(plan);
		topology_free(topology);
	}
}

/* What nobody looked at is not taken for what does not hold. */
static void test_what_was_not_looked_at_is_not_judged(void **state)
{
	struct topology *topology;
	struct plan *plan;
	struct expect_live *live;
	auto_buf text = BUF_NULL;

	(void)state;
	buf_printf(&text, "%s%s]\n", lab, "{run: {node: sw1, command: \"true\"}}");
	topology = must_read(buf_cstr(&text));
	plan = must_build(topology);
	live = expect_live_new(plan);
	assert_non_null(live);
	expect_live_end(live);
	assert_int_equal(expect_live_result(live, 0)->outcome, EXPECT_NOT_JUDGED);
	assert_string_equal(expect_live_result(live, 0)->text,
	    "the lab ended before it was looked at");
	expect_live_free(live);
	plan_free(plan);
	topology_free(topology);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_a_run_waits_for_what_can_still_come,
		    enter_source),
		cmocka_unit_test_setup(test_who_says_that_it_leased_is_believed,
		    enter_source),
		cmocka_unit_test_setup(test_what_was_not_looked_at_is_not_judged,
		    enter_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
