/* The ports of a switch at its console: what the kernel says of them shows there, and what was
 * typed the kernel is told. */
#include "agents/cpe/console/console_internal.h"

#include "agents/cpe/ports/static_routes.h"
#include "agents/cpe/ports/switchboard.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	/* Of switchboard_look(): what is shown is read for it; of what a line only begins with the
	 * kernel has told since it was read. */
	NOW = 0,
	LINE_OLDEST = 20 * NS_PER_MS
};

/* The number of a port that stands at this place of the configuration; 0: it is none. */
static uint32_t number_of(const struct cli_config *config, size_t i)
{
	return config->interfaces[i].kind == CLI_GIGABIT ? (uint32_t)i : 0;
}

static void add_port(struct cli_config *config, uint32_t number)
{
	struct cli_interface *interface = &config->interfaces[number];
	char text[24];

	if (interface->kind != CLI_NO_INTERFACE)
		return;
	config->n_interfaces = MAX(config->n_interfaces, (size_t)number + 1);

	(void)snprintf(text, sizeof(text), "1/0/%" PRIu32, number);
	interface->kind = CLI_GIGABIT;
	cli_text_set(interface->number, sizeof(interface->number), str_of(text));
}

/* The first interface is Vlan-interface1: port number n stands at place n. */
void console_pull_ports(const struct console *console, struct cli_config *config)
{
	const struct cpe *cpe = console->cpe;
	const struct port_table *table;

	if (!cpe->ports)
		return;
	table = switchboard_look(cpe->ports, LINE_OLDEST);
	for (uint32_t i = 1; i <= table->n_ports && i < CLI_PORTS_MAX; i++)
		add_port(config, i);
	for (size_t i = 0; i < config->n_interfaces; i++) {
		const struct port *port = port_table_at(table, number_of(config, i));

		if (port && port->is_there)
			config->interfaces[i].is_shutdown = !port->is_enabled;
	}
}

/* ---- VLANs --------------------------------------------------------------------------------- */

/* A port whose frames never carry a tag is the kernel's business alone. */
static void wish_port(struct vlan_port *port, const struct cli_interface *interface,
    const struct vlan_set *there)
{
	port->pvid = cli_interface_pvid(interface);
	port->is_carried = interface->link_type != CLI_ACCESS;
	if (!port->is_carried)
		return;
	for (unsigned vlan = VLAN_MIN; vlan <= VLAN_MAX; vlan++) {
		enum cli_passes how = vlan_set_has(there, vlan)
					  ? cli_interface_passes(interface, vlan)
					  : CLI_PASSES_NOT;

		if (how == CLI_PASSES_TAGGED)
			vlan_set_add(&port->tagged, vlan, vlan);
		else if (how == CLI_PASSES_UNTAGGED)
			vlan_set_add(&port->untagged, vlan, vlan);
	}
}

static void wish_all(struct vlan_wish *wish, const struct cli_config *config)
{
	struct vlan_set there = vlan_table_set(&config->vlans);

	vlan_wish_init(wish);
	for (size_t i = 0; i < config->n_interfaces; i++) {
		const struct cli_interface *interface = &config->interfaces[i];
		uint32_t number = number_of(config, i);

		if (number > 0 && number <= PORTS_MAX)
			wish_port(&wish->ports[number - 1], interface, &there);
		if (i >= CLI_PORTS_MAX && wish->n_addresses < VLAN_ADDRESSES_MAX)
			wish->addresses[wish->n_addresses++] =
			    (struct vlan_address){ (uint32_t)strtoul(interface->number,
						       NULL, 10),
				    interface->address, interface->prefix };
	}
}

/* What of both configurations would be the same in the kernel. */
static bool has_same_vlans(const struct cli_config *before,
    const struct cli_config *after)
{
	struct vlan_wish first, second;

	if (memcmp(before->interfaces, after->interfaces, sizeof(before->interfaces)) ==
		0 &&
	    memcmp(&before->vlans, &after->vlans, sizeof(before->vlans)) == 0)
		return true;
	wish_all(&first, before);
	wish_all(&second, after);
	return memcmp(&first, &second, sizeof(first)) == 0;
}

int console_push_vlans(const struct console *console, const struct cli_config *config,
    struct error *err)
{
	struct vlan_wish wish;
	int r;

	wish_all(&wish, config);
	r = switchboard_set_vlans(console->cpe->ports, &wish, err);
	/* Next hops are in the networks of VLAN interfaces. */
	return r < 0 ? r : console_push_routes(console, config, err);
}

int console_push_routes(const struct console *console, const struct cli_config *config,
    struct error *err)
{
	return static_routes_set(console->cpe->place, &config->routes, err);
}

/* Its only port is its way to the ACS. */
static int check_only_port(const struct cli_config *before,
    const struct cli_config *after, struct error *err)
{
	for (size_t i = 0; i < after->n_interfaces; i++) {
		const struct cli_interface *interface = &after->interfaces[i];

		if (interface->is_shutdown != before->interfaces[i].is_shutdown)
			return error_set(err, ERR_UNSUPPORTED,
			    "This port cannot be shut down.");
		if (interface->kind == CLI_GIGABIT &&
		    (cli_interface_pvid(interface) != VLAN_DEFAULT ||
			cli_interface_passes(interface, VLAN_DEFAULT) !=
			    CLI_PASSES_UNTAGGED))
			return error_set(err, ERR_UNSUPPORTED,
			    "This port cannot leave VLAN 1.");
		if (i >= CLI_PORTS_MAX)
			return error_set(err, ERR_UNSUPPORTED,
			    "This device has no other VLAN interface.");
	}
	if (after->routes.n > 0)
		return error_set(err, ERR_UNSUPPORTED,
		    "This device has no static routes.");
	return 0;
}

/* ---- what was typed ------------------------------------------------------------------------- */

int console_check_ports(const struct console *console, const struct cli_config *before,
    const struct cli_config *after, struct error *err)
{
	struct vlan_wish wish;

	if (!console->cpe->ports)
		return check_only_port(before, after, err);
	wish_all(&wish, after);
	return vlan_wish_check(&wish, err);
}

int console_push_ports(const struct console *console, const struct cli_config *before,
    const struct cli_config *after, struct error *err)
{
	struct error why = ERROR_NULL;
	int r = console_check_ports(console, before, after, err);

	/* What a start-up file says of VLANs becomes so at its end, and all at once. */
	if (r == 0 && console->cpe->ports && !console->is_loading &&
	    !has_same_vlans(before, after))
		r = console_push_vlans(console, after, &why);
	if (r < 0 && why.text[0])
		return error_set(err, r, "The VLANs are not set: %s.", why.text);
	if (r == 0 && console->cpe->ports && !console->is_loading &&
	    memcmp(&before->routes, &after->routes, sizeof(before->routes)) != 0)
		r = console_push_routes(console, after, &why);
	if (r < 0 && why.text[0])
		return error_set(err, r, "The route is not set: %s.", why.text);
	for (size_t i = 0; r == 0 && i < after->n_interfaces; i++) {
		bool is_shutdown = after->interfaces[i].is_shutdown;

		if (is_shutdown == before->interfaces[i].is_shutdown)
			continue;
		r = switchboard_enable(console->cpe->ports, number_of(after, i),
		    !is_shutdown, &why);
		if (r < 0)
			return error_set(err, r, "The port is not set: %s.", why.text);
	}
	return r;
}

/* ---- displays -------------------------------------------------------------------------- */

static void look_at_port(const struct port *port, struct cli_interface_facts *facts)
{
	facts->is_up = port->has_link;
	memcpy(facts->mac, port->mac, sizeof(facts->mac));
	facts->mtu = port->mtu;
	facts->speed_mbps = port->speed_mbps;
	facts->in = (struct cli_counts){ port->in.packets, port->in.bytes,
		port->multicasts_in, port->in.errors, port->in.drops };
	facts->out = (struct cli_counts){ .packets = port->out.packets,
		.bytes = port->out.bytes,
		.errors = port->out.errors,
		.drops = port->out.drops };
}

static void look_at_macs(const struct port_table *table, struct cli_facts *facts)
{
	facts->n_more_macs = table->n_more_macs;
	for (unsigned i = 0; i < table->n_macs; i++) {
		const struct port_mac *row = &table->macs[i];
		struct cli_mac *mac = &facts->macs[facts->n_macs];

		if (row->number >= CLI_PORTS_MAX || facts->n_macs == CLI_MACS_MAX) {
			facts->n_more_macs++;
			continue;
		}
		memcpy(mac->mac, row->mac, sizeof(mac->mac));
		mac->vlan = row->vlan;
		mac->interface = row->number;
		mac->is_static = row->is_static;
		facts->n_macs++;
	}
}

static void look_at_log(const struct switchboard *board, struct cli_facts *facts)
{
	struct switchboard_entry entry;

	facts->n_overwritten = switchboard_overwritten(board);
	for (size_t i = 0;
	     facts->n_logs < CLI_LOGS_MAX && switchboard_log(board, i, &entry); i++) {
		if (entry.number < CLI_PORTS_MAX)
			facts->logs[facts->n_logs++] = (struct cli_log){ entry.wall,
				entry.number, entry.has_link };
	}
}

bool console_next_log(const struct console *console, uint64_t *n_seen,
    struct cli_log *ret)
{
	const struct switchboard *board = console->cpe->ports;
	struct switchboard_entry entry;
	uint64_t n_lost;

	if (!board)
		return false;
	n_lost = switchboard_overwritten(board);
	*n_seen = MAX(*n_seen, n_lost);
	while (switchboard_log(board, (size_t)(*n_seen - n_lost), &entry)) {
		(*n_seen)++;
		if (entry.number >= CLI_PORTS_MAX)
			continue;
		*ret = (struct cli_log){ entry.wall, entry.number, entry.has_link };
		return true;
	}
	return false;
}

void console_look_at_ports(const struct console *console, struct cli_facts *facts)
{
	const struct cli_config *config = &console->device.running;
	const struct cpe *cpe = console->cpe;
	const struct port_table *table = switchboard_look(cpe->ports, NOW);

	for (size_t i = 0; i < config->n_interfaces; i++) {
		const struct port *port = port_table_at(table, number_of(config, i));

		if (port)
			look_at_port(port, &facts->interfaces[i]);
	}
	look_at_macs(table, facts);
	look_at_log(cpe->ports, facts);
}
