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
