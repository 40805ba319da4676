/* agents/cpe/store: what a killed process has written, at each length that a kill can leave. */
#include "tests/unit/unit.h"

#include "agents/cpe/store/state_log.h"
#include "lib/base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder {
	char path[64], file[80];
};

static struct folder make_folder(void)
{
	struct folder folder;

	(void)snprintf(folder.path, sizeof(folder.path), "/tmp/test_state_log.XXXXXX");
	assert_non_null(mkdtemp(folder.path));
	(void)snprintf(folder.file, sizeof(folder.file), "%s/f", folder.path);
	return folder;
}

static void remove_folder(const struct folder *folder)
{
	(void)unlink(folder->file);
	assert_int_equal(rmdir(folder->path), 0);
}

static void read_file(const char *path, struct buf *ret)
{
	auto_file file = fopen(path, "re");
	char bytes[4096];
	size_t n;

	assert_non_null(file);
	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_append(ret, bytes, n);
}

static void write_file(const char *path, struct str bytes)
{
	auto_file file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes.p, 1, bytes.len, file), bytes.len);
}

static struct state_log *open_log(const struct folder *folder)
{
	struct state_log *log = NULL;
	struct error err = ERROR_NULL;

	if (state_log_open(&log, folder->file, &err) < 0)
		fail_msg("%s", err.text);
	return log;
}

static void put(struct state_log *log, const char *key, const char *state)
{
	struct error err = ERROR_NULL;

	if (state_log_put(log, str_of(key), str_of(state), &err) < 0)
		fail_msg("%s", err.text);
}

static int print(void *user, struct str key, struct str state)
{
	buf_printf(user, "%.*s=%.*s;", STR_ARG(key), STR_ARG(state));
	return 0;
}

static int64_t replay(struct str bytes, struct buf *told)
{
	buf_reset(told);
	return state_log_replay(bytes, print, told);
}

static void test_the_last_state_of_each_key_counts(void **state)
{
	struct folder folder = make_folder();
	struct state_log *log = open_log(&folder);

	(void)state;
	put(log, "cpe-1", "a");
	put(log, "cpe-2", "b");
	put(log, "cpe-1", "");
	put(log, "cpe-2", "two\nlines @cpe-1 1 00000000\n");
	assert_true(state_log_has(log, STR("cpe-1"), STR("")));
	assert_false(state_log_has(log, STR("cpe-1"), STR("a")));
	assert_false(state_log_has(log, STR("cpe-3"), STR("")));
	state_log_free(log);

	log = open_log(&folder);
	assert_true(str_is(state_log_get(log, STR("cpe-1")), ""));
	assert_true(
	    str_is(state_log_get(log, STR("cpe-2")), "two\nlines @cpe-1 1 00000000\n"));
	assert_null(state_log_get(log, STR("cpe-3")).p);
	assert_true(state_log_has(log, STR("cpe-1"), STR("")));
	state_log_forget_texts(log);
	assert_null(state_log_get(log, STR("cpe-1")).p);
	assert_true(state_log_has(log, STR("cpe-1"), STR("")));
	state_log_free(log);
	remove_folder(&folder);
}

/* Whatever a kill leaves of the file, each key has one of the states that were written, and
 * never an older one than in a shorter file. */
static void test_each_prefix_is_a_state_that_was(void **state)
{
	static const struct {
		const char *key, *state, *all; /* once this record is whole */
	} rows[] = {
		{ "a", "1", "a=1;" },
		{ "b", "@a 1 aaaaaaaa\n9\n", "a=1;b=@a 1 aaaaaaaa\n9\n;" },
		{ "a", "", "a=;b=@a 1 aaaaaaaa\n9\n;" },
		{ "a", "a state of two\nlines",
		    "a=a state of two\nlines;"
		    "b=@a 1 aaaaaaaa\n9\n;" },
		{ "b", "2", "a=a state of two\nlines;b=2;" },
	};
	size_t ends[ARRAY_LEN(rows)], whole = 0;
	struct folder folder = make_folder();
	struct state_log *log = open_log(&folder);
	auto_buf bytes = BUF_NULL, told = BUF_NULL;
	struct stat file;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		put(log, rows[i].key, rows[i].state);
		assert_int_equal(stat(folder.file, &file), 0);
		ends[i] = (size_t)file.st_size;
	}
	state_log_free(log);
	read_file(folder.file, &bytes);
	assert_int_equal(bytes.len, ends[ARRAY_LEN(rows) - 1]);
	for (size_t len = 0; len <= bytes.len; len++) {
		int64_t n = replay(str_make(bytes.data, len), &told);

		while (whole < ARRAY_LEN(rows) && len >= ends[whole])
			whole++;
		assert_true(n >= 0 && (size_t)n <= len);
		assert_string_equal(buf_cstr(&told),
		    whole > 0 ? rows[whole - 1].all : "");
	}
	remove_folder(&folder);
}

/* And what is written behind a record that was cut short counts. */
static void test_a_file_that_was_cut_goes_on(void **state)
{
	struct folder folder = make_folder();
	struct state_log *log = open_log(&folder);
	auto_buf bytes = BUF_NULL;

	(void)state;
	put(log, "a", "1");
	put(log, "a", "2");
	state_log_free(log);
	read_file(folder.file, &bytes);
	write_file(folder.file, str_make(bytes.data, bytes.len - 1));
	log = open_log(&folder);
	assert_true(str_is(state_log_get(log, STR("a")), "1"));
	put(log, "a", "3");
	state_log_free(log);
	log = open_log(&folder);
	assert_true(str_is(state_log_get(log, STR("a")), "3"));
	state_log_free(log);
	remove_folder(&folder);
}

static void test_a_byte_that_changed_ends_what_counts(void **state)
{
	struct folder folder = make_folder();
	struct state_log *log = open_log(&folder);
	auto_buf bytes = BUF_NULL, told = BUF_NULL;
	size_t start;

	(void)state;
	put(log, "a", "1");
	put(log, "a", "22222");
	state_log_free(log);
	read_file(folder.file, &bytes);
	assert_true(str_find(buf_str(&bytes), STR("@a 5"), &start));
	for (size_t i = start; i < bytes.len; i++) {
		bytes.data[i] ^= 1;
		assert_true(replay(buf_str(&bytes), &told) >= 0);
		/* The key itself is not under the checksum. */
		if (i != start + 1)
			assert_string_equal(buf_cstr(&told), "a=1;");
		bytes.data[i] ^= 1;
	}
	remove_folder(&folder);
}

static void test_files_of_another_kind_are_refused(void **state)
{
	static const char *const texts[] = { "hello\n", "# cwmplab leases 1\n",
		"# cwmplab cpes 2\n", "\n" };
	struct folder folder = make_folder();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct state_log *log = NULL;
		struct error err = ERROR_NULL;
		auto_buf after = BUF_NULL;

		write_file(folder.file, str_of(texts[i]));
		assert_int_equal(state_log_open(&log, folder.file, &err),
		    ERR_MALFORMED);
		assert_null(log);
		read_file(folder.file, &after);
		assert_string_equal(buf_cstr(&after), texts[i]);
	}
	remove_folder(&folder);
}

static void test_two_processes_do_not_share_a_file(void **state)
{
	struct folder folder = make_folder();
	struct state_log *log = open_log(&folder), *second = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(state_log_open(&second, folder.file, &err), ERR_BAD_STATE);
	assert_true(str_find(str_of(err.text), STR("in use"), NULL));
	put(log, "a", "1");
	state_log_free(log);
	log = open_log(&folder);
	assert_true(str_is(state_log_get(log, STR("a")), "1"));
	state_log_free(log);
	remove_folder(&folder);
}

static void test_nobody_else_reads_the_file(void **state)
{
	struct folder folder = make_folder();
	struct state_log *log = open_log(&folder);
	struct stat file;

	(void)state;
	assert_int_equal(stat(folder.file, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0600);
	state_log_free(log);
	remove_folder(&folder);
}

static void test_a_long_file_is_written_anew(void **state)
{
	struct folder folder = make_folder();
	struct state_log *log = open_log(&folder);
	static char text[4096];
	struct stat file;
	off_t most = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		memset(text, 'a' + i % 26, sizeof(text) - 1);
		put(log, i % 2 ? "a" : "b", text);
		assert_int_equal(stat(folder.file, &file), 0);
		most = MAX(most, file.st_size);
	}
	assert_true(most <= STATE_LOG_SPARE + 6 * (off_t)sizeof(text));
	assert_true(most > STATE_LOG_SPARE);
	state_log_free(log);
	log = open_log(&folder);
	assert_true(str_is(state_log_get(log, STR("a")), text));
	state_log_free(log);
	remove_folder(&folder);
}

static void test_names_and_states_have_an_end(void **state)
{
	static const struct {
		const char *key;
		size_t len;
		int error;
	} rows[] = {
		{ "", 0, ERR_LIMIT },
		{ "a b", 0, ERR_LIMIT },
		{ "a\n", 0, ERR_LIMIT },
		{ "a", STATE_LOG_STATE_MAX, 0 },
		{ "a", STATE_LOG_STATE_MAX + 1, ERR_LIMIT },
	};
	struct folder folder = make_folder();
	struct state_log *log = open_log(&folder);
	char *text = calloc(1, STATE_LOG_STATE_MAX + 1);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(state_log_put(log, str_of(rows[i].key),
				     str_make(text, rows[i].len), NULL),
		    rows[i].error);
	free(text);
	state_log_free(log);
	remove_folder(&folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_last_state_of_each_key_counts),
		cmocka_unit_test(test_each_prefix_is_a_state_that_was),
		cmocka_unit_test(test_a_file_that_was_cut_goes_on),
		cmocka_unit_test(test_a_byte_that_changed_ends_what_counts),
		cmocka_unit_test(test_files_of_another_kind_are_refused),
		cmocka_unit_test(test_two_processes_do_not_share_a_file),
		cmocka_unit_test(test_nobody_else_reads_the_file),
		cmocka_unit_test(test_a_long_file_is_written_anew),
		cmocka_unit_test(test_names_and_states_have_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
