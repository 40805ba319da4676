/* lib/base/columns: how wide text stands on a terminal. */
#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/base/columns.h"
#include "lib/base/compiler.h"

static void characters_take_none_one_or_two_columns(void **state)
{
	static const struct {
		struct str bytes;
		size_t len, columns;
	} rows[] = {
		{ { "", 0 }, 0, 0 },
		{ { "a", 1 }, 1, 1 },
		{ { "\x1b[", 2 }, 1, 1 },            /* shown as a blank */
		{ { "\xff\xff", 2 }, 1, 1 },         /* shown as "?" */
		{ { "\xc3\xa4", 2 }, 2, 1 },         /* U+00E4 */
		{ { "\xcc\x88", 2 }, 2, 0 },         /* U+0308, a mark */
		{ { "\xe2\x80\xae", 3 }, 3, 1 },     /* U+202E, shown as a blank */
		{ { "\xe2\x80\x8d", 3 }, 3, 0 },     /* U+200D, joins */
		{ { "\xe1\x84\x80", 3 }, 3, 2 },     /* U+1100, the first wide one */
		{ { "\xe1\x83\xbf", 3 }, 3, 1 },     /* one before it */
		{ { "\xe1\x85\x9f", 3 }, 3, 2 },     /* the last of its range */
		{ { "\xe1\x85\xa0", 3 }, 3, 0 },     /* one past it is joined */
		{ { "\xe8\xb7\xaf", 3 }, 3, 2 },     /* U+8DEF */
		{ { "\xef\xbd\xa0", 3 }, 3, 2 },     /* U+FF60 */
		{ { "\xef\xbd\xa1", 3 }, 3, 1 },     /* U+FF61, of half width */
		{ { "\xf0\x9f\x98\x80", 4 }, 4, 2 }, /* U+1F600 */
		{ { "\xf0\xb1\x8d\x8a", 4 }, 4, 2 }, /* U+3134A, the last wide one */
		{ { "\xf0\xb1\x8d\x8b", 4 }, 4, 1 },
		{ { "\xf3\xa0\x87\xaf", 4 }, 4, 0 }, /* U+E01EF, the last joined */
		{ { "\xf3\xa0\x87\xb0", 4 }, 4, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t columns;

		assert_int_equal(columns_char(rows[i].bytes, &columns), rows[i].len);
		assert_int_equal(columns, rows[i].columns);
	}
	assert_int_equal(columns_of(STR("a\xcc\x88"
					"路由器\xff")),
	    8);
}

static void a_beginning_fits(void **state)
{
	static const struct {
		const char *text;
		size_t columns;
		const char *fits;
	} rows[] = {
		{ "abc", 3, "abc" }, { "abc", 2, "ab" }, { "abc", 0, "" },
		{ "路由器", 6, "路由器" },
		{ "路由器", 5, "路由" }, /* half a character is none */
		{ "路由器", 1, "" },
		{ "e\xcc\x81t", 1, "e\xcc\x81" }, /* a mark goes with its letter */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str fits = columns_fit(str_of(rows[i].text), rows[i].columns);

		assert_true(str_is(fits, rows[i].fits));
	}
}

static void lines_break_at_a_blank_of_their_second_half(void **state)
{
	static const struct {
		const char *text;
		size_t columns;
		const char *line;
	} rows[] = {
		{ "one two", 7, "one two" },
		{ "one two", 6, "one tw" }, /* its blank is in the first half */
		{ "three four", 9, "three" },
		{ "three four", 5, "three" }, /* the blank stands behind */
		{ "a_long_word", 4, "a_lo" }, { "路由器", 1, "路" }, /* at least one */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str line = columns_line(str_of(rows[i].text), rows[i].columns);

		assert_true(str_is(line, rows[i].line));
	}
}

static void what_is_cut_ends_in_a_mark(void **state)
{
	static const struct {
		const char *text;
		size_t columns;
		bool is_utf8;
		const char *put;
		size_t taken;
	} rows[] = {
		{ "abcd", 4, true, "abcd", 4 },
		{ "abcd", 3, true, "ab…", 3 },
		{ "abcd", 3, false, "ab~", 3 },
		{ "abcd", 1, true, "…", 1 },
		{ "abcd", 0, true, "", 0 },
		{ "路由器", 6, true, "路由器", 6 },
		{ "路由器", 5, true, "路由…", 5 },
		{ "路由器", 4, true, "路…", 3 }, /* a wide one had no room */
		{ "路由器", 6, false, "??????", 6 },
		{ "\x1b[31m", 9, true, " [31m", 5 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;

		assert_int_equal(columns_put_cut(&out, str_of(rows[i].text),
				     rows[i].columns, rows[i].is_utf8),
		    rows[i].taken);
		assert_string_equal(buf_cstr(&out), rows[i].put);
	}
}

static void lines_after_the_first_stand_behind_blanks(void **state)
{
	auto_buf narrow = BUF_NULL, whole = BUF_NULL;

	(void)state;
	columns_put_lines(&narrow, STR("three four 路由器"), 10, 2, true);
	assert_string_equal(buf_cstr(&narrow), "three four\n  路由器");
	columns_put_lines(&whole, STR("three four 路由器"), 0, 2, true);
	assert_string_equal(buf_cstr(&whole), "three four 路由器");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters_take_none_one_or_two_columns),
		cmocka_unit_test(a_beginning_fits),
		cmocka_unit_test(lines_break_at_a_blank_of_their_second_half),
		cmocka_unit_test(what_is_cut_ends_in_a_mark),
		cmocka_unit_test(lines_after_the_first_stand_behind_blanks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
