/* Addresses of IPv6: one subnet a segment, apart from those that routers join with it; each address
 * once, none inside a pool. */
#include "lab/topology/topology_internal.h"
#include "lib/base/text.h"

#include <stdio.h>
#include <string.h>

struct subnet6 { /* of a segment: of the address there that was read first */
	const struct node *node; /* null: none yet */
	struct node_place place;
};

struct addresses6 {
	struct topology *t;
	struct subnet6 *subnets; /* by segment */
	const uint32_t *zones;   /* the same */
	struct map seen;         /* addresses, to their struct node */
	const struct node *dhcp; /* whose pools are looked at */
	struct error *err;
};

/* "2001:db8:0:1::/64" */
static char *net_text(const struct conf_ipv6_net *net, char *text, size_t size)
{
	char ip[IPV6_TEXT_MAX];
	uint8_t first[16];

	ipv6_network(net->address, net->prefix, first);
	(void)snprintf(text, size, "%s/%u", ipv6_text(first, ip), net->prefix);
	return text;
}

/* What no file gives a node: of all, of one's own, of a link, of a group, of IPv4. */
static const char *why_unfit(const struct conf_ipv6_net *net)
{
	static const uint8_t link[16] = { 0xfe, 0x80 }, none[16];
	const uint8_t *a = net->address;
	uint8_t first[16];

	if (ipv6_is_same(a, none, 80))
		return "is no address that a node can have";
	if (a[0] == 0xff)
		return "is an address of a group, which no node can have";
	if (ipv6_is_same(a, link, 10))
		return "is an address of one link, which every interface has by itself";
	ipv6_network(a, net->prefix, first);
	if (net->prefix < 127 && memcmp(a, first, sizeof(first)) == 0)
		return "is the address of all routers of its subnet, RFC 4291 2.6.1, "
		       "which no node can have";
	return NULL;
}

static int check_host_part(const struct addresses6 *a, const struct node_place *place)
{
	const char *why = why_unfit(&place->address6);
	char text[IPV6_TEXT_MAX];

	if (!why)
		return 0;
	return conf_fail(a->t->doc, place->at, "such as 2001:db8::2/64", a->err,
	    "%s %s", ipv6_text(place->address6.address, text), why);
}

static int check_subnet(const struct addresses6 *a, const struct node_place *place)
{
	const struct subnet6 *subnet = &a->subnets[place->segment];
	char own[IPV6_TEXT_MAX], text[IPV6_TEXT_MAX + 4], hint[128];

	if (conf_ipv6_net_is_same(&place->address6, &subnet->place.address6))
		return 0;
	return conf_fail(a->t->doc, place->at,
	    topology_line_of(subnet->node, hint, sizeof(hint), "is in it"), a->err,
	    "%s/%u is outside %s, the subnet of its switch",
	    ipv6_text(place->address6.address, own), place->address6.prefix,
	    net_text(&subnet->place.address6, text, sizeof(text)));
}

static int check_address(struct addresses6 *a, const struct node *node, size_t i,
    const struct node_place *place)
{
	struct subnet6 *subnet = &a->subnets[place->segment];
	const uint8_t *address = node->n_ports > 0 ? node->ports[i].address6.address
						   : node->address6.address;
	char text[IPV6_TEXT_MAX];
	int r = check_host_part(a, place);

	if (!subnet->node) {
		subnet->node = node;
		subnet->place = *place;
	}
	if (r == 0 && place->segment != 0)
		r = check_subnet(a, place);
	return r < 0 ? r
		     : topology_check_once(a->t, &a->seen, node, place,
			   str_make(address, 16), ipv6_text(address, text), a->err);
}

/* ---- "router" -------------------------------------------------------------------------- */

static int check_router(const struct addresses6 *a, const struct node *node)
{
	struct conf_ipv6_net router = { .prefix = node->address6.prefix };
	char text[IPV6_TEXT_MAX];

	if (!ipv6_is_set(node->router6))
		return node->router != 0 && node->address.prefix == 0 &&
			       node->n_ports == 0 && node->kind != NODE_SWITCH
			   ? conf_fail(a->t->doc, topology_router_at(node), NULL,
				 a->err,
				 "\"%s\" has no IPv4 address, and this router is one",
				 node->name)
			   : 0;
	memcpy(router.address, node->router6, sizeof(router.address));
	if (router.prefix > 0 && conf_ipv6_net_is_same(&router, &node->address6))
		return 0;
	return conf_fail(a->t->doc, topology_router_at(node), NULL, a->err,
	    "%s is outside the subnet of \"%s\"", ipv6_text(node->router6, text),
	    node->name);
}

static int check_each(struct addresses6 *a)
{
	struct node_place place;
	int worst = 0;

	for (size_t i = 0; i < a->t->n_nodes; i++) {
		const struct node *node = &a->t->nodes[i];
		int r = check_router(a, node);

		if (!conf_go_on(a->t->doc, r, &worst))
			return r;
		for (size_t k = 0; node_place(node, k, &place); k++) {
			r = place.address6.prefix > 0
				? check_address(a, node, k, &place)
				: 0;
			if (!conf_go_on(a->t->doc, r, &worst))
				return r;
		}
	}
	return worst;
}

/* ---- segments that routers join ------------------------------------------------------- */

static bool overlap(const struct conf_ipv6_net *one, const struct conf_ipv6_net *other)
{
	return ipv6_is_same(one->address, other->address,
	    MIN(one->prefix, other->prefix));
}

/* Told where the later one of the file stands. */
static int check_pair(const struct addresses6 *a, uint32_t i, uint32_t k)
{
	const struct subnet6 *later = &a->subnets[i], *other = &a->subnets[k];
	char own[IPV6_TEXT_MAX + 4], text[IPV6_TEXT_MAX + 4], hint[128];

	if (a->zones[i] != a->zones[k] ||
	    !overlap(&later->place.address6, &other->place.address6))
		return 0;
	if (topology_is_before(later->place.at, other->place.at)) {
		later = &a->subnets[k];
		other = &a->subnets[i];
	}
	return conf_fail(a->t->doc, later->place.at,
	    topology_line_of(other->node, hint, sizeof(hint), "is in that one"), a->err,
	    "the subnet %s overlaps %s, and routers join both",
	    net_text(&later->place.address6, own, sizeof(own)),
	    net_text(&other->place.address6, text, sizeof(text)));
}

/* Only routers join segments, so that those with a subnet are few where there are any to
 * compare. */
static int check_joined(const struct addresses6 *a)
{
	uint32_t *used, n = 0;
	int worst = 0;

	if (a->t->n_routers == 0)
		return 0;
	used = arena_array(&a->t->doc->arena, a->t->n_segments + 1, sizeof(*used));
	if (!used)
		return topology_fail_memory(a->t, a->err);
	for (uint32_t i = 1; i <= a->t->n_segments; i++) {
		if (!a->subnets[i].node)
			continue;
		used[n++] = i;
		for (uint32_t k = 0; k + 1 < n; k++) {
			int r = check_pair(a, i, used[k]);

			if (!conf_go_on(a->t->doc, r, &worst))
				return r;
		}
	}
	return worst;
}

/* ---- pools --------------------------------------------------------------------------- */

static bool in_range6(const struct conf_ipv6_range *range, const uint8_t address[16])
{
	return memcmp(address, range->first, 16) >= 0 &&
	       memcmp(address, range->last, 16) <= 0;
}

static int check_in_pools(void *user, const struct node *node, size_t i,
    const struct node_place *place)
{
	const struct addresses6 *a = user;
	const struct dhcp_pool *pools = a->dhcp->dhcp.pools.items;
	const uint8_t *address = place->address6.address;
	char text[IPV6_TEXT_MAX], first[IPV6_TEXT_MAX], last[IPV6_TEXT_MAX];

	(void)node;
	(void)i;
	if (place->address6.prefix == 0 || place->segment == 0 ||
	    place->segment != a->dhcp->segment)
		return 0;
	for (size_t k = 0; k < a->dhcp->dhcp.pools.len; k++) {
		const struct conf_ipv6_range *range = &pools[k].range6;

		if (pool_is_six(&pools[k]) && in_range6(range, address))
			return topology_fail_in_pool(a->t, place,
			    ipv6_text(address, text), a->dhcp, k,
			    ipv6_text(range->first, first),
			    ipv6_text(range->last, last), a->err);
	}
	return 0;
}

static int check_pools(struct addresses6 *a)
{
	int worst = 0;

	for (size_t i = 0; i < a->t->n_nodes; i++) {
		int r;

		a->dhcp = &a->t->nodes[i];
		if (a->dhcp->kind != NODE_DHCP)
			continue;
		r = topology_check_places(a->t, check_in_pools, a);
		if (!conf_go_on(a->t->doc, r, &worst))
			return r;
	}
	return worst;
}

int topology_check_addresses6(struct topology *t, const uint32_t *zones,
    struct error *err)
{
	struct addresses6 a = { .t = t, .zones = zones, .err = err };
	int worst = 0, r;

	a.subnets = arena_array(&t->doc->arena, t->n_segments + 1, sizeof(*a.subnets));
	if (!a.subnets)
		return topology_fail_memory(t, err);
	r = check_each(&a);
	if (conf_go_on(t->doc, r, &worst))
		r = check_joined(&a);
	if (conf_go_on(t->doc, r, &worst))
		r = check_pools(&a);
	map_free(&a.seen);
	return r < 0 ? r : worst;
}
