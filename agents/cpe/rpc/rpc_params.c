/* Reading parameters and their names (TR-069 A6 A.3.2.2, A.3.2.3). */
#include "agents/cpe/rpc/rpc_internal.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- one parameter ------------------------------------------------------------------ */

static struct str put_count(const struct rpc *rpc, const struct model_at *at,
    const struct model_table *table, struct arena *arena)
{
	const struct model_name *names = rpc->values->model->names;
	struct model_at object = *at;
	char text[16];

	object.name = names[table->name].parent;
	object.n = names[object.name].levels;
	(void)snprintf(text, sizeof(text), "%" PRIu32,
	    model_values_count(rpc->values, &object));
	return arena_str(arena, str_of(text));
}

static struct str put_generated(const struct rpc *rpc, const struct model_at *at,
    const struct model_generator *generator, struct arena *arena)
{
	struct model_self self = rpc_self(rpc);
	char path[MODEL_AT_TEXT_MAX], text[MODEL_GENERATED_MAX];
	size_t len = model_at_path(rpc->values->model, at, path);

	return arena_str(arena,
	    model_generate(generator,
		model_generate_key(self.seed, self.number, str_make(path, len)),
		&self.now, text));
}

/* TR-098 has two words for a link that is down, and each parameter takes one of them. */
static struct str name_link_status(const struct model_param *param, struct str value)
{
	for (size_t i = 0; i < param->values.len; i++) {
		if (str_is(value, param->values.items[i]))
			return value;
	}
	return param->values.len > 0 && str_is(value, "Down") ? STR("NoLink") : value;
}

struct str rpc_value(const struct rpc *rpc, const struct model_at *at,
    struct arena *arena)
{
	const struct model *model = rpc->values->model;
	const struct model_param *param = model_param_at(model, at);
	struct model_source source;
	struct model_self self;

	if (param->counts)
		return put_count(rpc, at, param->counts, arena);
	source = model_values_source(rpc->values, at);
	if (source.generate)
		return put_generated(rpc, at, source.generate, arena);
	if (model_live_is_outside((enum model_live)source.live)) {
		struct str value = rpc->device.get(rpc->device.arg,
		    (enum model_live)source.live, (enum model_type)param->type, arena);

		/* What the machine does not know at the moment is what the file says. */
		if (value.p)
			return source.live == MODEL_LINK_STATUS
				   ? name_link_status(param, value)
				   : value;
	}
	if (!source.has_places)
		return str_of(source.value);
	self = rpc_self(rpc);
	return model_places_fill(model, source.value, at, &self, arena);
}

struct str rpc_name(const struct rpc *rpc, const struct model_at *at,
    struct arena *arena)
{
	const struct model *model = rpc->values->model;
	char path[MODEL_AT_TEXT_MAX];

	if (at->n == 0)
		return model->names[at->name].path;
	return arena_str(arena, str_make(path, model_at_path(model, at, path)));
}

struct cwmp_param rpc_read(const struct rpc *rpc, const struct model_at *at,
    struct arena *arena)
{
	const struct model_param *param = model_param_at(rpc->values->model, at);
	struct cwmp_param ret = {
		.name = rpc_name(rpc, at, arena),
		.type = str_of(model_wire_type(param)),
	};

	if (param->is_hidden || param->is_secured)
		ret.value = str_of(model_null_value(param));
	else
		ret.value = rpc_value(rpc, at, arena);
	return ret;
}

/* ---- names of a request ------------------------------------------------------------- */

bool rpc_is_object(struct str path)
{
	return path.len == 0 || path.p[path.len - 1] == '.';
}

static uint32_t check_names(const struct rpc_call *call)
{
	const struct cwmp_strings *names = &call->in->names;
	struct model_at at;

	for (size_t i = 0; i < names->len; i++) {
		if (!model_values_find(call->rpc->values, names->items[i], &at))
			return 9005;
	}
	return 0;
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

		if (!model_values_find(values, names->items[i], &at))
			return 9005;
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
	/* Full at each power of two. */
	if (len != 0 && (len < 64 || (len & (len - 1)) != 0))
		return items;
	grown = arena_array(call->arena, len == 0 ? 64 : len * 2, size);
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
	*item = rpc_read(call->rpc, at, call->arena);
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
	info->name = rpc_name(call->rpc, at, call->arena);
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

	if (!model_values_find(values, path, &at))
		return 9005;
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
