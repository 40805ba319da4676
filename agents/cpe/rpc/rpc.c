/* Which methods a CPE knows, and the ones that are more than reading and setting. */
#include "agents/cpe/rpc/rpc_internal.h"

#include "agents/cpe/model/model_modules.h"
#include "lib/base/compiler.h"
#include "lib/base/cut.h"

typedef uint32_t rpc_fn(struct rpc_call *call);

static uint32_t get_rpc_methods(struct rpc_call *call);

static uint32_t reboot(struct rpc_call *call)
{
	const struct rpc_device *device = &call->rpc->device;

	return device->reboot(device->arg, call->in->command_key);
}

static uint32_t factory_reset(struct rpc_call *call)
{
	const struct rpc_device *device = &call->rpc->device;

	return device->factory_reset(device->arg);
}

static uint32_t schedule_inform(struct rpc_call *call)
{
	const struct rpc_device *device = &call->rpc->device;

	if (call->in->delay_seconds == 0)
		return 9003;
	return device->schedule_inform(device->arg, call->in->delay_seconds,
	    call->in->command_key);
}

/* In the order of GetRPCMethodsResponse, each with the first version of CWMP that has it
 * (TR-069 A6 table 6). What is deprecated is not there (9000), and a model without software
 * modules knows nothing of deployment units. */
static const struct {
	enum cwmp_method method;
	rpc_fn *run;
	enum model_cwmp since;
} methods[] = {
	{ CWMP_GET_RPC_METHODS, get_rpc_methods, MODEL_CWMP_1_0 },
	{ CWMP_SET_PARAMETER_VALUES, rpc_set_parameter_values, MODEL_CWMP_1_0 },
	{ CWMP_GET_PARAMETER_VALUES, rpc_get_parameter_values, MODEL_CWMP_1_0 },
	{ CWMP_GET_PARAMETER_NAMES, rpc_get_parameter_names, MODEL_CWMP_1_0 },
	{ CWMP_SET_PARAMETER_ATTRIBUTES, rpc_set_parameter_attributes, MODEL_CWMP_1_0 },
	{ CWMP_GET_PARAMETER_ATTRIBUTES, rpc_get_parameter_attributes, MODEL_CWMP_1_0 },
	{ CWMP_ADD_OBJECT, rpc_add_object, MODEL_CWMP_1_0 },
	{ CWMP_DELETE_OBJECT, rpc_delete_object, MODEL_CWMP_1_0 },
	{ CWMP_REBOOT, reboot, MODEL_CWMP_1_0 },
	{ CWMP_DOWNLOAD, rpc_download, MODEL_CWMP_1_0 },
	{ CWMP_SCHEDULE_DOWNLOAD, rpc_schedule_download, MODEL_CWMP_1_2 },
	{ CWMP_UPLOAD, rpc_upload, MODEL_CWMP_1_0 },
	{ CWMP_CANCEL_TRANSFER, rpc_cancel_transfer, MODEL_CWMP_1_2 },
	{ CWMP_GET_QUEUED_TRANSFERS, rpc_get_queued_transfers, MODEL_CWMP_1_0 },
	{ CWMP_GET_ALL_QUEUED_TRANSFERS, rpc_get_all_queued_transfers, MODEL_CWMP_1_1 },
	{ CWMP_SCHEDULE_INFORM, schedule_inform, MODEL_CWMP_1_0 },
	{ CWMP_FACTORY_RESET, factory_reset, MODEL_CWMP_1_0 },
	{ CWMP_CHANGE_DU_STATE, rpc_change_du_state, MODEL_CWMP_1_2 },
};

/* The fault that the model has for it whatever is asked, or 0. */
static uint32_t refusal(const struct rpc_call *call, enum cwmp_method method)
{
	return call->rpc->values->model->conduct.cwmp.refuses[method];
}

static bool is_known(const struct rpc_call *call, size_t i)
{
	const struct model *model = call->rpc->values->model;

	return model->conduct.cwmp.version >= (int)methods[i].since &&
	       refusal(call, methods[i].method) != 9000 &&
	       (methods[i].method != CWMP_CHANGE_DU_STATE || model_has_modules(model));
}

static uint32_t get_rpc_methods(struct rpc_call *call)
{
	struct cwmp_strings *names = &call->out->args.names;

	names->items =
	    arena_array(call->arena, ARRAY_LEN(methods), sizeof(*names->items));
	if (!names->items)
		return 9004;
	for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
		if (is_known(call, i))
			names->items[names->len++] =
			    str_of(cwmp_method_name(methods[i].method));
	}
	return 0;
}

static rpc_fn *find(const struct rpc_call *call, enum cwmp_method method)
{
	for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
		if (methods[i].method == method && is_known(call, i))
			return methods[i].run;
	}
	return NULL;
}

/* The handler may have listed parameters in the fault already, or given it its text. */
static void make_fault(struct cwmp_msg *msg, uint32_t code)
{
	struct cwmp_fault fault = msg->fault;

	*msg = (struct cwmp_msg){ .kind = CWMP_FAULT };
	fault.code = code;
	if (!fault.text.p)
		fault.text = str_of(cwmp_fault_text(code));
	fault.soap_code = str_of(cwmp_fault_soap_code(code));
	fault.soap_string = STR("CWMP fault");
	msg->fault = fault;
}

/* 0, or 9003 with its text where an argument is longer than it may be. */
static uint32_t check_lengths(struct rpc_call *call, const struct cwmp_msg *request)
{
	struct error err = ERROR_NULL;

	if (cwmp_check_lengths(request, &err) == 0)
		return 0;
	return rpc_fault(call, 9003, "%s", err.text);
}

uint32_t rpc_answer(const struct rpc *rpc, const struct cwmp_msg *request,
    struct arena *arena, struct cwmp_msg *ret)
{
	struct rpc_call call = { .rpc = rpc,
		.in = &request->args,
		.out = ret,
		.arena = arena };
	rpc_fn *run = find(&call, request->method);
	uint32_t fault;

	*ret = (struct cwmp_msg){ .kind = CWMP_RESPONSE, .method = request->method };
	fault = refusal(&call, request->method);
	if (fault == 0)
		fault = run ? check_lengths(&call, request) : 9000;
	if (fault == 0)
		fault = run(&call);
	if (fault != 0)
		make_fault(ret, fault);
	return call.awaited_job;
}
