/* Pools: inside their subnet, apart from each other, with options that can be sent. */
#include "lab/topology/topology_internal.h"
#include "lib/base/text.h"

#include <stdio.h>

static bool in_subnet(const struct pool_check *check, uint32_t address)
{
	const struct conf_ipv4_net *net = &check->pool->subnet;
	uint32_t mask = ipv4_mask(net->prefix);

	return (address & mask) == (net->address & mask);
}

static int check_in_subnet(const struct pool_check *check, const struct conf_node *at,
    uint32_t address)
{
	const struct conf_ipv4_net *net = &check->pool->subnet;
	bool is_own = !conf_get(check->conf, "subnet");
	char text[IPV4_TEXT_MAX], subnet[IPV4_TEXT_MAX];

	if (in_subnet(check, address))
		return 0;
	return conf_fail(check->t->doc, at, NULL, check->err,
	    "%s is outside %s/%u, the subnet of %s%s%s", ipv4_text(address, text),
	    ipv4_text(net->address & ipv4_mask(net->prefix), subnet), net->prefix,
	    is_own ? "\"" : "this pool", is_own ? check->dhcp->name : "",
	    is_own ? "\"" : "");
}

/* Whether the clients of one may be those of the other: of one server, or of one segment. */
static bool are_of_one(const struct pool_check *check, const struct node *dhcp,
    const struct dhcp_pool *pool)
{
	return dhcp == check->dhcp ||
	       (pool->segment != 0 && pool->segment == check->pool->segment);
}

/* Against the pools before it of the same server, and all of the servers before. */
static int check_overlap(const struct pool_check *check)
{
	const struct topology *t = check->t;
	char hint[96];

	for (size_t i = 0; i < check->dhcp->number; i++) {
		const struct node *node = &t->nodes[i];
		const struct dhcp_pool *pools = node->dhcp.pools.items;

		if (node->kind != NODE_DHCP)
			continue;
		for (size_t k = 0; k < node->dhcp.pools.len; k++) {
			if (&pools[k] == check->pool)
				return 0;
			if (!are_of_one(check, node, &pools[k]) ||
			    pools[k].range.first > check->pool->range.last ||
			    pools[k].range.last < check->pool->range.first)
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
	const struct conf_node *at = conf_get(check->conf, "range");
	uint32_t hosts = ~ipv4_mask(check->pool->subnet.prefix);
	struct conf_ipv4_range range = check->pool->range;
	int r = check_in_subnet(check, at, range.first);

	if (r == 0)
		r = check_in_subnet(check, at, range.last);
	if (r == 0 && hosts > 1 &&
	    ((range.first & hosts) == 0 || (range.last & hosts) == hosts))
		return conf_fail(check->t->doc, at, NULL, check->err,
		    "the pool includes the subnet's %s address",
		    (range.first & hosts) == 0 ? "network" : "broadcast");
	return r < 0 ? r : check_overlap(check);
}

static int check_dns(const struct pool_check *check)
{
	const struct conf_node *list = conf_get(check->conf, "dns");
	struct dhcp_pool *pool = check->pool;
	char hint[96];

	pool->dns_addresses = arena_array(&check->t->doc->arena, pool->dns.len,
	    sizeof(*pool->dns_addresses));
	if (!pool->dns_addresses)
		return topology_fail_memory(check->t, check->err);
	for (size_t i = 0; i < pool->dns.len; i++) {
		struct str name = str_of(pool->dns.items[i]);
		const struct node *node = topology_node(check->t, name);
		const struct conf_node *at = topology_item(list, i);

		if (ipv4_parse(name, &pool->dns_addresses[i]) == 0)
			continue;
		if (node && node->is_broken)
			continue;
		if (!node)
			return conf_fail(check->t->doc, at,
			    topology_suggest(check->t, name, NODE_DNS, hint,
				sizeof(hint)),
			    check->err, "no node is named \"%.80s\"", name.p);
		if (node->kind != NODE_DNS)
			return conf_fail(check->t->doc, at,
			    "the name of a dns node, or an address", check->err,
			    "\"%s\" is of kind %s", name.p, node_kind_name(node->kind));
		if (node->address.prefix == 0)
			return conf_fail(check->t->doc, at, NULL, check->err,
			    "\"%s\" has no IPv4 address", name.p);
		pool->dns_addresses[i] = node->address.address;
	}
	return 0;
}

static int check_times(const struct pool_check *check)
{
	const struct dhcp_pool *pool = check->pool;
	clock_ns t2 = pool->t2 ? pool->t2 : pool->lease;
	const char *key = NULL;

	if (pool->lease == INT64_MAX && (pool->t1 || pool->t2))
		return conf_fail(check->t->doc,
		    conf_get(check->conf, pool->t1 ? "t1" : "t2"), "leave it out",
		    check->err, "an infinite lease is never renewed");
	if (pool->t2 && pool->t2 >= pool->lease)
		key = "t2";
	else if (pool->t1 && pool->t1 >= t2)
		key = "t1";
	if (!key)
		return 0;
	return conf_fail(check->t->doc, conf_get(check->conf, key),
	    "\"t1\" comes before \"t2\", and both before the end of \"lease\"",
	    check->err, "\"%s\" comes too late", key);
}

static int check_in_pool(const struct pool_check *check, const struct conf_node *at,
    uint32_t address, const struct node *dhcp, const struct dhcp_pool *pool)
{
	const struct pool_reservation *reserved = pool->reservations.items;

	if (in_range(pool->range, address))
		return conf_fail(check->t->doc, at, NULL, check->err,
		    "this address is in another pool of \"%s\"", dhcp->name);
	/* Each pair is told once, at the later pool. */
	if (dhcp == check->dhcp && pool > check->pool)
		return 0;
	for (size_t i = 0; i < pool->reservations.len; i++) {
		if (reserved[i].address == address)
			return conf_fail(check->t->doc, at, NULL, check->err,
			    "this address is reserved in another pool of \"%s\"",
			    dhcp->name);
	}
	return 0;
}

/* Against all other pools of the segment, of which two would give it away. */
static int check_other_pools(const struct pool_check *check, const struct conf_node *at,
    uint32_t address)
{
	const struct topology *t = check->t;
	int r = 0;

	for (size_t i = 0; i < t->n_nodes && r == 0; i++) {
		const struct node *node = &t->nodes[i];
		const struct dhcp_pool *pools = node->dhcp.pools.items;

		if (node->kind != NODE_DHCP)
			continue;
		for (size_t k = 0; k < node->dhcp.pools.len && r == 0; k++) {
			if (&pools[k] != check->pool &&
			    are_of_one(check, node, &pools[k]) &&
			    (node == check->dhcp ||
				node->number < check->dhcp->number ||
				in_range(pools[k].range, address)))
				r = check_in_pool(check, at, address, node, &pools[k]);
		}
	}
	return r;
}

static int check_reserved(const struct pool_check *check, const struct conf_node *at,
    uint32_t address)
{
	uint32_t hosts = ~ipv4_mask(check->pool->subnet.prefix);
	int r = check_in_subnet(check, at, address);

	if (r == 0 && hosts > 1 &&
	    ((address & hosts) == 0 || (address & hosts) == hosts))
		return conf_fail(check->t->doc, at, NULL, check->err,
		    "this is the subnet's %s address",
		    (address & hosts) == 0 ? "network" : "broadcast");
	return r < 0 ? r : check_other_pools(check, at, address);
}

static int check_reservation(const struct pool_check *check, size_t i,
    const struct conf_node *at)
{
	const struct pool_reservation *all = check->pool->reservations.items;
	const struct topology *t = check->t;
	const struct node *owner;
	int r = check_reserved(check, conf_get(at, "address"), all[i].address);

	if (r < 0)
		return r;
	if (all[i].name && !is_dns_label(str_of(all[i].name)))
		return conf_fail(t->doc, conf_get(at, "name"), NULL, check->err,
		    "\"%.80s\" is no DNS label", all[i].name);
	for (size_t k = 0; k < i; k++) {
		if (all[k].address == all[i].address)
			return conf_fail(t->doc, conf_get(at, "address"), NULL,
			    check->err, "this address is reserved twice");
		if (memcmp(all[k].mac, all[i].mac, 6) == 0)
			return conf_fail(t->doc, conf_get(at, "mac"), NULL, check->err,
			    "this MAC has a reservation already");
	}
	owner = topology_at(t, all[i].address);
	if (!owner)
		return 0;
	return conf_fail(t->doc, conf_get(at, "address"), NULL, check->err,
	    "this is the address of \"%s\"", owner->name);
}

/* ---- option 43 --------------------------------------------------------------------- */

static int check_hex(const struct pool_check *check)
{
	static const char *const others[] = { "format", "url", "username", "password",
		"provisioning-code", "service-provider", "retry-min-wait",
		"retry-multiplier" };
	struct pool_acs *acs = &check->pool->acs;
	size_t size = strlen(acs->hex) / 2 + 1;
	uint8_t *raw;
	int n;

	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (conf_get(conf_get(check->conf, "acs"), others[i]))
			return topology_fail_acs(check, others[i],
			    "\"hex\" gives all bytes of option 43",
			    "cannot stand beside \"hex\"");
	}
	raw = arena_alloc(&check->t->doc->arena, size);
	if (!raw)
		return topology_fail_memory(check->t, check->err);
	n = hex_parse(str_of(acs->hex), raw, size);
	if (n <= 0)
		return topology_fail_acs(check, "hex", "such as \"01 24 68\"",
		    "wants pairs of hex digits");
	if (n > 1024)
		return topology_fail_acs(check, "hex", NULL,
		    "has more than 1024 bytes, the most that is sent");
	acs->raw = raw;
	acs->raw_len = (size_t)n;
	return 0;
}

static bool has_blank(const char *text)
{
	return text && strpbrk(text, " \t\r\n");
}

/* Type 1 is "URL user password" in one text of at most 255 bytes. */
static int check_comware(const struct pool_check *check)
{
	const struct pool_acs *acs = &check->pool->acs;
	size_t len = strlen(acs->url);

	if (acs->provisioning_code)
		return topology_fail_acs(check, "provisioning-code",
		    "\"format: tr069\" can send it",
		    "cannot be sent in the comware layout");
	if (acs->retry_min_wait)
		return topology_fail_acs(check, "retry-min-wait",
		    "\"format: tr069\" can send it",
		    "cannot be sent in the comware layout");
	if (acs->retry_multiplier)
		return topology_fail_acs(check, "retry-multiplier",
		    "\"format: tr069\" can send it",
		    "cannot be sent in the comware layout");
	if (acs->password && !acs->username)
		return topology_fail_acs(check, "password", NULL,
		    "needs a \"username\" before it");
	if (has_blank(acs->username))
		return topology_fail_acs(check, "username",
		    "the comware layout has a blank between URL, user and password",
		    "cannot hold a blank");
	if (has_blank(acs->password))
		return topology_fail_acs(check, "password",
		    "the comware layout has a blank between URL, user and password",
		    "cannot hold a blank");
	len += acs->username ? strlen(acs->username) + 1 : 0;
	len += acs->password ? strlen(acs->password) + 1 : 0;
	if (len > 255)
		return topology_fail_acs(check, "url",
		    "the comware layout sends all three as one text",
		    "is with username and password longer than 255 bytes");
	return 0;
}

static int check_tr069(const struct pool_check *check)
{
	static const char *const keys[] = { "username", "password",
		"service-provider" };

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (conf_get(conf_get(check->conf, "acs"), keys[i]))
			return topology_fail_acs(check, keys[i],
			    "\"format: comware\" can send it",
			    "cannot be sent in the tr069 layout");
	}
	if (check->pool->acs.retry_min_wait % NS_PER_S != 0)
		return topology_fail_acs(check, "retry-min-wait", NULL,
		    "wants whole seconds");
	if (strlen(check->pool->acs.url) > 255)
		return topology_fail_acs(check, "url", NULL,
		    "is longer than 255 bytes, the most that a sub-option holds");
	return 0;
}

static int check_pool_acs(const struct pool_check *check)
{
	const struct conf_node *conf = conf_get(check->conf, "acs");
	struct pool_acs *acs = &check->pool->acs;
	int r;

	if (!conf)
		return 0;
	acs->is_set = true;
	if (acs->hex)
		return check_hex(check);
	r = topology_check_acs_url(check, "or \"hex\" with the raw bytes");
	if (r < 0)
		return r;
	return acs->format == ACS_FORMAT_COMWARE ? check_comware(check)
						 : check_tr069(check);
}

static int check_reservations(const struct pool_check *check)
{
	const struct conf_node *list = conf_get(check->conf, "reservations");
	int worst = 0;

	for (size_t i = 0; i < check->pool->reservations.len; i++) {
		int r = check_reservation(check, i, list->items[i]);

		if (!conf_go_on(check->t->doc, r, &worst))
			return r;
	}
	return worst;
}

static int check_domain(const struct pool_check *check)
{
	const char *domain = check->pool->domain;

	if (!domain || is_dns_name(str_of(domain)))
		return 0;
	return conf_fail(check->t->doc, conf_get(check->conf, "domain"), NULL,
	    check->err, "\"%.80s\" is no DNS name", domain);
}

static int check_pool_router(const struct pool_check *check)
{
	const struct conf_node *at = conf_get(check->conf, "router");

	if (!at)
		return topology_router_of(check->t, check->pool->segment, check->dhcp,
		    check->conf, "this pool", &check->pool->router, check->err);
	return check->pool->router ? check_in_subnet(check, at, check->pool->router)
				   : 0;
}

static int check_server(const struct pool_check *check)
{
	if (check->dhcp->address.prefix > 0)
		return 0;
	return conf_fail(check->t->doc, conf_get(check->conf, "range"),
	    "give it one of each family", check->err,
	    "a pool of IPv4, and \"%s\" has no such address", check->dhcp->name);
}

/* What dnsmasq and Kea are not told here. */
static int check_engine(const struct pool_check *check)
{
	const char *class = check->pool->who.vendor_class;
	int engine = check->dhcp->dhcp.engine;

	if (engine != DHCP_ENGINE_BUILTIN && check->pool->lease == INT64_MAX)
		return conf_fail(check->t->doc, conf_get(check->conf, "lease"),
		    "or engine: builtin", check->err,
		    "only the built-in server gives infinite leases");
	if (engine == DHCP_ENGINE_DNSMASQ && class && strpbrk(class, ",\r\n"))
		return conf_fail(check->t->doc,
		    conf_get(conf_get(check->conf, "for"), "vendor-class"),
		    "or engine: builtin", check->err,
		    "dnsmasq takes no comma in a vendor class");
	return 0;
}

static int check_pool(const struct pool_check *check)
{
	static int (*const checks[])(const struct pool_check *check) = { check_server,
		check_engine, check_range, check_dns, check_pool_router, check_domain,
		check_times, check_reservations, check_pool_acs };
	int worst = 0;

	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		int r = checks[i](check);

		if (!conf_go_on(check->t->doc, r, &worst))
			return r;
	}
	return worst;
}

int topology_check_dhcp(struct topology *t, struct node *node,
    const struct topology_options *options, struct error *err)
{
	struct dhcp_pool *pools = node->dhcp.pools.items;
	int worst = 0;

	(void)options;
	topology_choose_engine(node);
	for (size_t i = 0; i < node->dhcp.pools.len; i++) {
		struct pool_check check = { t, node, &pools[i],
			conf_get(node->conf, "pools")->items[i], err };
		int r;

		if (pools[i].subnet.prefix == 0)
			pools[i].subnet = node->address;
		r = pool_is_six(&pools[i])
			? topology_check_pool6(t, node, &pools[i], check.conf, err)
			: check_pool(&check);
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}
