/* Shared by the browse*.c files alone. */
#pragma once

#include "lab/browse/browse.h"

/* ---- browse_state.c -------------------------------------------------------------------- */

enum browse_page browse_page_of(const struct browse *browse); /* that is shown */
struct browse_list *browse_list_of(struct browse *browse);    /* its list */

/* Moves the window of the list so that the cursor is in it. */
void browse_settle(const struct browse *browse, struct browse_list *list);

/* Opens a page above the one shown. */
void browse_show(struct browse *browse, enum browse_page page);

/* The page below the one shown; at the first page the browser is done. */
void browse_leave(struct browse *browse);

/* What line i of the list is: the index of a find or, of sessions, among those listed; of
 * devices 0 for all of them, and else 1 + index. */
size_t browse_item(const struct browse *browse, enum browse_page page, size_t i);

/* On which line of the list the item stands. */
size_t browse_line_of(const struct browse *browse, enum browse_page page, size_t item);

/* The index, in the analysis, of an item of the list of sessions. */
size_t browse_session(const struct browse *browse, size_t item);

uint64_t browse_find_frame(const struct browse_find *find);
uint64_t browse_find_session(const struct browse_find *find); /* its id; 0: none */

/* The text, or a dash for none. */
const char *browse_or_dash(const char *text);

/* ---- browse_columns.c ----------------------------------------------------------------- */

struct browse_column {
	const char *name;
	size_t width; /* 0: the last, as wide as it is */
	bool is_right;
	bool is_falling; /* sorted by it, the greatest comes first */
	void (*put)(const struct browse *browse, size_t item, struct buf *out);
	/* What it is sorted by; null: by its text. */
	int64_t (*number)(const struct browse *browse, size_t item);
};

/* The columns of the page; null and none where it has none. */
const struct browse_column *browse_columns(enum browse_page page, size_t *ret_n);

/* ---- browse_rows.c -------------------------------------------------------------------- */

/* Sorts the list as its column says; the cursor stays on its item. */
void browse_sort(struct browse *browse, enum browse_page page);

/* Sorts the list shown by its next column, or turns its order round. */
void browse_sort_next(struct browse *browse);
void browse_sort_reverse(struct browse *browse);

/* Chooses whose sessions are listed (SIZE_MAX: those of all devices). */
void browse_list_sessions(struct browse *browse, size_t device);

/* The name of the column that the list is sorted by; null: none, or it has no columns. */
const char *browse_sorted_by(const struct browse *browse, enum browse_page page);

/* Appends the headings of the page's columns; nothing where it has none. */
void browse_put_heading(const struct browse *browse, enum browse_page page,
    struct buf *out);

/* Appends line i of the page's list, as it is searched in and shown, however wide. i is
 * below the length of that list. */
void browse_put_row(const struct browse *browse, enum browse_page page, size_t i,
    struct buf *out, enum browse_style *ret_style);

/* As much of s as fits, filled with blanks; characters count as one column each. */
void browse_put_column(struct buf *out, struct str s, size_t width);

/* ---- browse_finds.c: findings and failures ------------------------------------------- */

/* Collects them, and how many sessions of each device have failed. Without memory there are
 * none. */
void browse_collect_finds(struct browse *browse);

/* Opens the ladder with the find, above the page shown, which is no ladder. */
void browse_open_find(struct browse *browse, size_t find);

/* Goes to the next find, or the one before: from a ladder the next of the capture behind the
 * cursor's line. */
void browse_step_find(struct browse *browse, bool is_forward);

/* ---- browse_ladder.c ------------------------------------------------------------------ */

/* Makes the lines of the ladder that whose names, with the cursor on the first. */
void browse_build_ladder(struct browse *browse);

/* Makes them anew where the screen has another width by now; the cursor stays. */
void browse_fit_ladder(struct browse *browse);

/* ---- browse_input.c: what is typed ---------------------------------------------------- */

/* Takes a key while something is being typed. */
void browse_type(struct browse *browse, int key);

/* Begins a search. */
void browse_ask_search(struct browse *browse);

/* Goes to the next line that has the search, or the one before. */
void browse_search(struct browse *browse, bool is_forward);

/* Asks for the file that the packets of the sessions chosen are to be written to. */
void browse_ask_path(struct browse *browse);

/* ---- browse_choose.c ------------------------------------------------------------------ */

/* The sessions that the cursor's line stands for, as an analysis in arena, which borrows from
 * that of the browser: the sessions and what their CPEs asked for are in it, nothing else.
 * *ret_name becomes a name for them. False: there are none, or no memory. */
bool browse_choose(const struct browse *browse, struct arena *arena,
    struct analysis *ret, struct buf *ret_name);

/* ---- browse.c -------------------------------------------------------------------------- */

/* Opens what stands on the cursor's line. */
void browse_open(struct browse *browse);

/* Makes the lines of the message, or of both messages, anew. */
void browse_build_message(struct browse *browse);
void browse_build_compare(struct browse *browse);
