/* agents/cpe/load: what needs no loop. */
#include "tests/unit/unit.h"

#include "agents/cpe/load/load_internal.h"

static void test_reasons_are_without_what_is_of_one_cpe(void **state)
{
	static const struct {
		const char *why, *reason;
	} rows[] = {
		{ "", "" },
		{ "127.0.0.1:7547: Connection refused", "Connection refused" },
		{ "10.0.0.1:7547 does not answer the SYN for 30 s",
		    "does not answer the SYN for N s" },
		{ "the ACS answers 500 Internal Server Error",
		    "the ACS answers 500 Internal Server Error" },
		{ "the connection ended after 1234 of 56789 bytes of the body",
		    "the connection ended after N of N bytes of the body" },
		{ "cwmp:ID 7a8", "cwmp:ID NaN" },
		{ "1.2.3 is no address", "N.N.N is no address" },
	};
	char text[TALLY_REASON_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(load_reason(rows[i].why, text), rows[i].reason);
}

static void test_a_long_reason_is_cut_at_the_bound(void **state)
{
	char why[FAILURE_WHY_MAX], text[TALLY_REASON_MAX];

	(void)state;
	memset(why, 'x', sizeof(why));
	why[TALLY_REASON_MAX - 1] = '\0';
	assert_int_equal(strlen(load_reason(why, text)), TALLY_REASON_MAX - 1);
	memset(why, 'x', sizeof(why));
	why[TALLY_REASON_MAX] = '\0';
	assert_int_equal(strlen(load_reason(why, text)), TALLY_REASON_MAX - 1);
	memset(why, ' ', sizeof(why));
	why[sizeof(why) - 1] = '\0';
	assert_string_equal(load_reason(why, text), "");
}

static void test_phases_that_are_spread_are_no_news(void **state)
{
	uint64_t slots[LOAD_PHASES] = { 0 };
	auto_buf text = BUF_NULL;

	(void)state;
	for (size_t i = 0; i < LOAD_PHASES; i++)
		slots[i] = 50;
	assert_false(load_phases_tell(&text, slots, 1000));
	slots[0] = 199;
	assert_false(load_phases_tell(&text, slots, 1000));
	assert_int_equal(text.len, 0);
	slots[0] = 200;
	assert_true(load_phases_tell(&text, slots, 1000));
	assert_true(str_starts(buf_str(&text),
	    STR("200 of 1000 CPEs inform within one 20th of their interval")));
	/* So few may coincide by chance. */
	slots[0] = 99;
	assert_false(load_phases_tell(&text, slots, 99));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reasons_are_without_what_is_of_one_cpe),
		cmocka_unit_test(test_a_long_reason_is_cut_at_the_bound),
		cmocka_unit_test(test_phases_that_are_spread_are_no_news),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
