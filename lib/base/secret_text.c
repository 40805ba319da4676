/* Secrets by where they stand in a text. */
#include "lib/base/secret.h"

#include "lib/base/buf.h"
#include "lib/base/utf8.h"

static const struct str mask = { "***", 3 };

enum {
	NAME_MAX_LEN =
	    128, /* of "name=value"; longer ones are looked at from here on */
	PASSWORD_MAX_LEN = 512 /* that is looked for beyond a URL's authority */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Ends what may be a URL in a text. */
static bool is_end(char c)
{
	return (unsigned char)c <= ' ' || c == '"' || c == '<' || c == '>';
}

/* Where what may be an authority (RFC 3986 3.2) ends. */
static size_t authority_len(struct str text)
{
	size_t len = 0;

	while (len < text.len && !is_end(text.p[len]) && text.p[len] != '/' &&
	       text.p[len] != '?' && text.p[len] != '#')
		len++;
	return len;
}

static size_t find_last(struct str text, char c)
{
	size_t len = text.len;

	while (len > 0 && text.p[len - 1] != c)
		len--;
	return len > 0 ? len - 1 : text.len;
}

/* An address of IPv6 whose brackets somebody forgot. */
static bool is_bare_address(struct str host)
{
	static const struct str allowed = { "0123456789abcdefABCDEF:.", 24 };
	size_t colons = 0;

	for (size_t i = 0; i < host.len; i++) {
		if (!memchr(allowed.p, host.p[i], allowed.len))
			return false;
		colons += host.p[i] == ':';
	}
	return colons > 1;
}

/* What ends a clause of the text around it is no part of it. */
static struct str without_punctuation(struct str text)
{
	while (text.len > 0 && strchr(",.;:)'", text.p[text.len - 1]))
		text.len--;
	return text;
}

static bool is_port(struct str text)
{
	text = without_punctuation(text);
	for (size_t i = 0; i < text.len; i++) {
		if (!is_digit(text.p[i]))
			return false;
	}
	return true;
}

/* The end of a password that has a "/", "?", "#" or a quote in it, which nobody escaped. */
static size_t loose_end(struct str text, size_t authority)
{
	size_t end = authority;

	for (size_t at = authority; at < text.len && at < PASSWORD_MAX_LEN; at++) {
		if ((unsigned char)text.p[at] <= ' ' || text.p[at] == '<')
			break;
		if (text.p[at] == '@')
			end = at;
	}
	return end;
}

/* rest: what follows "//". */
static bool find_userinfo(struct str rest, bool has_scheme, size_t *ret_at,
    size_t *ret_end)
{
	struct str authority = str_make(rest.p, authority_len(rest));
	size_t at = find_last(authority, '@');
	size_t colon = str_find_char(str_make(rest.p, at), ':');

	if (at < authority.len) {
		*ret_at = colon + 1;
		*ret_end = at;
		return colon < at;
	}
	if (!has_scheme || authority.len == 0 || authority.p[0] == '[' ||
	    colon == authority.len || is_port(str_from(authority, colon + 1)) ||
	    is_bare_address(authority))
		return false;
	*ret_at = colon + 1;
	*ret_end = loose_end(rest, authority.len);
	return true;
}

static bool is_name_char(char c)
{
	return is_letter(c) || is_digit(c) || (c && strchr("_-.:%", c));
}

/* Where the name that ends at `end` begins. */
static size_t name_begin(struct str text, size_t end)
{
	size_t at = end;

	while (at > 0 && end - at < NAME_MAX_LEN && is_name_char(text.p[at - 1]))
		at--;
	return at;
}

/* A value in quotes, which begins at *at; a backslash takes what follows it along. */
static size_t quoted_end(struct str text, size_t at, char quote)
{
	while (at < text.len && text.p[at] != quote)
		at += text.p[at] == '\\' ? 2 : 1;
	return MIN(at, text.len);
}

/* text.p[equals] is "=". */
static bool find_value(struct str text, size_t equals, size_t *ret_at, size_t *ret_end)
{
	size_t name = name_begin(text, equals), at = equals + 1;
	char first = at < text.len ? text.p[at] : '\0';
	struct str value;

	if (!secret_is_key(str_make(text.p + name, equals - name)))
		return false;
	*ret_at = first == '"' || first == '\'' ? at + 1 : at;
	if (*ret_at > at) {
		*ret_end = quoted_end(text, *ret_at, first);
		return true;
	}
	while (at < text.len && !is_end(text.p[at]) && text.p[at] != '&' &&
	       text.p[at] != '#')
		at++;
	value = without_punctuation(str_make(text.p + *ret_at, at - *ret_at));
	*ret_end = value.len > 0 ? *ret_at + value.len : at;
	return true;
}

/* text.p[at] is the quote behind a name, which a colon and a value follow as in JSON. */
static bool find_member(struct str text, size_t at, size_t *ret_at, size_t *ret_end)
{
	size_t name = name_begin(text, at), i = at + 1;

	while (i < text.len && (text.p[i] == ' ' || text.p[i] == ':'))
		i++;
	if (i >= text.len || !memchr(text.p + at, ':', i - at) ||
	    !secret_is_key(str_make(text.p + name, at - name)))
		return false;
	if (text.p[i] == '"') {
		*ret_at = i + 1;
		*ret_end = quoted_end(text, i + 1, '"');
		return true;
	}
	*ret_at = i;
	while (i < text.len && is_digit(text.p[i]))
		i++;
	*ret_end = i;
	return true;
}

/* What faults say of a password: it, or something about it. A name of a parameter, a number and
 * what has nothing but letters is no password that anybody could tell. */
static bool is_made_up(struct str word)
{
	bool has_letter = false, has_other = false;

	for (size_t i = 0; i < word.len; i++) {
		char c = word.p[i];

		if (c == '.' && i + 1 < word.len && is_letter(word.p[i + 1]))
			return false;
		has_letter |= is_letter(c);
		has_other |= !is_letter(c) && c != '-' && c != '\'';
	}
	return has_letter && has_other;
}

static bool ends_in_noun(struct str text)
{
	static const struct str nouns[] = { { "password", 8 }, { "passwd", 6 },
		{ "passphrase", 10 }, { "passcode", 8 } };

	for (size_t i = 0; i < ARRAY_LEN(nouns); i++) {
		if (text.len >= nouns[i].len &&
		    str_eq_nocase(str_from(text, text.len - nouns[i].len), nouns[i]))
			return true;
	}
	return false;
}

/* text.p[at] is a blank, which may stand behind the word "password". */
static bool find_word(struct str text, size_t at, size_t *ret_at, size_t *ret_end)
{
	size_t begin = at + 1, end;
	struct str word;

	if (begin >= text.len || !ends_in_noun(str_make(text.p, at)))
		return false;
	begin += text.p[begin] == '(' && begin + 1 < text.len;
	if (text.p[begin] == '"' || text.p[begin] == '\'') {
		*ret_at = begin + 1;
		*ret_end = quoted_end(text, begin + 1, text.p[begin]);
		return is_made_up(str_make(text.p + *ret_at, *ret_end - *ret_at));
	}
	for (end = begin; end < text.len && !is_end(text.p[end]); end++)
		;
	word = without_punctuation(str_make(text.p + begin, end - begin));
	*ret_at = begin;
	*ret_end = begin + word.len;
	return is_made_up(word) && !str_find(word, STR("="), NULL) &&
	       !str_find(word, STR("//"), NULL);
}

/* Stars alone are what somebody left of it. */
static bool is_hidden(struct str value)
{
	for (size_t i = 0; i < value.len; i++) {
		if (value.p[i] != '*')
			return false;
	}
	return true;
}

/* What the character at text.p[at] makes of what stands round it. */
static bool find_here(struct str text, size_t at, size_t *ret_at, size_t *ret_end)
{
	bool is_found = false;

	switch (text.p[at]) {
	case '=':
		is_found = find_value(text, at, ret_at, ret_end);
		break;
	case ' ':
		is_found = at > 0 && is_letter(text.p[at - 1]) &&
			   find_word(text, at, ret_at, ret_end);
		break;
	case '"':
		is_found = find_member(text, at, ret_at, ret_end);
		break;
	case '/':
		if (at == 0 || text.p[at - 1] != '/')
			break;
		is_found = find_userinfo(str_from(text, at + 1),
		    at > 1 && text.p[at - 2] == ':', ret_at, ret_end);
		*ret_at += at + 1;
		*ret_end += at + 1;
		break;
	}
	return is_found && *ret_end > *ret_at &&
	       !is_hidden(str_make(text.p + *ret_at, *ret_end - *ret_at));
}

/* Whether find_here() has anything to say to it: nearly every character is none of these. */
static bool may_tell(char c)
{
	static const uint64_t told =
	    1ull << '=' | 1ull << ' ' | 1ull << '"' | 1ull << '/';

	return (unsigned char)c < 64 && (told >> c & 1) != 0;
}

static bool may_any_tell(uint64_t eight)
{
	return (eight_has(eight, '=') | eight_has(eight, ' ') | eight_has(eight, '"') |
		   eight_has(eight, '/')) != 0;
}

/* The first from the i-th on that may, or the end. */
static size_t next_telling(struct str text, size_t i)
{
	while (text.len - i >= EIGHT && !may_any_tell(eight_at(text.p + i)))
		i += EIGHT;
	while (i < text.len && !may_tell(text.p[i]))
		i++;
	return i;
}

bool secret_find(struct str text, size_t *at, size_t *ret_end)
{
	for (size_t i = next_telling(text, *at); i < text.len;
	     i = next_telling(text, i + 1)) {
		size_t begin = 0;

		/* A secret that began before *at was found before. */
		if (find_here(text, i, &begin, ret_end) && begin >= *at) {
			*at = begin;
			return true;
		}
	}
	return false;
}

void secret_put(struct buf *out, struct str text)
{
	size_t done = 0, at = 0, end;

	while (secret_find(text, &at, &end)) {
		buf_append(out, text.p + done, at - done);
		buf_append_str(out, mask);
		done = at = end;
	}
	buf_append_str(out, str_from(text, done));
}

void secret_hide(char *text, size_t size)
{
	size_t at = 0, end;

	while (secret_find(str_of(text), &at, &end)) {
		size_t rest = strlen(text + end) + 1;

		if (at + mask.len + 1 > size) {
			text[at] = '\0';
			return;
		}
		memmove(text + at + mask.len, text + end,
		    MIN(rest, size - at - mask.len));
		memcpy(text + at, mask.p, mask.len);
		text[size - 1] = '\0';
		at += mask.len;
	}
}
