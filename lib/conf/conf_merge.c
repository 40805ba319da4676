/* A document changed by a part of itself. */
#include "lib/conf/conf_internal.h"

#include <errno.h>
#include <stdlib.h>

enum {
	KEYS_MAX = 256 /* of one mapping that suggestions look at */
};

static int fail_memory(const struct conf_doc *doc, struct error *err)
{
	return error_set(err, -ENOMEM, "%s: not enough memory", doc->name);
}

static size_t find(const struct conf_node *mapping, struct str key)
{
	size_t i = 0;

	while (i < mapping->len && !str_eq(mapping->pairs[i].key->text, key))
		i++;
	return i;
}

static int fail_absent(const struct conf_doc *doc, const struct conf_node *mapping,
    const struct conf_node *key, struct error *err)
{
	const char *keys[KEYS_MAX];
	char hint[160];
	size_t n = 0;

	for (size_t i = 0; i < mapping->len && n < KEYS_MAX; i++)
		keys[n++] = mapping->pairs[i].key->text.p;
	return conf_fail(doc, key, conf_suggest(key->text, keys, n, hint, sizeof(hint)),
	    err, "there is no \"%.*s\" that could be taken away",
	    (int)MIN(key->text.len, (size_t)80), key->text.p);
}

/* The array has no room for one more. */
static int grow(struct conf_doc *doc, struct conf_node *mapping, struct error *err)
{
	struct conf_pair *pairs =
	    arena_array(&doc->arena, mapping->len + 1, sizeof(*pairs));

	if (!pairs)
		return fail_memory(doc, err);
	for (size_t i = 0; i < mapping->len; i++)
		pairs[i] = mapping->pairs[i];
	mapping->pairs = pairs;
	return 0;
}

static int merge_pair(struct conf_doc *doc, struct conf_node *mapping,
    const struct conf_pair *pair, struct error *err)
{
	size_t i = find(mapping, pair->key->text);
	bool is_there = i < mapping->len;

	if (conf_is_nothing(pair->value)) {
		if (!is_there)
			return fail_absent(doc, mapping, pair->key, err);
		for (mapping->len--; i < mapping->len; i++)
			mapping->pairs[i] = mapping->pairs[i + 1];
		return 0;
	}
	if (is_there && pair->value->kind == CONF_MAPPING &&
	    mapping->pairs[i].value->kind == CONF_MAPPING)
		return conf_merge(doc, mapping->pairs[i].value, pair->value, err);
	if (is_there) {
		mapping->pairs[i].value = pair->value;
		return 0;
	}
	if (grow(doc, mapping, err) < 0)
		return err->code;
	mapping->pairs[mapping->len++] = *pair;
	return 0;
}

int conf_merge(struct conf_doc *doc, struct conf_node *mapping,
    const struct conf_node *change, struct error *err)
{
	int worst = 0;

	for (size_t i = 0; i < change->len; i++) {
		int r = merge_pair(doc, mapping, &change->pairs[i], err);

		if (!conf_go_on(doc, r, &worst))
			return r;
	}
	return worst;
}
