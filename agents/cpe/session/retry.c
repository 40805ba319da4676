#include "agents/cpe/session/retry.h"

#include "lib/base/compiler.h"

/* What no lab waits for, and what the arithmetic can hold. */
#define LONGEST ((double)NS_PER_S * 3600 * 24 * 3650)

uint64_t retry_seconds(clock_ns min_wait)
{
	return (uint64_t)MAX((min_wait + NS_PER_S / 2) / NS_PER_S, (clock_ns)1);
}

struct retry_band retry_band(const struct retry_policy *policy, unsigned count)
{
	uint32_t k = policy->multiplier ? policy->multiplier : RETRY_DEFAULT_MULTIPLIER;
	double from = policy->min_wait ? (double)policy->min_wait
				       : (double)RETRY_DEFAULT_MIN_WAIT_S * NS_PER_S;
	double factor = (double)k / 1000;
	double to;

	for (unsigned n = 1; n < MIN(count, (unsigned)RETRY_GROWS_UNTIL); n++)
		from = MIN(from * factor, LONGEST);
	to = MIN(from * factor, LONGEST);
	return (struct retry_band){ (clock_ns)from, (clock_ns)to };
}

clock_ns retry_wait(const struct retry_policy *policy, unsigned count, struct rng *rng)
{
	struct retry_band band = retry_band(policy, count);

	return (clock_ns)rng_between(rng, (uint64_t)band.from, (uint64_t)band.to);
}

bool retry_is_allowed(const struct retry_policy *policy, unsigned count)
{
	return policy->limit == 0 || count <= policy->limit;
}
