/* Policies that come in parts, since a line of a control channel has an end (lib/program/lines.h):
 * each is begun, gets its parts in their order, and is taken once it is whole. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"

enum {
	POLICY_PARTS_MAX =
	    4,              /* that are begun; one more takes the place of the oldest */
	POLICY_PARTS_S = 60 /* one that gets no part for so long is forgotten */
};

struct policy_draft {
	uint64_t id; /* 0: there is none */
	struct buf text;
	clock_ns touched;
};

struct policy_parts { /* zeroed: there are none */
	struct policy_draft drafts[POLICY_PARTS_MAX];
	uint64_t last_id;
};

/* Adds a part to the policy of that id at now (monotonic), or begins one where it is 0; *ret_id is
 * that of the policy. ERR_USAGE: there is none of that id, or not any more; ERR_LIMIT: it would
 * have more than CONF_BYTES_MAX bytes, and is forgotten; -ENOMEM. */
int policy_parts_add(struct policy_parts *parts, uint64_t id, struct str text,
    clock_ns now, uint64_t *ret_id, struct error *err);

/* Hands out the text of that policy, which the caller frees, and forgets it. An empty one where
 * there is none. */
struct buf policy_parts_take(struct policy_parts *parts, uint64_t id);

/* Forgets those that nobody goes on with. now is monotonic. */
void policy_parts_sweep(struct policy_parts *parts, clock_ns now);

/* Safe to repeat. */
void policy_parts_free(struct policy_parts *parts);
