/* lib/program/private_file: whoever could read it before, afterwards its owner alone can. */
#include "tests/unit/unit.h"

#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"
#include "lib/program/private_file.h"
#include "tests/support/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned rights_of(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return st.st_mode & 0777;
}

static void test_a_file_is_its_owners_whatever_was_there_and_whatever_the_umask(
    void **state)
{
	static const struct {
		mode_t umask;
		int before; /* rights; -1: no file */
	} rows[] = {
		{ 0, -1 },
		{ 022, -1 },
		{ 077, -1 },
		{ 0777, -1 },
		{ 0, 0666 },
		{ 022, 0644 },
		{ 077, 0604 },
		{ 022, 0700 },
	};
	char folder[] = "/tmp/cwmplab-test-XXXXXX", path[64];

	(void)state;
	assert_non_null(mkdtemp(folder));
	guard_path(folder);
	(void)snprintf(path, sizeof(path), "%s/keys", folder);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		mode_t before;
		int fd;

		if (rows[i].before >= 0) {
			fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
			assert_int_equal(fchmod(fd, (mode_t)rows[i].before), 0);
			assert_int_equal(close(fd), 0);
		}
		before = umask(rows[i].umask);
		fd = private_file_open(path, O_WRONLY | O_APPEND);
		(void)umask(before);

		assert_true(fd >= 0);
		assert_int_equal(rights_of(fd), 0600);
		assert_int_equal(close(fd), 0);
		assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(rmdir(folder), 0);
}

static void test_what_is_no_file_stays_as_it_is(void **state)
{
	auto_fd null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	unsigned before = rights_of(null);
	auto_fd fd = private_file_open("/dev/null", O_WRONLY);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(rights_of(fd), before);
	assert_int_equal(private_file_open("/nowhere/keys", O_WRONLY), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_file_is_its_owners_whatever_was_there_and_whatever_the_umask),
		cmocka_unit_test(test_what_is_no_file_stays_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
