/* Attributes of parameters (TR-069 A6 A.3.2.4, A.3.2.5). */
#include "agents/cpe/rpc/rpc_internal.h"

/* ---- reading ------------------------------------------------------------------------ */

/* Whoever may write the parameter, beside the ACS. */
static bool put_access(struct rpc_call *call, struct str entry,
    struct cwmp_strings *ret)
{
	ret->items = arena_array(call->arena, 1, sizeof(*ret->items));
	if (!ret->items)
		return false;
	if (entry.len > 0)
		ret->items[ret->len++] = entry;
	return true;
}

static uint32_t add_attributes(struct rpc_call *call, const struct model_at *at)
{
	const struct model_values *values = call->rpc->values;
	struct cwmp_param_info *info = rpc_add_info(call, at);

	if (!info ||
	    !put_access(call, model_values_access(values, at), &info->access_list))
		return 9004;
	info->notification = (uint32_t)model_values_notification(values, at);
	return 0;
}

uint32_t rpc_get_parameter_attributes(struct rpc_call *call)
{
	return rpc_visit_params(call, add_attributes);
}

/* ---- setting ------------------------------------------------------------------------ */

/* 3 to 6 are lightweight notifications, of a model that has the parameters for them; 2 and 6
 * start a session or a message at once, which is what a parameter that is always notified
 * does. */
static uint32_t check_notification(const struct model *model,
    const struct model_param *param, uint32_t wanted)
{
	if (wanted > 2 && !model->lives[MODEL_LIGHTWEIGHT_PROTOCOLS])
		return 9009;
	if (param->notify == MODEL_NOTIFY_DENIED && wanted > 0)
		return 9009;
	return param->notify == MODEL_NOTIFY_ALWAYS && wanted != 2 && wanted != 6 ? 9009
										  : 0;
}

static uint32_t set_notification(struct model_values *next, const struct model_at *at,
    uint32_t wanted)
{
	const struct model *model = next->model;

	if (wanted > 6)
		return 9003;
	for (uint32_t i = at->name; i < model->names[at->name].end; i++) {
		const struct model_param *param = model->names[i].param;
		uint32_t fault = param ? check_notification(model, param, wanted) : 0;

		if (fault != 0)
			return fault;
	}
	return rpc_fault_of(model_values_notify(next, at, (int)wanted));
}

/* "Subscriber" is all that the schemas of any version have (cwmp-1-0.xsd to cwmp-1-4.xsd,
 * AccessList). */
static uint32_t set_access(struct model_values *next, const struct model_at *at,
    const struct cwmp_strings *list)
{
	for (size_t i = 0; i < list->len; i++) {
		if (!str_is(list->items[i], "Subscriber"))
			return 9003;
	}
	return rpc_fault_of(
	    model_values_grant(next, at, list->len > 0 ? STR("Subscriber") : STR("")));
}

static uint32_t set_attribute(const struct rpc *rpc, const struct cwmp_param_info *info,
    struct model_values *next)
{
	struct model_at at;
	uint32_t fault = rpc_find(rpc, info->name, &at);

	if (fault == 0 && info->notification_change)
		fault = set_notification(next, &at, info->notification);
	if (fault == 0 && info->access_list_change)
		fault = set_access(next, &at, &info->access_list);
	return fault;
}

/* A change counts from now on. */
static void note_known(struct rpc_call *call)
{
	const struct model_values *values = call->rpc->values;

	for (size_t i = 0; i < values->model->n_movers; i++) {
		struct model_walk walk =
		    model_walk_same(values, values->model->movers[i]);
		struct model_at at;

		while (model_walk_next(&walk, &at)) {
			if (model_values_notification(values, &at) > 0)
				(void)rpc_note_known(call->rpc, &at);
		}
	}
}

uint32_t rpc_set_parameter_attributes(struct rpc_call *call)
{
	struct model_values next;
	uint32_t fault = 0;

	if (model_values_copy(&next, call->rpc->values) < 0)
		return 9004;
	for (size_t i = 0; i < call->in->n_infos && fault == 0; i++)
		fault = set_attribute(call->rpc, &call->in->infos[i], &next);
	if (fault == 0) {
		model_values_take(call->rpc->values, &next);
		note_known(call);
		rpc_light_anew(call->rpc);
	}
	model_values_free(&next);
	return fault;
}
