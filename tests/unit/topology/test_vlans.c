/* lab/topology, lab/plan, lab/graph: VLANs of switches, trunks, routers on a stick. */
#include "tests/unit/topology/topologies.h"

#include "lab/graph/graph.h"
#include "lab/plan/plan.h"
#include "lib/base/buf.h"

#include <string.h>

static const char stick[] =
    "name: t\n"
    "nodes:\n"
    "  one: {kind: switch}\n"
    "  two: {kind: switch, attach: {switch: one, trunk: [10, 20, 30], native: 30}}\n"
    "  r: {kind: router, ports: [{switch: one, trunk: [10 10.0.10.1/24,\n"
    "    {vlan: 30, address: 10.0.30.1/24}], native: 30}]}\n"
    "  a: {kind: host, attach: {switch: one, vlan: 10}, address: 10.0.10.2/24}\n"
    "  b: {kind: host, attach: {switch: two, vlan: 10}, address: 10.0.10.3/24}\n"
    "  c: {kind: host, attach: {switch: two, vlan: 30}, address: 10.0.30.2/24}\n"
    "  d: {kind: host, attach: one, address: 10.0.1.2/24}\n"
    "  e: {kind: host, attach: two, address: 10.0.2.2/24}\n";

static uint32_t segment(const struct topology *t, const char *name)
{
	return topology_node(t, str_of(name))->segment;
}

static void test_a_vlan_is_a_segment_as_far_as_trunks_carry_it(void **state)
{
	struct topology *t = must_read(stick);
	const struct node *r = topology_node(t, STR("r"));

	(void)state;
	assert_int_equal(segment(t, "a"), segment(t, "b"));
	assert_int_not_equal(segment(t, "a"), segment(t, "c"));
	assert_int_not_equal(segment(t, "d"), segment(t, "e"));
	assert_int_not_equal(segment(t, "d"), segment(t, "a"));
	assert_int_equal(r->n_ports, 2);
	assert_int_equal(r->ports[0].segment, segment(t, "b"));
	assert_int_equal(r->ports[1].segment, segment(t, "c"));
	assert_int_equal(topology_node(t, STR("c"))->router, 0x0a001e01);
	assert_int_equal(topology_node(t, STR("b"))->router, 0x0a000a01);
	assert_int_equal(topology_node(t, STR("d"))->router, 0);
	assert_int_equal(topology_vlan_count(topology_node(t, STR("two"))), 4);
	assert_int_equal(topology_vlan_rank(topology_node(t, STR("two")), 30), 3);
	topology_free(t);
}

static void test_interfaces_have_the_names_that_linux_gives_them(void **state)
{
	struct topology *t = must_read(stick);
	const struct node *r = topology_node(t, STR("r"));
	char text[PORT_NAME_MAX];

	(void)state;
	assert_int_equal(node_cables(r), 1);
	assert_string_equal(node_port_name(r, 0, text), "eth0.10");
	assert_string_equal(node_port_name(r, 1, text), "eth0");
	assert_true(r->ports[0].is_first);
	assert_false(r->ports[1].is_first);
	assert_ptr_equal(node_cable(r, 0)->to, topology_node(t, STR("one")));
	assert_null(node_cable(r, 1));
	topology_free(t);
}

static void test_rings_are_loops_in_the_vlans_that_go_round_alone(void **state)
{
	(void)state;
	topology_free(must_read(
	    "name: t\n"
	    "nodes:\n"
	    "  a: {kind: switch, links: [{switch: b, trunk: [10, 20]}, {switch: c, trunk: "
	    "[10]}]}\n"
	    "  b: {kind: switch, links: [{switch: c, trunk: [20]}]}\n"
	    "  c: {kind: switch}\n"));
}

static void test_vlans_of_one_number_apart_from_each_other_are_two(void **state)
{
	struct topology *t = must_read(
	    "name: t\n"
	    "nodes:\n"
	    "  x: {kind: switch}\n"
	    "  y: {kind: switch}\n"
	    "  a: {kind: host, attach: {switch: x, vlan: 10}, address: 10.0.0.1/24}\n"
	    "  b: {kind: host, attach: {switch: y, vlan: 10}, address: 10.1.0.1/24}\n");

	(void)state;
	assert_int_not_equal(segment(t, "a"), segment(t, "b"));
	topology_free(t);
}

/* ---- plans ------------------------------------------------------------------------------ */

static void print_plan(const char *text, const struct plan_means *means,
    struct buf *out)
{
	struct topology *t = must_read(text);
	struct plan *plan = NULL;
	struct error err = ERROR_NULL;

	if (plan_build_for(t, means, &plan, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < plan->n_steps; i++)
		plan_step_text(out, plan, &plan->steps[i]);
	plan_free(plan);
	topology_free(t);
}

static void must_have(const struct buf *out, const char *const *parts, size_t n)
{
	size_t at;

	for (size_t i = 0; i < n; i++) {
		if (!str_find(buf_str(out), str_of(parts[i]), &at))
			fail_msg("%s is not in:\n%s", parts[i], out->data);
	}
}

static void must_lack(const struct buf *out, const char *part)
{
	size_t at;

	if (str_find(buf_str(out), str_of(part), &at))
		fail_msg("%s is in:\n%s", part, out->data);
}

static void test_without_the_kernels_help_each_vlan_has_a_bridge(void **state)
{
	// clang-format off
	static const char *const parts[] = {
	    "bridge     one br0 index 2 mac 02:00:01:00:00:01 stp off\n"
	    "bridge     one br~10 index 3 mac 02:00:01:00:00:01 stp off\n"
	    "bridge     one br~20 index 4 mac 02:00:01:00:00:01 stp off\n"
	    "bridge     one br~30 index 5 mac 02:00:01:00:00:01 stp off\n"
	    "bridge     one br~0 index 6 mac 02:00:01:00:00:01 stp off, down\n",
	    " <-> a eth0 index 2 mac 02:00:04:00:00:01 in br~10\n",
	    "up         one two in br~0\n"
	    "trunk      two:one by a carrier in user space: 10 20, native 30\n"
	    "link       two t7~10 index 8 mac 12:00:02:00:00:07 <-> two u7~10 index 9 mac 16:00:02:00:00:07 in br~10\n"
	    "up         two u7~10 in br~0\n",
	    "trunk      one:two by a carrier in user space: 10 20, native 30\n",
	    "trunk      one:r by a carrier in user space: 10, native 30\n",
	    "bridge     r br~0 ",
	    "up         r eth0\n"
	    "trunk      r:eth0 by a carrier in user space: 10\n"
	    "link       r eth0.10 index 2 mac 02:00:03:00:00:01 <-> r eth0~10 index 6 mac 16:00:03:00:00:01\n"
	    "up         r eth0~10 in br~0\n"
	    "up         r eth0.10\n"
	    "address    r eth0.10 10.0.10.1/24\n"
	    "address    r eth0 10.0.30.1/24\n",
	};
	// clang-format on
	static const struct plan_means none;
	auto_buf out = BUF_NULL;

	(void)state;
	print_plan(stick, &none, &out);
	must_have(&out, parts, ARRAY_LEN(parts));
	must_lack(&out, "keeps VLANs apart");
}

/* The number of the bridge of that name in a namespace. */
static uint32_t bridge_number(const struct plan *plan, uint32_t ns, const char *name)
{
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];

		if (step->op == PLAN_BRIDGE && step->ns == ns &&
		    strcmp(step->bridge.name, name) == 0)
			return step->bridge.ifindex;
	}
	fail_msg("there is no bridge %s", name);
	return 0;
}

static void test_each_port_is_in_the_bridge_of_its_vlan(void **state)
{
	struct topology *t = must_read(stick);
	struct plan *plan = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(plan_build(t, &plan, &err), 0);
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];
		bool is_pair = step->op == PLAN_VETH;
		uint32_t master = is_pair ? step->veth.master : step->up.master;
		const char *in = is_pair ? step->veth.in : step->up.in;

		if ((is_pair || step->op == PLAN_UP) && master > 0)
			assert_int_equal(master,
			    bridge_number(plan, step->ns, in ? in : "br0"));
	}
	plan_free(plan);
	topology_free(t);
}

static void test_the_kernel_keeps_vlans_apart_where_it_can(void **state)
{
	// clang-format off
	static const char *const parts[] = {
	    "bridge     one br0 index 2 mac 02:00:01:00:00:01 stp off, keeps VLANs apart\n",
	    "vlans      one:a by the kernel: 10 without tags\n",
	    "vlans      one:two by the kernel: 10 20, native 30\n",
	    "vlans      two:one by the kernel: 10 20, native 30\n",
	    "vlans      one:r by the kernel: 10, native 30\n",
	    "up         r eth0\n"
	    "vlan       r eth0.10 index 2 mac 02:00:03:00:00:01 of eth0\n"
	    "up         r eth0.10\n",
	};
	// clang-format on
	static const struct plan_means all = { .has_vlan_bridge = true,
		.has_vlan_link = true };
	auto_buf out = BUF_NULL;

	(void)state;
	print_plan(stick, &all, &out);
	must_have(&out, parts, ARRAY_LEN(parts));
	must_lack(&out, "br~");
	must_lack(&out, "trunk ");
}

static void test_macs_are_forgotten_when_the_file_says(void **state)
{
	static const char *const parts[] = {
		"stp off, forgets MACs after 20000 ms\n",
	};
	static const struct plan_means none;
	auto_buf out = BUF_NULL;

	(void)state;
	print_plan("name: t\nnodes:\n  a: {kind: switch, mac-ageing: 20s}\n", &none,
	    &out);
	must_have(&out, parts, ARRAY_LEN(parts));
}

static void test_a_switch_may_ask_for_either_means(void **state)
{
	static const struct plan_means all = { .has_vlan_bridge = true }, none;
	struct topology *t =
	    must_read("name: t\n"
		      "nodes:\n"
		      "  one: {kind: switch, means: kernel}\n"
		      "  two: {kind: switch, means: user-space}\n"
		      "  a: {kind: host, attach: {switch: one, vlan: 10}, address: "
		      "10.0.0.1/24}\n"
		      "  b: {kind: host, attach: {switch: two, vlan: 10}, address: "
		      "10.1.0.1/24}\n");
	struct plan *plan = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_true(plan_wants_vlans(t));
	assert_int_equal(plan_build_for(t, &none, &plan, &err), ERR_MACHINE);
	assert_string_equal(err.text,
	    "tests/unit/topology/files/t.yaml:3: one is to keep VLANs apart by the "
	    "kernel: this kernel's bridge does not (cwmplab doctor); do: take one with "
	    "CONFIG_BRIDGE_VLAN_FILTERING, or \"means: user-space\"");
	assert_int_equal(plan_build_for(t, &all, &plan, &err), 0);
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];

		if (step->op == PLAN_BRIDGE)
			assert_int_equal(step->bridge.keeps_vlans,
			    step->ns == plan_find(plan, STR("one")));
	}
	plan_free(plan);
	topology_free(t);
}

/* ---- drawings --------------------------------------------------------------------------- */

static void test_drawings_name_vlans(void **state)
{
	// clang-format off
	static const char *const text[] = {
	    "|- a                 host    10.0.10.2  [VLAN 10]\n",
	    "|- two               switch  [trunk 10,20,30*]\n",
	    "router  10.0.10.1  10.0.30.1  [eth0: trunk 10,30*]\n",
	};
	static const char *const dot[] = {
	    "\t\"one\" -- \"two\" [label=\"trunk 10,20,30*\"];\n",
	    "\t\"two\" -- \"c\" [label=\"VLAN 30\"];\n",
	};
	static const char *const svg[] = { ">trunk 10,20,30*</text>", ">VLAN 30</text>" };
	// clang-format on
	struct topology *t = must_read(stick);
	auto_buf out = BUF_NULL;

	(void)state;
	graph_text(&out, t, false);
	must_have(&out, text, ARRAY_LEN(text));
	out.len = 0;
	graph_dot(&out, t);
	must_have(&out, dot, ARRAY_LEN(dot));
	out.len = 0;
	assert_int_equal(graph_svg(&out, t), 0);
	must_have(&out, svg, ARRAY_LEN(svg));
	topology_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_vlan_is_a_segment_as_far_as_trunks_carry_it),
		cmocka_unit_test(test_interfaces_have_the_names_that_linux_gives_them),
		cmocka_unit_test(test_rings_are_loops_in_the_vlans_that_go_round_alone),
		cmocka_unit_test(
		    test_vlans_of_one_number_apart_from_each_other_are_two),
		cmocka_unit_test(test_without_the_kernels_help_each_vlan_has_a_bridge),
		cmocka_unit_test(test_each_port_is_in_the_bridge_of_its_vlan),
		cmocka_unit_test(test_the_kernel_keeps_vlans_apart_where_it_can),
		cmocka_unit_test(test_macs_are_forgotten_when_the_file_says),
		cmocka_unit_test(test_a_switch_may_ask_for_either_means),
		cmocka_unit_test(test_drawings_name_vlans),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
