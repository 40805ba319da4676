/* Addresses: one subnet a segment, each address once, none inside a pool. */
#include "lab/topology/topology_internal.h"
#include "lib/base/text.h"

#include <stdio.h>

static bool has_address(const struct node *node)
{
	return node->address.address != 0;
}

/* Where an error about it points: of a managed switch it stands below "cwmp". */
static const struct conf_node *address_at(const struct node *node, const char *key)
{
	const struct conf_node *keys = node->conf;
	const struct conf_node *at;

	if (node->kind == NODE_SWITCH)
		keys = conf_get(keys, "cwmp");
	at = conf_get(keys, key);
	return at ? at : node->key;
}

static bool same_subnet(const struct conf_ipv4_net *a, const struct conf_ipv4_net *b)
{
	uint32_t mask = ipv4_mask(a->prefix);

	return a->prefix == b->prefix && (a->address & mask) == (b->address & mask);
}

/* first is the node whose address was read first in this segment. */
static int check_subnet(const struct topology *t, const struct node *node,
    const struct node *first, struct error *err)
{
	const struct conf_ipv4_net *net = &first->address;
	char own[IPV4_TEXT_MAX], subnet[IPV4_TEXT_MAX], hint[128];

	if (same_subnet(&node->address, net))
		return 0;
	(void)snprintf(hint, sizeof(hint), "\"%s\" on line %u is in it", first->name,
	    first->key->line);
	return conf_fail(t->doc, address_at(node, "address"), hint, err,
	    "%s/%u is outside %s/%u, the subnet of its switch",
	    ipv4_text(node->address.address, own), node->address.prefix,
	    ipv4_text(net->address & ipv4_mask(net->prefix), subnet), net->prefix);
}

static int check_host_part(const struct topology *t, const struct node *node,
    struct error *err)
{
	uint32_t host = node->address.address & ~ipv4_mask(node->address.prefix);
	char text[IPV4_TEXT_MAX];

	if (node->address.prefix >= 31 ||
	    (host != 0 && host != ~ipv4_mask(node->address.prefix)))
		return 0;
	return conf_fail(t->doc, address_at(node, "address"), NULL, err,
	    "%s is the %s address of its subnet, which no node can have",
	    ipv4_text(node->address.address, text),
	    host == 0 ? "network" : "broadcast");
}

static int check_router(const struct topology *t, const struct node *node,
    struct error *err)
{
	struct conf_ipv4_net router = { node->router, node->address.prefix };
	char text[IPV4_TEXT_MAX];

	if (router.address == 0 || same_subnet(&router, &node->address))
		return 0;
	return conf_fail(t->doc, address_at(node, "router"), NULL, err,
	    "%s is outside the subnet of \"%s\"", ipv4_text(router.address, text),
	    node->name);
}

static struct str address_key(const struct node *node)
{
	return str_make(&node->address.address, sizeof(node->address.address));
}

static int check_twice(const struct topology *t, struct map *seen, struct node *node,
    struct error *err)
{
	const struct node *other = map_get(seen, address_key(node));
	char text[IPV4_TEXT_MAX], hint[128];

	if (!other)
		return map_put(seen, address_key(node), node) < 0
			   ? topology_fail_memory(t, err)
			   : 0;
	(void)snprintf(hint, sizeof(hint), "\"%s\" on line %u has it", other->name,
	    other->key->line);
	return conf_fail(t->doc, address_at(node, "address"), hint, err,
	    "%s is used twice", ipv4_text(node->address.address, text));
}

static int check_in_pools(const struct topology *t, const struct node *node,
    const struct node *dhcp, struct error *err)
{
	const struct dhcp_pool *pools = dhcp->dhcp.pools.items;
	char text[IPV4_TEXT_MAX], first[IPV4_TEXT_MAX], last[IPV4_TEXT_MAX], hint[128];

	for (size_t i = 0; i < dhcp->dhcp.pools.len; i++) {
		if (!in_range(pools[i].range, node->address.address))
			continue;
		(void)snprintf(hint, sizeof(hint), "%s-%s, line %u",
		    ipv4_text(pools[i].range.first, first),
		    ipv4_text(pools[i].range.last, last),
		    conf_get(dhcp->conf, "pools")->items[i]->line);
		return conf_fail(t->doc, address_at(node, "address"), hint, err,
		    "%s is inside a pool of \"%s\"",
		    ipv4_text(node->address.address, text), dhcp->name);
	}
	return 0;
}

static int check_against_pools(const struct topology *t, const struct node *dhcp,
    struct error *err)
{
	int worst = 0;

	for (size_t i = 0; i < t->n_nodes && dhcp->segment != 0; i++) {
		const struct node *node = &t->nodes[i];
		int r = has_address(node) && node->segment == dhcp->segment
			    ? check_in_pools(t, node, dhcp, err)
			    : 0;

		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

/* In a segment that is not known there is no first. */
static int check_address(struct topology *t, struct node *node,
    const struct node **first, struct map *seen, struct error *err)
{
	int r = check_host_part(t, node, err);

	if (!first[node->segment])
		first[node->segment] = node;
	if (r == 0 && node->segment != 0)
		r = check_subnet(t, node, first[node->segment], err);
	if (r == 0)
		r = check_router(t, node, err);
	return r < 0 ? r : check_twice(t, seen, node, err);
}

static int check_each(struct topology *t, const struct node **first, struct map *seen,
    struct error *err)
{
	int r, worst = 0;

	for (size_t i = 0; i < t->n_nodes; i++) {
		struct node *node = &t->nodes[i];

		r = has_address(node) ? check_address(t, node, first, seen, err) : 0;
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	for (size_t i = 0; i < t->n_nodes; i++) {
		r = t->nodes[i].kind == NODE_DHCP
			? check_against_pools(t, &t->nodes[i], err)
			: 0;
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

int topology_check_addresses(struct topology *t, struct error *err)
{
	const struct node **first =
	    arena_array(&t->doc->arena, t->n_nodes + 1, sizeof(*first));
	struct map seen = MAP_NULL;
	int r;

	if (!first)
		return topology_fail_memory(t, err);
	r = check_each(t, first, &seen, err);
	map_free(&seen);
	return r;
}
