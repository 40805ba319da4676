/* Seeded randomness for decisions that a run must be able to repeat. Never for keys,
 * nonces or certificates: those come from OpenSSL. */
#pragma once

#include <stdint.h>

struct rng {
	uint64_t state;
};

/* The same seed and stream give the same numbers; stream tells apart, say, the CPEs. */
struct rng rng_make(uint64_t seed, uint64_t stream);

/* The next number, uniform over all of 64 bits. */
uint64_t rng_u64(struct rng *rng);

/* Uniform in [low, high]; low where high < low. */
uint64_t rng_between(struct rng *rng, uint64_t low, uint64_t high);

/* Another number each time, from the kernel: for the seeds of hash tables, which no peer
 * may know and no result may depend on. Without the kernel's help (before the machine has
 * gathered any) it is as good as the clock. */
uint64_t rng_fresh_seed(void);
