/* agents/cpe/ports: what route netlink says of a bridge, as a table; and the table as a data
 * model shows it. The messages are made here, byte for byte as the kernel makes them. */
#include "tests/unit/cpe/bridge_messages.h"
#include "tests/unit/cpe/rpc_ask.h"

#include "agents/cpe/ports/bridge.h"
#include "agents/cpe/ports/port_values.h"
#include "lib/base/rng.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- ports ------------------------------------------------------------------------------ */

static void test_a_port_is_what_the_kernel_says_of_it(void **state)
{
	const struct port *port;

	(void)state;
	assert_true(take_port(FIRST, IFF_UP | IFF_RUNNING));
	assert_false(take(link_message(RTM_NEWLINK, 9, 0, IFF_UP)));
	assert_false(take(link_message(RTM_NEWLINK, 10, BRIDGE + 1, IFF_UP)));
	assert_false(take(link_message(RTM_NEWLINK, BRIDGE, BRIDGE, IFF_UP)));
	assert_int_equal(table.n_ports, 1);
	port = port_table_at(&table, 1);
	assert_string_equal(port->name, "p3");
	assert_memory_equal(port->mac, "\x06\0\0\0\0\x03", 6);
	assert_true(port->is_there && port->is_enabled && port->has_link);
	assert_int_equal(port->mtu, 1500);
	assert_int_equal(port->in.packets, 7);
	assert_true(port->out.bytes == UINT64_C(5000000000));
	assert_int_equal(port->multicasts_in, 2);
	assert_null(port_table_at(&table, 0));
	assert_null(port_table_at(&table, 2));
}

/* A carrier counts for nothing where the port is down. */
static void test_a_link_wants_a_port_that_is_up(void **state)
{
	static const struct {
		unsigned flags;
		bool is_enabled, has_link;
	} rows[] = {
		{ 0, false, false },
		{ IFF_RUNNING, false, false },
		{ IFF_UP, true, false },
		{ IFF_UP | IFF_RUNNING, true, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(take_port(FIRST, rows[i].flags));
		assert_int_equal(table.ports[0].is_enabled, rows[i].is_enabled);
		assert_int_equal(table.ports[0].has_link, rows[i].has_link);
	}
	assert_int_equal(table.n_ports, 1);
}

static void test_a_port_that_goes_keeps_its_number(void **state)
{
	(void)state;
	assert_true(take_port(FIRST, IFF_UP | IFF_RUNNING));
	assert_true(take_port(FIRST + 1, IFF_UP | IFF_RUNNING));
	assert_true(take(link_message(RTM_DELLINK, FIRST, BRIDGE, 0)));
	assert_false(take(link_message(RTM_DELLINK, FIRST, BRIDGE, 0)));
	assert_false(table.ports[0].is_there || table.ports[0].has_link);
	/* It leaves the bridge, and not the machine. */
	assert_true(take(link_message(RTM_NEWLINK, FIRST + 1, 0, IFF_UP)));
	assert_false(table.ports[1].is_there);
	assert_true(take_port(FIRST + 2, IFF_UP));
	assert_int_equal(port_table_number(&table, FIRST + 2), 3);
	assert_true(take_port(FIRST, IFF_UP));
	assert_int_equal(port_table_number(&table, FIRST), 1);
	assert_true(table.ports[0].is_there);
	/* What a dump does not tell of again is gone. */
	port_table_begin_links(&table);
	assert_true(take_port(FIRST, IFF_UP));
	assert_true(table.ports[0].is_there);
	assert_false(table.ports[2].is_there);
}

static void test_64_ports_have_numbers_and_the_next_has_none(void **state)
{
	(void)state;
	for (int i = 0; i < PORTS_MAX; i++)
		assert_true(take_port(FIRST + i, IFF_UP));
	assert_int_equal(table.n_without, 0);
	assert_false(take_port(FIRST + PORTS_MAX, IFF_UP));
	assert_int_equal(table.n_ports, PORTS_MAX);
	assert_int_equal(table.n_without, 1);
	assert_int_equal(port_table_number(&table, FIRST + PORTS_MAX - 1), PORTS_MAX);
	assert_int_equal(port_table_number(&table, FIRST + PORTS_MAX), 0);
}

/* ---- MAC addresses ----------------------------------------------------------------------- */

static void test_mac_addresses_are_those_behind_ports(void **state)
{
	struct message other;

	(void)state;
	assert_true(take_port(FIRST, IFF_UP));
	assert_true(take_port(FIRST + 1, IFF_UP));
	assert_true(take(mac_message(RTM_NEWNEIGH, FIRST, 1, NUD_REACHABLE)));
	assert_true(take(mac_message(RTM_NEWNEIGH, FIRST, 2, NUD_NOARP)));
	/* The bridge's own, that of no port, and one of another kind. */
	assert_false(take(mac_message(RTM_NEWNEIGH, FIRST, 3, NUD_PERMANENT)));
	assert_false(take(mac_message(RTM_NEWNEIGH, 99, 4, NUD_REACHABLE)));
	other = mac_message(RTM_NEWNEIGH, FIRST, 5, NUD_REACHABLE);
	((struct ndmsg *)(void *)(other.bytes + NLMSG_HDRLEN))->ndm_family = AF_INET;
	assert_false(take(other));
	assert_int_equal(table.n_macs, 2);
	assert_int_equal(table.macs[0].idle_s, 12);
	assert_true(table.macs[1].is_static);
	/* It has moved behind another port. */
	assert_true(take(mac_message(RTM_NEWNEIGH, FIRST + 1, 1, NUD_REACHABLE)));
	assert_int_equal(table.n_macs, 2);
	assert_int_equal(port_table_count_macs(&table, 1), 1);
	assert_int_equal(port_table_count_macs(&table, 2), 1);
	assert_true(take(mac_message(RTM_DELNEIGH, FIRST + 1, 1, NUD_REACHABLE)));
	assert_int_equal(port_table_count_macs(&table, 2), 0);
	assert_int_equal(table.n_macs, 1);
	port_table_begin_macs(&table);
	assert_int_equal(table.n_macs, 0);
}

static void test_4096_mac_addresses_are_kept_and_others_counted(void **state)
{
	(void)state;
	assert_true(take_port(FIRST, IFF_UP));
	for (uint32_t i = 0; i < PORT_MACS_MAX; i++)
		assert_true(take(mac_message(RTM_NEWNEIGH, FIRST, i, NUD_REACHABLE)));
	assert_int_equal(table.n_more_macs, 0);
	assert_true(
	    take(mac_message(RTM_NEWNEIGH, FIRST, PORT_MACS_MAX, NUD_REACHABLE)));
	assert_int_equal(table.n_macs, PORT_MACS_MAX);
	assert_int_equal(table.n_more_macs, 1);
}

/* What is kept of addresses that come and go in any order, held against a plain list of them. */
static void test_mac_addresses_are_found_again_however_many_there_are(void **state)
{
	enum {
		ADDRESSES = 3000,
		STEPS = 60000
	};
	static uint16_t behind[ADDRESSES]; /* which port; 0: none */
	struct rng rng = rng_make(7, 0);
	unsigned n = 0;

	(void)state;
	table.seed = 9;
	assert_true(take_port(FIRST, IFF_UP));
	assert_true(take_port(FIRST + 1, IFF_UP));
	for (unsigned i = 0; i < STEPS; i++) {
		uint32_t last = (uint32_t)rng_between(&rng, 0, ADDRESSES - 1);
		uint16_t number = (uint16_t)rng_between(&rng, 0, 2);

		n += number > 0;
		n -= behind[last] > 0;
		behind[last] = number;
		assert_true(take(mac_message(number > 0 ? RTM_NEWNEIGH : RTM_DELNEIGH,
		    number > 0 ? FIRST + number - 1 : FIRST, last, NUD_REACHABLE)));
		assert_int_equal(table.n_macs, n);
	}
	for (unsigned i = 0; i < table.n_macs; i++) {
		const uint8_t *mac = table.macs[i].mac;
		unsigned last = mac[4] << 8 | mac[5];

		assert_true(behind[last] > 0);
		assert_int_equal(table.macs[i].number, behind[last]);
		behind[last] = 0; /* there is no other row of it */
	}
}

/* ---- what is no message ------------------------------------------------------------------- */

/* Cut anywhere, or with an attribute of any length, it is taken in part or not at all. The
 * copy ends where the message ends, so that a sanitizer sees each byte too far. */
static void test_cut_messages_are_read_no_further(void **state)
{
	struct message whole = link_message(RTM_NEWLINK, FIRST, BRIDGE, IFF_UP);

	(void)state;
	for (uint32_t len = NLMSG_HDRLEN; len < whole.header.nlmsg_len; len++) {
		struct nlmsghdr *part = malloc(len);

		assert_non_null(part);
		memcpy(part, &whole, len);
		part->nlmsg_len = len;
		(void)port_table_take(&table, part);
		free(part);
	}
	for (unsigned wrong = 0; wrong < 8; wrong++) {
		struct message message = whole;
		struct rtattr *first =
		    (void *)(message.bytes +
			     NLMSG_ALIGN(NLMSG_LENGTH(sizeof(struct ifinfomsg))));

		first->rta_len = (uint16_t)wrong;
		(void)take(message);
	}
	assert_false(take((struct message){
	    .header = { .nlmsg_len = NLMSG_HDRLEN, .nlmsg_type = RTM_NEWLINK } }));
	assert_false(take((struct message){
	    .header = { .nlmsg_len = NLMSG_HDRLEN, .nlmsg_type = RTM_NEWNEIGH } }));
	assert_false(take((struct message){
	    .header = { .nlmsg_len = NLMSG_HDRLEN, .nlmsg_type = RTM_NEWADDR } }));
}

/* Hears n bytes of the message, with another whole one behind it where there is one. */
static unsigned hear(const struct message *message, size_t n,
    const struct message *behind)
{
	char bytes[2 * sizeof(*message)];
	size_t len = NLMSG_ALIGN(n);
	unsigned news;
	int pair[2];

	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes, message, n);
	if (behind) {
		memcpy(bytes + len, behind, behind->header.nlmsg_len);
		len += behind->header.nlmsg_len;
	}
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			     0, pair),
	    0);
	assert_int_equal(send(pair[1], bytes, behind ? len : n, 0), behind ? len : n);
	news = bridge_hear(pair[0], &table);
	assert_int_equal(bridge_hear(pair[0], &table), BRIDGE_NO_NEWS);
	(void)close(pair[0]);
	(void)close(pair[1]);
	return news;
}

static void test_what_is_heard_of_ports_is_news(void **state)
{
	struct message port = link_message(RTM_NEWLINK, FIRST, BRIDGE, IFF_UP);
	struct message other = link_message(RTM_NEWLINK, 99, 0, IFF_UP);
	size_t len = port.header.nlmsg_len;

	(void)state;
	assert_int_equal(hear(&other, other.header.nlmsg_len, NULL), BRIDGE_NO_NEWS);
	/* A byte is missing, or its length is none. */
	assert_int_equal(hear(&port, len - 1, NULL), BRIDGE_NO_NEWS);
	port.header.nlmsg_len = sizeof(port.header) - 1;
	assert_int_equal(hear(&port, len, NULL), BRIDGE_NO_NEWS);
	port.header.nlmsg_len = 0;
	assert_int_equal(hear(&port, len, NULL), BRIDGE_NO_NEWS);
	assert_int_equal(table.n_ports, 0);
	port.header.nlmsg_len = (uint32_t)len;
	assert_int_equal(hear(&port, len, NULL), BRIDGE_NEWS);
	assert_int_equal(table.n_ports, 1);
	port = link_message(RTM_NEWLINK, FIRST + 1, BRIDGE, IFF_UP);
	assert_int_equal(hear(&other, other.header.nlmsg_len, &port), BRIDGE_NEWS);
	assert_int_equal(table.n_ports, 2);
}

/* Who floods a port has the kernel tell of each frame: the CPE does other things between. */
static void test_256_messages_are_heard_at_a_time(void **state)
{
	const struct message nothing = { .header = { .nlmsg_len = NLMSG_HDRLEN,
					     .nlmsg_type = NLMSG_NOOP } };
	const unsigned rows[][2] = {
		{ BRIDGE_HEAR_MAX - 1, BRIDGE_NO_NEWS },
		{ BRIDGE_HEAR_MAX, BRIDGE_MORE },
	};
	const int room = 200000;
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX,
			     SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair),
	    0);
	(void)setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (unsigned n = 0; n < rows[i][0]; n++)
			assert_int_equal(send(pair[1], &nothing, NLMSG_HDRLEN, 0),
			    NLMSG_HDRLEN);
		assert_int_equal(bridge_hear(pair[0], &table), rows[i][1]);
		assert_int_equal(bridge_hear(pair[0], &table), BRIDGE_NO_NEWS);
	}
	(void)close(pair[0]);
	(void)close(pair[1]);
}

/* ---- in the data model -------------------------------------------------------------------- */

#define LAN "~LANDevice.1."
#define IF  LAN "LANEthernetInterfaceConfig."

static struct str get_port(void *arg, uint32_t number, enum model_live live,
    enum model_type type, struct arena *arena)
{
	(void)arg;
	return port_value(&table, number, live, type, arena);
}

/* Port 3 is one that the kernel does not set. */
static uint32_t set_port(void *arg, uint32_t number, bool is_enabled)
{
	struct device_stub *stub = arg;

	if (number == 3)
		return 9004;
	table.ports[number - 1].is_enabled = is_enabled;
	table.ports[number - 1].has_link = is_enabled;
	(void)snprintf(stub->diary, sizeof(stub->diary), "port %u %s", number,
	    is_enabled ? "up" : "down");
	return 0;
}

static struct model_self self(void *arg)
{
	(void)arg;
	return (struct model_self){ .now = { STUB_WALL, NS_PER_S } };
}

static struct device_stub *open_switch(unsigned n)
{
	struct device_stub *stub = stub_new("managed-switch.yaml");

	stub->rpc.device.get_port = get_port;
	stub->rpc.device.set_port = set_port;
	stub->rpc.device.self = self;
	for (unsigned i = 0; i < n; i++)
		assert_true(take_port(FIRST + (int)i, IFF_UP | IFF_RUNNING));
	assert_int_equal(port_values_make(&stub->values, n), 0);
	return stub;
}

static void test_each_port_is_an_interface_of_its_number(void **state)
{
	static const struct asked rows[] = {
		{ "get " LAN "LANEthernetInterfaceNumberOfEntries",
		    "ok LANDevice.1.LANEthernetInterfaceNumberOfEntries=3:unsignedInt" },
		{ "get " IF "2.Name",
		    "ok LANDevice.1.LANEthernetInterfaceConfig.2.Name=GE1/0/2:string" },
		{ "get " IF "2.MACAddress",
		    "ok LANDevice.1.LANEthernetInterfaceConfig.2.MACAddress="
		    "06:00:00:00:00:04:string" },
		{ "get " IF "2.Status",
		    "ok LANDevice.1.LANEthernetInterfaceConfig.2.Status=Up:string" },
		/* TR-098 counts in 32 bits: 5000000000 - 4294967296 */
		{ "get " IF "2.Stats.BytesSent",
		    "ok LANDevice.1.LANEthernetInterfaceConfig.2.Stats.BytesSent="
		    "705032704:unsignedInt" },
		{ "get " IF "4.Name", "9005 Client" },
		{ "set " IF "2.Status=Up", "9003 Client LANDevice.1."
					   "LANEthernetInterfaceConfig.2.Status=9008" },
		{ NULL, NULL },
	};
	struct device_stub *stub = open_switch(3);

	(void)state;
	ask_all(stub, rows);
	stub_free(stub);
}

static void test_setting_enable_sets_the_port(void **state)
{
	static const struct asked rows[] = {
		{ "set " IF "1.Enable=0", "ok" },
		{ "get " IF "1.Enable",
		    "ok LANDevice.1.LANEthernetInterfaceConfig.1.Enable=0:boolean" },
		{ "get " IF "1.Status",
		    "ok LANDevice.1.LANEthernetInterfaceConfig.1.Status=Disabled:string" },
		{ "set " IF "1.Enable=true", "ok" },
		{ "get " IF "1.Status",
		    "ok LANDevice.1.LANEthernetInterfaceConfig.1.Status=Up:string" },
		{ "set " IF "1.Enable=2",
		    "9003 Client LANDevice.1.LANEthernetInterfaceConfig.1.Enable=9007" },
		{ "set " IF "3.Enable=0", "9004 Server" },
		/* All or none, in whatever order. */
		{ "set " IF "1.Enable=0 " IF "3.Enable=0", "9004 Server" },
		{ "set " IF "3.Enable=0 " IF "1.Enable=0", "9004 Server" },
		{ "get " IF "1.Enable",
		    "ok LANDevice.1.LANEthernetInterfaceConfig.1.Enable=1:boolean" },
		{ NULL, NULL },
	};
	struct device_stub *stub = open_switch(3);

	(void)state;
	ask_all(stub, rows);
	assert_string_equal(stub->diary, "port 1 up");
	stub_free(stub);
}

static void test_mac_addresses_are_a_list_and_a_count(void **state)
{
	static const struct asked rows[] = {
		{ "get " IF "1.X_00E0FC_MACAddresses",
		    "ok LANDevice.1.LANEthernetInterfaceConfig.1.X_00E0FC_MACAddresses="
		    "02:00:00:00:00:01,02:00:00:00:00:02:string" },
		{ "get " IF "1.X_00E0FC_MACAddressNumberOfEntries",
		    "ok LANDevice.1.LANEthernetInterfaceConfig.1."
		    "X_00E0FC_MACAddressNumberOfEntries=2:unsignedInt" },
		{ "get " IF "2.X_00E0FC_MACAddresses",
		    "ok LANDevice.1.LANEthernetInterfaceConfig.2.X_00E0FC_MACAddresses="
		    ":string" },
		{ NULL, NULL },
	};
	struct device_stub *stub = open_switch(2);

	(void)state;
	assert_true(take(mac_message(RTM_NEWNEIGH, FIRST, 1, NUD_REACHABLE)));
	assert_true(take(mac_message(RTM_NEWNEIGH, FIRST, 2, NUD_REACHABLE)));
	ask_all(stub, rows);
	stub_free(stub);
}

/* Once an ACS knows it, a link that goes is a change that starts a session. */
static void test_a_link_that_goes_is_a_change(void **state)
{
	struct device_stub *stub = open_switch(2);
	struct cwmp_inform inform = { 0 };
	auto_arena arena = ARENA_NULL;

	(void)state;
	assert_int_equal(rpc_fill_inform(&stub->rpc, &arena, &inform), 0);
	rpc_inform_told(&stub->rpc);
	assert_false(rpc_has_changes(&stub->rpc, true));
	assert_true(take_port(FIRST + 1, IFF_UP));
	assert_true(rpc_has_changes(&stub->rpc, true));
	assert_true(take_port(FIRST + 1, IFF_UP | IFF_RUNNING));
	assert_false(rpc_has_changes(&stub->rpc, true));
	stub_free(stub);
}

/* Who is behind a port is told where an ACS wants to know it. */
static void test_a_new_neighbour_is_a_change(void **state)
{
	struct device_stub *stub = open_switch(2);
	struct cwmp_inform inform = { 0 };
	auto_arena arena = ARENA_NULL;

	(void)state;
	ask(stub, "notify " IF "2.X_00E0FC_MACAddresses=2", "ok");
	assert_int_equal(rpc_fill_inform(&stub->rpc, &arena, &inform), 0);
	rpc_inform_told(&stub->rpc);
	assert_true(take(mac_message(RTM_NEWNEIGH, FIRST, 1, NUD_REACHABLE)));
	assert_false(rpc_has_changes(&stub->rpc, true)); /* behind port 1 */
	assert_true(take(mac_message(RTM_NEWNEIGH, FIRST + 1, 2, NUD_REACHABLE)));
	assert_true(rpc_has_changes(&stub->rpc, true));
	assert_true(take(mac_message(RTM_DELNEIGH, FIRST + 1, 2, NUD_REACHABLE)));
	assert_false(rpc_has_changes(&stub->rpc, true));
	stub_free(stub);
}

static void test_objects_of_ports_are_made_once_and_stay(void **state)
{
	struct device_stub *stub = open_switch(2);
	struct device_stub *other = stub_new("hp5920.yaml");
	struct model_at at;

	(void)state;
	assert_int_equal(port_values_make(&stub->values, 2), 0);
	assert_false(model_values_find(&stub->values,
	    STR("InternetGatewayDevice.LANDevice.1.LANEthernetInterfaceConfig.3."),
	    &at));
	assert_int_equal(port_values_make(&stub->values, 1), 0);
	assert_true(model_values_find(&stub->values,
	    STR("InternetGatewayDevice.LANDevice.1.LANEthernetInterfaceConfig.2."),
	    &at));
	/* A model that has none wants none. */
	assert_int_equal(port_values_make(&other->values, 64), 0);
	assert_null(other->values.block);
	stub_free(other);
	stub_free(stub);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_a_port_is_what_the_kernel_says_of_it,
		    clear),
		cmocka_unit_test_setup(test_a_link_wants_a_port_that_is_up, clear),
		cmocka_unit_test_setup(test_a_port_that_goes_keeps_its_number, clear),
		cmocka_unit_test_setup(test_64_ports_have_numbers_and_the_next_has_none,
		    clear),
		cmocka_unit_test_setup(test_mac_addresses_are_those_behind_ports,
		    clear),
		cmocka_unit_test_setup(
		    test_mac_addresses_are_found_again_however_many_there_are, clear),
		cmocka_unit_test_setup(
		    test_4096_mac_addresses_are_kept_and_others_counted, clear),
		cmocka_unit_test_setup(test_cut_messages_are_read_no_further, clear),
		cmocka_unit_test_setup(test_what_is_heard_of_ports_is_news, clear),
		cmocka_unit_test(test_256_messages_are_heard_at_a_time),
		cmocka_unit_test_setup(test_each_port_is_an_interface_of_its_number,
		    clear),
		cmocka_unit_test_setup(test_setting_enable_sets_the_port, clear),
		cmocka_unit_test_setup(test_mac_addresses_are_a_list_and_a_count,
		    clear),
		cmocka_unit_test_setup(test_a_link_that_goes_is_a_change, clear),
		cmocka_unit_test_setup(test_a_new_neighbour_is_a_change, clear),
		cmocka_unit_test_setup(test_objects_of_ports_are_made_once_and_stay,
		    clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
