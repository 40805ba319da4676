/* The consoles of CPEs: what is typed at them (lib/console) becomes what the CPE is, and what an
 * ACS sets shows in them. The later of the two counts (HP 5920 guide, "preferred ACS
 * attributes").
 *
 * A CPE with a console has two interfaces: Vlan-interface1, which has its address, and
 * GigabitEthernet1/0/1, its port; a switch has one for each port of its bridge. Its start-up
 * file is run when the agent starts. */
#pragma once

#include "agents/cpe/console/telnet_server.h"
#include "agents/cpe/device/cpe_fleet.h"
#include "lib/console/cli_session.h"

enum {
	CONSOLE_SESSIONS_MAX = 16 /* of a CPE; the one that rests longest gives way */
};

struct console;
struct consoles;

struct console_session {
	uint32_t number;
	clock_ns used_at;
	struct cli_session cli;
	struct cli_live live;
	bool is_raw;             /* what waits in it is text of a terminal elsewhere */
	struct console *console; /* borrowed, as is the next */
	struct consoles *consoles;
};

struct console_dhcp;

struct console {
	struct cpe *cpe; /* borrowed */
	struct cli_device device;
	struct cli_profile profile; /* the device's: with the version that it runs */
	char version[CLI_VERSION_MAX];
	struct console_session *sessions[CONSOLE_SESSIONS_MAX]; /* owned; null: free */
	uint32_t last_number;
	struct console_dhcp *dhcp; /* owned: its DHCP server; null: it has none yet */
	/* owned: what a file of an ACS has made of the configuration, until its transfer has
	 * ended; null: there is none */
	struct cli_config *found;
	bool found_saves; /* and it is to be the start-up file, too */
	bool
	    has_new_file; /* the start-up file is an ACS's, and no boot has run it yet */
	clock_ns ended_boot;        /* when the CPE was booted that went down last */
	bool is_loading;            /* the start-up file of its process runs */
	struct buf log;             /* owned: lines of what was typed */
	struct cpe_witness witness; /* shows the messages of a session */
	uint64_t n_logged; /* entries of the log of its ports that were shown */
	struct list told;  /* of its consoles' news; alone where there are none */
	char *saved;       /* owned: the start-up file of a fleet that keeps no state */
	struct telnet_server
	    *telnet; /* owned; null: nobody reaches it from elsewhere */
};

struct consoles {
	struct cpe_fleet *fleet;
	struct console *items; /* owned: one of each CPE; null: they have none */
	struct list waiting;   /* replies that are due */
	struct list held;      /* and those that wait for news */
	uv_timer_t timer, late;
	uv_timer_t unwatched;     /* while something goes on in a session */
	struct list news;         /* consoles that have lines for who watches */
	uv_timer_t shows;         /* them, in the loop's next round */
	struct cpe_console edges; /* as the fleet has them */
};

/* The arguments of the command "console". */
struct console_arguments {
	const char *cpe;
	uint64_t session;
	int act; /* enum console_act */
	const char *line;
	uint64_t nth;
};
extern const struct conf_row console_rows[];

/* Gives a CPE a console, as the configuration of its fleet says, and runs its start-up file. */
void console_open(struct console *console, struct cpe *cpe);
/* Safe to repeat. */
void console_close(struct console *console);

/* Gives the CPEs of the fleet consoles where its configuration wants them, and runs their start-up
 * files: lines that are refused are logged. Before they boot. -ENOMEM with words. */
int consoles_open(struct consoles *consoles, struct cpe_fleet *fleet,
    struct error *err);

/* From now on commands are taken. */
void consoles_start(struct consoles *consoles, uv_loop_t *loop);

/* ---- console_telnet.c ---- */

/* Lets people reach the consoles by Telnet, where the configuration wants it: that of a
 * CPE with a fixed address at that address; that of one that leases its address, or is
 * a switch, at all addresses of its namespace; others at 127.0.0.1. -errno with words;
 * what listens already is closed by consoles_unlisten(). */
int consoles_listen(struct consoles *consoles, uv_loop_t *loop, struct error *err);

/* Ends all that consoles_listen() has begun; the loop lets go of it when it goes on, before
 * consoles_free(). Safe to repeat. */
void consoles_unlisten(struct consoles *consoles);

/* ---- the end ---- */

/* Behind consoles_unlisten(). The loop lets go of the handle when it goes on; consoles_free()
 * after it. */
void consoles_close(struct consoles *consoles);
void consoles_free(struct consoles *consoles);

/* A page of the command "console"; see struct command. What is typed is done in the next round
 * of the loop, since it may cause events. */
int consoles_page(struct consoles *consoles, struct answer *answer, struct error *err);
void consoles_end(struct answer *answer);

/* ---- console_edges.c, console_look.c, console_file.c: what lib/console asks of a CPE --- */

extern const struct cli_edges console_edges;

void console_look(void *user, struct cli_facts *facts);

int console_save(void *user, struct str text, struct error *err);
int console_load(void *user, struct buf *ret);
int console_forget(void *user, struct error *err);
