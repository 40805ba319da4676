/* The questions of a lesson. */
#include "lab/course/act.h"

#include "lab/course/review.h"
#include "lab/course/tell.h"
#include "lab/course/trust.h"
#include "lab/lesson/owner.h"
#include "lib/base/shown.h"
#include "lib/program/exit_status.h"

#include <string.h>

int act_open(struct pupil *pupil, const struct lesson_call *call, struct buf *told,
    struct error *err)
{
	int r = pupil_open(pupil, &call->want, told, err);
	char number[64];
	auto_buf word = BUF_NULL;

	/* What a goal of a changed folder runs in a node has not been agreed to either. */
	if (r == 0)
		r = trust_check(&pupil->folder, call->is_trusted, err);
	if (r < 0 || pupil->has_progress)
		return r;
	pupil_put_word(pupil, &word);
	(void)folder_number(pupil->folder.id, number, sizeof(number));
	if (pupil->is_lost)
		return error_set(err, ERR_USAGE,
		    "what was reached in lesson %s is gone, as %s is not there: \"cwmplab "
		    "lesson start %s\" begins it anew, and results say so",
		    number, pupil->progress_path, buf_cstr(&word));
	return error_set(err, ERR_USAGE,
	    "lesson %s was not begun: \"cwmplab lesson start %s\" begins it", number,
	    buf_cstr(&word));
}

void act_tell_lost(const struct pupil *pupil, struct buf *told)
{
	if (pupil->is_lost)
		shown_printf(told,
		    "what was reached before is lost, and it is noted that it is: results "
		    "say so\n");
}

void act_tell_unsent(const struct pupil *pupil, struct buf *told)
{
	if (pupil->unsent[0])
		shown_printf(told, "your teacher does not see this yet: %s\n",
		    pupil->unsent);
}

static int find_question(const struct pupil *pupil, const char *name, size_t *ret,
    struct error *err)
{
	const struct lesson *lesson = pupil->folder.lesson;
	auto_buf names = BUF_NULL;

	*ret = lesson_find_goal(lesson, str_of(name));
	if (*ret != SIZE_MAX && goal_is_question(lesson_goal(lesson, *ret)))
		return 0;
	for (size_t i = 0; i < lesson->goals.len; i++) {
		if (goal_is_question(lesson_goal(lesson, i)))
			shown_printf(&names, "%s%s", names.len ? ", " : "",
			    lesson_goal(lesson, i)->name);
	}
	return error_set(err, ERR_USAGE, "no question is named \"%s\"; questions: %s",
	    name, buf_cstr(&names));
}

static void join(const struct lesson_call *call, struct buf *out)
{
	for (size_t i = 1; i < call->n_words; i++) {
		buf_append_text(out, i > 1 ? " " : "");
		buf_append_text(out, call->words[i]);
	}
}

/* Whose answer it would have been, where the class has a list. */
static void put_owner(const struct pupil *pupil, size_t i, struct str answer,
    struct buf *out)
{
	struct owners owners;
	struct error ignored = ERROR_NULL;
	const char *owner = NULL;

	if (owners_make(&owners, &pupil->class, pupil->folder.lesson, pupil->folder.id,
		&ignored) == 0)
		owner = owners_find(&owners, i, answer, pupil->student);
	if (owner)
		shown_printf(out, "it would be right for %s\n", owner);
	owners_free(&owners);
}

/* That there is a hint to the question, which is given at once where it is named. */
static void put_hint(struct pupil *pupil, size_t i, const char *reason, struct buf *out)
{
	const struct lesson_goal *goal = lesson_goal(pupil->folder.lesson, i);
	size_t hint = review_hint(pupil, i, reason);

	if (hint != SIZE_MAX)
		shown_printf(out,
		    "a hint is there, for %llu of your points: cwmplab lesson hint %s\n",
		    (unsigned long long)goal_hint(goal, hint)->costs, goal->name);
}

static void put_answer(struct pupil *pupil, size_t i, const struct goal_result *result,
    struct str answer, struct buf *out)
{
	static const char *const heads[] = { [GOAL_OPEN] = "no  ",
		[GOAL_REACHED] = "ok  ",
		[GOAL_NOT_JUDGED] = "not judged: " };
	const struct lesson_goal *goal = lesson_goal(pupil->folder.lesson, i);
	const struct screen screen = screen_detect();

	shown_printf(out, "%s%s\n", heads[result->state], result->text);
	if (result->state == GOAL_REACHED && goal->why)
		tell_text(out, values_shown(&pupil->values, goal->why), 0, &screen);
	if (result->state != GOAL_OPEN)
		return;
	put_owner(pupil, i, answer, out);
	put_hint(pupil, i, result->text, out);
}

static int answer(const struct lesson_call *call, struct pupil *pupil, size_t i,
    struct buf *out, struct error *err)
{
	struct goal_result result;
	auto_buf text = BUF_NULL;
	int r;

	join(call, &text);
	r = review_answer(pupil, i, buf_str(&text), clock_wall(), &result, err);
	if (r == 0)
		r = pupil_save(pupil, clock_wall(), err);
	if (r < 0)
		return r;
	if (call->as_json)
		tell_quiz_json(out, pupil, i);
	else
		put_answer(pupil, i, &result, buf_str(&text), out);
	return result.state == GOAL_REACHED ? EXIT_OK
	       : result.state == GOAL_OPEN  ? EXIT_FAILED
					    : EXIT_USAGE;
}

int act_quiz(const struct lesson_call *call, struct buf *out, struct buf *told,
    struct error *err)
{
	const struct screen screen = screen_detect();
	struct pupil pupil;
	size_t i = SIZE_MAX;
	int r = act_open(&pupil, call, told, err);

	if (r == 0 && call->n_words > 0)
		r = find_question(&pupil, call->words[0], &i, err);
	if (r == 0 && call->n_words > 1)
		r = answer(call, &pupil, i, out, err);
	else if (r == 0 && call->as_json)
		tell_quiz_json(out, &pupil, i);
	else if (r == 0)
		tell_quiz(out, &pupil, i, &screen);
	if (r >= 0 && !call->as_json && !stage_is_up(&pupil))
		tell_down(out, &pupil);
	if (r >= 0)
		act_tell_unsent(&pupil, told);
	pupil_close(&pupil);
	return r;
}
