/* What a load test shows on a terminal while it runs, as lines of text, and what its keys do. */
#pragma once

#include "agents/cpe/load/load.h"
#include "lib/base/buf.h"

enum {
	LOAD_SCREEN_HEIGHT_MAX = 200
};

struct load_view { /* a load as it is at the moment; all is borrowed */
	const char *acs;
	uint64_t cpes;
	enum load_state state;
	clock_ns took;
	double rate; /* sessions a second that the schedule wants; 0: it has none */
	double scale;
	bool is_halted;
	const struct tally *tally;
	const struct own_limits *own;
	struct series_point now; /* the last whole second, in seconds' numbers */
};

struct load_view load_view_of(const struct load *load, const char *acs);

enum load_style {
	LOAD_STYLE_PLAIN,
	LOAD_STYLE_TITLE,
	LOAD_STYLE_HEADING,
	LOAD_STYLE_BAD
};

struct load_line {
	struct buf text; /* owned; at most width columns */
	enum load_style style;
};

/* Writes exactly height lines (at most LOAD_SCREEN_HEIGHT_MAX), which are all zero
 * before the first time and written anew later; below two lines of height they are
 * empty. Where there is no room for all steps and failures, those that came less often
 * are left out. shows_help: the keys instead. */
void load_screen_draw(struct load_line *lines, unsigned width, unsigned height,
    const struct load_view *view, bool shows_help);

void load_screen_free(struct load_line *lines, unsigned height);

struct load_keys {
	bool shows_help;
};

/* What a key does: + and - change the rate by a tenth, * and / double and halve it, p
 * halts and goes on, d drains, q does too and ends at once when it is pressed again, ?
 * shows the keys. */
void load_screen_key(struct load_keys *keys, struct load *load, int key);
