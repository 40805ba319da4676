/* How the characters of a body stand in bytes, so that its markup can be read and written
 * again as it was. Unlike xml_text_read() this loses nothing: bytes that are no characters come
 * back, too. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct body_unit {
	uint8_t size; /* bytes of the smallest character: 1, 2 or 4 */
	bool is_little;
};

/* By the byte order mark, or by the first character, which is one of ASCII (XML 1.0 F.1). */
struct body_unit body_unit_of(struct str text);

/* Appends text, which is of units of 2 or 4 bytes, as UTF-8; bytes behind the last whole unit
 * are left out. Halves of a pair that stand alone are written as characters are. */
void body_unit_read(struct buf *out, struct str text, struct body_unit unit);

/* Appends what body_unit_read() made as it was before. */
void body_unit_write(struct buf *out, struct str utf8, struct body_unit unit);
