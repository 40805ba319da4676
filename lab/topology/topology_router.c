/* Routers: their routes lead somewhere, and who needs a default router finds one. */
#include "lab/topology/topology_internal.h"
#include "lab/topology/topology_node_rows.h"
#include "lib/base/buf.h"
#include "lib/base/text.h"

#include <stdio.h>

// clang-format off
const struct conf_row node_route_rows[] = {
	{ ROW(node_route, to, "to", CONF_IP_NETS, "the network, such as 10.9.0.0/16 or 2001:db8:9::/48"),
	  .offset6 = offsetof(struct node_route, to6), .word = "default", .is_required = true,
	  .max = 1 },
	{ ROW(node_route, via, "via", CONF_IPS, "the address of the node that sends it on"),
	  .offset6 = offsetof(struct node_route, via6), .is_required = true, .max = 1 },
	{ NULL },
};

const struct conf_row node_router_rows[] = {
	NODE_ROW_KIND,
	{ ROW(node, ports_conf, "ports", CONF_NODE,
	      "its interfaces eth0, eth1 and so on: a list of two and more, each \"SWITCH ADDRESS/PREFIX\" or a mapping"),
	  .is_required = true, .schema = topology_ports_schema },
	{ ROW(node, routes, "routes", CONF_OBJECTS, "networks that are no port's own"),
	  .rows = node_route_rows, .item_size = sizeof(struct node_route),
	  .max = ROUTER_ROUTES_MAX },
	{ ROW(node, routing.relay_conf, "relay", CONF_NODE,
	      "DHCP servers that the clients of its other ports are relayed to: names of dhcp nodes or addresses, or a mapping"),
	  .rows = node_relay_rows, .schema = topology_relay_schema },
	{ NULL },
};
// clang-format on

/* ---- routes -------------------------------------------------------------------------- */

static bool is_in(const struct conf_ipv4_net *net, uint32_t address)
{
	uint32_t mask = ipv4_mask(net->prefix);

	return (address & mask) == (net->address & mask);
}

const char *topology_list_networks(const struct node *node, size_t first, char *text,
    size_t size)
{
	char ip[IPV4_TEXT_MAX];
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = first; i < node->n_ports && n + 1 < size; i++) {
		const struct conf_ipv4_net *net = &node->ports[i].address;
		int m = net->prefix == 0
			    ? 0
			    : snprintf(text + n, size - n, "%s%s/%u", n > 0 ? ", " : "",
				  ipv4_text(net->address & ipv4_mask(net->prefix), ip),
				  net->prefix);

		n += m > 0 ? (size_t)m : 0;
	}
	return text;
}

static int check_via(const struct route_check *check)
{
	const struct conf_node *at = conf_get(check->conf, "via");
	const struct node *node = check->node;
	struct node_route *route = check->route;
	char text[IPV4_TEXT_MAX], hint[160];

	for (route->port = 0; route->port < node->n_ports; route->port++) {
		if (node->ports[route->port].address.prefix > 0 &&
		    is_in(&node->ports[route->port].address, route->via))
			break;
	}
	(void)ipv4_text(route->via, text);
	if (route->port == node->n_ports)
		return conf_fail(check->t->doc, at,
		    topology_list_networks(node, 0, hint, sizeof(hint)), check->err,
		    "%s is in none of the networks of \"%s\"", text, node->name);
	return topology_check_next(check, topology_at(check->t, route->via), text);
}

/* What of the ports, or of the routes before it, is of the same network. */
static int check_to(const struct route_check *check)
{
	const struct conf_node *at = conf_get(check->conf, "to");
	const struct node_route *all = check->node->routes.items;
	const struct conf_ipv4_net *to = &check->route->to;
	uint32_t network = to->address & ipv4_mask(to->prefix);
	char ip[IPV4_TEXT_MAX], hint[64];

	if (to->prefix > 0 && network != to->address) {
		(void)snprintf(hint, sizeof(hint), "its network is %s/%u",
		    ipv4_text(network, ip), to->prefix);
		return conf_fail(check->t->doc, at, hint, check->err,
		    "this is an address in a network, and no network");
	}
	for (size_t i = 0; i < check->node->n_ports && to->prefix > 0; i++) {
		const struct conf_ipv4_net *own = &check->node->ports[i].address;

		if (conf_ipv4_net_is_same(own, to))
			return conf_fail(check->t->doc, at, "leave it out", check->err,
			    "this is the network of a port of \"%s\"",
			    check->node->name);
	}
	for (const struct node_route *other = all; other < check->route; other++) {
		if (other->via != 0 && other->to.prefix == to->prefix &&
		    other->to.address == to->address)
			return conf_fail(check->t->doc, at, NULL, check->err,
			    "there is a route to this network already");
	}
	if (to->prefix == 0 && conf_get(check->node->conf, "router"))
		return conf_fail(check->t->doc, at, "leave this out, or \"router\"",
		    check->err, "\"router\" says where the default route leads");
	return 0;
}

int topology_check_routes(struct topology *t, struct node *node, struct error *err)
{
	const struct conf_node *list = conf_get(node->conf, "routes");
	struct node_route *routes = node->routes.items;
	int worst = 0;

	for (size_t i = 0; i < node->routes.len; i++) {
		struct route_check check = { t, node, &routes[i], list->items[i], err };
		bool is_six = ipv6_is_set(routes[i].via6);
		int r = topology_check_families(&check);

		if (r == 0)
			r = is_six ? topology_check_to6(&check) : check_to(&check);
		if (conf_go_on(t->doc, r, &worst))
			r = is_six ? topology_check_via6(&check) : check_via(&check);
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

int topology_check_router(struct topology *t, struct node *node,
    const struct topology_options *options, struct error *err)
{
	int worst = 0, r = topology_check_routes(t, node, err);

	(void)options;
	if (conf_go_on(t->doc, r, &worst))
		r = topology_check_relay(t, node, err);
	if (conf_go_on(t->doc, r, &worst))
		r = topology_check_ra(t, node, err);
	return r < 0 ? r : worst;
}

/* ---- the router of others ------------------------------------------------------------ */

int topology_router_of(const struct topology *t, uint32_t segment,
    const struct node *self, const struct conf_node *at, const char *who, uint32_t *ret,
    struct error *err)
{
	char first[IPV4_TEXT_MAX], second[IPV4_TEXT_MAX], hint[128];
	const struct node *found = NULL;
	uint32_t address;

	*ret = 0;
	for (size_t i = 0; i < t->n_routers; i++) {
		const struct node *node = t->routers[i];

		if (node == self || !node_routes(node, segment, &address))
			continue;
		if (!found) {
			found = node;
			*ret = address;
			continue;
		}
		(void)snprintf(hint, sizeof(hint),
		    "router: %s, router: %s, or router: none", ipv4_text(*ret, first),
		    ipv4_text(address, second));
		return conf_fail(t->doc, at, hint, err,
		    "\"%s\" and \"%s\" are routers of the segment of %s: name one",
		    found->name, node->name, who);
	}
	return 0;
}

static bool has_default_route(const struct node *node)
{
	const struct node_route *routes = node->routes.items;

	for (size_t i = 0; i < node->routes.len; i++) {
		if (routes[i].to.prefix == 0 && routes[i].via != 0)
			return true;
	}
	return false;
}

/* Nodes that send on by themselves have routes; CPEs lease theirs. */
static bool wants_router(const struct node *node)
{
	const struct conf_node *keys = node->conf;

	if (node->kind == NODE_SWITCH)
		keys = conf_get(keys, "cwmp");
	return node->kind != NODE_ROUTER && node->kind != NODE_FIREWALL &&
	       node->address.address != 0 && !topology_names_router(keys, false) &&
	       !has_default_route(node);
}

int topology_check_routers(struct topology *t, struct error *err)
{
	int worst = 0;

	for (size_t i = 0; i < t->n_nodes && t->n_routers > 0; i++) {
		struct node *node = &t->nodes[i];
		char who[TOPOLOGY_NAME_MAX + 3];
		int r = 0;

		(void)snprintf(who, sizeof(who), "\"%s\"", node->name);
		if (wants_router(node))
			r = topology_router_of(t, node->segment, node, node->key, who,
			    &node->router, err);
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}
