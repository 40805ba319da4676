#include "lab/plan/plan.h"

#include "lab/plan/plan_internal.h"
#include "lib/base/cleanup.h"

#include <stdlib.h>

enum {
	NEIGHBOURS_LEARNED_MAX = 100 /* CPEs */
};

DEFINE_CLEANUP(struct plan *, plan_free)

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	arena_free(&plan->arena);
	free(plan);
}

/* Kinds of one turn in the order of the file. */
static void add_starts(struct plan_builder *b)
{
	for (int turn = 0; turn < NODE_KINDS; turn++) {
		for (size_t i = 0; i < b->t->n_nodes; i++) {
			const struct node *node = &b->t->nodes[i];

			if (node_kind_facts(node->kind)->turn != turn ||
			    !node_runs(node))
				continue;
			plan_step_add(b, PLAN_START, b->first_ns[node->number])
			    ->start.node = node;
		}
	}
}

/* ---- all of it --------------------------------------------------------------------- */

/* What is made for a node once all switches are there. */
static plan_fn *const makers[NODE_KINDS] = {
	[NODE_SWITCH] = plan_cables,
	[NODE_DNS] = plan_node,
	[NODE_DHCP] = plan_node,
	[NODE_ACS] = plan_node,
	[NODE_CPE] = plan_node,
	[NODE_HOST] = plan_node,
	[NODE_ROUTER] = plan_router,
	[NODE_NAT] = plan_nat,
	[NODE_LOAD] = plan_node,
	[NODE_PROXY] = plan_node,
	[NODE_FIREWALL] = plan_firewall,
};

static int add_all(struct plan_builder *b)
{
	const struct topology *t = b->t;
	int r = 0;

	for (size_t i = 0; i < t->n_nodes && r == 0; i++) {
		if (t->nodes[i].kind == NODE_SWITCH)
			r = plan_switch(b, &t->nodes[i]);
	}
	for (size_t i = 0; i < t->n_nodes && r == 0; i++) {
		if (t->nodes[i].kind == NODE_SWITCH)
			r = makers[NODE_SWITCH](b, &t->nodes[i]);
	}
	for (size_t i = 0; i < t->n_nodes && r == 0; i++) {
		if (t->nodes[i].kind != NODE_SWITCH)
			r = makers[t->nodes[i].kind](b, &t->nodes[i]);
	}
	for (size_t i = 0; i < t->n_nodes && r == 0; i++)
		plan_sources(b, &t->nodes[i]);
	if (r == 0)
		add_starts(b);
	return r;
}

/* Upper bounds, so that the arrays never move. */
static int make_room(struct plan_builder *b)
{
	struct plan *plan = b->plan;
	size_t n_instances = 0, n_steps = 0, n_impaired = 0, n_trunks = 0;
	const struct attach *attach;

	for (size_t i = 0; i < b->t->n_nodes; i++) {
		const struct node *node = &b->t->nodes[i];
		size_t count = (size_t)node_count(node);

		n_instances += count;
		n_steps += 1;                /* start */
		if (node->kind == NODE_LOAD) /* routes, of routers, too */
			n_steps += b->t->n_nodes + 1;
		if (node->kind == NODE_SWITCH)
			/* namespace, lo, bridges, address, route; veth, up a cable */
			n_steps +=
			    6 + topology_vlan_count(node) + 2 * (node->sw.n_links + 1);
		else if (node->n_ports > 0)
			/* namespace, lo, settings, sink, rules; an interface and its
			 * cable: veth, up each and one more, addresses; routes */
			n_steps += 9 + 7 * node->n_ports + node->routes.len;
		else /* namespace, veth, lo, up; address, route */
			n_steps += count * 4 + 2;
		if (b->t->has_ipv6)
			n_steps += count * PLAN_IPV6_STEPS;
		for (size_t k = 0; (attach = node_cable(node, k)); k++) {
			n_impaired += attach->link.is_set ? count : 0;
			/* at either end: VLANs of the port; veth, up a VLAN */
			n_steps += 2 * count * (1 + 2 * attach->n_trunk);
			n_trunks += attach_is_trunk(attach) ? 2 * count : 0;
		}
	}
	n_steps += 3 * n_impaired; /* impair; veth, up */
	plan->arena = (struct arena)ARENA_MAX(1 << 30);
	plan->instances =
	    arena_array(&plan->arena, n_instances, sizeof(*plan->instances));
	plan->steps = arena_array(&plan->arena, n_steps, sizeof(*plan->steps));
	plan->links = arena_array(&plan->arena, n_impaired, sizeof(*plan->links));
	plan->trunks = arena_array(&plan->arena, n_trunks, sizeof(*plan->trunks));
	b->first_ns =
	    arena_array(&plan->arena, b->t->n_nodes + 1, sizeof(*b->first_ns));
	b->next_index =
	    arena_array(&plan->arena, b->t->n_nodes + 1, sizeof(*b->next_index));
	b->bridges =
	    arena_array(&plan->arena, b->t->n_segments + 1, sizeof(*b->bridges));
	b->sinks = arena_array(&plan->arena, b->t->n_nodes + 1, sizeof(*b->sinks));
	return plan->instances && plan->steps && plan->links && plan->trunks &&
		       b->bridges && b->sinks && b->first_ns && b->next_index
		   ? 0
		   : plan_fail_memory(b);
}

int plan_build(const struct topology *topology, struct plan **ret, struct error *err)
{
	static const struct plan_means none;

	return plan_build_for(topology, &none, ret, err);
}

int plan_build_for(const struct topology *topology, const struct plan_means *means,
    struct plan **ret, struct error *err)
{
	return plan_build_after(topology, means, NULL, ret, err);
}

int plan_build_after(const struct topology *topology, const struct plan_means *means,
    const struct plan *before, struct plan **ret, struct error *err)
{
	auto_cleanup(plan_free) struct plan *plan = calloc(1, sizeof(*plan));
	struct plan_builder b = { .plan = plan,
		.t = topology,
		.means = *means,
		.before = before,
		.scratch = ARENA_MAX(1 << 30),
		.err = err };
	int r;

	if (!plan)
		return plan_fail_memory(&b);
	plan->topology = topology;
	plan->means = *means;
	r = make_room(&b);
	if (r == 0)
		r = plan_index_follow(&b);
	if (r == 0)
		r = add_all(&b);
	map_free(&b.links);
	map_free(&b.kept);
	arena_free(&b.scratch);
	if (r < 0)
		return r;
	*ret = steal_ptr(&plan);
	return 0;
}

bool plan_tells_neighbours(const struct topology *topology)
{
	return topology->n_cpes > NEIGHBOURS_LEARNED_MAX;
}

int64_t plan_find(const struct plan *plan, struct str name)
{
	uint64_t i = 1;
	const struct node *node = topology_instance(plan->topology, name, &i);

	if (!node)
		node = topology_node(plan->topology, name);
	for (size_t k = 0; node && k < plan->n_instances; k++) {
		if (plan->instances[k].node == node)
			return (int64_t)(k + i - 1);
	}
	return -1;
}
