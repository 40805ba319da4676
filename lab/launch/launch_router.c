/* dnsmasq as the DHCP relay of a router (RFC 1542 4): what a client of one port broadcasts goes to
 * the servers, with the address of that port in giaddr, and comes back the same way. */
#include "lab/launch/launch_internal.h"

#include "lib/base/text.h"

/* The clients beside a server reach it without help. */
static bool is_beside(const struct node_port *port, uint32_t server)
{
	const struct conf_ipv4_net other = { server, port->address.prefix };

	return conf_ipv4_net_is_same(&port->address, &other);
}

int launch_router(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	const struct node_router *routing = &node->routing;
	char here[IPV4_TEXT_MAX], there[IPV4_TEXT_MAX];

	(void)context;
	(void)err;
	if (routing->relay.len == 0)
		return 0;
	launch_dnsmasq(launch, node, DHCP_SERVER_PORT);
	buf_append_text(&launch->conf, "port=0\n");
	for (size_t i = 0; i < node->n_ports; i++) {
		for (size_t k = 0; k < routing->relay.len; k++) {
			if (is_beside(&node->ports[i], routing->relay_to[k]))
				continue;
			buf_printf(&launch->conf, "dhcp-relay=%s,%s\n",
			    ipv4_text(node->ports[i].address.address, here),
			    ipv4_text(routing->relay_to[k], there));
		}
	}
	return 0;
}
