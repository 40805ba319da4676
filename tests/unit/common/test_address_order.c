#include "tests/unit/unit.h"

#include "agents/common/dial/address_order.h"

#include "lib/base/compiler.h"

#include <arpa/inet.h>
#include <string.h>

enum {
	CHOICES_MAX = 4
};

struct choice { /* as text; from null: no route */
	const char *to, *from;
	bool is_deprecated;
};

static struct endpoint endpoint_of(const char *text)
{
	struct endpoint ret = { .port = 7547 };
	uint32_t four;

	if (inet_pton(AF_INET, text, &four) == 1)
		return endpoint_ipv4(ntohl(four), 7547);
	assert_int_equal(inet_pton(AF_INET6, text, ret.address), 1);
	return ret;
}

static size_t make(const struct choice *rows, struct address_choice *ret)
{
	size_t n = 0;

	for (; n < CHOICES_MAX && rows[n].to; n++) {
		ret[n] = (struct address_choice){ .to = endpoint_of(rows[n].to),
			.has_from = rows[n].from,
			.is_deprecated = rows[n].is_deprecated };
		if (rows[n].from)
			memcpy(ret[n].from, endpoint_of(rows[n].from).address,
			    ENDPOINT_ADDRESS);
	}
	return n;
}

static void assert_order(const struct address_choice *got, size_t n,
    const char *const *expected)
{
	for (size_t i = 0; i < n; i++) {
		struct endpoint due = endpoint_of(expected[i]);

		assert_memory_equal(got[i].to.address, due.address, ENDPOINT_ADDRESS);
	}
}

/* RFC 6724 10.2, each given in either order; its examples of mobile nodes are none of ours.
 * Behind them what the examples do not touch. */
static void test_addresses_are_ordered_as_the_examples(void **state)
{
	static const struct {
		struct choice choices[CHOICES_MAX];
		const char *order[CHOICES_MAX];
	} rows[] = {
		{ { { "2001:db8:1::1", "2001:db8:1::2", false },
		      { "198.51.100.121", "169.254.13.78", false } },
		    { "2001:db8:1::1", "198.51.100.121" } },
		{ { { "2001:db8:1::1", "fe80::1", false },
		      { "198.51.100.121", "198.51.100.117", false } },
		    { "198.51.100.121", "2001:db8:1::1" } },
		{ { { "2001:db8:1::1", "2001:db8:1::2", false },
		      { "10.1.2.3", "10.1.2.4", false } },
		    { "2001:db8:1::1", "10.1.2.3" } },
		{ { { "2001:db8:1::1", "2001:db8:1::2", false },
		      { "fe80::1", "fe80::2", false } },
		    { "fe80::1", "2001:db8:1::1" } },
		{ { { "2001:db8:1::1", "2001:db8:1::2", false },
		      { "fe80::1", "fe80::2", true } },
		    { "2001:db8:1::1", "fe80::1" } },
		{ { { "2001:db8:1::1", "2001:db8:1::2", false },
		      { "2001:db8:3ffe::1", "2001:db8:3f44::2", false } },
		    { "2001:db8:1::1", "2001:db8:3ffe::1" } },
		{ { { "2002:c633:6401::1", "2002:c633:6401::2", false },
		      { "2001:db8:1::1", "2002:c633:6401::2", false } },
		    { "2002:c633:6401::1", "2001:db8:1::1" } },
		{ { { "2002:c633:6401::1", "2002:c633:6401::2", false },
		      { "2001:db8:1::1", "2001:db8:1::2", false } },
		    { "2001:db8:1::1", "2002:c633:6401::1" } },
		/* No route, rule 1. */
		{ { { "2001:db8::1", NULL, false }, { "10.0.0.1", "10.0.0.2", false } },
		    { "10.0.0.1", "2001:db8::1" } },
		/* A local address of IPv6 goes behind IPv4, rule 6. */
		{ { { "fd77::1", "fd77::2", false },
		      { "10.0.0.1", "10.0.0.2", false } },
		    { "10.0.0.1", "fd77::1" } },
		{ { { "::1", "::1", false }, { "127.0.0.1", "127.0.0.1", false } },
		    { "::1", "127.0.0.1" } },
		{ { { "3ffe::1", "2001:db8::2", false },
		      { "2001::1", "2001:db8::2", false } },
		    { "2001::1", "3ffe::1" } },
		{ { { "fec0::1", "fec0::2", false },
		      { "fc00::1", "2001:db8::2", false } },
		    { "fec0::1", "fc00::1" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct choice turned[CHOICES_MAX] = { rows[i].choices[1],
			rows[i].choices[0] };
		struct address_choice got[CHOICES_MAX];
		size_t n = make(rows[i].choices, got);

		address_order(got, n);
		assert_order(got, n, rows[i].order);
		n = make(turned, got);
		address_order(got, n);
		assert_order(got, n, rows[i].order);
	}
}

static void test_what_no_rule_tells_apart_keeps_its_order(void **state)
{
	static const struct {
		struct choice choices[CHOICES_MAX];
		const char *order[CHOICES_MAX];
	} rows[] = {
		/* More bits in common make no address of IPv4 nearer. */
		{ { { "10.0.0.9", "10.0.0.8", false },
		      { "10.0.0.1", "10.0.0.2", false },
		      { "192.0.2.1", "10.0.0.2", false } },
		    { "10.0.0.9", "10.0.0.1", "192.0.2.1" } },
		/* Nor do those behind the first 64. */
		{ { { "2001:db8::ff00:1", "2001:db8::2", false },
		      { "2001:db8::3", "2001:db8::2", false } },
		    { "2001:db8::ff00:1", "2001:db8::3" } },
		{ { { "10.0.0.1", NULL, false }, { "10.0.0.2", NULL, false } },
		    { "10.0.0.1", "10.0.0.2" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct address_choice got[CHOICES_MAX];
		size_t n = make(rows[i].choices, got);

		address_order(got, n);
		assert_order(got, n, rows[i].order);
	}
}

static void test_families_take_turns_behind_the_first(void **state)
{
	static const struct {
		struct choice choices[CHOICES_MAX];
		const char *order[CHOICES_MAX];
	} rows[] = {
		{ { { "2001:db8::1", NULL, false }, { "2001:db8::2", NULL, false },
		      { "10.0.0.1", NULL, false }, { "10.0.0.2", NULL, false } },
		    { "2001:db8::1", "10.0.0.1", "2001:db8::2", "10.0.0.2" } },
		{ { { "10.0.0.1", NULL, false }, { "10.0.0.2", NULL, false },
		      { "10.0.0.3", NULL, false }, { "2001:db8::1", NULL, false } },
		    { "10.0.0.1", "2001:db8::1", "10.0.0.2", "10.0.0.3" } },
		{ { { "10.0.0.1", NULL, false }, { "10.0.0.2", NULL, false } },
		    { "10.0.0.1", "10.0.0.2" } },
		{ { { "10.0.0.1", NULL, false } }, { "10.0.0.1" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct address_choice got[CHOICES_MAX];
		size_t n = make(rows[i].choices, got);

		address_interleave(got, n);
		assert_order(got, n, rows[i].order);
	}
}

static void test_endpoints_are_written_as_urls_have_them(void **state)
{
	static const char *const rows[][2] = {
		{ "10.0.0.1", "10.0.0.1:7547" },
		{ "2001:db8::1", "[2001:db8::1]:7547" },
		{ "::1", "[::1]:7547" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct endpoint endpoint = endpoint_of(rows[i][0]);
		char text[ENDPOINT_TEXT_MAX];

		assert_string_equal(endpoint_text(&endpoint, text), rows[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses_are_ordered_as_the_examples),
		cmocka_unit_test(test_what_no_rule_tells_apart_keeps_its_order),
		cmocka_unit_test(test_families_take_turns_behind_the_first),
		cmocka_unit_test(test_endpoints_are_written_as_urls_have_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
