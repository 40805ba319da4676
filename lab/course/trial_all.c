/* Trials side by side. */
#include "lab/course/trial.h"

#include "lab/term/cmd.h"
#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"
#include "lib/program/exit_status.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	SIDE_BY_SIDE_MIN = 8 /* most of a trial is waiting */
};

struct child {
	pid_t pid; /* 0: not there */
	int fd;    /* what it has said */
	int status;
};

static _Noreturn void become(const struct trial *trial, int fd)
{
	auto_buf out = BUF_NULL;
	struct error err = ERROR_NULL;
	int r = trial_run(trial, &out, &err);

	for (size_t at = 0; at < out.len;) {
		ssize_t n = write(fd, out.data + at, out.len - at);

		if (n <= 0)
			break;
		at += (size_t)n;
	}
	_exit(r < 0 ? cmd_status(r) : r);
}

static int start(const struct trial *trial, struct child *child, struct error *err)
{
	child->fd = memfd_create("trial", MFD_CLOEXEC);
	if (child->fd < 0)
		return error_set(err, -errno, "memfd_create: %s", error_name(-errno));
	child->pid = fork();
	if (child->pid == 0)
		become(trial, child->fd);
	if (child->pid < 0)
		return error_set(err, -errno, "fork: %s", error_name(-errno));
	return 0;
}

/* Ctrl-C reaches each of them, which then takes its lab down and says how far it was. */
static void block_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
}

static void wait_one(struct child *children, size_t n, size_t *running)
{
	int status;
	pid_t pid = waitpid(-1, &status, 0);

	for (size_t i = 0; pid > 0 && i < n; i++) {
		if (children[i].pid != pid)
			continue;
		children[i].status =
		    WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_MACHINE;
		--*running;
	}
	if (pid < 0 && errno == ECHILD)
		*running = 0;
}

static void take(const struct child *child, struct buf *out)
{
	uint8_t *at;
	ssize_t n;

	if (child->fd < 0 || lseek(child->fd, 0, SEEK_SET) < 0)
		return;
	while ((at = buf_reserve(out, 4096)) && (n = read(child->fd, at, 4096)) > 0)
		out->len += (size_t)n;
	(void)close(child->fd);
}

int trial_run_all(const struct trial *trials, size_t n, struct buf *out,
    struct error *err)
{
	auto_free struct child *children = calloc(n + 1, sizeof(*children));
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t most = MAX((size_t)MAX(processors, 1L), (size_t)SIDE_BY_SIDE_MIN);
	size_t started = 0, running = 0;
	int r = 0, worst = EXIT_OK;

	if (!children)
		return error_set(err, -ENOMEM, "out of memory");
	block_signals();
	while (started < n || running > 0) {
		while (r == 0 && started < n && running < most) {
			r = start(&trials[started], &children[started], err);
			started++;
			running += r == 0;
		}
		if (r < 0)
			started = n;
		if (running > 0)
			wait_one(children, n, &running);
	}
	for (size_t i = 0; i < n; i++) {
		if (children[i].pid <= 0)
			continue;
		take(&children[i], out);
		worst = MAX(worst, children[i].status);
	}
	return r < 0 ? r : worst;
}
