#include "lib/xml/xml_plain.h"

#include "lib/base/utf8.h"
#include "lib/xml/xml_limits.h"
#include "lib/xml/xml_read.h"

#include <endian.h>

enum {
	BYTES_MAX = 1 << 20,
	NAME_MAX_BYTES = 256
};

/* Odd, with ones all over it: the upper bits of a product hang on all bits of a word. */
#define HASH_FACTOR UINT64_C(0x9e3779b97f4a7c15)

struct scan {
	const char *p, *end; /* the byte before end is ">": most loops stop there */
	struct xml_plain *plain;
	xmlDictPtr dictionary;
	struct str open[XML_DEPTH_MAX]; /* names of the elements around p */
	size_t depth;
	uint8_t *next; /* the place of the name that is likely to come */
};

void xml_plain_forget(struct xml_plain *plain)
{
	memset(plain->names, 0, sizeof(plain->names));
}

static inline bool put(struct scan *s, enum xml_token_kind kind, const char *p,
    size_t len)
{
	struct xml_plain *plain = s->plain;

	if (plain->n == XML_PLAIN_TOKENS_MAX)
		return false;
	plain->tokens[plain->n++] = (struct xml_token){ p, (uint32_t)len, kind };
	return true;
}

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

/* ---- eight bytes at a time ------------------------------------------------------------ */

/* Those at p, the first one lowest; behind the end there are zeros, at which all loops stop. */
static inline uint64_t load(const char *p, const char *end)
{
	uint64_t word = 0;

	if (end - p >= EIGHT)
		word = eight_at(p);
	else
		memcpy(&word, p, (size_t)(end - p));
	return le64toh(word);
}

/* Which of the eight bytes is the first that was found. */
static inline size_t first_of(uint64_t found)
{
	return (size_t)__builtin_ctzll(found) / 8;
}

/* ---- names -------------------------------------------------------------------------- */

/* XML 1.0 2.3, of ASCII: letters, digits, ":", "_", "-", "."; of those only letters and "_" begin
 * a name here. */
static bool is_name(struct str name)
{
	static const uint64_t sets[4] = { UINT64_C(0x07ff600000000000),
		UINT64_C(0x07fffffe87fffffe) };
	static const uint64_t firsts[4] = { 0, UINT64_C(0x07fffffe87fffffe) };
	const uint64_t *set = firsts;

	for (size_t i = 0; i < name.len; i++, set = sets) {
		unsigned char byte = (unsigned char)name.p[i];

		if ((set[byte / 64] >> byte % 64 & 1) == 0)
			return false;
	}
	return name.len > 0 && name.len <= NAME_MAX_BYTES;
}

static inline bool is_same(const char *a, const char *b, size_t len)
{
	size_t i = 0;

	if (len < EIGHT) {
		while (i < len && a[i] == b[i])
			i++;
		return i == len;
	}
	for (; i + EIGHT < len; i += EIGHT) {
		if (eight_at(a + i) != eight_at(b + i))
			return false;
	}
	return eight_at(a + len - EIGHT) == eight_at(b + len - EIGHT);
}

/* Only one that is met for the first time has its letters looked at. */
static struct str intern(struct scan *s, struct str name, uint8_t place)
{
	struct str *known = &s->plain->names[place].text;
	const xmlChar *copy;

	if (known->len == name.len && is_same(known->p, name.p, name.len))
		return *known;
	if (!is_name(name))
		return STR_NULL;
	copy = xmlDictLookup(s->dictionary, (const xmlChar *)name.p, (int)name.len);
	if (!copy)
		return STR_NULL;
	*known = str_make(copy, name.len);
	return *known;
}

/* The name at s->p, behind which s->p is then; a null view where there is none. */
static struct str find_name(struct scan *s, uint8_t *ret_place)
{
	const char *begin = s->p, *p = begin;
	uint64_t hash = 0, word, stop;

	for (;; p += EIGHT) {
		word = load(p, s->end);
		stop = eight_odd(word) | eight_has(word, ' ') | eight_has(word, '>') |
		       eight_has(word, '/') | eight_has(word, '=');
		if (stop)
			break;
		hash = (hash ^ word) * HASH_FACTOR;
	}
	word &= (stop & -stop) - 1;
	p += first_of(stop);
	s->p = p;
	*ret_place = (uint8_t)((hash ^ word) * HASH_FACTOR >> 56);
	return intern(s, str_make(begin, (size_t)(p - begin)), *ret_place);
}

/* Whether the name stands at s->p, and ends there. */
static inline bool is_here(const struct scan *s, struct str name)
{
	char behind;

	if (name.len == 0 || (size_t)(s->end - s->p) <= name.len ||
	    !is_same(s->p, name.p, name.len))
		return false;
	behind = s->p[name.len];
	return behind == '>' || behind == ' ' || behind == '=' || behind == '/';
}

/* As find_name(). Names follow one another as they did in the documents before. */
static inline struct str take_name(struct scan *s)
{
	struct xml_plain_name *names = s->plain->names;
	struct str name = names[*s->next].text;

	if (is_here(s, name))
		s->p += name.len;
	else
		name = find_name(s, s->next);
	s->next = &names[*s->next].next;
	return name;
}

/* ---- tags --------------------------------------------------------------------------- */

/* The value at s->p, up to the quote, behind which s->p is then; a null view where there is a "<"
 * or a "&" in it, or what is not printable. Tabs and ends of lines would become blanks (XML 1.0
 * 3.3.3). */
static inline struct str take_value(struct scan *s, char quote)
{
	const char *begin = s->p, *p = begin;
	uint64_t word, stop;

	for (;; p += EIGHT) {
		word = load(p, s->end);
		stop = eight_odd(word) | eight_has(word, quote) | eight_has(word, '<') |
		       eight_has(word, '&');
		if (stop)
			break;
	}
	p += first_of(stop);
	if (p == s->end || *p != quote)
		return STR_NULL;
	s->p = p + 1;
	return str_make(begin, (size_t)(p - begin));
}

/* No name stands twice in a tag (XML 1.0 3.1). start: its token. */
static bool is_new(const struct xml_plain *plain, size_t start, const char *name)
{
	for (size_t i = start + 1; i < plain->n; i += 2) {
		if (plain->tokens[i].p == name)
			return false;
	}
	return plain->n - start <= 2 * (size_t)XML_PLAIN_ATTRS_MAX;
}

static bool take_attribute(struct scan *s, size_t start)
{
	struct str name = take_name(s), value;

	if (!name.p || s->p[0] != '=' || (s->p[1] != '"' && s->p[1] != '\''))
		return false;
	s->p += 2;
	value = take_value(s, s->p[-1]);
	return value.p && is_new(s->plain, start, name.p) &&
	       put(s, XML_TOKEN_ATTRIBUTE, name.p, name.len) &&
	       put(s, XML_TOKEN_VALUE, value.p, value.len);
}

static bool take_attributes(struct scan *s, size_t start)
{
	const char *tag = s->p;

	while (is_blank(*s->p)) {
		while (is_blank(*s->p))
			s->p++;
		if (*s->p == '>' || *s->p == '/')
			break;
		if (!take_attribute(s, start))
			return false;
	}
	return s->p - tag < XML_TAG_BYTES_MAX - NAME_MAX_BYTES;
}

/* s->p is behind "<". */
static bool take_start(struct scan *s)
{
	size_t start = s->plain->n;
	struct str name = take_name(s);

	if (!name.p || s->depth == XML_DEPTH_MAX ||
	    !put(s, XML_TOKEN_START, name.p, name.len))
		return false;
	if (*s->p != '>' && !take_attributes(s, start))
		return false;
	if (*s->p == '>') {
		s->p++;
		s->open[s->depth++] = name;
		return true;
	}
	if (s->p[0] != '/' || s->p[1] != '>')
		return false;
	s->p += 2;
	return put(s, XML_TOKEN_END, NULL, 0);
}

/* s->p is behind "</". */
static bool take_end(struct scan *s)
{
	struct str name;

	if (s->depth == 0)
		return false;
	name = s->open[s->depth - 1];
	if ((size_t)(s->end - s->p) <= name.len || !is_same(s->p, name.p, name.len))
		return false;
	s->p += name.len;
	while (is_blank(*s->p))
		s->p++;
	if (*s->p != '>')
		return false;
	s->p++;
	s->depth--;
	return put(s, XML_TOKEN_END, NULL, 0);
}

/* ---- text --------------------------------------------------------------------------- */

/* The first byte of the text at p that may not be one of it, or end. */
static inline const char *skip_text(const char *p, const char *end)
{
	for (;; p++) {
		uint64_t word, stop;

		for (;; p += EIGHT) {
			word = load(p, end);
			stop = eight_odd(word) | eight_has(word, '<') |
			       eight_has(word, '&') | eight_has(word, ']');
			if (stop)
				break;
		}
		p += first_of(stop);
		if (p == end || (*p != '\n' && *p != '\t' && *p != ']'))
			return p;
	}
}

/* The parser reads what may be "]]>", which is no text (XML 1.0 2.4). */
static bool may_end_section(struct str text)
{
	const char *p = memchr(text.p, ']', text.len);

	return p && memmem(p, text.len - (size_t)(p - text.p), "]]>", 3);
}

static bool take_reference(struct scan *s)
{
	static const struct reference {
		struct str name;
		const char *text;
	} rows[] = { { { "&amp;", 5 }, "&" }, { { "&lt;", 4 }, "<" },
		{ { "&gt;", 4 }, ">" }, { { "&quot;", 6 }, "\"" },
		{ { "&apos;", 6 }, "'" } };
	struct str rest = str_make(s->p, (size_t)(s->end - s->p));

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (!str_starts(rest, rows[i].name))
			continue;
		s->p += rows[i].name.len;
		return put(s, XML_TOKEN_TEXT, rows[i].text, 1);
	}
	return false;
}

/* Up to the next "<". */
static bool take_text(struct scan *s)
{
	while (*s->p != '<') {
		const char *begin = s->p;
		size_t len;

		if (*begin == '&') {
			if (!take_reference(s))
				return false;
			continue;
		}
		s->p = skip_text(begin, s->end);
		len = (size_t)(s->p - begin);
		if (s->p == s->end || len == 0 ||
		    may_end_section(str_make(begin, len)) ||
		    !put(s, XML_TOKEN_TEXT, begin, len))
			return false;
	}
	return true;
}

/* ---- documents ---------------------------------------------------------------------- */

static bool take_root(struct scan *s)
{
	do {
		if (!take_text(s))
			return false;
		s->p++;
		if (*s->p != '/') {
			if (!take_start(s))
				return false;
			continue;
		}
		s->p++;
		if (!take_end(s))
			return false;
	} while (s->depth > 0 && s->p < s->end);
	return s->depth == 0 && s->p == s->end;
}

bool xml_plain_read(struct xml_plain *plain, struct str utf8, xmlDictPtr dictionary)
{
	struct scan s = {
		.plain = plain,
		.dictionary = dictionary,
		.next = &plain->first,
	};

	plain->n = 0;
	while (utf8.len > 0 && is_blank(utf8.p[utf8.len - 1]))
		utf8.len--;
	while (utf8.len > 0 && is_blank(utf8.p[0])) /* behind a declaration */
		utf8 = str_from(utf8, 1);
	if (utf8.len == 0 || utf8.len > BYTES_MAX || utf8.p[0] != '<' ||
	    utf8.p[utf8.len - 1] != '>')
		return false;
	s.p = utf8.p;
	s.end = utf8.p + utf8.len;
	return take_root(&s);
}
