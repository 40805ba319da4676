/* lab/lesson/task_text: Markdown on a terminal. */
#include "tests/unit/unit.h"

#include "lab/lesson/task_text.h"

static void check(const char *text, struct screen screen, const char *want)
{
	auto_buf out = BUF_NULL;

	task_text_put(&out, str_of(text), &screen);
	assert_string_equal(buf_cstr(&out), want);
}

static void test_paragraphs_are_laid_out_and_drawings_are_not(void **state)
{
	(void)state;
	check(
	    "# Head **x**\n\nOne `two` three four five six seven eight nine ten eleven twelve\n"
	    "thirteen\n\n```\na   drawing that is longer than the screen may be, as it is\n```\n"
	    "- an item that goes on and on, and on, and on\n- b\n## `Two` and `two words` on\n",
	    (struct screen){ .width = 40 },
	    "Head x\n======\n\n"
	    "One two three four five six seven eight\nnine ten eleven twelve thirteen\n\n"
	    "    a   drawing that is longer than the screen may be, as it is\n"
	    "- an item that goes on and on, and on,\n  and on\n- b\nTwo and \"two words\" on\n----------------------\n");
}

static void test_headings_stand_out(void **state)
{
	(void)state;
	check("## Head\n", (struct screen){ .width = 40, .has_colour = true },
	    "\033[1mHead\033[0m\n");
	check("| a | b |\n    as it is\n10. ten\n", (struct screen){ .width = 0 },
	    "| a | b |\n    as it is\n10. ten\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paragraphs_are_laid_out_and_drawings_are_not),
		cmocka_unit_test(test_headings_stand_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
