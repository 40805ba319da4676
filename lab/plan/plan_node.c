/* Nodes with one interface, of which a switch has the other end. */
#include "lab/plan/plan_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int plan_plug_in(struct plan_builder *b, const struct plan_plug *plug,
    struct plan_port *ret, struct plan_step **ret_cable)
{
	const struct node *sw = plug->attach->to;
	uint32_t ifindex =
	    plan_index(b, sw, "%s %s", b->plan->instances[plug->ns].name, plug->ifname);
	struct plan_step *step;
	struct plan_end near;
	int r;

	if (ifindex == 0)
		return plan_fail_memory(b);
	ret->ns = b->first_ns[sw->number];
	ret->ifindex = ifindex;
	ret->name = plan_port_name(b, str_of(plug->wanted), ifindex);
	if (!ret->name)
		return plan_fail_memory(b);
	step = plan_step_add(b, PLAN_VETH, ret->ns);
	step->veth.near.name = ret->name;
	step->veth.near.ifindex = ifindex;
	plan_port_mac(plug->mac, step->veth.near.mac);
	step->veth.peer.name = plug->ifname;
	step->veth.peer.ifindex = plug->ifindex;
	memcpy(step->veth.peer.mac, plug->mac, 6);
	step->veth.peer_ns = plug->ns;
	b->plan->n_links++;
	*ret_cable = step;
	near = step->veth.near;
	r = plan_port_master(b, sw, plug->attach, &step->veth.master, &step->veth.in);
	return r == 0 ? plan_port_vlans(b, sw, plug->attach, &near) : r;
}

static int plug_in(struct plan_builder *b, uint32_t ns)
{
	struct plan_instance *instance = &b->plan->instances[ns];
	const struct node *node = instance->node;
	char wanted[INSTANCE_NAME_MAX + 16];
	struct plan_plug plug = { ns, &node->attach, instance->mac, "eth0",
		PLAN_IFINDEX_ETH, wanted };
	struct plan_step *cable;
	int r;

	if (node->attach.port && node_count(node) > 1)
		(void)snprintf(wanted, sizeof(wanted), "%s-%" PRIu32, node->attach.port,
		    instance->i);
	else
		(void)snprintf(wanted, sizeof(wanted), "%s",
		    node->attach.port ? node->attach.port : instance->name);
	r = plan_plug_in(b, &plug, &instance->port, &cable);
	return r < 0 ? r
		     : plan_impair(b, &node->attach, instance->name, node->attach.to,
			   cable, false);
}

int plan_node(struct plan_builder *b, const struct node *node)
{
	b->first_ns[node->number] = (uint32_t)b->plan->n_instances;
	for (uint64_t i = 1; i <= node_count(node); i++) {
		uint32_t ns = (uint32_t)b->plan->n_instances;
		int r = plan_instance_add(b, node, (uint32_t)i);

		if (r < 0)
			return r;
		(void)plan_step_add(b, PLAN_NAMESPACE, ns);
		plan_ipv6_add(b, node, ns);
		r = plug_in(b, ns);
		if (r < 0)
			return r;
		(void)plan_up_add(b, ns, PLAN_IFINDEX_LO, "lo");
		plan_up_add(b, ns, PLAN_IFINDEX_ETH, "eth0")->has_ipv6 =
		    node_has_ipv6(node);
		plan_address_add(b, node, ns);
	}
	return 0;
}

/* A router of the file may have that route already. */
static bool has_route(const struct node *node, const struct conf_ipv4_net *to)
{
	const struct node_route *routes = node->routes.items;

	for (size_t i = 0; i < node->routes.len; i++) {
		if (routes[i].to.prefix == to->prefix &&
		    conf_ipv4_net_is_same(&routes[i].to, to))
			return true;
	}
	return false;
}

static void add_source_route(struct plan_builder *b, const struct node *load,
    const struct node *other)
{
	struct node_place place;

	if (has_route(other, &load->load.sources))
		return;
	for (size_t k = 0; node_place(other, k, &place); k++) {
		if (place.address.address == 0 ||
		    !conf_ipv4_net_is_same(&place.address, &load->address))
			continue;
		plan_step_add(b, PLAN_ROUTE, b->first_ns[other->number])->route =
		    (struct plan_route){ .ifindex = PLAN_IFINDEX_ETH + (uint32_t)k,
			    .net = load->load.sources,
			    .via = load->address.address };
		return;
	}
}

/* The addresses behind a node are its own, and others of its network reach them through it: one
 * neighbour, however many CPEs there are. */
void plan_sources(struct plan_builder *b, const struct node *node)
{
	const struct conf_ipv4_net *sources = &node->load.sources;
	struct plan_step *step;

	if (node->kind != NODE_LOAD || sources->prefix == 0)
		return;
	step = plan_step_add(b, PLAN_ROUTE, b->first_ns[node->number]);
	step->route = (struct plan_route){ .ifindex = PLAN_IFINDEX_LO,
		.net = *sources,
		.is_local = true };
	for (size_t i = 0; i < b->t->n_nodes; i++) {
		if (&b->t->nodes[i] != node)
			add_source_route(b, node, &b->t->nodes[i]);
	}
}
