/* Texts that many have in common, kept once: names of parameters on a hundred thousand devices. */
#pragma once

#include "lib/base/map.h"

struct intern { /* zeroed, it is empty; then texts.seed is set, see map.h */
	struct map texts;
	size_t bytes; /* that all of them take, with what the table and malloc() add */
};

/* The text, terminated, which is the same pointer for the same bytes; it stays until it
 * is dropped as often as it was put. text has no NUL in it. Null without memory. */
const char *intern_put(struct intern *intern, struct str text);

/* Gives it back; the table goes with the last of them. Null is fine. */
void intern_drop(struct intern *intern, const char *text);

/* What intern_put() adds to bytes where the text is not there yet. */
size_t intern_cost(struct str text);

/* Frees what is left. */
void intern_free(struct intern *intern);
