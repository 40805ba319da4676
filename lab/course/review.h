/* All goals of a lesson, judged at one time, and what becomes of the progress. */
#pragma once

#include "lab/course/stage.h"

struct review {
	struct goal_result results[LESSON_GOALS_MAX];
	size_t next;  /* the goal to reach next; SIZE_MAX: none is left */
	size_t hint;  /* of that goal, to be offered; SIZE_MAX: none is left */
	size_t fresh; /* how many were reached just now */
	bool is_down; /* the lab is not up */
};

/* Looks once, and notes in the progress what is reached, which is not saved yet. */
int review_make(struct pupil *pupil, clock_ns now, struct review *ret,
    struct error *err);

/* The hint to offer for goal i for that reason; SIZE_MAX: none is left. */
size_t review_hint(struct pupil *pupil, size_t i, const char *reason);

/* An answer to question i: in *ret whether it is right, which is noted in the progress. */
int review_answer(struct pupil *pupil, size_t i, struct str answer, clock_ns now,
    struct goal_result *ret, struct error *err);
