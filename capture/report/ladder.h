/* A ladder: what passed between a CPE and its ACSs, as text. CPEs whose ladders have the
 * same shape share one. */
#pragma once

#include "lib/base/buf.h"

#include <stdbool.h>

struct analysis;

struct ladder_options {
	/* The lab's name of a CPE (by MAC or address) or server (by address), or null. The
	 * function may be null. */
	const char *(*name_of)(void *user, const char *mac, const char *address);
	void *user;
	const char *capture; /* whose frames the numbers are, or null */
	unsigned width;      /* of the terminal, 40 to 300; 0: 100 */
	bool is_utf8, has_colour;
	unsigned max; /* ladders to print; 0: 8; the rest is counted */
};

/* One ladder per shape, then the table of CPEs. */
void ladder_write(struct buf *out, const struct analysis *analysis,
    const struct ladder_options *options);

/* Whether the locale is UTF-8, the terminal's width, colour (a terminal and no NO_COLOR):
 * from the environment, for standard output. */
void ladder_detect(struct ladder_options *options);
