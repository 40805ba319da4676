#include "tests/unit/unit.h"

#include "agents/cpe/dhcp6/router_advert.h"

#include "lib/base/compiler.h"
#include "lib/base/text.h"

#include <string.h>

#define DNS_1            "20010db8000000000000000000000053"
#define DNS_2            "20010db8000000000000000000000054"
#define HEADER_OF(flags) "86 00 0000 40 " flags " 0708 00000000 00000000 "

static size_t bytes_of(const char *hex, uint8_t bytes[256])
{
	int n = hex_parse(str_of(hex), bytes, 256);

	assert_true(n >= 0);
	return (size_t)n;
}

static void test_flags_and_servers_are_as_the_router_says(void **state)
{
	static const struct {
		const char *hex;
		bool is_managed, has_other;
		uint8_t n_dns;
		uint32_t dns_lifetime_s;
	} rows[] = {
		{ HEADER_OF("00"), false, false, 0, 0 },
		{ HEADER_OF("80"), true, false, 0, 0 },
		{ HEADER_OF("40"), false, true, 0, 0 },
		{ HEADER_OF("c0"), true, true, 0, 0 },
		{ HEADER_OF("3f"), false, false, 0, 0 },
		{ HEADER_OF("00") "19 03 0000 00000258 " DNS_1, false, false, 1, 600 },
		{ HEADER_OF("00") "01 01 020000000001 19 05 0000 ffffffff " DNS_1 DNS_2,
		    false, false, 2, UINT32_MAX },
		{ HEADER_OF("00") "19 03 0000 00000000 " DNS_1, false, false, 0, 0 },
		{ HEADER_OF("00") "19 01 0000 00000258 ", false, false, 0, 0 },
		{ HEADER_OF("00") "19 05 0000 00000258 " DNS_1 DNS_1
				  "19 07 0000 00000259 " DNS_2 DNS_2 DNS_2,
		    false, false, ROUTER_ADVERT_DNS_MAX, 601 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint8_t bytes[256], first[16];
		size_t len = bytes_of(rows[i].hex, bytes);
		struct router_advert got;

		assert_int_equal(router_advert_parse(&got, bytes, len, NULL), 0);
		assert_int_equal(got.is_managed, rows[i].is_managed);
		assert_int_equal(got.has_other, rows[i].has_other);
		assert_int_equal(got.lifetime_s, 1800);
		assert_int_equal(got.n_dns, rows[i].n_dns);
		assert_int_equal(got.dns_lifetime_s, rows[i].dns_lifetime_s);
		(void)bytes_of(DNS_1, bytes);
		memcpy(first, bytes, sizeof(first));
		if (got.n_dns > 0)
			assert_memory_equal(got.dns[0], first, sizeof(first));
	}
}

static void test_what_is_none_is_refused_at_its_byte(void **state)
{
	static const struct {
		const char *hex;
		int code;
		size_t offset;
	} rows[] = {
		{ "", ERR_TRUNCATED, 0 },
		{ "86 00 0000 40 00 0708 00000000 000000", ERR_TRUNCATED, 15 },
		{ "85 00 0000 40 00 0708 00000000 00000000", ERR_UNSUPPORTED, 0 },
		{ "86 01 0000 40 00 0708 00000000 00000000", ERR_UNSUPPORTED, 0 },
		{ HEADER_OF("00") "01", ERR_MALFORMED, 16 },
		{ HEADER_OF("00") "01 00 020000000001", ERR_MALFORMED, 16 },
		{ HEADER_OF("00") "01 01 020000000001 19 02 0000 00000001",
		    ERR_MALFORMED, 24 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		struct router_advert got;
		uint8_t bytes[256];
		size_t len = bytes_of(rows[i].hex, bytes);

		assert_int_equal(router_advert_parse(&got, bytes, len, &err),
		    rows[i].code);
		assert_int_equal(err.offset, rows[i].offset);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flags_and_servers_are_as_the_router_says),
		cmocka_unit_test(test_what_is_none_is_refused_at_its_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
