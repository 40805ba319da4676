/* agents/acs/gate/counts: what was counted outlives who has counted it. */
#include "tests/unit/unit.h"

#include "tests/support/guard.h"

#include "agents/acs/gate/counts.h"
#include "lib/base/clock.h"
#include "lib/base/compiler.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/counts.XXXXXX";
static char path[64];

static int enter(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	guard_path(folder);
	(void)snprintf(path, sizeof(path), "%s/counts", folder);
	return 0;
}

static int leave(void **state)
{
	(void)state;
	return rmdir(folder);
}

static struct counts *must_open(const char *at)
{
	struct counts *counts = NULL;
	struct error err = ERROR_NULL;

	if (counts_open(&counts, at, &err) < 0)
		fail_msg("%s", err.text);
	return counts;
}

static void test_without_a_file_it_begins_at_nothing(void **state)
{
	uint64_t before = (uint64_t)clock_wall();
	struct counts *counts = must_open(NULL);

	(void)state;
	assert_true(counts->since >= before);
	assert_int_equal(counts->sessions + counts->failed + counts->running +
			     counts->shed,
	    0);
	counts_close(counts);
	counts_close(NULL);
}

/* A program that counts, and is killed while sessions run. */
static void test_a_kill_loses_nothing(void **state)
{
	struct counts *counts;
	pid_t pid = fork();
	uint64_t since;
	int status;

	(void)state;
	if (pid == 0) {
		counts = must_open(path);
		counts->sessions = 100;
		counts->failed = 4;
		counts->running = 7;
		counts->shed = 20;
		(void)raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	counts = must_open(path);
	since = counts->since;
	assert_true(since > 0);
	assert_int_equal(counts->sessions, 107);
	assert_int_equal(counts->failed, 11);
	assert_int_equal(counts->running, 0);
	assert_int_equal(counts->shed, 20);
	counts_close(counts);
	counts = must_open(path);
	assert_int_equal(counts->since, since);
	assert_int_equal(counts->sessions, 107);
	counts_close(counts);
	assert_int_equal(unlink(path), 0);
}

/* Else a session that failed on Monday fails all later runs. */
static void test_a_run_is_told_of_its_own_alone(void **state)
{
	const struct counts monday = { .since = 1,
		.sessions = 100,
		.failed = 4,
		.shed = 20 };
	const struct counts tuesday = { .since = 1,
		.sessions = 130,
		.failed = 5,
		.running = 2,
		.shed = 21 };
	struct counts own = counts_between(&monday, &monday);

	(void)state;
	assert_int_equal(own.sessions + own.failed + own.running + own.shed, 0);
	own = counts_between(&monday, &tuesday);
	assert_int_equal(own.sessions, 32);
	assert_int_equal(own.failed, 3);
	assert_int_equal(own.running, 0);
	assert_int_equal(own.shed, 1);
}

static void fails(const char *what, int code, const char *words)
{
	struct counts *counts = NULL;
	struct error err = ERROR_NULL;

	assert_int_equal(counts_open(&counts, what, &err), code);
	if (!strstr(err.text, words))
		fail_msg("%s", err.text);
	assert_null(counts);
}

static void test_what_is_no_file_of_counts_is_left_alone(void **state)
{
	static const size_t sizes[] = { 1, 56,
		4096 }; /* one of them is the right one */
	struct counts *counts;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		FILE *file = fopen(path, "we");
		struct stat st;

		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(fputc('x', file), 'x');
		assert_int_equal(fclose(file), 0);
		fails(path, ERR_USAGE, "is no file of counts");
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_size, sizes[i]);
	}
	assert_int_equal(unlink(path), 0);
	fails("/nowhere/counts", -ENOENT, "/nowhere/counts: ");
	counts = must_open(path);
	fails(path, ERR_USAGE, "another program counts in it");
	counts_close(counts);
	assert_int_equal(unlink(path), 0);
}

static void write_text(const char *at, const char *text)
{
	int fd = open(at, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		_exit(77);
	(void)close(fd);
}

/* A file system of one page, in namespaces of this process, that is full then. */
static void enter_full_folder(void)
{
	static char page[4096];
	char text[64];
	unsigned uid = (unsigned)geteuid(), gid = (unsigned)getegid();
	FILE *file;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		_exit(77);
	(void)snprintf(text, sizeof(text), "0 %u 1", uid);
	write_text("/proc/self/uid_map", text);
	(void)snprintf(text, sizeof(text), "0 %u 1", gid);
	write_text("/proc/self/setgroups", "deny");
	write_text("/proc/self/gid_map", text);
	if (mount("none", folder, "tmpfs", 0, "size=4k") < 0)
		_exit(77);
	(void)snprintf(text, sizeof(text), "%s/full", folder);
	file = fopen(text, "we");
	if (!file || fwrite(page, 1, sizeof(page), file) != sizeof(page) ||
	    fclose(file) != 0)
		_exit(77);
}

/* To whom else the first count would be the end, by SIGBUS. */
static void test_a_full_file_system_is_told(void **state)
{
	struct counts *counts = NULL;
	struct error err = ERROR_NULL;
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		(void)signal(SIGBUS, SIG_DFL);
		(void)prctl(PR_SET_DUMPABLE, 1);
		enter_full_folder();
		_exit(counts_open(&counts, path, &err) != -ENOSPC);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip(); /* nobody but root may make namespaces here */
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_a_file_it_begins_at_nothing),
		cmocka_unit_test(test_a_kill_loses_nothing),
		cmocka_unit_test(test_a_run_is_told_of_its_own_alone),
		cmocka_unit_test(test_what_is_no_file_of_counts_is_left_alone),
		cmocka_unit_test(test_a_full_file_system_is_told),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
