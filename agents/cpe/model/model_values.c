/* Values of a CPE, and the places they stand at. */
#include "agents/cpe/model/model_values.h"

#include "lib/base/compiler.h"

#include <errno.h>

/* ---- places ------------------------------------------------------------------------- */

static bool has_instance(const struct model_values *values, const struct model_at *at)
{
	struct model_record record;

	if (model_block_get(values->block, MODEL_MADE, at, &record))
		return true;
	return model_has_instance(values->model, at) &&
	       !model_block_get(values->block, MODEL_GONE, at, &record);
}

bool model_values_has(const struct model_values *values, const struct model_at *at)
{
	const struct model_name *names = values->model->names;
	uint32_t name = at->name;

	for (uint32_t n = at->n; n > 0; n--) {
		struct model_at instance = *at;

		while (!names[name].table)
			name = names[name].parent;
		instance.name = name;
		instance.n = n;
		if (!has_instance(values, &instance))
			return false;
		name = names[name].parent;
	}
	return true;
}

bool model_values_find(const struct model_values *values, struct str path,
    struct model_at *ret)
{
	struct model_at at = { .name = 0 };

	if (path.len > 0 && !model_at_read(values->model, path, &at))
		return false;
	if (values->model->n_names == 0 || !model_values_has(values, &at))
		return false;
	*ret = at;
	return true;
}

/* The first number from `from` on that a factory reset leaves and nobody has removed. */
static uint32_t next_first(const struct model_values *values, struct model_at from)
{
	const struct model *model = values->model;
	struct model_record record;
	size_t i = model_instance_lower(model, &from);

	for (; i < model->n_instances; i++) {
		const struct model_at *at = &model->instances[i];
		struct model_at same = *at;

		same.index[from.n - 1] = from.index[from.n - 1];
		if (model_at_compare(&same, &from) != 0)
			return 0;
		if (!model_block_get(values->block, MODEL_GONE, at, &record))
			return at->index[from.n - 1];
	}
	return 0;
}

static uint32_t next_made(const struct model_values *values, struct model_at from)
{
	size_t i = model_block_lower(values->block, MODEL_MADE, &from);
	struct model_record record;

	if (i >= model_block_len(values->block))
		return 0;
	record = model_block_at(values->block, i);
	if (record.kind != MODEL_MADE)
		return 0;
	for (uint32_t level = 0; level + 1 < from.n; level++) {
		if (record.at.index[level] != from.index[level])
			return 0;
	}
	return record.at.name == from.name ? record.at.index[from.n - 1] : 0;
}

uint32_t model_values_next(const struct model_values *values,
    const struct model_at *object, uint32_t after)
{
	struct model_at from = *object;
	uint32_t first, made;

	from.name = values->model->names[object->name].rows;
	if (from.name == MODEL_NONE || after == UINT32_MAX)
		return 0;
	from.index[from.n++] = after + 1;
	first = next_first(values, from);
	made = next_made(values, from);
	if (first == 0 || made == 0)
		return MAX(first, made);
	return MIN(first, made);
}

uint32_t model_values_count(const struct model_values *values,
    const struct model_at *object)
{
	uint32_t n = 0;

	for (uint32_t i = 0; (i = model_values_next(values, object, i)) > 0;)
		n++;
	return n;
}

/* ---- walks -------------------------------------------------------------------------- */

struct model_walk model_walk_all(const struct model_values *values,
    const struct model_at *top)
{
	return (struct model_walk){
		.values = values,
		.at = *top,
		.next = top->name,
		.end = values->model->names[top->name].end,
		.is_entered = true,
	};
}

struct model_walk model_walk_children(const struct model_values *values,
    const struct model_at *top)
{
	struct model_walk walk = model_walk_all(values, top);

	walk.next++;
	walk.is_entered = false;
	walk.is_shallow = true;
	return walk;
}

struct model_walk model_walk_same(const struct model_values *values, uint32_t name)
{
	const struct model_name *names = values->model->names;
	struct model_at first = { .name = name };
	struct model_walk walk;

	for (uint32_t at = name; names[at].levels > 0; at = names[at].parent) {
		if (names[at].table)
			first.name = at;
	}
	walk = model_walk_all(values, &first);
	walk.only = name;
	walk.is_entered = false;
	return walk;
}

static uint32_t next_number(const struct model_walk *walk, uint32_t table,
    uint32_t after)
{
	const struct model_name *names = walk->values->model->names;
	struct model_at object = walk->at;

	object.name = names[table].parent;
	object.n = names[table].levels - 1U;
	return model_values_next(walk->values, &object, after);
}

/* Where the walk goes behind a name and what is below it. */
static uint32_t past(const struct model_walk *walk, uint32_t name)
{
	const struct model_name *names = walk->values->model->names;

	if (walk->only == MODEL_NONE)
		return names[name].end;
	return walk->n_open > 0 ? names[walk->open[walk->n_open - 1]].end : walk->end;
}

/* The instances whose names have all been given: on to the next one, or out of them. */
static void close_tables(struct model_walk *walk)
{
	const struct model_name *names = walk->values->model->names;

	while (walk->n_open > 0) {
		uint32_t table = walk->open[walk->n_open - 1];
		uint32_t *number = &walk->at.index[names[table].levels - 1];
		uint32_t next;

		if (walk->next < names[table].end)
			return;
		next = next_number(walk, table, *number);
		if (next > 0) {
			*number = next;
			walk->next = table;
			walk->is_entered = true;
			return;
		}
		walk->n_open--;
		walk->next = past(walk, table);
	}
}

/* At the name of a table: into its first instance, or past it. */
static bool open_table(struct model_walk *walk, uint32_t table)
{
	uint32_t number = next_number(walk, table, 0);

	if (number == 0) {
		walk->next = past(walk, table);
		return false;
	}
	walk->at.index[walk->values->model->names[table].levels - 1] = number;
	walk->open[walk->n_open++] = table;
	return true;
}

/* The name that follows one that was given. */
static uint32_t following(const struct model_walk *walk, uint32_t name)
{
	const struct model_name *names = walk->values->model->names;
	uint32_t next = walk->only;

	if (walk->is_shallow)
		return past(walk, name);
	if (walk->only == MODEL_NONE)
		return name + 1;
	if (walk->only == name)
		return past(walk, name);
	while (names[next].parent != name)
		next = names[next].parent;
	return next;
}

bool model_walk_next(struct model_walk *walk, struct model_at *ret)
{
	const struct model_name *names = walk->values->model->names;

	for (;;) {
		uint32_t name;

		close_tables(walk);
		name = walk->next;
		if (name >= walk->end)
			return false;
		if (names[name].table && !walk->is_entered && !open_table(walk, name))
			continue;
		walk->is_entered = false;
		walk->at.name = name;
		walk->at.n = names[name].levels;
		walk->next = following(walk, name);
		if (walk->only != MODEL_NONE && walk->only != name)
			continue;
		*ret = walk->at;
		return true;
	}
}

/* ---- values ------------------------------------------------------------------------- */

struct model_source model_values_source(const struct model_values *values,
    const struct model_at *at)
{
	struct model_record record;

	if (model_block_get(values->block, MODEL_VALUE, at, &record))
		return (struct model_source){ .value = record.text.p };
	return model_first_source(values->model, at);
}

/* The ACS knows the value that it has set itself. */
static void forget_change(struct model_values *values, const struct model_at *at)
{
	size_t i = model_block_lower(values->block, MODEL_CHANGED, at);
	struct model_record record;

	if (model_block_get(values->block, MODEL_CHANGED, at, &record))
		model_block_drop(values->block, i);
}

int model_values_put(struct model_values *values, const struct model_at *at,
    struct str text)
{
	int r = model_block_put(&values->block, MODEL_VALUE, at, 0, text);

	if (r == 0)
		forget_change(values, at);
	return r;
}

int model_values_note_change(struct model_values *values, const struct model_at *at)
{
	return model_block_put(&values->block, MODEL_CHANGED, at, 0, STR_NULL);
}

int model_values_change(struct model_values *values, const struct model_at *at,
    struct str text)
{
	struct model_source source = model_values_source(values, at);
	struct model_record record;
	bool was_noted;
	int r;

	if (!source.generate && !source.has_places && str_is(text, source.value))
		return 0;
	was_noted = model_block_get(values->block, MODEL_CHANGED, at, &record);
	r = model_values_note_change(values, at);
	if (r == 0)
		r = model_block_put(&values->block, MODEL_VALUE, at, 0, text);
	if (r < 0 && !was_noted)
		forget_change(values, at);
	return r;
}

static struct model_at place_of(const struct model_values *values,
    const struct model_param *param)
{
	return model_at_of(&values->model->names[param->name], values->model);
}

const char *model_values_get(const struct model_values *values,
    const struct model_param *param)
{
	struct model_at at = place_of(values, param);

	return model_values_source(values, &at).value;
}

int model_values_set(struct model_values *values, const struct model_param *param,
    struct str text)
{
	struct model_at at = place_of(values, param);

	return model_values_put(values, &at, text);
}

int model_values_set_live(struct model_values *values, enum model_live live,
    struct str value)
{
	const struct model_param *param = values->model->lives[live];
	struct model_at at;

	if (!param)
		return 0;
	at = place_of(values, param);
	return model_values_change(values, &at, value);
}

const char *model_values_get_live(const struct model_values *values,
    enum model_live live)
{
	const struct model_param *param = values->model->lives[live];

	return param ? model_values_get(values, param) : NULL;
}

uint64_t model_values_number(const struct model_values *values, enum model_live live)
{
	struct str text = str_of(model_values_get_live(values, live));
	uint64_t n = 0;

	if (str_is(text, "true"))
		return 1;
	return str_to_u64(text, UINT64_MAX, &n) < 0 ? 0 : n;
}

/* ---- all of it ---------------------------------------------------------------------- */

int model_values_copy(struct model_values *ret, const struct model_values *values)
{
	*ret = *values;
	return model_block_copy(&ret->block, values->block);
}

void model_values_take(struct model_values *values, struct model_values *next)
{
	struct model_block *small = NULL;

	/* Without memory it stays as large as it is. */
	if (model_block_copy(&small, next->block) == 0) {
		free(next->block);
		next->block = small;
	}
	free(values->block);
	*values = *next;
	next->block = NULL;
}

void model_values_free(struct model_values *values)
{
	free(values->block);
	*values = (struct model_values){ .model = values->model };
}
