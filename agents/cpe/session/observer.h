/* Who is told of each step of the sessions of a fleet, with its times: a load test. A fleet
 * without one looks at no clock for it. All times are monotonic. */
#pragma once

#include "agents/cpe/session/failure.h"
#include "lib/cwmp/cwmp.h"
#include "lib/load/load_fault.h"

#include <stdbool.h>
#include <stdint.h>

enum cpe_stage { /* what a session does at the moment */
	CPE_STAGE_DNS,
	CPE_STAGE_TCP,
	CPE_STAGE_TLS,
	CPE_STAGE_TLS_RESUMED, /* told of a handshake that is over only */
	CPE_STAGE_EMPTY,       /* our empty POST, until the answer */
	CPE_STAGE_RPC,         /* a message of ours, until the answer: a request, or the
				* response to one of the ACS's */
	CPE_STAGE_REST         /* a job of the CPE's own is awaited */
};

/* One session, as far as it has come. */
struct cpe_sight {
	uint64_t number;   /* of the CPE in its fleet, from 0 */
	clock_ns intended; /* when it was to begin */
	clock_ns began;
	clock_ns late;   /* how long the process has kept it waiting, of that time */
	clock_ns booted; /* of the first session behind a boot; else INT64_MAX */
	bool is_retry;
	bool has_tried;   /* a connection was begun, and so a packet was sent */
	bool has_spoken;  /* a message of it could be sent */
	bool is_awaiting; /* the last one has no answer */
	bool is_answered; /* by 200 or 204, as a session of the ACS alone answers */
	bool has_moved;   /* it has gone on on another connection */
	unsigned
	    fault; /* what goes wrong in it on purpose: a bit of enum load_fault; 0 */
	enum cpe_stage stage;
	enum cwmp_method method; /* of CPE_STAGE_RPC */
	clock_ns since;          /* when the stage began */
	int system; /* errno with which this machine refused a connection; 0: it did not */
};

struct cpe_observer {
	/* The lease that was asked for at since is there. */
	void (*leased)(void *user, uint64_t number, clock_ns since, clock_ns now);
	/* ended() follows. */
	void (*began)(void *user, const struct cpe_sight *sight);
	/* Its stage is over, as it should be. What goes again because of a 401 or an 8005 is
	 * one stage. */
	void (*passed)(void *user, const struct cpe_sight *sight, clock_ns now);
	/* The session is over, in that stage where it has failed. */
	void (*ended)(void *user, const struct cpe_sight *sight,
	    const struct failure *failure, clock_ns now);
	void *user;
};
