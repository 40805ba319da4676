/* What an RPC ended in, for people. */
#pragma once

#include "capture/frame/frame.h"

#include <stdbool.h>
#include <stddef.h>

/* That of a transfer, as its completion tells, the parameters that a fault is about, or the
 * deployment units that a change of their state is told of. Only where records are kept; the texts
 * are without secrets, unless asked for. */
struct rpc_outcome {
	bool is_transfer; /* TransferComplete, AutonomousTransferComplete */
	bool has_code;
	uint32_t code;                /* FaultCode of FaultStruct */
	const char *text;             /* FaultString; this and the next may be null */
	const char *start, *complete; /* as they were sent, or null */
	const char *command_key;      /* "" where it is empty; null: it has none */
	/* The response that promised the transfer, or the change; number 0: it is not in the
	 * capture. */
	struct frame_ref promised;
	struct param_outcome {
		const char *name, *text; /* the text may be null */
		uint32_t code;           /* 0: it has none */
	} * params;                      /* SetParameterValuesFault */
	size_t n_params;                 /* that are kept */
	bool is_units; /* DUStateChangeComplete, AutonomousDUStateChangeComplete */
	struct unit_outcome {
		const char *uuid, *version, *state, *text; /* each may be null */
		uint32_t code;                             /* 0: no fault */
	} * units;
	size_t n_units; /* that are kept */
	size_t n_all;   /* parameters or units that there are */
};
