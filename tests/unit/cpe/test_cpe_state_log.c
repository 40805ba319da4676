/* agents/cpe/store: what a killed process has written, at each length that a kill can leave. */
#include "tests/unit/unit.h"

#include "agents/cpe/store/state_log.h"
#include "lib/base/buf.h"
#include "tests/support/guard.h"

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
	guard_path(folder.path);
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

/* What has changed in a long state alone: so many bytes, and not the state again. */
static void test_a_change_costs_its_bytes(void **state)
{
	struct folder folder = make_folder();
	struct state_log *log = open_log(&folder);
	static char text[65536];
	struct stat before, after;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	put(log, "cpe-1", text);
	for (size_t i = 1; i < 100; i++) {
		assert_int_equal(stat(folder.file, &before), 0);
		text[i * 600] = '1';
		put(log, "cpe-1", text);
		assert_int_equal(stat(folder.file, &after), 0);
		/* From the first change since the last whole state to the last. */
		if (i * 600 < sizeof(text) / 4)
			assert_in_range(after.st_size - before.st_size, 1,
			    i * 600 + 100);
	}
	assert_int_equal(stat(folder.file, &before), 0);
	text[0] = '1';
	put(log, "cpe-2", text);
	text[0] = '2';
	put(log, "cpe-2", text);
	assert_int_equal(stat(folder.file, &after), 0);
	assert_in_range(after.st_size - before.st_size, sizeof(text),
	    sizeof(text) + 150);
	state_log_free(log);

	log = open_log(&folder);
	assert_true(str_is(state_log_get(log, STR("cpe-2")), text));
	text[0] = 'x';
	assert_true(str_is(state_log_get(log, STR("cpe-1")), text));
	/* The file has whole states now, which the next change is of. */
	state_log_forget_texts(log);
	assert_int_equal(stat(folder.file, &before), 0);
	text[1] = '9';
	put(log, "cpe-1", text);
	assert_int_equal(stat(folder.file, &after), 0);
	assert_in_range(after.st_size - before.st_size, 1, 100);
	state_log_free(log);
	log = open_log(&folder);
	assert_true(str_is(state_log_get(log, STR("cpe-1")), text));
	state_log_free(log);
	remove_folder(&folder);
}

/* As test_each_prefix_is_a_state_that_was, of states that are long enough for changes. */
static void test_each_prefix_of_changes_is_a_state_that_was(void **state)
{
	enum {
		LEN = 600,
		CHANGES = 12
	};
	static char texts[CHANGES][LEN + 1], all[CHANGES][2 * LEN + 8];
	size_t ends[CHANGES], whole = 0;
	struct folder folder = make_folder();
	struct state_log *log = open_log(&folder);
	auto_buf bytes = BUF_NULL, told = BUF_NULL;
	struct stat file;

	(void)state;
	for (size_t i = 0; i < CHANGES; i++) {
		const char *other = i > 0 ? texts[i - 1] : NULL;

		/* One byte in five more is another one each time; then all are. */
		memset(texts[i], 'a' + (i >= 8), LEN);
		for (size_t k = 0; k < i; k++)
			texts[i][k * 7] = (char)('0' + k);
		put(log, i % 2 ? "b" : "a", texts[i]);
		assert_int_equal(stat(folder.file, &file), 0);
		ends[i] = (size_t)file.st_size;
		if (!other)
			(void)snprintf(all[i], sizeof(all[i]), "a=%s;", texts[i]);
		else
			(void)snprintf(all[i], sizeof(all[i]), "a=%s;b=%s;",
			    i % 2 ? other : texts[i], i % 2 ? texts[i] : other);
	}
	assert_true(ends[CHANGES - 1] < CHANGES * LEN);
	state_log_free(log);
	read_file(folder.file, &bytes);
	for (size_t len = 0; len <= bytes.len; len++) {
		assert_true(replay(str_make(bytes.data, len), &told) >= 0);
		while (whole < CHANGES && len >= ends[whole])
			whole++;
		assert_string_equal(buf_cstr(&told), whole > 0 ? all[whole - 1] : "");
	}
	remove_folder(&folder);
}

static void test_a_byte_of_a_change_that_is_another_ends_what_counts(void **state)
{
	struct folder folder = make_folder();
	struct state_log *log = open_log(&folder);
	auto_buf bytes = BUF_NULL, told = BUF_NULL, first = BUF_NULL;
	auto_buf other = BUF_NULL, second = BUF_NULL;
	char text[601];
	size_t start;

	(void)state;
	memset(text, 'a', 600);
	text[600] = '\0';
	put(log, "a", text);
	buf_printf(&first, "a=%s;", text);
	text[300] = 'b';
	put(log, "a", text);
	state_log_free(log);
	read_file(folder.file, &bytes);
	assert_true(str_find(buf_str(&bytes), STR("\n+a 1 300 299 "), &start));
	for (size_t i = start + 1; i < bytes.len; i++) {
		bytes.data[i] ^= 1;
		assert_true(replay(buf_str(&bytes), &told) >= 0);
		assert_string_equal(buf_cstr(&told), buf_cstr(&first));
		bytes.data[i] ^= 1;
	}
	/* Of another state, however long, or of none it is nothing. */
	memset(text, 'c', 600);
	remove_folder(&folder);
	folder = make_folder();
	log = open_log(&folder);
	put(log, "a", text);
	state_log_free(log);
	read_file(folder.file, &other);
	buf_append(&other, bytes.data + start + 1, bytes.len - start - 1);
	buf_printf(&second, "a=%s;", text);
	assert_true(replay(buf_str(&other), &told) > 0);
	assert_string_equal(buf_cstr(&told), buf_cstr(&second));
	memmove(bytes.data + 17, bytes.data + start + 1, bytes.len - start - 1);
	bytes.len -= start + 1 - 17;
	assert_int_equal(replay(buf_str(&bytes), &told), 17);
	assert_string_equal(buf_cstr(&told), "");
	remove_folder(&folder);
}

/* What the first version of the file has is kept. */
static void test_an_older_file_is_taken_over(void **state)
{
	struct folder folder = make_folder();
	struct state_log *log = open_log(&folder);
	auto_buf bytes = BUF_NULL, after = BUF_NULL;

	(void)state;
	put(log, "a", "1");
	put(log, "b", "2");
	state_log_free(log);
	read_file(folder.file, &bytes);
	bytes.data[15] = '1';
	write_file(folder.file, buf_str(&bytes));
	log = open_log(&folder);
	assert_true(str_is(state_log_get(log, STR("a")), "1"));
	assert_true(str_is(state_log_get(log, STR("b")), "2"));
	state_log_free(log);
	read_file(folder.file, &after);
	assert_true(str_starts(buf_str(&after), STR("# cwmplab cpes 2\n@a 1 ")));
	remove_folder(&folder);
}

static void test_files_of_another_kind_are_refused(void **state)
{
	static const char *const texts[] = { "hello\n", "# cwmplab leases 1\n",
		"# cwmplab cpes 3\n", "\n" };
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
		cmocka_unit_test(test_a_change_costs_its_bytes),
		cmocka_unit_test(test_each_prefix_of_changes_is_a_state_that_was),
		cmocka_unit_test(
		    test_a_byte_of_a_change_that_is_another_ends_what_counts),
		cmocka_unit_test(test_an_older_file_is_taken_over),
		cmocka_unit_test(test_files_of_another_kind_are_refused),
		cmocka_unit_test(test_two_processes_do_not_share_a_file),
		cmocka_unit_test(test_nobody_else_reads_the_file),
		cmocka_unit_test(test_a_long_file_is_written_anew),
		cmocka_unit_test(test_names_and_states_have_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
