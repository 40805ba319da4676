/* Writing HTTP: the text, and what cannot break out of it. */
#include "lib/proto/http.h"

#include "tests/unit/unit.h"

static void test_a_request_and_a_response_are_written(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	http_write_request(&out, "POST", STR("/cwmp"));
	http_write_header(&out, "SOAPAction", STR(""));
	http_write_header_uint(&out, "Content-Length", 0);
	http_write_head_end(&out);
	assert_string_equal(buf_cstr(&out),
	    "POST /cwmp HTTP/1.1\r\nSOAPAction:\r\nContent-Length: 0\r\n\r\n");

	buf_reset(&out);
	http_write_status(&out, 204);
	http_write_head_end(&out);
	assert_string_equal(buf_cstr(&out), "HTTP/1.1 204 No Content\r\n\r\n");
}

static void test_a_line_end_cannot_be_smuggled_in(void **state)
{
	static const struct str values[] = { STR("a\r\nX: y"), STR("a\nb"),
		STR("a\0b") };
	auto_buf out = BUF_NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		buf_reset(&out);
		http_write_header(&out, "Cookie", values[i]);
		assert_int_equal(out.error, ERR_MALFORMED);
		assert_int_equal(out.len, 0);
	}
	buf_reset(&out);
	http_write_request(&out, "POST", STR("/a b"));
	assert_int_equal(out.error, ERR_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_request_and_a_response_are_written),
		cmocka_unit_test(test_a_line_end_cannot_be_smuggled_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
