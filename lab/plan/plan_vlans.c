/* VLANs of switches: kept apart by the kernel's bridge, or by a bridge for each of them with a carrier
 * at trunks. */
#include "lab/plan/plan_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	/* In place of the 06 of the port's MAC. Those of a port are in a bridge each. */
	MAC_NEAR = 0x12,
	MAC_FREE = 0x16
};

#define SINK "br~0"

static bool is_by_kernel(const struct plan_builder *b, const struct node *sw)
{
	return b->means.has_vlan_bridge && sw->sw.means != VLAN_MEANS_USER_SPACE;
}

/* That of VLAN 1 is br0. vlan: 0 for the sink. */
static uint32_t *bridge_of(const struct plan_builder *b, const struct node *sw,
    uint32_t vlan)
{
	if (vlan == 0)
		return &b->sinks[sw->number];
	return &b->bridges[sw->sw.first_segment + topology_vlan_rank(sw, vlan)];
}

static const char *keep(struct plan_builder *b, const char *text)
{
	return arena_strdup(&b->plan->arena, str_of(text));
}

static const char *bridge_name(struct plan_builder *b, uint32_t vlan)
{
	char text[PLAN_IFNAME_MAX];

	(void)snprintf(text, sizeof(text), "br~%" PRIu32, vlan);
	return keep(b, text);
}

/* vlan: 0 for the sink. */
static int add_bridge(struct plan_builder *b, const struct node *sw, uint32_t vlan,
    const struct plan_bridge *like)
{
	struct plan_bridge *bridge =
	    &plan_step_add(b, PLAN_BRIDGE, b->first_ns[sw->number])->bridge;

	*bridge = *like;
	bridge->name = vlan > 0 ? bridge_name(b, vlan) : SINK;
	bridge->ifindex = plan_index(b, sw, "br~%" PRIu32, vlan);
	bridge->is_sink = vlan == 0;
	bridge->stp = like->stp && vlan > 0;
	*bridge_of(b, sw, vlan) = bridge->ifindex;
	return bridge->name && bridge->ifindex > 0 ? 0 : plan_fail_memory(b);
}

static int check_means(const struct plan_builder *b, const struct node *sw)
{
	if (sw->sw.means != VLAN_MEANS_KERNEL || b->means.has_vlan_bridge)
		return 0;
	return error_set(b->err, ERR_MACHINE,
	    "%s:%" PRIu32
	    ": %s is to keep VLANs apart by the kernel: this kernel's bridge "
	    "does not (cwmplab doctor); do: take one with CONFIG_BRIDGE_VLAN_FILTERING, or "
	    "\"means: user-space\"",
	    b->t->path, sw->sw.means_conf->line, sw->name);
}

int plan_vlan_bridges(struct plan_builder *b, const struct node *sw,
    struct plan_bridge *bridge)
{
	struct plan_bridge like = *bridge;
	unsigned first, last;
	int r;

	if (!sw->sw.vlans)
		return 0;
	r = check_means(b, sw);
	if (r < 0)
		return r;
	bridge->keeps_vlans = is_by_kernel(b, sw);
	if (bridge->keeps_vlans)
		return 0;
	for (unsigned at = VLAN_UNTAGGED + 1;
	     r == 0 && vlan_set_range(sw->sw.vlans, at, &first, &last); at = last + 1) {
		for (unsigned vlan = first; vlan <= last && r == 0; vlan++)
			r = add_bridge(b, sw, vlan, &like);
	}
	*bridge_of(b, sw, VLAN_UNTAGGED) = PLAN_IFINDEX_BRIDGE;
	return r == 0 && sw->sw.has_trunk ? add_bridge(b, sw, 0, &like) : r;
}

int plan_port_master(struct plan_builder *b, const struct node *sw,
    const struct attach *attach, uint32_t *ret, const char **ret_in)
{
	uint32_t untagged = attach_untagged(attach);

	*ret = PLAN_IFINDEX_BRIDGE;
	*ret_in = NULL;
	if (!sw->sw.vlans || is_by_kernel(b, sw))
		return 0;
	if (attach_is_trunk(attach)) {
		*ret = *bridge_of(b, sw, 0);
		*ret_in = SINK;
		return 0;
	}
	*ret = *bridge_of(b, sw, untagged);
	if (untagged != VLAN_UNTAGGED) {
		*ret_in = bridge_name(b, untagged);
		return *ret_in ? 0 : plan_fail_memory(b);
	}
	return 0;
}

/* ---- trunks that a carrier serves ------------------------------------------------------ */

struct plan_trunk *plan_trunk_add(struct plan_builder *b, uint32_t ns, const char *node,
    const struct plan_end *port, size_t n)
{
	struct plan_trunk *trunk = &b->plan->trunks[b->plan->n_trunks];

	plan_step_add(b, PLAN_TRUNK, ns)->carried.trunk = b->plan->n_trunks++;
	trunk->name = plan_link_name(b, node, port->name);
	trunk->ns = ns;
	trunk->port = port->name;
	trunk->ifindex = port->ifindex;
	trunk->ends = arena_array(&b->plan->arena, n, sizeof(*trunk->ends));
	return trunk->name && trunk->ends ? trunk : NULL;
}

struct plan_step *plan_trunk_pair(struct plan_builder *b, struct plan_trunk *trunk,
    uint32_t vlan, const struct plan_end *free_end, uint32_t sink)
{
	struct plan_step *step = plan_step_add(b, PLAN_VETH, trunk->ns);
	struct plan_up *up =
	    plan_up_add(b, trunk->ns, free_end->ifindex, free_end->name);

	step->veth.peer = *free_end;
	step->veth.peer_ns = trunk->ns;
	up->master = sink;
	up->in = SINK;
	up->is_inner = true;
	trunk->ends[trunk->n_ends++] =
	    (struct plan_trunk_end){ vlan, free_end->ifindex, free_end->name };
	return free_end->name ? step : NULL;
}

static int end_of(struct plan_builder *b, const struct node *sw,
    const struct plan_end *port, char letter, uint32_t vlan, struct plan_end *end)
{
	char text[PLAN_IFNAME_MAX];

	(void)snprintf(text, sizeof(text), "%c%" PRIu32 "~%" PRIu32, letter,
	    port->ifindex % 100000, vlan % 10000);
	*end = *port;
	end->name = keep(b, text);
	end->ifindex = plan_index(b, sw, "%s", text);
	end->mac[0] = letter == 't' ? MAC_NEAR : MAC_FREE;
	end->is_inner = true;
	return end->name && end->ifindex > 0 ? 0 : plan_fail_memory(b);
}

static int add_pair(struct plan_builder *b, const struct node *sw,
    struct plan_trunk *trunk, const struct plan_end *port, uint32_t vlan)
{
	struct plan_end near, free_end;
	struct plan_step *step;
	int r = end_of(b, sw, port, 't', vlan, &near);

	if (r == 0)
		r = end_of(b, sw, port, 'u', vlan, &free_end);
	if (r < 0)
		return r;
	step = plan_trunk_pair(b, trunk, vlan, &free_end, *bridge_of(b, sw, 0));
	if (!step)
		return plan_fail_memory(b);
	step->veth.near = near;
	step->veth.master = *bridge_of(b, sw, vlan);
	step->veth.in = vlan == VLAN_UNTAGGED ? NULL : bridge_name(b, vlan);
	return vlan == VLAN_UNTAGGED || step->veth.in ? 0 : plan_fail_memory(b);
}

int plan_port_vlans(struct plan_builder *b, const struct node *sw,
    const struct attach *attach, const struct plan_end *port)
{
	uint32_t ns = b->first_ns[sw->number];
	struct plan_trunk *trunk;
	int r = 0;

	if (!sw->sw.vlans || !attach_has_vlans(attach))
		return 0;
	if (is_by_kernel(b, sw)) {
		plan_step_add(b, PLAN_PORT, ns)->port = (struct plan_port_vlans){
			.ifindex = port->ifindex,
			.name = port->name,
			.attach = attach,
		};
		return 0;
	}
	if (!attach_is_trunk(attach))
		return 0;
	trunk = plan_trunk_add(b, ns, sw->name, port, attach->n_trunk);
	if (!trunk)
		return plan_fail_memory(b);
	trunk->native = (uint32_t)attach->native;
	for (size_t i = 0; i < attach->n_trunk && r == 0; i++)
		r = add_pair(b, sw, trunk, port, (uint32_t)attach->trunk[i].vlan);
	return r;
}

bool plan_wants_vlans(const struct topology *topology)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];

		if (node->kind == NODE_SWITCH && node->sw.vlans)
			return true;
	}
	return false;
}
