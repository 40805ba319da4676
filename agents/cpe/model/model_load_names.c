/* The names of a model: sorted, each with where it stands among the others. */
#include "agents/cpe/model/model_load.h"

#include <errno.h>
#include <stdlib.h>

struct draft {
	struct str path;
	struct model_param *param;    /* null: an object */
	const struct conf_node *node; /* where the file names it first */
};

struct drafts {
	struct draft *items; /* owned */
	size_t len, cap;
};

static int compare_paths(struct str x, struct str y)
{
	int r = memcmp(x.p, y.p, MIN(x.len, y.len));

	return r != 0 ? r : (x.len > y.len) - (x.len < y.len);
}

static int compare_drafts(const void *a, const void *b)
{
	const struct draft *left = a, *right = b;
	int r = compare_paths(left->path, right->path);

	return r != 0 ? r : (left->param == NULL) - (right->param == NULL);
}

static bool add_draft(struct drafts *drafts, struct draft draft)
{
	if (drafts->len == drafts->cap) {
		size_t cap = drafts->cap ? drafts->cap * 2 : 256;
		struct draft *items =
		    realloc(drafts->items, cap * sizeof(*drafts->items));

		if (!items)
			return false;
		drafts->items = items;
		drafts->cap = cap;
	}
	drafts->items[drafts->len++] = draft;
	return true;
}

/* An object, and all above it. Those above one that follows another of the same object are
 * there already. */
static bool add_objects(struct drafts *drafts, struct str path,
    const struct conf_node *node)
{
	for (size_t at = 0; at < path.len; at++) {
		if (path.p[at] == '.' &&
		    !add_draft(drafts,
			(struct draft){ str_make(path.p, at + 1), NULL, node }))
			return false;
	}
	return true;
}

static bool add_keys(struct model_loader *loader, struct drafts *drafts,
    const struct conf_node *map)
{
	if (!map || map->kind != CONF_MAPPING)
		return true;
	for (size_t i = 0; i < map->len; i++) {
		const struct conf_node *key = map->pairs[i].key;

		if (model_load_is_object(loader->model, key->text, true) &&
		    !add_objects(drafts, key->text, key))
			return false;
	}
	return true;
}

static bool collect(struct model_loader *loader, struct drafts *drafts)
{
	struct model *model = loader->model;
	size_t kept = 0;

	if (!add_keys(loader, drafts, loader->objects) ||
	    !add_keys(loader, drafts, loader->tables))
		return false;
	for (size_t i = 0; i < model->n_params; i++) {
		if (!add_draft(drafts, (struct draft){ model->params[i].path,
					   &model->params[i], loader->drafts[i].node }))
			return false;
	}
	if (drafts->len > 0)
		qsort(drafts->items, drafts->len, sizeof(*drafts->items),
		    compare_drafts);
	for (size_t i = 0; i < drafts->len; i++) {
		if (kept > 0 &&
		    str_eq(drafts->items[kept - 1].path, drafts->items[i].path))
			continue;
		drafts->items[kept++] = drafts->items[i];
	}
	drafts->len = kept;
	return true;
}

/* ---- the tree ----------------------------------------------------------------------- */

static uint8_t count_levels(struct str path)
{
	uint8_t n = 0;

	for (size_t i = 0; i < path.len; i++)
		n = (uint8_t)(n + (path.p[i] == '{'));
	return n;
}

static uint16_t find_tail(struct str path)
{
	size_t at = path.len - 1;

	while (at > 0 && path.p[at - 1] != '.')
		at--;
	return (uint16_t)at;
}

/* Names follow the objects that they are below. */
static void link_names(struct model *model)
{
	uint32_t above = 0;

	for (uint32_t i = 0; i < model->n_names; i++) {
		struct model_name *name = &model->names[i];

		while (i > 0 && !str_starts(name->path, model->names[above].path)) {
			model->names[above].end = i;
			above = model->names[above].parent;
		}
		name->parent = above;
		if (i > 0)
			model->names[above].n_children++;
		name->levels = count_levels(name->path);
		name->tail = find_tail(name->path);
		if (str_ends(name->path, STR("{i}.")))
			model->names[above].rows = i;
		name->end = i + 1;
		if (!name->param)
			above = i;
	}
	for (; model->n_names > 0; above = model->names[above].parent) {
		model->names[above].end = (uint32_t)model->n_names;
		if (above == 0)
			break;
	}
}

static int list_children(struct model_loader *loader)
{
	struct model *model = loader->model;
	uint32_t at = 0;

	model->children = arena_array(&model->doc->arena, model->n_names + 1,
	    sizeof(*model->children));
	if (!model->children)
		return error_set(loader->err, -ENOMEM, "no memory for the model");
	for (size_t i = 0; i < model->n_names; i++) {
		model->names[i].children = at;
		at += model->names[i].n_children;
		model->names[i].n_children = 0;
	}
	for (uint32_t i = 1; i < model->n_names; i++) {
		struct model_name *above = &model->names[model->names[i].parent];

		model->children[above->children + above->n_children++] = i;
	}
	return 0;
}

static bool is_number(struct str tail)
{
	uint64_t n;

	return tail.len > 1 &&
	       str_to_u64(str_make(tail.p, tail.len - 1), UINT64_MAX, &n) == 0;
}

/* Whether 1. is an instance or an object of its own must be plain. */
static int check_numbers(struct model_loader *loader, const struct drafts *drafts)
{
	const struct model *model = loader->model;

	for (size_t i = 1; i < model->n_names; i++) {
		const struct model_name *name = &model->names[i];
		int r;

		if (model->names[name->parent].rows == MODEL_NONE || name->param ||
		    !is_number(str_from(name->path, name->tail)))
			continue;
		r = conf_fail(model->doc, drafts->items[i].node,
		    "instances: lists what stands in a table after a factory reset",
		    loader->err, "\"%.*s\" has a number where other paths have {i}",
		    STR_ARG(name->path));
		if (!model_load_goes_on(loader, r))
			return r;
	}
	return 0;
}

static int compare_with_path(const void *key, const void *item)
{
	const struct str *path = key;
	const struct draft *draft = item;

	return compare_paths(*path, draft->path);
}

/* An ACS tells an object from a parameter by the dot behind its name alone (TR-069 A6 3.2.1): a
 * partial path would be a parameter's name. */
static int check_kinds(struct model_loader *loader, const struct drafts *drafts)
{
	for (size_t i = 0; i < drafts->len; i++) {
		const struct draft *object = &drafts->items[i];
		struct str name = str_make(object->path.p, object->path.len - 1);
		int r;

		if (object->param || !bsearch(&name, drafts->items, drafts->len,
					 sizeof(*drafts->items), compare_with_path))
			continue;
		r = conf_fail(loader->model->doc, object->node, NULL, loader->err,
		    "\"%.*s\" is both an object and a parameter", STR_ARG(name));
		if (!model_load_goes_on(loader, r))
			return r;
	}
	return 0;
}

static int make_tables(struct model_loader *loader)
{
	struct model *model = loader->model;
	size_t n = 0;

	for (size_t i = 0; i < model->n_names; i++)
		n += model->names[i].rows != MODEL_NONE;
	if (n > MODEL_TABLES_MAX)
		return conf_fail(model->doc, loader->objects, NULL, loader->err,
		    "%zu tables; %d is the most", n, MODEL_TABLES_MAX);
	model->tables = arena_array(&model->doc->arena, n + 1, sizeof(*model->tables));
	if (!model->tables)
		return error_set(loader->err, -ENOMEM, "no memory for the model");
	for (size_t i = 0; i < model->n_names; i++) {
		uint32_t rows = model->names[i].rows;
		struct model_table *table = &model->tables[model->n_tables];

		if (rows == MODEL_NONE)
			continue;
		table->name = rows;
		model->names[rows].table = table;
		model->n_tables++;
	}
	return 0;
}

static int take_drafts(struct model_loader *loader, const struct drafts *drafts)
{
	struct model *model = loader->model;
	int r;

	model->names =
	    arena_array(&model->doc->arena, drafts->len + 1, sizeof(*model->names));
	if (!model->names)
		return error_set(loader->err, -ENOMEM, "no memory for the model");
	for (size_t i = 0; i < drafts->len; i++) {
		struct model_param *param = drafts->items[i].param;

		model->names[i].path = drafts->items[i].path;
		model->names[i].param = param;
		if (param)
			param->name = (uint32_t)i;
	}
	model->n_names = drafts->len;
	link_names(model);
	r = list_children(loader);
	if (r == 0)
		r = make_tables(loader);
	if (r == 0)
		r = check_numbers(loader, drafts);
	return r < 0 ? r : check_kinds(loader, drafts);
}

int model_load_names(struct model_loader *loader)
{
	struct drafts drafts = { .len = 0 };
	int r = collect(loader, &drafts)
		    ? take_drafts(loader, &drafts)
		    : error_set(loader->err, -ENOMEM, "no memory for the model");

	free(drafts.items);
	return r;
}
