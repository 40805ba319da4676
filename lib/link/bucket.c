#include "lib/link/bucket.h"

#include "lib/base/compiler.h"

/* 2^30 bytes and 10^11 of carry stay under 2^63. */
#define BIT_NS (UINT64_C(8) * (uint64_t)NS_PER_S)

struct bucket bucket_make(uint64_t rate, uint64_t bytes)
{
	return (struct bucket){ .rate = rate,
		.depth = (clock_ns)(bytes * BIT_NS / rate),
		.full = INT64_MIN / 2 };
}

clock_ns bucket_take(struct bucket *bucket, clock_ns now, uint64_t n)
{
	uint64_t cost;
	clock_ns at;

	if (bucket->full <= now) {
		bucket->full = now;
		bucket->carry = 0;
	}
	cost = n * BIT_NS + bucket->carry;
	bucket->full += (clock_ns)(cost / bucket->rate);
	bucket->carry = cost % bucket->rate;
	at = bucket->full - bucket->depth;
	return MAX(at, now);
}
