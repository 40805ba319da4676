#include "tests/unit/unit.h"

#include "agents/lessor/lease_move.h"
#include "agents/lessor/server.h"

#include "lib/base/wire.h"

#include <stdlib.h>

#define S         NS_PER_S
#define SERVER    0xc0000202u /* 192.0.2.2 */
#define FIRST     0xc0000264u /* 192.0.2.100 */
#define RESERVED  0xc0000232u /* 192.0.2.50 */
#define ELSEWHERE 0x0a000001u

static const uint8_t OPTION_43[] = { 1, 3, 'x', '/', 'y' };
static const struct reservation RESERVATIONS[] = {
	{ .mac = { 2, 0, 0, 0, 0, 0x99 }, .address = RESERVED, .name = "printer" },
};

static struct pool_config pool_of_server; /* outlives the server */

static struct dhcp_server *server_of(uint32_t n_addresses, bool is_authoritative)
{
	struct server_config config = {
		.address = SERVER,
		.pools = &pool_of_server,
		.n_pools = 1,
		.offer_hold = 10 * S,
		.decline_hold = 600 * S,
		.is_authoritative = is_authoritative,
	};
	struct dhcp_server *server = NULL;

	pool_of_server = (struct pool_config){
		.first = FIRST,
		.last = FIRST + n_addresses - 1,
		.subnet = SERVER,
		.prefix = 24,
		.router = 0xc0000201,
		.dns = { 0xc0000203 },
		.n_dns = 1,
		.domain = "lab",
		.lease_s = 3600,
		.option_43 = { (const char *)OPTION_43, sizeof(OPTION_43) },
		.reservations = RESERVATIONS,
		.n_reservations = 1,
	};
	assert_int_equal(dhcp_server_new(&server, &config, NULL), 0);
	return server;
}

struct ask { /* a client's message; zero members are left out */
	enum dhcp_message type;
	uint8_t client; /* last byte of the MAC */
	uint32_t ciaddr, giaddr, wanted, server;
	bool is_broadcast;
	const char *vendor_class, *id, *relay;
	struct str list;
	uint16_t max_size;
};

static void parse_request(struct dhcp_packet *packet, const struct ask *ask)
{
	struct dhcp_packet header = {
		.op = 1,
		.htype = 1,
		.hlen = 6,
		.xid = 7,
		.flags = ask->is_broadcast ? DHCP_BROADCAST_FLAG : 0,
		.ciaddr = ask->ciaddr,
		.giaddr = ask->giaddr,
		.chaddr = { 2, 0, 0, 0, 0, ask->client },
	};
	struct dhcp_builder b;

	dhcp_build(&b, &header, ask->type, 0);
	if (ask->wanted)
		dhcp_build_u32(&b, DHCP_OPTION_REQUESTED_ADDRESS, ask->wanted);
	if (ask->server)
		dhcp_build_u32(&b, DHCP_OPTION_SERVER_ID, ask->server);
	if (ask->vendor_class)
		dhcp_build_option(&b, DHCP_OPTION_VENDOR_CLASS,
		    str_of(ask->vendor_class));
	if (ask->id)
		dhcp_build_option(&b, DHCP_OPTION_CLIENT_ID, str_of(ask->id));
	if (ask->relay)
		dhcp_build_option(&b, DHCP_OPTION_RELAY_AGENT, str_of(ask->relay));
	if (ask->list.p)
		dhcp_build_option(&b, DHCP_OPTION_PARAMETER_LIST, ask->list);
	if (ask->max_size) {
		uint8_t bytes[2];

		put_u16(bytes, ask->max_size);
		dhcp_build_option(&b, DHCP_OPTION_MAX_SIZE, str_make(bytes, 2));
	}
	assert_int_equal(dhcp_build_end(&b), 0);
	assert_int_equal(dhcp_parse(packet, b.bytes, b.len, NULL), 0);
}

static enum server_verdict decide(struct dhcp_server *server, clock_ns now,
    struct dhcp_reply *reply, struct ask ask)
{
	struct dhcp_packet request;

	parse_request(&request, &ask);
	return dhcp_server_decide(server, &request, now, reply);
}

/* What the reply says, read as a client would. */
static struct dhcp_packet read_reply(const struct dhcp_reply *reply)
{
	struct dhcp_packet packet;

	assert_int_equal(dhcp_parse(&packet, reply->message.bytes, reply->message.len,
			     NULL),
	    0);
	assert_int_equal(packet.op, 2);
	assert_int_equal(packet.xid, 7);
	assert_int_equal(packet.message_type, reply->type);
	return packet;
}

static uint32_t number(const struct dhcp_packet *packet, uint8_t option)
{
	uint32_t value = 0;

	(void)dhcp_option_u32(packet, option, &value);
	return value;
}

/* Walks a client to a bound lease and returns its address. */
static uint32_t bind_client(struct dhcp_server *server, clock_ns now, uint8_t client)
{
	struct dhcp_reply reply;

	assert_int_equal(decide(server, now, &reply,
			     (struct ask){ DHCP_DISCOVER, .client = client }),
	    SERVER_REPLIES);
	assert_int_equal(reply.type, DHCP_OFFER);
	assert_int_equal(decide(server, now, &reply,
			     (struct ask){ DHCP_REQUEST, client, .wanted = reply.lease,
				 .server = SERVER }),
	    SERVER_REPLIES);
	assert_int_equal(reply.type, DHCP_ACK);
	return reply.lease;
}

static void test_an_offer_has_all_that_a_cpe_needs(void **state)
{
	struct dhcp_server *server = server_of(10, false);
	struct dhcp_reply reply;
	struct dhcp_packet offer;

	(void)state;
	assert_int_equal(decide(server, 0, &reply,
			     (struct ask){ DHCP_DISCOVER, 1,
				 .vendor_class = "dslforum.org", .id = "cpe-1",
				 .relay = "circuit" }),
	    SERVER_REPLIES);

	offer = read_reply(&reply);
	assert_int_equal(offer.yiaddr, FIRST);
	assert_int_equal(number(&offer, DHCP_OPTION_SERVER_ID), SERVER);
	assert_int_equal(number(&offer, DHCP_OPTION_SUBNET_MASK), 0xffffff00);
	assert_int_equal(number(&offer, DHCP_OPTION_ROUTER), 0xc0000201);
	assert_int_equal(number(&offer, DHCP_OPTION_DNS), 0xc0000203);
	assert_int_equal(number(&offer, DHCP_OPTION_LEASE_TIME), 3600);
	assert_int_equal(number(&offer, DHCP_OPTION_RENEWAL_TIME), 1800);
	assert_int_equal(number(&offer, DHCP_OPTION_REBINDING_TIME), 3150);
	assert_true(str_is(dhcp_option(&offer, DHCP_OPTION_DOMAIN_NAME), "lab"));
	assert_true(str_is(dhcp_option(&offer, DHCP_OPTION_CLIENT_ID), "cpe-1"));
	assert_true(str_is(dhcp_option(&offer, DHCP_OPTION_RELAY_AGENT), "circuit"));
	assert_true(str_eq(dhcp_option(&offer, DHCP_OPTION_VENDOR),
	    str_make(OPTION_43, sizeof(OPTION_43))));
	dhcp_server_free(server);
}

static void test_option_43_is_for_cpes_and_sent_unasked(void **state)
{
	static const struct {
		const char *vendor_class;
		bool is_sent;
	} rows[] = {
		{ NULL, false },
		{ "MSFT 5.0", false },
		{ "dslforum.org", true },
		{ "HP. Comware dslforum.org 5920", true },
	};
	struct dhcp_server *server = server_of(10, false);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dhcp_reply reply;
		struct dhcp_packet offer;

		assert_int_equal(decide(server, 0, &reply,
				     (struct ask){ DHCP_DISCOVER, 1,
					 .list = STR("\1\3"),
					 .vendor_class = rows[i].vendor_class }),
		    SERVER_REPLIES);
		offer = read_reply(&reply);
		assert_int_equal(dhcp_has_option(&offer, DHCP_OPTION_VENDOR),
		    rows[i].is_sent);
		assert_true(dhcp_has_option(&offer, DHCP_OPTION_ROUTER));
		assert_false(dhcp_has_option(&offer, DHCP_OPTION_DNS));
	}
	dhcp_server_free(server);
}

static void test_a_long_option_43_reaches_a_client_of_small_messages(void **state)
{
	struct dhcp_server *server = server_of(10, false);
	struct dhcp_reply reply;
	struct dhcp_packet offer;
	char long_option[255];

	(void)state;
	memset(long_option, 'x', sizeof(long_option));
	pool_of_server.option_43 = str_make(long_option, sizeof(long_option));

	assert_int_equal(decide(server, 0, &reply,
			     (struct ask){ DHCP_DISCOVER, 1,
				 .vendor_class = "dslforum.org",
				 .id = "a-client-with-a-long-identifier" }),
	    SERVER_REPLIES);

	assert_in_range(reply.message.len, 500, 548);
	offer = read_reply(&reply);
	assert_true(str_eq(dhcp_option(&offer, DHCP_OPTION_VENDOR),
	    str_make(long_option, sizeof(long_option))));
	assert_int_equal(number(&offer, DHCP_OPTION_ROUTER), 0xc0000201);
	assert_true(dhcp_has_option(&offer, DHCP_OPTION_OVERLOAD));
	dhcp_server_free(server);
}

static void test_replies_go_where_rfc_2131_4_1_says(void **state)
{
	static const struct {
		struct ask ask;
		enum dhcp_message type;
		enum reply_way way;
		uint32_t address;
		uint16_t port;
	} rows[] = {
		{ { DHCP_DISCOVER, .client = 1 }, DHCP_OFFER, REPLY_TO_CHADDR, FIRST,
		    68 },
		{ { DHCP_DISCOVER, 1, .is_broadcast = true }, DHCP_OFFER,
		    REPLY_BROADCAST, UINT32_MAX, 68 },
		{ { DHCP_DISCOVER, 1, .giaddr = 0xc0000201 }, DHCP_OFFER,
		    REPLY_TO_SENDER, 0xc0000201, 67 },
		{ { DHCP_REQUEST, 1, .ciaddr = FIRST }, DHCP_ACK, REPLY_TO_SENDER,
		    FIRST, 68 },
		{ { DHCP_INFORM, 9, .ciaddr = 0xc0000209 }, DHCP_ACK, REPLY_TO_SENDER,
		    0xc0000209, 68 },
		{ { DHCP_REQUEST, 2, .ciaddr = FIRST }, DHCP_NAK, REPLY_BROADCAST,
		    UINT32_MAX, 68 },
		{ { DHCP_REQUEST, 2, .ciaddr = FIRST, .giaddr = 0xc0000201 }, DHCP_NAK,
		    REPLY_TO_SENDER, 0xc0000201, 67 },
	};
	struct dhcp_server *server = server_of(10, false);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dhcp_reply reply;
		struct dhcp_packet packet;

		assert_int_equal(decide(server, 0, &reply, rows[i].ask),
		    SERVER_REPLIES);
		packet = read_reply(&reply);
		assert_int_equal(reply.type, rows[i].type);
		assert_int_equal(reply.way, rows[i].way);
		assert_int_equal(reply.address, rows[i].address);
		assert_int_equal(reply.port, rows[i].port);
		if (reply.type == DHCP_NAK)
			assert_int_equal(packet.flags & DHCP_BROADCAST_FLAG,
			    rows[i].ask.giaddr ? DHCP_BROADCAST_FLAG : 0);
	}
	dhcp_server_free(server);
}

static void test_requests_are_answered_by_what_is_known(void **state)
{
	static const struct {
		const char *what;
		struct ask ask;
		enum server_verdict verdict;
		enum dhcp_message type;
	} rows[] = {
		{ "renewal of one's own", { DHCP_REQUEST, 1, .ciaddr = FIRST },
		    SERVER_REPLIES, DHCP_ACK },
		{ "renewal of another's", { DHCP_REQUEST, 2, .ciaddr = FIRST },
		    SERVER_REPLIES, DHCP_NAK },
		{ "renewal of a lease that was forgotten",
		    { DHCP_REQUEST, 3, .ciaddr = FIRST + 5 }, SERVER_REPLIES,
		    DHCP_ACK },
		{ "renewal outside", { DHCP_REQUEST, 3, .ciaddr = ELSEWHERE },
		    SERVER_IGNORES, 0 },
		{ "reboot with one's own", { DHCP_REQUEST, 1, .wanted = FIRST },
		    SERVER_REPLIES, DHCP_ACK },
		{ "reboot with a wrong one", { DHCP_REQUEST, 1, .wanted = FIRST + 7 },
		    SERVER_REPLIES, DHCP_NAK },
		{ "reboot in another subnet", { DHCP_REQUEST, 9, .wanted = ELSEWHERE },
		    SERVER_REPLIES, DHCP_NAK },
		{ "reboot of a stranger", { DHCP_REQUEST, 9, .wanted = FIRST + 7 },
		    SERVER_IGNORES, 0 },
		{ "another server's offer",
		    { DHCP_REQUEST, 9, .wanted = FIRST, .server = SERVER + 1 },
		    SERVER_IGNORES, 0 },
		{ "an offer that is another's now",
		    { DHCP_REQUEST, 9, .wanted = FIRST, .server = SERVER },
		    SERVER_REPLIES, DHCP_NAK },
		{ "an offer that was never made",
		    { DHCP_REQUEST, 9, .wanted = ELSEWHERE, .server = SERVER },
		    SERVER_REPLIES, DHCP_NAK },
		{ "no address at all", { DHCP_REQUEST, 9, .server = SERVER },
		    SERVER_BAD_REQUEST, 0 },
		{ "nothing", { DHCP_REQUEST, .client = 9 }, SERVER_BAD_REQUEST, 0 },
		{ "inform without an address", { DHCP_INFORM, .client = 9 },
		    SERVER_BAD_REQUEST, 0 },
		{ "a relay of another subnet",
		    { DHCP_DISCOVER, 9, .giaddr = ELSEWHERE }, SERVER_NO_POOL, 0 },
		{ "a server's message", { DHCP_OFFER, .client = 9 }, SERVER_IGNORES,
		    0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dhcp_server *server = server_of(10, false);
		struct dhcp_reply reply;
		enum server_verdict got;

		assert_int_equal(bind_client(server, 0, 1), FIRST);
		got = decide(server, S, &reply, rows[i].ask);
		if (got != rows[i].verdict ||
		    (got == SERVER_REPLIES && reply.type != rows[i].type))
			fail_msg("%s: %s %s", rows[i].what,
			    dhcp_server_verdict_name(got),
			    got == SERVER_REPLIES
				? dhcp_message_name((uint8_t)reply.type)
				: "");
		dhcp_server_free(server);
	}
}

static void test_an_authoritative_server_refuses_strangers(void **state)
{
	struct dhcp_server *server = server_of(10, true);
	struct dhcp_reply reply;

	(void)state;

	assert_int_equal(decide(server, 0, &reply,
			     (struct ask){ DHCP_REQUEST, 1, .wanted = FIRST }),
	    SERVER_REPLIES);
	assert_int_equal(reply.type, DHCP_NAK);
	assert_int_equal(decide(server, 0, &reply,
			     (struct ask){ DHCP_REQUEST, 1, .ciaddr = ELSEWHERE }),
	    SERVER_REPLIES);
	assert_int_equal(reply.type, DHCP_NAK);
	dhcp_server_free(server);
}

static void test_a_reserved_address_goes_to_its_mac_alone(void **state)
{
	struct dhcp_server *server = server_of(1, false);
	struct dhcp_reply reply;
	struct dhcp_packet packet;

	(void)state;

	assert_int_equal(bind_client(server, 0, 0x99), RESERVED);
	assert_int_equal(decide(server, 0, &reply,
			     (struct ask){ DHCP_REQUEST, 0x99, .wanted = RESERVED,
				 .server = SERVER }),
	    SERVER_REPLIES);
	packet = read_reply(&reply);
	assert_true(str_is(dhcp_option(&packet, DHCP_OPTION_HOST_NAME), "printer"));
	assert_int_equal(decide(server, 0, &reply,
			     (struct ask){ DHCP_REQUEST, 1, .wanted = RESERVED,
				 .server = SERVER }),
	    SERVER_REPLIES);
	assert_int_equal(reply.type, DHCP_NAK);
	assert_int_equal(bind_client(server, 0, 1), FIRST);
	dhcp_server_free(server);
}

static void test_a_full_pool_serves_again_when_a_lease_ends(void **state)
{
	struct dhcp_server *server = server_of(2, false);
	struct dhcp_reply reply;

	(void)state;
	assert_int_equal(bind_client(server, 0, 1), FIRST);
	assert_int_equal(bind_client(server, 10 * S, 2), FIRST + 1);

	assert_int_equal(decide(server, 20 * S, &reply,
			     (struct ask){ DHCP_DISCOVER, .client = 3 }),
	    SERVER_EXHAUSTED);
	assert_int_equal(decide(server, 3600 * S - 1, &reply,
			     (struct ask){ DHCP_DISCOVER, .client = 3 }),
	    SERVER_EXHAUSTED);
	assert_int_equal(bind_client(server, 3600 * S, 3), FIRST);
	assert_int_equal(decide(server, 3601 * S, &reply,
			     (struct ask){ DHCP_RELEASE, 2, .ciaddr = FIRST + 1,
				 .server = SERVER }),
	    SERVER_RELEASED);
	assert_int_equal(bind_client(server, 3602 * S, 4), FIRST + 1);
	dhcp_server_free(server);
}

#define RELAY 0x0a090001u /* 10.9.0.1, in a subnet that the server is not in */

/* A relay names the subnet by its own address there; the client renews without it. */
static void test_a_pool_of_another_subnet_is_for_those_whom_a_relay_brings(void **state)
{
	const struct pool_config pools[] = {
		{ .first = FIRST,
		    .last = FIRST,
		    .subnet = SERVER,
		    .prefix = 24,
		    .lease_s = 3600 },
		{ .first = RELAY + 8,
		    .last = RELAY + 9,
		    .subnet = RELAY,
		    .prefix = 28,
		    .router = RELAY,
		    .lease_s = UINT32_MAX },
	};
	const struct server_config config = { .address = SERVER,
		.pools = pools,
		.n_pools = 2,
		.offer_hold = 10 * S,
		.decline_hold = 600 * S };
	struct dhcp_server *server = NULL;
	struct dhcp_packet packet;
	struct dhcp_reply reply;
	struct error err = ERROR_NULL;

	(void)state;
	if (dhcp_server_new(&server, &config, &err) < 0)
		fail_msg("%s", err.text);

	assert_int_equal(bind_client(server, 0, 1), FIRST);
	assert_int_equal(decide(server, 0, &reply,
			     (struct ask){ DHCP_DISCOVER, 2, .giaddr = RELAY }),
	    SERVER_REPLIES);
	assert_int_equal(reply.lease, RELAY + 8);
	assert_int_equal(reply.address, RELAY);
	assert_int_equal(decide(server, 0, &reply,
			     (struct ask){ DHCP_REQUEST, 2, .giaddr = RELAY,
				 .wanted = RELAY + 8, .server = SERVER }),
	    SERVER_REPLIES);
	packet = read_reply(&reply);
	assert_int_equal(reply.type, DHCP_ACK);
	assert_int_equal(number(&packet, DHCP_OPTION_SUBNET_MASK), 0xfffffff0);
	assert_int_equal(number(&packet, DHCP_OPTION_ROUTER), RELAY);
	/* For ever, and so without T1 and T2. */
	assert_int_equal(number(&packet, DHCP_OPTION_LEASE_TIME), UINT32_MAX);
	assert_false(dhcp_has_option(&packet, DHCP_OPTION_RENEWAL_TIME));
	assert_false(dhcp_has_option(&packet, DHCP_OPTION_REBINDING_TIME));

	assert_int_equal(decide(server, INT64_MAX / 2, &reply,
			     (struct ask){ DHCP_REQUEST, 2, .ciaddr = RELAY + 8 }),
	    SERVER_REPLIES);
	assert_int_equal(reply.type, DHCP_ACK);
	assert_int_equal(reply.address, RELAY + 8);
	assert_int_equal(decide(server, 0, &reply,
			     (struct ask){ DHCP_DISCOVER, 3, .giaddr = RELAY + 16 }),
	    SERVER_NO_POOL);
	dhcp_server_free(server);
}

/* Two for certain clients, and two behind them for others: 192.0.2.100, .110, .120, .130. */
static struct dhcp_server *server_of_classes(void)
{
	static struct pool_config pools[4];
	struct server_config config = { .address = SERVER,
		.pools = pools,
		.n_pools = ARRAY_LEN(pools),
		.offer_hold = 10 * S,
		.decline_hold = 600 * S };
	struct dhcp_server *server = NULL;

	for (size_t i = 0; i < ARRAY_LEN(pools); i++)
		pools[i] = (struct pool_config){ .first = FIRST + 10 * (uint32_t)i,
			.last = FIRST + 10 * (uint32_t)i + 1,
			.subnet = SERVER,
			.prefix = 24,
			.lease_s = 3600 };
	pools[0].circuit_id = STR("eth1");
	pools[1].circuit_id = STR("eth1");
	pools[1].remote_id = STR("a");
	pools[2].vendor_class = STR("docsis");
	pools[3].remote_id = STR("");
	assert_int_equal(dhcp_server_new(&server, &config, NULL), 0);
	return server;
}

static void test_a_pool_is_for_whom_it_says(void **state)
{
	static const struct {
		const char *what;
		struct ask ask;
		enum server_verdict verdict;
		uint32_t lease; /* 0: a NAK */
	} rows[] = {
		{ "of that circuit", { DHCP_DISCOVER, 1, .relay = "\1\4eth1" },
		    SERVER_REPLIES, FIRST },
		{ "of that circuit and line, the second pool, wanted",
		    { DHCP_DISCOVER, 1, .relay = "\1\4eth1\2\1a",
			.wanted = FIRST + 10 },
		    SERVER_REPLIES, FIRST + 10 },
		{ "of another line it gets the first",
		    { DHCP_DISCOVER, 1, .relay = "\1\4eth1\2\1b",
			.wanted = FIRST + 10 },
		    SERVER_REPLIES, FIRST },
		{ "of another circuit", { DHCP_DISCOVER, 1, .relay = "\1\4eth2" },
		    SERVER_NOT_FOR, 0 },
		{ "of one that only begins so",
		    { DHCP_DISCOVER, 1, .relay = "\1\5eth10" }, SERVER_NOT_FOR, 0 },
		{ "without an option 82", { DHCP_DISCOVER, .client = 1 },
		    SERVER_NOT_FOR, 0 },
		{ "with one that is not whole",
		    { DHCP_DISCOVER, 1, .relay = "\1\4eth1\2" }, SERVER_NOT_FOR, 0 },
		{ "of a class that begins so",
		    { DHCP_DISCOVER, 1, .vendor_class = "docsis3.0:x" }, SERVER_REPLIES,
		    FIRST + 20 },
		{ "of a class that has it inside",
		    { DHCP_DISCOVER, 1, .vendor_class = "a docsis" }, SERVER_NOT_FOR,
		    0 },
		{ "of both",
		    { DHCP_DISCOVER, 1, .relay = "\1\4eth1", .vendor_class = "docsis" },
		    SERVER_REPLIES, FIRST },
		{ "takes what is another's",
		    { DHCP_REQUEST, 1, .wanted = FIRST, .server = SERVER,
			.vendor_class = "docsis" },
		    SERVER_REPLIES, 0 },
		{ "remembers what is another's",
		    { DHCP_REQUEST, 1, .wanted = FIRST, .relay = "\1\4eth2" },
		    SERVER_REPLIES, 0 },
		{ "renews straight to the server", { DHCP_REQUEST, 1, .ciaddr = FIRST },
		    SERVER_REPLIES, FIRST },
		{ "informs with a class",
		    { DHCP_INFORM, 1, .ciaddr = FIRST + 50, .vendor_class = "docsis" },
		    SERVER_REPLIES, 0 },
		{ "informs without one", { DHCP_INFORM, 1, .ciaddr = FIRST + 50 },
		    SERVER_NOT_FOR, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dhcp_server *server = server_of_classes();
		struct dhcp_reply reply;
		enum server_verdict got = decide(server, 0, &reply, rows[i].ask);

		if (got != rows[i].verdict ||
		    (got == SERVER_REPLIES && reply.lease != rows[i].lease))
			fail_msg("%s: %s", rows[i].what, dhcp_server_verdict_name(got));
		dhcp_server_free(server);
	}
}

/* Two servers share the subnet. This one offered, and the client took the other's; or the lease
 * that it had here is over. What the other has given is none of its business. */
static void test_the_address_of_another_server_of_the_subnet_is_not_refused(
    void **state)
{
	struct dhcp_server *server = server_of(10, false);
	struct dhcp_reply reply;
	const uint32_t others = FIRST + 50;

	(void)state;
	assert_int_equal(decide(server, 0, &reply,
			     (struct ask){ DHCP_DISCOVER, .client = 1 }),
	    SERVER_REPLIES);
	assert_int_equal(decide(server, 0, &reply,
			     (struct ask){ DHCP_REQUEST, 1, .wanted = others,
				 .server = SERVER + 1 }),
	    SERVER_IGNORES);
	assert_int_equal(decide(server, S, &reply,
			     (struct ask){ DHCP_REQUEST, 1, .wanted = others }),
	    SERVER_IGNORES);
	assert_int_equal(bind_client(server, 2 * S, 2), FIRST + 1);
	assert_int_equal(decide(server, 4000 * S, &reply,
			     (struct ask){ DHCP_REQUEST, 2, .wanted = others }),
	    SERVER_IGNORES);
	dhcp_server_free(server);
}

/* A relay has no use for option 82 in sname or file, and takes it out before the client sees it:
 * it does not count against what the client takes. */
static void test_option_82_comes_back_last_and_whole(void **state)
{
	static char domain[481], agent[256];
	struct dhcp_server *server = server_of(1, false);
	struct dhcp_packet packet;
	struct dhcp_reply reply;
	size_t end;

	(void)state;
	memset(domain, 'd', 250);
	memset(agent, 'a', 255);
	pool_of_server.domain = domain;
	assert_int_equal(decide(server, 0, &reply,
			     (struct ask){ DHCP_DISCOVER, 1, .relay = agent,
				 .vendor_class = "dslforum.org" }),
	    SERVER_REPLIES);
	packet = read_reply(&reply);
	assert_true(str_is(dhcp_option(&packet, DHCP_OPTION_RELAY_AGENT), agent));
	end = packet.options[DHCP_OPTION_RELAY_AGENT].wire_at + 255u;
	assert_int_equal(reply.message.bytes[end], DHCP_OPTION_END);
	assert_in_range(end, 548, DHCP_MAX_BYTES);
	dhcp_server_free(server);
}

/* Not all clients name the server in it; one that names another is not for us. */
static void test_a_release_without_a_server_is_taken(void **state)
{
	struct dhcp_server *server = server_of(1, false);
	struct dhcp_reply reply;

	(void)state;
	assert_int_equal(bind_client(server, 0, 1), FIRST);

	assert_int_equal(decide(server, S, &reply,
			     (struct ask){ DHCP_RELEASE, 1, .ciaddr = FIRST,
				 .server = SERVER + 1 }),
	    SERVER_IGNORES);
	assert_int_equal(decide(server, S, &reply,
			     (struct ask){ DHCP_RELEASE, 2, .ciaddr = FIRST }),
	    SERVER_IGNORES);
	assert_int_equal(decide(server, S, &reply,
			     (struct ask){ DHCP_DECLINE, 1, .wanted = FIRST }),
	    SERVER_IGNORES);
	assert_int_equal(decide(server, S, &reply,
			     (struct ask){ DHCP_RELEASE, 1, .ciaddr = FIRST }),
	    SERVER_RELEASED);
	assert_int_equal(bind_client(server, 2 * S, 2), FIRST);
	dhcp_server_free(server);
}

static void test_an_offer_that_nobody_takes_is_offered_again(void **state)
{
	struct dhcp_server *server = server_of(1, false);
	struct dhcp_reply reply;

	(void)state;

	assert_int_equal(decide(server, 0, &reply,
			     (struct ask){ DHCP_DISCOVER, .client = 1 }),
	    SERVER_REPLIES);
	assert_int_equal(decide(server, 9 * S, &reply,
			     (struct ask){ DHCP_DISCOVER, .client = 2 }),
	    SERVER_EXHAUSTED);
	assert_int_equal(decide(server, 10 * S, &reply,
			     (struct ask){ DHCP_DISCOVER, .client = 2 }),
	    SERVER_REPLIES);
	assert_int_equal(decide(server, 11 * S, &reply,
			     (struct ask){ DHCP_REQUEST, 2, .wanted = FIRST,
				 .server = SERVER + 1 }),
	    SERVER_IGNORES);
	assert_int_equal(decide(server, 11 * S, &reply,
			     (struct ask){ DHCP_DISCOVER, .client = 3 }),
	    SERVER_REPLIES);
	dhcp_server_free(server);
}

static void test_a_client_comes_back_to_its_address(void **state)
{
	struct dhcp_server *server = server_of(10, false);
	struct dhcp_reply reply;

	(void)state;
	assert_int_equal(bind_client(server, 0, 1), FIRST);
	assert_int_equal(bind_client(server, 0, 2), FIRST + 1);
	(void)decide(server, S, &reply,
	    (struct ask){ DHCP_RELEASE, 1, .ciaddr = FIRST, .server = SERVER });

	assert_int_equal(bind_client(server, 2 * S, 3), FIRST + 2);
	assert_int_equal(bind_client(server, 3 * S, 1), FIRST);
	assert_int_equal(bind_client(server, 7300 * S, 2), FIRST + 1);
	dhcp_server_free(server);
}

static void test_a_declined_address_is_kept_back(void **state)
{
	struct dhcp_server *server = server_of(2, false);
	struct dhcp_reply reply;

	(void)state;
	assert_int_equal(bind_client(server, 0, 1), FIRST);

	assert_int_equal(decide(server, S, &reply,
			     (struct ask){ DHCP_DECLINE, 2, .wanted = FIRST,
				 .server = SERVER }),
	    SERVER_IGNORES);
	assert_int_equal(decide(server, S, &reply,
			     (struct ask){ DHCP_DECLINE, 1, .wanted = FIRST,
				 .server = SERVER }),
	    SERVER_DECLINED);
	assert_int_equal(bind_client(server, 2 * S, 1), FIRST + 1);
	assert_int_equal(decide(server, 600 * S, &reply,
			     (struct ask){ DHCP_DISCOVER, .client = 2 }),
	    SERVER_EXHAUSTED);
	assert_int_equal(bind_client(server, 601 * S, 2), FIRST);
	dhcp_server_free(server);
}

/* Not even the client that it is reserved for gets it while another host may have it. */
static void test_a_reserved_address_that_was_declined_is_kept_back(void **state)
{
	struct dhcp_server *server = server_of(2, false);
	struct dhcp_reply reply;

	(void)state;
	assert_int_equal(bind_client(server, 0, 0x99), RESERVED);
	assert_int_equal(decide(server, S, &reply,
			     (struct ask){ DHCP_DECLINE, 0x99, .wanted = RESERVED,
				 .server = SERVER }),
	    SERVER_DECLINED);

	assert_int_equal(bind_client(server, 2 * S, 0x99), FIRST);
	assert_int_equal(decide(server, 3 * S, &reply,
			     (struct ask){ DHCP_RELEASE, 0x99, .ciaddr = FIRST,
				 .server = SERVER }),
	    SERVER_RELEASED);
	assert_int_equal(bind_client(server, 601 * S, 0x99), RESERVED);
	dhcp_server_free(server);
}

static void test_clients_are_told_apart_by_option_61(void **state)
{
	struct dhcp_server *server = server_of(10, false);
	struct dhcp_reply a, b;

	(void)state;

	(void)decide(server, 0, &a, (struct ask){ DHCP_DISCOVER, 1, .id = "left" });
	(void)decide(server, 0, &b, (struct ask){ DHCP_DISCOVER, 1, .id = "right" });
	assert_int_not_equal(a.lease, b.lease);
	(void)decide(server, 0, &b, (struct ask){ DHCP_DISCOVER, 2, .id = "left" });
	assert_int_equal(a.lease, b.lease);
	dhcp_server_free(server);
}

static void test_an_address_is_reserved_for_an_identifier(void **state)
{
	static const struct reservation reserved[] = {
		{ .client_id = { "left", 4 }, .address = FIRST + 5 },
		{ .client_id = { "\0\0\0\0\1\2", 6 }, .address = FIRST + 6 },
	};
	struct dhcp_server *server = server_of(10, false);
	struct dhcp_reply reply;

	(void)state;
	dhcp_server_free(server);
	pool_of_server.reservations = reserved;
	pool_of_server.n_reservations = ARRAY_LEN(reserved);
	assert_int_equal(dhcp_server_new(&server,
			     &(struct server_config){ .address = SERVER,
				 .pools = &pool_of_server,
				 .n_pools = 1,
				 .offer_hold = S },
			     NULL),
	    0);
	(void)decide(server, 0, &reply, (struct ask){ DHCP_DISCOVER, 1, .id = "left" });
	assert_int_equal(reply.lease, FIRST + 5);
	/* Its MAC alone is not it. */
	(void)decide(server, 0, &reply,
	    (struct ask){ DHCP_DISCOVER, 1, .id = "right", .wanted = FIRST + 5 });
	assert_int_equal(reply.lease, FIRST);
	/* An identifier of the bytes of a MAC is not that MAC. */
	(void)decide(server, 0, &reply,
	    (struct ask){ DHCP_DISCOVER, 2, .wanted = FIRST + 6 });
	assert_int_equal(reply.lease, FIRST + 1);
	dhcp_server_free(server);
}

/* Two ranges of one subnet. */
static void test_what_is_reserved_goes_before_what_is_free_in_another_pool(void **state)
{
	static const struct reservation reserved[] = { { .mac = { 2, 0, 0, 0, 0, 7 },
	    .address = FIRST + 20 } };
	const struct pool_config pools[] = {
		{ .first = FIRST,
		    .last = FIRST + 1,
		    .subnet = SERVER,
		    .prefix = 24,
		    .lease_s = 60 },
		{ .first = FIRST + 20,
		    .last = FIRST + 21,
		    .subnet = SERVER,
		    .prefix = 24,
		    .lease_s = 60,
		    .reservations = reserved,
		    .n_reservations = 1 },
	};
	const struct server_config config = { .address = SERVER,
		.pools = pools,
		.n_pools = 2,
		.offer_hold = S };
	struct dhcp_server *server = NULL;
	struct dhcp_reply reply;

	(void)state;
	assert_int_equal(dhcp_server_new(&server, &config, NULL), 0);
	assert_int_equal(bind_client(server, 0, 7), FIRST + 20);
	assert_int_equal(bind_client(server, 0, 1), FIRST);
	assert_int_equal(bind_client(server, 0, 2), FIRST + 1);
	assert_int_equal(bind_client(server, 0, 3), FIRST + 21);
	/* The first range is free again: who boots gets what it had all the same. */
	assert_int_equal(decide(server, S, &reply,
			     (struct ask){ DHCP_RELEASE, 1, .ciaddr = FIRST,
				 .server = SERVER }),
	    SERVER_RELEASED);
	assert_int_equal(bind_client(server, 2 * S, 3), FIRST + 21);
	dhcp_server_free(server);
}

static void test_several_routers_are_told_in_their_order(void **state)
{
	struct dhcp_server *server = server_of(1, false);
	struct dhcp_reply reply;
	struct dhcp_packet packet;

	(void)state;
	pool_of_server.n_more_routers = POOL_ROUTERS_MAX - 1;
	for (uint32_t i = 0; i < POOL_ROUTERS_MAX - 1; i++)
		pool_of_server.more_routers[i] = 0xc0000204 + i;
	(void)decide(server, 0, &reply, (struct ask){ DHCP_DISCOVER, .client = 1 });
	packet = read_reply(&reply);
	assert_true(str_eq(dhcp_option(&packet, DHCP_OPTION_ROUTER),
	    str_make("\xc0\0\2\1\xc0\0\2\4\xc0\0\2\5\xc0\0\2\6"
		     "\xc0\0\2\7\xc0\0\2\x8\xc0\0\2\x9\xc0\0\2\xa",
		32)));
	dhcp_server_free(server);
}

static int count_lease(void *user, const struct lease_view *lease)
{
	(void)lease;
	++*(int *)user;
	return 0;
}

static void count_lost(void *user, const struct lease_view *lease)
{
	assert_int_equal(lease->expires_at, 0);
	++*(int *)user;
}

/* A server takes another one's place: clients notice nothing. */
static void test_leases_go_on_under_another_configuration(void **state)
{
	struct dhcp_server *before = server_of(10, false), *after;
	struct pool_config pool;
	struct server_config config = { .address = SERVER,
		.pools = &pool,
		.n_pools = 1,
		.offer_hold = S };
	int n = 0, n_lost = 0;

	(void)state;
	assert_int_equal(bind_client(before, 0, 1), FIRST);
	assert_int_equal(bind_client(before, S, 2), FIRST + 1);
	assert_int_equal(bind_client(before, 2 * S, 3), FIRST + 2);
	pool = pool_of_server;
	pool.first = FIRST + 1; /* the first one is over */
	assert_int_equal(dhcp_server_new(&after, &config, NULL), 0);
	assert_int_equal(lease_move(before, after, 3 * S, count_lost, &n_lost), 0);
	dhcp_server_free(before);
	assert_int_equal(n_lost, 1);
	assert_int_equal(dhcp_server_leases(after, 3 * S, count_lease, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(bind_client(after, 4 * S, 3), FIRST + 2);
	assert_int_equal(bind_client(after, 4 * S, 4), FIRST + 3);
	dhcp_server_free(after);
}

static void test_the_pool_is_full_of_leases_and_every_one_is_told(void **state)
{
	enum {
		N = 100
	};
	struct dhcp_server *server = server_of(N, false);
	bool is_taken[N] = { false };

	(void)state;
	for (uint8_t i = 0; i < N; i++) {
		uint32_t address = bind_client(server, i, i);

		assert_in_range(address, FIRST, FIRST + N - 1);
		assert_false(is_taken[address - FIRST]);
		is_taken[address - FIRST] = true;
	}
	dhcp_server_free(server);
}

static void note_lease(void *user, const struct lease_view *lease)
{
	*(struct lease_view *)user = *lease;
}

static void test_leases_are_told_and_restored(void **state)
{
	struct dhcp_server *server = server_of(10, false);
	struct lease_view told = { 0 }, kept;
	char client[16];
	int n = 0;

	(void)state;
	dhcp_server_listen(server, note_lease, &told);
	assert_int_equal(bind_client(server, 0, 1), FIRST);
	assert_int_equal(told.address, FIRST);
	assert_int_equal(told.expires_at, 3600 * S);
	assert_int_equal(told.mac[5], 1);
	kept = told;
	memcpy(client, told.client.p, told.client.len);
	kept.client.p = client;
	dhcp_server_free(server);

	server = server_of(10, false);
	assert_int_equal(dhcp_server_restore(server, &kept, 5 * S), 0);
	assert_int_equal(dhcp_server_restore(server, &kept, 3600 * S), ERR_BAD_STATE);
	assert_int_equal(bind_client(server, 6 * S, 2), FIRST + 1);
	assert_int_equal(bind_client(server, 6 * S, 1), FIRST);
	assert_int_equal(dhcp_server_leases(server, 7 * S, count_lease, &n), 0);
	assert_int_equal(n, 2);
	kept.address = ELSEWHERE;
	assert_int_equal(dhcp_server_restore(server, &kept, 5 * S), ERR_NOT_FOUND);
	dhcp_server_free(server);
}

#define POOL(first_, last_, reserved)                                               \
	{                                                                           \
		.first = (first_), .last = (last_), .subnet = SERVER, .prefix = 24, \
		.lease_s = 1, .reservations = (reserved),                           \
		.n_reservations = (reserved) != NULL                                \
	}

/* The addresses beside those that are refused below. */
static void test_pools_may_reach_to_the_ends_of_their_subnet(void **state)
{
	static const struct reservation spare[] = { { .mac = { 2, 0, 0, 0, 0, 1 },
	    .address = 0xc00002fe } };
	struct pool_config pools[] = { POOL(0xc0000203, FIRST, NULL),
		POOL(FIRST + 1, 0xc00002fd, spare) };
	struct server_config config = { .address = SERVER,
		.pools = pools,
		.n_pools = 2 };
	struct dhcp_server *server = NULL;

	(void)state;
	assert_int_equal(dhcp_server_new(&server, &config, NULL), 0);
	dhcp_server_free(server);
	config.address = 0xc0000203; /* a subnet of 31 bits has neither address */
	config.n_pools = 1;
	pools[0].subnet = pools[0].first = pools[0].last = 0xc0000202;
	pools[0].prefix = 31;
	assert_int_equal(dhcp_server_new(&server, &config, NULL), 0);
	dhcp_server_free(server);
}

static void test_pools_that_cannot_work_are_refused(void **state)
{
	static const struct reservation twice[] = {
		{ .mac = { 2, 0, 0, 0, 0, 1 }, .address = FIRST },
		{ .mac = { 2, 0, 0, 0, 0, 2 }, .address = FIRST },
	};
	static const struct reservation own[] = { { .mac = { 2, 0, 0, 0, 0, 1 },
	    .address = SERVER } };
	static const struct reservation network[] = { { .mac = { 2, 0, 0, 0, 0, 1 },
	    .address = 0xc0000200 } };
	static const struct reservation broadcast[] = { { .mac = { 2, 0, 0, 0, 0, 1 },
	    .address = 0xc00002ff } };
	static const struct reservation theirs[] = { { .mac = { 2, 0, 0, 0, 0, 1 },
	    .address = FIRST + 8 } };
	static const struct reservation spare[] = { { .mac = { 2, 0, 0, 0, 0, 1 },
	    .address = FIRST + 30 } };
	const struct {
		struct pool_config pools[2];
		const char *text;
	} rows[] = {
		{ { POOL(FIRST, FIRST + 5, own) },
		    "pool 1: the reserved address 192.0.2.2 is the server's own" },
		{ { POOL(FIRST, FIRST + 5, network) },
		    "pool 1: the reserved address 192.0.2.0 is the subnet's network "
		    "address" },
		{ { POOL(FIRST, FIRST + 5, broadcast) },
		    "pool 1: the reserved address 192.0.2.255 is the subnet's broadcast "
		    "address" },
		{ { POOL(FIRST, FIRST + 5, theirs), POOL(FIRST + 6, FIRST + 9, NULL) },
		    "pool 1: the reserved address 192.0.2.108 is in the range of pool "
		    "2" },
		{ { POOL(FIRST + 6, FIRST + 9, NULL), POOL(FIRST, FIRST + 5, theirs) },
		    "pool 2: the reserved address 192.0.2.108 is in the range of pool "
		    "1" },
		{ { POOL(FIRST, FIRST + 5, spare), POOL(FIRST + 6, FIRST + 9, spare) },
		    "pool 2: the reserved address 192.0.2.130 is reserved in pool 1, "
		    "too" },
		{ { POOL(0xc0000200, 0xc0000201, NULL) },
		    "pool 1: the range includes the subnet's network address" },
		{ { POOL(FIRST, 0xc00002ff, NULL) },
		    "pool 1: the range includes the subnet's broadcast address" },
		{ { { .first = FIRST,
		      .last = FIRST - 1,
		      .subnet = SERVER,
		      .prefix = 24,
		      .lease_s = 1 } },
		    "pool 1: the range ends before it begins" },
		{ { { .first = FIRST,
		      .last = FIRST + 300,
		      .subnet = SERVER,
		      .prefix = 24,
		      .lease_s = 1 } },
		    "pool 1: the range leaves the subnet 192.0.2.0/24" },
		{ { { .first = SERVER,
		      .last = FIRST,
		      .subnet = SERVER,
		      .prefix = 24,
		      .lease_s = 1 } },
		    "pool 1: the server's own address 192.0.2.2 is in it" },
		{ { { .first = FIRST, .last = FIRST, .subnet = SERVER, .prefix = 24 } },
		    "pool 1: a lease of 0 seconds" },
		{ { { .first = FIRST,
		      .last = FIRST + 5,
		      .subnet = SERVER,
		      .prefix = 24,
		      .lease_s = 1,
		      .reservations = twice,
		      .n_reservations = 2 } },
		    "pool 1: 192.0.2.100 is reserved twice" },
		{ { { .first = FIRST,
			.last = FIRST + 5,
			.subnet = SERVER,
			.prefix = 24,
			.lease_s = 1 },
		      { .first = FIRST + 5,
			  .last = FIRST + 9,
			  .subnet = SERVER,
			  .prefix = 24,
			  .lease_s = 1 } },
		    "pool 2: the range 192.0.2.105-192.0.2.109 overlaps that of pool 1" },
		{ { { .first = FIRST + 5,
			.last = FIRST + 9,
			.subnet = SERVER,
			.prefix = 24,
			.lease_s = 1 },
		      { .first = FIRST,
			  .last = FIRST + 5,
			  .subnet = SERVER,
			  .prefix = 24,
			  .lease_s = 1 } },
		    "pool 2: the range 192.0.2.100-192.0.2.105 overlaps that of pool 1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct server_config config = { .address = SERVER,
			.pools = rows[i].pools,
			.n_pools = rows[i].pools[1].prefix ? 2 : 1 };
		struct error err = ERROR_NULL;
		struct dhcp_server *server = NULL;

		assert_int_equal(dhcp_server_new(&server, &config, &err), ERR_CONFIG);
		assert_string_equal(err.text, rows[i].text);
		assert_null(server);
	}
}

/* Option 57 counts the headers of IP and UDP, 28 bytes, and is never below 576. */
static void test_a_reply_is_as_long_as_the_client_takes(void **state)
{
	static const struct {
		uint16_t max_size; /* 0: not told */
		size_t room;
	} rows[] = { { 0, 548 }, { 300, 548 }, { 576, 548 }, { 577, 549 },
		{ 1500, 1472 }, { 1501, 1472 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dhcp_server *server = server_of(2, false);
		struct dhcp_reply reply;

		assert_int_equal(decide(server, 0, &reply,
				     (struct ask){ DHCP_DISCOVER, .client = 1,
					 .max_size = rows[i].max_size }),
		    SERVER_REPLIES);
		assert_int_equal(reply.message.max, rows[i].room);
		dhcp_server_free(server);
	}
}

/* Two clients of one MAC whose longest identifiers differ in the last byte. */
static void test_a_client_identifier_counts_to_its_last_byte(void **state)
{
	struct dhcp_server *server = server_of(5, false);
	struct dhcp_reply one, other;
	char id[256];

	(void)state;
	memset(id, 'x', sizeof(id) - 1);
	id[sizeof(id) - 1] = '\0';
	assert_int_equal(decide(server, 0, &one,
			     (struct ask){ DHCP_DISCOVER, .client = 1, .id = id,
				 .max_size = 1500 }),
	    SERVER_REPLIES);
	id[sizeof(id) - 2] = 'y';
	assert_int_equal(decide(server, 0, &other,
			     (struct ask){ DHCP_DISCOVER, .client = 1, .id = id,
				 .max_size = 1500 }),
	    SERVER_REPLIES);
	assert_true(one.lease != other.lease);
	dhcp_server_free(server);
}

static int try_pools(const struct pool_config *pools, size_t n, struct error *err)
{
	const struct server_config config = { .address = 0x0a000001,
		.pools = pools,
		.n_pools = n };
	struct dhcp_server *server = NULL;
	int r = dhcp_server_new(&server, &config, err);

	dhcp_server_free(server);
	return r;
}

static void test_pools_and_addresses_have_a_limit(void **state)
{
	struct pool_config pools[SERVER_POOLS_MAX + 1];
	struct error err = ERROR_NULL;

	(void)state;
	for (uint32_t i = 0; i < ARRAY_LEN(pools); i++)
		pools[i] = (struct pool_config){ .first = 0x0a010000 + 2 * i,
			.last = 0x0a010001 + 2 * i,
			.subnet = 0x0a000000,
			.prefix = 8,
			.lease_s = 1 };
	assert_int_equal(try_pools(pools, SERVER_POOLS_MAX, &err), 0);
	assert_int_equal(try_pools(pools, SERVER_POOLS_MAX + 1, &err), ERR_CONFIG);
	assert_string_equal(err.text, "more than 64 pools");
	pools[0].last = pools[0].first + POOL_ADDRESSES_MAX - 1;
	assert_int_equal(try_pools(pools, 1, &err), 0);
	pools[0].last++;
	assert_int_equal(try_pools(pools, 1, &err), ERR_CONFIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_offer_has_all_that_a_cpe_needs),
		cmocka_unit_test(test_option_43_is_for_cpes_and_sent_unasked),
		cmocka_unit_test(
		    test_a_long_option_43_reaches_a_client_of_small_messages),
		cmocka_unit_test(test_replies_go_where_rfc_2131_4_1_says),
		cmocka_unit_test(test_requests_are_answered_by_what_is_known),
		cmocka_unit_test(test_an_authoritative_server_refuses_strangers),
		cmocka_unit_test(test_a_reserved_address_goes_to_its_mac_alone),
		cmocka_unit_test(test_a_full_pool_serves_again_when_a_lease_ends),
		cmocka_unit_test(test_a_release_without_a_server_is_taken),
		cmocka_unit_test(
		    test_a_pool_of_another_subnet_is_for_those_whom_a_relay_brings),
		cmocka_unit_test(test_an_offer_that_nobody_takes_is_offered_again),
		cmocka_unit_test(test_a_client_comes_back_to_its_address),
		cmocka_unit_test(test_a_declined_address_is_kept_back),
		cmocka_unit_test(
		    test_a_reserved_address_that_was_declined_is_kept_back),
		cmocka_unit_test(test_clients_are_told_apart_by_option_61),
		cmocka_unit_test(test_an_address_is_reserved_for_an_identifier),
		cmocka_unit_test(
		    test_what_is_reserved_goes_before_what_is_free_in_another_pool),
		cmocka_unit_test(test_several_routers_are_told_in_their_order),
		cmocka_unit_test(test_a_pool_is_for_whom_it_says),
		cmocka_unit_test(
		    test_the_address_of_another_server_of_the_subnet_is_not_refused),
		cmocka_unit_test(test_option_82_comes_back_last_and_whole),
		cmocka_unit_test(test_leases_go_on_under_another_configuration),
		cmocka_unit_test(test_the_pool_is_full_of_leases_and_every_one_is_told),
		cmocka_unit_test(test_leases_are_told_and_restored),
		cmocka_unit_test(test_pools_that_cannot_work_are_refused),
		cmocka_unit_test(test_pools_may_reach_to_the_ends_of_their_subnet),
		cmocka_unit_test(test_a_reply_is_as_long_as_the_client_takes),
		cmocka_unit_test(test_a_client_identifier_counts_to_its_last_byte),
		cmocka_unit_test(test_pools_and_addresses_have_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
