/* Reading parameters and their names (TR-069 A6 A.3.2.2, A.3.2.3). */
#include "agents/cpe/rpc/rpc_internal.h"

enum {
	FIRST_ROOM = 16 /* as many as an Inform tells of, about */
};

/* ---- one parameter ------------------------------------------------------------------ */

struct cwmp_param rpc_read(const struct rpc *rpc, const struct model_at *at,
    struct arena *arena)
{
	return rpc_read_as(rpc, at, rpc_name(rpc, at, arena), arena);
}

struct cwmp_param rpc_read_as(const struct rpc *rpc, const struct model_at *at,
    struct str name, struct arena *arena)
{
	const struct model_param *param = model_param_at(rpc->values->model, at);
	struct cwmp_param ret = {
		.name = name,
		.type = str_of(model_wire_type(param)),
	};

	if (param->is_hidden || param->is_secured)
		ret.value = str_of(model_null_value(param));
	else
		ret.value = rpc_value(rpc, at, arena);
	return ret;
}

/* ---- names of a request ------------------------------------------------------------- */

static uint32_t check_names(const struct rpc_call *call)
{
	const struct cwmp_strings *names = &call->in->names;
	struct model_at at;
	uint32_t fault = 0;

	for (size_t i = 0; i < names->len && fault == 0; i++)
		fault = rpc_find(call->rpc, names->items[i], &at);
	return fault;
}

uint32_t rpc_visit_params(struct rpc_call *call,
    uint32_t (*visit)(struct rpc_call *call, const struct model_at *at))
{
	const struct cwmp_strings *names = &call->in->names;
	const struct model_values *values = call->rpc->values;
	uint32_t fault = check_names(call);

	for (size_t i = 0; i < names->len && fault == 0; i++) {
		struct model_walk walk;
		struct model_at at;

		call->asked = names->items[i];
		fault = rpc_find(call->rpc, call->asked, &at);
		if (fault != 0)
			return fault;
		call->asked_at = at;
		walk = model_walk_all(values, &at);
		while (fault == 0 && model_walk_next(&walk, &at)) {
			if (model_param_at(values->model, &at))
				fault = visit(call, &at);
		}
	}
	return fault;
}

void *rpc_grow(struct rpc_call *call, void *items, size_t len, size_t size)
{
	void *grown;

	if (len >= RPC_ANSWER_MAX)
		return NULL;
	/* Full at each power of two from the first room on. */
	if (len != 0 && (len < FIRST_ROOM || (len & (len - 1)) != 0))
		return items;
	grown = arena_array(call->arena, len == 0 ? FIRST_ROOM : len * 2, size);
	if (grown && len > 0)
		memcpy(grown, items, len * size);
	return grown;
}

/* ---- GetParameterValues ------------------------------------------------------------- */

static uint32_t add_value(struct rpc_call *call, const struct model_at *at)
{
	struct cwmp_params *list = &call->out->args.params;
	struct cwmp_param *items =
	    rpc_grow(call, list->items, list->len, sizeof(*items));
	struct cwmp_param *item;

	if (!items)
		return 9004;
	list->items = items;
	item = &items[list->len++];
	*item = rpc_read_as(call->rpc, at, rpc_name_asked(call, at), call->arena);
	call->answer_bytes += item->name.len + item->value.len;
	return !item->name.p || call->answer_bytes > RPC_ANSWER_BYTES_MAX ? 9004 : 0;
}

uint32_t rpc_get_parameter_values(struct rpc_call *call)
{
	return rpc_visit_params(call, add_value);
}

/* ---- GetParameterNames -------------------------------------------------------------- */

/* Of an object: whether AddObject goes there, or DeleteObject of an instance. */
static bool is_writable(const struct model *model, const struct model_name *name)
{
	if (name->param)
		return name->param->is_writable;
	if (name->rows != MODEL_NONE)
		return model->names[name->rows].table->is_writable;
	return name->table && name->table->is_writable;
}

struct cwmp_param_info *rpc_add_info(struct rpc_call *call, const struct model_at *at)
{
	struct cwmp_args *out = &call->out->args;
	struct cwmp_param_info *infos =
	    rpc_grow(call, out->infos, out->n_infos, sizeof(*infos));
	struct cwmp_param_info *info;

	if (!infos)
		return NULL;
	out->infos = infos;
	info = &infos[out->n_infos++];
	info->name = rpc_name_asked(call, at);
	call->answer_bytes += info->name.len;
	return info->name.p && call->answer_bytes <= RPC_ANSWER_BYTES_MAX ? info : NULL;
}

static uint32_t add_name(struct rpc_call *call, const struct model_at *at)
{
	const struct model *model = call->rpc->values->model;
	struct cwmp_param_info *info = rpc_add_info(call, at);

	if (!info)
		return 9004;
	info->writable = is_writable(model, &model->names[at->name]);
	return 0;
}

uint32_t rpc_get_parameter_names(struct rpc_call *call)
{
	const struct model_values *values = call->rpc->values;
	struct str path = call->in->path;
	struct model_walk walk;
	struct model_at at;
	uint32_t fault = 0;

	fault = rpc_find(call->rpc, path, &at);
	if (fault != 0)
		return fault;
	call->asked = path;
	call->asked_at = at;
	if (call->in->next_level && !rpc_is_object(path))
		return 9003;
	/* The next level of the root of all is the root object alone. */
	if (call->in->next_level && path.len == 0)
		return add_name(call, &at);
	walk = call->in->next_level ? model_walk_children(values, &at)
				    : model_walk_all(values, &at);
	while (fault == 0 && model_walk_next(&walk, &at))
		fault = add_name(call, &at);
	return fault;
}
