#include "lib/link/direction.h"

#include "lib/base/compiler.h"

#include <errno.h>
#include <stdlib.h>

enum {
	ETHERNET_HEADER = 14
};

static const char *const drop_names[] = {
	[DIRECTION_PASSED] = "passed",
	[DIRECTION_DOWN] = "down",
	[DIRECTION_MTU] = "mtu",
	[DIRECTION_LOSS] = "loss",
	[DIRECTION_QUEUE] = "queue",
	[DIRECTION_ROOM] = "room",
};

const char *direction_drop_name(enum direction_drop drop)
{
	return drop < DIRECTION_DROPS ? drop_names[drop] : "";
}

void direction_init(struct direction *direction, struct rng rng)
{
	*direction = (struct direction){ .rng = rng, .last = INT64_MIN };
}

void direction_free(struct direction *direction)
{
	free(direction->waits);
	direction->waits = NULL;
	direction->n_slots = direction->n_waits = 0;
}

int direction_set(struct direction *direction, const struct impair *impair,
    const int16_t *const tables[IMPAIR_DISTRIBUTIONS])
{
	uint64_t queue = impair->queue ? impair->queue : IMPAIR_QUEUE_DEFAULT;
	size_t n = impair->rate ? (size_t)queue : 0;
	struct direction_wait *waits = n ? calloc(n, sizeof(*waits)) : NULL;

	if (n && !waits)
		return -ENOMEM;
	free(direction->waits);
	direction->waits = waits;
	direction->n_slots = n;
	direction->first = direction->n_waits = 0;
	direction->waiting_bytes = 0;
	direction->impair = *impair;
	direction->chain = impair_chain(impair);
	direction->table = tables[impair->distribution];
	direction->is_bad = false;
	/* A faster line would stand still until a slow one's queue is gone, and then send all
	 * that came meanwhile at once. */
	direction->last = INT64_MIN;
	if (n)
		direction->bucket = bucket_make(impair->rate, impair_bucket(impair));
	return 0;
}

/* Nothing is drawn for what never or always happens. */
static bool is_hit(struct direction *direction, uint32_t share)
{
	if (share == 0 || share >= IMPAIR_MILLION)
		return share != 0;
	return rng_between(&direction->rng, 0, IMPAIR_MILLION - 1) < share;
}

/* The state in which a packet comes decides about it, and moves then. */
static bool is_lost(struct direction *direction)
{
	const struct impair_gilbert *chain = &direction->chain;
	bool was_bad = direction->is_bad;

	if (chain->leave == 0)
		return is_hit(direction, direction->impair.loss);
	if (is_hit(direction, was_bad ? chain->leave : chain->enter))
		direction->is_bad = !was_bad;
	return is_hit(direction, was_bad ? chain->bad : chain->good);
}

/* ---- the queue in front of the rate --------------------------------------------------- */

static void let_go(struct direction *direction, clock_ns now)
{
	while (direction->n_waits > 0) {
		const struct direction_wait *wait = &direction->waits[direction->first];

		if (wait->until > now)
			return;
		direction->waiting_bytes -= wait->bytes;
		direction->first = (direction->first + 1) % direction->n_slots;
		direction->n_waits--;
	}
}

uint64_t direction_waiting(struct direction *direction, clock_ns now)
{
	let_go(direction, now);
	return direction->n_waits;
}

/* Whether so much more would have to wait, and may not. What goes at once needs no place. */
static bool is_full(const struct direction *direction, clock_ns now, uint64_t bytes)
{
	const struct impair *impair = &direction->impair;
	struct bucket ahead = direction->bucket;

	if (bucket_take(&ahead, now, bytes) <= now)
		return false;
	return direction->n_waits == direction->n_slots ||
	       (impair->queue_bytes > 0 &&
		   direction->waiting_bytes + bytes > impair->queue_bytes);
}

/* When the rate lets it go; false: it is dropped. */
static bool queue_up(struct direction *direction, clock_ns now, uint64_t bytes,
    clock_ns *ret_at)
{
	struct direction_wait wait = { .bytes = bytes };
	size_t slot;

	*ret_at = now;
	if (direction->impair.rate == 0)
		return true;
	let_go(direction, now);
	if (is_full(direction, now, bytes))
		return false;
	wait.until = *ret_at = bucket_take(&direction->bucket, now, bytes);
	if (wait.until > now) {
		slot = (direction->first + direction->n_waits) % direction->n_slots;
		direction->waits[slot] = wait;
		direction->n_waits++;
		direction->waiting_bytes += bytes;
	}
	return true;
}

/* ---- one packet ----------------------------------------------------------------------- */

static clock_ns delayed(struct direction *direction, clock_ns at)
{
	const struct impair *impair = &direction->impair;
	uint64_t number = impair->jitter > 0 ? rng_u64(&direction->rng) : 0;

	if (is_hit(direction, impair->reorder)) {
		direction->counts.reordered++;
		return at;
	}
	at += jitter_delay(impair, direction->table, number);
	if (impair->rate > 0)
		at = MAX(at, direction->last);
	direction->last = at;
	return at;
}

/* One copy. */
static void send(struct direction *direction, clock_ns now, uint64_t bytes,
    struct fate *fate)
{
	struct departure departure = { 0 };

	departure.is_corrupt = is_hit(direction, direction->impair.corrupt);
	if (departure.is_corrupt)
		departure.bit = (uint32_t)rng_u64(&direction->rng);
	if (!queue_up(direction, now, bytes, &departure.at)) {
		fate->drop = DIRECTION_QUEUE;
		direction->counts.dropped[DIRECTION_QUEUE]++;
		return;
	}
	departure.at = delayed(direction, departure.at);
	direction->counts.corrupted += departure.is_corrupt;
	direction->counts.out++;
	direction->counts.out_bytes += bytes;
	fate->departures[fate->n++] = departure;
}

static void drop(struct direction *direction, struct fate *fate,
    enum direction_drop reason)
{
	fate->drop = reason;
	direction->counts.dropped[reason]++;
}

void direction_take(struct direction *direction, clock_ns now, uint64_t bytes,
    struct fate *ret)
{
	const struct impair *impair = &direction->impair;
	unsigned copies = 1;

	*ret = (struct fate){ .n = 0 };
	direction->counts.in++;
	direction->counts.in_bytes += bytes;
	if (impair->state == IMPAIR_DOWN) {
		drop(direction, ret, DIRECTION_DOWN);
		return;
	}
	if (impair->mtu > 0 && bytes > impair->mtu + ETHERNET_HEADER) {
		drop(direction, ret, DIRECTION_MTU);
		return;
	}
	if (is_hit(direction, impair->duplicate)) {
		direction->counts.duplicated++;
		copies = 2;
	}
	if (is_lost(direction)) {
		drop(direction, ret, DIRECTION_LOSS);
		copies--;
	}
	while (copies-- > 0)
		send(direction, now, bytes, ret);
}
