/* What becomes of the parameters of a dump, and of their values. */
#include "lab/model/dump_internal.h"

#include <errno.h>

/* A value that its own type refuses makes the parameter a string. An empty one is what devices
 * say of what they do not know. */
static void retype(struct making *m)
{
	for (size_t i = 0; i < m->dump->len; i++) {
		const struct dump_entry *entry = &m->dump->items[i];
		struct made_param *made = entry->has_value ? entry->made : NULL;
		struct draft_param *param = made ? making_param(m, made) : NULL;

		if (!param || entry->value.len == 0 || param->type == MODEL_STRING ||
		    dump_takes(param, entry->value))
			continue;
		param->type = MODEL_STRING;
		m->notes->n_retyped++;
	}
}

void making_set_params(struct making *m)
{
	for (struct made_param *made = m->made; made; made = made->next) {
		struct draft_param *param = making_param(m, made);

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
	text = arena_alloc(making_arena(m), base.len + sizeof(".{i}."));
	if (!text)
		return making_no_memory(m);
	memcpy(text, base.p, base.len);
	memcpy(text + base.len, ".{i}.", 5);
	if (map_get(&m->tables, str_make(text, base.len + 5)))
		making_param(m, made)->count = str_make(text, base.len + 5);
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

/* Some devices say of what they count themselves that it can be set, or is a string. */
static void keep_count(struct making *m, struct draft_param *param)
{
	if (param->count.len == 0 ||
	    (!param->is_writable && param->type == MODEL_UNSIGNED_INT))
		return;
	param->is_writable = false;
	param->type = MODEL_UNSIGNED_INT;
	m->notes->n_counts++;
}

int making_find_counts(struct making *m)
{
	int r = 0;

	for (struct made_param *made = m->made; made && r == 0; made = made->next)
		r = find_count(m, made);
	for (size_t i = 0; i < m->dump->len && r == 0; i++) {
		const struct dump_entry *entry = &m->dump->items[i];
		struct made_param *made = entry->made;
		struct draft_param *param = made ? making_param(m, made) : NULL;
		uint64_t n;

		if (param && param->count.len > 0 && entry->has_value &&
		    (str_to_u64(entry->value, UINT32_MAX, &n) < 0 ||
			n != count_instances(m, entry->path)))
			param->count = STR_NULL;
	}
	for (struct made_param *made = m->made; made && r == 0; made = made->next)
		keep_count(m, making_param(m, made));
	return r;
}

/* ---- values ------------------------------------------------------------------------------- */

/* That which all instances have, else a plain one. */
static int set_value(struct making *m, const struct made_param *made)
{
	struct draft_param *param = making_param(m, made);

	if (param->count.len > 0)
		return 0;
	param->value = made->has_value && !made->differs
			   ? draft_escape(making_arena(m), made->value)
			   : dump_plain_value(making_arena(m), param);
	return param->value.p ? 0 : making_no_memory(m);
}

static int add_value(struct making *m, const struct dump_entry *entry,
    const struct draft_param *param, struct str value)
{
	struct draft_instance *instance;
	struct str path = arena_str(making_arena(m), draft_parent(entry->path));
	size_t at = path.p ? making_instance(m, path) : SIZE_MAX;

	if (at == SIZE_MAX)
		return path.p ? m->err->code : making_no_memory(m);
	instance = &m->draft->instances[at];
	instance->values = draft_grow(making_arena(m), instance->values,
	    instance->n_values, sizeof(*instance->values));
	value = draft_escape(making_arena(m), value);
	if (!instance->values || !value.p)
		return making_no_memory(m);
	instance->values[instance->n_values++] =
	    (struct draft_value){ .name = param->name, .value = value };
	return 0;
}

int making_set_values(struct making *m)
{
	int r = 0;

	for (struct made_param *made = m->made; made && r == 0; made = made->next)
		r = set_value(m, made);
	for (size_t i = 0; i < m->dump->len && r == 0; i++) {
		const struct dump_entry *entry = &m->dump->items[i];
		const struct made_param *made = entry->has_value ? entry->made : NULL;
		const struct draft_param *param = made ? making_param(m, made) : NULL;
		struct str value = param ? making_leaf_value(m, made, entry) : STR_NULL;

		if (param && made->differs && param->count.len == 0 &&
		    !str_eq(value, param->value))
			r = add_value(m, entry, param, value);
	}
	return r;
}
