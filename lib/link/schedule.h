/* What a lab's file says that befalls a link while the lab runs, as a function of time. */
#pragma once

#include "lib/link/impair_text.h"

enum {
	SCHEDULE_STEPS_MAX = 1000,
	SCHEDULE_AGAIN_MS = 100
};

struct schedule_step {
	clock_ns at;     /* from the start of the lab's programs */
	clock_ns length; /* INT64_MAX: for good */
	struct impair_change change;
};

/* The link at time now, from the same start: base with the changes of all steps that are in force,
 * in their order, so that where two say different things the later row counts. *ret_next is when
 * it is another one at the earliest; INT64_MAX: never again. */
void schedule_at(const struct impair_link *base, const struct schedule_step *steps,
    size_t n, clock_ns now, struct impair_link *ret, clock_ns *ret_next);

/* When to look at a link again whose next change is at next, where the one due now was
 * refused: that is tried again. */
clock_ns schedule_again(clock_ns next, clock_ns now);

/* As impair_link_conflict() of the link as it is at first and after each change; *ret_when (may be
 * null) is when it does not go together. Null: it always does. */
const char *schedule_conflict(const struct impair_link *base,
    const struct schedule_step *steps, size_t n, clock_ns *ret_when, char *ret,
    size_t size);
