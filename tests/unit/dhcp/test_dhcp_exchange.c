/* Client and server joined without a socket, on a clock that jumps from timer to timer. */
#include "tests/unit/unit.h"

#include "agents/cpe/dhcp/dhcp_client.h"
#include "agents/lessor/server.h"

#define S      NS_PER_S
#define SERVER 0xc0000202u
#define FIRST  0xc0000264u

enum {
	SEEN_MAX = 64
};

struct exchange {
	struct pool_config pool;
	struct dhcp_server *server;
	struct dhcp_client client;
	struct rng rng;
	clock_ns now;
	bool is_cut;     /* messages are lost */
	bool is_routed;  /* only unicast is lost: the server moved */
	uint32_t in_use; /* this address has another owner */
	char seen[SEEN_MAX];
	size_t n_seen;
	char why[64]; /* of the last action that had one */
};

static const char OPTION_43[] = "\x01\x07x/y u p";

static void exchange_up(struct exchange *x, unsigned probes, uint32_t lease_s)
{
	struct dhcp_client_config client = {
		.mac = { 2, 0, 0, 0, 0, 1 },
		.host_name = "cpe1",
		.probes = probes,
	};
	struct server_config config = {
		.address = SERVER,
		.pools = &x->pool,
		.n_pools = 1,
		.offer_hold = 10 * S,
		.decline_hold = 600 * S,
	};

	memset(x, 0, sizeof(*x));
	x->pool = (struct pool_config){
		.first = FIRST,
		.last = FIRST + 9,
		.subnet = SERVER,
		.prefix = 24,
		.lease_s = lease_s,
		.option_43 = { OPTION_43, sizeof(OPTION_43) - 1 },
	};
	x->rng = rng_make(1, 1);
	x->now = 1000 * S;
	assert_int_equal(dhcp_server_new(&x->server, &config, NULL), 0);
	dhcp_client_init(&x->client, &client);
}

static void exchange_down(struct exchange *x)
{
	dhcp_client_free(&x->client);
	dhcp_server_free(x->server);
}

static void see(struct exchange *x, char c)
{
	assert_true(x->n_seen < SEEN_MAX - 1);
	x->seen[x->n_seen++] = c;
	x->seen[x->n_seen] = '\0';
}

static void step(struct exchange *x, enum dhcp_client_event event,
    const struct dhcp_packet *packet);

/* The wire and the server: upper-case letters are the client's messages (Discover,
 * reQuest, deCline, reLease), lower-case ones the server's (offer, ack, nak). */
static void carry(struct exchange *x, const struct dhcp_client_action *action,
    const struct dhcp_builder *message)
{
	static const char letters[] = "?DoQCanL";
	struct dhcp_packet request, reply_packet;
	struct dhcp_reply reply;

	assert_int_equal(dhcp_parse(&request, message->bytes, message->len, NULL), 0);
	see(x, letters[request.message_type]);
	if (x->is_cut || (x->is_routed && action->what == DHCP_CLIENT_UNICAST))
		return;
	if (dhcp_server_decide(x->server, &request, x->now, &reply) != SERVER_REPLIES)
		return;
	see(x, letters[reply.type]);
	assert_int_equal(dhcp_parse(&reply_packet, reply.message.bytes,
			     reply.message.len, NULL),
	    0);
	step(x, DHCP_CLIENT_PACKET, &reply_packet);
}

/* '?': a probe, '!': configured, '+': extended, '-': lost, 'x': refused, 'c': declined,
 * 'i': an offer ignored. */
static void step(struct exchange *x, enum dhcp_client_event event,
    const struct dhcp_packet *packet)
{
	struct dhcp_client_actions actions;

	dhcp_client_step(&x->client, event, packet, x->now, &x->rng, &actions);
	for (size_t i = 0; i < actions.len; i++) {
		const struct dhcp_client_action *action = &actions.items[i];

		if (action->why[0])
			memcpy(x->why, action->why, sizeof(x->why));
		switch (action->what) {
		case DHCP_CLIENT_BROADCAST:
		case DHCP_CLIENT_UNICAST:
			carry(x, action, &actions.message);
			break;
		case DHCP_CLIENT_PROBE:
			see(x, '?');
			if (action->address == x->in_use)
				step(x, DHCP_CLIENT_CONFLICT, NULL);
			break;
		case DHCP_CLIENT_CONFIGURE:
			see(x, action->is_renewal ? '+' : '!');
			break;
		case DHCP_CLIENT_LOST:
			see(x, '-');
			break;
		case DHCP_CLIENT_NAKED:
			see(x, 'x');
			break;
		case DHCP_CLIENT_DECLINED:
			see(x, 'c');
			break;
		case DHCP_CLIENT_IGNORED:
			see(x, 'i');
			break;
		}
	}
}

/* Lets the clock jump to the client's timer n times. */
static void run_timers(struct exchange *x, int n)
{
	while (n-- > 0) {
		assert_true(x->client.timer_at != INT64_MAX);
		assert_true(x->client.timer_at >= x->now);
		x->now = x->client.timer_at;
		step(x, DHCP_CLIENT_TIMER, NULL);
	}
}

static void expect(struct exchange *x, const char *seen)
{
	assert_string_equal(x->seen, seen);
	x->n_seen = 0;
	x->seen[0] = '\0';
}

static void boot(struct exchange *x, const char *seen)
{
	step(x, DHCP_CLIENT_START, NULL);
	if (x->client.state == DHCP_CLIENT_PROBING)
		run_timers(x, 1);
	expect(x, seen);
	assert_int_equal(x->client.state, DHCP_CLIENT_BOUND);
}

static void test_discover_to_ack_gives_the_whole_lease(void **state)
{
	const struct dhcp_lease *lease;
	struct exchange x;

	(void)state;
	exchange_up(&x, 1, 3600);

	boot(&x, "DoQa?!");

	lease = &x.client.lease;
	assert_int_equal(lease->address, FIRST);
	assert_int_equal(lease->prefix, 24);
	assert_int_equal(lease->server, SERVER);
	assert_int_equal(lease->lease_s, 3600);
	assert_int_equal(lease->acs.layout, OPT43_COMWARE);
	assert_true(str_is(lease->acs.username, "u"));
	assert_int_equal(x.client.timer_at, 1000 * S + 1800 * S);
	exchange_down(&x);
}

static void test_a_lease_is_renewed_at_t1(void **state)
{
	struct exchange x;

	(void)state;
	exchange_up(&x, 0, 3600);
	boot(&x, "DoQa!");

	run_timers(&x, 1);
	expect(&x, "Qa+");
	assert_int_equal(x.now, 1000 * S + 1800 * S);
	assert_int_equal(x.client.state, DHCP_CLIENT_BOUND);
	assert_int_equal(x.client.lease.expires_at, x.now + 3600 * S);
	x.now += S;
	step(&x, DHCP_CLIENT_RENEW, NULL);
	expect(&x, "Qa+");
	exchange_down(&x);
}

/* No lease is so short that the server is asked more than once a second. */
static void test_a_lease_of_a_second_is_asked_for_once_a_second(void **state)
{
	struct exchange x;

	(void)state;
	exchange_up(&x, 0, 1);
	boot(&x, "DoQa!");
	for (int i = 1; i <= 5; i++) {
		run_timers(&x, 1);
		expect(&x, "-DoQa!");
		assert_int_equal(x.now, 1000 * S + i * S);
	}
	exchange_down(&x);

	exchange_up(&x, 0, 2);
	boot(&x, "DoQa!");
	run_timers(&x, 1);
	expect(&x, "Qa+");
	assert_int_equal(x.now, 1001 * S);
	exchange_down(&x);
}

static void test_a_lease_is_rebound_at_t2_when_unicast_fails(void **state)
{
	struct exchange x;

	(void)state;
	exchange_up(&x, 0, 3600);
	boot(&x, "DoQa!");

	x.is_routed = true;
	run_timers(&x, 1);
	expect(&x, "Q");
	assert_int_equal(x.client.state, DHCP_CLIENT_RENEWING);
	while (x.client.state == DHCP_CLIENT_RENEWING)
		run_timers(&x, 1);
	assert_int_equal(x.now, 1000 * S + 3150 * S);
	assert_string_equal(x.seen + x.n_seen - 3, "Qa+");
	assert_int_equal(x.client.state, DHCP_CLIENT_BOUND);
	exchange_down(&x);
}

static void test_a_lease_expires_when_nobody_answers(void **state)
{
	struct exchange x;

	(void)state;
	exchange_up(&x, 0, 3600);
	boot(&x, "DoQa!");

	x.is_cut = true;
	while (x.client.lease.address)
		run_timers(&x, 1);
	assert_int_equal(x.now, 1000 * S + 3600 * S);
	assert_string_equal(x.seen + x.n_seen - 2, "-D");
	assert_string_equal(x.why, "the lease expired");
	assert_int_equal(x.client.state, DHCP_CLIENT_SELECTING);
	x.is_cut = false;
	x.n_seen = 0;
	run_timers(&x, 1);
	expect(&x, "DoQa!");
	exchange_down(&x);
}

static void test_a_refused_renewal_starts_again(void **state)
{
	struct lease_view other = { .address = FIRST,
		.mac = { 2, 0, 0, 0, 0, 9 },
		.client = STR("h\1other"),
		.expires_at = INT64_MAX };
	struct exchange x;

	(void)state;
	exchange_up(&x, 0, 3600);
	boot(&x, "DoQa!");

	/* The server forgot the lease and gave the address to another. */
	dhcp_server_free(x.server);
	assert_int_equal(dhcp_server_new(&x.server,
			     &(struct server_config){ .address = SERVER,
				 .pools = &x.pool,
				 .n_pools = 1,
				 .offer_hold = 10 * S },
			     NULL),
	    0);
	assert_int_equal(dhcp_server_restore(x.server, &other, x.now), 0);
	run_timers(&x, 1);
	expect(&x, "Qnx-DoQa!");
	assert_int_equal(x.client.lease.address, FIRST + 1);
	exchange_down(&x);
}

static void test_an_address_in_use_is_declined(void **state)
{
	struct exchange x;

	(void)state;
	exchange_up(&x, 1, 3600);
	x.in_use = FIRST;

	step(&x, DHCP_CLIENT_START, NULL);
	expect(&x, "DoQa?Cc");
	assert_int_equal(x.client.state, DHCP_CLIENT_WAITING);
	assert_int_equal(x.client.lease.address, 0);
	assert_int_equal(x.client.timer_at, x.now + 10 * S);
	run_timers(&x, 2);
	expect(&x, "DoQa?!");
	assert_int_equal(x.client.lease.address, FIRST + 1);
	exchange_down(&x);
}

static void test_a_stop_releases_the_lease(void **state)
{
	struct exchange x;

	(void)state;
	exchange_up(&x, 0, 3600);
	boot(&x, "DoQa!");

	step(&x, DHCP_CLIENT_STOP, NULL);
	expect(&x, "L-");
	assert_int_equal(x.client.state, DHCP_CLIENT_STOPPED);
	assert_int_equal(x.client.timer_at, INT64_MAX);
	step(&x, DHCP_CLIENT_STOP, NULL);
	expect(&x, "");
	boot(&x, "DoQa!");
	exchange_down(&x);
}

static void test_a_stop_while_probing_releases_too(void **state)
{
	struct exchange x;

	(void)state;
	exchange_up(&x, 1, 3600);
	step(&x, DHCP_CLIENT_START, NULL);
	expect(&x, "DoQa?");

	x.is_routed = true; /* no address to send unicast from */
	step(&x, DHCP_CLIENT_STOP, NULL);
	expect(&x, "L");
	assert_int_equal(x.client.state, DHCP_CLIENT_STOPPED);
	assert_int_equal(x.client.lease.address, 0);
	x.is_routed = false;
	boot(&x, "DoQa?!");
	exchange_down(&x);
}

static void test_silence_is_met_with_exponential_back_off(void **state)
{
	static const clock_ns waits[] = { 4 * S, 8 * S, 16 * S, 32 * S, 64 * S,
		64 * S };
	struct exchange x;

	(void)state;
	exchange_up(&x, 0, 3600);
	x.is_cut = true;
	step(&x, DHCP_CLIENT_START, NULL);

	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		assert_in_range(x.client.timer_at - x.now, waits[i] - S, waits[i] + S);
		run_timers(&x, 1);
	}
	expect(&x, "DDDDDDD");
	exchange_down(&x);
}

static void test_messages_of_others_and_forgeries_change_nothing(void **state)
{
	struct dhcp_packet header = { .op = 2, .htype = 1, .hlen = 6, .yiaddr = FIRST },
			   packet;
	struct dhcp_builder b;
	struct exchange x;

	(void)state;
	exchange_up(&x, 0, 3600);
	x.is_cut = true;
	step(&x, DHCP_CLIENT_START, NULL);
	expect(&x, "D");

	for (int i = 0; i < 4; i++) {
		header.xid = x.client.xid + (i == 0);
		memcpy(header.chaddr, x.client.config.mac, 6);
		header.chaddr[5] = (uint8_t)(header.chaddr[5] + (i == 1));
		header.op = i == 2 ? 1 : 2;
		dhcp_build(&b, &header, DHCP_OFFER, 0);
		if (i != 3)
			dhcp_build_u32(&b, DHCP_OPTION_SERVER_ID, SERVER);
		assert_int_equal(dhcp_build_end(&b), 0);
		assert_int_equal(dhcp_parse(&packet, b.bytes, b.len, NULL), 0);
		step(&x, DHCP_CLIENT_PACKET, &packet);
		assert_int_equal(x.client.state, DHCP_CLIENT_SELECTING);
	}
	expect(&x, "");
	exchange_down(&x);
}

static void test_a_lease_for_ever_needs_no_timer(void **state)
{
	struct exchange x;

	(void)state;
	exchange_up(&x, 0, UINT32_MAX);

	boot(&x, "DoQa!");

	assert_int_equal(x.client.timer_at, INT64_MAX);
	exchange_down(&x);
}

/* Another server answers the REQUEST that names SERVER, with an ACK and with a NAK. */
static void test_only_the_server_of_the_offer_grants_it(void **state)
{
	struct dhcp_packet header = { .op = 2, .htype = 1, .hlen = 6, .yiaddr = FIRST },
			   packet;
	struct dhcp_builder b;
	struct exchange x;

	(void)state;
	exchange_up(&x, 0, 3600);
	x.client.state = DHCP_CLIENT_REQUESTING;
	x.client.offered = FIRST;
	x.client.offered_by = SERVER;
	x.client.xid = header.xid = 7;
	memcpy(header.chaddr, x.client.config.mac, 6);
	for (uint32_t server = SERVER + 1; server >= SERVER; server--) {
		dhcp_build(&b, &header, DHCP_ACK, 0);
		dhcp_build_u32(&b, DHCP_OPTION_SERVER_ID, server);
		dhcp_build_u32(&b, DHCP_OPTION_LEASE_TIME, 60);
		assert_int_equal(dhcp_build_end(&b), 0);
		assert_int_equal(dhcp_parse(&packet, b.bytes, b.len, NULL), 0);
		step(&x, DHCP_CLIENT_PACKET, &packet);
		assert_int_equal(x.client.state,
		    server == SERVER ? DHCP_CLIENT_BOUND : DHCP_CLIENT_REQUESTING);
	}
	exchange_down(&x);
}

static const uint32_t no_lease = UINT32_MAX - 1; /* seconds: the option is left out */

static void say_for(struct exchange *x, uint32_t server, uint8_t type, uint32_t address,
    uint32_t mask, uint32_t lease_s)
{
	struct dhcp_packet header = { .op = 2,
		.htype = 1,
		.hlen = 6,
		.yiaddr = address,
		.xid = x->client.xid };
	struct dhcp_packet packet;
	struct dhcp_builder b;

	memcpy(header.chaddr, x->client.config.mac, 6);
	dhcp_build(&b, &header, type, 0);
	dhcp_build_u32(&b, DHCP_OPTION_SERVER_ID, server);
	if (lease_s != no_lease)
		dhcp_build_u32(&b, DHCP_OPTION_LEASE_TIME, lease_s);
	if (mask)
		dhcp_build_u32(&b, DHCP_OPTION_SUBNET_MASK, mask);
	assert_int_equal(dhcp_build_end(&b), 0);
	assert_int_equal(dhcp_parse(&packet, b.bytes, b.len, NULL), 0);
	step(x, DHCP_CLIENT_PACKET, &packet);
}

static void say_as(struct exchange *x, uint32_t server, uint8_t type, uint32_t address,
    uint32_t mask)
{
	say_for(x, server, type, address, mask, 60);
}

/* What a server says that gives away what it must not. */
static void say(struct exchange *x, uint8_t type, uint32_t address, uint32_t mask)
{
	say_as(x, SERVER, type, address, mask);
}

/* A server that nobody asked for is the first to offer. */
static void test_an_offer_that_is_not_kept_is_left_for_another(void **state)
{
	struct exchange x;

	(void)state;
	exchange_up(&x, 0, 3600);
	x.is_cut = true;
	step(&x, DHCP_CLIENT_START, NULL);
	say_as(&x, SERVER + 1, DHCP_OFFER, FIRST + 1, 0xffffff00);
	say_as(&x, SERVER + 1, DHCP_OFFER, FIRST + 2, 0xffffff00);
	say_as(&x, SERVER + 2, DHCP_OFFER, 0xe0000001, 0xffffff00);
	say_as(&x, SERVER, DHCP_OFFER, FIRST, 0xffffff00);
	say_as(&x, SERVER + 2, DHCP_OFFER, FIRST + 3, 0xffffff00);
	expect(&x, "DQ");
	assert_int_equal(x.client.offered, FIRST + 1);

	run_timers(&x, 1);
	expect(&x, "iQ");
	assert_string_equal(x.why, "its server does not confirm it, another is asked");
	assert_int_equal(x.client.offered, FIRST);
	assert_in_range(x.now, 1003 * S, 1005 * S);
	say_as(&x, SERVER + 1, DHCP_ACK, FIRST + 1, 0xffffff00);
	expect(&x, "");
	say(&x, DHCP_ACK, FIRST, 0xffffff00);
	expect(&x, "!");
	exchange_down(&x);

	/* Without another one it goes on asking the first. */
	exchange_up(&x, 0, 3600);
	x.is_cut = true;
	step(&x, DHCP_CLIENT_START, NULL);
	say_as(&x, SERVER + 1, DHCP_OFFER, FIRST + 1, 0xffffff00);
	run_timers(&x, 4);
	expect(&x, "DQQQQD");
	exchange_down(&x);
}

static const struct address_row {
	uint32_t address, mask; /* mask 0: not told */
	const char *why;        /* null: it can be used */
} address_rows[] = {
	{ 0xc0000200, 0xffffff00, "it is the network address of its subnet" },
	{ 0xc0000201, 0xffffff00, NULL },
	{ 0xc00002fe, 0xffffff00, NULL },
	{ 0xc00002ff, 0xffffff00, "it is the broadcast address of its subnet" },
	{ 0xc00002ff, 0, "it is the broadcast address of its subnet" },
	{ 0xc00002ff, 0xfffffe00, NULL },
	{ 0xc0000240, 0xfffffffc, "it is the network address of its subnet" },
	{ 0xc0000243, 0xfffffffc, "it is the broadcast address of its subnet" },
	{ 0xc0000242, 0xfffffffe, NULL },
	{ 0xc0000243, 0xfffffffe, NULL },
	{ 0xc0000243, 0xffffffff, NULL },
	{ 0, 0xffffff00, "no host can have the address" },
	{ 0xe0000001, 0xffffff00, "no host can have the address" },
};

static void test_an_offer_of_what_no_host_can_have_is_not_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(address_rows); i++) {
		const struct address_row *row = &address_rows[i];
		struct exchange x;

		exchange_up(&x, 0, 3600);
		x.is_cut = true;
		step(&x, DHCP_CLIENT_START, NULL);
		say(&x, DHCP_OFFER, row->address, row->mask);
		say(&x, DHCP_OFFER, row->address, row->mask);

		expect(&x, row->why ? "Di" : "DQ");
		if (row->why)
			assert_string_equal(x.why, row->why);
		exchange_down(&x);
	}
}

static void test_a_lease_for_no_time_is_told_once_and_not_taken(void **state)
{
	static const struct {
		uint32_t lease_s;
		const char *why;
	} rows[] = { { 0, "its lease time is 0 s" },
		{ no_lease, "it has no lease time" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct exchange x;

		exchange_up(&x, 0, 3600);
		x.is_cut = true;
		step(&x, DHCP_CLIENT_START, NULL);
		for (int k = 0; k < 2; k++)
			say_for(&x, SERVER, DHCP_OFFER, FIRST, 0xffffff00,
			    rows[i].lease_s);
		expect(&x, "Di");
		assert_string_equal(x.why, rows[i].why);

		/* The ACK alone is without. */
		say(&x, DHCP_OFFER, FIRST, 0xffffff00);
		x.client.has_told_ignored = false;
		for (int k = 0; k < 2; k++)
			say_for(&x, SERVER, DHCP_ACK, FIRST, 0xffffff00,
			    rows[i].lease_s);
		expect(&x, "Qi");
		assert_string_equal(x.why, rows[i].why);
		assert_int_equal(x.client.lease.address, 0);
		exchange_down(&x);
	}
}

/* The mask of the ACK is another than that of the offer. */
static void test_an_ack_of_what_no_host_can_have_is_declined(void **state)
{
	struct exchange x;

	(void)state;
	exchange_up(&x, 1, 3600);
	x.is_cut = true;
	step(&x, DHCP_CLIENT_START, NULL);
	say(&x, DHCP_OFFER, 0xc000027f, 0xffffff00);
	say(&x, DHCP_ACK, 0xc000027f, 0xffffff80);

	expect(&x, "DQCc");
	assert_string_equal(x.why, "it is the broadcast address of its subnet");
	assert_int_equal(x.client.state, DHCP_CLIENT_WAITING);
	assert_int_equal(x.client.lease.address, 0);
	assert_int_equal(x.client.timer_at, x.now + 10 * S);
	exchange_down(&x);
}

static void test_a_renewal_that_makes_the_address_unfit_changes_nothing(void **state)
{
	struct exchange x;

	(void)state;
	exchange_up(&x, 0, 3600);
	boot(&x, "DoQa!");
	x.is_cut = true;
	run_timers(&x, 1);
	say(&x, DHCP_ACK, FIRST, 0xfffffffc); /* 192.0.2.100 */

	expect(&x, "Q");
	assert_int_equal(x.client.state, DHCP_CLIENT_RENEWING);
	assert_int_equal(x.client.lease.prefix, 24);
	exchange_down(&x);
}

static void test_an_address_is_probed_as_often_as_asked(void **state)
{
	struct exchange x;

	(void)state;
	for (unsigned probes = 1; probes <= 3; probes++) {
		static const char *const seen[] = { "", "DoQa?!", "DoQa?\?!",
			"DoQa?\?\?!" };

		exchange_up(&x, probes, 3600);
		step(&x, DHCP_CLIENT_START, NULL);
		run_timers(&x, (int)probes);
		expect(&x, seen[probes]);
		exchange_down(&x);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_discover_to_ack_gives_the_whole_lease),
		cmocka_unit_test(test_only_the_server_of_the_offer_grants_it),
		cmocka_unit_test(test_an_address_is_probed_as_often_as_asked),
		cmocka_unit_test(test_an_offer_that_is_not_kept_is_left_for_another),
		cmocka_unit_test(test_an_offer_of_what_no_host_can_have_is_not_taken),
		cmocka_unit_test(test_an_ack_of_what_no_host_can_have_is_declined),
		cmocka_unit_test(
		    test_a_renewal_that_makes_the_address_unfit_changes_nothing),
		cmocka_unit_test(test_a_lease_is_renewed_at_t1),
		cmocka_unit_test(test_a_lease_of_a_second_is_asked_for_once_a_second),
		cmocka_unit_test(test_a_lease_for_no_time_is_told_once_and_not_taken),
		cmocka_unit_test(test_a_lease_is_rebound_at_t2_when_unicast_fails),
		cmocka_unit_test(test_a_lease_expires_when_nobody_answers),
		cmocka_unit_test(test_a_refused_renewal_starts_again),
		cmocka_unit_test(test_an_address_in_use_is_declined),
		cmocka_unit_test(test_a_stop_releases_the_lease),
		cmocka_unit_test(test_a_stop_while_probing_releases_too),
		cmocka_unit_test(test_silence_is_met_with_exponential_back_off),
		cmocka_unit_test(test_messages_of_others_and_forgeries_change_nothing),
		cmocka_unit_test(test_a_lease_for_ever_needs_no_timer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
