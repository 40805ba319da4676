/* SIGKILL at 40 random moments of "run" (or as many as CWMPLAB_ROUNDS says): to the lab's first
 * process, and in turn to the program that started it. Each time no process, namespace, mount
 * or socket of the lab is left, which takes less than two seconds on a machine that is not
 * busy; the longest is told. So it is when the ACS cannot be reached any more as the lab is
 * killed: the FIN of a CPE's connection is then answered by nobody.
 *
 * The test lives in a user, PID, mount and network namespace of its own. So every process
 * under /proc and every socket in /proc/net/unix is the lab's, and the kernel itself counts
 * namespaces: once the lab is killed it is told to allow one of each kind beside the test's
 * own, and then one more can be made only when none of the lab's is left. */
#include "tests/support/labrun.h"
#include "tests/support/patience.h"

#include "lab/kernel/sandbox.h"
#include "lib/base/clock.h"
#include "lib/base/compiler.h"
#include "lib/base/error.h"
#include "lib/base/rng.h"

#include <dirent.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	ROUNDS = 40,
	SEED = 20261123,
	LOOK_MS = 50, /* the kernel needs some for what the last look itself made */
	LATE_S =
	    30, /* a connection that lost its peer keeps a namespace for 100 and more */
	OWN_AND_ONE = 2,
	PLENTY = 1000
};

static int rounds_due(void)
{
	const char *said = getenv("CWMPLAB_ROUNDS");

	return said ? atoi(said) : ROUNDS;
}

static void wait_ms(int ms)
{
	(void)poll(NULL, 0, ms);
}

/* As process 1 of its namespace the test inherits what its children leave behind. */
static void reap(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

static pid_t start_run(const char *folder)
{
	pid_t pid = fork();
	int log;

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	if (chdir(folder) < 0)
		_exit(99);
	log = open("log", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	(void)dup2(log, 1);
	(void)dup2(log, 2);
	(void)execl(labrun_program(), "cwmplab", "run", ".", "--out", "out", NULL);
	_exit(98);
}

/* Whether a process is the first of a PID namespace of its own. */
static bool leads_namespace(int pid)
{
	char path[64];
	char line[256];
	bool leads = false;
	FILE *file;
	int outside;
	int inside;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "NSpid: %d %d", &outside, &inside) == 2)
			leads = inside == 1;
	}
	if (file)
		(void)fclose(file);
	return leads;
}

/* The child of the program that is the lab's first process, or 0 while there is none. The
 * program has other children: the leak sanitizer looks at it from one, and without that
 * one it would wait for ever. */
static pid_t supervisor_of(pid_t program)
{
	char path[64];
	FILE *file;
	pid_t found = 0;
	int pid;

	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)program,
	    (int)program);
	file = fopen(path, "r");
	if (!file)
		return 0;
	while (!found && fscanf(file, "%d", &pid) == 1) {
		if (leads_namespace(pid))
			found = pid;
	}
	(void)fclose(file);
	return found;
}

/* The last process of the test's own: itself, and the guard of its folder. */
static int last_own = 1;

/* The highest number of a process. */
static int last_process(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int last = 0;

	assert_non_null(proc);
	while ((entry = readdir(proc)))
		last = MAX(last, atoi(entry->d_name));
	(void)closedir(proc);
	return last;
}

static bool has_processes(char *which, size_t size)
{
	int last = last_process();

	if (last <= last_own)
		return false;
	(void)snprintf(which, size, "process %d", last);
	return true;
}

static bool has_sockets(char *which, size_t size)
{
	FILE *file = fopen("/proc/net/unix", "r");
	char line[512];
	bool found = false;

	assert_non_null(file);
	while (!found && fgets(line, sizeof(line), file)) {
		found = strstr(line, "cwmplab/") != NULL;
		(void)snprintf(which, size, "socket %s", line);
	}
	(void)fclose(file);
	return found;
}

/* Tells the kernel how many namespaces of each kind to allow. */
static void limit_namespaces(int most)
{
	static const char *const paths[] = {
		"/proc/sys/user/max_net_namespaces",
		"/proc/sys/user/max_pid_namespaces",
		"/proc/sys/user/max_mnt_namespaces",
	};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		FILE *file = fopen(paths[i], "w");

		assert_non_null(file);
		assert_true(fprintf(file, "%d\n", most) > 0);
		assert_int_equal(fclose(file), 0);
	}
}

/* Whether one namespace of each kind cannot be made, in a process of its own. */
static bool has_namespaces(char *which, size_t size)
{
	static const int kinds[] = { CLONE_NEWPID, CLONE_NEWNS, CLONE_NEWNET };
	static const char *const names[] = { "PID", "mount", "network" };
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
			if (unshare(kinds[i]) < 0)
				_exit((int)i);
		}
		_exit(ARRAY_LEN(kinds));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == ARRAY_LEN(kinds))
		return false;
	(void)snprintf(which, size, "a %s namespace", names[WEXITSTATUS(status)]);
	return true;
}

/* How long it took until all was gone. */
static clock_ns assert_gone(int round)
{
	clock_ns killed = clock_monotonic(), late = 0;
	char which[600] = "";

	limit_namespaces(OWN_AND_ONE);
	for (;;) {
		reap();
		late = clock_monotonic() - killed;
		if (!has_processes(which, sizeof(which)) &&
		    !has_sockets(which, sizeof(which)) &&
		    !has_namespaces(which, sizeof(which)))
			break;
		if (late > LATE_S * NS_PER_S)
			fail_msg("round %d: %s is left", round, which);
		wait_ms(LOOK_MS);
	}
	limit_namespaces(PLENTY);
	return late;
}

/* How long a run takes that nobody disturbs. */
static int measure_ms(const char *folder)
{
	clock_ns start = clock_monotonic();
	pid_t pid = start_run(folder);
	int status, took_ms;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	took_ms = (int)((clock_monotonic() - start) / NS_PER_MS);
	print_message("undisturbed: status %d after %d ms\n", WEXITSTATUS(status),
	    took_ms);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
	return took_ms;
}

/* Waits for the lab's first process, or no longer than the program lives. */
static pid_t wait_for_supervisor(pid_t program)
{
	clock_ns end = clock_monotonic() + patience_ms() * NS_PER_MS;
	pid_t supervisor = 0;
	siginfo_t info = { 0 };

	while (!supervisor && info.si_pid == 0 && clock_monotonic() < end) {
		supervisor = supervisor_of(program);
		(void)waitid(P_PID, (id_t)program, &info, WEXITED | WNOHANG | WNOWAIT);
	}
	return supervisor;
}

/* Starts a run and kills one of its processes after a while. False when the run was over
 * before. */
static bool kill_once(const char *folder, bool is_supervisor, int delay_ms)
{
	pid_t program = start_run(folder);
	pid_t victim = is_supervisor ? wait_for_supervisor(program) : program;
	siginfo_t info = { 0 };

	if (victim == 0)
		return false;
	wait_ms(delay_ms);
	(void)waitid(P_PID, (id_t)program, &info, WEXITED | WNOHANG | WNOWAIT);
	(void)kill(victim, SIGKILL);
	return info.si_pid == 0;
}

static void test_nothing_is_left_after_sigkill(void **state)
{
	struct rng rng = rng_make(SEED, 0);
	clock_ns longest = 0;
	struct labrun run;
	int rounds = rounds_due();
	int most_ms;

	(void)state;
	labrun_prepare(&run, "figure-2", NULL);
	last_own = last_process();
	most_ms = measure_ms(run.folder);
	(void)assert_gone(0);
	for (int round = 1; round <= rounds;) {
		int delay_ms = (int)rng_between(&rng, 0, (uint64_t)most_ms);
		bool was_running = kill_once(run.folder, round % 2, delay_ms);
		clock_ns late = assert_gone(round);

		longest = MAX(longest, late);
		round += was_running;
		/* The machine has become faster since the run was measured. */
		most_ms = was_running ? most_ms : delay_ms;
	}
	print_message("all gone after %lld ms at most\n",
	    (long long)(longest / NS_PER_MS));
	labrun_free(&run);
}

/* Whether the process serves a connection on port 7548. */
static bool has_connection(int pid)
{
	char path[64], line[256];
	unsigned port, state;
	bool found = false;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/net/tcp", pid);
	file = fopen(path, "r");
	while (file && !found && fgets(line, sizeof(line), file))
		found = sscanf(line, " %*d: %*x:%x %*x:%*x %x", &port, &state) == 2 &&
			port == 7548 && state == TCP_ESTABLISHED;
	if (file)
		(void)fclose(file);
	return found;
}

/* A process of the lab that serves a connection, as soon as one does; 0: the lab's program has
 * ended before one was seen, since on a busy machine all of them are over between two looks. */
static int wait_for_connection(pid_t program)
{
	siginfo_t info = { 0 };

	while (info.si_pid == 0) {
		for (int pid = last_process(); pid > last_own; pid--) {
			if (has_connection(pid))
				return pid;
		}
		(void)waitid(P_PID, (id_t)program, &info, WEXITED | WNOHANG | WNOWAIT);
	}
	return 0;
}

/* Takes down the interfaces of the process's node, in a process of its own. False: the node
 * has ended by itself. */
static bool unplug(int pid)
{
	char path[64];
	int status, child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		struct ifreq request = { .ifr_flags = 0 };
		struct if_nameindex *names;
		int ns, sock;

		(void)snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
		ns = open(path, O_RDONLY | O_CLOEXEC);
		if (ns < 0 || setns(ns, CLONE_NEWNET) < 0)
			_exit(1);
		sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		names = if_nameindex();
		for (size_t i = 0; names && names[i].if_index; i++) {
			(void)snprintf(request.ifr_name, IFNAMSIZ, "%s",
			    names[i].if_name);
			if (ioctl(sock, SIOCSIFFLAGS, &request) < 0)
				_exit(2);
		}
		_exit(names ? 0 : 3);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status == 0;
}

static void test_nothing_is_left_where_no_fin_is_answered(void **state)
{
	clock_ns end = clock_monotonic() + patience_ms() * NS_PER_MS;
	bool is_unplugged = false;
	struct labrun run;

	(void)state;
	labrun_prepare(&run, "figure-2", NULL);
	last_own = last_process();
	while (!is_unplugged) {
		pid_t program = start_run(run.folder);
		int server = wait_for_connection(program);
		clock_ns late;

		is_unplugged = server != 0 && unplug(server);
		assert_int_equal(kill(program, SIGKILL), 0);
		late = assert_gone(0);
		if (is_unplugged)
			print_message("unplugged: all gone after %lld ms\n",
			    (long long)(late / NS_PER_MS));
		else if (clock_monotonic() > end)
			fail_msg("no connection to an ACS was seen");
	}
	labrun_free(&run);
}

/* The whole test is the child: process 1 of a PID namespace dies with it. */
static int in_sandbox(int (*run)(void))
{
	struct error err = ERROR_NULL;
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int status;
	pid_t pid;

	if (sandbox_fork(&pid, &err) < 0) {
		print_message("skipped: %s\n", err.text);
		return 77;
	}
	if (pid == 0) {
		if (sandbox_settle(uid, gid, &err) < 0 || unshare(CLONE_NEWNET) < 0) {
			print_message("skipped: %s\n", err.text);
			_exit(77);
		}
		_exit(run());
	}
	(void)waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* ---- a lab that changes ----------------------------------------------------------------- */

enum {
	CHANGES = 12, /* rounds, of which each third kills another one */
	CHANGE_MS = 60
};

static const char before[] =
    "name: changing\n"
    "nodes:\n"
    "  sw1: {kind: switch}\n"
    "  goes: {kind: host, attach: sw1, address: 10.0.0.7/24, command: [sleep, \"99\"]}\n"
    "  acs: {kind: acs, attach: sw1, address: 10.0.0.11/24, url: \"http://acs.lab/\"}\n"
    "  h: {kind: host, attach: {switch: sw1, link: delay=5ms}, address: 10.0.0.9/24}\n";

static const char after[] =
    "name: changing\n"
    "nodes:\n"
    "  sw1: {kind: switch}\n"
    "  sw2: {kind: switch, attach: sw1}\n"
    "  comes: {kind: host, attach: sw2, address: 10.0.0.8/24, command: [sleep, \"99\"]}\n"
    "  acs: {kind: acs, attach: sw2, address: 10.0.0.11/24, url: \"http://acs.lab/\"}\n"
    "  h: {kind: host, attach: {switch: sw1, link: delay=9ms}, address: 10.0.0.9/24}\n";

static void write_file(const char *folder, const char *name, const char *text)
{
	char path[128];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static pid_t start_verb(const char *folder, const char *verb, const char *word,
    const char *more)
{
	pid_t pid = fork();
	int log;

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	if (chdir(folder) < 0)
		_exit(99);
	log = open("log", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	(void)dup2(log, 1);
	(void)dup2(log, 2);
	(void)execl(labrun_program(), "cwmplab", verb, word, more, NULL);
	_exit(98);
}

static int wait_verb(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The first process of a PID namespace that the test is not in; 0: there is none. */
static pid_t find_supervisor(void)
{
	for (int pid = last_process(); pid > last_own; pid--) {
		if (leads_namespace(pid))
			return pid;
	}
	return 0;
}

/* The carrier of links. */
static pid_t find_carrier(void)
{
	char path[64], line[256];

	for (int pid = last_process(); pid > last_own; pid--) {
		size_t n = 0;
		FILE *file;

		(void)snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
		file = fopen(path, "r");
		if (file)
			n = fread(line, 1, sizeof(line) - 1, file);
		if (file)
			(void)fclose(file);
		line[n] = '\0';
		if (n > 14 && strcmp(line + strlen(line) + 1, "linkd") == 0)
			return pid;
	}
	return 0;
}

/* What is done to the lab is done, or made up for, however the one before ended. */
static void assert_goes_on(const char *folder)
{
	clock_ns end = clock_monotonic() + patience_ms() * NS_PER_MS;
	int status;

	do {
		status =
		    wait_verb(start_verb(folder, "apply", "changing", "after.yaml"));
	} while (status != 0 && clock_monotonic() < end);
	assert_int_equal(status, 0);
	assert_int_equal(wait_verb(start_verb(folder, "logs", "changing", "comes")), 0);
	assert_int_equal(wait_verb(start_verb(folder, "down", "changing", NULL)), 0);
}

/* The lab's first process takes all with it. Its other programs, and whoever asked for the change, take
 * nothing. */
static void test_nothing_is_left_of_a_lab_that_changes(void **state)
{
	struct rng rng = rng_make(SEED, 1);
	struct labrun run;

	(void)state;
	labrun_prepare(&run, "figure-2", NULL);
	last_own = last_process();
	write_file(run.folder, "before.yaml", before);
	write_file(run.folder, "after.yaml", after);
	for (int round = 0; round < CHANGES; round++) {
		pid_t program, victim;

		assert_int_equal(wait_verb(
				     start_verb(run.folder, "up", "before.yaml", NULL)),
		    0);
		program = start_verb(run.folder, "apply", "changing", "after.yaml");
		wait_ms((int)rng_between(&rng, 0, CHANGE_MS));
		victim = round % 3 == 0   ? find_supervisor()
			 : round % 3 == 1 ? find_carrier()
					  : program;
		if (victim > 0)
			(void)kill(victim, SIGKILL);
		(void)wait_verb(program);
		if (round % 3 > 0)
			assert_goes_on(run.folder);
		(void)assert_gone(round);
	}
	labrun_free(&run);
}

static int judge(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_left_after_sigkill),
		cmocka_unit_test(test_nothing_is_left_where_no_fin_is_answered),
		cmocka_unit_test(test_nothing_is_left_of_a_lab_that_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
	labrun_setup();
	return in_sandbox(judge);
}
