/* Copies of one frame: a recorder that listens at several ports of a switch sees a
 * broadcast at each. A frame with equal bytes at another interface within 50 ms is a copy. */
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

struct dedupe {
	uint64_t seed;
	struct dedupe_slot slots[DEDUPE_SLOTS];
};

/* Whether the frame is a copy of one that was seen. One that is not is remembered. */
bool dedupe_is_copy(struct dedupe *d, const struct frame *frame);
