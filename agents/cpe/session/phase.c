#include "agents/cpe/session/phase.h"

#include "lib/proto/date_time.h"

clock_ns phase_of(struct str text, clock_ns interval)
{
	struct date_time time;

	if (str_starts(text, STR("0001-01-01")) || date_time_read(&time, text) < 0)
		return PHASE_FREE;
	/* A year of four digits in nanoseconds is more than 64 bits hold. */
	return time.seconds % (interval / NS_PER_S) * NS_PER_S + time.nanoseconds;
}

clock_ns phase_next(clock_ns interval, clock_ns phase, clock_ns last, clock_ns now,
    clock_ns wall)
{
	clock_ns into;

	if (phase == PHASE_FREE && last != INT64_MAX && last + interval > now)
		return last + interval;
	if (phase == PHASE_FREE)
		return now + interval;
	into = (wall - phase) % interval;
	return now + interval - (into < 0 ? into + interval : into);
}
