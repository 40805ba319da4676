#include "lab/course/spawn.h"

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

static int wait_for(pid_t pid, clock_ns longest, struct error *err)
{
	auto_fd pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd ended = { .fd = pidfd, .events = POLLIN };
	clock_ns end = clock_monotonic() + longest;
	bool is_late = false;
	int status = 0, n;

	do
		n = poll(&ended, 1, clock_wait_ms(end - clock_monotonic()));
	while (n < 0 && errno == EINTR);
	if (n == 0) {
		is_late = true;
		(void)kill(pid, SIGKILL);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (is_late)
		return error_set(err, ERR_MACHINE, "it has not ended in %lld s",
		    (long long)(longest / NS_PER_S));
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int spawn_run(const struct spawn *spawn, struct buf *out, struct error *err)
{
	auto_fd output = memfd_create("output", MFD_CLOEXEC);
	pid_t pid;
	int status;

	if (output < 0)
		return error_set(err, -errno, "memfd_create: %s", error_name(-errno));
	pid = fork();
	if (pid == 0)
		become(spawn, output);
	if (pid < 0)
		return error_set(err, -errno, "fork: %s", error_name(-errno));
	status = wait_for(pid, spawn->longest, err);
	(void)take_output(output, out);
	return status;
}
