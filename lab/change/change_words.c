/* What differs between two mappings of a file, in its own words. */
#include "lab/change/change_internal.h"

#include "lib/base/cut.h"
#include "lib/base/secret.h"

#include <string.h>

enum {
	VALUE_MAX = 48,  /* bytes of a value that are shown */
	WORDS_MAX = 240, /* of all that differs; the rest is counted */
	KEYS_MAX = 160
};

struct words {
	struct buf *out;
	size_t n;        /* differences that were told */
	size_t left_out; /* for which there was no room */
};

/* As it would stand in one line of a file. */
static void put_flow(struct buf *out, const struct conf_node *value)
{
	switch (value->kind) {
	case CONF_SCALAR:
		buf_append_str(out, value->text);
		return;
	case CONF_SEQUENCE:
		buf_append_char(out, '[');
		for (size_t i = 0; i < value->len; i++) {
			buf_append_text(out, i ? ", " : "");
			put_flow(out, value->items[i]);
		}
		buf_append_char(out, ']');
		return;
	case CONF_MAPPING:
		buf_append_char(out, '{');
		for (size_t i = 0; i < value->len; i++) {
			struct str key = value->pairs[i].key->text;

			buf_printf(out, "%s%.*s: ", i ? ", " : "", STR_ARG(key));
			if (secret_is_key(key))
				buf_append_text(out, "***");
			else
				put_flow(out, value->pairs[i].value);
		}
		buf_append_char(out, '}');
		return;
	}
}

static void put_value(struct buf *out, const char *path, const struct conf_node *value)
{
	const char *dot = strrchr(path, '.');
	auto_buf text = BUF_NULL;
	struct str whole;

	if (secret_is_key(str_of(dot ? dot + 1 : path))) {
		buf_append_text(out, "***");
		return;
	}
	put_flow(&text, value);
	whole = buf_str(&text);
	secret_put(out, str_make(whole.p, cut_at(whole, VALUE_MAX)));
	if (whole.len > VALUE_MAX)
		buf_append_text(out, "...");
}

/* Null: it is not there. */
static void tell(struct words *words, const char *path, const struct conf_node *from,
    const struct conf_node *to)
{
	if (words->out->len > WORDS_MAX) {
		words->left_out++;
		return;
	}
	buf_printf(words->out, "%s%s: ", words->n++ ? ", " : "", path);
	if (from && to) {
		put_value(words->out, path, from);
		buf_append_text(words->out, " -> ");
		put_value(words->out, path, to);
	} else if (to) {
		put_value(words->out, path, to);
	} else {
		buf_append_text(words->out, "left out");
	}
}

static void compare(struct words *words, const char *path, const struct conf_node *from,
    const struct conf_node *to);

static void compare_key(struct words *words, const char *path, struct str key,
    const struct conf_node *from, const struct conf_node *to)
{
	char longer[KEYS_MAX];

	(void)snprintf(longer, sizeof(longer), "%s%s%.*s", path, *path ? "." : "",
	    STR_ARG(key));
	if (from && to)
		compare(words, longer, from, to);
	else
		tell(words, longer, from, to);
}

/* By the key's text, which is not terminated. */
static const struct conf_node *get(const struct conf_node *mapping, struct str key)
{
	for (size_t i = 0; i < mapping->len; i++) {
		if (str_eq(mapping->pairs[i].key->text, key))
			return mapping->pairs[i].value;
	}
	return NULL;
}

static void compare_mappings(struct words *words, const char *path,
    const struct conf_node *from, const struct conf_node *to, const char *skip)
{
	for (size_t i = 0; i < to->len; i++) {
		struct str key = to->pairs[i].key->text;

		if (!skip || !str_is(key, skip))
			compare_key(words, path, key, get(from, key),
			    to->pairs[i].value);
	}
	for (size_t i = 0; i < from->len; i++) {
		struct str key = from->pairs[i].key->text;

		if ((!skip || !str_is(key, skip)) && !get(to, key))
			compare_key(words, path, key, from->pairs[i].value, NULL);
	}
}

static void compare(struct words *words, const char *path, const struct conf_node *from,
    const struct conf_node *to)
{
	if (from->kind == CONF_MAPPING && to->kind == CONF_MAPPING) {
		compare_mappings(words, path, from, to, NULL);
	} else if (from->kind == CONF_SEQUENCE && to->kind == CONF_SEQUENCE &&
		   from->len == to->len) {
		for (size_t i = 0; i < to->len; i++) {
			char longer[KEYS_MAX];

			(void)snprintf(longer, sizeof(longer), "%s[%zu]", path, i);
			compare(words, longer, from->items[i], to->items[i]);
		}
	} else if (from->kind != to->kind || from->kind != CONF_SCALAR ||
		   !str_eq(from->text, to->text)) {
		tell(words, path, from, to);
	}
}

void change_put_words(struct buf *out, const struct conf_node *from,
    const struct conf_node *to, const char *skip)
{
	struct words words = { .out = out };

	compare_mappings(&words, "", from, to, skip);
	if (words.left_out > 0)
		buf_printf(out, " and %zu more", words.left_out);
}
