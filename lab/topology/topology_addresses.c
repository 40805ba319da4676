/* Addresses: one subnet a segment, apart from those that routers join with it; each address once,
 * none inside a pool. */
#include "lab/topology/topology_internal.h"
#include "lib/base/text.h"

#include <stdlib.h>

struct subnet { /* of a segment: of the address there that was read first */
	const struct node *node; /* null: none yet */
	struct node_place place;
	uint32_t zone; /* the same for all segments that routers join */
};

struct addresses {
	struct topology *t;
	struct subnet *subnets;  /* by segment */
	struct map seen;         /* addresses, to their struct node */
	const struct node *dhcp; /* whose pools are looked at */
	struct error *err;
};

static bool has_address(const struct node_place *place)
{
	return place->address.prefix > 0;
}

static uint32_t first_of(const struct conf_ipv4_net *net)
{
	return net->address & ipv4_mask(net->prefix);
}

static uint32_t last_of(const struct conf_ipv4_net *net)
{
	return net->address | ~ipv4_mask(net->prefix);
}

static int check_subnet(const struct addresses *a, const struct node_place *place)
{
	const struct subnet *subnet = &a->subnets[place->segment];
	const struct conf_ipv4_net *net = &subnet->place.address;
	char own[IPV4_TEXT_MAX], text[IPV4_TEXT_MAX], hint[128];

	if (conf_ipv4_net_is_same(&place->address, net))
		return 0;
	return conf_fail(a->t->doc, place->at,
	    topology_line_of(subnet->node, hint, sizeof(hint), "is in it"), a->err,
	    "%s/%u is outside %s/%u, the subnet of its switch",
	    ipv4_text(place->address.address, own), place->address.prefix,
	    ipv4_text(first_of(net), text), net->prefix);
}

static int check_host_part(const struct addresses *a, const struct node_place *place)
{
	const struct conf_ipv4_net *net = &place->address;
	char text[IPV4_TEXT_MAX];
	bool is_network = net->address == first_of(net);

	if (!is_unicast(net->address))
		return conf_fail(a->t->doc, place->at, "such as 10.0.0.2/24", a->err,
		    "no node can have %s", ipv4_text(net->address, text));
	if (net->prefix >= 31 || (!is_network && net->address != last_of(net)))
		return 0;
	return conf_fail(a->t->doc, place->at, NULL, a->err,
	    "%s is the %s address of its subnet, which no node can have",
	    ipv4_text(net->address, text), is_network ? "network" : "broadcast");
}

static int check_router(const struct addresses *a, const struct node *node)
{
	struct conf_ipv4_net router = { node->router, node->address.prefix };
	char text[IPV4_TEXT_MAX];

	if (router.address == 0 || conf_ipv4_net_is_same(&router, &node->address))
		return 0;
	return conf_fail(a->t->doc, topology_router_at(node), NULL, a->err,
	    "%s is outside the subnet of \"%s\"", ipv4_text(router.address, text),
	    node->name);
}

/* In a segment that is not known there is no subnet. */
static int check_address(void *user, const struct node *node, size_t i,
    const struct node_place *place)
{
	struct addresses *a = user;
	struct subnet *subnet = &a->subnets[place->segment];
	const uint32_t *address = node->n_ports > 0 ? &node->ports[i].address.address
						    : &node->address.address;
	char text[IPV4_TEXT_MAX];
	int r;

	if (!has_address(place))
		return 0;
	r = check_host_part(a, place);
	if (!subnet->node) {
		subnet->node = node;
		subnet->place = *place;
	}
	if (r == 0 && place->segment != 0)
		r = check_subnet(a, place);
	if (r == 0 && i == 0)
		r = check_router(a, node);
	return r < 0 ? r
		     : topology_check_once(a->t, &a->seen, node, place,
			   str_make(address, sizeof(*address)),
			   ipv4_text(*address, text), a->err);
}

/* ---- pools --------------------------------------------------------------------------- */

static bool is_own(const struct node *dhcp, const struct dhcp_pool *pool)
{
	return pool->subnet.prefix == 0 ||
	       conf_ipv4_net_is_same(&pool->subnet, &dhcp->address);
}

/* Of a relay's subnet that of the router there. */
static uint32_t segment_of(const struct addresses *a, const struct node *dhcp,
    const struct dhcp_pool *pool)
{
	struct node_place place;

	if (is_own(dhcp, pool))
		return dhcp->segment;
	for (size_t i = 0; i < a->t->n_routers; i++) {
		for (size_t k = 0; node_place(a->t->routers[i], k, &place); k++) {
			if (has_address(&place) &&
			    conf_ipv4_net_is_same(&place.address, &pool->subnet))
				return place.segment;
		}
	}
	return 0;
}

static int check_in_pools(void *user, const struct node *node, size_t i,
    const struct node_place *place)
{
	const struct addresses *a = user;
	const struct dhcp_pool *pools = a->dhcp->dhcp.pools.items;
	uint32_t address = place->address.address;
	char text[IPV4_TEXT_MAX], first[IPV4_TEXT_MAX], last[IPV4_TEXT_MAX];

	(void)node;
	(void)i;
	if (!has_address(place) || place->segment == 0)
		return 0;
	for (size_t k = 0; k < a->dhcp->dhcp.pools.len; k++) {
		if (pools[k].segment == place->segment &&
		    in_range(pools[k].range, address))
			return topology_fail_in_pool(a->t, place,
			    ipv4_text(address, text), a->dhcp, k,
			    ipv4_text(pools[k].range.first, first),
			    ipv4_text(pools[k].range.last, last), a->err);
	}
	return 0;
}

static int check_pools(struct addresses *a)
{
	int worst = 0;

	for (size_t i = 0; i < a->t->n_nodes; i++) {
		struct node *node = &a->t->nodes[i];
		struct dhcp_pool *pools = node->dhcp.pools.items;
		int r;

		if (node->kind != NODE_DHCP)
			continue;
		for (size_t k = 0; k < node->dhcp.pools.len; k++)
			pools[k].segment = segment_of(a, node, &pools[k]);
		a->dhcp = node;
		r = topology_check_places(a->t, check_in_pools, a);
		if (!conf_go_on(a->t->doc, r, &worst))
			return r;
	}
	return worst;
}

/* ---- segments that routers join ------------------------------------------------------- */

static uint32_t zone_of(const struct addresses *a, uint32_t segment)
{
	struct subnet *subnets = a->subnets;

	while (subnets[segment].zone != segment) {
		subnets[segment].zone = subnets[subnets[segment].zone].zone;
		segment = subnets[segment].zone;
	}
	return segment;
}

static void join_zones(const struct addresses *a)
{
	for (uint32_t i = 0; i <= a->t->n_segments; i++)
		a->subnets[i].zone = i;
	for (size_t i = 0; i < a->t->n_routers; i++) {
		const struct node *router = a->t->routers[i];
		uint32_t first = router->ports[0].segment;

		for (size_t k = 1; k < router->n_ports && first != 0; k++) {
			uint32_t other = router->ports[k].segment;

			if (other != 0)
				a->subnets[zone_of(a, other)].zone = zone_of(a, first);
		}
	}
}

/* By zone, then by where they begin; the wider one first. */
static int compare(const void *one, const void *two)
{
	const struct subnet *a = one, *b = two;
	uint32_t first_a = first_of(&a->place.address);
	uint32_t first_b = first_of(&b->place.address);

	if (a->zone != b->zone)
		return a->zone < b->zone ? -1 : 1;
	if (first_a != first_b)
		return first_a < first_b ? -1 : 1;
	return (int)a->place.address.prefix - (int)b->place.address.prefix;
}

/* Told where the later one of the file stands. */
static int fail_overlap(const struct addresses *a, const struct subnet *wide,
    const struct subnet *narrow)
{
	bool is_narrow_later = topology_is_before(wide->place.at, narrow->place.at);
	const struct subnet *later = is_narrow_later ? narrow : wide;
	const struct subnet *other = is_narrow_later ? wide : narrow;
	char own[IPV4_TEXT_MAX], text[IPV4_TEXT_MAX], hint[128];

	return conf_fail(a->t->doc, later->place.at,
	    topology_line_of(other->node, hint, sizeof(hint), "is in that one"), a->err,
	    "the subnet %s/%u overlaps %s/%u, and routers join both",
	    ipv4_text(first_of(&later->place.address), own),
	    later->place.address.prefix,
	    ipv4_text(first_of(&other->place.address), text),
	    other->place.address.prefix);
}

/* Sorted, a subnet begins inside another one only if it begins inside the widest so far. */
static int check_overlaps(const struct addresses *a, struct subnet *sorted, size_t n)
{
	const struct subnet *widest = NULL;
	int worst = 0;

	qsort(sorted, n, sizeof(*sorted), compare);
	for (size_t i = 0; i < n; i++) {
		bool is_apart = !widest || widest->zone != sorted[i].zone ||
				last_of(&widest->place.address) <
				    first_of(&sorted[i].place.address);
		int r = is_apart ? 0 : fail_overlap(a, widest, &sorted[i]);

		if (!conf_go_on(a->t->doc, r, &worst))
			return r;
		if (is_apart)
			widest = &sorted[i];
	}
	return worst;
}

static int check_joined(const struct addresses *a)
{
	struct subnet *sorted;
	size_t n = 0;

	if (a->t->n_routers == 0)
		return 0;
	join_zones(a);
	sorted = arena_array(&a->t->doc->arena, a->t->n_segments, sizeof(*sorted));
	if (!sorted)
		return topology_fail_memory(a->t, a->err);
	for (uint32_t i = 1; i <= a->t->n_segments; i++) {
		if (!a->subnets[i].node)
			continue;
		sorted[n] = a->subnets[i];
		sorted[n++].zone = zone_of(a, i);
	}
	return check_overlaps(a, sorted, n);
}

static int check_six(const struct addresses *a)
{
	uint32_t *zones =
	    arena_array(&a->t->doc->arena, a->t->n_segments + 1, sizeof(*zones));

	if (!zones)
		return topology_fail_memory(a->t, a->err);
	for (uint32_t i = 0; i <= a->t->n_segments; i++)
		zones[i] = a->t->n_routers > 0 ? zone_of(a, i) : i;
	return topology_check_addresses6(a->t, zones, a->err);
}

int topology_check_addresses(struct topology *t, struct error *err)
{
	struct addresses a = { .t = t, .err = err };
	int worst = 0, r;

	a.subnets = arena_array(&t->doc->arena, t->n_segments + 1, sizeof(*a.subnets));
	if (!a.subnets)
		return topology_fail_memory(t, err);
	r = topology_check_places(t, check_address, &a);
	if (conf_go_on(t->doc, r, &worst))
		r = check_joined(&a);
	if (conf_go_on(t->doc, r, &worst))
		r = check_pools(&a);
	map_free(&a.seen);
	if (conf_go_on(t->doc, r, &worst))
		r = check_six(&a);
	return r < 0 ? r : worst;
}
