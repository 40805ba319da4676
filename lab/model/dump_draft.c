/* A dump as a model. */
#include "lab/model/dump.h"

#include "lib/base/secret.h"

#include <errno.h>

struct making {
	struct dump *dump;
	struct draft *draft;
	const struct dump_options *options;
	struct dump_notes *notes;
	struct map objects;   /* of templates' paths, to 1 + index */
	struct map params;    /* of templates' paths, to struct made_param */
	struct map tables;    /* of templates' paths, to 1 + index */
	struct map instances; /* of paths with numbers, to 1 + index */
	struct map counts;    /* of tables' paths with numbers, to how many they have */
	struct made_param *made; /* the last of them first */
	struct error *err;
};

struct made_param {
	struct made_param *next;
	size_t object, index; /* in draft->objects, and in its params */
	struct str path;
	int type; /* as told; -1: never */
	bool has_value;
	bool differs; /* between instances */
	bool is_writable, is_secret, shows_secret;
	uint32_t n_informs;
	struct str value;
	size_t n_values;
};

static int no_memory(struct making *m)
{
	return error_set(m->err, -ENOMEM, "no memory for the model");
}

static struct arena *arena_of(struct making *m)
{
	return &m->draft->arena;
}

/* ---- templates ------------------------------------------------------------------------- */

/* The index of the template object, made where there is none; SIZE_MAX without memory. */
static size_t want_object(struct making *m, struct str path)
{
	struct draft *draft = m->draft;
	uintptr_t at = (uintptr_t)map_get(&m->objects, path);

	if (at > 0)
		return at - 1;
	draft->objects = draft_grow(arena_of(m), draft->objects, draft->n_objects,
	    sizeof(*draft->objects));
	if (!draft->objects ||
	    map_put(&m->objects, path, (void *)(uintptr_t)(draft->n_objects + 1)) < 0)
		return SIZE_MAX;
	draft->objects[draft->n_objects] = (struct draft_object){ .path = path };
	return draft->n_objects++;
}

static struct made_param *add_param(struct making *m, struct str path)
{
	struct made_param *made = arena_alloc(arena_of(m), sizeof(*made));
	size_t at = want_object(m, draft_parent(path));
	struct draft_object *object;

	if (!made || at == SIZE_MAX || map_put(&m->params, path, made) < 0)
		return NULL;
	object = &m->draft->objects[at];
	object->params = draft_grow(arena_of(m), object->params, object->n_params,
	    sizeof(*object->params));
	if (!object->params)
		return NULL;
	*made = (struct made_param){ .next = m->made,
		.object = at,
		.index = object->n_params,
		.path = path,
		.type = -1 };
	m->made = made;
	object->params[object->n_params++] =
	    (struct draft_param){ .name = draft_last(path), .path = path };
	m->notes->n_params++;
	return made;
}

static int want_table(struct making *m, struct str path, bool is_writable)
{
	struct draft *draft = m->draft;
	uintptr_t at = (uintptr_t)map_get(&m->tables, path);

	if (at == 0) {
		draft->tables = draft_grow(arena_of(m), draft->tables, draft->n_tables,
		    sizeof(*draft->tables));
		if (!draft->tables || want_object(m, path) == SIZE_MAX ||
		    map_put(&m->tables, path,
			(void *)(uintptr_t)(draft->n_tables + 1)) < 0)
			return no_memory(m);
		draft->tables[draft->n_tables++] = (struct draft_table){ .path = path };
		at = draft->n_tables;
	}
	draft->tables[at - 1].is_writable |= is_writable;
	return 0;
}

/* ---- instances -------------------------------------------------------------------------- */

/* The index of the object that exists, made where there is none; SIZE_MAX after a failure. */
static size_t want_instance(struct making *m, struct str path)
{
	struct draft *draft = m->draft;
	uintptr_t at = (uintptr_t)map_get(&m->instances, path);

	if (at > 0)
		return at - 1;
	if (draft->n_instances == DRAFT_INSTANCES_MAX) {
		(void)error_set(m->err, ERR_LIMIT, "more than %d instances",
		    DRAFT_INSTANCES_MAX);
		return SIZE_MAX;
	}
	draft->instances = draft_grow(arena_of(m), draft->instances, draft->n_instances,
	    sizeof(*draft->instances));
	if (!draft->instances || map_put(&m->instances, path,
				     (void *)(uintptr_t)(draft->n_instances + 1)) < 0) {
		(void)no_memory(m);
		return SIZE_MAX;
	}
	draft->instances[draft->n_instances] = (struct draft_instance){ .path = path };
	m->notes->n_instances += draft_is_instance(path);
	return draft->n_instances++;
}

static int count_up(struct making *m, struct str table)
{
	uintptr_t n = (uintptr_t)map_get(&m->counts, table);

	return map_put(&m->counts, table, (void *)(n + 1)) < 0 ? no_memory(m) : 0;
}

/* The instances that a path stands in, and their tables. */
static int want_instances(struct making *m, struct str path)
{
	for (; path.len > 0; path = draft_parent(path)) {
		struct str kept, template;
		int r;

		if (!draft_is_instance(path))
			continue;
		if (map_get(&m->instances, path))
			return 0;
		kept = arena_str(arena_of(m), path);
		template = draft_template_path(arena_of(m), path);
		if (!kept.p || !template.p)
			return no_memory(m);
		r = want_table(m, template, false);
		if (r < 0)
			return r;
		if (want_instance(m, kept) == SIZE_MAX)
			return m->err->code;
		r = count_up(m, draft_parent(kept));
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- reading the entries ---------------------------------------------------------------- */

static struct str leaf_value(struct making *m, const struct made_param *made,
    const struct dump_entry *entry)
{
	bool is_dropped = made->is_secret && !m->options->keeps_secrets;

	return is_dropped ? STR_NULL : entry->value;
}

static void take_value(struct making *m, struct made_param *made,
    const struct dump_entry *entry)
{
	struct str value = leaf_value(m, made, entry);

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
	struct str path = draft_template_path(arena_of(m), entry->path);
	struct made_param *made = path.p ? map_get(&m->params, path) : NULL;

	if (++m->notes->n_leaves > MODEL_PARAMS_MAX)
		return error_set(m->err, ERR_LIMIT, "more than %d parameters",
		    MODEL_PARAMS_MAX);
	if (!made)
		made = path.p ? add_param(m, path) : NULL;
	if (!made)
		return no_memory(m);
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
	return want_instances(m, draft_parent(entry->path));
}

/* Whether a name stands below the object; items are in the order of their paths. */
static bool has_children(const struct dump *dump, size_t i)
{
	return i + 1 < dump->len &&
	       str_starts(dump->items[i + 1].path, dump->items[i].path);
}

/* Whether the object is a table: nothing is in it, or its first member is an instance. */
static bool is_table(const struct dump *dump, size_t i)
{
	struct str path = dump->items[i].path, below;

	if (!has_children(dump, i))
		return true;
	below = str_from(dump->items[i + 1].path, path.len);
	return draft_is_instance(str_make(dump->items[i + 1].path.p,
	    MIN(path.len + str_find_char(below, '.') + 1,
		dump->items[i + 1].path.len)));
}

static struct str table_of(struct making *m, struct str object)
{
	struct str path = draft_template_path(arena_of(m), object);
	char *text = arena_alloc(arena_of(m), path.len + sizeof("{i}."));

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
	struct str template = draft_template_path(arena_of(m), path);

	if (!template.p || want_object(m, template) == SIZE_MAX)
		return no_memory(m);
	return 0;
}

/* What can be added to is a table, what can be deleted an instance of one. */
static int take_object(struct making *m, size_t i)
{
	const struct dump_entry *entry = &m->dump->items[i];
	struct str table;
	int r = want_instances(m, entry->path);

	if (r < 0)
		return r;
	if (!draft_is_instance(entry->path) && !is_table(m->dump, i))
		return 0;
	if (!draft_is_instance(entry->path) && !entry->is_writable)
		return has_children(m->dump, i) ? 0 : keep_bare(m, entry->path);
	table = draft_is_instance(entry->path)
		    ? draft_template_path(arena_of(m), entry->path)
		    : table_of(m, entry->path);
	return table.p ? want_table(m, table, entry->is_writable) : no_memory(m);
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

/* ---- what becomes of the parameters ------------------------------------------------------- */

static struct draft_param *param_of(struct making *m, const struct made_param *made)
{
	return &m->draft->objects[made->object].params[made->index];
}

/* A value that its own type refuses makes the parameter a string. An empty one is what devices
 * say of what they do not know. */
static void retype(struct making *m)
{
	for (size_t i = 0; i < m->dump->len; i++) {
		const struct dump_entry *entry = &m->dump->items[i];
		struct made_param *made = entry->has_value ? entry->made : NULL;
		struct draft_param *param = made ? param_of(m, made) : NULL;

		if (!param || entry->value.len == 0 || param->type == MODEL_STRING ||
		    dump_takes(param, entry->value))
			continue;
		param->type = MODEL_STRING;
		m->notes->n_retyped++;
	}
}

static void set_params(struct making *m)
{
	for (struct made_param *made = m->made; made; made = made->next) {
		struct draft_param *param = param_of(m, made);

		param->type = made->type < 0 ? MODEL_STRING : made->type;
		param->is_writable = made->is_writable;
		param->is_hidden =
		    made->is_secret && made->has_value && !made->shows_secret;
		param->is_forced_inform =
		    m->dump->n_informs > 0 && made->n_informs == m->dump->n_informs;
	}
	retype(m);
}

/* The table whose instances a parameter counts by its name (TR-106 A6 3.1.4:
 * "HostNumberOfEntries" those of "Host."), as far as the dump agrees. */
static int find_count(struct making *m, struct made_param *made)
{
	static const struct str end = { "NumberOfEntries", 15 };
	struct str base = str_make(made->path.p, made->path.len - end.len);
	char *text;

	if (!str_ends(made->path, end))
		return 0;
	text = arena_alloc(arena_of(m), base.len + sizeof(".{i}."));
	if (!text)
		return no_memory(m);
	memcpy(text, base.p, base.len);
	memcpy(text + base.len, ".{i}.", 5);
	if (map_get(&m->tables, str_make(text, base.len + 5)))
		param_of(m, made)->count = str_make(text, base.len + 5);
	return 0;
}

static uint64_t count_instances(const struct making *m, struct str leaf)
{
	/* "A.B." of "A.BNumberOfEntries": its last character is that of no name. */
	struct str name = str_make(leaf.p, leaf.len - STR("NumberOfEntries").len + 1);
	char path[MODEL_PATH_MAX + 1];

	memcpy(path, name.p, name.len);
	path[name.len - 1] = '.';
	return (uintptr_t)map_get(&m->counts, str_make(path, name.len));
}

static int find_counts(struct making *m)
{
	int r = 0;

	for (struct made_param *made = m->made; made && r == 0; made = made->next)
		r = find_count(m, made);
	for (size_t i = 0; i < m->dump->len && r == 0; i++) {
		const struct dump_entry *entry = &m->dump->items[i];
		struct made_param *made = entry->made;
		struct draft_param *param = made ? param_of(m, made) : NULL;
		uint64_t n;

		if (param && param->count.len > 0 && entry->has_value &&
		    (str_to_u64(entry->value, UINT32_MAX, &n) < 0 ||
			n != count_instances(m, entry->path)))
			param->count = STR_NULL;
	}
	return r;
}

/* ---- values ------------------------------------------------------------------------------- */

/* That which all instances have, else a plain one. */
static int set_value(struct making *m, const struct made_param *made)
{
	struct draft_param *param = param_of(m, made);

	if (param->count.len > 0)
		return 0;
	param->value = made->has_value && !made->differs
			   ? draft_escape(arena_of(m), made->value)
			   : dump_plain_value(arena_of(m), param);
	return param->value.p ? 0 : no_memory(m);
}

static int add_value(struct making *m, const struct dump_entry *entry,
    const struct draft_param *param, struct str value)
{
	struct draft_instance *instance;
	struct str path = arena_str(arena_of(m), draft_parent(entry->path));
	size_t at = path.p ? want_instance(m, path) : SIZE_MAX;

	if (at == SIZE_MAX)
		return path.p ? m->err->code : no_memory(m);
	instance = &m->draft->instances[at];
	instance->values = draft_grow(arena_of(m), instance->values, instance->n_values,
	    sizeof(*instance->values));
	value = draft_escape(arena_of(m), value);
	if (!instance->values || !value.p)
		return no_memory(m);
	instance->values[instance->n_values++] =
	    (struct draft_value){ .name = param->name, .value = value };
	return 0;
}

static int set_values(struct making *m)
{
	int r = 0;

	for (struct made_param *made = m->made; made && r == 0; made = made->next)
		r = set_value(m, made);
	for (size_t i = 0; i < m->dump->len && r == 0; i++) {
		const struct dump_entry *entry = &m->dump->items[i];
		const struct made_param *made = entry->has_value ? entry->made : NULL;
		const struct draft_param *param = made ? param_of(m, made) : NULL;
		struct str value = param ? leaf_value(m, made, entry) : STR_NULL;

		if (param && made->differs && param->count.len == 0 &&
		    !str_eq(value, param->value))
			r = add_value(m, entry, param, value);
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
	m->draft->root = arena_str(arena_of(m), first);
	return m->draft->root.p ? 0 : no_memory(m);
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

static int make(struct making *m)
{
	struct draft *draft = m->draft;
	int r = find_root(m);

	if (r == 0)
		r = check_kinds(m);
	draft->name = arena_str(arena_of(m), m->options->name);
	draft->about = arena_str(arena_of(m), m->options->about);
	if (r == 0)
		r = take_all(m);
	if (r < 0)
		return r;
	set_params(m);
	r = find_counts(m);
	if (r == 0)
		r = set_values(m);
	if (r < 0)
		return r;
	for (struct made_param *made = m->made; made; made = made->next)
		dump_apply_facts(param_of(m, made), draft->root);
	r = dump_add_needed(draft);
	if (r < 0)
		return no_memory(m);
	m->notes->n_added = (size_t)r;
	sort_all(draft);
	m->notes->n_objects = draft->n_objects;
	return draft_index(draft) < 0 ? no_memory(m) : 0;
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
		return no_memory(&m);
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
