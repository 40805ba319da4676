#include "lab/lesson/progress.h"

#include "lib/base/compiler.h"
#include "lib/base/shown.h"

#include <stdio.h>
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

/* ---- answers -------------------------------------------------------------------------- */

void progress_hit(struct progress *progress, size_t goal, clock_ns now, uint64_t frame,
    const char *evidence)
{
	progress->goals[goal].tries += !progress->goals[goal].is_reached;
	progress_reach(progress, goal, now, frame, evidence);
}

/* Who gives one answer again and again has not given more of them. */
static void remember(struct progress *progress, size_t goal, const char *answer)
{
	struct progress_wrong *wrong = &progress->wrong[progress->n_wrong];

	for (size_t i = 0; i < progress->n_wrong; i++) {
		if (progress->wrong[i].goal == goal &&
		    strcmp(progress->wrong[i].answer, answer) == 0)
			return;
	}
	if (progress->n_wrong == PROGRESS_WRONG_MAX)
		return;
	wrong->goal = goal;
	(void)snprintf(wrong->answer, sizeof(wrong->answer), "%s", answer);
	progress->n_wrong++;
}

void progress_miss(struct progress *progress, size_t goal, struct str answer)
{
	struct progress_goal *at = &progress->goals[goal];

	if (at->is_reached)
		return;
	at->tries++;
	(void)shown_snprintf(at->answer, sizeof(at->answer), "%.*s", STR_ARG(answer));
	remember(progress, goal, at->answer);
}

uint64_t progress_misses(const struct progress_goal *at, const struct lesson_goal *goal)
{
	return at->tries - (goal_is_question(goal) && at->is_reached && at->tries > 0);
}

/* ---- two calls at a time ---------------------------------------------------------------- */

static void merge_goal(struct progress_goal *at, const struct progress_goal *other,
    bool is_late)
{
	struct progress_goal merged =
	    other->is_reached && !at->is_reached ? *other : *at;

	/* What stands in the file was reached before. */
	if (other->is_reached)
		merged.is_unpaid = other->is_unpaid;
	else if (at->is_reached)
		merged.is_unpaid |= is_late;
	for (size_t i = 0; i < LESSON_HINTS_MAX; i++)
		merged.has_hint[i] = at->has_hint[i] || other->has_hint[i];
	merged.tries = other->tries + (at->tries - at->tries_kept);
	if (!merged.is_reached && !merged.answer[0])
		memcpy(merged.answer, other->answer, sizeof(merged.answer));
	*at = merged;
}

/* Those of the file, and then those that only this call has seen. */
static void merge_wrong(struct progress *progress, const struct progress *other)
{
	struct progress_wrong own[PROGRESS_WRONG_MAX];
	size_t n = progress->n_wrong - progress->n_wrong_kept;

	memcpy(own, progress->wrong + progress->n_wrong_kept, n * sizeof(*own));
	memcpy(progress->wrong, other->wrong, sizeof(progress->wrong));
	progress->n_wrong = other->n_wrong;
	for (size_t i = 0; i < n; i++)
		remember(progress, own[i].goal, own[i].answer);
}

void progress_merge(struct progress *progress, const struct progress *other)
{
	bool is_late = other->is_solved && !progress->is_solved;

	if (other->resets > progress->resets)
		*progress = *other;
	else if (other->resets == progress->resets) {
		for (size_t i = 0; i < LESSON_GOALS_MAX; i++)
			merge_goal(&progress->goals[i], &other->goals[i], is_late);
		progress->checks =
		    other->checks + (progress->checks - progress->checks_kept);
		progress->is_solved |= other->is_solved;
		progress->losses = MAX(progress->losses, other->losses);
		merge_wrong(progress, other);
	}
}

void progress_keep(struct progress *progress)
{
	for (size_t i = 0; i < LESSON_GOALS_MAX; i++)
		progress->goals[i].tries_kept = progress->goals[i].tries;
	progress->checks_kept = progress->checks;
	progress->n_wrong_kept = progress->n_wrong;
}
