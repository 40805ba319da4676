/* Bytes to HTTP messages: wherever they are cut, and whatever is missing. */
#include "tests/unit/unit.h"

#include "capture/message/http_stream.h"
#include "lib/base/compiler.h"

static void tell(void *user, const struct http_stream_message *message)
{
	static const char *const ends[] = { "whole", "cut", "bad" };
	struct buf *out = user;

	if (message->head->is_request)
		buf_printf(out, "%.*s %.*s", STR_ARG(message->head->method),
		    STR_ARG(message->head->target));
	else
		buf_printf(out, "%u", message->head->status);
	buf_printf(out, " %s %llu [%.*s] ", ends[message->end],
	    (unsigned long long)message->body_length, STR_ARG(message->body));
	buf_printf(out, "%llu-%llu\n", (unsigned long long)message->first.number,
	    (unsigned long long)message->last.number);
}

struct row {
	const char *name;
	bool is_request;
	const char *parts[4]; /* segments in frames 1, 2...; "<gap>" is a hole */
	const char *expected;
};

static const struct row rows[] = {
	{ "a POST of known length", true,
	    { "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc" },
	    "POST /a whole 3 [abc] 1-1\n" },
	{ "two requests in one segment", true,
	    { "POST /a HTTP/1.1\r\nContent-Length: 1\r\n\r\naPOST /b "
	      "HTTP/1.1\r\nContent-Length: 0\r\n\r\n" },
	    "POST /a whole 1 [a] 1-1\nPOST /b whole 0 [] 1-1\n" },
	{ "chunks", false,
	    { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
		"2;x=y\r\nde\r\n0\r\n\r\n" },
	    "200 whole 5 [abcde] 1-2\n" },
	{ "a response that the close ends", false,
	    { "HTTP/1.1 200 OK\r\n\r\nabc", "def" }, "200 whole 6 [abcdef] 1-2\n" },
	{ "half a body", false, { "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc" },
	    "200 cut 3 [abc] 1-1\n" },
	{ "204 has no body", false, { "HTTP/1.1 204 No Content\r\n\r\n" },
	    "204 whole 0 [] 1-1\n" },
	{ "100 comes before the answer", false,
	    { "HTTP/1.1 100 Continue\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx" },
	    "100 whole 0 [] 1-1\n200 whole 1 [x] 2-2\n" },
	{ "a hole in a body; the next head is found", true,
	    { "POST /a HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc", "<gap>", "hi",
		"POST /b HTTP/1.1\r\nContent-Length: 1\r\n\r\nx" },
	    "POST /a cut 3 [abc] 1-2\nPOST /b whole 1 [x] 4-4\n" },
	{ "a chunk line that is none", false,
	    { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" },
	    "200 bad 0 [] 1-1\n" },
	{ "after a hole the next head may stand anywhere in a segment", true,
	    { "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "<gap>",
		"</a> GET this\r\n0\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: "
		"1\r\n\r\nx" },
	    "POST /a cut 2 [ab] 1-2\nPOST /b whole 1 [x] 3-3\n" },
	{ "after a body without a line end, too", true,
	    { "<gap>", "</Envelope>POST /b HTTP/1.1\r\n\r\n" },
	    "POST /b whole 0 [] 2-2\n" },
	{ "words of HTTP in prose are no head", true,
	    { "<gap>", "speak HTTP/1.1 and GET on with POST HTTP/1.1 200",
		"POST /b HTTP/1.1\r\n\r\n" },
	    "POST /b whole 0 [] 3-3\n" },
	{ "an answer after a hole", false,
	    { "<gap>", "the end HTTP/1.1 is not HTTP/1.1 200 OK\r\nContent-Length: "
		       "1\r\n\r\nx" },
	    "200 whole 1 [x] 2-2\n" },
	{ "a hole of known size inside a body of known length", true,
	    { "POST /a HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc", "<3 missing>",
		"ghiPOST /b HTTP/1.1\r\n\r\n" },
	    "POST /a cut 6 [abcghi] 1-3\nPOST /b whole 0 [] 3-3\n" },
	{ "a hole that ends with the body", true,
	    { "POST /a HTTP/1.1\r\nContent-Length: 6\r\n\r\nabc", "<3 missing>",
		"POST /b HTTP/1.1\r\n\r\n" },
	    "POST /a cut 3 [abc] 1-2\nPOST /b whole 0 [] 3-3\n" },
	{ "a hole larger than what is left of the body", true,
	    { "POST /a HTTP/1.1\r\nContent-Length: 4\r\n\r\nabc", "<3 missing>",
		"x\nPOST /b HTTP/1.1\r\n\r\n" },
	    "POST /a cut 3 [abc] 1-2\nPOST /b whole 0 [] 3-3\n" },
	{ "a length that is none costs that message only", false,
	    { "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabcHTTP/1.1 204 No "
	      "Content\r\n\r\n" },
	    "200 bad 0 [] 1-1\n204 whole 0 [] 1-1\n" },
	{ "a request without a target or a length", true,
	    { "GET HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\n\r\n" },
	    "GET  whole 0 [] 1-1\nPOST /b whole 0 [] 1-1\n" },
	{ "a head that is none costs that message only", true,
	    { "POST /a HTTP/9\r\n\r\nPOST /b HTTP/1.1\r\n\r\n" },
	    "POST /b whole 0 [] 1-1\n" },
	{ "chunks that are none cost that message only", true,
	    { "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nPOST /b "
	      "HTTP/1.1\r\n\r\n" },
	    "POST /a bad 0 [] 1-1\nPOST /b whole 0 [] 1-1\n" },
	{ "one length said twice in a line", true,
	    { "POST /a HTTP/1.1\r\nContent-Length: 2, 2\r\n\r\nab" },
	    "POST /a whole 2 [ab] 1-1\n" },
	{ "extensions and trailers of chunks", true,
	    { "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;a=\"b;c\"\r\n"
	      "abc\r\n0;last\r\nX-Sum: 1\r\n\r\nPOST /b HTTP/1.1\r\n\r\n" },
	    "POST /a whole 3 [abc] 1-1\nPOST /b whole 0 [] 1-1\n" },
	{ "sloppy line ends and blanks", true,
	    { "POST /a HTTP/1.1\nHost:x\ncontent-length:2\n\nab" },
	    "POST /a whole 2 [ab] 1-1\n" },
	{ "an empty answer without a length, and another one", false,
	    { "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n" },
	    "200 whole 0 [] 1-2\n204 whole 0 [] 2-2\n" },
	{ "HTTP/0.9 has no version, no headers and no body", true,
	    { "GET /\r\nGET /b HTTP/1.1\r\n\r\n" },
	    "GET / whole 0 [] 1-1\nGET /b whole 0 [] 1-1\n" },
	{ "the first bytes are from the middle of a message", true,
	    { "<middle>", "Value></SOAP-ENV:Envelope>",
		"POST /b HTTP/1.1\r\nContent-Length: 1\r\n\r\nx" },
	    "POST /b whole 1 [x] 3-3\n" },
	{ "something else than HTTP", true, { "\x16\x03\x01 hello" }, "" },
};

static void feed(struct http_stream *stream, struct str bytes, uint64_t frame,
    struct buf *out)
{
	http_stream_feed(stream, bytes, (struct frame_ref){ frame, 0 }, STR("POST"),
	    tell, out);
}

static void play_whole(const struct row *row, struct buf *out)
{
	struct http_stream stream;
	uint64_t frame = 0;

	http_stream_init(&stream, row->is_request);
	for (size_t i = 0; i < ARRAY_LEN(row->parts) && row->parts[i]; i++) {
		frame++;
		if (strcmp(row->parts[i], "<gap>") == 0)
			http_stream_gap(&stream, (struct frame_ref){ frame, 0 }, tell,
			    out);
		else if (strcmp(row->parts[i], "<3 missing>") == 0)
			http_stream_missing(&stream, 3, (struct frame_ref){ frame, 0 },
			    tell, out);
		else if (strcmp(row->parts[i], "<middle>") == 0)
			http_stream_middle(&stream);
		else
			feed(&stream, str_of(row->parts[i]), frame, out);
	}
	http_stream_finish(&stream, (struct frame_ref){ frame, 0 }, tell, out);
	http_stream_free(&stream);
}

static void messages_are_told_with_frames_and_holes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;

		play_whole(&rows[i], &out);
		print_message("%s\n", rows[i].name);
		assert_string_equal(buf_cstr(&out), rows[i].expected);
	}
}

/* The same messages, without the frames, however the segments were cut. */
static void cuts_at_every_byte_change_nothing(void **state)
{
	static const char text[] =
	    "POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"
	    "POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
	    "POST /c HTTP/1.1\r\nContent-Length: 0\r\n\r\n";
	static const char expected[] = "POST /a whole 3 [abc] 7-7\n"
				       "POST /b whole 2 [hi] 7-7\n"
				       "POST /c whole 0 [] 7-7\n";

	(void)state;
	for (size_t step = 1; step < sizeof(text); step++) {
		struct http_stream stream;
		auto_buf out = BUF_NULL;

		http_stream_init(&stream, true);
		for (size_t at = 0; at < sizeof(text) - 1; at += step)
			feed(&stream,
			    str_make(text + at, MIN(step, sizeof(text) - 1 - at)), 7,
			    &out);
		http_stream_free(&stream);
		assert_string_equal(buf_cstr(&out), expected);
	}
}

static void tell_size(void *user, const struct http_stream_message *message)
{
	buf_printf(user, "%llu of %llu kept\n", (unsigned long long)message->body.len,
	    (unsigned long long)message->body_length);
}

/* An answer of 400,000 bytes in segments of 1,000 that begins with c. */
static void play_large(char c, struct buf *out)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n";
	struct http_stream stream;
	char segment[1000];

	memset(segment, c, sizeof(segment));
	http_stream_init(&stream, false);
	http_stream_feed(&stream, str_of(head), (struct frame_ref){ 1, 0 }, STR("POST"),
	    tell_size, out);
	for (int i = 0; i < 400; i++)
		http_stream_feed(&stream, str_make(segment, sizeof(segment)),
		    (struct frame_ref){ 2, 0 }, STR("POST"), tell_size, out);
	http_stream_free(&stream);
}

static void of_a_download_only_the_beginning_is_kept(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	play_large('<', &out);
	play_large('\x7f', &out);
	assert_string_equal(buf_cstr(&out),
	    "400000 of 400000 kept\n65000 of 400000 kept\n");
}

/* Two bodies of 6 bytes under way; together they may keep 10. */
static void streams_share_what_they_may_keep(void **state)
{
	static const char head[] = "POST / HTTP/1.1\r\nContent-Length: 6\r\n\r\n";
	struct http_budget budget = { .max = 10 };
	struct http_stream streams[2];
	auto_buf out = BUF_NULL;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		http_stream_init(&streams[i], true);
		streams[i].budget = &budget;
		feed(&streams[i], str_of(head), 1, &out);
		feed(&streams[i], STR("<abcd"), 2, &out);
	}
	assert_int_equal(budget.used, 10);
	for (size_t i = 0; i < 2; i++)
		http_stream_feed(&streams[i], STR("e"), (struct frame_ref){ 3, 0 },
		    STR_NULL, tell_size, &out);
	assert_int_equal(budget.used, 0);
	feed(&streams[0], str_of(head), 4, &out);
	feed(&streams[0], STR("<a"), 5, &out);
	for (size_t i = 0; i < 2; i++)
		http_stream_free(&streams[i]);
	assert_int_equal(budget.used, 0);
	assert_string_equal(buf_cstr(&out), "5 of 6 kept\n6 of 6 kept\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_told_with_frames_and_holes),
		cmocka_unit_test(cuts_at_every_byte_change_nothing),
		cmocka_unit_test(of_a_download_only_the_beginning_is_kept),
		cmocka_unit_test(streams_share_what_they_may_keep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
