/* Layouts of VLANs, of the MAC addresses behind ports, and of what the ports have logged. */
#include "lib/base/shown.h"
#include "lib/base/text.h"
#include "lib/console/cli_display.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum {
	PORTS_IN_A_LINE = 3,
	VLAN_PORTS_COLUMN = 43,
	PASSING_COLUMN = 27,
	PORT_WIDTH = 26,       /* of a name and what is behind it */
	MESSAGES_OF_A_LINK = 2 /* its physical state, and its line protocol */
};

/* ---- VLANs ------------------------------------------------------------------------------ */

void cli_put_vlan_numbers(struct buf *out, const struct cli_config *config)
{
	struct vlan_set vlans = vlan_table_set(&config->vlans);

	buf_printf(out, " Total VLANs: %" PRIu32 "\n The VLANs include:\n ",
	    config->vlans.n);
	vlan_set_remove(&vlans, VLAN_DEFAULT, VLAN_DEFAULT);
	buf_append_text(out, "1(default)");
	if (!vlan_set_is_empty(&vlans)) {
		buf_append_text(out, ", ");
		vlan_set_put_wrapped(out, &vlans, 13);
	}
	buf_append_char(out, '\n');
}

/* The ports that frames of the VLAN leave that way, in columns. */
static void put_ports(struct buf *out, const struct cli_config *config,
    const struct vlan *vlan, enum cli_passes how)
{
	const char *none = how == CLI_PASSES_TAGGED ? "   None\n" : " None\n";
	char name[CLI_INTERFACE_MAX];
	unsigned n = 0;
	int width = 0;

	for (size_t i = 0; i < config->n_interfaces; i++) {
		const struct cli_interface *port = &config->interfaces[i];

		if (port->kind != CLI_GIGABIT ||
		    cli_interface_passes(port, vlan->id) != how)
			continue;
		/* Blanks stand before a name, so that none end a line. */
		if (n % PORTS_IN_A_LINE == 0)
			buf_append_text(out, "\n    ");
		else
			buf_printf(out, "%*s", PORT_WIDTH - width, "");
		(void)cli_interface_name(port, name);
		width = (int)strlen(name);
		buf_append_text(out, name);
		n++;
	}
	buf_append_text(out, n == 0 ? none : "\n");
}

/* Its interface; null: it has none. */
static const struct cli_interface *find_vlan_if(const struct cli_config *config,
    unsigned vlan)
{
	char number[16];

	(void)snprintf(number, sizeof(number), "%u", vlan);
	return cli_config_interface((struct cli_config *)config, CLI_VLAN_IF,
	    str_of(number));
}

void cli_put_vlan(struct buf *out, const struct cli_config *config,
    const struct cli_facts *facts, const struct vlan *vlan)
{
	const struct cli_interface *route = find_vlan_if(config, vlan->id);
	const struct cli_interface_facts *row =
	    route ? &facts->interfaces[route - config->interfaces] : NULL;
	char text[IPV4_TEXT_MAX], name[VLAN_NAME_MAX];

	buf_printf(out, " VLAN ID: %" PRIu32 "\n VLAN type: Static\n", vlan->id);
	buf_printf(out, " Route interface: %s\n",
	    route ? "Configured" : "Not configured");
	if (row && row->address) {
		buf_printf(out, " IPv4 address: %s\n", ipv4_text(row->address, text));
		buf_printf(out, " IPv4 subnet mask: %s\n",
		    ipv4_text(ipv4_mask(row->prefix), text));
	}
	buf_printf(out, " Description: %s\n", vlan_description(vlan, name));
	buf_printf(out, " Name: %s\n Tagged ports:", vlan_name(vlan, name));
	put_ports(out, config, vlan, CLI_PASSES_TAGGED);
	buf_append_text(out, " Untagged ports:");
	put_ports(out, config, vlan, CLI_PASSES_UNTAGGED);
}

static void put_brief_row(struct buf *out, const struct cli_config *config,
    const struct vlan *vlan)
{
	char name[CLI_INTERFACE_MAX], text[VLAN_NAME_MAX];
	unsigned n = 0;

	buf_printf(out, "%-9" PRIu32 " %s", vlan->id, vlan_name(vlan, text));
	for (size_t i = 0; i < config->n_interfaces; i++) {
		const struct cli_interface *port = &config->interfaces[i];

		if (port->kind != CLI_GIGABIT ||
		    cli_interface_passes(port, vlan->id) == CLI_PASSES_NOT)
			continue;
		if (n == 0)
			buf_printf(out, "%*s",
			    VLAN_PORTS_COLUMN - 10 - (int)strlen(vlan_name(vlan, text)),
			    "");
		else if (n % PORTS_IN_A_LINE == 0)
			buf_printf(out, "\n%*s", VLAN_PORTS_COLUMN, "");
		else
			buf_append_text(out, "  ");
		buf_append_text(out, cli_interface_short(port, name));
		n++;
	}
	buf_append_char(out, '\n');
}

void cli_put_vlan_brief(struct buf *out, const struct cli_config *config)
{
	buf_append_text(out, "Brief information about all VLANs:\n"
			     "Supported Minimum VLAN ID: 1\n"
			     "Supported Maximum VLAN ID: 4094\n"
			     "Default VLAN ID: 1\n");
	buf_printf(out, "%-9s %-32s %s\n", "VLAN ID", "Name", "Port");
	for (uint32_t i = 0; i < config->vlans.n; i++)
		put_brief_row(out, config, &config->vlans.items[i]);
}

/* Those that leave it that way and are there. */
static struct vlan_set passing(const struct cli_config *config,
    const struct cli_interface *port, enum cli_passes how)
{
	struct vlan_set set = { .bits = { 0 } };

	for (uint32_t i = 0; i < config->vlans.n; i++) {
		unsigned id = config->vlans.items[i].id;

		if (cli_interface_passes(port, id) == how)
			vlan_set_add(&set, id, id);
	}
	return set;
}

struct vlan_set cli_vlans_passing(const struct cli_config *config,
    const struct cli_interface *port)
{
	struct vlan_set set = passing(config, port, CLI_PASSES_TAGGED);
	struct vlan_set untagged = passing(config, port, CLI_PASSES_UNTAGGED);

	vlan_set_join(&set, &untagged);
	return set;
}

/* "GE1/0/1              1     " */
static void put_port(struct buf *out, const struct cli_interface *port)
{
	char name[CLI_INTERFACE_MAX];

	buf_printf(out, "%-20s %-5u ", cli_interface_short(port, name),
	    cli_interface_pvid(port));
}

void cli_put_trunks(struct buf *out, const struct cli_config *config)
{
	buf_printf(out, "%-20s %-5s VLAN Passing\n", "Interface", "PVID");
	for (size_t i = 0; i < config->n_interfaces; i++) {
		const struct cli_interface *port = &config->interfaces[i];
		struct vlan_set vlans;

		if (port->kind != CLI_GIGABIT || port->link_type != CLI_TRUNK)
			continue;
		vlans = cli_vlans_passing(config, port);
		put_port(out, port);
		vlan_set_put_wrapped(out, &vlans, PASSING_COLUMN);
		buf_append_char(out, '\n');
	}
}

void cli_put_hybrids(struct buf *out, const struct cli_config *config)
{
	buf_printf(out, "%-20s %-5s VLAN Passing\n", "Interface", "PVID");
	for (size_t i = 0; i < config->n_interfaces; i++) {
		const struct cli_interface *port = &config->interfaces[i];
		struct vlan_set tagged, untagged;

		if (port->kind != CLI_GIGABIT || port->link_type != CLI_HYBRID)
			continue;
		tagged = passing(config, port, CLI_PASSES_TAGGED);
		untagged = passing(config, port, CLI_PASSES_UNTAGGED);
		put_port(out, port);
		buf_append_text(out, "Tagged:   ");
		vlan_set_put_wrapped(out, &tagged, PASSING_COLUMN + 10);
		buf_printf(out, "\n%*sUntagged: ", PASSING_COLUMN, "");
		vlan_set_put_wrapped(out, &untagged, PASSING_COLUMN + 10);
		buf_append_char(out, '\n');
	}
}

/* ---- MAC addresses ----------------------------------------------------------------------- */

void cli_put_macs(struct buf *out, const struct cli_config *config,
    const struct cli_facts *facts)
{
	char mac[CLI_MAC_TEXT_MAX], name[CLI_INTERFACE_MAX];

	buf_printf(out, "%-14s %-8s %-14s %-24s %s\n", "MAC ADDR", "VLAN ID", "STATE",
	    "PORT INDEX", "AGING TIME(s)");
	for (size_t i = 0; i < facts->n_macs; i++) {
		const struct cli_mac *row = &facts->macs[i];

		buf_printf(out, "%-14s %-8u %-14s %-24s %s\n",
		    cli_mac_text(row->mac, mac), row->vlan ? row->vlan : 1,
		    row->is_static ? "Config static" : "Learned",
		    cli_interface_name(&config->interfaces[row->interface], name),
		    row->is_static ? "NOAGED" : "AGING");
	}
	if (facts->n_more_macs > 0)
		buf_printf(out, "%zu more are not shown\n", facts->n_more_macs);
}

/* ---- display logbuffer ------------------------------------------------------------------ */

/* "%Jan  2 03:04:05:678 2026 HP "; a mark of debugging is a "*". */
static void put_stamp(struct buf *out, char mark, const struct cli_config *config,
    clock_ns wall)
{
	time_t second = (time_t)(wall / NS_PER_S);
	struct tm tm = { 0 };
	char day[32], year[8];

	(void)gmtime_r(&second, &tm);
	(void)strftime(day, sizeof(day), "%b %e %H:%M:%S", &tm);
	(void)strftime(year, sizeof(year), "%Y", &tm);
	buf_printf(out, "%c%s:%03d %s %s ", mark, day,
	    (int)(wall % NS_PER_S / NS_PER_MS), year, config->sysname);
}

void cli_put_log(struct buf *out, const struct cli_config *config,
    const struct cli_log *log)
{
	const char *state = log->is_up ? "up" : "down";
	char name[CLI_INTERFACE_MAX];

	(void)cli_interface_name(&config->interfaces[log->interface], name);
	put_stamp(out, '%', config, log->wall);
	buf_printf(out,
	    "IFNET/3/PHY_UPDOWN: Physical state on the interface %s changed to %s.\n",
	    name, state);
	put_stamp(out, '%', config, log->wall);
	buf_printf(out,
	    "IFNET/5/LINK_UPDOWN: Line protocol state on the interface %s changed to "
	    "%s.\n",
	    name, state);
}

void cli_put_debug(struct buf *out, const struct cli_config *config, clock_ns wall,
    const char *word, const char *text)
{
	put_stamp(out, '*', config, wall);
	buf_append_text(out, "CWMP/7/");
	for (; *word; word++)
		buf_append_char(out, (char)(*word - 'a' + 'A'));
	buf_append_text(out, ": ");
	shown_append(out, str_of(text));
	buf_append_char(out, '\n');
}

void cli_put_logbuffer(struct buf *out, const struct cli_config *config,
    const struct cli_facts *facts)
{
	buf_printf(out, "Log buffer: Enabled\nMax buffer size: %d\n",
	    CLI_LOGS_MAX * MESSAGES_OF_A_LINK);
	buf_printf(out, "Actual buffer size: %d\nDropped messages: 0\n",
	    CLI_LOGS_MAX * MESSAGES_OF_A_LINK);
	buf_printf(out, "Overwritten messages: %" PRIu64 "\n",
	    facts->n_overwritten * MESSAGES_OF_A_LINK);
	buf_printf(out, "Current messages: %zu\n", facts->n_logs * MESSAGES_OF_A_LINK);
	for (size_t i = 0; i < facts->n_logs; i++)
		cli_put_log(out, config, &facts->logs[i]);
}
