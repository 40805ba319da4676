/* YAML to struct model: the head of the file, and the order of the steps. */
#include "agents/cpe/model/model_load.h"

#include "lib/base/json.h"
#include "lib/base/utf8.h"

#include <errno.h>
#include <stdio.h>

struct header {
	const char *name;
	const char *root;
	const char *about;
	const struct conf_node *objects, *tables, *instances, *pools;
	struct conf_strings informs;
	const struct conf_node *informs_node;
	bool sends_basic_over_http, takes_common_name;
	struct model_conduct conduct;
	struct conf_list own;
	const struct conf_node *own_node;
};

#define HEADER(key_, type_, member) \
	.key = key_, .type = type_, .offset = offsetof(struct header, member)

/* A mapping of paths to what additional says. */
static void put_map_schema(struct json *json, const char *key, const char *help)
{
	json_object_begin(json, key);
	json_text(json, "type", "object");
	json_text(json, "description", help);
}

static void objects_schema(struct json *json, const char *key)
{
	put_map_schema(json, key, "path of an object to its parameters");
	json_object_begin(json, "additionalProperties");
	json_text(json, "type", "object");
	conf_schema_object(json, "additionalProperties", "a parameter",
	    model_param_rows);
	json_object_end(json);
	json_object_end(json);
}

static void tables_schema(struct json *json, const char *key)
{
	put_map_schema(json, key, "path that ends in {i}. to what holds for the table");
	conf_schema_object(json, "additionalProperties", "a table", model_table_rows);
	json_object_end(json);
}

static void instances_schema(struct json *json, const char *key)
{
	static const char *const types[] = { "string", "number", "boolean" };

	put_map_schema(json, key, "path of an instance to its first values");
	json_object_begin(json, "additionalProperties");
	json_text(json, "type", "object");
	json_object_begin(json, "additionalProperties");
	json_array_begin(json, "anyOf");
	json_object_begin(json, NULL);
	json_array_begin(json, "type");
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		json_text(json, NULL, types[i]);
	json_array_end(json);
	json_object_end(json);
	conf_schema_object(json, NULL, "where the value comes from", model_source_rows);
	json_array_end(json);
	json_object_end(json);
	json_object_end(json);
	json_object_end(json);
}

static void pools_schema(struct json *json, const char *key)
{
	put_map_schema(json, key, "name of a pool to its entries");
	conf_schema_object(json, "additionalProperties", "a pool", model_pool_rows);
	json_object_end(json);
}

const struct conf_row model_header_rows[] = {
	{ HEADER("name", CONF_STR, name), .is_required = true, .max = 64,
	    .help = "of the model" },
	{ HEADER("about", CONF_STR, about), .help = "what it is modelled on" },
	{ HEADER("root", CONF_STR, root), .is_required = true, .max = 64,
	    .help = "InternetGatewayDevice (TR-098) or Device (TR-181)" },
	{ HEADER("basic-over-http", CONF_BOOL, sends_basic_over_http), .dflt = "no",
	    .help = "sends its password to an ACS that asks for Basic without TLS" },
	{ HEADER("common-name", CONF_BOOL, takes_common_name), .dflt = "no",
	    .help = "takes the common name of a certificate that has no DNS names" },
	{ HEADER("cwmp", CONF_OBJECT, conduct), .rows = model_cwmp_rows,
	    .help = "the CWMP that it speaks" },
	{ HEADER("http", CONF_OBJECT, conduct), .rows = model_http_rows,
	    .help = "how it takes what HTTP says" },
	{ HEADER("tls", CONF_OBJECT, conduct), .rows = model_tls_rows,
	    .help = "versions of TLS, and whether sessions are resumed" },
	{ HEADER("transfers", CONF_OBJECT, conduct), .rows = model_transfer_rows,
	    .help = "how it downloads and uploads files" },
	{ HEADER("own", CONF_OBJECTS, own), .rows = model_own_rows,
	    .item_size = sizeof(struct model_own), .max = MODEL_OWN_MAX,
	    .node_offset = 1 + offsetof(struct header, own_node),
	    .help = "what it does of its own accord, once after its first boot" },
	{ HEADER("quirks", CONF_STRINGS, conduct.quirk_names), .max = QUIRKS_MAX,
	    .node_offset = 1 + offsetof(struct header, conduct.quirk_node),
	    .help = "what it does wrong on the wire: names of the list below",
	    .schema = quirks_cpe_schema },
	{ HEADER("inform", CONF_STRINGS, informs), .max = 64,
	    .node_offset = 1 + offsetof(struct header, informs_node),
	    .help = "paths that stand in every Inform, besides inform: yes" },
	{ HEADER("objects", CONF_NODE, objects), .is_required = true,
	    .help = "path of an object to its parameters", .schema = objects_schema },
	{ HEADER("tables", CONF_NODE, tables),
	    .help = "path that ends in {i}. to what holds for the table",
	    .schema = tables_schema },
	{ HEADER("instances", CONF_NODE, instances),
	    .help = "path of an instance to its first values",
	    .schema = instances_schema },
	{ HEADER("pools", CONF_NODE, pools),
	    .help = "values of which each CPE has its own", .schema = pools_schema },
	{ NULL },
};

/* ---- what each model must have ------------------------------------------------------ */

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
	int worst = 0;

	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		const struct model_name *name;
		int r = 0;

		(void)snprintf(path, sizeof(path), "%s.DeviceInfo.%s", model->root,
		    wanted[i].name);
		name = model_find(model, str_of(path));
		if (!name)
			r = conf_fail(model->doc, model->doc->root,
			    "the DeviceId of every Inform is made of it", err,
			    "the model has no %s", path);
		else if (utf8_length(str_of(name->param->value)) > wanted[i].max)
			r = conf_fail(model->doc, model->doc->root,
			    "the DeviceId of every Inform is made of it", err,
			    "the value of %s has more than %zu characters", path,
			    wanted[i].max);
		else
			*wanted[i].at = name->param;
		if (!conf_go_on(model->doc, r, &worst))
			return r;
	}
	if (!model->lives[MODEL_ACS_URL])
		return conf_fail(model->doc, model->doc->root, "live: acs-url", err,
		    "no parameter of the model is the URL of the ACS");
	return worst;
}

/* ---- the steps ---------------------------------------------------------------------- */

static int read_header(struct model_loader *loader)
{
	struct model *model = loader->model;
	struct header header = { .name = NULL };
	int r = conf_bind(model->doc, model->doc->root, model_header_rows, &header,
	    loader->err);

	if (!model_load_goes_on(loader, r))
		return r;
	model->name = header.name;
	model->root = header.root;
	model->sends_basic_over_http = header.sends_basic_over_http;
	model->takes_common_name = header.takes_common_name;
	model->conduct = header.conduct;
	r = model_conduct_check(model->doc, &model->conduct, loader->err);
	if (!model_load_goes_on(loader, r))
		return r;
	model->own = header.own;
	loader->own_node = header.own_node;
	loader->objects = header.objects;
	loader->tables = header.tables;
	loader->instances = header.instances;
	loader->pools = header.pools;
	loader->informs = header.informs;
	loader->informs_node = header.informs_node;
	if (!model->root || !header.objects)
		return loader->worst;
	if (!model_load_is_name(str_of(model->root)))
		return conf_fail(model->doc, conf_get(model->doc->root, "root"), NULL,
		    loader->err, "not the name of a root object");
	if (header.objects->kind != CONF_MAPPING)
		return conf_fail(model->doc, header.objects, NULL, loader->err,
		    "\"objects\" maps paths to parameters");
	return 0;
}

/* When all tables are known. */
static int check_own(struct model_loader *loader)
{
	int r = model_own_check(loader->model, loader->own_node, loader->err);

	return model_load_goes_on(loader, r) ? 0 : r;
}

static int build(struct model_loader *loader)
{
	static int (*const steps[])(struct model_loader *) = {
		read_header,
		model_load_pools,
		model_load_params,
		model_load_names,
		model_load_tables,
		model_load_instances,
		check_own,
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(steps) && r == 0; i++)
		r = steps[i](loader);
	/* What is missing may be what was wrong. */
	if (r == 0 && loader->worst == 0)
		r = want_device_info(loader->model, loader->err);
	return r < 0 ? r : loader->worst;
}

/* Owns doc in any case. */
static int make(struct conf_doc *doc, struct model **ret, struct error *err)
{
	auto_cleanup(model_free) struct model *model = calloc(1, sizeof(*model));
	struct model_loader loader = { .model = model, .err = err };
	int r;

	if (!model) {
		conf_free(doc);
		return error_set(err, -ENOMEM, "no memory for the model");
	}
	model->doc = doc;
	r = build(&loader);
	if (r == 0 && doc->mistakes->len > 0)
		r = ERR_CONFIG; /* a key that stands twice */
	doc->mistakes = NULL;
	if (r == 0)
		*ret = steal_ptr(&model);
	return r;
}

int model_load_all(const char *path, struct conf_mistakes *mistakes, struct model **ret,
    struct error *err)
{
	struct conf_doc *doc = NULL;
	int r = conf_load_all(path, mistakes, &doc, err);

	return r < 0 ? r : make(doc, ret, err);
}

int model_parse_all(const char *name, struct str bytes, struct conf_mistakes *mistakes,
    struct model **ret, struct error *err)
{
	struct conf_doc *doc = NULL;
	int r = conf_parse_all(name, bytes, mistakes, &doc, err);

	return r < 0 ? r : make(doc, ret, err);
}

static int tell_first(struct conf_mistakes *mistakes, int r, struct error *err)
{
	int told = r == ERR_CONFIG ? conf_mistakes_fail(mistakes, err) : 0;

	conf_mistakes_free(mistakes);
	return told < 0 ? told : r;
}

int model_load(const char *path, struct model **ret, struct error *err)
{
	struct conf_mistakes mistakes = { .len = 0 };

	return tell_first(&mistakes, model_load_all(path, &mistakes, ret, err), err);
}

int model_parse(const char *name, struct str bytes, struct model **ret,
    struct error *err)
{
	struct conf_mistakes mistakes = { .len = 0 };

	return tell_first(&mistakes, model_parse_all(name, bytes, &mistakes, ret, err),
	    err);
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
	conf_schema(out, "device model", model_header_rows);
}
