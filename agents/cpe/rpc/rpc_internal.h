/* Shared by the rpc*.c files. */
#pragma once

#include "agents/cpe/rpc/rpc.h"

enum {
	/* Of one answer, because an ACS may ask for the same many times. */
	RPC_ANSWER_MAX = 65536,         /* parameters */
	RPC_ANSWER_BYTES_MAX = 8 << 20, /* of names and values */
	/* Parameters in one SetParameterValues: each is looked for among those before it. */
	RPC_SET_MAX = 4096,
};

/* One request under way. The functions below return 0 or a fault code; out->args is zeroed
 * before. */
struct rpc_call {
	const struct rpc *rpc;
	const struct cwmp_args *in;
	struct cwmp_msg *out;
	struct arena *arena;
	size_t answer_bytes;  /* of the names and values so far */
	uint32_t awaited_job; /* whose end makes the response; 0: none */
	/* The name of the request that is being answered, and what it means. */
	struct str asked;
	struct model_at asked_at;
};

/* The name of at as the CPE says it by itself: with the numbers of its instances or, where
 * InstanceMode says so, their aliases. In arena or borrowed from the model; a null view without
 * memory. */
struct str rpc_name(const struct rpc *rpc, const struct model_at *at,
    struct arena *arena);

/* As rpc_read(), under that name. */
struct cwmp_param rpc_read_as(const struct rpc *rpc, const struct model_at *at,
    struct str name, struct arena *arena);

/* Whether a path is that of an object, or of the root. */
bool rpc_is_object(struct str path);

/* Calls visit for each parameter that the names of the request stand for, until it returns
 * a fault; 9005 for a name that the CPE has not, before any visit. */
uint32_t rpc_visit_params(struct rpc_call *call,
    uint32_t (*visit)(struct rpc_call *call, const struct model_at *at));

/* Makes room for one more in an array in the arena of the call that has len items; null without
 * memory, or where there are RPC_ANSWER_MAX. */
void *rpc_grow(struct rpc_call *call, void *items, size_t len, size_t size);

/* Adds at to the names, or attributes, of the answer; null without memory, or over a limit of
 * answers. */
struct cwmp_param_info *rpc_add_info(struct rpc_call *call, const struct model_at *at);

uint32_t rpc_get_parameter_values(struct rpc_call *call);
uint32_t rpc_get_parameter_names(struct rpc_call *call);
uint32_t rpc_set_parameter_values(struct rpc_call *call);
uint32_t rpc_get_parameter_attributes(struct rpc_call *call);
uint32_t rpc_set_parameter_attributes(struct rpc_call *call);
uint32_t rpc_add_object(struct rpc_call *call);
uint32_t rpc_delete_object(struct rpc_call *call);

/* ---- rpc_alias.c: instances by their aliases (TR-069 A6 3.6.1) -------------------------- */

/* Whether the CPE knows aliases: AliasBasedAddressing. */
bool rpc_has_aliases(const struct rpc *rpc);
/* Whether an ACS may give it: it begins with a letter and not with "cpe-", and can stand in
 * brackets. */
bool rpc_alias_is_good(struct str alias);
/* What the path of a request means; 9005 where the CPE has no such thing. */
uint32_t rpc_find(const struct rpc *rpc, struct str path, struct model_at *ret);
/* The same, and where AutoCreateInstances is true instances with aliases that no other one has are
 * made (A.3.2.1), in rpc->values, also where it fails then. */
uint32_t rpc_find_or_make(const struct rpc *rpc, struct str path, struct model_at *ret);
/* Cuts "[guest]." off the end of a path and returns "guest"; a null view where it is not there. */
struct str rpc_alias_cut(const struct rpc *rpc, struct str *path);
/* Makes the instance of that alias below the object above "{i}.": its number. 9005 where it may not
 * be, or there is one; 9004 where the table or the memory is full. */
uint32_t rpc_alias_make(const struct rpc *rpc, const struct model_at *object,
    struct str alias, uint32_t *ret);
/* The name of at, which call->asked_at is or stands above: as asked for up to there, and behind
 * that as rpc_name(). */
struct str rpc_name_asked(const struct rpc_call *call, const struct model_at *at);

/* rpc_transfer.c */
uint32_t rpc_download(struct rpc_call *call);
uint32_t rpc_schedule_download(struct rpc_call *call);
uint32_t rpc_upload(struct rpc_call *call);
uint32_t rpc_cancel_transfer(struct rpc_call *call);
uint32_t rpc_get_queued_transfers(struct rpc_call *call);
uint32_t rpc_get_all_queued_transfers(struct rpc_call *call);

/* rpc_units.c */
uint32_t rpc_change_du_state(struct rpc_call *call);

/* rpc_fault.c: gives the fault its own words: those of the code, and what is wrong.
 * Returns code. */
uint32_t rpc_fault(struct rpc_call *call, uint32_t code, const char *fmt, ...)
    ATTR_PRINTF(3, 4);

/* Sets ParameterKey, which only these three RPCs do (TR-069 A6 A.3.2.1). 0 or a failure. */
int rpc_set_key(struct model_values *values, struct str key);

/* The ACS has set the value itself, or asks for changes of it from now on: what it is now is
 * no change. -ENOMEM, ERR_LIMIT. */
int rpc_note_known(const struct rpc *rpc, const struct model_at *at);

/* The same for lightweight notifications, of one parameter and of all that are notified so and
 * were not before. */
void rpc_light_known(const struct rpc *rpc, const struct model_at *at);
void rpc_light_anew(const struct rpc *rpc);

/* The CPE that asks. */
static inline struct model_self rpc_self(const struct rpc *rpc)
{
	return rpc->device.self ? rpc->device.self(rpc->device.arg)
				: (struct model_self){ .number = 0 };
}

/* 0 as a fault code; 9004 for a failure for want of memory. */
static inline uint32_t rpc_fault_of(int r)
{
	return r < 0 ? 9004 : 0;
}
