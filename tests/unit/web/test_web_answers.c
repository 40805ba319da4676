/* lab/web/answers.c: what many pages ask for is made once for each change. */
#include "tests/unit/unit.h"

#include "lab/web/answers.h"

#include <jansson.h>
#include <stdio.h>

static void learn(struct web_lab *lab, enum web_table table, int n)
{
	json_t *rows = web_rows_begin();

	for (int i = 0; i < n; i++)
		(void)json_array_append_new(rows,
		    json_pack("{s:s,s:s}", "name", "sw", "kind", "switch"));
	assert_true(web_lab_replace(lab, table, rows, 0));
}

static void a_drawing_is_made_once_for_each_change(void **state)
{
	struct web_answers answers = { .n_made = 0 };
	struct web_lab lab;
	struct str first;

	(void)state;
	assert_int_equal(web_lab_init(&lab), 0);
	learn(&lab, WEB_NODES, 1);
	first = web_answers_drawing(&answers, &lab);
	assert_true(str_find(first, STR("\"count\":1,"), NULL));
	/* Were it made anew, this would stand in it. */
	(void)snprintf(lab.state, sizeof(lab.state), "unsaid");
	assert_false(
	    str_find(web_answers_drawing(&answers, &lab), STR("unsaid"), NULL));
	/* Tables that are not in it change nothing. */
	learn(&lab, WEB_LEASES, 1);
	assert_false(
	    str_find(web_answers_drawing(&answers, &lab), STR("unsaid"), NULL));
	web_lab_set(&lab, "one", NULL);
	assert_true(str_find(web_answers_drawing(&answers, &lab),
	    STR("\"lab\":\"one\",\"state\":\"unsaid\""), NULL));
	learn(&lab, WEB_NODES, 2);
	assert_true(
	    str_find(web_answers_drawing(&answers, &lab), STR("\"count\":2,"), NULL));
	web_lab_set_ended(&lab);
	assert_true(str_find(web_answers_drawing(&answers, &lab),
	    STR("\"state\":\"ended\""), NULL));
	web_answers_free(&answers);
	web_lab_free(&lab);
}

static void look(struct web_answers *answers, const struct web_lab *lab,
    const char *text, uint64_t from, const char *end)
{
	struct web_window window = { .table = WEB_NODES, .from = from, .n = 10 };
	struct str rows;

	(void)snprintf(window.text, sizeof(window.text), "%s", text);
	rows = web_answers_rows(answers, lab, &window);
	if (!str_ends(rows, str_of(end)))
		fail_msg("%.*s", STR_ARG(rows));
}

static void windows_are_kept_until_their_table_changes(void **state)
{
	struct web_answers answers = { .n_made = 0 };
	struct web_lab lab;

	(void)state;
	assert_int_equal(web_lab_init(&lab), 0);
	learn(&lab, WEB_NODES, 3);
	look(&answers, &lab, "", 0, "\"found\":3}");
	look(&answers, &lab, "nobody", 0, "\"found\":0}");
	look(&answers, &lab, "", 1, "\"found\":3}");
	assert_int_equal(answers.n_made, 3);
	for (int i = 0; i < 100; i++) {
		look(&answers, &lab, "", 0, "\"found\":3}");
		look(&answers, &lab, "nobody", 0, "\"found\":0}");
	}
	learn(&lab, WEB_CPES, 1);
	look(&answers, &lab, "", 0, "\"found\":3}");
	assert_int_equal(answers.n_made, 3);
	learn(&lab, WEB_NODES, 4);
	look(&answers, &lab, "", 0, "\"found\":4}");
	assert_int_equal(answers.n_made, 4);
	/* However many there are, the last are kept. */
	for (uint64_t i = 0; i < 3 * WEB_ANSWERS_KEPT; i++)
		look(&answers, &lab, "", i, "\"found\":4}");
	assert_int_equal(answers.n_made, 3 + 3 * WEB_ANSWERS_KEPT);
	look(&answers, &lab, "", 3 * WEB_ANSWERS_KEPT - 1, "\"found\":4}");
	assert_int_equal(answers.n_made, 3 + 3 * WEB_ANSWERS_KEPT);
	web_answers_free(&answers);
	web_lab_free(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_drawing_is_made_once_for_each_change),
		cmocka_unit_test(windows_are_kept_until_their_table_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
