#include "tests/unit/unit.h"

#include "agents/cpe/dhcp6/net6.h"

#include "lib/base/compiler.h"

#include <string.h>

#define S NS_PER_S

enum {
	ADDRESSES_MAX = 3
};

/* An address is told by its last byte; 0: none. */
struct there {
	uint8_t last;
	char kind; /* L: link-local, G: global */
	char flag; /* T: tentative, D: duplicate, O: old, t: temporary, 0: none */
};

static size_t make(const struct there *rows, struct place6_address *ret)
{
	size_t n = 0;

	for (; n < ADDRESSES_MAX && rows[n].last; n++)
		ret[n] = (struct place6_address){ .bytes = { [15] = rows[n].last },
			.prefix = 64,
			.is_link_local = rows[n].kind == 'L',
			.is_tentative = rows[n].flag == 'T',
			.is_duplicate = rows[n].flag == 'D',
			.is_deprecated = rows[n].flag == 'O',
			.is_temporary = rows[n].flag == 't' };
	return n;
}

static void hear(struct net6 *net, bool is_managed, bool has_other, clock_ns now)
{
	const struct router_advert advert = { .is_managed = is_managed,
		.has_other = has_other,
		.lifetime_s = 1800 };
	const uint8_t router[PLACE_ADDRESS6] = { 0xfe, 0x80, [15] = 0xfe };

	net6_hear(net, &advert, router, now);
}

/* The mode is known since 100 s; a lease is of ::9, and told: 1 s, or it is not there. */
static void test_when_a_host_is_ready_is_as_the_table_says(void **state)
{
	static const struct {
		const char *name;
		enum net6_mode mode;
		bool is_leased, is_told;
		clock_ns now; /* s */
		struct there there[ADDRESSES_MAX];
		bool is_linked, is_missing, is_conflict, is_ready;
		enum net6_origin origin;
		uint8_t last;
		clock_ns due; /* s; 0: never */
	} rows[] = {
		{ "nothing", NET6_UNKNOWN, false, false, 100, { { 0, 0, 0 } }, false,
		    false, false, false, NET6_NOWHERE, 0, 0 },
		{ "a link", NET6_UNKNOWN, false, false, 100, { { 1, 'L', 0 } }, true,
		    false, false, false, NET6_NOWHERE, 0, 0 },
		{ "a link that may be another's", NET6_ALONE, false, false, 100,
		    { { 1, 'L', 'T' } }, false, false, false, false, NET6_NOWHERE, 0,
		    0 },
		{ "an address before a router has spoken", NET6_UNKNOWN, false, false,
		    100, { { 1, 'L', 0 }, { 2, 'G', 0 } }, true, false, false, false,
		    NET6_NOWHERE, 0, 0 },
		{ "a prefix alone", NET6_ALONE, false, false, 100,
		    { { 1, 'L', 0 }, { 2, 'G', 0 } }, true, false, false, true,
		    NET6_SLAAC, 2, 0 },
		{ "one that may be another's", NET6_ALONE, false, false, 100,
		    { { 1, 'L', 0 }, { 2, 'G', 'T' } }, true, false, false, false,
		    NET6_NOWHERE, 0, 0 },
		{ "old and temporary ones are passed over", NET6_ALONE, false, false,
		    100, { { 2, 'G', 'O' }, { 3, 'G', 't' }, { 4, 'G', 0 } }, false,
		    false, false, true, NET6_SLAAC, 4, 0 },
		{ "the rest is awaited", NET6_OTHER, false, false, 109,
		    { { 1, 'L', 0 }, { 2, 'G', 0 } }, true, false, false, false,
		    NET6_NOWHERE, 0, 110 },
		{ "and not for ever", NET6_OTHER, false, false, 110,
		    { { 1, 'L', 0 }, { 2, 'G', 0 } }, true, false, false, true,
		    NET6_SLAAC, 2, 0 },
		{ "the rest is there", NET6_OTHER, false, true, 100,
		    { { 1, 'L', 0 }, { 2, 'G', 0 } }, true, false, false, true,
		    NET6_SLAAC, 2, 0 },
		{ "a lease is awaited", NET6_MANAGED, false, false, 109,
		    { { 1, 'L', 0 }, { 2, 'G', 0 } }, true, false, false, false,
		    NET6_NOWHERE, 0, 110 },
		{ "and not for ever, either", NET6_MANAGED, false, false, 110,
		    { { 1, 'L', 0 }, { 2, 'G', 0 } }, true, false, false, true,
		    NET6_SLAAC, 2, 0 },
		{ "a lease", NET6_MANAGED, true, false, 100,
		    { { 1, 'L', 0 }, { 2, 'G', 0 }, { 9, 'G', 0 } }, true, false, false,
		    true, NET6_DHCP, 9, 0 },
		{ "a lease that may be another's", NET6_MANAGED, true, false, 100,
		    { { 1, 'L', 0 }, { 9, 'G', 'T' } }, true, false, false, false,
		    NET6_NOWHERE, 0, 0 },
		{ "a lease that is another's", NET6_MANAGED, true, false, 100,
		    { { 1, 'L', 0 }, { 9, 'G', 'D' } }, true, false, true, false,
		    NET6_NOWHERE, 0, 0 },
		{ "a lease that the link has lost", NET6_MANAGED, true, false, 100,
		    { { 1, 'L', 0 } }, true, true, false, false, NET6_NOWHERE, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dhcp6_client client = { .lease = { .has_address =
							      rows[i].is_leased,
						   .address = { [15] = 9 },
						   .server_len = rows[i].is_told } };
		const struct net6 net = { .mode = rows[i].mode, .begun_at = 100 * S };
		struct place6_address there[ADDRESSES_MAX];
		size_t n = make(rows[i].there, there);
		struct net6_sight got =
		    net6_look(&net, &client, there, n, rows[i].now * S);

		print_message("%s\n", rows[i].name);
		assert_int_equal(got.is_linked, rows[i].is_linked);
		assert_int_equal(got.is_missing, rows[i].is_missing);
		assert_int_equal(got.is_conflict, rows[i].is_conflict);
		assert_int_equal(got.is_ready, rows[i].is_ready);
		assert_int_equal(got.origin, rows[i].origin);
		assert_int_equal(got.address[15], rows[i].last);
		assert_true(got.due == (rows[i].due ? rows[i].due * S : INT64_MAX));
	}
}

/* The kernel takes off an address that it finds with another host; and all of them where the
 * link is down. */
static void test_an_address_that_vanishes_while_it_is_tried_is_anothers(void **state)
{
	static const struct {
		struct there there[ADDRESSES_MAX];
		bool is_trying, is_conflict, is_missing;
	} rows[] = {
		{ { { 1, 'L', 0 } }, true, true, true },
		{ { { 1, 'L', 0 } }, false, false, true },
		{ { { 0, 0, 0 } }, true, false, true },
		{ { { 1, 'L', 0 }, { 9, 'G', 'T' } }, true, false, false },
		{ { { 1, 'L', 0 }, { 9, 'G', 'D' } }, false, true, false },
	};
	const struct dhcp6_client client = { .lease = { .has_address = true,
						 .address = { [15] = 9 } } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct net6 net = { .mode = NET6_MANAGED,
			.is_trying = rows[i].is_trying };
		struct place6_address there[ADDRESSES_MAX];
		size_t n = make(rows[i].there, there);
		struct net6_sight got = net6_look(&net, &client, there, n, 1 * S);

		assert_int_equal(got.is_conflict, rows[i].is_conflict);
		assert_int_equal(got.is_missing, rows[i].is_missing);
	}
}

static void test_routers_say_how_and_take_nothing_back(void **state)
{
	struct net6 net = { .mode = NET6_UNKNOWN };

	(void)state;
	hear(&net, false, false, 1 * S);
	assert_int_equal(net.mode, NET6_ALONE);
	hear(&net, false, true, 2 * S);
	assert_int_equal(net.mode, NET6_OTHER);
	assert_true(net.begun_at == 2 * S);
	hear(&net, true, false, 3 * S);
	assert_int_equal(net.mode, NET6_MANAGED);
	hear(&net, false, false, 4 * S);
	assert_int_equal(net.mode, NET6_MANAGED);
	assert_true(net.begun_at == 3 * S);
	assert_int_equal(net.router[15], 0xfe);
}

static void test_without_a_router_dhcpv6_is_tried_all_the_same(void **state)
{
	struct net6 net = { .mode = NET6_UNKNOWN };

	(void)state;
	net6_hear_nobody(&net, 12 * S);
	assert_int_equal(net.mode, NET6_MANAGED);
	net = (struct net6){ .mode = NET6_ALONE };
	net6_hear_nobody(&net, 12 * S);
	assert_int_equal(net.mode, NET6_ALONE);
}

static void test_servers_of_dhcpv6_stand_before_the_routers_each_once(void **state)
{
	const struct net6 net = { .n_routers = 2,
		.routers = { { .n_dns = 2, .dns = { { 1 }, { 2 } } },
		    { .n_dns = 2, .dns = { { 1 }, { 3 } } } } };
	const struct dhcp6_lease lease = { .n_dns = 2,
		.dns = { { 7 }, { 2 } },
		.domain = "lab" };
	static const uint8_t due[] = { 7, 2, 1, 3 };
	struct place_net6 got;

	(void)state;
	net6_names(&net, &lease, &got);
	assert_int_equal(got.n_dns, PLACE_DNS6_MAX);
	for (size_t i = 0; i < ARRAY_LEN(due); i++)
		assert_int_equal(got.dns[i][0], due[i]);
	assert_string_equal(got.domain, "lab");
}

/* What router last names: n servers, of which the first is .first, for seconds. */
static void name(struct net6 *net, uint8_t last, uint8_t n, uint8_t first,
    uint32_t seconds, clock_ns now)
{
	struct router_advert advert = { .n_dns = n,
		.dns_lifetime_s = n > 0 ? seconds : 0 };
	const uint8_t router[PLACE_ADDRESS6] = { 0xfe, 0x80, [15] = last };

	for (uint8_t i = 0; i < n; i++)
		advert.dns[i][0] = (uint8_t)(first + i);
	net6_hear(net, &advert, router, now);
}

static void expect_names(const struct net6 *net, const char *due)
{
	static const struct dhcp6_lease none;
	char text[PLACE_DNS6_MAX + 1] = "";
	struct place_net6 got;

	net6_names(net, &none, &got);
	for (size_t i = 0; i < got.n_dns; i++)
		text[i] = (char)got.dns[i][0];
	assert_string_equal(text, due);
}

static void test_each_router_names_servers_of_its_own(void **state)
{
	struct net6 net = { .mode = NET6_UNKNOWN };

	(void)state;
	name(&net, 1, 1, 'a', 100, 1 * S);
	name(&net, 2, 2, 'b', 50, 2 * S);
	expect_names(&net, "abc");
	name(&net, 1, 1, 'a', 100, 3 * S); /* again, and nothing is new */
	expect_names(&net, "abc");
	name(&net, 1, 1, 'z', 100, 4 * S);
	expect_names(&net, "zbc");
	name(&net, 1, 0, 0, 0, 5 * S); /* takes back its own */
	expect_names(&net, "bc");
	name(&net, 3, 1, 'd', UINT32_MAX, 51 * S);
	expect_names(&net, "bcd");
	name(&net, 3, 1, 'd', UINT32_MAX, 52 * S); /* 50 s after router 2 */
	expect_names(&net, "d");
}

static void test_a_flood_of_routers_changes_nothing(void **state)
{
	struct net6 net = { .mode = NET6_UNKNOWN };

	(void)state;
	name(&net, 1, 1, 'a', UINT32_MAX, 1 * S);
	name(&net, 2, 1, 'b', 1800, 1 * S);
	name(&net, 3, 1, 'c', 1800, 1 * S);
	for (unsigned i = 4; i < 255; i++)
		name(&net, (uint8_t)i, i % 2, 'd', 1800, 2 * S);
	expect_names(&net, "abcd");
	name(&net, 255, 1, 'e', 1800, 3 * S); /* there is no room for */
	expect_names(&net, "abcd");
	for (unsigned i = 4; i < 255; i++)
		name(&net, (uint8_t)i, i == 5, 'd', 1800, 4 * S);
	expect_names(&net, "abcd");
	name(&net, 1, 1, 'a', 1800, 1805 * S);
	expect_names(&net, "a");
}

/* A line of if_inet6 each: n of a prefix, and behind them what everything hangs on. */
static void test_prefixes_do_not_push_out_what_is_leased(void **state)
{
	static const struct {
		unsigned prefixes;
		size_t n;
	} rows[] = { { 0, 2 }, { 1, 3 }, { 24, 26 }, { 25, 26 }, { 3000, 26 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct place6_address got[PLACE6_ADDRESSES_MAX];
		FILE *file = tmpfile();

		assert_non_null(file);
		for (unsigned k = 0; k < rows[i].prefixes; k++)
			(void)fprintf(file,
			    "20010db8%08x0000000000000001 02 40 00 00     eth0\n", k);
		(void)fputs("20010db8000000000000000000000003 03 80 00 80     eth1\n"
			    "20010db8000000000000000000000002 02 80 00 00     eth0\n"
			    "fe8000000000000000000000000000fe 02 40 20 80     eth0\n",
		    file);
		rewind(file);
		assert_int_equal(place6_read(file, 2, got), rows[i].n);
		(void)fclose(file);
		assert_int_equal(got[rows[i].n - 2].bytes[15], 2);
		assert_int_equal(got[rows[i].n - 1].bytes[15], 0xfe);
		assert_true(got[rows[i].n - 1].is_link_local);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_when_a_host_is_ready_is_as_the_table_says),
		cmocka_unit_test(
		    test_an_address_that_vanishes_while_it_is_tried_is_anothers),
		cmocka_unit_test(test_routers_say_how_and_take_nothing_back),
		cmocka_unit_test(test_without_a_router_dhcpv6_is_tried_all_the_same),
		cmocka_unit_test(
		    test_servers_of_dhcpv6_stand_before_the_routers_each_once),
		cmocka_unit_test(test_each_router_names_servers_of_its_own),
		cmocka_unit_test(test_a_flood_of_routers_changes_nothing),
		cmocka_unit_test(test_prefixes_do_not_push_out_what_is_leased),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
