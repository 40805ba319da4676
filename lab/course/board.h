/* The board of a class: who is at which lesson, and since when. Students' accounts show it their
 * results as they come; it hands out nothing but, to each account, its own seed.
 *
 * A call is a connection to a socket: a line that says what it is, what goes with it, and the end
 * of the stream; the answer is a JSON object. The account is what the kernel says of the peer. */
#pragma once

#include "lab/course/report.h"

#define BOARD_SEAT   "seat\n"   /* -> {"class", "student", "seed"} */
#define BOARD_RESULT "result\n" /* and a progress.json -> {"ok": true} */

enum {
	BOARD_REQUEST_MAX = PROGRESS_BYTES_MAX + 16
};

struct board {
	const struct class_file *class; /* borrowed */
	const char *folder;             /* borrowed: of the results that are kept */
	struct report report;
	unsigned changes; /* of what is to be seen */
};

/* Takes the results that are in the folder already, which it makes, for its owner alone. The caller
 * calls board_close() in any case. */
int board_open(struct board *board, const struct class_file *class, const char *folder,
    struct error *err);
void board_close(struct board *board);

/* What becomes of a call of that account: the answer is appended. account may be null: the
 * kernel's number has no name. A result is kept in the folder, and that a student's that the account
 * is not is no result. */
void board_answer(struct board *board, const char *account, struct str request,
    struct buf *answer);

/* ---- board_text.c --------------------------------------------------------------------- */

/* A line a student: the lesson that was worked at last, the goal that is next, and for how long it
 * has been. */
void board_put_text(const struct board *board, clock_ns now, struct buf *out,
    const struct screen *screen);
/* The same on one line. */
void board_put_json(const struct board *board, clock_ns now, struct buf *out);
