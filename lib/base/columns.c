#include "lib/base/columns.h"

#include "lib/base/buf.h"
#include "lib/base/compiler.h"
#include "lib/base/utf8.h"

struct range {
	uint32_t first, last;
};

/* Width W or F of UAX 11. */
static const struct range wide[] = {
	{ 0x1100, 0x115f },
	{ 0x231a, 0x231b },
	{ 0x2329, 0x232a },
	{ 0x23e9, 0x23ec },
	{ 0x23f0, 0x23f0 },
	{ 0x23f3, 0x23f3 },
	{ 0x25fd, 0x25fe },
	{ 0x2614, 0x2615 },
	{ 0x2648, 0x2653 },
	{ 0x267f, 0x267f },
	{ 0x2693, 0x2693 },
	{ 0x26a1, 0x26a1 },
	{ 0x26aa, 0x26ab },
	{ 0x26bd, 0x26be },
	{ 0x26c4, 0x26c5 },
	{ 0x26ce, 0x26ce },
	{ 0x26d4, 0x26d4 },
	{ 0x26ea, 0x26ea },
	{ 0x26f2, 0x26f3 },
	{ 0x26f5, 0x26f5 },
	{ 0x26fa, 0x26fa },
	{ 0x26fd, 0x26fd },
	{ 0x2705, 0x2705 },
	{ 0x270a, 0x270b },
	{ 0x2728, 0x2728 },
	{ 0x274c, 0x274c },
	{ 0x274e, 0x274e },
	{ 0x2753, 0x2755 },
	{ 0x2757, 0x2757 },
	{ 0x2795, 0x2797 },
	{ 0x27b0, 0x27b0 },
	{ 0x27bf, 0x27bf },
	{ 0x2b1b, 0x2b1c },
	{ 0x2b50, 0x2b50 },
	{ 0x2b55, 0x2b55 },
	{ 0x2e80, 0x3029 },
	{ 0x302e, 0x303e },
	{ 0x3041, 0x3096 },
	{ 0x309b, 0x3247 },
	{ 0x3250, 0x4dbf },
	{ 0x4e00, 0xa4c6 },
	{ 0xa960, 0xa97c },
	{ 0xac00, 0xd7a3 },
	{ 0xf900, 0xfad9 },
	{ 0xfe10, 0xfe19 },
	{ 0xfe30, 0xfe6b },
	{ 0xff01, 0xff60 },
	{ 0xffe0, 0xffe6 },
	{ 0x16fe0, 0x1b2fb },
	{ 0x1f004, 0x1f004 },
	{ 0x1f0cf, 0x1f0cf },
	{ 0x1f18e, 0x1f18e },
	{ 0x1f191, 0x1f19a },
	{ 0x1f200, 0x1f320 },
	{ 0x1f32d, 0x1f335 },
	{ 0x1f337, 0x1f37c },
	{ 0x1f37e, 0x1f393 },
	{ 0x1f3a0, 0x1f3ca },
	{ 0x1f3cf, 0x1f3d3 },
	{ 0x1f3e0, 0x1f3f0 },
	{ 0x1f3f4, 0x1f3f4 },
	{ 0x1f3f8, 0x1f43e },
	{ 0x1f440, 0x1f440 },
	{ 0x1f442, 0x1f4fc },
	{ 0x1f4ff, 0x1f53d },
	{ 0x1f54b, 0x1f54e },
	{ 0x1f550, 0x1f567 },
	{ 0x1f57a, 0x1f57a },
	{ 0x1f595, 0x1f596 },
	{ 0x1f5a4, 0x1f5a4 },
	{ 0x1f5fb, 0x1f64f },
	{ 0x1f680, 0x1f6c5 },
	{ 0x1f6cc, 0x1f6cc },
	{ 0x1f6d0, 0x1f6d2 },
	{ 0x1f6d5, 0x1f6df },
	{ 0x1f6eb, 0x1f6ec },
	{ 0x1f6f4, 0x1f6fc },
	{ 0x1f7e0, 0x1f7f0 },
	{ 0x1f90c, 0x1f93a },
	{ 0x1f93c, 0x1f945 },
	{ 0x1f947, 0x1f9ff },
	{ 0x1fa70, 0x1faf6 },
	{ 0x20000, 0x3134a },
};

/* Marks, and joiners that are not seen. Of scripts whose marks stand between letters one by
 * one only those are here in which names of people and places are likeliest to come. */
static const struct range joined[] = {
	{ 0x300, 0x36f },
	{ 0x483, 0x489 },
	{ 0x591, 0x5bd },
	{ 0x5bf, 0x5bf },
	{ 0x5c1, 0x5c2 },
	{ 0x5c4, 0x5c5 },
	{ 0x610, 0x61a },
	{ 0x64b, 0x65f },
	{ 0x670, 0x670 },
	{ 0x6d6, 0x6dc },
	{ 0x6df, 0x6e4 },
	{ 0x6e7, 0x6e8 },
	{ 0x6ea, 0x6ed },
	{ 0x900, 0x902 },
	{ 0x93a, 0x93a },
	{ 0x93c, 0x93c },
	{ 0x941, 0x948 },
	{ 0x94d, 0x94d },
	{ 0x951, 0x957 },
	{ 0xe31, 0xe31 },
	{ 0xe34, 0xe3a },
	{ 0xe47, 0xe4e },
	{ 0x1160, 0x11ff },
	{ 0x1ab0, 0x1ace },
	{ 0x1dc0, 0x1dff },
	{ 0x200b, 0x200d },
	{ 0x2060, 0x2060 },
	{ 0x20d0, 0x20f0 },
	{ 0x302a, 0x302d },
	{ 0x3099, 0x309a },
	{ 0xfe00, 0xfe0f },
	{ 0xfe20, 0xfe2f },
	{ 0xfeff, 0xfeff },
	{ 0xe0100, 0xe01ef },
};

static bool is_in(uint32_t c, const struct range *ranges, size_t n)
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (c > ranges[middle].last)
			low = middle + 1;
		else if (c < ranges[middle].first)
			n = middle;
		else
			return true;
	}
	return false;
}

/* The number of the whole character of len bytes, two or more, at the start of s. */
static uint32_t number_of(struct str s, size_t len)
{
	uint32_t c = (uint8_t)s.p[0] & (0x7fU >> len);

	for (size_t i = 1; i < len; i++)
		c = c << 6 | ((uint8_t)s.p[i] & 0x3fU);
	return c;
}

size_t columns_char(struct str s, size_t *ret_columns)
{
	size_t len = utf8_char(s);

	*ret_columns = s.len > 0;
	if (len < 2)
		return s.len > 0;
	if (!utf8_unruly(s)) {
		uint32_t c = number_of(s, len);

		*ret_columns = is_in(c, joined, ARRAY_LEN(joined)) ? 0
			       : is_in(c, wide, ARRAY_LEN(wide))   ? 2
								   : 1;
	}
	return len;
}

size_t columns_of(struct str s)
{
	size_t n = 0, columns;

	while (s.len > 0) {
		s = str_from(s, columns_char(s, &columns));
		n += columns;
	}
	return n;
}

struct str columns_fit(struct str s, size_t columns)
{
	size_t n = 0, used = 0;

	while (n < s.len) {
		size_t more, len = columns_char(str_from(s, n), &more);

		if (used + more > columns)
			break;
		used += more;
		n += len;
	}
	return str_make(s.p, n);
}

struct str columns_line(struct str s, size_t columns)
{
	struct str line = columns_fit(s, columns);
	size_t one;

	if (line.len == s.len || s.p[line.len] == ' ')
		return line;
	for (size_t n = line.len; n > 0; n--) {
		struct str shorter = str_make(s.p, n - 1);

		if (line.p[n - 1] != ' ')
			continue;
		if (columns_of(shorter) > columns / 2)
			return shorter;
		break;
	}
	return line.len > 0 ? line : str_make(s.p, columns_char(s, &one));
}

void columns_put(struct buf *out, struct str s, bool is_utf8)
{
	while (s.len > 0) {
		size_t columns, len = columns_char(s, &columns);

		if (len <= 1 || is_utf8)
			(void)utf8_put_shown(out, s);
		else if (columns > 0)
			buf_append_text(out, columns > 1 ? "??" : "?");
		s = str_from(s, len);
	}
}

void columns_put_lines(struct buf *out, struct str s, size_t room, size_t indent,
    bool is_utf8)
{
	while (s.len > 0) {
		struct str line = room > 0 ? columns_line(s, room) : s;

		columns_put(out, line, is_utf8);
		s = str_from(s, line.len);
		while (s.len > 0 && s.p[0] == ' ')
			s = str_from(s, 1);
		if (s.len > 0)
			buf_printf(out, "\n%*s", (int)indent, "");
	}
}

size_t columns_put_cut(struct buf *out, struct str s, size_t columns, bool is_utf8)
{
	struct str part = columns_fit(s, columns);

	if (part.len == s.len || columns == 0) {
		columns_put(out, part, is_utf8);
		return columns_of(part);
	}
	part = columns_fit(s, columns - 1);
	columns_put(out, part, is_utf8);
	buf_append_text(out, is_utf8 ? "…" : "~");
	return columns_of(part) + 1;
}
