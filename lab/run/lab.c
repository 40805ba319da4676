#include "lab/run/lab.h"

#include "lab/channel/labsock.h"
#include "lab/channel/process_state.h"
#include "lab/kernel/kernel_try.h"
#include "lab/kernel/netem.h"
#include "lab/run/firewall_check.h"
#include "lab/run/topology_file.h"
#include "lab/supervisor/supervisor.h"
#include "lab/term/stop_signals.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

enum {
	SEED_MAX = 1000000, /* a number that people can copy */
	LOOK_MS = 1000      /* between looks at a supervisor that says nothing */
};

int lab_load(struct lab *lab, const struct lab_options *options, struct error *err)
{
	struct plan_means means = { .has_netem = false };

	*lab = (struct lab){ .out = OUTDIR_NULL, .signals = -1, .channel.fd = -1 };
	/* This program has opened nothing yet. A descriptor that its caller forgot to
	 * close would stay open as long as the lab lives, and a reader of that pipe would
	 * wait for its end. */
	(void)close_range(STDERR_FILENO + 1, ~0U, 0);
	if (topology_file_load_with(options->file, options->fault, NULL, &lab->topology,
		err) < 0)
		return err->code;
	if (firewall_check(lab->topology, err) < 0)
		return err->code;
	lab->seed = lab->topology->has_seed ? lab->topology->seed
					    : (uint64_t)clock_wall() % SEED_MAX;
	means.has_netem = plan_wants_netem(lab->topology) && netem_try(NULL) == 0;
	if (plan_wants_vlans(lab->topology)) {
		means.has_vlan_bridge = vlan_bridge_try(NULL) == 0;
		means.has_vlan_link = vlan_link_try(NULL) == 0;
	}
	return plan_build_for(lab->topology, &means, &lab->plan, err);
}

/* A namespace costs the supervisor a descriptor; the soft limit is often 1,024. */
static int allow_descriptors(const struct plan *plan, struct error *err)
{
	struct rlimit limit;
	size_t need = 2 * plan->n_instances + 256;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return error_set(err, -errno, "getrlimit: %s", error_name(-errno));
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (need > limit.rlim_cur)
		return error_set(err, ERR_MACHINE,
		    "a lab of %zu namespaces needs %zu descriptors; the hard limit of "
		    "open files is %llu (ulimit -Hn)",
		    plan->n_instances, need, (unsigned long long)limit.rlim_cur);
	return 0;
}

static int block_signals(struct lab *lab, struct error *err)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &set, &lab->mask);
	lab->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (lab->signals >= 0)
		return 0;
	(void)error_set(err, -errno, "signalfd: %s", error_name(-errno));
	(void)sigprocmask(SIG_SETMASK, &lab->mask, NULL);
	return err->code;
}

void lab_release_signals(struct lab *lab)
{
	if (lab->signals < 0)
		return;
	stop_signals_restore(lab->signals, &lab->mask);
	(void)close(lab->signals);
	lab->signals = -1;
}

static int open_out(struct lab *lab, const char *path, struct error *err)
{
	char by_name[TOPOLOGY_NAME_MAX + 8];

	(void)snprintf(by_name, sizeof(by_name), "out/%s", lab->topology->name);
	return outdir_open(&lab->out, path ? path : by_name, err);
}

int lab_start(struct lab *lab, const struct lab_options *options, struct error *err)
{
	struct supervisor_options supervisor = {
		.plan = lab->plan,
		.out = &lab->out,
		.seed = lab->seed,
		.captures = options->captures,
		.outlives = options->outlives,
	};
	int fd;

	if (allow_descriptors(lab->plan, err) < 0 || block_signals(lab, err) < 0 ||
	    labsock_bind(lab->topology->name, &supervisor.socket, err) < 0)
		return err->code;
	if (open_out(lab, options->out, err) < 0) {
		(void)close(supervisor.socket);
		return err->code;
	}
	if (supervisor_start(&supervisor, &lab->pid, &fd, err) < 0)
		return err->code;
	channel_open(&lab->channel, fd);
	return 0;
}

struct delivery {
	lab_event_fn *on_event;
	void *user;
};

static void deliver(void *user, struct str line)
{
	const struct delivery *delivery = user;
	json_t *event = json_loadb(line.p, line.len, 0, NULL);

	if (event)
		delivery->on_event(delivery->user, event, line);
	json_decref(event);
}

int lab_wait(struct lab *lab, clock_ns deadline, lab_event_fn *on_event, void *user)
{
	struct delivery delivery = { on_event, user };
	struct pollfd fds[] = {
		{ .fd = lab->channel.fd, .events = POLLIN },
		{ .fd = lab->signals, .events = POLLIN },
	};
	struct signalfd_siginfo info;
	clock_ns left = deadline ? deadline - clock_monotonic() : LOOK_MS * NS_PER_MS;
	int ms = clock_wait_ms(MIN(left, LOOK_MS * NS_PER_MS));
	int r;

	if (poll(fds, ARRAY_LEN(fds), ms) <= 0)
		return process_is_stopped(lab->pid) ? ERR_MACHINE : 0;
	if (fds[1].revents && read(lab->signals, &info, sizeof(info)) > 0)
		return -EINTR;
	if (!fds[0].revents)
		return 0;
	r = channel_read(&lab->channel, &(struct channel_sink){ .line = deliver },
	    &delivery);
	lab->has_ended = r < 0;
	return r < 0 ? ERR_CLOSED : 0;
}

void lab_stop(struct lab *lab)
{
	if (lab->pid > 0 && !lab->has_ended)
		(void)kill(lab->pid, SIGCONT);
	if (lab->channel.fd >= 0)
		(void)channel_send(&lab->channel, STR("{\"id\":1,\"cmd\":\"stop\"}"));
}

void lab_kill(struct lab *lab)
{
	if (lab->pid > 0)
		(void)kill(lab->pid, SIGKILL);
}

void lab_close(struct lab *lab)
{
	if (lab->pid > 0 && lab->has_ended)
		(void)waitpid(lab->pid, NULL, 0);
	channel_close(&lab->channel);
	lab_release_signals(lab);
	outdir_close(&lab->out);
	plan_free(lab->plan);
	topology_free(lab->topology);
}
