/* lab/topology, lab/plan, lab/graph: IPv6, alone and beside IPv4. */
#include "tests/unit/topology/topologies.h"

#include "lab/graph/graph.h"
#include "lab/plan/plan.h"
#include "lib/base/buf.h"
#include "lib/base/text.h"

#include <stdio.h>
#include <string.h>

// clang-format off
static const char six[] =
    "name: t\n"
    "nodes:\n"
    "  lan: {kind: switch}\n"
    "  core: {kind: switch}\n"
    "  edge:\n"
    "    kind: router\n"
    "    ports: [lan 10.0.0.1/24 2001:db8:0:1::1/64,\n"
    "      {switch: core, address: 2001:db8:0:2::1/64, ra: {dns: [dns, 2001:db8::53], interval: 4s}}]\n"
    "    routes: [{to: 2001:db8:9::/48, via: 2001:db8:0:2::9}]\n"
    "  dns: {kind: dns, attach: lan, address: [2001:db8:0:1::3/64, 10.0.0.3/24],\n"
    "    records: [{name: www.example, address: [192.0.2.1, 2001:db8::80]}]}\n"
    "  dhcp: {kind: dhcp, attach: lan, address: 2001:db8:0:1::2/64, router: none, pools: [\n"
    "    {range: 2001:db8:0:1::100-2001:db8:0:1::1ff, dns: dns, acs: {url: http://acs.lab/}}]}\n"
    "  acs: {kind: acs, attach: core, address: 2001:db8:0:2::9/64, url: \"http://[2001:DB8:0:2::9]:7547/\"}\n"
    "  old: {kind: cpe, attach: lan, model: box, ip: v4}\n"
    "  both: {kind: cpe, attach: lan, model: box, ip: dual}\n"
    "  cpe: {kind: cpe, attach: lan, model: box}\n"
    "  far: {kind: cpe, attach: core, model: box}\n";
// clang-format on

static const char *six_text(const uint8_t address[16])
{
	static char text[IPV6_TEXT_MAX];

	return ipv6_text(address, text);
}

static void test_addresses_of_both_families_are_read(void **state)
{
	struct topology *t = must_read(six);
	const struct node *dns = topology_node(t, STR("dns"));
	const struct node *edge = topology_node(t, STR("edge"));
	const struct node_route *routes = edge->routes.items;
	char text[NODE_ADDRESSES_MAX];

	(void)state;
	assert_int_equal(dns->address.address, 0x0a000003);
	assert_int_equal(dns->address6.prefix, 64);
	assert_string_equal(node_addresses(dns, text), "10.0.0.3 2001:db8:0:1::3");
	assert_string_equal(six_text(dns->router6), "2001:db8:0:1::1");
	assert_int_equal(dns->router, 0x0a000001);
	assert_string_equal(six_text(topology_node(t, STR("acs"))->router6),
	    "2001:db8:0:2::1");
	assert_string_equal(six_text(topology_node(t, STR("dhcp"))->router6), "::");
	assert_string_equal(topology_node(t, STR("acs"))->acs.host, "2001:DB8:0:2::9");
	assert_int_equal(edge->ports[0].address.prefix, 24);
	assert_int_equal(edge->ports[1].address.prefix, 0);
	assert_int_equal(routes[0].port, 1);
	assert_ptr_equal(topology_at6(t, edge->ports[1].address6.address), edge);
	assert_null(topology_at6(t, routes[0].to6.address));
	topology_free(t);
}

static void test_a_cpe_uses_what_its_segment_has(void **state)
{
	static const struct {
		const char *name;
		int ip;
	} rows[] = {
		{ "old", CPE_IP_V4 },
		{ "both", CPE_IP_DUAL },
		{ "cpe", CPE_IP_V6 },
		{ "far", CPE_IP_V6 },
	};
	struct topology *t = must_read(six);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct node *node = topology_node(t, str_of(rows[i].name));

		assert_int_equal(node->cpe.ip, rows[i].ip);
		assert_int_equal(node_has_ipv6(node), rows[i].ip != CPE_IP_V4);
	}
	topology_free(t);
	t = must_read("name: t\nnodes:\n"
		      "  a: {kind: switch}\n  b: {kind: switch}\n"
		      "  r: {kind: router, ports: [a 10.0.0.1/24 2001:db8::1/64,\n"
		      "    b 10.1.0.1/24]}\n"
		      "  dhcp: {kind: dhcp, attach: a, address: 10.0.0.2/24,\n"
		      "    pools: [{range: 10.0.0.8-10.0.0.9}]}\n"
		      "  one: {kind: cpe, attach: a, model: box}\n"
		      "  two: {kind: cpe, attach: b, model: box}\n");
	assert_int_equal(topology_node(t, STR("one"))->cpe.ip, CPE_IP_DUAL);
	assert_int_equal(topology_node(t, STR("two"))->cpe.ip, CPE_IP_V4);
	topology_free(t);
}

/* Where the segment has a pool, addresses come from there; where it has none, hosts make them. */
static void test_a_router_announces_what_there_is(void **state)
{
	struct topology *t = must_read(six);
	const struct node_port *ports = topology_node(t, STR("edge"))->ports;

	(void)state;
	assert_true(node_port_announces(&ports[0]));
	assert_true(ports[0].ra.managed && ports[0].ra.other && !ports[0].ra.slaac);
	assert_true(!ports[1].ra.managed && !ports[1].ra.other && ports[1].ra.slaac);
	assert_int_equal(ports[0].ra.interval, 10 * NS_PER_S);
	assert_int_equal(ports[1].ra.interval, 4 * NS_PER_S);
	assert_string_equal(six_text(ports[1].ra.dns_addresses[0]), "2001:db8:0:1::3");
	assert_string_equal(six_text(ports[1].ra.dns_addresses[1]), "2001:db8::53");
	topology_free(t);
}

static void test_a_pool_of_ipv6_is_served_by_dnsmasq(void **state)
{
	struct topology *t = must_read(six);
	const struct node *dhcp = topology_node(t, STR("dhcp"));
	const struct dhcp_pool *pool = dhcp->dhcp.pools.items;

	(void)state;
	assert_int_equal(dhcp->dhcp.engine, DHCP_ENGINE_DNSMASQ);
	assert_true(pool_is_six(pool));
	assert_string_equal(six_text(pool->range6.last), "2001:db8:0:1::1ff");
	assert_string_equal(six_text(pool->dns_addresses6[0]), "2001:db8:0:1::3");
	assert_int_equal(pool->subnet6.prefix, 64);
	topology_free(t);
}

static void test_names_have_the_addresses_of_their_nodes(void **state)
{
	struct topology *t = must_read(six);
	auto_buf out = BUF_NULL;
	char text[NODE_ADDRESSES_MAX];

	(void)state;
	for (size_t i = 0; i < t->n_names; i++)
		buf_printf(&out, "%s %s\n", t->names[i].name,
		    addresses_text(t->names[i].address, t->names[i].address6, text));
	assert_string_equal(buf_cstr(&out), "edge.lab 10.0.0.1 2001:db8:0:1::1\n"
					    "dns.lab 10.0.0.3 2001:db8:0:1::3\n"
					    "www.example 192.0.2.1 2001:db8::80\n"
					    "dhcp.lab 2001:db8:0:1::2\n"
					    "acs.lab 2001:db8:0:2::9\n");
	topology_free(t);
}

/* ---- the plan ------------------------------------------------------------------------- */

static void check_steps(const struct plan *plan, const char *node, const char *wanted)
{
	int64_t ns = plan_find(plan, str_of(node));
	auto_buf out = BUF_NULL;

	for (size_t i = 0; i < plan->n_steps; i++) {
		if (plan->steps[i].ns == ns)
			plan_step_text(&out, plan, &plan->steps[i]);
	}
	assert_string_equal(buf_cstr(&out), wanted);
}

static void test_ipv6_is_on_where_somebody_has_it(void **state)
{
	struct topology *t = must_read(six);
	struct plan *plan = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(plan_build(t, &plan, &err), 0);
	check_steps(plan, "edge",
	    "namespace  edge\n"
	    "setting    edge net/ipv4/ip_forward 1\n"
	    "setting    edge net/ipv6/conf/all/disable_ipv6 0\n"
	    "setting    edge net/ipv6/conf/default/disable_ipv6 0\n"
	    "setting    edge net/ipv6/conf/all/accept_dad 0\n"
	    "setting    edge net/ipv6/conf/default/accept_dad 0\n"
	    "setting    edge net/ipv6/conf/default/accept_ra 0\n"
	    "setting    edge net/ipv6/conf/all/forwarding 1\n"
	    "up         edge lo\n"
	    "up         edge eth0\n"
	    "address    edge eth0 10.0.0.1/24\n"
	    "address    edge eth0 2001:db8:0:1::1/64\n"
	    "up         edge eth1\n"
	    "address    edge eth1 2001:db8:0:2::1/64\n"
	    "route      edge 2001:db8:9::/48 via 2001:db8:0:2::9\n"
	    "start      edge: router\n");
	check_steps(plan, "acs",
	    "namespace  acs\n"
	    "setting    acs net/ipv6/conf/all/disable_ipv6 0\n"
	    "setting    acs net/ipv6/conf/default/disable_ipv6 0\n"
	    "setting    acs net/ipv6/conf/all/accept_dad 0\n"
	    "setting    acs net/ipv6/conf/default/accept_dad 0\n"
	    "setting    acs net/ipv6/conf/default/accept_ra 0\n"
	    "up         acs lo\n"
	    "up         acs eth0\n"
	    "address    acs eth0 2001:db8:0:2::9/64\n"
	    "route      acs default via 2001:db8:0:2::1\n"
	    "start      acs: acs\n");
	check_steps(plan, "cpe",
	    "namespace  cpe\n"
	    "setting    cpe net/ipv6/conf/all/disable_ipv6 0\n"
	    "setting    cpe net/ipv6/conf/default/disable_ipv6 0\n"
	    "setting    cpe net/ipv6/conf/all/accept_dad 0\n"
	    "setting    cpe net/ipv6/conf/default/accept_dad 0\n"
	    "up         cpe lo\n"
	    "up         cpe eth0\n"
	    "start      cpe: cpe\n");
	check_steps(plan, "old",
	    "namespace  old\n"
	    "setting    old net/ipv6/conf/default/disable_ipv6 1\n"
	    "up         old lo\n"
	    "up         old eth0\n"
	    "start      old: cpe\n");
	plan_free(plan);
	topology_free(t);
}

static void test_a_drawing_has_addresses_of_both_families(void **state)
{
	static const char *const words[] = { "10.0.0.3 2001:db8:0:1::3",
		"10.0.0.1 2001:db8:0:1::1  2001:db8:0:2::1", "2001:db8:0:2::9  http" };
	static const char *const marks[] = { ">10.0.0.3/24<", ">2001:db8:0:1::3/64<",
		">*.lab<", "address by IPv6" };
	struct topology *t = must_read(six);
	auto_buf text = BUF_NULL, svg = BUF_NULL;

	(void)state;
	graph_text(&text, t, true);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		assert_non_null(strstr(buf_cstr(&text), words[i]));
	assert_int_equal(graph_svg(&svg, t), 0);
	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		assert_non_null(strstr(buf_cstr(&svg), marks[i]));
	topology_free(t);
}

/* ---- mistakes -------------------------------------------------------------------------- */

#define NETS "  a: {kind: switch}\n  b: {kind: switch}\n"
#define R    "  r: {kind: router, ports: [a 2001:db8::1/64, b 10.1.0.1/24]}\n"
#define H    "  h: {kind: host, attach: a, address: "
#define DHCP "  d: {kind: dhcp, attach: a, address: 2001:db8::2/64, pools: [{range: "

static void test_each_mistake_is_told(void **state)
{
	// clang-format off
	static const struct {
		const char *yaml;
		unsigned line;
		const char *text, *hint;
	} rows[] = {
		{ NETS H "2001:db8::1}\n", 5, "\"2001:db8::1\" has no prefix length", "1 to 128" },
		{ NETS H "2001:db8::1/129}\n", 5, "has a bad prefix length", "1 to 128" },
		{ NETS H "2001:db8::x/64}\n", 5, "is no IPv6 address with its prefix", "such as 2001:db8::1/64" },
		{ NETS H "[10.0.0.1/24, 10.0.0.2/24]}\n", 5, "\"address\" has two addresses of IPv4", "one of each family" },
		{ NETS H "[2001:db8::1/64, 2001:db8::2/64]}\n", 5, "\"address\" has two addresses of IPv6", "one of each family" },
		{ NETS H "[]}\n", 5, "\"address\" has too few entries: 0", "one of each family" },
		{ NETS H "fe80::1/64}\n", 5, "fe80::1 is an address of one link", "such as" },
		{ NETS H "ff02::1/64}\n", 5, "ff02::1 is an address of a group", "such as" },
		{ NETS H "\"::1/64\"}\n", 5, "::1 is no address that a node can have", "such as" },
		{ NETS H "2001:db8::/64}\n", 5, "2001:db8:: is the address of all routers of its subnet", "such as" },
		{ NETS H "2001:db8::5/64}\n" "  i: {kind: host, attach: a, address: 2001:db8:1::5/64}\n", 6,
		  "2001:db8:1::5/64 is outside 2001:db8::/64, the subnet of its switch", "\"h\" on line 5" },
		{ NETS H "2001:db8::5/64}\n" "  i: {kind: host, attach: a, address: 2001:db8:0::5/64}\n", 6,
		  "2001:db8::5 is used twice", "\"h\" on line 5 has it" },
		{ NETS H "2001:db8::5/64, router: 2001:db8:1::1}\n", 5, "2001:db8:1::1 is outside the subnet of \"h\"", NULL },
		{ NETS H "2001:db8::5/64, router: 10.0.0.1}\n", 5, "\"h\" has no IPv4 address", NULL },
		{ NETS "  r: {kind: router, ports: [a 2001:db8::1/48, b 2001:db8:0:1::1/64]}\n", 5,
		  "the subnet 2001:db8:0:1::/64 overlaps 2001:db8::/48, and routers join both", NULL },
		{ NETS R H "2001:db8::5/64}\n" "  s: {kind: router, ports: [a 2001:db8::9/64, b 10.1.0.9/24]}\n", 6,
		  "\"r\" and \"s\" are routers of the segment of \"h\"", "router: 2001:db8::1, router: 2001:db8::9, or router: none" },
		{ NETS "  n: {kind: nat, outside: a 10.0.0.1/24 2001:db8::1/64, inside: b 10.1.0.1/24}\n", 5,
		  "a NAT knows IPv4 alone", "a router beside it" },
		{ NETS "  r: {kind: router, ports: [a 2001:db8::1/64, b 10.1.0.1/24], routes: [{to: 2001:db8:9::/48, via: 10.1.0.5}]}\n", 5,
		  "the network is of IPv6, and this address of IPv4", "both are" },
		{ NETS "  r: {kind: router, ports: [a 2001:db8::1/64, b 10.1.0.1/24], routes: [{to: 2001:db8:9::/48, via: 2001:db8::7}]}\n", 5,
		  "a route to nowhere: no node has 2001:db8::7", NULL },
		{ NETS H "2001:db8::5/64}\n" "  r: {kind: router, ports: [a 2001:db8::1/64, b 10.1.0.1/24], routes: [{to: 2001:db8:9::1/48, via: 2001:db8::5}]}\n", 6,
		  "this is an address in a network, and no network", "its network is 2001:db8:9::/48" },
		{ NETS R DHCP "2001:db8:5::8-2001:db8:5::9}]}\n", 6, "2001:db8:5::8 is outside 2001:db8::/64, the subnet of \"d\"", NULL },
		{ NETS R DHCP "2001:db8::9-2001:db8::8}]}\n", 6, "ends before it begins", NULL },
		{ NETS R DHCP "10.0.0.8-10.0.0.9}]}\n", 6, "a pool of IPv4, and \"d\" has no such address", "one of each family" },
		{ NETS "  d: {kind: dhcp, attach: a, address: 10.0.0.2/24, pools: [{range: 2001:db8::8-2001:db8::9}]}\n", 5,
		  "a pool of IPv6, and \"d\" has no such address", "one of each family" },
		{ NETS R DHCP "2001:db8::8-2001:db8::9}], engine: builtin}\n", 6, "this engine serves no DHCPv6", "engine: dnsmasq" },
		{ NETS R DHCP "2001:db8::8-2001:db8::9, router: 10.0.0.1}]}\n", 6, "DHCPv6 tells no router", "leave it out" },
		{ NETS R DHCP "2001:db8::8-2001:db8::9, lease: infinite}]}\n", 6, "no lease of IPv6 is infinite here", NULL },
		{ NETS R DHCP "2001:db8::8-2001:db8::9}, {range: 2001:db8::9-2001:db8::a}]}\n", 6, "this pool overlaps one of \"d\"", NULL },
		{ NETS R DHCP "2001:db8::8-2001:db8::9}]}\n" H "2001:db8::9/64}\n", 7, "2001:db8::9 is inside a pool of \"d\"", "2001:db8::8-2001:db8::9" },
		{ NETS R DHCP "2001:db8::8-2001:db8::9, dns: e}]}\n" "  e: {kind: dns, attach: b, address: 10.1.0.3/24}\n", 6,
		  "\"e\" has no IPv6 address", "one of each family" },
		{ NETS R DHCP "2001:db8::8-2001:db8::9, acs: {url: http://a/, username: u}}]}\n", 6,
		  "\"username\" cannot be sent in option 17", "it has url" },
		{ NETS R DHCP "2001:db8::8-2001:db8::9, acs: {format: comware, url: http://a/}}]}\n", 6, "\"format\" of DHCPv6 is that of TR-069", NULL },
		{ NETS "  c: {kind: cpe, attach: a, model: box, ip: v6}\n", 5, "no router announces IPv6 to \"c\"", "such as 2001:db8::1/64" },
		{ NETS DHCP "2001:db8::8-2001:db8::9}]}\n" "  c: {kind: cpe, attach: a, model: box}\n", 6, "no router announces IPv6 to \"c\"", NULL },
		{ NETS "  r: {kind: router, ports: [{switch: a, address: 10.0.0.1/24, ra: {}}, b 10.1.0.1/24]}\n", 5,
		  "\"r\" has no IPv6 address there to announce", NULL },
		{ NETS "  r: {kind: router, ports: [{switch: a, address: 2001:db8::1/60, ra: {slaac: yes}}, b 10.1.0.1/24]}\n", 5,
		  "no host makes an address of a prefix of 60", "a prefix of 64" },
		{ NETS "  r: {kind: router, ports: [{switch: a, address: 2001:db8::1/64, ra: {interval: 4500ms}}, b 10.1.0.1/24]}\n", 5,
		  "\"interval\" wants whole seconds", NULL },
		{ NETS "  r: {kind: router, relay: 10.1.0.2, ports: [a 2001:db8::1/64, b 10.1.0.1/24]}\n", 5,
		  "\"r\" announces IPv6, and cannot relay beside it", "another router" },
		{ NETS "  s: {kind: acs, attach: a, address: 2001:db8::5/64, url: \"http://[2001:db8::6]/\"}\n", 5,
		  "the URL names 2001:db8::6, but \"s\" has 2001:db8::5", NULL },
	};
	// clang-format on

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct topology *t = NULL;
		struct error err = ERROR_NULL;
		auto_buf text = BUF_NULL;
		char at[64];

		buf_printf(&text, "name: t\nnodes:\n%s", rows[i].yaml);
		(void)snprintf(at, sizeof(at), "files/t.yaml:%u:", rows[i].line);
		if (read_topology(buf_cstr(&text), &t, &err) != ERR_CONFIG ||
		    !strstr(err.text, at) || !strstr(err.text, rows[i].text) ||
		    (rows[i].hint && !strstr(err.text, rows[i].hint)))
			fail_msg("row %zu, \"%s\":\n%s", i, rows[i].text, err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses_of_both_families_are_read),
		cmocka_unit_test(test_a_cpe_uses_what_its_segment_has),
		cmocka_unit_test(test_a_router_announces_what_there_is),
		cmocka_unit_test(test_a_pool_of_ipv6_is_served_by_dnsmasq),
		cmocka_unit_test(test_names_have_the_addresses_of_their_nodes),
		cmocka_unit_test(test_ipv6_is_on_where_somebody_has_it),
		cmocka_unit_test(test_a_drawing_has_addresses_of_both_families),
		cmocka_unit_test(test_each_mistake_is_told),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
