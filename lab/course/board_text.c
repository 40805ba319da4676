/* What a board shows. */
#include "lab/course/board.h"

#include "lib/base/json.h"
#include "lib/base/shown.h"
#include "lib/program/table.h"

#include <string.h>

enum {
	STUCK_S = 600, /* at one goal: then somebody may need help */
	AWAY_S = 3600  /* not seen: then somebody has gone home */
};

/* ---- what is to be seen of one ---------------------------------------------------------- */

/* Rows stand by student: the last of those of one that was heard of, and *i is behind them all. */
static const struct report_row *next_student(const struct board *board, size_t *i)
{
	const struct report *report = &board->report;
	const struct report_row *last = NULL;

	for (; *i < report->n_rows; ++*i) {
		const struct report_row *row = &report->rows[*i];

		if (!row->student)
			continue;
		if (last && strcmp(row->student, last->student) != 0)
			break;
		if (!last || row->updated > last->updated)
			last = row;
	}
	return last;
}

/* Null: every one is reached. */
static const struct lesson_goal *goal_of(const struct report_row *row)
{
	const struct lesson *lesson = report_row_lesson(row);

	for (size_t i = 0; i < lesson->goals.len; i++) {
		if (!row->goals[i].is_reached)
			return lesson_goal(lesson, i);
	}
	return NULL;
}

static uint64_t seconds_since(clock_ns then, clock_ns now)
{
	return now > then ? (uint64_t)((now - then) / NS_PER_S) : 0;
}

static bool is_stuck(const struct report_row *row, clock_ns now)
{
	return goal_of(row) && seconds_since(row->last, now) >= STUCK_S &&
	       seconds_since(row->updated, now) < AWAY_S;
}

static bool is_seen(const struct board *board, const char *student)
{
	for (size_t i = 0; i < board->report.n_rows; i++) {
		const char *name = board->report.rows[i].student;

		if (name && strcmp(name, student) == 0)
			return true;
	}
	return false;
}

/* ---- text ----------------------------------------------------------------------------- */

static const struct table_column columns[] = {
	{ .heading = "STUDENT", .least = 8 },
	{ .heading = "LESSON", .least = 8 },
	{ .heading = "AT", .least = 6 },
	{ .heading = "FOR", .is_right = true },
	{ .heading = "POINTS", .is_right = true, .leaves = 2 },
	{ .heading = "GOALS", .is_right = true },
	{ .heading = "HINTS", .is_right = true, .leaves = 4 },
	{ .heading = "WRONG", .is_right = true, .leaves = 3 },
	{ .heading = "SEEN", .is_right = true, .leaves = 5 },
	{ .heading = "NOTE", .wraps = true, .leaves = 1 },
};

static void put_time(struct table *table, const char *colour, uint64_t seconds)
{
	auto_buf text = BUF_NULL;

	if (seconds >= 3600)
		buf_printf(&text, "%llu h ", (unsigned long long)(seconds / 3600));
	buf_printf(&text, "%llu min", (unsigned long long)(seconds / 60 % 60));
	table_cell_in(table, colour, buf_cstr(&text));
}

static void put_row(struct table *table, const struct report_row *row, clock_ns now)
{
	const struct lesson_goal *goal = goal_of(row);
	const char *colour = is_stuck(row, now) ? "\033[33m" : goal ? NULL : "\033[32m";
	auto_buf note = BUF_NULL;

	report_put_note(row, &note);

	table_cell(table, row->student);
	table_cell(table, row->lesson->folder.id);
	table_cell_in(table, colour, goal ? goal->name : "all is done");
	if (goal)
		put_time(table, colour, seconds_since(row->last, now));
	else
		table_cell(table, "");
	table_cellf(table, "%llu/%llu", (unsigned long long)row->score.points,
	    (unsigned long long)report_row_lesson(row)->points);
	table_cellf(table, "%zu/%zu", row->score.reached,
	    report_row_lesson(row)->goals.len);
	table_cellf(table, "%zu", row->score.hints);
	table_cellf(table, "%llu", (unsigned long long)row->wrong);
	put_time(table, NULL, seconds_since(row->updated, now));
	table_cellf(table, "%s%s%s", row->is_solved ? "asked for the solution" : "",
	    row->is_solved && note.len > 0 ? "; " : "", buf_cstr(&note));
}

static void put_absent(const struct board *board, struct buf *out)
{
	const struct conf_strings *all = &board->class->students;
	bool is_first = true;

	for (size_t i = 0; i < all->len; i++) {
		if (is_seen(board, all->items[i]))
			continue;
		shown_printf(out, "%s%s", is_first ? "not here yet: " : ", ",
		    all->items[i]);
		is_first = false;
	}
	if (!is_first)
		buf_append_char(out, '\n');
}

void board_put_text(const struct board *board, clock_ns now, struct buf *out,
    const struct screen *screen)
{
	const struct report_row *row;
	struct table table;
	size_t i = 0, n = 0, n_stuck = 0, n_done = 0;

	table_begin(&table, out, screen, columns, ARRAY_LEN(columns));
	while ((row = next_student(board, &i))) {
		put_row(&table, row, now);
		n++;
		n_stuck += is_stuck(row, now);
		n_done += !goal_of(row);
	}
	table_end(&table);
	put_absent(board, out);
	shown_printf(out,
	    "%s: %zu student%s here, %zu through, %zu at one goal for %d minutes or "
	    "more\n",
	    board->class->name, n, n == 1 ? "" : "s", n_done, n_stuck, STUCK_S / 60);
}

/* ---- JSON ----------------------------------------------------------------------------- */

static void put_json_row(struct json *json, const struct report_row *row, clock_ns now)
{
	const struct lesson_goal *goal = goal_of(row);
	auto_buf note = BUF_NULL;

	report_put_note(row, &note);
	json_object_begin(json, NULL);
	json_text(json, "student", row->student);
	json_text(json, "lesson", row->lesson->folder.id);
	json_text(json, "goal", goal ? goal->name : NULL);
	json_uint(json, "since_s", seconds_since(row->last, now));
	json_bool(json, "stuck", is_stuck(row, now));
	json_uint(json, "points", row->score.points);
	json_uint(json, "of", report_row_lesson(row)->points);
	json_uint(json, "reached", row->score.reached);
	json_uint(json, "goals", report_row_lesson(row)->goals.len);
	json_uint(json, "hints", row->score.hints);
	json_uint(json, "wrong", row->wrong);
	json_bool(json, "solved", row->is_solved);
	json_uint(json, "seen_s", seconds_since(row->updated, now));
	json_text(json, "note", note.len > 0 ? buf_cstr(&note) : NULL);
	json_object_end(json);
}

void board_put_json(const struct board *board, clock_ns now, struct buf *out)
{
	const struct conf_strings *all = &board->class->students;
	struct json json = json_writer(out, 0);
	const struct report_row *row;
	size_t i = 0;

	json_object_begin(&json, NULL);
	json_text(&json, "class", board->class->name);
	json_array_begin(&json, "students");
	while ((row = next_student(board, &i)))
		put_json_row(&json, row, now);
	json_array_end(&json);
	json_array_begin(&json, "absent");
	for (size_t k = 0; k < all->len; k++) {
		if (!is_seen(board, all->items[k]))
			json_text(&json, NULL, all->items[k]);
	}
	json_array_end(&json);
	json_object_end(&json);
	buf_append_char(out, '\n');
}
