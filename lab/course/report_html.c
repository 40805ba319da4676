/* A report as a page: a table a lesson, a line a student, a cell a goal. */
#include "lab/course/report.h"

#include "lib/base/text.h"

#include <string.h>

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\"><title>Lessons</title>\n<style>\n"
    ":root{color-scheme:light dark;--line:#ccc;--good:#cfe8cf;--open:#f6e3c5;--bad:#f3c9c5}\n"
    "@media(prefers-color-scheme:dark){:root{--line:#444;--good:#1f4a2a;--open:#54401c;"
    "--bad:#5a231e}}\n"
    "body{font:15px/1.4 system-ui,sans-serif;margin:2em;max-width:80em}\n"
    "table{border-collapse:collapse;margin:.5em 0 2em}\n"
    "th,td{border:1px solid var(--line);padding:.25em .6em;text-align:left}\n"
    "td.n{text-align:right}td.good{background:var(--good)}td.open{background:var(--open)}\n"
    "li.bad{background:var(--bad);padding:.2em .5em}\n"
    "@media print{body{margin:0}}\n</style></head><body>\n";

static void put(struct buf *out, const char *text)
{
	markup_append(out, str_of(text));
}

static void put_number(struct buf *out, uint64_t n)
{
	buf_append_text(out, "<td class=\"n\">");
	buf_append_uint(out, n, 1);
	buf_append_text(out, "</td>");
}

/* What proves a goal is its title, which people see who rest on it. */
static void put_goal(struct buf *out, const struct report_goal *at)
{
	buf_append_text(out, at->is_reached ? "<td class=\"good\" title=\""
					    : "<td class=\"open\" title=\"");
	put(out, at->is_reached ? at->evidence : "not reached");
	buf_append_text(out, at->is_reached
				 ? at->is_unpaid ? "\">shown</td>" : "\">yes</td>"
				 : "\">no</td>");
}

static void put_row(struct buf *out, const struct report_row *row)
{
	auto_buf note = BUF_NULL;

	report_put_note(row, &note);
	buf_append_text(out, "<tr><th scope=\"row\">");
	put(out, row->student);
	buf_append_text(out, "</th>");
	for (size_t i = 0; i < report_row_lesson(row)->goals.len; i++)
		put_goal(out, &row->goals[i]);
	put_number(out, row->score.points);
	put_number(out, row->score.hints);
	put_number(out, row->score.costs);
	put_number(out, row->wrong);
	put_number(out, row->checks);
	put_number(out, row->resets);
	buf_append_text(out, row->is_solved ? "<td class=\"open\">asked for</td><td>"
					    : "<td>no</td><td>");
	put(out, buf_cstr(&note));
	buf_append_text(out, "</td></tr>\n");
}

static void put_lesson(const struct report *report, const struct report_lesson *of,
    struct buf *out)
{
	static const char *const last[] = { "points", "hints", "points for hints",
		"wrong answers", "checks", "resets", "solution", "note" };
	const struct folder *folder = &of->folder;
	const struct lesson *lesson = folder->lesson;

	buf_append_text(out, "<h2>");
	put(out, folder->id);
	buf_append_text(out, ": ");
	put(out, lesson->title);
	buf_append_text(out, "</h2>\n<table><thead><tr><th scope=\"col\">student</th>");
	for (size_t i = 0; i < lesson->goals.len; i++) {
		buf_append_text(out, "<th scope=\"col\">");
		put(out, lesson_goal(lesson, i)->name);
		buf_append_text(out, "</th>");
	}
	for (size_t i = 0; i < ARRAY_LEN(last); i++) {
		buf_append_text(out, "<th scope=\"col\">");
		put(out, last[i]);
		buf_append_text(out, "</th>");
	}
	buf_append_text(out, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < report->n_rows; i++) {
		if (report->rows[i].student && report->rows[i].lesson == of)
			put_row(out, &report->rows[i]);
	}
	buf_append_text(out, "</tbody></table>\n");
}

static int by_id(const void *a, const void *b)
{
	const struct report_lesson *const *left = a, *const *right = b;

	return strcmp((*left)->folder.id, (*right)->folder.id);
}

void report_put_html(const struct report *report, struct buf *out)
{
	const struct report_lesson *lessons[REPORT_LESSONS_MAX];
	auto_buf left_out = BUF_NULL;

	memcpy(lessons, report->lessons, sizeof(lessons));
	if (report->n_lessons > 0)
		qsort(lessons, report->n_lessons, sizeof(*lessons), by_id);
	buf_append_text(out, head);
	buf_append_text(out, "<h1>Lessons");
	if (report->class->name && report->class->name[0]) {
		buf_append_text(out, ": ");
		put(out, report->class->name);
	}
	buf_append_text(out, "</h1>\n");
	for (size_t i = 0; i < report->n_lessons; i++)
		put_lesson(report, lessons[i], out);
	if (report->n_refused > 0)
		buf_append_text(out, "<h2>Not graded</h2>\n<ul>\n");
	for (size_t i = 0; i < report->n_rows; i++) {
		if (report->rows[i].student)
			continue;
		buf_append_text(out, "<li class=\"bad\">");
		put(out, report->rows[i].path);
		buf_append_text(out, ": ");
		put(out, report->rows[i].note);
		buf_append_text(out, "</li>\n");
	}
	if (report->n_refused > 0)
		buf_append_text(out, "</ul>\n");
	report_put_left_out(report, &left_out);
	if (left_out.len > 0) {
		buf_append_text(out, "<p>");
		put(out, buf_cstr(&left_out));
		buf_append_text(out, "</p>\n");
	}
	buf_append_text(out, "</body></html>\n");
}
