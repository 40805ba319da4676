/* A console session: lines in, text out. It opens nothing and reads no clock: what it shows and
 * changes goes through the edges of its device. */
#pragma once

#include "lib/base/error.h"
#include "lib/console/cli_facts.h"
#include "lib/console/cli_match.h"
#include "lib/console/live/cli_live.h"

enum {
	CLI_HISTORY_MAX = 10,          /* lines that a session keeps, as the vendor's */
	CLI_SCREEN_LENGTH = 24,        /* lines after which a terminal waits */
	CLI_NOTE_MAX = 240,            /* terminated */
	CLI_REPEAT_BYTES_MAX = 1 << 20 /* shown, behind which nothing is repeated */
};

struct cli_edges {
	/* Brings the configuration up to date with what others have set: the ACS. */
	void (*pull)(void *user, struct cli_config *config);
	/* Makes the device what after says; before is what it was. An error with words leaves
	 * it as it was. */
	int (*apply)(void *user, const struct cli_config *before,
	    const struct cli_config *after, struct error *err);
	void (*look)(void *user, struct cli_facts *facts);
	/* The start-up file: written whole or not at all; read (ERR_NOT_FOUND: there is none);
	 * removed. */
	int (*save)(void *user, struct str text, struct error *err);
	int (*load)(void *user, struct buf *ret);
	int (*forget)(void *user, struct error *err);
	/* The leases of its DHCP server, in any order: the caller frees leases->items. May be null:
	 * it has no such server. -ENOMEM. */
	int (*lend)(void *user, struct cli_leases *leases);
	/* Begins what live->ping says, and tells live of it from the loop's next round on: sets its
	 * work and stop. May be null: the device sends no such packets. An error with words. */
	int (*ping)(void *user, struct cli_live *live, struct error *err);
	/* The same of live->dial: connects to a Telnet server, passes its text, and sends it what is
	 * typed (live->key). May be null. */
	int (*dial)(void *user, struct cli_live *live, struct error *err);
	/* The device goes down and boots; the session goes on. */
	void (*reboot)(void *user);
};

/* What "debugging cwmp" shows. XX(symbol, word) */
#define CLI_DEBUG_MAP(XX)  \
	XX(ERROR, "error") \
	XX(EVENT, "event") \
	XX(PACKET, "packet")

enum cli_debug {
#define XX(symbol, word) CLI_DEBUG_##symbol,
	CLI_DEBUG_MAP(XX)
#undef XX
	CLI_DEBUGS
};

const char *cli_debug_word(enum cli_debug kind);

struct cli_device {
	struct cli_config running;
	const struct cli_profile *profile;
	const struct cli_edges *edges; /* borrowed, as is user */
	void *user;
	unsigned debugging; /* bits of enum cli_debug: of the device, until it boots */
};

/* What a session asks before it goes on. */
enum cli_asks {
	CLI_ASKS_NOTHING,
	CLI_ASKS_SAVE,
	CLI_ASKS_FILE_NAME,
	CLI_ASKS_OVERWRITE,
	CLI_ASKS_REBOOT,
	CLI_ASKS_FORGET
};

/* What goes on behind a line. */
enum cli_going {
	CLI_GOING_NOTHING,
	CLI_GOING_PING,
	CLI_GOING_DIAL
};

struct cli_session {
	struct cli_device *device; /* borrowed */
	enum cli_view view;
	size_t interface; /* of the view of a port: its index in the configuration */
	char pool[CLI_POOL_NAME_MAX]; /* of the view of a DHCP pool */
	unsigned vlan;                /* of the views of a VLAN, and of its interface */
	enum cli_asks asks;
	unsigned level;         /* enum cli_level: commands above it are refused */
	unsigned screen_length; /* 0: the terminal does not wait */
	bool is_monitor;        /* its terminal shows what the device logs, */
	bool is_debugged;       /* and of that what debugging brings */
	bool is_loading;        /* lines come from a start-up file */
	/* What the last line wants to go on: cli_session_begin(). */
	enum cli_going going;
	struct cli_ping ping;
	struct cli_dial dial;
	struct {
		unsigned lines, times; /* to be typed again after the line; 0: none */
		bool is_on;            /* they are being typed */
	} repeat;
	char history[CLI_HISTORY_MAX][CLI_LINE_MAX + 1];
	size_t n_history;
	/* What the last line did that the vendor takes without a word, though it is hardly what
	 * was meant; "": nothing. Not the console's own text: it is for who types by a program of
	 * ours. */
	char note[CLI_NOTE_MAX];
};

struct cli_result {
	bool is_refused; /* nothing was changed; out says why */
	bool is_over;    /* "quit" in the user view */
	bool is_secret;  /* the line has a password in it: nobody is to keep it */
};

/* What a command works with. */
struct cli_call {
	struct cli_session *session;
	struct cli_device *device;
	struct cli_config *config; /* the device's: what the command changes */
	const struct cli_match *match;
	struct buf *out;
	struct cli_result result;
};

/* In the user view, with the highest level. */
void cli_session_init(struct cli_session *session, struct cli_device *device);

/* Takes a line without its end. What a terminal shows below it is appended to out. */
struct cli_result cli_session_take(struct cli_session *session, struct str line,
    struct buf *out);

/* Begins what the last line wants to go on, if anything, and has it tell live: a line is taken only
 * when it has ended. What is wrong is appended to out; is_refused. */
struct cli_result cli_session_begin(struct cli_session *session, struct cli_live *live,
    struct buf *out);

/* Whether its terminal is to show a line of the log, or of debugging. */
static inline bool cli_session_watches(const struct cli_session *session, bool is_debug)
{
	return session->is_monitor && (!is_debug || session->is_debugged);
}

/* Whether the line will be a command, which a log wants: no answer to a question, and
 * not a key such as Ctrl+Z that stands for a line. */
static inline bool cli_session_is_command(const struct cli_session *session,
    struct str line)
{
	return session->asks == CLI_ASKS_NOTHING && line.len > 0 &&
	       (unsigned char)line.p[0] >= ' ';
}

/* "<HP>", "[HP-cwmp]"; or the question that it asks, whose last line stays open. */
void cli_session_prompt(const struct cli_session *session, struct buf *out);

/* "?" at the end of a line. */
void cli_session_question(const struct cli_session *session, struct str line,
    struct buf *out);

/* Runs the lines of a configuration (cli_config_put()). How many were refused; the first of
 * them is in err, which may be null. */
size_t cli_session_load(struct cli_session *session, struct str text,
    struct error *err);

/* Fails the command with a line of words. */
void cli_call_fail(struct cli_call *call, const char *fmt, ...) ATTR_PRINTF(2, 3);
