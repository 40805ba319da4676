/* lab/term/stop_signals: no descriptor, no block; and what comes meanwhile. */
#include "tests/unit/unit.h"

#include "lab/term/stop_signals.h"
#include "lib/base/cleanup.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/resource.h>

static bool is_blocked(int signal)
{
	sigset_t mask;

	(void)sigprocmask(SIG_BLOCK, NULL, &mask);
	return sigismember(&mask, signal) == 1;
}

static void test_without_a_descriptor_signals_end_the_program_still(void **state)
{
	struct rlimit before, none;
	struct error err = ERROR_NULL;
	sigset_t mask;
	int r;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = (struct rlimit){ 0, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	r = stop_signals_open(&mask, &err);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);

	assert_int_equal(r, -EMFILE);
	assert_string_equal(err.text, "signalfd: Too many open files");
	assert_false(is_blocked(SIGINT) || is_blocked(SIGTERM) || is_blocked(SIGHUP));
}

static void test_a_signal_that_came_meanwhile_is_dropped(void **state)
{
	sigset_t mask;
	auto_fd fd = stop_signals_open(&mask, NULL);
	struct pollfd poller = { .fd = fd, .events = POLLIN };

	(void)state;
	assert_true(fd >= 0 && is_blocked(SIGTERM));
	assert_int_equal(raise(SIGTERM), 0);
	assert_int_equal(poll(&poller, 1, 0), 1);

	stop_signals_restore(fd, &mask); /* would end the test otherwise */
	assert_false(is_blocked(SIGTERM));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_without_a_descriptor_signals_end_the_program_still),
		cmocka_unit_test(test_a_signal_that_came_meanwhile_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
