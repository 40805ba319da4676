#include "lab/verbs/cmds.h"

#include "lab/channel/labsock.h"
#include "lab/channel/process_state.h"
#include "lab/supervisor/supervisor.h"
#include "lab/term/cmd.h"
#include "lib/base/clock.h"
#include "lib/program/say.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

enum {
	ORDERLY_MS = SUPERVISOR_END_S * 1000,
	KILLED_MS = 60000, /* the kernel ends every process of the lab first */
	LOOK_MS = 250
};

/* The first process of the lab. */
struct first {
	const char *lab;
	pid_t pid;
	int pidfd; /* owned */
	int call;  /* owned: a connection to it; -1: it takes none */
};

static void first_close(struct first *first)
{
	if (first->pidfd >= 0)
		(void)close(first->pidfd);
	if (first->call >= 0)
		(void)close(first->call);
}

static bool wait_gone(const struct first *first, int ms)
{
	struct pollfd process = { .fd = first->pidfd, .events = POLLIN };
	clock_ns deadline = clock_monotonic() + ms * NS_PER_MS;

	while (poll(&process, 1, LOOK_MS) <= 0) {
		if (clock_monotonic() > deadline)
			return false;
	}
	return true;
}

static void send_signal(const struct first *first, int number)
{
	(void)syscall(SYS_pidfd_send_signal, first->pidfd, number, NULL, 0);
}

/* Whether the supervisor, which holds the other end of fd, is gone. */
static bool has_ended(int fd)
{
	struct pollfd stream = { .fd = fd, .events = POLLIN };

	return poll(&stream, 1, 0) > 0 && (stream.revents & (POLLHUP | POLLERR));
}

/* 1: the lab is gone already. A supervisor that takes no more calls is found without one. */
static int find(struct first *first, struct error *err)
{
	int r = labsock_connect(first->lab, &first->call, &first->pid, err);

	if (r == ERR_MACHINE)
		first->pid = labsock_owner(first->lab);
	if (r < 0 && (r != ERR_MACHINE || first->pid == 0))
		return r;
	first->pidfd = (int)syscall(SYS_pidfd_open, first->pid, 0);
	if (first->pidfd < 0)
		return errno == ESRCH ? 1
				      : error_set(err, -errno, "pidfd_open: %s",
					    error_name(-errno));
	/* If the supervisor ended before pidfd_open(), the pid may be another process's. */
	return first->call >= 0 ? has_ended(first->call)
				: labsock_owner(first->lab) != first->pid;
}

/* One that was stopped (SIGSTOP) cannot end in order unless it goes on. */
static void wake(const struct first *first)
{
	if (!process_is_stopped(first->pid))
		return;
	say(stderr,
	    "cwmplab: %s: its supervisor (process %d) was stopped; it goes on, to end\n",
	    first->lab, (int)first->pid);
	send_signal(first, SIGCONT);
}

/* Whether it has ended in order. Else why not is in err. */
static bool end_in_order(struct first *first, struct error *err)
{
	json_t *answer;
	pid_t pid;

	wake(first);
	if (first->call < 0 && labsock_connect(first->lab, &first->call, &pid, err) < 0)
		return false;
	if (labsock_ask(first->call, "stop", NULL, &answer, NULL, err) < 0)
		return wait_gone(first, 0);
	json_decref(answer);
	if (wait_gone(first, ORDERLY_MS))
		return true;
	(void)error_set(err, ERR_MACHINE, "its programs have not ended in %d s",
	    SUPERVISOR_END_S);
	return false;
}

static int down(struct first *first, bool now, struct error *err)
{
	int r = find(first, err);

	if (r != 0)
		return MIN(r, 0);
	if (!now && end_in_order(first, err))
		return 0;
	if (!now)
		say(stderr, "cwmplab: %s: %s: it is killed\n", first->lab, err->text);
	send_signal(first, SIGKILL);
	if (wait_gone(first, KILLED_MS))
		return 0;
	return error_set(err, ERR_MACHINE,
	    "%s does not end: its supervisor (process %d) is killed, and the kernel has "
	    "not ended it for %d s",
	    first->lab, (int)first->pid, KILLED_MS / 1000);
}

static const struct option_row rows[] = {
	OPTION(0, "now", NULL, "do not wait for orderly ends"),
	{ NULL },
};

static int down_run(const struct verb *verb, int argc, char **argv)
{
	struct option_reader options;
	const char *value;
	struct error err = ERROR_NULL;
	struct first first = { .pidfd = -1, .call = -1 };
	bool now = false;
	int r;

	options_begin(&options, verb, argc, argv);
	while (options_next(&options, &value))
		now = true;
	if (options.status >= 0)
		return options.status;
	first.lab = options.words[0];
	r = down(&first, now, &err);
	first_close(&first);
	if (r < 0)
		return cmd_fail(&err);
	say(stdout, "%s is down\n", options.words[0]);
	return EXIT_OK;
}

const struct verb down_verb = {
	.name = "down",
	.brief = "end a lab",
	.run = down_run,
	.arguments = "LAB [--now]",
	.about =
	    "Stops the lab's programs in order and returns when all of it is gone. Programs that were\n"
	    "stopped (SIGSTOP) go on for that; a lab that does not end in order is killed, which is\n"
	    "told.\n",
	.rows = rows,
	.min_words = 1,
	.max_words = 1,
};
