/* lab/run/loads: what the load tests of a lab came to, by what their programs tell and by the
 * capture. */
#include "tests/unit/topology/load_lab.h"
#include "tests/unit/topology/topologies.h"

#include "capture/analysis/analysis.h"
#include "lab/run/loads.h"
#include "lab/run/report.h"
#include "lib/base/json.h"
#include "lib/program/exit_status.h"

#include <jansson.h>

struct story {
	struct topology *topology;
	struct loads *loads;
};

static void begin(struct story *s)
{
	s->topology = must_read(load_lab);
	s->loads = loads_new(s->topology);
	assert_non_null(s->loads);
}

static void end(struct story *s)
{
	loads_free(s->loads);
	topology_free(s->topology);
}

static void tell(struct story *s, const char *text)
{
	json_t *event = json_loads(text, 0, NULL);

	assert_non_null(event);
	loads_event(s->loads, event);
	json_decref(event);
}

#define END(node, verdict)                                                     \
	"{\"event\":\"load-end\",\"node\":\"" node "\",\"verdict\":\"" verdict \
	"\",\"started\":1203,\"completed\":1200,\"failed\":1,\"shed\":2,\"open\":0}"
#define EXITED(node, status) \
	"{\"event\":\"exited\",\"node\":\"" node "\",\"status\":" #status "}"

static void they_are_over_once_the_last_program_has_ended(void **state)
{
	struct story s;

	(void)state;
	assert_true(loads_are_over(NULL));
	assert_int_equal(loads_status(NULL), EXIT_OK);
	begin(&s);
	assert_int_equal(loads_count(s.loads), 2);
	tell(&s, EXITED("acs1", 0));
	tell(&s, END("homes", "PASS"));
	tell(&s, EXITED("homes", 0));
	tell(&s, END("street", "PASS"));
	assert_false(loads_are_over(s.loads));
	tell(&s, EXITED("street", 0));
	assert_true(loads_are_over(s.loads));
	assert_int_equal(loads_status(s.loads), EXIT_OK);
	end(&s);
}

/* What proves nothing outranks what failed; a program that came to no verdict has failed, whatever
 * it ended with. */
static void the_exit_status_follows_the_worst_verdict(void **state)
{
	static const struct {
		const char *homes, *street;
		bool has_verdict;
		int status;
		const char *why;
	} rows[] = {
		{ EXITED("homes", 0), EXITED("street", 0), true, EXIT_OK, "" },
		{ EXITED("homes", 1), EXITED("street", 0), true, EXIT_FAILED,
		    "homes came to x" },
		{ EXITED("homes", 1), EXITED("street", 4), true, EXIT_INVALID,
		    "homes came to x; street came to x" },
		{ EXITED("homes", 0), EXITED("street", 4), false, EXIT_FAILED,
		    "street came to no verdict" },
		{ EXITED("homes", 0), EXITED("street", 0), false, EXIT_FAILED,
		    "street came to no verdict" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf why = BUF_NULL;
		struct story s;

		begin(&s);
		tell(&s, END("homes", "x"));
		if (rows[i].has_verdict)
			tell(&s, END("street", "x"));
		tell(&s, rows[i].homes);
		tell(&s, rows[i].street);
		assert_int_equal(loads_status(s.loads), rows[i].status);
		loads_put_why(&why, s.loads);
		assert_string_equal(buf_cstr(&why), rows[i].why);
		end(&s);
	}
}

static void progress_is_told_of_each(void **state)
{
	auto_buf text = BUF_NULL;
	struct story s;

	(void)state;
	begin(&s);
	tell(&s, "{\"event\":\"load\",\"node\":\"homes\",\"started\":1203,"
		 "\"completed\":1200}");
	loads_put_progress(&text, s.loads);
	assert_string_equal(buf_cstr(&text),
	    "homes 1,203 started, 1,200 completed   street 0 started, 0 completed");
	end(&s);
}

/* ---- the capture ---------------------------------------------------------------------- */

static struct analysis_message shed = { .from = FROM_ACS, .http_status = 503 };

/* Two at either end of the addresses of homes, and one behind each; one of street. */
static struct analysis_session sessions[] = {
	{ .cpe = "100.64.0.0", .ok = true },
	{ .cpe = "100.64.255.255", .messages = &shed, .n_messages = 1 },
	{ .cpe = "100.63.255.255", .ok = true },
	{ .cpe = "100.65.0.0", .ok = true },
	{ .cpe = "10.0.0.20", .ok = true },
	{ .cpe = "10.9.0.20" },
	{ .cpe = "100.64.0.1", .goes_on = true }, /* is the same as another */
	{ .cpe = "fd00::1", .ok = true },
};

static struct finding findings[] = {
	{ .rule = "RTY-01", .who = RULE_BY_CPE, .cpe = "100.64.0.1" },
	{ .rule = "SES-09", .who = RULE_BY_CPE, .cpe = "100.64.0.1" },
	{ .rule = "RTY-01", .who = RULE_BY_CPE, .cpe = "100.64.0.2" },
	{ .rule = "RTY-01", .who = RULE_BY_CPE, .cpe = "10.9.0.20" },
	{ .rule = "ACS-01", .who = RULE_BY_ACS, .cpe = "100.64.0.1" },
	{ .rule = "TCP-01", .severity = RULE_SHOULD, .cpe = "100.64.0.1" },
	{ .rule = "RTY-02", .severity = RULE_SHOULD, .cpe = "100.64.0.1" },
	{ .rule = "TCP-02" },
};

static struct rule_count counts[] = {
	{ .rule = "RTY-01", .kept = 100, .broken = 3 },
	{ .rule = "RTY-02", .kept = 10, .broken = 1 },
	{ .rule = "SES-09", .kept = 20, .broken = 1, .not_judged = 5 },
};

static const struct analysis analysis = { .sessions = sessions,
	.rules = counts,
	.n_rules = ARRAY_LEN(counts),
	.n_sessions = ARRAY_LEN(sessions),
	.findings = findings,
	.n_findings = ARRAY_LEN(findings) };

static void sessions_are_counted_by_the_addresses_of_the_cpes(void **state)
{
	const struct loads_item *homes, *street;
	struct story s;

	(void)state;
	begin(&s);
	assert_int_equal(loads_compare(s.loads, &analysis, NULL), 0);
	homes = loads_item(s.loads, 0);
	street = loads_item(s.loads, 1);
	assert_int_equal(homes->capture.sessions, 2);
	assert_int_equal(homes->capture.completed, 1);
	assert_int_equal(homes->capture.shed, 1);
	assert_int_equal(homes->capture.failed, 0);
	assert_int_equal(street->capture.sessions, 1);
	assert_int_equal(street->capture.failed, 1);
	assert_int_equal(homes->n_rules, 3);
	assert_string_equal(homes->rules[0].rule, "RTY-01");
	assert_int_equal(homes->rules[0].n, 2);
	assert_int_equal(homes->rules[1].n, 1);
	assert_int_equal(street->n_rules, 1);
	/* Those that it is to keep, of any severity. */
	assert_int_equal(homes->asked, 11 + 21);
	assert_int_equal(street->asked, 0);
	end(&s);
}

/* A PASS of the engine is none of the lab where its CPEs did wrong. */
static void rules_that_are_to_be_kept_decide(void **state)
{
	const struct analysis none = { .n_sessions = 0 };
	struct analysis other = analysis;
	auto_buf why = BUF_NULL, junit = BUF_NULL;
	struct lab lab = { 0 };
	struct run run = { .lab = &lab };
	const struct report report = { .lab = &lab, .run = &run };
	struct story s;

	(void)state;
	begin(&s);
	lab.topology = s.topology;
	run.loads = s.loads;
	tell(&s, END("homes", "PASS"));
	tell(&s, END("street", "PASS"));
	tell(&s, EXITED("homes", 0));
	tell(&s, EXITED("street", 0));
	assert_int_equal(loads_compare(s.loads, &none, NULL), 0);
	assert_int_equal(loads_status(s.loads), EXIT_OK);
	other.n_findings = 1; /* RTY-01, which it may break */
	assert_int_equal(loads_compare(s.loads, &other, NULL), 0);
	assert_int_equal(loads_status(s.loads), EXIT_OK);
	other.n_findings = 2;
	assert_int_equal(loads_compare(s.loads, &other, NULL), 0);
	assert_int_equal(loads_status(s.loads), EXIT_FAILED);
	loads_put_why(&why, s.loads);
	assert_string_equal(buf_cstr(&why),
	    "CPEs of homes broke rules that they are to keep");
	report_write_junit(&report, &junit);
	assert_true(str_find(buf_str(&junit), STR("tests=\"3\" failures=\"1\""), NULL));
	assert_true(str_find(buf_str(&junit),
	    STR("its CPEs broke rules that they are to keep"), NULL));
	end(&s);
}

/* However many others they have broken before it. */
static void the_last_of_many_rules_decides_too(void **state)
{
	struct finding many[40];
	char ids[ARRAY_LEN(many)][16];
	const struct analysis other = { .findings = many,
		.n_findings = ARRAY_LEN(many) };
	auto_buf text = BUF_NULL;
	struct story s;

	(void)state;
	begin(&s);
	for (size_t i = 0; i < ARRAY_LEN(many); i++) {
		(void)snprintf(ids[i], sizeof(ids[i]), "X-%02zu", i);
		many[i] = (struct finding){ .rule = ids[i],
			.who = RULE_BY_CPE,
			.cpe = "100.64.0.1" };
	}
	many[ARRAY_LEN(many) - 1].rule = "SES-09";
	tell(&s, END("homes", "PASS"));
	tell(&s, END("street", "PASS"));
	tell(&s, EXITED("homes", 0));
	tell(&s, EXITED("street", 0));
	assert_int_equal(loads_compare(s.loads, &other, NULL), 0);

	assert_int_equal(loads_item(s.loads, 0)->n_rules, ARRAY_LEN(many));
	assert_int_equal(loads_status(s.loads), EXIT_FAILED);
	loads_put_text(&text, s.loads);
	assert_true(str_find(buf_str(&text),
	    STR(", X-37 1 time, X-38 1 time, SES-09 1 time\n"), NULL));
	end(&s);
}

static void a_report_tells_by_how_much_accounts_differ(void **state)
{
	auto_buf text = BUF_NULL, bytes = BUF_NULL;
	struct json json = json_writer(&bytes, 0);
	struct story s;

	(void)state;
	begin(&s);
	tell(&s, "{\"event\":\"load-end\",\"node\":\"homes\",\"verdict\":\"PASS\","
		 "\"started\":4,\"completed\":2,\"failed\":1,\"shed\":1,\"open\":0,"
		 "\"unsent\":1,\"moved\":0}");
	tell(&s, EXITED("homes", 0));
	tell(&s, EXITED("street", 3));
	assert_int_equal(loads_compare(s.loads, &analysis, NULL), 0);
	loads_put_text(&text, s.loads);
	assert_string_equal(buf_cstr(&text),
	    "      explained: capture: -1 sessions, -1 failed: no packet of them was "
	    "sent\n"
	    "      accounts differ: sessions: fleet 4, capture 2: 1 fewer than is "
	    "explained\n"
	    "      accounts differ: completed: fleet 2, capture 1: 1 fewer than is "
	    "explained\n"
	    "      rules broken by its CPEs: RTY-01 2 times, SES-09 1 time, RTY-02 1 time\n"
	    "\nFAILED  SES, RTY-02 kept by the CPEs of homes: asked 32 times, broken 2 "
	    "times\n\n"
	    "FAILED  street came to no verdict\n"
	    "      accounts differ: sessions: fleet 0, capture 1: 1 more\n"
	    "      accounts differ: failed: fleet 0, capture 1: 1 more\n"
	    "      rules broken by its CPEs: RTY-01 1 time\n\n");
	json_object_begin(&json, NULL);
	loads_write_json(s.loads, &json);
	json_object_end(&json);
	assert_string_equal(buf_cstr(&bytes),
	    "{\"loads\":[{\"node\":\"homes\",\"verdict\":\"PASS\",\"exit\":0,"
	    "\"capture\":{\"sessions\":2,\"completed\":1,\"failed\":0,\"shed\":1,"
	    "\"agrees\":false,\"explained\":[{\"why\":\"no packet of them was sent\","
	    "\"sessions\":-1,\"completed\":0,\"failed\":-1,\"shed\":0,\"open\":0,"
	    "\"at_most\":1}]},"
	    "\"differences\":[\"sessions: fleet 4, capture 2: 1 fewer than is "
	    "explained\","
	    "\"completed: fleet 2, capture 1: 1 fewer than is explained\"],"
	    "\"rules\":{\"RTY-01\":2,\"SES-09\":1,\"RTY-02\":1},"
	    "\"keeps\":{\"ok\":false,\"asked\":32,\"broken\":2}},"
	    "{\"node\":\"street\",\"verdict\":null,\"exit\":3,"
	    "\"capture\":{\"sessions\":1,\"completed\":0,\"failed\":1,\"shed\":0,"
	    "\"agrees\":false,\"explained\":[]},"
	    "\"differences\":[\"sessions: fleet 0, capture 1: 1 more\","
	    "\"failed: fleet 0, capture 1: 1 more\"],\"rules\":{\"RTY-01\":1}}]}");
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_over_once_the_last_program_has_ended),
		cmocka_unit_test(the_exit_status_follows_the_worst_verdict),
		cmocka_unit_test(progress_is_told_of_each),
		cmocka_unit_test(sessions_are_counted_by_the_addresses_of_the_cpes),
		cmocka_unit_test(rules_that_are_to_be_kept_decide),
		cmocka_unit_test(the_last_of_many_rules_decides_too),
		cmocka_unit_test(a_report_tells_by_how_much_accounts_differ),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
