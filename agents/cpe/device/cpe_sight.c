/* When a session was to begin, for whoever measures. */
#include "agents/cpe/device/cpe_fleet.h"

static bool tells_boot(const struct cpe *cpe)
{
	for (size_t i = 0; i < cpe->events.len; i++) {
		if (cpe->events.items[i].code == CWMP_EVENT_BOOT)
			return true;
	}
	return false;
}

void cpe_due_since(struct cpe *cpe, clock_ns at, clock_ns now)
{
	cpe->due_since = MIN(cpe->due_since, at);
	cpe->late = MAX(cpe->late, now - at);
}

struct cpe_sight cpe_take_sight(struct cpe *cpe)
{
	clock_ns now = cpe->fleet->edges->monotonic();
	const struct cpe_fleet *fleet = cpe->fleet;
	const struct cpe_sight sight = {
		.number = cpe->number,
		.fault = load_fault_pick(fleet->seed, cpe->number, cpe->n_begun++,
		    fleet->faults.set, fleet->faults.per_million),
		.intended = MIN(cpe->due_since, now),
		.late = cpe->late,
		.booted = tells_boot(cpe) ? cpe->booted_at : INT64_MAX,
		.is_retry = cpe->retry_count > 0,
	};

	cpe->due_since = INT64_MAX;
	cpe->late = 0;
	return sight;
}
