#include "tests/linear/cost.h"

#include "lib/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A counter of the instructions of a process and its children from the next exec on. */
static int open_counter(pid_t pid)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_HARDWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_HW_INSTRUCTIONS,
		.disabled = 1,
		.inherit = 1,
		.exclude_kernel = 1,
		.exclude_hv = 1,
		.enable_on_exec = 1 };

	return (int)syscall(SYS_perf_event_open, &attr, pid, -1, -1, 0);
}

/* Counting may be forbidden, or unknown to the processor that a virtual machine shows. */
static bool can_count(void)
{
	auto_fd fd = open_counter(0);

	return fd >= 0;
}

const char *cost_unit(void)
{
	return can_count() ? "instructions" : "ns";
}

/* In the child: waits until it may begin, then becomes the program. */
static void become(const char *const *argv, int begin)
{
	int nowhere = open("/dev/null", O_RDWR);
	char go;

	if (nowhere < 0 || dup2(nowhere, 0) < 0 || dup2(nowhere, 1) < 0 ||
	    dup2(nowhere, 2) < 0 || read(begin, &go, 1) != 1)
		_exit(127);
	(void)execv(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

static int failed(const char *const *argv, const char *what)
{
	(void)fprintf(stderr, "%s %s: %s\n", argv[0], argv[1], what);
	return -1;
}

static uint64_t ns_of(const struct timeval *tv)
{
	return (uint64_t)tv->tv_sec * 1000000000U + (uint64_t)tv->tv_usec * 1000U;
}

int cost_of(const char *const *argv, struct cost *ret)
{
	auto_fd counter = -1, begin = -1;
	struct rusage usage;
	int pipes[2], status;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return failed(argv, strerror(errno));
	pid = fork();
	if (pid == 0)
		become(argv, pipes[0]);
	(void)close(pipes[0]);
	begin = pipes[1];
	counter = pid > 0 ? open_counter(pid) : -1;
	if (pid < 0 || write(begin, "g", 1) != 1 || wait4(pid, &status, 0, &usage) < 0)
		return failed(argv, strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 125)
		return failed(argv, "did not run to its end");
	ret->kib = (uint64_t)usage.ru_maxrss;
	if (counter >= 0 &&
	    read(counter, &ret->work, sizeof(ret->work)) == (ssize_t)sizeof(ret->work))
		return 0;
	ret->work = ns_of(&usage.ru_utime) + ns_of(&usage.ru_stime);
	return 0;
}
