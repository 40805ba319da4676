/* lab/expect/spawn: a command that runs, one that does not end, and one that nobody can wait for. */
#include "tests/unit/unit.h"

#include "lab/expect/spawn.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

static const char *const words[] = { "sh", "-c", "echo so; exit 7", NULL };
static const char *const endless[] = { "sleep", "600", NULL };

static void test_a_command_says_how_it_ended(void **state)
{
	const struct spawn spawn = { .words = words, .longest = 60 * NS_PER_S };
	auto_buf out = BUF_NULL;

	(void)state;
	assert_int_equal(spawn_run(&spawn, &out, NULL), 7);
	assert_true(str_is(buf_str(&out), "so\n"));
}

static void test_what_does_not_end_is_ended(void **state)
{
	const struct spawn spawn = { .words = endless, .longest = NS_PER_MS };
	auto_buf out = BUF_NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(spawn_run(&spawn, &out, &err), ERR_MACHINE);
	assert_string_equal(err.text, "it has not ended in 0 s");
}

/* One descriptor is left, and the output takes it. */
static void test_without_a_descriptor_nobody_waits(void **state)
{
	const struct spawn spawn = { .words = endless, .longest = 600 * NS_PER_S };
	int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
	auto_buf out = BUF_NULL;
	struct error err = ERROR_NULL;
	struct rlimit limit, less;

	(void)state;
	assert_true(next >= 0);
	(void)close(next);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	less = (struct rlimit){ (rlim_t)next + 1, limit.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &less), 0);
	assert_int_equal(spawn_run(&spawn, &out, &err), -EMFILE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_true(str_starts(str_of(err.text), STR("pidfd_open: ")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_command_says_how_it_ended),
		cmocka_unit_test(test_what_does_not_end_is_ended),
		cmocka_unit_test(test_without_a_descriptor_nobody_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
