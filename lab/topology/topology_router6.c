/* IPv6: routes lead somewhere, who needs a default router finds one, and CPEs get by IPv6 what their
 * segment has of it. */
#include "lab/topology/topology_internal.h"
#include "lib/base/text.h"

#include <stdio.h>
#include <string.h>

/* ---- routes -------------------------------------------------------------------------- */

int topology_check_families(const struct route_check *check)
{
	const struct node_route *route = check->route;
	bool is_six = ipv6_is_set(route->via6);

	if (is_six ? route->to.prefix == 0 : route->to6.prefix == 0)
		return 0;
	return conf_fail(check->t->doc, conf_get(check->conf, "via"),
	    "both are IPv4, or both IPv6", check->err,
	    "the network is of IPv%d, and this address of IPv%d", is_six ? 4 : 6,
	    is_six ? 6 : 4);
}

int topology_check_via6(const struct route_check *check)
{
	const struct conf_node *at = conf_get(check->conf, "via");
	const struct node *node = check->node;
	struct node_route *route = check->route;
	char text[IPV6_TEXT_MAX];

	for (route->port = 0; route->port < node->n_ports; route->port++) {
		const struct conf_ipv6_net *net = &node->ports[route->port].address6;

		if (net->prefix > 0 &&
		    ipv6_is_same(net->address, route->via6, net->prefix))
			break;
	}
	(void)ipv6_text(route->via6, text);
	if (route->port == node->n_ports)
		return conf_fail(check->t->doc, at, NULL, check->err,
		    "%s is in none of the networks of \"%s\"", text, node->name);
	return topology_check_next(check, topology_at6(check->t, route->via6), text);
}

/* What of the ports, or of the routes before it, is of the same network. */
int topology_check_to6(const struct route_check *check)
{
	const struct conf_node *at = conf_get(check->conf, "to");
	const struct node_route *all = check->node->routes.items;
	const struct conf_ipv6_net *to = &check->route->to6;
	char ip[IPV6_TEXT_MAX], hint[96];
	uint8_t network[16];

	ipv6_network(to->address, to->prefix, network);
	if (to->prefix > 0 && memcmp(network, to->address, sizeof(network)) != 0) {
		(void)snprintf(hint, sizeof(hint), "its network is %s/%u",
		    ipv6_text(network, ip), to->prefix);
		return conf_fail(check->t->doc, at, hint, check->err,
		    "this is an address in a network, and no network");
	}
	for (size_t i = 0; i < check->node->n_ports && to->prefix > 0; i++) {
		if (conf_ipv6_net_is_same(&check->node->ports[i].address6, to))
			return conf_fail(check->t->doc, at, "leave it out", check->err,
			    "this is the network of a port of \"%s\"",
			    check->node->name);
	}
	for (const struct node_route *other = all; other < check->route; other++) {
		if (ipv6_is_set(other->via6) && conf_ipv6_net_is_same(&other->to6, to))
			return conf_fail(check->t->doc, at, NULL, check->err,
			    "there is a route to this network already");
	}
	return 0;
}

/* ---- the router of others ------------------------------------------------------------ */

bool topology_names_router(const struct conf_node *keys, bool is_six)
{
	const struct conf_node *at = conf_get(keys, "router");
	size_t n = at && at->kind == CONF_SEQUENCE ? at->len : 1;

	for (size_t i = 0; at && i < n; i++) {
		struct str text = topology_item(at, i)->text;
		bool has_colon = str_find_char(text, ':') < text.len;

		if (str_is(text, "none") || has_colon == is_six)
			return true;
	}
	return false;
}

static int find_router(const struct topology *t, struct node *node, struct error *err)
{
	char first[IPV6_TEXT_MAX], second[IPV6_TEXT_MAX], hint[160];
	const struct node *found = NULL;

	for (size_t i = 0; i < t->n_routers; i++) {
		const struct node *router = t->routers[i];
		const struct node_port *port = node_routes6(router, node->segment);

		if (router == node || !port)
			continue;
		if (!found) {
			found = router;
			memcpy(node->router6, port->address6.address,
			    sizeof(node->router6));
			continue;
		}
		(void)snprintf(hint, sizeof(hint),
		    "router: %s, router: %s, or router: none",
		    ipv6_text(node->router6, first),
		    ipv6_text(port->address6.address, second));
		return conf_fail(t->doc, node->key, hint, err,
		    "\"%s\" and \"%s\" are routers of the segment of \"%s\": name one",
		    found->name, router->name, node->name);
	}
	return 0;
}

/* Nodes that send on by themselves have routes; CPEs are told theirs. */
int topology_check_routers6(struct topology *t, struct error *err)
{
	int worst = 0;

	for (size_t i = 0; i < t->n_nodes && t->n_routers > 0; i++) {
		struct node *node = &t->nodes[i];
		bool wants = node->n_ports == 0 && node->address6.prefix > 0 &&
			     !topology_names_router(node->conf, true);
		int r = wants ? find_router(t, node, err) : 0;

		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

/* ---- what CPEs get ---------------------------------------------------------------------- */

struct offer {                     /* of a segment */
	bool four, six;            /* it has pools of them */
	const struct node *router; /* that announces IPv6, or null */
};

static struct offer offer_of(const struct topology *t, uint32_t segment)
{
	struct offer offer = { .four = false };

	for (size_t i = 0; i < t->n_nodes; i++) {
		const struct node *node = &t->nodes[i];
		const struct dhcp_pool *pools = node->dhcp.pools.items;

		const struct node_port *port = node_routes6(node, segment);

		if (port && port->ra.send)
			offer.router = node;
		if (node->kind != NODE_DHCP)
			continue;
		for (size_t k = 0; k < node->dhcp.pools.len; k++) {
			if (pool_is_six(&pools[k]))
				offer.six |= node->segment == segment;
			else
				offer.four |= pools[k].segment == segment;
		}
	}
	return offer;
}

static int check_cpe(struct topology *t, struct node *node, struct error *err)
{
	const struct conf_node *at = conf_get(node->conf, "ip");
	struct offer offer = offer_of(t, node->segment);
	char hint[160];

	if (!at && offer.router)
		node->cpe.ip = offer.four ? CPE_IP_DUAL : CPE_IP_V6;
	if (!at && !offer.router && offer.six && !offer.four)
		node->cpe.ip = CPE_IP_V6;
	if (node->cpe.ip == CPE_IP_V4 || offer.router || topology_has_broken(t))
		return 0;
	(void)snprintf(hint, sizeof(hint),
	    "a router with an address such as "
	    "2001:db8::1/64 at a port of that segment%s",
	    offer.four ? ", or ip: v4" : "");
	return conf_fail(t->doc, at ? at : node->key, hint, err,
	    "no router announces IPv6 to \"%s\", which would reach nobody by it",
	    node->name);
}

/* Of a lab of IPv4 alone nobody is asked. */
static bool has_six(const struct topology *t)
{
	for (size_t i = 0; i < t->n_nodes; i++) {
		const struct node *node = &t->nodes[i];
		const struct dhcp_pool *pools = node->dhcp.pools.items;

		if (node_has_ipv6(node))
			return true;
		for (size_t k = 0; node->kind == NODE_DHCP && k < node->dhcp.pools.len;
		     k++) {
			if (pool_is_six(&pools[k]))
				return true;
		}
	}
	return false;
}

int topology_check_ip(struct topology *t, struct error *err)
{
	int worst = 0;

	t->has_ipv6 = has_six(t);
	for (size_t i = 0; i < t->n_nodes && t->has_ipv6; i++) {
		struct node *node = &t->nodes[i];
		int r = node->kind == NODE_CPE && node->segment != 0
			    ? check_cpe(t, node, err)
			    : 0;

		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}
