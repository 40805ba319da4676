/* agents/cpe/ports: VLANs of a switch. What route netlink says of their links, and what there is room
 * for. */
#include "agents/cpe/ports/vlan_link.h"
#include "agents/cpe/ports/vlan_wish.h"
#include "tests/unit/cpe/bridge_messages.h"

static void test_names_of_the_links_of_vlans(void **state)
{
	static const struct {
		const char *name;
		enum vlan_link link;
		unsigned number, vlan;
	} rows[] = {
		{ "br~20", VLAN_LINK_BRIDGE, 0, 20 },
		{ "br~0", VLAN_LINK_BRIDGE, 0, 0 },
		{ "t3~4094", VLAN_LINK_NEAR, 3, 4094 },
		{ "u64~1", VLAN_LINK_FAR, 64, 1 },
		{ "br0", VLAN_LINK_NONE, 0, 0 },
		{ "br~4095", VLAN_LINK_NONE, 0, 0 },
		{ "x3~1", VLAN_LINK_NONE, 0, 0 },
		{ "p4~node", VLAN_LINK_NONE, 0, 0 },
		{ "t~1", VLAN_LINK_NONE, 0, 0 },
		{ "~1", VLAN_LINK_NONE, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[VLAN_LINK_NAME_MAX];
		unsigned number, vlan;

		assert_int_equal(vlan_link_read(rows[i].name, &number, &vlan),
		    rows[i].link);
		if (rows[i].link == VLAN_LINK_NONE)
			continue;
		assert_int_equal(number, rows[i].number);
		assert_int_equal(vlan, rows[i].vlan);
		assert_string_equal(vlan_link_name(rows[i].link, number, vlan, text),
		    rows[i].name);
	}
}

static struct message named(int type, int ifindex, const char *name)
{
	struct message message;
	struct ifinfomsg *link = begin(&message, type, sizeof(*link));

	link->ifi_index = ifindex;
	put(&message, IFLA_IFNAME, name, strlen(name) + 1);
	return message;
}

/* A port keeps its number, and what is behind it its VLAN. */
static void test_a_port_may_be_in_the_bridge_of_a_vlan(void **state)
{
	enum {
		VLAN_20 = 40,
		SINK = 41,
		PAIR = 42
	};
	struct message bridge = named(RTM_NEWLINK, VLAN_20, "br~20");

	(void)state;
	port_table_take_bridge(&table, &bridge.header);
	assert_true(take(link_message(RTM_NEWLINK, FIRST, VLAN_20, IFF_UP)));
	assert_true(take_port(FIRST + 1, IFF_UP));
	assert_int_equal(table.ports[0].vlan, 20);
	assert_int_equal(table.ports[1].vlan, 0);
	assert_true(take(mac_message(RTM_NEWNEIGH, FIRST, 1, NUD_REACHABLE)));
	assert_int_equal(table.macs[0].vlan, 20);

	/* The second carries tags. */
	assert_false(take(named(RTM_NEWLINK, SINK, "br~0")));
	assert_false(take(named(RTM_NEWLINK, PAIR, "t2~20")));
	assert_false(take(named(RTM_NEWLINK, PAIR + 1, "u2~20")));
	assert_true(take(link_message(RTM_NEWLINK, FIRST + 1, SINK, IFF_UP)));
	assert_true(table.ports[1].is_there);
	assert_true(take(mac_message(RTM_NEWNEIGH, PAIR, 1, NUD_REACHABLE)));
	assert_int_equal(table.n_macs, 1); /* it has moved */
	assert_int_equal(table.macs[0].number, 2);
	assert_true(take(mac_message(RTM_NEWNEIGH, PAIR, 2, NUD_REACHABLE)));
	assert_int_equal(port_table_count_macs(&table, 2), 2);
	assert_int_equal(table.n_ports, 2);

	assert_false(take(named(RTM_DELLINK, PAIR, "t2~20")));
	assert_false(take(mac_message(RTM_NEWNEIGH, PAIR, 3, NUD_REACHABLE)));
	assert_false(take(named(RTM_DELLINK, VLAN_20, "br~20")));
	assert_true(take(link_message(RTM_NEWLINK, FIRST, VLAN_20, IFF_UP)));
	assert_false(table.ports[0].is_there);
}

static void test_a_switch_has_room_for_so_many_vlans_on_trunks(void **state)
{
	static struct vlan_wish wish;
	struct error err = ERROR_NULL;

	(void)state;
	vlan_wish_init(&wish);
	vlan_set_add(&wish.ports[0].tagged, 2, PORT_PAIRS_MAX);
	vlan_set_add(&wish.ports[0].untagged, 1, 1);
	vlan_set_add(&wish.ports[1].untagged, 7, 9);
	wish.ports[0].is_carried = true;
	assert_int_equal(vlan_wish_check(&wish, &err), 0);
	wish.ports[1].is_carried = true;
	assert_int_equal(vlan_wish_check(&wish, &err), ERR_LIMIT);
	assert_string_equal(err.text,
	    "The VLANs of all trunk and hybrid ports together are 515, and the device "
	    "has room for 512.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_of_the_links_of_vlans),
		cmocka_unit_test_setup(test_a_port_may_be_in_the_bridge_of_a_vlan,
		    clear),
		cmocka_unit_test(test_a_switch_has_room_for_so_many_vlans_on_trunks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
