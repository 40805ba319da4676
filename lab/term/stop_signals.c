#include "lab/term/stop_signals.h"

#include <errno.h>
#include <sys/signalfd.h>
#include <unistd.h>

int stop_signals_open(sigset_t *ret_before, struct error *err)
{
	sigset_t set;
	int fd;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &set, ret_before);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd >= 0)
		return fd;
	fd = error_set(err, -errno, "signalfd: %s", error_name(-errno));
	(void)sigprocmask(SIG_SETMASK, ret_before, NULL);
	return fd;
}

void stop_signals_restore(int fd, const sigset_t *before)
{
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) > 0)
		;
	(void)sigprocmask(SIG_SETMASK, before, NULL);
}
