#include "lab/course/report.h"

#include "lab/lesson/owner.h"
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

/* ---- lessons -------------------------------------------------------------------------- */

/* The lesson of that id; null with words in note where it is not there, or wrong itself. */
static const struct folder *find_folder(struct report *report, const char *id,
    char *note)
{
	struct folder *folder;
	auto_buf told = BUF_NULL;
	struct error err = ERROR_NULL;

	for (size_t i = 0; i < report->n_folders; i++) {
		if (strcmp(report->folders[i]->id, id) == 0)
			return report->folders[i];
	}
	/* Whoever wrote the file chose the id: it is not to lead to any place of this
	 * machine, and what comes with the program goes before what lies here. */
	folder = report->n_folders < REPORT_LESSONS_MAX && !strchr(id, '/')
		     ? calloc(1, sizeof(*folder))
		     : NULL;
	if (folder && folder_open(folder, id, &told, &err) == 0) {
		report->folders[report->n_folders++] = folder;
		return folder;
	}
	(void)shown_snprintf(note, REPORT_NOTE_MAX, "its lesson \"%s\" is not there",
	    id);
	if (folder)
		folder_close(folder);
	free(folder);
	return NULL;
}

/* ---- one file ------------------------------------------------------------------------- */

static bool is_listed(const struct class_file *class, const char *student)
{
	for (size_t i = 0; i < class->students.len; i++) {
		if (strcmp(class->students.items[i], student) == 0)
			return true;
	}
	return class->students.len == 0;
}

/* Answers that would be right for others. */
static void note_owners(const struct report *report, struct report_row *row)
{
	const struct progress *progress = row->progress;
	const struct seat seat = { .student = progress->student,
		.lesson = progress->lesson,
		.lab = progress->lab };
	auto_buf note = BUF_NULL;

	for (size_t i = 0; i < progress->n_wrong; i++) {
		const struct progress_wrong *wrong = &progress->wrong[i];
		const char *owner = owner_of(report->class, row->folder->lesson, &seat,
		    wrong->goal, str_of(wrong->answer));

		if (owner)
			shown_printf(&note, "%s%s: the answer of %s",
			    note.len ? "; " : "",
			    lesson_goal(row->folder->lesson, wrong->goal)->name, owner);
	}
	if (!is_listed(report->class, progress->student))
		shown_printf(&note, "%snot in the class", note.len ? "; " : "");
	(void)shown_snprintf(row->note, sizeof(row->note), "%.*s",
	    STR_ARG(buf_str(&note)));
}

static int grade(struct report *report, struct report_row *row, struct str text,
    struct error *err)
{
	char id[PROGRESS_TEXT_MAX];
	struct error why = ERROR_NULL;

	if (progress_read_lesson(text, id, sizeof(id), &why) < 0) {
		(void)shown_snprintf(row->note, sizeof(row->note), "%s", why.text);
		return 0;
	}
	row->folder = find_folder(report, id, row->note);
	if (!row->folder)
		return 0;
	row->progress = calloc(1, sizeof(*row->progress));
	if (!row->progress)
		return fail_memory(err);
	if (progress_read(row->progress, row->folder->lesson,
		str_of(report->class->secret), text, &why) < 0) {
		(void)shown_snprintf(row->note, sizeof(row->note), "%s", why.text);
		free(row->progress);
		row->progress = NULL;
		return 0;
	}
	row->score = progress_score(row->progress, row->folder->lesson);
	for (size_t i = 0; i < LESSON_GOALS_MAX; i++)
		row->wrong += row->progress->goals[i].tries;
	for (size_t i = 0; i < row->folder->lesson->goals.len; i++)
		row->wrong -= goal_is_question(lesson_goal(row->folder->lesson, i)) &&
			      row->progress->goals[i].is_reached;
	note_owners(report, row);
	return 0;
}

static int add_file(struct report *report, const char *path, struct error *err)
{
	struct report_row *row;
	struct error why = ERROR_NULL;
	auto_buf text = BUF_NULL;
	int r = 0;

	if (report->n_rows == report->cap) {
		size_t cap = report->cap ? 2 * report->cap : 64;
		void *rows;

		if (report->n_rows == REPORT_FILES_MAX)
			return error_set(err, ERR_LIMIT, "more than %d results",
			    REPORT_FILES_MAX);
		cap = MIN(cap, (size_t)REPORT_FILES_MAX);
		rows = reallocarray(report->rows, cap, sizeof(*row));
		if (!rows)
			return fail_memory(err);
		report->rows = rows;
		report->cap = cap;
	}
	row = &report->rows[report->n_rows++];
	*row = (struct report_row){ .path = strdup(path) };
	if (!row->path)
		return fail_memory(err);
	/* One that cannot be read is no reason to say nothing of all others. */
	if (whole_file_read(path, PROGRESS_BYTES_MAX, &text, &why) < 0)
		(void)shown_snprintf(row->note, sizeof(row->note), "%s", why.text);
	else
		r = grade(report, row, buf_str(&text), err);
	report->n_refused += !row->progress;
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
		return add_file(report, path, err);
	n = depth < DEPTH_MAX ? scandir(path, &entries, no_dots, alphasort) : 0;
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
	int r;

	if (!left->progress || !right->progress)
		return !left->progress - !right->progress
			   ? !left->progress - !right->progress
			   : strcmp(left->path, right->path);
	r = strcmp(left->progress->student, right->progress->student);
	if (r == 0)
		r = strcmp(left->progress->lesson, right->progress->lesson);
	return r ? r : strcmp(left->path, right->path);
}

static void add_note(struct report_row *row, const char *words)
{
	size_t n = strlen(row->note);

	(void)shown_snprintf(row->note + n, sizeof(row->note) - n, "%s%s",
	    n ? "; " : "", words);
}

void report_finish(struct report *report)
{
	if (report->n_rows > 0)
		qsort(report->rows, report->n_rows, sizeof(*report->rows), compare);
	for (size_t i = 1; i < report->n_rows; i++) {
		const struct progress *before = report->rows[i - 1].progress;
		const struct progress *here = report->rows[i].progress;

		if (before && here && strcmp(before->student, here->student) == 0 &&
		    strcmp(before->lesson, here->lesson) == 0)
			add_note(&report->rows[i],
			    "a second result of the same lesson");
	}
}

void report_free(struct report *report)
{
	for (size_t i = 0; i < report->n_rows; i++) {
		free(report->rows[i].path);
		free(report->rows[i].progress);
	}
	free(report->rows);
	for (size_t i = 0; i < report->n_folders; i++) {
		folder_close(report->folders[i]);
		free(report->folders[i]);
	}
}
