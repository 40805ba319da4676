/* Switches, and the cables between them. */
#include "lab/plan/plan_internal.h"

#include <stdio.h>
#include <string.h>

/* DHCP is passed on by an agent, and by nothing else. */
static const char snooping_rules[] = "table bridge snooping {\n"
				     "  chain forward {\n"
				     "    type filter hook forward priority 0;\n"
				     "    ether type ip udp dport { 67, 68 } drop\n"
				     "  }\n"
				     "}\n";

int plan_switch(struct plan_builder *b, const struct node *node)
{
	uint32_t ns = (uint32_t)b->plan->n_instances;
	struct plan_step *step;
	int r = plan_instance_add(b, node, 1);

	if (r < 0)
		return r;
	b->first_ns[node->number] = ns;
	plan_index_begin(b, node);
	(void)plan_step_add(b, PLAN_NAMESPACE, ns);
	(void)plan_up_add(b, ns, PLAN_IFINDEX_LO, "lo");
	step = plan_step_add(b, PLAN_BRIDGE, ns);
	step->bridge.name = "br0";
	step->bridge.ifindex = PLAN_IFINDEX_BRIDGE;
	step->bridge.stp = node->sw.stp;
	step->bridge.ageing = node->sw.ageing;
	memcpy(step->bridge.mac, b->plan->instances[ns].mac, 6);
	r = plan_vlan_bridges(b, node, &step->bridge);
	if (r < 0)
		return r;
	plan_address_add(b, node, ns);
	if (node->sw.snooping_conf)
		plan_step_add(b, PLAN_RULES, ns)->rules.text = snooping_rules;
	return 0;
}

/* Two switches may have several cables between them; the second gets a number for a name. */
static const char *link_port_name(struct plan_builder *b, const struct node *sw,
    const char *wanted, uint32_t ifindex)
{
	char key[2 * TOPOLOGY_NAME_MAX + 2];
	struct str kept;

	(void)snprintf(key, sizeof(key), "%s/%s", sw->name, wanted);
	if (map_get(&b->links, str_of(key)))
		return plan_port_name(b, STR_NULL, ifindex);
	kept = arena_str(&b->plan->arena, str_of(key));
	if (!kept.p || map_put(&b->links, kept, b) < 0)
		return NULL;
	return plan_port_name(b, str_of(wanted), ifindex);
}

/* Which of the cables between two switches this one is, from 1; 0 without memory. */
static uintptr_t count_cable(struct plan_builder *b, const struct node *one,
    const struct node *other)
{
	bool is_first = one->number < other->number;
	char text[2 * TOPOLOGY_NAME_MAX + 8];
	uintptr_t n;
	struct str key;

	(void)snprintf(text, sizeof(text), "%s = %s", (is_first ? one : other)->name,
	    (is_first ? other : one)->name);
	n = (uintptr_t)map_get(&b->links, str_of(text)) + 1;
	key = arena_str(&b->scratch, str_of(text));
	return key.p && map_put(&b->links, key, (void *)n) == 0 ? n : 0;
}

static int link_end(struct plan_builder *b, const struct node *sw,
    const struct node *other, uintptr_t nth, const char *name, struct plan_end *end)
{
	uint32_t ifindex =
	    nth > 0 ? plan_index(b, sw, "%s %ju", other->name, (uintmax_t)nth) : 0;

	if (ifindex == 0)
		return plan_fail_memory(b);
	end->ifindex = ifindex;
	end->name = link_port_name(b, sw, name ? name : other->name, ifindex);
	node_mac(sw, ifindex, end->mac);
	plan_port_mac(end->mac, end->mac);
	return end->name ? 0 : plan_fail_memory(b);
}

/* The link of a cable to the switch that it is attached to is called as itself. */
static int impair(struct plan_builder *b, const struct node *from,
    const struct attach *attach, struct plan_step *cable)
{
	const char *name = from->name;

	if (!attach->link.is_set)
		return 0;
	if (attach != &from->attach)
		name = plan_link_name(b, name, cable->veth.near.name);
	return plan_impair(b, attach, name, from, cable, true);
}

static int add_cable(struct plan_builder *b, const struct node *from,
    const struct attach *attach)
{
	const struct node *to = attach->to;
	uint32_t ns = b->first_ns[from->number], peer_ns = b->first_ns[to->number];
	struct plan_step *step = plan_step_add(b, PLAN_VETH, ns), *up;
	uintptr_t nth = count_cable(b, from, to);
	struct plan_end peer = { .name = NULL }, near = peer;
	int r = link_end(b, from, to, nth, NULL, &near);

	step->veth.near = near;
	if (r == 0)
		r = link_end(b, to, from, nth, attach->port, &peer);
	step->veth.peer = peer;
	step->veth.peer_ns = peer_ns;
	b->plan->n_links++;
	if (r == 0)
		r = plan_port_master(b, from, attach, &step->veth.master,
		    &step->veth.in);
	if (r == 0)
		r = impair(b, from, attach, step);
	if (r < 0)
		return r;
	if (attach == &from->attach)
		b->plan->instances[ns].port =
		    (struct plan_port){ peer_ns, peer.ifindex, peer.name };
	up = plan_step_add(b, PLAN_UP, peer_ns);
	up->up.ifindex = peer.ifindex;
	up->up.name = peer.name;
	r = plan_port_master(b, to, attach, &up->up.master, &up->up.in);
	if (r == 0)
		r = plan_port_vlans(b, from, attach, &near);
	return r == 0 ? plan_port_vlans(b, to, attach, &peer) : r;
}

int plan_cables(struct plan_builder *b, const struct node *node)
{
	int r = 0;

	if (node->attach.to)
		r = add_cable(b, node, &node->attach);
	for (size_t i = 0; i < node->sw.n_links && r == 0; i++)
		r = add_cable(b, node, &node->sw.links[i]);
	return r;
}
