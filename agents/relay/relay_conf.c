#include "agents/relay/relay_conf.h"

#include "lib/base/text.h"
#include "lib/relay/relay_id.h"

#include <errno.h>

struct port_row {
	const char *interface;
	struct conf_ipv4_net address;
	bool is_trusted;
};

#define ROW(object, member, name, kind, text)                              \
	.key = (name), .type = (kind), .offset = offsetof(object, member), \
	.help = (text)

// clang-format off
static const struct conf_row port_rows[] = {
	{ ROW(struct port_row, interface, "interface", CONF_STR,
	      "where the clients are"), .is_required = true, .min = 1, .max = 15 },
	{ ROW(struct port_row, address, "address", CONF_IPV4_NET,
	      "the relay's own address there, with its prefix"), .is_required = true },
	{ ROW(struct port_row, is_trusted, "trusted", CONF_BOOL,
	      "also requests that have an option 82 already"), .dflt = "false" },
	{ NULL },
};

const struct conf_row relay_conf_rows[] = {
	{ ROW(struct relay_conf, node, "node", CONF_STR, "name in events"),
	  .dflt = "relay" },
	{ ROW(struct relay_conf, servers, "servers", CONF_STRINGS,
	      "addresses of DHCP servers"), .is_required = true, .min = 1,
	  .max = RELAY_SERVERS_MAX },
	{ ROW(struct relay_conf, circuit_id, "circuit-id", CONF_STR,
	      "sub-option 1 of option 82: text in which {port}, {router}, {address} and {mac} are filled in; none if absent"),
	  .min = 1, .max = OPT82_BYTES_MAX },
	{ ROW(struct relay_conf, remote_id, "remote-id", CONF_STR,
	      "sub-option 2, the same"), .min = 1, .max = OPT82_BYTES_MAX },
	{ ROW(struct relay_conf, hops, "hops", CONF_UINT,
	      "relays that a request may have passed before"), .max = RELAY_HOPS_MAX,
	  .dflt = "16" },
	{ ROW(struct relay_conf, has_neighbours, "neighbours", CONF_BOOL,
	      "tells the kernel who has leased, as permanent neighbours"), .dflt = "false" },
	{ ROW(struct relay_conf, netns, "netns", CONF_STR,
	      "path of a network namespace to enter first") },
	{ ROW(struct relay_conf, ports, "ports", CONF_OBJECTS,
	      "interfaces whose clients are relayed"), .rows = port_rows,
	  .item_size = sizeof(struct port_row), .is_required = true, .min = 1,
	  .max = RELAY_PORTS_MAX },
	{ NULL },
};
// clang-format on

static int fail_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "no memory");
}

/* At the port with the longest name, of the client with the longest MAC: all are as long. */
static int check_id(const struct relay_conf *conf, const char *key, const char *text,
    const struct relay_port *port, struct error *err)
{
	const struct relay_id_facts facts = { port->name, conf->node, UINT32_MAX,
		{ 0 } };
	uint8_t bytes[OPT82_BYTES_MAX];
	struct error why = ERROR_NULL;

	if (!text || relay_id_write(bytes, text, &facts, &why) >= 0)
		return 0;
	return conf_fail(conf->doc, conf_get(conf->doc->root, key), NULL, err, "%s",
	    why.text);
}

static int check_ids(const struct relay_conf *conf, const struct relay_port *port,
    struct error *err)
{
	const struct relay_id_facts facts = { port->name, conf->node, UINT32_MAX,
		{ 0 } };
	uint8_t ids[2][OPT82_BYTES_MAX], bytes[OPT82_BYTES_MAX];
	struct opt82 option = { STR_NULL, STR_NULL };
	int r = check_id(conf, "circuit-id", conf->circuit_id, port, err);

	if (r == 0)
		r = check_id(conf, "remote-id", conf->remote_id, port, err);
	if (r < 0)
		return r;
	if (conf->circuit_id)
		option.circuit_id = str_make(ids[0],
		    (size_t)relay_id_write(ids[0], conf->circuit_id, &facts, NULL));
	if (conf->remote_id)
		option.remote_id = str_make(ids[1],
		    (size_t)relay_id_write(ids[1], conf->remote_id, &facts, NULL));
	if (opt82_write(bytes, &option) >= 0)
		return 0;
	return conf_fail(conf->doc,
	    conf_get(conf->doc->root, conf->remote_id ? "remote-id" : "circuit-id"),
	    NULL, err, "option 82 of %s would be longer than %d bytes", port->name,
	    OPT82_BYTES_MAX);
}

static int read_ports(struct relay_conf *conf, struct error *err)
{
	const struct port_row *rows = conf->ports.items;
	const struct conf_node *list = conf_get(conf->doc->root, "ports");
	struct relay_port *ports =
	    arena_array(&conf->doc->arena, conf->ports.len, sizeof(*ports));

	if (!ports)
		return fail_memory(err);
	for (size_t i = 0; i < conf->ports.len; i++) {
		int r;

		ports[i] =
		    (struct relay_port){ rows[i].interface, rows[i].address.address,
			    rows[i].address.prefix, rows[i].is_trusted };
		for (size_t k = 0; k < i; k++) {
			if (ports[k].address == ports[i].address)
				return conf_fail(conf->doc,
				    conf_get(list->items[i], "address"), NULL, err,
				    "this is the address of another port");
		}
		r = check_ids(conf, &ports[i], err);
		if (r < 0)
			return r;
	}
	conf->relay.ports = ports;
	conf->relay.n_ports = conf->ports.len;
	return 0;
}

static int read_servers(struct relay_conf *conf, struct error *err)
{
	const struct conf_node *list = conf_get(conf->doc->root, "servers");
	uint32_t *servers =
	    arena_array(&conf->doc->arena, conf->servers.len, sizeof(*servers));

	if (!servers)
		return fail_memory(err);
	for (size_t i = 0; i < conf->servers.len; i++) {
		if (ipv4_parse(str_of(conf->servers.items[i]), &servers[i]) < 0)
			return conf_fail(conf->doc,
			    list->kind == CONF_SEQUENCE ? list->items[i] : list, NULL,
			    err, "\"%s\" is no IPv4 address", conf->servers.items[i]);
	}
	conf->relay.servers = servers;
	conf->relay.n_servers = conf->servers.len;
	return 0;
}

int relay_conf_read(struct relay_conf *conf, struct conf_doc *doc, struct error *err)
{
	int r;

	*conf = (struct relay_conf){ .doc = doc };
	r = conf_bind(doc, doc->root, relay_conf_rows, conf, err);
	if (r < 0)
		return r;
	conf->relay.name = conf->node;
	conf->relay.hops_max = (unsigned)conf->hops;
	conf->relay.circuit_id = conf->circuit_id;
	conf->relay.remote_id = conf->remote_id;
	r = read_servers(conf, err);
	return r < 0 ? r : read_ports(conf, err);
}
