/* Routers: an interface a port, or one for each VLAN of a trunk, and what is forwarded between them. */
#include "lab/plan/plan_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void add_addresses(struct plan_builder *b, uint32_t ns, uint32_t ifindex,
    const struct node_port *end)
{
	struct plan_step *step;

	if (end->address.prefix > 0) {
		step = plan_step_add(b, PLAN_ADDRESS, ns);
		step->address.ifindex = ifindex;
		step->address.net = end->address;
	}
	if (end->address6.prefix > 0) {
		step = plan_step_add(b, PLAN_ADDRESS, ns);
		step->address.ifindex = ifindex;
		step->address.net6 = end->address6;
	}
}

enum {
	MAC_FREE = 0x16, /* in place of the 02 of the interface's MAC */
};

/* The interfaces of a node's ports, of which the i-th has PLAN_IFINDEX_ETH + i, and what else there
 * is: the cables of trunks without a native VLAN, the sink, and ends of pairs. */
struct ports {
	struct plan_builder *b;
	const struct node *node;
	const char *name; /* of the instance */
	uint32_t ns;
	struct plan_port *ends; /* by interface: the port at the switch */
	bool has_sink;
	struct plan_trunk *trunk; /* of the cable in hand, that a carrier serves */
	struct plan_end cable;    /* the interface that frames of the cable come by */
};

static uint32_t cable_ifindex(const struct ports *p, uint32_t cable)
{
	return PLAN_IFINDEX_ETH + (uint32_t)p->node->n_ports + cable;
}

static uint32_t sink_ifindex(const struct ports *p)
{
	return cable_ifindex(p, (uint32_t)node_cables(p->node));
}

static uint32_t free_ifindex(const struct ports *p, size_t i)
{
	return sink_ifindex(p) + 1 + (uint32_t)i;
}

static bool is_carried(const struct ports *p, const struct attach *attach)
{
	size_t n_tagged = attach->n_trunk - (attach->native > 0 ? 1 : 0);

	return attach_is_trunk(attach) && !p->b->means.has_vlan_link && n_tagged > 0;
}

/* The one that frames without a tag come by, or one for those with tags alone. */
static int name_cable(struct ports *p, size_t i)
{
	const struct node_port *ports = p->node->ports;
	size_t end = i;
	char text[PORT_NAME_MAX];

	while (end < p->node->n_ports && ports[end].cable == ports[i].cable &&
	       ports[end].vlan > 0)
		end++;
	if (end == p->node->n_ports || ports[end].cable != ports[i].cable)
		end = p->node->n_ports + ports[i].cable;
	p->cable = (struct plan_end){ .ifindex = PLAN_IFINDEX_ETH + (uint32_t)end };
	node_mac(p->node, end + 1, p->cable.mac);
	(void)snprintf(text, sizeof(text), "eth%u", (unsigned)ports[i].cable);
	p->cable.name = arena_strdup(&p->b->plan->arena, str_of(text));
	return p->cable.name ? 0 : plan_fail_memory(p->b);
}

static void add_sink(struct ports *p)
{
	struct plan_bridge *bridge;

	if (p->has_sink)
		return;
	p->has_sink = true;
	bridge = &plan_step_add(p->b, PLAN_BRIDGE, p->ns)->bridge;
	bridge->name = "br~0";
	bridge->ifindex = sink_ifindex(p);
	bridge->is_sink = true;
	node_mac(p->node, p->node->n_ports + node_cables(p->node) + 1, bridge->mac);
}

/* The kernel has nothing to do with frames of a cable that all carry tags. */
static int raise_cable(struct ports *p, const struct attach *attach)
{
	bool is_of_carrier = is_carried(p, attach);
	size_t own =
	    p->cable.ifindex - PLAN_IFINDEX_ETH; /* an interface of a port, if any */
	struct plan_up *up;

	if (is_of_carrier)
		add_sink(p);
	up = plan_up_add(p->b, p->ns, p->cable.ifindex, p->cable.name);
	up->has_ipv6 =
	    own < p->node->n_ports && p->node->ports[own].address6.prefix > 0;
	if (!is_of_carrier)
		return 0;
	if (attach->native == 0) {
		up->master = sink_ifindex(p);
		up->in = "br~0";
	}
	p->trunk = plan_trunk_add(p->b, p->ns, p->name, &p->cable, attach->n_trunk);
	return p->trunk ? 0 : plan_fail_memory(p->b);
}

/* The cable whose first interface is that. */
static int plug_in(struct ports *p, size_t i)
{
	const struct attach *attach = &p->node->ports[i].attach;
	struct plan_plug plug = { p->ns, attach, p->cable.mac, NULL, 0,
		attach->port ? attach->port : p->name };
	struct plan_step *step;
	int r = name_cable(p, i);

	if (r < 0)
		return r;
	plug.ifname = p->cable.name;
	plug.ifindex = p->cable.ifindex;
	r = plan_plug_in(p->b, &plug, &p->ends[i], &step);
	if (r == 0 && attach->link.is_set)
		r = plan_impair(p->b, attach,
		    i > 0 ? plan_link_name(p->b, p->name, p->cable.name) : p->name,
		    attach->to, step, false);
	p->trunk = NULL;
	return r < 0 ? r : raise_cable(p, attach);
}

/* The interface of one VLAN, where frames of the cable have its tag. */
static int add_tagged(struct ports *p, size_t i)
{
	struct plan_builder *b = p->b;
	struct plan_end end = { .ifindex = PLAN_IFINDEX_ETH + (uint32_t)i }, free_end;
	uint32_t vlan = p->node->ports[i].vlan;
	bool has_ipv6 = p->node->ports[i].address6.prefix > 0;
	char text[PORT_NAME_MAX];
	struct plan_step *step;

	end.name =
	    arena_strdup(&b->plan->arena, str_of(node_port_name(p->node, i, text)));
	if (!end.name)
		return plan_fail_memory(b);
	node_mac(p->node, i + 1, end.mac);
	if (!p->trunk) {
		plan_step_add(b, PLAN_VLAN, p->ns)->vlan =
		    (struct plan_vlan){ end, p->cable.ifindex, p->cable.name, vlan };
		plan_up_add(b, p->ns, end.ifindex, end.name)->has_ipv6 = has_ipv6;
		return 0;
	}
	(void)snprintf(text, sizeof(text), "%s~%" PRIu32, p->cable.name, vlan % 10000);
	free_end = end;
	free_end.name = arena_strdup(&b->plan->arena, str_of(text));
	free_end.ifindex = free_ifindex(p, i);
	free_end.mac[0] = MAC_FREE;
	free_end.is_inner = true;
	step = plan_trunk_pair(b, p->trunk, vlan, &free_end, sink_ifindex(p));
	if (!step)
		return plan_fail_memory(b);
	step->veth.near = end;
	step->veth.is_near_down = true;
	plan_up_add(b, p->ns, end.ifindex, end.name)->has_ipv6 = has_ipv6;
	return 0;
}

static int add_port(struct ports *p, size_t i)
{
	const struct node_port *port = &p->node->ports[i];
	int r = 0;

	if (port->is_first)
		r = plug_in(p, i);
	else
		p->ends[i] = p->ends[i - 1];
	if (r == 0 && port->vlan > 0)
		r = add_tagged(p, i);
	if (r < 0)
		return r;
	add_addresses(p->b, p->ns, PLAN_IFINDEX_ETH + (uint32_t)i, port);
	return 0;
}

static void add_routes(struct plan_builder *b, const struct node *node, uint32_t ns)
{
	const struct node_route *routes = node->routes.items;

	for (size_t i = 0; i < node->routes.len; i++) {
		struct plan_route *route = &plan_step_add(b, PLAN_ROUTE, ns)->route;

		*route = (struct plan_route){
			.ifindex = PLAN_IFINDEX_ETH + (uint32_t)routes[i].port,
			.via = routes[i].via,
			.net = routes[i].to,
			.net6 = routes[i].to6,
		};
		memcpy(route->via6, routes[i].via6, sizeof(route->via6));
	}
}

static int add_ports(struct plan_builder *b, const struct node *node, uint32_t ns)
{
	struct plan_instance *instance = &b->plan->instances[ns];
	struct ports ports = { .b = b, .node = node, .name = instance->name, .ns = ns };
	int r = 0;

	ports.ends = arena_array(&b->plan->arena, node->n_ports, sizeof(*ports.ends));
	if (!ports.ends)
		return plan_fail_memory(b);
	for (size_t i = 0; i < node->n_ports && r == 0; i++)
		r = add_port(&ports, i);
	instance->port = ports.ends[0];
	instance->ports = ports.ends;
	return r;
}

int plan_router(struct plan_builder *b, const struct node *node)
{
	uint32_t ns = (uint32_t)b->plan->n_instances;
	int r = plan_instance_add(b, node, 1);

	if (r < 0)
		return r;
	b->first_ns[node->number] = ns;
	(void)plan_step_add(b, PLAN_NAMESPACE, ns);
	plan_setting_add(b, ns, "ipv4/ip_forward", "1");
	plan_ipv6_add(b, node, ns);
	/* Of a NAT, whoever sends to somebody beside it by the outside address is not to be told
	 * the way. */
	if (node->kind == NODE_NAT) {
		plan_setting_add(b, ns, "ipv4/conf/all/send_redirects", "0");
		plan_setting_add(b, ns, "ipv4/conf/default/send_redirects", "0");
	}
	(void)plan_up_add(b, ns, PLAN_IFINDEX_LO, "lo");
	r = add_ports(b, node, ns);
	if (r < 0)
		return r;
	if (node->router != 0)
		plan_step_add(b, PLAN_ROUTE, ns)->route =
		    (struct plan_route){ .ifindex = PLAN_IFINDEX_ETH,
			    .via = node->router };
	add_routes(b, node, ns);
	return 0;
}
