/* Facts of tables, and the parameters that count them. */
#include "agents/cpe/model/model_load.h"

#include "lib/base/json.h"

#include <errno.h>

struct table_text {
	struct model_table table;
	const char *enable;
	const struct conf_node *keys, *enable_node;
};

static void keys_schema(struct json *json, const char *key)
{
	json_object_begin(json, key);
	json_text(json, "description", "unique keys, each a list of parameters");
	json_text(json, "type", "array");
	json_uint(json, "maxItems", MODEL_KEYS_MAX);
	json_object_begin(json, "items");
	json_text(json, "type", "array");
	json_uint(json, "minItems", 1);
	json_uint(json, "maxItems", MODEL_KEY_PARAMS_MAX);
	json_object_begin(json, "items");
	json_text(json, "type", "string");
	json_object_end(json);
	json_object_end(json);
	json_object_end(json);
}

#define ROW(key_, type_, member) \
	.key = key_, .type = type_, .offset = offsetof(struct table_text, member)

const struct conf_row model_table_rows[] = {
	{ ROW("writable", CONF_BOOL, table.is_writable), .dflt = "no",
	    .help = "an ACS makes and removes instances" },
	{ ROW("deferred", CONF_BOOL, table.is_deferred), .dflt = "no",
	    .help = "which is applied after the session: Status 1" },
	{ ROW("min", CONF_UINT, table.min), .max = MODEL_TABLE_MIN_MAX,
	    .help = "least number of instances" },
	{ ROW("max", CONF_UINT, table.max), .max = MODEL_TABLE_MOST,
	    .help = "greatest number of instances" },
	{ ROW("keys", CONF_NODE, keys), .schema = keys_schema,
	    .help = "unique keys, each a list of parameters" },
	{ ROW("enable", CONF_STR, enable),
	    .node_offset = 1 + offsetof(struct table_text, enable_node),
	    .help = "keys hold among instances whose parameter of this name is true" },
	{ NULL },
};

/* The parameter of this name in the rows of a table; null where there is none. */
static struct model_param *find_param(const struct model_loader *loader,
    const struct model_table *table, struct str name)
{
	const struct model *model = loader->model;
	const struct model_name *rows = &model->names[table->name];

	for (uint32_t i = 0; i < rows->n_children; i++) {
		uint32_t child = model->children[rows->children + i];
		const struct model_param *param = model->names[child].param;

		if (param &&
		    str_eq(str_from(param->path, model->names[child].tail), name))
			return &model->params[param - model->params];
	}
	return NULL;
}

static int fail_param(const struct model_loader *loader, const struct conf_node *node,
    struct str name)
{
	return conf_fail(loader->model->doc, node, "the name alone, as in objects",
	    loader->err, "the table has no parameter \"%.*s\"", STR_ARG(name));
}

/* ---- unique keys -------------------------------------------------------------------- */

static int read_key(struct model_loader *loader, const struct model_table *table,
    const struct conf_node *node, struct model_key *ret)
{
	struct conf_doc *doc = loader->model->doc;

	if (node->kind != CONF_SEQUENCE || node->len == 0 ||
	    node->len > MODEL_KEY_PARAMS_MAX)
		return conf_fail(doc, node, "[[MACAddress], [Interface, Name]]",
		    loader->err, "a key is a list of 1 to %d parameters",
		    MODEL_KEY_PARAMS_MAX);
	ret->is_always = true;
	for (size_t i = 0; i < node->len; i++) {
		const struct conf_node *item = node->items[i];
		struct model_param *param = find_param(loader, table, item->text);

		if (!param)
			return fail_param(loader, item, item->text);
		param->is_key = true;
		ret->is_always = ret->is_always && param->is_alias;
		ret->params[ret->n_params++] = param;
	}
	return 0;
}

static int read_keys(struct model_loader *loader, struct model_table *table,
    const struct conf_node *node)
{
	struct conf_doc *doc = loader->model->doc;
	struct model_key *keys;

	if (!node)
		return 0;
	if (node->kind != CONF_SEQUENCE || node->len > MODEL_KEYS_MAX)
		return conf_fail(doc, node, "[[MACAddress], [Interface, Name]]",
		    loader->err, "a list of at most %d keys is wanted", MODEL_KEYS_MAX);
	keys = arena_array(&doc->arena, node->len + 1, sizeof(*keys));
	if (!keys)
		return error_set(loader->err, -ENOMEM, "no memory for the model");
	table->keys = keys;
	for (size_t i = 0; i < node->len; i++) {
		int r = read_key(loader, table, node->items[i], &keys[i]);

		if (!model_load_goes_on(loader, r))
			return r;
	}
	table->n_keys = node->len;
	return 0;
}

/* ---- tables ------------------------------------------------------------------------- */

static struct model_table *find_table(struct model *model, struct str path)
{
	const struct model_name *name = model_find(model, path);

	return name && name->table ? &model->tables[name->table - model->tables] : NULL;
}

static int find_enable(struct model_loader *loader, struct model_table *table,
    const struct table_text *text)
{
	struct model_param *enable;

	if (!text->enable)
		return 0;
	enable = find_param(loader, table, str_of(text->enable));
	if (!enable)
		return fail_param(loader, text->enable_node, str_of(text->enable));
	enable->is_key = true;
	table->enable = enable;
	return 0;
}

static int read_table(struct model_loader *loader, const struct conf_pair *pair)
{
	struct model *model = loader->model;
	struct model_table *table = find_table(model, pair->key->text);
	struct table_text text = { .enable = NULL };
	int r;

	if (!table)
		return conf_fail(model->doc, pair->key, NULL, loader->err,
		    "a path below \"%s.\" that ends in \"{i}.\" is wanted",
		    model->root);
	r = conf_bind(model->doc, pair->value, model_table_rows, &text, loader->err);
	if (r < 0)
		return r;
	text.table.name = table->name;
	text.table.alias = table->alias;
	*table = text.table;
	if (table->max > 0 && table->max < table->min)
		return conf_fail(model->doc, pair->key, NULL, loader->err,
		    "max is less than min");
	r = find_enable(loader, table, &text);
	if (!model_load_goes_on(loader, r))
		return r;
	return read_keys(loader, table, text.keys);
}

static int find_aliases(struct model_loader *loader)
{
	struct model *model = loader->model;

	for (size_t i = 0; i < model->n_params; i++) {
		const struct model_param *param = &model->params[i];
		uint32_t above = model->names[param->name].parent;
		const struct model_table *table = model->names[above].table;
		int r = 0;

		if (param->is_alias && table)
			model->tables[table - model->tables].alias = param;
		else if (param->is_alias)
			r = conf_fail(model->doc, loader->drafts[i].node, NULL,
			    loader->err, "an alias names an instance of a table");
		if (!model_load_goes_on(loader, r))
			return r;
	}
	return 0;
}

/* ---- counts ------------------------------------------------------------------------- */

/* A path up to its last "{i}.". */
static struct str instance_part(struct str path)
{
	size_t len = path.len;

	while (len > 0 && path.p[len - 1] != '}')
		len--;
	return str_make(path.p, len);
}

static int find_count(struct model_loader *loader, size_t i)
{
	struct model *model = loader->model;
	const struct model_draft *draft = &loader->drafts[i];
	struct model_param *param = &model->params[i];
	const struct model_name *object = &model->names[param->name];
	const struct model_table *table;

	if (!draft->count)
		return 0;
	object = &model->names[object->parent];
	table = find_table(model, str_of(draft->count));
	if (!table)
		return conf_fail(model->doc, draft->count_node,
		    "a path that ends in \"{i}.\"", loader->err,
		    "\"%s\" is no table of the model", draft->count);
	if (model->names[table->name].levels != object->levels + 1 ||
	    !str_starts(model->names[table->name].path, instance_part(object->path)))
		return conf_fail(model->doc, draft->count_node,
		    "a table beside or below the parameter", loader->err,
		    "there would be one \"%s\" for each of several tables",
		    draft->count);
	param->counts = table;
	return 0;
}

int model_load_tables(struct model_loader *loader)
{
	const struct conf_node *tables = loader->tables;
	int r = find_aliases(loader);

	if (r < 0)
		return r;
	if (tables && tables->kind != CONF_MAPPING)
		return conf_fail(loader->model->doc, tables, NULL, loader->err,
		    "\"tables\" maps paths to keys");
	for (size_t i = 0; tables && i < tables->len; i++) {
		r = read_table(loader, &tables->pairs[i]);
		if (!model_load_goes_on(loader, r))
			return r;
	}
	for (size_t i = 0; i < loader->model->n_params; i++) {
		r = find_count(loader, i);
		if (!model_load_goes_on(loader, r))
			return r;
	}
	return 0;
}
