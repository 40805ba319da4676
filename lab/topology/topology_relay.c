/* The DHCP relay of a router: its servers are there, and its program can write what it is to. The
 * snooping of a switch: its trusted ports are there. */
#include "lab/topology/topology_internal.h"
#include "lab/topology/topology_node_rows.h"
#include "lib/base/json.h"
#include "lib/base/text.h"
#include "lib/relay/relay.h"
#include "lib/relay/relay_id.h"

#include <stdio.h>

static const char *const engine_names[] = { "builtin", "dnsmasq", "isc", NULL };

// clang-format off
const struct conf_row node_relay_rows[] = {
	{ ROW(node_router, relay, "to", CONF_STRINGS,
	      "DHCP servers: names of dhcp nodes or addresses"), .is_required = true, .min = 1,
	  .max = RELAY_SERVERS_MAX },
	{ ROW(node_router, engine, "engine", CONF_ENUM,
	      "which program relays; isc is dhcrelay of the package isc-dhcp-relay"),
	  .names = engine_names, .dflt = "builtin" },
	{ ROW(node_router, circuit_id, "circuit-id", CONF_STR,
	      "sub-option 1 of option 82: text in which {port} (eth1), {router}, {address} and {mac} are filled in; none if absent"),
	  .min = 1, .max = OPT82_BYTES_MAX },
	{ ROW(node_router, remote_id, "remote-id", CONF_STR, "sub-option 2, the same"),
	  .min = 1, .max = OPT82_BYTES_MAX },
	{ ROW(node_router, hops, "hops", CONF_UINT,
	      "relays that a request may have passed before"), .max = RELAY_HOPS_MAX,
	  .dflt = "16" },
	{ ROW(node_router, trusted, "trusted", CONF_STRINGS,
	      "interfaces (eth1) whose requests may have an option 82 already; of others they are dropped"),
	  .max = ROUTER_PORTS_MAX },
	{ NULL },
};
// clang-format on

void topology_relay_schema(struct json *json, const char *key)
{
	json_object_begin(json, key);
	json_text(json, "description",
	    "DHCP servers that the clients of its other ports are relayed to");
	json_array_begin(json, "anyOf");
	json_object_begin(json, NULL);
	json_text(json, "type", "string");
	json_object_end(json);
	json_object_begin(json, NULL);
	json_text(json, "type", "array");
	json_uint(json, "maxItems", RELAY_SERVERS_MAX);
	json_object_begin(json, "items");
	json_text(json, "type", "string");
	json_object_end(json);
	json_object_end(json);
	conf_schema_object(json, NULL, NULL, node_relay_rows);
	json_array_end(json);
	json_object_end(json);
}

/* ---- servers -------------------------------------------------------------------------- */

static bool has_port_at(const struct node *node, uint32_t address)
{
	for (size_t i = 0; i < node->n_ports; i++) {
		if (node->ports[i].address.address == address)
			return true;
	}
	return false;
}

static int find_server(struct topology *t, const struct node *router,
    const struct conf_node *at, const char *name, uint32_t *ret, struct error *err)
{
	struct node *node;
	int r;

	if (ipv4_parse(str_of(name), ret) == 0) {
		if (!has_port_at(router, *ret))
			return 0;
		return conf_fail(t->doc, at,
		    "the name of a dhcp node, or the address of one", err,
		    "%s is \"%s\" itself", name, router->name);
	}
	r = topology_find(t, name, NODE_DHCP, "the name of a dhcp node, or an address",
	    at, &node, err);
	if (r == 0 && node && node->address.prefix == 0)
		return conf_fail(t->doc, at, NULL, err,
		    "\"%s\" has no IPv4 address, and what is relayed is DHCPv4",
		    node->name);
	if (r == 0 && node)
		*ret = node->address.address;
	return r;
}

static int find_servers(struct topology *t, struct node *node, struct error *err)
{
	struct node_router *routing = &node->routing;
	const struct conf_node *list = routing->relay_conf;
	int worst = 0;

	if (list->kind == CONF_MAPPING)
		list = conf_get(list, "to");
	routing->relay_to =
	    arena_array(&t->doc->arena, routing->relay.len, sizeof(*routing->relay_to));
	if (!routing->relay_to)
		return topology_fail_memory(t, err);
	for (size_t i = 0; i < routing->relay.len; i++) {
		int r = find_server(t, node, topology_item(list, i),
		    routing->relay.items[i], &routing->relay_to[i], err);

		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

/* ---- option 82 ------------------------------------------------------------------------ */

static int port_of(const struct node *node, const char *name)
{
	char text[PORT_NAME_MAX];

	for (size_t i = 0; i < node->n_ports; i++) {
		if (strcmp(node_port_name(node, i, text), name) == 0)
			return (int)i;
	}
	return -1;
}

static int check_trusted(struct topology *t, const struct node *node, struct error *err)
{
	const struct conf_node *list = conf_get(node->routing.relay_conf, "trusted");
	int worst = 0;

	for (size_t i = 0; i < node->routing.trusted.len; i++) {
		const char *name = node->routing.trusted.items[i];
		char hint[64], last[PORT_NAME_MAX];
		int r = 0;

		(void)snprintf(hint, sizeof(hint), "eth0 to %s, as of \"ports\"",
		    node_port_name(node, node->n_ports - 1, last));
		if (port_of(node, name) < 0)
			r = conf_fail(t->doc, topology_item(list, i), hint, err,
			    "\"%s\" has no interface \"%.80s\"", node->name, name);
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

/* Fills in what is longest. Its length, or -1, which was told. */
static int write_id(const struct topology *t, const struct node *node, const char *key,
    const char *text, uint8_t bytes[OPT82_BYTES_MAX], struct error *err)
{
	const struct conf_node *at = conf_get(node->routing.relay_conf, key);
	struct relay_id_facts facts = { .router = node->name, .address = UINT32_MAX };
	struct error why = ERROR_NULL;
	char port[PORT_NAME_MAX] = "", name[PORT_NAME_MAX];
	int n;

	for (size_t i = 0; i < node->n_ports; i++) {
		if (strlen(node_port_name(node, i, name)) >= strlen(port))
			(void)node_port_name(node, i, port);
	}
	facts.port = port;
	n = text ? relay_id_write(bytes, text, &facts, &why) : 0;
	return n < 0 ? conf_fail(t->doc, at, NULL, err, "%s", why.text) : n;
}

static int check_ids(struct topology *t, const struct node *node, struct error *err)
{
	const struct node_router *routing = &node->routing;
	uint8_t circuit_id[OPT82_BYTES_MAX], remote_id[OPT82_BYTES_MAX];
	uint8_t bytes[OPT82_BYTES_MAX];
	struct opt82 option = { STR_NULL, STR_NULL };
	int n = write_id(t, node, "circuit-id", routing->circuit_id, circuit_id, err);
	int m;

	if (n < 0)
		return n;
	m = write_id(t, node, "remote-id", routing->remote_id, remote_id, err);
	if (m < 0)
		return m;
	if (routing->circuit_id)
		option.circuit_id = str_make(circuit_id, (size_t)n);
	if (routing->remote_id)
		option.remote_id = str_make(remote_id, (size_t)m);
	if (opt82_write(bytes, &option) >= 0)
		return 0;
	return conf_fail(t->doc,
	    conf_get(routing->relay_conf,
		routing->remote_id ? "remote-id" : "circuit-id"),
	    NULL, err, "option 82 would be longer than %d bytes", OPT82_BYTES_MAX);
}

/* What dnsmasq and dhcrelay cannot be told. */
static int check_engine(struct topology *t, const struct node *node, struct error *err)
{
	static const struct {
		const char *key, *of_dnsmasq, *of_isc; /* null: it can */
	} rows[] = {
		{ "circuit-id", "dnsmasq writes no option 82", NULL },
		{ "remote-id", "dnsmasq writes no option 82",
		    "dhcrelay writes no remote-id" },
		{ "trusted", "dnsmasq trusts every port",
		    "dhcrelay trusts every port" },
		{ "hops", "dnsmasq has a limit of its own", NULL },
	};
	const struct node_router *routing = &node->routing;
	const struct conf_node *at;

	if (routing->engine == RELAY_ENGINE_BUILTIN)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *why = routing->engine == RELAY_ENGINE_ISC
				      ? rows[i].of_isc
				      : rows[i].of_dnsmasq;

		at = conf_get(routing->relay_conf, rows[i].key);
		if (at && why)
			return conf_fail(t->doc, at, "or engine: builtin", err, "%s",
			    why);
	}
	if (routing->engine == RELAY_ENGINE_ISC && routing->circuit_id &&
	    strcmp(routing->circuit_id, "{port}") != 0)
		return conf_fail(t->doc, conf_get(routing->relay_conf, "circuit-id"),
		    "circuit-id: \"{port}\", or engine: builtin", err,
		    "dhcrelay writes the name of its interface, and no other text");
	return 0;
}

/* ---- all of it ------------------------------------------------------------------------ */

/* The short form is the servers alone. */
static int read_relay(struct topology *t, struct node *node, struct error *err)
{
	const struct conf_node *at = node->routing.relay_conf;
	struct conf_node key = *at, mapping = *node->conf;
	struct conf_pair only = { &key, NULL };

	if (at->kind == CONF_MAPPING)
		return conf_bind(t->doc, at, node_relay_rows, &node->routing, err);
	for (size_t i = 0; i < node->conf->len; i++) {
		if (node->conf->pairs[i].value == at)
			only.value = node->conf->pairs[i].value;
	}
	key.kind = CONF_SCALAR;
	key.text = STR("to");
	mapping.pairs = &only;
	mapping.len = 1;
	return conf_bind(t->doc, &mapping, node_relay_rows, &node->routing, err);
}

int topology_check_relay(struct topology *t, struct node *node, struct error *err)
{
	static int (*const checks[])(struct topology * t, const struct node *node,
	    struct error *err) = { check_engine, check_ids, check_trusted };
	int worst = 0, r;

	if (!node->routing.relay_conf)
		return 0;
	r = read_relay(t, node, err);
	if (r < 0)
		return r;
	r = find_servers(t, node, err);
	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		if (!conf_go_on(t->doc, r, &worst))
			return r;
		r = checks[i](t, node, err);
	}
	return conf_go_on(t->doc, r, &worst) ? worst : r;
}

/* ---- snooping ------------------------------------------------------------------------- */

/* Whether the switch has a port of that name: the one that the file gives it, or the name of what is
 * plugged in there. */
static bool is_port(const struct node *sw, const struct node *node,
    const struct attach *cable, const char *name)
{
	const char *other = cable->to == sw ? node->name : cable->to->name;
	char text[INSTANCE_NAME_MAX];

	if (cable->to == sw && cable->port)
		return strcmp(cable->port, name) == 0;
	if (cable->to != sw && node != sw)
		return false;
	if (node_count(node) < 2 || cable->to != sw)
		return strcmp(other, name) == 0;
	for (uint64_t i = 1; i <= node_count(node); i++) {
		if (strcmp(node_instance_name(node, i, text), name) == 0)
			return true;
	}
	return false;
}

static bool has_port(const struct topology *t, const struct node *sw, const char *name)
{
	const struct attach *cable;

	for (size_t i = 0; i < t->n_nodes; i++) {
		const struct node *node = &t->nodes[i];

		for (size_t k = 0; (cable = node_cable(node, k)); k++) {
			if (cable->to && is_port(sw, node, cable, name))
				return true;
		}
	}
	return false;
}

static int check_trusted_ports(struct topology *t, const struct node *sw,
    struct error *err)
{
	const struct conf_node *list = conf_get(sw->sw.snooping_conf, "trusted");
	int worst = 0;

	for (size_t i = 0; i < sw->sw.trusted.len; i++) {
		const char *name = sw->sw.trusted.items[i];
		int r = 0;

		if (!topology_has_broken(t) && !has_port(t, sw, name))
			r = conf_fail(t->doc, topology_item(list, i),
			    "the name of what is plugged in there, or its \"port\"",
			    err, "\"%s\" has no port \"%.80s\"", sw->name, name);
		else if (!node_port_is_free(str_of(name)))
			r = conf_fail(t->doc, topology_item(list, i),
			    "give it a \"port\" where it is attached", err,
			    "the port of \"%.80s\" is not called so", name);
		if (!conf_go_on(t->doc, r, &worst))
			return r;
	}
	return worst;
}

/* With what is longest filled in. */
static int check_snooping_id(const struct topology *t, const struct node *sw,
    const char *key, const char *text, int *ret_len, struct error *err)
{
	const struct relay_id_facts facts = { .port = "fifteen-letters",
		.router = sw->name };
	uint8_t bytes[OPT82_BYTES_MAX];
	struct error why = ERROR_NULL;
	const struct conf_node *at = conf_get(sw->sw.snooping_conf, key);

	*ret_len = relay_id_write(bytes, text, &facts, &why);
	return *ret_len >= 0 ? 0
			     : conf_fail(t->doc, at ? at : sw->sw.snooping_conf, NULL,
				   err, "%s", why.text);
}

static int check_snooping_ids(const struct topology *t, const struct node *sw,
    struct error *err)
{
	int circuit = 0, remote = 0;
	int r =
	    check_snooping_id(t, sw, "circuit-id", sw->sw.circuit_id, &circuit, err);

	if (r == 0)
		r = check_snooping_id(t, sw, "remote-id", sw->sw.remote_id, &remote,
		    err);
	if (r < 0 || 2 + circuit + 2 + remote <= OPT82_BYTES_MAX)
		return r;
	return conf_fail(t->doc, sw->sw.snooping_conf, NULL, err,
	    "option 82 would be longer than %d bytes", OPT82_BYTES_MAX);
}

int topology_check_snooping(struct topology *t, const struct node *sw,
    struct error *err)
{
	const struct conf_node *at = sw->sw.snooping_conf;
	int worst = 0, r;

	if (!at)
		return 0;
	if (sw->sw.is_managed)
		return conf_fail(t->doc, at, "leave it out, or \"cwmp\"", err,
		    "a switch that informs an ACS does no snooping");
	if (sw->sw.vlans)
		return conf_fail(t->doc, at, "let another switch do it, without VLANs",
		    err, "\"%s\" keeps VLANs apart, and does no snooping beside it",
		    sw->name);
	r = check_trusted_ports(t, sw, err);
	if (conf_go_on(t->doc, r, &worst))
		r = check_snooping_ids(t, sw, err);
	return r < 0 ? r : worst;
}
