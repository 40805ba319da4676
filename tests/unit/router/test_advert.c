/* agents/router: what a router says of itself, byte by byte, and whom it answers. */
#include "tests/unit/unit.h"

#include "agents/cpe/dhcp6/router_advert.h"
#include "agents/router/advert.h"
#include "lib/base/buf.h"
#include "lib/base/text.h"

#include <string.h>

static void test_an_advertisement_is_as_rfc_4861_draws_it(void **state)
{
	static const uint8_t dns[2][16] = { { 0x20, 1, 0xd, 0xb8, [15] = 3 },
		{ 0x20, 1, 0xd, 0xb8, [15] = 4 } };
	struct advert advert = {
		.managed = true,
		.other = true,
		.lifetime_s = 1800,
		.prefix = { 0x20, 1, 0xd, 0xb8, [7] = 1 },
		.prefix_len = 64,
		.mac = { 2, 0, 4, 0, 0, 1 },
	};
	uint8_t bytes[ADVERT_MAX];
	auto_buf hex = BUF_NULL;
	size_t n = advert_write(&advert, bytes);

	(void)state;
	hex_append(&hex, bytes, n);
	assert_string_equal(buf_cstr(&hex), "8600000040c007080000000000000000"
					    "0101020004000001"
					    "03044080000151800000384000000000"
					    "20010db8000000010000000000000000");
	buf_reset(&hex);
	advert = (struct advert){ .slaac = true,
		.prefix_len = 64,
		.dns = dns,
		.n_dns = 2,
		.dns_lifetime_s = 30 };
	n = advert_write(&advert, bytes);
	hex_append(&hex, bytes, n);
	assert_string_equal(buf_cstr(&hex), "86000000400000000000000000000000"
					    "0101000000000000"
					    "030440c0000151800000384000000000"
					    "00000000000000000000000000000000"
					    "190500000000001e"
					    "20010db8000000000000000000000003"
					    "20010db8000000000000000000000004");
}

/* As a host reads it: our own CPE. */
static void test_a_host_reads_what_a_router_has_written(void **state)
{
	static const uint8_t dns[1][16] = { { 0x20, 1, 0xd, 0xb8, [15] = 3 } };

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		struct advert advert = {
			.managed = i & 1,
			.other = i & 2,
			.lifetime_s = i & 4 ? 9000 : 0,
			.prefix_len = 64,
			.dns = dns,
			.n_dns = i & 4 ? 1 : 0,
			.dns_lifetime_s = 30,
		};
		struct router_advert read;
		struct error err = ERROR_NULL;
		uint8_t bytes[ADVERT_MAX];
		size_t n = advert_write(&advert, bytes);

		if (router_advert_parse(&read, bytes, n, &err) < 0)
			fail_msg("%s", err.text);
		assert_int_equal(read.is_managed, advert.managed);
		assert_int_equal(read.has_other, advert.other);
		assert_int_equal(read.lifetime_s, advert.lifetime_s);
		assert_int_equal(read.n_dns, advert.n_dns);
		if (read.n_dns > 0)
			assert_memory_equal(read.dns[0], dns[0], 16);
	}
}

static void test_who_asks_rightly_is_answered(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		int hops;
		bool is_unspecified, is_asked;
	} rows[] = {
		{ "\x85\0\0\0\0\0\0\0", 8, 255, false, true },
		{ "\x85\0\0\0\0\0\0\0", 8, 255, true, true },
		{ "\x85\0\0\0\0\0\0\0\1\1\2\0\0\0\0\1", 16, 255, false, true },
		{ "\x85\0\0\0\0\0\0\0\1\1\2\0\0\0\0\1", 16, 255, true, false },
		{ "\x85\0\0\0\0\0\0\0\5\1\2\0\0\0\0\1", 16, 255, true, true },
		{ "\x85\0\0\0\0\0\0\0", 8, 254, false, false },
		{ "\x85\0\0\0\0\0\0\0", 7, 255, false, false },
		{ "\x85\1\0\0\0\0\0\0", 8, 255, false, false },
		{ "\x86\0\0\0\0\0\0\0", 8, 255, false, false },
		{ "\x85\0\0\0\0\0\0\0\1\0\2\0\0\0\0\1", 16, 255, false, false },
		{ "\x85\0\0\0\0\0\0\0\1\2\2\0\0\0\0\1", 16, 255, false, false },
		{ "\x85\0\0\0\0\0\0\0\1", 9, 255, false, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bool is_asked = advert_is_asked(str_make(rows[i].bytes, rows[i].len),
		    rows[i].hops, rows[i].is_unspecified);

		if (is_asked != rows[i].is_asked)
			fail_msg("row %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_advertisement_is_as_rfc_4861_draws_it),
		cmocka_unit_test(test_a_host_reads_what_a_router_has_written),
		cmocka_unit_test(test_who_asks_rightly_is_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
