/* What the readers of texts (capture/text/text_internal.h) make of texts that are cut, forged
 * or at a bound: the messages as the sink is told of them, byte for byte. */
#include "tests/unit/unit.h"

#include "capture/text/text_internal.h"
#include "capture/text/tree.h"
#include "lib/base/compiler.h"

enum {
	MESSAGES_MAX = 8,
};

struct heard {
	struct buf bytes; /* of all messages */
	clock_ns times[MESSAGES_MAX];
	unsigned flags; /* of the last one's connection */
	size_t n;
	struct text_counts counts;
};

static void on_data(void *user, struct conn *conn, enum direction from, struct str data,
    struct frame_ref frame)
{
	struct heard *heard = user;

	(void)from;
	assert_true(heard->n < MESSAGES_MAX);
	buf_append_str(&heard->bytes, data);
	heard->flags = conn->flags;
	heard->times[heard->n++] = frame.time;
}

static void hear(struct heard *heard, struct str text, enum text_format format)
{
	const struct conn_sink sink = { .user = heard, .data = on_data };
	struct error err = ERROR_NULL;

	buf_reset(&heard->bytes);
	heard->n = 0;
	(void)text_run_bytes(text, format, "text", &sink, &heard->counts, &err);
}

static void free_heard(struct heard *heard)
{
	buf_free(&heard->bytes);
}

/* A view of a literal with NULs in it. */
#define STR_LITERAL(literal)                 \
	{                                    \
		literal, sizeof(literal) - 1 \
	}

#define auto_heard __attribute__((cleanup(free_heard))) struct heard

/* ---- HAR --------------------------------------------------------------------------- */

static const char entry[] =
    "{\"startedDateTime\":\"2026-01-01T00:00:00.000Z\",\"request\":{\"method\":\"GET\","
    "\"url\":\"http://192.0.2.1/\",\"httpVersion\":\"HTTP/1.1\"},"
    "\"response\":{\"status\":204,\"httpVersion\":\"HTTP/1.1\"}}";

/* Wherever it ends: the entries before, and a place where it cannot be read on. */
static void a_cut_har_tells_of_its_whole_entries(void **state)
{
	auto_heard heard = { .n = 0 };
	auto_buf har = BUF_NULL;
	size_t ends[3];

	(void)state;
	buf_append_text(&har, "{\"log\":{\"version\":\"1.2\",\"entries\":[");
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		buf_append_text(&har, i > 0 ? "," : "");
		buf_append_text(&har, entry);
		ends[i] = har.len;
	}
	buf_append_text(&har, "]}}");
	for (size_t len = ends[0]; len <= har.len; len++) {
		size_t whole = 0;

		while (whole < ARRAY_LEN(ends) && ends[whole] <= len)
			whole++;
		hear(&heard, str_make(har.data, len), TEXT_HAR);
		assert_int_equal(heard.n, 2 * whole);
		assert_int_equal(heard.counts.damage != NULL, len < har.len);
	}
	hear(&heard, str_make(har.data, ends[0] - 1), TEXT_HAR);
	assert_int_equal(heard.n, 0);
}

static void a_wait_in_a_har_is_a_day_at_most(void **state)
{
	static const struct {
		const char *ms;
		clock_ns time;
	} rows[] = {
		{ "0.5", NS_PER_MS / 2 },
		{ "86400000", 86400 * NS_PER_S },
		{ "86400000.1", 0 },
		{ "999999999999", 0 },
		{ "-1", 0 },
	};
	auto_heard heard = { .n = 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf har = BUF_NULL;

		buf_printf(&har,
		    "{\"log\":{\"entries\":[%.*s,\"timings\":{\"wait\":%s}}]}}",
		    (int)sizeof(entry) - 2, entry, rows[i].ms);
		hear(&heard, buf_str(&har), TEXT_HAR);
		assert_int_equal(heard.n, 2);
		assert_int_equal(heard.times[1] - heard.times[0], rows[i].time);
	}
}

/* ---- headers ----------------------------------------------------------------------- */

/* As GenieACS has them: several of a name are a list. Ends of lines in them are forged. */
#define HEADERS \
	"{\"a\":[\"1\",\"2\",\"3\\n\"],\"b\":\"x\\ry\",\"c\\r\":\"z\",\"d\":\"4\"}"
#define HEAD "POST / HTTP/1.1\r\na: 1\r\na: 2\r\nd: 4\r\n\r\n"

static void headers_of_a_log_are_told_but_for_those_of_several_lines(void **state)
{
	auto_heard heard = { .n = 0 };

	(void)state;
	hear(&heard,
	    STR("# REQUEST Thu Jan 01 2026 01:00:00 GMT+0100 (CET)\n" HEADERS "\n\n"),
	    TEXT_GENIEACS_DUMP);
	assert_string_equal(buf_cstr(&heard.bytes), HEAD);
	hear(&heard,
	    STR("{\"event\":\"incoming HTTP request\",\"method\":\"POST\","
		"\"url\":\"/\",\"headers\":" HEADERS ",\"body\":\"\"}"),
	    TEXT_GENIEACS_JSON);
	assert_string_equal(buf_cstr(&heard.bytes), HEAD);
	assert_true(heard.flags & CONN_NO_HEADS);
}

static void chunks_are_those_of_any_transfer_encoding(void **state)
{
	static const char *const heads[] = {
		"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n",
		"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n"
		"Transfer-Encoding: chunked\r\n",
		"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
		"Transfer-Encoding: identity\r\n",
	};
	static const char body[] = "\r\n3\r\nabc\r\n0\r\n\r\n";
	auto_heard heard = { .n = 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		auto_buf text = BUF_NULL;

		buf_append_text(&text, heads[i]);
		buf_append_text(&text, body);
		hear(&heard, buf_str(&text), TEXT_HTTP);
		assert_string_equal(buf_cstr(&heard.bytes), buf_cstr(&text));
	}
}

/* ---- bounds ------------------------------------------------------------------------ */

/* A line of 32 bytes may be a count, one of 33 not: then the bytes before it are not those
 * that were counted. */
static void a_count_of_a_stream_is_a_short_line(void **state)
{
	(void)state;
	for (int width = 31; width <= 33; width++) {
		auto_buf text = BUF_NULL;
		struct transcript t = { .arena = ARENA_MAX(TEXT_ARENA_MAX) };

		buf_append_text(&text, "19\nPOST / HTTP/1.1\r\n\r\n\n");
		buf_printf(&text, "%0*d\r\nabc\n", width, 3);
		text_read_follow(&t, buf_str(&text), TEXT_FOLLOW_ASCII);
		assert_int_equal(t.n_messages, 1);
		assert_int_equal(t.messages[0].has_whole_head, width <= 32);
		transcript_free(&t);
	}
}

/* ---- NUL --------------------------------------------------------------------------- */

static void nul_is_part_of_no_envelope(void **state)
{
	static const struct str none[] = {
		STR_LITERAL("<a\0b:Envelope>"),
		STR_LITERAL("<Envelope\0>"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		assert_int_equal(text_envelope_start(none[i]), none[i].len);
	assert_true(text_is_shortened(STR("<a> ... <b>")));
	assert_false(text_is_shortened(STR("<a>\0...\0<b>")));
	assert_false(text_is_shortened(STR("\0...\0")));
}

static void nul_ends_a_word_of_json(void **state)
{
	auto_arena arena = ARENA_NULL;
	struct tree_mistake mistake;
	struct tree *node = NULL;
	uint32_t line = 1;
	size_t at = 0;

	(void)state;
	assert_int_equal(tree_json_next(STR("1\0"), &at, &line, &arena, &node,
			     &mistake),
	    1);
	assert_int_equal(at, 1);
	assert_int_equal(node->text.len, 1);
}

/* Behind the first bytes, which must hold none where a text is to be known at all. */
static void nul_is_no_digit_of_a_hex_dump(void **state)
{
	static const struct {
		struct str line;
		enum text_format format;
	} rows[] = {
		{ STR_LITERAL("00000000  50 4f 53"), TEXT_FOLLOW_HEX },
		{ STR_LITERAL("\0\0\0\0\0\0\0\0  \0\0 4f 53"), TEXT_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf text = BUF_NULL;

		buf_printf(&text, "%04096d\n", 0);
		buf_append_str(&text, rows[i].line);
		assert_int_equal(text_recognise(buf_str(&text)), rows[i].format);
	}
}

static void nul_is_no_length_of_a_chunk(void **state)
{
	static const char digits[] = "aZ\0";

	(void)state;
	for (size_t i = 0; i < sizeof(digits) - 1; i++) {
		auto_buf text = BUF_NULL;
		struct transcript t = { .arena = ARENA_MAX(TEXT_ARENA_MAX) };

		buf_append_text(&text, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n"
				       "<Envelope>\n");
		buf_append_char(&text, digits[i]);
		buf_append_text(&text, "\n</Envelope>\n");
		text_read_messages(&t, buf_str(&text));
		assert_int_equal(t.n_messages, 1);
		assert_int_equal(t.messages[0].is_cut, digits[i] == 'a');
		transcript_free(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cut_har_tells_of_its_whole_entries),
		cmocka_unit_test(a_wait_in_a_har_is_a_day_at_most),
		cmocka_unit_test(
		    headers_of_a_log_are_told_but_for_those_of_several_lines),
		cmocka_unit_test(chunks_are_those_of_any_transfer_encoding),
		cmocka_unit_test(a_count_of_a_stream_is_a_short_line),
		cmocka_unit_test(nul_is_part_of_no_envelope),
		cmocka_unit_test(nul_ends_a_word_of_json),
		cmocka_unit_test(nul_is_no_digit_of_a_hex_dump),
		cmocka_unit_test(nul_is_no_length_of_a_chunk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
