#include "lib/program/log.h"

#include "lib/base/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static struct {
	const char *who;
	enum log_level level;
} sink = { "cwmplab", LOG_INFO };

static const char *const names[] = { "error", "warn", "info", "debug" };

void log_setup(const char *who, enum log_level level)
{
	sink.who = who;
	sink.level = level;
}

void log_at(enum log_level level, const char *fmt, ...)
{
	char time[CLOCK_ISO8601_MAX];
	char line[2048];
	va_list args;
	int n, m;

	if (level > sink.level)
		return;
	n = snprintf(line, sizeof(line),
	    "%s %s %s: ", clock_iso8601(clock_wall(), 3, time), names[level], sink.who);
	if (n < 0 || (size_t)n >= sizeof(line) - 1)
		return;
	va_start(args, fmt);
	m = vsnprintf(line + n, sizeof(line) - (size_t)n - 1, fmt, args);
	va_end(args);
	if (m < 0)
		return;
	n = MIN(n + m, (int)sizeof(line) - 2);
	line[n++] = '\n';
	/* One write a line, so that lines of several processes do not mix. A log that
	 * cannot be written has nowhere to complain. */
	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		return;
}
