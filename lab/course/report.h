/* Results of many students and lessons, verified, as a table, CSV, JSON or a page. */
#pragma once

#include "lab/course/folder.h"
#include "lab/lesson/class_file.h"
#include "lab/lesson/owner.h"
#include "lab/lesson/progress.h"
#include "lib/program/screen.h"

enum {
	REPORT_FILES_MAX = 100000,
	REPORT_LESSONS_MAX = 64,
	REPORT_NOTE_MAX = 512
};

/* What is kept of a progress, whose texts have room for the longest: a class has thousands. */
struct report_goal {
	bool is_reached, is_unpaid;
	clock_ns at;
	uint64_t tries;
	uint64_t hints, costs; /* that were seen, and their points */
	char *evidence;        /* owned */
};

struct report_lesson {
	struct folder folder;
	struct owners owners;
};

struct report_row {    /* one result file */
	char *path;    /* owned */
	char *note;    /* owned: what its text alone says; null: nothing */
	char *student; /* owned; null: not graded, note says why */
	const struct report_lesson *lesson; /* null: it is not known */
	struct report_goal *goals;          /* owned: of each goal of the lesson */
	struct score score;
	uint64_t wrong, checks, resets; /* wrong answers */
	uint64_t losses;                /* of what was reached, before this one */
	bool is_solved;                 /* the solution was asked for */
	bool is_second;  /* of its student and lesson there is one before it, */
	bool is_cheaper; /* which has cost more */
	clock_ns started, last,
	    updated; /* last: when the last goal was reached, or started */
};

struct report {
	const struct class_file *class; /* borrowed */
	struct str secret;              /* in place of that of the class; null: that */
	struct report_lesson *lessons[REPORT_LESSONS_MAX]; /* owned: that were met */
	size_t n_lessons;
	struct report_row *rows; /* owned; by student, then by lesson */
	size_t n_rows, cap;
	size_t n_refused;    /* that are not graded */
	uint64_t n_left_out; /* files beyond REPORT_FILES_MAX, which were not read */
};

/* Adds a result file, or all files *.json below a folder. Those that are no results, and those
 * that cannot be read, are rows with a note; those for which there is no room are counted. ERR_USAGE for a folder that cannot be read. The
 * caller calls report_free() in any case. */
int report_add(struct report *report, const char *path, struct error *err);

/* A new row at the end, zeroed, which the caller fills; null with words in err. */
struct report_row *report_add_row(struct report *report, struct error *err);

/* Whether something that speaks against their student is in the one and not in the other, both of one
 * student and lesson: hints, resets, losses, the solution. None of them goes away by itself. */
bool report_row_is_cheaper(const struct report_row *row,
    const struct report_row *before);

/* All that is to be said of a row beside its numbers; appended, and nothing where there is nothing. */
void report_put_note(const struct report_row *row, struct buf *out);

/* That files were left out, as one line; nothing where none were. */
void report_put_left_out(const struct report *report, struct buf *out);

/* The last step before it is written: the order of rows, and what is said of two together. */
void report_finish(struct report *report);
void report_free(struct report *report);

/* ---- report_grade.c ------------------------------------------------------------------- */

/* Makes a row of a result's text; without a student where it is not graded, with a note that says
 * why. -ENOMEM. The caller frees it with report_row_free(). */
int report_grade(struct report *report, const char *path, struct str text,
    struct report_row *ret, struct error *err);
void report_row_free(struct report_row *row);

/* The lesson of that id, read once; null with words in note (REPORT_NOTE_MAX) where it is not there,
 * or wrong itself. */
const struct report_lesson *report_lesson(struct report *report, const char *id,
    char *note);

static inline const struct lesson *report_row_lesson(const struct report_row *row)
{
	return row->lesson->folder.lesson;
}

/* ---- report_write.c, report_html.c ------------------------------------------------------ */

void report_put_text(const struct report *report, struct buf *out,
    const struct screen *screen);
/* A line a student, lesson and goal (RFC 4180); what is of the lesson as a whole stands in that of
 * its first goal, so that sums are sums. */
void report_put_csv(const struct report *report, struct buf *out);
void report_put_json(const struct report *report, struct buf *out);
/* One page that needs nothing else, in both themes. */
void report_put_html(const struct report *report, struct buf *out);
