/* What has changed of a CPE by itself, and is to be told (TR-069 A6 3.7.1.5, 4 VALUE CHANGE). */
#include "agents/cpe/device/cpe_fleet.h"

static void add_change(struct cpe *cpe)
{
	(void)event_queue_add(&cpe->events, CWMP_EVENT_VALUE_CHANGE, STR_NULL);
}

/* A session that has no other reason than an active notification waits for so long after the
 * last one (DefaultActiveNotificationThrottle). */
static clock_ns throttled_until(const struct cpe *cpe)
{
	return cpe->over_at +
	       (clock_ns)model_values_number(&cpe->values, MODEL_THROTTLE) * NS_PER_S;
}

void cpe_watch(struct cpe *cpe)
{
	struct rpc rpc = cpe_rpc(cpe);
	clock_ns now = cpe->fleet->edges->monotonic(), wait;
	clock_ns light = cpe_light_look(cpe);

	cpe->watch_at = light < INT64_MAX ? now + light : INT64_MAX;
	if (!rpc_has_changes(&rpc, true)) {
		wait = rpc_next_look(&rpc);
		if (wait < INT64_MAX - now)
			cpe->watch_at = MIN(cpe->watch_at, now + wait);
	} else if (cpe->events.len == 0 && now < throttled_until(cpe)) {
		cpe->watch_at = MIN(cpe->watch_at, throttled_until(cpe));
	} else {
		add_change(cpe);
	}
}

static bool is_bootstrapping(const struct cpe *cpe)
{
	for (size_t i = 0; i < cpe->events.len; i++) {
		if (cpe->events.items[i].code == CWMP_EVENT_BOOTSTRAP)
			return true;
	}
	return false;
}

void cpe_watch_session(struct cpe *cpe)
{
	struct rpc rpc = cpe_rpc(cpe);

	/* Another ACS has never been told of the values before. */
	if (is_bootstrapping(cpe))
		rpc_forget_changes(&rpc);
	else if (rpc_has_changes(&rpc, false))
		add_change(cpe);
}
