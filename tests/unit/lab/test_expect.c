/* lab/expect: what packets say of an expectation beside sequences. */
#include "tests/unit/lab/labs.h"

#include "capture/analysis/analysis.h"
#include "lab/expect/expect.h"
#include "lib/base/buf.h"

/* As in a lab of two CPEs, an ACS and two DHCP servers; rules of test_options. */
static const char lab[] = "name: t\n"
			  "nodes:\n"
			  "  sw1: {kind: switch}\n"
			  "  good: {kind: dhcp, attach: sw1, address: 10.0.0.2/24,"
			  " pools: [{range: 10.0.0.100-10.0.0.199}]}\n"
			  "  rogue: {kind: dhcp, attach: sw1, address: 10.0.0.21/24,"
			  " pools: [{range: 10.0.0.200-10.0.0.209}]}\n"
			  "  acs1: {kind: acs, attach: sw1, address: 10.0.0.11/24,"
			  " url: \"http://acs1.lab:7547/cwmp\"}\n"
			  "  cpe: {kind: cpe, count: 2, attach: sw1, model: box}\n"
			  "  one: {kind: cpe, attach: sw1, model: box}\n"
			  "expect: [";

/* The nodes have the numbers 1 to 6. */
#define MAC1 "02:00:05:00:00:01"
#define MAC2 "02:00:05:00:00:02"
#define MAC3 "02:00:06:00:00:01"

enum {
	UP_S = 100
};

static const char *const boot[] = { "1 BOOT" }, *const call[] = {
	"6 CONNECTION REQUEST"
};

static struct analysis_message informs[] = {
	{ .kind = MESSAGE_CWMP, .name = "Inform", .frame = 11, .first_frame = 10 },
	{ .kind = MESSAGE_CWMP, .name = "Inform", .frame = 21, .first_frame = 20 },
	{ .kind = MESSAGE_CWMP, .name = "Inform", .frame = 31, .first_frame = 30 },
	{ .kind = MESSAGE_CWMP, .name = "Inform", .frame = 41, .first_frame = 40 },
};

#define SESSION(id_, mac_, serial_, ms, ok_, i, event)                        \
	{                                                                     \
		.id = id_, .mac = mac_, .serial = serial_, .ok = ok_,         \
		.acs = "10.0.0.11:7547", .start = NS_PER_S,                   \
		.end = NS_PER_S + (ms)*NS_PER_MS, .messages = &informs[i],    \
		.n_messages = 1, .events = (const char **)(uintptr_t)(event), \
		.n_events = 1, .device = SIZE_MAX, .owner = SIZE_MAX          \
	}

/* Behind a NAT the MAC is the NAT's, and the serial number says whose it is. */
static struct analysis_session sessions[] = {
	SESSION(1, MAC1, NULL, 100, true, 0, boot),
	SESSION(2, "02:00:00:00:00:99", "020005000002", 300, true, 1, boot),
	SESSION(3, MAC3, NULL, 900, false, 2, boot),
	SESSION(4, MAC2, NULL, 200, true, 3, call),
};

static struct analysis_message asked[] = {
	{ .kind = MESSAGE_DHCP,
	    .lease = LEASE_SOUGHT,
	    .frame = 1,
	    .time = 101 * NS_PER_S },
	{ .kind = MESSAGE_DHCP,
	    .lease = LEASE_GIVEN,
	    .frame = 2,
	    .time = 102 * NS_PER_S },
	{ .kind = MESSAGE_DHCP,
	    .lease = LEASE_GIVEN,
	    .frame = 3,
	    .time = 109 * NS_PER_S },
};

static struct analysis_message called[] = {
	{ .kind = MESSAGE_HTTP, .name = "connection request", .frame = 50 },
	{ .kind = MESSAGE_HTTP, .name = "200", .http_status = 200, .frame = 51 },
};

static struct analysis_host hosts[] = {
	{ .mac = MAC1, .device = SIZE_MAX, .messages = asked, .n_messages = 2 },
	{ .mac = MAC2, .device = SIZE_MAX, .messages = &asked[2], .n_messages = 1 },
	{ .mac = MAC3, .device = SIZE_MAX, .messages = called, .n_messages = 2 },
};

static struct finding findings[] = {
	{ .rule = "RTY-02",
	    .who = RULE_BY_CPE,
	    .mac = MAC2,
	    .frame = 60,
	    .text = "too soon" },
	{ .rule = "SES-09",
	    .who = RULE_BY_SERVER,
	    .mac = MAC1,
	    .frame = 61,
	    .text = "10.0.0.21 answers as well" },
	{ .rule = "CR-11",
	    .who = RULE_BY_CPE,
	    .mac = MAC1,
	    .frame = 62,
	    .text = "refused" },
};

static struct rule_count counts[] = {
	{ .rule = "RTY-01", .kept = 3 },
	{ .rule = "RTY-02", .kept = 1, .broken = 1 },
	{ .rule = "SES-09", .not_judged = 2, .why = "start missing" },
	{ .rule = "URL-03", .kept = 2, .broken = 5 },
};

/* The findings of URL-03 came when there was no room for more. */
static const struct rule_tally tallies[] = {
	{ .rule = "RTY-01", .mac = MAC1, .kept = 2 },
	{ .rule = "RTY-01", .mac = MAC1, .serial = "020005000001", .kept = 1 },
	{ .rule = "RTY-02", .mac = MAC2, .broken = 1 },
	{ .rule = "RTY-02", .mac = MAC3, .kept = 1 },
	{ .rule = "SES-09", .mac = MAC3, .not_judged = 2 },
	{ .rule = "URL-03",
	    .mac = "02:00:00:00:00:99",
	    .serial = "020005000002",
	    .broken = 5 },
	{ .rule = "URL-03", .mac = MAC3, .kept = 2 },
};

static const struct row {
	const char *expect;
	enum expect_outcome outcome;
	uint64_t frame;
	const char *text;
} rows[] = {
	{ "{rule: RTY-01 is kept}", EXPECT_HELD, 0, "kept 3 times" },
	{ "{rule: RTY-01 is broken}", EXPECT_BROKEN, 0, "kept 3 times" },
	{ "{rule: RTY is kept}", EXPECT_BROKEN, 60, "RTY-02 by the cpe: too soon" },
	{ "{rule: RTY-02 is kept, nodes: one}", EXPECT_HELD, 0, "kept 1 time" },
	{ "{rule: RTY-02 is broken}", EXPECT_HELD, 60, "RTY-02 by the cpe: too soon" },
	{ "rule RTY-02 is broken by cpe-2", EXPECT_HELD, 60,
	    "RTY-02 by the cpe: too soon" },
	{ "rule RTY-02 is broken by cpe-1", EXPECT_BROKEN, 60,
	    "not cpe-1 breaks it, but the cpe: too soon" },
	{ "rule RTY-02 is broken by acs1", EXPECT_BROKEN, 60,
	    "not acs1 breaks it, but the cpe: too soon" },
	/* Of two servers the words say which. */
	{ "rule SES-09 is broken by rogue", EXPECT_HELD, 61,
	    "SES-09 by the dhcp: 10.0.0.21 answers as well" },
	{ "rule SES-09 is broken by good", EXPECT_BROKEN, 61,
	    "not good breaks it, but the dhcp: 10.0.0.21 answers as well" },
	{ "rule SES-09 is broken by dhcp", EXPECT_HELD, 61,
	    "SES-09 by the dhcp: 10.0.0.21 answers as well" },
	/* What others keep says nothing of one. */
	{ "{rule: RTY-01 is kept, nodes: cpe}", EXPECT_HELD, 0, "kept 3 times" },
	{ "{rule: RTY-01 is kept, nodes: one}", EXPECT_BROKEN, 0,
	    "the capture shows nothing that RTY-01 is about" },
	{ "{rule: RTY-01 is broken, nodes: one}", EXPECT_BROKEN, 0,
	    "the capture shows nothing that RTY-01 is about" },
	/* Breaks count, also those whose findings were not kept. */
	{ "{rule: URL-03 is kept}", EXPECT_BROKEN, 0,
	    "broken 5 times, behind more findings than are kept" },
	{ "{rule: URL-03 is broken}", EXPECT_HELD, 0,
	    "broken 5 times, behind more findings than are kept" },
	{ "rule URL-03 is broken by acs1", EXPECT_NOT_JUDGED, 0,
	    "broken 5 times, behind more findings than are kept" },
	{ "{rule: URL-03 is kept, nodes: cpe}", EXPECT_BROKEN, 0,
	    "broken 5 times, behind more findings than are kept" },
	{ "{rule: URL-03 is kept, nodes: one}", EXPECT_HELD, 0, "kept 2 times" },
	/* What is not judged is no success, nor what the capture does not speak of. */
	{ "{rule: SES-09 is kept, nodes: one}", EXPECT_NOT_JUDGED, 0,
	    "start missing (2 times)" },

	{ "{lease: all, within: 5s, nodes: cpe}", EXPECT_BROKEN, 3,
	    "cpe-2 was given one too late" },
	{ "{lease: all, within: 9s, nodes: cpe}", EXPECT_HELD, 3,
	    "2 of 2 CPEs have one, cpe-2 the last" },
	{ "{lease: all}", EXPECT_BROKEN, 0, "one was given none" },
	{ "{lease: none, nodes: one}", EXPECT_HELD, 0, "none of 1 CPE was given one" },
	{ "no lease within 5s", EXPECT_BROKEN, 2, "cpe-1 was given one" },

	/* Of 100, 200 and 300 ms; the session that failed is no measure. */
	{ "session p99 < 300ms", EXPECT_BROKEN, 20, "p99 is 0.300 s of 3 sessions" },
	{ "session p99 <= 300ms", EXPECT_HELD, 20, "p99 is 0.300 s of 3 sessions" },
	{ "session p50 > 199ms", EXPECT_HELD, 40, "p50 is 0.200 s of 3 sessions" },
	{ "session p34 >= 200ms", EXPECT_HELD, 40, "p34 is 0.200 s of 3 sessions" },
	{ "session p33 >= 200ms", EXPECT_BROKEN, 10, "p33 is 0.100 s of 3 sessions" },
	{ "session mean < 201ms", EXPECT_HELD, 20,
	    "mean is 0.200 s of 3 sessions; the longest begins here" },
	{ "session max < 1s", EXPECT_HELD, 20, "max is 0.300 s of 3 sessions" },
	{ "{session: max < 1s, nodes: one}", EXPECT_BROKEN, 0,
	    "no session of theirs ended as it should" },

	{ "{call: tcp works, nodes: one}", EXPECT_HELD, 51, "one answers the call" },
	{ "{call: tcp fails, nodes: one}", EXPECT_BROKEN, 51, "one answers the call" },
	{ "{call: tcp fails, nodes: cpe}", EXPECT_NOT_JUDGED, 0,
	    "the capture shows no call by TCP to cpe-2: is the port of the ACS recorded?" },
	{ "{call: tcp works, nodes: cpe}", EXPECT_BROKEN, 62, "cpe-1: refused" },
	{ "{call: udp works, nodes: cpe}", EXPECT_BROKEN, 0,
	    "cpe-1 never comes with 6 CONNECTION REQUEST" },
	{ "{call: udp fails, nodes: one}", EXPECT_NOT_JUDGED, 0,
	    "the capture shows no call by UDP: is the port of the ACS recorded?" },
};

static void test_packets_decide_what_is_expected(void **state)
{
	const struct analysis analysis = { .sessions = sessions,
		.n_sessions = ARRAY_LEN(sessions),
		.hosts = hosts,
		.n_hosts = ARRAY_LEN(hosts),
		.findings = findings,
		.n_findings = ARRAY_LEN(findings),
		.rules = counts,
		.n_rules = ARRAY_LEN(counts),
		.tallies = tallies,
		.n_tallies = ARRAY_LEN(tallies) };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf text = BUF_NULL;
		struct topology *topology;
		struct plan *plan;
		struct expect_result result;
		struct expect_facts facts = { .analysis = &analysis,
			.up = UP_S * NS_PER_S };

		buf_printf(&text, "%s%s]\n", lab, rows[i].expect);
		topology = must_read(buf_cstr(&text));
		plan = must_build(topology);
		facts.plan = plan;
		assert_int_equal(expect_judge(&facts, topology->expect.items, &result),
		    0);
		assert_string_equal(result.text, rows[i].text);
		assert_int_equal(result.outcome, rows[i].outcome);
		assert_int_equal(result.frame, rows[i].frame);
		plan_free(plan);
		topology_free(topology);
	}
}

/* Nobody who was not called fails to come. */
static void test_a_call_by_udp_fails_where_one_was_made(void **state)
{
	static struct rule_count calls[] = { { .rule = "UDP-01", .kept = 1 } };
	const struct analysis analysis = { .rules = calls, .n_rules = 1 };
	struct topology *topology;
	struct expect_result result;
	struct expect_facts facts = { .analysis = &analysis, .up = UP_S * NS_PER_S };
	struct plan *plan;
	auto_buf text = BUF_NULL;

	(void)state;
	buf_printf(&text, "%s{call: udp fails, nodes: one}]\n", lab);
	topology = must_read(buf_cstr(&text));
	plan = must_build(topology);
	facts.plan = plan;
	assert_int_equal(expect_judge(&facts, topology->expect.items, &result), 0);
	assert_string_equal(result.text, "one never comes with 6 CONNECTION REQUEST");
	assert_int_equal(result.outcome, EXPECT_HELD);
	plan_free(plan);
	topology_free(topology);
}

/* Each is named in one line, a text as the mapping that it is short for. */
static void test_an_expectation_has_a_name(void **state)
{
	static const char *const names[][2] = {
		{ "no lease within 5s", "no lease" },
		{ "{lease: all}", "a lease" },
		{ "rule RTY-01 is kept", "RTY-01 is kept" },
		{ "session p99  <  2s within 1m", "session p99 < 2s" },
		{ "{state: cpe-1 port eth0 down}", "cpe-1 port eth0 down" },
		{ "{call: tcp fails}", "call tcp fails" },
		{ "{run: {node: sw1, command: [ip, link]}}", "in sw1: ip link" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		auto_buf text = BUF_NULL;
		struct topology *topology;
		const struct expectation *expect;

		buf_printf(&text, "%s%s]\n", lab, names[i][0]);
		topology = must_read(buf_cstr(&text));
		expect = topology->expect.items;
		assert_string_equal(expect->text, names[i][1]);
		topology_free(topology);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_packets_decide_what_is_expected,
		    enter_source),
		cmocka_unit_test_setup(test_a_call_by_udp_fails_where_one_was_made,
		    enter_source),
		cmocka_unit_test_setup(test_an_expectation_has_a_name, enter_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
