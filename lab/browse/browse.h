/* The full-screen browser of a capture, without a terminal: what is shown, where the cursor
 * stands, what a key does. Keys and a size go in, lines of text come out. */
#pragma once

#include "capture/analysis/analysis.h"
#include "capture/report/ladder_lines.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"

enum {
	BROWSE_TYPED_MAX = 256, /* bytes of a search or a path */
	BROWSE_DEPTH_MAX = 8,
	BROWSE_HEIGHT_MAX = 500,
	BROWSE_SHIFT = 20, /* columns of < and > */
	BROWSE_SHIFT_MAX = 10000,
};

enum browse_page {
	BROWSE_DEVICES,
	BROWSE_SESSIONS, /* of one device, or all */
	BROWSE_FINDINGS, /* and failures, of the whole capture */
	BROWSE_LADDER,   /* of one session, or of a CPE without one */
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
	BROWSE_BACKSPACE, /* in what is typed */
	BROWSE_TAB,       /* the next message, session or device */
	BROWSE_BACK_TAB,
};

struct browse_list {
	size_t at, top, len; /* cursor, first line shown, lines */
	/* Sorted: the items in the order of their lines; owned. Null: each line is the item
	 * of its number. */
	size_t *order;
	size_t column; /* by which it is sorted: 1 + index; 0: by none */
	bool is_reversed;
};

/* Something that is wrong: one of both, the other is null. */
struct browse_find {
	const struct finding *finding;
	const struct analysis_failure *failure;
};

/* A line of two messages side by side; the same line where is_same. */
struct browse_pair {
	struct str left, right;
	bool is_same;
};

enum browse_input {
	BROWSE_KEYS,   /* keys do what the help says */
	BROWSE_SEARCH, /* a search is being typed */
	BROWSE_PATH,   /* a path for packets is */
	BROWSE_REPLACE /* that file is there: y replaces it */
};

/* Writes packets to a file. */
struct browse_writer {
	void *user;
	/* Writes the packets of the sessions in chosen. 0; -EEXIST where may_replace is false
	 * and a file of that name is there; another error with its words in err. */
	int (*write)(void *user, const struct analysis *chosen, const char *path,
	    bool may_replace, struct error *err);
};

struct browse {
	const struct analysis *analysis;    /* borrowed */
	const struct browse_writer *writer; /* borrowed; null: nothing can be written */
	enum browse_page pages[BROWSE_DEPTH_MAX];
	size_t depth; /* of pages; the last is shown */
	struct browse_list lists[BROWSE_HELP + 1];
	size_t device;             /* shown; SIZE_MAX: sessions of all */
	struct ladder_whose whose; /* ladder that is shown */
	const struct analysis_message *message, *marked;
	struct arena kept;         /* of what lives as long as the analysis: */
	struct browse_find *finds; /* by frames */
	size_t n_finds, find;      /* find: the last that was gone to; SIZE_MAX: none */
	size_t find_line;        /* of the ladder, that shows it; SIZE_MAX: none does */
	size_t *failed;          /* failed sessions of each device */
	struct ladders *ladders; /* owned; null until one is shown */
	struct arena arena;      /* of the lines below */
	struct ladder_line *ladder;
	struct str heading; /* of the ladder */
	struct str *lines;
	struct browse_pair *pairs;
	enum browse_input input;
	char search[BROWSE_TYPED_MAX], path[BROWSE_TYPED_MAX];
	struct buf
	    notice; /* what the status line says about the last key; may be empty */
	struct buf live; /* what it says of a capture that goes on; may be empty */
	size_t shift;    /* columns of long lines that are scrolled out to the left */
	unsigned width, height; /* of the list, as last drawn */
	size_t ladder_width;    /* that the ladder's lines were made for */
	bool is_utf8, is_ladder_utf8;
	bool is_done;
};

/* Begins with the list of devices. The caller keeps analysis until browse_free(). */
void browse_init(struct browse *browse, const struct analysis *analysis);

/* Safe to repeat. */
void browse_free(struct browse *browse);

/* Does what the key stands for. Sets is_done when the key leaves the browser. A page for
 * which there is no memory opens empty. */
void browse_key(struct browse *browse, int key);

/* Shows another analysis, of the same capture when there is more of it: what is shown and
 * where the cursor stands stay as they are, if that is still there. The one before is not
 * used any more. */
void browse_renew(struct browse *browse, const struct analysis *analysis);

/* ---- drawing (browse_screen.c) ------------------------------------------------------ */

enum browse_style {
	BROWSE_PLAIN,
	BROWSE_TITLE,
	BROWSE_HEADING, /* of columns */
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

/* Fills the screen's lines: title, headings, list, status. Below four lines of height they
 * stay empty. The browser scrolls its list so that the cursor is on the screen. 0 or
 * -ENOMEM. The caller frees the screen, and does so before it changes the height. */
int browse_draw(struct browse *browse, struct browse_screen *screen);

/* Safe to repeat. */
void browse_screen_free(struct browse_screen *screen);

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
