/* What a run of a program costs: instructions where this machine counts them, else time. */
#pragma once

#include <stdint.h>

struct cost {
	/* Instructions in user space; or nanoseconds of the processor, for the program and for
	 * what the system did for it. Their sum is exact. How it falls into two is guessed from
	 * what the ticks of a clock met: of several runs the one with the least time of its own
	 * is the one whose guess is furthest off. */
	uint64_t work;
	uint64_t kib; /* the most memory that it had */
};

/* What struct cost.work is on this machine, in words. */
const char *cost_unit(void);

/* Runs the program with its output thrown away. 0, or -1 with words on standard error where
 * it did not end by itself with a status below 126. */
int cost_of(const char *const *argv, struct cost *ret);
