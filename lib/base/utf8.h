/* UTF-8 (RFC 3629), as strict as XML and JSON want it. */
#pragma once

#include "lib/base/str.h"

#include <stdint.h>
#include <string.h>

struct buf;

/* Bytes of the character at the start of s, 1-4; 0 when s is empty or does not start with
 * a whole valid one (overlong, surrogate, above U+10FFFF). */
size_t utf8_char(struct str s);

/* Appends the character with this number, of which the lower 21 bits count. Where it is none of
 * Unicode's (a surrogate, above U+10FFFF) what stands in out is no valid UTF-8. */
void utf8_put(struct buf *out, uint32_t c);

/* How many characters s has; each byte that is no part of one counts as a character. */
size_t utf8_length(struct str s);

/* The bytes of the character at the start of s, if a terminal must not be given it: a control
 * (C0, DEL, C1), an end of a line, a mark that turns the direction of text round. 0 for all
 * else, also for a byte that is no part of a character. */
size_t utf8_unruly(struct str s);

/* Whether the character at the start of s may stand in XML 1.0 (2.2): no C0 control but tab,
 * LF and CR, and neither U+FFFE nor U+FFFF. False where there is none. */
bool utf8_is_xml(struct str s);

/* The character at the start of s as a terminal may be given it, in *ret, which is a view of
 * s or of a constant: a byte that is no part of a character as "?", one of utf8_unruly() as
 * a blank, all else as it is. Returns how many bytes of s it took, 0 of an empty s. */
size_t utf8_show(struct str s, struct str *ret);

/* Appends what utf8_show() gives, and returns what it does. */
size_t utf8_put_shown(struct buf *out, struct str s);

/* ---- eight at a time ----------------------------------------------------------------- */

/* Nearly all texts are looked through for a few characters, nearly all of which are not there. */

enum {
	EIGHT = sizeof(uint64_t)
};

#define EIGHT_OF(byte) (UINT64_C(0x0101010101010101) * (unsigned char)(byte))

static inline uint64_t eight_at(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

/* Not 0: one of them is this. */
static inline uint64_t eight_has(uint64_t word, char c)
{
	uint64_t other = word ^ EIGHT_OF(c);

	return (other - EIGHT_OF(1)) & ~other & EIGHT_OF(0x80);
}

/* Not 0: one of them may be no printable character of ASCII. */
static inline uint64_t eight_odd(uint64_t word)
{
	return (word | (word - EIGHT_OF(' ')) | (word + EIGHT_OF(1))) & EIGHT_OF(0x80);
}
