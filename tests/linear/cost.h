/* What a run of a program costs: instructions where this machine counts them, else time. */
#pragma once

#include <stdint.h>

struct cost {
	uint64_t work; /* instructions in user space, or nanoseconds of user time */
	uint64_t kib;  /* the most memory that it had */
};

/* What struct cost.work is on this machine, in words. */
const char *cost_unit(void);

/* Costs below this one cannot be told apart: the clock that counts a process's time goes in
 * steps of some milliseconds. 0 for instructions. */
uint64_t cost_least(void);

/* Runs the program with its output thrown away. 0, or -1 with words on standard error where
 * it did not end by itself with a status below 126. */
int cost_of(const char *const *argv, struct cost *ret);
