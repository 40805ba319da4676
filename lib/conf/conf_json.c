/* A tree that was read, as JSON again. */
#include "lib/conf/conf.h"

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
