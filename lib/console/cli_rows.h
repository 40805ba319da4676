/* The tables behind cli_row.h, and the functions of their rows. Only this room's. */
#pragma once

#include "lib/console/cli_row.h"
#include "lib/console/cli_session.h"

struct cli_help {
	const char *words; /* the end of a row's words; null ends the table */
	const char *text;
};

extern const struct cli_help cli_helps[];

/* Of "ping", in this order. */
enum cli_ping_option {
	CLI_PING_A,
	CLI_PING_C,
	CLI_PING_F,
	CLI_PING_H,
	CLI_PING_M,
	CLI_PING_N,
	CLI_PING_Q,
	CLI_PING_S,
	CLI_PING_T,
	CLI_PING_TOS
};

extern const struct cli_option cli_ping_options[];

/* ---- cli_commands.c: views, the file, the device ------------------------------------- */

void cli_run_system_view(struct cli_call *call);
void cli_run_quit(struct cli_call *call);
void cli_run_return(struct cli_call *call);
void cli_run_save(struct cli_call *call);
void cli_run_save_force(struct cli_call *call);
void cli_run_reboot(struct cli_call *call);
void cli_run_reset_saved(struct cli_call *call);
void cli_run_repeat(struct cli_call *call);
void cli_run_repeat_times(struct cli_call *call);
void cli_run_sysname(struct cli_call *call);
void cli_run_route(struct cli_call *call);
void cli_run_undo_route(struct cli_call *call);
void cli_run_undo_sysname(struct cli_call *call);
void cli_run_screen_length(struct cli_call *call);
void cli_run_undo_screen_length(struct cli_call *call);
void cli_run_cwmp(struct cli_call *call);
void cli_run_port(struct cli_call *call);
void cli_run_shutdown(struct cli_call *call);
void cli_run_undo_shutdown(struct cli_call *call);
void cli_run_nothing(struct cli_call *call);
void cli_run_ping(struct cli_call *call);
void cli_run_telnet(struct cli_call *call);
void cli_run_debugging(struct cli_call *call);
void cli_run_undo_debugging(struct cli_call *call);
void cli_run_display_debugging(struct cli_call *call);
void cli_run_monitor(struct cli_call *call);
void cli_run_undo_monitor(struct cli_call *call);
void cli_run_terminal_debugging(struct cli_call *call);
void cli_run_undo_terminal_debugging(struct cli_call *call);

/* ---- cli_port.c: ports, VLANs and VLAN interfaces -------------------------------------- */

/* "display this" of the views of a VLAN, and of interfaces. */
void cli_put_port_view(struct cli_call *call);

void cli_run_description(struct cli_call *call);
void cli_run_undo_description(struct cli_call *call);
void cli_run_vlan(struct cli_call *call);
void cli_run_undo_vlan(struct cli_call *call);
void cli_run_undo_vlan_all(struct cli_call *call);
void cli_run_vlan_name(struct cli_call *call);
void cli_run_undo_vlan_name(struct cli_call *call);
void cli_run_vlan_ports(struct cli_call *call);
void cli_run_undo_vlan_ports(struct cli_call *call);
void cli_run_vlan_interface(struct cli_call *call);
void cli_run_undo_vlan_interface(struct cli_call *call);

void cli_run_link_type(struct cli_call *call);
void cli_run_undo_link_type(struct cli_call *call);
void cli_run_access_vlan(struct cli_call *call);
void cli_run_undo_access_vlan(struct cli_call *call);
void cli_run_permit(struct cli_call *call);
void cli_run_undo_permit(struct cli_call *call);
void cli_run_pvid(struct cli_call *call);
void cli_run_undo_pvid(struct cli_call *call);
void cli_run_hybrid(struct cli_call *call);
void cli_run_undo_hybrid(struct cli_call *call);
void cli_run_address_dhcp(struct cli_call *call);
void cli_run_address(struct cli_call *call);
void cli_run_undo_address(struct cli_call *call);

/* ---- cli_cwmp.c: the CWMP view ------------------------------------------------------- */

void cli_run_cwmp_item(struct cli_call *call);
void cli_run_undo_cwmp_item(struct cli_call *call);

/* ---- cli_dhcp_view.c: the DHCP server, and the view of a pool of it --------------------- */

void cli_run_dhcp_enable(struct cli_call *call);
void cli_run_undo_dhcp_enable(struct cli_call *call);
void cli_run_dhcp_pool(struct cli_call *call);
void cli_run_undo_dhcp_pool(struct cli_call *call);
void cli_run_forbidden(struct cli_call *call);
void cli_run_undo_forbidden(struct cli_call *call);
void cli_run_network(struct cli_call *call);
void cli_run_undo_network(struct cli_call *call);
void cli_run_gateways(struct cli_call *call);
void cli_run_undo_gateways(struct cli_call *call);
void cli_run_dns(struct cli_call *call);
void cli_run_undo_dns(struct cli_call *call);
void cli_run_domain(struct cli_call *call);
void cli_run_undo_domain(struct cli_call *call);
void cli_run_option_43(struct cli_call *call);
void cli_run_undo_option_43(struct cli_call *call);
void cli_run_expired(struct cli_call *call);
void cli_run_expired_unlimited(struct cli_call *call);
void cli_run_undo_expired(struct cli_call *call);

/* The pool that the session is in. Null: it is there no more, which is said. */
struct cli_pool *cli_call_pool(struct cli_call *call);
/* "display this" of it. */
void cli_put_pool_view(struct cli_call *call);

/* ---- cli_dhcp_bind.c ------------------------------------------------------------------- */

void cli_run_static_bind(struct cli_call *call);
void cli_run_undo_static_bind(struct cli_call *call);

/* ---- cli_display_dhcp.c ---------------------------------------------------------------- */

void cli_run_display_dhcp_pool(struct cli_call *call);
void cli_run_display_dhcp_in_use(struct cli_call *call);
void cli_run_display_dhcp_free(struct cli_call *call);

/* ---- cli_display.c -------------------------------------------------------------------- */

/* What the device is now; the caller frees it. Null: there is no memory, which is said. */
struct cli_facts *cli_call_look(struct cli_call *call);

void cli_run_display_this(struct cli_call *call);
void cli_run_display_current(struct cli_call *call);
void cli_run_display_saved(struct cli_call *call);
void cli_run_display_cwmp_configuration(struct cli_call *call);
void cli_run_display_cwmp_status(struct cli_call *call);
void cli_run_display_history(struct cli_call *call);
void cli_run_display_clock(struct cli_call *call);
void cli_run_display_version(struct cli_call *call);
void cli_run_display_manuinfo(struct cli_call *call);
void cli_run_display_interface(struct cli_call *call);
void cli_run_display_interface_brief(struct cli_call *call);
void cli_run_display_ip_interface_brief(struct cli_call *call);
void cli_run_display_routes(struct cli_call *call);
void cli_run_display_arp(struct cli_call *call);
void cli_run_display_vlan(struct cli_call *call);
void cli_run_display_vlan_brief(struct cli_call *call);
void cli_run_display_trunks(struct cli_call *call);
void cli_run_display_hybrids(struct cli_call *call);
void cli_run_display_macs(struct cli_call *call);
void cli_run_display_logbuffer(struct cli_call *call);
