#include "lib/program/log.h"

#include "lib/base/clock.h"
#include "lib/base/cut.h"
#include "lib/base/secret.h"
#include "lib/program/output.h"

#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	LINE_MAX_ = 2048,
	/* Lines of a level: so many at once, and then so many a second. */
	BURST = 5000,
	LINES_PER_S = 20,
	/* How long a line waits for a reader. One that did not come in time is not waited
	 * for again until it has read something. */
	PATIENCE_MS = 100
};

static struct {
	const char *who;
	enum log_level level;
	struct {
		uint64_t left;
		clock_ns filled;
	} rations[LOG_DEBUG + 1];
	uint64_t n_lost;
	bool is_stuck;
	int fd; /* of standard error; of log_setup() on, one that does not block */
} sink = { .who = "cwmplab", .level = LOG_INFO, .fd = STDERR_FILENO };

static const char *const names[] = { "error", "warn", "info", "debug" };

void log_setup(const char *who, enum log_level level)
{
	sink.who = who;
	sink.level = level;
	if (sink.fd == STDERR_FILENO)
		sink.fd = output_reopen(STDERR_FILENO);
	if (sink.fd < 0)
		sink.fd = STDERR_FILENO;
}

/* Whether one more line of the level may be written: a flood of them fills no disk. Who
 * wants to see all asks for debugging. */
static bool take_ration(enum log_level level)
{
	const clock_ns step = NS_PER_S / LINES_PER_S;
	uint64_t *left = &sink.rations[level].left;
	clock_ns *filled = &sink.rations[level].filled;
	uint64_t more;

	if (sink.level == LOG_DEBUG)
		return true;
	if (*filled == 0) {
		*left = BURST;
		*filled = clock_monotonic();
	}
	if (*left == 0) {
		more = (uint64_t)((clock_monotonic() - *filled) / step);
		*left = MIN(more, (uint64_t)BURST);
		*filled += (clock_ns)more * step;
	}
	if (*left == 0)
		return false;
	--*left;
	return true;
}

/* A pipe with any room takes PIPE_BUF bytes, which is more than a line. */
static bool has_room(void)
{
	struct pollfd fd = { sink.fd, POLLOUT, 0 };

	sink.is_stuck = poll(&fd, 1, sink.is_stuck ? 0 : PATIENCE_MS) <= 0;
	return !sink.is_stuck;
}

static void put_line(enum log_level level, const char *fmt, va_list args)
{
	char time[CLOCK_ISO8601_MAX];
	char line[LINE_MAX_];
	size_t n = strlen(cut_print(line, sizeof(line), "%s %s %s: ",
	    clock_iso8601(clock_wall(), 3, time), names[level], sink.who));

	(void)cut_vprint(line + n, sizeof(line) - 1 - n, fmt, args);
	secret_hide(line + n, sizeof(line) - 1 - n);
	n += strlen(line + n);
	line[n++] = '\n';
	/* One write a line, so that lines of several processes do not mix. A log that
	 * cannot be written has nowhere to complain. */
	if (write(sink.fd, line, n) < 0)
		return;
}

static ATTR_PRINTF(2, 3) void put(enum log_level level, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put_line(level, fmt, args);
	va_end(args);
}

void log_left_out(void)
{
	uint64_t n = sink.n_lost;

	if (n == 0 || !has_room())
		return;
	sink.n_lost = 0;
	put(LOG_WARN, "%" PRIu64 " lines were left out: too many, or nobody read them",
	    n);
}

void log_at(enum log_level level, const char *fmt, ...)
{
	va_list args;

	if (level > sink.level)
		return;
	if (!take_ration(level) || !has_room()) {
		sink.n_lost++;
		return;
	}
	log_left_out();
	va_start(args, fmt);
	put_line(level, fmt, args);
	va_end(args);
}
