/* The ports of nodes that have several: "lan 10.0.0.1/24", or a mapping with the same. */
#include "lab/topology/topology_internal.h"
#include "lab/topology/topology_node_rows.h"
#include "lib/base/json.h"

#include <stdio.h>
#include <string.h>

// clang-format off
const struct conf_row node_port_rows[] = {
	{ ROW(node_port, attach.switch_name, "switch", CONF_STR, "the switch it plugs into"),
	  .is_required = true },
	{ ROW(node_port, address, "address", CONF_IP_NETS,
	      "its address there, such as 10.0.0.1/24 or 2001:db8::1/64; the VLANs of a \"trunk\" have theirs"),
	  .offset6 = offsetof(struct node_port, address6) },
	{ ROW(node_port, ra, "ra", CONF_OBJECT,
	      "what a router with an address of IPv6 there announces of it"), .rows = port_ra_rows },
	CABLE_ROWS(node_port, attach.),
	{ NULL },
};
// clang-format on

static int check_address(const struct topology *t, const struct node_port *port,
    struct error *err)
{
	const struct conf_node *at = conf_get(port->attach.conf, "address");

	if (attach_is_trunk(&port->attach) && at)
		return conf_fail(t->doc, at,
		    "trunk: [10 10.0.10.1/24, 20 10.0.20.1/24]", err,
		    "each VLAN of a trunk has an address of its own");
	if (!attach_is_trunk(&port->attach) && !at)
		return conf_fail(t->doc, port->attach.conf,
		    "its address there, such as 10.0.0.1/24 or 2001:db8::1/64", err,
		    "\"address\" is missing");
	return 0;
}

static int bind_port(struct topology *t, const struct conf_node *at,
    struct node_port *port, struct error *err)
{
	const struct conf_node *mapping = at;
	int worst = 0, r;

	if (at->kind == CONF_SCALAR && str_find_char(at->text, ' ') < at->text.len)
		mapping = topology_as_mapping(t, at, "switch", "address");
	if (!mapping)
		return topology_fail_memory(t, err);
	if (mapping->kind != CONF_MAPPING)
		return conf_fail(t->doc, at,
		    "such as \"lan 10.0.0.1/24\", or {switch: lan, address: "
		    "10.0.0.1/24}",
		    err, "a port wants its switch and its address");
	port->attach.conf = mapping;
	r = conf_bind(t->doc, mapping, node_port_rows, port, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_address(t, port, err);
	if (conf_go_on(t->doc, r, &worst))
		r = topology_bind_link(t, &port->attach, 1, err);
	if (conf_go_on(t->doc, r, &worst))
		r = topology_bind_trunk(t, &port->attach, err);
	return r < 0 ? r : worst;
}

/* ---- interfaces ------------------------------------------------------------------------ */

/* Those of a cable, which is *port already: as many as it has VLANs. */
static void put_trunk(const struct node_port *cable, struct node_port *port)
{
	const struct attach *attach = &cable->attach;

	for (size_t i = 0; i < attach->n_trunk; i++) {
		const struct attach_vlan *vlan = &attach->trunk[i];

		port[i] = *cable;
		port[i].attach.conf = vlan->conf;
		port[i].address = vlan->address;
		port[i].address6 = vlan->address6;
		port[i].ra = vlan->ra;
		port[i].vlan = vlan->vlan == attach->native ? 0 : (uint32_t)vlan->vlan;
		port[i].is_first = i == 0;
		if (i > 0)
			port[i].attach.link.is_set = false;
	}
}

/* From cables, of which there are so many, to interfaces. */
static int expand(struct topology *t, struct node *node, struct node_port *cables,
    size_t n, const struct conf_node *at, struct error *err)
{
	size_t k = 0;

	node->n_ports = 0;
	for (size_t i = 0; i < n; i++)
		node->n_ports += MAX(cables[i].attach.n_trunk, (size_t)1);
	if (node->n_ports > ROUTER_PORTS_MAX)
		return conf_fail(t->doc, at, NULL, err,
		    "%zu interfaces; %d is the most", node->n_ports, ROUTER_PORTS_MAX);
	node->ports = arena_array(&t->doc->arena, node->n_ports, sizeof(*node->ports));
	if (!node->ports)
		return topology_fail_memory(t, err);
	for (size_t i = 0; i < n; i++) {
		struct node_port *port = &node->ports[k];

		cables[i].cable = (uint32_t)i;
		cables[i].is_first = true;
		*port = cables[i];
		put_trunk(&cables[i], port);
		k += MAX(cables[i].attach.n_trunk, (size_t)1);
	}
	node->attach = node->ports[0].attach;
	node->address = node->ports[0].address;
	node->address6 = node->ports[0].address6;
	return 0;
}

/* What stands for each port: those of a router, or outside and inside of a NAT. Null where they
 * are missing, which was told. */
struct port_confs {
	const struct conf_node *first; /* or null */
	const struct conf_node *list;  /* of those behind it: one, or a list */
};

static struct port_confs find_ports(const struct node *node)
{
	if (node->kind == NODE_NAT)
		return (
		    struct port_confs){ node->nat.outside_conf, node->nat.inside_conf };
	return (struct port_confs){ NULL, node->ports_conf };
}

static size_t count_ports(const struct port_confs *confs)
{
	return (confs->first ? 1 : 0) +
	       (confs->list->kind == CONF_SEQUENCE ? confs->list->len : 1);
}

static bool is_trunk(const struct port_confs *confs)
{
	const struct conf_node *list = confs->list;

	return list->kind == CONF_SEQUENCE && list->len == 1 &&
	       conf_get(list->items[0], "trunk");
}

/* A router may have one, if that is a trunk. */
static int check_number(const struct topology *t, const struct port_confs *confs,
    struct error *err)
{
	size_t n = count_ports(confs);

	if (n < 2 && !is_trunk(confs))
		return conf_fail(t->doc, confs->list,
		    confs->first ? "such as lan 192.168.1.1/24"
				 : "such as [core 10.0.0.1/24, lan 10.0.1.1/24]",
		    err,
		    confs->first
			? "\"inside\" wants a port, or a list of them"
			: "\"ports\" wants a list of two and more, or a trunk");
	if (n > ROUTER_PORTS_MAX)
		return conf_fail(t->doc, confs->list, NULL, err,
		    "%zu ports; %d is the most", n, ROUTER_PORTS_MAX);
	return 0;
}

int topology_bind_ports(struct topology *t, struct node *node, struct error *err)
{
	const struct port_confs confs = find_ports(node);
	struct node_port *cables;
	size_t n;
	int worst = 0, r;

	if (!confs.list || (node->kind == NODE_NAT && !confs.first))
		return 0;
	r = check_number(t, &confs, err);
	if (r < 0)
		return r;
	n = count_ports(&confs);
	cables = arena_array(&t->doc->arena, n, sizeof(*cables));
	if (!cables)
		return topology_fail_memory(t, err);
	for (size_t i = 0; i < n; i++) {
		const struct conf_node *at =
		    i == 0 && confs.first
			? confs.first
			: topology_item(confs.list, i - (confs.first ? 1 : 0));

		r = bind_port(t, at, &cables[i], err);
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	r = expand(t, node, cables, n, confs.list, err);
	return r < 0 ? r : worst;
}

/* ---- schema -------------------------------------------------------------------------- */

void topology_port_schema(struct json *json, const char *key)
{
	json_object_begin(json, key);
	json_text(json, "description", "a switch and the address there");
	json_array_begin(json, "anyOf");
	json_object_begin(json, NULL);
	json_text(json, "type", "string");
	json_text(json, "pattern", "^[^ ]+( +[0-9A-Fa-f.:]+/[0-9]{1,3}){1,2}$");
	json_object_end(json);
	conf_schema_object(json, NULL, NULL, node_port_rows);
	json_array_end(json);
	json_object_end(json);
}

void topology_inside_schema(struct json *json, const char *key)
{
	json_object_begin(json, key);
	json_text(json, "description", "eth1, or a list of eth1 and further ones");
	json_array_begin(json, "anyOf");
	topology_port_schema(json, NULL);
	json_object_begin(json, NULL);
	json_text(json, "type", "array");
	json_uint(json, "minItems", 1);
	json_uint(json, "maxItems", ROUTER_PORTS_MAX - 1);
	topology_port_schema(json, "items");
	json_object_end(json);
	json_array_end(json);
	json_object_end(json);
}

void topology_ports_schema(struct json *json, const char *key)
{
	json_object_begin(json, key);
	json_text(json, "description", "its interfaces: eth0, eth1 and so on");
	json_text(json, "type", "array");
	json_uint(json, "minItems", 1);
	json_uint(json, "maxItems", ROUTER_PORTS_MAX);
	topology_port_schema(json, "items");
	json_object_end(json);
}
