/* Results of many students and lessons, verified, as a table, CSV, JSON or a page. */
#pragma once

#include "lab/course/folder.h"
#include "lab/lesson/class_file.h"
#include "lab/lesson/progress.h"
#include "lib/program/screen.h"

enum {
	REPORT_FILES_MAX = 100000,
	REPORT_LESSONS_MAX = 64,
	REPORT_NOTE_MAX = 512
};

struct report_row {                  /* one result file */
	char *path;                  /* owned */
	const struct folder *folder; /* null: its lesson is not known */
	struct progress *progress;   /* owned; null: not graded, note says why */
	struct score score;
	uint64_t wrong;             /* answers */
	char note[REPORT_NOTE_MAX]; /* "": nothing is to be said */
};

struct report {
	const struct class_file *class;             /* borrowed */
	struct folder *folders[REPORT_LESSONS_MAX]; /* owned: lessons that were met */
	size_t n_folders;
	struct report_row *rows; /* owned; by student, then by lesson */
	size_t n_rows, cap;
	size_t n_refused; /* that are not graded */
};

/* Adds a result file, or all files *.json below a folder. Those that are no results, and those
 * that cannot be read, are rows with a note. ERR_USAGE for a folder that cannot be read. The
 * caller calls report_free() in any case. */
int report_add(struct report *report, const char *path, struct error *err);

/* The last step before it is written: the order of rows, and what is said of two together. */
void report_finish(struct report *report);
void report_free(struct report *report);

void report_put_text(const struct report *report, struct buf *out,
    const struct screen *screen);
/* A line a student, lesson and goal (RFC 4180). */
void report_put_csv(const struct report *report, struct buf *out);
void report_put_json(const struct report *report, struct buf *out);
/* One page that needs nothing else, in both themes. */
void report_put_html(const struct report *report, struct buf *out);
