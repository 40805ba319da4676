/* Configuration files of a console: one that an ACS sends, one that it fetches, the start-up file
 * after a boot, and what is left after a factory reset. */
#pragma once

#include "agents/cpe/console/console.h"

/* The configuration of a CPE at whose console nothing was typed yet. */
void console_config_factory(const struct console *console, struct cli_config *ret);

/* As struct cpe_console has them (cpe_fleet.h). All lines of a file are taken or none:
 * a refused one is fault 9018 with its number and text; 9002: there is no memory, or
 * the file cannot be written. Without a word of it in the file CWMP stays enabled or
 * disabled as it is, and the ACS stays the one it is, so that an ACS that sends a file
 * without them does not lose its CPE. */
uint32_t console_config_check(struct console *console, struct str text,
    struct error *err);
void console_config_take(struct console *console);

/* The CPE goes down and will come up with its start-up file. What was typed, not saved,
 * and is no parameter of the CPE's model is lost; parameters outlive a boot (TR-069 A6
 * A.3.2.2), but those that a start-up file which an ACS has sent since the last boot
 * says otherwise. */
void console_config_reload(struct console *console);

/* The kernel's VLANs become what the configuration says, once it is whole. Of a switch. */
void console_settle_vlans(struct console *console);

/* FactoryReset: what was typed is as in the factory, and the start-up file and leases are gone.
 * Whether CWMP is enabled stays as it is: `cwmp: disabled` is what a switch comes with out of its
 * box, and an ACS that resets one which was enabled means to set it up again. Where the factory
 * has it disabled, the start-up file is then that one line, so that a process which starts anew
 * does not lose it, either. */
void console_config_reset(struct console *console);
/* The same of a CPE that was reset when its process started, before it had a console. */
void console_config_reset_late(struct console *console);
