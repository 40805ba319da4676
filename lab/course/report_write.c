/* A report, written. */
#include "lab/course/report.h"

#include "lib/base/json.h"
#include "lib/base/shown.h"
#include "lib/base/text.h"
#include "lib/program/table.h"

#include <string.h>

static uint64_t seconds_of(const struct report_row *row)
{
	return (uint64_t)((row->last - row->started) / NS_PER_S);
}

static uint64_t points_of(const struct report_goal *at, const struct lesson_goal *goal)
{
	return at->is_reached && !at->is_unpaid ? goal->points : 0;
}

/* ---- text ----------------------------------------------------------------------------- */

static void put_note(struct table *table, const struct report_row *row)
{
	auto_buf note = BUF_NULL, more = BUF_NULL;

	if (row->is_solved)
		buf_append_text(&note, "asked for the solution");
	if (row->resets > 0)
		buf_printf(&note, "%sbegun anew %llu time%s", note.len ? "; " : "",
		    (unsigned long long)row->resets, row->resets == 1 ? "" : "s");
	report_put_note(row, &more);
	if (more.len > 0)
		shown_printf(&note, "%s%s", note.len ? "; " : "", buf_cstr(&more));
	table_cell(table, buf_cstr(&note));
}

static void put_row(struct table *table, const struct report_row *row)
{
	const struct lesson *lesson = report_row_lesson(row);

	table_cell(table, row->student);
	table_cell(table, row->lesson->folder.id);
	table_cellf(table, "%llu/%llu", (unsigned long long)row->score.points,
	    (unsigned long long)lesson->points);
	table_cellf(table, "%zu/%zu", row->score.reached, lesson->goals.len);
	table_cellf(table, "%zu", row->score.hints);
	table_cellf(table, "%llu", (unsigned long long)row->score.costs);
	table_cellf(table, "%llu", (unsigned long long)row->wrong);
	table_cellf(table, "%llu", (unsigned long long)row->checks);
	table_cellf(table, "%llu min", (unsigned long long)(seconds_of(row) / 60));
	put_note(table, row);
}

void report_put_text(const struct report *report, struct buf *out,
    const struct screen *screen)
{
	static const struct table_column columns[] = {
		{ .heading = "STUDENT", .least = 8 },
		{ .heading = "LESSON", .least = 8 },
		{ .heading = "POINTS", .is_right = true },
		{ .heading = "GOALS", .is_right = true },
		{ .heading = "HINTS", .is_right = true, .leaves = 3 },
		{ .heading = "COST", .is_right = true, .leaves = 2 },
		{ .heading = "WRONG", .is_right = true, .leaves = 4 },
		{ .heading = "CHECKS", .is_right = true, .leaves = 5 },
		{ .heading = "TIME", .is_right = true, .leaves = 1 },
		{ .heading = "NOTE", .wraps = true },
	};
	auto_buf left_out = BUF_NULL;
	struct table table;

	table_begin(&table, out, screen, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < report->n_rows; i++) {
		if (report->rows[i].student)
			put_row(&table, &report->rows[i]);
	}
	table_end(&table);
	for (size_t i = 0; i < report->n_rows; i++) {
		if (!report->rows[i].student)
			shown_printf(out, "not graded: %s: %s\n", report->rows[i].path,
			    report->rows[i].note);
	}
	report_put_left_out(report, &left_out);
	if (left_out.len > 0)
		shown_printf(out, "%s\n", buf_cstr(&left_out));
}

/* ---- CSV ------------------------------------------------------------------------------ */

/* What spreadsheets take for the beginning of a formula, also in their full-width forms (OWASP, CSV
 * Injection), and whether blanks stand before it or not. */
static bool is_formula(const char *text)
{
	static const char *const wide[] = { "\uff1d", "\uff0b", "\uff0d", "\uff20" };

	if (*text && strchr("\t\r\n", *text))
		return true;
	text += strspn(text, " \t\r\n");
	for (size_t i = 0; i < ARRAY_LEN(wide); i++) {
		if (str_starts(str_of(text), str_of(wide[i])))
			return true;
	}
	return *text && strchr("=+-@", *text);
}

/* Quoted where it has to be; what a spreadsheet would take for a formula is none. */
static void put_cell(struct buf *out, const char *text, char end)
{
	bool is_quoted = strpbrk(text, ",\"\r\n") || is_formula(text);

	if (is_quoted)
		buf_append_char(out, '"');
	if (is_formula(text))
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
	const struct lesson_goal *goal = lesson_goal(report_row_lesson(row), i);
	const struct report_goal *at = &row->goals[i];
	char time[CLOCK_ISO8601_MAX];

	put_cell(out, row->student, ',');
	put_cell(out, row->lesson->folder.id, ',');
	put_cell(out, goal->name, ',');
	put_cell(out, goal_parts[goal->part], ',');
	put_cell(out, at->is_reached ? "yes" : "no", ',');
	put_number(out, points_of(at, goal), ',');
	put_number(out, goal->points, ',');
	put_cell(out, at->is_reached ? clock_iso8601(at->at, 0, time) : "", ',');
	put_number(out, at->hints, ',');
	put_number(out, at->costs, ',');
	put_number(out, at->tries, ',');
	put_cell(out, at->evidence, ',');
}

/* Of the lesson as a whole. */
static void put_csv_lesson(struct buf *out, const struct report_row *row)
{
	auto_buf note = BUF_NULL;

	report_put_note(row, &note);
	put_number(out, row->score.points, ',');
	put_number(out, report_row_lesson(row)->points, ',');
	put_number(out, row->wrong, ',');
	put_number(out, row->checks, ',');
	put_number(out, row->resets, ',');
	put_cell(out, row->is_solved ? "yes" : "no", ',');
	put_cell(out, buf_cstr(&note), '\n');
}

/* A line without a student: a file that is not graded, or that there are more. */
static void put_csv_words(struct buf *out, const char *path, const char *words)
{
	buf_append_text(out, ",,,,,,,,,,,");
	put_cell(out, path, ',');
	buf_append_text(out, ",,,,,,");
	put_cell(out, words, '\n');
}

void report_put_csv(const struct report *report, struct buf *out)
{
	auto_buf left_out = BUF_NULL;

	buf_append_text(out,
	    "student,lesson,goal,part,reached,points,of,at,hints,cost,tries,evidence,"
	    "score,score_of,wrong,checks,resets,solved,note\n");
	for (size_t i = 0; i < report->n_rows; i++) {
		const struct report_row *row = &report->rows[i];

		for (size_t k = 0;
		     row->student && k < report_row_lesson(row)->goals.len; k++) {
			put_csv_goal(out, row, k);
			if (k == 0)
				put_csv_lesson(out, row);
			else
				buf_append_text(out, ",,,,,,\n");
		}
		if (!row->student)
			put_csv_words(out, row->path, row->note);
	}
	report_put_left_out(report, &left_out);
	if (left_out.len > 0)
		put_csv_words(out, "", buf_cstr(&left_out));
}

/* ---- JSON ----------------------------------------------------------------------------- */

static void put_json_goal(struct json *json, const struct report_row *row, size_t i)
{
	const struct lesson_goal *goal = lesson_goal(report_row_lesson(row), i);
	const struct report_goal *at = &row->goals[i];
	char time[CLOCK_ISO8601_MAX];

	json_object_begin(json, NULL);
	json_text(json, "goal", goal->name);
	json_text(json, "part", goal_parts[goal->part]);
	json_bool(json, "reached", at->is_reached);
	json_uint(json, "points", points_of(at, goal));
	json_uint(json, "of", goal->points);
	json_text(json, "at", at->is_reached ? clock_iso8601(at->at, 0, time) : NULL);
	json_uint(json, "hints", at->hints);
	json_uint(json, "cost", at->costs);
	json_uint(json, "tries", at->tries);
	json_text(json, "evidence", at->is_reached ? at->evidence : NULL);
	json_object_end(json);
}

static void put_json_row(struct json *json, const struct report_row *row)
{
	auto_buf note = BUF_NULL;

	report_put_note(row, &note);
	json_object_begin(json, NULL);
	json_text(json, "file", row->path);
	json_bool(json, "graded", row->student);
	json_text(json, "note", note.len > 0 ? buf_cstr(&note) : NULL);
	if (row->student) {
		json_text(json, "student", row->student);
		json_text(json, "lesson", row->lesson->folder.id);
		json_uint(json, "points", row->score.points);
		json_uint(json, "of", report_row_lesson(row)->points);
		json_uint(json, "hints", row->score.hints);
		json_uint(json, "cost", row->score.costs);
		json_uint(json, "wrong", row->wrong);
		json_uint(json, "checks", row->checks);
		json_uint(json, "resets", row->resets);
		json_uint(json, "losses", row->losses);
		json_bool(json, "solved", row->is_solved);
		json_uint(json, "seconds", seconds_of(row));
		json_array_begin(json, "goals");
		for (size_t i = 0; i < report_row_lesson(row)->goals.len; i++)
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
	json_uint(&json, "left_out", report->n_left_out);
	json_object_end(&json);
	buf_append_char(out, '\n');
}
