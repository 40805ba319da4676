/* lib/proto/http_reader: bytes to messages, wherever the bytes are cut. */
#include "tests/unit/unit.h"

#include "lib/proto/http_reader.h"

#include <stdlib.h>

#define POST "POST /a HTTP/1.1\r\n"
#define OK   "HTTP/1.1 200 OK\r\n"

enum {
	BODY_MAX = 8
};

static const struct http_reader_config strict_requests = { .is_request = true,
	.limits = { .body_bytes = BODY_MAX } };
static const struct http_reader_config strict_responses = {
	.limits = { .body_bytes = BODY_MAX }
};
static const struct http_reader_config tolerant_requests = { .is_request = true,
	.limits = { .is_tolerant = true } };

static void write_message(const struct http_message *message, struct buf *out)
{
	const struct http_head *head = message->head;

	if (head && head->is_request)
		buf_printf(out, "%.*s %.*s", STR_ARG(head->method),
		    STR_ARG(head->target));
	else if (head)
		buf_printf(out, "%u", head->status);
	buf_printf(out, " [%.*s]", STR_ARG(message->body));
	for (size_t i = 0; head && i < head->n_headers; i++) {
		if (str_eq_nocase(head->headers[i].name, STR("X")))
			buf_printf(out, " X=%.*s", STR_ARG(head->headers[i].value));
	}
	buf_append_text(out, "; ");
}

/* All steps that bytes bring: false after a failure, which is noted. The bytes are given
 * as a copy that dies after the call, as those of a socket do. */
static bool feed(struct http_reader *reader, const char *method, struct str bytes,
    struct buf *out)
{
	char *copy = calloc(1, bytes.len + 1);
	struct str rest = str_make(copy, bytes.len);
	struct http_message message;
	struct error err = ERROR_NULL;
	int step = HTTP_READ_HEAD;

	assert_non_null(copy);
	if (bytes.len > 0)
		memcpy(copy, bytes.p, bytes.len);
	message.request_method = str_of(method);
	while (step > HTTP_READ_MORE) {
		step = http_reader_feed(reader, &rest, &message, &err);
		if (step == HTTP_READ_WHOLE)
			write_message(&message, out);
	}
	if (step < 0)
		buf_printf(out, "%s in the %s",
		    step == ERR_LIMIT ? "limit" : "malformed",
		    reader->state == HTTP_READER_BODY ? "body" : "head");
	else
		assert_int_equal(rest.len, 0);
	free(copy);
	return step == HTTP_READ_MORE;
}

/* The stream ends after bytes, which come in pieces of step bytes. */
static void read_all(const struct http_reader_config *config, const char *method,
    struct str bytes, size_t step, struct buf *out)
{
	struct http_reader reader;
	struct http_message message;
	bool goes_on = true;
	int end;

	http_reader_init(&reader, config);
	for (size_t at = 0; at < bytes.len && goes_on; at += step)
		goes_on = feed(&reader, method,
		    str_make(bytes.p + at, MIN(step, bytes.len - at)), out);
	end = goes_on ? http_reader_finish(&reader, &message) : HTTP_READ_MORE;
	if (end == HTTP_READ_WHOLE)
		write_message(&message, out);
	else if (end == ERR_TRUNCATED && message.head)
		buf_printf(out, "cut after [%.*s]", STR_ARG(message.body));
	else if (end == ERR_TRUNCATED)
		buf_append_text(out, "cut in the head");
	http_reader_reset(&reader);
}

static const struct {
	const struct http_reader_config *config;
	const char *method; /* that a response answers */
	const char *bytes, *told;
} rows[] = {
	{ &strict_requests, "", "", "" },
	{ &strict_requests, "", POST "X: 1\r\n\r\n", "POST /a [] X=1; " },
	{ &strict_requests, "", POST "Content-Length: 3\r\nX: 1\r\n\r\nabc",
	    "POST /a [abc] X=1; " },
	{ &strict_requests, "", POST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	    "POST /a []; " },
	{ &strict_requests, "",
	    POST "Transfer-Encoding: chunked\r\nX: 1\r\n\r\n2\r\nab\r\n1;e=f\r\nc\r\n"
		 "0\r\nT: 1\r\n\r\n" POST "Content-Length: 1\r\nX: 2\r\n\r\nd",
	    "POST /a [abc] X=1; POST /a [d] X=2; " },
	{ &strict_requests, "", POST "Content-Length: 8\r\n\r\n12345678",
	    "POST /a [12345678]; " },
	{ &strict_requests, "", POST "Content-Length: 9\r\n\r\n123456789",
	    "limit in the body" },
	{ &strict_requests, "",
	    POST "Transfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n0\r\n\r\n",
	    "POST /a [12345678]; " },
	{ &strict_requests, "",
	    POST "Transfer-Encoding: chunked\r\n\r\n7\r\n1234567\r\n2\r\n89\r\n",
	    "limit in the body" },
	{ &strict_requests, "", POST "Transfer-Encoding: chunked\r\n\r\nx",
	    "malformed in the body" },
	{ &strict_requests, "", "\r\n" POST "\r\n", "malformed in the head" },
	{ &strict_requests, "", POST "Content-Length: 3\r\n\r\nab", "cut after [ab]" },
	{ &strict_requests, "", POST "Content-", "cut in the head" },
	{ &strict_responses, "POST", OK "\r\nabc", "200 [abc]; " },
	{ &strict_responses, "POST", OK "\r\n123456789", "limit in the body" },
	{ &strict_responses, "POST", OK "Content-Length: 3\r\n\r\nab",
	    "cut after [ab]" },
	{ &strict_responses, "HEAD",
	    OK "Content-Length: 3\r\n\r\n" OK "Content-Length: 3\r\n\r\n",
	    "200 []; 200 []; " },
	{ &strict_responses, "POST",
	    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
	    "100 []; 204 []; " },
	{ &tolerant_requests, "", "\r\n\r\n", "" },
	{ &tolerant_requests, "",
	    "\r\n\r\n" POST "Content-Length: 9\r\n\r\n123456789\n",
	    "POST /a [123456789]; " },
};

static void messages_are_the_same_wherever_the_bytes_are_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str bytes = str_of(rows[i].bytes);

		for (size_t step = 1; step <= bytes.len + 1; step++) {
			auto_buf out = BUF_NULL;

			read_all(rows[i].config, rows[i].method, bytes, step, &out);
			if (strcmp(buf_cstr(&out), rows[i].told) != 0)
				fail_msg("row %zu in pieces of %zu: %s, not %s", i,
				    step, buf_cstr(&out), rows[i].told);
		}
	}
}

static void a_head_may_be_so_long_and_no_longer(void **state)
{
	(void)state;
	for (size_t over = 0; over < 2; over++) {
		auto_buf bytes = BUF_NULL, out = BUF_NULL;

		buf_append_text(&bytes, POST "Y: ");
		while (bytes.len < HTTP_HEAD_BYTES_MAX - strlen("\r\n\r\n") + over)
			buf_append_char(&bytes, 'y');
		buf_append_text(&bytes, "\r\n\r\n");
		read_all(&strict_requests, "", buf_str(&bytes), 1000, &out);
		assert_string_equal(buf_cstr(&out),
		    over ? "limit in the head" : "POST /a []; ");
	}
}

/* ---- memory ------------------------------------------------------------------------ */

static void a_message_in_one_piece_is_not_copied(void **state)
{
	struct str bytes = STR(POST "Content-Length: 3\r\n\r\nabc");
	struct str rest = bytes;
	struct http_message message;
	struct http_reader reader;

	(void)state;
	http_reader_init(&reader, &strict_requests);
	assert_int_equal(http_reader_feed(&reader, &rest, &message, NULL),
	    HTTP_READ_HEAD);
	assert_int_equal(http_reader_feed(&reader, &rest, &message, NULL),
	    HTTP_READ_WHOLE);
	assert_ptr_equal(message.head->method.p, bytes.p);
	assert_ptr_equal(message.body.p, bytes.p + bytes.len - 3);
	assert_null(reader.head_bytes.data);
	assert_null(reader.body.data);
	assert_true(http_reader_is_idle(&reader));
	assert_int_equal(http_reader_feed(&reader, &rest, &message, NULL),
	    HTTP_READ_MORE);
}

static void a_reader_is_idle_between_messages_alone(void **state)
{
	auto_buf out = BUF_NULL;
	struct http_reader reader;

	(void)state;
	http_reader_init(&reader, &strict_requests);
	assert_true(http_reader_is_idle(&reader));
	(void)feed(&reader, "", STR("P"), &out);
	assert_false(http_reader_is_idle(&reader));
	(void)feed(&reader, "", STR("OST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n"),
	    &out);
	assert_false(http_reader_is_idle(&reader));
	(void)feed(&reader, "", STR("a"), &out);
	assert_false(http_reader_is_idle(&reader));
	(void)feed(&reader, "", STR("b"), &out);
	assert_true(http_reader_is_idle(&reader));
	assert_string_equal(buf_cstr(&out), "POST / [ab]; ");
	http_reader_reset(&reader);
	assert_null(reader.head);
	assert_null(reader.body.data);
}

static bool keep_no_x(struct http_reader *reader, const struct http_head *head,
    struct str payload)
{
	(void)reader;
	assert_true(str_is(head->target, "/a"));
	return payload.p[0] != 'x';
}

static void pieces_that_nobody_keeps_are_left_out(void **state)
{
	static const struct http_reader_config config = { .is_request = true,
		.keep = keep_no_x };
	auto_buf out = BUF_NULL;
	struct http_reader reader;

	(void)state;
	http_reader_init(&reader, &config);
	(void)feed(&reader, "", STR(POST "Content-Length: 6\r\n\r\nab"), &out);
	(void)feed(&reader, "", STR("xx"), &out);
	(void)feed(&reader, "", STR("cd"), &out);
	assert_string_equal(buf_cstr(&out), "POST /a [abcd]; ");
	assert_int_equal(reader.framing.total, 6);
	http_reader_reset(&reader);
}

/* ---- missing bytes ----------------------------------------------------------------- */

static void bytes_of_a_body_may_be_missing(void **state)
{
	auto_buf out = BUF_NULL;
	struct http_reader reader;

	(void)state;
	http_reader_init(&reader, &strict_requests);
	assert_false(http_reader_skip(&reader, 1));
	(void)feed(&reader, "", STR(POST "Content-Length: 6\r\n\r\nab"), &out);
	assert_false(http_reader_skip(&reader, 5));
	assert_true(http_reader_skip(&reader, 2));
	(void)feed(&reader, "", STR("ef" POST "Content-Length: 2\r\n\r\n"), &out);
	assert_true(http_reader_skip(&reader, 2));
	assert_true(reader.framing.is_done);
	(void)feed(&reader, "", STR(POST "Transfer-Encoding: chunked\r\n\r\n2\r\n"),
	    &out);
	assert_false(http_reader_skip(&reader, 1));
	assert_string_equal(buf_cstr(&out), "POST /a [abef]; POST /a []; ");
	http_reader_reset(&reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_the_same_wherever_the_bytes_are_cut),
		cmocka_unit_test(a_head_may_be_so_long_and_no_longer),
		cmocka_unit_test(a_message_in_one_piece_is_not_copied),
		cmocka_unit_test(a_reader_is_idle_between_messages_alone),
		cmocka_unit_test(pieces_that_nobody_keeps_are_left_out),
		cmocka_unit_test(bytes_of_a_body_may_be_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
