#include "lab/verbs/cmds.h"

#include "lab/channel/labsock.h"
#include "lab/term/cmd.h"
#include "lib/base/clock.h"

#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

enum {
	ORDERLY_MS =
	    40000, /* three stages of the supervisor's own deadline, and some */
	KILLED_MS = 5000
};

static const char usage[] =
    "usage: cwmplab down LAB [--now]\n"
    "\n"
    "Stops the lab's programs in order and returns when all of it is gone.\n"
    "\n"
    "      --now   do not wait for orderly ends\n";

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

static int down(const char *name, bool now, struct error *err)
{
	auto_fd fd = -1;
	auto_fd process = -1;
	json_t *answer;
	pid_t pid;

	if (labsock_connect(name, &fd, &pid, err) < 0)
		return err->code;
	/* Between these two lines the pid could be another's; the stream tells: it is
	 * still open when the process is the supervisor. */
	process = (int)syscall(SYS_pidfd_open, pid, 0);
	if (process < 0)
		return errno == ESRCH ? 0
				      : error_set(err, -errno, "pidfd_open: %s",
					    error_name(-errno));
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

int cmd_down(int argc, char **argv)
{
	static const struct option options[] = {
		{ "now", no_argument, NULL, 'n' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct error err = ERROR_NULL;
	bool now = false;
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (c == 'h')
			return fputs(usage, stdout) < 0 ? EXIT_FAILED : EXIT_OK;
		if (c == '?')
			return EXIT_USAGE;
		now = true;
	}
	if (argc - optind != 1) {
		(void)fputs(usage, stderr);
		return EXIT_USAGE;
	}
	if (down(argv[optind], now, &err) < 0)
		return cmd_fail(&err);
	printf("%s is down\n", argv[optind]);
	return EXIT_OK;
}
