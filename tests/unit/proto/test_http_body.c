/* Bodies: by length, chunked, until close; whole and byte by byte. */
#include "lib/proto/http.h"

#include "tests/unit/unit.h"

/* Feeds text in steps; the payload is collected. 0, or the failure. */
static int feed(struct http_body *body, const char *text, size_t step,
    struct buf *payload, size_t *ret_eaten)
{
	size_t len = strlen(text), at = 0;

	while (at < len) {
		struct str run;
		int n =
		    http_body_feed(body, text + at, MIN(step, len - at), &run, NULL);

		if (n < 0)
			return n;
		if (n == 0)
			break;
		buf_append_str(payload, run);
		at += (size_t)n;
	}
	*ret_eaten = at;
	return 0;
}

static const struct body_row {
	const char *name, *text;
	enum http_framing framing;
	uint64_t length;
	int result;
	const char *payload;
	size_t left;  /* bytes after the body */
	int finished; /* of http_body_finish() */
} rows[] = {
	{ "nothing", "x", HTTP_NO_BODY, 0, 0, "", 1, 0 },
	{ "a length", "hellox", HTTP_LENGTH, 5, 0, "hello", 1, 0 },
	{ "half of it", "he", HTTP_LENGTH, 5, 0, "he", 0, ERR_TRUNCATED },
	{ "a length of 0", "x", HTTP_LENGTH, 0, 0, "", 1, 0 },
	{ "until close", "hello", HTTP_UNTIL_CLOSE, 0, 0, "hello", 0, 0 },
	{ "two chunks", "5\r\nhello\r\nA\r\n, my world\r\n0\r\n\r\nx", HTTP_CHUNKED, 0,
	    0, "hello, my world", 1, 0 },
	{ "extensions and trailers",
	    "3;a=\"b\" ;c\r\nabc\r\n0;last\r\nX: y\r\nZ: 1\r\n\r\n", HTTP_CHUNKED, 0, 0,
	    "abc", 0, 0 },
	{ "bare line feeds", "3\nabc\n0\n\n", HTTP_CHUNKED, 0, 0, "abc", 0, 0 },
	{ "cut in a chunk", "5\r\nhel", HTTP_CHUNKED, 0, 0, "hel", 0, ERR_TRUNCATED },
	{ "no last chunk", "3\r\nabc\r\n", HTTP_CHUNKED, 0, 0, "abc", 0,
	    ERR_TRUNCATED },
	{ "no size", "\r\nabc", HTTP_CHUNKED, 0, ERR_MALFORMED, "", 0, 0 },
	{ "no number", "xyz\r\n", HTTP_CHUNKED, 0, ERR_MALFORMED, "", 0, 0 },
	{ "no line end after a chunk", "3\r\nabcd", HTTP_CHUNKED, 0, ERR_MALFORMED,
	    "abc", 0, 0 },
	{ "a size of 20 digits", "FFFFFFFFFFFFFFFFFFFF\r\n", HTTP_CHUNKED, 0,
	    ERR_MALFORMED, "", 0, 0 },
	{ "a size of 16 digits", "0000000000000001\r\na\r\n0\r\n\r\n", HTTP_CHUNKED, 0,
	    0, "a", 0, 0 },
	{ "a size of 17 digits", "00000000000000001\r\n", HTTP_CHUNKED, 0,
	    ERR_MALFORMED, "", 0, 0 },
	{ "zeros without end", "00000000000000000000\r\n", HTTP_CHUNKED, 0,
	    ERR_MALFORMED, "", 0, 0 },
	{ "an odd byte in the last line end", "0\r\n\rX", HTTP_CHUNKED, 0,
	    ERR_MALFORMED, "", 0, 0 },
	{ "the last chunk that the limit has room for", "FFF\r\n", HTTP_CHUNKED, 0, 0,
	    "", 0, ERR_TRUNCATED },
	{ "just over the limit", "1001\r\n", HTTP_CHUNKED, 0, ERR_LIMIT, "", 0, 0 },
	{ "over the limit, with what came before", "1\r\na\r\n1000\r\n", HTTP_CHUNKED,
	    0, ERR_LIMIT, "a", 0, 0 },
	{ "over the limit", "FFFF\r\n", HTTP_CHUNKED, 0, ERR_LIMIT, "", 0, 0 },
	{ "a length over it", "x", HTTP_LENGTH, 5000, ERR_LIMIT, "", 0, 0 },
};

static void check(const struct body_row *row, size_t step)
{
	auto_buf payload = BUF_NULL;
	struct http_body body;
	size_t eaten = 0;
	int r;

	http_body_start(&body, row->framing, row->length, 4096);
	r = feed(&body, row->text, step, &payload, &eaten);
	if (r != row->result)
		fail_msg("%s, step %zu: %d", row->name, step, r);
	if (strcmp(buf_cstr(&payload), row->payload) != 0)
		fail_msg("%s, step %zu: \"%s\"", row->name, step, buf_cstr(&payload));
	if (r < 0)
		return;
	assert_int_equal(strlen(row->text) - eaten, row->left);
	assert_int_equal(http_body_finish(&body), row->finished);
}

static void test_bodies_come_out_whole_however_they_are_fed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (size_t step = 1; step < 8; step++)
			check(&rows[i], step);
		check(&rows[i], SIZE_MAX);
	}
}

/* Feeds start, n bytes and end as a chunked body without a limit of its own. */
static int feed_long(const char *start, size_t n, const char *end)
{
	auto_buf text = BUF_NULL, payload = BUF_NULL;
	struct http_body body;
	size_t eaten;
	int r;

	buf_append_text(&text, start);
	for (size_t i = 0; i < n; i++)
		buf_append_char(&text, 'X');
	buf_append_text(&text, end);
	http_body_start(&body, HTTP_CHUNKED, 0, 0);
	r = feed(&body, buf_cstr(&text), SIZE_MAX, &payload, &eaten);
	return r < 0 ? r : http_body_finish(&body);
}

/* Line ends count: they are bytes that a peer can send as well. */
static void test_extensions_and_trailers_have_a_limit(void **state)
{
	(void)state;
	assert_int_equal(feed_long("0;", 4096 - 1 - 2, "\r\n\r\n"), 0);
	assert_int_equal(feed_long("0;", 4096 - 1 - 1, "\r\n\r\n"), ERR_LIMIT);
	assert_int_equal(feed_long("0\r\nX", 8192 - 2, "\r\n\r\n"), 0);
	assert_int_equal(feed_long("0\r\nX", 8192 - 1, "\r\n\r\n"), ERR_LIMIT);
}

static void test_a_chunk_size_has_room(void **state)
{
	struct http_body body;
	struct str run;

	(void)state;
	http_body_start(&body, HTTP_CHUNKED, 0, 0);
	assert_int_equal(http_body_feed(&body, "FFFFFFFFFFFFFFF\r\n", 17, &run, NULL),
	    17);
	assert_true(body.left == UINT64_C(0xfffffffffffffff));
	http_body_start(&body, HTTP_CHUNKED, 0, 0);
	assert_int_equal(http_body_feed(&body, "1000000000000000\r\n", 18, &run, NULL),
	    ERR_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bodies_come_out_whole_however_they_are_fed),
		cmocka_unit_test(test_extensions_and_trailers_have_a_limit),
		cmocka_unit_test(test_a_chunk_size_has_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
