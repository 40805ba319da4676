#include "lab/model/draft_write.h"

#include "lib/base/buf.h"
#include "lib/base/utf8.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
	LINE_MAX_ = 96,    /* bytes of a line of several keys */
	ONE_LINE_KEYS = 12 /* of an instance that goes on one line */
};

/* ---- scalars ------------------------------------------------------------------------- */

static bool is_plain_char(char c, bool is_first)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '/')
		return true;
	return !is_first && ((c >= '0' && c <= '9') || c == '.' || c == '-' ||
				c == ' ' || c == '+' || c == '(' || c == ')');
}

/* What some version of YAML reads as a truth or as nothing. */
static bool is_reserved(struct str text)
{
	static const char *const words[] = { "y", "n", "yes", "no", "on", "off", "true",
		"false", "null" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (str_eq_nocase(text, str_of(words[i])))
			return true;
	}
	return false;
}

static bool is_plain(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (!is_plain_char(text.p[i], i == 0))
			return false;
	}
	return text.len > 0 && text.p[text.len - 1] != ' ' && !is_reserved(text);
}

static uint32_t code_point(struct str text, size_t n)
{
	uint32_t c = (unsigned char)text.p[0] & (0xffu >> (n == 1 ? 0 : n + 1));

	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)text.p[i] & 0x3f);
	return c;
}

/* What YAML has no place for as it is (YAML 1.2 5.1), ends a line of it, or commands a
 * terminal. */
static bool is_special(struct str text, size_t n)
{
	uint32_t c = code_point(text, n);

	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 ||
	       c == 0xfeff || c == 0xfffe || c == 0xffff || utf8_unruly(text) > 0;
}

static void put_escaped(struct buf *out, struct str text)
{
	while (text.len > 0) {
		size_t n = utf8_char(text);
		uint32_t c = code_point(text, n ? n : 1);

		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", (int)c);
		else if (c == '\n')
			buf_append_text(out, "\\n");
		else if (n == 0 || (is_special(text, n) && c < 0x100))
			buf_printf(out, "\\x%02x", c);
		else if (is_special(text, n))
			buf_printf(out, "\\U%08x", c);
		else
			buf_append(out, text.p, n);
		text = str_from(text, n ? n : 1);
	}
}

void yaml_put_text(struct buf *out, struct str text)
{
	if (is_plain(text)) {
		buf_append_str(out, text);
		return;
	}
	buf_append_char(out, '"');
	put_escaped(out, text);
	buf_append_char(out, '"');
}

/* ---- flow mappings ------------------------------------------------------------------- */

struct flow { /* "{a: b, c: d}", as it is written */
	struct buf *out;
	size_t n;
};

static void flow_key(struct flow *flow, const char *key)
{
	buf_append_text(flow->out, flow->n++ > 0 ? ", " : "{");
	buf_printf(flow->out, "%s: ", key);
}

static void flow_end(struct flow *flow)
{
	buf_append_text(flow->out, flow->n > 0 ? "}" : "{}");
}

static void flow_text(struct flow *flow, const char *key, struct str text)
{
	flow_key(flow, key);
	yaml_put_text(flow->out, text);
}

static void flow_yes(struct flow *flow, const char *key, bool is_so)
{
	if (!is_so)
		return;
	flow_key(flow, key);
	buf_append_text(flow->out, "yes");
}

static void flow_list(struct flow *flow, const char *key, const struct str *texts,
    size_t n)
{
	flow_key(flow, key);
	for (size_t i = 0; i < n; i++) {
		buf_append_text(flow->out, i > 0 ? ", " : "[");
		yaml_put_text(flow->out, texts[i]);
	}
	buf_append_text(flow->out, n > 0 ? "]" : "[]");
}

/* ---- a draft --------------------------------------------------------------------------- */

static void flow_number(struct flow *flow, const char *key, uint64_t n)
{
	if (n == 0)
		return;
	flow_key(flow, key);
	buf_printf(flow->out, "%" PRIu64, n);
}

static void put_ranges(struct flow *flow, const struct draft_param *param)
{
	const struct draft_range *only = &param->ranges[0];
	bool is_unsigned =
	    param->type == MODEL_UNSIGNED_INT || param->type == MODEL_UNSIGNED_LONG;
	int64_t least = is_unsigned ? 0 : 1;

	/* "min" and "max" of 0 bound nothing. */
	if (param->n_ranges == 1 && only->high > 0 &&
	    (only->low >= least || only->low == INT64_MIN)) {
		flow_number(flow, "min", only->low > 0 ? (uint64_t)only->low : 0);
		flow_number(flow, "max",
		    only->high < INT64_MAX ? (uint64_t)only->high : 0);
		return;
	}
	flow_key(flow, "range");
	for (size_t i = 0; i < param->n_ranges; i++) {
		auto_buf text = BUF_NULL;

		draft_range_put(&text, param->ranges[i]);
		buf_append_text(flow->out, i > 0 ? ", " : "[");
		yaml_put_text(flow->out, buf_str(&text));
	}
	buf_append_char(flow->out, ']');
}

static void put_bounds(struct flow *flow, const struct draft_param *param)
{
	if (param->n_ranges > 0)
		put_ranges(flow, param);
	flow_number(flow, "min", param->min_length);
	flow_number(flow, "max", param->max_length);
}

static void put_param(struct buf *out, const struct draft_param *param)
{
	static const char *const notify[] = { "off", "active", "always", "denied" };
	struct flow flow = { out, 0 };

	buf_printf(out, "    %.*s: ", STR_ARG(param->name));
	if (param->type != MODEL_STRING)
		flow_text(&flow, "type", str_of(model_type_name(param->type)));
	if (param->count.len > 0)
		flow_text(&flow, "count", param->count);
	else if (param->value.len > 0 || param->live.len == 0)
		flow_text(&flow, "value", param->value);
	if (param->live.len > 0)
		flow_text(&flow, "live", param->live);
	flow_yes(&flow, "writable", param->is_writable);
	flow_yes(&flow, "alias", param->is_alias);
	flow_yes(&flow, "hidden", param->is_hidden);
	flow_yes(&flow, "secured", param->is_secured);
	flow_yes(&flow, "inform", param->is_forced_inform);
	if (param->notify != MODEL_NOTIFY_OFF)
		flow_text(&flow, "notify", str_of(notify[param->notify]));
	put_bounds(&flow, param);
	if (param->pattern.len > 0)
		flow_text(&flow, "pattern", param->pattern);
	if (param->n_values > 0)
		flow_list(&flow, "values", param->values, param->n_values);
	flow_yes(&flow, "list", param->is_list);
	flow_number(&flow, "items-max", param->items_max);
	flow_number(&flow, "list-max", param->list_max);
	flow_end(&flow);
	buf_append_char(out, '\n');
}

static void put_table(struct buf *out, const struct draft_table *table)
{
	struct flow flow = { out, 0 };

	buf_printf(out, "  %.*s: ", STR_ARG(table->path));
	flow_yes(&flow, "writable", table->is_writable);
	if (table->n_keys > 0) {
		flow_key(&flow, "keys");
		for (size_t i = 0; i < table->n_keys; i++) {
			struct flow list = { out, 0 };

			buf_append_text(out, i > 0 ? ", " : "[");
			for (size_t k = 0; k < table->keys[i].n_names; k++) {
				buf_append_text(out, list.n++ > 0 ? ", " : "[");
				yaml_put_text(out, table->keys[i].names[k]);
			}
			buf_append_char(out, ']');
		}
		buf_append_char(out, ']');
	}
	if (table->enable.len > 0)
		flow_text(&flow, "enable", table->enable);
	flow_number(&flow, "min", table->min);
	flow_number(&flow, "max", table->max);
	flow_end(&flow);
	buf_append_char(out, '\n');
}

/* On one line where that is short, else a line a value. */
static void put_instance(struct buf *out, const struct draft_instance *instance)
{
	size_t at = out->len;
	struct flow flow = { out, 0 };

	buf_printf(out, "  %.*s: ", STR_ARG(instance->path));
	for (size_t i = 0; i < instance->n_values && i < ONE_LINE_KEYS; i++) {
		auto_buf name = BUF_NULL;

		buf_append_str(&name, instance->values[i].name);
		flow_text(&flow, buf_cstr(&name), instance->values[i].value);
	}
	flow_end(&flow);
	buf_append_char(out, '\n');
	if (out->error || (instance->n_values <= ONE_LINE_KEYS &&
			      (instance->n_values <= 1 || out->len - at <= LINE_MAX_)))
		return;
	out->len = at;
	buf_printf(out, "  %.*s:\n", STR_ARG(instance->path));
	for (size_t i = 0; i < instance->n_values; i++) {
		buf_printf(out, "    %.*s: ", STR_ARG(instance->values[i].name));
		yaml_put_text(out, instance->values[i].value);
		buf_append_char(out, '\n');
	}
}

static void put_head(struct buf *out, const struct draft *draft)
{
	buf_append_text(out, "name: ");
	yaml_put_text(out, draft->name);
	if (draft->about.len > 0) {
		buf_append_text(out, "\nabout: ");
		yaml_put_text(out, draft->about);
	}
	buf_append_text(out, "\nroot: ");
	yaml_put_text(out, draft->root);
	buf_append_text(out, "\n\nobjects:\n");
}

void draft_write(struct buf *out, const struct draft *draft)
{
	put_head(out, draft);
	for (size_t i = 0; i < draft->n_objects; i++) {
		const struct draft_object *object = &draft->objects[i];

		buf_printf(out, "%s  %.*s:%s\n", i > 0 ? "\n" : "",
		    STR_ARG(object->path), object->n_params == 0 ? " {}" : "");
		for (size_t k = 0; k < object->n_params; k++)
			put_param(out, &object->params[k]);
	}
	if (draft->n_tables > 0)
		buf_append_text(out, "\ntables:\n");
	for (size_t i = 0; i < draft->n_tables; i++)
		put_table(out, &draft->tables[i]);
	if (draft->n_instances > 0)
		buf_append_text(out, "\ninstances:\n");
	for (size_t i = 0; i < draft->n_instances; i++)
		put_instance(out, &draft->instances[i]);
}

/* ---- a file, laid out anew ------------------------------------------------------------- */

static void put_flow(struct buf *out, const struct conf_node *node);

/* Numbers and truths stay plain where the file has them plain. */
static void put_scalar(struct buf *out, const struct conf_node *node)
{
	if (!node->is_quoted && node->text.len > 0 &&
	    strcspn(node->text.p, ":#{}[],&*!|>'\"%@`\n") >= node->text.len)
		buf_append_str(out, node->text);
	else
		yaml_put_text(out, node->text);
}

static void put_members(struct buf *out, const struct conf_node *node)
{
	for (size_t i = 0; i < node->len; i++) {
		buf_append_text(out, i > 0 ? ", " : "");
		if (node->kind == CONF_MAPPING) {
			put_scalar(out, node->pairs[i].key);
			buf_append_text(out, ": ");
			put_flow(out, node->pairs[i].value);
		} else {
			put_flow(out, node->items[i]);
		}
	}
}

static void put_flow(struct buf *out, const struct conf_node *node)
{
	if (node->kind == CONF_SCALAR) {
		put_scalar(out, node);
		return;
	}
	buf_append_char(out, node->kind == CONF_MAPPING ? '{' : '[');
	put_members(out, node);
	buf_append_char(out, node->kind == CONF_MAPPING ? '}' : ']');
}

/* "A.B.:" and its parameters, a line each. */
static void put_object(struct buf *out, const struct conf_pair *pair, bool is_first)
{
	const struct conf_node *value = pair->value;

	buf_printf(out, "%s  %.*s:%s\n", is_first ? "" : "\n", STR_ARG(pair->key->text),
	    value->kind != CONF_MAPPING || value->len == 0 ? " {}" : "");
	for (size_t i = 0; value->kind == CONF_MAPPING && i < value->len; i++) {
		buf_printf(out, "    %.*s: ", STR_ARG(value->pairs[i].key->text));
		put_flow(out, value->pairs[i].value);
		buf_append_char(out, '\n');
	}
}

/* One line of "tables:", or of a section that is not known here. */
static void put_line(struct buf *out, const struct conf_pair *pair)
{
	buf_append_text(out, "  ");
	buf_append_str(out, pair->key->text);
	buf_append_text(out, ": ");
	if (pair->value->kind == CONF_SCALAR && pair->value->text.len == 0 &&
	    !pair->value->is_quoted)
		buf_append_text(out, "{}");
	else
		put_flow(out, pair->value);
	buf_append_char(out, '\n');
}

/* As put_instance(), with all that the file says. */
static void put_node_instance(struct buf *out, const struct conf_pair *pair)
{
	const struct conf_node *value = pair->value;
	size_t n = value->kind == CONF_MAPPING ? value->len : 0, at = out->len;

	if (n <= ONE_LINE_KEYS) {
		put_line(out, pair);
		if (n <= 1 || out->len - at <= LINE_MAX_ || out->error)
			return;
		out->len = at;
	}
	buf_printf(out, "  %.*s:\n", STR_ARG(pair->key->text));
	for (size_t i = 0; i < n; i++) {
		buf_printf(out, "    %.*s: ", STR_ARG(value->pairs[i].key->text));
		put_flow(out, value->pairs[i].value);
		buf_append_char(out, '\n');
	}
}

static void put_section(struct buf *out, const struct conf_pair *pair)
{
	bool is_objects = str_is(pair->key->text, "objects");
	bool is_instances = str_is(pair->key->text, "instances");

	buf_printf(out, "\n%.*s:\n", STR_ARG(pair->key->text));
	for (size_t i = 0; i < pair->value->len; i++) {
		if (is_objects)
			put_object(out, &pair->value->pairs[i], i == 0);
		else if (is_instances)
			put_node_instance(out, &pair->value->pairs[i]);
		else
			put_line(out, &pair->value->pairs[i]);
	}
}

void draft_rewrite(struct buf *out, const struct draft *draft)
{
	const struct conf_node *root = draft->doc->root;

	for (size_t i = 0; i < root->len; i++) {
		const struct conf_pair *pair = &root->pairs[i];

		if (pair->value->kind == CONF_MAPPING) {
			put_section(out, pair);
		} else {
			buf_printf(out, "%.*s: ", STR_ARG(pair->key->text));
			put_flow(out, pair->value);
			buf_append_char(out, '\n');
		}
	}
}
