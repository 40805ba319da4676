/* lib/xml/xml_entity: references to characters. */
#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/xml/xml_entity.h"

static const struct row {
	const char *text, *out;
	size_t taken;
} rows[] = {
	{ "&amp;x", "&", 5 },
	{ "&lt;&gt;", "<", 4 },
	{ "&gt;", ">", 4 },
	{ "&quot;", "\"", 6 },
	{ "&apos;", "'", 6 },
	{ "&#119;", "w", 6 },
	{ "&#x77;", "w", 6 },
	{ "&#XE4;", "\xc3\xa4", 6 },
	{ "&#x10ffff;", "\xf4\x8f\xbf\xbf", 10 },
	{ "&#x00000000000000000077;", "w", 24 },
	{ "&#x000000000000000000077;", "", 0 },
	{ "&#x110000;", "", 0 },
	{ "&#99999999999999999999;", "", 0 },
	{ "&#7a;", "", 0 },
	{ "&#-7;", "", 0 },
	{ "&#x;", "", 0 },
	{ "&#;", "", 0 },
	{ "&;", "", 0 },
	{ "&auml;", "", 0 },
	{ "&amp", "", 0 },
	{ "a&amp;", "", 0 },
	{ "", "", 0 },
};

static void test_references_stand_for_characters(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf out = BUF_NULL;

		assert_int_equal(xml_entity_put(&out, str_of(rows[i].text)),
		    rows[i].taken);
		if (!str_is(buf_str(&out), rows[i].out))
			fail_msg("%s: \"%s\"", rows[i].text, buf_cstr(&out));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_references_stand_for_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
