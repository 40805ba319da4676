/* lib/base/json */
#include "tests/unit/unit.h"

#include "lib/base/json.h"

static void put_sample(struct json *json)
{
	json_object_begin(json, NULL);
	json_text(json, "name", "a \"b\"\\\n\x01");
	json_text(json, "none", NULL);
	json_int(json, "minus", INT64_MIN);
	json_uint(json, "plus", UINT64_MAX);
	json_bool(json, "yes", true);
	json_array_begin(json, "list");
	json_int(json, NULL, 1);
	json_object_begin(json, NULL);
	json_object_end(json);
	json_array_begin(json, NULL);
	json_array_end(json);
	json_array_end(json);
	json_raw(json, "raw", STR("[1]"));
	json_put_null(json, "null");
	json_object_end(json);
}

static void test_one_line_has_commas_where_they_belong(void **state)
{
	auto_buf out = BUF_NULL;
	struct json json = json_writer(&out, 0);

	(void)state;
	put_sample(&json);
	assert_string_equal(buf_cstr(&out),
	    "{\"name\":\"a \\\"b\\\"\\\\\\n\\u0001\",\"none\":null,"
	    "\"minus\":-9223372036854775808,\"plus\":18446744073709551615,"
	    "\"yes\":true,\"list\":[1,{},[]],\"raw\":[1],\"null\":null}");
}

static void test_indented_lines_are_for_people(void **state)
{
	auto_buf out = BUF_NULL;
	struct json json = json_writer(&out, 2);

	(void)state;
	json_object_begin(&json, NULL);
	json_array_begin(&json, "list");
	json_int(&json, NULL, 1);
	json_int(&json, NULL, 2);
	json_array_end(&json);
	json_array_begin(&json, "empty");
	json_array_end(&json);
	json_object_end(&json);
	assert_string_equal(buf_cstr(&out), "{\n"
					    "  \"list\": [\n"
					    "    1,\n"
					    "    2\n"
					    "  ],\n"
					    "  \"empty\": []\n"
					    "}");
}

static void test_bytes_that_are_no_text_become_the_replacement(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	json_escape(&out, STR("\xc3\xa4\xff\xe2\x82\xed\xa0\x80<\x7f"));
	assert_string_equal(buf_cstr(&out),
	    "\xc3\xa4\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
	    "\xef\xbf\xbd<\\u007f");
}

static void test_seconds_have_nine_digits(void **state)
{
	static const struct {
		int64_t ns;
		const char *text;
	} rows[] = {
		{ 0, "0.000000000" },
		{ 1, "0.000000001" },
		{ 1500000000, "1.500000000" },
		{ -1, "-0.000000001" },
		{ -1500000000, "-1.500000000" },
		{ INT64_MIN, "-9223372036.854775808" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;
		struct json json = json_writer(&out, 0);

		json_seconds(&json, NULL, rows[i].ns);
		assert_string_equal(buf_cstr(&out), rows[i].text);
	}
}

/* Where in a text it stands, and how long that is, makes no difference. */
static void test_what_needs_an_escape_is_found_at_every_place(void **state)
{
	static const struct {
		char c;
		const char *is;
	} odd[] = { { '"', "\\\"" }, { '\\', "\\\\" }, { '\x1f', "\\u001f" },
		{ '\x7f', "\\u007f" }, { '\xff', "\xef\xbf\xbd" }, { ' ', " " },
		{ '~', "~" }, { '!', "!" }, { '#', "#" }, { ']', "]" } };
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		for (size_t len = 1; len < sizeof(letters); len++) {
			for (size_t at = 0; at < len; at++) {
				auto_buf out = BUF_NULL, text = BUF_NULL, is = BUF_NULL;
				struct json json = json_writer(&out, 1);

				buf_append(&text, letters, len);
				text.data[at] = (uint8_t)odd[i].c;
				buf_printf(&is, "{\n \"%.*s%s%.*s\": \"%.*s%s%.*s\"\n}",
				    (int)at, letters, odd[i].is, (int)(len - at - 1),
				    letters + at + 1, (int)at, letters, odd[i].is,
				    (int)(len - at - 1), letters + at + 1);
				json_object_begin(&json, NULL);
				json_text(&json, buf_cstr(&text), buf_cstr(&text));
				json_object_end(&json);
				assert_string_equal(buf_cstr(&out), buf_cstr(&is));
			}
		}
	}
}

static void test_lines_are_indented_at_any_depth(void **state)
{
	auto_buf out = BUF_NULL, is = BUF_NULL;
	struct json json = json_writer(&out, 3);

	(void)state;
	json_array_begin(&json, NULL);
	buf_append_char(&is, '[');
	for (int depth = 1; depth < 9; depth++) {
		json_uint(&json, NULL, 0);
		json_array_begin(&json, NULL);
		buf_printf(&is, "\n%*s0,\n%*s[", 3 * depth, "", 3 * depth, "");
	}
	json_array_end(&json);
	buf_append_char(&is, ']');
	for (int depth = 7; depth >= 0; depth--) {
		json_array_end(&json);
		buf_printf(&is, "\n%*s]", 3 * depth, "");
	}
	assert_string_equal(buf_cstr(&out), buf_cstr(&is));
}

static void test_numbers_have_the_digits_they_need(void **state)
{
	auto_buf out = BUF_NULL, is = BUF_NULL;
	struct json json = json_writer(&out, 0);

	(void)state;
	json_array_begin(&json, NULL);
	buf_append_char(&is, '[');
	for (uint64_t value = 1; value < UINT64_MAX / 10; value *= 10) {
		json_uint(&json, NULL, value - 1);
		json_uint(&json, NULL, value);
		json_seconds(&json, NULL, -(int64_t)(value % INT64_MAX));
		buf_printf(&is, "%llu,%llu,-%llu.%09llu,",
		    (unsigned long long)value - 1, (unsigned long long)value,
		    (unsigned long long)(value % INT64_MAX / 1000000000),
		    (unsigned long long)(value % INT64_MAX % 1000000000));
	}
	json_array_end(&json);
	is.data[is.len - 1] = ']';
	assert_string_equal(buf_cstr(&out), buf_cstr(&is));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_needs_an_escape_is_found_at_every_place),
		cmocka_unit_test(test_lines_are_indented_at_any_depth),
		cmocka_unit_test(test_numbers_have_the_digits_they_need),
		cmocka_unit_test(test_one_line_has_commas_where_they_belong),
		cmocka_unit_test(test_indented_lines_are_for_people),
		cmocka_unit_test(test_bytes_that_are_no_text_become_the_replacement),
		cmocka_unit_test(test_seconds_have_nine_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
