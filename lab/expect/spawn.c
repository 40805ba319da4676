#include "lab/expect/spawn.h"

#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	LOOK_MS = 100,
	ORDERLY_S = 20
};

static _Noreturn void become(const struct spawn *spawn, int output)
{
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigset_t none;

	/* What is blocked here must not be there. */
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 ||
	    dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0 ||
	    (spawn->folder && chdir(spawn->folder) < 0))
		_exit(127);
	for (size_t i = 0; spawn->environment && spawn->environment[i]; i++)
		(void)putenv((char *)(uintptr_t)spawn->environment[i]);
	if (spawn->is_own)
		(void)execv("/proc/self/exe", (char *const *)(uintptr_t)spawn->words);
	else
		(void)execvp(spawn->words[0], (char *const *)(uintptr_t)spawn->words);
	_exit(127);
}

/* The file is in memory: a pipe would stay open as long as a lab lives that was started. */
static int take_output(int fd, struct buf *out)
{
	uint8_t *at;
	ssize_t n;

	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	out->max = SPAWN_OUTPUT_MAX;
	while ((at = buf_reserve(out, 4096)) && (n = read(fd, at, 4096)) > 0)
		out->len += (size_t)n;
	return 0;
}

bool spawn_is_stopped(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	sigset_t pending;

	if (sigpending(&pending) < 0)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		if (sigismember(&pending, numbers[i]) == 1)
			return true;
	}
	return false;
}

/* Until the child has ended or the time is up; whether it has. */
static bool wait_until(int pidfd, clock_ns end, bool looks)
{
	struct pollfd ended = { .fd = pidfd, .events = POLLIN };
	int n;

	do {
		int left = clock_wait_ms(end - clock_monotonic());

		if (looks && spawn_is_stopped())
			return false;
		n = poll(&ended, 1, looks ? MIN(left, (int)LOOK_MS) : left);
	} while ((n < 0 && errno == EINTR) || (n == 0 && clock_monotonic() < end));
	return n != 0;
}

/* Returns how it ended. */
static int reap(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Without a descriptor for the child nobody could wait for its end. */
static int open_child(pid_t pid, struct error *err)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	int r;

	if (pidfd >= 0)
		return pidfd;
	r = error_set(err, -errno, "pidfd_open: %s", error_name(-errno));
	(void)kill(pid, SIGKILL);
	(void)reap(pid);
	return r;
}

/* The child of that descriptor. */
static int wait_for(pid_t pid, int pidfd, const struct spawn *spawn, struct error *err)
{
	clock_ns end = clock_monotonic() + spawn->longest;
	bool is_there = !wait_until(pidfd, end, spawn->ends_on_signal);
	bool is_late = is_there && clock_monotonic() >= end;
	int status;

	/* One that was stopped may take back what it has begun. */
	if (is_there && !is_late) {
		(void)kill(pid, SIGTERM);
		is_there =
		    !wait_until(pidfd, clock_monotonic() + ORDERLY_S * NS_PER_S, false);
	}
	if (is_there)
		(void)kill(pid, SIGKILL);
	status = reap(pid);
	if (is_late)
		return error_set(err, ERR_MACHINE, "it has not ended in %lld s",
		    (long long)(spawn->longest / NS_PER_S));
	return status;
}

int spawn_run(const struct spawn *spawn, struct buf *out, struct error *err)
{
	auto_fd output = memfd_create("output", MFD_CLOEXEC);
	auto_fd pidfd = -1;
	pid_t pid;
	int status;

	if (output < 0)
		return error_set(err, -errno, "memfd_create: %s", error_name(-errno));
	pid = fork();
	if (pid == 0)
		become(spawn, output);
	if (pid < 0)
		return error_set(err, -errno, "fork: %s", error_name(-errno));
	pidfd = open_child(pid, err);
	if (pidfd < 0)
		return pidfd;
	status = wait_for(pid, pidfd, spawn, err);
	(void)take_output(output, out);
	return status;
}
