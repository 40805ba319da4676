/* Dates in headers, and what a Retry-After says. */
#include "lib/proto/http_date.h"

#include "lib/base/compiler.h"
#include "tests/unit/unit.h"

static void test_three_forms_of_a_date_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds; /* -1: it is none */
	} rows[] = {
		{ "Sun, 06 Nov 1994 08:49:37 GMT", 784111777 },
		{ "Sunday, 06-Nov-94 08:49:37 GMT", 784111777 },
		{ "Sun Nov  6 08:49:37 1994", 784111777 },
		{ "  Sun, 06 Nov 1994 08:49:37 GMT ", 784111777 },
		{ "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
		{ "Tue, 19 Jan 2038 03:14:08 GMT", INT64_C(2147483648) },
		{ "Wednesday, 06-Nov-68 08:49:37 GMT", INT64_C(3119417377) },
		{ "Sun, 06 Nov 1994 08:49:37 CET", -1 },
		{ "Sun, 06 Nov 1994 08:49:37 GMT and more", -1 },
		{ "Sun, 32 Nov 1994 08:49:37 GMT", -1 },
		{ "Sun, 06 Nov 1994 25:49:37 GMT", -1 },
		{ "Sun, 06 Nov 1994 08:49", -1 },
		{ "1994-11-06T08:49:37Z", -1 },
		{ "", -1 },
		{ "Sun, 06 Nov 1994 08:49:37 GMT          ...........", -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t seconds = -1;

		if (http_date_read(&seconds, str_of(rows[i].text)) !=
			(rows[i].seconds >= 0) ||
		    seconds != rows[i].seconds)
			fail_msg("\"%s\": %lld", rows[i].text, (long long)seconds);
	}
}

static void test_a_retry_after_is_seconds_or_a_date(void **state)
{
	static const struct {
		const char *text, *date;
		int64_t seconds; /* -1: it says nothing */
	} rows[] = {
		{ "120", NULL, 120 },
		{ " 0 ", NULL, 0 },
		{ "Sun, 06 Nov 1994 08:51:37 GMT", NULL, 20 },
		/* The clock of the ACS is behind ours by a year: its own Date counts. */
		{ "Sun, 06 Nov 1994 08:51:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT",
		    120 },
		{ "Sun, 06 Nov 1994 08:51:37 GMT", "yesterday", 20 },
		{ "Sun, 06 Nov 1994 08:51:16 GMT", NULL, 0 },
		{ "-1", NULL, -1 },
		{ "soon", NULL, -1 },
		{ "", NULL, -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint64_t seconds = UINT64_MAX;
		bool is_said = http_retry_after_read(&seconds, str_of(rows[i].text),
		    rows[i].date ? str_of(rows[i].date) : STR_NULL, 784111877);

		if (is_said != (rows[i].seconds >= 0) ||
		    seconds != (uint64_t)rows[i].seconds)
			fail_msg("\"%s\": %llu", rows[i].text,
			    (unsigned long long)seconds);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_three_forms_of_a_date_are_read),
		cmocka_unit_test(test_a_retry_after_is_seconds_or_a_date),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
