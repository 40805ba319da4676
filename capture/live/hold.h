/* Holds frames of several ports for a moment, so that they leave in the order of time. */
#pragma once

#include "capture/frame/frame.h"

#include <stddef.h>

enum {
	RECORD_HOLD_BYTES_MAX = 64 << 20
};

struct record_hold {          /* all zero at first */
	struct frame *frames; /* owned, with their bytes; a heap, the earliest first */
	size_t len, cap;
	size_t bytes;
	uint64_t arrivals; /* numbers frames, to keep the order of equal times */
};

/* Copies a frame in; the copy's number is that of its arrival. 0, ERR_LIMIT when more
 * than RECORD_HOLD_BYTES_MAX would be held, or -ENOMEM; then the frame is not held. */
int record_hold_put(struct record_hold *hold, const struct frame *frame);

/* The earliest frame, or null. It lives until the hold changes. */
const struct frame *record_hold_first(const struct record_hold *hold);
/* Frees the earliest frame; there must be one. */
void record_hold_drop_first(struct record_hold *hold);

void record_hold_free(struct record_hold *hold);
