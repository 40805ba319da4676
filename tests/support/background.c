#include "tests/support/background.h"

#include "lib/base/clock.h"
#include "tests/support/holding.h"
#include "tests/support/patience.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

enum {
	GROUP_TEXT_MAX = 16,
	TICK_MS = 20
};

static const char *group_text(pid_t group, char *text)
{
	(void)snprintf(text, GROUP_TEXT_MAX, "%d", (int)group);
	return text;
}

static clock_ns patience_end(void)
{
	return clock_monotonic() + patience_ms() * NS_PER_MS;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

void background_start(struct background *program, const char *const *argv,
    const char *folder)
{
	char group[GROUP_TEXT_MAX];
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		die("pipe");
	(void)fflush(NULL);
	*program = (struct background){ .out = ends[0] };
	program->pid = fork();
	if (program->pid < 0)
		die("fork");
	if (program->pid == 0) {
		(void)setpgid(0, 0);
		if (folder && chdir(folder) < 0)
			_exit(127);
		(void)dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
		(void)dup2(ends[1], STDOUT_FILENO);
		(void)dup2(ends[1], STDERR_FILENO);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	(void)setpgid(program->pid, program->pid);
	holding_add(HOLDING_PROCESS, group_text(program->pid, group));
	(void)close(ends[1]);
	(void)fcntl(program->out, F_SETFL, O_NONBLOCK);
}

/* False at the end of the output. */
static bool take(struct background *program)
{
	uint8_t *room = buf_reserve(&program->text, 65536);
	ssize_t n = room ? read(program->out, room, 65536) : 0;

	if (n > 0)
		program->text.len += (size_t)n;
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* Until the time is up, the output ends, or words stand in it. */
static bool follow(struct background *program, const char *words, clock_ns end)
{
	for (;;) {
		struct pollfd fd = { program->out, POLLIN, 0 };
		clock_ns left = end - clock_monotonic();

		if (program->out < 0)
			return false;
		if (words && str_find(buf_str(&program->text), str_of(words), NULL))
			return true;
		if (left <= 0)
			return false;
		if (poll(&fd, 1, (int)(left / NS_PER_MS) + 1) <= 0)
			continue; /* a signal; the time is looked at again */
		if (!take(program))
			return words &&
			       str_find(buf_str(&program->text), str_of(words), NULL);
	}
}

bool background_shows(struct background *program, const char *words)
{
	return follow(program, words, patience_end());
}

bool background_lives(struct background *program)
{
	struct pollfd fd = { program->out, POLLIN, 0 };

	return poll(&fd, 1, TICK_MS) <= 0 || take(program);
}

static bool reap(struct background *program, int options)
{
	char group[GROUP_TEXT_MAX];
	int status;

	if (waitpid(program->pid, &status, options) != program->pid)
		return false;
	program->status =
	    WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	holding_end(HOLDING_PROCESS, group_text(program->pid, group));
	program->pid = 0;
	return true;
}

int background_end(struct background *program, int signal)
{
	clock_ns end = patience_end();

	if (program->pid ==
	    0) /* kill() would take 0 for the group of the test itself */
		return program->status;
	if (signal)
		(void)kill(program->pid, signal);
	(void)follow(program, NULL, end);
	while (!reap(program, WNOHANG)) {
		if (clock_monotonic() > end) {
			(void)kill(-program->pid, SIGKILL);
			(void)reap(program, 0);
			program->status = -1;
			break;
		}
		(void)poll(NULL, 0, 5);
	}
	while (take(program) && errno != EAGAIN)
		;
	return program->status;
}

bool background_is_gone(pid_t group)
{
	clock_ns end = patience_end();

	while (kill(-group, 0) == 0) {
		if (clock_monotonic() > end)
			return false;
		(void)poll(NULL, 0, 5);
	}
	return true;
}

void background_free(struct background *program)
{
	if (program->pid > 0) {
		(void)kill(-program->pid, SIGKILL);
		(void)reap(program, 0);
	}
	if (program->out >= 0)
		(void)close(program->out);
	program->out = -1;
	buf_free(&program->text);
}
