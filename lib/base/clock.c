#include "lib/base/clock.h"

#include <limits.h>
#include <string.h>
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

/* The last of the digits that there is room for. */
static char *put_digits(char *at, unsigned value, int digits)
{
	for (int i = digits; i-- > 0; value /= 10)
		at[i] = (char)('0' + value % 10);
	return at + digits;
}

static char *put_pair(char *at, char before, int value)
{
	*at = before;
	return put_digits(at + 1, (unsigned)value, 2);
}

/* Not by strftime(), which looks for the file of the time zone each time. */
char *clock_iso8601(clock_ns wall, int fraction_digits, char *text)
{
	int64_t ns = wall % NS_PER_S;
	time_t seconds = (time_t)(wall / NS_PER_S);
	char *at = text;
	struct tm tm;

	if (ns < 0) {
		ns += NS_PER_S;
		seconds--;
	}
	text[0] = '\0';
	if (!gmtime_r(&seconds, &tm))
		return text;
	at = put_digits(at, (unsigned)tm.tm_year + 1900, 4);
	at = put_pair(at, '-', tm.tm_mon + 1);
	at = put_pair(at, '-', tm.tm_mday);
	at = put_pair(at, 'T', tm.tm_hour);
	at = put_pair(at, ':', tm.tm_min);
	at = put_pair(at, ':', tm.tm_sec);
	if (fraction_digits > 0 && fraction_digits <= 9) {
		char digits[9];

		(void)put_digits(digits, (unsigned)ns, 9);
		*at++ = '.';
		memcpy(at, digits, (size_t)fraction_digits);
		at += fraction_digits;
	}
	*at++ = 'Z';
	*at = '\0';
	return text;
}
