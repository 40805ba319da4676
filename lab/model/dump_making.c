/* Templates, tables and instances of a dump. */
#include "lab/model/dump_internal.h"

#include <errno.h>

int making_no_memory(struct making *m)
{
	return error_set(m->err, -ENOMEM, "no memory for the model");
}

/* ---- templates ------------------------------------------------------------------------- */

/* The index of the template object, made where there is none; SIZE_MAX without memory. */
size_t making_object(struct making *m, struct str path)
{
	struct draft *draft = m->draft;
	uintptr_t at = (uintptr_t)map_get(&m->objects, path);

	if (at > 0)
		return at - 1;
	draft->objects = draft_grow(making_arena(m), draft->objects, draft->n_objects,
	    sizeof(*draft->objects));
	if (!draft->objects ||
	    map_put(&m->objects, path, (void *)(uintptr_t)(draft->n_objects + 1)) < 0)
		return SIZE_MAX;
	draft->objects[draft->n_objects] = (struct draft_object){ .path = path };
	return draft->n_objects++;
}

struct made_param *making_add_param(struct making *m, struct str path)
{
	struct made_param *made = arena_alloc(making_arena(m), sizeof(*made));
	size_t at = making_object(m, draft_parent(path));
	struct draft_object *object;

	if (!made || at == SIZE_MAX || map_put(&m->params, path, made) < 0)
		return NULL;
	object = &m->draft->objects[at];
	object->params = draft_grow(making_arena(m), object->params, object->n_params,
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

int making_table(struct making *m, struct str path, bool is_writable)
{
	struct draft *draft = m->draft;
	uintptr_t at = (uintptr_t)map_get(&m->tables, path);

	if (at == 0) {
		draft->tables = draft_grow(making_arena(m), draft->tables,
		    draft->n_tables, sizeof(*draft->tables));
		if (!draft->tables || making_object(m, path) == SIZE_MAX ||
		    map_put(&m->tables, path,
			(void *)(uintptr_t)(draft->n_tables + 1)) < 0)
			return making_no_memory(m);
		draft->tables[draft->n_tables++] = (struct draft_table){ .path = path };
		at = draft->n_tables;
	}
	draft->tables[at - 1].is_writable |= is_writable;
	return 0;
}

/* ---- instances -------------------------------------------------------------------------- */

/* The index of the object that exists, made where there is none; SIZE_MAX after a failure. */
size_t making_instance(struct making *m, struct str path)
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
	draft->instances = draft_grow(making_arena(m), draft->instances,
	    draft->n_instances, sizeof(*draft->instances));
	if (!draft->instances || map_put(&m->instances, path,
				     (void *)(uintptr_t)(draft->n_instances + 1)) < 0) {
		(void)making_no_memory(m);
		return SIZE_MAX;
	}
	draft->instances[draft->n_instances] = (struct draft_instance){ .path = path };
	m->notes->n_instances += draft_is_instance(path);
	return draft->n_instances++;
}

static int count_up(struct making *m, struct str table)
{
	uintptr_t n = (uintptr_t)map_get(&m->counts, table);

	return map_put(&m->counts, table, (void *)(n + 1)) < 0 ? making_no_memory(m)
							       : 0;
}

/* The instances that a path stands in, and their tables. */
int making_instances(struct making *m, struct str path)
{
	for (; path.len > 0; path = draft_parent(path)) {
		struct str kept, template;
		int r;

		if (!draft_is_instance(path))
			continue;
		if (map_get(&m->instances, path))
			return 0;
		kept = arena_str(making_arena(m), path);
		template = draft_template_path(making_arena(m), path);
		if (!kept.p || !template.p)
			return making_no_memory(m);
		r = making_table(m, template, false);
		if (r < 0)
			return r;
		if (making_instance(m, kept) == SIZE_MAX)
			return m->err->code;
		r = count_up(m, draft_parent(kept));
		if (r < 0)
			return r;
	}
	return 0;
}

struct str making_leaf_value(struct making *m, const struct made_param *made,
    const struct dump_entry *entry)
{
	bool is_dropped = made->is_secret && !m->options->keeps_secrets;

	return is_dropped ? STR_NULL : entry->value;
}
