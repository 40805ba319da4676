/* What differs from CPE to CPE: a CSV file, and the place of each mistake in it. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/conf/conf.h"
#include "lib/load/load_data.h"

#include <string.h>

struct read {
	struct conf_mistakes mistakes;
	struct load_data *data;
	int r;
};

static void read_text(struct read *read, const char *text, uint64_t cpes)
{
	auto_buf bytes = BUF_NULL;
	struct error err = ERROR_NULL;

	memset(read, 0, sizeof(*read));
	buf_append_text(&bytes, text);
	read->r = load_data_parse(&read->data, "cpes.csv", &bytes, cpes,
	    &read->mistakes, &err);
}

static void read_end(struct read *read)
{
	conf_mistakes_free(&read->mistakes);
	load_data_free(read->data);
}

static void test_a_line_for_each_cpe(void **state)
{
	static const char text[] =
	    "\xef\xbb\xbfSerial,Device.DeviceInfo.ProvisioningCode,password\r\n"
	    "A1,north,s3cret\r\n"
	    "\r\n"
	    "A2,\"south, and \"\"east\"\"\",\r\n"
	    "A3,west,x\r\n";
	auto_arena arena = ARENA_NULL;
	struct csv_record row;
	struct read read;
	struct str name;

	(void)state;
	read_text(&read, text, 2);
	assert_int_equal(read.r, 0);
	assert_int_equal(load_data_columns(read.data), 3);
	assert_int_equal(load_data_column(read.data, 0, &name), LOAD_DATA_SERIAL);
	assert_int_equal(load_data_column(read.data, 1, &name), LOAD_DATA_PARAMETER);
	assert_true(str_is(name, "Device.DeviceInfo.ProvisioningCode"));
	assert_int_equal(load_data_column(read.data, 2, &name), LOAD_DATA_PASSWORD);

	assert_int_equal(load_data_row(read.data, 1, &arena, &row), 0);
	assert_int_equal(row.len, 3);
	assert_true(str_is(row.fields[0].text, "A2"));
	assert_true(str_is(row.fields[1].text, "south, and \"east\""));
	assert_int_equal(row.fields[1].line, 4);
	assert_int_equal(row.fields[1].column, 4);
	assert_int_equal(row.fields[2].text.len, 0);
	assert_int_equal(load_data_row(read.data, 0, &arena, &row), 0);
	assert_true(str_is(row.fields[2].text, "s3cret"));
	read_end(&read);
}

static void test_mistakes_are_told_with_their_place(void **state)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{ "serial\nA1\n",
		    "cpes.csv:3:1: error: 1 lines behind the heading, and 2 CPEs" },
		{ "", "cpes.csv:1:1: error: 0 lines behind the heading, and 2 CPEs" },
		{ "serial,colour\nA1,x\nA2,y\n",
		    "cpes.csv:1:8: error: a column is serial" },
		{ "serial,Device.\nA1,x\nA2,y\n", "cpes.csv:1:8: error: a column is" },
		{ "serial,SERIAL\nA1,A3\nA2,A4\n",
		    "cpes.csv:1:8: error: this column stands there already" },
		{ "serial,a.b\nA1\nA2,y\n",
		    "cpes.csv:2:1: error: 1 fields, and the heading has 2" },
		{ "serial\nA1\nA1\n", "cpes.csv:3:1: error: this SerialNumber is" },
		{ "a.b,serial\nx,A1\n\"y,A2\n", "cpes.csv:3:1: error: " },
	};
	struct read read;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		read_text(&read, rows[i].text, 2);
		assert_int_equal(read.r, ERR_CONFIG);
		assert_int_equal(read.mistakes.len, 1);
		if (!strstr(read.mistakes.items[0].text, rows[i].words))
			fail_msg("%s", read.mistakes.items[0].text);
		read_end(&read);
	}
}

static void test_all_mistakes_come_at_once_and_no_password(void **state)
{
	auto_buf text = BUF_NULL;
	struct read read;

	(void)state;
	buf_append_text(&text, "serial,password\n");
	for (int i = 0; i < LOAD_DATA_SERIAL_MAX + 1; i++)
		buf_append_char(&text, 'A');
	buf_append_text(&text, ",");
	for (int i = 0; i < LOAD_DATA_WORD_MAX + 1; i++)
		buf_append_char(&text, 'p');
	buf_append_text(&text, "\nA2,x,y\n");
	read_text(&read, buf_cstr(&text), 2);
	assert_int_equal(read.mistakes.len, 3);
	for (size_t i = 0; i < 3; i++)
		assert_null(strstr(read.mistakes.items[i].text, "ppp"));
	read_end(&read);

	/* At the bound nothing is wrong. */
	buf_reset(&text);
	buf_append_text(&text, "serial\n");
	for (int i = 0; i < LOAD_DATA_SERIAL_MAX; i++)
		buf_append_char(&text, 'A');
	buf_append_text(&text, "\n");
	read_text(&read, buf_cstr(&text), 1);
	assert_int_equal(read.r, 0);
	read_end(&read);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_line_for_each_cpe),
		cmocka_unit_test(test_mistakes_are_told_with_their_place),
		cmocka_unit_test(test_all_mistakes_come_at_once_and_no_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
