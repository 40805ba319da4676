/* Shared by the rpc*.c files. */
#pragma once

#include "agents/cpe/rpc/rpc.h"

/* One request under way. The functions below return 0 or a fault code; out->args is zeroed
 * before. */
struct rpc_call {
	const struct rpc *rpc;
	const struct cwmp_args *in;
	struct cwmp_msg *out;
	struct arena *arena;
	size_t answer_bytes; /* of the names and values so far */
};

/* A run of neighbours in model->names that a path stands for: an object with all below it
 * ("" is the whole model), or one parameter. */
struct rpc_names {
	const struct model_name *first;
	const struct model_name *end;
};

/* False when the model has no such name. */
bool rpc_find_names(const struct model *model, struct str path, struct rpc_names *ret);

uint32_t rpc_get_parameter_values(struct rpc_call *call);
uint32_t rpc_get_parameter_names(struct rpc_call *call);
uint32_t rpc_set_parameter_values(struct rpc_call *call);
uint32_t rpc_get_parameter_attributes(struct rpc_call *call);
uint32_t rpc_set_parameter_attributes(struct rpc_call *call);
