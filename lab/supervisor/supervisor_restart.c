/* An ACS that a load test wants to fail: it is killed, and started again after a while. */
#include "lab/supervisor/supervisor_internal.h"

#include <jansson.h>

enum {
	FOR_MAX_MS = 86400 * 1000
};

void supervisor_restart(struct supervisor *supervisor, const struct service *by,
    const json_t *event)
{
	json_int_t ms = json_integer_value(json_object_get(event, "for_ms"));
	const struct node *acs =
	    by->node && by->node->kind == NODE_LOAD ? by->node->load.to : NULL;
	struct service *service = acs ? supervisor_service(supervisor, acs) : NULL;

	if (!service || service->pid == 0 || service->is_stopping || ms < 0 ||
	    ms > FOR_MAX_MS || supervisor->state != SUPERVISOR_RUNNING)
		return;
	service->start_at = clock_monotonic() + ms * NS_PER_MS;
	service->is_stopping = true;
	service_kill(service);
}

clock_ns supervisor_restart_deadline(const struct supervisor *supervisor)
{
	clock_ns first = 0;

	for (size_t i = 0; i < supervisor->n_services; i++) {
		const struct service *service = supervisor->services[i];

		/* One that has yet to end is waited for. */
		if (service->start_at && service->pid == 0 &&
		    (!first || service->start_at < first))
			first = service->start_at;
	}
	return first;
}

void supervisor_look_at_restarts(struct supervisor *supervisor)
{
	for (size_t i = 0; i < supervisor->n_services; i++) {
		struct service *service = supervisor->services[i];
		struct error err = ERROR_NULL;

		if (!service->start_at || service->pid != 0 ||
		    clock_monotonic() < service->start_at)
			continue;
		service->start_at = 0;
		if (supervisor->state == SUPERVISOR_RUNNING &&
		    supervisor_launch(supervisor, service, &err) < 0) {
			supervisor_tell_failed(supervisor, &err);
			supervisor_stop(supervisor);
		}
	}
}
