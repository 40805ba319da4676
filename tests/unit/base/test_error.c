/* lib/base/error */
#include "tests/unit/unit.h"

#include "lib/base/error.h"

#include <errno.h>
#include <string.h>

static void test_callee_writes_the_fact_and_callers_prefix_it(void **state)
{
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(error_set_at(&err, ERR_TRUNCATED, 7, "%d bytes are missing",
			     3),
	    ERR_TRUNCATED);
	assert_int_equal(error_prefix(&err, "option %d", 43), ERR_TRUNCATED);
	assert_int_equal(error_prefix(&err, "frame 9"), ERR_TRUNCATED);

	assert_string_equal(err.text, "frame 9: option 43: 3 bytes are missing");
	assert_int_equal(err.offset, 7);
	assert_int_equal(err.code, ERR_TRUNCATED);
}

static void test_nobody_has_to_listen(void **state)
{
	(void)state;
	assert_int_equal(error_set(NULL, ERR_LIMIT, "x"), ERR_LIMIT);
	assert_int_equal(error_set_at(NULL, -EIO, 3, "x"), -EIO);
	assert_int_equal(error_prefix(NULL, "x"), 0);
}

static void test_long_text_is_cut_not_overrun(void **state)
{
	struct error err = ERROR_NULL;
	char text[2 * ERROR_TEXT_MAX];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	text[ERROR_TEXT_MAX - 1] = '\0';
	(void)error_set(&err, ERR_CONFIG, "%s", text);
	assert_string_equal(err.text, text);
	text[ERROR_TEXT_MAX - 1] = 'x';
	(void)error_set(&err, ERR_CONFIG, "%s", text);
	assert_string_equal(err.text + ERROR_TEXT_MAX - 50, "xx ... (1071 bytes more)");
	(void)error_prefix(&err, "file");
	assert_memory_equal(err.text, "file: xxx", 9);
	assert_non_null(strstr(err.text, "xx ... (1071 bytes more)"));
	(void)error_prefix(&err, "%s", text);
	assert_memory_equal(err.text + ERROR_TEXT_MAX - 50,
	    "xx ... (1071 bytes more): file: xxx", 35);
	assert_int_equal(strlen(err.text), ERROR_TEXT_MAX - 1);
}

static void test_every_code_has_words(void **state)
{
	static const int codes[] = {
#define XX(number, name, text) ERR_##name,
		ERROR_MAP(XX)
#undef XX
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		assert_null(strstr(error_name(codes[i]), "Unknown"));
	assert_string_equal(error_name(ERR_TLS), "TLS failed");
	assert_string_equal(error_name(-ENOENT), "No such file or directory");
	assert_string_equal(error_name(0), "no error");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_callee_writes_the_fact_and_callers_prefix_it),
		cmocka_unit_test(test_nobody_has_to_listen),
		cmocka_unit_test(test_long_text_is_cut_not_overrun),
		cmocka_unit_test(test_every_code_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
