/* How each kind of node is drawn: one row a kind. */
#include "lab/graph/graph_internal.h"
#include "lib/base/buf.h"
#include "lib/base/secret.h"
#include "lib/base/text.h"
#include "lib/load/load_file.h"
#include "lib/load/number.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What a load test is shown as: the file of its profile, or how many CPEs it has where that
 * stands in the topology; then in text, which has room for GRAPH_FACT_MAX bytes. */
static const char *load_profile(const struct node *node, char *text)
{
	char n[NUMBER_TEXT_MAX];

	if (!node->load.own)
		return node->load.profile;
	(void)snprintf(text, GRAPH_FACT_MAX, "%s CPE%s",
	    number_thousands(node->load.own->cpes, n),
	    node->load.own->cpes == 1 ? "" : "s");
	return text;
}

/* ---- beside the name ---------------------------------------------------------------- */

static void label_switch(const struct node *node, char *text)
{
	(void)snprintf(text, GRAPH_LABEL_MAX, "%s%s%.80s", node->sw.stp ? "STP" : "",
	    node->sw.stp && node->sw.is_managed ? "  " : "",
	    node->sw.is_managed ? node->cpe.model : "");
}

static void label_address(const struct node *node, char *text)
{
	(void)node_addresses(node, text);
}

static void label_acs(const struct node *node, char *text)
{
	char address[NODE_ADDRESSES_MAX];

	(void)snprintf(text, GRAPH_LABEL_MAX, "%s  %s", node_addresses(node, address),
	    node->acs.url);
	secret_hide(text, GRAPH_LABEL_MAX);
}

static void label_cpe(const struct node *node, char *text)
{
	(void)snprintf(text, GRAPH_LABEL_MAX, "%.80s", node->cpe.model);
}

static void label_host(const struct node *node, char *text)
{
	char address[NODE_ADDRESSES_MAX];

	(void)snprintf(text, GRAPH_LABEL_MAX, "%s%s%.100s",
	    node_addresses(node, address), node_host_program(node)->len ? "  " : "",
	    node_host_program(node)->len ? node_host_program(node)->items[0] : "");
}

static void label_load(const struct node *node, char *text)
{
	char address[NODE_ADDRESSES_MAX], profile[GRAPH_FACT_MAX];

	(void)snprintf(text, GRAPH_LABEL_MAX, "%s  %.80s -> %.80s",
	    node_addresses(node, address), load_profile(node, profile), node->load.acs);
	secret_hide(text, GRAPH_LABEL_MAX);
}

/* As many of its addresses as there is room for. */
static void label_router(const struct node *node, char *text)
{
	char address[NODE_ADDRESSES_MAX];
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < node->n_ports; i++) {
		const struct node_port *port = &node->ports[i];

		(void)addresses_text(port->address.address, port->address6.address,
		    address);
		if (n + strlen(address) + 3 > GRAPH_LABEL_MAX)
			return;
		n += (size_t)snprintf(text + n, GRAPH_LABEL_MAX - n, "%s%s",
		    i ? "  " : "", address);
	}
}

/* "restricted", or its mapping and filtering. */
static const char *nat_words(const struct node *node, char *text)
{
	const char *type = nat_type_name(&node->nat);

	if (type)
		return type;
	(void)snprintf(text, GRAPH_FACT_MAX, "%s/%s",
	    nat_behaviour_name((enum nat_behaviour)node->nat.mapping),
	    nat_behaviour_name((enum nat_behaviour)node->nat.filtering));
	return text;
}

static void label_nat(const struct node *node, char *text)
{
	char words[GRAPH_FACT_MAX];
	size_t n;

	label_router(node, text);
	n = strlen(text);
	(void)snprintf(text + n, GRAPH_LABEL_MAX - n, "  %s", nat_words(node, words));
}

/* "10.0.0.10  http://acs.lab:7547/cwmp -> acs1, acs2" */
static void label_proxy(const struct node *node, char *text)
{
	const struct conf_strings *to = &node->proxy.upstreams;
	char address[NODE_ADDRESSES_MAX];
	auto_buf words = BUF_NULL;

	buf_printf(&words, "%s  %s ->", node_addresses(node, address), node->proxy.url);
	for (size_t i = 0; i < to->len; i++)
		buf_printf(&words, "%s %s", i > 0 ? "," : "", to->items[i]);
	(void)snprintf(text, GRAPH_LABEL_MAX, "%s", buf_cstr(&words));
	secret_hide(text, GRAPH_LABEL_MAX);
}

/* ---- in its box --------------------------------------------------------------------- */

/* "10.0.0.2/24", "2001:db8::2/64", or both. */
static void put_nets(const struct conf_ipv4_net *four, const struct conf_ipv6_net *six,
    char *text)
{
	char ip[IPV6_TEXT_MAX];
	int n = 0;

	text[0] = '\0';
	if (four->prefix > 0)
		n = snprintf(text, GRAPH_FACT_MAX, "%s/%u",
		    ipv4_text(four->address, ip), four->prefix);
	if (six->prefix > 0)
		(void)snprintf(text + n, GRAPH_FACT_MAX - (size_t)n, "%s%s/%u",
		    n > 0 ? " " : "", ipv6_text(six->address, ip), six->prefix);
}

static void fact_address(const struct node *node, struct graph_facts *facts)
{
	static const struct conf_ipv6_net none;
	bool is_both = node->address.prefix > 0 && node->address6.prefix > 0;

	put_nets(&node->address, is_both ? &none : &node->address6, facts->own[0]);
	if (is_both)
		put_nets(&(struct conf_ipv4_net){ 0 }, &node->address6, facts->six);
	facts->lines[0] = facts->own[0];
}

static void facts_switch(const struct node *node, uint64_t n_ports,
    struct graph_facts *facts)
{
	(void)snprintf(facts->own[0], GRAPH_FACT_MAX, "%" PRIu64 " port%s", n_ports,
	    n_ports == 1 ? "" : "s");
	facts->lines[0] = facts->own[0];
	if (node->sw.is_managed)
		facts->lines[1] = node->cpe.model;
	else if (node->sw.stp)
		facts->lines[1] = "spanning tree";
}

static void facts_dns(const struct node *node, uint64_t n_ports,
    struct graph_facts *facts)
{
	(void)n_ports;
	fact_address(node, facts);
	(void)snprintf(facts->own[1], GRAPH_FACT_MAX, "*.%.60s", node->dns.domain);
	facts->lines[1] = facts->own[1];
}

static void facts_dhcp(const struct node *node, uint64_t n_ports,
    struct graph_facts *facts)
{
	(void)n_ports;
	fact_address(node, facts);
	(void)snprintf(facts->own[1], GRAPH_FACT_MAX, "%zu %s", node->dhcp.pools.len,
	    node->dhcp.pools.len == 1 ? "pool" : "pools");
	facts->lines[1] = facts->own[1];
}

static void facts_acs(const struct node *node, uint64_t n_ports,
    struct graph_facts *facts)
{
	(void)n_ports;
	fact_address(node, facts);
	facts->lines[1] = node_url(node);
}

static void facts_cpe(const struct node *node, uint64_t n_ports,
    struct graph_facts *facts)
{
	static const char *const ways[] = { "address by DHCP", "address by IPv6",
		"addresses of both families" };

	(void)n_ports;
	facts->lines[0] = node->cpe.model;
	facts->lines[1] = node->cpe.acs.url ? node->cpe.acs.url : ways[node->cpe.ip];
}

static void facts_host(const struct node *node, uint64_t n_ports,
    struct graph_facts *facts)
{
	(void)n_ports;
	fact_address(node, facts);
	if (node_host_program(node)->len > 0)
		facts->lines[1] = node_host_program(node)->items[0];
}

static void facts_router(const struct node *node, uint64_t n_ports,
    struct graph_facts *facts)
{
	(void)n_ports;
	fact_address(node, facts);
	if (node->n_ports == 2)
		put_nets(&node->ports[1].address, &node->ports[1].address6,
		    facts->own[1]);
	else
		(void)snprintf(facts->own[1], GRAPH_FACT_MAX, "and %zu more addresses",
		    node->n_ports - 1);
	facts->lines[1] = facts->own[1];
}

static void facts_nat(const struct node *node, uint64_t n_ports,
    struct graph_facts *facts)
{
	(void)n_ports;
	fact_address(node, facts);
	facts->lines[1] = nat_words(node, facts->own[1]);
}

static void facts_load(const struct node *node, uint64_t n_ports,
    struct graph_facts *facts)
{
	(void)n_ports;
	fact_address(node, facts);
	facts->lines[1] = load_profile(node, facts->own[1]);
}

// clang-format off
static const struct graph_kind kinds[NODE_KINDS] = {
	[NODE_SWITCH] = { "SWITCH", "#475569", "#cbd5e1", "box", "#cbd5e1",
		label_switch, facts_switch },
	[NODE_DNS] = { "DNS", "#7c3aed", "#c4b5fd", "ellipse", "#ddd6fe",
		label_address, facts_dns },
	[NODE_DHCP] = { "DHCP", "#b45309", "#fbbf24", "ellipse", "#fde68a",
		label_address, facts_dhcp },
	[NODE_ACS] = { "ACS", "#15803d", "#4ade80", "cylinder", "#bbf7d0",
		label_acs, facts_acs },
	[NODE_CPE] = { "CPE", "#1d4ed8", "#93c5fd", "box3d", "#bfdbfe",
		label_cpe, facts_cpe },
	[NODE_HOST] = { "HOST", "#64748b", "#94a3b8", "component", "#e5e7eb",
		label_host, facts_host },
	[NODE_ROUTER] = { "ROUTER", "#0f766e", "#5eead4", "diamond", "#99f6e4",
		label_router, facts_router },
	[NODE_NAT] = { "NAT", "#a21caf", "#f0abfc", "hexagon", "#f5d0fe",
		label_nat, facts_nat },
	[NODE_LOAD] = { "LOAD", "#be123c", "#fb7185", "parallelogram", "#fecaca",
		label_load, facts_load },
	[NODE_FIREWALL] = { "FIREWALL", "#b91c1c", "#f87171", "octagon", "#fecaca",
		label_router, facts_router },
	[NODE_PROXY] = { "PROXY", "#0e7490", "#22d3ee", "trapezium", "#a5f3fc",
		label_proxy, facts_acs },
};
// clang-format on

const struct graph_kind *graph_kind(enum node_kind kind)
{
	return &kinds[kind];
}
