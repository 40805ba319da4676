/* lib/base/buf */
#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/base/error.h"

#include <string.h>

static void test_bytes_are_appended_and_consumed(void **state)
{
	auto_buf buf = BUF_NULL;

	(void)state;
	buf_append(&buf, "abc", 3);
	buf_append_char(&buf, '-');
	buf_append_text(&buf, "def");
	buf_append_str(&buf, STR("!"));
	buf_append_str(&buf, STR_NULL);
	buf_printf(&buf, "%d/%s", 7, "x");
	assert_string_equal(buf_cstr(&buf), "abc-def!7/x");
	assert_int_equal(buf.len, 11);
	buf_consume(&buf, 4);
	assert_string_equal(buf_cstr(&buf), "def!7/x");
	buf_consume(&buf, 0);
	buf_consume(&buf, 99);
	assert_string_equal(buf_cstr(&buf), "");
	assert_int_equal(buf.error, 0);
}

static void test_limit_is_kept_to_the_byte(void **state)
{
	static const size_t limits[] = { 1, 10, 255, 256, 257, 1000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		auto_buf buf = BUF_MAX(limits[i]);

		for (size_t n = 0; n < limits[i]; n++)
			buf_append_char(&buf, 'x');
		assert_int_equal(buf.error, 0);
		assert_int_equal(buf.len, limits[i]);
		buf_append_char(&buf, 'y');
		assert_int_equal(buf.error, ERR_LIMIT);
		assert_int_equal(buf.len, limits[i]);
	}
}

static void test_printf_fills_up_to_the_limit(void **state)
{
	auto_buf buf = BUF_MAX(5);

	(void)state;
	buf_printf(&buf, "%s", "12345");
	assert_int_equal(buf.error, 0);
	assert_string_equal(buf_cstr(&buf), "12345");
	buf_printf(&buf, "%s", "");
	assert_int_equal(buf.error, 0);
	buf_printf(&buf, "6");
	assert_int_equal(buf.error, ERR_LIMIT);
}

static void test_error_sticks_until_reset(void **state)
{
	auto_buf buf = BUF_MAX(3);

	(void)state;
	buf_append_text(&buf, "ab");
	buf_append_text(&buf, "cd");
	buf_append_char(&buf, 'c');
	assert_int_equal(buf.error, ERR_LIMIT);
	assert_int_equal(buf.len, 2);
	assert_null(buf_reserve(&buf, 1));

	buf_reset(&buf);
	buf_append_text(&buf, "xyz");
	assert_int_equal(buf.error, 0);
	assert_string_equal(buf_cstr(&buf), "xyz");
}

static void test_huge_sizes_are_refused(void **state)
{
	auto_buf buf = BUF_NULL;

	(void)state;
	assert_null(buf_reserve(&buf, SIZE_MAX));
	assert_int_equal(buf.error, ERR_LIMIT);
	buf_reset(&buf);
	assert_null(buf_reserve(&buf, BUF_DEFAULT_MAX + 1));
	assert_int_equal(buf.error, ERR_LIMIT);
}

static void test_free_keeps_the_limit_and_may_be_repeated(void **state)
{
	struct buf buf = BUF_MAX(4);

	(void)state;
	buf_append_text(&buf, "abcd");
	buf_free(&buf);
	buf_free(&buf);
	assert_null(buf.data);
	assert_string_equal(buf_cstr(&buf), "");
	buf_append_text(&buf, "abcde");
	assert_int_equal(buf.error, ERR_LIMIT);
	buf_free(&buf);
}

static void test_numbers_are_digits_with_zeros_before_them(void **state)
{
	auto_buf buf = BUF_NULL;

	(void)state;
	buf_append_uint(&buf, 0, 1);
	buf_append_char(&buf, ' ');
	buf_append_uint(&buf, 7, 3);
	buf_append_char(&buf, ' ');
	buf_append_uint(&buf, 1234, 3);
	buf_append_char(&buf, ' ');
	buf_append_uint(&buf, UINT64_MAX, 1);
	buf_append_char(&buf, ' ');
	buf_append_uint(&buf, 0, 20);
	assert_string_equal(buf_cstr(&buf),
	    "0 007 1234 18446744073709551615 00000000000000000000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_are_digits_with_zeros_before_them),
		cmocka_unit_test(test_bytes_are_appended_and_consumed),
		cmocka_unit_test(test_limit_is_kept_to_the_byte),
		cmocka_unit_test(test_printf_fills_up_to_the_limit),
		cmocka_unit_test(test_error_sticks_until_reset),
		cmocka_unit_test(test_huge_sizes_are_refused),
		cmocka_unit_test(test_free_keeps_the_limit_and_may_be_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
