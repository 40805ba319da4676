/* Frames that wait for their time, on a timing wheel: to put one on it and to take it off costs the
 * same however many there are. A slot is HOLD_SLOT_NS wide; frames of one slot leave in the order
 * in which they came, so that those of a rate, whose times never fall, keep their order. Time is an
 * argument. */
#pragma once

#include "lib/base/clock.h"

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HOLD_SLOTS = 4096, /* a power of two, of 64 */
	HOLD_SLOT_NS = 64000,
	HOLD_BYTES_MAX = 256 << 20 /* of all frames with what is kept of each */
};

struct held {
	struct held *next;
	clock_ns at;
	void *to; /* the holder's own: where it goes */
	struct virtio_net_hdr offload;
	uint32_t len;
	uint8_t bytes[];
};

struct hold {
	struct held *first[HOLD_SLOTS], *last[HOLD_SLOTS];
	uint64_t used[HOLD_SLOTS / 64]; /* a bit a slot that is not empty */
	int64_t slot; /* of the time up to which all has left, counted from time 0 */
	size_t bytes, n;
};

/* An empty one, at now. */
void hold_init(struct hold *hold, clock_ns now);

/* Frees all frames. */
void hold_free(struct hold *hold);

/* A copy of the frame leaves at the time; one that is past leaves next. False, and nothing is kept,
 * where there are HOLD_BYTES_MAX, or without memory. */
bool hold_put(struct hold *hold, clock_ns at, void *to,
    const struct virtio_net_hdr *offload, const uint8_t *bytes, size_t len);

/* Forgets the frames that go there. */
void hold_forget(struct hold *hold, const void *to);

/* The next frame whose time is not after now, which the caller frees; null: there is
 * none. now never falls. */
struct held *hold_take(struct hold *hold, clock_ns now);

/* When to call hold_take() next: the time of the first frame, or earlier where that is more than a
 * turn of the wheel away. INT64_MAX: nothing waits. */
clock_ns hold_next(const struct hold *hold);
