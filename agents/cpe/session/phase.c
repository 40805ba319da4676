#include "agents/cpe/session/phase.h"

#include <stdio.h>
#include <time.h>

int64_t phase_of(struct str text)
{
	struct tm tm = { 0 };
	char copy[32];

	if (str_starts(text, STR("0001-01-01")))
		return PHASE_FREE;
	(void)snprintf(copy, sizeof(copy), "%.*s", STR_ARG(text));
	if (!strptime(copy, "%Y-%m-%dT%H:%M:%S", &tm))
		return PHASE_FREE;
	return timegm(&tm);
}

clock_ns phase_next(clock_ns interval, int64_t phase_s, clock_ns last, clock_ns now,
    clock_ns wall)
{
	clock_ns into;

	if (phase_s == PHASE_FREE && last != INT64_MAX && last + interval > now)
		return last + interval;
	if (phase_s == PHASE_FREE)
		return now + interval;
	into = (wall - phase_s % (interval / NS_PER_S) * NS_PER_S) % interval;
	return now + interval - (into < 0 ? into + interval : into);
}
