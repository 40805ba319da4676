/* agents/acs/policy: what is accepted, what is refused and how it says so. */
#include "tests/unit/unit.h"

#include "agents/acs/policy/policy.h"
#include "lib/base/buf.h"

#define RULE(step) "rules:\n  - {on: any, steps: [" step "]}\n"

/* A step of its own line 2, from column 24 on. */
#define AT(column, words) "p.yaml:2:" #column ": error: " words

static const struct {
	const char *text, *words;
} mistakes[] = {
	{ "rules:\n  - {on: [0 BOTSTRAP], steps: [{get: A}]}\n",
	    AT(11, "\"0 BOTSTRAP\" is no event code") },
	{ "rules:\n  - {on: [0 BOTSTRAP], steps: [{get: A}]}\n",
	    "did you mean \"0 BOOTSTRAP\"?" },
	{ "rules:\n  - {steps: [{get: A}]}\n", AT(5, "\"on\" is missing") },
	{ "rules:\n  - {on: any}\n", AT(5, "\"steps\" is missing") },
	{ "rules:\n  - {on: any, stepps: []}\n", AT(15, "unknown key \"stepps\"") },
	{ RULE("{when: always}"),
	    AT(23, "a step has one of get, set, rpc, for-each and tag") },
	{ RULE("{get: A, rpc: Reboot}"),
	    AT(23, "a step has one of get, set, rpc, for-each and tag") },
	{ RULE("{gett: A}"), AT(24, "unknown key \"gett\"") },
	{ RULE("{set: A}"), AT(29, "names with values are wanted here") },
	{ RULE("{set: {}}"), AT(29, "names with values are wanted here") },
	{ RULE("{set: {A: [1]}}"), AT(33, "a parameter has one value") },
	{ RULE("{set: {A: {type: int}}}"), AT(33, "a parameter has one value") },
	{ RULE("{get: A, url: x}"), AT(32, "get takes no \"url\"") },
	{ RULE("{set: {A: 1}, command-key: x}"),
	    AT(37, "set takes no \"command-key\"") },
	/* rpc */
	{ RULE("{rpc: Rebot}"), AT(29, "an ACS cannot send \"Rebot\"") },
	{ RULE("{rpc: Rebot}"),
	    "did you mean \"Reboot\"? It knows GetRPCMethods, Get" },
	{ RULE("{rpc: Inform}"),
	    "it knows GetRPCMethods, GetParameterValues, SetPara" },
	{ RULE("{rpc: Inform}"), "GetOptions, SetVouchers" },
	{ RULE("{rpc: [Reboot]}"), AT(29, "\"rpc\" wants a name") },
	{ RULE("{rpc: Reboot, object: A.}"), AT(37, "Reboot takes no \"object\"") },
	{ RULE("{rpc: Reboot, object: A.}"), "it takes command-key" },
	{ RULE("{rpc: FactoryReset, path: A}"), "it takes no argument" },
	{ RULE("{rpc: GetParameterValues}"),
	    AT(23, "GetParameterValues wants \"names\"") },
	{ RULE("{rpc: SetParameterValues, values: {A: {}}}"),
	    AT(61, "a parameter has one value") },
	{ RULE("{rpc: GetParameterNames}"),
	    AT(23, "GetParameterNames wants \"path\"") },
	{ RULE("{rpc: GetParameterNames, path: A, next-level: maybe}"),
	    AT(69, "\"maybe\"") },
	{ RULE("{rpc: AddObject}"), AT(23, "AddObject wants \"object\"") },
	{ RULE("{rpc: Reboot, command-key: "
	       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}"),
	    AT(50, "33 characters, at most 32 go") },
	{ RULE("{rpc: SetParameterAttributes, attributes: [{name: A}]}"),
	    AT(66, "an attribute wants \"notification\" or \"access-list\"") },
	{ RULE("{rpc: SetParameterAttributes, attributes: [{name: A, "
	       "notification: activ}]}"),
	    "did you mean \"active\"?" },
	{ RULE("{rpc: Download, file-type: a}"),
	    AT(23, "Download wants \"url\" or \"file\"") },
	{ RULE("{rpc: Download, url: a, file: b, file-type: c}"),
	    AT(23, "\"url\" and \"file\" are two places of one file") },
	{ RULE("{rpc: Download, url: a, file-type: c, file-size: 4294967296}"),
	    AT(72, "4294967296 is out of range") },
	{ RULE("{rpc: Download, url: a, file-type: c, delay: 1500ms}"),
	    AT(68, "CWMP counts whole seconds") },
	{ RULE("{rpc: ScheduleInform, delay: 5}"), AT(52, "\"5\" has no unit") },
	{ RULE("{rpc: ScheduleDownload, url: a, file-type: c}"),
	    AT(23, "ScheduleDownload wants \"time-windows\"") },
	{ RULE(
	      "{rpc: ScheduleDownload, url: a, file-type: c, time-windows: [{end: 1h}, "
	      "{start: 59m, end: 2h}]}"),
	    AT(95, "it begins before the one before it ends") },
	{ RULE("{rpc: ScheduleDownload, url: a, file-type: c, time-windows: [{start: "
	       "1h, end: 1h}]}"),
	    AT(84, "it ends before it begins") },
	{ RULE(
	      "{rpc: ScheduleDownload, url: a, file-type: c, time-windows: [{end: 1h}, "
	      "{start: 1h, end: 2h}, {start: 2h, end: 3h}]}"),
	    AT(83, "\"time-windows\" has too many entries: 3") },
	{ RULE("{rpc: ChangeDUState, operations: [{do: install}]}"),
	    AT(57, "install wants \"url\" or \"file\"") },
	{ RULE("{rpc: ChangeDUState, operations: [{do: uninstall, url: a}]}"),
	    AT(78, "uninstall takes no \"url\"") },
	{ RULE("{rpc: ChangeDUState, operations: [{do: uninstall}]}"),
	    AT(57, "uninstall wants \"uuid\"") },
	{ RULE("{rpc: ChangeDUState, operations: [{do: remove}]}"), "unknown do" },
	{ RULE("{rpc: SetVouchers}"), AT(23, "SetVouchers wants \"vouchers\"") },
	/* conditions */
	{ RULE("{get: A, when: sometimes}"),
	    AT(38, "a condition is always, url-is-mine, or keys with values") },
	{ RULE("{get: A, when: {}}"), AT(38, "a condition that says nothing") },
	{ RULE("{get: A, when: {vale: B}}"), AT(39, "unknown key \"vale\"") },
	{ RULE("{get: A, when: {value: B}}"),
	    AT(46, "\"value\" is compared with nothing") },
	{ RULE("{get: A, unless: {is: B}}"), AT(40, "nothing says what is compared") },
	{ RULE("{get: A, when: {value: B, exists: maybe}}"),
	    AT(57, "unknown exists \"maybe\"") },
	{ RULE("{get: A, when: []}"), AT(38, "0 conditions, 1 to 16 go") },
	{ "rules:\n  - {on: any, when: no, steps: [{get: A}]}\n",
	    AT(21, "a condition is always") },
	/* loops, faults, tags */
	{ RULE("{for-each: A.}"), AT(23, "a for-each wants \"steps\"") },
	{ RULE("{for-each: A, steps: [{get: B}]}"),
	    AT(34, "a path to look below ends in a point") },
	{ RULE("{for-each: \"A{i}.\", steps: [{get: B}]}"),
	    AT(34, "{i} stands for an instance, between two points") },
	{ RULE("{for-each: A., steps: []}"), AT(45, "a list of steps is wanted here") },
	{ RULE("{for-each: A., steps: [{gt: B}]}"), AT(47, "unknown key \"gt\"") },
	{ RULE("{for-each: A., steps: [{get: B}], max: 1001}"),
	    AT(62, "1001 is out of range") },
	{ RULE("{for-each: A., steps: [{get: B}], url: x}"),
	    AT(57, "a loop takes no \"url\"") },
	{ RULE("{get: A, steps: [{get: B}]}"),
	    AT(23, "\"steps\", \"down\" and \"max\" are of a loop") },
	{ RULE("{get: \"{each}\"}"),
	    AT(29, "{each} stands for something in a loop alone") },
	{ RULE("{get: \"A.{i}.\"}"),
	    AT(29, "{i} stands for instances in a for-each alone") },
	{ RULE("{rpc: Reboot, command-key: \"{seral}\"}"),
	    AT(50, "nothing is named {seral}") },
	{ RULE("{rpc: Reboot, command-key: \"{seral}\"}"), "did you mean \"serial\"?" },
	{ RULE("{rpc: Reboot, command-key: \"{xxxxxxxxxx}\"}"),
	    "{{ is a brace; known are {each}" },
	{ RULE("{get: A, on-fault: stopp}"),
	    AT(42, "\"on-fault\" is continue, skip, stop, or other steps") },
	{ RULE("{get: A, on-fault: [{rpc: Bot}]}"),
	    AT(49, "an ACS cannot send \"Bot\"") },
	{ RULE("{tag: a b}"), AT(23, "a tag has 1 to 64 characters") },
	{ RULE("{tag: \"{serial}\"}"), AT(23, "a tag has 1 to 64 characters") },
	{ RULE("{tag: a, on-fault: stop}"), AT(42, "a tag is put on without an RPC") },
	{ RULE("{tag: a, url: b}"), AT(32, "a tag takes no \"url\"") },
};

static void mistakes_say_what_is_wrong_and_where(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(mistakes); i++) {
		struct error err = ERROR_NULL;
		struct policy policy;

		if (policy_parse(&policy, "p.yaml", str_of(mistakes[i].text), NULL,
			&err) != ERR_CONFIG)
			fail_msg("%s\nis no mistake", mistakes[i].text);
		if (!strstr(err.text, mistakes[i].words))
			fail_msg("%s\n%s\nexpected: %s", mistakes[i].text, err.text,
			    mistakes[i].words);
	}
}

static void all_mistakes_are_told_at_once(void **state)
{
	static const char text[] = "rules:\n"
				   "  - on: [0 BOT, 1 BOOOT]\n"
				   "    steps:\n"
				   "      - {rpc: Rebot}\n"
				   "      - {get: A, when: {vale: 1}}\n"
				   "      - for-each: A.\n"
				   "        steps:\n"
				   "          - {rpc: Download, path: A}\n"
				   "  - {on: any, steps: [{set: {A: [], B: []}}]}\n";
	static const uint32_t lines[] = { 2, 2, 4, 5, 8, 8, 8, 9, 9 };
	struct conf_mistakes found = { .len = 0 };
	struct error err = ERROR_NULL;
	struct policy policy;

	(void)state;
	assert_int_equal(policy_parse(&policy, "p.yaml", str_of(text), &found, &err),
	    ERR_CONFIG);
	for (size_t i = 0; i < found.len && i < ARRAY_LEN(lines); i++) {
		if (found.items[i].line != lines[i])
			fail_msg("%zu: %s", i, found.items[i].text);
	}
	assert_int_equal(found.len, ARRAY_LEN(lines));
	assert_null(policy.doc);
	conf_mistakes_free(&found);
}

static void lists_have_their_bounds(void **state)
{
	(void)state;
	for (int n = POLICY_STEPS_MAX; n <= POLICY_STEPS_MAX + 1; n++) {
		auto_buf text = BUF_NULL;
		struct error err = ERROR_NULL;
		struct policy policy;

		buf_append_text(&text, "rules:\n  - {on: any, steps: [{get: A}");
		for (int i = 1; i < n; i++)
			buf_append_text(&text, ", {get: A}");
		buf_append_text(&text, "]}\n");
		assert_int_equal(policy_parse(&policy, "p", buf_str(&text), NULL, &err),
		    n > POLICY_STEPS_MAX ? ERR_CONFIG : 0);
		policy_free(&policy);
	}
	for (int n = POLICY_DEPTH_MAX; n <= POLICY_DEPTH_MAX + 1; n++) {
		auto_buf text = BUF_NULL;
		struct error err = ERROR_NULL;
		struct policy policy;

		buf_append_text(&text, "rules:\n  - {on: any, steps: [");
		for (int i = 0; i < n; i++)
			buf_append_text(&text, "{for-each: A., steps: [");
		buf_append_text(&text, "{get: A}");
		for (int i = 0; i < n; i++)
			buf_append_text(&text, "]}");
		buf_append_text(&text, "]}\n");
		assert_int_equal(policy_parse(&policy, "p", buf_str(&text), NULL, &err),
		    n > POLICY_DEPTH_MAX ? ERR_CONFIG : 0);
		policy_free(&policy);
	}
}

static void put_name(void *user, const struct conf_node *at,
    const struct conf_node *value)
{
	buf_printf(user, "%u:%u %.*s%s, ", at->line, at->column, STR_ARG(at->text),
	    value ? "=" : "");
}

static void all_names_are_told(void **state)
{
	static const char text[] =
	    RULE("{when: {value: A, is: 1}, get: [B, \"{serial}\"], on-fault: "
		 "[{set: {C: 1}}]}, {for-each: \"D.{i}.\", steps: [{rpc: "
		 "AddObject, object: E., unless: [{value: F, is: 1}]}]}, {rpc: "
		 "SetParameterAttributes, attributes: [{name: G, notification: off}]}");
	struct error err = ERROR_NULL;
	struct policy policy;
	auto_buf told = BUF_NULL;

	(void)state;
	if (policy_parse(&policy, "p.yaml", str_of(text), NULL, &err) < 0)
		fail_msg("%s", err.text);
	policy_each_name(&policy, put_name, &told);
	assert_string_equal(buf_cstr(&told),
	    "2:38 A, 2:55 B, 2:89 C=, 2:110 D.{i}., 2:174 F, 2:153 E., 2:239 G, ");
	policy_free(&policy);
}

static void values_have_types(void **state)
{
	static const char text[] =
	    RULE("{set: {A: true, B: 42, C: \"42\", D: x, E: 5000000000, "
		 "F: {type: dateTime, value: \"2026-01-01T00:00:00Z\"}}}");
	static const struct {
		const char *value, *type;
	} wanted[] = {
		{ "true", "boolean" },
		{ "42", "unsignedInt" },
		{ "42", "string" },
		{ "x", "string" },
		{ "5000000000", "string" },
		{ "2026-01-01T00:00:00Z", "dateTime" },
	};
	struct error err = ERROR_NULL;
	const struct policy_rule *rule;
	const struct policy_step *step;
	struct policy policy;

	(void)state;
	if (policy_parse(&policy, "p.yaml", str_of(text), NULL, &err) < 0)
		fail_msg("%s", err.text);
	rule = policy.rules.items;
	step = rule->steps.items;
	assert_int_equal(step->set->len, ARRAY_LEN(wanted));
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		struct str value, type;

		acs_rpc_value(step->set->pairs[i].value, &value, &type);
		assert_true(str_is(value, wanted[i].value));
		assert_true(str_is(type, wanted[i].type));
	}
	policy_free(&policy);
}

static void rules_match_by_event_code(void **state)
{
	static const char text[] =
	    "rules:\n"
	    "  - {on: [1 BOOT, \"X 0000E2 odd\"], steps: [{get: A}]}\n"
	    "  - {on: any, steps: [{get: A}]}\n";
	const struct str periodic[] = { STR("2 PERIODIC") };
	const struct str both[] = { STR("4 VALUE CHANGE"), STR("X 0000E2 odd") };
	struct error err = ERROR_NULL;
	const struct policy_rule *rules;
	struct policy policy;

	(void)state;
	if (policy_parse(&policy, "p.yaml", str_of(text), NULL, &err) < 0)
		fail_msg("%s", err.text);
	rules = policy.rules.items;

	assert_false(policy_rule_matches(&rules[0], periodic, 1));
	assert_true(policy_rule_matches(&rules[0], both, 2));
	assert_true(policy_rule_matches(&rules[1], periodic, 1));
	assert_true(policy_rule_matches(&rules[1], NULL, 0));

	policy_free(&policy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes_say_what_is_wrong_and_where),
		cmocka_unit_test(all_mistakes_are_told_at_once),
		cmocka_unit_test(lists_have_their_bounds),
		cmocka_unit_test(all_names_are_told),
		cmocka_unit_test(values_have_types),
		cmocka_unit_test(rules_match_by_event_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
