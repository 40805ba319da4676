/* When something is due that recurs: periodic Informs, and the trigger of lightweight
 * notifications. Values only. */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/str.h"

#define PHASE_FREE INT64_MIN /* the phase is the CPE's to choose */

/* How far into the interval (of whole seconds, one at least) since 1970 the reference time of
 * PeriodicInformTime and the like is: less than the interval, to the fraction of a second and in
 * its zone, which is UTC where it names none; negative before 1970. PHASE_FREE for the unknown
 * time (TR-106 3.2) and what is no time. */
clock_ns phase_of(struct str text, clock_ns interval);

/* When it is due next, on the monotonic clock: interval after last where the phase is free, and
 * otherwise at the reference time plus or minus a multiple of the interval (TR-181,
 * PeriodicInformTime, LightweightNotificationTriggerTime). last: when it was due; INT64_MAX: never
 * yet. now is monotonic, wall the same moment. */
clock_ns phase_next(clock_ns interval, clock_ns phase, clock_ns last, clock_ns now,
    clock_ns wall);
