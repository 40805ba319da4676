/* A dump as a model. */
#include "lab/model/dump_internal.h"

#include "lib/base/secret.h"

#include <errno.h>

/* ---- reading the entries ---------------------------------------------------------------- */

static void take_value(struct making *m, struct made_param *made,
    const struct dump_entry *entry)
{
	struct str value = making_leaf_value(m, made, entry);

	if (made->is_secret && entry->value.len > 0) {
		made->shows_secret = true;
		m->notes->n_secrets += !m->options->keeps_secrets;
		m->notes->n_kept_secrets += m->options->keeps_secrets;
	}
	if (made->has_value && !str_eq(made->value, value))
		made->differs = true;
	if (!made->has_value)
		made->value = value;
	made->has_value = true;
}

static int take_leaf(struct making *m, struct dump_entry *entry)
{
	struct str path = draft_template_path(making_arena(m), entry->path);
	struct made_param *made = path.p ? map_get(&m->params, path) : NULL;

	if (++m->notes->n_leaves > MODEL_PARAMS_MAX)
		return error_set(m->err, ERR_LIMIT, "more than %d parameters",
		    MODEL_PARAMS_MAX);
	if (!made)
		made = path.p ? making_add_param(m, path) : NULL;
	if (!made)
		return making_no_memory(m);
	entry->made = made;
	if (made->n_values == 0) {
		made->type = entry->type;
		made->is_secret = secret_is_name(entry->path);
	} else if (made->type != entry->type) {
		made->type = MODEL_STRING;
	}
	made->is_writable |= entry->is_writable;
	made->n_informs = MAX(made->n_informs, entry->n_informs);
	made->n_values++;
	if (entry->has_value)
		take_value(m, made, entry);
	return making_instances(m, draft_parent(entry->path));
}

/* Whether a name stands below the object; items are in the order of their paths. */
static bool has_children(const struct dump *dump, size_t i)
{
	return i + 1 < dump->len &&
	       str_starts(dump->items[i + 1].path, dump->items[i].path);
}

/* Whether the object is a table: its first member is an instance, or nothing is in it, and it
 * is not the root, which other objects are added to. */
static bool is_table(const struct dump *dump, size_t i)
{
	struct str path = dump->items[i].path, below;

	if (!has_children(dump, i))
		return str_find_char(path, '.') + 1 < path.len;
	below = str_from(dump->items[i + 1].path, path.len);
	return draft_is_instance(str_make(dump->items[i + 1].path.p,
	    MIN(path.len + str_find_char(below, '.') + 1,
		dump->items[i + 1].path.len)));
}

static struct str table_of(struct making *m, struct str object)
{
	struct str path = draft_template_path(making_arena(m), object);
	char *text = arena_alloc(making_arena(m), path.len + sizeof("{i}."));

	if (!path.p || !text)
		return STR_NULL;
	memcpy(text, path.p, path.len);
	memcpy(text + path.len, "{i}.", 4);
	return str_make(text, path.len + 4);
}

/* An object that nothing is in, or a table of the device's own without instances: on the wire
 * these are alike. */
static int keep_bare(struct making *m, struct str path)
{
	struct str template = draft_template_path(making_arena(m), path);

	if (!template.p || making_object(m, template) == SIZE_MAX)
		return making_no_memory(m);
	return 0;
}

/* What can be added to is a table, what can be deleted an instance of one. */
static int take_object(struct making *m, size_t i)
{
	const struct dump_entry *entry = &m->dump->items[i];
	struct str table;
	int r = making_instances(m, entry->path);

	if (r < 0)
		return r;
	if (!draft_is_instance(entry->path) && !is_table(m->dump, i))
		return 0;
	if (!draft_is_instance(entry->path) && !entry->is_writable)
		return has_children(m->dump, i) ? 0 : keep_bare(m, entry->path);
	table = draft_is_instance(entry->path)
		    ? draft_template_path(making_arena(m), entry->path)
		    : table_of(m, entry->path);
	return table.p ? making_table(m, table, entry->is_writable)
		       : making_no_memory(m);
}

static int take_all(struct making *m)
{
	int r = 0;

	for (size_t i = 0; i < m->dump->len && r == 0; i++) {
		struct str path = m->dump->items[i].path;

		r = path.p[path.len - 1] == '.' ? take_object(m, i)
						: take_leaf(m, &m->dump->items[i]);
	}
	return r;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static int compare_entries(const void *a, const void *b)
{
	return draft_compare_paths(((const struct dump_entry *)a)->path,
	    ((const struct dump_entry *)b)->path);
}

static int compare_objects(const void *a, const void *b)
{
	return draft_compare_paths(((const struct draft_object *)a)->path,
	    ((const struct draft_object *)b)->path);
}

static int compare_tables(const void *a, const void *b)
{
	return draft_compare_paths(((const struct draft_table *)a)->path,
	    ((const struct draft_table *)b)->path);
}

static int compare_instances(const void *a, const void *b)
{
	return draft_compare_paths(((const struct draft_instance *)a)->path,
	    ((const struct draft_instance *)b)->path);
}

/* Null arrays are of length 0. */
static void sort(void *items, size_t n, size_t size,
    int (*compare)(const void *a, const void *b))
{
	if (n > 0)
		qsort(items, n, size, compare);
}

/* What is below an object without parameters implies it. */
static void drop_implied(struct draft *draft)
{
	size_t kept = 0;

	for (size_t i = 0; i < draft->n_objects; i++) {
		const struct draft_object *object = &draft->objects[i];

		if (object->n_params == 0 && !draft_is_table(object->path) &&
		    i + 1 < draft->n_objects &&
		    str_starts(draft->objects[i + 1].path, object->path))
			continue;
		draft->objects[kept++] = *object;
	}
	draft->n_objects = kept;
}

static void sort_all(struct draft *draft)
{
	sort(draft->objects, draft->n_objects, sizeof(*draft->objects),
	    compare_objects);
	drop_implied(draft);
	sort(draft->tables, draft->n_tables, sizeof(*draft->tables), compare_tables);
	sort(draft->instances, draft->n_instances, sizeof(*draft->instances),
	    compare_instances);
}

static int find_root(struct making *m)
{
	const struct dump *dump = m->dump;
	struct str first, rest;

	if (dump->len == 0)
		return error_set(m->err, ERR_MALFORMED, "no parameter is in it");
	first = str_cut(dump->items[0].path, '.', &rest);
	for (size_t i = 1; i < dump->len; i++) {
		struct str root = str_cut(dump->items[i].path, '.', &rest);

		if (!str_eq(root, first))
			return error_set(m->err, ERR_MALFORMED,
			    "names of two roots, \"%.*s\" and \"%.*s\": a device has "
			    "one",
			    STR_ARG(first), STR_ARG(root));
	}
	m->draft->root = arena_str(making_arena(m), first);
	return m->draft->root.p ? 0 : making_no_memory(m);
}

/* The entries are sorted: what is below a name follows it. */
static int check_kinds(struct making *m)
{
	for (size_t i = 1; i < m->dump->len; i++) {
		const struct dump_entry *entry = &m->dump->items[i - 1];
		struct str next = m->dump->items[i].path;

		if (entry->path.p[entry->path.len - 1] != '.' &&
		    str_starts(next, entry->path) && next.len > entry->path.len &&
		    next.p[entry->path.len] == '.')
			return error_set(m->err, ERR_MALFORMED,
			    "\"%.*s\" is both an object and a parameter (lines %u and "
			    "%u)",
			    STR_ARG(entry->path), entry->line, m->dump->items[i].line);
	}
	return 0;
}

/* What is an object in one instance of a table and a parameter in another. */
static int check_instances(struct making *m)
{
	const struct conf_node *node;
	struct str both = draft_find_both(m->draft, &node);

	return both.p ? error_set(m->err, ERR_MALFORMED,
			    "\"%.*s\" is an object in one instance and a parameter in "
			    "another",
			    STR_ARG(both))
		      : 0;
}

static int make(struct making *m)
{
	struct draft *draft = m->draft;
	int r = find_root(m);

	if (r == 0)
		r = check_kinds(m);
	draft->name = arena_str(making_arena(m), m->options->name);
	draft->about = arena_str(making_arena(m), m->options->about);
	if (r == 0)
		r = take_all(m);
	if (r < 0)
		return r;
	making_set_params(m);
	r = making_find_counts(m);
	if (r == 0)
		r = making_set_values(m);
	if (r < 0)
		return r;
	for (struct made_param *made = m->made; made; made = made->next)
		dump_apply_facts(making_param(m, made), draft->root);
	r = dump_add_needed(draft);
	if (r < 0)
		return making_no_memory(m);
	m->notes->n_added = (size_t)r;
	sort_all(draft);
	m->notes->n_objects = draft->n_objects;
	if (draft_index(draft) < 0)
		return making_no_memory(m);
	return check_instances(m);
}

int dump_to_draft(struct dump *dump, const struct dump_options *options,
    struct draft **ret, struct dump_notes *notes, struct error *err)
{
	auto_cleanup(draft_free) struct draft *draft = draft_new();
	struct making m = { .dump = dump,
		.draft = draft,
		.options = options,
		.notes = notes,
		.err = err };
	struct draft_leaves leaves;
	int r;

	*notes = (struct dump_notes){ .n_leaves = 0 };
	if (!draft)
		return making_no_memory(&m);
	map_free(&dump->by_path); /* indexes change now */
	sort(dump->items, dump->len, sizeof(*dump->items), compare_entries);
	r = make(&m);
	map_free(&m.objects);
	map_free(&m.params);
	map_free(&m.tables);
	map_free(&m.instances);
	map_free(&m.counts);
	if (r == 0)
		r = draft_expand(draft, &leaves, err);
	if (r < 0)
		return r;
	notes->n_filled = leaves.n_params - notes->n_leaves - notes->n_added;
	*ret = steal_ptr(&draft);
	return 0;
}
