/* Making and removing instances, and what must not be twice among them. */
#include "agents/cpe/model/model_values.h"

#include "lib/base/error.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- numbers ------------------------------------------------------------------------ */

/* The greatest number that a factory reset leaves there; 0: none. */
static uint32_t last_first(const struct model *model, struct model_at from)
{
	size_t i;

	from.index[from.n - 1] = UINT32_MAX;
	i = model_instance_lower(model, &from);
	if (i == model->n_instances ||
	    model_at_compare(&model->instances[i], &from) != 0) {
		const struct model_at *at;

		if (i == 0)
			return 0;
		at = &model->instances[i - 1];
		from.index[from.n - 1] = at->index[from.n - 1];
		return model_at_compare(at, &from) == 0 ? at->index[from.n - 1] : 0;
	}
	return UINT32_MAX;
}

/* The number of the next instance; 0: all are used up. */
static uint32_t next_number(const struct model_values *values,
    const struct model_at *object)
{
	struct model_at from = *object;
	struct model_record record;
	uint32_t number;

	if (model_block_get(values->block, MODEL_NEXT, object, &record)) {
		memcpy(&number, record.text.p, sizeof(number));
		return number;
	}
	from.name = values->model->names[object->name].rows;
	from.index[from.n++] = 0;
	return last_first(values->model, from) + 1;
}

static int keep_next(struct model_values *values, const struct model_at *object,
    uint32_t number)
{
	return model_block_put(&values->block, MODEL_NEXT, object, 0,
	    str_make(&number, sizeof(number)));
}

static void forget_next(struct model_values *values, const struct model_at *object)
{
	struct model_record record;

	if (model_block_get(values->block, MODEL_NEXT, object, &record))
		model_block_drop(values->block,
		    model_block_lower(values->block, MODEL_NEXT, object));
}

/* ---- making ------------------------------------------------------------------------- */

static uint64_t most_of(const struct model_table *table)
{
	return table->max > 0 ? table->max : MODEL_TABLE_MAX;
}

/* The number is kept before the instance is: it is not given twice, whatever happens. */
static int add_one(struct model_values *values, const struct model_at *object,
    uint32_t *ret)
{
	const struct model_name *names = values->model->names;
	struct model_at instance = *object;
	uint32_t number = next_number(values, object);
	int r;

	if (number == 0)
		return ERR_LIMIT;
	instance.name = names[object->name].rows;
	instance.index[instance.n++] = number;
	r = keep_next(values, object, number + 1);
	if (r == 0)
		r = model_block_put(&values->block, MODEL_MADE, &instance, 0, STR_NULL);
	if (r == 0)
		r = model_values_as_new(values, &instance);
	*ret = number;
	return r;
}

/* "cpe-<number>": a name that no ACS may give (TR-069 A6 3.6.1). */
static int name_it(struct model_values *values, const struct model_at *instance)
{
	const struct model_table *table = values->model->names[instance->name].table;
	struct model_at at = *instance;
	char text[24];

	if (!table->alias)
		return 0;
	at.name = table->alias->name;
	(void)snprintf(text, sizeof(text), "cpe-%" PRIu32, at.index[at.n - 1]);
	return model_values_put(values, &at, str_of(text));
}

/* The instances that the tables below a new one have from the start. Those of these in turn
 * come by recursion, which is as deep as paths have levels. */
static int add_below(struct model_values *values, const struct model_at *instance)
{
	const struct model_name *names = values->model->names;
	int r = name_it(values, instance);

	for (uint32_t i = instance->name + 1;
	     i < names[instance->name].end && r == 0;) {
		struct model_at object = *instance;
		const struct model_table *table = names[i].table;

		if (!table) {
			i++;
			continue;
		}
		object.name = names[i].parent;
		for (uint64_t n = 0; n < table->min && r == 0; n++) {
			struct model_at below = object;

			below.name = i;
			r = add_one(values, &object, &below.index[below.n]);
			below.n++;
			if (r == 0)
				r = add_below(values, &below);
		}
		i = names[i].end;
	}
	return r;
}

int model_values_add(struct model_values *values, const struct model_at *object,
    uint32_t *ret)
{
	const struct model_name *names = values->model->names;
	struct model_at instance = *object;
	int r;

	instance.name = names[object->name].rows;
	if (instance.name == MODEL_NONE)
		return ERR_NOT_FOUND;
	if (model_values_count(values, object) >= most_of(names[instance.name].table))
		return ERR_LIMIT;
	r = add_one(values, object, ret);
	instance.index[instance.n++] = *ret;
	return r < 0 ? r : add_below(values, &instance);
}

/* ---- removing ----------------------------------------------------------------------- */

static void forget_below(struct model_values *values, const struct model_at *top)
{
	for (size_t i = model_block_len(values->block); i-- > 0;) {
		struct model_record record = model_block_at(values->block, i);

		if (model_at_is_below(values->model, &record.at, top))
			model_block_drop(values->block, i);
	}
}

int model_values_remove(struct model_values *values, const struct model_at *instance)
{
	const struct model_table *table = values->model->names[instance->name].table;
	struct model_at object = model_at_parent(values->model, instance);
	uint32_t next = next_number(values, &object);
	int r;

	if (model_values_count(values, &object) <= table->min)
		return ERR_NOT_FOUND;
	r = keep_next(values, &object, next);
	if (r < 0)
		return r;
	forget_below(values, instance);
	if (!model_has_instance(values->model, instance))
		return 0;
	return model_block_put(&values->block, MODEL_GONE, instance, 0, STR_NULL);
}

int model_values_clear(struct model_values *values, const struct model_at *object)
{
	struct model_at instance = *object;
	uint32_t number = 0;
	int r = 0;

	instance.name = values->model->names[object->name].rows;
	instance.n++;
	while (r == 0 && (number = model_values_next(values, object, number)) > 0) {
		instance.index[instance.n - 1] = number;
		forget_below(values, &instance);
		if (model_has_instance(values->model, &instance))
			r = model_block_put(&values->block, MODEL_GONE, &instance, 0,
			    STR_NULL);
	}
	forget_next(values, object);
	return r;
}

/* ---- unique keys -------------------------------------------------------------------- */

static bool is_enabled(const struct model_values *values, struct model_at at,
    const struct model_param *enable)
{
	struct str text;

	if (!enable)
		return true;
	at.name = enable->name;
	text = str_of(model_values_source(values, &at).value);
	return str_is(text, "1") || str_is(text, "true");
}

static bool is_same_key(const struct model_values *values, const struct model_key *key,
    struct model_at a, struct model_at b)
{
	for (size_t i = 0; i < key->n_params; i++) {
		struct model_source mine, other;

		a.name = b.name = key->params[i]->name;
		mine = model_values_source(values, &a);
		other = model_values_source(values, &b);
		/* One text with "{i}" in it is another value in each. */
		if (strcmp(mine.value, other.value) != 0 ||
		    (mine.has_places && str_find(str_of(mine.value), STR("{i}"), NULL)))
			return false;
	}
	return true;
}

static bool is_key_unique(const struct model_values *values,
    const struct model_at *instance, const struct model_key *key)
{
	const struct model_param *enable =
	    key->is_always ? NULL : values->model->names[instance->name].table->enable;
	struct model_at object = model_at_parent(values->model, instance);
	struct model_at other = *instance;
	uint32_t number = 0;

	if (!is_enabled(values, *instance, enable))
		return true;
	while ((number = model_values_next(values, &object, number)) > 0) {
		other.index[other.n - 1] = number;
		if (number != instance->index[instance->n - 1] &&
		    is_enabled(values, other, enable) &&
		    is_same_key(values, key, *instance, other))
			return false;
	}
	return true;
}

bool model_values_is_unique(const struct model_values *values,
    const struct model_at *instance, const struct model_param **ret_param)
{
	const struct model_table *table = values->model->names[instance->name].table;

	for (size_t i = 0; i < table->n_keys; i++) {
		if (is_key_unique(values, instance, &table->keys[i]))
			continue;
		*ret_param = table->keys[i].params[0];
		return false;
	}
	return true;
}
