/* Heads of HTTP messages: what a strict reader takes, and what a tolerant one forgives. */
#include "lib/proto/http.h"

#include "tests/unit/unit.h"

#define POST "POST /cwmp HTTP/1.1\r\nHost: acs\r\n"
#define OK   "HTTP/1.1 200 OK\r\n"

static int parse(struct http_head *head, bool is_request, const char *text,
    bool is_tolerant, struct error *err)
{
	const struct http_limits limits = { .is_tolerant = is_tolerant };

	return http_head_parse(head, is_request, text, strlen(text), &limits, err);
}

static void test_a_request_has_its_parts(void **state)
{
	const char *text =
	    POST "SOAPAction:\r\nExpect: 100-Continue\r\n"
		 "Connection: keep-alive, Close\r\nContent-Length: 3\r\n\r\nabc";
	struct http_head head;

	(void)state;
	assert_int_equal(parse(&head, true, text, false, NULL), strlen(text) - 3);
	assert_true(str_is(head.method, "POST"));
	assert_true(str_is(head.target, "/cwmp"));
	assert_int_equal(head.minor_version, 1);
	assert_int_equal(head.n_headers, 5);
	assert_true(str_is(http_header(&head, "host"), "acs"));
	assert_int_equal(http_header(&head, "SOAPACTION").len, 0);
	assert_non_null(http_header(&head, "SOAPACTION").p);
	assert_null(http_header(&head, "Cookie").p);
	assert_int_equal(head.framing, HTTP_LENGTH);
	assert_int_equal(head.content_length, 3);
	assert_true(head.wants_close);
	assert_true(head.wants_continue);
	assert_int_equal(head.deviations, 0);
}

static void test_a_response_has_its_parts(void **state)
{
	struct http_head head;
	struct str cookie;

	(void)state;
	assert_true(
	    parse(&head, false,
		"HTTP/1.0 204 No Content\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n\r\n",
		false, NULL) > 0);
	assert_int_equal(head.status, 204);
	assert_true(str_is(head.reason, "No Content"));
	assert_true(head.wants_close);
	assert_true(http_header_nth(&head, "Set-Cookie", 1, &cookie));
	assert_true(str_is(cookie, "b=2"));
	assert_false(http_header_nth(&head, "Set-Cookie", 2, &cookie));
	assert_int_equal(http_response_framing(&head, STR("POST")), HTTP_NO_BODY);
}

/* Names whose bits are the same, of which one, both or none are there. */
static void test_headers_are_told_apart(void **state)
{
	struct http_head head;
	struct str value;

	(void)state;
	assert_int_equal(http_name_bit(STR("Cookie")), http_name_bit(STR("cipher")));
	assert_true(parse(&head, false,
			"HTTP/1.1 204 No Content\r\nX: 1\r\nCipher: 2\r\n"
			"x: 3\r\nCOOKIE: 4\r\nX: 5\r\n\r\n",
			false, NULL) > 0);
	assert_true(str_is(http_header(&head, "Cookie"), "4"));
	assert_true(str_is(http_header(&head, "Cipher"), "2"));
	assert_null(http_header(&head, "Closed").p);
	assert_null(http_header(&head, "Y").p);
	assert_true(http_header_nth(&head, "X", 1, &value));
	assert_true(str_is(value, "3"));
	assert_true(http_header_nth(&head, "x", 2, &value));
	assert_true(str_is(value, "5"));
	assert_false(http_header_nth(&head, "x", 3, &value));
	assert_true(
	    parse(&head, false, "HTTP/1.1 204 No Content\r\n\r\n", false, NULL) > 0);
	assert_null(http_header(&head, "X").p);
}

static void test_every_beginning_of_a_head_asks_for_more(void **state)
{
	const char *text = POST "Content-Length: 0\r\n\r\n";
	struct http_head head;

	(void)state;
	for (size_t len = 0; len < strlen(text); len++)
		assert_int_equal(http_head_parse(&head, true, text, len, NULL, NULL),
		    0);
	assert_int_equal(http_head_parse(&head, true, text, strlen(text), NULL, NULL),
	    strlen(text));
}

/* deviation 0: refused by a tolerant reader as well. */
static const struct deviation_row {
	bool is_request;
	const char *text;
	unsigned deviation;
} deviation_rows[] = {
	{ true, "POST / HTTP/1.1\nHost: a\n\n", HTTP_BARE_LF },
	{ true, POST "Cookie : a\r\n\r\n", HTTP_SPACE_BEFORE_COLON },
	{ true, POST "X: a\r\n b\r\n\r\n", HTTP_FOLDED_HEADER },
	{ true, POST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
	    HTTP_BOTH_FRAMINGS },
	{ true, POST "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
	    HTTP_LENGTHS_DIFFER },
	{ true, "\r\n" POST "\r\n", HTTP_LEADING_EMPTY_LINES },
	{ true, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
	    HTTP_ODD_VERSION },
	{ true, POST "Transfer-Encoding: chunked, identity\r\n\r\n", 0 },
	{ true, POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\n",
	    0 },
	{ true, POST "Transfer-Encoding: chunked, chunked\r\n\r\n", 0 },
	{ true, "POST /\r\n\r\n", 0 },
	{ true, "POST / HTTP/2.0\r\n\r\n", 0 },
	{ true, "PO ST / HTTP/1.1\r\n\r\n", 0 },
	{ true, "P\x01ST / HTTP/1.1\r\n\r\n", 0 },
	{ true, "GET /\r\n", HTTP_ODD_VERSION },
	{ true, "GET HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_NO_TARGET },
	{ true, POST "no colon\r\n\r\n", HTTP_ODD_HEADER },
	{ true, POST "na me: x\r\n\r\n", HTTP_ODD_HEADER },
	{ true, POST "Content-Length: 5, 5\r\n\r\n", HTTP_LENGTH_LIST },
	{ true, POST "Content-Length: 5, 6\r\n\r\n",
	    HTTP_LENGTH_LIST | HTTP_LENGTHS_DIFFER },
	{ true, POST "Content-Length: -1\r\n\r\n", HTTP_BAD_LENGTH },
	{ true, POST "Content-Length: 1x\r\n\r\n", HTTP_BAD_LENGTH },
	{ true, POST "Content-Length: 99999999999999999999\r\n\r\n", HTTP_BAD_LENGTH },
	{ true, POST "Transfer-Encoding: gzip\r\n\r\n", 0 },
	{ true, POST "X: a\rb\r\n\r\n", 0 },
	{ false, "HTTP/1.1 20 OK\r\n\r\n", 0 },
	{ false, "HTTP/1.1 2000 OK\r\n\r\n", 0 },
	{ false, "HTTP/1.1 099 No\r\n\r\n", 0 },
	{ false, "ICY 200 OK\r\n\r\n", 0 },
};

static void test_deviations_are_refused_or_noted(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(deviation_rows); i++) {
		const struct deviation_row *row = &deviation_rows[i];
		struct error err = ERROR_NULL;
		struct http_head head;
		int n;

		if (parse(&head, row->is_request, row->text, false, &err) !=
		    ERR_MALFORMED)
			fail_msg("strict: %s", row->text);
		assert_string_not_equal(err.text, "");
		n = parse(&head, row->is_request, row->text, true, NULL);
		if (row->deviation ? n <= 0 || head.deviations != row->deviation
				   : n >= 0)
			fail_msg("tolerant: %s: %d, 0x%x", row->text, n,
			    head.deviations);
	}
}

static void test_a_version_counts_without_a_target(void **state)
{
	struct http_head head;

	(void)state;
	assert_true(parse(&head, true, "GET HTTP/1.1\r\n\r\n", true, NULL) > 0);
	assert_int_equal(head.minor_version, 1);
	assert_false(head.wants_close);
	assert_int_equal(parse(&head, true, "GET HTTP/1.x\r\n\r\n", true, NULL),
	    ERR_MALFORMED);
}

static const struct framing_row {
	bool is_request;
	const char *text, *request_method;
	enum http_framing framing;
} framing_rows[] = {
	{ true, POST "\r\n", "", HTTP_NO_BODY },
	{ true, POST "Content-Length: 0\r\n\r\n", "", HTTP_LENGTH },
	{ true, POST "Transfer-Encoding: Chunked\r\n\r\n", "", HTTP_CHUNKED },
	{ false, OK "\r\n", "POST", HTTP_UNTIL_CLOSE },
	{ false, OK "Content-Length: 5\r\n\r\n", "POST", HTTP_LENGTH },
	{ false, OK "Content-Length: 5\r\n\r\n", "HEAD", HTTP_NO_BODY },
	{ false, OK "Transfer-Encoding: gzip, chunked\r\n\r\n", "POST", HTTP_CHUNKED },
	{ false, "HTTP/1.1 100 Continue\r\n\r\n", "POST", HTTP_NO_BODY },
	{ false, "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "GET",
	    HTTP_NO_BODY },
};

static void test_the_framing_is_that_of_rfc_9112(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(framing_rows); i++) {
		const struct framing_row *row = &framing_rows[i];
		struct http_head head;

		assert_true(parse(&head, row->is_request, row->text, false, NULL) > 0);
		assert_int_equal(row->is_request ? head.framing
						 : http_response_framing(&head,
						       str_of(row->request_method)),
		    row->framing);
	}
}

static void test_limits_hold(void **state)
{
	const struct http_limits limits = { .head_bytes = 64 };
	struct http_head head;
	auto_buf text = BUF_NULL;

	(void)state;
	buf_append_text(&text, POST);
	for (int i = 0; i < HTTP_HEADERS_MAX; i++)
		buf_append_text(&text, "X: y\r\n");
	buf_append_text(&text, "\r\n");
	assert_int_equal(parse(&head, true, buf_cstr(&text), false, NULL), ERR_LIMIT);
	assert_int_equal(parse(&head, true, buf_cstr(&text), true, NULL), text.len);
	assert_int_equal(head.n_headers, HTTP_HEADERS_MAX);
	assert_int_equal(head.deviations, HTTP_TOO_MANY_HEADERS);
	assert_int_equal(http_head_parse(&head, true, text.data, 64, &limits, NULL),
	    ERR_LIMIT);
	assert_int_equal(http_head_parse(&head, true, text.data, 63, &limits, NULL), 0);
}

static void test_a_token_is_found_in_a_list(void **state)
{
	(void)state;
	assert_true(http_has_token(STR("keep-alive , CLOSE"), "close"));
	assert_false(http_has_token(STR("closed"), "close"));
	assert_false(http_has_token(STR_NULL, "close"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_request_has_its_parts),
		cmocka_unit_test(test_a_response_has_its_parts),
		cmocka_unit_test(test_headers_are_told_apart),
		cmocka_unit_test(test_every_beginning_of_a_head_asks_for_more),
		cmocka_unit_test(test_deviations_are_refused_or_noted),
		cmocka_unit_test(test_a_version_counts_without_a_target),
		cmocka_unit_test(test_the_framing_is_that_of_rfc_9112),
		cmocka_unit_test(test_limits_hold),
		cmocka_unit_test(test_a_token_is_found_in_a_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
