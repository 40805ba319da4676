/* Tables of a model: their instances, keys and counts. */
#include "lab/model/deviation_internal.h"

#include "lib/base/buf.h"

#include <errno.h>

enum {
	KEY_INSTANCES_MAX = 2048 /* of a table whose keys are looked at */
};

struct table {             /* one that exists: its instances are leaves [first, ...) */
	struct str path;   /* "Device.Hosts.Host." */
	size_t *instances; /* indexes of leaves */
	size_t n;
};

static const struct draft_leaf *leaf_of(struct checking *checking, struct str object,
    struct str name)
{
	auto_buf path = BUF_NULL;

	buf_append_str(&path, object);
	buf_append_str(&path, name);
	return map_get(&checking->leaf_map, buf_str(&path));
}

/* ---- keys ------------------------------------------------------------------------------------------------- */

/* Whether both instances have the parameters of the key, with the same values, none empty. */
static bool are_alike(struct checking *checking, const struct draft_key *key,
    struct str a, struct str b)
{
	for (size_t i = 0; i < key->n_names; i++) {
		const struct draft_leaf *x = leaf_of(checking, a, key->names[i]);
		const struct draft_leaf *y = leaf_of(checking, b, key->names[i]);

		if (!x || !y || !x->param || !y->param || x->value.len == 0 ||
		    x->param->live.len > 0 || x->param->is_generated ||
		    draft_has_placeholder(x->value) || !str_eq(x->value, y->value))
			return false;
	}
	return key->n_names > 0;
}

static bool is_enabled(struct checking *checking, const struct bbf_object *should,
    struct str instance)
{
	const struct draft_leaf *leaf =
	    should->enable.len > 0 ? leaf_of(checking, instance, should->enable) : NULL;

	return !leaf || str_is(leaf->value, "1") || str_is(leaf->value, "true");
}

/* Functional keys hold among instances that are enabled alone (TR-106 A8 3.2.5). */
static bool holds(struct checking *checking, const struct bbf_object *should,
    const struct draft_key *key, struct str instance)
{
	return key->is_always || is_enabled(checking, should, instance);
}

static void check_key(struct checking *checking, const struct table *table,
    const struct bbf_object *should, const struct draft_key *key)
{
	const struct draft_leaf *leaves = checking->leaves.items;

	for (size_t i = 1; i < MIN(table->n, (size_t)KEY_INSTANCES_MAX); i++) {
		struct str instance = leaves[table->instances[i]].path;

		for (size_t k = 0; k < i && holds(checking, should, key, instance);
		     k++) {
			struct str other = leaves[table->instances[k]].path;

			if (!holds(checking, should, key, other) ||
			    !are_alike(checking, key, instance, other))
				continue;
			deviation_add(checking, DEVIATION_KEY,
			    leaves[table->instances[i]].node, instance,
			    "has the same %.*s as %.*s", STR_ARG(key->names[0]),
			    STR_ARG(other));
			break;
		}
	}
}

/* ---- counts ------------------------------------------------------------------------------------------------ */

static void check_count(struct checking *checking, const struct table *table,
    const struct bbf_object *should, struct str model)
{
	struct str parent = draft_parent(table->path);
	const struct draft_leaf *leaf = leaf_of(checking, parent, should->count);
	uint64_t n;

	if (!leaf || !leaf->param) {
		deviation_add(checking, DEVIATION_COUNT, NULL, table->path,
		    "is there, but %.*s of %.*s is not", STR_ARG(should->count),
		    STR_ARG(model));
		return;
	}
	if (str_to_u64(leaf->value, UINT32_MAX, &n) < 0 || n != table->n)
		deviation_add(checking, DEVIATION_COUNT, leaf->node, leaf->path,
		    "is \"%.*s\", but %zu instances are there", STR_ARG(leaf->value),
		    table->n);
}

static void check_table(struct checking *checking, const struct table *table,
    const struct conf_node *node)
{
	auto_buf any = BUF_NULL;
	const struct bbf_object *should;
	struct str path;
	struct bbf *bbf;

	if (deviation_is_vendors(table->path))
		return;
	buf_printf(&any, "%.*s1.", STR_ARG(table->path));
	bbf = deviation_bbf(checking, buf_str(&any), &path);
	should = bbf ? map_get(&bbf->object_map, path) : NULL;
	if (!should)
		return;
	if (should->max > 0 && table->n > should->max)
		deviation_add(checking, DEVIATION_TABLE, node, table->path,
		    "%zu instances; %llu are the most", table->n,
		    (unsigned long long)should->max);
	if (table->n < should->min)
		deviation_add(checking, DEVIATION_TABLE, node, table->path,
		    "%zu instances; %llu are the least", table->n,
		    (unsigned long long)should->min);
	if (should->count.len > 0)
		check_count(checking, table, should, bbf->model);
	for (size_t i = 0; i < should->n_keys; i++)
		check_key(checking, table, should, &should->keys[i]);
}

/* ---- which there are ----------------------------------------------------------------------------------------- */

/* The leaves of a table: itself and, among what is below it, its instances. Returns the index
 * behind. */
static void gather(struct checking *checking, size_t at, struct table *table)
{
	const struct draft_leaves *leaves = &checking->leaves;
	struct str path = leaves->items[at].path;

	*table = (struct table){ .path = path };
	for (size_t i = at + 1;
	     i < leaves->len && str_starts(leaves->items[i].path, path); i++) {
		if (!str_eq(draft_parent(leaves->items[i].path), path) ||
		    !draft_is_instance(leaves->items[i].path))
			continue;
		table->instances = draft_grow(&checking->arena, table->instances,
		    table->n, sizeof(*table->instances));
		if (!table->instances) {
			checking->worst = -ENOMEM;
			table->n = 0;
			return;
		}
		table->instances[table->n++] = i;
	}
}

/* Whether the object is a table, by its template or by an instance that is written out. */
static bool is_table(struct checking *checking, const struct draft_leaf *leaf,
    const struct table *table)
{
	auto_buf path = BUF_NULL;
	struct str template;

	if (table->n > 0)
		return true;
	template = draft_template_path(&checking->arena, leaf->path);
	buf_append_str(&path, template);
	buf_append_text(&path, "{i}.");
	return map_get(&checking->draft->object_map, buf_str(&path)) != NULL;
}

void deviation_check_tables(struct checking *checking)
{
	for (size_t i = 0; i < checking->leaves.len; i++) {
		const struct draft_leaf *leaf = &checking->leaves.items[i];
		struct table table;

		if (leaf->param || draft_is_instance(leaf->path))
			continue;
		gather(checking, i, &table);
		if (is_table(checking, leaf, &table))
			check_table(checking, &table, leaf->node);
	}
}
