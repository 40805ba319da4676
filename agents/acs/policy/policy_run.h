/* A policy at work in one session: which RPC comes next, and what its answer changes. Without
 * I/O or clock.
 *
 *     policy_run_next() --1: a request--> the CPE --its response--> policy_run_took() --> ...
 *                       --0: nothing is left */
#pragma once

#include "agents/acs/policy/policy.h"

enum {
	/* Bounds of a session, however its policy loops: */
	POLICY_REQUESTS_MAX = 1000,
	POLICY_VALUES_MAX = 256, /* that are compared */
	POLICY_RUN_BYTES_MAX = 1 << 20
};

/* The CPE, and what else a policy looks at. Borrowed for the life of the run. */
struct policy_world {
	const char *url;  /* of the ACS */
	const char *root; /* of the CPE's names: "Device." */
	const char *address;
	const char *id; /* OUI-ProductClass-SerialNumber */
	struct str oui, product_class, serial, manufacturer;
	/* Whether the CPE has a tag that matches; puts one on it, or takes it. */
	bool (*has_tag)(void *user, struct str pattern);
	void (*set_tag)(void *user, const char *tag, bool is_on);
	/* See rpc.h; may be null. */
	struct str (*file_url)(void *user, struct str file, struct arena *arena,
	    uint32_t *ret_size);
	void *user;
};

struct policy_run;

/* Begins the rules that speak of this Inform, which reports params. *ret is null where none
 * does. world is copied, what it points to borrowed. The caller ends it with
 * policy_run_free(). -ENOMEM. */
int policy_run_new(struct policy_run **ret, const struct policy *policy,
    const struct policy_world *world, const struct cwmp_inform *inform);
void policy_run_free(struct policy_run *run); /* null is fine */

/* Makes *request, kind, method and arguments, in arena. 1; 0: nothing is left (also of a null
 * run); ERR_* with words: the next request cannot be made, and the policy is over. */
int policy_run_next(struct policy_run *run, struct arena *arena,
    struct cwmp_msg *request, struct error *err);

/* The response, or the fault, to that request. */
void policy_run_took(struct policy_run *run, const struct cwmp_msg *response);

/* Why the policy was ended before its end, or a loop before its own: a bound was reached.
 * Null: none was. Told once. */
const char *policy_run_limit(struct policy_run *run);
