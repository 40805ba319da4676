/* NATs: what they do with a binding, and what they let in. */
#include "lab/topology/topology_internal.h"
#include "lab/topology/topology_node_rows.h"
#include "lib/base/text.h"

#include <stdio.h>

static const char *const behaviours[] = { "endpoint-independent", "address-dependent",
	"address-and-port-dependent", NULL };
static const char *const types[] = { "full-cone", "restricted", "port-restricted",
	"symmetric", NULL };
static const char *const protocols[] = { "tcp", "udp", NULL };

/* RFC 3489 5 in the words of RFC 4787 4.1 and 5; by index of types. */
static const struct {
	int mapping, filtering; /* enum nat_behaviour */
} meanings[] = {
	{ NAT_ENDPOINT_INDEPENDENT, NAT_ENDPOINT_INDEPENDENT },
	{ NAT_ENDPOINT_INDEPENDENT, NAT_ADDRESS_DEPENDENT },
	{ NAT_ENDPOINT_INDEPENDENT, NAT_ADDRESS_AND_PORT_DEPENDENT },
	{ NAT_ADDRESS_AND_PORT_DEPENDENT, NAT_ADDRESS_AND_PORT_DEPENDENT },
};

// clang-format off
static const struct conf_row forward_rows[] = {
	{ ROW(nat_forward, protocol, "protocol", CONF_ENUM, "of what comes"),
	  .names = protocols, .dflt = "tcp" },
	{ ROW(nat_forward, port, "port", CONF_UINT, "at the outside address"),
	  .is_required = true, .min = 1, .max = UINT16_MAX },
	{ ROW(nat_forward, to, "to", CONF_IPV4, "the address inside that gets it"),
	  .is_required = true },
	{ ROW(nat_forward, to_port, "to-port", CONF_UINT, "its port; the same if absent"),
	  .min = 1, .max = UINT16_MAX },
	{ NULL },
};

const struct conf_row node_nat_rows[] = {
	NODE_ROW_KIND,
	{ ROW(node, nat.outside_conf, "outside", CONF_NODE,
	      "eth0, whose address all others are seen with: \"SWITCH ADDRESS/PREFIX\" or a mapping"),
	  .is_required = true, .schema = topology_port_schema },
	{ ROW(node, nat.inside_conf, "inside", CONF_NODE,
	      "eth1, or a list of eth1 and further ones, each as outside"),
	  .is_required = true, .schema = topology_inside_schema },
	{ ROW(node, router, "router", CONF_IPV4,
	      "its default router outside; the only router of that segment, if there is one, if absent"),
	  .word = "none" },
	{ ROW(node, routes, "routes", CONF_OBJECTS, "networks that are no port's own"),
	  .rows = node_route_rows, .item_size = sizeof(struct node_route),
	  .max = ROUTER_ROUTES_MAX },
	{ ROW(node, nat.type, "type", CONF_ENUM,
	      "of UDP, mapping and filtering in one word, RFC 3489 5"),
	  .names = types, .dflt = "port-restricted" },
	{ ROW(node, nat.mapping, "mapping", CONF_ENUM,
	      "for whom an endpoint inside keeps its port outside, RFC 4787 4.1; instead of type, whose default says what the file does not"),
	  .names = behaviours },
	{ ROW(node, nat.filtering, "filtering", CONF_ENUM,
	      "who may send to such a port, RFC 4787 5; instead of type"), .names = behaviours },
	{ ROW(node, nat.timeout, "timeout", CONF_DURATION,
	      "after which a port of UDP without packets is given up, RFC 4787 4.3; whole seconds"),
	  .min = NS_PER_S, .max = 3600 * NS_PER_S, .dflt = "5m" },
	{ ROW(node, nat.limit, "limit", CONF_UINT,
	      "of each address inside, flows at a time, as a provider's NAT has (RFC 6888 4); one more is refused by ICMP; any number if absent"),
	  .min = 1, .max = 65535 },
	{ ROW(node, nat.forwards, "forward", CONF_OBJECTS,
	      "ports of the outside address that lead to somebody inside"),
	  .rows = forward_rows, .item_size = sizeof(struct nat_forward),
	  .max = NAT_FORWARDS_MAX },
	{ ROW(node, nat.hairpin, "hairpin", CONF_BOOL,
	      "whether those inside reach each other at the outside address, RFC 4787 6: where it is forwarded, and with full-cone wherever a port is mapped"),
	  .dflt = "false" },
	{ NULL },
};
// clang-format on

const char *nat_behaviour_name(enum nat_behaviour behaviour)
{
	return behaviours[behaviour];
}

const char *nat_type_name(const struct node_nat *nat)
{
	for (size_t i = 0; types[i]; i++) {
		if (meanings[i].mapping == nat->mapping &&
		    meanings[i].filtering == nat->filtering)
			return types[i];
	}
	return NULL;
}

/* One word, or two. */
static int check_type(struct topology *t, struct node *node, struct error *err)
{
	const struct conf_node *type = conf_get(node->conf, "type");
	const struct conf_node *mapping = conf_get(node->conf, "mapping");
	const struct conf_node *filtering = conf_get(node->conf, "filtering");
	struct node_nat *nat = &node->nat;

	if (type && (mapping || filtering))
		return conf_fail(t->doc, mapping ? mapping : filtering,
		    "leave \"type\" out, or this", err,
		    "\"type\" says what mapping and filtering are");
	if (!mapping)
		nat->mapping = meanings[nat->type].mapping;
	if (!filtering)
		nat->filtering = meanings[nat->type].filtering;
	return 0;
}

static int check_timeout(const struct topology *t, const struct node *node,
    struct error *err)
{
	if (node->nat.timeout % NS_PER_S == 0)
		return 0;
	return conf_fail(t->doc, node_at(node, "timeout"), NULL, err,
	    "\"timeout\" wants whole seconds");
}

/* ---- forwarded ports ------------------------------------------------------------------- */

static bool is_inside(const struct node *node, uint32_t address)
{
	for (size_t i = 1; i < node->n_ports; i++) {
		const struct conf_ipv4_net *net = &node->ports[i].address;
		const struct conf_ipv4_net to = { address, net->prefix };
		uint32_t host = address & ~ipv4_mask(net->prefix);
		bool is_host =
		    net->prefix >= 31 || (host != 0 && host != ~ipv4_mask(net->prefix));

		if (conf_ipv4_net_is_same(&to, net) && address != net->address)
			return is_host;
	}
	return false;
}

static int check_forward(const struct topology *t, const struct node *node, size_t i,
    const struct conf_node *conf, struct error *err)
{
	struct nat_forward *all = node->nat.forwards.items;
	char text[IPV4_TEXT_MAX], hint[160];

	if (all[i].to_port == 0)
		all[i].to_port = all[i].port;
	for (size_t k = 0; k < i; k++) {
		if (all[k].port == all[i].port && all[k].protocol == all[i].protocol)
			return conf_fail(t->doc, conf_get(conf, "port"), NULL, err,
			    "this port is forwarded already");
	}
	if (is_inside(node, all[i].to))
		return 0;
	return conf_fail(t->doc, conf_get(conf, "to"),
	    topology_list_networks(node, 1, hint, sizeof(hint)), err,
	    "%s is nobody inside of \"%s\"", ipv4_text(all[i].to, text), node->name);
}

static int check_forwards(const struct topology *t, const struct node *node,
    struct error *err)
{
	const struct conf_node *list = conf_get(node->conf, "forward");
	int worst = 0;

	for (size_t i = 0; i < node->nat.forwards.len; i++) {
		int r = check_forward(t, node, i, list->items[i], err);

		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

bool nat_is_full_cone(const struct node_nat *nat)
{
	return nat->mapping == NAT_ENDPOINT_INDEPENDENT &&
	       nat->filtering == NAT_ENDPOINT_INDEPENDENT;
}

/* Whoever is inside has another address until it is through: filters that look at it would see the
 * wrong one. */
static int check_hairpin(const struct topology *t, const struct node *node,
    struct error *err)
{
	const struct node_nat *nat = &node->nat;

	if (!nat->hairpin || nat_is_full_cone(nat) || nat->forwards.len > 0)
		return 0;
	return conf_fail(t->doc, node_at(node, "hairpin"),
	    "with \"type: full-cone\", or with a port to \"forward\"", err,
	    "there is nothing that \"hairpin\" could lead to");
}

/* What of IPv6 passes it would pass a router, with no NAT to look at. */
static int check_ports(const struct topology *t, const struct node *node,
    struct error *err)
{
	for (size_t i = 0; i < node->n_ports; i++) {
		const struct conf_node *conf = node->ports[i].attach.conf;
		const struct conf_node *ra = conf_get(conf, "ra");

		if (ra || node->ports[i].address6.prefix > 0)
			return conf_fail(t->doc, ra ? ra : conf_get(conf, "address"),
			    "a router beside it sends IPv6 on", err,
			    "a NAT knows IPv4 alone");
	}
	return 0;
}

int topology_check_nat(struct topology *t, struct node *node,
    const struct topology_options *options, struct error *err)
{
	int worst = 0, r = check_type(t, node, err);

	(void)options;
	if (conf_go_on(t->doc, r, &worst))
		r = check_ports(t, node, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_timeout(t, node, err);
	if (conf_go_on(t->doc, r, &worst))
		r = topology_check_routes(t, node, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_forwards(t, node, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_hairpin(t, node, err);
	return r < 0 ? r : worst;
}
