/* Routers: an interface a port, and what is forwarded between them. */
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

/* Port i of a node, from 0: "eth0" and so on. */
static int add_port(struct plan_builder *b, uint32_t ns, size_t i,
    struct plan_port *port)
{
	const struct plan_instance *instance = &b->plan->instances[ns];
	const struct node_port *end = &instance->node->ports[i];
	uint32_t ifindex = PLAN_IFINDEX_ETH + (uint32_t)i;
	char text[PLAN_IFNAME_MAX];
	uint8_t mac[6];
	struct plan_plug plug = { ns, &end->attach, mac, NULL, ifindex,
		end->attach.port ? end->attach.port : instance->name };
	struct plan_step *step;
	int r;

	(void)snprintf(text, sizeof(text), "eth%u", (unsigned)i);
	plug.ifname = arena_strdup(&b->plan->arena, str_of(text));
	if (!plug.ifname)
		return plan_fail_memory(b);
	node_mac(instance->node, i + 1, mac);
	r = plan_plug_in(b, &plug, port, &step);
	if (r < 0)
		return r;
	plan_up_add(b, ns, ifindex, plug.ifname)->has_ipv6 = end->address6.prefix > 0;
	add_addresses(b, ns, ifindex, end);
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

int plan_router(struct plan_builder *b, const struct node *node)
{
	uint32_t ns = (uint32_t)b->plan->n_instances;
	struct plan_port *ports =
	    arena_array(&b->plan->arena, node->n_ports, sizeof(*ports));
	int r = plan_instance_add(b, node, 1);

	if (!ports)
		return plan_fail_memory(b);
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
	for (size_t i = 0; i < node->n_ports && r == 0; i++)
		r = add_port(b, ns, i, &ports[i]);
	if (r < 0)
		return r;
	b->plan->instances[ns].port = ports[0];
	b->plan->instances[ns].ports = ports;
	if (node->router != 0)
		plan_step_add(b, PLAN_ROUTE, ns)->route =
		    (struct plan_route){ .ifindex = PLAN_IFINDEX_ETH,
			    .via = node->router };
	add_routes(b, node, ns);
	return 0;
}
