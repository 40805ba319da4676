/* How a CPE answers an ACS: one request in, one response or fault out (TR-069 A6 A.3, A.4).
 * It opens no socket: what is not in the data model is asked of struct rpc_device. */
#pragma once

#include "agents/cpe/jobs/jobs.h"
#include "agents/cpe/model/model_places.h"
#include "agents/cpe/model/model_values.h"
#include "lib/base/arena.h"
#include "lib/base/clock.h"

enum {
	RPC_POLL_S =
	    5 /* how often a value from outside is looked at that is notified */
};

/* The CPE that the data model belongs to. Each function gets arg. Who makes one names its
 * members: there will be more. */
struct rpc_device {
	/* The value of an OUTSIDE or MOVING parameter of this kind and type, in arena or
	 * the CPE's own memory; a null view where it is not known. */
	struct str (*get)(void *arg, enum model_live live, enum model_type type,
	    struct arena *arena);
	/* The same of a parameter of a port (model_live_is_port()), by its number; and sets
	 * its PORT_ENABLE: 0 or a fault code. Null: it has no ports. */
	struct str (*get_port)(void *arg, uint32_t number, enum model_live live,
	    enum model_type type, struct arena *arena);
	uint32_t (*set_port)(void *arg, uint32_t number, bool is_enabled);
	/* Who it is and what time it is, for generators and placeholders. Null: nobody, at
	 * no time. */
	struct model_self (*self)(void *arg);
	/* Sets ACS_URL, ACS_USERNAME or ACS_PASSWORD; 0 or a fault code. The value was
	 * checked before. */
	uint32_t (*set)(void *arg, enum model_live live, struct str value);
	/* Each notes what is to be done when the session is over; 0 or a fault code. */
	uint32_t (*reboot)(void *arg, struct str command_key);
	uint32_t (*factory_reset)(void *arg);
	uint32_t (
	    *schedule_inform)(void *arg, uint32_t delay_s, struct str command_key);
	/* The arguments or the state of the diagnostic at this object were set. Null: it has
	 * none. */
	void (*diagnostic_set)(void *arg, const struct model_at *object);
	/* The time of day, for what is to be done later. */
	clock_ns (*wall)(void *arg);
	/* Makes what has changed outlive the process: called before an answer says so. 0 or
	 * -errno. */
	int (*commit)(void *arg);
	void *arg;
};

struct rpc {
	struct model_values *values;
	struct jobs *jobs; /* transfers that are ordered, and what the CPE asks */
	struct rpc_device device;
	struct arena_pool *arenas; /* for what lasts as long as a call; or null */
};

/* Carries out request. 0: *ret is the response of its method, or a fault; its memory is in
 * arena, or borrowed from request and the model. The caller sets the ID and the CWMP
 * namespace. Else it is the number of the job whose end has to be awaited for the response
 * (job_fill_response()). */
uint32_t rpc_answer(const struct rpc *rpc, const struct cwmp_msg *request,
    struct arena *arena, struct cwmp_msg *ret);

/* The value of a parameter as the CPE itself sees it, in arena or borrowed until the values
 * change; a null view without memory. */
struct str rpc_value(const struct rpc *rpc, const struct model_at *at,
    struct arena *arena);

/* The parameter as an ACS reads it: of a hidden one what stands for no value. */
struct cwmp_param rpc_read(const struct rpc *rpc, const struct model_at *at,
    struct arena *arena);

/* ---- rpc_inform.c: what Informs carry ------------------------------------------------ */

/* The DeviceId, in arena or borrowed as rpc_value(). */
struct cwmp_device_id rpc_device_id(const struct rpc *rpc, struct arena *arena);

/* Fills DeviceId and ParameterList of an Inform: the forced ones (TR-106 forcedInform), then
 * what has changed and is notified. Notes what it tells. -ENOMEM. */
int rpc_fill_inform(const struct rpc *rpc, struct arena *arena,
    struct cwmp_inform *inform);

/* Makes room for what Informs note of values from outside, before the first of them does: it lies
 * beside what else is kept, and not among what a session takes for a while. Without memory the
 * Inform makes it. */
void rpc_expect_informs(const struct rpc *rpc);

/* The ACS has answered that Inform: what it told is no change any more. */
void rpc_inform_told(const struct rpc *rpc);

enum {
	RPC_LIGHT_MAX = 64 /* parameters of one lightweight notification */
};

/* ---- rpc_light.c: lightweight notifications (TR-069 A6 Annex M) ----------------------- */

/* Whether a parameter has that kind of notification: then values are to be looked at every
 * RPC_POLL_S. */
bool rpc_light_is_on(const struct rpc *rpc);

/* Where a value has changed whose lightweight notification is active, or of any of them where
 * is_triggered: takes what has changed of all that have one, passive ones too, as far as one
 * message has room, and notes it as told. How many, 0 or -1 without memory; they are in arena, or
 * borrowed as rpc_value(). *ret_more: there was no room for all. */
int rpc_light_take(const struct rpc *rpc, bool is_triggered, struct arena *arena,
    struct cwmp_params *params, bool *ret_more);

/* All that has changed is no change any more: the ACS is another one. */
void rpc_forget_changes(const struct rpc *rpc);

/* Whether a parameter has changed that the next Inform is to tell (4 VALUE CHANGE); of those
 * that are to start a session alone where is_active. False while no ACS was told anything
 * yet: it gets to know everything as new. */
bool rpc_has_changes(const struct rpc *rpc, bool is_active);

/* How long until rpc_has_changes() with is_active may say something else by itself;
 * INT64_MAX: never. */
clock_ns rpc_next_look(const struct rpc *rpc);
