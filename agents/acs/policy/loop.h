/* The names that a loop of a policy goes over: found by GetParameterNames, one level after the
 * other, within bounds. All of it lives in the arena that it was given. */
#pragma once

#include "agents/acs/policy/policy.h"

struct loop;

/* A loop of step over path, which is whole but for its {i}. Null without memory. */
struct loop *loop_new(struct arena *arena, const struct policy_step *step,
    struct str path);

/* The path below which names are wanted next, for GetParameterNames with NextLevel; null: all
 * are known. The same until loop_take(). */
const char *loop_asks(const struct loop *loop);

/* Takes what GetParameterNames answered. */
void loop_take(struct loop *loop, const struct cwmp_args *answer);

/* The next turn: its path or name. False: the last one was. */
bool loop_next(struct loop *loop, struct str *ret_each);

const struct policy_step *loop_step(const struct loop *loop);

/* Whether there were more than the step's max. */
bool loop_was_cut(const struct loop *loop);
