/* What a mistake ends a program with under sanitizers: 99, so that no test takes it for the 1 of a
 * program that says what did not hold. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#define IS_SANITIZED 1
#elif defined(__has_feature)
#define IS_SANITIZED __has_feature(address_sanitizer)
#else
#define IS_SANITIZED 0
#endif

static volatile int most = INT_MAX;

static void read_past_the_end(void)
{
	volatile size_t at = 8;
	char *p = calloc(1, 8);

	if (p)
		most = p[at];
	free(p);
}

static void count_past_the_most(void)
{
	most = most + 1;
}

static int status_of(void (*mistake)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		(void)dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
		mistake();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_a_sanitizer_ends_with_a_status_of_its_own(void **state)
{
	static void (*const mistakes[])(
	    void) = { read_past_the_end, count_past_the_most };

	(void)state;
	/* ctest sets both. */
	if (!IS_SANITIZED || !getenv("CWMPLAB_SOURCE"))
		skip();
	for (size_t i = 0; i < ARRAY_LEN(mistakes); i++)
		assert_int_equal(status_of(mistakes[i]), 99);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_sanitizer_ends_with_a_status_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
