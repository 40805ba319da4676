/* How an ACS that has enough to do turns sessions away: 503 with Retry-After for the first POST of
 * each that is too many, so that those which run are served in time (TR-069 A6 3.4.5). It reads
 * no clock. */
#pragma once

#include "lib/base/clock.h"

#include <stdbool.h>

struct shed_limit {           /* zeroed: none is turned away */
	uint64_t sessions;    /* that run at a time; 0: any number */
	uint64_t rate;        /* that begin in a second; 0: any number */
	clock_ns retry_after; /* rounded up to whole seconds */
};

#define SHED_BURST \
	(100 * NS_PER_MS) /* what a rate gives to so much time may come at once */

struct shed { /* zeroed but for limit at first */
	struct shed_limit limit;
	clock_ns next;      /* when the next session would be due at an even rate */
	clock_ns out_until; /* none is taken before; 0: nothing is out of order */
};

/* Whether a session may begin while n_running others run; now is monotonic. */
bool shed_takes(struct shed *shed, uint64_t n_running, clock_ns now);

/* Whether all are turned away now, since what they need is not there. */
bool shed_is_out(const struct shed *shed, clock_ns now);

/* What Retry-After says; not while it is out: nobody knows then. */
uint64_t shed_retry_after_s(const struct shed *shed);
