#include "lab/course/review.h"

#include "lib/base/shown.h"

size_t review_hint(struct pupil *pupil, size_t i, const char *reason)
{
	const struct lesson_goal *goal = lesson_goal(pupil->folder.lesson, i);
	const char *filled[LESSON_HINTS_MAX] = { NULL };

	for (size_t k = 0; k < goal->hints.len; k++)
		filled[k] = values_text(&pupil->values, goal_hint(goal, k)->when);
	return progress_next_hint(&pupil->progress.goals[i], goal, filled, reason);
}

static uint64_t frame_before(const struct pupil *pupil, const struct lesson_goal *goal)
{
	size_t i = goal->sight.after ? lesson_find_goal(pupil->folder.lesson,
					   str_of(goal->sight.after))
				     : SIZE_MAX;

	return i == SIZE_MAX ? 0 : pupil->progress.goals[i].frame;
}

/* A question is judged when it is answered. */
static void judge_question(const struct progress_goal *at, struct goal_result *ret)
{
	*ret = (struct goal_result){ .state = GOAL_OPEN };
	if (at->answer[0])
		(void)shown_snprintf(ret->text, sizeof(ret->text), "\"%s\" is not it",
		    at->answer);
	else
		(void)shown_snprintf(ret->text, sizeof(ret->text), "not answered yet");
}

static void judge(struct pupil *pupil, const struct facts *facts, size_t i,
    clock_ns now, struct review *review)
{
	const struct lesson_goal *goal = lesson_goal(pupil->folder.lesson, i);
	struct progress_goal *at = &pupil->progress.goals[i];
	struct goal_result *result = &review->results[i];

	if (at->is_reached) {
		*result =
		    (struct goal_result){ .state = GOAL_REACHED, .frame = at->frame };
		(void)shown_snprintf(result->text, sizeof(result->text), "%s",
		    at->evidence);
		return;
	}
	if (goal_is_question(goal)) {
		judge_question(at, result);
		return;
	}
	judge_goal(facts, &pupil->values, goal, frame_before(pupil, goal), result);
	if (result->state != GOAL_REACHED)
		return;
	progress_reach(&pupil->progress, i, now, result->frame, result->text);
	review->fresh++;
}

int review_make(struct pupil *pupil, clock_ns now, struct review *ret,
    struct error *err)
{
	const struct lesson *lesson = pupil->folder.lesson;
	struct stage_facts facts;
	int r = stage_look(pupil, &facts, err);

	*ret = (struct review){ .hint = SIZE_MAX, .is_down = !stage_is_up(pupil) };
	for (size_t i = 0; r == 0 && i < lesson->goals.len; i++)
		judge(pupil, &facts.facts, i, now, ret);
	stage_facts_free(&facts);
	if (r < 0)
		return r;
	ret->next = progress_next_goal(&pupil->progress, lesson);
	if (ret->next != SIZE_MAX)
		ret->hint = review_hint(pupil, ret->next, ret->results[ret->next].text);
	return 0;
}

int review_answer(struct pupil *pupil, size_t i, struct str answer, clock_ns now,
    struct goal_result *ret, struct error *err)
{
	const struct lesson_goal *goal = lesson_goal(pupil->folder.lesson, i);
	struct stage_facts facts = { .topology = NULL };
	int r = judge_check_answer(goal, answer, err);

	if (r == 0 && goal->kind == GOAL_FRAME)
		r = stage_look(pupil, &facts, err);

	if (r == 0) {
		facts.facts.after = frame_before(pupil, goal);
		judge_answer(&facts.facts, &pupil->values, goal, answer, ret);
		if (ret->state == GOAL_REACHED) {
			progress_hit(&pupil->progress, i, now, ret->frame, ret->text);
		} else if (ret->state == GOAL_OPEN) {
			progress_miss(&pupil->progress, i, answer);
		}
	}
	stage_facts_free(&facts);
	return r;
}
