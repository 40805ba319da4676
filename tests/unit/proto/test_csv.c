/* lib/proto/csv: records of RFC 4180, where each field stands, what is no CSV. */
#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/proto/csv.h"

#include <stdlib.h>

/* "1:1 a | 1:3 b" a record; "! 2:3 words" a mistake. */
static void put_all(struct buf *out, struct str text)
{
	auto_arena arena = ARENA_NULL;
	struct csv_reader reader;
	struct csv_record record;
	struct error err = ERROR_NULL;
	int r;

	csv_begin(&reader, text);
	while ((r = csv_next(&reader, &arena, &record, &err)) != 0) {
		if (r < 0)
			buf_printf(out, "! %u:%u %s", record.line, record.column,
			    err.text);
		for (size_t i = 0; r > 0 && i < record.len; i++)
			buf_printf(out, "%s%u:%u %.*s", i > 0 ? " | " : "",
			    record.fields[i].line, record.fields[i].column,
			    STR_ARG(record.fields[i].text));
		buf_append_char(out, '\n');
	}
}

static void test_records_are_read_with_the_place_of_each_field(void **state)
{
	static const struct {
		const char *text, *read;
	} rows[] = {
		{ "", "" },
		{ "\n\r\n\n", "" },
		{ "a", "1:1 a\n" },
		{ "a,b\nc,d\n", "1:1 a | 1:3 b\n2:1 c | 2:3 d\n" },
		{ "a,b\r\nc,d\r\n", "1:1 a | 1:3 b\n2:1 c | 2:3 d\n" },
		{ "\xef\xbb\xbf"
		  "a,b\n",
		    "1:1 a | 1:3 b\n" },
		{ "a\n\nb\n", "1:1 a\n3:1 b\n" },
		{ ",\n", "1:1  | 1:2 \n" },
		{ "a,\n", "1:1 a | 1:3 \n" },
		{ "a,", "1:1 a | 1:3 \n" },
		{ "a\rb,c\n", "1:1 a\rb | 1:5 c\n" },
		{ " a , b \n", "1:1  a  | 1:5  b \n" },
		/* quotes */
		{ "\"a,b\",c\n", "1:1 a,b | 1:7 c\n" },
		{ "\"\",\"\"\n", "1:1  | 1:4 \n" },
		{ "\"say \"\"yes\"\"\",c\n", "1:1 say \"yes\" | 1:15 c\n" },
		{ "\"\"\"\"\n", "1:1 \"\n" },
		{ "\"two\nlines\",b\nc\n", "1:1 two\nlines | 2:8 b\n3:1 c\n" },
		{ "\"two\r\nlines\"", "1:1 two\r\nlines\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;

		put_all(&out, str_of(rows[i].text));

		assert_string_equal(buf_cstr(&out), rows[i].read);
	}
}

static void test_a_mistake_costs_its_line_alone(void **state)
{
	static const struct {
		const char *text, *read;
	} rows[] = {
		{ "a\"b,c\nd\n",
		    "! 1:2 a quote within a field that does not begin with one; the "
		    "whole field goes into quotes, and this one is doubled\n2:1 d\n" },
		{ "a,\"b\"c\nd\n",
		    "! 1:6 something behind the quote that closes a field; a comma or "
		    "the end of the line is wanted\n2:1 d\n" },
		{ "a,\"b\nc\n", "! 1:3 a quote that is never closed\n2:1 c\n" },
		{ "\"", "! 1:1 a quote that is never closed\n" },
		{ "\"\"\"", "! 1:1 a quote that is never closed\n" },
		{ "a\"\nb\"\nc\n",
		    "! 1:2 a quote within a field that does not begin with one; the "
		    "whole field goes into quotes, and this one is doubled\n"
		    "! 2:2 a quote within a field that does not begin with one; the "
		    "whole field goes into quotes, and this one is doubled\n3:1 c\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;

		put_all(&out, str_of(rows[i].text));

		assert_string_equal(buf_cstr(&out), rows[i].read);
	}
}

static void test_a_record_has_at_most_32_fields(void **state)
{
	auto_buf text = BUF_NULL, out = BUF_NULL;
	auto_arena arena = ARENA_NULL;
	struct csv_reader reader;
	struct csv_record record;
	struct error err = ERROR_NULL;

	(void)state;
	for (int i = 0; i < CSV_FIELDS_MAX; i++)
		buf_append_text(&text, i > 0 ? ",x" : "x");
	buf_append_char(&text, '\n');
	buf_append(&text, text.data, text.len);
	text.len--;
	buf_append_text(&text, ",y\nz\n");
	csv_begin(&reader, buf_str(&text));

	assert_int_equal(csv_next(&reader, &arena, &record, &err), 1);
	assert_int_equal(record.len, CSV_FIELDS_MAX);
	assert_int_equal(csv_next(&reader, &arena, &record, &err), ERR_LIMIT);
	assert_string_equal(err.text, "more fields than the 32 that a record may have");
	assert_int_equal(record.line, 2);
	assert_int_equal(record.column, 65);
	assert_int_equal(csv_next(&reader, &arena, &record, &err), 1);
	assert_int_equal(record.fields[0].line, 3);
	assert_int_equal(csv_next(&reader, &arena, &record, &err), 0);
}

/* Plain, and in quotes with doubled ones, which do not count. */
static void test_a_field_has_at_most_65536_bytes(void **state)
{
	(void)state;
	for (int over = 0; over <= 1; over++) {
		for (int quoted = 0; quoted <= 1; quoted++) {
			auto_buf text = BUF_NULL;
			auto_arena arena = ARENA_NULL;
			struct csv_reader reader;
			struct csv_record record;
			struct error err = ERROR_NULL;
			int r;

			buf_append_text(&text, quoted ? "a,\"\"\"" : "a,x");
			for (int i = 1; i < CSV_FIELD_BYTES_MAX + over; i++)
				buf_append_char(&text, 'x');
			buf_append_text(&text, quoted ? "\"\nb\n" : "\nb\n");
			csv_begin(&reader, buf_str(&text));
			r = csv_next(&reader, &arena, &record, &err);

			assert_int_equal(r, over ? ERR_LIMIT : 1);
			if (over) {
				assert_string_equal(err.text,
				    "a field of more than 65,536 bytes");
				assert_int_equal(record.line, 1);
				assert_int_equal(record.column, 3);
			} else {
				assert_int_equal(record.fields[1].text.len,
				    CSV_FIELD_BYTES_MAX);
			}
			assert_int_equal(csv_next(&reader, &arena, &record, &err), 1);
			assert_int_equal(record.fields[0].line, 2);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records_are_read_with_the_place_of_each_field),
		cmocka_unit_test(test_a_mistake_costs_its_line_alone),
		cmocka_unit_test(test_a_record_has_at_most_32_fields),
		cmocka_unit_test(test_a_field_has_at_most_65536_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
