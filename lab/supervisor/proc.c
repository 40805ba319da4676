#include "lab/supervisor/proc.h"

#include "lab/launch/launch.h"
#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"
#include "lib/program/search_path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

/* As a shell would start it: what this program ignores is for its own writes. */
static void reset_signals(void)
{
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGXFSZ, SIG_DFL);
}

/* Copies that are not close-on-exec, above the four that the program knows. */
static int keep_held(const struct proc_start *start)
{
	for (size_t i = 0; i < start->n_held; i++) {
		if (fcntl(start->held[i], F_DUPFD, LAUNCH_CONTROL_FD + 1) < 0)
			return -1;
	}
	return 0;
}

/* All descriptors of the lab are close-on-exec; these four are what the program sees, beside
 * those that it only holds. */
static int arrange_descriptors(const struct proc_start *start)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (keep_held(start) < 0)
		return -1;
	if (null < 0 || dup2(null, 0) < 0 || dup2(start->log, 1) < 0 ||
	    dup2(start->log, 2) < 0)
		return -1;
	if (start->control < 0)
		return 0;
	if (start->control ==
	    LAUNCH_CONTROL_FD) /* dup2() would leave it close-on-exec */
		return fcntl(LAUNCH_CONTROL_FD, F_SETFD, 0);
	return dup2(start->control, LAUNCH_CONTROL_FD);
}

static void limit_files(rlim_t files)
{
	struct rlimit limit;

	if (files == 0 || getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = files < limit.rlim_max ? files : limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* In the child; comes back only on failure. errno tells. */
static void become(const struct proc_start *start)
{
	if (start->netns >= 0 && setns(start->netns, CLONE_NEWNET) < 0)
		return;
	(void)setsid();
	reset_signals();
	for (size_t i = 0; start->env && start->env[i]; i++)
		(void)putenv((char *)(uintptr_t)start->env[i]);
	if (arrange_descriptors(start) < 0)
		return;
	if (start->folder && chdir(start->folder) < 0)
		return;
	/* Only now: a lab of many nodes has more files open than its programs need. */
	limit_files(start->files);
	if (start->is_own)
		(void)execv("/proc/self/exe", (char *const *)(uintptr_t)start->argv);
	else
		(void)execvp(start->argv[0], (char *const *)(uintptr_t)start->argv);
}

/* A folder of PATH that this user may not search hides that the program is in none of them. */
static bool is_nowhere(const char *program)
{
	char path[PATH_MAX];

	return !strchr(program, '/') && !search_path_find(program, path, sizeof(path));
}

/* The write end closes when the program is executed; before, it carries errno. */
static int wait_exec(int report, const struct proc_start *start, struct error *err)
{
	const char *program = start->argv[0];
	int number = 0;
	ssize_t n;

	do
		n = read(report, &number, sizeof(number));
	while (n < 0 && errno == EINTR);
	if (n != sizeof(number))
		return 0;
	if (number == ENOENT || (number == EACCES && is_nowhere(program)))
		return error_set(err, ERR_MACHINE,
		    "there is no program \"%s\" here: install it%s%s%s", program,
		    start->package ? " (on Debian: apt install " : "",
		    start->package ? start->package : "", start->package ? ")" : "");
	return error_set(err, -number, "%s: %s", program, error_name(-number));
}

int proc_spawn(const struct proc_start *start, pid_t *ret_pid, struct error *err)
{
	int ends[2];
	auto_fd report = -1;
	pid_t pid;
	int r;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, -errno, "pipe: %s", error_name(-errno));
	report = ends[0];
	pid = fork();
	if (pid == 0) {
		/* High, so that no dup2() hits it. */
		int number,
		    out = fcntl(ends[1], F_DUPFD_CLOEXEC, LAUNCH_CONTROL_FD + 1);

		become(start);
		number = errno;
		if (write(out, &number, sizeof(number)) < 0)
			_exit(126);
		_exit(127);
	}
	r = -errno;
	(void)close(ends[1]);
	if (pid < 0)
		return error_set(err, r, "no process for %s: %s%s", start->argv[0],
		    error_name(r),
		    r == -EAGAIN ? ": this user has too many processes (ulimit -u)"
				 : "");
	r = wait_exec(report, start, err);
	if (r < 0) {
		(void)waitpid(pid, NULL, 0);
		return r;
	}
	*ret_pid = pid;
	return 0;
}

char *proc_status_text(int status, char *text, size_t size)
{
	if (WIFSIGNALED(status))
		(void)snprintf(text, size, "killed by signal %d (%s)", WTERMSIG(status),
		    strsignal(WTERMSIG(status)));
	else
		(void)snprintf(text, size, "exit status %d", WEXITSTATUS(status));
	return text;
}

/* A line of /proc/net/udp or tcp: " 12: 0300000A:0035 00000000:0000 07 ...". */
static bool is_port(const char *line, enum proc_protocol protocol, unsigned port)
{
	static const unsigned listening = 0x0a; /* TCP_LISTEN */
	unsigned local, state;

	return sscanf(line, " %*u: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x", &local,
		   &state) == 2 &&
	       local == port && (protocol == PROC_UDP || state == listening);
}

bool proc_has_port(pid_t pid, enum proc_protocol protocol, unsigned port)
{
	static const char *const names
	    [][2] = { [PROC_UDP] = { "udp", "udp6" }, [PROC_TCP] = { "tcp", "tcp6" } };

	for (size_t i = 0; i < ARRAY_LEN(names[0]); i++) {
		char path[64], line[256];
		auto_file file = NULL;

		(void)snprintf(path, sizeof(path), "/proc/%d/net/%s", (int)pid,
		    names[protocol][i]);
		file = fopen(path, "re");
		while (file && fgets(line, sizeof(line), file)) {
			if (is_port(line, protocol, port))
				return true;
		}
	}
	return false;
}
