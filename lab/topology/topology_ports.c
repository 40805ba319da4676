/* The ports of nodes that have several: "lan 10.0.0.1/24", or a mapping with the same. */
#include "lab/topology/topology_internal.h"
#include "lib/base/json.h"

#include <stdio.h>
#include <string.h>

// clang-format off
#define ROW(struct_, member, key_, type_, help_) \
	.key = key_, .type = type_, .offset = offsetof(struct struct_, member), .help = help_

const struct conf_row node_port_rows[] = {
	{ ROW(node_port, attach.switch_name, "switch", CONF_STR, "the switch it plugs into"),
	  .is_required = true },
	{ ROW(node_port, address, "address", CONF_IP_NETS,
	      "its address there, such as 10.0.0.1/24 or 2001:db8::1/64"),
	  .offset6 = offsetof(struct node_port, address6), .is_required = true },
	{ ROW(node_port, ra, "ra", CONF_OBJECT,
	      "what a router with an address of IPv6 there announces of it"), .rows = port_ra_rows },
	{ ROW(node_port, attach.port, "port", CONF_STR, "name of the port there, at most 15 characters"),
	  .min = 1, .max = 15 },
	{ NULL },
};
// clang-format on

/* The part of a scalar from that byte on, as a node of its own. */
static struct conf_node *part_of(struct topology *t, const struct conf_node *at,
    struct str text)
{
	struct conf_node *part = arena_alloc(&t->doc->arena, sizeof(*part));
	char *copy = arena_strdup(&t->doc->arena, text);

	if (!part || !copy)
		return NULL;
	*part = *at;
	part->text = str_make(copy, text.len);
	if (!at->is_quoted && at->width == at->text.len) {
		part->column += (uint32_t)(text.p - at->text.p);
		part->width = (uint32_t)text.len;
	}
	return part;
}

/* What stands for the addresses: one word, or one of each family. */
static struct conf_node *addresses_of(struct topology *t, const struct conf_node *at,
    struct str text)
{
	struct str second, first = str_cut(text, ' ', &second);
	struct conf_node *list = part_of(t, at, text);

	second = str_trim(second);
	if (!list || second.len == 0)
		return list;
	list->kind = CONF_SEQUENCE;
	list->len = 2;
	list->items = arena_array(&t->doc->arena, 2, sizeof(*list->items));
	if (!list->items)
		return NULL;
	list->items[0] = part_of(t, at, first);
	list->items[1] = part_of(t, at, second);
	return list->items[0] && list->items[1] ? list : NULL;
}

/* The short form as the mapping that it stands for. */
static const struct conf_node *as_mapping(struct topology *t,
    const struct conf_node *at)
{
	static const char *const keys[] = { "switch", "address" };
	struct str parts[2];
	struct conf_pair *pairs = arena_array(&t->doc->arena, 2, sizeof(*pairs));
	struct conf_node *mapping = arena_alloc(&t->doc->arena, sizeof(*mapping));

	if (!pairs || !mapping)
		return NULL;
	parts[0] = str_cut(at->text, ' ', &parts[1]);
	parts[1] = str_trim(parts[1]);
	*mapping = *at;
	mapping->kind = CONF_MAPPING;
	mapping->pairs = pairs;
	mapping->len = 2;
	for (size_t i = 0; i < 2; i++) {
		pairs[i].value =
		    i == 0 ? part_of(t, at, parts[i]) : addresses_of(t, at, parts[i]);
		pairs[i].key = part_of(t, at, parts[i]);
		if (!pairs[i].value || !pairs[i].key)
			return NULL;
		pairs[i].key->text = str_of(keys[i]);
	}
	return mapping;
}

static int bind_port(struct topology *t, const struct conf_node *at,
    struct node_port *port, struct error *err)
{
	const struct conf_node *mapping = at;

	if (at->kind == CONF_SCALAR && str_find_char(at->text, ' ') < at->text.len)
		mapping = as_mapping(t, at);
	if (!mapping)
		return topology_fail_memory(t, err);
	if (mapping->kind != CONF_MAPPING)
		return conf_fail(t->doc, at,
		    "such as \"lan 10.0.0.1/24\", or {switch: lan, address: "
		    "10.0.0.1/24}",
		    err, "a port wants its switch and its address");
	port->attach.conf = mapping;
	return conf_bind(t->doc, mapping, node_port_rows, port, err);
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

static int check_number(const struct topology *t, const struct port_confs *confs,
    struct error *err)
{
	size_t n = count_ports(confs);

	if (n < 2)
		return conf_fail(t->doc, confs->list,
		    confs->first ? "such as lan 192.168.1.1/24"
				 : "such as [core 10.0.0.1/24, lan 10.0.1.1/24]",
		    err,
		    confs->first ? "\"inside\" wants a port, or a list of them"
				 : "\"ports\" wants a list of two and more");
	if (n > ROUTER_PORTS_MAX)
		return conf_fail(t->doc, confs->list, NULL, err,
		    "%zu ports; %d is the most", n, ROUTER_PORTS_MAX);
	return 0;
}

int topology_bind_ports(struct topology *t, struct node *node, struct error *err)
{
	const struct port_confs confs = find_ports(node);
	int worst = 0, r;

	if (!confs.list || (node->kind == NODE_NAT && !confs.first))
		return 0;
	r = check_number(t, &confs, err);
	if (r < 0)
		return r;
	node->n_ports = count_ports(&confs);
	node->ports = arena_array(&t->doc->arena, node->n_ports, sizeof(*node->ports));
	if (!node->ports)
		return topology_fail_memory(t, err);
	for (size_t i = 0; i < node->n_ports; i++) {
		const struct conf_node *at =
		    i == 0 && confs.first
			? confs.first
			: topology_item(confs.list, i - (confs.first ? 1 : 0));

		r = bind_port(t, at, &node->ports[i], err);
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	node->attach = node->ports[0].attach;
	node->address = node->ports[0].address;
	node->address6 = node->ports[0].address6;
	return worst;
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
	json_uint(json, "minItems", 2);
	json_uint(json, "maxItems", ROUTER_PORTS_MAX);
	topology_port_schema(json, "items");
	json_object_end(json);
}
