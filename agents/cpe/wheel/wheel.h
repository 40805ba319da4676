/* Timers of very many owners, embedded in them: arming, disarming and taking one that is due
 * cost the same whatever their number. A hierarchical timing wheel (Varghese and Lauck, 1987)
 * of four levels; it reads no clock. */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/list.h"

#include <stddef.h>

enum {
	WHEEL_LEVELS = 4,
	WHEEL_BITS = 8, /* of the tick that each level looks at */
	WHEEL_SLOTS = 1 << WHEEL_BITS,
	WHEEL_WORDS = WHEEL_SLOTS / 64
};

#define WHEEL_TICK \
	NS_PER_MS /* no timer is early, nor later than this for the wheel's sake */

struct wheel_timer { /* zeroed: not armed */
	struct list link;
	clock_ns at;
};

struct wheel {
	uint64_t tick;                            /* the next that is to be looked at */
	size_t n;                                 /* timers that are armed */
	uint64_t busy[WHEEL_LEVELS][WHEEL_WORDS]; /* slots that may hold a timer */
	struct list slots[WHEEL_LEVELS][WHEEL_SLOTS];
};

/* An empty wheel, whose time begins at now, which is not negative. */
void wheel_init(struct wheel *wheel, clock_ns now);

/* Arms it for at, or again if it is armed already; INT64_MAX: disarms it. The timer is
 * borrowed until it is disarmed, or taken by wheel_take(). */
void wheel_arm(struct wheel *wheel, struct wheel_timer *timer, clock_ns at);

/* No-op when it is not armed. */
void wheel_disarm(struct wheel *wheel, struct wheel_timer *timer);

/* Takes one timer whose time has come by now, the earliest millisecond first; it is not armed
 * any more. Null: there is none. now does not go back between calls. */
struct wheel_timer *wheel_take(struct wheel *wheel, clock_ns now);

/* When wheel_take() is to be called next, at the latest; it may find nothing then. INT64_MAX:
 * no timer is armed. */
clock_ns wheel_due(const struct wheel *wheel);
