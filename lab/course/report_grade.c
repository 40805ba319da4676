/* One result file, verified and counted. */
#include "lab/course/report.h"

#include "lib/base/shown.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int fail_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "out of memory");
}

/* ---- lessons -------------------------------------------------------------------------- */

static void free_lesson(struct report_lesson *lesson)
{
	folder_close(&lesson->folder);
	owners_free(&lesson->owners);
	free(lesson);
}

/* Whoever wrote the file chose the id: it is not to lead to any place of this machine, and what
 * comes with the program goes before what lies here. It is the whole id: short ones, which people
 * may type, would open the same lesson anew for each file. */
static struct report_lesson *open_lesson(const struct report *report, const char *id)
{
	struct report_lesson *lesson = calloc(1, sizeof(*lesson));
	auto_buf told = BUF_NULL;
	struct error err = ERROR_NULL;

	if (!lesson)
		return NULL;
	if (folder_open(&lesson->folder, id, &told, &err) == 0 &&
	    strcmp(lesson->folder.id, id) == 0 &&
	    owners_make(&lesson->owners, report->class, lesson->folder.lesson,
		lesson->folder.id, &err) == 0)
		return lesson;
	free_lesson(lesson);
	return NULL;
}

const struct report_lesson *report_lesson(struct report *report, const char *id,
    char *note)
{
	struct report_lesson *lesson = NULL;

	for (size_t i = 0; i < report->n_lessons; i++) {
		if (strcmp(report->lessons[i]->folder.id, id) == 0)
			return report->lessons[i];
	}
	if (report->n_lessons < REPORT_LESSONS_MAX && !strchr(id, '/'))
		lesson = open_lesson(report, id);
	if (lesson)
		report->lessons[report->n_lessons++] = lesson;
	else
		(void)shown_snprintf(note, REPORT_NOTE_MAX,
		    "its lesson \"%s\" is not there", id);
	return lesson;
}

/* ---- what is said of it ------------------------------------------------------------------ */

static bool is_listed(const struct class_file *class, const char *student)
{
	for (size_t i = 0; i < class->students.len; i++) {
		if (strcmp(class->students.items[i], student) == 0)
			return true;
	}
	return class->students.len == 0;
}

static const char *find_owner(const struct report_lesson *lesson,
    const struct progress *progress, size_t i)
{
	const struct progress_wrong *wrong = &progress->wrong[i];

	return owners_find(&lesson->owners, wrong->goal, str_of(wrong->answer),
	    progress->student);
}

/* Whether an answer before it to that question was the same one's, in another form. */
static bool is_told(const struct report_lesson *lesson, const struct progress *progress,
    size_t i, const char *owner)
{
	for (size_t k = 0; k < i; k++) {
		const char *before = progress->wrong[k].goal == progress->wrong[i].goal
					 ? find_owner(lesson, progress, k)
					 : NULL;

		if (before && strcmp(before, owner) == 0)
			return true;
	}
	return false;
}

/* Answers that would be right for others. */
static void note_owners(const struct report *report, const struct report_lesson *lesson,
    const struct progress *progress, char *note)
{
	auto_buf words = BUF_NULL;

	for (size_t i = 0; i < progress->n_wrong; i++) {
		const struct progress_wrong *wrong = &progress->wrong[i];
		const char *owner = find_owner(lesson, progress, i);

		if (owner && !is_told(lesson, progress, i, owner))
			shown_printf(&words, "%s%s: the answer of %s",
			    words.len ? "; " : "",
			    lesson_goal(lesson->folder.lesson, wrong->goal)->name,
			    owner);
	}
	if (!is_listed(report->class, progress->student))
		shown_printf(&words, "%snot in the class", words.len ? "; " : "");
	(void)shown_snprintf(note, REPORT_NOTE_MAX, "%.*s", STR_ARG(buf_str(&words)));
}

/* ---- what is counted --------------------------------------------------------------------- */

static void count_hints(const struct progress_goal *at, const struct lesson_goal *goal,
    struct report_goal *ret)
{
	for (size_t k = 0; k < goal->hints.len; k++) {
		ret->hints += at->has_hint[k];
		ret->costs += at->has_hint[k] ? goal_hint(goal, k)->costs : 0;
	}
}

static int count_goal(struct report_row *row, const struct progress *progress, size_t i)
{
	const struct lesson_goal *goal = lesson_goal(report_row_lesson(row), i);
	const struct progress_goal *at = &progress->goals[i];
	struct report_goal *ret = &row->goals[i];

	*ret = (struct report_goal){ .is_reached = at->is_reached,
		.is_unpaid = at->is_unpaid,
		.at = at->at,
		.tries = at->tries,
		.evidence = strdup(at->evidence) };
	count_hints(at, goal, ret);
	row->wrong += progress_misses(at, goal);
	row->last = at->is_reached && at->at > row->last ? at->at : row->last;
	return ret->evidence ? 0 : -ENOMEM;
}

static int count(struct report_row *row, const struct progress *progress)
{
	const struct lesson *lesson = report_row_lesson(row);
	int r = 0;

	row->student = strdup(progress->student);
	row->goals = calloc(lesson->goals.len, sizeof(*row->goals));
	if (!row->student || !row->goals)
		return -ENOMEM;
	row->score = progress_score(progress, lesson);
	row->checks = progress->checks;
	row->resets = progress->resets;
	row->losses = progress->losses;
	row->is_solved = progress->is_solved;
	row->started = row->last = progress->started;
	row->updated = progress->updated;
	for (size_t i = 0; r == 0 && i < lesson->goals.len; i++)
		r = count_goal(row, progress, i);
	return r;
}

/* ---- one result ------------------------------------------------------------------------- */

/* 0 also where it is not graded, which note says. */
static int grade(struct report *report, struct report_row *row, struct str text,
    struct progress *progress, char *note)
{
	char id[PROGRESS_TEXT_MAX];
	struct error why = ERROR_NULL;
	struct str secret =
	    report->secret.p ? report->secret : str_of(report->class->secret);

	if (progress_read_lesson(text, id, sizeof(id), &why) == 0)
		row->lesson = report_lesson(report, id, note);
	if (row->lesson &&
	    progress_read(progress, report_row_lesson(row), secret, text, &why) == 0) {
		note_owners(report, row->lesson, progress, note);
		return count(row, progress);
	}
	if (!note[0])
		(void)shown_snprintf(note, REPORT_NOTE_MAX, "%s", why.text);
	return 0;
}

int report_grade(struct report *report, const char *path, struct str text,
    struct report_row *ret, struct error *err)
{
	struct progress *progress = calloc(1, sizeof(*progress));
	char note[REPORT_NOTE_MAX] = "";
	int r;

	*ret = (struct report_row){ .path = strdup(path) };
	r = progress && ret->path ? grade(report, ret, text, progress, note) : -ENOMEM;
	free(progress);
	if (r == 0 && note[0])
		r = (ret->note = strdup(note)) ? 0 : -ENOMEM;
	return r < 0 ? fail_memory(err) : 0;
}

void report_row_free(struct report_row *row)
{
	for (size_t i = 0; row->goals && i < report_row_lesson(row)->goals.len; i++)
		free(row->goals[i].evidence);
	free(row->goals);
	free(row->path);
	free(row->note);
	free(row->student);
	*row = (struct report_row){ .path = NULL };
}

/* ---- all of them ------------------------------------------------------------------------ */

void report_free(struct report *report)
{
	for (size_t i = 0; i < report->n_rows; i++)
		report_row_free(&report->rows[i]);
	free(report->rows);
	for (size_t i = 0; i < report->n_lessons; i++)
		free_lesson(report->lessons[i]);
}
