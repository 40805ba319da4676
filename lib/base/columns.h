/* How wide text stands on a terminal: most characters take one column, those of East Asia and
 * emoji two, marks that join the character before them none (Unicode 14, UAX 11). A byte that is
 * no part of a character, or a character that utf8_show() makes a blank, takes one. */
#pragma once

#include "lib/base/str.h"

struct buf;

/* The bytes of the character at the start of s, 0 of an empty s; *ret_columns is what it
 * takes. */
size_t columns_char(struct str s, size_t *ret_columns);

/* What s takes. */
size_t columns_of(struct str s);

/* The longest beginning of s that takes at most so many columns. */
struct str columns_fit(struct str s, size_t columns);

/* What of s goes on a line of so many columns: to a blank, where there is one in its second
 * half, else as much as fits, but at least one character. */
struct str columns_line(struct str s, size_t columns);

/* Appends s as a terminal may be given it (utf8_show()); where that knows no UTF-8, every
 * character beyond ASCII as a "?" for each column that it takes. */
void columns_put(struct buf *out, struct str s, bool is_utf8);

/* Appends s on lines of room columns (columns_line()), each after the first behind indent
 * blanks, without an end of the last; room 0: on one. */
void columns_put_lines(struct buf *out, struct str s, size_t room, size_t indent,
    bool is_utf8);

/* As columns_put(), but what is wider than columns is cut and ends in a mark, "…" or
 * "~". Returns how many columns were taken. */
size_t columns_put_cut(struct buf *out, struct str s, size_t columns, bool is_utf8);
