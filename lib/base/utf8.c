#include "lib/base/utf8.h"

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

size_t utf8_length(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; n++) {
		size_t len = utf8_char(str_from(s, i));

		i += len ? len : 1;
	}
	return n;
}
