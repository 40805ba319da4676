/* What of an error's body people are shown. */
#include "capture/message/body_line.h"

#include "lib/base/buf.h"
#include "lib/base/compiler.h"
#include "tests/unit/unit.h"

#define TEN   "0123456789"
#define FIFTY TEN TEN TEN TEN TEN

static const struct {
	const char *body, *line;
} rows[] = {
	{ "Client sent an HTTP request to an HTTPS server.\n",
	    "Client sent an HTTP request to an HTTPS server." },
	{ "\r\n  first \t line\r\nsecond line", "first line" },
	{ "{\"error\":\"no such device\"}", "{\"error\":\"no such device\"}" },
	{ "<html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS "
	  "port</title></head>\r\n<body>more</body></html>",
	    "400 The plain HTTP request was sent to HTTPS port" },
	{ "<!DOCTYPE html><style>p { }</style><!-- <p>not this --><h1>Not\n found</h1>x",
	    "Not found" },
	{ "<html><title></title><body>text</body></html>", "text" },
	{ "a < b", "a < b" },
	{ "\x1b[31mred\x07 \xff\xe4 end", "[31mred end" },
	{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
	{ "see http://h/?password=hunter2&a=1", "see http://h/?password=***&a=1" },
	{ "<r><Password>hunter2</Password></r>", "***" },
	{ "<p>{&quot;password&quot;:&quot;hunter2&quot;}</p>",
	    "{\"password\":\"***\"}" },
	{ FIFTY FIFTY " https://u:1234567890123456@acs/",
	    FIFTY FIFTY " https://u:***@acs/" },
	{ "a\xc2\x9b"
	  "31mb\xe2\x80\xae"
	  "c",
	    "a 31mb c" },
	{ "", "" },
	{ "<html", "" },
	{ "<title", "" },
	{ "<error>\n<code>7</code></error>", "7" },
	{ "<script>never ends", "" },
	{ FIFTY FIFTY TEN TEN "0", FIFTY FIFTY TEN TEN },
	{ FIFTY FIFTY TEN "012345678\xc3\xbc", FIFTY FIFTY TEN "012345678" },
};

static void test_the_first_line_is_told_clean_and_short(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf line = BUF_NULL;

		body_line_put(&line, str_of(rows[i].body), false);
		assert_string_equal(buf_cstr(&line), rows[i].line);
	}
}

static void test_a_secret_is_told_where_it_is_asked_for(void **state)
{
	auto_buf line = BUF_NULL;

	(void)state;
	body_line_put(&line, STR("password=hunter2"), true);
	assert_string_equal(buf_cstr(&line), "password=hunter2");
}

static void test_what_is_no_text_is_not_told(void **state)
{
	auto_buf line = BUF_NULL;

	(void)state;
	body_line_put(&line, str_make("GIF\0data", 8), false);
	assert_int_equal(line.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_first_line_is_told_clean_and_short),
		cmocka_unit_test(test_a_secret_is_told_where_it_is_asked_for),
		cmocka_unit_test(test_what_is_no_text_is_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
