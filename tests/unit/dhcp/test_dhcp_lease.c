#include "tests/unit/unit.h"

#include "agents/cpe/dhcp/dhcp_lease.h"

#include "lib/base/buf.h"
#include "lib/base/compiler.h"

#define HOST 0xc0000264u

struct ack { /* zero members are left out */
	uint32_t yiaddr, mask, lease, t1, t2;
	struct str router, dns, domain, vendor, vi_vendor;
};

static int read_ack(struct dhcp_lease *lease, const struct ack *ack)
{
	struct dhcp_packet header = { .op = 2, .yiaddr = ack->yiaddr }, packet;
	struct dhcp_builder b;
	const struct {
		uint8_t option;
		uint32_t value;
	} numbers[] = { { DHCP_OPTION_SUBNET_MASK, ack->mask },
		{ DHCP_OPTION_LEASE_TIME, ack->lease },
		{ DHCP_OPTION_RENEWAL_TIME, ack->t1 },
		{ DHCP_OPTION_REBINDING_TIME, ack->t2 },
		{ DHCP_OPTION_SERVER_ID, 0xc0000202 } };
	const struct {
		uint8_t option;
		struct str value;
	} views[] = { { DHCP_OPTION_ROUTER, ack->router },
		{ DHCP_OPTION_DNS, ack->dns }, { DHCP_OPTION_DOMAIN_NAME, ack->domain },
		{ DHCP_OPTION_VENDOR, ack->vendor },
		{ DHCP_OPTION_VI_VENDOR, ack->vi_vendor } };

	dhcp_build(&b, &header, DHCP_ACK, 0);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (numbers[i].value)
			dhcp_build_u32(&b, numbers[i].option, numbers[i].value);
	for (size_t i = 0; i < ARRAY_LEN(views); i++)
		if (views[i].value.p)
			dhcp_build_option(&b, views[i].option, views[i].value);
	assert_int_equal(dhcp_build_end(&b), 0);
	assert_int_equal(dhcp_parse(&packet, b.bytes, b.len, NULL), 0);
	return dhcp_lease_read(lease, &packet, 0);
}

static void test_t1_and_t2_that_make_no_sense_become_the_defaults(void **state)
{
	static const struct {
		uint32_t lease, t1, t2, expected_t1, expected_t2;
	} rows[] = {
		{ 3600, 100, 200, 100, 200 },
		{ 3600, 0, 0, 1800, 3150 },
		{ 3600, 300, 200, 200, 200 },
		{ 3600, 5000, 4000, 1800, 3150 },
		{ 3600, 2000, 0, 2000, 3150 },
		{ 3600, 100, 3599, 100, 3599 },
		{ 3600, 100, 3600, 100, 3150 },
		{ 3600, 199, 200, 199, 200 },
		{ 1, 0, 0, 0, 0 },
		{ UINT32_MAX, 10, 20, UINT32_MAX, UINT32_MAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ack ack = { .yiaddr = HOST,
			.mask = 0xffffff00,
			.lease = rows[i].lease,
			.t1 = rows[i].t1,
			.t2 = rows[i].t2 };
		struct dhcp_lease lease;

		assert_int_equal(read_ack(&lease, &ack), 0);
		assert_int_equal(lease.t1_s, rows[i].expected_t1);
		assert_int_equal(lease.t2_s, rows[i].expected_t2);
		assert_true(lease.renew_at <= lease.rebind_at);
		assert_true(lease.rebind_at <= lease.expires_at);
		dhcp_lease_free(&lease);
	}
}

static void test_a_missing_or_odd_mask_is_that_of_the_class(void **state)
{
	static const struct {
		uint32_t address, mask;
		uint8_t prefix;
	} rows[] = {
		{ HOST, 0xffffff80, 25 },
		{ HOST, 0xffffffff, 32 },
		{ HOST, 0, 24 },
		{ 0x0a000001, 0, 8 },
		{ 0xac100001, 0xff00ff00, 16 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ack ack = { .yiaddr = rows[i].address,
			.mask = rows[i].mask,
			.lease = 60 };
		struct dhcp_lease lease;

		assert_int_equal(read_ack(&lease, &ack), 0);
		assert_int_equal(lease.prefix, rows[i].prefix);
		dhcp_lease_free(&lease);
	}
}

static void test_an_ack_that_grants_nothing_is_refused(void **state)
{
	static const struct ack rows[] = {
		{ .yiaddr = HOST },
		{ .lease = 60 },
		{ .yiaddr = 0x7f000001, .lease = 60 },
		{ .yiaddr = 0xe0000001, .lease = 60 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dhcp_lease lease;

		assert_int_equal(read_ack(&lease, &rows[i]), ERR_MALFORMED);
		dhcp_lease_free(&lease);
	}
}

static void test_the_acs_comes_from_option_43(void **state)
{
	static const struct ack ack = { .yiaddr = HOST,
		.lease = 60,
		.router = { "\xc0\0\2\1\xc0\0\2\2", 8 },
		.dns = { "\xc0\0\2\3\1", 5 },
		.domain = { "lab\0", 4 },
		.vendor = { "\x01\x3bx/y u p", 9 } };
	struct dhcp_lease lease;

	(void)state;
	assert_int_equal(read_ack(&lease, &ack), 0);

	assert_int_equal(lease.router, 0xc0000201);
	assert_int_equal(lease.n_dns, 1);
	assert_int_equal(lease.dns[0], 0xc0000203);
	assert_true(str_is(lease.domain, "lab"));
	assert_int_equal(lease.acs.layout, OPT43_COMWARE);
	assert_true(str_is(lease.acs.url, "x/y"));
	assert_int_equal(lease.acs.deviations, OPT43_LENGTH_PAST_END);
	assert_false(lease.is_acs_from_125);
	dhcp_lease_free(&lease);
}

static void test_the_acs_comes_from_option_125_where_43_has_none(void **state)
{
	static const struct ack ack = { .yiaddr = HOST,
		.lease = 60,
		.vi_vendor = { "\0\0\x0d\xe9\x12\x01\x08http://a\x02\x01p\x03\x01"
			       "5"
			       "\x04\x00",
		    23 } };
	struct dhcp_lease lease;

	(void)state;
	assert_int_equal(read_ack(&lease, &ack), 0);

	assert_true(lease.is_acs_from_125);
	assert_true(str_is(lease.acs.url, "http://a"));
	assert_true(str_is(lease.acs.provisioning_code, "p"));
	assert_int_equal(lease.acs.retry_min_wait, 5);
	assert_false(lease.acs.has_multiplier);
	dhcp_lease_free(&lease);
}

static void test_addresses_are_those_that_a_host_may_have(void **state)
{
	static const struct {
		uint32_t address;
		bool is_good;
	} rows[] = {
		{ 0x00ffffff, false },
		{ 0x01000000, true },
		{ 0x7effffff, true },
		{ 0x7f000000, false },
		{ 0x7fffffff, false },
		{ 0x80000000, true },
		{ 0xdfffffff, true },
		{ 0xe0000000, false },
		{ 0xffffffff, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct ack ack = { .yiaddr = rows[i].address, .lease = 1 };
		struct dhcp_lease lease;

		assert_int_equal(read_ack(&lease, &ack),
		    rows[i].is_good ? 0 : ERR_MALFORMED);
		dhcp_lease_free(&lease);
	}
}

/* Sub-options 3 and 4 of option 125, with 0 for "not taken". */
static void test_the_numbers_of_option_125_have_bounds(void **state)
{
	static const struct {
		const char *wait, *multiplier;
		uint32_t taken_wait, taken_multiplier;
	} rows[] = {
		{ "0", "999", 0, 0 },
		{ "1", "1000", 1, 1000 },
		{ "65535", "65535", 65535, 65535 },
		{ "65536", "65536", 0, 0 },
		{ "x", "", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf subs = BUF_NULL, option = BUF_NULL;
		struct ack ack = { .yiaddr = HOST, .lease = 60 };
		struct dhcp_lease lease;

		buf_printf(&subs, "\x01\x08http://a\x03%c%s\x04%c%s",
		    (char)strlen(rows[i].wait), rows[i].wait,
		    (char)strlen(rows[i].multiplier), rows[i].multiplier);
		buf_append(&option, "\0\0\x0d\xe9", 4);
		buf_append_char(&option, (char)subs.len);
		buf_append_str(&option, buf_str(&subs));
		ack.vi_vendor = buf_str(&option);
		assert_int_equal(read_ack(&lease, &ack), 0);
		assert_true(lease.is_acs_from_125);
		assert_int_equal(lease.acs.has_min_wait, rows[i].taken_wait > 0);
		assert_int_equal(lease.acs.retry_min_wait, rows[i].taken_wait);
		assert_int_equal(lease.acs.has_multiplier,
		    rows[i].taken_multiplier > 0);
		assert_int_equal(lease.acs.retry_multiplier, rows[i].taken_multiplier);
		dhcp_lease_free(&lease);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_t1_and_t2_that_make_no_sense_become_the_defaults),
		cmocka_unit_test(test_a_missing_or_odd_mask_is_that_of_the_class),
		cmocka_unit_test(test_an_ack_that_grants_nothing_is_refused),
		cmocka_unit_test(test_addresses_are_those_that_a_host_may_have),
		cmocka_unit_test(test_the_numbers_of_option_125_have_bounds),
		cmocka_unit_test(test_the_acs_comes_from_option_43),
		cmocka_unit_test(test_the_acs_comes_from_option_125_where_43_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
