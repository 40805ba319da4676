#include "tests/support/process.h"

#include "lib/base/clock.h"
#include "tests/support/patience.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static pid_t start(const char *const *argv, const char *folder, int out)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid > 0)
		return pid;
	(void)setpgid(0, 0);
	if (folder && chdir(folder) < 0)
		_exit(127);
	(void)dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
	(void)dup2(out, STDOUT_FILENO);
	(void)dup2(out, STDERR_FILENO);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* Reads what there is. False at the end of the stream. */
static bool drain(int fd, struct buf *out)
{
	uint8_t *room = buf_reserve(out, 65536);
	ssize_t n = room ? read(fd, room, 65536) : 0;

	if (n > 0)
		out->len += (size_t)n;
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static int status_of(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) < 0)
		die("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void process_run(const char *const *argv, const char *folder,
    struct process_result *ret)
{
	clock_ns end = clock_monotonic() + patience_ms() * NS_PER_MS;
	int pipe_fds[2], pidfd;
	bool is_open = true, is_running = true;
	pid_t pid;

	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		die("pipe");
	pid = start(argv, folder, pipe_fds[1]);
	(void)close(pipe_fds[1]);
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pidfd < 0)
		die("pidfd_open");
	/* A daemon that the program left behind may hold the pipe: its end is enough. */
	while (is_running) {
		struct pollfd fds[2] = { { pidfd, POLLIN, 0 },
			{ is_open ? pipe_fds[0] : -1, POLLIN, 0 } };
		clock_ns left = end - clock_monotonic();

		if (left <= 0)
			break;
		if (poll(fds, 2, (int)(left / NS_PER_MS) + 1) < 0)
			continue; /* a signal; the time is looked at again */
		if (fds[1].revents)
			is_open = drain(pipe_fds[0], &ret->out);
		is_running = !fds[0].revents;
	}
	if (is_running)
		(void)kill(-pid, SIGKILL);
	(void)fcntl(pipe_fds[0], F_SETFL, O_NONBLOCK);
	for (size_t before = SIZE_MAX; is_open && before != ret->out.len;) {
		before = ret->out.len;
		is_open = drain(pipe_fds[0], &ret->out);
	}
	ret->status = status_of(pid);
	if (is_running)
		ret->status = -1;
	(void)close(pidfd);
	(void)close(pipe_fds[0]);
}

void process_need(const char *program)
{
	auto_buf path = BUF_NULL;
	auto_buf folders = BUF_NULL;
	struct str rest;

	/* Servers live in sbin, which an ordinary user's PATH may lack. */
	buf_printf(&folders, "%s:/usr/sbin:/sbin",
	    getenv("PATH") ? getenv("PATH") : "/bin");
	rest = buf_str(&folders);

	while (rest.len > 0) {
		struct str folder = str_cut(rest, ':', &rest);

		buf_reset(&path);
		buf_printf(&path, "%.*s/%s", STR_ARG(folder), program);
		if (access(buf_cstr(&path), X_OK) == 0)
			return;
	}
	printf("skipped: %s is not installed\n", program);
	exit(77);
}
