/* lab/topology, lab/plan, lab/graph: several networks in a lab, with routers and NATs between. */
#include "tests/unit/topology/topologies.h"

#include "lab/graph/graph.h"
#include "lab/plan/plan.h"
#include "lib/base/buf.h"

#include <string.h>

static const char networks[] =
    "name: t\n"
    "nodes:\n"
    "  core: {kind: switch}\n"
    "  street: {kind: switch}\n"
    "  lan: {kind: switch}\n"
    "  isp: {kind: router, relay: dhcp,\n"
    "    ports: [core 10.0.0.1/24, {switch: street, port: up, address: 10.1.0.1/24}],\n"
    "    routes: [{to: 10.9.0.0/16, via: 10.1.0.7}]}\n"
    "  home: {kind: nat, outside: street 10.1.0.7/24, inside: lan 192.168.1.1/24,\n"
    "    type: restricted, timeout: 30s,\n"
    "    forward: [{protocol: udp, port: 5060, to: 192.168.1.9}]}\n"
    "  dhcp: {kind: dhcp, attach: core, address: 10.0.0.2/24, pools: [\n"
    "    {range: 10.0.0.100-10.0.0.199, router: none},\n"
    "    {range: 10.1.0.100-10.1.0.199, subnet: 10.1.0.0/24}]}\n"
    "  acs: {kind: acs, attach: core, address: 10.0.0.4/24, url: http://10.0.0.4/}\n"
    "  pc: {kind: host, attach: lan, address: 192.168.1.9/24}\n"
    "  off: {kind: host, attach: street, address: 10.1.0.9/24, router: none}\n"
    "  cpe: {kind: cpe, attach: street, model: box}\n";

static void test_each_finds_the_router_of_its_network(void **state)
{
	struct topology *t = must_read(networks);
	const struct dhcp_pool *pools = topology_node(t, STR("dhcp"))->dhcp.pools.items;

	(void)state;
	assert_int_equal(topology_node(t, STR("acs"))->router, 0x0a000001);
	assert_int_equal(topology_node(t, STR("dhcp"))->router, 0x0a000001);
	assert_int_equal(topology_node(t, STR("home"))->router, 0x0a010001);
	assert_int_equal(topology_node(t, STR("pc"))->router, 0xc0a80101);
	assert_int_equal(topology_node(t, STR("off"))->router, 0);
	assert_int_equal(topology_node(t, STR("isp"))->router, 0);
	assert_int_equal(pools[0].router, 0);
	assert_int_equal(pools[1].router, 0x0a010001);
	assert_int_equal(pools[1].segment, topology_node(t, STR("cpe"))->segment);
	assert_true(topology_relays(t, pools[1].segment));
	topology_free(t);
}

static void test_a_router_is_in_the_network_of_each_port(void **state)
{
	struct topology *t = must_read(networks);
	const struct node *isp = topology_node(t, STR("isp"));
	const struct node_route *routes = isp->routes.items;
	struct node_place place;

	(void)state;
	assert_int_equal(isp->n_ports, 2);
	assert_int_equal(isp->address.address, 0x0a000001);
	assert_true(node_place(isp, 1, &place));
	assert_int_equal(place.address.address, 0x0a010001);
	assert_int_equal(place.segment, topology_node(t, STR("street"))->segment);
	assert_string_equal(place.attach->port, "up");
	assert_false(node_place(isp, 2, &place));
	assert_int_equal(routes[0].port, 1);
	assert_int_equal(isp->routing.relay_to[0], 0x0a000002);
	assert_ptr_equal(topology_at(t, 0x0a010001), isp);
	assert_null(topology_at(t, 0x0a010002));
	topology_free(t);
}

static void test_networks_that_nothing_joins_may_overlap(void **state)
{
	(void)state;
	topology_free(
	    must_read("name: t\n"
		      "nodes:\n"
		      "  a: {kind: switch}\n"
		      "  b: {kind: switch}\n"
		      "  island: {kind: switch}\n"
		      "  r: {kind: router, ports: [a 10.0.0.1/24, b 10.1.0.1/24]}\n"
		      "  h: {kind: host, attach: island, address: 10.0.0.9/16}\n"));
}

static void test_a_nat_is_what_its_words_say(void **state)
{
	static const struct {
		const char *keys, *type;
		int mapping, filtering;
	} rows[] = {
		{ "", "port-restricted", 0, 2 },
		{ ", type: full-cone", "full-cone", 0, 0 },
		{ ", type: restricted", "restricted", 0, 1 },
		{ ", type: symmetric", "symmetric", 2, 2 },
		{ ", filtering: address-dependent", "restricted", 0, 1 },
		{ ", mapping: address-dependent", NULL, 1, 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf text = BUF_NULL;
		const struct node_nat *nat;
		struct topology *t;

		buf_printf(&text,
		    "name: t\nnodes:\n  a: {kind: switch}\n  b: {kind: switch}\n"
		    "  n: {kind: nat, outside: a 10.0.0.1/24, inside: [b 10.1.0.1/24]%s}\n",
		    rows[i].keys);
		t = must_read(buf_cstr(&text));
		nat = &topology_node(t, STR("n"))->nat;
		assert_int_equal(nat->mapping, rows[i].mapping);
		assert_int_equal(nat->filtering, rows[i].filtering);
		assert_int_equal(nat->timeout, 300 * NS_PER_S);
		if (rows[i].type)
			assert_string_equal(nat_type_name(nat), rows[i].type);
		else
			assert_null(nat_type_name(nat));
		topology_free(t);
	}
}

static struct plan *must_plan(const struct topology *t)
{
	struct plan *plan = NULL;
	struct error err = ERROR_NULL;

	if (plan_build(t, &plan, &err) < 0)
		fail_msg("%s", err.text);
	return plan;
}

/* The steps of a namespace, but those that are other nodes' alike. */
static void print_steps(struct buf *out, const struct plan *plan, const char *node)
{
	int64_t ns = plan_find(plan, str_of(node));

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];

		if (step->ns == ns ||
		    (step->op == PLAN_VETH && step->veth.peer_ns == ns))
			plan_step_text(out, plan, step);
	}
}

static void test_a_router_forwards_between_its_ports(void **state)
{
	struct topology *t = must_read(networks);
	struct plan *plan = must_plan(t);
	auto_buf out = BUF_NULL;

	(void)state;
	print_steps(&out, plan, "isp");
	// clang-format off
	assert_string_equal(buf_cstr(&out),
	    "namespace  isp\n"
	    "setting    isp net/ipv4/ip_forward 1\n"
	    "up         isp lo\n"
	    "link       core isp index 3 mac 06:00:04:00:00:01 <-> isp eth0 index 2 mac 02:00:04:00:00:01\n"
	    "up         isp eth0\n"
	    "address    isp eth0 10.0.0.1/24\n"
	    "link       street up index 3 mac 06:00:04:00:00:02 <-> isp eth1 index 3 mac 02:00:04:00:00:02\n"
	    "up         isp eth1\n"
	    "address    isp eth1 10.1.0.1/24\n"
	    "route      isp 10.9.0.0/16 via 10.1.0.7\n"
	    "start      isp: router\n");
	// clang-format on
	assert_string_equal(plan->instances[plan_find(plan, STR("isp"))].ports[1].name,
	    "up");
	plan_free(plan);
	topology_free(t);
}

/* The flows of each address inside are counted before they are let out. */
static void test_a_nat_counts_flows_where_they_are_limited(void **state)
{
	static const char set[] = "rules      n  set flows {\n"
				  "rules      n   type ipv4_addr\n"
				  "rules      n   flags dynamic\n"
				  "rules      n   size 65536\n"
				  "rules      n  }\n"
				  "rules      n  chain through {\n";
	static const char count[] =
	    "policy drop\n"
	    "rules      n   iifname != \"eth0\" ct state new add @flows { ip saddr ct "
	    "count over 7 } reject with icmp type admin-prohibited\n"
	    "rules      n   iifname != \"eth0\" accept\n";
	struct topology *t = must_read(
	    "name: t\nnodes:\n  a: {kind: switch}\n  b: {kind: switch}\n"
	    "  n: {kind: nat, outside: a 10.0.0.1/24, inside: b 10.1.0.1/24,\n"
	    "    limit: 7}\n");
	struct plan *plan = must_plan(t);
	auto_buf out = BUF_NULL;

	(void)state;
	print_steps(&out, plan, "n");
	assert_true(str_find(buf_str(&out), str_of(set), NULL));
	assert_true(str_find(buf_str(&out), str_of(count), NULL));
	plan_free(plan);
	topology_free(t);
}

/* Its rules are those of the file, each on a line of its own. */
static void test_a_firewall_is_a_router_with_rules(void **state)
{
	struct topology *t = must_read(
	    "name: t\n"
	    "nodes:\n"
	    "  a: {kind: switch}\n"
	    "  b: {kind: switch}\n"
	    "  h: {kind: host, attach: a, address: 10.0.0.9/24}\n"
	    "  f: {kind: firewall, ports: [a 10.0.0.1/24, b 10.1.0.1/24],\n"
	    "    rules: [ct state established accept, iifname eth1 accept]}\n");
	struct plan *plan = must_plan(t);
	auto_buf out = BUF_NULL;

	(void)state;
	print_steps(&out, plan, "f");
	// clang-format off
	assert_string_equal(buf_cstr(&out),
	    "namespace  f\n"
	    "setting    f net/ipv4/ip_forward 1\n"
	    "up         f lo\n"
	    "link       a f index 4 mac 06:00:04:00:00:01 <-> f eth0 index 2 mac 02:00:04:00:00:01\n"
	    "up         f eth0\n"
	    "address    f eth0 10.0.0.1/24\n"
	    "link       b f index 3 mac 06:00:04:00:00:02 <-> f eth1 index 3 mac 02:00:04:00:00:02\n"
	    "up         f eth1\n"
	    "address    f eth1 10.1.0.1/24\n"
	    "rules      f table inet firewall {\n"
	    "rules      f  chain forward {\n"
	    "rules      f   type filter hook forward priority filter; policy drop\n"
	    "rules      f   ct state established accept\n"
	    "rules      f   iifname eth1 accept\n"
	    "rules      f  }\n"
	    "rules      f }\n");
	// clang-format on
	/* It is everybody's default router, and needs none itself. */
	assert_int_equal(topology_node(t, STR("h"))->router, 0x0a000001);
	assert_int_equal(topology_node(t, STR("f"))->router, 0);
	plan_free(plan);
	topology_free(t);
}

static size_t count_routes(const char *text, const char *node)
{
	struct topology *t = must_read(text);
	struct plan *plan = must_plan(t);
	int64_t ns = plan_find(plan, str_of(node));
	size_t n = 0;

	for (size_t i = 0; i < plan->n_steps; i++)
		n += plan->steps[i].op == PLAN_ROUTE && plan->steps[i].ns == ns;
	plan_free(plan);
	topology_free(t);
	return n;
}

/* The kernel refuses the second one. */
static void test_a_route_of_the_file_is_made_once(void **state)
{
	(void)state;
	assert_int_equal(
	    count_routes(
		"name: t\n"
		"nodes:\n"
		"  a: {kind: switch}\n"
		"  b: {kind: switch}\n"
		"  h: {kind: host, attach: a, address: 10.0.0.9/24}\n"
		"  r: {kind: router, ports: [a 10.0.0.1/24, b 10.1.0.1/24]}\n"
		"  c: {kind: switch}\n"
		"  n: {kind: nat, outside: a 10.0.0.7/24, inside: c 192.168.1.1/24,\n"
		"    routes: [{to: default, via: 10.0.0.9}]}\n",
		"n"),
	    1);
	assert_int_equal(
	    count_routes(
		"name: t\n"
		"nodes:\n"
		"  a: {kind: switch}\n"
		"  b: {kind: switch}\n"
		"  r: {kind: router, ports: [a 10.0.0.1/24, b 10.1.0.1/24],\n"
		"    routes: [{to: 100.64.0.0/16, via: 10.1.0.9}]}\n"
		"  l: {kind: load, attach: b, address: 10.1.0.9/24, acs: \"http://10.0.0.2/\",\n"
		"    sources: 100.64.0.0/16, profile: {cpes: 10, model: box}}\n",
		"r"),
	    1);
}

static void test_a_nat_notes_what_leaves_it(void **state)
{
	struct topology *t = must_read(networks);
	struct plan *plan = must_plan(t);
	auto_buf out = BUF_NULL;

	(void)state;
	print_steps(&out, plan, "home");
	// clang-format off
	assert_string_equal(buf_cstr(&out),
#define RULE "rules      home "
	    "namespace  home\n"
	    "setting    home net/ipv4/ip_forward 1\n"
	    "setting    home net/ipv4/conf/all/send_redirects 0\n"
	    "setting    home net/ipv4/conf/default/send_redirects 0\n"
	    "up         home lo\n"
	    "link       street home index 4 mac 06:00:05:00:00:01 <-> home eth0 index 2 mac 02:00:05:00:00:01\n"
	    "up         home eth0\n"
	    "address    home eth0 10.1.0.7/24\n"
	    "link       lan home index 3 mac 06:00:05:00:00:02 <-> home eth1 index 3 mac 02:00:05:00:00:02\n"
	    "up         home eth1\n"
	    "address    home eth1 192.168.1.1/24\n"
	    "route      home default via 10.1.0.1\n"
	    RULE "table ip nat {\n"
	    RULE " ct timeout of-udp {\n"
	    RULE "  protocol udp\n"
	    RULE "  l3proto ip\n"
	    RULE "  policy = { unreplied : 30, replied : 30 }\n"
	    RULE " }\n"
	    RULE " map mapping {\n"
	    RULE "  type ipv4_addr . inet_service : inet_service\n"
	    RULE "  flags dynamic,timeout\n"
	    RULE "  timeout 30s\n"
	    RULE "  size 65536\n"
	    RULE " }\n"
	    RULE " map binding {\n"
	    RULE "  type inet_service : ipv4_addr . inet_service\n"
	    RULE "  flags dynamic,timeout\n"
	    RULE "  timeout 30s\n"
	    RULE "  size 65536\n"
	    RULE " }\n"
	    RULE " set contact {\n"
	    RULE "  type inet_service . ipv4_addr\n"
	    RULE "  flags dynamic,timeout\n"
	    RULE "  timeout 30s\n"
	    RULE "  size 65536\n"
	    RULE " }\n"
	    RULE " chain comes {\n"
	    RULE "  type filter hook prerouting priority mangle\n"
	    RULE "  meta l4proto udp ct timeout set \"of-udp\"\n"
#define IN "  iifname \"eth0\" meta l4proto udp ct direction "
	    RULE IN "reply update @mapping { ct original ip saddr . ct original proto-src : udp dport }\n"
	    RULE IN "reply update @binding { udp dport : ct original ip saddr . ct original proto-src }\n"
	    RULE IN "reply update @contact { udp dport . ip saddr }\n"
	    RULE IN "original ct status dnat update @mapping { ct reply ip saddr . ct reply proto-src : udp dport }\n"
	    RULE IN "original ct status dnat update @binding { udp dport : ct reply ip saddr . ct reply proto-src }\n"
	    RULE IN "original ct status dnat update @contact { udp dport . ip saddr }\n"
	    RULE " }\n"
	    RULE " chain leaves {\n"
	    RULE "  type filter hook postrouting priority srcnat + 10\n"
#define OUT "  oifname \"eth0\" meta l4proto udp ct direction "
	    RULE OUT "original update @mapping { ct original ip saddr . ct original proto-src : udp sport }\n"
	    RULE OUT "original update @binding { udp sport : ct original ip saddr . ct original proto-src }\n"
	    RULE OUT "original update @contact { udp sport . ip daddr }\n"
	    RULE OUT "reply update @mapping { ct reply ip saddr . ct reply proto-src : udp sport }\n"
	    RULE OUT "reply update @binding { udp sport : ct reply ip saddr . ct reply proto-src }\n"
	    RULE OUT "reply update @contact { udp sport . ip daddr }\n"
	    RULE " }\n"
	    RULE " chain inward {\n"
	    RULE "  type nat hook prerouting priority dstnat\n"
	    RULE "  iifname \"eth0\" ip daddr 10.1.0.7 udp dport 5060 dnat to 192.168.1.9:5060\n"
	    RULE "  iifname \"eth0\" ip daddr 10.1.0.7 meta l4proto udp udp dport . ip saddr @contact dnat ip to udp dport map @binding\n"
	    RULE " }\n"
	    RULE " chain outward {\n"
	    RULE "  type nat hook postrouting priority srcnat\n"
	    RULE "  oifname \"eth0\" meta l4proto udp snat to 10.1.0.7 : ip saddr . udp sport map @mapping\n"
	    RULE "  oifname \"eth0\" meta l4proto udp snat to 10.1.0.7 : numgen inc mod 4032 offset 64 << 4 | 4\n"
	    RULE "  oifname \"eth0\" snat to 10.1.0.7\n"
	    RULE " }\n"
	    RULE " chain through {\n"
	    RULE "  type filter hook forward priority filter; policy drop\n"
	    RULE "  iifname != \"eth0\" accept\n"
	    RULE "  ct state established,related accept\n"
	    RULE "  ct status dnat accept\n"
	    RULE " }\n"
	    RULE " chain own {\n"
	    RULE "  type filter hook input priority filter\n"
	    RULE "  iifname \"eth0\" ct state new meta l4proto { tcp, udp } drop\n"
	    RULE " }\n"
	    RULE "}\n");
	// clang-format on
	plan_free(plan);
	topology_free(t);
}

static void test_networks_hang_on_one_another(void **state)
{
	struct topology *t = must_read(networks);
	auto_buf text = BUF_NULL, dot = BUF_NULL, svg = BUF_NULL, summary = BUF_NULL;

	(void)state;
	graph_text(&text, t, false);
	assert_string_equal(buf_cstr(&text),
	    "street               switch\n"
	    "|- off               host    10.1.0.9\n"
	    "|- cpe               cpe     box\n"
	    "|- isp               router  10.0.0.1  10.1.0.1\n"
	    "|  `- core           switch\n"
	    "|     |- dhcp        dhcp    10.0.0.2\n"
	    "|     `- acs         acs     10.0.0.4  http://10.0.0.4/\n"
	    "`- home              nat     10.1.0.7  192.168.1.1  restricted\n"
	    "   `- lan            switch\n"
	    "      `- pc          host    192.168.1.9\n");
	graph_dot(&dot, t);
	assert_non_null(strstr(buf_cstr(&dot),
	    "\t\"core\" -- \"isp\";\n\t\"street\" -- \"isp\";\n"));
	assert_int_equal(graph_svg(&svg, t), 0);
	assert_non_null(strstr(buf_cstr(&svg), ">ROUTER</text>"));
	assert_non_null(strstr(buf_cstr(&svg), ">10.1.0.1/24</text>"));
	assert_non_null(strstr(buf_cstr(&svg), ">restricted</text>"));
	graph_summary(&summary, t);
	assert_string_equal(buf_cstr(&summary),
	    "3 switches, dhcp, 1 ACS, 1 CPE, 2 hosts, 1 router, 1 NAT");
	topology_free(t);
}

/* Nothing closes the cable that a way round over two routers leaves over. */
static void test_a_cable_beside_routers_runs_no_stp(void **state)
{
	auto_buf text = BUF_NULL;
	struct topology *t =
	    must_read("name: t\n"
		      "nodes:\n"
		      "  b: {kind: switch}\n"
		      "  a1: {kind: switch}\n"
		      "  a2: {kind: switch, attach: a1}\n"
		      "  a3: {kind: switch, attach: a2}\n"
		      "  a4: {kind: switch, attach: a3}\n"
		      "  a5: {kind: switch, attach: a4}\n"
		      "  a6: {kind: switch, attach: a5}\n"
		      "  side: {kind: switch, attach: a1}\n"
		      "  r1: {kind: router, ports: [a1 10.0.0.1/24, b 10.1.0.1/24]}\n"
		      "  r2: {kind: router, ports: [a6 10.0.0.2/24, b 10.1.0.2/24]}\n");

	(void)state;
	graph_text(&text, t, false);
	assert_non_null(strstr(buf_cstr(&text), "\nalso: a6 -- a5\n"));
	topology_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_finds_the_router_of_its_network),
		cmocka_unit_test(test_a_router_is_in_the_network_of_each_port),
		cmocka_unit_test(test_networks_that_nothing_joins_may_overlap),
		cmocka_unit_test(test_a_nat_is_what_its_words_say),
		cmocka_unit_test(test_a_router_forwards_between_its_ports),
		cmocka_unit_test(test_a_nat_counts_flows_where_they_are_limited),
		cmocka_unit_test(test_a_firewall_is_a_router_with_rules),
		cmocka_unit_test(test_a_route_of_the_file_is_made_once),
		cmocka_unit_test(test_a_nat_notes_what_leaves_it),
		cmocka_unit_test(test_networks_hang_on_one_another),
		cmocka_unit_test(test_a_cable_beside_routers_runs_no_stp),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
