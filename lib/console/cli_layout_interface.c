/* Layouts of interfaces and of what they know of their neighbours. */
#include "lib/console/cli_display.h"

#include "lib/base/text.h"

#include <inttypes.h>
#include <stdio.h>

/* Appends a line without the blanks at its end. */
static void put_line(struct buf *out, const struct buf *line)
{
	struct str text = buf_str(line);

	while (text.len > 0 && text.p[text.len - 1] == ' ')
		text.len--;
	buf_append_str(out, text);
	buf_append_char(out, '\n');
}

static const char *up_or_down(bool is_up)
{
	return is_up ? "UP" : "DOWN";
}

static const char *link_of(const struct cli_interface *interface,
    const struct cli_interface_facts *facts)
{
	return interface->is_shutdown ? "ADM" : up_or_down(facts->is_up);
}

/* ---- display interface brief ---------------------------------------------------------- */

static void put_route_row(struct buf *out, const struct cli_interface *interface,
    const struct cli_interface_facts *facts)
{
	char name[CLI_INTERFACE_MAX], address[IPV4_TEXT_MAX];
	const char *link = up_or_down(facts->is_up);
	auto_buf line = BUF_NULL;

	buf_printf(&line, "%-20s %-4s %-8s %-15s %s",
	    cli_interface_short(interface, name), link,
	    up_or_down(facts->is_up && facts->address),
	    facts->address ? ipv4_text(facts->address, address) : "--",
	    interface->description);
	put_line(out, &line);
}

/* "1G(a)", "100M(a)": found out by itself. */
static void speed_text(char text[16], unsigned mbps)
{
	if (mbps == 0)
		(void)snprintf(text, 16, "auto");
	else if (mbps % 1000 == 0)
		(void)snprintf(text, 16, "%uG(a)", mbps / 1000);
	else
		(void)snprintf(text, 16, "%uM(a)", mbps);
}

static void put_bridge_row(struct buf *out, const struct cli_interface *interface,
    const struct cli_interface_facts *facts)
{
	static const char types[CLI_LINK_TYPES] = { 'A', 'T', 'H' };
	char name[CLI_INTERFACE_MAX], speed[16];
	auto_buf line = BUF_NULL;

	speed_text(speed, facts->is_up ? facts->speed_mbps : 0);
	buf_printf(&line, "%-20s %-4s %-7s %-6s %-4c %-4d %s",
	    cli_interface_short(interface, name), link_of(interface, facts), speed,
	    facts->is_up && facts->speed_mbps ? "F(a)" : "A",
	    types[interface->link_type], (int)cli_interface_pvid(interface),
	    interface->description);
	put_line(out, &line);
}

static bool has_kind(const struct cli_config *config, int kind)
{
	for (size_t i = 0; i < config->n_interfaces; i++) {
		if (config->interfaces[i].kind == kind)
			return true;
	}
	return false;
}

void cli_put_interface_brief(struct buf *out, const struct cli_profile *profile,
    const struct cli_config *config, const struct cli_facts *facts)
{
	if (has_kind(config, CLI_VLAN_IF)) {
		buf_printf(out, "%s\n", profile->route_heading);
		buf_append_text(out,
		    "Link: ADM - administratively down; Stby - standby\n"
		    "Protocol: (s) - spoofing\n");
		buf_printf(out, "%-20s %-4s %-8s %-15s %s\n", "Interface", "Link",
		    "Protocol", profile->address_column, "Description");
	}
	for (size_t i = 0; i < config->n_interfaces; i++) {
		if (config->interfaces[i].kind == CLI_VLAN_IF)
			put_route_row(out, &config->interfaces[i],
			    &facts->interfaces[i]);
	}
	if (!has_kind(config, CLI_GIGABIT))
		return;
	buf_printf(out, "%s%s\n", has_kind(config, CLI_VLAN_IF) ? "\n" : "",
	    profile->bridge_heading);
	buf_printf(out,
	    "Link: ADM - administratively down; Stby - standby\n%s"
	    "Type: A - access; T - trunk; H - hybrid\n",
	    profile->speed_legend);
	buf_printf(out, "%-20s %-4s %-7s %-6s %-4s %-4s %s\n", "Interface", "Link",
	    "Speed", "Duplex", "Type", "PVID", "Description");
	for (size_t i = 0; i < config->n_interfaces; i++) {
		if (config->interfaces[i].kind == CLI_GIGABIT)
			put_bridge_row(out, &config->interfaces[i],
			    &facts->interfaces[i]);
	}
}

void cli_put_ip_interface_brief(struct buf *out, const struct cli_config *config,
    const struct cli_facts *facts)
{
	char name[CLI_INTERFACE_MAX], address[IPV4_TEXT_MAX];

	buf_append_text(out, "*down: administratively down\n"
			     "(s): spoofing  (l): loopback\n");
	buf_printf(out, "%-20s %-8s %-8s %-15s %s\n", "Interface", "Physical",
	    "Protocol", "IP address", "Description");
	for (size_t i = 0; i < config->n_interfaces; i++) {
		const struct cli_interface_facts *row = &facts->interfaces[i];
		auto_buf line = BUF_NULL;

		if (config->interfaces[i].kind != CLI_VLAN_IF)
			continue;
		buf_printf(&line, "%-20s %-8s %-8s %-15s %s",
		    cli_interface_short(&config->interfaces[i], name),
		    row->is_up ? "up" : "down",
		    row->is_up && row->address ? "up" : "down",
		    row->address ? ipv4_text(row->address, address) : "--",
		    config->interfaces[i].description);
		put_line(out, &line);
	}
}

/* ---- display ip routing-table ------------------------------------------------------------ */

/* The interface in whose network the address is; n_interfaces: none is up and has it. */
static size_t find_way(const struct cli_config *config, const struct cli_facts *facts,
    uint32_t address)
{
	for (size_t i = 0; i < config->n_interfaces; i++) {
		const struct cli_interface_facts *row = &facts->interfaces[i];

		if (config->interfaces[i].kind == CLI_VLAN_IF && row->is_up &&
		    row->address &&
		    ((row->address ^ address) & ipv4_mask(row->prefix)) == 0)
			return i;
	}
	return config->n_interfaces;
}

struct shown_route {
	struct route route; /* via 0: the network is the interface's own */
	const char *by;
	unsigned preference; /* the least counts */
};

static void put_route(struct buf *out, const struct cli_config *config,
    const struct cli_facts *facts, const struct shown_route *shown)
{
	const struct route *route = &shown->route;
	size_t way = find_way(config, facts, route->via ? route->via : route->network);
	char network[IPV4_TEXT_MAX], via[IPV4_TEXT_MAX], name[CLI_INTERFACE_MAX];
	char whole[IPV4_TEXT_MAX + 4];

	(void)snprintf(whole, sizeof(whole), "%s/%" PRIu32,
	    ipv4_text(route->network, network), route->prefix);
	buf_printf(out, "%-18s %-7s %-3u %-11d %-15s %s\n", whole, shown->by,
	    shown->preference, 0,
	    ipv4_text(route->via ? route->via : facts->interfaces[way].address, via),
	    cli_interface_short(&config->interfaces[way], name));
}

/* Whether the switch has an address in just that network: its own way there counts more. */
static bool is_direct(const struct cli_config *config, const struct cli_facts *facts,
    const struct route *route)
{
	for (size_t i = 0; i < config->n_interfaces; i++) {
		const struct cli_interface_facts *row = &facts->interfaces[i];

		if (config->interfaces[i].kind == CLI_VLAN_IF && row->address &&
		    row->prefix == route->prefix &&
		    (row->address & ipv4_mask(row->prefix)) == route->network)
			return true;
	}
	return false;
}

/* Those that count, the default route first; how many. */
static size_t list_routes(const struct cli_config *config,
    const struct cli_facts *facts, struct shown_route *ret)
{
	bool has_default = false;
	size_t n = 0;

	for (uint32_t i = 0; i < config->routes.n; i++) {
		const struct route *route = &config->routes.items[i];

		if (find_way(config, facts, route->via) == config->n_interfaces ||
		    is_direct(config, facts, route))
			continue;
		has_default |= route->prefix == 0;
		ret[n++] = (struct shown_route){ *route, "Static", 60 };
	}
	if (facts->router && !has_default &&
	    find_way(config, facts, facts->router) < config->n_interfaces) {
		memmove(ret + 1, ret, n * sizeof(*ret));
		ret[0] =
		    config->interfaces[0].has_dhcp
			? (struct shown_route){ { 0, 0, facts->router }, "DHCP", 70 }
			: (struct shown_route){ { 0, 0, facts->router }, "Static", 60 };
		n++;
	}
	for (size_t i = 0; i < config->n_interfaces; i++) {
		const struct cli_interface_facts *row = &facts->interfaces[i];

		if (config->interfaces[i].kind != CLI_VLAN_IF || !row->is_up ||
		    !row->address)
			continue;
		ret[n++] =
		    (struct shown_route){ { row->address & ipv4_mask(row->prefix),
					      row->prefix, 0 },
			    "Direct", 0 };
	}
	return n;
}

void cli_put_routes(struct buf *out, const struct cli_config *config,
    const struct cli_facts *facts)
{
	struct shown_route routes[ROUTE_TABLE_MAX + 1 + CLI_INTERFACES_MAX];
	size_t n = list_routes(config, facts, routes);

	buf_printf(out, "Destinations : %zu        Routes : %zu\n\n", n, n);
	buf_printf(out, "%-18s %-7s %-3s %-11s %-15s %s\n", "Destination/Mask", "Proto",
	    "Pre", "Cost", "NextHop", "Interface");
	for (size_t i = 0; i < n; i++)
		put_route(out, config, facts, &routes[i]);
}

/* ---- display interface ---------------------------------------------------------------- */

static void put_routed(struct buf *out, const struct cli_interface *interface,
    const struct cli_interface_facts *facts)
{
	char address[IPV4_TEXT_MAX], mac[CLI_MAC_TEXT_MAX];

	buf_printf(out, "Maximum transmission unit: %u\n", facts->mtu);
	if (facts->address)
		buf_printf(out, "Internet address: %s/%u (%s)\n",
		    ipv4_text(facts->address, address), facts->prefix,
		    interface->has_dhcp ? "DHCP-allocated" : "Primary");
	else
		buf_append_text(out, "Internet protocol processing: Disabled\n");
	buf_printf(out, "IP packet frame type: Ethernet II, hardware address: %s\n",
	    cli_mac_text(facts->mac, mac));
	buf_append_text(out, "Last clearing of counters: Never\n");
	buf_printf(out,
	    "Input: %" PRIu64 " packets, %" PRIu64 " bytes, %" PRIu64 " drops\n",
	    facts->in.packets, facts->in.bytes, facts->in.drops);
	buf_printf(out,
	    "Output: %" PRIu64 " packets, %" PRIu64 " bytes, %" PRIu64 " drops\n",
	    facts->out.packets, facts->out.bytes, facts->out.drops);
}

static void put_counts(struct buf *out, const char *way,
    const struct cli_counts *counts)
{
	buf_printf(out, "%s (total): %" PRIu64 " packets, %" PRIu64 " bytes\n", way,
	    counts->packets, counts->bytes);
	buf_printf(out,
	    "        %" PRIu64 " unicasts, - broadcasts, %" PRIu64
	    " multicasts, 0 pauses\n",
	    counts->packets - MIN(counts->multicasts, counts->packets),
	    counts->multicasts);
}

/* VLANs that may pass, and those of them that are there. */
static void put_trunk(struct buf *out, const struct cli_config *config,
    const struct cli_interface *interface)
{
	unsigned pvid = cli_interface_pvid(interface);
	struct vlan_set passing = cli_vlans_passing(config, interface);

	buf_append_text(out, " VLAN Passing:   ");
	vlan_set_put(out, &passing, pvid);
	buf_append_text(out, "\n VLAN permitted: ");
	vlan_set_put(out, &interface->vlans, pvid);
	buf_append_text(out, "\n Trunk port encapsulation: IEEE 802.1q\n");
}

static void put_vlans(struct buf *out, const struct cli_config *config,
    const struct cli_interface *interface)
{
	static const char *const types[CLI_LINK_TYPES] = { "Access", "Trunk",
		"Hybrid" };
	struct vlan_set tagged = cli_interface_vlans(interface, CLI_PASSES_TAGGED);
	struct vlan_set untagged = cli_interface_vlans(interface, CLI_PASSES_UNTAGGED);

	buf_printf(out, "PVID: %u\nPort link-type: %s\n", cli_interface_pvid(interface),
	    types[interface->link_type]);
	if (interface->link_type == CLI_TRUNK) {
		put_trunk(out, config, interface);
		return;
	}
	buf_append_text(out, " Tagged VLANs:   ");
	vlan_set_put(out, &tagged, 0);
	buf_append_text(out, "\n UnTagged VLANs: ");
	vlan_set_put(out, &untagged, 0);
	buf_append_char(out, '\n');
}

static void put_bridged(struct buf *out, const struct cli_config *config,
    const struct cli_interface *interface, const struct cli_interface_facts *facts)
{
	char mac[CLI_MAC_TEXT_MAX];

	buf_printf(out, "IP packet frame type: Ethernet II, hardware address: %s\n",
	    cli_mac_text(facts->mac, mac));
	if (facts->is_up && facts->speed_mbps)
		buf_printf(out, "%uMbps-speed mode, full-duplex mode\n",
		    facts->speed_mbps);
	else
		buf_append_text(out, "Unknown-speed mode, unknown-duplex mode\n");
	buf_append_text(out, "Link speed type is autonegotiation, link duplex type is "
			     "autonegotiation\n");
	buf_printf(out, "Maximum frame length: %u\n", facts->mtu);
	put_vlans(out, config, interface);
	buf_append_text(out, "Last clearing of counters: Never\n");
	put_counts(out, "Input", &facts->in);
	buf_printf(out, "Input:  %" PRIu64 " input errors, %" PRIu64 " drops\n",
	    facts->in.errors, facts->in.drops);
	put_counts(out, "Output", &facts->out);
	buf_printf(out, "Output: %" PRIu64 " output errors, %" PRIu64 " drops\n",
	    facts->out.errors, facts->out.drops);
}

void cli_put_interface(struct buf *out, const struct cli_config *config,
    const struct cli_facts *facts, size_t i)
{
	const struct cli_interface *interface = &config->interfaces[i];
	const struct cli_interface_facts *row = &facts->interfaces[i];
	char name[CLI_INTERFACE_MAX];
	bool is_routed = interface->kind == CLI_VLAN_IF;

	(void)cli_interface_name(interface, name);
	buf_printf(out, "%s\nCurrent state: %s\nLine protocol state: %s\n", name,
	    interface->is_shutdown ? "Administratively DOWN" : up_or_down(row->is_up),
	    up_or_down(row->is_up && (!is_routed || row->address)));
	if (interface->description[0])
		buf_printf(out, "Description: %s\n", interface->description);
	else
		buf_printf(out, "Description: %s Interface\n", name);
	buf_printf(out, "Bandwidth: %u kbps\n",
	    (row->speed_mbps ? row->speed_mbps : 1000) * 1000);
	if (is_routed)
		put_routed(out, interface, row);
	else
		put_bridged(out, config, interface, row);
}

/* ---- display arp ---------------------------------------------------------------------- */

void cli_put_arp(struct buf *out, const struct cli_config *config,
    const struct cli_facts *facts)
{
	char address[IPV4_TEXT_MAX], mac[CLI_MAC_TEXT_MAX], name[CLI_INTERFACE_MAX];

	buf_append_text(out, "  Type: S-Static   D-Dynamic   O-Openflow   R-Rule   "
			     "M-Multiport  I-Invalid\n");
	buf_printf(out, "%-15s %-14s %-8s %-24s %-5s %s\n", "IP address", "MAC address",
	    "VLAN", "Interface", "Aging", "Type");
	for (size_t i = 0; i < facts->n_arps; i++) {
		const struct cli_arp *arp = &facts->arps[i];

		buf_printf(out, "%-15s %-14s %-8s %-24s %-5u %s\n",
		    ipv4_text(arp->address, address), cli_mac_text(arp->mac, mac),
		    config->interfaces[arp->interface].number, /* it is of a VLAN */
		    cli_interface_short(&config->interfaces[arp->interface], name),
		    arp->aging, arp->is_static ? "S" : "D");
	}
}
