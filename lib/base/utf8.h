/* UTF-8 (RFC 3629), as strict as XML and JSON want it. */
#pragma once

#include "lib/base/str.h"

struct buf;

/* Bytes of the character at the start of s, 1-4; 0 when s is empty or does not start with
 * a whole valid one (overlong, surrogate, above U+10FFFF). */
size_t utf8_char(struct str s);

/* How many characters s has; each byte that is no part of one counts as a character. */
size_t utf8_length(struct str s);

/* Appends the character at the start of s as a terminal may be given it: a byte that is
 * no part of a character as "?", controls (C0, DEL, C1), ends of lines and marks that
 * turn the direction of text round as a blank, all else as it is. Returns how many
 * bytes of s it took, 0 of an empty s. */
size_t utf8_put_shown(struct buf *out, struct str s);
