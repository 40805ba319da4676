/* When something is due that recurs: periodic Informs, and the trigger of lightweight notifications.
 * Values only. */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/str.h"

#define PHASE_FREE INT64_MIN /* the phase is the CPE's to choose */

/* The reference time of PeriodicInformTime and the like, in seconds since 1970, which are negative
 * before: it may be of any year, and nanoseconds would not hold that. PHASE_FREE for the unknown time
 * (TR-106 3.2) and what is no time. */
int64_t phase_of(struct str text);

/* When it is due next, on the monotonic clock: interval (of whole seconds, one at least) after last
 * where the phase is free, and otherwise at the reference time plus or minus a multiple of the
 * interval (TR-181, PeriodicInformTime, LightweightNotificationTriggerTime). last: when it was due;
 * INT64_MAX: never yet. now is monotonic, wall the same moment. */
clock_ns phase_next(clock_ns interval, int64_t phase_s, clock_ns last, clock_ns now,
    clock_ns wall);
