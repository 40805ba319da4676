/* A borrowed view of bytes: what it points into is named where it is handed out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p; /* may be null when len is 0; not terminated */
	size_t len;
};

#define STR_NULL     ((struct str){ NULL, 0 })
#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
/* For the "%.*s" of a format. */
#define STR_ARG(s) (int)(s).len, (s).p ? (s).p : ""

static inline struct str str_of(const char *text)
{
	return (struct str){ text, text ? strlen(text) : 0 };
}

static inline struct str str_make(const void *p, size_t len)
{
	return (struct str){ p, len };
}

/* Most that differ do so at once, and are told without a call. */
static inline bool str_eq(struct str a, struct str b)
{
	return a.len == b.len &&
	       (a.len == 0 || (a.p[0] == b.p[0] && memcmp(a.p, b.p, a.len) == 0));
}

static inline bool str_is(struct str a, const char *text)
{
	return str_eq(a, str_of(text));
}

static inline bool str_starts(struct str a, struct str prefix)
{
	return a.len >= prefix.len && str_eq(str_make(a.p, prefix.len), prefix);
}

static inline bool str_ends(struct str a, struct str suffix)
{
	return a.len >= suffix.len &&
	       str_eq(str_make(a.p + (a.len - suffix.len), suffix.len), suffix);
}

/* The rest of a from byte n on; empty past the end. */
static inline struct str str_from(struct str a, size_t n)
{
	return n >= a.len ? STR_NULL : str_make(a.p + n, a.len - n);
}

/* ASCII case does not count (RFC 9110 5.1). */
bool str_eq_nocase(struct str a, struct str b);

/* str_eq() in a time that tells nothing about where the first difference is: for what only the one
 * who knows a secret can say. */
bool str_eq_secret(struct str a, struct str b);

/* Without blanks, tabs, CR and LF at both ends. */
struct str str_trim(struct str a);

/* Where c first stands, or a.len. */
size_t str_find_char(struct str a, char c);

/* Whether needle stands in a, and where (may be null). An empty needle stands at 0. */
bool str_find(struct str a, struct str needle, size_t *ret_at);

/* Cuts a at the first c: the part before is returned, *rest is what follows it (null view
 * when there was none). */
struct str str_cut(struct str a, char c, struct str *rest);

/* Decimal digits only, at least one, the whole of a, no sign. 0; ERR_MALFORMED
 * otherwise or when over max. */
int str_to_u64(struct str a, uint64_t max, uint64_t *ret);

/* A heap copy with a terminator, or null without memory. The caller frees it. */
char *str_dup(struct str a);
