/* What routers announce of IPv6 at their ports. */
#include "lab/topology/topology_internal.h"

#include <stdio.h>

// clang-format off
#define ROW(member, key_, type_, help_) \
	.key = key_, .type = type_, .offset = offsetof(struct port_ra, member), .help = help_

const struct conf_row port_ra_rows[] = {
	{ ROW(send, "send", CONF_BOOL, "whether it announces itself at all (RFC 4861)"),
	  .dflt = "true" },
	{ ROW(managed, "managed", CONF_BOOL,
	      "the flag M: addresses come by DHCPv6; where the segment has a pool of IPv6 if absent") },
	{ ROW(other, "other", CONF_BOOL,
	      "the flag O: all else comes by DHCPv6; where the segment has a pool of IPv6 if absent") },
	{ ROW(slaac, "slaac", CONF_BOOL,
	      "the flag A: hosts make addresses of the prefix by themselves; where the segment has no pool of IPv6 if absent") },
	{ ROW(dns, "dns", CONF_STRINGS,
	      "DNS servers that it tells (RFC 8106): names of dns nodes or addresses"), .max = 8 },
	{ ROW(interval, "interval", CONF_DURATION,
	      "how often it does it unasked, whole seconds"),
	  .min = 4 * NS_PER_S, .max = 1800 * NS_PER_S, .dflt = "10s" },
	{ ROW(lifetime, "lifetime", CONF_DURATION,
	      "for how long it is a default router then, whole seconds; 0: it is none"),
	  .max = 9000 * NS_PER_S, .dflt = "30m" },
	{ NULL },
};
// clang-format on

static bool has_pool(const struct topology *t, uint32_t segment)
{
	for (size_t i = 0; i < t->n_nodes && segment != 0; i++) {
		const struct node *node = &t->nodes[i];
		const struct dhcp_pool *pools = node->dhcp.pools.items;

		if (node->kind != NODE_DHCP || node->segment != segment)
			continue;
		for (size_t k = 0; k < node->dhcp.pools.len; k++) {
			if (pool_is_six(&pools[k]))
				return true;
		}
	}
	return false;
}

static void take_defaults(const struct topology *t, struct node_port *port,
    const struct conf_node *conf)
{
	bool is_pooled = has_pool(t, port->segment);

	if (!conf_get(conf, "managed"))
		port->ra.managed = is_pooled;
	if (!conf_get(conf, "other"))
		port->ra.other = is_pooled;
	if (!conf_get(conf, "slaac"))
		port->ra.slaac = !is_pooled && port->address6.prefix == 64;
}

static int check_seconds(struct topology *t, const struct conf_node *conf,
    const char *key, clock_ns value, struct error *err)
{
	if (value % NS_PER_S == 0)
		return 0;
	return conf_fail(t->doc, conf_get(conf, key), NULL, err,
	    "\"%s\" wants whole seconds", key);
}

static int check_port(struct topology *t, const struct node *node,
    struct node_port *port, struct error *err)
{
	const struct conf_node *conf = conf_get(port->attach.conf, "ra");
	int r;

	if (port->address6.prefix == 0)
		return conf ? conf_fail(t->doc, conf,
				  "address: [10.0.0.1/24, 2001:db8::1/64]", err,
				  "\"%s\" has no IPv6 address there to announce",
				  node->name)
			    : 0;
	take_defaults(t, port, conf);
	r = check_seconds(t, conf, "interval", port->ra.interval, err);
	if (r == 0)
		r = check_seconds(t, conf, "lifetime", port->ra.lifetime, err);
	if (r == 0 && port->ra.slaac && port->address6.prefix != 64)
		return conf_fail(t->doc, conf_get(conf, "slaac"),
		    "a prefix of 64, RFC 4862 5.5.3", err,
		    "no host makes an address of a prefix of %u",
		    port->address6.prefix);
	return r < 0 ? r
		     : topology_find_dns6(t, &port->ra.dns, conf_get(conf, "dns"),
			   &port->ra.dns_addresses, err);
}

/* One program is what a node has. */
static int check_relay(struct topology *t, const struct node *node, struct error *err)
{
	for (size_t i = 0; i < node->n_ports; i++) {
		if (node_port_announces(&node->ports[i]))
			return conf_fail(t->doc, node_at(node, "relay"),
			    "another router for one of both, or ra: {send: no} at its "
			    "ports",
			    err, "\"%s\" announces IPv6, and cannot relay beside it",
			    node->name);
	}
	return 0;
}

int topology_check_ra(struct topology *t, struct node *node, struct error *err)
{
	int worst = 0, r;

	for (size_t i = 0; i < node->n_ports; i++) {
		r = check_port(t, node, &node->ports[i], err);
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	r = node->kind == NODE_ROUTER && node->routing.relay.len > 0
		? check_relay(t, node, err)
		: 0;
	return r < 0 ? r : worst;
}
