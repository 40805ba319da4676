/* A connection request by HTTP as values (TR-069 A6 3.2.2.2): the head of a GET in, what to
 * answer out. No socket; time and randomness are arguments.
 *
 * Who does not know the password learns nothing and costs the CPE nothing: only requests
 * that prove it count against the limit, and only those use up a nonce. */
#pragma once

#include "agents/common/digest.h"
#include "lib/base/buf.h"
#include "lib/proto/http.h"

enum {
	CR_NONCE_LIFETIME_S = 60,
	CR_WHY_MAX = 320 /* of what a refusal says */
};

/* So many are accepted in a row, and then one each time a share of the period is over. */
struct cr_limit {
	uint64_t requests; /* 0: any number */
	clock_ns period;
};

/* How much of the limit a CPE has used up: zeroed at first. */
struct cr_throttle {
	clock_ns full; /* when nothing of it would be used up */
};

/* Whether one more is within the limit; then it counts. */
bool cr_throttle_take(struct cr_throttle *throttle, const struct cr_limit *limit,
    clock_ns now);

struct cr_gate { /* of one CPE, for one request; all of it borrowed */
	struct str username, password; /* as the data model has them */
	struct nonce_store *nonces;    /* may be shared by CPEs */
	const struct cr_limit *limit;
	struct cr_throttle *throttle;
	auth_hash_fn *hash;
};

struct cr_answer {
	unsigned status;
	bool is_accepted; /* a session is to follow: the status is 200 */
	bool is_first;    /* 401 because no credentials came: nothing to tell of */
	bool is_stale;    /* 401 to credentials that are right but for their nonce */
	char why[CR_WHY_MAX]; /* of a refusal, field by field; "": none */
};

/* The path that a request is for, without the origin that an absolute target has (RFC 9112
 * 3.2.2); borrowed from the head. */
struct str cr_path(const struct http_head *head);

/* Judges a request for the CPE's path, and appends the whole response to out. fresh
 * is NONCE_LEN random characters, used where a challenge is written. */
struct cr_answer cr_gate_answer(const struct cr_gate *gate,
    const struct http_head *head, clock_ns now, struct str fresh, struct buf *out);

/* The response to a request for a path that no CPE has. */
struct cr_answer cr_answer_nobody(struct buf *out);
