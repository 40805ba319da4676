/* Lines of words, as a CPE's state is kept: any bytes are a word once blanks, controls and
 * "%" are written as "%" and two hex digits; an empty text is "%" alone, so that no word is
 * empty, and one that is not there is "~". */
#pragma once

#include "lib/base/arena.h"
#include "lib/base/buf.h"

#include <stdbool.h>

/* Appends " " and the word. A null view is "~". */
void word_put(struct buf *out, struct str text);
void word_put_int(struct buf *out, int64_t n);

/* Takes the next word off *line into arena. False where there is none, or none that word_put()
 * writes, or no memory. *ret is a null view for "~". */
bool word_take(struct str *line, struct arena *arena, struct str *ret);
/* The same of a number within min and max. */
bool word_take_int(struct str *line, int64_t min, int64_t max, int64_t *ret);

/* The next line of *text without its line feed. False at the end. */
bool line_take(struct str *text, struct str *ret);
