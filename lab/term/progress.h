/* What "run" shows while it works: one line a phase, rewritten in place on a terminal, and
 * printed once, when the phase is over, everywhere else. */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/compiler.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdio.h>

enum {
	PROGRESS_TEXT_MAX = 512
};

struct progress {
	FILE *out; /* borrowed; null: silent */
	bool is_terminal;
	bool is_open; /* a line stands that will be rewritten */
	int width;
	clock_ns shown; /* when it was last rewritten, monotonic */
};

/* out is borrowed; null: nothing is shown. */
struct progress progress_make(FILE *out);

/* Shows the phase as it is now, with the time that it took so far: only on a terminal, and
 * at most ten times a second. */
void progress_show(struct progress *progress, const char *phase, const char *text,
    clock_ns took);

/* Prints the line of a phase that is over. */
void progress_done(struct progress *progress, const char *phase, const char *text,
    clock_ns took);

/* Prints a text of several lines, as say_text(), in place of a line that would have been
 * rewritten. */
void progress_print_text(struct progress *progress, struct str text);

/* Prints text, in place of a line that would have been rewritten. */
void progress_print(struct progress *progress, const char *fmt, ...) ATTR_PRINTF(2, 3);
