#include "lib/base/str.h"

#include "lib/base/error.h"

#include <stdlib.h>

enum {
	SHORT_MAX = 256,
	NEEDLE_MAX = 16
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool str_eq_nocase(struct str a, struct str b)
{
	/* Most are the same, or differ at once. */
	if (a.len != b.len || (a.len > 0 && lower(a.p[0]) != lower(b.p[0])))
		return false;
	if (str_eq(a, b))
		return true;
	for (size_t i = 1; i < a.len; i++) {
		if (a.p[i] != b.p[i] && lower(a.p[i]) != lower(b.p[i]))
			return false;
	}
	return true;
}

bool str_eq_secret(struct str a, struct str b)
{
	volatile unsigned different = 0; /* a compiler may not leave the loop early */

	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		different |= (unsigned)(a.p[i] ^ b.p[i]);
	return different == 0;
}

struct str str_trim(struct str a)
{
	while (a.len > 0 && is_blank(a.p[0]))
		a = str_make(a.p + 1, a.len - 1);
	while (a.len > 0 && is_blank(a.p[a.len - 1]))
		a.len--;
	return a;
}

size_t str_find_char(struct str a, char c)
{
	const char *at = a.len ? memchr(a.p, c, a.len) : NULL;

	return at ? (size_t)(at - a.p) : a.len;
}

/* memmem() builds a table first and looks at one byte after the other: slower where the
 * text is short, or the first byte of the needle rare and the needle short. */
static const char *find_by_first(struct str a, struct str needle)
{
	while (a.len >= needle.len) {
		const char *at = memchr(a.p, needle.p[0], a.len - needle.len + 1);

		if (!at || memcmp(at, needle.p, needle.len) == 0)
			return at;
		a = str_from(a, (size_t)(at - a.p) + 1);
	}
	return NULL;
}

bool str_find(struct str a, struct str needle, size_t *ret_at)
{
	const char *at = a.p;

	if (needle.len > 0 && (a.len <= SHORT_MAX || needle.len <= NEEDLE_MAX))
		at = find_by_first(a, needle);
	else if (needle.len > 0)
		at = memmem(a.p, a.len, needle.p, needle.len);
	if (!at && needle.len > 0)
		return false;
	if (ret_at)
		*ret_at = at ? (size_t)(at - a.p) : 0;
	return true;
}

struct str str_cut(struct str a, char c, struct str *rest)
{
	size_t at = str_find_char(a, c);

	*rest = at < a.len ? str_make(a.p + at + 1, a.len - at - 1) : STR_NULL;
	return str_make(a.p, at);
}

int str_to_u64(struct str a, uint64_t max, uint64_t *ret)
{
	uint64_t value = 0;

	if (a.len == 0)
		return ERR_MALFORMED;
	for (size_t i = 0; i < a.len; i++) {
		uint64_t digit = (uint64_t)(unsigned char)a.p[i] - '0';

		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return ERR_MALFORMED;
		value = value * 10 + digit;
	}
	if (value > max)
		return ERR_MALFORMED;
	*ret = value;
	return 0;
}

char *str_dup(struct str a)
{
	char *copy = malloc(a.len + 1);

	if (!copy)
		return NULL;
	if (a.len > 0)
		memcpy(copy, a.p, a.len);
	copy[a.len] = '\0';
	return copy;
}
