#include "lab/kernel/namespace.h"

#include "lib/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	NAMESPACES_A_MOUNT = 32, /* a mount costs about what three settings cost */
};

int namespace_current(int *ret_fd, struct error *err)
{
	/* Not /proc/self: in a thread that has moved, that is the process's first one. */
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return error_set(err, -errno, "/proc/thread-self/ns/net: %s%s",
		    error_name(-errno),
		    errno == EMFILE ? " (raise the limit of open files: ulimit -n)"
				    : "");
	*ret_fd = fd;
	return 0;
}

int namespace_create(int *ret_fd, struct error *err)
{
	if (unshare(CLONE_NEWNET) < 0)
		return error_set(err, -errno, "new network namespace: %s%s",
		    error_name(-errno),
		    errno == ENOSPC
			? " (raise /proc/sys/user/max_net_namespaces as root)"
			: "");
	return namespace_current(ret_fd, err);
}

int namespace_enter(int fd, struct error *err)
{
	if (setns(fd, CLONE_NEWNET) < 0)
		return error_set(err, -errno, "entering a network namespace: %s",
		    error_name(-errno));
	return 0;
}

bool namespace_is_own(int fd, const char *path)
{
	struct stat theirs, ours;

	return fstat(fd, &theirs) == 0 && stat(path, &ours) == 0 &&
	       theirs.st_ino == ours.st_ino && theirs.st_dev == ours.st_dev;
}

/* ---- settings ------------------------------------------------------------------------ */

static int mount_proc(void)
{
	auto_fd fs = fsopen("proc", FSOPEN_CLOEXEC);

	if (fs < 0 || fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -1;
	return fsmount(fs, FSMOUNT_CLOEXEC, 0);
}

void sysctls_begin(struct sysctls *sysctls)
{
	if (sysctls->is_shared)
		return;
	if (sysctls->proc < 0 || sysctls->n_used == NAMESPACES_A_MOUNT) {
		sysctls_end(sysctls);
		sysctls->proc = mount_proc();
		sysctls->is_shared = sysctls->proc < 0;
		sysctls->n_used = 0;
	}
	sysctls->n_used++;
}

int sysctls_set(const struct sysctls *sysctls, const char *name, const char *value,
    struct error *err)
{
	char path[128];
	auto_fd fd = -1;

	(void)snprintf(path, sizeof(path), "%ssys/net/%s",
	    sysctls->is_shared ? "/proc/" : "", name);
	fd = openat(sysctls->proc, path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		return error_set(err, -errno, "/proc/sys/net/%s: %s", name,
		    error_name(-errno));
	return 0;
}

void sysctls_end(struct sysctls *sysctls)
{
	if (sysctls->proc >= 0)
		(void)close(sysctls->proc);
	sysctls->proc = -1;
}
