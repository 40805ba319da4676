#include "agents/common/netns.h"

#include "lib/base/cleanup.h"
#include "lib/program/log.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int netns_enter(int fd, int *ret_home, struct error *err)
{
	auto_fd home = -1;

	if (fd < 0) {
		*ret_home = -1;
		return 0;
	}
	home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (home < 0)
		return error_set(err, -errno, "own network namespace: %s",
		    strerror(errno));
	if (setns(fd, CLONE_NEWNET) < 0)
		return error_set(err, -errno, "enter a network namespace: %s",
		    strerror(errno));
	*ret_home = steal_fd(&home);
	return 0;
}

int netns_visit(const char *path, int *ret_home, struct error *err)
{
	auto_fd fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	if (path && fd < 0)
		return error_set(err, -errno, "network namespace %s: %s", path,
		    error_name(-errno));
	return netns_enter(fd, ret_home, err);
}

void netns_leave(int home)
{
	if (home < 0)
		return;
	if (setns(home, CLONE_NEWNET) < 0) {
		log_error("cannot go back to the own network namespace: %s",
		    strerror(errno));
		abort();
	}
	(void)close(home);
}

int netns_enter_path(const char *path, struct error *err)
{
	auto_fd fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return error_set(err, -errno, "network namespace %s: %s", path,
		    strerror(errno));
	if (setns(fd, CLONE_NEWNET) < 0)
		return error_set(err, -errno, "enter the network namespace %s: %s",
		    path, strerror(errno));
	return 0;
}
