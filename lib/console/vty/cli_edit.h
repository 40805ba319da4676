/* A line that is edited on a terminal: keys in, what the terminal is to be sent out. It
 * is a value of its own, without a device behind it: libedit edits only on a terminal
 * of the system, which would be a pseudo-terminal, its modes and a terminfo entry for
 * each connection.
 *
 * Keys (Source: "Using the CLI", editing hotkeys): Ctrl+A, E to the ends; Ctrl+B, F,
 * Esc B, Esc F and the arrows a character or a word on; Ctrl+D, H, W, Esc D take away;
 * Ctrl+X, Y what stands before and behind the cursor, Ctrl+U all. Home, End, Delete and
 * Backspace do as on any terminal. Other bytes above 126 are no text of a console and
 * are passed over. */
#pragma once

#include "lib/base/buf.h"
#include "lib/console/cli_words.h"

enum cli_key {            /* what is asked of whoever has the line */
	CLI_KEY_NONE,     /* the line was edited, or nothing was done */
	CLI_KEY_ENTER,    /* the line is whole */
	CLI_KEY_QUESTION, /* "?" */
	CLI_KEY_COMPLETE, /* Tab */
	CLI_KEY_RETURN,   /* Ctrl+Z: to the user view */
	CLI_KEY_DROP,     /* Ctrl+C */
	CLI_KEY_EARLIER,  /* Ctrl+P, up: of the history */
	CLI_KEY_LATER,    /* Ctrl+N, down */
	CLI_KEY_SHOW      /* Ctrl+R: prompt and line once more */
};

enum cli_edit_state {
	CLI_EDIT_TEXT,
	CLI_EDIT_ESCAPE,  /* behind Esc */
	CLI_EDIT_SEQUENCE /* behind Esc [ or Esc O: the key of a terminal */
};

struct cli_edit {
	char text[CLI_LINE_MAX]; /* not terminated */
	size_t len, at;          /* at: where the cursor stands, 0 to len */
	size_t max;              /* characters; more are passed over */
	size_t indent;           /* columns of the prompt before the line */
	unsigned width; /* of the terminal; 0: not known, and it never folds lines */
	bool is_hidden; /* a password: nothing is shown */
	bool is_plain;  /* an answer: "?" is text, and there is no Tab and no history */
	enum cli_edit_state state;
	unsigned number; /* of a sequence: Esc [ 3 ~ */
};

/* An empty line behind a prompt of so many columns; what was in it is overwritten. The
 * width stays; max is CLI_LINE_MAX, and it is neither hidden nor plain: the caller sets
 * what is otherwise. */
void cli_edit_begin(struct cli_edit *edit, size_t indent);

/* One key. What the terminal is sent, with "\n" for the end of a line, is appended to out: at most
 * some bytes for each character of the line. */
enum cli_key cli_edit_take(struct cli_edit *edit, char key, struct buf *out);

/* Another line in its place, cut at max, with the cursor behind it. */
void cli_edit_set(struct cli_edit *edit, struct str line, struct buf *out);

/* Behind the line, so that what comes next stands below it. */
void cli_edit_to_end(struct cli_edit *edit, struct buf *out);

static inline struct str cli_edit_line(const struct cli_edit *edit)
{
	return str_make(edit->text, edit->len);
}
