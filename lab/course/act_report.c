/* "cwmplab lesson report": results, verified. */
#include "lab/course/act.h"

#include "lab/course/report.h"
#include "lib/base/shown.h"
#include "lib/program/exit_status.h"
#include "lib/program/screen.h"

static void put(const struct lesson_call *call, const struct report *report,
    struct buf *out)
{
	const struct screen screen = screen_detect();

	switch (call->as_json ? REPORT_JSON : call->format) {
	case REPORT_TEXT:
		report_put_text(report, out, &screen);
		break;
	case REPORT_CSV:
		report_put_csv(report, out);
		break;
	case REPORT_HTML:
		report_put_html(report, out);
		break;
	case REPORT_JSON:
		report_put_json(report, out);
		break;
	}
}

/* Without paths: the lesson that goes on, by its own class. */
static int add_own(const struct lesson_call *call, struct pupil *pupil,
    struct report *report, struct buf *told, struct error *err)
{
	int r = pupil_open(pupil, &call->want, told, err);

	report->class = &pupil->class;
	if (r < 0 && r != ERR_AUTH)
		return r;
	report->secret = pupil_secret(pupil);
	if (r == 0 && !pupil->has_progress)
		return error_set(err, ERR_USAGE, "lesson %s was not begun",
		    pupil->folder.id);
	return report_add(report, pupil->progress_path, err);
}

static int load_class(const struct lesson_call *call, struct class_file *class,
    struct buf *told, struct error *err)
{
	struct conf_mistakes mistakes = { .len = 0 };
	int r = class_file_load(class, call->want.class_path, &mistakes, err);

	for (size_t i = 0; i < mistakes.len; i++) {
		shown_append_lines(told, str_of(mistakes.items[i].text));
		buf_append_char(told, '\n');
	}
	conf_mistakes_free(&mistakes);
	return r;
}

int act_report(const struct lesson_call *call, struct buf *out, struct buf *told,
    struct error *err)
{
	struct pupil pupil = { .student = NULL };
	struct class_file class = { .name = "", .secret = "" };
	struct report report = { .class = &class };
	int r;

	if (call->n_words == 0)
		r = add_own(call, &pupil, &report, told, err);
	else
		r = load_class(call, &class, told, err);
	for (size_t i = 0; r == 0 && i < call->n_words; i++)
		r = report_add(&report, call->words[i], err);
	if (r == 0 && report.n_rows == 0)
		r = error_set(err, ERR_USAGE, "%s: no result is in it", call->words[0]);
	if (r == 0) {
		report_finish(&report);
		put(call, &report, out);
		r = report.n_refused + report.n_left_out > 0 ? EXIT_FAILED : EXIT_OK;
	}
	report_free(&report);
	pupil_close(&pupil);
	class_file_free(&class);
	return r;
}
