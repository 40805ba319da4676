#include "agents/acs/gate/shed.h"

#include "lib/base/compiler.h"

/* The rate is kept as the time at which the next session would be due (GCRA): it may come
 * earlier by SHED_BURST. */
static bool is_too_early(const struct shed *shed, clock_ns now)
{
	return shed->limit.rate > 0 && shed->next - now > SHED_BURST;
}

bool shed_is_out(const struct shed *shed, clock_ns now)
{
	return now < shed->out_until;
}

bool shed_takes(struct shed *shed, uint64_t n_running, clock_ns now)
{
	const struct shed_limit *limit = &shed->limit;

	if (shed_is_out(shed, now) ||
	    (limit->sessions > 0 && n_running >= limit->sessions) ||
	    is_too_early(shed, now))
		return false;
	if (limit->rate > 0)
		shed->next = MAX(shed->next, now) + NS_PER_S / (clock_ns)limit->rate;
	return true;
}

uint64_t shed_retry_after_s(const struct shed *shed)
{
	return (uint64_t)((shed->limit.retry_after + NS_PER_S - 1) / NS_PER_S);
}
