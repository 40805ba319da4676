/* UTF-8 (RFC 3629), as strict as XML and JSON want it. */
#pragma once

#include "lib/base/str.h"

/* Bytes of the character at the start of s, 1-4; 0 when s is empty or does not start with
 * a whole valid one (overlong, surrogate, above U+10FFFF). */
size_t utf8_char(struct str s);

/* How many characters s has; each byte that is no part of one counts as a character. */
size_t utf8_length(struct str s);
