/* The full-screen browser of a capture, without a terminal: what is shown, where the cursor
 * stands, what a key does. Keys and a size go in, lines of text come out. */
#pragma once

#include "capture/analysis/analysis.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"

enum {
	BROWSE_SEARCH_MAX = 64,
	BROWSE_DEPTH_MAX = 8,
	BROWSE_HEIGHT_MAX = 500,
	BROWSE_SHIFT = 20, /* columns of < and > */
	BROWSE_SHIFT_MAX = 10000,
};

enum browse_page {
	BROWSE_DEVICES,
	BROWSE_SESSIONS, /* of one device, or all */
	BROWSE_LADDER,   /* messages of one session, findings below theirs */
	BROWSE_MESSAGE,
	BROWSE_COMPARE, /* the marked message beside the present one */
	BROWSE_HELP,
};

/* Keys that are no characters. A key that is one is given as its code. */
enum browse_key {
	BROWSE_UP = 256,
	BROWSE_DOWN,
	BROWSE_PAGE_UP,
	BROWSE_PAGE_DOWN,
	BROWSE_HOME,
	BROWSE_END,
	BROWSE_ENTER,
	BROWSE_BACK,      /* Escape, Left */
	BROWSE_BACKSPACE, /* in a search */
	BROWSE_TAB,       /* the next message, session or device */
	BROWSE_BACK_TAB,
};

struct browse_list {
	size_t at, top, len; /* cursor, first line shown, lines */
};

/* A line of a ladder: a message, or a finding about the one above. */
struct browse_row {
	const struct analysis_message *message;
	const struct finding *finding; /* null: the message itself */
};

/* A line of two messages side by side; the same line where is_same. */
struct browse_pair {
	struct str left, right;
	bool is_same;
};

struct browse {
	const struct analysis *analysis; /* borrowed */
	enum browse_page pages[BROWSE_DEPTH_MAX];
	size_t depth; /* of pages; the last is shown */
	struct browse_list lists[BROWSE_HELP + 1];
	size_t device;  /* shown; SIZE_MAX: sessions of all */
	size_t session; /* shown, index into the analysis */
	const struct analysis_message *message, *marked;
	struct arena arena; /* of the lines below */
	struct browse_row *rows;
	struct str *lines;
	struct browse_pair *pairs;
	bool is_searching; /* the search is being typed */
	char search[BROWSE_SEARCH_MAX];
	const char *notice; /* what the status line says about the last key, or null */
	size_t shift;    /* columns of long lines that are scrolled out to the left */
	unsigned height; /* lines of the list, as last drawn */
	bool is_done;
};

/* Begins with the list of devices. The caller keeps analysis until browse_free(). */
void browse_init(struct browse *browse, const struct analysis *analysis);

/* Safe to repeat. */
void browse_free(struct browse *browse);

/* Does what the key stands for. Sets is_done when the key leaves the browser. A page for
 * which there is no memory opens empty. */
void browse_key(struct browse *browse, int key);

/* ---- drawing (browse_screen.c) ------------------------------------------------------ */

enum browse_style {
	BROWSE_PLAIN,
	BROWSE_TITLE,
	BROWSE_CURSOR,
	BROWSE_BAD,   /* a finding at must level, a broken session */
	BROWSE_ODD,   /* other findings; lines that differ */
	BROWSE_FAINT, /* what is not judged; the same in both */
};

struct browse_line {
	struct buf text; /* never wider than the screen; owned */
	enum browse_style style;
};

struct browse_screen {
	struct browse_line *lines; /* owned; height of them; null at first */
	unsigned width, height;    /* in characters; the caller sets them */
	bool is_utf8;              /* what the terminal shows; the caller sets it */
};

/* Fills the screen's lines: title, list, status. Below three lines of height they stay
 * empty. The browser scrolls its list so that the cursor is on the screen. 0 or -ENOMEM.
 * The caller frees the screen, and does so before it changes the height. */
int browse_draw(struct browse *browse, struct browse_screen *screen);

/* Safe to repeat. */
void browse_screen_free(struct browse_screen *screen);

/* Appends line i of the page's list, as it is searched in and shown, however wide. i is
 * below the length of that list. */
void browse_put_row(const struct browse *browse, enum browse_page page, size_t i,
    bool is_utf8, struct buf *out, enum browse_style *ret_style);

/* ---- messages as lines (browse_text.c) ---------------------------------------------- */

/* The lines of a message: what is known of it, its findings, its head, and its envelope
 * with one element a line; 200,000 lines at most. They live in arena. Null without memory. */
struct str *browse_message_lines(struct arena *arena, const struct analysis *analysis,
    const struct analysis_message *message, size_t *ret_n);

/* The lines of two messages in pairs, so that lines which are the same stand beside each
 * other; a line without a partner is paired with an empty one. Only the first 1,500 lines
 * of each are compared; those behind are paired in their order and count as different. The
 * pairs live in arena, their text in left and right. Null without memory. */
struct browse_pair *browse_compare(struct arena *arena, const struct str *left,
    size_t n_left, const struct str *right, size_t n_right, size_t *ret_n);

extern const char *const browse_help[]; /* lines of BROWSE_HELP, ended by null */
