/* The templates of a model: each parameter with its facets. */
#include "agents/cpe/model/model_load.h"

#include "lib/base/json.h"

#include <errno.h>

struct param_text { /* as the rows bind it */
	struct model_param param;
	const char *pattern, *count;
	struct conf_strings ranges;
	const struct conf_node *generate;
	const struct conf_node *value_node, *pattern_node, *ranges_node, *count_node;
};

static const char *const type_names[] = {
#define XX(symbol, name) name,
	MODEL_TYPE_MAP(XX)
#undef XX
	    NULL,
};

static const char *const notify_names[] = { "off", "active", "always", "denied", NULL };

static void generate_schema(struct json *json, const char *key)
{
	conf_schema_object(json, key, "a value that changes by itself",
	    model_generator_rows);
}

#define PARAM(key_, type_, member) \
	.key = key_, .type = type_, .offset = offsetof(struct param_text, param.member)
#define TEXT(key_, type_, member) \
	.key = key_, .type = type_, .offset = offsetof(struct param_text, member)
#define NODE(member) .node_offset = 1 + offsetof(struct param_text, member)

const struct conf_row model_param_rows[] = {
	{ PARAM("value", CONF_STR, value), .dflt = "", .max = MODEL_VALUE_MAX,
	    NODE(value_node), .help = "after a factory reset" },
	{ PARAM("type", CONF_ENUM, type), .names = type_names, .dflt = "string",
	    .help = "xsd type" },
	{ PARAM("live", CONF_ENUM, live), .names = model_live_names, .dflt = "none",
	    .help = "where the CPE takes the value from, or which of its own it is" },
	{ TEXT("generate", CONF_NODE, generate), .schema = generate_schema,
	    .help = "a value that changes by itself" },
	{ PARAM("writable", CONF_BOOL, is_writable), .dflt = "no",
	    .help = "an ACS may set it" },
	{ PARAM("hidden", CONF_BOOL, is_hidden), .dflt = "no",
	    .help = "reads back empty, or as 0" },
	{ PARAM("secured", CONF_BOOL, is_secured), .dflt = "no",
	    .help = "the same, as TR-106 calls it for credentials" },
	{ PARAM("inform", CONF_BOOL, is_forced_inform), .dflt = "no",
	    .help = "stands in every Inform" },
	{ PARAM("notify", CONF_ENUM, notify), .names = notify_names, .dflt = "off",
	    .help = "notification at first; always and denied are final" },
	{ PARAM("deferred", CONF_BOOL, is_deferred), .dflt = "no",
	    .help = "a set of it is applied after the session: Status 1" },
	{ PARAM("min", CONF_UINT, min), .help = "least number or length" },
	{ PARAM("max", CONF_UINT, max), .help = "greatest number or length" },
	{ TEXT("range", CONF_STRINGS, ranges), .max = MODEL_RANGES_MAX,
	    NODE(ranges_node),
	    .help = "of a number: LOW..HIGH, LOW.., ..HIGH, N; one or several" },
	{ PARAM("values", CONF_STRINGS, values), .help = "all that are allowed" },
	{ TEXT("pattern", CONF_STR, pattern), .max = 1024, NODE(pattern_node),
	    .help = "mac, ipv4, ipv6, ip, uuid, hex, or a regular expression of XML "
		    "Schema" },
	{ PARAM("list", CONF_BOOL, is_list), .dflt = "no",
	    .help = "items with commas between, each within the bounds" },
	{ PARAM("list-max", CONF_UINT, list_max), .max = MODEL_VALUE_MAX,
	    .help = "characters of the whole list" },
	{ PARAM("items-min", CONF_UINT, items_min), .max = MODEL_VALUE_MAX,
	    .help = "least number of items" },
	{ PARAM("items-max", CONF_UINT, items_max), .max = MODEL_VALUE_MAX,
	    .help = "greatest number of items" },
	{ TEXT("count", CONF_STR, count), NODE(count_node),
	    .help = "path of a table, ending in {i}., whose instances it counts" },
	{ PARAM("alias", CONF_BOOL, is_alias), .dflt = "no",
	    .help = "the ACS's name of its instance; a new one is cpe-<number>" },
	{ NULL },
};

/* ---- facets ------------------------------------------------------------------------- */

static bool read_range(struct str text, struct model_range *ret)
{
	size_t at;

	*ret =
	    (struct model_range){ { true, UINT64_C(1) << 63 }, { false, UINT64_MAX } };
	if (!str_find(text, STR(".."), &at)) {
		if (!model_bound_read(text, &ret->low))
			return false;
		ret->high = ret->low;
		return true;
	}
	return text.len > 2 &&
	       (at == 0 || model_bound_read(str_make(text.p, at), &ret->low)) &&
	       (at + 2 == text.len ||
		   model_bound_read(str_from(text, at + 2), &ret->high));
}

static bool is_whole_number(const struct model_param *param)
{
	return param->type == MODEL_INT || param->type == MODEL_UNSIGNED_INT ||
	       param->type == MODEL_LONG || param->type == MODEL_UNSIGNED_LONG;
}

static int read_ranges(struct model_loader *loader, struct param_text *text)
{
	struct conf_doc *doc = loader->model->doc;
	struct model_range *ranges;

	if (text->ranges.len == 0)
		return 0;
	if (!is_whole_number(&text->param))
		return conf_fail(doc, text->ranges_node,
		    "min and max are of its length", loader->err, "a %s has no range",
		    type_names[text->param.type]);
	ranges = arena_array(&doc->arena, text->ranges.len, sizeof(*ranges));
	if (!ranges)
		return error_set(loader->err, -ENOMEM, "no memory for the model");
	for (size_t i = 0; i < text->ranges.len; i++) {
		if (!read_range(str_of(text->ranges.items[i]), &ranges[i]))
			return conf_fail(doc, text->ranges_node,
			    "LOW..HIGH, LOW.., ..HIGH or a number", loader->err,
			    "\"%s\" is no range", text->ranges.items[i]);
	}
	text->param.ranges = ranges;
	text->param.n_ranges = text->ranges.len;
	return 0;
}

static int read_pattern(struct model_loader *loader, struct param_text *text)
{
	struct conf_doc *doc = loader->model->doc;
	struct error why = ERROR_NULL;
	int r;

	if (!text->pattern)
		return 0;
	r = model_pattern_make(str_of(text->pattern), &doc->arena, &text->param.pattern,
	    &why);
	if (r == -ENOMEM)
		return error_set(loader->err, r, "no memory for the model");
	return r < 0 ? conf_fail(doc, text->pattern_node, NULL, loader->err,
			   "no pattern: %s", why.text)
		     : 0;
}

static int check_kind(struct model_loader *loader, const struct param_text *text,
    const struct conf_node *node)
{
	const struct model_param *param = &text->param;
	struct conf_doc *doc = loader->model->doc;

	if (text->generate && param->live != MODEL_PLAIN)
		return conf_fail(doc, text->generate, NULL, loader->err,
		    "a live value is not generated");
	if (text->count &&
	    (param->is_writable || text->generate || param->live != MODEL_PLAIN ||
		param->type != MODEL_UNSIGNED_INT))
		return conf_fail(doc, text->count_node,
		    "{type: unsignedInt, count: ...}", loader->err,
		    "what counts instances is an unsignedInt that nobody sets");
	if (param->is_alias && param->type != MODEL_STRING)
		return conf_fail(doc, node, NULL, loader->err, "an alias is a string");
	return 0;
}

/* ---- parameters --------------------------------------------------------------------- */

static int read_facets(struct model_loader *loader, struct param_text *text,
    const struct conf_node *node)
{
	int (*const steps[])(struct model_loader *,
	    struct param_text *) = { read_ranges, read_pattern };
	struct model_param *param = &text->param;
	int r = check_kind(loader, text, node);

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		if (!model_load_goes_on(loader, r))
			return r;
		r = steps[i](loader, text);
	}
	if (!model_load_goes_on(loader, r))
		return r;
	if (!param->value[0])
		param->value = model_load_default(param, &loader->model->doc->arena);
	if (!param->value)
		return error_set(loader->err, -ENOMEM, "no memory for the model");
	r = model_load_check_value(loader, text->value_node, param, param->value,
	    &param->has_places);
	if (!model_load_goes_on(loader, r) || !text->generate)
		return r == ERR_CONFIG ? 0 : r;
	return model_load_generator(loader, text->generate, param, &param->generate);
}

static char *join(struct arena *arena, struct str object, struct str name)
{
	char *path = arena_alloc(arena, object.len + name.len + 1);

	if (!path)
		return NULL;
	memcpy(path, object.p, object.len);
	memcpy(path + object.len, name.p, name.len);
	return path;
}

/* A parameter with mistakes in it counts as one all the same, so that no other mistake comes
 * of it. */
static int read_param(struct model_loader *loader, struct str object,
    const struct conf_pair *pair)
{
	struct model *model = loader->model;
	struct param_text text = { .param = { .value = "" } };
	struct str name = pair->key->text;
	size_t i = model->n_params;
	char *path;
	int r;

	if (!model_load_is_name(name) || object.len + name.len > MODEL_PATH_MAX)
		return conf_fail(model->doc, pair->key, NULL, loader->err,
		    "not the name of a parameter");
	path = join(&model->doc->arena, object, name);
	if (!path)
		return error_set(loader->err, -ENOMEM, "no memory for the model");
	r = conf_bind(model->doc, pair->value, model_param_rows, &text, loader->err);
	text.param.path = str_make(path, object.len + name.len);
	if (r == 0)
		r = read_facets(loader, &text, pair->value);
	model->params[i] = text.param;
	loader->drafts[i] =
	    (struct model_draft){ text.count, pair->value, text.count_node };
	model->n_params++;
	return r;
}

static int read_object(struct model_loader *loader, const struct conf_pair *pair)
{
	for (size_t j = 0; j < pair->value->len; j++) {
		int r = read_param(loader, pair->key->text, &pair->value->pairs[j]);

		if (!model_load_goes_on(loader, r))
			return r;
	}
	return 0;
}

static int check_object(struct model_loader *loader, const struct conf_pair *pair)
{
	const struct model *model = loader->model;

	if (!model_load_is_object(model, pair->key->text, true))
		return conf_fail(model->doc, pair->key, NULL, loader->err,
		    "a path of an object below \"%s.\", with a dot at its end, "
		    "is wanted",
		    model->root);
	if (pair->value->kind != CONF_MAPPING)
		return conf_fail(model->doc, pair->value, NULL, loader->err,
		    "parameters with their keys are wanted here");
	return 0;
}

int model_load_params(struct model_loader *loader)
{
	const struct conf_node *objects = loader->objects;
	struct model *model = loader->model;
	struct arena *arena = &model->doc->arena;
	size_t n = 0;

	for (size_t i = 0; i < objects->len; i++) {
		if (objects->pairs[i].value->kind == CONF_MAPPING)
			n += objects->pairs[i].value->len;
	}
	if (n > MODEL_PARAMS_MAX)
		return conf_fail(model->doc, objects, NULL, loader->err,
		    "%zu parameters; %d is the most", n, MODEL_PARAMS_MAX);
	model->params = arena_array(arena, n + 1, sizeof(*model->params));
	loader->drafts = arena_array(arena, n + 1, sizeof(*loader->drafts));
	if (!model->params || !loader->drafts)
		return error_set(loader->err, -ENOMEM, "no memory for the model");
	for (size_t i = 0; i < objects->len; i++) {
		int r = check_object(loader, &objects->pairs[i]);

		if (r == 0)
			r = read_object(loader, &objects->pairs[i]);
		if (!model_load_goes_on(loader, r))
			return r;
	}
	return 0;
}
