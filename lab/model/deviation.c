#include "lab/model/deviation_internal.h"

#include <errno.h>

/* ---- objects and parameters ------------------------------------------------------------------------ */

/* The object that services stand in; what counts them is of their documents. */
static bool is_services(const struct checking *checking, struct str path)
{
	struct str rest = str_from(path, checking->draft->root.len + 1);

	return str_is(rest, "Services.");
}

/* For messages. */
static struct str model_of(const struct bbf *bbf)
{
	return bbf ? bbf->model : STR("no data model here");
}

static void check_param(struct checking *checking, const struct draft_param *param)
{
	const struct bbf_param *should;
	struct str path;
	struct bbf *bbf;

	if (deviation_is_vendors(param->name)) {
		checking->found->n_vendor++;
		return;
	}
	bbf = deviation_bbf(checking, param->path, &path);
	should = bbf ? map_get(&bbf->param_map, path) : NULL;
	if (!should) {
		deviation_add(checking, DEVIATION_UNKNOWN, param->node, param->path,
		    "%.*s has no such parameter", STR_ARG(model_of(bbf)));
		return;
	}
	checking->found->n_params++;
	deviation_check_param(checking, param, should);
}

static void check_object(struct checking *checking, const struct draft_object *object)
{
	const struct draft_table *table =
	    map_get(&checking->draft->table_map, object->path);
	const struct bbf_object *should;
	struct str path;
	struct bbf *bbf;

	if (deviation_is_vendors(object->path)) {
		checking->found->n_vendor += object->n_params;
		return;
	}
	bbf = deviation_bbf(checking, object->path, &path);
	should = bbf ? map_get(&bbf->object_map, path) : NULL;
	if (!should && !is_services(checking, object->path)) {
		deviation_add(checking, DEVIATION_UNKNOWN, object->node, object->path,
		    "%.*s has no such object", STR_ARG(model_of(bbf)));
		return;
	}
	checking->found->n_objects++;
	if (table && should && table->is_writable && !should->is_writable)
		deviation_add(checking, DEVIATION_ACCESS, table->node, table->path,
		    "instances can be added and deleted; %.*s lets nobody do that",
		    STR_ARG(bbf->model));
	for (size_t i = 0; i < object->n_params; i++)
		check_param(checking, &object->params[i]);
}

static int find_root(struct checking *checking, struct error *err)
{
	struct str root = checking->draft->root;

	for (size_t i = 0; i < checking->options->n_models; i++) {
		struct bbf *bbf = checking->options->models[i];
		struct str rest, name = str_cut(bbf->model, ':', &rest);

		if (!bbf->is_service && str_eq(name, root))
			checking->root = bbf;
	}
	if (checking->root)
		return 0;
	return error_set(err, ERR_USAGE,
	    "the root of the model is \"%.*s\"; no data model of that name is among "
	    "those to hold it against",
	    STR_ARG(root));
}

static int compare(const void *a, const void *b)
{
	const struct deviation *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return draft_compare_paths(x->path, y->path);
}

static int index_all(struct checking *checking)
{
	struct draft *draft = checking->draft;
	int r = 0;

	checking->templates = arena_array(&checking->arena, draft->n_objects + 1,
	    sizeof(*checking->templates));
	if (!checking->templates)
		return -ENOMEM;
	for (size_t i = 0; i < draft->n_objects && r == 0; i++) {
		struct str template =
		    draft_template_path(&checking->arena, draft->objects[i].path);

		checking->templates[i] = template;
		r = template.p
			? map_put(&checking->template_map, template, &draft->objects[i])
			: -ENOMEM;
	}
	for (size_t i = 0; i < checking->leaves.len && r == 0; i++)
		r = map_put(&checking->leaf_map, checking->leaves.items[i].path,
		    &checking->leaves.items[i]);
	return r;
}

static int check(struct checking *checking, struct error *err)
{
	struct draft *draft = checking->draft;
	int r = find_root(checking, err);

	if (r == 0)
		r = draft_expand(draft, &checking->leaves, err);
	if (r < 0)
		return r;
	r = index_all(checking);
	if (r < 0)
		return error_set(err, r, "no memory for the model");
	for (size_t i = 0; i < draft->n_objects; i++)
		check_object(checking, &draft->objects[i]);
	deviation_check_values(checking);
	deviation_check_tables(checking);
	r = deviation_check_profiles(checking, err);
	if (r == 0 && checking->worst < 0)
		r = error_set(err, checking->worst, "no memory for the model");
	return r;
}

int deviations_find(struct draft *draft, const struct deviation_options *options,
    struct deviations *ret, struct error *err)
{
	struct checking checking = { .draft = draft, .options = options, .found = ret };
	int r;

	*ret = (struct deviations){ .len = 0 };
	r = check(&checking, err);
	map_free(&checking.leaf_map);
	map_free(&checking.services);
	map_free(&checking.template_map);
	arena_free(&checking.arena);
	if (r < 0) {
		deviations_free(ret);
		return r;
	}
	if (ret->len > 0)
		qsort(ret->items, ret->len, sizeof(*ret->items), compare);
	return 0;
}

void deviations_free(struct deviations *deviations)
{
	arena_free(&deviations->arena);
	*deviations = (struct deviations){ .len = 0 };
}
