#include "capture/message/body_unit.h"

#include "lib/base/compiler.h"
#include "lib/base/utf8.h"

struct body_unit body_unit_of(struct str text)
{
	static const struct {
		uint8_t bytes[4], mask[4];
		struct body_unit unit;
	} rows[] = {
		{ { 0xff, 0xfe, 0, 0 }, { 255, 255, 255, 255 }, { 4, true } },
		{ { 0, 0, 0xfe, 0xff }, { 255, 255, 255, 255 }, { 4, false } },
		{ { 0xff, 0xfe }, { 255, 255 }, { 2, true } },
		{ { 0xfe, 0xff }, { 255, 255 }, { 2, false } },
		{ { 0, 0, 0, 0 }, { 0, 255, 255, 255 }, { 4, true } },
		{ { 0, 0, 0, 0 }, { 255, 255, 255, 0 }, { 4, false } },
		{ { 0, 0 }, { 0, 255 }, { 2, true } },
		{ { 0, 0 }, { 255, 0 }, { 2, false } },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows) && text.len >= 4; i++) {
		bool is_it = true;

		for (size_t k = 0; k < 4; k++)
			is_it &= ((uint8_t)text.p[k] & rows[i].mask[k]) ==
				 (rows[i].bytes[k] & rows[i].mask[k]);
		if (is_it)
			return rows[i].unit;
	}
	return (struct body_unit){ 1, false };
}

static uint32_t unit_at(struct str text, size_t at, struct body_unit unit)
{
	uint32_t c = 0;

	for (size_t i = 0; i < unit.size; i++) {
		size_t k = unit.is_little ? unit.size - 1 - i : i;

		c = c << 8 | (uint8_t)text.p[at + k];
	}
	return c;
}

static void put_unit(struct buf *out, uint32_t c, struct body_unit unit)
{
	for (size_t i = 0; i < unit.size; i++) {
		size_t shift = 8 * (unit.is_little ? i : unit.size - 1 - i);

		buf_append_char(out, (char)(c >> shift & 0xff));
	}
}

void body_unit_read(struct buf *out, struct str text, struct body_unit unit)
{
	for (size_t at = 0; at + unit.size <= text.len; at += unit.size) {
		uint32_t c = unit_at(text, at, unit), next = 0;

		if (unit.size == 2 && (c & 0xfc00) == 0xd800 && at + 4 <= text.len)
			next = unit_at(text, at + 2, unit);
		if ((next & 0xfc00) == 0xdc00) {
			c = 0x10000 + ((c & 0x3ff) << 10) + (next & 0x3ff);
			at += 2;
		}
		utf8_put(out, c > 0x10ffff ? 0xfffd : c);
	}
}

void body_unit_write(struct buf *out, struct str text, struct body_unit unit)
{
	for (size_t i = 0; i < text.len;) {
		uint8_t first = (uint8_t)text.p[i];
		size_t len = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
		uint32_t c = len == 1 ? first : first & (0xffu >> (len + 1));

		for (size_t k = 1; k < len && i + k < text.len; k++)
			c = c << 6 | ((uint8_t)text.p[i + k] & 0x3f);
		if (unit.size == 2 && c >= 0x10000) {
			put_unit(out, 0xd800 + ((c - 0x10000) >> 10), unit);
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		put_unit(out, c, unit);
		i += len;
	}
}
