/* The orderly end: the programs of the nodes are stopped stage by stage. */
#include "lab/supervisor/supervisor_internal.h"

void supervisor_stop_stage(struct supervisor *supervisor, int stage)
{
	supervisor->stage = stage;
	supervisor->deadline = clock_monotonic() + SUPERVISOR_STOP_S * NS_PER_S;
	for (size_t i = 0; i < supervisor->n_services; i++) {
		if ((int)supervisor->services[i]->stage == stage)
			service_stop(supervisor->services[i]);
	}
}

void supervisor_stop(struct supervisor *supervisor)
{
	if (supervisor->state == SUPERVISOR_STOPPING)
		return;
	supervisor->state = SUPERVISOR_STOPPING;
	supervisor_stop_stage(supervisor, STAGE_CLIENTS);
}
