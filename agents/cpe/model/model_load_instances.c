/* What a factory reset leaves: instances, their first values, pools, what Informs hold. */
#include "agents/cpe/model/model_load.h"

#include "lib/base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

/* ---- pools -------------------------------------------------------------------------- */

#define POOL(key_, type_, member) \
	.key = key_, .type = type_, .offset = offsetof(struct model_pool, member)

const struct conf_row model_pool_rows[] = {
	{ POOL("first", CONF_STR, first), .is_required = true, .max = 128,
	    .help = "an IPv4 address, a MAC, or a text whose last digits count up" },
	{ POOL("count", CONF_UINT, count), .is_required = true, .min = 1,
	    .max = UINT32_MAX, .help = "entries; there must be one for each CPE" },
	{ NULL },
};

static int read_pool(struct model_loader *loader, const struct conf_pair *pair)
{
	struct model *model = loader->model;
	struct model_pool *pool = &model->pools[model->n_pools];
	uint32_t address;
	int r;

	if (!model_load_is_name(pair->key->text))
		return conf_fail(model->doc, pair->key, NULL, loader->err,
		    "not the name of a pool");
	r = conf_bind(model->doc, pair->value, model_pool_rows, pool, loader->err);
	pool->name = pair->key->text.p;
	pool->node = pair->key;
	model->n_pools++; /* with mistakes in it too: it is there to be named */
	if (r < 0)
		return r;
	if (ipv4_parse(str_of(pool->first), &address) == 0 &&
	    pool->count - 1 > UINT32_MAX - address)
		return conf_fail(model->doc, pair->value, NULL, loader->err,
		    "there are no %" PRIu64 " addresses from %s on", pool->count,
		    pool->first);
	return 0;
}

int model_load_pools(struct model_loader *loader)
{
	const struct conf_node *pools = loader->pools;
	struct model *model = loader->model;

	if (!pools)
		return 0;
	if (pools->kind != CONF_MAPPING)
		return conf_fail(model->doc, pools, NULL, loader->err,
		    "\"pools\" maps names to entries");
	model->pools =
	    arena_array(&model->doc->arena, pools->len + 1, sizeof(*model->pools));
	if (!model->pools)
		return error_set(loader->err, -ENOMEM, "no memory for the model");
	for (size_t i = 0; i < pools->len; i++) {
		int r = read_pool(loader, &pools->pairs[i]);

		if (!model_load_goes_on(loader, r))
			return r;
	}
	return 0;
}

int model_check_pools(const struct model *model, uint64_t n_cpes, struct error *err)
{
	for (size_t i = 0; i < model->n_pools; i++) {
		const struct model_pool *pool = &model->pools[i];

		if (pool->count < n_cpes)
			return conf_fail(model->doc, pool->node,
			    "give it a greater count", err,
			    "pool \"%s\" has %" PRIu64 " entries for %" PRIu64 " CPEs",
			    pool->name, pool->count, n_cpes);
	}
	return 0;
}

/* ---- instances ---------------------------------------------------------------------- */

static int fail_path(const struct model_loader *loader, const struct conf_node *node,
    const char *hint)
{
	return conf_fail(loader->model->doc, node, hint, loader->err,
	    "the model has no instance \"%.*s\"",
	    (int)MIN(node->text.len, (size_t)MODEL_PATH_MAX), node->text.p);
}

static int add_value(struct model_loader *loader, const struct model_at *object,
    const struct conf_pair *pair)
{
	struct model *model = loader->model;
	const struct model_name *above = &model->names[object->name];
	struct model_first *first = &model->firsts[model->n_firsts];
	char path[2 * MODEL_PATH_MAX];
	const struct model_name *name = NULL;
	struct str text = pair->key->text;

	if (above->path.len + text.len < sizeof(path)) {
		memcpy(path, above->path.p, above->path.len);
		memcpy(path + above->path.len, text.p, text.len);
		name = model_find(model, str_make(path, above->path.len + text.len));
	}
	if (!name || !name->param)
		return conf_fail(model->doc, pair->key, NULL, loader->err,
		    "\"%.*s\" has no parameter of this name", STR_ARG(above->path));
	if (name->param->counts)
		return conf_fail(model->doc, pair->key, NULL, loader->err,
		    "what counts instances has no value of its own");
	first->at = *object;
	first->at.name = (uint32_t)(name - model->names);
	model->n_firsts++;
	return model_load_source(loader, pair->value, name->param, &first->source);
}

/* The instance, and those that it is in. */
static void add_instances(struct model *model, const struct model_at *at)
{
	struct model_at instance = *at;

	while (instance.n > 0) {
		if (model->names[instance.name].table)
			model->instances[model->n_instances++] = instance;
		instance = model_at_parent(model, &instance);
	}
}

static int read_instance(struct model_loader *loader, const struct conf_pair *pair)
{
	struct model *model = loader->model;
	struct model_at at;

	if (!model_at_read(model, pair->key->text, &at) || model->names[at.name].param)
		return fail_path(loader, pair->key,
		    "objects has its template: the same path with {i}");
	if (at.n == 0)
		return fail_path(loader, pair->key,
		    "values of what is in no table stand in objects");
	if (pair->value->kind != CONF_MAPPING)
		return conf_fail(model->doc, pair->value, "{} for none", loader->err,
		    "parameters with their values are wanted here");
	add_instances(model, &at);
	for (size_t i = 0; i < pair->value->len; i++) {
		int r = add_value(loader, &at, &pair->value->pairs[i]);

		if (!model_load_goes_on(loader, r))
			return r;
	}
	return 0;
}

static int compare_places(const void *a, const void *b)
{
	return model_at_compare(a, b);
}

static int compare_firsts(const void *a, const void *b)
{
	return model_at_compare(&((const struct model_first *)a)->at,
	    &((const struct model_first *)b)->at);
}

static void sort_all(struct model *model)
{
	size_t kept = 0;

	if (model->n_instances > 0)
		qsort(model->instances, model->n_instances, sizeof(*model->instances),
		    compare_places);
	for (size_t i = 0; i < model->n_instances; i++) {
		if (kept == 0 || model_at_compare(&model->instances[kept - 1],
				     &model->instances[i]) != 0)
			model->instances[kept++] = model->instances[i];
	}
	model->n_instances = kept;
	if (model->n_firsts > 0)
		qsort(model->firsts, model->n_firsts, sizeof(*model->firsts),
		    compare_firsts);
}

/* Instances of one table stand side by side. */
static int check_tables(struct model_loader *loader)
{
	const struct model *model = loader->model;
	size_t n = 0;

	for (size_t i = 0; i < model->n_instances; i++) {
		const struct model_at *at = &model->instances[i];
		struct model_at same = *at;
		uint64_t max = model->names[at->name].table->max;
		int r;

		if (i > 0)
			same.index[at->n - 1] =
			    model->instances[i - 1].index[at->n - 1];
		n = i > 0 && model_at_compare(&same, &model->instances[i - 1]) == 0
			? n + 1
			: 1;
		if (n != (max > 0 ? max : MODEL_TABLE_MAX) + 1)
			continue;
		r = conf_fail(model->doc, loader->instances, NULL, loader->err,
		    "more instances of \"%.*s\" than its max",
		    STR_ARG(model->names[at->name].path));
		if (!model_load_goes_on(loader, r))
			return r;
	}
	return 0;
}

static int read_instances(struct model_loader *loader)
{
	const struct conf_node *map = loader->instances;
	struct model *model = loader->model;
	struct arena *arena = &model->doc->arena;
	size_t n_values = 0;

	if (map->kind != CONF_MAPPING)
		return conf_fail(model->doc, map, NULL, loader->err,
		    "\"instances\" maps paths to values");
	if (map->len > MODEL_INSTANCES_MAX)
		return conf_fail(model->doc, map, NULL, loader->err,
		    "%zu instances; %d is the most", map->len, MODEL_INSTANCES_MAX);
	for (size_t i = 0; i < map->len; i++) {
		if (map->pairs[i].value->kind == CONF_MAPPING)
			n_values += map->pairs[i].value->len;
	}
	model->instances = arena_array(arena, map->len * MODEL_LEVELS_MAX + 1,
	    sizeof(*model->instances));
	model->firsts = arena_array(arena, n_values + 1, sizeof(*model->firsts));
	if (!model->instances || !model->firsts)
		return error_set(loader->err, -ENOMEM, "no memory for the model");
	for (size_t i = 0; i < map->len; i++) {
		int r = read_instance(loader, &map->pairs[i]);

		if (!model_load_goes_on(loader, r))
			return r;
	}
	sort_all(model);
	return check_tables(loader);
}

/* ---- what stands in every Inform ---------------------------------------------------- */

static bool has_instances(const struct model *model, const struct model_at *at)
{
	struct model_at here = *at;

	while (here.n > 0) {
		if (model->names[here.name].table && !model_has_instance(model, &here))
			return false;
		here = model_at_parent(model, &here);
	}
	return true;
}

static int read_informs(struct model_loader *loader)
{
	struct model *model = loader->model;

	model->informs = arena_array(&model->doc->arena, loader->informs.len + 1,
	    sizeof(*model->informs));
	if (!model->informs)
		return error_set(loader->err, -ENOMEM, "no memory for the model");
	for (size_t i = 0; i < loader->informs.len; i++) {
		struct model_at *at = &model->informs[model->n_informs];
		int r = 0;

		if (model_at_read(model, str_of(loader->informs.items[i]), at) &&
		    model->names[at->name].param && has_instances(model, at))
			model->n_informs++;
		else
			r = conf_fail(model->doc, loader->informs_node, NULL,
			    loader->err, "\"%s\" is no parameter after a factory reset",
			    loader->informs.items[i]);
		if (!model_load_goes_on(loader, r))
			return r;
	}
	return 0;
}

/* ---- what moves --------------------------------------------------------------------- */

static bool is_mover(int live, const struct model_generator *generate)
{
	return generate || model_live_is_outside((enum model_live)live);
}

/* Names of parameters with a value that changes by itself, in the template or anywhere. */
static int list_movers(struct model_loader *loader)
{
	struct model *model = loader->model;
	bool *is = arena_array(&model->doc->arena, model->n_names + 1, sizeof(*is));
	size_t n = 0;

	if (!is)
		return error_set(loader->err, -ENOMEM, "no memory for the model");
	for (size_t i = 0; i < model->n_params; i++)
		is[model->params[i].name] =
		    is_mover(model->params[i].live, model->params[i].generate);
	for (size_t i = 0; i < model->n_firsts; i++) {
		const struct model_source *source = &model->firsts[i].source;

		if (is_mover(source->live, source->generate))
			is[model->firsts[i].at.name] = true;
	}
	for (size_t i = 0; i < model->n_names; i++)
		n += is[i];
	model->movers = arena_array(&model->doc->arena, n + 1, sizeof(*model->movers));
	model->watched =
	    arena_array(&model->doc->arena, n + 1, sizeof(*model->watched));
	if (!model->movers || !model->watched)
		return error_set(loader->err, -ENOMEM, "no memory for the model");
	for (size_t i = 0; i < model->n_names; i++) {
		if (is[i])
			model->movers[model->n_movers++] = (uint32_t)i;
		if (is[i] && model_param_is_watched(model->names[i].param))
			model->watched[model->n_watched++] = (uint32_t)i;
	}
	return 0;
}

static bool is_state(const struct model_param *param)
{
	return param->is_writable && str_ends(param->path, STR("DiagnosticsState"));
}

static int list_states(struct model_loader *loader)
{
	struct model *model = loader->model;

	model->states = arena_array(&model->doc->arena, model->n_params + 1,
	    sizeof(*model->states));
	if (!model->states)
		return error_set(loader->err, -ENOMEM, "no memory for the model");
	for (size_t i = 0; i < model->n_names; i++) {
		if (model->names[i].param && is_state(model->names[i].param))
			model->states[model->n_states++] = (uint32_t)i;
	}
	return 0;
}

/* The CPE finds each of these by its kind: there is one. */
static int find_lives(struct model_loader *loader)
{
	struct model *model = loader->model;

	for (size_t i = 0; i < model->n_params; i++) {
		const struct model_param *param = &model->params[i];
		enum model_live live = (enum model_live)param->live;
		int r = 0;

		if (live == MODEL_PLAIN)
			continue;
		if (!model_live_is_outside(live) &&
		    model->names[param->name].levels > 0)
			r = conf_fail(model->doc, loader->drafts[i].node, NULL,
			    loader->err, "\"%s\" is one parameter of the CPE",
			    model_live_names[live]);
		else if (!model->lives[live])
			model->lives[live] = param;
		if (!model_load_goes_on(loader, r))
			return r;
	}
	return 0;
}

int model_load_instances(struct model_loader *loader)
{
	int r = loader->instances ? read_instances(loader) : 0;

	if (!model_load_goes_on(loader, r))
		return r;
	r = read_informs(loader);
	if (r == 0)
		r = find_lives(loader);
	if (r == 0)
		r = list_movers(loader);
	return r < 0 ? r : list_states(loader);
}
