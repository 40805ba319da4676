/* lab/lesson/sight, judge: goals against what a capture shows. */
#include "tests/unit/lesson/a_lesson.h"
#include "tests/unit/topology/topologies.h"

#include "capture/analysis/analysis.h"
#include "lab/lesson/judge.h"
#include "lab/lesson/sight.h"
#include "lib/base/compiler.h"
#include "lib/base/text.h"

#include <string.h>

#define LAB                                                                              \
	"name: t\nnodes:\n"                                                              \
	"  sw1: {kind: switch}\n"                                                        \
	"  acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: http://acs.lab/}\n"  \
	"  other: {kind: acs, attach: sw1, address: 10.0.0.40/24, url: http://x.lab/}\n" \
	"  h: {kind: host, attach: sw1, address: 10.0.0.9/24}\n"                         \
	"  cpe: {kind: cpe, count: 2, attach: sw1, model: box, serials: [S1, S2], acs: {url: http://acs.lab/}}\n"

static const char *events_boot[] = { "0 BOOTSTRAP", "1 BOOT" };
static const char *events_again[] = { "1 BOOT" };

static struct analysis_failure refused = { .frame = 31, .text = "status 500" };

static struct analysis_message first[] = {
	{ .kind = MESSAGE_CWMP,
	    .from = FROM_CPE,
	    .name = "Inform",
	    .frame = 11,
	    .first_frame = 10,
	    .detail = "0 BOOTSTRAP, 1 BOOT",
	    .user = "cpe" },
	{ .kind = MESSAGE_CWMP,
	    .from = FROM_ACS,
	    .name = "SetParameterValues",
	    .frame = 12,
	    .first_frame = 12,
	    .body = { "<Name>A.B</Name>", 16 },
	    .http_status = 200 },
	{ .kind = MESSAGE_CWMP,
	    .from = FROM_CPE,
	    .name = "Fault",
	    .frame = 13,
	    .first_frame = 13,
	    .detail = "9003 Invalid arguments",
	    .fault = 9003 },
};
static struct analysis_message second[] = {
	{ .kind = MESSAGE_CWMP,
	    .from = FROM_CPE,
	    .name = "Inform",
	    .frame = 30,
	    .first_frame = 30,
	    .detail = "1 BOOT" },
};
static struct analysis_message lease[] = {
	{ .kind = MESSAGE_DHCP,
	    .from = FROM_DHCP,
	    .name = "DHCPACK",
	    .frame = 4,
	    .first_frame = 4,
	    .detail = "option 43 (comware) http://a",
	    .why = "sub-option 1 at byte 0" },
};

static struct analysis_session sessions[] = {
	{ .id = 1,
	    .cpe = "10.0.0.100",
	    .acs = "10.0.0.4:7547",
	    .events = events_boot,
	    .n_events = 2,
	    .ok = true,
	    .messages = first,
	    .n_messages = 3 },
	{ .id = 2,
	    .cpe = "10.0.0.100",
	    .acs = "10.0.0.40:7547",
	    .events = events_again,
	    .n_events = 1,
	    .ok = false,
	    .failure = &refused,
	    .messages = second,
	    .n_messages = 1 },
};
static struct analysis_host hosts[] = {
	{ .messages = lease, .n_messages = 1 },
};

struct world {
	struct topology *topology;
	struct analysis analysis;
	char mac[MAC_TEXT_MAX];
	struct facts facts;
};

/* Both sessions are of cpe-1, and so is the lease. */
static void make(struct world *world)
{
	struct error err = ERROR_NULL;
	uint64_t i;
	uint8_t mac[6];

	if (read_topology(LAB, &world->topology, &err) < 0)
		fail_msg("%s", err.text);
	node_mac(topology_instance(world->topology, STR("cpe-1"), &i), 1, mac);
	(void)mac_text(mac, world->mac);
	sessions[0].mac = sessions[1].mac = hosts[0].mac = world->mac;
	world->analysis = (struct analysis){ .sessions = sessions,
		.n_sessions = 2,
		.hosts = hosts,
		.n_hosts = 1 };
	world->facts =
	    (struct facts){ .topology = world->topology, .analysis = &world->analysis };
}

#define LIST(...)                                                \
	{                                                        \
		(const char *[]){ __VA_ARGS__ },                 \
		    ARRAY_LEN(((const char *[]){ __VA_ARGS__ })) \
	}

static void test_each_condition_counts(void **state)
{
	const struct {
		struct sight sight;
		uint64_t frame; /* 0: it is not seen, for that reason */
		const char *text;
	} rows[] = {
		{ { .cpe = "cpe-1", .message = "Inform" }, 11,
		    "frame 11: Inform from cpe-1, 0 BOOTSTRAP, 1 BOOT" },
		{ { .cpe = "S1", .message = "Inform" }, 11,
		    "frame 11: Inform from S1, 0 BOOTSTRAP, 1 BOOT" },
		{ { .cpe = "cpe-2", .message = "Inform" }, 0,
		    "no Inform of cpe-2 is in the capture yet" },
		{ { .cpe = "cpe-1" }, 13,
		    "frame 13: the session of cpe-1: 0 BOOTSTRAP, 1 BOOT" },
		{ { .cpe = "cpe-1", .message = "Inform", .is_last = true }, 30,
		    "frame 30: Inform from cpe-1, 1 BOOT" },
		{ { .cpe = "cpe-1", .message = "Inform", .acs = "other" }, 30,
		    "frame 30: Inform from cpe-1, 1 BOOT" },
		{ { .cpe = "cpe-1", .message = "Fault", .acs = "other" }, 0,
		    "frame 13: Fault from cpe-1, 9003 Invalid arguments: it is not with other" },
		{ { .cpe = "cpe-1",
		      .message = "Inform",
		      .without = LIST("0 BOOTSTRAP") },
		    30, "frame 30: Inform from cpe-1, 1 BOOT" },
		{ { .cpe = "cpe-1", .message = "Inform", .events = LIST("2 PERIODIC") },
		    0,
		    "frame 30: Inform from cpe-1, 1 BOOT: its Inform has no event 2 PERIODIC" },
		{ { .cpe = "cpe-1",
		      .message = "Inform",
		      .is_last = true,
		      .events = LIST("0 BOOTSTRAP") },
		    0,
		    "frame 30: Inform from cpe-1, 1 BOOT: its Inform has no event 0 BOOTSTRAP" },
		{ { .cpe = "cpe-1", .events = LIST("1 BOOT"), .never = LIST("Fault") },
		    30, "frame 30: the session of cpe-1: 1 BOOT" },
		{ { .cpe = "cpe-1",
		      .events = LIST("0 BOOTSTRAP"),
		      .never = LIST("Fault"),
		      .is_last = true,
		      .message = "SetParameterValues" },
		    0,
		    "frame 12: SetParameterValues to cpe-1: it has a Fault in frame 13, 9003 "
		    "Invalid arguments" },
		{ { .cpe = "cpe-1",
		      .message = "SetParameterValues",
		      .with = LIST("204") },
		    0, "frame 12: SetParameterValues to cpe-1: it has no 204" },
		{ { .cpe = "cpe-1",
		      .message = "SetParameterValues",
		      .says = LIST("<Name>A.B<"),
		      .with = LIST("Fault") },
		    12, "frame 12: SetParameterValues to cpe-1" },
		{ { .cpe = "cpe-1",
		      .message = "SetParameterValues",
		      .says = LIST("A.C") },
		    0,
		    "frame 12: SetParameterValues to cpe-1: it does not say \"A.C\"" },
		{ { .cpe = "cpe-1",
		      .message = "SetParameterValues",
		      .lacks = LIST("A.B") },
		    0, "frame 12: SetParameterValues to cpe-1: it says \"A.B\"" },
		{ { .cpe = "cpe-1", .message = "Fault", .fault = 9003 }, 13,
		    "frame 13: Fault from cpe-1, 9003 Invalid arguments" },
		{ { .cpe = "cpe-1", .message = "Fault", .fault = 9005 }, 0,
		    "frame 13: Fault from cpe-1, 9003 Invalid arguments: it is no fault 9005" },
		{ { .cpe = "cpe-1", .message = "SetParameterValues", .status = 200 },
		    12, "frame 12: SetParameterValues to cpe-1" },
		{ { .cpe = "cpe-1", .message = "SetParameterValues", .status = 204 }, 0,
		    "frame 12: SetParameterValues to cpe-1: its status is not 204" },
		{ { .cpe = "cpe-1", .message = "Inform", .user = "cpe" }, 11,
		    "frame 11: Inform from cpe-1, 0 BOOTSTRAP, 1 BOOT" },
		{ { .cpe = "cpe-1", .message = "Inform", .user = "ada" }, 0,
		    "frame 30: Inform from cpe-1, 1 BOOT: it does not come with the user \"ada\"" },
		{ { .cpe = "cpe-1", .acs = "other", .is_complete = true }, 0,
		    "frame 30: the session of cpe-1: 1 BOOT: its session did not end as it "
		    "should: frame 31: status 500" },
		{ { .cpe = "cpe-1", .message = "DHCPACK", .says = LIST("comware") }, 4,
		    "frame 4: DHCPACK to cpe-1, option 43 (comware) http://a (sub-option 1 at "
		    "byte 0)" },
		{ { .cpe = "cpe-1", .message = "DHCPACK", .lacks = LIST("at byte 0") },
		    0,
		    "frame 4: DHCPACK to cpe-1, option 43 (comware) http://a (sub-option 1 at "
		    "byte 0): it says \"at byte 0\"" },
		{ { .cpe = "cpe-1", .message = "DHCPACK", .is_complete = true }, 0,
		    "frame 4: DHCPACK to cpe-1, option 43 (comware) http://a (sub-option 1 at "
		    "byte 0): its session did not end as it should" },
	};
	struct world world;
	unsigned n_wrong = 0;

	(void)state;
	make(&world);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct goal_result result;
		uint64_t frame;

		sight_judge(&world.facts, &rows[i].sight, 0, &result, &frame);
		if (strcmp(result.text, rows[i].text) != 0) {
			print_error("row %zu: %s\n", i, result.text);
			n_wrong++;
		}
		assert_int_equal(result.state,
		    rows[i].frame ? GOAL_REACHED : GOAL_OPEN);
		assert_int_equal(result.frame, rows[i].frame);
	}
	assert_int_equal(n_wrong, 0);
	topology_free(world.topology);
}

static void test_what_came_before_does_not_count(void **state)
{
	const struct sight sight = { .cpe = "cpe-1", .message = "Inform" };
	struct goal_result result;
	struct world world;
	uint64_t frame;

	(void)state;
	make(&world);
	sight_judge(&world.facts, &sight, 10, &result, &frame);
	assert_int_equal(result.frame, 11);
	assert_int_equal(frame, 10);
	sight_judge(&world.facts, &sight, 11, &result, &frame);
	assert_int_equal(result.frame, 30);
	sight_judge(&world.facts, &sight, 30, &result, &frame);
	assert_int_equal(result.state, GOAL_OPEN);
	assert_string_equal(result.text,
	    "no Inform of cpe-1 is in the capture, behind what the goal before has shown");
	topology_free(world.topology);
}

/* A finding or a failure of the CPE is mostly why something is not there. */
static void test_the_last_trouble_is_told(void **state)
{
	const struct sight sight = { .cpe = "cpe-1", .message = "Reboot" };
	struct analysis_failure failures[] = {
		{ .mac = NULL, .frame = 20, .text = "no answer" },
		{ .mac = "02:00:00:00:00:99", .frame = 25, .text = "another's" },
	};
	struct finding findings[] = {
		{ .severity = RULE_MUST, .frame = 22, .text = "wrong length" },
		{ .severity = RULE_NOTE, .frame = 23, .text = "odd" },
	};
	struct goal_result result;
	struct world world;
	uint64_t frame;

	(void)state;
	make(&world);
	failures[0].mac = findings[0].mac = findings[1].mac = world.mac;
	world.analysis.failures = failures;
	world.analysis.n_failures = 2;
	sight_judge(&world.facts, &sight, 0, &result, &frame);
	assert_string_equal(result.text,
	    "no Reboot of cpe-1 is in the capture yet; frame 20: no answer");
	world.analysis.findings = findings;
	world.analysis.n_findings = 2;
	sight_judge(&world.facts, &sight, 0, &result, &frame);
	assert_string_equal(result.text,
	    "no Reboot of cpe-1 is in the capture yet; frame 22: wrong length");
	findings[0].text =
	    "status 500"; /* what the failure of the session has said already */
	sight_judge(&world.facts,
	    &(struct sight){ .cpe = "cpe-1", .acs = "other", .is_complete = true }, 0,
	    &result, &frame);
	assert_string_equal(result.text,
	    "frame 30: the session of cpe-1: 1 BOOT: its session did not end as it should: "
	    "frame 31: status 500");
	topology_free(world.topology);
}

/* Of the rules that are asked for, at the level must, in the frames of the message. */
static void test_a_rule_that_is_broken_by_the_message_counts(void **state)
{
	const struct sight keeps = { .cpe = "cpe-1",
		.message = "Inform",
		.is_last = true,
		.keeps = LIST("SOAP") };
	const struct sight one = { .cpe = "cpe-1",
		.message = "Inform",
		.is_last = true,
		.keeps = LIST("SOAP-03") };
	const struct sight whole = { .cpe = "cpe-1",
		.acs = "acs",
		.keeps = LIST("SOAP") };
	struct finding findings[] = {
		{ .rule = "SOAP-01",
		    .severity = RULE_MUST,
		    .frame = 29,
		    .text = "early" },
		{ .rule = "SOAP-01",
		    .severity = RULE_SHOULD,
		    .frame = 30,
		    .text = "odd" },
		{ .rule = "INF-09",
		    .severity = RULE_MUST,
		    .frame = 30,
		    .text = "other" },
		{ .rule = "SOAP-01",
		    .severity = RULE_MUST,
		    .frame = 31,
		    .text = "late" },
		{ .rule = "SOAP-01",
		    .severity = RULE_MUST,
		    .frame = 30,
		    .text = "no prefix",
		    .session = 1 },
	};
	struct goal_result result;
	struct world world;
	uint64_t frame;

	(void)state;
	make(&world);
	world.analysis.findings = findings;
	world.analysis.n_findings = 4;
	sight_judge(&world.facts, &keeps, 0, &result, &frame);
	assert_int_equal(result.state, GOAL_REACHED);
	world.analysis.n_findings = 5;
	sight_judge(&world.facts, &keeps, 0, &result, &frame);
	assert_int_equal(result.state, GOAL_OPEN);
	assert_string_equal(result.text,
	    "frame 30: Inform from cpe-1, 1 BOOT: it breaks SOAP-01: no prefix");
	sight_judge(&world.facts, &one, 0, &result, &frame);
	assert_int_equal(result.state, GOAL_REACHED);
	sight_judge(&world.facts, &whole, 0, &result, &frame);
	assert_int_equal(result.state, GOAL_OPEN);
	topology_free(world.topology);
}

/* What is there proves something however much is missing; what is not there proves nothing. */
static void test_what_cannot_be_judged_is_not_called_wrong(void **state)
{
	const struct sight there = { .cpe = "cpe-1", .message = "Inform" };
	const struct sight missing = { .cpe = "cpe-1", .message = "Reboot" };
	struct goal_result result;
	struct world world;
	uint64_t frame;

	(void)state;
	make(&world);
	world.facts.not_judged = "the recording is cut off at byte 9";
	sight_judge(&world.facts, &there, 0, &result, &frame);
	assert_int_equal(result.state, GOAL_REACHED);
	sight_judge(&world.facts, &missing, 0, &result, &frame);
	assert_int_equal(result.state, GOAL_NOT_JUDGED);
	assert_string_equal(result.text, "the recording is cut off at byte 9");
	topology_free(world.topology);
}

/* ---- commands in nodes ---------------------------------------------------------------- */

struct command {
	const char *says; /* null: it cannot be run */
	int status;
};

static int run(void *user, const char *node, const char *const *words, struct buf *out,
    struct error *err)
{
	const struct command *command = user;

	assert_string_equal(node, "h");
	assert_string_equal(words[0], "ip");
	assert_string_equal(words[1], "addr");
	assert_null(words[2]);
	if (!command->says)
		return error_set(err, ERR_USAGE, "the lab is not up");
	buf_append_text(out, command->says);
	return command->status;
}

static void test_a_command_in_a_node_is_judged_by_what_it_prints(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	struct seat seat = seat_of("ada", "");
	const struct {
		struct command command;
		const char *prints, *lacks;
		enum goal_state state;
		const char *text;
	} rows[] = {
		{ { "eth0 UP\n", 0 }, "UP", "DOWN", GOAL_REACHED, "ip in h: eth0 UP" },
		{ { "eth0\n", 0 }, "UP", "DOWN", GOAL_OPEN,
		    "ip in h does not print \"UP\": eth0" },
		{ { "UP DOWN\n", 0 }, "UP", "DOWN", GOAL_OPEN,
		    "ip in h prints \"DOWN\": UP DOWN" },
		{ { NULL, 0 }, "UP", "DOWN", GOAL_NOT_JUDGED, "the lab is not up" },
		/* That a text is there shows that it ran; that one is not there does not. */
		{ { "eth0 UP\n", 1 }, "UP", NULL, GOAL_REACHED, "ip in h: eth0 UP" },
		{ { "no ip\n", 127 }, "UP", NULL, GOAL_OPEN,
		    "ip in h does not print \"UP\": no ip" },
		{ { "eth0 UP\n", 0 }, NULL, "DOWN", GOAL_REACHED, "ip in h: eth0 UP" },
		{ { "no ip\n", 127 }, NULL, "DOWN", GOAL_NOT_JUDGED,
		    "ip in h ends with status 127: no ip" },
		{ { "DOWN\n", 1 }, NULL, "DOWN", GOAL_OPEN,
		    "ip in h prints \"DOWN\": DOWN" },
	};
	struct error err = ERROR_NULL;
	struct values values;

	(void)state;
	assert_int_equal(values_make(&values, lesson, &seat, &err), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct facts facts = { .run = run,
			.user = (void *)(uintptr_t)&rows[i].command };
		const struct lesson_goal goal = { .kind = GOAL_READING,
			.reading = { .node = "h",
			    .run = LIST("ip", "addr"),
			    .prints = rows[i].prints,
			    .lacks = rows[i].lacks } };
		struct goal_result result;

		judge_goal(&facts, &values, &goal, 0, &result);
		assert_int_equal(result.state, rows[i].state);
		assert_string_equal(result.text, rows[i].text);
	}
	values_free(&values);
	lesson_free(lesson);
}

/* ---- the number of a frame ------------------------------------------------------------ */

static void test_each_frame_of_the_message_is_right(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	struct seat seat = seat_of("ada", "");
	const struct lesson_goal goal = { .kind = GOAL_FRAME,
		.sight = { .cpe = "cpe-1", .message = "Inform" } };
	const struct {
		const char *answer;
		uint64_t after;
		bool is_right;
	} rows[] = { { "9", 0, false }, { "10", 0, true }, { " 11 ", 0, true },
		{ "12", 0, false }, { "x", 0, false }, { "", 0, false },
		{ "11", 11, false }, { "30", 11, true }, { "30", 30, false } };
	struct error err = ERROR_NULL;
	struct values values;
	struct world world;

	(void)state;
	make(&world);
	assert_int_equal(values_make(&values, lesson, &seat, &err), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct goal_result result;

		world.facts.after = rows[i].after;
		judge_answer(&world.facts, &values, &goal, str_of(rows[i].answer),
		    &result);
		assert_int_equal(result.state == GOAL_REACHED, rows[i].is_right);
	}
	values_free(&values);
	lesson_free(lesson);
	topology_free(world.topology);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_condition_counts),
		cmocka_unit_test(test_what_came_before_does_not_count),
		cmocka_unit_test(test_the_last_trouble_is_told),
		cmocka_unit_test(test_a_rule_that_is_broken_by_the_message_counts),
		cmocka_unit_test(test_what_cannot_be_judged_is_not_called_wrong),
		cmocka_unit_test(test_a_command_in_a_node_is_judged_by_what_it_prints),
		cmocka_unit_test(test_each_frame_of_the_message_is_right),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
