/* lib/base/str */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdlib.h>

#define assert_str(got, want) assert_true(str_is((got), (want)))

static void test_empty_views_are_equal_whatever_they_point_at(void **state)
{
	(void)state;
	assert_true(str_eq(STR_NULL, STR("")));
	assert_true(str_eq(STR_NULL, str_of(NULL)));
	assert_false(str_eq(STR("a"), STR_NULL));
	assert_false(str_eq(STR("a"), STR("b")));
	assert_true(str_eq(STR("a\0b"), str_make("a\0b", 3)));
}

static void test_case_is_ignored_for_ascii_alone(void **state)
{
	(void)state;
	assert_true(str_eq_nocase(STR("Content-TYPE"), STR("content-type")));
	assert_false(str_eq_nocase(STR("\xc4"), STR("\xe4")));
	assert_false(str_eq_nocase(STR("@"), STR("`")));
	assert_false(str_eq_nocase(STR("a"), STR("ab")));
	assert_true(str_eq_nocase(STR_NULL, STR_NULL));
	assert_true(str_eq_secret(STR("abc"), STR("abc")));
	assert_true(str_eq_secret(STR_NULL, STR("")));
	assert_false(str_eq_secret(STR("abc"), STR("abd")));
	assert_false(str_eq_secret(STR("abc"), STR("bbc")));
	assert_false(str_eq_secret(STR("\x7f"), STR("\xff")));
	assert_false(str_eq_secret(STR("abc"), STR("ab")));
	assert_false(str_eq_secret(STR("ab"), STR("abc")));
}

static void test_views_are_cut_and_trimmed(void **state)
{
	struct str rest;

	(void)state;
	assert_str(str_trim(STR(" \t a b\r\n")), "a b");
	assert_str(str_trim(STR(" \r\n\t")), "");
	assert_str(str_trim(STR_NULL), "");
	assert_str(str_cut(STR("key=a=b"), '=', &rest), "key");
	assert_str(rest, "a=b");
	assert_str(str_cut(STR("key="), '=', &rest), "key");
	assert_non_null(rest.p);
	assert_int_equal(rest.len, 0);
	assert_str(str_cut(STR("key"), '=', &rest), "key");
	assert_null(rest.p);
	assert_str(str_from(STR("abc"), 2), "c");
	assert_str(str_from(STR("abc"), 3), "");
	assert_str(str_from(STR("abc"), 99), "");
	assert_true(str_starts(STR("abc"), STR("ab")));
	assert_true(str_starts(STR("abc"), STR_NULL));
	assert_false(str_starts(STR("ab"), STR("abc")));
}

static void test_needles_are_found(void **state)
{
	size_t at = 99;

	(void)state;
	assert_true(str_find(STR("xxabc"), STR("abc"), &at));
	assert_int_equal(at, 2);
	assert_true(str_find(STR("abc"), STR_NULL, &at));
	assert_int_equal(at, 0);
	assert_true(str_find(STR_NULL, STR_NULL, &at));
	assert_int_equal(at, 0);
	assert_false(str_find(STR("ab"), STR("abc"), NULL));
	assert_false(str_find(STR_NULL, STR("a"), NULL));
	assert_int_equal(str_find_char(STR("a,b"), ','), 1);
	assert_int_equal(str_find_char(STR("ab"), ','), 2);
	assert_int_equal(str_find_char(STR_NULL, ','), 0);
}

static void test_numbers_are_digits_and_fit(void **state)
{
	static const struct {
		struct str text;
		uint64_t max;
		int code;
		uint64_t value;
	} rows[] = {
		{ { "0", 1 }, 0, 0, 0 },
		{ { "007", 3 }, 9, 0, 7 },
		{ { "65535", 5 }, 65535, 0, 65535 },
		{ { "65536", 5 }, 65535, ERR_MALFORMED, 0 },
		{ { "18446744073709551615", 20 }, UINT64_MAX, 0, UINT64_MAX },
		{ { "18446744073709551616", 20 }, UINT64_MAX, ERR_MALFORMED, 0 },
		{ { "99999999999999999999", 20 }, UINT64_MAX, ERR_MALFORMED, 0 },
		{ { "", 0 }, 9, ERR_MALFORMED, 0 },
		{ { NULL, 0 }, 9, ERR_MALFORMED, 0 },
		{ { "-1", 2 }, 9, ERR_MALFORMED, 0 },
		{ { "+1", 2 }, 9, ERR_MALFORMED, 0 },
		{ { " 1", 2 }, 9, ERR_MALFORMED, 0 },
		{ { "1 ", 2 }, 9, ERR_MALFORMED, 0 },
		{ { "1x", 2 }, 9, ERR_MALFORMED, 0 },
		{ { "\xff", 1 }, 9, ERR_MALFORMED, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint64_t value = 0;

		assert_int_equal(str_to_u64(rows[i].text, rows[i].max, &value),
		    rows[i].code);
		assert_true(value == rows[i].value);
	}
}

static void test_copies_are_terminated(void **state)
{
	char *copy = str_dup(str_make("abcdef", 3));
	char *empty = str_dup(STR_NULL);

	(void)state;
	assert_string_equal(copy, "abc");
	assert_string_equal(empty, "");
	free(copy);
	free(empty);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_views_are_equal_whatever_they_point_at),
		cmocka_unit_test(test_case_is_ignored_for_ascii_alone),
		cmocka_unit_test(test_views_are_cut_and_trimmed),
		cmocka_unit_test(test_needles_are_found),
		cmocka_unit_test(test_numbers_are_digits_and_fit),
		cmocka_unit_test(test_copies_are_terminated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
