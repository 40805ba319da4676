/* Lines of a file at a console, one after the other. */
#pragma once

#include "lab/console/remote.h"

#include <stdio.h>

enum {
	SCRIPT_LINE_MAX =
	    1024 /* bytes of a line that are typed; a console takes fewer */
};

/* A line without its end, for the caller to free in *ret; what is behind SCRIPT_LINE_MAX bytes is
 * read and left out. False at the end of the file. */
bool script_read(FILE *in, char ret[SCRIPT_LINE_MAX + 1]);

/* Types every line of the file, and prints prompts, lines and answers as a terminal shows them. Each
 * line that is refused is told on standard error, with its number. stops: ends at the
 * first. Returns how many were refused or not typed since the session was over; the errors of
 * remote_ask(). */
int script_run(struct remote *remote, FILE *in, bool stops, struct error *err);
