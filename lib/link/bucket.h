/* A token bucket: a rate and how much may go at once after a rest. */
#pragma once

#include "lib/base/clock.h"

#include <stdint.h>

/* It is kept as the moment at which it will be full again, so that no packet costs a division
 * for the time that has passed. */
struct bucket {
	uint64_t rate;  /* bit/s, not 0 */
	clock_ns depth; /* time in which the rate fills it */
	clock_ns full;  /* when it is full again */
	uint64_t
	    carry; /* what the division of the last cost left over, so that none is lost */
};

/* A full one, of so many bytes. rate is in [1, 10^11], bytes under 2^30. */
struct bucket bucket_make(uint64_t rate, uint64_t bytes);

/* When n bytes (under 2^30) that come at now may go, and takes them out. Packets go in the
 * order in which they come, however long they are: one of more than the bucket waits until the
 * bucket is full and as much again as is missing has come. */
clock_ns bucket_take(struct bucket *bucket, clock_ns now, uint64_t n);
