/* What the files of the console share. */
#pragma once

#include "agents/cpe/console/console.h"

/* ---- console_log.c -------------------------------------------------------------------------- */

/* The log of the device, as far as it is about what is typed: where, as the vendor names lines
 * ("con1"), and what. */
void console_log_line(struct console *console, const char *where, struct str line);

/* ---- console_debug.c: what is shown while it happens ----------------------------------------- */

/* A console and its fleet's begin, and end, to watch. */
void console_debug_open(struct console *console);
void console_debug_close(struct console *console);

/* As the rows watches, debug and witness of struct cpe_console. */
bool console_debug_watches(const struct console *console, enum cpe_debug kind);
void console_debug_say(struct consoles *consoles, struct console *console,
    enum cpe_debug kind, const char *text);
const struct cpe_witness *console_debug_witness(struct consoles *consoles,
    struct console *console);
/* Lines of the log of its ports that were not shown yet. */
void console_debug_ports(struct consoles *consoles, struct console *console);

/* Shows what waits. */
void console_debug_show(struct consoles *consoles);

/* ---- console_command.c --------------------------------------------------------------------- */

/* Ends all sessions, and what goes on in them. */
void console_end_sessions(struct console *console);
/* Ends what goes on in them, as Ctrl+C does. */
void console_break_sessions(struct console *console);
/* Ends what goes on in sessions that nobody has asked for a while. Whether anything goes on yet. */
bool console_end_unwatched(struct consoles *consoles, clock_ns now);

/* ---- console_ping.c ----------------------------------------------------------------------- */

/* The edge of lib/console: ICMP from the CPE's place. */
int console_ping(void *user, struct cli_live *live, struct error *err);

/* ---- console_relay.c ---------------------------------------------------------------------- */

/* The edge of lib/console: a connection to a Telnet server, from the CPE's place. */
int console_dial(void *user, struct cli_live *live, struct error *err);

/* ---- console_ports.c: of CPEs that are switches ------------------------------------------ */

/* Which ports there are, and which of them are down because somebody has said so. No-op for who
 * is no switch. */
void console_pull_ports(const struct console *console, struct cli_config *config);

/* ERR_UNSUPPORTED or ERR_LIMIT with words: a port is not as before, of a CPE that is no switch, or
 * there are more VLANs on trunks than it has room for. */
int console_check_ports(const struct console *console, const struct cli_config *before,
    const struct cli_config *after, struct error *err);

/* Takes those ports down, or up, that are not as before. An error with words: of these the first
 * that could not be set, and those behind it, are as they were. */
int console_push_ports(const struct console *console, const struct cli_config *before,
    const struct cli_config *after, struct error *err);

/* Makes the kernel's VLANs what config says, whatever they were. Of a switch alone. */
int console_push_vlans(const struct console *console, const struct cli_config *config,
    struct error *err);

/* The same of static routes, without VLANs. */
int console_push_routes(const struct console *console, const struct cli_config *config,
    struct error *err);

/* The next entry of the ports' log behind the first *n_seen of all there were. *n_seen
 * goes on to behind it; entries that are overwritten already are passed over. False:
 * there is none. */
bool console_next_log(const struct console *console, uint64_t *n_seen,
    struct cli_log *ret);

/* The state and counters of the ports, the MAC addresses behind them, and the log. Of a
 * switch alone. */
void console_look_at_ports(const struct console *console, struct cli_facts *facts);
