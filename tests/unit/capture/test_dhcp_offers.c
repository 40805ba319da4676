/* capture/record/dhcp_offers: what the servers of a segment offer one client. */
#include "tests/unit/unit.h"

#include "capture/record/dhcp_offers.h"

#include "lib/base/compiler.h"

enum {
	ONE = 0x0a000002,
	OTHER = 0x0a000042,
	THIRD = 0x0a000004
};

static struct dhcp_offer an_offer(uint32_t server, uint32_t giaddr, uint32_t address)
{
	return (struct dhcp_offer){ .server = server,
		.giaddr = giaddr,
		.address = address,
		.mask = 0xffffff00,
		.routers = { 0x0a000001 },
		.n_routers = 1,
		.is_readable = true };
}

/* Two relays of a segment with two networks ask one server, whose words say by which it was asked. */
static void test_what_two_relays_bring_does_not_contradict_itself(void **state)
{
	static const struct {
		const char *what;
		uint32_t giaddr_a, giaddr_b, vlan_a, vlan_b;
		unsigned differ;
	} rows[] = {
		{ "no relay", 0, 0, 0, 0, OFFERS_OF_SUBNET },
		{ "one relay", 0x0a090001, 0x0a090001, 0, 0, OFFERS_OF_SUBNET },
		{ "both sides of it", 0x0a090001, 0x0a090001, 10, 99,
		    OFFERS_OF_SUBNET },
		{ "two relays", 0x0a090001, 0x0a080001, 0, 0, 0 },
		{ "a relay, and a server of the segment", 0x0a090001, 0, 99, 10,
		    OFFERS_OF_SUBNET },
		{ "one VLAN", 0, 0, 10, 10, OFFERS_OF_SUBNET },
		{ "two VLANs", 0, 0, 10, 20, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dhcp_offer a = an_offer(ONE, rows[i].giaddr_a, 0x0a090064);
		struct dhcp_offer b = an_offer(OTHER, rows[i].giaddr_b, 0x0a080064);

		a.vlan = rows[i].vlan_a;
		b.vlan = rows[i].vlan_b;
		if (dhcp_offers_differ(&a, &b) != rows[i].differ)
			fail_msg("%s", rows[i].what);
		b.server = a.server;
		assert_int_equal(dhcp_offers_differ(&a, &b), 0);
	}
}

static void test_a_mask_that_is_another_one_is_another_subnet(void **state)
{
	struct dhcp_offer a = an_offer(ONE, 0, 0x0a000064);
	struct dhcp_offer b = an_offer(OTHER, 0, 0x0a000065);

	(void)state;
	assert_int_equal(dhcp_offers_differ(&a, &b), 0);
	b.mask = 0xffff0000;
	assert_int_equal(dhcp_offers_differ(&a, &b), OFFERS_OF_SUBNET);
	b.mask = 0;
	assert_int_equal(dhcp_offers_differ(&a, &b), 0);
}

static void test_what_cannot_be_read_is_no_other_acs(void **state)
{
	struct dhcp_offer a = an_offer(ONE, 0, 0x0a000064);
	struct dhcp_offer b = an_offer(OTHER, 0, 0x0a000065);

	(void)state;
	(void)strcpy(a.acs, "http://acs/");
	assert_int_equal(dhcp_offers_differ(&a, &b), OFFERS_OF_ACS);
	b.is_readable = false;
	assert_int_equal(dhcp_offers_differ(&a, &b), 0);
}

/* ---- an exchange ---------------------------------------------------------------------- */

static const clock_ns START = 1000 * NS_PER_S;

static void note(struct dhcp_exchange *exchange, enum lease_step step, uint32_t server,
    uint64_t frame, uint32_t xid, clock_ns time)
{
	struct dhcp_record record = { .step = step,
		.server = server,
		.frame = { .number = frame, .time = time } };
	static struct dhcp_packet packet;

	packet = (struct dhcp_packet){ .xid = xid,
		.yiaddr = 0x0a000064,
		.chaddr = { 2, 0, 0, 0, 0, 1 } };
	dhcp_exchange_note(exchange, &record, &packet);
}

static void test_the_first_two_servers_are_kept_and_who_was_taken(void **state)
{
	struct dhcp_exchange exchange = { .xid = 0 };

	(void)state;
	note(&exchange, LEASE_SOUGHT, 0, 1, 7, START);
	assert_int_equal(exchange.n_offers, 0);
	note(&exchange, LEASE_OFFERED, ONE, 2, 7, START);
	note(&exchange, LEASE_OFFERED, ONE, 3, 7, START);
	assert_int_equal(exchange.n_offers, 1);
	assert_int_equal(exchange.offers[0].frame.number, 2);
	note(&exchange, LEASE_OFFERED, OTHER, 4, 7, START);
	note(&exchange, LEASE_OFFERED, OTHER, 5, 7, START);
	assert_int_equal(exchange.n_offers, 2);
	assert_int_equal(exchange.offers[1].frame.number, 4);
	/* They agree, so that a third one may say something new. */
	note(&exchange, LEASE_OFFERED, THIRD, 6, 7, START);
	assert_int_equal(exchange.offers[1].server, THIRD);
	note(&exchange, LEASE_ASKED, ONE, 7, 7, START);
	note(&exchange, LEASE_ASKED, OTHER, 8, 7, START);
	assert_int_equal(exchange.taken, ONE);
	assert_int_equal(exchange.asked.number, 7);
}

static void test_another_number_or_another_time_is_another_exchange(void **state)
{
	static const clock_ns LAST = START + OFFERS_WITHIN_S * NS_PER_S;
	static const struct {
		uint32_t xid;
		clock_ns time;
		unsigned n_offers;
	} rows[] = { { 7, LAST, 2 }, { 7, LAST + 1, 1 }, { 8, START, 1 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dhcp_exchange exchange = { .xid = 0 };

		note(&exchange, LEASE_OFFERED, ONE, 2, 7, START);
		note(&exchange, LEASE_OFFERED, OTHER, 3, rows[i].xid, rows[i].time);
		assert_int_equal(exchange.n_offers, rows[i].n_offers);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_two_relays_bring_does_not_contradict_itself),
		cmocka_unit_test(test_a_mask_that_is_another_one_is_another_subnet),
		cmocka_unit_test(test_what_cannot_be_read_is_no_other_acs),
		cmocka_unit_test(test_the_first_two_servers_are_kept_and_who_was_taken),
		cmocka_unit_test(
		    test_another_number_or_another_time_is_another_exchange),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
