/* What an Inform carries: the forced parameters, and what has changed (TR-069 A6 3.7.1.5). */
#include "agents/cpe/rpc/rpc_internal.h"

#include "lib/base/siphash.h"

#include <errno.h>

struct told {             /* of a value from outside: hashes */
	uint64_t told;    /* of what the ACS knows */
	uint64_t telling; /* of what the Inform under way says */
};

static uint64_t hash_of(const struct rpc *rpc, const struct model_at *at)
{
	auto_arena arena = { .pool = rpc->arenas };
	struct str value = rpc_value(rpc, at, &arena);

	return siphash13(0, 0, value.p ? value.p : "", value.len);
}

static bool find_told(const struct rpc *rpc, const struct model_at *at,
    struct told *ret)
{
	struct model_record record;

	if (!model_block_get(rpc->values->block, MODEL_TOLD, at, &record) ||
	    record.text.len != sizeof(*ret))
		return false;
	memcpy(ret, record.text.p, sizeof(*ret));
	return true;
}

static int put_told(const struct rpc *rpc, const struct model_at *at,
    const struct told *told)
{
	return model_block_put(&rpc->values->block, MODEL_TOLD, at, 0,
	    str_make(told, sizeof(*told)));
}

static bool is_outside(const struct rpc *rpc, const struct model_at *at)
{
	struct model_source source = model_values_source(rpc->values, at);

	return model_live_is_outside((enum model_live)source.live);
}

int rpc_note_known(const struct rpc *rpc, const struct model_at *at)
{
	struct told told;

	if (!is_outside(rpc, at) || model_values_notification(rpc->values, at) == 0)
		return 0;
	told.told = told.telling = hash_of(rpc, at);
	return put_told(rpc, at, &told);
}

/* ---- changes ------------------------------------------------------------------------ */

/* 1 and 2 are passive and active; of the lightweight ones 4 and 6 are passive as well. */
static bool is_notified(const struct rpc *rpc, const struct model_at *at,
    bool is_active)
{
	int notification = model_values_notification(rpc->values, at);

	if (is_active)
		return notification == 2;
	return notification == 1 || notification == 2 || notification == 4 ||
	       notification == 6;
}

static bool is_generated_anew(const struct rpc *rpc, const struct model_at *at,
    const struct model_generator *generator)
{
	struct model_self self = rpc_self(rpc);
	char path[MODEL_AT_TEXT_MAX];
	char before[MODEL_GENERATED_MAX], after[MODEL_GENERATED_MAX];
	uint64_t key = model_generate_key(self.seed, self.number,
	    str_make(path, model_at_path(rpc->values->model, at, path)));

	return !str_eq(model_generate(generator, key, &rpc->values->told, before),
	    model_generate(generator, key, &self.now, after));
}

/* is_noted: note_telling() has just looked. */
static bool has_moved(const struct rpc *rpc, const struct model_at *at, bool is_noted)
{
	struct model_source source = model_values_source(rpc->values, at);
	struct told told;

	if (source.generate)
		return is_generated_anew(rpc, at, source.generate);
	return model_live_is_outside((enum model_live)source.live) &&
	       find_told(rpc, at, &told) &&
	       told.told != (is_noted ? told.telling : hash_of(rpc, at));
}

struct changes { /* those of a CPE, one after the other */
	const struct rpc *rpc;
	bool is_active, is_noted;
	size_t record; /* of MODEL_CHANGED */
	struct model_movers movers;
	struct model_walk walk; /* over the instances of one of them */
	bool is_walking;
};

static struct changes changes_of(const struct rpc *rpc, bool is_active)
{
	struct model_at first = { .name = 0 };

	return (struct changes){
		.rpc = rpc,
		.is_active = is_active,
		.record = model_block_lower(rpc->values->block, MODEL_CHANGED, &first),
		.movers = model_movers_of(rpc->values),
	};
}

static bool next_noted(struct changes *changes, struct model_at *ret)
{
	const struct model_values *values = changes->rpc->values;

	while (changes->record < model_block_len(values->block)) {
		struct model_record record =
		    model_block_at(values->block, changes->record);

		if (record.kind != MODEL_CHANGED)
			return false;
		changes->record++;
		*ret = record.at;
		if (model_values_has(values, ret) &&
		    is_notified(changes->rpc, ret, changes->is_active))
			return true;
	}
	return false;
}

static bool next_moved(struct changes *changes, struct model_at *ret)
{
	const struct model_values *values = changes->rpc->values;
	uint32_t name;

	while (changes->is_walking || model_movers_next(&changes->movers, &name)) {
		if (!changes->is_walking)
			changes->walk = model_walk_same(values, name);
		changes->is_walking = true;
		while (model_walk_next(&changes->walk, ret)) {
			if (is_notified(changes->rpc, ret, changes->is_active) &&
			    has_moved(changes->rpc, ret, changes->is_noted))
				return true;
		}
		changes->is_walking = false;
	}
	return false;
}

static bool next_change(struct changes *changes, struct model_at *ret)
{
	/* Before it was told anything, an ACS knows of no value that could have changed. */
	if (changes->rpc->values->told.wall == 0)
		return false;
	return next_noted(changes, ret) || next_moved(changes, ret);
}

bool rpc_has_changes(const struct rpc *rpc, bool is_active)
{
	struct changes changes = changes_of(rpc, is_active);
	struct model_at at;

	return next_change(&changes, &at);
}

clock_ns rpc_next_look(const struct rpc *rpc)
{
	const struct model *model = rpc->values->model;
	struct model_self self = rpc_self(rpc);
	struct model_movers movers = model_movers_of(rpc->values);
	clock_ns least = INT64_MAX;
	uint32_t name;

	while (model_movers_next(&movers, &name)) {
		struct model_walk walk = model_walk_same(rpc->values, name);
		struct model_at at;

		while (model_walk_next(&walk, &at)) {
			struct model_source source =
			    model_values_source(rpc->values, &at);
			char path[MODEL_AT_TEXT_MAX];

			if (!is_notified(rpc, &at, true))
				continue;
			if (source.generate)
				least = MIN(least,
				    model_generate_lasts(source.generate,
					model_generate_key(self.seed, self.number,
					    str_make(path,
						model_at_path(model, &at, path))),
					&self.now));
			else if (model_live_is_moving((enum model_live)source.live))
				least = MIN(least, RPC_POLL_S * NS_PER_S);
		}
	}
	return least;
}

/* ---- telling ------------------------------------------------------------------------ */

static bool is_listed(const struct cwmp_params *list, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(list->items[i].name, name))
			return true;
	}
	return false;
}

static uint32_t add_param(struct rpc_call *call, struct cwmp_params *list,
    const struct model_at *at)
{
	struct cwmp_param *items =
	    rpc_grow(call, list->items, list->len, sizeof(*items));

	if (!items)
		return 9004;
	list->items = items;
	items[list->len] = rpc_read(call->rpc, at, call->arena);
	return items[list->len++].name.p ? 0 : 9004;
}

static uint32_t add_forced(struct rpc_call *call, struct cwmp_params *list)
{
	const struct model_values *values = call->rpc->values;
	const struct model *model = values->model;
	uint32_t fault = 0;

	for (size_t i = 0; i < model->n_params && fault == 0; i++) {
		struct model_walk walk;
		struct model_at at;

		if (!model->params[i].is_forced_inform)
			continue;
		walk = model_walk_same(values, model->params[i].name);
		while (fault == 0 && model_walk_next(&walk, &at))
			fault = add_param(call, list, &at);
	}
	for (size_t i = 0; i < model->n_informs && fault == 0; i++) {
		/* Of an object whose parameter is forced in each instance, too. */
		if (model_values_has(values, &model->informs[i]) &&
		    !model_param_at(model, &model->informs[i])->is_forced_inform)
			fault = add_param(call, list, &model->informs[i]);
	}
	return fault;
}

static uint32_t add_changed(struct rpc_call *call, struct cwmp_params *list,
    bool is_noted)
{
	struct changes changes = changes_of(call->rpc, false);
	size_t n_forced = list->len;
	struct model_at at;
	uint32_t fault = 0;

	changes.is_noted = is_noted;
	while (fault == 0 && next_change(&changes, &at)) {
		struct str name = rpc_name(call->rpc, &at, call->arena);

		if (!is_listed(list, n_forced, name))
			fault = add_param(call, list, &at);
	}
	return fault;
}

void rpc_expect_informs(const struct rpc *rpc)
{
	struct model_movers movers = model_movers_of(rpc->values);
	struct told told;
	uint32_t name;
	size_t n = 0;

	while (model_movers_next(&movers, &name)) {
		struct model_walk walk = model_walk_same(rpc->values, name);
		struct model_at at;

		while (model_walk_next(&walk, &at)) {
			if (model_values_notification(rpc->values, &at) > 0 &&
			    is_outside(rpc, &at) && !find_told(rpc, &at, &told))
				n += model_block_cost(&at, sizeof(told));
		}
	}
	(void)model_block_reserve(&rpc->values->block, n);
}

/* Notes what the Inform says, so that it can be taken as told when it is answered. What there
 * is no memory for is told again: false. */
static bool note_telling(const struct rpc *rpc)
{
	struct model_values *values = rpc->values;
	struct model_at at = { .name = 0 };
	size_t i = model_block_lower(values->block, MODEL_CHANGED, &at);
	struct model_movers movers = model_movers_of(values);
	uint32_t name;
	int r = 0;

	values->telling = rpc_self(rpc).now;
	for (; i < model_block_len(values->block) &&
	       model_block_at(values->block, i).kind == MODEL_CHANGED;
	     i++)
		model_block_flag(values->block, i, 1);
	while (r == 0 && model_movers_next(&movers, &name)) {
		struct model_walk walk = model_walk_same(values, name);

		while (r == 0 && model_walk_next(&walk, &at)) {
			struct told told;
			uint64_t telling;
			bool is_known;

			if (model_values_notification(values, &at) == 0 ||
			    !is_outside(rpc, &at))
				continue;
			telling = hash_of(rpc, &at);
			is_known = find_told(rpc, &at, &told);
			if (is_known && told.telling == telling)
				continue;
			told = (struct told){ is_known ? told.told : telling, telling };
			r = put_told(rpc, &at, &told);
		}
	}
	return r == 0;
}

static struct str value_of(const struct rpc *rpc, const struct model_param *param,
    struct arena *arena)
{
	const struct model *model = rpc->values->model;
	struct model_at at = model_at_of(&model->names[param->name], model);

	return rpc_read(rpc, &at, arena).value;
}

struct cwmp_device_id rpc_device_id(const struct rpc *rpc, struct arena *arena)
{
	const struct model *model = rpc->values->model;

	return (struct cwmp_device_id){
		.manufacturer = value_of(rpc, model->manufacturer, arena),
		.oui = value_of(rpc, model->oui, arena),
		.product_class = value_of(rpc, model->product_class, arena),
		.serial_number = value_of(rpc, model->serial, arena),
	};
}

int rpc_fill_inform(const struct rpc *rpc, struct arena *arena,
    struct cwmp_inform *inform)
{
	struct rpc_call call = { .rpc = rpc, .arena = arena };
	/* First, because the values below are borrowed from the block it writes to. */
	bool is_noted = note_telling(rpc);

	inform->device = rpc_device_id(rpc, arena);
	if (add_forced(&call, &inform->params) != 0 ||
	    add_changed(&call, &inform->params, is_noted) != 0)
		return -ENOMEM;
	return 0;
}

void rpc_inform_told(const struct rpc *rpc)
{
	struct model_values *values = rpc->values;

	values->told = values->telling;
	for (size_t i = model_block_len(values->block); i-- > 0;) {
		struct model_record record = model_block_at(values->block, i);
		struct told told;

		if (record.kind == MODEL_CHANGED && record.flags == 1)
			model_block_drop(values->block, i);
		if (record.kind != MODEL_TOLD || record.text.len != sizeof(told))
			continue;
		memcpy(&told, record.text.p, sizeof(told));
		told.told = told.telling;
		/* Of the same length, in the same place: nothing can fail. */
		model_block_rewrite(values->block, i, str_make(&told, sizeof(told)));
	}
}

void rpc_forget_changes(const struct rpc *rpc)
{
	if (rpc->values->told.wall == 0)
		return;
	(void)note_telling(rpc);
	rpc_inform_told(rpc);
}
