#include "lab/supervisor/supervisor_internal.h"

#include "lab/channel/labsock.h"
#include "lab/kernel/sandbox.h"
#include "lab/supervisor/proc.h"
#include "lab/term/cmd.h"
#include "lib/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum {
	PROBE_MS = 3, /* between looks at a program that cannot say that it is ready */
	PROBE_LATER_MS = 30, /* the same, of one that was started while the lab is up */
	BACKLOG = 64
};

/* ---- life ------------------------------------------------------------------------- */

static void fail(struct supervisor *supervisor, const struct error *err)
{
	if (supervisor->state == SUPERVISOR_STOPPING)
		return;
	supervisor_tell_failed(supervisor, err);
	supervisor_stop(supervisor);
}

static int start_stage(struct supervisor *supervisor, int stage, struct error *err)
{
	int r = 0;

	supervisor->stage = stage;
	supervisor->deadline = clock_monotonic() + SUPERVISOR_START_S * NS_PER_S;
	for (size_t i = 0; i < supervisor->n_services && r == 0; i++) {
		if ((int)supervisor->services[i]->stage == stage)
			r = supervisor_launch(supervisor, supervisor->services[i], err);
	}
	return r;
}

/* By when it has to serve: a file may say so of a program of its own. */
static clock_ns due(const struct supervisor *supervisor, const struct service *service)
{
	return service->deadline ? service->deadline : supervisor->deadline;
}

static void tell_late(const struct supervisor *supervisor,
    const struct service *service, struct error *err)
{
	const char *path = supervisor->options->out->path;

	if (service->deadline)
		(void)error_set(err, ERR_MACHINE,
		    "%s did not become ready in %.1f s: nothing %s port %u "
		    "(%s/logs/%s.log)",
		    service->name,
		    (double)service->node->host.ready.within / (double)NS_PER_S,
		    service->tcp_port ? "answers at TCP" : "is bound to UDP",
		    service->tcp_port ? service->tcp_port : service->udp_port, path,
		    service->name);
	else
		(void)error_set(err, ERR_MACHINE,
		    "%s did not become ready in %d s (%s/logs/%s.log)", service->name,
		    SUPERVISOR_START_S, path, service->name);
}

/* Whether every service of the stage serves. Sets err when one never will. */
static bool stage_is_ready(struct supervisor *supervisor, struct error *err)
{
	bool is_ready = true;
	char text[80];

	for (size_t i = 0; i < supervisor->n_services; i++) {
		struct service *service = supervisor->services[i];

		if ((int)service->stage != supervisor->stage)
			continue;
		service_probe(service);
		is_ready &= service->is_ready;
		if (service->is_gone && !service->is_ready)
			(void)error_set(err, ERR_MACHINE,
			    "%s did not start: %s (%s/logs/%s.log)", service->name,
			    service->why[0]
				? service->why
				: proc_status_text(service->status, text, sizeof(text)),
			    supervisor->options->out->path, service->name);
		else if (!service->is_ready &&
			 clock_monotonic() > due(supervisor, service))
			tell_late(supervisor, service, err);
	}
	return is_ready;
}

static void step_starting(struct supervisor *supervisor)
{
	struct error err = ERROR_NULL;

	while (stage_is_ready(supervisor, &err) && !err.code) {
		if (supervisor->stage == STAGE_CLIENTS) {
			supervisor->state = SUPERVISOR_RUNNING;
			supervisor_tell_took(supervisor, "up", supervisor->started);
			return;
		}
		if (start_stage(supervisor, supervisor->stage + 1, &err) < 0)
			break;
	}
	if (err.code)
		fail(supervisor, &err);
}

static void step_stopping(struct supervisor *supervisor)
{
	while (supervisor->stage >= 0) {
		for (size_t i = 0; i < supervisor->n_services; i++) {
			struct service *service = supervisor->services[i];

			if ((int)service->stage != supervisor->stage ||
			    service->pid == 0)
				continue;
			if (clock_monotonic() < supervisor->deadline)
				return;
			service_kill(service);
			return;
		}
		supervisor_stop_stage(supervisor, supervisor->stage - 1);
	}
}

/* Whether a program runs whose ports are yet to show that it serves. */
static bool wants_probe(const struct supervisor *supervisor)
{
	for (size_t i = 0; i < supervisor->n_services; i++) {
		const struct service *service = supervisor->services[i];

		if (service->pid && !service->is_ready && service_has_ports(service))
			return true;
	}
	return false;
}

/* One that was stopped and started again serves in its own time: nobody waits for it but who
 * started it. */
static void probe_all(struct supervisor *supervisor)
{
	for (size_t i = 0; i < supervisor->n_services; i++)
		service_probe(supervisor->services[i]);
}

/* When to look at the services again; 0: not before something happens. */
static clock_ns next_service_look(const struct supervisor *supervisor)
{
	if (supervisor->state == SUPERVISOR_STARTING && wants_probe(supervisor))
		return clock_monotonic() + PROBE_MS * NS_PER_MS;
	if (supervisor->state == SUPERVISOR_RUNNING)
		return wants_probe(supervisor)
			   ? clock_monotonic() + PROBE_LATER_MS * NS_PER_MS
			   : 0;
	/* Past the deadline the killed are waited for. */
	return supervisor->deadline > clock_monotonic() ? supervisor->deadline
							: clock_monotonic() + NS_PER_S;
}

/* When to look again though nothing happened; 0: never. */
static clock_ns next_look(const struct supervisor *supervisor)
{
	const clock_ns looks[] = {
		next_service_look(supervisor),
		supervisor_question_deadline(supervisor),
		supervisor_link_deadline(supervisor),
		supervisor_restart_deadline(supervisor),
		supervisor_apply_deadline(supervisor),
	};
	clock_ns first = 0;

	for (size_t i = 0; i < ARRAY_LEN(looks); i++) {
		if (looks[i] && (!first || looks[i] < first))
			first = looks[i];
	}
	return first;
}

static void reap(struct supervisor *supervisor)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (size_t i = 0; i < supervisor->n_services; i++) {
			struct service *service = supervisor->services[i];

			if (service->pid != pid)
				continue;
			service_ended(service, status);
			supervisor_tell_exited(supervisor, service);
			/* Before another is started, which knows nothing of what this one
			 * was asked. */
			supervisor_look_at_questions(supervisor);
			supervisor_carry_on(supervisor, service);
		}
	}
}

static void on_signal(struct watch *watch, bool can_read ATTR_UNUSED,
    bool can_write ATTR_UNUSED)
{
	struct supervisor *supervisor = container_of(watch, struct supervisor, signals);
	struct signalfd_siginfo info;

	if (read(watch->fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGCHLD)
		reap(supervisor);
	else
		supervisor_stop(supervisor);
}

static void live(struct supervisor *supervisor)
{
	struct error err = ERROR_NULL;

	if (start_stage(supervisor, STAGE_RECORDER, &err) < 0)
		fail(supervisor, &err);
	for (;;) {
		if (supervisor->state == SUPERVISOR_STARTING)
			step_starting(supervisor);
		if (supervisor->state == SUPERVISOR_RUNNING)
			probe_all(supervisor);
		if (supervisor->state == SUPERVISOR_STOPPING)
			step_stopping(supervisor);
		if (supervisor->stage < 0)
			return;
		if (watch_once(supervisor->loop, next_look(supervisor)) < 0)
			return;
		supervisor_look_at_questions(supervisor);
		supervisor_look_at_links(supervisor);
		supervisor_look_at_restarts(supervisor);
		supervisor_look_at_apply(supervisor);
	}
}

/* ---- birth and death -------------------------------------------------------------- */

static int list_services(struct supervisor *supervisor, struct error *err)
{
	const struct plan *plan = supervisor->options->plan;

	supervisor->addresses = calloc(plan->n_instances + 1, sizeof(uint32_t));
	supervisor->addresses6 = calloc(plan->n_instances + 1, 16);
	if (!supervisor->addresses || !supervisor->addresses6)
		return error_set(err, -ENOMEM, "out of memory");
	for (size_t i = 0; i < plan->n_instances; i++) {
		const struct node *node = plan->instances[i].node;

		supervisor->addresses[i] = node->address.address;
		memcpy(supervisor->addresses6[i], node->address6.address,
		    sizeof(supervisor->addresses6[i]));
	}
	return supervisor_list_services(supervisor, err);
}

static int watch_signals(struct supervisor *supervisor, struct error *err)
{
	sigset_t set;
	int fd;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigprocmask(SIG_SETMASK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (fd < 0)
		return error_set(err, -errno, "signalfd: %s", error_name(-errno));
	supervisor->signals = (struct watch){ .fd = fd, .ready = on_signal };
	return watch_start(supervisor->loop, &supervisor->signals, err);
}

/* Takes a call to the lab's socket. */
static void on_call(struct watch *watch, bool can_read ATTR_UNUSED,
    bool can_write ATTR_UNUSED)
{
	struct supervisor *supervisor =
	    container_of(watch, struct supervisor, listener);
	int fd = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd >= 0 && labsock_is_own(fd))
		(void)clients_add(&supervisor->clients, fd, false, NULL);
	else if (fd >= 0)
		(void)close(fd);
}

static int listen_clients(struct supervisor *supervisor, struct error *err)
{
	if (listen(supervisor->options->socket, BACKLOG) < 0)
		return error_set(err, -errno, "listen: %s", error_name(-errno));
	supervisor->listener = (struct watch){
		.fd = supervisor->options->socket,
		.ready = on_call,
	};
	return watch_start(supervisor->loop, &supervisor->listener, err);
}

static int build(struct supervisor *supervisor, struct error *err)
{
	const struct topology *topology = supervisor->options->plan->topology;
	const struct node *dns = topology_dns(topology);
	clock_ns begin = clock_monotonic();
	char address[IPV6_TEXT_MAX];

	if (fabric_build(supervisor->options->plan, &supervisor->fabric, err) < 0)
		return err->code;
	if (dns)
		sandbox_resolver(node_address_text(dns, address), topology->domain);
	if (supervisor_begin_links(supervisor, err) < 0)
		return err->code;
	supervisor_tell_took(supervisor, "built", begin);
	return launch_prepare_tls(topology, SUPERVISOR_TLS_FOLDER, &supervisor->issuer,
	    err);
}

/* Descriptors 0-2 of the starter are not ours: a pipe into which it writes must see its
 * end although the lab goes on. */
static void detach(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)setsid();
	(void)umask(022);
	for (int fd = 0; null >= 0 && fd < 3; fd++)
		(void)dup2(null, fd);
}

/* Ends with its starter, also when that is gone already: then nobody holds the other end
 * of the stream. getppid() cannot tell, it is 0 in a PID namespace of our own. */
static int follow_starter(int fd, struct error *err)
{
	struct pollfd peer = { .fd = fd, .events = POLLIN };

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (poll(&peer, 1, 0) > 0 && (peer.revents & POLLHUP))
		return error_set(err, ERR_CLOSED, "the starter is gone");
	return 0;
}

static void finish(struct supervisor *supervisor)
{
	/* What was started by "exec" has no order to keep. */
	(void)kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	supervisor_tell_stopped(supervisor);
	clients_close(&supervisor->clients);
}

static int begin(struct supervisor *supervisor, int fd, uid_t uid, gid_t gid,
    struct error *err)
{
	int keys = -1;

	if (watch_open(&supervisor->loop, err) < 0)
		return err->code;
	supervisor->clients.loop = supervisor->loop;
	if (clients_add(&supervisor->clients, fd, true, err) < 0)
		return err->code;
	if (!supervisor->options->outlives && follow_starter(fd, err) < 0)
		return err->code;
	/* The recorder and the agents append to it. Keys are nobody else's business. */
	if (supervisor->options->captures &&
	    outdir_create(supervisor->options->out, "keys.log", 0600, &keys, err) < 0)
		return err->code;
	if (keys >= 0)
		(void)close(keys);
	if (outdir_create(supervisor->options->out, "events.jsonl", 0666,
		&supervisor->events, err) < 0 ||
	    watch_signals(supervisor, err) < 0 || listen_clients(supervisor, err) < 0 ||
	    sandbox_settle(uid, gid, err) < 0 || list_services(supervisor, err) < 0)
		return err->code;
	return build(supervisor, err);
}

static _Noreturn void supervise(const struct supervisor_options *options, int fd,
    uid_t uid, gid_t gid)
{
	struct supervisor supervisor = {
		.own = *options,
		.options = &supervisor.own,
		.loop = -1,
		.events = -1,
		.started = clock_monotonic(),
		.questions = LIST_INIT(supervisor.questions),
	};
	struct error err = ERROR_NULL;

	clients_init(&supervisor.clients, -1, supervisor_commands, &supervisor);
	detach();
	if (begin(&supervisor, fd, uid, gid, &err) < 0) {
		supervisor_tell_failed(&supervisor, &err);
	} else {
		supervisor.state = SUPERVISOR_STARTING;
		live(&supervisor);
	}
	finish(&supervisor);
	_exit(EXIT_OK);
}

int supervisor_start(const struct supervisor_options *options, pid_t *ret_pid,
    int *ret_fd, struct error *err)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int ends[2];
	int r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return error_set(err, -errno, "socketpair: %s", error_name(-errno));
	r = sandbox_fork(ret_pid, err);
	if (r == 0 && *ret_pid == 0) {
		(void)close(ends[0]);
		supervise(options, ends[1], uid, gid);
	}
	(void)close(ends[1]);
	(void)close(options->socket);
	if (r < 0) {
		(void)close(ends[0]);
		return r;
	}
	*ret_fd = ends[0];
	return 0;
}
