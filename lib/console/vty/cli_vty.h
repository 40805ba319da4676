/* A line of a console as a terminal elsewhere has it (VTY): login, prompts, a line that is edited,
 * the session behind it, and screens of output. Keys in, text out; it opens nothing and
 * reads no clock. How keys and text travel is its owner's. */
#pragma once

#include "lib/console/cli_session.h"
#include "lib/console/vty/cli_edit.h"
#include "lib/console/vty/cli_gate.h"

enum cli_vty_state {
	CLI_VTY_NAME,     /* asks who it is */
	CLI_VTY_PASSWORD, /* and for the password; nothing of it is shown or kept */
	CLI_VTY_LINE,
	CLI_VTY_MORE, /* a screen is full: waits for a key */
	CLI_VTY_LIVE, /* what was typed goes on, until it ends or Ctrl+C ends it */
	CLI_VTY_OVER  /* nothing is taken any more */
};

enum {
	CLI_AHEAD_MAX = 4096 /* keys typed while a command goes on */
};

struct cli_vty {
	enum cli_vty_state state;
	const struct cli_gate *gate; /* borrowed */
	struct cli_session session;
	struct cli_edit edit;
	char name[CLI_NAME_MAX + 1]; /* typed at the login; gone when that is judged */
	unsigned n_tries;            /* that failed */
	bool has_failed;             /* too often: that is why it is over */
	struct cli_live live;        /* owned: told and user are its owner's to set */
	struct buf ahead; /* owned: keys that wait until what goes on has ended */
	size_t ahead_at;  /* from here on */
	struct buf more;  /* owned: output that was not shown yet, */
	size_t more_at;   /* from here on */
	bool is_ending;   /* the session was left; output may be to come */
	size_t recalled;  /* lines back in the history; 0: the line is its own */
	/* Tab: the line as it was before the first one, and what the last one made of it. */
	struct buf begun, made; /* owned */
	size_t nth;
	/* The owner's, for its log: a command that was not refused, and has no password in it. Null:
	 * nobody wants it. The text is gone when it returns. */
	void (*typed)(void *user, struct str line);
	void *user;
};

/* Begins: appends what the terminal shows first. The device and the gate outlive the line. The
 * caller ends it with cli_vty_free(). */
void cli_vty_open(struct cli_vty *vty, struct cli_device *device,
    const struct cli_gate *gate, struct buf *out);
/* Safe to repeat. */
void cli_vty_free(struct cli_vty *vty);

/* One key. Text for the terminal is appended to out, with "\n" for the end of a line: that of one
 * command at most. */
void cli_vty_take(struct cli_vty *vty, char key, struct buf *out);

/* Appends what has come by itself, and the prompt where what went on has ended. To be
 * called only while cli_vty_has_news(): when live tells, or there is room again. */
void cli_vty_tell(struct cli_vty *vty, struct buf *out);

/* Takes one key that was typed ahead, if nothing goes on; false where there is none, or
 * something does. To be called until then before each new key. */
bool cli_vty_take_ahead(struct cli_vty *vty, struct buf *out);

/* How wide the terminal is; 0 and what is too narrow to edit on: not known. */
void cli_vty_resize(struct cli_vty *vty, unsigned width);

/* Whether cli_vty_tell() has something to say. */
static inline bool cli_vty_has_news(const struct cli_vty *vty)
{
	bool is_there = vty->live.text.len > 0 || vty->live.n_left_out > 0;

	if (vty->state == CLI_VTY_LIVE)
		return is_there || !cli_live_goes_on(&vty->live);
	return is_there && vty->state == CLI_VTY_LINE;
}

static inline bool cli_vty_is_logged_in(const struct cli_vty *vty)
{
	return vty->state == CLI_VTY_LINE || vty->state == CLI_VTY_MORE ||
	       vty->state == CLI_VTY_LIVE;
}
