/* The programs of a lab: one a node that runs any, the recorder, and the carrier of links where there
 * is one. */
#include "lab/supervisor/supervisor_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct listing {
	struct supervisor *supervisor;
	struct service **services; /* those that there are to be */
	size_t n;
};

/* One that there is already goes on. Node null: the recorder, or the carrier, by its name. */
static struct service *find(const struct listing *listing, const char *name)
{
	for (size_t i = 0; i < listing->supervisor->n_services; i++) {
		struct service *service = listing->supervisor->services[i];

		if (service && strcmp(service->name, name) == 0)
			return service;
	}
	return NULL;
}

static int add(struct listing *listing, const char *name, const struct node *node,
    enum stage stage)
{
	struct supervisor *supervisor = listing->supervisor;
	struct service *service = find(listing, name);

	if (!service) {
		service = calloc(1, sizeof(*service));
		if (!service)
			return -ENOMEM;
		service->channel.fd = -1;
		service->loop = supervisor->loop;
		service->events = (struct service_events){ supervisor,
			supervisor_take_line, supervisor_take_too_long };
	}
	if (service->pid == 0)
		service->stage = stage;
	service->name = name;
	service->node = node;
	listing->services[listing->n++] = service;
	return 0;
}

static int add_all(struct listing *listing, const struct plan *plan)
{
	int r = add(listing, "recorder", NULL, STAGE_RECORDER);

	if (r == 0 && launch_wants_carrier(plan))
		r = add(listing, LAUNCH_CARRIER, NULL, STAGE_LINKS);
	for (size_t i = 0; i < plan->n_steps && r == 0; i++) {
		const struct node *node = plan->steps[i].start.node;

		if (plan->steps[i].op == PLAN_START)
			r = add(listing, node->name, node, launch_stage(node));
	}
	return r;
}

/* Those that are no more have ended. */
static void free_others(const struct listing *listing)
{
	struct supervisor *supervisor = listing->supervisor;

	for (size_t i = 0; i < supervisor->n_services; i++) {
		size_t k = 0;

		while (
		    k < listing->n && listing->services[k] != supervisor->services[i])
			k++;
		if (k < listing->n)
			continue;
		service_close(supervisor->services[i]);
		free(supervisor->services[i]);
	}
	free(supervisor->services);
}

int supervisor_list_services(struct supervisor *supervisor, struct error *err)
{
	const struct plan *plan = supervisor->options->plan;
	struct listing listing = { .supervisor = supervisor };

	listing.services = calloc(plan->n_steps + 2, sizeof(struct service *));
	if (!listing.services || add_all(&listing, plan) < 0) {
		free(listing.services);
		return error_set(err, -ENOMEM, "out of memory");
	}
	free_others(&listing);
	supervisor->services = listing.services;
	supervisor->n_services = listing.n;
	return 0;
}
