/* Documents that a program makes, value by value. */
#include "lib/base/utf8.h"
#include "lib/conf/conf_internal.h"

#include <errno.h>
#include <stdlib.h>

static int fail_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "not enough memory");
}

static struct conf_node *make_node(struct conf_doc *doc, enum conf_kind kind)
{
	struct conf_node *node = arena_alloc(&doc->arena, sizeof(*node));

	if (node)
		node->kind = kind;
	return node;
}

int conf_new(const char *name, struct conf_doc **ret, struct error *err)
{
	struct conf_doc *doc = calloc(1, sizeof(*doc));

	if (!doc)
		return fail_memory(err);
	doc->name = arena_strdup(&doc->arena, str_of(name));
	doc->root = make_node(doc, CONF_MAPPING);
	doc->has_no_text = true;
	if (!doc->name || !doc->root) {
		conf_free(doc);
		return fail_memory(err);
	}
	*ret = doc;
	return 0;
}

/* The array of len items with room for one more, which is zeroed; null without memory. */
static void *grow(struct arena *arena, const void *items, size_t len, size_t size)
{
	char *grown = arena_array(arena, len + 1, size);

	if (grown && len > 0)
		memcpy(grown, items, len * size);
	return grown;
}

static struct conf_pair *add_pair(struct conf_doc *doc, struct conf_node *mapping,
    struct str key)
{
	struct conf_pair *pairs =
	    grow(&doc->arena, mapping->pairs, mapping->len, sizeof(*pairs));
	struct conf_node *name = make_node(doc, CONF_SCALAR);

	if (!pairs || !name)
		return NULL;
	name->text = arena_str(&doc->arena, key);
	pairs[mapping->len] = (struct conf_pair){ name, NULL };
	mapping->pairs = pairs;
	return name->text.p ? &pairs[mapping->len++] : NULL;
}

static bool add_item(struct conf_doc *doc, struct conf_node *list,
    struct conf_node *item)
{
	struct conf_node **items =
	    grow(&doc->arena, list->items, list->len, sizeof(struct conf_node *));

	if (!items)
		return false;
	items[list->len++] = item;
	list->items = items;
	return true;
}

static struct conf_pair *find_pair(const struct conf_node *mapping, struct str key)
{
	for (size_t i = 0; i < mapping->len; i++) {
		if (str_eq(mapping->pairs[i].key->text, key))
			return &mapping->pairs[i];
	}
	return NULL;
}

/* The mapping under a key, or the only item of the list there ("pools[]"), made where it is
 * missing; null without memory. */
static struct conf_node *enter(struct conf_doc *doc, struct conf_node *mapping,
    struct str key)
{
	bool is_list = str_ends(key, STR("[]"));
	struct str name = is_list ? str_make(key.p, key.len - 2) : key;
	struct conf_pair *pair = find_pair(mapping, name);
	struct conf_node *inner;

	if (pair)
		return is_list ? pair->value->items[0] : pair->value;
	pair = add_pair(doc, mapping, name);
	inner = pair ? make_node(doc, CONF_MAPPING) : NULL;
	if (!inner)
		return NULL;
	pair->value = is_list ? make_node(doc, CONF_SEQUENCE) : inner;
	if (!pair->value || (is_list && !add_item(doc, pair->value, inner)))
		return NULL;
	return inner;
}

static bool put(struct conf_doc *doc, struct conf_node *mapping, struct str key,
    struct conf_node *value)
{
	struct conf_pair *pair = find_pair(mapping, key);
	struct conf_node *list;

	if (!pair) {
		pair = add_pair(doc, mapping, key);
		if (pair)
			pair->value = value;
		return pair != NULL;
	}
	if (pair->value->kind == CONF_SEQUENCE)
		return add_item(doc, pair->value, value);
	list = make_node(doc, CONF_SEQUENCE);
	if (!list || !add_item(doc, list, pair->value) || !add_item(doc, list, value))
		return false;
	list->line = value->line;
	pair->value = list;
	return true;
}

/* Numbers the origin; 0 without memory. */
static uint32_t add_origin(struct conf_doc *doc, const char *origin)
{
	const char **origins =
	    grow(&doc->arena, doc->origins, doc->n_origins, sizeof(const char *));

	if (!origins)
		return 0;
	origins[doc->n_origins++] = origin;
	doc->origins = origins;
	return (uint32_t)doc->n_origins;
}

static bool is_text(struct str text)
{
	while (text.len > 0) {
		size_t n = utf8_char(text);

		if (n == 0 || (uint8_t)*text.p < 0x20 || *text.p == 0x7f)
			return false;
		text = str_from(text, n);
	}
	return true;
}

int conf_set(struct conf_doc *doc, const char *path, const char *text, bool is_quoted,
    const char *origin, struct error *err)
{
	struct conf_node *mapping = doc->root;
	struct conf_node *value = make_node(doc, CONF_SCALAR);
	struct str rest, key = str_cut(str_of(path), '.', &rest);

	if (!is_text(str_of(text)))
		return error_set(err, ERR_CONFIG,
		    "%s: the value is no UTF-8 text, or has control characters",
		    origin);
	if (!value)
		return fail_memory(err);
	value->text = arena_str(&doc->arena, str_of(text));
	value->is_quoted = is_quoted;
	value->line = add_origin(doc, origin);
	for (; rest.p && mapping; key = str_cut(rest, '.', &rest))
		mapping = enter(doc, mapping, key);
	if (!mapping || value->line == 0 || !value->text.p ||
	    !put(doc, mapping, key, value))
		return fail_memory(err);
	return 0;
}
