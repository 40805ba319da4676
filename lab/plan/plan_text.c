/* One line a step, as --dry-run shows it. */
#include "lab/plan/plan.h"

#include "lib/base/buf.h"
#include "lib/base/shown.h"
#include "lib/base/text.h"

#include <inttypes.h>
#include <stdio.h>

static const char *ns_name(const struct plan *plan, uint32_t ns)
{
	return plan->instances[ns].name;
}

static void bridge_text(struct buf *out, const char *ns,
    const struct plan_bridge *bridge)
{
	char mac[MAC_TEXT_MAX];

	shown_printf(out, "bridge     %s %s index %" PRIu32 " mac %s stp %s", ns,
	    bridge->name, bridge->ifindex, mac_text(bridge->mac, mac),
	    bridge->stp ? "on" : "off");
	if (bridge->ageing > 0)
		shown_printf(out, ", forgets MACs after %" PRIi64 " ms",
		    bridge->ageing / NS_PER_MS);
	if (bridge->keeps_vlans)
		shown_printf(out, ", keeps VLANs apart");
	if (bridge->is_sink)
		shown_printf(out, ", down");
}

static void veth_text(struct buf *out, const struct plan *plan, const char *ns,
    const struct plan_veth *veth)
{
	char near[MAC_TEXT_MAX], peer[MAC_TEXT_MAX];

	shown_printf(out,
	    "link       %s %s index %" PRIu32 " mac %s <-> %s %s index %" PRIu32
	    " mac %s",
	    ns, veth->near.name, veth->near.ifindex, mac_text(veth->near.mac, near),
	    ns_name(plan, veth->peer_ns), veth->peer.name, veth->peer.ifindex,
	    mac_text(veth->peer.mac, peer));
	if (veth->in)
		shown_printf(out, " in %s", veth->in);
}

/* ": 20 30, native 10", or ": 10 without tags" of an access port. */
static void vlans_text(struct buf *out, const struct attach *attach)
{
	if (!attach_is_trunk(attach))
		shown_printf(out, ": %" PRIu32 " without tags",
		    attach_untagged(attach));
	else
		buf_append_char(out, ':');
	for (size_t i = 0; i < attach->n_trunk; i++) {
		if (attach->trunk[i].vlan != attach->native)
			shown_printf(out, " %" PRIu64, attach->trunk[i].vlan);
	}
	if (attach->native > 0)
		shown_printf(out, ", native %" PRIu64, attach->native);
}

static void trunk_text(struct buf *out, const struct plan_trunk *trunk)
{
	shown_printf(out, "trunk      %s by a carrier in user space:", trunk->name);
	for (size_t i = 0; i < trunk->n_ends; i++) {
		if (trunk->ends[i].vlan != trunk->native)
			shown_printf(out, " %" PRIu32, trunk->ends[i].vlan);
	}
	if (trunk->native > 0)
		shown_printf(out, ", native %" PRIu32, trunk->native);
}

static void vlan_text(struct buf *out, const char *ns, const struct plan_vlan *vlan)
{
	char mac[MAC_TEXT_MAX];

	shown_printf(out, "vlan       %s %s index %" PRIu32 " mac %s of %s", ns,
	    vlan->end.name, vlan->end.ifindex, mac_text(vlan->end.mac, mac),
	    vlan->parent_name);
}

static void impair_step_text(struct buf *out, const struct plan_link *link)
{
	const struct attach_link *attach = &link->attach->link;

	shown_printf(out, "impair     %s by %s: ", link->name,
	    link->is_netem ? "netem" : "a carrier in user space");
	impair_write(out, &attach->value);
	if (attach->n_steps > 0)
		shown_printf(out, ", %zu change%s scheduled", attach->n_steps,
		    attach->n_steps == 1 ? "" : "s");
}

static void rules_text(struct buf *out, const char *ns, struct str text)
{
	while (text.len > 0) {
		struct str line = str_cut(text, '\n', &text);

		shown_printf(out, "rules      %s %.*s\n", ns, STR_ARG(line));
	}
}

static void address_text(struct buf *out, const struct plan *plan,
    const struct plan_step *step)
{
	const struct plan_address *address = &step->address;
	const struct node *node = plan->instances[step->ns].node;
	char text[IPV6_TEXT_MAX], name[PORT_NAME_MAX];
	bool is_six = address->net.prefix == 0;

	if (node->n_ports > 0)
		(void)node_port_name(node, address->ifindex - PLAN_IFINDEX_ETH, name);
	else
		(void)snprintf(name, sizeof(name), "%s",
		    node->kind == NODE_SWITCH ? "br0" : "eth0");
	shown_printf(out, "address    %s %s %s/%u", ns_name(plan, step->ns), name,
	    is_six ? ipv6_text(address->net6.address, text)
		   : ipv4_text(address->net.address, text),
	    is_six ? address->net6.prefix : address->net.prefix);
}

static void route6_text(struct buf *out, const char *ns, const struct plan_route *route)
{
	char text[IPV6_TEXT_MAX], via[IPV6_TEXT_MAX];

	(void)ipv6_text(route->via6, via);
	if (route->net6.prefix > 0)
		shown_printf(out, "route      %s %s/%u via %s", ns,
		    ipv6_text(route->net6.address, text), route->net6.prefix, via);
	else
		shown_printf(out, "route      %s default via %s", ns, via);
}

static void route_text(struct buf *out, const char *ns, const struct plan_route *route)
{
	char text[IPV4_TEXT_MAX];

	if (ipv6_is_set(route->via6)) {
		route6_text(out, ns, route);
		return;
	}
	shown_printf(out, "route      %s ", ns);
	if (route->net.prefix > 0)
		shown_printf(out, "%s/%u", ipv4_text(route->net.address, text),
		    route->net.prefix);
	else
		shown_printf(out, "default");
	if (route->is_local)
		shown_printf(out, " local");
	else
		shown_printf(out, " via %s", ipv4_text(route->via, text));
}

void plan_step_text(struct buf *out, const struct plan *plan,
    const struct plan_step *step)
{
	const char *ns = ns_name(plan, step->ns);

	switch (step->op) {
	case PLAN_NAMESPACE:
		shown_printf(out, "namespace  %s", ns);
		break;
	case PLAN_BRIDGE:
		bridge_text(out, ns, &step->bridge);
		break;
	case PLAN_VETH:
		veth_text(out, plan, ns, &step->veth);
		break;
	case PLAN_UP:
		shown_printf(out, "up         %s %s", ns, step->up.name);
		if (step->up.master)
			shown_printf(out, " in %s", step->up.in ? step->up.in : "br0");
		break;
	case PLAN_VLAN:
		vlan_text(out, ns, &step->vlan);
		break;
	case PLAN_PORT:
		shown_printf(out, "vlans      %s:%s by the kernel", ns,
		    step->port.name);
		vlans_text(out, step->port.attach);
		break;
	case PLAN_TRUNK:
		trunk_text(out, &plan->trunks[step->carried.trunk]);
		break;
	case PLAN_ADDRESS:
		address_text(out, plan, step);
		break;
	case PLAN_ROUTE:
		route_text(out, ns, &step->route);
		break;
	case PLAN_SETTING:
		shown_printf(out, "setting    %s net/%s %s", ns, step->setting.name,
		    step->setting.value);
		break;
	case PLAN_RULES:
		rules_text(out, ns, str_of(step->rules.text));
		return;
	case PLAN_IMPAIR:
		impair_step_text(out, &plan->links[step->impair.link]);
		break;
	case PLAN_START:
		shown_printf(out, "start      %s: %s", ns,
		    node_kind_name(step->start.node->kind));
		if (node_count(step->start.node) > 1)
			shown_printf(out, " for %" PRIu64 " CPEs",
			    node_count(step->start.node));
		break;
	}
	buf_append_char(out, '\n');
}
