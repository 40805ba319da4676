/* lib/program/lines: the frames of the control channel. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/program/lines.h"

#include <string.h>

/* Feeds bytes in pieces of at most step and notes what comes out: "[line]", "!" for one that
 * was too long. */
static void feed(struct line_reader *reader, struct str bytes, size_t step,
    struct buf *seen)
{
	while (bytes.len > 0) {
		size_t n = MIN(MIN(step, bytes.len), (size_t)LINE_READ_BYTES);
		uint8_t *room = line_reader_room(reader);
		struct str line;
		int r;

		assert_non_null(room);
		memcpy(room, bytes.p, n);
		line_reader_add(reader, n);
		bytes = str_from(bytes, n);
		while ((r = line_reader_next(reader, &line)) != 0) {
			if (r == ERR_LIMIT)
				buf_append_char(seen, '!');
			else if (line.len < 100)
				buf_printf(seen, "[%.*s]", STR_ARG(line));
			else
				buf_printf(seen, "[%zu]", line.len);
		}
	}
}

static void fill(struct buf *out, size_t n)
{
	uint8_t *room = buf_reserve(out, n);

	assert_non_null(room);
	memset(room, 'x', n);
	out->len += n;
}

static void test_lines_come_out_whole_however_they_arrive(void **state)
{
	static const char text[] = "{\"a\":1}\n\n{\"b\":2}\nhalf";

	(void)state;
	for (size_t step = 1; step <= sizeof(text); step++) {
		struct line_reader reader = { .at = 0 };
		auto_buf seen = BUF_NULL;

		feed(&reader, str_of(text), step, &seen);
		assert_string_equal(buf_cstr(&seen), "[{\"a\":1}][][{\"b\":2}]");
		line_reader_free(&reader);
	}
}

static void test_a_line_at_the_limit_is_read_and_one_past_it_is_skipped(void **state)
{
	static const struct {
		size_t len;
		const char *seen;
	} rows[] = {
		{ LINE_BYTES_MAX - 1, "[65535][after]" },
		{ LINE_BYTES_MAX, "[65536][after]" },
		{ LINE_BYTES_MAX + 1, "![after]" },
		{ 5 * LINE_BYTES_MAX, "![after]" },
	};
	static const size_t steps[] = { 1, 4096, 16384 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (size_t k = 0; k < ARRAY_LEN(steps); k++) {
			struct line_reader reader = { .at = 0 };
			auto_buf bytes = BUF_NULL;
			auto_buf seen = BUF_NULL;

			fill(&bytes, rows[i].len);
			buf_append_text(&bytes, "\nafter\n");
			feed(&reader, buf_str(&bytes), steps[k], &seen);
			assert_string_equal(buf_cstr(&seen), rows[i].seen);
			/* The reader holds a line and what comes in one go, no more. */
			assert_true(reader.in.cap <= 4 * LINE_BYTES_MAX);
			line_reader_free(&reader);
		}
	}
}

static void test_a_line_that_is_too_long_is_told_before_its_end(void **state)
{
	struct line_reader reader = { .at = 0 };
	auto_buf bytes = BUF_NULL;
	auto_buf seen = BUF_NULL;

	(void)state;
	fill(&bytes, LINE_BYTES_MAX + LINE_READ_BYTES);
	feed(&reader, buf_str(&bytes), SIZE_MAX, &seen);
	assert_string_equal(buf_cstr(&seen), "!");
	feed(&reader, STR("still the same\n\n"), SIZE_MAX, &seen);
	assert_string_equal(buf_cstr(&seen), "![]");
	line_reader_free(&reader);
}

/* A line with one member whose value, which nobody cuts, has n bytes; returns what the
 * writer said. */
static int write_value(struct line_writer *writer, size_t n)
{
	struct json *json = line_writer_begin(writer);
	auto_buf value = BUF_NULL;

	fill(&value, n);
	json->text_max = 0;
	json_str(json, "v", buf_str(&value));
	return line_writer_end(writer);
}

static void test_a_text_at_the_limit_is_whole_and_one_past_it_is_cut(void **state)
{
	static const struct {
		const char *unit; /* of which the text is made */
		size_t n;
		const char *end; /* of the line */
	} rows[] = {
		{ "x", LINE_TEXT_MAX, "xx\"}\n" },
		{ "x", LINE_TEXT_MAX + 1, "xx ... (49 bytes more)\"}\n" },
		{ "\x01", LINE_TEXT_MAX / 6, "\\u0001\"}\n" },
		{ "\x01", LINE_TEXT_MAX / 6 + 1, "\\u0001 ... (9 bytes more)\"}\n" },
		{ "\xc3\xa4", LINE_TEXT_MAX / 2, "\xc3\xa4\"}\n" },
		{ "\xc3\xa4", LINE_TEXT_MAX / 2 + 1,
		    "\xc3\xa4 ... (50 bytes more)\"}\n" },
		{ "x", 70000, "xx ... (65952 bytes more)\"}\n" },
	};
	const size_t around = strlen("{\"v\":\"\"}\n");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct line_writer writer = { .sent = 0 };
		auto_buf text = BUF_NULL;

		for (size_t k = 0; k < rows[i].n; k++)
			buf_append_text(&text, rows[i].unit);
		json_str(line_writer_begin(&writer), "v", buf_str(&text));
		assert_int_equal(line_writer_end(&writer), 0);
		assert_true(
		    str_ends(line_writer_waiting(&writer), str_of(rows[i].end)));
		assert_true(line_writer_waiting(&writer).len <= LINE_TEXT_MAX + around);
		line_writer_free(&writer);
	}
}

/* A dozen texts as long as they may be, each byte of which is escaped. */
static void test_a_line_of_long_texts_is_within_its_limit(void **state)
{
	struct line_writer writer = { .sent = 0 };
	struct json *json = line_writer_begin(&writer);
	auto_buf text = BUF_NULL;

	(void)state;
	for (int i = 0; i < 1 << 20; i++)
		buf_append_char(&text, i % 2 ? '\x01' : '\x80');
	for (int i = 0; i < 12; i++)
		json_str(json, "a-key", buf_str(&text));
	assert_int_equal(line_writer_end(&writer), 0);
	line_writer_free(&writer);
}

static void test_a_writer_says_nothing_that_the_reader_refuses(void **state)
{
	const size_t around = strlen("{\"v\":\"\"}");
	struct line_writer writer = { .sent = 0 };
	struct line_reader reader = { .at = 0 };
	auto_buf seen = BUF_NULL;

	(void)state;
	assert_int_equal(write_value(&writer, LINE_BYTES_MAX - around), 0);
	assert_int_equal(write_value(&writer, LINE_BYTES_MAX - around + 1), ERR_LIMIT);
	assert_int_equal(write_value(&writer, 1), 0);
	json_int(line_writer_begin(&writer), "taken back", 1);
	line_writer_cancel(&writer);
	assert_int_equal(line_writer_put(&writer, STR("{\"re\":7"), STR(",\"ok\":1}")),
	    0);
	feed(&reader, line_writer_waiting(&writer), SIZE_MAX, &seen);
	assert_string_equal(buf_cstr(&seen),
	    "[65536][{\"v\":\"x\"}][{\"re\":7,\"ok\":1}]");
	line_reader_free(&reader);
	line_writer_free(&writer);
}

static void test_a_full_writer_takes_the_line_back(void **state)
{
	struct line_writer writer = { .out = BUF_MAX(20) };

	(void)state;
	assert_int_equal(write_value(&writer, 5), 0);
	assert_int_equal(write_value(&writer, 5), ERR_LIMIT);
	assert_true(str_is(line_writer_waiting(&writer), "{\"v\":\"xxxxx\"}\n"));
	line_writer_sent(&writer, 14);
	assert_int_equal(write_value(&writer, 5), 0);
	assert_true(str_is(line_writer_waiting(&writer), "{\"v\":\"xxxxx\"}\n"));
	line_writer_free(&writer);
}

static void test_what_is_sent_in_pieces_arrives_whole(void **state)
{
	struct line_writer writer = { .sent = 0 };
	struct line_reader reader = { .at = 0 };
	auto_buf seen = BUF_NULL;
	auto_buf want = BUF_NULL;

	(void)state;
	for (int i = 0; i < 200; i++) {
		struct str waiting;
		size_t n = (size_t)i % 7 + 3;

		json_int(line_writer_begin(&writer), "i", i);
		assert_int_equal(line_writer_end(&writer), 0);
		buf_printf(&want, "[{\"i\":%d}]", i);
		waiting = line_writer_waiting(&writer);
		n = MIN(n, waiting.len);
		feed(&reader, str_make(waiting.p, n), 5, &seen);
		line_writer_sent(&writer, n);
	}
	feed(&reader, line_writer_waiting(&writer), SIZE_MAX, &seen);
	assert_string_equal(buf_cstr(&seen), buf_cstr(&want));
	line_reader_free(&reader);
	line_writer_free(&writer);
}

/* Of 100,000 CPEs that all tell something at once only what they have told is left. */
static void test_a_crowd_of_lines_leaves_no_memory_behind(void **state)
{
	struct line_writer writer = { .sent = 0 };

	(void)state;
	for (int i = 0; i < 30; i++)
		assert_int_equal(write_value(&writer, 10000), 0);
	line_writer_sent(&writer, 1);
	assert_true(writer.out.cap >= 300000);
	line_writer_sent(&writer, line_writer_waiting(&writer).len);
	assert_int_equal(writer.out.cap, 0);

	assert_int_equal(write_value(&writer, 5), 0);
	assert_true(str_is(line_writer_waiting(&writer), "{\"v\":\"xxxxx\"}\n"));
	line_writer_sent(&writer, line_writer_waiting(&writer).len);
	assert_true(writer.out.cap > 0);
	line_writer_free(&writer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_come_out_whole_however_they_arrive),
		cmocka_unit_test(
		    test_a_line_at_the_limit_is_read_and_one_past_it_is_skipped),
		cmocka_unit_test(test_a_line_that_is_too_long_is_told_before_its_end),
		cmocka_unit_test(test_a_writer_says_nothing_that_the_reader_refuses),
		cmocka_unit_test(
		    test_a_text_at_the_limit_is_whole_and_one_past_it_is_cut),
		cmocka_unit_test(test_a_line_of_long_texts_is_within_its_limit),
		cmocka_unit_test(test_a_crowd_of_lines_leaves_no_memory_behind),
		cmocka_unit_test(test_a_full_writer_takes_the_line_back),
		cmocka_unit_test(test_what_is_sent_in_pieces_arrives_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
