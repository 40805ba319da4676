/* Reading and setting parameters and their attributes (TR-069 A6 A.3.2.1 to A.3.2.5). */
#include "agents/cpe/rpc/rpc_internal.h"

#include "lib/proto/url.h"

#include <errno.h>

enum {
	/* Parameters in one SetParameterValues: each is looked for among those before it. */
	RPC_SET_MAX = 4096,
	/* Of one answer, because an ACS may ask for the same many times. */
	RPC_ANSWER_MAX = 65536,         /* parameters */
	RPC_ANSWER_BYTES_MAX = 8 << 20, /* of names and values */
};

struct cwmp_param rpc_read(const struct rpc *rpc, const struct model_param *param,
    struct arena *arena)
{
	enum model_live live = (enum model_live)param->live;
	struct cwmp_param ret = {
		.name = param->path,
		.type = str_of(model_type_name(param->type)),
	};

	if (param->is_hidden)
		return ret;
	ret.value = model_live_is_outside(live)
			? rpc->device.get(rpc->device.arg, param, arena)
			: str_of(model_values_get(rpc->values, param));
	/* What the machine does not know at the moment is what the file says. */
	if (!ret.value.p)
		ret.value = str_of(param->value);
	return ret;
}

static bool is_object(struct str path)
{
	return path.len == 0 || path.p[path.len - 1] == '.';
}

bool rpc_find_names(const struct model *model, struct str path, struct rpc_names *ret)
{
	const struct model_name *end = model_names_end(model);
	const struct model_name *at;

	if (path.len == 0) {
		*ret = (struct rpc_names){ model->names, end };
		return true;
	}
	at = model_find(model, path);
	if (!at)
		return false;
	ret->first = at++;
	while (is_object(path) && at < end && str_starts(at->path, path))
		at++;
	ret->end = at;
	return true;
}

/* How many parameters the paths stand for; 9005 when one is unknown, 9004 when they are more
 * than an answer holds. */
static uint32_t count_params(const struct rpc_call *call, size_t *ret)
{
	const struct cwmp_strings *names = &call->in->names;
	size_t n = 0;

	for (size_t i = 0; i < names->len; i++) {
		struct rpc_names found;

		if (!rpc_find_names(call->rpc->values->model, names->items[i], &found))
			return 9005;
		n += (size_t)(found.end - found.first);
		if (n > RPC_ANSWER_MAX)
			return 9004;
	}
	*ret = n;
	return 0;
}

/* Calls visit for each parameter that the names of the request stand for, until it returns
 * a fault. */
static uint32_t visit_params(struct rpc_call *call,
    uint32_t (*visit)(struct rpc_call *call, const struct model_param *param))
{
	const struct cwmp_strings *names = &call->in->names;

	for (size_t i = 0; i < names->len; i++) {
		struct rpc_names found;

		if (!rpc_find_names(call->rpc->values->model, names->items[i], &found))
			return 9005;
		for (; found.first < found.end; found.first++) {
			uint32_t fault = 0;

			if (found.first->param)
				fault = visit(call, found.first->param);
			if (fault != 0)
				return fault;
		}
	}
	return 0;
}

static uint32_t add_value(struct rpc_call *call, const struct model_param *param)
{
	struct cwmp_params *list = &call->out->args.params;
	struct cwmp_param *item = &list->items[list->len++];

	*item = rpc_read(call->rpc, param, call->arena);
	call->answer_bytes += item->name.len + item->value.len;
	return call->answer_bytes > RPC_ANSWER_BYTES_MAX ? 9004 : 0;
}

uint32_t rpc_get_parameter_values(struct rpc_call *call)
{
	struct cwmp_params *list = &call->out->args.params;
	uint32_t fault;
	size_t n;

	fault = count_params(call, &n);
	if (fault != 0)
		return fault;
	list->items = arena_array(call->arena, n + 1, sizeof(*list->items));
	return list->items ? visit_params(call, add_value) : 9004;
}

/* Whether name is a child of the object: one more component. */
static bool is_child(struct str name, struct str object)
{
	struct str rest = str_from(name, object.len);
	size_t dot = str_find_char(rest, '.');

	return rest.len > 0 && dot >= rest.len - 1;
}

uint32_t rpc_get_parameter_names(struct rpc_call *call)
{
	struct cwmp_args *out = &call->out->args;
	struct str path = call->in->path;
	struct rpc_names found;

	if (!rpc_find_names(call->rpc->values->model, path, &found))
		return 9005;
	if (call->in->next_level && !is_object(path))
		return 9003;
	out->infos = arena_array(call->arena, (size_t)(found.end - found.first) + 1,
	    sizeof(*out->infos));
	if (!out->infos)
		return 9004;
	for (; found.first < found.end; found.first++) {
		const struct model_name *name = found.first;

		if (call->in->next_level && !is_child(name->path, path))
			continue;
		out->infos[out->n_infos++] = (struct cwmp_param_info){
			.name = name->path,
			.writable = name->param && name->param->is_writable,
		};
	}
	return 0;
}

/* ---- SetParameterValues ------------------------------------------------------------- */

static bool is_set_before(const struct cwmp_params *list, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (str_eq(list->items[i].name, list->items[at].name))
			return true;
	}
	return false;
}

static uint32_t check_one(const struct rpc_call *call, size_t at,
    const struct model_param **ret)
{
	const struct cwmp_param *wanted = &call->in->params.items[at];
	const struct model_name *name =
	    model_find(call->rpc->values->model, wanted->name);
	struct url url;
	uint32_t fault;

	if (!name || !name->param)
		return 9005;
	fault = model_check_set(name->param, wanted->type, wanted->value);
	if (fault == 0 && is_set_before(&call->in->params, at))
		fault = 9003;
	if (fault == 0 && name->param->live == MODEL_ACS_URL && wanted->value.len > 0 &&
	    url_parse(&url, wanted->value, NULL) < 0)
		fault = 9007;
	*ret = name->param;
	return fault;
}

/* Fills params, or the fault's list. */
static uint32_t check_all(struct rpc_call *call, const struct model_param **params)
{
	const struct cwmp_params *list = &call->in->params;
	struct cwmp_fault *fault = &call->out->fault;

	fault->params = arena_array(call->arena, list->len + 1, sizeof(*fault->params));
	if (!fault->params)
		return 9004;
	for (size_t i = 0; i < list->len; i++) {
		uint32_t code = check_one(call, i, &params[i]);

		if (code != 0)
			fault->params[fault->n_params++] =
			    (struct cwmp_param_fault){ .name = list->items[i].name,
				    .code = code,
				    .text = str_of(cwmp_fault_text(code)) };
	}
	return fault->n_params > 0 ? 9003 : 0;
}

/* Stored values change in a copy first; what is outside (three strings of the ACS) is told
 * last, when nothing but memory can fail. */
static uint32_t apply(struct rpc_call *call, const struct model_param *const *params)
{
	const struct cwmp_params *list = &call->in->params;
	const struct rpc_device *device = &call->rpc->device;
	struct model_values next;
	uint32_t fault = 0;
	int r = model_values_copy(&next, call->rpc->values);

	for (size_t i = 0; i < list->len && r == 0; i++) {
		if (!model_live_is_outside((enum model_live)params[i]->live))
			r = model_values_set(&next, params[i], list->items[i].value);
	}
	if (r == 0)
		r = model_values_set_live(&next, MODEL_PARAMETER_KEY,
		    call->in->parameter_key);
	for (size_t i = 0; i < list->len && r == 0 && fault == 0; i++) {
		if (model_live_is_outside((enum model_live)params[i]->live))
			fault = device->set(device->arg,
			    (enum model_live)params[i]->live, list->items[i].value);
	}
	if (r < 0 || fault != 0) {
		model_values_free(&next);
		return r < 0 ? 9004 : fault;
	}
	model_values_free(call->rpc->values);
	*call->rpc->values = next;
	return 0;
}

uint32_t rpc_set_parameter_values(struct rpc_call *call)
{
	const struct model_param **params = arena_array(call->arena,
	    call->in->params.len + 1, sizeof(const struct model_param *));
	uint32_t fault;

	if (!params || call->in->params.len > RPC_SET_MAX)
		return 9004;
	fault = check_all(call, params);
	return fault != 0 ? fault : apply(call, params);
}

/* ---- attributes --------------------------------------------------------------------- */

static uint32_t add_attributes(struct rpc_call *call, const struct model_param *param)
{
	struct cwmp_args *out = &call->out->args;

	out->infos[out->n_infos++] = (struct cwmp_param_info){
		.name = param->path,
		.notification =
		    (uint32_t)model_values_notification(call->rpc->values, param),
	};
	return 0;
}

uint32_t rpc_get_parameter_attributes(struct rpc_call *call)
{
	struct cwmp_args *out = &call->out->args;
	uint32_t fault;
	size_t n;

	fault = count_params(call, &n);
	if (fault != 0)
		return fault;
	out->infos = arena_array(call->arena, n + 1, sizeof(*out->infos));
	return out->infos ? visit_params(call, add_attributes) : 9004;
}

/* 3 to 6 are lightweight notifications, which these CPEs do not send. */
static uint32_t check_notification(const struct model_param *param, uint32_t wanted)
{
	if (wanted > 6)
		return 9003;
	if (wanted > 2 || (param->notify == MODEL_NOTIFY_DENIED && wanted > 0) ||
	    (param->notify == MODEL_NOTIFY_ALWAYS && wanted < 2))
		return 9009;
	return 0;
}

static uint32_t set_attribute(const struct cwmp_param_info *info,
    struct model_values *next)
{
	struct rpc_names found;

	if (!rpc_find_names(next->model, info->name, &found))
		return 9005;
	for (; info->notification_change && found.first < found.end; found.first++) {
		const struct model_param *param = found.first->param;
		uint32_t fault;

		if (!param)
			continue;
		fault = check_notification(param, info->notification);
		if (fault != 0)
			return fault;
		if (model_values_set_notification(next, param,
			(int)info->notification) < 0)
			return 9004;
	}
	return 0;
}

uint32_t rpc_set_parameter_attributes(struct rpc_call *call)
{
	struct model_values next;
	uint32_t fault = 0;

	if (model_values_copy(&next, call->rpc->values) < 0)
		return 9004;
	for (size_t i = 0; i < call->in->n_infos && fault == 0; i++)
		fault = set_attribute(&call->in->infos[i], &next);
	if (fault != 0) {
		model_values_free(&next);
		return fault;
	}
	model_values_free(call->rpc->values);
	*call->rpc->values = next;
	return 0;
}
