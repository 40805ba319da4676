/* lab/plan: the steps of a lab, whole. */
#include "tests/unit/topology/load_lab.h"
#include "tests/unit/topology/topologies.h"

#include "lab/plan/plan.h"
#include "lib/base/buf.h"

#include <stdio.h>
#include <string.h>

static struct plan *must_plan(const struct topology *topology)
{
	struct plan *plan = NULL;
	struct error err = ERROR_NULL;

	if (plan_build(topology, &plan, &err) < 0)
		fail_msg("%s", err.text);
	return plan;
}

static void print_plan(struct buf *out, const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		plan_step_text(out, plan, &plan->steps[i]);
}

static const char two_switches[] =
    "name: t\n"
    "nodes:\n"
    "  cpe: {kind: cpe, count: 2, attach: sw2, model: box}\n"
    "  dns: {kind: dns, attach: sw1, address: 10.0.0.3/24}\n"
    "  sw1: {kind: switch}\n"
    "  h: {kind: host, attach: {switch: sw1, port: probe}, address: 10.0.0.9/24,\n"
    "    router: 10.0.0.1, command: [\"true\"]}\n"
    "  sw2: {kind: switch, attach: sw1}\n";

static void test_steps_are_in_order(void **state)
{
	struct topology *topology = must_read(two_switches);
	struct plan *plan = must_plan(topology);
	auto_buf out = BUF_NULL;

	(void)state;
	print_plan(&out, plan);
	// clang-format off
	assert_string_equal(buf_cstr(&out),
	    "namespace  sw1\n"
	    "up         sw1 lo\n"
	    "bridge     sw1 br0 index 2 mac 02:00:03:00:00:01 stp off\n"
	    "namespace  sw2\n"
	    "up         sw2 lo\n"
	    "bridge     sw2 br0 index 2 mac 02:00:05:00:00:01 stp off\n"
	    "link       sw2 sw1 index 3 mac 06:00:05:00:00:03 <-> sw1 sw2 index 3 mac 06:00:03:00:00:03\n"
	    "up         sw1 sw2 in br0\n"
	    "namespace  cpe-1\n"
	    "link       sw2 cpe-1 index 4 mac 06:00:01:00:00:01 <-> cpe-1 eth0 index 2 mac 02:00:01:00:00:01\n"
	    "up         cpe-1 lo\n"
	    "up         cpe-1 eth0\n"
	    "namespace  cpe-2\n"
	    "link       sw2 cpe-2 index 5 mac 06:00:01:00:00:02 <-> cpe-2 eth0 index 2 mac 02:00:01:00:00:02\n"
	    "up         cpe-2 lo\n"
	    "up         cpe-2 eth0\n"
	    "namespace  dns\n"
	    "link       sw1 dns index 4 mac 06:00:02:00:00:01 <-> dns eth0 index 2 mac 02:00:02:00:00:01\n"
	    "up         dns lo\n"
	    "up         dns eth0\n"
	    "address    dns eth0 10.0.0.3/24\n"
	    "namespace  h\n"
	    "link       sw1 probe index 5 mac 06:00:04:00:00:01 <-> h eth0 index 2 mac 02:00:04:00:00:01\n"
	    "up         h lo\n"
	    "up         h eth0\n"
	    "address    h eth0 10.0.0.9/24\n"
	    "route      h default via 10.0.0.1\n"
	    "start      dns: dns\n"
	    "start      h: host\n"
	    "start      cpe-1: cpe for 2 CPEs\n");
	// clang-format on
	assert_int_equal(plan->n_instances, 6);
	assert_int_equal(plan->n_links, 5);
	plan_free(plan);
	topology_free(topology);
}

/* Its address is its bridge's, and its program starts when the servers are there. */
static void test_a_managed_switch_has_an_address_and_a_program(void **state)
{
	struct topology *topology = must_read(
	    "name: t\n"
	    "nodes:\n"
	    "  sw1: {kind: switch, cwmp: {model: box}}\n"
	    "  sw2: {kind: switch, attach: sw1,\n"
	    "    cwmp: {model: box, address: 10.0.0.5/24, router: 10.0.0.1}}\n"
	    "  sw3: {kind: switch, attach: sw1}\n"
	    "  acs: {kind: acs, attach: sw2, address: 10.0.0.4/24, url: http://10.0.0.4/}\n");
	struct plan *plan = must_plan(topology);
	auto_buf out = BUF_NULL;

	(void)state;
	print_plan(&out, plan);
	// clang-format off
	assert_string_equal(buf_cstr(&out),
	    "namespace  sw1\n"
	    "up         sw1 lo\n"
	    "bridge     sw1 br0 index 2 mac 02:00:01:00:00:01 stp off\n"
	    "namespace  sw2\n"
	    "up         sw2 lo\n"
	    "bridge     sw2 br0 index 2 mac 02:00:02:00:00:01 stp off\n"
	    "address    sw2 br0 10.0.0.5/24\n"
	    "route      sw2 default via 10.0.0.1\n"
	    "namespace  sw3\n"
	    "up         sw3 lo\n"
	    "bridge     sw3 br0 index 2 mac 02:00:03:00:00:01 stp off\n"
	    "link       sw2 sw1 index 3 mac 06:00:02:00:00:03 <-> sw1 sw2 index 3 mac 06:00:01:00:00:03\n"
	    "up         sw1 sw2 in br0\n"
	    "link       sw3 sw1 index 3 mac 06:00:03:00:00:03 <-> sw1 sw3 index 4 mac 06:00:01:00:00:04\n"
	    "up         sw1 sw3 in br0\n"
	    "namespace  acs\n"
	    "link       sw2 acs index 4 mac 06:00:04:00:00:01 <-> acs eth0 index 2 mac 02:00:04:00:00:01\n"
	    "up         acs lo\n"
	    "up         acs eth0\n"
	    "address    acs eth0 10.0.0.4/24\n"
	    "start      acs: acs\n"
	    "start      sw1: switch\n"
	    "start      sw2: switch\n");
	// clang-format on
	plan_free(plan);
	topology_free(topology);
}

static void test_instances_know_their_port(void **state)
{
	struct topology *topology = must_read(two_switches);
	struct plan *plan = must_plan(topology);
	int64_t at = plan_find(plan, STR("cpe-2"));
	const struct plan_instance *cpe;

	(void)state;
	assert_true(at >= 0);
	cpe = &plan->instances[at];
	assert_string_equal(cpe->name, "cpe-2");
	assert_int_equal(cpe->i, 2);
	assert_string_equal(plan->instances[cpe->port.ns].name, "sw2");
	assert_int_equal(cpe->port.ifindex, 5);
	assert_string_equal(cpe->port.name, "cpe-2");
	assert_int_equal(plan_find(plan, STR("cpe")), at - 1);
	assert_int_equal(plan_find(plan, STR("sw1")), 0);
	assert_int_equal(plan_find(plan, STR("cpe-3")), -1);
	plan_free(plan);
	topology_free(topology);
}

static const char impaired[] =
    "name: t\n"
    "nodes:\n"
    "  cpe: {kind: cpe, model: box, attach: {switch: sw2, link: {delay: 50ms, down: "
    "{loss: 2%},\n"
    "    schedule: [{at: 10s, for: 5s, set: down}]}}}\n"
    "  sw1: {kind: switch}\n"
    "  sw2: {kind: switch, attach: {switch: sw1, link: gpon mtu=1492}}\n";

/* Those that are called so, and no others. */
static void check_inner(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];
		const struct plan_end *ends[] = { &step->veth.near, &step->veth.peer };

		for (size_t k = 0; k < 2 && step->op == PLAN_VETH; k++)
			assert_int_equal(ends[k]->is_inner,
			    strchr(ends[k]->name, '~') != NULL);
		if (step->op == PLAN_UP)
			assert_int_equal(step->up.is_inner,
			    strchr(step->up.name, '~') != NULL);
	}
}

static void test_an_impaired_link_is_two_with_a_carrier_between(void **state)
{
	// clang-format off
	static const char *const parts[] = {
	    "namespace  cpe\n"
	    "link       sw2 cpe index 6 mac 06:00:01:00:00:01 <-> sw2 p6~net index 7 mac 0a:00:01:00:00:01\n"
	    "impair     cpe by a carrier in user space: delay=50ms down.loss=2%, 1 change scheduled\n"
	    "link       sw2 p6~node index 8 mac 0e:00:01:00:00:01 <-> cpe eth0 index 2 mac 02:00:01:00:00:01\n"
	    "up         sw2 p6~net\n"
	    "up         cpe lo\n"
	    "up         cpe eth0\n",
	    "link       sw2 sw1 index 3 mac 06:00:03:00:00:03 <-> sw2 p3~node index 4 mac 0a:00:03:00:00:03\n",
	    "link       sw2 p3~net index 5 mac 0e:00:03:00:00:03 <-> sw1 sw2 index 3 mac 06:00:02:00:00:03\n"
	    "up         sw2 p3~node\n"
	    "up         sw1 sw2 in br0\n",
	};
	// clang-format on
	struct topology *topology = must_read(impaired);
	struct plan *plan = must_plan(topology);
	auto_buf out = BUF_NULL;
	size_t at;

	(void)state;
	print_plan(&out, plan);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (!str_find(buf_str(&out), str_of(parts[i]), &at))
			fail_msg("%s is not in:\n%s", parts[i], buf_cstr(&out));
	}
	assert_int_equal(plan->n_impaired, 2);
	assert_string_equal(plan_find_link(plan, STR("cpe"))->node_end.name, "p6~node");
	assert_string_equal(plan_find_link(plan, STR("sw2"))->node_end.name, "p3~node");
	assert_null(plan_find_link(plan, STR("sw1")));
	check_inner(plan);
	plan_free(plan);
	topology_free(topology);
}

static void test_each_port_has_a_link_of_its_own(void **state)
{
	static const char file[] =
	    "name: t\n"
	    "nodes:\n"
	    "  a: {kind: switch, links: [{switch: b, port: core, link: dsl}, b], stp: on}\n"
	    "  b: {kind: switch, stp: on}\n"
	    "  c: {kind: switch}\n"
	    "  r: {kind: router, ports: [a 10.0.0.1/24,\n"
	    "    {switch: c, address: 10.1.0.1/24, link: {delay: 5ms, schedule: [{at: 1s, "
	    "set: down}]}}]}\n"
	    "  n: {kind: nat, outside: {switch: a, address: 10.0.0.2/24, link: lte},\n"
	    "    inside: {switch: d, address: 10.2.0.1/24, link: plain}}\n"
	    "  d: {kind: switch}\n";
	static const char *const names[] = { "a:b", "r:eth1", "n", "n:eth1" };
	struct topology *topology = must_read(file);
	struct plan *plan = must_plan(topology);

	(void)state;
	assert_int_equal(topology->n_impaired, ARRAY_LEN(names));
	assert_int_equal(plan->n_impaired, ARRAY_LEN(names));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_string_equal(plan->links[i].name, names[i]);
	assert_string_equal(plan_find_link(plan, STR("a:b"))->node_end.name, "p3~node");
	assert_int_equal(plan_find_link(plan, STR("r:eth1"))->attach->link.n_steps, 1);
	assert_int_equal(plan_find_link(plan, STR("r:eth1"))->ns,
	    plan_find(plan, STR("c")));
	check_inner(plan);
	plan_free(plan);
	topology_free(topology);
}

static void test_netem_is_taken_where_the_kernel_has_it_and_it_can(void **state)
{
	const struct plan_means means = { .has_netem = true };
	struct topology *topology = must_read(impaired);
	struct error err = ERROR_NULL;
	auto_buf out = BUF_NULL;
	struct plan *plan;
	size_t at;

	(void)state;
	assert_true(plan_wants_netem(topology));
	assert_int_equal(plan_build_for(topology, &means, &plan, &err), 0);
	print_plan(&out, plan);
	assert_true(str_find(buf_str(&out),
	    STR("impair     cpe by netem: delay=50ms down.loss=2%, 1 change scheduled\n"),
	    &at));
	/* An mtu is nothing that netem has. */
	assert_false(plan_find_link(plan, STR("sw2"))->is_netem);
	assert_int_equal(plan_find_link(plan, STR("cpe"))->up_ifindex,
	    PLAN_IFINDEX_ETH);
	assert_int_equal(plan_find_link(plan, STR("cpe"))->down_ifindex, 6);
	plan_free(plan);
	topology_free(topology);
}

static void test_netem_that_was_asked_for_by_name_is_missed(void **state)
{
	struct topology *topology =
	    must_read("name: t\n"
		      "nodes:\n"
		      "  sw1: {kind: switch}\n"
		      "  cpe: {kind: cpe, model: box, attach: {switch: sw1,\n"
		      "    link: {loss: 1%, means: netem}}}\n");
	struct error err = ERROR_NULL;
	struct plan *plan = NULL;

	(void)state;
	assert_int_equal(plan_build(topology, &plan, &err), ERR_MACHINE);
	assert_string_equal(err.text,
	    "tests/unit/topology/files/t.yaml:5: the link of cpe wants netem: this "
	    "kernel has none (cwmplab doctor); do: modprobe -a sch_netem sch_tbf as "
	    "root, or \"means: user-space\"");
	topology_free(topology);
}

static void test_netem_that_cannot_do_it_is_no_matter_of_modules(void **state)
{
	const struct plan_means means = { .has_netem = true };
	struct topology *topology =
	    must_read("name: t\n"
		      "nodes:\n"
		      "  sw1: {kind: switch}\n"
		      "  cpe: {kind: cpe, model: box, attach: {switch: sw1,\n"
		      "    link: {mtu: 1492, means: netem}}}\n");
	struct error err = ERROR_NULL;
	struct plan *plan = NULL;

	(void)state;
	assert_int_equal(plan_build_for(topology, &means, &plan, &err), ERR_MACHINE);
	assert_string_equal(err.text,
	    "tests/unit/topology/files/t.yaml:5: the link of cpe wants netem: netem "
	    "lets long packets pass, whatever \"mtu\" says; do: \"means: user-space\"");
	topology_free(topology);
}

/* No two interfaces of a namespace share a name, an index or a MAC. */
static void check_unique(const struct plan *plan)
{
	struct map names = MAP_NULL, macs = MAP_NULL;
	struct arena arena = ARENA_NULL;

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];
		const struct plan_end *ends[] = { &step->veth.near, &step->veth.peer };
		const uint32_t ns[] = { step->ns, step->veth.peer_ns };

		for (size_t k = 0; k < 2 && step->op == PLAN_VETH; k++) {
			char key[64];
			struct str name, index;

			assert_true(strlen(ends[k]->name) < PLAN_IFNAME_MAX);
			(void)snprintf(key, sizeof(key), "%u/%s", ns[k], ends[k]->name);
			name = arena_str(&arena, str_of(key));
			(void)snprintf(key, sizeof(key), "%u#%u", ns[k],
			    ends[k]->ifindex);
			index = arena_str(&arena, str_of(key));
			assert_null(map_get(&names, name));
			assert_null(map_get(&names, index));
			assert_null(map_get(&macs, str_make(ends[k]->mac, 6)));
			assert_int_equal(map_put(&names, name, &arena), 0);
			assert_int_equal(map_put(&names, index, &arena), 0);
			assert_int_equal(map_put(&macs, str_make(ends[k]->mac, 6),
					     &arena),
			    0);
		}
	}
	map_free(&names);
	map_free(&macs);
	arena_free(&arena);
}

static void test_names_that_no_port_can_have_become_numbers(void **state)
{
	struct topology *topology = must_read(
	    "name: t\nnodes:\n"
	    "  sw1: {kind: switch, stp: on, links: [access-switch-of-room-b, sw2, sw2]}\n"
	    "  access-switch-of-room-b: {kind: switch, stp: on}\n"
	    "  sw2: {kind: switch, stp: on}\n"
	    "  p3: {kind: host, attach: sw1, address: 10.0.0.1/24}\n"
	    "  br0: {kind: host, attach: sw1, address: 10.0.0.2/24}\n"
	    "  fifteen-letters: {kind: host, attach: sw1, address: 10.0.0.3/24}\n"
	    "  sixteen-letters0: {kind: host, attach: sw1, address: 10.0.0.4/24}\n");
	static const struct {
		const char *node;
		const char *port;
	} rows[] = {
		{ "p3", "p6" },
		{ "br0", "p7" },
		{ "fifteen-letters", "fifteen-letters" },
		{ "sixteen-letters0", "p9" },
	};
	struct plan *plan = must_plan(topology);

	(void)state;
	check_unique(plan);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t at = plan_find(plan, str_of(rows[i].node));

		assert_true(at >= 0);
		assert_string_equal(plan->instances[at].port.name, rows[i].port);
	}
	plan_free(plan);
	topology_free(topology);
}

static void test_plan_is_linear_and_nothing_collides(void **state)
{
	static const unsigned counts[] = { 100, 900 };
	size_t steps[ARRAY_LEN(counts)];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		auto_buf text = BUF_NULL;
		struct topology *topology;
		struct plan *plan;

		buf_append_text(&text, "name: t\nnodes:\n  core: {kind: switch}\n");
		for (unsigned k = 0; k < 10; k++)
			buf_printf(&text,
			    "  sw%u: {kind: switch, attach: core}\n"
			    "  cpe%u: {kind: cpe, count: %u, attach: sw%u, model: box}\n",
			    k, k, counts[i], k);
		topology = must_read(buf_cstr(&text));
		plan = must_plan(topology);
		check_unique(plan);
		steps[i] = plan->n_steps;
		plan_free(plan);
		topology_free(topology);
	}
	assert_int_equal(steps[1] - steps[0], 4 * 10 * (counts[1] - counts[0]));
}

/* Its addresses are its own, whoever is in its network sends there through it, and it starts behind
 * all others. */
static void test_a_load_test_has_the_addresses_behind_it(void **state)
{
	struct topology *topology = must_read(load_lab);
	struct plan *plan = must_plan(topology);
	auto_buf out = BUF_NULL;

	(void)state;
	for (size_t i = 0; i < plan->n_steps; i++) {
		if (plan->steps[i].op >= PLAN_ROUTE)
			plan_step_text(&out, plan, &plan->steps[i]);
	}
	assert_string_equal(buf_cstr(&out),
	    "route      homes 100.64.0.0/16 local\n"
	    "route      acs1 100.64.0.0/16 via 10.0.0.20\n"
	    "route      h 100.64.0.0/16 via 10.0.0.20\n"
	    "start      acs1: acs\n"
	    "start      homes: load\n"
	    "start      street: load\n");
	plan_free(plan);
	topology_free(topology);
}

/* ---- a lab that changes ----------------------------------------------------------------- */

static const char before[] =
    "name: t\n"
    "nodes:\n"
    "  sw1: {kind: switch, stp: yes}\n"
    "  sw2: {kind: switch, stp: yes, attach: sw1, links: [sw1]}\n"
    "  sw3: {kind: switch}\n"
    "  gone: {kind: host, attach: sw1, address: 10.0.0.7/24}\n"
    "  stays: {kind: host, attach: {switch: sw1, link: delay=5ms}, address: 10.0.0.8/24}\n"
    "  r1: {kind: router, ports: [sw1 10.0.0.1/24, sw3 10.1.0.1/24]}\n";

/* The second cable of the switches has become the first, and somebody stands before them. */
static const char after[] =
    "name: t\n"
    "nodes:\n"
    "  new: {kind: host, attach: sw1, address: 10.0.0.9/24}\n"
    "  sw1: {kind: switch, stp: yes}\n"
    "  sw2: {kind: switch, stp: yes, attach: sw1}\n"
    "  sw3: {kind: switch}\n"
    "  stays: {kind: host, attach: {switch: sw1, link: delay=5ms}, address: 10.0.0.8/24}\n"
    "  r1: {kind: router, ports: [sw1 10.0.0.1/24, sw3 10.1.0.1/24]}\n";

static void test_who_stays_in_a_lab_keeps_macs_and_numbers(void **state)
{
	struct topology *old = must_read(before), *now = must_read(after);
	struct plan *was = must_plan(old), *plan = NULL;
	auto_buf out = BUF_NULL;

	(void)state;
	assert_int_equal(topology_follow(now, old), 0);
	assert_int_equal(plan_build_after(now, &was->means, was, &plan, NULL), 0);
	for (size_t i = 0; i < plan->n_steps; i++) {
		if (plan->steps[i].op == PLAN_VETH)
			plan_step_text(&out, plan, &plan->steps[i]);
	}
	// clang-format off
	assert_string_equal(buf_cstr(&out),
	    "link       sw2 sw1 index 3 mac 06:00:02:00:00:03 <-> sw1 sw2 index 3 mac 06:00:01:00:00:03\n"
	    "link       sw1 new index 10 mac 06:00:07:00:00:01 <-> new eth0 index 2 mac 02:00:07:00:00:01\n"
	    "link       sw1 stays index 6 mac 06:00:05:00:00:01 <-> sw1 p6~net index 7 mac 0a:00:05:00:00:01\n"
	    "link       sw1 p6~node index 8 mac 0e:00:05:00:00:01 <-> stays eth0 index 2 mac 02:00:05:00:00:01\n"
	    "link       sw1 r1 index 9 mac 06:00:06:00:00:01 <-> r1 eth0 index 2 mac 02:00:06:00:00:01\n"
	    "link       sw3 r1 index 3 mac 06:00:06:00:00:02 <-> r1 eth1 index 3 mac 02:00:06:00:00:02\n");
	// clang-format on
	plan_free(plan);
	plan_free(was);
	topology_free(now);
	topology_free(old);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps_are_in_order),
		cmocka_unit_test(test_a_managed_switch_has_an_address_and_a_program),
		cmocka_unit_test(test_a_load_test_has_the_addresses_behind_it),
		cmocka_unit_test(test_instances_know_their_port),
		cmocka_unit_test(test_an_impaired_link_is_two_with_a_carrier_between),
		cmocka_unit_test(test_each_port_has_a_link_of_its_own),
		cmocka_unit_test(
		    test_netem_is_taken_where_the_kernel_has_it_and_it_can),
		cmocka_unit_test(test_netem_that_was_asked_for_by_name_is_missed),
		cmocka_unit_test(test_netem_that_cannot_do_it_is_no_matter_of_modules),
		cmocka_unit_test(test_names_that_no_port_can_have_become_numbers),
		cmocka_unit_test(test_plan_is_linear_and_nothing_collides),
		cmocka_unit_test(test_who_stays_in_a_lab_keeps_macs_and_numbers),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
