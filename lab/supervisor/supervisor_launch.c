/* How a supervisor starts the programs of its nodes. */
#include "lab/supervisor/supervisor_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

/* The log of a program that is started again goes on. */
static int open_log(const struct supervisor *supervisor, const struct service *service,
    struct error *err)
{
	const struct outdir *out = supervisor->options->out;
	char file[INSTANCE_NAME_MAX + 16];
	int fd = -1;

	(void)snprintf(file, sizeof(file), "logs/%s.log", service->name);
	if (service->is_gone)
		fd = openat(out->fd, file, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	return outdir_create(out, file, 0666, &fd, err) < 0 ? err->code : fd;
}

static int start(struct supervisor *supervisor, struct service *service,
    const struct launch *launch, struct error *err)
{
	const struct plan *plan = supervisor->options->plan;
	int64_t i = service->node ? plan_find(plan, str_of(service->node->name)) : -1;
	auto_fd log = open_log(supervisor, service, err);
	/* The recorder begins in the first switch's: into the machine's own namespace it
	 * could not step back from the ports that it opens. */
	int netns = fabric_ns(supervisor->fabric, i < 0 ? 0 : (size_t)i);

	if (log < 0)
		return log;
	if (netns < 0)
		return error_set(err, ERR_MACHINE, "%s is not built", service->name);
	service->held = fabric_switches(supervisor->fabric, &service->n_held);
	service->is_gone = service->is_stopping = service->is_ready = false;
	service->start_at = 0;
	service->is_due = false;
	service->mark = service->node ? launch_mark(service->node) : 0;
	service->why[0] = '\0';
	if (service_start(service, launch, netns, log, err) < 0)
		return error_prefix(err, "%s", service->name);
	return 0;
}

int supervisor_launch(struct supervisor *supervisor, struct service *service,
    struct error *err)
{
	struct launch_context context = {
		.plan = supervisor->options->plan,
		.fabric = supervisor->fabric,
		.captures = supervisor->options->captures,
		.seed = supervisor->options->seed,
		.tls = SUPERVISOR_TLS_FOLDER,
		.elapsed = clock_monotonic() - supervisor->links_started,
	};
	struct launch launch;
	char out[64];
	int r;

	(void)snprintf(out, sizeof(out), "/proc/1/fd/%d", supervisor->options->out->fd);
	context.out = out;
	r = service->stage == STAGE_LINKS
		? launch_carrier(&context, &launch, err)
		: launch_program(&context, service->node, &launch, err);
	if (r == 0 && launch.argv[0])
		r = start(supervisor, service, &launch, err);
	service->is_ready |= r == 0 && !launch.argv[0];
	launch_free(&launch);
	return r;
}
