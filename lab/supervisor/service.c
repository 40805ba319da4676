#include "lab/supervisor/service.h"

#include "lab/supervisor/files.h"
#include "lab/supervisor/proc.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>

enum {
	FILES_OF_OTHERS = 1024, /* some programs close or select() all they may have */
};

static void on_line(void *user, struct str line)
{
	struct service *service = user;

	service->events.line(service->events.user, service, line);
}

static void on_too_long(void *user)
{
	struct service *service = user;

	service->events.too_long(service->events.user, service);
}

static const struct channel_sink sink = { on_line, on_too_long };

/* An agent that closed its channel is not listened to any more; its end is told by
 * SIGCHLD. */
static void on_ready(struct watch *watch, bool can_read, bool can_write)
{
	struct service *service = container_of(watch, struct service, watch);
	int r = 0;

	if (can_read)
		r = channel_read(&service->channel, &sink, service);
	if (r == 0 && can_write)
		r = channel_flush(&service->channel);
	if (r < 0)
		service_close(service);
	else
		watch_for_write(service->loop, watch,
		    channel_is_waiting(&service->channel));
}

int service_start(struct service *service, const struct launch *launch, int netns,
    int log, struct error *err)
{
	struct proc_start start = {
		.netns = netns,
		.argv = launch->argv,
		.package = launch->package,
		.is_own = launch->is_agent,
		.env = launch->env,
		.folder = launch->folder,
		.log = log,
		.control = -1,
		.files = launch->is_agent ? 0 : FILES_OF_OTHERS,
		.held = service->held,
		.n_held = service->n_held,
	};
	int ends[2] = { -1, -1 };
	int r;

	if (files_write(launch, err) < 0)
		return err->code;
	if (launch->is_agent &&
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return error_set(err, -errno, "socketpair: %s", error_name(-errno));
	start.control = ends[1];
	r = proc_spawn(&start, &service->pid, err);
	if (ends[1] >= 0)
		(void)close(ends[1]);
	if (r < 0) {
		if (ends[0] >= 0)
			(void)close(ends[0]);
		return r;
	}
	service->stage = launch->stage;
	service->is_agent = launch->is_agent;
	service->udp_port = launch->udp_port;
	service->tcp_port = launch->tcp_port;
	service->deadline = launch->within ? clock_monotonic() + launch->within : 0;
	service->is_ready = !launch->is_agent && !service_has_ports(service);
	if (!launch->is_agent)
		return 0;
	channel_open(&service->channel, ends[0]);
	service->watch = (struct watch){ .fd = ends[0], .ready = on_ready };
	return watch_start(service->loop, &service->watch, err);
}

int service_send(struct service *service, struct str line)
{
	int r = channel_send(&service->channel, line);

	if (r < 0)
		return r;
	watch_for_write(service->loop, &service->watch,
	    channel_is_waiting(&service->channel));
	return 0;
}

void service_stop(struct service *service)
{
	if (service->pid == 0 || service->is_stopping)
		return;
	service->is_stopping = true;
	if (!service->is_agent ||
	    service_send(service, STR("{\"id\":0,\"cmd\":\"stop\"}")) < 0)
		(void)kill(service->pid, SIGTERM);
	/* One that somebody stopped must go on to hear it. */
	(void)kill(service->pid, SIGCONT);
}

void service_kill(struct service *service)
{
	if (service->pid != 0)
		(void)kill(service->pid, SIGKILL);
}

void service_ended(struct service *service, int status)
{
	/* Its last words may be in the socket still. */
	if (service->channel.fd >= 0)
		(void)channel_read(&service->channel, &sink, service);
	service_close(service);
	service->pid = 0;
	service->status = status;
	service->is_gone = true;
}

bool service_has_ports(const struct service *service)
{
	return service->udp_port || service->tcp_port;
}

void service_probe(struct service *service)
{
	if (service->pid == 0 || service->is_ready || !service_has_ports(service))
		return;
	service->is_ready = (!service->udp_port || proc_has_port(service->pid, PROC_UDP,
						       service->udp_port)) &&
			    (!service->tcp_port || proc_has_port(service->pid, PROC_TCP,
						       service->tcp_port));
}

void service_close(struct service *service)
{
	if (service->channel.fd < 0)
		return;
	watch_stop(service->loop, &service->watch);
	channel_close(&service->channel);
}
