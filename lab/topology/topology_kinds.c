/* What a kind of node is to the rest of a lab: one row a kind. */
#include "lab/topology/topology_internal.h"

const char *const node_kind_names[] = {
#define XX(symbol, name) name,
	NODE_KIND_MAP(XX)
#undef XX
	    NULL
};

static bool switch_runs(const struct node *node)
{
	return node->sw.is_managed || node->sw.snooping_conf;
}

const struct conf_strings *node_host_program(const struct node *node)
{
	return node->host.program.len > 0 ? &node->host.program : &node->host.command;
}

static bool host_runs(const struct node *node)
{
	return node_host_program(node)->len > 0;
}

/* The kernel does all. */
static bool never(const struct node *node)
{
	(void)node;
	return false;
}

bool node_port_announces(const struct node_port *port)
{
	return port->address6.prefix > 0 && port->ra.send;
}

/* What announces IPv6. */
static bool announces(const struct node *node)
{
	for (size_t i = 0; i < node->n_ports; i++) {
		if (node_port_announces(&node->ports[i]))
			return true;
	}
	return false;
}

/* That, or a relay. */
static bool router_runs(const struct node *node)
{
	return node->routing.relay.len > 0 || announces(node);
}

/* Servers before those who ask them. The command of a host may be an ACS, or a device, of
 * somebody else; at a proxy stands both what comes to it and what it makes of that. */
// clang-format off
static const struct node_kind_facts facts[NODE_KINDS] = {
	[NODE_SWITCH] = { "switch", "switches", .turn = 4, .runs = switch_runs },
	[NODE_DNS] = { "dns", "dns", .turn = 0, .is_server = true, .is_recorded = true },
	[NODE_DHCP] = { "dhcp", "dhcp", .turn = 1, .is_server = true, .is_recorded = true },
	[NODE_ACS] = { "ACS", "ACS", .turn = 2, .is_server = true, .is_recorded = true },
	[NODE_CPE] = { "CPE", "CPE", .turn = 5 },
	[NODE_HOST] = { "host", "hosts", .turn = 3, .is_recorded = true, .runs = host_runs },
	[NODE_ROUTER] = { "router", "routers", .turn = 3, .is_server = true, .runs = router_runs },
	[NODE_NAT] = { "NAT", "NATs", .turn = 3, .runs = never },
	[NODE_LOAD] = { "load", "loads", .turn = 6 },
	[NODE_FIREWALL] = { "firewall", "firewalls", .turn = 3, .is_server = true, .runs = announces },
	[NODE_PROXY] = { "proxy", "proxies", .turn = 3, .is_server = true, .is_recorded = true },
};
// clang-format on

const struct node_kind_facts *node_kind_facts(enum node_kind kind)
{
	return &facts[kind];
}

const char *node_kind_name(enum node_kind kind)
{
	return node_kind_names[kind];
}

bool node_runs(const struct node *node)
{
	return !facts[node->kind].runs || facts[node->kind].runs(node);
}
