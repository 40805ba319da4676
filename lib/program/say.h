/* The door to standard output and standard error: all that a program of ours says to people
 * goes through it, so that no text of a stranger commands a terminal (lib/base/shown.h). The
 * lines of a log have one of their own (log.h). tests/lint/doors.sh looks for other ways. */
#pragma once

#include "lib/base/compiler.h"
#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdarg.h>
#include <stdio.h>

/* Writes the format to the stream, where each string that goes into it is shown. A failure
 * stays with the stream (ferror()). */
void say(FILE *to, const char *fmt, ...) ATTR_PRINTF(2, 3);
void say_args(FILE *to, const char *fmt, va_list args) ATTR_PRINTF(2, 0);

/* Writes a text of whole lines, whose values were shown when it was made; beside tabs and the
 * ends of lines only our own colours ("\033[31m") pass. A failure stays with the stream. */
void say_text(FILE *to, struct str text);

/* The same of lines that are of use now or never: the rest is left out where a pipe has no room,
 * so that nobody waits for a reader who does not read. */
void say_now(FILE *to, struct str text);

/* Writes prefix and the words of err, which may be several lines, as a line on standard
 * error. */
void say_error(const char *prefix, const struct error *err);

/* Writes bytes as they are: JSON that json.h wrote, or what is no text. Returns whether all
 * were taken. */
bool say_bytes(FILE *to, struct str bytes);
