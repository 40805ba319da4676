/* What "run" says at its end, and report.json: one lab whose CPEs fared differently, whole
 * texts compared (tests/unit/written.h). */
#include "tests/unit/written.h"

#include "tests/unit/lab/labs.h"

#include "capture/analysis/analysis.h"
#include "lab/run/report.h"
#include "lib/base/text.h"

#include <jansson.h>

enum {
	CPES = 14
};

static const char lab_text[] =
    "name: t\n"
    "nodes:\n"
    "  sw1: {kind: switch}\n"
    "  dhcp:\n"
    "    kind: dhcp\n"
    "    attach: {switch: sw1, port: uplink}\n"
    "    address: 10.0.0.2/24\n"
    "    pools:\n"
    "      - range: 10.0.0.100-10.0.0.199\n"
    "        acs: {url: \"http://acs1.lab:7547/cwmp\"}\n"
    "  acs1: {kind: acs, attach: sw1, address: 10.0.0.11/24,"
    " url: \"http://acs1.lab:7547/cwmp\"}\n"
    "  cpe: {kind: cpe, count: 14, attach: sw1, model: box}\n"
    "expect:\n"
    "  - {sequence: acs-migration, nodes: cpe, within: 30s}\n";

/* What the CPEs say of themselves. */
static const char *const events[] = {
	"{\"event\":\"lease\",\"node\":\"cpe-1\",\"address\":\"10.0.0.100\"}",
	"{\"event\":\"acs\",\"node\":\"cpe-1\",\"url\":\"http://acs1.lab:7547/cwmp\","
	"\"source\":\"DHCP\"}",
	"{\"event\":\"session-end\",\"node\":\"cpe-1\",\"ok\":true,"
	"\"url\":\"http://acs1.lab:7547/cwmp\"}",
	"{\"event\":\"acs\",\"node\":\"cpe-1\",\"url\":\"http://acs2.lab/\","
	"\"source\":\"user\"}",
	"{\"event\":\"settled\",\"node\":\"cpe-1\"}",
	"{\"event\":\"session-end\",\"node\":\"cpe-2\",\"ok\":false,\"layer\":\"TCP\","
	"\"why\":\"refused\"}",
	"{\"event\":\"retry\",\"node\":\"cpe-2\",\"retry_count\":1,\"wait_ms\":7250,"
	"\"from_ms\":5000,\"to_ms\":10000}",
};

struct story {
	struct lab lab;
	struct run run;
	struct verdict *verdict;
	struct step_result steps[CPES];
	struct sequence_result results[CPES];
	char macs[CPES][MAC_TEXT_MAX];
	struct analysis analysis;
};

/* CPE 1 holds; 2 to 11 fail alike but for digits; 12 fails before step 1, 13 cannot be
 * judged and 14 was never seen. */
static void judge(struct story *s)
{
	size_t first = (size_t)plan_find(s->lab.plan, STR("cpe-1"));
	struct error err = ERROR_NULL;

	for (size_t i = 0; i < CPES; i++) {
		s->results[i] = (struct sequence_result){ .name = "acs-migration",
			.mac =
			    mac_text(s->lab.plan->instances[first + i].mac, s->macs[i]),
			.ok = i == 0,
			.steps = &s->steps[i],
			.n_steps = 1 };
		s->steps[i] = (struct step_result){ .step = 1,
			.what = "TCP open",
			.ok = i == 0,
			.frame = 20 + i,
			.last_frame = 20 + i,
			.time = (clock_ns)i * NS_PER_S,
			.layer = "TCP",
			.why = i % 2 ? "refused in frame 1" : "refused in frame 23" };
	}
	s->steps[11].step = 0;
	s->steps[11].frame = 0;
	s->steps[11].layer = NULL;
	s->results[12].not_judged = "bytes are missing from the capture";
	s->analysis = (struct analysis){ .sequences = s->results,
		.n_sequences = CPES - 1,
		.counts = { .packets = 300, .devices = 13 } };
	assert_int_equal(verdict_make(&(struct verdict_facts){ s->lab.plan, NULL,
					  &s->analysis, NULL, 0 },
			     &s->verdict, &err),
	    0);
}

static void begin(struct story *s)
{
	*s = (struct story){ .run = { .began = 1700000000 * NS_PER_S,
				 .ended = 1700000030 * NS_PER_S + 5 } };
	s->lab.topology = must_read(lab_text);
	s->lab.plan = must_build(s->lab.topology);
	s->lab.seed = 77;
	s->run.fleet = fleet_new(s->lab.plan);
	assert_non_null(s->run.fleet);
	for (size_t i = 0; i < ARRAY_LEN(events); i++) {
		json_t *event = json_loads(events[i], 0, NULL);

		assert_non_null(event);
		fleet_event(s->run.fleet, event, 0);
		json_decref(event);
	}
	judge(s);
}

static struct report report_of(const struct story *s)
{
	return (struct report){ &s->lab, &s->run, &s->analysis, s->verdict };
}

static void end(struct story *s)
{
	verdict_free(s->verdict);
	fleet_free(s->run.fleet);
	plan_free(s->lab.plan);
	topology_free(s->lab.topology);
}

static void a_report_tells_who_failed_and_who_failed_alike(void **state)
{
	auto_buf json = BUF_NULL, text = BUF_NULL, junit = BUF_NULL;
	struct story s;
	struct report report;

	(void)state;
	begin(&s);
	s.run.is_late = true;
	report = report_of(&s);

	report_write_json(&report, &json);
	report_write_text(&report, &text);
	assert_true(written_is("tests/unit/lab/written/report.json", buf_str(&json)));
	report_write_junit(&report, &junit);
	assert_true(written_is("tests/unit/lab/written/report.txt", buf_str(&text)));
	assert_true(written_is("tests/unit/lab/written/junit.xml", buf_str(&junit)));

	end(&s);
}

/* What is no sequence has no CPEs: its evidence stands beside it, whether it holds or not. */
static void other_expectations_are_told_with_their_evidence(void **state)
{
	static const char other[] =
	    "name: t\n"
	    "nodes:\n"
	    "  sw1: {kind: switch}\n"
	    "  cpe: {kind: cpe, attach: sw1, model: box}\n"
	    "expect: [session p99 < 2s, no lease within 1s, {rule: RTY-01 is kept},\n"
	    "  {run: {node: cpe, command: [ip, route]}}]\n";
	static const char *const lines[] = {
		"ok  session p99 < 2s: frame 7: p99 is 1.000 s of 1 session\n",
		"FAILED  no lease: frame 3: cpe was given one\n",
		"FAILED  RTY-01 is kept: not judged: start missing (1 time)\n",
		"FAILED  in cpe: ip route: not judged: nobody has looked\n",
	};
	struct analysis_message inform = { .frame = 8, .first_frame = 7 };
	struct analysis_message ack = { .kind = MESSAGE_DHCP,
		.lease = LEASE_GIVEN,
		.frame = 3 };
	struct analysis_session session = { .mac = "02:00:02:00:00:01",
		.ok = true,
		.end = NS_PER_S,
		.messages = &inform,
		.n_messages = 1 };
	struct analysis_host host = { .mac = "02:00:02:00:00:01",
		.device = SIZE_MAX,
		.messages = &ack,
		.n_messages = 1 };
	struct rule_count count = { .rule = "RTY-01",
		.not_judged = 1,
		.why = "start missing" };
	const struct analysis analysis = { .sessions = &session,
		.n_sessions = 1,
		.hosts = &host,
		.n_hosts = 1,
		.rules = &count,
		.n_rules = 1 };
	auto_buf json = BUF_NULL, text = BUF_NULL, junit = BUF_NULL;
	struct lab lab = { .topology = must_read(other) };
	struct run run = { .lab = &lab };
	struct verdict *verdict = NULL;
	struct error err = ERROR_NULL;
	struct report report;
	const json_t *items;
	json_t *whole;

	(void)state;
	lab.plan = must_build(lab.topology);
	run.fleet = fleet_new(lab.plan);
	assert_int_equal(verdict_make(&(struct verdict_facts){ lab.plan, NULL,
					  &analysis, NULL, 0 },
			     &verdict, &err),
	    0);
	report = (struct report){ &lab, &run, &analysis, verdict };
	assert_false(report_ok(&report));
	report_write_text(&report, &text);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		if (!str_find(buf_str(&text), str_of(lines[i]), NULL))
			fail_msg("%s is not in\n%s", lines[i], buf_cstr(&text));
	}
	report_write_json(&report, &json);
	whole = json_loads(buf_cstr(&json), 0, NULL);
	items = json_object_get(whole, "expectations");
	assert_int_equal(json_array_size(items), 4);
	assert_string_equal(json_string_value(
				json_object_get(json_array_get(items, 0), "session")),
	    "session p99 < 2s");
	assert_true(json_is_true(json_object_get(json_array_get(items, 0), "ok")));
	assert_int_equal(json_integer_value(
			     json_object_get(json_array_get(items, 1), "frame")),
	    3);
	assert_string_equal(json_string_value(
				json_object_get(json_array_get(items, 2), "outcome")),
	    "not judged");
	json_decref(whole);
	report_write_junit(&report, &junit);
	assert_true(str_find(buf_str(&junit),
	    STR("tests=\"5\" failures=\"1\" errors=\"0\" skipped=\"2\""), NULL));
	verdict_free(verdict);
	fleet_free(run.fleet);
	plan_free(lab.plan);
	topology_free(lab.topology);
}

static void it_is_well_only_where_all_held_and_nobody_stopped_it(void **state)
{
	static const struct {
		int exit;
		bool is_interrupted, holds, is_judged;
		bool ok;
		const char *text;
	} rows[] = {
		{ 0, false, true, true, true, "ok  acs-migration for 1 of 1 CPEs\n" },
		{ 0, true, true, true, false,
		    "ok  acs-migration for 1 of 1 CPEs\n"
		    "stopped before its expectations were met\n" },
		{ 2, false, true, true, false,
		    "ok  acs-migration for 1 of 1 CPEs\nFAILED  no memory\n" },
		{ 2, true, false, false, false, "FAILED  no memory\n" },
		{ 0, false, true, false, false, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf text = BUF_NULL;
		struct story s;
		struct report report;

		begin(&s);
		s.run.exit = rows[i].exit;
		s.run.is_interrupted = rows[i].is_interrupted;
		(void)snprintf(s.run.why, sizeof(s.run.why), "no memory");
		s.verdict->items[0].n_cpes = 1;
		s.verdict->items[0].ok = true;
		s.verdict->ok = rows[i].holds;
		report = report_of(&s);
		if (!rows[i].is_judged)
			report.verdict = NULL;

		report_write_text(&report, &text);
		assert_int_equal(report_ok(&report), rows[i].ok);
		assert_string_equal(buf_cstr(&text), rows[i].text);

		end(&s);
	}
}

static void a_lab_that_expects_nothing_is_well(void **state)
{
	auto_buf text = BUF_NULL;
	struct story s;
	struct report report;

	(void)state;
	begin(&s);
	free(s.verdict->items[0].cpes);
	s.verdict->n_items = 0;
	s.verdict->ok = true;
	report = report_of(&s);

	report_write_text(&report, &text);
	assert_string_equal(buf_cstr(&text), "ok  nothing was expected\n");

	end(&s);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_tells_who_failed_and_who_failed_alike),
		cmocka_unit_test(other_expectations_are_told_with_their_evidence),
		cmocka_unit_test(it_is_well_only_where_all_held_and_nobody_stopped_it),
		cmocka_unit_test(a_lab_that_expects_nothing_is_well),
	};

	written_options(argc, argv);
	return cmocka_run_group_tests(tests, enter_source, NULL);
}
