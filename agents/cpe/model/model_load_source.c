/* Where a value comes from: a text, the CPE, a generator. */
#include "agents/cpe/model/model_load.h"

#include "agents/cpe/model/model_places.h"
#include "lib/base/json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

static const char *const kind_names[] = { "counter", "drift", "enum", "flap", NULL };

struct generator_text {
	struct model_generator generator;
	uint64_t wrap;
	const char *from, *to;
	const struct conf_node *from_node, *to_node;
};

#define ROW(key_, type_, member) \
	.key = key_, .type = type_, .offset = offsetof(struct generator_text, member)

const struct conf_row model_generator_rows[] = {
	{ ROW("kind", CONF_ENUM, generator.kind), .names = kind_names,
	    .is_required = true, .help = "counter, drift, enum or flap" },
	{ ROW("rate", CONF_UINT, generator.rate), .dflt = "1",
	    .max = UINT64_C(1000000000000),
	    .help = "of a counter: what it goes up by in a period" },
	{ ROW("wrap", CONF_UINT, wrap), .min = 0, .max = 64,
	    .help = "of a counter: bits, 32 or 64; without it those of the type" },
	{ ROW("from", CONF_STR, from),
	    .node_offset = 1 + offsetof(struct generator_text, from_node),
	    .help = "of a drift: its least value" },
	{ ROW("to", CONF_STR, to),
	    .node_offset = 1 + offsetof(struct generator_text, to_node),
	    .help = "of a drift: its greatest value" },
	{ ROW("period", CONF_DURATION, generator.period), .min = NS_PER_S,
	    .max = 366 * 86400 * NS_PER_S,
	    .help = "1s of a counter, 5m of a drift, 10m of an enum or a flap" },
	{ ROW("for", CONF_DURATION, generator.lasts), .min = NS_PER_S,
	    .max = 366 * 86400 * NS_PER_S,
	    .help = "of a flap: how long; without it a tenth of the period" },
	{ ROW("values", CONF_STRINGS, generator.values),
	    .max = MODEL_GENERATE_VALUES_MAX,
	    .help = "of an enum; of a flap two; without it those of the parameter" },
	{ NULL },
};

/* ---- generators --------------------------------------------------------------------- */

struct making {
	struct model_loader *loader;
	const struct conf_node *node;
	const struct model_param *param;
	struct generator_text *text;
};

static int fail(const struct making *making, const struct conf_node *node,
    const char *hint, const char *what)
{
	return conf_fail(making->loader->model->doc, node ? node : making->node, hint,
	    making->loader->err, "%s", what);
}

static int make_counter(const struct making *making)
{
	struct generator_text *text = making->text;
	int type = making->param->type;

	if (type != MODEL_UNSIGNED_INT && type != MODEL_UNSIGNED_LONG)
		return fail(making, NULL, "type: unsignedInt or unsignedLong",
		    "a counter is a number without a sign");
	if (text->wrap == 0)
		text->wrap = type == MODEL_UNSIGNED_INT ? 32 : 64;
	if ((text->wrap != 32 && text->wrap != 64) ||
	    (text->wrap == 64 && type == MODEL_UNSIGNED_INT))
		return fail(making, conf_get(making->node, "wrap"),
		    "32, or 64 of an unsignedLong", "no type has so many bits");
	text->generator.wrap = (unsigned)text->wrap;
	return 0;
}

static bool read_bound(const char *text, int64_t *ret)
{
	struct model_bound bound;

	if (!text || !model_bound_read(str_of(text), &bound) ||
	    bound.n >> MODEL_DRIFT_MAX_BITS != 0)
		return false;
	*ret = bound.is_negative ? -(int64_t)bound.n : (int64_t)bound.n;
	return true;
}

static int make_drift(const struct making *making)
{
	struct generator_text *text = making->text;
	int type = making->param->type;

	if (type != MODEL_INT && type != MODEL_UNSIGNED_INT && type != MODEL_LONG &&
	    type != MODEL_UNSIGNED_LONG)
		return fail(making, NULL, NULL, "what drifts is a whole number");
	if (!read_bound(text->from, &text->generator.from) ||
	    model_check_value(making->param, str_of(text->from)) != 0)
		return fail(making, text->from_node, "from: a number",
		    "a drift begins at a number that the parameter allows");
	if (!read_bound(text->to, &text->generator.to) ||
	    text->generator.to < text->generator.from ||
	    model_check_value(making->param, str_of(text->to)) != 0)
		return fail(making, text->to_node, "to: a number that is no less",
		    "a drift ends at a number that the parameter allows");
	return 0;
}

static int make_enum(const struct making *making)
{
	struct conf_strings *values = &making->text->generator.values;

	if (values->len == 0)
		*values = making->param->values;
	if (values->len == 0)
		return fail(making, NULL, "values: [a, b]",
		    "there are no values to choose from");
	for (size_t i = 0; i < values->len; i++) {
		if (model_check_value(making->param, str_of(values->items[i])) != 0)
			return fail(making, conf_get(making->node, "values"), NULL,
			    "one of the values is none of the parameter's");
	}
	return 0;
}

static int make_flap(const struct making *making)
{
	static const char *booleans[] = { "false", "true", "false" };
	struct generator_text *text = making->text;
	struct str first = str_of(making->param->value);

	if (text->generator.values.len == 0 && making->param->type == MODEL_BOOLEAN) {
		bool is_true = str_is(first, "true") || str_is(first, "1");

		text->generator.values = (struct conf_strings){ &booleans[is_true], 2 };
	}
	if (text->generator.values.len != 2)
		return fail(making, NULL, "values: [Up, Down]",
		    "a flap is between two values");
	if (text->generator.lasts == 0)
		text->generator.lasts = text->generator.period / 10;
	if (text->generator.lasts > text->generator.period)
		return fail(making, conf_get(making->node, "for"), NULL,
		    "a flap is over before its period is");
	return make_enum(making);
}

int model_load_generator(struct model_loader *loader, const struct conf_node *node,
    const struct model_param *param, const struct model_generator **ret)
{
	static int (*const makers[])(
	    const struct making *) = { make_counter, make_drift, make_enum, make_flap };
	static const clock_ns periods[] = { NS_PER_S, 300 * NS_PER_S, 600 * NS_PER_S,
		600 * NS_PER_S };
	struct conf_doc *doc = loader->model->doc;
	struct generator_text text = { .wrap = 0 };
	struct making making = { loader, node, param, &text };
	struct model_generator *generator;
	int r = conf_bind(doc, node, model_generator_rows, &text, loader->err);

	if (r < 0)
		return r;
	if (text.generator.period == 0)
		text.generator.period = periods[text.generator.kind];
	r = makers[text.generator.kind](&making);
	if (r < 0)
		return r;
	generator = arena_alloc(&doc->arena, sizeof(*generator));
	if (!generator)
		return error_set(loader->err, -ENOMEM, "no memory for the model");
	*generator = text.generator;
	*ret = generator;
	return 0;
}

/* ---- texts ---------------------------------------------------------------------------- */

/* A number that the parameter allows, if there is one: 0, or an end of what it allows. */
static const char *default_number(const struct model_param *param, struct arena *arena)
{
	struct model_bound bounds[2 + 2 * MODEL_RANGES_MAX] = { { false, 0 },
		{ false, param->min } };
	size_t n = 2;

	for (size_t i = 0; i < param->n_ranges; i++) {
		bounds[n++] = param->ranges[i].low;
		bounds[n++] = param->ranges[i].high;
	}
	for (size_t i = 0; i < n; i++) {
		char text[24];

		(void)snprintf(text, sizeof(text), "%s%" PRIu64,
		    bounds[i].is_negative ? "-" : "", bounds[i].n);
		if (model_check_value(param, str_of(text)) == 0)
			return i == 0 ? "0" : arena_strdup(arena, str_of(text));
	}
	return "0";
}

const char *model_load_default(const struct model_param *param, struct arena *arena)
{
	const char *null = model_null_value(param);

	return null[0] && model_check_value(param, str_of(null)) != 0
		   ? default_number(param, arena)
		   : null;
}

int model_load_check_value(struct model_loader *loader, const struct conf_node *node,
    const struct model_param *param, const char *value, bool *has_places)
{
	struct conf_doc *doc = loader->model->doc;
	struct error why = ERROR_NULL;
	unsigned levels = 0;

	for (size_t i = 0; i < param->path.len; i++)
		levels += param->path.p[i] == '{';
	if (model_places_check(loader->model, str_of(value), levels, has_places, &why) <
	    0)
		return conf_fail(doc, node,
		    "{serial}, {mac}, {mac+1}, {address}, {number}, {i} of an instance, "
		    "{pool:NAME}; \"{{\" is a brace",
		    loader->err, "%s", why.text);
	if (*has_places || !value[0] || model_check_value(param, str_of(value)) == 0)
		return 0;
	return conf_fail(doc, node, NULL, loader->err,
	    "no %s that this parameter allows", model_type_name(param->type));
}

/* ---- of one instance ---------------------------------------------------------------- */

struct source_text {
	struct model_source source;
	const struct conf_node *generate, *value_node;
};

static void generate_schema(struct json *json, const char *key)
{
	conf_schema_object(json, key, "a value that changes by itself",
	    model_generator_rows);
}

const struct conf_row model_source_rows[] = {
	{ .key = "value",
	    .type = CONF_STR,
	    .offset = offsetof(struct source_text, source.value),
	    .max = MODEL_VALUE_MAX,
	    .node_offset = 1 + offsetof(struct source_text, value_node),
	    .help = "after a factory reset; without it the template's" },
	{ .key = "live",
	    .type = CONF_ENUM,
	    .offset = offsetof(struct source_text, source.live),
	    .names = model_live_names,
	    .dflt = "none",
	    .help = "where the CPE takes the value from" },
	{ .key = "generate",
	    .type = CONF_NODE,
	    .offset = offsetof(struct source_text, generate),
	    .help = "a value that changes by itself",
	    .schema = generate_schema },
	{ NULL },
};

static int read_mapping(struct model_loader *loader, const struct conf_node *node,
    const struct model_param *param, struct model_source *ret)
{
	struct conf_doc *doc = loader->model->doc;
	struct source_text text = { .generate = NULL };
	int r = conf_bind(doc, node, model_source_rows, &text, loader->err);

	if (r < 0)
		return r;
	if (text.source.live != MODEL_PLAIN &&
	    !model_live_is_outside((enum model_live)text.source.live))
		return conf_fail(doc, node, "in objects, without {i} in its path",
		    loader->err, "\"%s\" is one parameter of the CPE",
		    model_live_names[text.source.live]);
	if (!text.source.value) {
		text.source.value = param->value;
		text.source.has_places = param->has_places;
	}
	*ret = text.source;
	if (text.generate) {
		r = model_load_generator(loader, text.generate, param, &ret->generate);
		if (r < 0)
			return r;
	}
	if (!text.value_node)
		return 0;
	if (!ret->value[0])
		ret->value = model_load_default(param, &doc->arena);
	if (!ret->value)
		return error_set(loader->err, -ENOMEM, "no memory for the model");
	return model_load_check_value(loader, text.value_node, param, ret->value,
	    &ret->has_places);
}

int model_load_source(struct model_loader *loader, const struct conf_node *node,
    const struct model_param *param, struct model_source *ret)
{
	struct conf_doc *doc = loader->model->doc;

	*ret = (struct model_source){ .value = "" };
	if (node->kind == CONF_MAPPING)
		return read_mapping(loader, node, param, ret);
	if (node->kind != CONF_SCALAR)
		return conf_fail(doc, node, NULL, loader->err,
		    "a value is wanted here, or value, live or generate");
	if (node->text.len > MODEL_VALUE_MAX)
		return conf_fail(doc, node, NULL, loader->err,
		    "a value has %d bytes at the most", MODEL_VALUE_MAX);
	ret->value =
	    node->text.len > 0 ? node->text.p : model_load_default(param, &doc->arena);
	if (!ret->value)
		return error_set(loader->err, -ENOMEM, "no memory for the model");
	return model_load_check_value(loader, node, param, ret->value,
	    &ret->has_places);
}
