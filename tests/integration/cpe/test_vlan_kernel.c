/* agents/cpe/ports against this kernel: what a switch makes of its bridge, in a network of the
 * test's own where no other program of a lab runs. */
#include "tests/support/patience.h"
#include "tests/support/sandbox.h"
#include "tests/unit/unit.h"

#include "agents/cpe/ports/bridge.h"
#include "agents/cpe/ports/static_routes.h"
#include "agents/cpe/ports/switchboard.h"
#include "agents/cpe/ports/vlan_fabric.h"
#include "agents/cpe/ports/vlan_link.h"
#include "lib/base/buf.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"

#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the network ------------------------------------------------------------------------- */

/* Lines for "ip -batch". */
static void ip(const char *lines)
{
	FILE *in = popen("PATH=$PATH:/usr/sbin:/sbin ip -batch -", "w");

	if (!in || fputs(lines, in) == EOF || pclose(in) != 0)
		fail_msg("ip: %s", lines);
}

static void read_ip(const char *words, struct buf *ret)
{
	char line[256];
	FILE *out;
	size_t n;

	(void)snprintf(line, sizeof(line), "PATH=$PATH:/usr/sbin:/sbin ip %s", words);
	out = popen(line, "r");
	assert_non_null(out);
	while ((n = fread(line, 1, sizeof(line), out)) > 0)
		buf_append(ret, line, n);
	(void)pclose(out);
}

/* Whether "ip WORDS" prints the text. */
static bool prints(const char *words, const char *text)
{
	auto_buf out = BUF_NULL;

	read_ip(words, &out);
	return str_find(buf_str(&out), str_of(text), NULL);
}

/* ---- the switch -------------------------------------------------------------------------- */

static uv_loop_t loop;
static struct cpe_place place;
static struct port_table table;
static struct vlan_fabric *fabric;
static struct vlan_wish wish;

/* Two ports, and the other ends of their cables. */
static void begin_with(const char *bridge)
{
	struct error err = ERROR_NULL;

	sandbox_change_network();
	ip(bridge);
	ip("link set br0 up\n"
	   "address add 192.0.2.1/24 dev br0\n"
	   "link add p1 type veth peer name e1\n"
	   "link add p2 type veth peer name e2\n"
	   "link set p1 master br0 up\n"
	   "link set p2 master br0 up\n"
	   "link set e1 up\n"
	   "link set e2 up\n");
	assert_int_equal(uv_loop_init(&loop), 0);
	place = (struct cpe_place)CPE_PLACE_NULL;
	assert_int_equal(cpe_place_open(&place, NULL, "br0", &err), 0);
	memset(&table, 0, sizeof(table));
	assert_int_equal(bridge_read(&place, &table, &err), 0);
	fabric = vlan_fabric_new(&loop, &place);
	assert_non_null(fabric);
	vlan_wish_init(&wish);
}

static int begin(void **state)
{
	(void)state;
	begin_with("link add br0 address 02:00:00:00:00:01 type bridge\n");
	return 0;
}

/* As somebody makes a bridge by hand. */
static int begin_by_hand(void **state)
{
	(void)state;
	begin_with("link add br0 type bridge\n");
	return 0;
}

static int end(void **state)
{
	(void)state;
	vlan_fabric_close(fabric);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	vlan_fabric_free(fabric);
	assert_int_equal(uv_loop_close(&loop), 0);
	cpe_place_close(&place);
	return 0;
}

static void set_vlans(void)
{
	struct error err = ERROR_NULL;

	if (vlan_fabric_set(fabric, &table, &wish, &err) < 0)
		fail_msg("%s", err.text);
}

static void want_address(unsigned vlan, uint32_t address)
{
	wish.addresses[0] = (struct vlan_address){ vlan, address, 24 };
	wish.n_addresses = 1;
}

/* ---- VLANs that go ----------------------------------------------------------------------- */

enum {
	LOOK_MS = 30,
	FIRST = 2,
	LAST = 9
};

static void carry_many(bool are_there)
{
	wish.ports[0].is_carried = true;
	vlan_set_add(&wish.ports[0].untagged, 1, 1);
	if (are_there)
		vlan_set_add(&wish.ports[0].tagged, FIRST, LAST);
	else
		vlan_set_remove(&wish.ports[0].tagged, FIRST, LAST);
	set_vlans();
}

/* How many of their links there are: a bridge, and a pair. */
static unsigned count_links(void)
{
	char name[VLAN_LINK_NAME_MAX];
	unsigned n = 0;

	for (unsigned vlan = FIRST; vlan <= LAST; vlan++) {
		n +=
		    if_nametoindex(vlan_link_name(VLAN_LINK_BRIDGE, 0, vlan, name)) > 0;
		n += if_nametoindex(vlan_link_name(VLAN_LINK_NEAR, 1, vlan, name)) > 0;
		n += if_nametoindex(vlan_link_name(VLAN_LINK_FAR, 1, vlan, name)) > 0;
	}
	return n;
}

static void wait_until_gone(void)
{
	clock_ns end_at = clock_monotonic() + patience_ms() * NS_PER_MS;

	while (count_links() > 0 && clock_monotonic() < end_at)
		(void)poll(NULL, 0, LOOK_MS);
	assert_int_equal(count_links(), 0);
}

/* Whatever else the loop has to do does not wait for them, and they may be wanted again at once. */
static void test_vlans_go_while_the_loop_goes_on(void **state)
{
	const unsigned all = 3 * (LAST - FIRST + 1);

	(void)state;
	carry_many(true);
	assert_int_equal(count_links(), all);
	carry_many(false);
	assert_true(count_links() > 0);
	carry_many(true);
	assert_int_equal(count_links(), all);
	carry_many(false);
	wait_until_gone();
}

/* What a program that ends has left goes with the next wish. */
static void test_a_switch_may_end_while_vlans_go(void **state)
{
	(void)state;
	carry_many(true);
	carry_many(false);
	vlan_fabric_close(fabric);
	assert_true(count_links() > 0);
	vlan_fabric_free(fabric);
	fabric = vlan_fabric_new(&loop, &place);
	assert_non_null(fabric);
	set_vlans();
	wait_until_gone();
}

/* Its address is that of a port, and then none. */
static void test_vlans_are_made_when_no_port_is_left_in_vlan_1(void **state)
{
	(void)state;
	wish.ports[0].pvid = wish.ports[1].pvid = 20;
	set_vlans();
	assert_true(prints("-o link show dev br0", "00:00:00:00:00:00"));
	wish.ports[0].is_carried = true;
	vlan_set_add(&wish.ports[0].tagged, 20, 30);
	want_address(30, 0x0a001e01);
	set_vlans();
	assert_true(prints("-o -4 address show dev br~30", "10.0.30.1/24"));
	assert_false(prints("-o link show dev br~30", "00:00:00:00:00:00"));
}

/* ---- addresses --------------------------------------------------------------------------- */

static void test_an_interface_that_goes_leaves_no_address(void **state)
{
	(void)state;
	wish.ports[0].pvid = 20;
	wish.ports[1].pvid = 30;
	want_address(20, 0x0a001401);
	set_vlans();
	assert_true(prints("-o -4 address show dev br~20", "10.0.20.1/24"));
	assert_true(prints("route get 10.0.20.9", " dev br~20 "));
	/* Its ports stay in the VLAN. */
	wish.n_addresses = 0;
	set_vlans();
	assert_true(prints("-o link show dev br~20", "NOARP"));
	assert_false(prints("-o -4 address show dev br~20", "inet"));
	assert_false(prints("route show table all", "10.0.20."));
	/* The network is on another VLAN, and then that one's address alone is changed. */
	want_address(30, 0x0a001401);
	set_vlans();
	assert_true(prints("route get 10.0.20.9", " dev br~30 "));
	want_address(30, 0x0a001402);
	set_vlans();
	assert_true(prints("-o -4 address show dev br~30", "10.0.20.2/24"));
	assert_false(prints("-o -4 address show dev br~30", "10.0.20.1/24"));
	assert_true(prints("-o -4 address show dev br0", "192.0.2.1/24"));
}

/* Somebody has put them there: more than one round of removals takes. */
static void test_addresses_that_nobody_wants_go(void **state)
{
	auto_buf lines = BUF_NULL;

	(void)state;
	wish.ports[0].pvid = 20;
	set_vlans();
	for (int i = 0; i < 40; i++)
		buf_printf(&lines, "address add 10.0.%d.1/24 dev br~20\n", i);
	buf_printf(&lines, "address add 10.1.0.1 peer 10.2.0.1 dev br~20\n"
			   "address add 10.0.0.2/24 dev br~20\n");
	ip(buf_cstr(&lines));
	want_address(20, 0x0a000002);
	set_vlans();
	assert_false(prints("-o -4 address show dev br~20", ".1"));
	assert_true(prints("-o -4 address show dev br~20", "10.0.0.2/24"));
}

/* ---- routes ------------------------------------------------------------------------------ */

static void set_routes(const struct route_table *routes)
{
	struct error err = ERROR_NULL;

	if (static_routes_set(&place, routes, &err) < 0)
		fail_msg("%s", err.text);
}

static void test_no_static_route_stands_before_the_switchs_own_network(void **state)
{
	struct route_table routes = { .n = 0 };

	(void)state;
	assert_true(
	    route_table_add(&routes, (struct route){ 0xc0000200, 24, 0xc0000209 }));
	assert_true(
	    route_table_add(&routes, (struct route){ 0x0a000000, 8, 0xc0000209 }));
	set_routes(&routes);
	assert_false(prints("route get 192.0.2.7", " via "));
	assert_true(prints("route get 10.1.1.1", " via 192.0.2.9 "));

	/* It leads there when the address goes, and the address is before it again when it comes. */
	ip("address add 192.0.3.1/16 dev br0\naddress del 192.0.2.1/24 dev br0\n");
	set_routes(&routes);
	assert_true(prints("route get 192.0.2.7", " via 192.0.2.9 "));
	ip("address add 192.0.2.1/24 dev br0\n");
	set_routes(&routes);
	assert_false(prints("route get 192.0.2.7", " via "));
	assert_true(prints("route get 10.1.1.1", " via 192.0.2.9 "));
	routes.n = 0;
	set_routes(&routes);
	assert_false(prints("route show table all", " via "));
}

/* ---- what is behind the ports ------------------------------------------------------------- */

static void on_changed(void *user)
{
	(void)user;
}

enum {
	AT_A_TIME = 1500,
	ADDRESSES = 6 * AT_A_TIME
};

/* Addresses numbered from first on, as many as a socket that nobody reads cannot be told of. */
static void flood(unsigned first)
{
	FILE *in = popen("PATH=$PATH:/usr/sbin:/sbin bridge -batch -", "w");

	assert_non_null(in);
	for (unsigned i = first; i < first + AT_A_TIME; i++)
		(void)fprintf(in,
		    "fdb add 02:00:00:01:%02x:%02x dev p1 master dynamic\n",
		    i >> 8 & 0xff, i & 0xff);
	assert_int_equal(pclose(in), 0);
}

/* Who sends from ever more addresses has the kernel lose what it would tell, time and again. */
static void test_a_flood_of_addresses_is_read_once_a_second(void **state)
{
	struct switchboard *board;
	struct error err = ERROR_NULL;
	clock_ns begun, end_at;
	uint64_t reads;

	(void)state;
	if (switchboard_open(&board, &loop, &place, on_changed, NULL, &err) < 0)
		fail_msg("%s", err.text);
	begun = clock_monotonic();
	for (unsigned i = 0; i < ADDRESSES; i += AT_A_TIME) {
		flood(i);
		(void)uv_run(&loop, UV_RUN_NOWAIT);
	}
	reads = switchboard_reads(board);
	assert_true(reads <= 2 + (uint64_t)((clock_monotonic() - begun) / NS_PER_S));
	/* What was lost is known in the end; the ends of the cables have addresses, too. */
	end_at = clock_monotonic() + patience_ms() * NS_PER_MS;
	while (switchboard_look(board, INT64_MAX)->n_more_macs <
		   ADDRESSES - PORT_MACS_MAX &&
	       clock_monotonic() < end_at) {
		(void)uv_run(&loop, UV_RUN_NOWAIT);
		(void)poll(NULL, 0, LOOK_MS);
	}
	assert_int_equal(switchboard_look(board, INT64_MAX)->n_macs, PORT_MACS_MAX);
	assert_true(switchboard_look(board, INT64_MAX)->n_more_macs >=
		    ADDRESSES - PORT_MACS_MAX);
	switchboard_close(board);
	(void)uv_run(&loop, UV_RUN_NOWAIT);
	switchboard_free(board);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_vlans_go_while_the_loop_goes_on),
		TEST(test_a_switch_may_end_while_vlans_go),
		cmocka_unit_test_setup_teardown(
		    test_vlans_are_made_when_no_port_is_left_in_vlan_1, begin_by_hand,
		    end),
		TEST(test_an_interface_that_goes_leaves_no_address),
		TEST(test_addresses_that_nobody_wants_go),
		TEST(test_a_flood_of_addresses_is_read_once_a_second),
		TEST(test_no_static_route_stands_before_the_switchs_own_network),
	};

	sandbox_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
