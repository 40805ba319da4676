/* YAML to struct model. */
#include "agents/cpe/model/model.h"

#include "lib/base/cleanup.h"
#include "lib/base/json.h"
#include "lib/base/utf8.h"

#include <errno.h>

struct header {
	const char *name;
	const char *root;
	const char *about;
	const struct conf_node *objects;
	bool sends_basic_over_http, takes_common_name;
};

static const char *const type_names[] = {
#define XX(symbol, name) name,
	MODEL_TYPE_MAP(XX)
#undef XX
	    NULL,
};

static const char *const live_names[] = {
	"none",
#define XX(symbol, name, where) name,
	MODEL_LIVE_MAP(XX)
#undef XX
	    NULL,
};

static const char *const notify_names[] = { "off", "active", "always", "denied", NULL };

#define ROW(key_, type_, member) \
	.key = key_, .type = type_, .offset = offsetof(struct model_param, member)

static const struct conf_row param_rows[] = {
	{ ROW("value", CONF_STR, value), .dflt = "", .max = MODEL_VALUE_MAX,
	    .help = "after a factory reset" },
	{ ROW("type", CONF_ENUM, type), .names = type_names, .dflt = "string",
	    .help = "xsd type" },
	{ ROW("live", CONF_ENUM, live), .names = live_names, .dflt = "none",
	    .help = "where the CPE takes the value from, or which of its own it is" },
	{ ROW("writable", CONF_BOOL, is_writable), .dflt = "no",
	    .help = "an ACS may set it" },
	{ ROW("hidden", CONF_BOOL, is_hidden), .dflt = "no",
	    .help = "reads back empty" },
	{ ROW("inform", CONF_BOOL, is_forced_inform), .dflt = "no",
	    .help = "stands in every Inform" },
	{ ROW("notify", CONF_ENUM, notify), .names = notify_names, .dflt = "off",
	    .help = "notification at first; always and denied are final" },
	{ ROW("min", CONF_UINT, min), .help = "least number or length" },
	{ ROW("max", CONF_UINT, max), .help = "greatest number or length" },
	{ ROW("values", CONF_STRINGS, values), .help = "all that are allowed" },
	{ NULL },
};

static void objects_schema(struct json *json, const char *key)
{
	json_object_begin(json, key);
	json_text(json, "type", "object");
	json_text(json, "description", "path of an object to its parameters");
	json_object_begin(json, "additionalProperties");
	json_text(json, "type", "object");
	conf_schema_object(json, "additionalProperties", "a parameter", param_rows);
	json_object_end(json);
	json_object_end(json);
}

static const struct conf_row header_rows[] = {
	{ .key = "name",
	    .type = CONF_STR,
	    .offset = offsetof(struct header, name),
	    .is_required = true,
	    .max = 64,
	    .help = "of the model" },
	{ .key = "about",
	    .type = CONF_STR,
	    .offset = offsetof(struct header, about),
	    .help = "what it is modelled on" },
	{ .key = "root",
	    .type = CONF_STR,
	    .offset = offsetof(struct header, root),
	    .is_required = true,
	    .max = 64,
	    .help = "InternetGatewayDevice (TR-098) or Device (TR-181)" },
	{ .key = "basic-over-http",
	    .type = CONF_BOOL,
	    .offset = offsetof(struct header, sends_basic_over_http),
	    .dflt = "no",
	    .help = "sends its password to an ACS that asks for Basic without TLS" },
	{ .key = "common-name",
	    .type = CONF_BOOL,
	    .offset = offsetof(struct header, takes_common_name),
	    .dflt = "no",
	    .help = "takes the common name of a certificate that has no DNS names" },
	{ .key = "objects",
	    .type = CONF_NODE,
	    .offset = offsetof(struct header, objects),
	    .is_required = true,
	    .help = "path of an object to its parameters",
	    .schema = objects_schema },
	{ NULL },
};

static bool is_path_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* "A.B.1." with at least one name and no empty one. */
static bool is_object_path(struct str path, const char *root)
{
	struct str rest = str_from(path, strlen(root));

	if (path.len > MODEL_PATH_MAX || !str_starts(path, str_of(root)) ||
	    rest.len == 0 || rest.p[0] != '.' || path.p[path.len - 1] != '.')
		return false;
	for (size_t i = 1; i < rest.len; i++) {
		if (rest.p[i] == '.' ? rest.p[i - 1] == '.' : !is_path_char(rest.p[i]))
			return false;
	}
	return true;
}

static bool is_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		if (!is_path_char(name.p[i]))
			return false;
	}
	return name.len > 0;
}

static int read_param(struct model *model, struct str object,
    const struct conf_pair *pair, struct error *err)
{
	struct model_param *param = &model->params[model->n_params];
	struct str name = pair->key->text;
	char *path;
	int r;

	if (!is_name(name) || object.len + name.len > MODEL_PATH_MAX)
		return conf_fail(model->doc, pair->key, NULL, err,
		    "not the name of a parameter");
	r = conf_bind(model->doc, pair->value, param_rows, param, err);
	if (r < 0)
		return r;
	path = arena_alloc(&model->doc->arena, object.len + name.len + 1);
	if (!path)
		return error_set(err, -ENOMEM, "no memory for the model");
	memcpy(path, object.p, object.len);
	memcpy(path + object.len, name.p, name.len);
	param->path = str_make(path, object.len + name.len);
	if (param->value[0] && model_check_value(param, str_of(param->value)) != 0)
		return conf_fail(model->doc, conf_get(pair->value, "value"), NULL, err,
		    "no %s that this parameter allows", model_type_name(param->type));
	if (param->live != MODEL_PLAIN && !model->lives[param->live])
		model->lives[param->live] = param;
	model->n_params++;
	return 0;
}

static int read_objects(struct model *model, const struct conf_node *objects,
    struct error *err)
{
	size_t n = 0;

	if (objects->kind != CONF_MAPPING)
		return conf_fail(model->doc, objects, NULL, err,
		    "\"objects\" maps paths to parameters");
	for (size_t i = 0; i < objects->len; i++) {
		const struct conf_pair *pair = &objects->pairs[i];

		if (!is_object_path(pair->key->text, model->root))
			return conf_fail(model->doc, pair->key, NULL, err,
			    "a path of an object below \"%s.\", with a dot at its end, "
			    "is wanted",
			    model->root);
		if (pair->value->kind != CONF_MAPPING)
			return conf_fail(model->doc, pair->value, NULL, err,
			    "parameters with their keys are wanted here");
		n += pair->value->len;
	}
	if (n > MODEL_PARAMS_MAX)
		return conf_fail(model->doc, objects, NULL, err,
		    "%zu parameters; %d is the most", n, MODEL_PARAMS_MAX);
	model->params = arena_array(&model->doc->arena, n + 1, sizeof(*model->params));
	if (!model->params)
		return error_set(err, -ENOMEM, "no memory for the model");
	for (size_t i = 0; i < objects->len; i++) {
		const struct conf_pair *pair = &objects->pairs[i];

		for (size_t j = 0; j < pair->value->len; j++) {
			int r = read_param(model, pair->key->text,
			    &pair->value->pairs[j], err);

			if (r < 0)
				return r;
		}
	}
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	struct str x = ((const struct model_name *)a)->path;
	struct str y = ((const struct model_name *)b)->path;
	int r = memcmp(x.p, y.p, MIN(x.len, y.len));

	return r != 0 ? r : (x.len > y.len) - (x.len < y.len);
}

static size_t count_dots(struct str path)
{
	size_t n = 0;

	for (size_t i = 0; i < path.len; i++)
		n += path.p[i] == '.';
	return n;
}

/* Every parameter and every object above one, each once. */
static int index_names(struct model *model, struct error *err)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < model->n_params; i++)
		n += 1 + count_dots(model->params[i].path);
	model->names = arena_array(&model->doc->arena, n + 1, sizeof(*model->names));
	if (!model->names)
		return error_set(err, -ENOMEM, "no memory for the model");
	for (size_t i = 0; i < model->n_params; i++) {
		struct str path = model->params[i].path;

		model->names[model->n_names++] =
		    (struct model_name){ path, &model->params[i] };
		for (size_t at = 0; at < path.len; at++) {
			if (path.p[at] == '.')
				model->names[model->n_names++] =
				    (struct model_name){ str_make(path.p, at + 1),
					    NULL };
		}
	}
	qsort(model->names, model->n_names, sizeof(*model->names), compare_names);
	for (size_t i = 0; i < model->n_names; i++) {
		if (kept > 0 &&
		    str_eq(model->names[kept - 1].path, model->names[i].path))
			continue;
		model->names[kept++] = model->names[i];
	}
	model->n_names = kept;
	return 0;
}

static int want_device_info(struct model *model, struct error *err)
{
	const struct {
		const char *name;
		const struct model_param **at;
		size_t max; /* characters in a DeviceId (cwmp-1-2.xsd) */
	} wanted[] = {
		{ "Manufacturer", &model->manufacturer, 64 },
		{ "ManufacturerOUI", &model->oui, 6 },
		{ "ProductClass", &model->product_class, 64 },
		{ "SerialNumber", &model->serial, 64 },
	};
	char path[MODEL_PATH_MAX];

	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		const struct model_name *name;

		(void)snprintf(path, sizeof(path), "%s.DeviceInfo.%s", model->root,
		    wanted[i].name);
		name = model_find(model, str_of(path));
		if (!name)
			return conf_fail(model->doc, model->doc->root,
			    "the DeviceId of every Inform is made of it", err,
			    "the model has no %s", path);
		if (name->param &&
		    utf8_length(str_of(name->param->value)) > wanted[i].max)
			return conf_fail(model->doc, model->doc->root,
			    "the DeviceId of every Inform is made of it", err,
			    "the value of %s has more than %zu characters", path,
			    wanted[i].max);
		*wanted[i].at = name->param;
	}
	if (!model->lives[MODEL_ACS_URL])
		return conf_fail(model->doc, model->doc->root, "live: acs-url", err,
		    "no parameter of the model is the URL of the ACS");
	return 0;
}

static int build(struct model *model, struct error *err)
{
	struct header header = { .name = NULL };
	int r = conf_bind(model->doc, model->doc->root, header_rows, &header, err);

	if (r < 0)
		return r;
	model->name = header.name;
	model->root = header.root;
	model->sends_basic_over_http = header.sends_basic_over_http;
	model->takes_common_name = header.takes_common_name;
	if (!is_name(str_of(model->root)))
		return conf_fail(model->doc, conf_get(model->doc->root, "root"), NULL,
		    err, "not the name of a root object");
	r = read_objects(model, header.objects, err);
	if (r == 0)
		r = index_names(model, err);
	return r < 0 ? r : want_device_info(model, err);
}

/* Owns doc in any case. */
static int make(struct conf_doc *doc, struct model **ret, struct error *err)
{
	auto_cleanup(model_free) struct model *model = calloc(1, sizeof(*model));
	int r;

	if (!model) {
		conf_free(doc);
		return error_set(err, -ENOMEM, "no memory for the model");
	}
	model->doc = doc;
	r = build(model, err);
	if (r < 0)
		return r;
	*ret = steal_ptr(&model);
	return 0;
}

int model_load(const char *path, struct model **ret, struct error *err)
{
	struct conf_doc *doc = NULL;
	int r = conf_load(path, &doc, err);

	return r < 0 ? r : make(doc, ret, err);
}

int model_parse(const char *name, struct str bytes, struct model **ret,
    struct error *err)
{
	struct conf_doc *doc = NULL;
	int r = conf_parse(name, bytes, &doc, err);

	return r < 0 ? r : make(doc, ret, err);
}

void model_free(struct model *model)
{
	if (!model)
		return;
	conf_free(model->doc);
	free(model);
}

void model_schema(struct buf *out)
{
	conf_schema(out, "device model", header_rows);
}
