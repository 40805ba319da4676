/* A mapping to a struct, by rows. */
#include "lib/conf/conf_internal.h"

#include <errno.h>
#include <stdio.h>

enum {
	KEYS_MAX = 64 /* rows of one mapping that suggestions look at */
};

static void *at_offset(void *target, size_t offset)
{
	return (char *)target + offset;
}

static int fail_memory(const struct conf_doc *doc, struct error *err)
{
	return error_set(err, -ENOMEM, "%s: not enough memory", doc->name);
}

static int bind_scalar(struct conf_doc *doc, const struct conf_row *row,
    const struct conf_node *node, void *at, struct error *err)
{
	int r = conf_want_kind(doc, row, node, CONF_SCALAR, err);

	if (r < 0)
		return r;
	if (node->is_quoted && (row->type == CONF_BOOL || row->type == CONF_UINT))
		return conf_fail(doc, node, "without quotes", err,
		    "\"%s\" wants a %s, not a string", row->key,
		    row->type == CONF_BOOL ? "boolean" : "number");
	return conf_scalar(doc, row, node->text, node, at, err);
}

static int check_length(const struct conf_doc *doc, const struct conf_row *row,
    const struct conf_node *node, size_t len, struct error *err)
{
	if (len >= row->min && (row->max == 0 || len <= row->max))
		return 0;
	return conf_fail(doc, node, row->help, err, "\"%s\" has too %s entries: %zu",
	    row->key, len < row->min ? "few" : "many", len);
}

static int bind_strings(struct conf_doc *doc, const struct conf_row *row,
    const struct conf_node *node, struct conf_strings *ret, struct error *err)
{
	bool is_list = node->kind == CONF_SEQUENCE;
	struct conf_strings list = { NULL, is_list ? node->len : 1 };
	int r;

	list.items = arena_array(&doc->arena, list.len, sizeof(*list.items));
	if (!list.items)
		return fail_memory(doc, err);
	for (size_t i = 0; i < list.len; i++) {
		const struct conf_node *item = is_list ? node->items[i] : node;

		r = conf_want_kind(doc, row, item, CONF_SCALAR, err);
		if (r < 0)
			return r;
		list.items[i] = item->text.p;
	}
	r = check_length(doc, row, node, list.len, err);
	if (r < 0)
		return r;
	*ret = list;
	return 0;
}

static int bind_objects(struct conf_doc *doc, const struct conf_row *row,
    const struct conf_node *node, struct conf_list *ret, struct error *err)
{
	struct conf_list list;
	int worst = 0;
	int r = conf_want_kind(doc, row, node, CONF_SEQUENCE, err);

	if (r == 0)
		r = check_length(doc, row, node, node->len, err);
	if (r < 0)
		return r;
	list.len = node->len;
	list.items = arena_array(&doc->arena, list.len, row->item_size);
	if (!list.items)
		return fail_memory(doc, err);
	for (size_t i = 0; i < list.len; i++) {
		r = conf_want_kind(doc, row, node->items[i], CONF_MAPPING, err);
		if (r == 0)
			r = conf_bind(doc, node->items[i], row->rows,
			    at_offset(list.items, i * row->item_size), err);
		if (!conf_go_on(doc, r, &worst))
			return r;
	}
	*ret = list;
	return worst;
}

static int bind_value(struct conf_doc *doc, const struct conf_row *row,
    const struct conf_node *node, void *target, struct error *err)
{
	void *at = at_offset(target, row->offset);
	int r;

	if (row->node_offset > 0)
		*(const struct conf_node **)at_offset(target, row->node_offset - 1) =
		    node;
	switch (row->type) {
	case CONF_STR:
	case CONF_BOOL:
	case CONF_UINT:
	case CONF_DURATION:
	case CONF_ENUM:
	case CONF_IPV4:
	case CONF_IPV4_NET:
	case CONF_IPV4_RANGE:
	case CONF_MAC:
		return bind_scalar(doc, row, node, at, err);
	case CONF_IPS:
	case CONF_IP_NETS:
	case CONF_IP_RANGE:
		return conf_ip_bind(doc, row, node, target, err);
	case CONF_STRINGS:
		return bind_strings(doc, row, node, at, err);
	case CONF_OBJECT:
		r = conf_want_kind(doc, row, node, CONF_MAPPING, err);
		return r < 0 ? r : conf_bind(doc, node, row->rows, at, err);
	case CONF_OBJECTS:
		return bind_objects(doc, row, node, at, err);
	case CONF_NODE:
		*(const struct conf_node **)at = node;
		return 0;
	}
	return ERR_BAD_STATE;
}

static int bind_default(struct conf_doc *doc, const struct conf_row *row, void *target,
    struct error *err)
{
	void *at = at_offset(target, row->offset);

	if (row->type == CONF_OBJECT) {
		int r = 0;

		for (const struct conf_row *inner = row->rows; inner->key && r == 0;
		     inner++)
			r = bind_default(doc, inner, at, err);
		return r;
	}
	if (!row->dflt)
		return 0;
	if (row->type == CONF_STRINGS) {
		struct conf_strings *list = at;

		list->items = arena_array(&doc->arena, 1, sizeof(*list->items));
		if (!list->items)
			return fail_memory(doc, err);
		list->items[0] = row->dflt;
		list->len = 1;
		return 0;
	}
	return conf_scalar(doc, row, str_of(row->dflt), NULL, at, err);
}

static const struct conf_row *find_row(const struct conf_row *rows, struct str key)
{
	for (const struct conf_row *row = rows; row->key; row++) {
		if (str_is(key, row->key))
			return row;
	}
	return NULL;
}

static int fail_unknown(const struct conf_doc *doc, const struct conf_row *rows,
    const struct conf_node *key, struct error *err)
{
	const char *keys[KEYS_MAX];
	char hint[240];
	size_t n = 0, len;

	for (const struct conf_row *row = rows; row->key && n < KEYS_MAX; row++)
		keys[n++] = row->key;
	if (!conf_suggest(key->text, keys, n, hint, sizeof(hint))) {
		len = (size_t)snprintf(hint, sizeof(hint), "keys here:");
		for (size_t i = 0; i < n && len < sizeof(hint); i++)
			len += (size_t)snprintf(hint + len, sizeof(hint) - len, "%s %s",
			    i ? "," : "", keys[i]);
	}
	return conf_fail(doc, key, hint, err, "unknown key \"%.*s\"",
	    (int)MIN(key->text.len, (size_t)80), key->text.p);
}

static int bind_written(struct conf_doc *doc, const struct conf_pair *pair,
    const struct conf_row *rows, void *target, struct error *err)
{
	const struct conf_row *row = find_row(rows, pair->key->text);

	return row ? bind_value(doc, row, pair->value, target, err)
		   : fail_unknown(doc, rows, pair->key, err);
}

static int bind_absent(struct conf_doc *doc, const struct conf_node *node,
    const struct conf_row *row, void *target, struct error *err)
{
	if (row->is_required)
		return conf_fail(doc, node, row->help, err, "\"%s\" is missing",
		    row->key);
	return bind_default(doc, row, target, err);
}

int conf_bind(struct conf_doc *doc, const struct conf_node *node,
    const struct conf_row *rows, void *target, struct error *err)
{
	int worst = 0, r;

	if (node->kind != CONF_MAPPING)
		return conf_fail(doc, node, NULL, err,
		    "keys with values are wanted here, not %s",
		    conf_kind_name(node->kind));
	for (size_t i = 0; i < node->len; i++) {
		r = bind_written(doc, &node->pairs[i], rows, target, err);
		if (!conf_go_on(doc, r, &worst))
			return r;
	}
	for (const struct conf_row *row = rows; row->key; row++) {
		if (conf_get(node, row->key))
			continue;
		r = bind_absent(doc, node, row, target, err);
		if (!conf_go_on(doc, r, &worst))
			return r;
	}
	return worst;
}
