/* A run over time, in memory that does not grow: a point a second, and when
 * SERIES_POINTS_MAX of them are there, two become one and each lasts twice as long.
 * Counts add up then; of gauges and percentiles the larger one stays, so that no peak
 * is smoothed away. */
#pragma once

#include "lib/base/clock.h"

#include <stddef.h>
#include <stdint.h>

enum {
	SERIES_POINTS_MAX = 1024 /* even */
};

/* Where the CPEs of a fleet are. */
#define SERIES_STATE_MAP(XX)         \
	XX(OFF, "off")               \
	XX(DHCP, "dhcp")             \
	XX(IDLE, "idle")             \
	XX(UPDATED, "updated")       \
	XX(CONNECTING, "connecting") \
	XX(SESSION, "session")       \
	XX(WAITING, "waiting")       \
	XX(TRANSFER, "transfer")     \
	XX(DARK, "dark")

enum series_state {
#define XX(symbol, name) SERIES_##symbol,
	SERIES_STATE_MAP(XX)
#undef XX
	SERIES_STATES
};

const char *series_state_name(enum series_state state);

struct series_point {
	/* counts of the interval */
	uint64_t offered, started, completed, failed, shed;
	/* gauges at its end */
	uint64_t open, states[SERIES_STATES];
	uint64_t yet_to_come; /* of those that are off: for the first time */
	/* of the sessions that completed in it, from the intended start */
	uint64_t p50_us, p99_us, max_us;
	/* ourselves */
	uint64_t late_us;      /* the latest start */
	uint64_t lag_us;       /* the longest round of the loop beyond its time */
	uint64_t cpu_permille; /* of one core */
	uint64_t memory_kb;    /* resident */
};

struct series {
	struct series_point points[SERIES_POINTS_MAX];
	size_t len;
	uint64_t seconds; /* that a point lasts; 0 reads as 1 */
};

/* Adds what happened in second number `second` of the run, from 0. Seconds that were
 * left out are points of zeros, whose gauges are those before; one that has a point
 * already is added to it. Seconds beyond 2^40 are ignored. */
void series_add(struct series *series, uint64_t second,
    const struct series_point *point);

/* Adds the series of a shard, second by second: counts, gauges and memory add up, of
 * percentiles, lateness and lag the larger one stays. */
void series_merge(struct series *into, const struct series *from);

/* How long a storm that began in second `storm` was felt: seconds from there until as
 * few CPEs as before it are off (again), dark or waiting to retry, and as few sessions are open
 * as were at most before it (within a thousandth of the CPEs, at least one). 0: it was
 * not felt. UINT64_MAX: it still was when the series ended. A point lasts
 * series->seconds, which is how exact it is. */
uint64_t series_recovery(const struct series *series, uint64_t storm);
