/* Which methods a CPE knows, and the ones that are more than reading and setting. */
#include "agents/cpe/rpc/rpc_internal.h"

#include "lib/base/compiler.h"
#include "lib/base/cut.h"

typedef uint32_t rpc_fn(struct rpc_call *call);

static uint32_t get_rpc_methods(struct rpc_call *call);

static uint32_t refuse(struct rpc_call *call)
{
	(void)call;
	return 9001;
}

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

/* In the order of GetRPCMethodsResponse. Files are not transferred: Download, which every
 * CPE must know (TR-069 A6 table 6), is denied. */
static const struct {
	enum cwmp_method method;
	rpc_fn *run;
} methods[] = {
	{ CWMP_GET_RPC_METHODS, get_rpc_methods },
	{ CWMP_SET_PARAMETER_VALUES, rpc_set_parameter_values },
	{ CWMP_GET_PARAMETER_VALUES, rpc_get_parameter_values },
	{ CWMP_GET_PARAMETER_NAMES, rpc_get_parameter_names },
	{ CWMP_SET_PARAMETER_ATTRIBUTES, rpc_set_parameter_attributes },
	{ CWMP_GET_PARAMETER_ATTRIBUTES, rpc_get_parameter_attributes },
	{ CWMP_ADD_OBJECT, rpc_add_object },
	{ CWMP_DELETE_OBJECT, rpc_delete_object },
	{ CWMP_REBOOT, reboot },
	{ CWMP_DOWNLOAD, refuse },
	{ CWMP_SCHEDULE_INFORM, schedule_inform },
	{ CWMP_FACTORY_RESET, factory_reset },
};

static uint32_t get_rpc_methods(struct rpc_call *call)
{
	struct cwmp_strings *names = &call->out->args.names;

	names->items =
	    arena_array(call->arena, ARRAY_LEN(methods), sizeof(*names->items));
	if (!names->items)
		return 9004;
	for (size_t i = 0; i < ARRAY_LEN(methods); i++)
		names->items[names->len++] =
		    str_of(cwmp_method_name(methods[i].method));
	return 0;
}

static rpc_fn *find(enum cwmp_method method)
{
	for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
		if (methods[i].method == method)
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
static uint32_t check_lengths(const struct rpc_call *call,
    const struct cwmp_msg *request)
{
	char text[CWMP_FAULT_TEXT_MAX + 1];
	struct error err = ERROR_NULL;

	if (cwmp_check_lengths(request, &err) == 0)
		return 0;
	call->out->fault.text =
	    arena_str(call->arena, str_of(cut_print(text, sizeof(text), "%s: %s",
				       cwmp_fault_text(9003), err.text)));
	return 9003;
}

void rpc_answer(const struct rpc *rpc, const struct cwmp_msg *request,
    struct arena *arena, struct cwmp_msg *ret)
{
	struct rpc_call call = { rpc, &request->args, ret, arena, 0 };
	rpc_fn *run = find(request->method);
	uint32_t fault;

	*ret = (struct cwmp_msg){ .kind = CWMP_RESPONSE, .method = request->method };
	fault = run ? check_lengths(&call, request) : 9000;
	if (fault == 0)
		fault = run(&call);
	if (fault != 0)
		make_fault(ret, fault);
}
