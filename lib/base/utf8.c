#include "lib/base/utf8.h"

#include "lib/base/buf.h"

static uint8_t byte_at(struct str s, size_t i)
{
	return (uint8_t)s.p[i];
}

static bool is_tail(struct str s, size_t i)
{
	return i < s.len && (byte_at(s, i) & 0xc0) == 0x80;
}

size_t utf8_char(struct str s)
{
	uint8_t a, b;

	if (s.len == 0)
		return 0;
	a = byte_at(s, 0);
	if (a < 0x80)
		return 1;
	if (a < 0xc2 || a > 0xf4 || !is_tail(s, 1))
		return 0;
	if (a < 0xe0)
		return 2;
	b = byte_at(s, 1);
	if ((a == 0xe0 && b < 0xa0) || (a == 0xed && b >= 0xa0) ||
	    (a == 0xf0 && b < 0x90) || (a == 0xf4 && b >= 0x90))
		return 0;
	if (!is_tail(s, 2))
		return 0;
	if (a < 0xf0)
		return 3;
	return is_tail(s, 3) ? 4 : 0;
}

bool utf8_is_xml(struct str s)
{
	size_t len = utf8_char(s);
	uint8_t a;

	if (len == 0)
		return false;
	a = byte_at(s, 0);
	if (len == 1)
		return a >= 0x20 || a == '\t' || a == '\n' || a == '\r';
	return a != 0xef || byte_at(s, 1) != 0xbf || byte_at(s, 2) < 0xbe;
}

void utf8_put(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_append_char(out, (char)c);
	} else if (c < 0x800) {
		buf_append_char(out, (char)(0xc0 | c >> 6));
		buf_append_char(out, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_append_char(out, (char)(0xe0 | c >> 12));
		buf_append_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_append_char(out, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_append_char(out, (char)(0xf0 | (c >> 18 & 7)));
		buf_append_char(out, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_append_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_append_char(out, (char)(0x80 | (c & 0x3f)));
	}
}

size_t utf8_length(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; n++) {
		size_t len = utf8_char(str_from(s, i));

		i += len ? len : 1;
	}
	return n;
}

/* Whether showing it would move the cursor, begin a command to the terminal, or turn round
 * what stands beside it; s starts with a whole character of len bytes. */
static bool is_unruly(struct str s, size_t len)
{
	uint8_t a = byte_at(s, 0), b, c;

	if (len == 1)
		return a < 0x20 || a == 0x7f;
	b = byte_at(s, 1);
	if (len == 2) /* U+0080-009F, U+061C */
		return (a == 0xc2 && b < 0xa0) || (a == 0xd8 && b == 0x9c);
	if (len != 3 || a != 0xe2)
		return false;
	c = byte_at(s, 2);
	if (b == 0x80) /* U+200E-200F, U+2028-202E */
		return c == 0x8e || c == 0x8f || (c >= 0xa8 && c <= 0xae);
	return b == 0x81 && c >= 0xa6 && c <= 0xa9; /* U+2066-2069 */
}

size_t utf8_unruly(struct str s)
{
	size_t len = utf8_char(s);

	return len > 0 && is_unruly(s, len) ? len : 0;
}

size_t utf8_show(struct str s, struct str *ret)
{
	size_t len = utf8_char(s);

	if (len == 0)
		*ret = s.len > 0 ? STR("?") : STR_NULL;
	else
		*ret = is_unruly(s, len) ? STR(" ") : str_make(s.p, len);
	return len || s.len == 0 ? len : 1;
}

size_t utf8_put_shown(struct buf *out, struct str s)
{
	struct str shown;
	size_t n = utf8_show(s, &shown);

	buf_append_str(out, shown);
	return n;
}
