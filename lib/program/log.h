/* Lines for people and tools on one descriptor: "2026-11-23T10:31:07.123Z info acs:
 * text". Library code logs at debug at most; whoever decides what to do about a failure
 * logs it, once. Never log a password, a key or an Authorization header. */
#pragma once

#include "lib/base/compiler.h"

enum log_level {
	LOG_ERROR_,
	LOG_WARN,
	LOG_INFO,
	LOG_DEBUG
};

/* Standard error at LOG_INFO until changed. who is borrowed for the life of the
 * process. */
void log_setup(const char *who, enum log_level level);

/* Writes a line, its end included; one of more than 2 KiB is cut with a mark
 * (lib/base/cut.h), and what secret_hide() finds in it is starred; strings that go into
 * the format are made fit for a terminal (shown.h). Nothing is written of a level
 * beyond that of log_setup(). A line is left out and counted after 5000 of its level,
 * from where on 20 a second go (but for a log that was set up at LOG_DEBUG, which keeps
 * all), and when a pipe or terminal has no room for it within 100 ms. */
void log_at(enum log_level level, const char *fmt, ...) ATTR_PRINTF(2, 3);

/* Says how many lines were left out, if any: to be called as a program ends. The next line
 * that is written says it, too. */
void log_left_out(void);

#define log_error(...) log_at(LOG_ERROR_, __VA_ARGS__)
#define log_warn(...)  log_at(LOG_WARN, __VA_ARGS__)
#define log_info(...)  log_at(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_at(LOG_DEBUG, __VA_ARGS__)
