#include "lab/course/report.h"

#include "lib/base/shown.h"
#include "lib/program/whole_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	DEPTH_MAX = 16
};

static int fail_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "out of memory");
}

/* ---- one file ------------------------------------------------------------------------- */

struct report_row *report_add_row(struct report *report, struct error *err)
{
	size_t cap = report->cap ? 2 * report->cap : 64;
	struct report_row *rows;

	if (report->n_rows == REPORT_FILES_MAX) {
		(void)error_set(err, ERR_LIMIT, "more than %d results",
		    REPORT_FILES_MAX);
		return NULL;
	}
	if (report->n_rows == report->cap) {
		cap = MIN(cap, (size_t)REPORT_FILES_MAX);
		rows = reallocarray(report->rows, cap, sizeof(*rows));
		if (!rows) {
			(void)fail_memory(err);
			return NULL;
		}
		report->rows = rows;
		report->cap = cap;
	}
	report->rows[report->n_rows] = (struct report_row){ .path = NULL };
	return &report->rows[report->n_rows++];
}

/* One that cannot be read is no reason to say nothing of all others. */
static int refuse(struct report_row *row, const char *path, const char *why,
    struct error *err)
{
	*row = (struct report_row){ .path = strdup(path), .note = strdup(why) };
	return row->path && row->note ? 0 : fail_memory(err);
}

/* Too many are no reason to say nothing of the first. */
static bool is_left_out(struct report *report)
{
	report->n_left_out += report->n_rows == REPORT_FILES_MAX;
	return report->n_rows == REPORT_FILES_MAX;
}

static int add_refused(struct report *report, const char *path, const char *why,
    struct error *err)
{
	struct report_row *row;

	if (is_left_out(report))
		return 0;
	row = report_add_row(report, err);
	if (!row)
		return err->code;
	report->n_refused++;
	return refuse(row, path, why, err);
}

static int add_file(struct report *report, const char *path, struct error *err)
{
	struct report_row *row;
	struct error why = ERROR_NULL;
	auto_buf text = BUF_NULL;
	int r;

	if (is_left_out(report))
		return 0;
	row = report_add_row(report, err);
	if (!row)
		return err->code;
	if (whole_file_read(path, PROGRESS_BYTES_MAX, &text, &why) < 0)
		r = refuse(row, path, why.text, err);
	else
		r = report_grade(report, path, buf_str(&text), row, err);
	report->n_refused += !row->student;
	return r;
}

/* ---- folders -------------------------------------------------------------------------- */

static int no_dots(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int add_path(struct report *report, const char *path, unsigned depth,
    struct error *err);

static int add_entry(struct report *report, const char *folder, const char *name,
    unsigned depth, struct error *err)
{
	auto_free char *path = NULL;
	struct stat st;

	if (asprintf(&path, "%s/%s", folder, name) < 0) {
		path = NULL;
		return fail_memory(err);
	}
	if (lstat(path, &st) < 0 ||
	    !(S_ISDIR(st.st_mode) ||
		(S_ISREG(st.st_mode) && str_ends(str_of(name), STR(".json")) &&
		    strcmp(name, "current.json") != 0 &&
		    strcmp(name, "report.json") != 0)))
		return 0;
	return add_path(report, path, depth + 1, err);
}

static int add_path(struct report *report, const char *path, unsigned depth,
    struct error *err)
{
	struct dirent **entries = NULL;
	struct stat st;
	int n, r = 0;

	if (stat(path, &st) < 0)
		return error_set(err, error_of_path(errno), "%s: %s", path,
		    error_name(-errno));
	if (!S_ISDIR(st.st_mode))
		return S_ISREG(st.st_mode)
			   ? add_file(report, path, err)
			   /* A pipe among what was handed in would be waited for. */
			   : add_refused(report, path, "this is no file", err);
	n = depth < DEPTH_MAX ? scandir(path, &entries, no_dots, alphasort) : 0;
	if (n < 0 && depth > 0)
		return add_refused(report, path, error_name(-errno), err);
	if (n < 0)
		return error_set(err, error_of_path(errno), "%s: %s", path,
		    error_name(-errno));
	for (int i = 0; i < n; i++) {
		if (r == 0)
			r = add_entry(report, path, entries[i]->d_name, depth, err);
		free(entries[i]);
	}
	free(entries);
	return r;
}

int report_add(struct report *report, const char *path, struct error *err)
{
	return add_path(report, path, 0, err);
}

/* ---- all of them ---------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	const struct report_row *left = a, *right = b;
	int r = !left->student - !right->student;

	if (r == 0 && left->student)
		r = strcmp(left->student, right->student);
	if (r == 0 && left->student)
		r = strcmp(left->lesson->folder.id, right->lesson->folder.id);
	if (r == 0)
		r = strcmp(left->path, right->path);
	return r ? r
		 : (left->updated > right->updated) - (left->updated < right->updated);
}

static bool is_of_same(const struct report_row *a, const struct report_row *b)
{
	return a->student && b->student && a->lesson == b->lesson &&
	       strcmp(a->student, b->student) == 0;
}

bool report_row_is_cheaper(const struct report_row *row,
    const struct report_row *before)
{
	return row->score.costs < before->score.costs || row->resets < before->resets ||
	       row->losses < before->losses || (before->is_solved && !row->is_solved);
}

/* A board is finished anew with each result, whose place may be another then. */
void report_finish(struct report *report)
{
	if (report->n_rows > 0)
		qsort(report->rows, report->n_rows, sizeof(*report->rows), compare);
	for (size_t i = 0; i < report->n_rows; i++) {
		struct report_row *row = &report->rows[i];

		row->is_second = i > 0 && is_of_same(row - 1, row);
		row->is_cheaper = row->is_second && report_row_is_cheaper(row, row - 1);
	}
}

void report_put_note(const struct report_row *row, struct buf *out)
{
	const char *const words[] = { row->note,
		row->is_second ? "a second result of the same lesson" : NULL,
		row->is_cheaper ? "what the first has cost is not in it" : NULL,
		row->losses > 0
		    ? "what was reached before was lost: its file was spoilt, or "
		      "is gone"
		    : NULL };
	const char *before = "";

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!words[i])
			continue;
		shown_printf(out, "%s%s", before, words[i]);
		before = "; ";
	}
}

void report_put_left_out(const struct report *report, struct buf *out)
{
	if (report->n_left_out > 0)
		shown_printf(out,
		    "%llu files more were left out: a report is of %d at most",
		    (unsigned long long)report->n_left_out, REPORT_FILES_MAX);
}
