/* Templates and instances as the leaves that a CPE has after a factory reset. */
#include "lab/model/draft.h"

#include <errno.h>
#include <inttypes.h>

struct expansion {
	struct draft *draft;
	struct draft_leaves *leaves;
	struct map instances; /* paths that are known to exist, to themselves */
	struct map objects;   /* paths that are leaves already, to themselves */
	struct map
	    count; /* of tables' paths with numbers, such as "A.1.B.", to size_t */
	struct map roots; /* of templates' paths that end in "{i}.", to struct root */
};

struct root { /* the instances of one table template, wherever they are */
	struct str *paths;
	size_t n;
};

static int fail_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "no memory for the model");
}

static struct draft_leaf *add_leaf(struct expansion *x)
{
	struct draft_leaves *leaves = x->leaves;

	leaves->items = draft_grow(&x->draft->arena, leaves->items, leaves->len,
	    sizeof(*leaves->items));
	return leaves->items ? &leaves->items[leaves->len++] : NULL;
}

/* ---- which instances there are -------------------------------------------------------- */

static int count_instance(struct expansion *x, struct str path)
{
	struct str table = draft_parent(path);
	size_t *n = map_get(&x->count, table);

	if (!n) {
		n = arena_alloc(&x->draft->arena, sizeof(*n));
		if (!n || map_put(&x->count, table, n) < 0)
			return -ENOMEM;
	}
	++*n;
	return 0;
}

static int add_root(struct expansion *x, struct str path)
{
	struct arena *arena = &x->draft->arena;
	struct str template = draft_template_path(arena, path);
	struct root *root;

	if (!template.p)
		return -ENOMEM;
	root = map_get(&x->roots, template);
	if (!root) {
		root = arena_alloc(arena, sizeof(*root));
		if (!root || map_put(&x->roots, template, root) < 0)
			return -ENOMEM;
	}
	root->paths = draft_grow(arena, root->paths, root->n, sizeof(*root->paths));
	if (!root->paths)
		return -ENOMEM;
	root->paths[root->n++] = path;
	return count_instance(x, path);
}

/* The instance itself and those that it stands in. */
static int add_instances(struct expansion *x, struct str path)
{
	for (; path.len > 0; path = draft_parent(path)) {
		int r;

		if (!draft_is_instance(path))
			continue;
		if (map_get(&x->instances, path))
			return 0;
		r = map_put(&x->instances, path, (void *)path.p);
		if (r == 0)
			r = add_root(x, path);
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- leaves --------------------------------------------------------------------------- */

static struct str join(struct expansion *x, struct str a, struct str b)
{
	char *text = arena_alloc(&x->draft->arena, a.len + b.len + 1);

	if (!text)
		return STR_NULL;
	memcpy(text, a.p, a.len);
	if (b.len > 0)
		memcpy(text + a.len, b.p, b.len);
	return str_make(text, a.len + b.len);
}

static bool is_table_writable(const struct draft *draft, struct str table)
{
	const struct draft_table *facts = map_get(&draft->table_map, table);

	return facts && facts->is_writable;
}

static const struct conf_node *node_of(const struct draft *draft, struct str path,
    struct str template)
{
	const struct draft_instance *instance = map_get(&draft->instance_map, path);
	const struct draft_object *object = map_get(&draft->object_map, template);

	return instance ? instance->node : object ? object->node : NULL;
}

/* An object, unless it is there already, and those that it stands in. */
static int add_objects(struct expansion *x, struct str path)
{
	struct draft *draft = x->draft;

	for (; path.len > 0; path = draft_parent(path)) {
		struct draft_leaf *leaf;
		struct str template;

		if (map_get(&x->objects, path))
			return 0;
		leaf = add_leaf(x);
		template = draft_template_path(&draft->arena, path);
		if (!leaf || !template.p ||
		    map_put(&x->objects, path, (void *)path.p) < 0)
			return -ENOMEM;
		*leaf = (struct draft_leaf){ .path = path,
			.node = node_of(x->draft, path, template) };
		if (draft_is_instance(path)) {
			leaf->is_writable = is_table_writable(draft, template);
		} else {
			struct str table = join(x, template, STR("{i}."));

			leaf->is_writable = is_table_writable(draft, table);
		}
	}
	return 0;
}

/* "2" instances of the table that the parameter of that object counts. */
static struct str counted(struct expansion *x, struct str object,
    const struct draft_param *param)
{
	struct str below = str_from(param->count, draft_parent(param->path).len);
	struct str table = str_make(below.p, below.len >= 4 ? below.len - 4 : 0);
	struct str path = join(x, object, table);
	const size_t *n = path.p ? map_get(&x->count, path) : NULL;
	char text[24];

	if (!str_starts(param->count, draft_parent(param->path)))
		return param->value;
	(void)snprintf(text, sizeof(text), "%zu", n ? *n : 0);
	return arena_str(&x->draft->arena, str_of(text));
}

/* What an instance says of the parameter; null: nothing. */
static const struct draft_value *said(const struct draft_instance *instance,
    const struct draft_param *param)
{
	for (size_t i = 0; instance && i < instance->n_values; i++) {
		if (str_eq(instance->values[i].name, param->name))
			return &instance->values[i];
	}
	return NULL;
}

static struct draft_leaf leaf_of(struct expansion *x, struct str object,
    const struct draft_param *param)
{
	const struct draft_value *value =
	    said(map_get(&x->draft->instance_map, object), param);
	struct draft_leaf leaf = { .path = join(x, object, param->name),
		.param = param,
		.value = param->value,
		.is_writable = param->is_writable,
		.node = value ? value->node : param->node };

	if (param->count.len > 0) {
		leaf.value = counted(x, object, param);
		return leaf;
	}
	if (value && !value->is_live)
		leaf.value = value->value;
	leaf.value = draft_unescape(&x->draft->arena, leaf.value, object);
	return leaf;
}

static int add_params(struct expansion *x, const struct draft_object *template,
    struct str object, struct error *err)
{
	for (size_t i = 0; i < template->n_params; i++) {
		const struct draft_param *param = &template->params[i];
		struct draft_leaf *leaf = add_leaf(x);

		if (!leaf)
			return fail_memory(err);
		*leaf = leaf_of(x, object, param);
		if (!leaf->path.p)
			return fail_memory(err);
		if (++x->leaves->n_params > MODEL_PARAMS_MAX)
			return error_set(err, ERR_LIMIT,
			    "more than %d parameters with all instances",
			    MODEL_PARAMS_MAX);
	}
	return 0;
}

/* The table that a template stands in and what follows it: "A.{i}." and "B." of
 * "A.{i}.B."; an empty table where it stands in none. */
static struct str split(struct str template, struct str *ret_rest)
{
	struct str path = template;

	while (path.len > 0 && !draft_is_table(path))
		path = draft_parent(path);
	*ret_rest = str_from(template, path.len);
	return path;
}

static int add_object(struct expansion *x, const struct draft_object *template,
    struct error *err)
{
	struct str rest, table = split(template->path, &rest);
	const struct root *root = table.len > 0 ? map_get(&x->roots, table) : NULL;
	size_t n = table.len == 0 ? 1 : root ? root->n : 0;

	for (size_t i = 0; i < n; i++) {
		struct str object =
		    root ? join(x, root->paths[i], rest) : template->path;
		int r = object.p ? add_objects(x, object) : -ENOMEM;

		if (r == 0)
			r = add_params(x, template, object, err);
		else
			r = fail_memory(err);
		if (r < 0)
			return r;
	}
	return 0;
}

/* A table is an object, also where it has no instance. */
static int add_table(struct expansion *x, struct str path)
{
	struct str rest, table = split(draft_parent(path), &rest);
	const struct root *root = table.len > 0 ? map_get(&x->roots, table) : NULL;
	size_t n = table.len == 0 ? 1 : root ? root->n : 0;
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		struct str object =
		    root ? join(x, root->paths[i], rest) : draft_parent(path);

		r = object.p ? add_objects(x, object) : -ENOMEM;
	}
	return r;
}

static int compare_leaves(const void *a, const void *b)
{
	return draft_compare_paths(((const struct draft_leaf *)a)->path,
	    ((const struct draft_leaf *)b)->path);
}

static int expand(struct expansion *x, struct error *err)
{
	struct draft *draft = x->draft;
	int r = 0;

	for (size_t i = 0; i < draft->n_instances && r == 0; i++)
		r = add_instances(x, draft->instances[i].path);
	if (r < 0)
		return fail_memory(err);
	for (size_t i = 0; i < draft->n_objects && r == 0; i++)
		r = add_object(x, &draft->objects[i], err);
	for (size_t i = 0; i < draft->n_objects && r == 0; i++) {
		if (draft_is_table(draft->objects[i].path))
			r = add_table(x, draft->objects[i].path);
	}
	return r;
}

int draft_expand(struct draft *draft, struct draft_leaves *ret, struct error *err)
{
	struct expansion x = { .draft = draft, .leaves = ret };
	int r;

	*ret = (struct draft_leaves){ .len = 0 };
	r = expand(&x, err);
	map_free(&x.instances);
	map_free(&x.objects);
	map_free(&x.count);
	map_free(&x.roots);
	if (r == 0 && ret->len > 0)
		qsort(ret->items, ret->len, sizeof(*ret->items), compare_leaves);
	return r;
}
