/* Making and removing instances (TR-069 A6 A.3.2.6, A.3.2.7). */
#include "agents/cpe/rpc/rpc_internal.h"

#include "lib/base/error.h"

int rpc_set_key(struct model_values *values, struct str key)
{
	const struct model_param *param = values->model->lives[MODEL_PARAMETER_KEY];

	return param ? model_values_set(values, param, key) : 0;
}

/* 9004 where a table is full, or the memory. */
static uint32_t change(struct rpc_call *call, struct model_values *next, int r)
{
	if (r == 0)
		r = rpc_set_key(next, call->in->parameter_key);
	if (r == 0)
		model_values_take(call->rpc->values, next);
	model_values_free(next);
	return rpc_fault_of(r);
}

uint32_t rpc_add_object(struct rpc_call *call)
{
	const struct model *model = call->rpc->values->model;
	struct cwmp_args *out = &call->out->args;
	const struct model_table *table;
	struct str path = call->in->path, alias = rpc_alias_cut(call->rpc, &path);
	struct model_values next;
	struct rpc on_next = *call->rpc;
	struct model_at at;
	uint32_t fault;

	/* What is no table, or one that no ACS may add to, is no name for it. */
	if (!rpc_is_object(path) || path.len == 0 ||
	    rpc_find(call->rpc, path, &at) != 0 ||
	    model->names[at.name].rows == MODEL_NONE)
		return 9005;
	table = model->names[model->names[at.name].rows].table;
	if (!table->is_writable)
		return 9005;
	if (model_values_copy(&next, call->rpc->values) < 0)
		return 9004;
	out->status = table->is_deferred;
	if (!alias.p)
		return change(call, &next,
		    model_values_add(&next, &at, &out->instance_number));
	on_next.values = &next;
	fault = rpc_alias_make(&on_next, &at, alias, &out->instance_number);
	if (fault == 0)
		return change(call, &next, 0);
	model_values_free(&next);
	return fault;
}

uint32_t rpc_delete_object(struct rpc_call *call)
{
	const struct model *model = call->rpc->values->model;
	const struct model_table *table;
	struct model_values next;
	struct model_at at;
	int r;

	if (!rpc_is_object(call->in->path) || call->in->path.len == 0 ||
	    rpc_find(call->rpc, call->in->path, &at) != 0)
		return 9005;
	table = model->names[at.name].table;
	if (!table || !table->is_writable)
		return 9005;
	if (model_values_copy(&next, call->rpc->values) < 0)
		return 9004;
	call->out->args.status = table->is_deferred;
	r = model_values_remove(&next, &at);
	if (r == ERR_NOT_FOUND) { /* there would be too few */
		model_values_free(&next);
		return 9001;
	}
	return change(call, &next, r);
}
