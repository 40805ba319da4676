/* lib/program/search_path: where programs are looked for. */
#include "tests/unit/unit.h"

#include "tests/support/guard.h"

#include "lib/base/cleanup.h"
#include "lib/program/search_path.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void test_folders_of_system_programs_come_last_and_once(void **state)
{
	static const struct {
		const char *path, *made;
	} rows[] = {
		/* A login of Debian, by /etc/login.defs. */
		{ "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games",
		    "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games:"
		    "/usr/local/sbin:/usr/sbin:/sbin" },
		{ "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
		{ "/opt/usr/sbin:/usr/sbin",
		    "/opt/usr/sbin:/usr/sbin:/usr/local/sbin:/sbin" },
		{ NULL,
		    "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin" },
		{ "", "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf made = BUF_NULL;

		search_path_make(&made, rows[i].path);
		assert_string_equal(buf_cstr(&made), rows[i].made);
	}
}

static void test_an_empty_environment_gets_a_path(void **state)
{
	(void)state;
	(void)unsetenv("PATH");
	search_path_complete();
	assert_string_equal(getenv("PATH"),
	    "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin");
}

static void make(const char *path, mode_t mode)
{
	auto_fd fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	assert_true(fd >= 0);
}

/* Three folders, each with an entry "tool": a folder, a file that is no program, a program. */
static void test_what_cannot_be_executed_is_no_program(void **state)
{
	char folder[] = "/tmp/cwmplab-path-XXXXXX";
	char path[128], want[128], all[256];

	(void)state;
	assert_non_null(mkdtemp(folder));
	guard_path(folder);
	for (int i = 1; i <= 3; i++) {
		(void)snprintf(path, sizeof(path), "%s/%d", folder, i);
		assert_int_equal(mkdir(path, 0700), 0);
		(void)snprintf(path, sizeof(path), "%s/%d/tool", folder, i);
		if (i == 1)
			assert_int_equal(mkdir(path, 0700), 0);
		else
			make(path, i == 2 ? 0600 : 0700);
	}
	(void)snprintf(all, sizeof(all), "%s/1:%s/2:%s/3", folder, folder, folder);
	assert_int_equal(setenv("PATH", all, 1), 0);

	assert_true(search_path_find("tool", path, sizeof(path)));
	(void)snprintf(want, sizeof(want), "%s/3/tool", folder);
	assert_string_equal(path, want);
	assert_false(search_path_find("no-such-tool", path, sizeof(path)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folders_of_system_programs_come_last_and_once),
		cmocka_unit_test(test_an_empty_environment_gets_a_path),
		cmocka_unit_test(test_what_cannot_be_executed_is_no_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
