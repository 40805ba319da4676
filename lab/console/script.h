/* Lines of a file at a console, one after the other. */
#pragma once

#include "lab/console/remote.h"

#include <stdio.h>

enum {
	SCRIPT_LINE_MAX =
	    1024 /* bytes of a line that are typed; a console takes fewer */
};

/* Writes a line, without its end and terminated, into ret; what is behind
 * SCRIPT_LINE_MAX bytes is read and left out. False at the end of the file. */
bool script_read(FILE *in, char ret[SCRIPT_LINE_MAX + 1]);

/* Types every line of the file, and prints prompts, lines and answers as a terminal
 * shows them. Each line that is refused is told on standard error, with its number.
 * stops: ends at the first. Returns how many were refused, and one more where lines
 * were left that could not be typed since the session was over; else the errors of
 * remote_ask(). */
int script_run(struct remote *remote, FILE *in, bool stops, struct error *err);
