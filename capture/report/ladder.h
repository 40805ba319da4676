/* A ladder: what passed between a CPE and its ACSs, as text. CPEs whose ladders have the
 * same shape share one. */
#pragma once

#include "lib/base/buf.h"

#include <stdbool.h>

struct analysis;

enum {
	LADDERS_MAX = 8 /* that are printed unless the options say another number */
};

struct ladder_options {
	/* The lab's name of a CPE (by MAC or address) or server (by address), or null. The
	 * function may be null. */
	const char *(*name_of)(void *user, const char *mac, const char *address);
	void *user;
	const char
	    *capture; /* name of the file that the frames' numbers are of, or null */
	/* Of the terminal, 40 to 300; 0: lines are laid out for 100 and nothing is cut. */
	unsigned width;
	bool is_utf8, has_colour;
	unsigned max; /* ladders to print; 0: 8; how many more there are is said */
};

/* Writes one ladder per shape, then the table of CPEs. Where memory runs out,
 * out->error says so. */
void ladder_write(struct buf *out, const struct analysis *analysis,
    const struct ladder_options *options);

/* Fills width, is_utf8 and has_colour for standard output (lib/program/screen.h). */
void ladder_detect(struct ladder_options *options);
