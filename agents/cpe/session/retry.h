/* When a failed session is tried again (TR-069 A6 3.2.1.1, table 3): before retry n the
 * CPE waits m * (k/1000)^(n-1) to m * (k/1000)^n seconds, uniformly; from the tenth on the
 * band does not grow. */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/rng.h"

#include <stdbool.h>

enum {
	RETRY_DEFAULT_MIN_WAIT_S = 5,    /* m */
	RETRY_NO_GROWTH = 1000,          /* k of the same wait before each retry */
	RETRY_DEFAULT_MULTIPLIER = 2000, /* k, thousandths */
	RETRY_GROWS_UNTIL = 10,
};

struct retry_policy {
	clock_ns min_wait;   /* m; 0 reads as the default */
	uint32_t multiplier; /* k; 0 reads as the default */
	uint64_t limit; /* retries in a row; 0: for ever (`cwmp cpe connect retry`) */
};

struct retry_band {
	clock_ns from;
	clock_ns to;
};

/* m as CWMPRetryMinimumWaitInterval has it: whole seconds, at least 1. */
uint64_t retry_seconds(clock_ns min_wait);

/* The band of the wait before retry number count, from 1; never beyond ten years. */
struct retry_band retry_band(const struct retry_policy *policy, unsigned count);

/* A wait drawn from that band. */
clock_ns retry_wait(const struct retry_policy *policy, unsigned count, struct rng *rng);

/* Whether the limit allows retry number count. */
bool retry_is_allowed(const struct retry_policy *policy, unsigned count);
