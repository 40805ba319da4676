/* The DHCP relay of a router (RFC 1542 4): what a client of one port broadcasts goes to the
 * servers, with the address of that port in giaddr, and comes back the same way. Ours, dnsmasq,
 * or dhcrelay. */
#include "lab/launch/launch_internal.h"

#include "lib/base/compiler.h"
#include "lib/base/json.h"
#include "lib/base/text.h"

/* The clients beside a server reach it without help. */
static bool is_beside(const struct node_port *port, uint32_t server)
{
	const struct conf_ipv4_net other = { server, port->address.prefix };

	return conf_ipv4_net_is_same(&port->address, &other);
}

/* ---- ours ----------------------------------------------------------------------------- */

static bool is_trusted(const struct node_router *routing, const char *name)
{
	for (size_t i = 0; i < routing->trusted.len; i++) {
		if (strcmp(routing->trusted.items[i], name) == 0)
			return true;
	}
	return false;
}

static void put_port(struct json *json, const struct node *node, size_t i)
{
	const struct conf_ipv4_net *net = &node->ports[i].address;
	char name[PORT_NAME_MAX], ip[IPV4_TEXT_MAX], text[IPV4_TEXT_MAX + 4];

	(void)node_port_name(node, i, name);
	(void)snprintf(text, sizeof(text), "%s/%u", ipv4_text(net->address, ip),
	    net->prefix);
	json_object_begin(json, NULL);
	json_text(json, "interface", name);
	json_text(json, "address", text);
	if (is_trusted(&node->routing, name))
		json_bool(json, "trusted", true);
	json_object_end(json);
}

static void launch_relay_builtin(const struct launch_context *context,
    const struct node *node, struct launch *launch)
{
	const struct node_router *routing = &node->routing;
	struct json json = json_writer(&launch->conf, 1);
	char ip[IPV4_TEXT_MAX];

	launch_agent(launch, node, "relay");
	json_object_begin(&json, NULL);
	json_text(&json, "node", node->name);
	json_array_begin(&json, "servers");
	for (size_t i = 0; i < routing->relay.len; i++)
		json_text(&json, NULL, ipv4_text(routing->relay_to[i], ip));
	json_array_end(&json);
	launch_put_text(&json, "circuit-id", routing->circuit_id);
	launch_put_text(&json, "remote-id", routing->remote_id);
	json_uint(&json, "hops", routing->hops);
	if (plan_tells_neighbours(context->plan->topology))
		json_bool(&json, "neighbours", true);
	json_array_begin(&json, "ports");
	for (size_t i = 0; i < node->n_ports; i++) {
		if (node->ports[i].address.prefix > 0)
			put_port(&json, node, i);
	}
	json_array_end(&json);
	json_object_end(&json);
}

/* ---- of others ------------------------------------------------------------------------ */

static void launch_relay_dnsmasq(const struct node *node, struct launch *launch)
{
	const struct node_router *routing = &node->routing;
	char here[IPV4_TEXT_MAX], there[IPV4_TEXT_MAX];

	launch_dnsmasq(launch, node, DHCP_SERVER_PORT);
	buf_append_text(&launch->conf, "port=0\n");
	for (size_t i = 0; i < node->n_ports; i++) {
		for (size_t k = 0; k < routing->relay.len; k++) {
			if (node->ports[i].address.prefix == 0 ||
			    is_beside(&node->ports[i], routing->relay_to[k]))
				continue;
			buf_printf(&launch->conf, "dhcp-relay=%s,%s\n",
			    ipv4_text(node->ports[i].address.address, here),
			    ipv4_text(routing->relay_to[k], there));
		}
	}
}

static bool leads_to_servers(const struct node *node, size_t i)
{
	const struct node_router *routing = &node->routing;

	for (size_t k = 0; k < routing->relay.len; k++) {
		if (is_beside(&node->ports[i], routing->relay_to[k]))
			return true;
	}
	return false;
}

/* Ports beside a server are where replies come from. Servers that are further away are behind any
 * of them. */
static void launch_relay_isc(const struct node *node, struct launch *launch)
{
	const struct node_router *routing = &node->routing;
	bool is_near = false;
	char ip[IPV4_TEXT_MAX], name[PORT_NAME_MAX];

	launch->package = "isc-dhcp-relay";
	launch->udp_port = DHCP_SERVER_PORT;
	launch_arg(launch, "dhcrelay");
	launch_arg(launch, "-4");
	launch_arg(launch, "-d");
	launch_arg(launch, "--no-pid");
	if (routing->circuit_id)
		launch_arg(launch, "-a");
	launch_arg(launch, "-c");
	launch_arg(launch, "%llu", (unsigned long long)routing->hops);
	for (size_t i = 0; i < node->n_ports; i++)
		is_near |= leads_to_servers(node, i);
	for (size_t i = 0; i < node->n_ports; i++) {
		if (node->ports[i].address.prefix == 0)
			continue;
		launch_arg(launch, "%s",
		    !is_near                    ? "-i"
		    : leads_to_servers(node, i) ? "-iu"
						: "-id");
		launch_arg(launch, "%s", node_port_name(node, i, name));
	}
	for (size_t i = 0; i < routing->relay.len; i++)
		launch_arg(launch, "%s", ipv4_text(routing->relay_to[i], ip));
}

void launch_relay(const struct launch_context *context, const struct node *node,
    struct launch *launch)
{
	switch ((enum relay_engine)node->routing.engine) {
	case RELAY_ENGINE_BUILTIN:
		launch_relay_builtin(context, node, launch);
		break;
	case RELAY_ENGINE_DNSMASQ:
		launch_relay_dnsmasq(node, launch);
		break;
	case RELAY_ENGINE_ISC:
		launch_relay_isc(node, launch);
		break;
	}
}
