/* lib/base/cut: text that says that it was cut. */
#include "tests/unit/unit.h"

#include "lib/base/cut.h"

#include <stdio.h>
#include <string.h>

enum {
	ROOM = 2 * CUT_MARK_MAX
};

static void test_a_cut_splits_no_character(void **state)
{
	static const struct {
		const char *text;
		size_t max, kept;
	} rows[] = {
		{ "", 0, 0 },
		{ "abc", 3, 3 },
		{ "abc", 2, 2 },
		{ "a\xc3\xa4z", 1, 1 },
		{ "a\xc3\xa4z", 2, 1 },
		{ "a\xc3\xa4z", 3, 3 },
		{ "a\xf0\x9f\x90\x8cz", 4, 1 },
		{ "a\xf0\x9f\x90\x8cz", 5, 5 },
		{ "\xf0\x9f\x90\x8c", 3, 0 },
		/* no UTF-8: anywhere */
		{ "a\x80\x80\x80\x80\x80\x80", 6, 6 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(cut_at(str_of(rows[i].text), rows[i].max),
		    rows[i].kept);
}

static void test_text_that_fits_is_whole_and_one_byte_more_is_counted(void **state)
{
	char text[ROOM], longer[ROOM + 1];

	(void)state;
	memset(longer, 'x', sizeof(longer));
	longer[ROOM - 1] = '\0';
	assert_string_equal(cut_print(text, sizeof(text), "%s", longer), longer);
	longer[ROOM - 1] = 'x';
	longer[ROOM] = '\0';
	(void)cut_print(text, sizeof(text), "%s", longer);
	memset(longer, 'x', ROOM - CUT_MARK_MAX);
	(void)snprintf(longer + ROOM - CUT_MARK_MAX, CUT_MARK_MAX, "%s",
	    " ... (48 bytes more)");
	assert_string_equal(text, longer);
}

static void test_the_mark_of_one_byte_and_of_many(void **state)
{
	char mark[CUT_MARK_MAX];

	(void)state;
	assert_string_equal(cut_mark(mark, 1), " ... (1 byte more)");
	assert_string_equal(cut_mark(mark, SIZE_MAX),
	    " ... (18446744073709551615 bytes more)");
}

static void test_where_no_mark_fits_text_is_only_cut(void **state)
{
	char text[8];

	(void)state;
	assert_string_equal(cut_print(text, sizeof(text), "%s", "1234567"), "1234567");
	assert_string_equal(cut_print(text, sizeof(text), "%s", "12345678"), "1234567");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_cut_splits_no_character),
		cmocka_unit_test(
		    test_text_that_fits_is_whole_and_one_byte_more_is_counted),
		cmocka_unit_test(test_the_mark_of_one_byte_and_of_many),
		cmocka_unit_test(test_where_no_mark_fits_text_is_only_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
