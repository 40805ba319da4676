#include "agents/acs/policy/placeholder.h"

#include "lib/base/buf.h"
#include "lib/conf/conf.h"

#include <stdio.h>

static const char *const names[PLACEHOLDERS] = {
	[PLACEHOLDER_EACH] = "each",
	[PLACEHOLDER_INSTANCE] = "instance",
	[PLACEHOLDER_I] = "i",
	[PLACEHOLDER_SERIAL] = "serial",
	[PLACEHOLDER_OUI] = "oui",
	[PLACEHOLDER_PRODUCT_CLASS] = "product-class",
	[PLACEHOLDER_MANUFACTURER] = "manufacturer",
	[PLACEHOLDER_CPE] = "cpe",
	[PLACEHOLDER_ADDRESS] = "address",
	[PLACEHOLDER_URL] = "url",
};

static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || c == '-';
}

/* The word in braces at the start of text; a null view: there is none. */
static struct str word_at(struct str text)
{
	size_t n = 1;

	while (n < text.len && is_word_char(text.p[n]))
		n++;
	if (n == 1 || n >= text.len || text.p[n] != '}')
		return STR_NULL;
	return str_make(text.p + 1, n - 1);
}

/* Takes what comes next: plain text up to a brace; "{{" as one brace; or a word. */
static struct str take(struct str *text, struct str *ret_word)
{
	size_t n = str_find_char(*text, '{');
	struct str plain;

	*ret_word = STR_NULL;
	if (n > 0) {
		plain = str_make(text->p, n);
		*text = str_from(*text, n);
		return plain;
	}
	*ret_word = word_at(*text);
	if (ret_word->p) {
		*text = str_from(*text, ret_word->len + 2);
		return STR_NULL;
	}
	plain = str_make(text->p, 1);
	*text = str_from(*text, str_starts(*text, STR("{{")) ? 2 : 1);
	return plain;
}

bool placeholder_next(struct str *text, struct str *ret_word)
{
	while (text->len > 0) {
		(void)take(text, ret_word);
		if (ret_word->p)
			return true;
	}
	return false;
}

enum placeholder placeholder_of(struct str word)
{
	int i = 0;

	while (i < PLACEHOLDERS && !str_is(word, names[i]))
		i++;
	return (enum placeholder)i;
}

bool placeholder_is_of_loop(enum placeholder which)
{
	return which == PLACEHOLDER_EACH || which == PLACEHOLDER_INSTANCE;
}

const char *placeholder_hint(struct str word, char *hint, size_t size)
{
	size_t len;

	if (conf_suggest(word, names, PLACEHOLDERS, hint, size))
		return hint;
	len = (size_t)snprintf(hint, size, "{{ is a brace; known are");
	for (int i = 0; i < PLACEHOLDERS && len < size; i++)
		len += (size_t)snprintf(hint + len, size - len, "%s {%s}",
		    i > 0 ? "," : "", names[i]);
	return hint;
}

void placeholder_expand(struct buf *out, struct str text,
    const struct str values[PLACEHOLDERS])
{
	while (text.len > 0) {
		struct str word, plain = take(&text, &word);
		enum placeholder which = word.p ? placeholder_of(word) : PLACEHOLDERS;

		buf_append_str(out, plain);
		if (which != PLACEHOLDERS)
			buf_append_str(out, values[which]);
		else if (word.p)
			buf_printf(out, "{%.*s}", STR_ARG(word));
	}
}

void placeholder_pattern(struct buf *out, struct str text)
{
	while (text.len > 0) {
		struct str word, plain = take(&text, &word);

		buf_append_str(out, plain);
		if (word.p)
			buf_append_char(out, '*');
	}
}
