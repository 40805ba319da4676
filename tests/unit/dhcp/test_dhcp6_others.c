/* A DHCPv6 client and what servers of other people have sent. */
#include "tests/unit/dhcp/dhcp6_world.h"

#include "lib/base/text.h"

#include <stdio.h>

#define TAKEN_IDS                                       \
	"0001000a00030001020000000001" /* the client */ \
	"0002000a000300010200000000fe"
#define TAKEN_LEASE                                                     \
	"0003002800000001 00000708 00000c4e" /* T1 1800 s, T2 3150 s */ \
	"00050018 20010db8000000000000000000000184 00000e10 00000e10"   \
	"000d0009 0000 73756363657373" /* "success" */
#define TAKEN_DNS "00170010 20010db8000000000000000000000001"

/* Takes the bytes of an answer, with the number of what was asked. */
static void take(struct world *w, const char *hex)
{
	struct dhcp6_packet packet;
	uint8_t bytes[512];
	int n = hex_parse(str_of(hex), bytes, sizeof(bytes));

	assert_true(n > 4);
	put_u16(bytes + 2, (uint16_t)w->client.xid);
	bytes[1] = (uint8_t)(w->client.xid >> 16);
	assert_int_equal(dhcp6_parse(&packet, bytes, (size_t)n, NULL), 0);
	step(w, DHCP6_CLIENT_PACKET, &packet);
}

/* As dnsmasq 2.90 sent them, with dhcp-authoritative and an ACS in option 17. */
static void test_answers_of_dnsmasq_lease_an_address(void **state)
{
	static const char option_17[] =
	    "00110026 00000de9 0001001e"
	    "687474703a2f2f5b323030313a6462383a3a315d3a373534372f63776d70";
	char advertise_hex[600], reply_hex[600];
	struct dhcp6_lease *lease;
	struct world w;

	(void)state;
	(void)snprintf(advertise_hex, sizeof(advertise_hex), "02000000%s%s%s%s%s",
	    TAKEN_IDS, TAKEN_LEASE, "00070001ff", option_17, TAKEN_DNS);
	(void)snprintf(reply_hex, sizeof(reply_hex), "07000000%s%s%s%s", TAKEN_IDS,
	    TAKEN_LEASE, option_17, TAKEN_DNS);
	solicit(&w);
	take(&w, advertise_hex);
	assert_int_equal(w.sent.type, DHCP6_REQUEST);
	take(&w, reply_hex);
	lease = &w.client.lease;
	assert_int_equal(w.client.state, DHCP6_CLIENT_BOUND);
	assert_int_equal(lease->address[15], 0x84);
	assert_int_equal(lease->t1_s, 1800);
	assert_int_equal(lease->t2_s, 3150);
	assert_int_equal(lease->valid_s, 3600);
	assert_int_equal(lease->n_dns, 1);
	assert_int_equal(lease->dns[0][15], 1);
	assert_true(str_is(lease->acs.url, "http://[2001:db8::1]:7547/cwmp"));
	step(&w, DHCP6_CLIENT_STOP, NULL);
	assert_int_equal(w.sent.type, DHCP6_RELEASE);
}

static void test_an_answer_of_dnsmasq_tells_the_rest(void **state)
{
	struct world w;

	(void)state;
	start(&w, DHCP6_CLIENT_ASK);
	wait_for_timer(&w);
	take(&w, "07000000" TAKEN_IDS "00110021 00000de9 0001001968747470733a2f2f"
		 "6163732e6c61623a373534382f63776d70" TAKEN_DNS "0020000400015180");
	assert_int_equal(w.client.state, DHCP6_CLIENT_INFORMED);
	assert_true(str_is(w.client.lease.acs.url, "https://acs.lab:7548/cwmp"));
	assert_int_equal(w.client.lease.n_dns, 1);
	assert_true(w.client.timer_at == w.now + 86400 * S);
	dhcp6_client_free(&w.client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers_of_dnsmasq_lease_an_address),
		cmocka_unit_test(test_an_answer_of_dnsmasq_tells_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
