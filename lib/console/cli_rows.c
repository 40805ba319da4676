#include "lib/console/cli_rows.h"

// clang-format off
#define SECRET CLI_IS_SECRET
#define SHOWS  CLI_IS_DISPLAY
/* An attribute of CWMP that is a name or a text: set, and undone. */
#define CWMP(words, argument) \
	{ CLI_IN(CWMP), words " " argument, cli_run_cwmp_item, 0 }, \
	{ CLI_IN(CWMP), "undo " words, cli_run_undo_cwmp_item, 0 }
#define CWMP_SWITCH(words) \
	{ CLI_IN(CWMP), words, cli_run_cwmp_item, 0 }, \
	{ CLI_IN(CWMP), "undo " words, cli_run_undo_cwmp_item, 0 }
#define CWMP_SECRET(words) \
	{ CLI_IN(CWMP), words " cipher CIPHER<33-373>", cli_run_cwmp_item, SECRET }, \
	{ CLI_IN(CWMP), words " simple STRING<1-255>", cli_run_cwmp_item, SECRET }, \
	{ CLI_IN(CWMP), "undo " words, cli_run_undo_cwmp_item, 0 }

/* The same of a DHCP pool. */
#define POOL(words, argument, name) \
	{ CLI_IN(DHCP_POOL), words " " argument, cli_run_ ## name, 0 }, \
	{ CLI_IN(DHCP_POOL), "undo " words, cli_run_undo_ ## name, 0 }
#define BIND(words) \
	{ CLI_IN(DHCP_POOL), "static-bind ip-address A.B.C.D " words, cli_run_static_bind, 0 }

#define DESCRIBED (CLI_IN(PORT) | CLI_IN(VLAN_INTERFACE) | CLI_IN(VLAN))

#define DEBUGGING(words) \
	{ CLI_IN(USER), "debugging cwmp " words, cli_run_debugging, 0 }, \
	{ CLI_IN(USER), "undo debugging cwmp " words, cli_run_undo_debugging, 0 }

static const struct cli_row rows[] = {
	{ CLI_IN(USER), "system-view", cli_run_system_view, 0 },
	{ CLI_IN_ALL, "quit", cli_run_quit, 0 },
	{ CLI_IN_CONFIG, "return", cli_run_return, 0 },
	{ CLI_IN_ALL, "save", cli_run_save, 0 },
	{ CLI_IN_ALL, "save force", cli_run_save_force, 0 },
	{ CLI_IN_ALL, "repeat", cli_run_repeat, CLI_IS_REPEAT },
	{ CLI_IN_ALL, "repeat <1-10>", cli_run_repeat, CLI_IS_REPEAT },
	{ CLI_IN_ALL, "repeat <1-10> count <1-100>", cli_run_repeat, CLI_IS_REPEAT },
	{ CLI_IN_ALL, "repeat count <1-100>", cli_run_repeat_times, CLI_IS_REPEAT },
	{ CLI_IN_ALL, "ping STRING<1-253>", cli_run_ping, CLI_HAS_OPTIONS },
	{ CLI_IN_ALL, "ping ip STRING<1-253>", cli_run_ping, CLI_HAS_OPTIONS },
	{ CLI_IN(USER), "telnet STRING<1-253>", cli_run_telnet, 0 },
	{ CLI_IN(USER), "telnet STRING<1-253> <0-65535>", cli_run_telnet, 0 },
	DEBUGGING("all"),
	DEBUGGING("error"),
	DEBUGGING("event"),
	DEBUGGING("packet"),
	{ CLI_IN(USER), "undo debugging all", cli_run_undo_debugging, 0 },
	{ CLI_IN(USER), "terminal monitor", cli_run_monitor, 0 },
	{ CLI_IN(USER), "undo terminal monitor", cli_run_undo_monitor, 0 },
	{ CLI_IN(USER), "terminal debugging", cli_run_terminal_debugging, 0 },
	{ CLI_IN(USER), "undo terminal debugging", cli_run_undo_terminal_debugging, 0 },
	{ CLI_IN(USER), "reboot", cli_run_reboot, 0 },
	{ CLI_IN(USER), "reset saved-configuration", cli_run_reset_saved, 0 },
	{ CLI_IN(USER), "screen-length disable", cli_run_screen_length, 0 },
	{ CLI_IN(USER), "undo screen-length disable", cli_run_undo_screen_length, 0 },

	{ CLI_IN(SYSTEM), "sysname STRING<1-64>", cli_run_sysname, 0 },
	{ CLI_IN(SYSTEM), "undo sysname", cli_run_undo_sysname, 0 },
	{ CLI_IN(SYSTEM), "ip route-static A.B.C.D MASK A.B.C.D", cli_run_route, 0 },
	{ CLI_IN(SYSTEM), "undo ip route-static A.B.C.D MASK", cli_run_undo_route, 0 },
	{ CLI_IN(SYSTEM), "undo ip route-static A.B.C.D MASK A.B.C.D", cli_run_undo_route, 0 },
	{ CLI_IN_CONFIG & ~CLI_IN(CWMP), "cwmp", cli_run_cwmp, 0 },
	{ CLI_IN_CONFIG, "interface @GigabitEthernet PORT", cli_run_port, 0 },
	{ CLI_IN_CONFIG, "interface @Vlan-interface <1-4094>", cli_run_vlan_interface, 0 },
	{ CLI_IN_CONFIG, "undo interface @Vlan-interface <1-4094>", cli_run_undo_vlan_interface, 0 },
	{ CLI_IN_CONFIG, "vlan <1-4094>", cli_run_vlan, 0 },
	{ CLI_IN_CONFIG, "vlan <1-4094> to <1-4094>", cli_run_vlan, 0 },
	{ CLI_IN_CONFIG, "undo vlan <1-4094>", cli_run_undo_vlan, 0 },
	{ CLI_IN_CONFIG, "undo vlan <1-4094> to <1-4094>", cli_run_undo_vlan, 0 },
	{ CLI_IN_CONFIG, "undo vlan all", cli_run_undo_vlan_all, 0 },

	CWMP_SWITCH("cwmp enable"),
	CWMP("cwmp acs url", "URL<8-255>"),
	CWMP("cwmp acs username", "STRING<1-255>"),
	CWMP_SECRET("cwmp acs password"),
	CWMP("cwmp acs default url", "URL<8-255>"),
	CWMP("cwmp acs default username", "STRING<1-255>"),
	CWMP_SECRET("cwmp acs default password"),
	CWMP("cwmp cpe username", "STRING<1-255>"),
	CWMP_SECRET("cwmp cpe password"),
	CWMP("cwmp cpe provision-code", "CODE<1-64>"),
	{ CLI_IN(CWMP), "cwmp cpe connect interface @GigabitEthernet PORT", cli_run_cwmp_item, 0 },
	{ CLI_IN(CWMP), "cwmp cpe connect interface @Vlan-interface <1-4094>", cli_run_cwmp_item, 0 },
	{ CLI_IN(CWMP), "undo cwmp cpe connect interface", cli_run_undo_cwmp_item, 0 },
	CWMP_SWITCH("cwmp cpe inform interval enable"),
	CWMP("cwmp cpe inform interval", "<10-86400>"),
	CWMP("cwmp cpe inform time", "TIME"),
	CWMP("cwmp cpe connect retry", "<0-100>"),
	CWMP("cwmp cpe wait timeout", "<30-1800>"),
	CWMP_SWITCH("cwmp cpe stun enable"),
	CWMP("ssl client-policy", "STRING<1-31>"),

	{ CLI_IN(SYSTEM), "dhcp enable", cli_run_dhcp_enable, 0 },
	{ CLI_IN(SYSTEM), "undo dhcp enable", cli_run_undo_dhcp_enable, 0 },
	{ CLI_IN_CONFIG, "dhcp server ip-pool STRING<1-63>", cli_run_dhcp_pool, 0 },
	{ CLI_IN(SYSTEM), "undo dhcp server ip-pool STRING<1-63>", cli_run_undo_dhcp_pool, 0 },
	{ CLI_IN(SYSTEM), "dhcp server forbidden-ip A.B.C.D", cli_run_forbidden, 0 },
	{ CLI_IN(SYSTEM), "dhcp server forbidden-ip A.B.C.D A.B.C.D", cli_run_forbidden, 0 },
	{ CLI_IN(SYSTEM), "undo dhcp server forbidden-ip A.B.C.D", cli_run_undo_forbidden, 0 },
	{ CLI_IN(SYSTEM), "undo dhcp server forbidden-ip A.B.C.D A.B.C.D", cli_run_undo_forbidden, 0 },
	{ CLI_IN(DHCP_POOL), "network A.B.C.D <16-30>", cli_run_network, 0 },
	POOL("network", "A.B.C.D mask MASK", network),
	POOL("gateway-list", "A.B.C.D&<1-8>", gateways),
	{ CLI_IN(DHCP_POOL), "undo gateway-list A.B.C.D&<1-8>", cli_run_undo_gateways, 0 },
	POOL("dns-list", "A.B.C.D&<1-8>", dns),
	{ CLI_IN(DHCP_POOL), "undo dns-list A.B.C.D&<1-8>", cli_run_undo_dns, 0 },
	POOL("domain-name", "STRING<1-50>", domain),
	{ CLI_IN(DHCP_POOL), "option 43 hex HEX<2-256>", cli_run_option_43, 0 },
	{ CLI_IN(DHCP_POOL), "undo option 43", cli_run_undo_option_43, 0 },
	{ CLI_IN(DHCP_POOL), "expired day <0-365>", cli_run_expired, 0 },
	{ CLI_IN(DHCP_POOL), "expired day <0-365> hour <0-23>", cli_run_expired, 0 },
	{ CLI_IN(DHCP_POOL), "expired day <0-365> hour <0-23> minute <0-59>", cli_run_expired, 0 },
	{ CLI_IN(DHCP_POOL), "expired day <0-365> hour <0-23> minute <0-59> second <0-59>", cli_run_expired, 0 },
	{ CLI_IN(DHCP_POOL), "expired unlimited", cli_run_expired_unlimited, 0 },
	{ CLI_IN(DHCP_POOL), "undo expired", cli_run_undo_expired, 0 },
	BIND("client-identifier ID<2-128>"),
	BIND("mask MASK client-identifier ID<2-128>"),
	BIND("hardware-address H-H-H"),
	BIND("mask MASK hardware-address H-H-H"),
	BIND("hardware-address H-H-H ethernet"),
	BIND("mask MASK hardware-address H-H-H ethernet"),
	{ CLI_IN(DHCP_POOL), "undo static-bind ip-address A.B.C.D", cli_run_undo_static_bind, 0 },

	{ DESCRIBED, "description TEXT<1-80>", cli_run_description, 0 },
	{ DESCRIBED, "undo description", cli_run_undo_description, 0 },
	{ CLI_IN(VLAN), "name TEXT<1-32>", cli_run_vlan_name, 0 },
	{ CLI_IN(VLAN), "undo name", cli_run_undo_vlan_name, 0 },
	{ CLI_IN(VLAN), "port @GigabitEthernet PORT", cli_run_vlan_ports, 0 },
	{ CLI_IN(VLAN), "port @GigabitEthernet PORT to @GigabitEthernet PORT", cli_run_vlan_ports, 0 },
	{ CLI_IN(VLAN), "undo port @GigabitEthernet PORT", cli_run_undo_vlan_ports, 0 },
	{ CLI_IN(VLAN), "undo port @GigabitEthernet PORT to @GigabitEthernet PORT", cli_run_undo_vlan_ports, 0 },
	{ CLI_IN(PORT), "port link-mode bridge", cli_run_nothing, 0 },
	{ CLI_IN(PORT), "port link-type access", cli_run_link_type, 0 },
	{ CLI_IN(PORT), "port link-type hybrid", cli_run_link_type, 0 },
	{ CLI_IN(PORT), "port link-type trunk", cli_run_link_type, 0 },
	{ CLI_IN(PORT), "undo port link-type", cli_run_undo_link_type, 0 },
	{ CLI_IN(PORT), "port access vlan <1-4094>", cli_run_access_vlan, 0 },
	{ CLI_IN(PORT), "undo port access vlan", cli_run_undo_access_vlan, 0 },
	{ CLI_IN(PORT), "port trunk permit vlan VLANS", cli_run_permit, 0 },
	{ CLI_IN(PORT), "port trunk permit vlan all", cli_run_permit, 0 },
	{ CLI_IN(PORT), "undo port trunk permit vlan VLANS", cli_run_undo_permit, 0 },
	{ CLI_IN(PORT), "undo port trunk permit vlan all", cli_run_undo_permit, 0 },
	{ CLI_IN(PORT), "port trunk pvid vlan <1-4094>", cli_run_pvid, 0 },
	{ CLI_IN(PORT), "undo port trunk pvid", cli_run_undo_pvid, 0 },
	{ CLI_IN(PORT), "port hybrid vlan VLANS tagged", cli_run_hybrid, 0 },
	{ CLI_IN(PORT), "port hybrid vlan VLANS untagged", cli_run_hybrid, 0 },
	{ CLI_IN(PORT), "undo port hybrid vlan VLANS", cli_run_undo_hybrid, 0 },
	{ CLI_IN(PORT), "port hybrid pvid vlan <1-4094>", cli_run_pvid, 0 },
	{ CLI_IN(PORT), "undo port hybrid pvid", cli_run_undo_pvid, 0 },
	{ CLI_IN(PORT), "shutdown", cli_run_shutdown, 0 },
	{ CLI_IN(PORT), "undo shutdown", cli_run_undo_shutdown, 0 },
	{ CLI_IN(VLAN_INTERFACE), "ip address dhcp-alloc", cli_run_address_dhcp, 0 },
	{ CLI_IN(VLAN_INTERFACE), "ip address A.B.C.D MASK", cli_run_address, 0 },
	{ CLI_IN(VLAN_INTERFACE), "undo ip address", cli_run_undo_address, 0 },

	{ CLI_IN_ALL, "display this", cli_run_display_this, SHOWS },
	{ CLI_IN_ALL, "display current-configuration", cli_run_display_current, SHOWS },
	{ CLI_IN_ALL, "display saved-configuration", cli_run_display_saved, SHOWS },
	{ CLI_IN_ALL, "display cwmp configuration", cli_run_display_cwmp_configuration, SHOWS },
	{ CLI_IN_ALL, "display cwmp status", cli_run_display_cwmp_status, SHOWS },
	{ CLI_IN_ALL, "display history-command", cli_run_display_history, SHOWS },
	{ CLI_IN_ALL, "display clock", cli_run_display_clock, SHOWS },
	{ CLI_IN_ALL, "display version", cli_run_display_version, SHOWS },
	{ CLI_IN_ALL, "display device manuinfo", cli_run_display_manuinfo, SHOWS },
	{ CLI_IN_ALL, "display interface", cli_run_display_interface, SHOWS },
	{ CLI_IN_ALL, "display interface brief", cli_run_display_interface_brief, SHOWS },
	{ CLI_IN_ALL, "display interface @GigabitEthernet PORT", cli_run_display_interface, SHOWS },
	{ CLI_IN_ALL, "display interface @Vlan-interface <1-4094>", cli_run_display_interface, SHOWS },
	{ CLI_IN_ALL, "display ip interface brief", cli_run_display_ip_interface_brief, SHOWS },
	{ CLI_IN_ALL, "display ip routing-table", cli_run_display_routes, SHOWS },
	{ CLI_IN_ALL, "display debugging", cli_run_display_debugging, SHOWS },
	{ CLI_IN_ALL, "display arp", cli_run_display_arp, SHOWS },
	{ CLI_IN_ALL, "display vlan", cli_run_display_vlan, SHOWS },
	{ CLI_IN_ALL, "display vlan <1-4094>", cli_run_display_vlan, SHOWS },
	{ CLI_IN_ALL, "display vlan <1-4094> to <1-4094>", cli_run_display_vlan, SHOWS },
	{ CLI_IN_ALL, "display vlan all", cli_run_display_vlan, SHOWS },
	{ CLI_IN_ALL, "display vlan brief", cli_run_display_vlan_brief, SHOWS },
	{ CLI_IN_ALL, "display port trunk", cli_run_display_trunks, SHOWS },
	{ CLI_IN_ALL, "display port hybrid", cli_run_display_hybrids, SHOWS },
	{ CLI_IN_ALL, "display mac-address", cli_run_display_macs, SHOWS },
	{ CLI_IN_ALL, "display logbuffer", cli_run_display_logbuffer, SHOWS },
	{ CLI_IN_ALL, "display dhcp server pool", cli_run_display_dhcp_pool, SHOWS },
	{ CLI_IN_ALL, "display dhcp server pool STRING<1-63>", cli_run_display_dhcp_pool, SHOWS },
	{ CLI_IN_ALL, "display dhcp server ip-in-use", cli_run_display_dhcp_in_use, SHOWS },
	{ CLI_IN_ALL, "display dhcp server ip-in-use pool STRING<1-63>", cli_run_display_dhcp_in_use, SHOWS },
	{ CLI_IN_ALL, "display dhcp server free-ip", cli_run_display_dhcp_free, SHOWS },
	{ CLI_IN_ALL, "display dhcp server free-ip pool STRING<1-63>", cli_run_display_dhcp_free, SHOWS },
};
// clang-format on

const struct cli_row *cli_rows(size_t *ret_n)
{
	*ret_n = ARRAY_LEN(rows);
	return rows;
}

/* ---- levels ------------------------------------------------------------------------------ */

static bool begins_with(const struct cli_row *row, const char *words)
{
	struct str syntax = str_of(row->syntax), rest = str_from(syntax, strlen(words));

	return str_starts(syntax, str_of(words)) && (rest.len == 0 || rest.p[0] == ' ');
}

enum cli_level cli_row_level(const struct cli_row *row)
{
	static const struct {
		const char *words;
		enum cli_level level;
	} levels[] = {
		{ "quit", CLI_LEVEL_VISIT },
		{ "return", CLI_LEVEL_VISIT },
		{ "ping", CLI_LEVEL_VISIT },
		{ "telnet", CLI_LEVEL_VISIT },
		{ "display", CLI_LEVEL_MONITOR },
		{ "repeat", CLI_LEVEL_MONITOR },
		{ "screen-length", CLI_LEVEL_MONITOR },
		{ "undo screen-length", CLI_LEVEL_MONITOR },
		{ "debugging", CLI_LEVEL_MONITOR },
		{ "undo debugging", CLI_LEVEL_MONITOR },
		{ "terminal", CLI_LEVEL_MONITOR },
		{ "undo terminal", CLI_LEVEL_MONITOR },
		{ "save", CLI_LEVEL_MANAGE },
		{ "reboot", CLI_LEVEL_MANAGE },
		{ "reset saved-configuration", CLI_LEVEL_MANAGE },
	};

	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		if (begins_with(row, levels[i].words))
			return levels[i].level;
	}
	return CLI_LEVEL_SYSTEM;
}
