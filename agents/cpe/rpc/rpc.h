/* How a CPE answers an ACS: one request in, one response or fault out (TR-069 A6 A.3, A.4).
 * It opens no socket: what is not in the data model is asked of struct rpc_device. */
#pragma once

#include "agents/cpe/model/model_values.h"
#include "lib/base/clock.h"

/* The CPE that the data model belongs to. Each function gets arg. */
struct rpc_device {
	/* The value of an OUTSIDE parameter, in arena or the CPE's own memory; a null view
	 * where it is not known. */
	struct str (
	    *get)(void *arg, const struct model_param *param, struct arena *arena);
	/* Sets ACS_URL, ACS_USERNAME or ACS_PASSWORD; 0 or a fault code. The value was
	 * checked before. */
	uint32_t (*set)(void *arg, enum model_live live, struct str value);
	/* Each notes what is to be done when the session is over; 0 or a fault code. */
	uint32_t (*reboot)(void *arg, struct str command_key);
	uint32_t (*factory_reset)(void *arg);
	uint32_t (
	    *schedule_inform)(void *arg, uint32_t delay_s, struct str command_key);
	void *arg;
};

struct rpc {
	struct model_values *values;
	struct rpc_device device;
};

/* Carries out request. *ret is the response of its method, or a fault; its memory is in
 * arena, or borrowed from request and the model. The caller sets the ID and the CWMP
 * namespace. */
void rpc_answer(const struct rpc *rpc, const struct cwmp_msg *request,
    struct arena *arena, struct cwmp_msg *ret);

/* The parameter as an ACS reads it: the value of a hidden one is "". */
struct cwmp_param rpc_read(const struct rpc *rpc, const struct model_param *param,
    struct arena *arena);

/* Fills DeviceId and the forced parameters of an Inform (TR-106 forcedInform). -ENOMEM. */
int rpc_fill_inform(const struct rpc *rpc, struct arena *arena,
    struct cwmp_inform *inform);
