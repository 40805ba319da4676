#include "agents/router/router_conf.h"

#include "agents/router/advert.h"

// clang-format off
#define ROW(member, key_, type_, help_) \
	.key = (key_), .type = (type_), .offset = offsetof(struct router_port_conf, member), .help = (help_)

static const struct conf_row port_rows[] = {
	{ ROW(interface, "interface", CONF_STR, "where it is announced"),
	  .is_required = true, .min = 1, .max = 15 },
	{ ROW(address4, "prefix", CONF_IP_NETS, "of the link: an address of IPv6 there, with its prefix"),
	  .offset6 = offsetof(struct router_port_conf, prefix), .is_required = true, .max = 1 },
	{ ROW(managed, "managed", CONF_BOOL, "the flag M: addresses come by DHCPv6"),
	  .dflt = "no" },
	{ ROW(other, "other", CONF_BOOL, "the flag O: all else comes by DHCPv6"), .dflt = "no" },
	{ ROW(slaac, "slaac", CONF_BOOL, "the flag A: hosts make addresses of the prefix"),
	  .dflt = "yes" },
	{ ROW(interval, "interval", CONF_DURATION, "how often it is announced unasked"),
	  .min = 4 * NS_PER_S, .max = 1800 * NS_PER_S, .dflt = "10s" },
	{ ROW(lifetime, "lifetime", CONF_DURATION,
	      "for how long it is a default router then; 0: it is none"),
	  .max = 9000 * NS_PER_S, .dflt = "30m" },
	{ ROW(dns, "dns", CONF_STRINGS, "addresses of DNS servers that it tells"),
	  .max = ADVERT_DNS_MAX },
	{ NULL },
};

const struct conf_row router_conf_rows[] = {
	{ .key = "node", .type = CONF_STR, .offset = offsetof(struct router_conf, node),
	  .dflt = "router", .help = "name in events" },
	{ .key = "ports", .type = CONF_OBJECTS, .offset = offsetof(struct router_conf, ports),
	  .is_required = true, .rows = port_rows, .item_size = sizeof(struct router_port_conf),
	  .min = 1, .max = ROUTER_CONF_PORTS_MAX, .help = "interfaces at which it is a router" },
	{ NULL },
};
// clang-format on
