/* A terminal of so many columns, as far as a line editor uses one: text that folds at the last
 * column, BS, CR, LF, and the cursor up, down and right. */
#pragma once

#include "tests/unit/unit.h"

#include "lib/base/str.h"

#include <stdio.h>

enum {
	SCREEN_ROWS = 64,
	SCREEN_COLUMNS_MAX = 128
};

struct screen {
	char cells[SCREEN_ROWS][SCREEN_COLUMNS_MAX];
	unsigned width, row, column; /* column may be width: it waits there */
	unsigned n;                  /* of a sequence */
	int state;                   /* 0: text, 1: behind Esc, 2: behind Esc [ */
};

static inline void screen_open(struct screen *screen, unsigned width)
{
	memset(screen, 0, sizeof(*screen));
	memset(screen->cells, ' ', sizeof(screen->cells));
	screen->width = width;
}

static inline void screen_print(struct screen *screen, char c)
{
	if (screen->column == screen->width) {
		screen->column = 0;
		screen->row++;
	}
	assert_true(screen->row < SCREEN_ROWS);
	screen->cells[screen->row][screen->column++] = c;
}

static inline void screen_move(struct screen *screen, char c)
{
	unsigned n = screen->n ? screen->n : 1;

	assert_true(c == 'A' || c == 'B' || c == 'C');
	if (c == 'A')
		screen->row -= n;
	else if (c == 'B')
		screen->row += n;
	else
		screen->column += n;
	assert_true(screen->row < SCREEN_ROWS && screen->column < screen->width);
}

static inline void screen_control(struct screen *screen, char c)
{
	switch (c) {
	case '\n':
		screen->row++;
		screen->column = 0;
		break;
	case '\r':
		screen->column = 0;
		break;
	case '\b':
		/* Where a terminal waits behind its last column it goes two back, or one: no
		 * line may count on it. */
		assert_true(screen->column > 0 && screen->column < screen->width);
		screen->column--;
		break;
	case '\x1b':
		screen->state = 1;
		screen->n = 0;
		break;
	default:
		fail_msg("a terminal is sent %d", c);
	}
}

static inline void screen_take(struct screen *screen, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (screen->state == 1) {
			assert_int_equal(c, '[');
			screen->state = 2;
		} else if (screen->state == 2 && c >= '0' && c <= '9') {
			screen->n = screen->n * 10 + (unsigned)(c - '0');
		} else if (screen->state == 2) {
			screen->state = 0;
			screen_move(screen, c);
		} else if (c >= ' ' && c < 0x7f) {
			screen_print(screen, c);
		} else {
			screen_control(screen, c);
		}
	}
}

/* Holds the screen against a text that folds at its width, from the upper left on, and nothing
 * else; and the cursor against the place behind at bytes of it. */
static inline void screen_check(const struct screen *screen, struct str text, size_t at)
{
	for (unsigned row = 0; row < SCREEN_ROWS; row++) {
		for (unsigned column = 0; column < screen->width; column++) {
			size_t i = (size_t)row * screen->width + column;

			if (screen->cells[row][column] !=
			    (i < text.len ? text.p[i] : ' '))
				fail_msg("row %u, column %u: %.*s", row, column,
				    (int)screen->width, screen->cells[row]);
		}
	}
	assert_int_equal(screen->row * screen->width + screen->column, at);
}
