/* What text is laid out for: standard output, be it a terminal or not. */
#pragma once

#include <stdbool.h>

enum {
	SCREEN_WIDTH_MIN = 40 /* text is not laid out for less */
};

struct screen {
	unsigned width; /* columns; 0: text is as wide as it is, and nothing is cut */
	bool is_utf8, has_colour;
};

/* The width is what COLUMNS says, where that is a number above 0 (POSIX, XBD 8.3: the
 * user's wish), also where there is no terminal, as below watch(1); else that of the
 * terminal. Colour is for a terminal whose TERM is set and not "dumb", and where
 * NO_COLOR is unset or empty. */
struct screen screen_detect(void);

/* Columns to lay text out for: the width, but at least SCREEN_WIDTH_MIN; 0 where it is 0. */
static inline unsigned screen_room(const struct screen *screen)
{
	return screen->width > 0 && screen->width < SCREEN_WIDTH_MIN ? SCREEN_WIDTH_MIN
								     : screen->width;
}

/* What COLUMNS says, as above; else the width of the terminal at fd; 0 where there is
 * neither. */
unsigned screen_width(int fd);
