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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_line_has_commas_where_they_belong),
		cmocka_unit_test(test_indented_lines_are_for_people),
		cmocka_unit_test(test_bytes_that_are_no_text_become_the_replacement),
		cmocka_unit_test(test_seconds_have_nine_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
