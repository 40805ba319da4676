#include "tests/unit/unit.h"

#include "lib/proto/dhcp.h"

#include "lib/base/compiler.h"
#include "lib/base/wire.h"

static const struct dhcp_packet HEADER = {
	.op = 1,
	.htype = 1,
	.hlen = 6,
	.xid = 0x12345678,
	.secs = 3,
	.flags = DHCP_BROADCAST_FLAG,
	.ciaddr = 0xc0000205,
	.giaddr = 0xc0000201,
	.chaddr = { 2, 0, 0, 0, 0, 1 },
};

static void test_what_is_built_parses_back(void **state)
{
	struct dhcp_builder b;
	struct dhcp_packet got;
	uint32_t lease;

	(void)state;

	dhcp_build(&b, &HEADER, DHCP_REQUEST, 0);
	dhcp_build_u32(&b, DHCP_OPTION_LEASE_TIME, 3600);
	dhcp_build_option(&b, DHCP_OPTION_HOST_NAME, STR("cpe1"));
	dhcp_build_option(&b, DHCP_OPTION_MESSAGE, STR(""));
	assert_int_equal(dhcp_build_end(&b), 0);
	assert_int_equal(b.len, DHCP_MIN_BYTES);
	assert_int_equal(dhcp_parse(&got, b.bytes, b.len, NULL), 0);

	assert_memory_equal(&got, &HEADER, offsetof(struct dhcp_packet, options));
	assert_int_equal(got.message_type, DHCP_REQUEST);
	assert_true(got.has_end);
	assert_true(dhcp_option_u32(&got, DHCP_OPTION_LEASE_TIME, &lease));
	assert_int_equal(lease, 3600);
	assert_true(str_is(dhcp_option(&got, DHCP_OPTION_HOST_NAME), "cpe1"));
	assert_true(dhcp_has_option(&got, DHCP_OPTION_MESSAGE));
	assert_non_null(dhcp_option(&got, DHCP_OPTION_MESSAGE).p);
	assert_false(dhcp_has_option(&got, DHCP_OPTION_ROUTER));
	assert_int_equal(got.options[DHCP_OPTION_LEASE_TIME].wire_at, 240 + 3 + 2);
}

static void test_a_long_value_is_split_and_joined(void **state)
{
	uint8_t value[700];
	struct dhcp_builder b;
	struct dhcp_packet got;

	(void)state;
	for (size_t i = 0; i < sizeof(value); i++)
		value[i] = (uint8_t)i;

	dhcp_build(&b, &HEADER, DHCP_OFFER, 0);
	dhcp_build_option(&b, DHCP_OPTION_VENDOR, str_make(value, sizeof(value)));
	assert_int_equal(dhcp_build_end(&b), 0);
	assert_int_equal(dhcp_parse(&got, b.bytes, b.len, NULL), 0);

	assert_int_equal(b.len, 240 + 3 + 3 * 2 + sizeof(value) + 1);
	assert_true(str_eq(dhcp_option(&got, DHCP_OPTION_VENDOR),
	    str_make(value, sizeof(value))));
}

static void test_pieces_are_as_long_as_they_can_be(void **state)
{
	static const uint8_t value[510];
	struct dhcp_builder b;

	(void)state;
	dhcp_build(&b, &HEADER, DHCP_OFFER, 0);
	dhcp_build_option(&b, DHCP_OPTION_VENDOR, str_make(value, 510));
	assert_int_equal(dhcp_build_end(&b), 0);

	assert_int_equal(b.len, 240 + 3 + 2 * (2 + 255) + 1);
	assert_int_equal(b.bytes[240 + 3 + 1], 255);
}

static void test_what_does_not_fit_goes_into_file_and_sname(void **state)
{
	static const struct { /* bytes of the option values, one behind the other */
		size_t first, second, third;
		int code;
		uint8_t overload; /* 0: none */
	} rows[] = {
		{ 100, 100, 95, 0, 0 }, /* the options are just full */
		{ 100, 100, 96, 0, 1 },
		{ 200, 91, 125, 0, 1 }, /* file is just full */
		{ 200, 91, 126, ERR_LIMIT, 0 },
		{ 200, 120, 61, 0, 1 }, /* the third fits the options again */
		{ 290, 120, 61, 0, 3 }, /* the first in two pieces, sname just full */
		{ 290, 120, 62, ERR_LIMIT, 0 },
		{ 500, 0, 0, ERR_LIMIT, 0 },
	};
	static const uint8_t options[] = { DHCP_OPTION_VENDOR, DHCP_OPTION_MESSAGE,
		DHCP_OPTION_HOST_NAME };
	uint8_t value[512];

	(void)state;
	for (size_t i = 0; i < sizeof(value); i++)
		value[i] = (uint8_t)i;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const size_t lens[] = { rows[i].first, rows[i].second, rows[i].third };
		struct dhcp_builder b;
		struct dhcp_packet got;

		dhcp_build(&b, &HEADER, DHCP_OFFER, 548);
		for (size_t k = 0; k < ARRAY_LEN(lens); k++)
			dhcp_build_option(&b, options[k], str_make(value, lens[k]));
		if (dhcp_build_end(&b) != rows[i].code)
			fail_msg("row %zu: %d", i, b.error);
		if (rows[i].code < 0)
			continue;
		assert_true(b.len <= 548);
		assert_int_equal(dhcp_parse(&got, b.bytes, b.len, NULL), 0);
		for (size_t k = 0; k < ARRAY_LEN(lens); k++)
			assert_true(str_eq(dhcp_option(&got, options[k]),
			    str_make(value, lens[k])));
		assert_int_equal(dhcp_has_option(&got, DHCP_OPTION_OVERLOAD)
				     ? dhcp_option(&got, DHCP_OPTION_OVERLOAD).p[0]
				     : 0,
		    rows[i].overload);
	}
}

/* A message of the fixed part and these options. */
static size_t message(uint8_t *bytes, const char *options, size_t len)
{
	memset(bytes, 0, 240);
	bytes[0] = 2;
	put_u32(bytes + 236, 0x63825363);
	memcpy(bytes + 240, options, len);
	return 240 + len;
}

/* Options of n bytes, all in all. */
static int parse_options_of(size_t n, struct dhcp_packet *got, struct error *err)
{
	uint8_t bytes[240 + 2 * DHCP_OPTIONS_JOINED_MAX];
	size_t len = message(bytes, "", 0);

	while (n > 0) {
		size_t piece = MIN(n, (size_t)UINT8_MAX);

		bytes[len++] = DHCP_OPTION_VENDOR;
		bytes[len++] = (uint8_t)piece;
		memset(bytes + len, 'x', piece);
		len += piece;
		n -= piece;
	}
	return dhcp_parse(got, bytes, len, err);
}

static void test_options_have_a_limit(void **state)
{
	struct error err = ERROR_NULL;
	struct dhcp_packet got;

	(void)state;
	assert_int_equal(parse_options_of(DHCP_OPTIONS_JOINED_MAX, &got, &err), 0);
	assert_int_equal(dhcp_option(&got, DHCP_OPTION_VENDOR).len,
	    DHCP_OPTIONS_JOINED_MAX);
	assert_int_equal(parse_options_of(DHCP_OPTIONS_JOINED_MAX + 1, &got, &err),
	    ERR_LIMIT);
}

static void test_hardware_addresses_have_room_for_16_bytes(void **state)
{
	struct dhcp_packet got;
	uint8_t bytes[300];
	size_t len = message(bytes, "\xff", 1);

	(void)state;
	bytes[2] = 16;
	assert_int_equal(dhcp_parse(&got, bytes, len, NULL), 0);
	bytes[2] = 17;
	assert_int_equal(dhcp_parse(&got, bytes, len, NULL), ERR_MALFORMED);
}

static void test_options_go_on_in_file_and_then_in_sname(void **state)
{
	static const char options[] = "\x35\x01\x02\x34\x01\x03\x2b\x02"
				      "ab\xff";
	uint8_t bytes[300];
	size_t len = message(bytes, options, sizeof(options) - 1);
	struct dhcp_packet got;

	(void)state;
	memcpy(bytes + 108,
	    "\x2b\x02"
	    "cd\xff",
	    5);
	memcpy(bytes + 44,
	    "\x2b\x02"
	    "ef\x0c\x01x\xff",
	    8);

	assert_int_equal(dhcp_parse(&got, bytes, len, NULL), 0);

	assert_true(str_is(dhcp_option(&got, DHCP_OPTION_VENDOR), "abcdef"));
	assert_true(str_is(dhcp_option(&got, DHCP_OPTION_HOST_NAME), "x"));
	assert_int_equal(got.options[DHCP_OPTION_VENDOR].wire_at, 240 + 8);
	assert_int_equal(got.message_type, DHCP_OFFER);
}

static void test_broken_messages_are_refused_with_their_offset(void **state)
{
	static const struct {
		const char *options;
		size_t len;
		int code;
		size_t offset;
	} rows[] = {
		{ "\x35\x01", 2, ERR_MALFORMED, 240 },
		{ "\x35", 1, ERR_MALFORMED, 240 },
		{ "\x35\x01\x01\x2b\xc8zz", 7, ERR_MALFORMED, 243 },
		{ "\x34\x01\x04", 3, ERR_MALFORMED, 240 },
		{ "\x34\x02\x01\x01", 4, ERR_MALFORMED, 240 },
		{ "\x35\x02\x01\x01", 4, ERR_MALFORMED, 240 },
		{ "\x34\x01\x01\xff", 4, 0, 0 },
		{ "", 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint8_t bytes[300];
		size_t len = message(bytes, rows[i].options, rows[i].len);
		struct error err = ERROR_NULL;
		struct dhcp_packet got;

		assert_int_equal(dhcp_parse(&got, bytes, len, &err), rows[i].code);
		assert_int_equal(err.offset, rows[i].offset);
	}
}

static void test_what_is_no_dhcp_is_refused(void **state)
{
	uint8_t bytes[300];
	size_t len = message(bytes, "\xff", 1);
	struct error err = ERROR_NULL;
	struct dhcp_packet got;

	(void)state;

	assert_int_equal(dhcp_parse(&got, bytes, 239, &err), ERR_TRUNCATED);
	bytes[236] = 0;
	assert_int_equal(dhcp_parse(&got, bytes, len, &err), ERR_MALFORMED);
	assert_int_equal(err.offset, 236);
	bytes[236] = 99;
	bytes[239] = 98;
	assert_int_equal(dhcp_parse(&got, bytes, len, &err), ERR_MALFORMED);
	assert_int_equal(err.offset, 236);
	bytes[239] = 99;
	bytes[2] = 16;
	assert_int_equal(dhcp_parse(&got, bytes, len, &err), 0);
	bytes[2] = 17;
	assert_int_equal(dhcp_parse(&got, bytes, len, &err), ERR_MALFORMED);
	assert_int_equal(err.offset, 2);
}

static void test_too_many_option_bytes_are_a_limit(void **state)
{
	static uint8_t bytes[240 + 17 * 257];
	struct dhcp_packet got;

	(void)state;
	(void)message(bytes, "", 0);
	for (size_t i = 0; i < 17; i++) {
		bytes[240 + i * 257] = DHCP_OPTION_VENDOR;
		bytes[240 + i * 257 + 1] = 255;
	}

	assert_int_equal(dhcp_parse(&got, bytes, 240 + 16 * 257, NULL), 0);
	assert_int_equal(dhcp_option(&got, DHCP_OPTION_VENDOR).len, 16 * 255);
	assert_int_equal(dhcp_parse(&got, bytes, sizeof(bytes), NULL), ERR_LIMIT);

	bytes[240 + 16 * 257 + 1] = DHCP_OPTIONS_JOINED_MAX - 16 * 255;
	assert_int_equal(dhcp_parse(&got, bytes,
			     240 + 16 * 257 + 2 + DHCP_OPTIONS_JOINED_MAX - 16 * 255,
			     NULL),
	    0);
	bytes[240 + 16 * 257 + 1]++;
	assert_int_equal(dhcp_parse(&got, bytes, sizeof(bytes), NULL), ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_built_parses_back),
		cmocka_unit_test(test_a_long_value_is_split_and_joined),
		cmocka_unit_test(test_pieces_are_as_long_as_they_can_be),
		cmocka_unit_test(test_what_does_not_fit_goes_into_file_and_sname),
		cmocka_unit_test(test_options_have_a_limit),
		cmocka_unit_test(test_hardware_addresses_have_room_for_16_bytes),
		cmocka_unit_test(test_options_go_on_in_file_and_then_in_sname),
		cmocka_unit_test(test_broken_messages_are_refused_with_their_offset),
		cmocka_unit_test(test_what_is_no_dhcp_is_refused),
		cmocka_unit_test(test_too_many_option_bytes_are_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
