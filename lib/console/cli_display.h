/* The layouts of the display commands, as functions of values. */
#pragma once

#include "lib/console/cli_facts.h"

void cli_put_cwmp_configuration(struct buf *out, const struct cli_cwmp *cwmp);
void cli_put_cwmp_status(struct buf *out, const struct cli_cwmp *cwmp,
    const struct cli_cwmp_status *status);

/* "10:09:00 UTC Fri 03/16/2015" */
void cli_put_clock(struct buf *out, clock_ns wall);
void cli_put_version(struct buf *out, const struct cli_profile *profile,
    const struct cli_facts *facts);
void cli_put_manuinfo(struct buf *out, const struct cli_facts *facts);

void cli_put_interface_brief(struct buf *out, const struct cli_profile *profile,
    const struct cli_config *config, const struct cli_facts *facts);
void cli_put_ip_interface_brief(struct buf *out, const struct cli_config *config,
    const struct cli_facts *facts);
/* Networks of interfaces, static routes whose next hop is in one of them, and the default route that
 * came with a lease; as far as the device uses them. */
void cli_put_routes(struct buf *out, const struct cli_config *config,
    const struct cli_facts *facts);
/* Interface i of the configuration, whole. */
void cli_put_interface(struct buf *out, const struct cli_config *config,
    const struct cli_facts *facts, size_t i);
/* ---- cli_layout_port.c: what is behind the ports of a switch --------------------------- */

/* Their numbers; a line for each, with the ports that it passes; one of them whole. */
void cli_put_vlan_numbers(struct buf *out, const struct cli_config *config);
void cli_put_vlan_brief(struct buf *out, const struct cli_config *config);
void cli_put_vlan(struct buf *out, const struct cli_config *config,
    const struct cli_facts *facts, const struct vlan *vlan);
/* Ports of that link type, and the VLANs that are there and pass them. */
void cli_put_trunks(struct buf *out, const struct cli_config *config);
void cli_put_hybrids(struct buf *out, const struct cli_config *config);
/* All that pass the port and are there. */
struct vlan_set cli_vlans_passing(const struct cli_config *config,
    const struct cli_interface *port);
void cli_put_macs(struct buf *out, const struct cli_config *config,
    const struct cli_facts *facts);
void cli_put_logbuffer(struct buf *out, const struct cli_config *config,
    const struct cli_facts *facts);

/* The lines of one entry of it, as they are logged. */
void cli_put_log(struct buf *out, const struct cli_config *config,
    const struct cli_log *log);
/* A line of debugging: "*Jan  2 03:04:05:678 2026 HP CWMP/7/EVENT: text". word in small letters. */
void cli_put_debug(struct buf *out, const struct cli_config *config, clock_ns wall,
    const char *word, const char *text);

void cli_put_arp(struct buf *out, const struct cli_config *config,
    const struct cli_facts *facts);

/* What is set in the pool, as the vendor lays it out. */
void cli_put_dhcp_pool(struct buf *out, const struct cli_dhcp *dhcp,
    const struct cli_pool *pool);
/* Leases (sorted by address) and bindings; of one pool, or of all (null). */
void cli_put_dhcp_in_use(struct buf *out, const struct cli_dhcp *dhcp,
    const struct cli_pool *pool, const struct cli_leases *leases);
/* What the pool could still hand out; own: the server's address, which is in no pool
 * (0: it has none yet); leases are sorted by address. */
void cli_put_dhcp_free(struct buf *out, const struct cli_dhcp *dhcp,
    const struct cli_pool *pool, uint32_t own, const struct cli_leases *leases);

enum {
	CLI_MAC_TEXT_MAX = 15
};

/* "0000-5e00-5301"; text has room for CLI_MAC_TEXT_MAX and is returned. */
char *cli_mac_text(const uint8_t mac[6], char *text);
