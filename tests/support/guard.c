#include "tests/support/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Of a session of its own, so that what kills the test's process group spares it; without the
 * test's descriptors, of which ctest waits for the end. */
static _Noreturn void wait_and_remove(int end, const char *path)
{
	int null = open("/dev/null", O_RDWR);
	char byte;

	(void)setsid();
	(void)dup2(end, 0);
	(void)dup2(null, 1);
	(void)dup2(null, 2);
	(void)close_range(3, ~0U, 0);
	while (read(0, &byte, 1) < 0 && errno == EINTR)
		;
	(void)execl("/bin/rm", "rm", "-rf", "--", path, (char *)NULL);
	_exit(127);
}

void guard_path(const char *path)
{
	int ends[2];
	pid_t pid;

	(void)fflush(NULL);
	if (pipe2(ends, O_CLOEXEC) < 0 || (pid = fork()) < 0) {
		perror(path);
		exit(1);
	}
	if (pid == 0) {
		(void)close(ends[1]);
		wait_and_remove(ends[0], path);
	}
	(void)close(ends[0]);
	/* The other end stays open until this process is no more. */
}
