/* The DHCP server of a console: what was typed decides what it hands out and whether it
 * runs. It runs where the CPE lives: in its namespace, on its interface, from its
 * address (struct cpe_place). A switch whose Vlan-interface is another one is served by
 * giving it that place. */
#pragma once

#include "agents/cpe/console/console.h"

/* Makes the server what dhcp says: configured anew where that is another one than
 * before, with the leases that clients have; running where it is enabled and the CPE
 * has an address. ERR_CONFIG with words: what it hands out is as before. What
 * lessor_start() fails with, with words: it has the new configuration. While the
 * start-up file of the process runs dhcp is only checked, and console_dhcp_load()
 * follows. */
int console_dhcp_set(struct console *console, const struct cli_dhcp *dhcp,
    struct error *err);

/* The start-up file of the process has run: its server is made of the whole of it. One
 * that was made line by line would drop the leases on disk of each pool that is not
 * there yet. What fails is logged. */
void console_dhcp_load(struct console *console);

/* The CPE has another address, or none, or is switched on or off: as what was typed last. What
 * fails is logged. */
void console_dhcp_moved(struct console *console);

/* Its leases, as struct cli_edges wants them. */
int console_dhcp_lend(void *user, struct cli_leases *leases);

/* It is gone, with the leases that were kept on disk where is_reset. Safe to repeat. */
void console_dhcp_close(struct console *console, bool is_reset);
