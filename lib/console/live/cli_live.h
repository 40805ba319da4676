/* What reaches a session by itself, and not as the answer to a line: the lines of a
 * command that goes on, such as "ping", until it ends or is broken off. They wait here,
 * within bounds, until whoever shows the session takes them. */
#pragma once

#include "lib/base/compiler.h"
#include "lib/console/live/cli_ping.h"

enum {
	CLI_LIVE_BYTES_MAX = 32 << 10, /* that wait; further lines are left out */
	CLI_LIVE_PASS_MAX = 4096       /* of text that is no lines, before it rests */
};

struct cli_dial { /* "telnet" */
	char host[CLI_HOST_MAX + 1];
	uint16_t port;
};

struct cli_live {
	/* Its owner's, and set by it; may be null. Called when something waits, or what
	 * went on has ended, but never from cli_live_say() or cli_live_break(), whose
	 * callers know, nor from inside the edge that begins it (cli_session.h). */
	void (*told)(void *user);
	void *user;
	/* Of what goes on, set by what begins it; null: nothing does. */
	void *work;
	void (*stop)(void *work); /* at once: nothing is told any more */
	/* Takes what is typed, byte by byte; false: it has no room. Null: keys wait for its end, and
	 * Ctrl+C ends it. */
	bool (*key)(void *work, char key);
	void (*resume)(void *work); /* there is room for text again; or null */
	const char *error_mark;     /* before what has gone wrong */
	bool is_refused;            /* what went on last has ended by that */
	/* What is begun: a ping; or a terminal elsewhere, whose words its end has no statistics for. */
	struct cli_ping ping;
	struct cli_dial dial;
	struct buf text;     /* owned: lines that wait */
	uint64_t n_left_out; /* lines, since the last was taken */
};

/* Safe to repeat: ends what goes on, without a word. */
void cli_live_free(struct cli_live *live);

static inline bool cli_live_goes_on(const struct cli_live *live)
{
	return live->work != NULL;
}

/* Lines for the session, each with its end. */
void cli_live_say(struct cli_live *live, struct str lines);

/* Text that is no lines, of which nothing may be left out: whoever brings it rests while
 * cli_live_has_room() is false, until resume(). */
void cli_live_pass(struct cli_live *live, struct str text);

static inline bool cli_live_has_room(const struct cli_live *live)
{
	return live->text.len < CLI_LIVE_PASS_MAX;
}

/* Whether keys go to what goes on. */
static inline bool cli_live_takes_keys(const struct cli_live *live)
{
	return live->work != NULL && live->key != NULL;
}

/* Moves what waits to out, and says how much was left out. */
void cli_live_take(struct cli_live *live, struct buf *out);

/* Ctrl+C: what goes on ends, and says so as it does by itself. */
void cli_live_break(struct cli_live *live);

/* ---- told by what goes on ---------------------------------------------------------------- */

void cli_live_found(struct cli_live *live, uint32_t address);
void cli_live_sent(struct cli_live *live);
void cli_live_answered(struct cli_live *live, uint16_t sequence, unsigned ttl,
    clock_ns time);
void cli_live_late(struct cli_live *live);

/* It has ended, and work is gone. why is what went wrong, in words; null: nothing did. */
void cli_live_ended(struct cli_live *live, const char *why);
