/* One direction of a link: a packet that comes becomes none, one or two departures, each with
 * its time. It holds no packets and knows no clock: whoever calls it holds them until then.
 *
 *     in ─ down? ─ mtu? ─ duplicate ─ loss ─ corrupt ─ queue and rate ─ delay and jitter ─▶ out
 *                                                    (each copy goes this way on its own)
 *
 * As netem has it, a duplicate is made first and a loss takes one away, so that of a packet that
 * is both one is left; and where there is a rate packets keep their order, but for "reorder";
 * without one jitter lets them overtake. What chance decides is drawn for each packet in the same
 * order, and only for what is set. */
#pragma once

#include "lib/base/rng.h"
#include "lib/link/bucket.h"
#include "lib/link/impair.h"
#include "lib/link/jitter.h"

enum direction_drop {
	DIRECTION_PASSED,
	DIRECTION_DOWN,  /* the link is down */
	DIRECTION_MTU,   /* longer than the link takes */
	DIRECTION_LOSS,  /* by chance */
	DIRECTION_QUEUE, /* too many wait already */
	DIRECTION_ROOM,  /* whoever holds the packets has no more room */
	DIRECTION_DROPS
};

/* "passed", "down", "mtu"... */
const char *direction_drop_name(enum direction_drop drop);

struct departure {
	clock_ns at; /* never before the packet came */
	bool is_corrupt;
	uint32_t bit; /* which is turned: 32 bits of chance, for frame_corrupt() */
};

struct fate {
	struct departure departures[2];
	unsigned n;               /* of them */
	enum direction_drop drop; /* why a copy is missing; DIRECTION_PASSED: none is */
};

struct direction_counts { /* packets, and bytes of those that came and of departures */
	uint64_t in, in_bytes;
	uint64_t out, out_bytes;
	uint64_t duplicated, reordered, corrupted;
	uint64_t dropped[DIRECTION_DROPS];
};

struct direction_wait { /* a packet that waits for the rate */
	clock_ns until;
	uint64_t bytes;
};

struct direction {
	struct impair impair; /* read-only: direction_set() changes it */
	struct impair_gilbert chain;
	const int16_t *table; /* borrowed: of the distribution; null: uniform */
	struct rng rng;
	bool is_bad; /* state of the chain */
	struct bucket bucket;
	struct direction_wait *waits; /* owned: a ring, of what waits for the rate */
	size_t n_slots, first, n_waits;
	uint64_t waiting_bytes;
	clock_ns last; /* departure, of those that keep their order */
	struct direction_counts counts;
};

/* A direction that does nothing yet. The caller ends it with direction_free(). */
void direction_init(struct direction *direction, struct rng rng);

/* From now on it does what impair says, which must have no conflict. tables[] are those of
 * jitter_table(), by enum impair_distribution, that of IMPAIR_UNIFORM null; borrowed. What has
 * a departure already keeps it, and what comes from now on may overtake it; counters go on; a
 * bucket is full again, and nothing waits in it.
 * -ENOMEM, and nothing is changed. */
int direction_set(struct direction *direction, const struct impair *impair,
    const int16_t *const tables[IMPAIR_DISTRIBUTIONS]);

void direction_free(struct direction *direction);

/* A packet of so many bytes, Ethernet header and no checksum of the frame, comes at now, which
 * is never before the call before. */
void direction_take(struct direction *direction, clock_ns now, uint64_t bytes,
    struct fate *ret);

/* How many packets wait for the rate at now. */
uint64_t direction_waiting(struct direction *direction, clock_ns now);
