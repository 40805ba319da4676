/* A tree that was read, as JSON again. */
#include "lib/conf/conf_internal.h"

#include "lib/base/json.h"

/* Whether JSON reads the text as what YAML reads: a number, true, false, null. */
static bool is_json_word(struct str text)
{
	size_t i = str_starts(text, STR("-")) ? 1 : 0;
	bool is_number = text.len > i && (text.p[i] != '0' || text.len == i + 1);

	for (; i < text.len; i++)
		is_number &= text.p[i] >= '0' && text.p[i] <= '9';
	return is_number || str_is(text, "true") || str_is(text, "false") ||
	       str_is(text, "null");
}

void conf_put_json(struct json *json, const char *key, const struct conf_node *node)
{
	switch (node->kind) {
	case CONF_SCALAR:
		if (!node->is_quoted && is_json_word(node->text))
			json_raw(json, key, node->text);
		else
			json_str(json, key, node->text);
		return;
	case CONF_MAPPING:
		json_object_begin(json, key);
		for (size_t i = 0; i < node->len; i++)
			conf_put_json(json, node->pairs[i].key->text.p,
			    node->pairs[i].value);
		json_object_end(json);
		return;
	case CONF_SEQUENCE:
		json_array_begin(json, key);
		for (size_t i = 0; i < node->len; i++)
			conf_put_json(json, NULL, node->items[i]);
		json_array_end(json);
		return;
	}
}

/* ---- by rows ----------------------------------------------------------------------------- */

static void put_scalar(struct json *json, const struct conf_row *row,
    const struct conf_node *node)
{
	uint64_t number = 0;
	bool value = false;

	if (row->type == CONF_UINT &&
	    conf_scalar(NULL, row, node->text, NULL, &number, NULL) == 0)
		json_uint(json, row->key, number);
	else if (row->type == CONF_BOOL &&
		 conf_scalar(NULL, row, node->text, NULL, &value, NULL) == 0)
		json_bool(json, row->key, value);
	else
		json_str(json, row->key, node->text);
}

static void put_value(struct json *json, const struct conf_row *row,
    const struct conf_node *node)
{
	if (node->kind == CONF_SCALAR && row->type != CONF_NODE) {
		put_scalar(json, row, node);
	} else if (row->type == CONF_OBJECT) {
		conf_put_bound(json, row->key, node, row->rows);
	} else if (row->type == CONF_OBJECTS) {
		json_array_begin(json, row->key);
		for (size_t i = 0; i < node->len; i++)
			conf_put_bound(json, NULL, node->items[i], row->rows);
		json_array_end(json);
	} else {
		conf_put_json(json, row->key, node);
	}
}

void conf_put_bound(struct json *json, const char *key, const struct conf_node *node,
    const struct conf_row *rows)
{
	json_object_begin(json, key);
	for (const struct conf_row *row = rows; row->key; row++) {
		const struct conf_node *value = conf_get(node, row->key);

		if (value)
			put_value(json, row, value);
	}
	json_object_end(json);
}
