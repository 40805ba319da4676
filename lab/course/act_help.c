/* What helps a student on: a hint, the solution, a new beginning. */
#include "lab/course/act.h"

#include "lab/course/review.h"
#include "lab/course/tell.h"
#include "lib/base/json.h"
#include "lib/base/shown.h"
#include "lib/program/exit_status.h"

static int no_hint(const struct pupil *pupil, const struct review *review,
    struct buf *out)
{
	if (review->next != SIZE_MAX &&
	    review->results[review->next].state == GOAL_REACHED)
		shown_printf(out, "ok  %s is reached: there is nothing to hint at\n",
		    lesson_goal(pupil->folder.lesson, review->next)->name);
	else if (review->next == SIZE_MAX)
		buf_append_text(out,
		    "ok  every goal is reached: there is nothing to hint at\n");
	else
		shown_printf(out,
		    "no hint is left for %s: \"cwmplab lesson solve\" shows how it is done, and "
		    "gives no points\n",
		    lesson_goal(pupil->folder.lesson, review->next)->name);
	return EXIT_OK;
}

static int give_hint(const struct lesson_call *call, struct pupil *pupil,
    const struct review *review, struct buf *out, struct error *err)
{
	const struct screen screen = screen_detect();
	const struct lesson_goal *goal =
	    lesson_goal(pupil->folder.lesson, review->next);
	const struct lesson_hint *hint = goal_hint(goal, review->hint);
	int r;

	pupil->progress.goals[review->next].has_hint[review->hint] = true;
	r = pupil_save(pupil, clock_wall(), err);
	if (r == 0 && call->as_json) {
		struct json json = json_writer(out, 2);

		json_object_begin(&json, NULL);
		json_text(&json, "goal", goal->name);
		json_text(&json, "hint", hint->name);
		json_uint(&json, "costs", hint->costs);
		json_text(&json, "text", values_shown(&pupil->values, hint->text));
		json_object_end(&json);
		buf_append_char(out, '\n');
	} else if (r == 0) {
		tell_hint(out, pupil, review->next, review->hint, &screen);
	}
	return r < 0 ? r : EXIT_OK;
}

/* The goal that is named, in place of the one that is next. */
static int choose_goal(struct pupil *pupil, const char *name, struct review *review,
    struct error *err)
{
	const struct lesson *lesson = pupil->folder.lesson;
	auto_buf names = BUF_NULL;
	size_t i = lesson_find_goal(lesson, str_of(name));

	if (i != SIZE_MAX) {
		review->next = i;
		review->hint = review->results[i].state == GOAL_REACHED
				   ? SIZE_MAX
				   : review_hint(pupil, i, review->results[i].text);
		return 0;
	}
	for (i = 0; i < lesson->goals.len; i++)
		shown_printf(&names, "%s%s", i ? ", " : "",
		    lesson_goal(lesson, i)->name);
	return error_set(err, ERR_USAGE, "no goal is named \"%s\"; goals: %s", name,
	    buf_cstr(&names));
}

int act_hint(const struct lesson_call *call, struct buf *out, struct buf *told,
    struct error *err)
{
	struct pupil pupil;
	struct review review;
	int r = act_open(&pupil, call, told, err);

	if (r == 0)
		r = review_make(&pupil, clock_wall(), &review, err);
	if (r == 0 && call->n_words > 0)
		r = choose_goal(&pupil, call->words[0], &review, err);
	if (r == 0 && (review.next == SIZE_MAX || review.hint == SIZE_MAX))
		r = no_hint(&pupil, &review, out);
	else if (r == 0)
		r = give_hint(call, &pupil, &review, out, err);
	if (r == EXIT_OK)
		act_tell_unsent(&pupil, told);
	pupil_close(&pupil);
	return r;
}

int act_solve(const struct lesson_call *call, struct buf *out, struct buf *told,
    struct error *err)
{
	struct pupil pupil;
	auto_buf script = BUF_NULL, said = BUF_NULL;
	int r = act_open(&pupil, call, told, err);

	if (r == 0)
		r = pupil_hold(&pupil, "solve", err);
	if (r == 0 && !stage_is_up(&pupil))
		r = stage_fail_down(&pupil, err);
	if (r == 0) {
		pupil.progress.is_solved = true;
		r = pupil_save(&pupil, clock_wall(), err);
	}
	if (r == 0) {
		values_fill_shell(&pupil.values, str_of(pupil.folder.lesson->solve),
		    &script);
		r = stage_script(&pupil, pupil.folder.lesson->solve, false, &said, err);
	}
	if (r >= 0) {
		shown_append_lines(out, buf_str(&script));
		buf_append_text(out, "\n");
		shown_append_lines(out, buf_str(&said));
		r = EXIT_OK;
	}
	pupil_close(&pupil);
	return r;
}

int act_reset(const struct lesson_call *call, struct buf *out, struct buf *told,
    struct error *err)
{
	struct pupil pupil;
	int r = pupil_open(&pupil, &call->want, told, err);

	/* One that was edited can be begun anew. */
	if (r == 0 || r == ERR_AUTH)
		r = pupil_hold(&pupil, "reset", err);
	if (r == 0)
		r = stage_down(&pupil, err);
	if (r == 0)
		act_tell_lost(&pupil, told);
	if (r == 0)
		r = pupil_forget(&pupil, clock_wall(), err);
	if (r == 0)
		r = stage_write(&pupil, err);
	if (r == 0)
		shown_printf(out,
		    "lesson %s is as before it was begun; hints that were seen stay seen\n",
		    pupil.folder.id);
	pupil_close(&pupil);
	return r < 0 ? r : EXIT_OK;
}
