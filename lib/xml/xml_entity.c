#include "lib/xml/xml_entity.h"

#include "lib/base/buf.h"
#include "lib/base/utf8.h"

enum {
	ENTITY_MAX = 24, /* bytes of "&#x0000077;"; longer ones are nobody's */
	CHARACTER_MAX = 0x10ffff
};

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 'a' ^ 'A';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* digits: "119", "x77", in HTML also "X77". */
static bool put_number(struct buf *out, struct str digits)
{
	bool is_hex = digits.len > 0 && (digits.p[0] | ('a' ^ 'A')) == 'x';
	uint32_t base = is_hex ? 16 : 10, c = 0;

	digits = str_from(digits, is_hex);
	for (size_t i = 0; i < digits.len; i++) {
		uint32_t digit = (uint32_t)digit_of(digits.p[i]);

		if (digit >= base)
			return false;
		c = c * base + digit;
		if (c > CHARACTER_MAX)
			return false;
	}
	if (digits.len > 0)
		utf8_put(out, c);
	return digits.len > 0;
}

static bool put_named(struct buf *out, struct str name)
{
	static const struct {
		const char *name;
		char c;
	} known[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' },
		{ "apos", '\'' } };

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (!str_is(name, known[i].name))
			continue;
		buf_append_char(out, known[i].c);
		return true;
	}
	return false;
}

size_t xml_entity_put(struct buf *out, struct str text)
{
	struct str whole = str_make(text.p, MIN(text.len, (size_t)ENTITY_MAX)), name;
	size_t end;

	if (text.len == 0 || text.p[0] != '&')
		return 0;
	end = str_find_char(whole, ';');
	if (end == whole.len)
		return 0;
	name = str_make(text.p + 1, end - 1);
	if (str_starts(name, STR("#")) ? put_number(out, str_from(name, 1))
				       : put_named(out, name))
		return end + 1;
	return 0;
}
