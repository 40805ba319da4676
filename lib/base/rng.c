#include "lib/base/rng.h"

#include "lib/base/clock.h"

#include <sys/random.h>

/* SplitMix64 (Steele, Lea, Flood 2014): one multiply-xor-shift chain a number. */
static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

struct rng rng_make(uint64_t seed, uint64_t stream)
{
	return (struct rng){ mix(seed) ^ mix(~stream) };
}

uint64_t rng_u64(struct rng *rng)
{
	rng->state += UINT64_C(0x9e3779b97f4a7c15);
	return mix(rng->state);
}

uint64_t rng_between(struct rng *rng, uint64_t low, uint64_t high)
{
	uint64_t span = high - low + 1;
	uint64_t limit, value;

	if (high <= low)
		return low;
	if (span == 0)
		return rng_u64(rng);
	limit = UINT64_MAX - UINT64_MAX % span;
	do {
		value = rng_u64(rng);
	} while (value >= limit);
	return low + value % span;
}

uint64_t rng_fresh_seed(void)
{
	uint64_t seed;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != (ssize_t)sizeof(seed))
		seed = mix((uint64_t)clock_wall());
	return seed;
}
