/* Time enters the pure parts of the program as one of these numbers, never by a call. */
#pragma once

#include <stdint.h>

typedef int64_t clock_ns; /* nanoseconds */

#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  INT64_C(1000000000)

/* Since an arbitrary start; for timers. */
clock_ns clock_monotonic(void);

/* What poll() and epoll_wait() are to wait for: the time left in milliseconds, rounded up, so
 * that its last millisecond is no busy loop; 0 where none is left, INT_MAX where it is more
 * than 24.8 days, after which the caller looks again. */
int clock_wait_ms(clock_ns left);

/* Since 1970-01-01T00:00:00Z; comparable with the time stamps of a capture. */
clock_ns clock_wall(void);

enum {
	CLOCK_ISO8601_MAX = 32
};

/* "2026-11-23T10:31:07Z", or with ".123456Z" where fraction_digits is 1-9: the digits
 * behind are cut off, not rounded. text has room for CLOCK_ISO8601_MAX bytes and is
 * returned. */
char *clock_iso8601(clock_ns wall, int fraction_digits, char *text);
