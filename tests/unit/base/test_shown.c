/* lib/base/shown and lib/program/say: what strangers wrote, as people see it. */
#include "tests/unit/unit.h"

#include "lib/base/error.h"
#include "lib/base/json.h"
#include "lib/base/shown.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/program/say.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <unistd.h>

/* The first and last of each kind that a terminal must not be given, and their neighbours. */
static void test_what_a_terminal_must_not_be_given_becomes_a_blank(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{ "a\x01\x1f b", "a   b" },
		{ "\x1b[31mred", " [31mred" },
		{ "~\x7f", "~ " },
		{ "\xc2\x80\xc2\x9f\xc2\xa0", "  \xc2\xa0" }, /* C1 and its neighbour */
		{ "\x9b"
		  "31m",
		    "?31m" }, /* C1 as a byte alone */
		{ "\xd8\x9b\xd8\x9c\xd8\x9d", "\xd8\x9b \xd8\x9d" }, /* U+061C */
		{ "\xe2\x80\x8d\xe2\x80\x8e\xe2\x80\x8f\xe2\x80\x90",
		    "\xe2\x80\x8d  \xe2\x80\x90" },
		{ "\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa\xe2\x80\xae\xe2\x80\xaf",
		    "\xe2\x80\xa7    \xe2\x80\xaf" },
		{ "\xe2\x81\xa5\xe2\x81\xa6\xe2\x81\xa9\xe2\x81\xaa",
		    "\xe2\x81\xa5  \xe2\x81\xaa" },
		{ "one\r\ntwo\tthree", "one  two three" },
		{ "\xc3\xbc\xff\xe2\x82", "\xc3\xbc???" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;

		shown_append(&out, str_of(rows[i].text));
		assert_string_equal(buf_cstr(&out), rows[i].shown);
		buf_reset(&out);
		shown_printf(&out, "%s", rows[i].text);
		assert_string_equal(buf_cstr(&out), rows[i].shown);
	}
}

static void test_the_format_is_ours_and_its_strings_are_not(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	shown_printf(&out, "\033[1m%s\033[0m\n%.*s\n", "a\nb", STR_ARG(STR("c\x1b")));
	assert_string_equal(buf_cstr(&out), "\033[1ma b\033[0m\nc \n");
}

/* Each conversion as the C library has it. */
static void test_numbers_are_those_of_the_c_library(void **state)
{
	char ours[512], theirs[512];

#define SAME(...)                                                                     \
	do {                                                                          \
		int n = snprintf(theirs, sizeof(theirs), __VA_ARGS__);                \
		assert_int_equal(shown_snprintf(ours, sizeof(ours), __VA_ARGS__), n); \
		assert_string_equal(ours, theirs);                                    \
	} while (0)

	(void)state;
	SAME("%d %i %+d %5d|%-5d|%05d", 0, -1, 7, -42, -42, -42);
	SAME("%d %d", INT_MIN, INT_MAX);
	SAME("%u %x %X %02x %08X %4u|%-4u|", 0u, 0xabcu, 0xabcu, 5u, 0xdeadbeefu, 7u,
	    7u);
	SAME("%ld %lu %lx", LONG_MIN, ULONG_MAX, ULONG_MAX);
	SAME("%lld %llu", LLONG_MIN, ULLONG_MAX);
	SAME("%" PRId64 " %" PRIu64 " %" PRIu32, INT64_MIN, UINT64_MAX, UINT32_MAX);
	SAME("%zu %3zu|%jd %ju", SIZE_MAX, (size_t)7, INTMAX_MIN, UINTMAX_MAX);
	SAME("%hd %hhu", 7, 200);
	SAME("%f %.0f %.3f %+9.3f|%-9.1f|%09.2f", 1.5, 2.5, -0.0005, 1.25, 1.25, -1.25);
	SAME("%.4g %g %e", 12345.678, 1e-9, 123.456);
	SAME("%.1f", 1e308);
	SAME("%c%c %% %5s|%-5s|%.2s|%*s|%-*s|%.*s", 'a', 'b', "cd", "cd", "cdef", 4,
	    "gh", 4, "gh", 1, "gh");
	SAME("%s", "");
#undef SAME
}

static void test_widths_count_characters(void **state)
{
	char text[64];

	(void)state;
	(void)shown_snprintf(text, sizeof(text), "%-4s|%4s|%.2s|", "\xc3\xa4",
	    "\xc3\xa4", "\xc3\xa4\xe2\x82\xac\xc3\xa4");
	assert_string_equal(text, "\xc3\xa4   |   \xc3\xa4|\xc3\xa4\xe2\x82\xac|");
}

static void test_what_does_not_fit_is_cut_between_characters(void **state)
{
	char text[8];

	(void)state;
	assert_int_equal(shown_snprintf(text, 4, "%s", "abc"), 3);
	assert_string_equal(text, "abc");
	assert_int_equal(shown_snprintf(text, 4, "%s", "ab\xc3\xa4x"), 5);
	assert_string_equal(text, "ab");
	assert_int_equal(shown_snprintf(text, 4, "ab\xc3\xa4%s", "x"), 5);
	assert_string_equal(text, "ab");
	assert_int_equal(shown_snprintf(NULL, 0, "%s", "abc"), 3);
}

static void test_errors_are_one_line_whatever_is_in_them(void **state)
{
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(error_set(&err, -EIO, "file %s", "a\x1b\nok"), -EIO);
	assert_int_equal(error_prefix(&err, "%s", "b\x9b\n"), -EIO);
	assert_string_equal(err.text, "b? : file a  ok");
	assert_int_equal(error_set_lines(&err, ERR_CONFIG, "a:1\n  |\n"), ERR_CONFIG);
	assert_string_equal(err.text, "a:1\n  |\n");
}

static void test_json_escapes_more_than_it_must(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	json_escape(&out,
	    STR("\x7f\xc2\x9b\xe2\x80\xae\xe2\x80\xa8\xd8\x9c\xc3\xa4\x1b\n"));
	assert_string_equal(buf_cstr(&out),
	    "\\u007f\\u009b\\u202e\\u2028\\u061c\xc3\xa4\\u001b\\n");
	buf_reset(&out);
	json_escape_raw(&out, STR("{\"a\":\n\t\"\x7f\xe2\x81\xa9\xc3\xa4\"}"));
	assert_string_equal(buf_cstr(&out), "{\"a\":\n\t\"\\u007f\\u2069\xc3\xa4\"}");
}

static void test_markup_and_shells_get_no_controls(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	markup_append(&out, STR("<\x1b[1m\xc2\x9b\n\t\xff>"));
	assert_string_equal(buf_cstr(&out), "&lt; [1m   ?&gt;");
	buf_reset(&out);
	shell_append(&out, "a b");
	buf_append_char(&out, ' ');
	shell_append(&out, "\xc3\xa4 b");
	buf_append_char(&out, ' ');
	shell_append(&out, "a'\\\x1b\xe2\x80\xae");
	assert_string_equal(buf_cstr(&out),
	    "'a b' '\xc3\xa4 b' $'a\\x27\\x5c\\x1b\\xe2\\x80\\xae'");
}

/* ---- the door ----------------------------------------------------------------------- */

static void assert_said(FILE *file, const char *text)
{
	char got[4096] = "";

	rewind(file);
	(void)!fread(got, 1, sizeof(got) - 1, file);
	assert_string_equal(got, text);
	(void)fclose(file);
}

static void test_colours_and_ends_of_lines_of_ours_pass_the_door(void **state)
{
	FILE *file = tmpfile();

	(void)state;
	assert_non_null(file);
	say_text(file, STR("\033[31mred\033[0m\n\tx\033[1;2mbold\033[K\033]0;title\007"
			   "\xc2\x9bz\xe2\x80\xae\xff\n"));
	assert_said(file, "\033[31mred\033[0m\n\tx\033[1;2mbold [K ]0;title  z ?\n");
}

static void test_long_lines_pass_the_door_whole(void **state)
{
	FILE *file = tmpfile();
	char text[2049], want[2052];

	(void)state;
	assert_non_null(file);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	say(file, "<%s>\n", text);
	(void)snprintf(want, sizeof(want), "<%s>\n", text);
	assert_said(file, want);
}

/* What is of use now or never waits for nobody; the lines that came through are whole. */
static void test_a_pipe_that_nobody_reads_is_not_waited_for(void **state)
{
	static char text[200000], taken[200000];
	FILE *to;
	int ends[2];
	ssize_t n;

	(void)state;
	memset(text, 'x', sizeof(text));
	for (size_t i = 99; i < sizeof(text); i += 100)
		text[i] = '\n';
	assert_int_equal(pipe(ends), 0);
	to = fdopen(ends[1], "w");
	assert_non_null(to);
	(void)setvbuf(to, NULL, _IONBF, 0);
	say_now(to, str_make(text, sizeof(text)));
	(void)fclose(to);
	n = read(ends[0], taken, sizeof(taken));
	assert_true(n >= 4096 && (size_t)n < sizeof(text));
	assert_int_equal(n % 100, 0);
	(void)close(ends[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_what_a_terminal_must_not_be_given_becomes_a_blank),
		cmocka_unit_test(test_the_format_is_ours_and_its_strings_are_not),
		cmocka_unit_test(test_numbers_are_those_of_the_c_library),
		cmocka_unit_test(test_widths_count_characters),
		cmocka_unit_test(test_what_does_not_fit_is_cut_between_characters),
		cmocka_unit_test(test_errors_are_one_line_whatever_is_in_them),
		cmocka_unit_test(test_json_escapes_more_than_it_must),
		cmocka_unit_test(test_markup_and_shells_get_no_controls),
		cmocka_unit_test(test_colours_and_ends_of_lines_of_ours_pass_the_door),
		cmocka_unit_test(test_long_lines_pass_the_door_whole),
		cmocka_unit_test(test_a_pipe_that_nobody_reads_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
