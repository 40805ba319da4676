/* Layouts of VLANs, of the MAC addresses behind ports, and of what the ports have logged. */
#include "lib/base/shown.h"
#include "lib/console/cli_display.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum {
	PORTS_IN_A_LINE = 3,
	VLAN_PORTS_COLUMN = 43,
	MESSAGES_OF_A_LINK = 2 /* its physical state, and its line protocol */
};

void cli_put_vlan_brief(struct buf *out, const struct cli_config *config)
{
	char name[CLI_INTERFACE_MAX];
	unsigned n = 0;

	buf_append_text(out, "Brief information about all VLANs:\n"
			     "Supported Minimum VLAN ID: 1\n"
			     "Supported Maximum VLAN ID: 4094\n"
			     "Default VLAN ID: 1\n");
	buf_printf(out, "%-9s %-32s %s\n", "VLAN ID", "Name", "Port");
	buf_printf(out, "%-9d %s", 1, "VLAN 0001");
	for (size_t i = 0; i < config->n_interfaces; i++) {
		if (config->interfaces[i].kind != CLI_GIGABIT)
			continue;
		if (n == 0)
			buf_printf(out, "%*s", VLAN_PORTS_COLUMN - 19, "");
		else if (n % PORTS_IN_A_LINE == 0)
			buf_printf(out, "\n%*s", VLAN_PORTS_COLUMN, "");
		else
			buf_append_text(out, "  ");
		buf_append_text(out, cli_interface_short(&config->interfaces[i], name));
		n++;
	}
	buf_append_char(out, '\n');
}

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
