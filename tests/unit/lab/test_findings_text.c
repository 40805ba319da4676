/* Findings as people read them: grouped by rule, musts first. */
#include "tests/unit/unit.h"

#include "capture/analysis/analysis.h"
#include "capture/facts/rule.h"
#include "lab/look/findings_text.h"
#include "lab/look/rule_names.h"

#include <string.h>

static struct finding findings[] = {
	{ .rule = "URL-06",
	    .severity = RULE_NOTE,
	    .who = RULE_BY_ACS,
	    .cpe = "10.0.0.5",
	    .session = 1,
	    .frame = 9,
	    .text = "it sets the URL unread" },
	{ .rule = "URL-03",
	    .severity = RULE_MUST,
	    .who = RULE_BY_CPE,
	    .cpe = "10.0.0.5",
	    .serial = "A1",
	    .session = 1,
	    .frame = 20,
	    .text = "no session at the new URL" },
	{ .rule = "URL-03",
	    .severity = RULE_MUST,
	    .who = RULE_BY_CPE,
	    .cpe = "10.0.0.5",
	    .serial = "A1",
	    .session = 2,
	    .frame = 40,
	    .text = "again" },
	{ .rule = "URL-03",
	    .severity = RULE_MUST,
	    .who = RULE_BY_CPE,
	    .cpe = "10.0.0.6",
	    .serial = "A2",
	    .session = 3,
	    .frame = 50,
	    .text = "no session at the new URL" },
};

static void rules_come_once_and_the_gravest_first(void **state)
{
	const struct analysis analysis = { .findings = findings,
		.n_findings = ARRAY_LEN(findings) };
	const struct findings_options options = { .width = 400 };
	const struct rule *first = rule_find("URL-03"), *second = rule_find("URL-06");
	auto_buf out = BUF_NULL, expected = BUF_NULL;

	(void)state;
	buf_printf(&expected,
	    "URL-03    must by the CPE: 2 CPEs, 3 times, first 10.0.0.5 (A1), frame 20\n"
	    "          no session at the new URL\n"
	    "          %s\n"
	    "          %s\n"
	    "\n"
	    "URL-06    note by the ACS: 10.0.0.5, frame 9\n"
	    "          it sets the URL unread\n"
	    "          %s\n"
	    "          %s\n"
	    "\n",
	    first->text, first->basis, second->text, second->basis);
	findings_write_text(&out, &analysis, &options);
	assert_string_equal(buf_cstr(&out), buf_cstr(&expected));
}

/* What a tolerant judge made a note of does not shout. */
static void colours_are_those_of_the_judgement(void **state)
{
	struct finding tolerated = findings[1];
	const struct analysis analysis = { .findings = &tolerated, .n_findings = 1 };
	const struct findings_options options = { .width = 400, .has_colour = true };
	auto_buf out = BUF_NULL;

	(void)state;
	tolerated.severity = RULE_NOTE;
	findings_write_text(&out, &analysis, &options);
	assert_true(str_starts(buf_str(&out),
	    STR("URL-03    \033[2mnote\033[0m by the CPE: ")));
}

static void lines_break_at_blanks(void **state)
{
	const struct analysis analysis = { .findings = findings,
		.n_findings = ARRAY_LEN(findings) };
	const struct findings_options options = { .width = 40 };
	auto_buf out = BUF_NULL;
	struct str rest;

	(void)state;
	findings_write_text(&out, &analysis, &options);
	rest = buf_str(&out);
	assert_true(str_starts(str_cut(rest, '\n', &rest),
	    STR("URL-03    must by the CPE: 2 CPEs, 3")));
	while (rest.len > 0) {
		struct str line = str_cut(rest, '\n', &rest);

		assert_true(line.len <= 40);
		assert_true(line.len == 0 || str_starts(line, STR("          ")) ||
			    str_starts(line, STR("URL-0")));
	}
}

/* Of a text there are messages, told by their line where an editor finds it. */
static void a_text_has_messages(void **state)
{
	struct finding pasted[] = { findings[0], findings[1], findings[1] };
	const struct analysis analysis = { .findings = pasted,
		.n_findings = ARRAY_LEN(pasted) };
	const struct findings_options options = { .width = 400,
		.file = "ticket.txt",
		.is_text = true };
	auto_buf out = BUF_NULL;

	(void)state;
	pasted[1].line = 114;
	findings_write_text(&out, &analysis, &options);
	assert_non_null(strstr(buf_cstr(&out),
	    "must by the CPE: 1 CPE, 2 times, first 10.0.0.5 (A1), ticket.txt:114\n"));
	assert_non_null(
	    strstr(buf_cstr(&out), "note by the ACS: 10.0.0.5, message 9\n"));
}

static void names_of_rules_are_those_of_the_catalogue(void **state)
{
	const char *names[RULE_NAMES_MAX + 1] = { NULL };
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(rule_names_add(names, "url-03, URL-06", &err), 0);
	assert_int_equal(rule_names_add(names, "URL-01", &err), 0);
	assert_string_equal(names[0], "URL-03");
	assert_string_equal(names[1], "URL-06");
	assert_string_equal(names[2], "URL-01");
	assert_null(names[3]);
	assert_int_equal(rule_names_add(names, "URL-3", &err), ERR_USAGE);
	assert_string_equal(err.text,
	    "no rule is named \"URL-3\": did you mean \"URL-03\"?");
	assert_int_equal(rule_names_add(names, "", &err), ERR_USAGE);
	assert_int_equal(rule_names_add(names, "URL-03,", &err), ERR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_come_once_and_the_gravest_first),
		cmocka_unit_test(colours_are_those_of_the_judgement),
		cmocka_unit_test(lines_break_at_blanks),
		cmocka_unit_test(a_text_has_messages),
		cmocka_unit_test(names_of_rules_are_those_of_the_catalogue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
