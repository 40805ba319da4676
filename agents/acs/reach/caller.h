/* Sends connection requests and waits for the sessions that they bring: many at a time, each
 * device once at a time.
 *
 *   QUEUED --room--> ASKING --200, 204--> WAITING --Inform with 6--> came
 *                      |                     +--session_timeout--> no-session
 *                      +--anything else--> as CALL_OUTCOME_MAP says
 *
 * By UDP a request is not answered: it goes from QUEUED to WAITING. */
#pragma once

#include "agents/acs/reach/call.h"
#include "agents/acs/reach/call_list.h"
#include "agents/common/hoard.h"
#include "lib/base/clock.h"

#include <uv.h>

enum {
	CALLS_MAX = 1000000,   /* that wait or are under way */
	CALLER_OPEN_MAX = 128, /* connections at a time */
	CALLER_ANSWER_S = 10,
	CALLER_SESSION_S = 30 /* the least that TR-069 A6 3.2.2.2 asks for */
};

enum call_way {
	CALL_BY_HTTP,
	CALL_BY_UDP
};

struct call_target {    /* borrowed during caller_call() */
	const char *id; /* of the device */
	enum call_way way;
	bool is_swept;              /* handed back in the report */
	struct str url;             /* ConnectionRequestURL; empty: it has told none */
	struct str udp_address;     /* UDPConnectionRequestAddress; the same */
	struct call_credentials as; /* that it lets in */
};

struct call_report { /* borrowed during told() */
	const char *id;
	enum call_way way;
	bool is_swept;
	enum call_outcome outcome;
	const char *why; /* call_why() */
	unsigned status; /* of the CPE's last response; 0: none came */
	clock_ns
	    answer; /* from the start of the call to the 200; -1: it was not accepted */
	clock_ns session; /* from its start to the Inform; -1: none came */
};

struct caller_config {
	uv_loop_t *loop;
	struct hoard
	    *hoard; /* of the loop's clients, until the loop is done with them */
	clock_ns answer_timeout; /* of connection and each answer; 0: CALLER_ANSWER_S */
	clock_ns session_timeout; /* 0: CALLER_SESSION_S */
	size_t open_max;          /* 0: CALLER_OPEN_MAX */
	/* Sends a UDP connection request to where a device says, with these. 0, or an outcome with words
	 * for it in detail (of CALL_DETAIL_MAX). Null: there is no STUN server. */
	enum call_outcome (*send)(void *user, struct str address,
	    const struct call_credentials *as, char detail[CALL_DETAIL_MAX]);
	/* The device has answered 200 or 204: told() follows. May be null. */
	void (*accepted)(void *user, const char *id, unsigned status);
	/* A call is over; perhaps from inside caller_call(). It may call again. */
	void (*told)(void *user, const struct call_report *report);
	void *user;
};

struct caller;

/* config is copied, what it points to borrowed. Null without memory. */
struct caller *caller_new(const struct caller_config *config);

/* Breaks all calls off; nobody is told. The loop frees it. Null is fine. */
void caller_close(struct caller *caller);

/* Calls a device; told() will say how it ended. */
void caller_call(struct caller *caller, const struct call_target *target);

/* A device has informed; is_called: with 6 CONNECTION REQUEST. */
void caller_informed(struct caller *caller, const char *id, bool is_called);

/* Whether a call of it is not over. */
bool caller_is_calling(const struct caller *caller, const char *id);
