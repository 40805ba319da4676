#include "tests/unit/unit.h"

#include "lib/proto/opt125.h"

#include "lib/base/compiler.h"
#include "lib/base/text.h"

static int parse(struct opt125 *out, const char *hex, struct error *err)
{
	static uint8_t bytes[300]; /* views into it outlive the call */
	int n = hex_parse(str_of(hex), bytes, sizeof(bytes));

	assert_true(n >= 0);
	return opt125_parse(out, bytes, (size_t)n, err);
}

static void test_the_gateways_identity_is_read(void **state)
{
	struct opt125 got;

	(void)state;

	assert_int_equal(parse(&got,
			     "00000DE9170406414142424343050647573030303106054C61624757",
			     NULL),
	    0);

	assert_true(got.has_bbf);
	assert_true(str_is(got.sub[4], "AABBCC"));
	assert_true(str_is(got.sub[5], "GW0001"));
	assert_true(str_is(got.sub[6], "LabGW"));
	assert_null(got.sub[1].p);
}

static void test_other_enterprises_are_skipped(void **state)
{
	struct opt125 got;

	(void)state;

	assert_int_equal(parse(&got, "0000000902ffff 00000DE9030101 78", NULL), 0);

	assert_true(got.has_bbf);
	assert_true(str_is(got.sub[1], "x"));
}

static void test_the_first_of_two_equal_sub_options_counts(void **state)
{
	struct opt125 got;

	(void)state;
	assert_int_equal(parse(&got, "00000DE906 010178 010179", NULL), 0);
	assert_true(str_is(got.sub[1], "x"));

	assert_int_equal(parse(&got, "00000DE903 010178 00000DE903 010179", NULL), 0);
	assert_true(str_is(got.sub[1], "x"));
}

static void test_lengths_past_the_end_are_malformed_with_their_offset(void **state)
{
	static const struct {
		const char *hex;
		size_t offset;
	} rows[] = {
		{ "00000DE903", 0 },
		{ "00000DE9", 0 },
		{ "0000", 0 },
		{ "00000DE903010278", 5 },
		{ "00000DE90401017802", 8 },
		{ "00000DE9 06 010178 010279", 8 },
		{ "0000000900 00000DE903010978", 10 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		struct opt125 got;

		assert_int_equal(parse(&got, rows[i].hex, &err), ERR_MALFORMED);
		assert_int_equal(err.offset, rows[i].offset);
	}
}

static void test_the_class_of_enterprise_3561_is_found(void **state)
{
	static const struct {
		const char *hex;
		int result;
		bool has_bbf;
		const char *class;
	} rows[] = {
		{ "00000DE9 0C 64736C666F72756D2E6F7267", 0, true, "dslforum.org" },
		{ "00000009 02 7878 00000DE9 01 79 00000DE9 01 7a", 0, true, "y" },
		{ "00000009 02 7878", 0, false, "" },
		{ "", 0, false, "" },
		{ "00000DE9 0D 64736C666F72756D2E6F7267", ERR_MALFORMED, false, "" },
		{ "00000DE9 01 79 000000", ERR_MALFORMED, true, "y" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		struct opt124 got;
		uint8_t bytes[100];
		int n = hex_parse(str_of(rows[i].hex), bytes, sizeof(bytes));

		assert_int_equal(opt124_parse(&got, bytes, (size_t)n, &err),
		    rows[i].result);
		assert_int_equal(got.has_bbf, rows[i].has_bbf);
		assert_true(str_is(got.class, rows[i].class));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_gateways_identity_is_read),
		cmocka_unit_test(test_the_class_of_enterprise_3561_is_found),
		cmocka_unit_test(test_other_enterprises_are_skipped),
		cmocka_unit_test(test_the_first_of_two_equal_sub_options_counts),
		cmocka_unit_test(
		    test_lengths_past_the_end_are_malformed_with_their_offset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
