/* lab/lesson/lesson: what each mistake is answered with. */
#include "tests/unit/lesson/a_lesson.h"

#include "lib/base/buf.h"
#include "lib/base/compiler.h"

/* A goal in the place of the first, and what makes the lesson whole behind it. */
#define VALUES(rows) "title: t\nabout: a\nminutes: 5\nteaches: [x]\nvalues:\n" rows
#define REST                                                                                 \
	"  - {name: boots, part: do, text: b, see: {cpe: c}, hints: [{name: h, text: x}]}\n" \
	"  - {name: m, part: mend, text: b, see: {cpe: c}, hints: [{name: h, text: x}]}\n"   \
	"wrong:\n"                                                                           \
	"  - {name: a, run: x, fails: boots, hint: h}\n"                                     \
	"  - {name: b, run: x, fails: boots, hint: h}\n"                                     \
	"  - {name: c, run: x, fails: boots, hint: h}\n" SOLVE
#define HINT       ", hints: [{name: h, text: x}]}\n"
#define GOAL(keys) HEAD "goals:\n  - {name: g, part: read, text: t" keys HINT REST

/* One row a mistake: its first line, behind the name of the file. */
static const struct mistake {
	const char *yaml, *line;
} rows[] = {
	{ GOAL(", answer: \"{{keys}}\""), ":9:44: error: no value is named \"keys\"" },
	{ GOAL(", answer: \"{{net}}\""),
	    ":9:12: error: goal \"g\" has an answer that two students may share" },
	{ GOAL(""), ":9:12: error: goal \"g\" does not say how it is judged" },
	{ GOAL(", answer: \"{{key}}\", choices: [a, b]"),
	    ":9:12: error: goal \"g\" is judged in more than one way" },
	{ GOAL(", see: {cpe: c, after: boots}"),
	    ":9:57: error: no goal above is named \"boots\"" },
	{ GOAL(", command: {node: n, run: [ip]}"),
	    ":9:12: error: goal \"g\" wants nothing of what the command prints" },
	{ GOAL(", see: {}"), ":9:41: error: \"cpe\" is missing" },
	{ HEAD "goals:\n  - {name: boots, part: read, text: t, see: {cpe: c}" HINT REST,
	    ":10:12: error: goal \"boots\" stands there twice" },
	{ HEAD "goals:\n  - {name: g, part: read, text: t, see: {cpe: c}" HINT
	       "  - {name: k, part: mend, text: t, see: {cpe: c}" HINT REST,
	    ":11:12: error: goal \"boots\" is of a part that is over" },
	{ HEAD "goals:\n  - {name: g, part: do, text: t, see: {cpe: c}" HINT REST,
	    ":9:3: error: no goal is of the part \"read\"" },
	{ HEAD GOALS WRONG("nears") SOLVE,
	    ":20:41: error: goal \"key\" has no hint \"nears\"" },
	{ HEAD GOALS "wrong:\n  - {name: a, run: x, fails: boot, hint: h}\n"
		     "  - {name: b, run: x, fails: boots, hint: h}\n"
		     "  - {name: c, run: x, fails: boots, hint: h}\n" SOLVE,
	    ":20:30: error: no goal is named \"boot\"" },
	{ HEAD GOALS "wrong: [{name: a, run: x, fails: boots, hint: h}]\n" SOLVE,
	    ":19:8: error: \"wrong\" has too few entries: 1" },
	{ VALUES("  - {name: Key, pattern: \"##\"}\n") GOALS WRONG("near") SOLVE,
	    ":6:12: error: \"Key\" cannot be the name of a value" },
	{ VALUES("  - {name: lab, pattern: \"##\"}\n") GOALS WRONG("near") SOLVE,
	    ":6:12: error: \"lab\" cannot be the name of a value" },
	{ HEAD "  - {name: net, pattern: \"##\"}\n" GOALS WRONG("near") SOLVE,
	    ":8:12: error: there is a value \"net\" already" },
	{ HEAD "  - {name: a}\n" GOALS WRONG("near") SOLVE,
	    ":8:12: error: nothing says how value \"a\" is made" },
	{ HEAD "  - {name: a, text: x, pattern: \"#\"}\n" GOALS WRONG("near") SOLVE,
	    ":8:12: error: value \"a\" is made in more than one way" },
	{ HEAD "  - {name: a, number: 9-3}\n" GOALS WRONG("near") SOLVE,
	    ":8:12: error: value \"a\": \"9-3\" is no range of numbers" },
	{ HEAD "  - {name: a, pattern: abc}\n" GOALS WRONG("near") SOLVE,
	    ":8:12: error: nothing of \"abc\" is drawn" },
	{ HEAD
	    "  - {name: a, text: \"{{b}}\"}\n  - {name: b, number: 1-2}\n" GOALS WRONG(
		"near") SOLVE,
	    ":8:12: error: value \"a\" needs \"b\", which is not above it" },
	{ HEAD "  - {name: a, choose: [x, \"{{bb}}\"]}\n" GOALS WRONG("near") SOLVE,
	    ":8:12: error: no value is named \"bb\"" },
	{ HEAD GOALS WRONG("near"), ":1:1: error: \"solve\" is missing" },
};

static void test_each_mistake_is_told_with_its_place(void **state)
{
	unsigned n_wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct lesson *lesson = NULL;
		struct error err = ERROR_NULL;
		char want[256];
		struct str rest, line;

		(void)snprintf(want, sizeof(want), "l.yaml%s", rows[i].line);
		assert_int_equal(lesson_parse("l.yaml", str_of(rows[i].yaml), NULL,
				     &lesson, &err),
		    ERR_CONFIG);
		line = str_cut(str_of(err.text), '\n', &rest);
		if (!str_is(line, want)) {
			print_error("row %zu: %.*s\nwanted: %s\n", i, STR_ARG(line),
			    want);
			n_wrong++;
		}
		assert_null(lesson);
	}
	assert_int_equal(n_wrong, 0);
}

/* 24 bits are enough for an answer, 20 are not; what is chosen among others has theirs. */
static void test_an_answer_is_drawn_from_as_many_as_it_needs(void **state)
{
	static const struct {
		const char *value;
		bool is_enough;
	} values[] = {
		{ "pattern: \"%%%%%%\"", true },
		{ "pattern: \"%%%%%\"", false },
		{ "pattern: \"????##\"", true },
		{ "pattern: \"#######\"", false },
		{ "number: 1-16777216", true },
		{ "number: 1-16777215", false },
		{ "choose: [\"{{key}}\", \"{{key}}x\"]", true },
		{ "choose: [\"{{key}}\", x]", false },
		{ "text: \"{{key}}-{{net}}\"", true },
		{ "text: \"{{net}}-{{net}}\"", false },
		{ "option-43: {url: \"http://{{key}}/\"}", true },
		{ "option-43: {url: \"http://{{net}}/\"}", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		struct lesson *lesson = NULL;
		struct error err = ERROR_NULL;
		auto_buf text = BUF_NULL;

		buf_append_text(&text, HEAD "  - {name: drawn, ");
		buf_append_text(&text, values[i].value);
		buf_append_text(&text,
		    "}\ngoals:\n  - {name: g, part: read, text: t, answer: \"{{drawn}}\"" HINT
			REST);
		if ((lesson_parse("l.yaml", buf_str(&text), NULL, &lesson, &err) ==
			0) != values[i].is_enough)
			fail_msg("%s: %s", values[i].value, err.text);
		lesson_free(lesson);
	}
}

static void test_a_right_lesson_is_taken(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);

	(void)state;
	assert_int_equal(lesson->goals.len, 4);
	assert_int_equal(lesson->points, 40);
	assert_int_equal(lesson_goal(lesson, 0)->kind, GOAL_ANSWER);
	assert_int_equal(lesson_goal(lesson, 1)->kind, GOAL_CHOICE);
	assert_int_equal(lesson_goal(lesson, 3)->part, GOAL_MEND);
	assert_string_equal(lesson_goal(lesson, 3)->sight.after, "boots");
	assert_int_equal(lesson_find_goal(lesson, STR("mend")), SIZE_MAX);
	lesson_free(lesson);
}

/* As many as there are, in the order of the file. */
static void test_all_mistakes_are_told_at_once(void **state)
{
	static const char text[] = HEAD
	    "  - {name: a, number: 9-3}\n"
	    "goals:\n  - {name: g, part: read, text: \"{{nets}}\", hints: [{name: h, text: x}]}\n" REST;
	struct conf_mistakes mistakes = { .len = 0 };
	struct lesson *lesson = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(lesson_parse("l.yaml", str_of(text), &mistakes, &lesson, &err),
	    ERR_CONFIG);
	assert_int_equal(mistakes.len, 3);
	assert_int_equal(mistakes.items[0].line, 8);
	assert_int_equal(mistakes.items[1].line, 10);
	assert_int_equal(mistakes.items[2].line, 10);
	assert_non_null(strstr(mistakes.items[2].text, "did you mean \"net\"?"));
	conf_mistakes_free(&mistakes);
}

static void test_other_files_are_looked_through_too(void **state)
{
	struct lesson *lesson = must_parse(A_LESSON);
	struct conf_mistakes mistakes = { .len = 0 };
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(lesson_check_text(lesson, "task.md",
			     STR("{{lab}} {{key}}\n{{ no }} a {{kay}} {{\n"), &mistakes,
			     &err),
	    ERR_CONFIG);
	assert_int_equal(mistakes.len, 1);
	assert_string_equal(mistakes.items[0].text,
	    "task.md:2:12: error: no value is named \"kay\"\n"
	    "    2 | {{ no }} a {{kay}} {{\n"
	    "      |            ^~~~~~~ did you mean \"key\"?");
	conf_mistakes_free(&mistakes);
	lesson_free(lesson);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_mistake_is_told_with_its_place),
		cmocka_unit_test(test_an_answer_is_drawn_from_as_many_as_it_needs),
		cmocka_unit_test(test_a_right_lesson_is_taken),
		cmocka_unit_test(test_all_mistakes_are_told_at_once),
		cmocka_unit_test(test_other_files_are_looked_through_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
