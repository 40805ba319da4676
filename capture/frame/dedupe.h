/* Copies of one frame: a recorder that listens at several ports of a switch sees a
 * broadcast at each. A frame is a copy when another interface had one with the same
 * captured bytes up to 50 ms before or after it. Bytes are compared by a hash of 64
 * bits. A frame may push another out of its slot before a copy of that one comes: then
 * the copy is taken for a frame of its own. */
#pragma once

#include "capture/frame/frame.h"

#include <stdbool.h>

enum {
	DEDUPE_SLOTS = 8192 /* frames remembered at most */
};

struct dedupe_slot {
	uint64_t hash;
	clock_ns time;
	uint32_t interface;
	uint32_t len; /* 0: free */
};

struct dedupe {        /* all zero but for the seed at first */
	uint64_t seed; /* of the hash, so that nobody can make frames that collide */
	struct dedupe_slot slots[DEDUPE_SLOTS];
};

/* Whether the frame is a copy of one that was seen. One that is not is remembered. */
bool dedupe_is_copy(struct dedupe *d, const struct frame *frame);
