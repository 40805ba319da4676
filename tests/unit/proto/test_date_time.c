/* dateTime: what is one, and which of two is before the other. */
#include "lib/proto/date_time.h"

#include "lib/base/compiler.h"
#include "tests/unit/unit.h"

static const struct good_row {
	const char *text;
	struct date_time is;
} good_rows[] = {
	{ "1970-01-01T00:00:00Z", { 0, 0, true } },
	{ "1970-01-01T00:00:00", { 0, 0, false } },
	{ "2026-01-01T00:00:00Z", { 1767225600, 0, true } },
	{ "2024-02-29T23:59:59Z", { 1709251199, 0, true } },
	{ "2000-03-01T00:00:00Z", { 951868800, 0, true } },
	{ "1969-12-31T23:59:59Z", { -1, 0, true } },
	{ "0001-01-01T00:00:00Z", { -62135596800, 0, true } },
	{ "9999-12-31T23:59:59Z", { 253402300799, 0, true } },
	{ "1970-01-01T01:00:00+01:00", { 0, 0, true } },
	{ "1969-12-31T20:30:00-03:30", { 0, 0, true } },
	{ "1970-01-01T14:00:00+14:00", { 0, 0, true } },
	{ "1970-01-01T24:00:00Z", { 86400, 0, true } },
	{ "1970-01-01T00:00:00.5Z", { 0, 500000000, true } },
	{ "1970-01-01T00:00:00.1234567891Z", { 0, 123456789, true } },
	{ "1970-01-01T00:00:00.25", { 0, 250000000, false } },
};

static void test_a_time_is_read_as_seconds_of_utc(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good_rows); i++) {
		const struct good_row *row = &good_rows[i];
		struct date_time is;

		if (date_time_read(&is, str_of(row->text)) < 0 ||
		    is.seconds != row->is.seconds ||
		    is.nanoseconds != row->is.nanoseconds ||
		    is.has_zone != row->is.has_zone)
			fail_msg("%s", row->text);
	}
}

static void test_what_no_calendar_has_is_no_time(void **state)
{
	static const char *const bad[] = { "", "0", "2026", "2026-01-01",
		"2026-01-01 00:00:00", "2026-01-01T00:00", "2026-01-01T00:00:0",
		"2026-01-01T00:00:0:Z", "0000-00-00T00:00:00", "2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-04-31T00:00:00Z",
		"2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-01-01T25:00:00Z",
		"2026-01-01T24:00:01Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z",
		"2026-01-01T00:00:00.Z", "2026-01-01T00:00:00z",
		"2026-01-01T00:00:00ZZ", "2026-01-01T00:00:00+0100",
		"2026-01-01T00:00:00+15:00", "2026-01-01T00:00:00+01:60",
		"2026-01-01T00:00:00+01:0", "2026-01-01T00:00:00 Z",
		"26-01-01T00:00:00Z", "unknown" };
	struct date_time is;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (date_time_read(&is, str_of(bad[i])) != ERR_MALFORMED)
			fail_msg("%s", bad[i]);
	}
}

static const struct before_row {
	const char *a, *b;
	bool is_before, is_after;
} before_rows[] = {
	{ "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", true, false },
	{ "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", false, false },
	{ "2026-01-01T00:00:00.1Z", "2026-01-01T00:00:00.2Z", true, false },
	{ "2026-01-01T00:00:00.9Z", "2026-01-01T00:00:01Z", true, false },
	{ "2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00Z", false, false },
	{ "2026-01-01T01:00:00+02:00", "2026-01-01T00:00:00Z", true, false },
	{ "2026-01-01T00:00:00", "2026-01-01T00:00:01", true, false },
	{ "2026-01-01T00:00:00", "2026-01-02T00:00:00Z", false, false },
};

static void test_times_of_different_zones_compare_by_utc(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(before_rows); i++) {
		const struct before_row *row = &before_rows[i];
		struct date_time a, b;

		assert_int_equal(date_time_read(&a, str_of(row->a)), 0);
		assert_int_equal(date_time_read(&b, str_of(row->b)), 0);
		if (date_time_is_before(&a, &b) != row->is_before ||
		    date_time_is_before(&b, &a) != row->is_after)
			fail_msg("%s and %s", row->a, row->b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_time_is_read_as_seconds_of_utc),
		cmocka_unit_test(test_what_no_calendar_has_is_no_time),
		cmocka_unit_test(test_times_of_different_zones_compare_by_utc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
