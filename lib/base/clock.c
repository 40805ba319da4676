#include "lib/base/clock.h"

#include <limits.h>
#include <stdio.h>
#include <time.h>

static clock_ns now(clockid_t id)
{
	struct timespec ts;

	(void)clock_gettime(id, &ts);
	return (clock_ns)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

clock_ns clock_monotonic(void)
{
	return now(CLOCK_MONOTONIC);
}

int clock_wait_ms(clock_ns left)
{
	clock_ns ms = left <= 0 ? 0 : (left - 1) / NS_PER_MS + 1;

	return ms > INT_MAX ? INT_MAX : (int)ms;
}

clock_ns clock_wall(void)
{
	return now(CLOCK_REALTIME);
}

char *clock_iso8601(clock_ns wall, int fraction_digits, char *text)
{
	int64_t ns = wall % NS_PER_S;
	time_t seconds = (time_t)(wall / NS_PER_S);
	struct tm tm;
	size_t n;

	if (ns < 0) {
		ns += NS_PER_S;
		seconds--;
	}
	if (!gmtime_r(&seconds, &tm)) {
		text[0] = '\0';
		return text;
	}
	n = strftime(text, CLOCK_ISO8601_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
	if (fraction_digits > 0 && fraction_digits <= 9) {
		char digits[10];

		(void)snprintf(digits, sizeof(digits), "%09u",
		    (unsigned)ns % 1000000000U);
		n += (size_t)snprintf(text + n, CLOCK_ISO8601_MAX - n, ".%.*s",
		    fraction_digits, digits);
	}
	(void)snprintf(text + n, CLOCK_ISO8601_MAX - n, "Z");
	return text;
}
