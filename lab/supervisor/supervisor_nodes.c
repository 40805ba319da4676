/* Programs of a lab that people stop and start while it is up. */
#include "lab/supervisor/client.h"
#include "lab/supervisor/supervisor_internal.h"

#include <string.h>

int64_t supervisor_find(const struct supervisor *supervisor, const char *name,
    struct error *err)
{
	const struct plan *plan = supervisor->options->plan;
	int64_t found = plan_find(plan, str_of(name));

	for (size_t i = 0; found < 0 && i < plan->n_instances; i++) {
		if (strcmp(plan->instances[i].node->name, name) == 0)
			found = (int64_t)i;
	}
	if (found < 0)
		return error_set(err, ERR_USAGE,
		    "\"%.80s\": no node has that name (cwmplab inspect lists them)",
		    name);
	if (!supervisor->fabric)
		return error_set(err, ERR_USAGE, "the lab is not built yet");
	return found;
}

struct service *supervisor_service(struct supervisor *supervisor,
    const struct node *node)
{
	for (size_t i = 0; i < supervisor->n_services; i++) {
		if (supervisor->services[i]->node == node)
			return supervisor->services[i];
	}
	return NULL;
}

struct service *supervisor_carrier(struct supervisor *supervisor, struct error *err)
{
	for (size_t i = 0; i < supervisor->n_services; i++) {
		if (supervisor->services[i]->stage == STAGE_LINKS)
			return supervisor->services[i];
	}
	(void)error_set(err, ERR_USAGE,
	    "all links of this lab are plain cables: one that is to be changed has \"link: "
	    "plain\" or more at its \"attach\" in %s",
	    supervisor->options->plan->topology->path);
	return NULL;
}

/* One program serves all CPEs of a node: it is not stopped for one of them. */
static int check_alone(const struct supervisor *supervisor, const char *name,
    const struct service *service, struct error *err)
{
	const char *lab = supervisor->options->plan->topology->name;

	if (strcmp(service->name, name) == 0)
		return 0;
	return error_set(err, ERR_USAGE,
	    "%s shares its program with the other CPEs of \"%s\": \"cwmplab cpe %s %s power "
	    "off\" switches it off alone, \"cwmplab stop %s %s\" stops all of them",
	    name, service->name, lab, name, lab, service->name);
}

/* The program that is meant, in a lab that runs. */
static struct service *find(struct supervisor *supervisor, const struct answer *answer,
    struct error *err)
{
	const struct supervisor_node_arguments *arguments = answer->arguments;
	int64_t i = supervisor_find(supervisor, arguments->node, err);
	struct service *service;

	if (i < 0)
		return NULL;
	service = supervisor_service(supervisor,
	    supervisor->options->plan->instances[i].node);
	if (!service || (service->pid == 0 && !service->is_gone)) {
		(void)error_set(err, ERR_USAGE, "%s runs no program", arguments->node);
		return NULL;
	}
	if (supervisor->state != SUPERVISOR_RUNNING) {
		(void)error_set(err, ERR_USAGE, "the lab is not up yet, or ends");
		return NULL;
	}
	return check_alone(supervisor, arguments->node, service, err) < 0 ? NULL
									  : service;
}

static struct supervisor *supervisor_of(const void *user)
{
	const struct client *client = user;

	return client->user;
}

/* The same, of one that runs, or that a load test will have started again: whoever stops it has the
 * last word, and it stays stopped. */
static struct service *find_to_stop(struct supervisor *supervisor,
    const struct answer *answer, struct error *err)
{
	struct service *service = find(supervisor, answer, err);

	if (service && service->pid == 0 && service->start_at == 0) {
		(void)error_set(err, ERR_USAGE, "%s %s already", service->name,
		    service->is_stopping ? "is stopped" : "has ended");
		return NULL;
	}
	if (service)
		service->start_at = 0;
	return service;
}

int supervisor_page_stop_node(void *user, struct answer *answer, struct error *err)
{
	struct service *service = find_to_stop(supervisor_of(user), answer, err);

	if (!service)
		return err->code;
	service_stop(service);
	return ANSWER_WHOLE;
}

int supervisor_page_kill_node(void *user, struct answer *answer, struct error *err)
{
	struct service *service = find_to_stop(supervisor_of(user), answer, err);

	if (!service)
		return err->code;
	service->is_stopping = true;
	service_kill(service);
	return ANSWER_WHOLE;
}

int supervisor_page_start_node(void *user, struct answer *answer, struct error *err)
{
	struct supervisor *supervisor = supervisor_of(user);
	struct service *service = find(supervisor, answer, err);
	int r;

	if (!service)
		return err->code;
	if (service->pid != 0)
		return error_set(err, ERR_USAGE, "%s %s", service->name,
		    service->is_stopping ? "is being stopped: wait until it has ended"
					 : "runs already");
	r = supervisor_launch(supervisor, service, err);
	return r < 0 ? r : ANSWER_WHOLE;
}
