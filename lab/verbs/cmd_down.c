#include "lab/verbs/cmds.h"

#include "lab/channel/labsock.h"
#include "lab/supervisor/supervisor.h"
#include "lab/term/cmd.h"
#include "lib/base/clock.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

enum {
	ORDERLY_MS = SUPERVISOR_END_S * 1000,
	KILLED_MS = 60000 /* the kernel ends every process of the lab first */
};

static bool wait_gone(int pidfd, int ms)
{
	struct pollfd process = { .fd = pidfd, .events = POLLIN };
	clock_ns deadline = clock_monotonic() + ms * NS_PER_MS;

	while (poll(&process, 1, ms) < 0 && errno == EINTR) {
		ms = (int)((deadline - clock_monotonic()) / NS_PER_MS);
		if (ms <= 0)
			return false;
	}
	return process.revents != 0;
}

/* Whether the supervisor, which holds the other end of fd, is gone. */
static bool has_ended(int fd)
{
	struct pollfd stream = { .fd = fd, .events = POLLIN };

	return poll(&stream, 1, 0) > 0 && (stream.revents & (POLLHUP | POLLERR));
}

static int down(const char *name, bool now, struct error *err)
{
	auto_fd fd = -1;
	auto_fd process = -1;
	json_t *answer;
	pid_t pid;

	if (labsock_connect(name, &fd, &pid, err) < 0)
		return err->code;
	process = (int)syscall(SYS_pidfd_open, pid, 0);
	if (process < 0)
		return errno == ESRCH ? 0
				      : error_set(err, -errno, "pidfd_open: %s",
					    error_name(-errno));
	/* If the supervisor ended before pidfd_open(), the pid may be another process's. */
	if (has_ended(fd))
		return 0;
	if (!now && labsock_ask(fd, "stop", NULL, &answer, NULL, err) == 0) {
		json_decref(answer);
		if (wait_gone(process, ORDERLY_MS))
			return 0;
	}
	*err = (struct error)ERROR_NULL;
	(void)syscall(SYS_pidfd_send_signal, process, SIGKILL, NULL, 0);
	if (wait_gone(process, KILLED_MS))
		return 0;
	return error_set(err, -ETIMEDOUT, "%s (process %d) does not end", name,
	    (int)pid);
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
	bool now = false;

	options_begin(&options, verb, argc, argv);
	while (options_next(&options, &value))
		now = true;
	if (options.status >= 0)
		return options.status;
	if (down(options.words[0], now, &err) < 0)
		return cmd_fail(&err);
	printf("%s is down\n", options.words[0]);
	return EXIT_OK;
}

const struct verb down_verb = {
	.name = "down",
	.brief = "end a lab",
	.run = down_run,
	.arguments = "LAB [--now]",
	.about =
	    "Stops the lab's programs in order and returns when all of it is gone.\n",
	.rows = rows,
	.min_words = 1,
	.max_words = 1,
};
