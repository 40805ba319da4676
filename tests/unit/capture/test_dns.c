#include "tests/unit/unit.h"

#include "capture/message/dns.h"
#include "lib/base/compiler.h"
#include "lib/base/text.h"

/* acs.Example, of type A. */
#define QUESTION "03 616373 07 4578616d706c65 00 0001 0001 "
/* At byte 12 of every message below. */
#define POINTER "c00c "
#define HEADER  "1234 8180 0001 0003 0000 0000 "

static int parse(struct dns_message *out, const char *hex, struct error *err)
{
	uint8_t bytes[256];
	int n = hex_parse(str_of(hex), bytes, sizeof(bytes));

	assert_true(n >= 0);
	return dns_parse(out, str_make(bytes, (size_t)n), err);
}

static void test_a_query_names_its_host_in_lower_case(void **state)
{
	struct dns_message got;

	(void)state;

	assert_int_equal(parse(&got, "1234 0100 0001 0000 0000 0000 " QUESTION, NULL),
	    0);

	assert_int_equal(got.id, 0x1234);
	assert_false(got.is_response);
	assert_true(got.has_question);
	assert_string_equal(got.name, "acs.example");
	assert_int_equal(got.type, DNS_TYPE_A);
}

static void test_of_two_questions_the_first_one_counts(void **state)
{
	struct dns_message got;

	(void)state;

	assert_int_equal(parse(&got,
			     "1234 0100 0002 0000 0000 0000 " QUESTION
			     "05 6f74686572 00 001c 0001",
			     NULL),
	    0);

	assert_string_equal(got.name, "acs.example");
	assert_int_equal(got.type, DNS_TYPE_A);
}

static void test_an_answer_gives_the_addresses_behind_aliases(void **state)
{
	static const uint8_t v6[16] = { 0xfd, 0x77, [15] = 2 };
	struct dns_message got;

	(void)state;

	assert_int_equal(parse(&got,
			     HEADER QUESTION POINTER
			     "0005 0001 0000003c 0004 0177c010 "
			     "0177c010 0001 0001 0000003c 0004 c000020a "
			     "0177c010 001c 0001 0000003c 0010 "
			     "fd770000000000000000000000000002",
			     NULL),
	    0);

	assert_true(got.is_response);
	assert_int_equal(got.n_addresses, 1);
	assert_int_equal(got.addresses[0], 0xc000020a);
	assert_int_equal(got.n_addresses6, 1);
	assert_memory_equal(got.addresses6[0], v6, sizeof(v6));
}

static void test_addresses_of_another_size_or_class_are_none(void **state)
{
	struct dns_message got;

	(void)state;

	assert_int_equal(parse(&got,
			     HEADER QUESTION POINTER
			     "0001 0001 0000003c 0003 c00002 " POINTER
			     "0001 0003 0000003c 0004 c000020a " POINTER
			     "001c 0001 0000003c 0004 c000020a",
			     NULL),
	    0);

	assert_int_equal(got.n_addresses, 0);
	assert_int_equal(got.n_addresses6, 0);
}

static void test_what_cannot_be_read_is_told_with_its_byte(void **state)
{
	static const struct {
		const char *hex;
		int error;
		size_t offset;
	} rows[] = {
		{ "1234 0100", ERR_TRUNCATED, 4 },
		{ "1234 0100 0001 0000 0000 0000", ERR_TRUNCATED, 12 },
		{ "1234 0100 0001 0000 0000 0000 c00c", ERR_MALFORMED, 14 },
		{ "1234 0100 0001 0000 0000 0000 40", ERR_MALFORMED, 12 },
		{ "1234 0100 0001 0000 0000 0000 05 6162", ERR_MALFORMED, 12 },
		{ HEADER QUESTION POINTER "0001 0001 0000003c 0010 c000", ERR_TRUNCATED,
		    31 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		struct dns_message got;

		assert_int_equal(parse(&got, rows[i].hex, &err), rows[i].error);
		assert_int_equal(err.offset, rows[i].offset);
	}
}

/* A query whose name is n pointers, each to the next one, and "a" at their end. */
static int parse_pointers(size_t n, struct dns_message *out)
{
	uint8_t bytes[128] = { 0x12, 0x34, 1, 0, 0, 1 };
	size_t at = 18; /* behind the question */

	bytes[12] = 0xc0;
	bytes[13] = (uint8_t)at;
	bytes[15] = bytes[17] = 1;
	for (size_t i = 1; i < n; i++, at += 2) {
		bytes[at] = 0xc0;
		bytes[at + 1] = (uint8_t)(at + 2);
	}
	bytes[at] = 1;
	bytes[at + 1] = 'a';
	return dns_parse(out, str_make(bytes, at + 3), NULL);
}

static void test_pointers_are_followed_so_far(void **state)
{
	struct dns_message got;

	(void)state;
	assert_int_equal(parse_pointers(31, &got), 0);
	assert_string_equal(got.name, "a");
	assert_int_equal(parse_pointers(32, &got), ERR_MALFORMED);
}

/* 63 + 63 + 63 + last letters, with a dot behind each label. */
static int parse_long_name(size_t last, struct dns_message *out)
{
	uint8_t bytes[300] = { 0x12, 0x34, 1, 0, 0, 1 };
	size_t at = 12;

	for (int i = 0; i < 4; i++) {
		size_t len = i < 3 ? 63 : last;

		bytes[at] = (uint8_t)len;
		memset(bytes + at + 1, 'a', len);
		at += 1 + len;
	}
	bytes[at + 2] = bytes[at + 4] = 1;
	return dns_parse(out, str_make(bytes, at + 5), NULL);
}

static void test_a_name_has_a_longest(void **state)
{
	struct dns_message got;

	(void)state;
	assert_int_equal(parse_long_name(62, &got), 0);
	assert_int_equal(strlen(got.name), DNS_NAME_MAX - 2);
	assert_int_equal(parse_long_name(63, &got), ERR_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_query_names_its_host_in_lower_case),
		cmocka_unit_test(test_of_two_questions_the_first_one_counts),
		cmocka_unit_test(test_an_answer_gives_the_addresses_behind_aliases),
		cmocka_unit_test(test_addresses_of_another_size_or_class_are_none),
		cmocka_unit_test(test_what_cannot_be_read_is_told_with_its_byte),
		cmocka_unit_test(test_pointers_are_followed_so_far),
		cmocka_unit_test(test_a_name_has_a_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
