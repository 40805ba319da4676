#include "lab/lesson/progress.h"

#include "lib/base/compiler.h"
#include "lib/base/shown.h"

#include <string.h>

struct score progress_score(const struct progress *progress,
    const struct lesson *lesson)
{
	struct score score = { .points = 0 };

	for (size_t i = 0; i < lesson->goals.len; i++) {
		const struct lesson_goal *goal = lesson_goal(lesson, i);
		const struct progress_goal *at = &progress->goals[i];

		score.reached += at->is_reached;
		score.points += at->is_reached && !at->is_unpaid ? goal->points : 0;
		for (size_t k = 0; k < goal->hints.len; k++) {
			score.hints += at->has_hint[k];
			score.costs += at->has_hint[k] ? goal_hint(goal, k)->costs : 0;
		}
	}
	score.points -= MIN(score.points, score.costs);
	return score;
}

size_t progress_next_goal(const struct progress *progress, const struct lesson *lesson)
{
	for (size_t i = 0; i < lesson->goals.len; i++) {
		if (!progress->goals[i].is_reached)
			return i;
	}
	return SIZE_MAX;
}

size_t progress_next_hint(const struct progress_goal *progress,
    const struct lesson_goal *goal, const char *const *filled, const char *reason)
{
	size_t any = SIZE_MAX;

	for (size_t i = 0; i < goal->hints.len; i++) {
		if (progress->has_hint[i])
			continue;
		if (filled[i] && reason &&
		    str_find(str_of(reason), str_of(filled[i]), NULL))
			return i;
		if (!filled[i] && any == SIZE_MAX)
			any = i;
	}
	return any;
}

void progress_reach(struct progress *progress, size_t goal, clock_ns now,
    uint64_t frame, const char *evidence)
{
	struct progress_goal *at = &progress->goals[goal];

	if (at->is_reached)
		return;
	at->is_reached = true;
	at->is_unpaid = progress->is_solved;
	at->at = now;
	at->frame = frame;
	at->answer[0] = '\0';
	(void)shown_snprintf(at->evidence, sizeof(at->evidence), "%s", evidence);
}

void progress_miss(struct progress *progress, size_t goal, struct str answer)
{
	struct progress_goal *at = &progress->goals[goal];

	at->tries++;
	(void)shown_snprintf(at->answer, sizeof(at->answer), "%.*s", STR_ARG(answer));
	if (progress->n_wrong == PROGRESS_WRONG_MAX)
		return;
	progress->wrong[progress->n_wrong].goal = goal;
	(void)shown_snprintf(progress->wrong[progress->n_wrong].answer,
	    PROGRESS_ANSWER_MAX, "%.*s", STR_ARG(answer));
	progress->n_wrong++;
}

static void merge_goal(struct progress_goal *at, const struct progress_goal *other)
{
	struct progress_goal merged =
	    other->is_reached && !at->is_reached ? *other : *at;

	for (size_t i = 0; i < LESSON_HINTS_MAX; i++)
		merged.has_hint[i] = at->has_hint[i] || other->has_hint[i];
	merged.tries = MAX(at->tries, other->tries);
	if (!merged.is_reached && !merged.answer[0])
		memcpy(merged.answer, other->answer, sizeof(merged.answer));
	*at = merged;
}

void progress_merge(struct progress *progress, const struct progress *other)
{
	if (other->resets > progress->resets)
		*progress = *other;
	if (other->resets != progress->resets)
		return;
	for (size_t i = 0; i < LESSON_GOALS_MAX; i++)
		merge_goal(&progress->goals[i], &other->goals[i]);
	progress->checks = MAX(progress->checks, other->checks);
	progress->is_solved |= other->is_solved;
	if (other->n_wrong > progress->n_wrong) {
		memcpy(progress->wrong, other->wrong, sizeof(progress->wrong));
		progress->n_wrong = other->n_wrong;
	}
}
