/* What must be seen in a capture, looked for. Pure. */
#pragma once

#include "lab/lesson/judge.h"

/* The first message (or session) that shows it, or with is_last the last one of its kind; in
 * *ret what that proves, or what is wrong with the one that came nearest. With in_a_row it is
 * the last of the first so many, and what is wrong with the last that broke a row. Texts of
 * sight are filled in. */
void sight_judge(const struct facts *facts, const struct sight *sight, uint64_t after,
    struct goal_result *ret, uint64_t *ret_first_frame);
