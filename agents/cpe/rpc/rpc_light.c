/* What lightweight notifications tell (TR-069 A6 3.7.1.5, Annex M): of each parameter whose
 * notification is one, which value the ACS knows. */
#include "agents/cpe/rpc/rpc_internal.h"

#include "lib/base/siphash.h"

enum {
	LIGHT_BYTES_MAX =
	    1000 /* of names and values in one message: one Ethernet frame */
};

static uint64_t hash_of(const struct rpc *rpc, const struct model_at *at)
{
	auto_arena arena = ARENA_NULL;
	struct str value = rpc_value(rpc, at, &arena);

	return siphash13(0, 0, value.p ? value.p : "", value.len);
}

/* 3 and 4 are passive lightweight, 5 and 6 active. */
static bool is_light(const struct rpc *rpc, const struct model_at *at)
{
	return model_values_notification(rpc->values, at) >= 3;
}

static bool is_active(const struct rpc *rpc, const struct model_at *at)
{
	return model_values_notification(rpc->values, at) >= 5;
}

void rpc_light_known(const struct rpc *rpc, const struct model_at *at)
{
	uint64_t hash;

	if (!is_light(rpc, at))
		return;
	hash = hash_of(rpc, at);
	/* Without memory the next change is not told. */
	(void)model_block_put(&rpc->values->block, MODEL_LIGHT, at, 0,
	    str_make(&hash, sizeof(hash)));
}

static size_t first_record(const struct rpc *rpc)
{
	const struct model_at first = { .name = 0 };

	return model_block_lower(rpc->values->block, MODEL_LIGHT, &first);
}

/* The record at i, where it is one of these. */
static bool look_at(const struct rpc *rpc, size_t i, struct model_record *ret)
{
	if (i >= model_block_len(rpc->values->block))
		return false;
	*ret = model_block_at(rpc->values->block, i);
	return ret->kind == MODEL_LIGHT;
}

/* What nobody wants to know any more is not looked at, and begins anew where somebody does again. */
static void forget_others(const struct rpc *rpc)
{
	struct model_record record;
	size_t i = first_record(rpc);

	while (look_at(rpc, i, &record)) {
		if (model_values_has(rpc->values, &record.at) &&
		    is_light(rpc, &record.at))
			i++;
		else
			model_block_drop(rpc->values->block, i);
	}
}

void rpc_light_anew(const struct rpc *rpc)
{
	const struct model *model = rpc->values->model;

	forget_others(rpc);
	if (!model->lives[MODEL_LIGHTWEIGHT_PROTOCOLS])
		return;
	for (size_t i = 0; i < model->n_params; i++) {
		struct model_walk walk =
		    model_walk_same(rpc->values, model->params[i].name);
		struct model_at at;
		struct model_record record;

		while (model_walk_next(&walk, &at)) {
			if (!model_block_get(rpc->values->block, MODEL_LIGHT, &at,
				&record))
				rpc_light_known(rpc, &at);
		}
	}
}

static bool has_changed(const struct rpc *rpc, const struct model_record *record)
{
	uint64_t told;

	if (record->text.len != sizeof(told) ||
	    !model_values_has(rpc->values, &record->at) || !is_light(rpc, &record->at))
		return false;
	memcpy(&told, record->text.p, sizeof(told));
	return told != hash_of(rpc, &record->at);
}

bool rpc_light_is_on(const struct rpc *rpc)
{
	struct model_record record;

	return look_at(rpc, first_record(rpc), &record);
}

static bool has_news(const struct rpc *rpc, bool is_triggered)
{
	struct model_record record;

	for (size_t i = first_record(rpc); look_at(rpc, i, &record); i++) {
		if ((is_triggered || is_active(rpc, &record.at)) &&
		    has_changed(rpc, &record))
			return true;
	}
	return false;
}

static bool add(const struct rpc *rpc, size_t i, const struct model_record *record,
    struct arena *arena, struct cwmp_params *params, size_t *bytes)
{
	struct cwmp_param param = rpc_read(rpc, &record->at, arena);
	size_t size = param.name.len + param.value.len;
	uint64_t hash = hash_of(rpc, &record->at);

	if (!param.name.p || params->len == RPC_LIGHT_MAX ||
	    (params->len > 0 && *bytes + size > LIGHT_BYTES_MAX))
		return false;
	*bytes += size;
	params->items[params->len++] = param;
	model_block_rewrite(rpc->values->block, i, str_make(&hash, sizeof(hash)));
	return true;
}

int rpc_light_take(const struct rpc *rpc, bool is_triggered, struct arena *arena,
    struct cwmp_params *params, bool *ret_more)
{
	struct model_record record;
	size_t bytes = 0;

	*params = (struct cwmp_params){ .len = 0 };
	*ret_more = false;
	if (!has_news(rpc, is_triggered))
		return 0;
	params->items = arena_array(arena, RPC_LIGHT_MAX, sizeof(*params->items));
	if (!params->items)
		return -1;
	for (size_t i = first_record(rpc); look_at(rpc, i, &record); i++) {
		*ret_more = has_changed(rpc, &record) &&
			    !add(rpc, i, &record, arena, params, &bytes);
		if (*ret_more)
			break;
	}
	return (int)params->len;
}
