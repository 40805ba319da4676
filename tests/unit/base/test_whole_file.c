/* lib/program/whole_file: a file that somebody named. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/program/whole_file.h"
#include "tests/support/guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[64];

static void write_file(const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void test_the_first_line_of_a_file_is_read(void **state)
{
	static const struct {
		const char *text, *line; /* null: what is wrong */
		const char *why;
	} rows[] = {
		{ "word\nmore\n", "word", NULL },
		{ "word\r\n", "word", NULL },
		{ "word", "word", NULL },
		{ "123456\n", "123456", NULL },
		{ "123456", "123456", NULL },
		{ "1234567\n", NULL, "its first line is too long" },
		{ "123456789", NULL, "its first line is too long" },
		{ "\nword\n", NULL, "its first line is empty" },
		{ "", NULL, "its first line is empty" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		char line[8];
		int r;

		write_file(rows[i].text);
		r = first_line_read(path, line, sizeof(line), &err);
		assert_int_equal(r, rows[i].line ? 0 : ERR_USAGE);
		if (rows[i].line)
			assert_string_equal(line, rows[i].line);
		else
			assert_string_equal(err.text, rows[i].why);
	}
}

static void test_a_file_is_read_up_to_its_limit(void **state)
{
	struct error err = ERROR_NULL;
	auto_buf whole = BUF_NULL, more = BUF_NULL, endless = BUF_NULL;

	(void)state;
	write_file("12345");
	assert_int_equal(whole_input_read(path, 5, &whole, &err), 0);
	assert_string_equal(buf_cstr(&whole), "12345");
	assert_int_equal(whole_input_read(path, 4, &more, &err), ERR_USAGE);
	/* And no further, where there is no end. */
	assert_int_equal(whole_input_read("/dev/zero", 1 << 20, &endless, &err),
	    ERR_USAGE);
	assert_string_equal(err.text, "/dev/zero: more than 1 MiB");
	assert_int_equal(endless.len, (1 << 20) + 1);
}

static void test_what_cannot_be_read_is_told(void **state)
{
	struct error err = ERROR_NULL;
	auto_buf none = BUF_NULL;
	char line[8];

	(void)state;
	assert_int_equal(first_line_read("/nowhere/x", line, sizeof(line), &err),
	    ERR_USAGE);
	assert_string_equal(err.text, "No such file or directory");
	assert_int_equal(first_line_read("/", line, sizeof(line), &err), ERR_USAGE);
	assert_string_equal(err.text, "Is a directory");
	assert_int_equal(whole_input_read("/nowhere/x", 5, &none, &err), ERR_USAGE);
	assert_string_equal(err.text,
	    "/nowhere/x: cannot be opened: No such file or directory");
	assert_int_equal(whole_input_read("/", 5, &none, &err), ERR_USAGE);
	assert_string_equal(err.text, "/: is a folder");
}

/* The name that says so, and no file of that name. */
static void test_a_hyphen_is_standard_input(void **state)
{
	struct error err = ERROR_NULL;
	auto_buf whole = BUF_NULL;
	char line[8];

	(void)state;
	write_file("word\n");
	assert_non_null(freopen(path, "re", stdin));
	assert_int_equal(whole_input_read("-", 5, &whole, &err), 0);
	assert_string_equal(buf_cstr(&whole), "word\n");
	assert_non_null(freopen(path, "re", stdin));
	assert_int_equal(first_line_read("-", line, sizeof(line), &err), 0);
	assert_string_equal(line, "word");
}

static int make_folder(void **state)
{
	char folder[] = "/tmp/cwmplab-test-XXXXXX";

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	guard_path(folder);
	(void)snprintf(path, sizeof(path), "%s/file", folder);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_first_line_of_a_file_is_read),
		cmocka_unit_test(test_a_file_is_read_up_to_its_limit),
		cmocka_unit_test(test_what_cannot_be_read_is_told),
		cmocka_unit_test(test_a_hyphen_is_standard_input),
	};

	return cmocka_run_group_tests(tests, make_folder, NULL);
}
