/* agents/cpe/acs_slots: which of three ACS addresses is used. */
#include "tests/unit/unit.h"

#include "agents/cpe/session/acs_slots.h"
#include "lib/base/compiler.h"

#define USER    "http://user.lab/"
#define DHCP    "http://dhcp.lab/"
#define FACTORY "http://factory.lab/"

static void test_precedence_is_user_then_dhcp_then_default(void **state)
{
	static const struct {
		const char *urls[ACS_SOURCES];
		const char *source;
		const char *used;
	} rows[] = {
		{ { NULL, NULL, NULL }, "none", NULL },
		{ { NULL, NULL, FACTORY }, "default", FACTORY },
		{ { NULL, DHCP, FACTORY }, "DHCP", DHCP },
		{ { NULL, DHCP, NULL }, "DHCP", DHCP },
		{ { USER, DHCP, FACTORY }, "user", USER },
		{ { USER, NULL, FACTORY }, "user", USER },
		{ { "", DHCP, NULL }, "DHCP", DHCP },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct acs_slots slots = { 0 };
		struct intern words = { .bytes = 0 };
		const struct acs_slot *slot;

		for (int n = 0; n < ACS_SOURCES; n++)
			assert_int_equal(acs_slots_set(&slots, &words,
					     (enum acs_source)n,
					     str_of(rows[i].urls[n]), STR_NULL,
					     STR_NULL),
			    0);
		slot = acs_slots_current(&slots);

		assert_string_equal(acs_source_name(acs_slots_source(&slots)),
		    rows[i].source);
		if (rows[i].used)
			assert_string_equal(slot->url, rows[i].used);
		else
			assert_null(slot);
		acs_slots_free(&slots, &words);
	}
}

static void test_the_later_of_user_and_acs_overwrites(void **state)
{
	struct acs_slots slots = { 0 };
	struct intern words = { .bytes = 0 };
	const struct acs_slot *slot;

	(void)state;
	assert_int_equal(acs_slots_set(&slots, &words, ACS_SOURCE_USER, STR(USER),
			     STR("a"), STR("b")),
	    0);
	assert_int_equal(acs_slots_set(&slots, &words, ACS_SOURCE_USER,
			     STR("http://2.lab/"), STR("c"), STR_NULL),
	    0);
	slot = acs_slots_current(&slots);

	assert_string_equal(slot->url, "http://2.lab/");
	assert_string_equal(slot->username, "c");
	assert_null(slot->password);
	acs_slots_free(&slots, &words);
}

/* 100,000 CPEs of one ACS have its URL once, and the last of them leaves nothing behind. */
static void test_slots_that_say_the_same_share_their_words(void **state)
{
	struct acs_slots a = { 0 }, b = { 0 };
	struct intern words = { .bytes = 0 };
	size_t bytes;

	(void)state;
	assert_int_equal(acs_slots_set(&a, &words, ACS_SOURCE_USER, STR(USER), STR("a"),
			     STR_NULL),
	    0);
	bytes = words.bytes;
	assert_int_equal(acs_slots_set(&b, &words, ACS_SOURCE_DEFAULT, STR(USER),
			     STR("a"), STR_NULL),
	    0);
	assert_ptr_equal(acs_slots_current(&a)->url, acs_slots_current(&b)->url);
	assert_int_equal(words.bytes, bytes);

	/* One that is set to what it says already reads its own words. */
	assert_int_equal(acs_slots_set(&a, &words, ACS_SOURCE_USER,
			     str_of(acs_slots_current(&a)->url), STR("c"), STR_NULL),
	    0);
	acs_slots_free(&b, &words);
	assert_string_equal(acs_slots_current(&a)->url, USER);
	assert_string_equal(acs_slots_current(&a)->username, "c");
	acs_slots_free(&a, &words);
	assert_int_equal(words.bytes, 0);
	assert_null(words.texts.slots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_precedence_is_user_then_dhcp_then_default),
		cmocka_unit_test(test_the_later_of_user_and_acs_overwrites),
		cmocka_unit_test(test_slots_that_say_the_same_share_their_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
