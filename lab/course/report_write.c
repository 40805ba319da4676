/* A report, written. */
#include "lab/course/report.h"

#include "lib/base/json.h"
#include "lib/base/shown.h"
#include "lib/base/text.h"
#include "lib/program/table.h"

#include <string.h>

static uint64_t seconds_of(const struct progress *progress)
{
	clock_ns last = progress->started;

	for (size_t i = 0; i < LESSON_GOALS_MAX; i++)
		last = progress->goals[i].at > last ? progress->goals[i].at : last;
	return (uint64_t)((last - progress->started) / NS_PER_S);
}

static size_t hints_of(const struct progress_goal *at)
{
	size_t n = 0;

	for (size_t i = 0; i < LESSON_HINTS_MAX; i++)
		n += at->has_hint[i];
	return n;
}

/* ---- text ----------------------------------------------------------------------------- */

void report_put_text(const struct report *report, struct buf *out,
    const struct screen *screen)
{
	static const struct table_column columns[] = {
		{ .heading = "STUDENT", .least = 8 },
		{ .heading = "LESSON", .least = 8 },
		{ .heading = "POINTS", .is_right = true },
		{ .heading = "GOALS", .is_right = true },
		{ .heading = "HINTS", .is_right = true, .leaves = 2 },
		{ .heading = "WRONG", .is_right = true, .leaves = 3 },
		{ .heading = "CHECKS", .is_right = true, .leaves = 4 },
		{ .heading = "TIME", .is_right = true, .leaves = 1 },
		{ .heading = "NOTE", .wraps = true },
	};
	struct table table;

	table_begin(&table, out, screen, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < report->n_rows; i++) {
		const struct report_row *row = &report->rows[i];
		const struct progress *progress = row->progress;

		if (!progress)
			continue;
		table_cell(&table, progress->student);
		table_cell(&table, progress->lesson);
		table_cellf(&table, "%llu/%llu", (unsigned long long)row->score.points,
		    (unsigned long long)row->folder->lesson->points);
		table_cellf(&table, "%zu/%zu", row->score.reached,
		    row->folder->lesson->goals.len);
		table_cellf(&table, "%zu", row->score.hints);
		table_cellf(&table, "%llu", (unsigned long long)row->wrong);
		table_cellf(&table, "%llu", (unsigned long long)progress->checks);
		table_cellf(&table, "%llu min",
		    (unsigned long long)(seconds_of(progress) / 60));
		table_cellf(&table, "%s%s%s",
		    progress->is_solved ? "asked for the solution" : "",
		    progress->is_solved && row->note[0] ? "; " : "", row->note);
	}
	table_end(&table);
	for (size_t i = 0; i < report->n_rows; i++) {
		if (!report->rows[i].progress)
			shown_printf(out, "not graded: %s: %s\n", report->rows[i].path,
			    report->rows[i].note);
	}
}

/* ---- CSV ------------------------------------------------------------------------------ */

/* Quoted where it has to be; what a spreadsheet would take for a formula is none. */
static void put_cell(struct buf *out, const char *text, char end)
{
	bool is_quoted =
	    strpbrk(text, ",\"\r\n") || (text[0] && strchr("=+-@", text[0]));

	if (is_quoted)
		buf_append_char(out, '"');
	if (text[0] && strchr("=+-@", text[0]))
		buf_append_char(out, '\'');
	for (; *text; text++) {
		if (*text == '"')
			buf_append_char(out, '"');
		buf_append_char(out, *text);
	}
	if (is_quoted)
		buf_append_char(out, '"');
	buf_append_char(out, end);
}

static void put_number(struct buf *out, uint64_t n, char end)
{
	buf_append_uint(out, n, 1);
	buf_append_char(out, end);
}

static void put_csv_goal(struct buf *out, const struct report_row *row, size_t i)
{
	const struct lesson_goal *goal = lesson_goal(row->folder->lesson, i);
	const struct progress_goal *at = &row->progress->goals[i];
	char time[CLOCK_ISO8601_MAX];

	put_cell(out, row->progress->student, ',');
	put_cell(out, row->progress->lesson, ',');
	put_cell(out, goal->name, ',');
	put_cell(out, goal_parts[goal->part], ',');
	put_cell(out, at->is_reached ? "yes" : "no", ',');
	put_number(out, at->is_reached && !at->is_unpaid ? goal->points : 0, ',');
	put_number(out, goal->points, ',');
	put_cell(out, at->is_reached ? clock_iso8601(at->at, 0, time) : "", ',');
	put_number(out, hints_of(at), ',');
	put_number(out, at->tries, ',');
	put_cell(out, at->evidence, ',');
	put_cell(out, i == 0 ? row->note : "", '\n');
}

void report_put_csv(const struct report *report, struct buf *out)
{
	buf_append_text(out,
	    "student,lesson,goal,part,reached,points,of,at,hints,tries,evidence,note\n");
	for (size_t i = 0; i < report->n_rows; i++) {
		const struct report_row *row = &report->rows[i];

		for (size_t k = 0; row->progress && k < row->folder->lesson->goals.len;
		     k++)
			put_csv_goal(out, row, k);
		if (row->progress)
			continue;
		buf_append_text(out, ",,,,,,,,,,");
		put_cell(out, row->path, ',');
		put_cell(out, row->note, '\n');
	}
}

/* ---- JSON ----------------------------------------------------------------------------- */

static void put_json_goal(struct json *json, const struct report_row *row, size_t i)
{
	const struct lesson_goal *goal = lesson_goal(row->folder->lesson, i);
	const struct progress_goal *at = &row->progress->goals[i];
	char time[CLOCK_ISO8601_MAX];

	json_object_begin(json, NULL);
	json_text(json, "goal", goal->name);
	json_text(json, "part", goal_parts[goal->part]);
	json_bool(json, "reached", at->is_reached);
	json_uint(json, "points", at->is_reached && !at->is_unpaid ? goal->points : 0);
	json_uint(json, "of", goal->points);
	json_text(json, "at", at->is_reached ? clock_iso8601(at->at, 0, time) : NULL);
	json_uint(json, "hints", hints_of(at));
	json_uint(json, "tries", at->tries);
	json_text(json, "evidence", at->is_reached ? at->evidence : NULL);
	json_object_end(json);
}

static void put_json_row(struct json *json, const struct report_row *row)
{
	json_object_begin(json, NULL);
	json_text(json, "file", row->path);
	json_bool(json, "graded", row->progress);
	json_text(json, "note", row->note[0] ? row->note : NULL);
	if (row->progress) {
		json_text(json, "student", row->progress->student);
		json_text(json, "lesson", row->progress->lesson);
		json_uint(json, "points", row->score.points);
		json_uint(json, "of", row->folder->lesson->points);
		json_uint(json, "hints", row->score.hints);
		json_uint(json, "wrong", row->wrong);
		json_uint(json, "checks", row->progress->checks);
		json_uint(json, "resets", row->progress->resets);
		json_bool(json, "solved", row->progress->is_solved);
		json_uint(json, "seconds", seconds_of(row->progress));
		json_array_begin(json, "goals");
		for (size_t i = 0; i < row->folder->lesson->goals.len; i++)
			put_json_goal(json, row, i);
		json_array_end(json);
	}
	json_object_end(json);
}

void report_put_json(const struct report *report, struct buf *out)
{
	struct json json = json_writer(out, 1);

	json_object_begin(&json, NULL);
	json_text(&json, "class", report->class->name);
	json_array_begin(&json, "results");
	for (size_t i = 0; i < report->n_rows; i++)
		put_json_row(&json, &report->rows[i]);
	json_array_end(&json);
	json_object_end(&json);
	buf_append_char(out, '\n');
}
