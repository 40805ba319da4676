/* lib/console: arguments of all rows of the grammar, at their bounds and beyond. */
#include "tests/unit/console/grammar_walk.h"

static void check_length(const struct cli_element *element, uint64_t len, bool takes)
{
	auto_buf text = BUF_NULL;

	put_text(&text, element->kind, len);
	assert_int_equal(cli_element_takes(element, buf_str(&text), NULL), takes);
}

static void check_number(const struct cli_element *element, uint64_t n, bool takes)
{
	char text[24];
	uint64_t read = 0;

	(void)snprintf(text, sizeof(text), "%" PRIu64, n);
	assert_int_equal(cli_element_takes(element, str_of(text), &read), takes);
	if (takes)
		assert_int_equal(read, n);
}

static void stands_at_its_bounds(const struct cli_row *row, enum cli_view view)
{
	struct cli_element element;

	(void)view;
	for (size_t i = 0; cli_row_element(row, i, &element); i++) {
		if (element.max == 0)
			continue;
		if (element.kind == CLI_NUMBER) {
			check_number(&element, element.min, true);
			check_number(&element, element.max, true);
			check_number(&element, element.max + 1, false);
			if (element.min > 0)
				check_number(&element, element.min - 1, false);
			continue;
		}
		check_length(&element, element.min, true);
		check_length(&element, element.max, true);
		check_length(&element, element.max + 1, false);
		check_length(&element, element.min - 1, false);
	}
}

static void test_arguments_are_taken_at_their_bounds_and_not_beyond(void **state)
{
	(void)state;
	walk(stands_at_its_bounds);
}

static void test_arguments_of_other_kinds(void **state)
{
	static const struct {
		enum cli_kind kind;
		const char *text;
		bool takes;
		uint64_t number;
	} rows[] = {
		{ CLI_TIME, "1970-01-01T00:00:00", true, 0 },
		{ CLI_TIME, "2035-12-31T23:59:59", true, 0 },
		{ CLI_TIME, "2036-01-01T00:00:00", false, 0 },
		{ CLI_TIME, "1969-12-31T23:59:59", false, 0 },
		{ CLI_TIME, "2030-02-30T00:00:00", false, 0 },
		{ CLI_TIME, "2030-01-01T00:00:00Z", false, 0 },
		{ CLI_TIME, "2030-01-01", false, 0 },
		{ CLI_ADDRESS, "10.0.0.1", true, 0x0a000001 },
		{ CLI_ADDRESS, "10.0.0.256", false, 0 },
		{ CLI_MASK, "255.255.255.0", true, 24 },
		{ CLI_MASK, "0", true, 0 },
		{ CLI_MASK, "32", true, 32 },
		{ CLI_MASK, "33", false, 0 },
		{ CLI_MASK, "255.0.255.0", false, 0 },
		{ CLI_SLOT_PORT, "1/0/24", true, 0 },
		{ CLI_SLOT_PORT, "1/0", false, 0 },
		{ CLI_SLOT_PORT, "1/0/1/1", false, 0 },
		{ CLI_SLOT_PORT, "1/0/", false, 0 },
		{ CLI_MAC, "0000-5e00-5301", true, UINT64_C(0x00005e005301) },
		{ CLI_MAC, "FFFF-ffff-FFFF", true, UINT64_C(0xffffffffffff) },
		{ CLI_MAC, "0000-5e00-530", false, 0 },
		{ CLI_MAC, "0000-5e00-53011", false, 0 },
		{ CLI_MAC, "00005-e00-5301", false, 0 },
		{ CLI_MAC, "00:00:5e:00:53", false, 0 },
		{ CLI_HEX, "01 2768 7", true, 0 },
		{ CLI_HEX, "0", false, 0 },
		{ CLI_HEX, "01 0g", false, 0 },
		{ CLI_CLIENT_ID, "aabb-cc", true, 0 },
		{ CLI_CLIENT_ID, "aab", false, 0 },
		{ CLI_CLIENT_ID, "aa--bb", false, 0 },
		{ CLI_CLIENT_ID, "-aabb", false, 0 },
		{ CLI_CLIENT_ID, "aabb-", false, 0 },
		{ CLI_CLIENT_ID, "aa bb", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cli_element element = { .kind = rows[i].kind,
			.min = 2,
			.max = 8 };
		uint64_t number = 0;

		if (cli_element_takes(&element, str_of(rows[i].text), &number) !=
		    rows[i].takes)
			fail_msg("%s", rows[i].text);
		if (rows[i].takes)
			assert_int_equal(number, rows[i].number);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_arguments_are_taken_at_their_bounds_and_not_beyond),
		cmocka_unit_test(test_arguments_of_other_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
