#include "lab/kernel/sandbox.h"

#include "lib/base/buf.h"
#include "lib/base/cleanup.h"
#include "lib/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* Settings that forbid what a lab needs, where they have the value `bad`. */
static const struct {
	const char *path;
	long bad;
	struct sandbox_obstacle obstacle;
} settings[] = {
	{ "/proc/sys/kernel/unprivileged_userns_clone", 0,
	    { "kernel.unprivileged_userns_clone is 0: user namespaces are for root alone",
		"as root: sysctl kernel.unprivileged_userns_clone=1 (to keep it: in a file "
		"of /etc/sysctl.d)" } },
	{ "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 1,
	    { "kernel.apparmor_restrict_unprivileged_userns is 1: AppArmor restricts user "
	      "namespaces to programs with a profile that allows them",
		"install the package of cwmplab, which brings the profile for "
		"/usr/bin/cwmplab; or as root: sysctl "
		"kernel.apparmor_restrict_unprivileged_userns=0" } },
	{ "/proc/sys/user/max_user_namespaces", 0,
	    { "user.max_user_namespaces is 0",
		"as root: sysctl user.max_user_namespaces=10000" } },
	{ "/proc/sys/user/max_pid_namespaces", 0,
	    { "user.max_pid_namespaces is 0",
		"as root: sysctl user.max_pid_namespaces=10000" } },
	{ "/proc/sys/user/max_net_namespaces", 0,
	    { "user.max_net_namespaces is 0",
		"as root: sysctl user.max_net_namespaces=100000" } },
};

static bool has_value(const char *path, long value)
{
	auto_file file = fopen(path, "re");
	char line[32];

	return file && fgets(line, sizeof(line), file) &&
	       strtol(line, NULL, 10) == value;
}

const struct sandbox_obstacle *sandbox_obstacle(size_t i)
{
	for (size_t k = 0; k < ARRAY_LEN(settings); k++) {
		if (has_value(settings[k].path, settings[k].bad) && i-- == 0)
			return &settings[k].obstacle;
	}
	return NULL;
}

static int refused(struct error *err, const char *what)
{
	int code = -errno; /* before another file is opened */
	const struct sandbox_obstacle *obstacle = sandbox_obstacle(0);

	if (code == -EAGAIN)
		return error_set(err, ERR_MACHINE,
		    "%s: %s: this user has too many processes (ulimit -u)", what,
		    error_name(code));
	if (obstacle)
		return error_set(err, ERR_MACHINE, "%s: %s; %s; %s", what,
		    error_name(code), obstacle->fact, obstacle->todo);
	return error_set(err, ERR_MACHINE,
	    "%s: %s; a container or security module forbids it (cwmplab doctor tells "
	    "more)",
	    what, error_name(code));
}

int sandbox_fork(pid_t *ret_pid, struct error *err)
{
	const int base = CLONE_NEWPID | CLONE_NEWNS | SIGCHLD;
	long pid = -1;

	(void)fflush(NULL);
	/* The raw call, because fork() has no flags; it returns twice, as fork() does. */
	if (geteuid() == 0)
		pid = syscall(SYS_clone, base, NULL, NULL, NULL, NULL);
	if (pid < 0 && (geteuid() != 0 || errno == EPERM))
		pid = syscall(SYS_clone, base | CLONE_NEWUSER, NULL, NULL, NULL, NULL);
	if (pid < 0)
		return refused(err, "new user, PID and mount namespaces");
	*ret_pid = (pid_t)pid;
	return 0;
}

static int write_file(const char *path, const char *text)
{
	auto_fd fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	return fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) ? 0
										 : -1;
}

/* user_namespaces(7): a process may map its own user and group, once it has given up
 * setgroups(). */
static int become_root(uid_t uid, gid_t gid, struct error *err)
{
	char text[64];

	/* A process that changed its user owns its own /proc files no more. Programs of
	 * the lab also open descriptors of process 1 by their path there. */
	(void)prctl(PR_SET_DUMPABLE, 1);
	if (write_file("/proc/self/setgroups", "deny") < 0)
		return refused(err, "/proc/self/setgroups");
	(void)snprintf(text, sizeof(text), "0 %u 1", (unsigned)uid);
	if (write_file("/proc/self/uid_map", text) < 0)
		return refused(err, "/proc/self/uid_map");
	(void)snprintf(text, sizeof(text), "0 %u 1", (unsigned)gid);
	if (write_file("/proc/self/gid_map", text) < 0)
		return refused(err, "/proc/self/gid_map");
	return 0;
}

/* Whether this process was cloned into a user namespace: nobody is mapped yet. */
static bool is_unmapped(void)
{
	auto_file file = fopen("/proc/self/uid_map", "re");

	return file && fgetc(file) == EOF;
}

int sandbox_settle(uid_t outer_uid, gid_t outer_gid, struct error *err)
{
	const unsigned long plain = MS_NOSUID | MS_NODEV;

	if (is_unmapped() && become_root(outer_uid, outer_gid, err) < 0)
		return err->code;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return refused(err, "mounts of our own");
	if (mount("tmpfs", "/run", "tmpfs", plain, "mode=755") < 0)
		return refused(err, "a /run of our own");
	if (mount("proc", "/proc", "proc", plain | MS_NOEXEC, NULL) < 0)
		return refused(err, "a /proc of our own");
	return 0;
}

/* Where /etc/resolv.conf is a link into /run, which is empty here, the folders on the way
 * are made anew. */
static void make_parents(char *path)
{
	for (char *p = path + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		(void)mkdir(path, 0755);
		*p = '/';
	}
}

void sandbox_resolver(const char *address, const char *domain)
{
	static const char *const conf = "/etc/resolv.conf";
	char target[PATH_MAX];
	ssize_t n = readlink(conf, target, sizeof(target) - 1);
	auto_buf lines = BUF_NULL;
	const char *text;
	char *at;

	buf_printf(&lines, "nameserver %s\nsearch %s\n", address, domain);
	text = buf_cstr(&lines);
	if (n < 0) {
		if (write_file("/run/resolv.conf", text) == 0)
			(void)mount("/run/resolv.conf", conf, NULL, MS_BIND, NULL);
		return;
	}
	target[n] = '\0';
	at = strstr(target, "/run/");
	if (!at) /* somewhere else: cover the file it leads to */ {
		if (write_file("/run/resolv.conf", text) == 0)
			(void)mount("/run/resolv.conf", conf, NULL, MS_BIND, NULL);
		return;
	}
	make_parents(at);
	(void)write_file(at, text);
}
