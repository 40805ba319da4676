/* What a lesson may not say beyond what its rows allow. */
#include "lab/lesson/lesson_internal.h"

#include "lib/base/compiler.h"

/* ---- goals ---------------------------------------------------------------------------- */

static int fail_goal(const struct lesson *lesson, const struct lesson_goal *goal,
    const char *hint, const char *words, struct error *err)
{
	return conf_fail(lesson->doc, goal->at, hint, err, "goal \"%s\" %s", goal->name,
	    words);
}

static int find_goal_kind(const struct lesson *lesson, struct lesson_goal *goal,
    struct error *err)
{
	const bool is[] = { [GOAL_ANSWER] = goal->answer,
		[GOAL_CHOICE] = goal->choices.len > 0,
		[GOAL_FRAME] = goal->frame_at,
		[GOAL_SIGHT] = goal->sight_at,
		[GOAL_READING] = goal->reading_at };
	unsigned n = 0;

	for (size_t i = 0; i < ARRAY_LEN(is); i++) {
		if (is[i])
			goal->kind = (enum goal_kind)i;
		n += is[i];
	}
	goal->sight = goal->frame_at ? goal->frame : goal->sight;
	if (n == 1)
		return 0;
	return fail_goal(lesson, goal,
	    "one of: answer, choices, answer-frame, see, command",
	    n ? "is judged in more than one way" : "does not say how it is judged",
	    err);
}

static int check_after(const struct lesson *lesson, const struct lesson_goal *goal,
    size_t i, struct error *err)
{
	const struct conf_node *at = goal->sight_at ? goal->sight_at : goal->frame_at;
	size_t above;

	if (!goal->sight.after)
		return 0;
	above = lesson_find_goal(lesson, str_of(goal->sight.after));
	if (above < i)
		return 0;
	return conf_fail(lesson->doc, conf_get(at, "after"), NULL, err,
	    "no goal above is named \"%s\"", goal->sight.after);
}

static int check_hints(const struct lesson *lesson, const struct lesson_goal *goal,
    struct error *err)
{
	for (size_t i = 0; i < goal->hints.len; i++) {
		if (goal_find_hint(goal, str_of(goal_hint(goal, i)->name)) < i)
			return fail_goal(lesson, goal, NULL,
			    "has two hints of one name", err);
	}
	return 0;
}

static int check_goal(const struct lesson *lesson, size_t i, struct error *err)
{
	struct lesson_goal *goal = (struct lesson_goal *)lesson->goals.items + i;
	int r;

	if (lesson_find_goal(lesson, str_of(goal->name)) < i)
		return fail_goal(lesson, goal, NULL, "stands there twice", err);
	if (i > 0 && goal->part < lesson_goal(lesson, i - 1)->part)
		return fail_goal(lesson, goal, "first read, then do, then mend",
		    "is of a part that is over", err);
	r = find_goal_kind(lesson, goal, err);
	if (r == 0 && goal->kind == GOAL_ANSWER &&
	    lesson_bits_of(lesson, goal->answer, lesson->values.len) <
		LESSON_ANSWER_BITS_MIN)
		r = fail_goal(lesson, goal, "draw it by a longer pattern",
		    "has an answer that two students may share", err);
	if (r == 0 && goal->kind == GOAL_READING && !goal->reading.prints &&
	    !goal->reading.lacks)
		r = fail_goal(lesson, goal, "add \"prints\" or \"lacks\"",
		    "wants nothing of what the command prints", err);
	if (r == 0)
		r = check_after(lesson, goal, i, err);
	return r < 0 ? r : check_hints(lesson, goal, err);
}

static int check_parts(const struct lesson *lesson, struct error *err)
{
	bool has[GOAL_PARTS] = { false };
	int worst = 0;

	for (size_t i = 0; i < lesson->goals.len; i++)
		has[lesson_goal(lesson, i)->part] = true;
	for (size_t i = 0; i < GOAL_PARTS; i++) {
		int r =
		    has[i]
			? 0
			: conf_fail(lesson->doc, conf_get(lesson->doc->root, "goals"),
			      "a lesson has something to read, to do and to mend", err,
			      "no goal is of the part \"%s\"", goal_parts[i]);

		if (!conf_go_on(lesson->doc, r, &worst))
			return r;
	}
	return worst;
}

static int check_wrong(const struct lesson *lesson, size_t i, struct error *err)
{
	const struct lesson_wrong *wrong =
	    (const struct lesson_wrong *)lesson->wrong.items + i;
	size_t goal = lesson_find_goal(lesson, str_of(wrong->fails));

	if (goal == SIZE_MAX)
		return conf_fail(lesson->doc, wrong->fails_at, NULL, err,
		    "no goal is named \"%s\"", wrong->fails);
	if (goal_find_hint(lesson_goal(lesson, goal), str_of(wrong->hint)) == SIZE_MAX)
		return conf_fail(lesson->doc, wrong->hint_at, NULL, err,
		    "goal \"%s\" has no hint \"%s\"", wrong->fails, wrong->hint);
	return 0;
}

/* ---- all of it ------------------------------------------------------------------------ */

static int check_each(const struct lesson *lesson, size_t n,
    int (*check)(const struct lesson *lesson, size_t i, struct error *err),
    struct error *err)
{
	int worst = 0;

	for (size_t i = 0; i < n; i++) {
		int r = check(lesson, i, err);

		if (!conf_go_on(lesson->doc, r, &worst))
			return r;
	}
	return worst;
}

int lesson_check(struct lesson *lesson, struct error *err)
{
	int worst = 0,
	    r = check_each(lesson, lesson->values.len, lesson_check_value, err);

	if (conf_go_on(lesson->doc, r, &worst))
		r = lesson_check_names(lesson, lesson->doc->root, err);
	if (conf_go_on(lesson->doc, r, &worst))
		r = check_each(lesson, lesson->goals.len, check_goal, err);
	if (conf_go_on(lesson->doc, r, &worst))
		r = check_parts(lesson, err);
	if (conf_go_on(lesson->doc, r, &worst))
		r = check_each(lesson, lesson->wrong.len, check_wrong, err);
	for (size_t i = 0; i < lesson->goals.len; i++)
		lesson->points += lesson_goal(lesson, i)->points;
	return r < 0 ? r : worst;
}
