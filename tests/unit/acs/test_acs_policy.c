/* agents/acs/policy: what is accepted, what is refused and how it says so. */
#include "tests/unit/unit.h"

#include "agents/acs/policy/policy.h"

#define RULE(step) "rules:\n  - {on: any, steps: [" step "]}\n"

static void mistakes_say_what_is_wrong(void **state)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{ "rules:\n  - {on: [0 BOTSTRAP], steps: [{get: A}]}\n",
		    "\"0 BOTSTRAP\" is no event code" },
		{ "rules:\n  - {on: [0 BOTSTRAP], steps: [{get: A}]}\n",
		    "did you mean \"0 BOOTSTRAP\"?" },
		{ RULE("{when: always}"), "a step has one of get, set and rpc" },
		{ RULE("{get: A, rpc: Reboot}"), "a step has one of get, set and rpc" },
		{ RULE("{set: A}"), "set wants names with values" },
		{ RULE("{set: {}}"), "set wants names with values" },
		{ RULE("{set: {A: [1]}}"), "a parameter has one value" },
		{ RULE("{set: {A: {type: int}}}"), "a parameter has one value" },
		{ RULE("{rpc: Rebot}"), "did you mean \"Reboot\"?" },
		{ RULE("{rpc: Inform}"), "a policy cannot send \"Inform\"" },
		{ "rules:\n  - {steps: [{get: A}]}\n", "\"on\"" },
		{ "rules:\n  - {on: any}\n", "\"steps\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		struct policy policy;

		assert_int_equal(policy_parse(&policy, "p.yaml", str_of(rows[i].text),
				     &err),
		    ERR_CONFIG);
		if (!strstr(err.text, rows[i].words))
			fail_msg("%s\n%s", rows[i].text, err.text);
	}
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
	if (policy_parse(&policy, "p.yaml", str_of(text), &err) < 0)
		fail_msg("%s", err.text);
	rule = policy.rules.items;
	step = rule->steps.items;
	assert_int_equal(step->set->len, ARRAY_LEN(wanted));
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		struct str value, type;

		policy_value(step->set->pairs[i].value, &value, &type);
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
	if (policy_parse(&policy, "p.yaml", str_of(text), &err) < 0)
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
		cmocka_unit_test(mistakes_say_what_is_wrong),
		cmocka_unit_test(values_have_types),
		cmocka_unit_test(rules_match_by_event_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
