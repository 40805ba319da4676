/* What a router runs: a DHCP relay, or what announces it by IPv6 (agents/router/routerd.h). */
#include "lab/launch/launch_internal.h"

#include "lib/base/json.h"
#include "lib/base/text.h"

static void put_port(struct json *json, const struct node *node, size_t i)
{
	const struct node_port *port = &node->ports[i];
	char text[IPV6_TEXT_MAX + 8], ip[IPV6_TEXT_MAX];

	json_object_begin(json, NULL);
	json_text(json, "interface", node_port_name(node, i, text));
	(void)snprintf(text, sizeof(text), "%s/%u",
	    ipv6_text(port->address6.address, ip), port->address6.prefix);
	json_text(json, "prefix", text);
	json_bool(json, "managed", port->ra.managed);
	json_bool(json, "other", port->ra.other);
	json_bool(json, "slaac", port->ra.slaac);
	launch_put_duration(json, "interval", port->ra.interval);
	launch_put_duration(json, "lifetime", port->ra.lifetime);
	if (port->ra.dns.len > 0) {
		json_array_begin(json, "dns");
		for (size_t k = 0; k < port->ra.dns.len; k++)
			json_text(json, NULL, ipv6_text(port->ra.dns_addresses[k], ip));
		json_array_end(json);
	}
	json_object_end(json);
}

static void launch_announcer(struct launch *launch, const struct node *node)
{
	struct json json = json_writer(&launch->conf, 1);

	launch_agent(launch, node, "routerd");
	json_object_begin(&json, NULL);
	json_text(&json, "node", node->name);
	json_array_begin(&json, "ports");
	for (size_t i = 0; i < node->n_ports; i++) {
		if (node_port_announces(&node->ports[i]))
			put_port(&json, node, i);
	}
	json_array_end(&json);
	json_object_end(&json);
}

int launch_firewall(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	(void)context;
	(void)err;
	if (node_runs(node))
		launch_announcer(launch, node);
	return 0;
}

int launch_router(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	(void)err;
	if (node->routing.relay.len > 0)
		launch_relay(context, node, launch);
	else if (node_runs(node))
		launch_announcer(launch, node);
	return 0;
}
