/* Pools of DHCPv6: inside the subnet of their server, apart from each other, with options that can be
 * sent. */
#include "lab/topology/topology_internal.h"
#include "lib/base/text.h"

#include <stdio.h>
#include <string.h>

void topology_choose_engine(struct node *dhcp)
{
	const struct dhcp_pool *pools = dhcp->dhcp.pools.items;

	for (size_t i = 0; i < dhcp->dhcp.pools.len && !conf_get(dhcp->conf, "engine");
	     i++) {
		if (pool_is_six(&pools[i]))
			dhcp->dhcp.engine = DHCP_ENGINE_DNSMASQ;
	}
}

static int check_engine(const struct pool_check *check)
{
	if (check->dhcp->dhcp.engine == DHCP_ENGINE_DNSMASQ)
		return 0;
	return conf_fail(check->t->doc, conf_get(check->dhcp->conf, "engine"),
	    "engine: dnsmasq, or leave it out", check->err,
	    "this engine serves no DHCPv6, and \"%s\" has a pool of IPv6",
	    check->dhcp->name);
}

/* Keys that mean something to DHCPv4 alone, or that dnsmasq decides by itself. */
static int check_keys(const struct pool_check *check)
{
	static const struct {
		const char *key, *why;
	} rows[] = {
		{ "subnet", "a pool of IPv6 is in the subnet of its server" },
		{ "for", "a pool of IPv6 is for everybody here" },
		{ "router", "DHCPv6 tells no router: routers announce themselves" },
		{ "domain", "no domain is told by DHCPv6 here" },
		{ "t1", "dnsmasq says when a lease of IPv6 is renewed" },
		{ "t2", "dnsmasq says when a lease of IPv6 is renewed" },
		{ "reservations", "addresses of IPv6 are not reserved here" },
	};
	int worst = 0;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct conf_node *at = conf_get(check->conf, rows[i].key);
		int r = at ? conf_fail(check->t->doc, at, "leave it out", check->err,
				 "%s", rows[i].why)
			   : 0;

		if (!conf_go_on(check->t->doc, r, &worst))
			return r;
	}
	if (check->pool->lease != INT64_MAX)
		return worst;
	return conf_fail(check->t->doc, conf_get(check->conf, "lease"), NULL,
	    check->err, "no lease of IPv6 is infinite here");
}

static int check_in_subnet(const struct pool_check *check, const uint8_t address[16])
{
	const struct conf_ipv6_net *net = &check->pool->subnet6;
	char text[IPV6_TEXT_MAX], subnet[IPV6_TEXT_MAX];
	uint8_t first[16];

	if (ipv6_is_same(address, net->address, net->prefix))
		return 0;
	ipv6_network(net->address, net->prefix, first);
	return conf_fail(check->t->doc, conf_get(check->conf, "range"), NULL,
	    check->err, "%s is outside %s/%u, the subnet of \"%s\"",
	    ipv6_text(address, text), ipv6_text(first, subnet), net->prefix,
	    check->dhcp->name);
}

/* Against the pools before it of the same server, and all of the servers before. */
static int check_overlap(const struct pool_check *check)
{
	const struct topology *t = check->t;
	const struct conf_ipv6_range *own = &check->pool->range6;
	char hint[96];

	for (size_t i = 0; i < check->dhcp->number; i++) {
		const struct node *node = &t->nodes[i];
		const struct dhcp_pool *pools = node->dhcp.pools.items;

		if (node->kind != NODE_DHCP || node->segment != check->dhcp->segment ||
		    (node->segment == 0 && node != check->dhcp))
			continue;
		for (size_t k = 0; k < node->dhcp.pools.len; k++) {
			if (&pools[k] == check->pool)
				return 0;
			if (!pool_is_six(&pools[k]) ||
			    memcmp(pools[k].range6.first, own->last, 16) > 0 ||
			    memcmp(pools[k].range6.last, own->first, 16) < 0)
				continue;
			(void)snprintf(hint, sizeof(hint), "the other is on line %u",
			    conf_get(node->conf, "pools")->items[k]->line);
			return conf_fail(t->doc, conf_get(check->conf, "range"), hint,
			    check->err, "this pool overlaps one of \"%s\"", node->name);
		}
	}
	return 0;
}

static int check_range(const struct pool_check *check)
{
	int r;

	check->pool->subnet6 = check->dhcp->address6;
	if (check->pool->subnet6.prefix == 0)
		return conf_fail(check->t->doc, conf_get(check->conf, "range"),
		    "give it one of each family", check->err,
		    "a pool of IPv6, and \"%s\" has no such address",
		    check->dhcp->name);
	if (check->pool->subnet6.prefix < 64)
		return conf_fail(check->t->doc, node_at(check->dhcp, "address"),
		    "such as 2001:db8::2/64", check->err,
		    "DHCPv6 wants a prefix of 64 and more");
	r = check_in_subnet(check, check->pool->range6.first);
	if (r == 0)
		r = check_in_subnet(check, check->pool->range6.last);
	return r < 0 ? r : check_overlap(check);
}

/* ---- DNS servers ------------------------------------------------------------------------ */

static int find_dns(struct topology *t, struct str name, const struct conf_node *at,
    uint8_t ret[16], struct error *err)
{
	const struct node *node = topology_node(t, name);
	char hint[96];

	if (ipv6_parse(name, ret) == 0 || (node && node->is_broken))
		return 0;
	if (!node)
		return conf_fail(t->doc, at,
		    topology_suggest(t, name, NODE_DNS, hint, sizeof(hint)), err,
		    "no node is named \"%.80s\"", name.p);
	if (node->kind != NODE_DNS)
		return conf_fail(t->doc, at, "the name of a dns node, or an address",
		    err, "\"%s\" is of kind %s", name.p, node_kind_name(node->kind));
	if (node->address6.prefix == 0)
		return conf_fail(t->doc, at, "give it one of each family", err,
		    "\"%s\" has no IPv6 address", name.p);
	memcpy(ret, node->address6.address, 16);
	return 0;
}

int topology_find_dns6(struct topology *t, const struct conf_strings *names,
    const struct conf_node *list, uint8_t (**ret)[16], struct error *err)
{
	uint8_t(*found)[16] = arena_array(&t->doc->arena, names->len, sizeof(*found));
	int worst = 0;

	if (!found)
		return topology_fail_memory(t, err);
	for (size_t i = 0; i < names->len; i++) {
		int r = find_dns(t, str_of(names->items[i]), topology_item(list, i),
		    found[i], err);

		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	*ret = found;
	return worst;
}

static int check_dns(const struct pool_check *check)
{
	return topology_find_dns6(check->t, &check->pool->dns,
	    conf_get(check->conf, "dns"), &check->pool->dns_addresses6, check->err);
}

/* ---- option 17 ---------------------------------------------------------------------------- */

/* TR-069 A6 3.1, table 2: what the option carries. */
static int check_acs_keys(const struct pool_check *check)
{
	static const char *const keys[] = { "username", "password", "service-provider",
		"hex" };
	const struct conf_node *conf = conf_get(check->conf, "acs");

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (conf_get(conf, keys[i]))
			return topology_fail_acs(check, keys[i],
			    "it has url, provisioning-code, retry-min-wait and "
			    "retry-multiplier",
			    "cannot be sent in option 17 of DHCPv6");
	}
	if (conf_get(conf, "format") && check->pool->acs.format != ACS_FORMAT_TR069)
		return topology_fail_acs(check, "format", "leave it out",
		    "of DHCPv6 is that of TR-069 alone");
	if (check->pool->acs.retry_min_wait % NS_PER_S != 0)
		return topology_fail_acs(check, "retry-min-wait", NULL,
		    "wants whole seconds");
	return 0;
}

static int check_acs(const struct pool_check *check)
{
	int r;

	if (!conf_get(check->conf, "acs"))
		return 0;
	check->pool->acs.is_set = true;
	r = check_acs_keys(check);
	return r < 0 ? r : topology_check_acs_url(check, NULL);
}

int topology_check_pool6(struct topology *t, const struct node *dhcp,
    struct dhcp_pool *pool, const struct conf_node *conf, struct error *err)
{
	static int (*const checks[])(const struct pool_check *check) = { check_engine,
		check_keys, check_range, check_dns, check_acs };
	const struct pool_check check = { t, dhcp, pool, conf, err };
	int worst = 0;

	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		int r = checks[i](&check);

		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}
