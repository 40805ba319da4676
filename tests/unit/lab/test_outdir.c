/* lab/supervisor/outdir and lab/term/folders: folders of results, good and bad. */
#include "tests/unit/unit.h"

#include "tests/support/guard.h"

#include "lab/supervisor/outdir.h"
#include "lab/term/folders.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/cwmplab-outdir-XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	guard_path(folder);
	return chdir(folder);
}

static void test_a_folder_is_made_with_those_above_it(void **state)
{
	struct error err = ERROR_NULL;
	struct stat st;

	(void)state;
	assert_int_equal(folders_make("a/b//c/", &err), 0);
	assert_int_equal(stat("a/b/c", &st), 0);
	assert_int_equal(folders_make("a/b/c", &err), 0);
	assert_int_equal(folders_make("/", &err), 0);
}

static void test_a_path_that_is_no_folder_is_the_callers_mistake(void **state)
{
	static const struct {
		const char *path, *text;
	} rows[] = {
		{ "", "\"\" is no folder" },
		{ "/dev/null/x", "/dev/null/x: Not a directory" },
		{ "/proc/x/y", "/proc/x: No such file or directory" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		struct outdir dir = OUTDIR_NULL;

		assert_int_equal(folders_make(rows[i].path, &err), ERR_USAGE);
		assert_string_equal(err.text, rows[i].text);
		assert_int_equal(outdir_open(&dir, rows[i].path, &err), ERR_USAGE);
		assert_non_null(strstr(err.text, "choose another folder with --out"));
		outdir_close(&dir);
	}
}

/* Descriptors stand for all that a machine can run out of. */
static void test_what_the_machine_lacks_is_not_the_callers_mistake(void **state)
{
	struct rlimit before, none;
	struct error err = ERROR_NULL;
	struct outdir dir = OUTDIR_NULL;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = (struct rlimit){ 0, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	(void)outdir_open(&dir, "d", &err);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);

	assert_int_equal(err.code, ERR_MACHINE);
	assert_string_equal(err.text, "d: Too many open files");
	outdir_close(&dir);
}

static void test_errors_of_paths_are_told_apart(void **state)
{
	static const int machine[] = { ENOSPC, EDQUOT, EFBIG, EIO, ENOMEM, EMFILE,
		ENFILE };
	static const int usage[] = { ENOENT, EACCES, ENOTDIR, EROFS, EPERM };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(machine); i++)
		assert_int_equal(error_of_path(machine[i]), ERR_MACHINE);
	for (size_t i = 0; i < ARRAY_LEN(usage); i++)
		assert_int_equal(error_of_path(usage[i]), ERR_USAGE);
}

static void assert_text(const char *name, const char *text)
{
	FILE *file = fopen(name, "re");
	char line[64] = "";

	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	assert_int_equal(fclose(file), 0);
	assert_string_equal(line, text);
}

/* The limit of "ulimit -f" is one byte too low; main() ignores the signal as here. */
static void test_a_file_is_there_whole_or_not_at_all(void **state)
{
	struct rlimit before, limit;
	auto_buf bytes = BUF_NULL;
	struct error err = ERROR_NULL;
	struct outdir dir = OUTDIR_NULL;

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(outdir_open(&dir, "whole", &err), 0);
	buf_append_text(&bytes, "0123456789");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){ 10, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(outdir_write(&dir, "report.json", 0600, &bytes, &err), 0);
	assert_text("whole/report.json", "0123456789");
	buf_append_char(&bytes, 'x');
	assert_int_equal(outdir_write(&dir, "report.json", 0600, &bytes, &err),
	    ERR_MACHINE);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);

	assert_non_null(strstr(err.text, "whole/report.json: File too large"));
	assert_int_equal(access("whole/report.json", F_OK), -1);
	assert_int_equal(access("whole/report.json.partial", F_OK), -1);
	outdir_close(&dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_folder_is_made_with_those_above_it),
		cmocka_unit_test(test_a_path_that_is_no_folder_is_the_callers_mistake),
		cmocka_unit_test(
		    test_what_the_machine_lacks_is_not_the_callers_mistake),
		cmocka_unit_test(test_errors_of_paths_are_told_apart),
		cmocka_unit_test(test_a_file_is_there_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, make_folder, NULL);
}
