/* agents/acs: the list of devices on disk. */
#include "tests/support/guard.h"
#include "tests/unit/acs/device_inform.h"

#include "agents/acs/device_store.h"
#include "lib/base/buf.h"
#include "lib/base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_list(struct device_list *list, struct buf *out)
{
	struct json json = json_writer(out, 0);
	struct device_cursor cursor;
	const struct device *device;

	device_cursor_open(&cursor, list);
	json_array_begin(&json, NULL);
	while ((device = device_cursor_next(&cursor)))
		device_write(device, &json, DEVICE_JSON_MIN);
	json_array_end(&json);
	device_cursor_close(&cursor);
}

/* With the two files that SQLite has beside an open one. */
static void guard_database(const char *path)
{
	static const char *const endings[] = { "", "-wal", "-shm" };
	char name[64];

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		(void)snprintf(name, sizeof(name), "%s%s", path, endings[i]);
		guard_path(name);
	}
}

static void the_list_outlives_its_program(void **state)
{
	char path[] = "/tmp/cwmplab-test-XXXXXX";
	auto_fd fd = mkstemp(path);
	auto_buf before = BUF_NULL, after = BUF_NULL;
	struct error err = ERROR_NULL;
	struct device_store *store = NULL;
	struct device_list list;
	struct device *device;

	(void)state;
	assert_true(fd >= 0);
	guard_database(path);
	device_list_init(&list, 1);
	if (device_store_open(&store, path, &list, &err) < 0)
		fail_msg("%s", err.text);
	(void)inform(&list, "5920", "S1", 1);
	device = inform(&list, "5920", "S1", 2);
	device_set_value(device, STR("D.'x"), STR("a\"b"));
	assert_int_equal(device_store_save(store, device, &err), 0);
	write_list(&list, &before);
	device_store_free(store);
	device_list_free(&list);

	device_list_init(&list, 1);
	if (device_store_open(&store, path, &list, &err) < 0)
		fail_msg("%s", err.text);
	write_list(&list, &after);

	assert_string_equal(buf_cstr(&after), buf_cstr(&before));
	device_store_free(store);
	device_list_free(&list);
	(void)unlink(path);
}

static void a_file_of_something_else_is_refused(void **state)
{
	char path[] = "/tmp/cwmplab-test-XXXXXX";
	auto_fd fd = mkstemp(path);
	struct error err = ERROR_NULL;
	struct device_store *store = NULL;
	struct device_list list;
	struct stat st;

	(void)state;
	assert_true(fd >= 0);
	guard_database(path);
	for (int i = 0; i < 100; i++)
		assert_int_equal(write(fd, "no database at all\n", 19), 19);
	device_list_init(&list, 1);

	assert_int_equal(device_store_open(&store, path, &list, &err), ERR_MALFORMED);

	assert_non_null(strstr(err.text, path));
	assert_int_equal(fchmod(fd, 0644), 0);
	assert_int_equal(device_store_open(&store, path, &list, &err), ERR_MALFORMED);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644); /* nor is it touched */
	device_list_free(&list);
	(void)unlink(path);
}

static void take_bytes(struct buf *out, const char *path)
{
	auto_file file = fopen(path, "re");
	uint8_t *room = buf_reserve(out, 1 << 20);

	if (file && room)
		out->len += fread(room, 1, 1 << 20, file);
}

/* As a version of the program wrote it that kept more: under the umask of 022, or 0. */
static void make_old_list(const char *path)
{
	struct device_store *store = NULL;
	struct device_list list;
	struct device *device;

	device_list_init(&list, 1);
	assert_int_equal(device_store_open(&store, path, &list, NULL), 0);
	device = inform(&list, "", "A", 1);
	device_set_value(device, STR("D.Old"), STR("-"));
	device_set_value(device, STR("D.URL"), STR("-"));
	device_set_value(device, STR("D.Uptime"), STR("7"));
	for (size_t i = 0; i < 2; i++)
		free(device->values[i].value);
	intern_drop(&list.words, device->values[0].name);
	device->values[0].name = intern_put(&list.words, STR("D.PreSharedKey"));
	device->values[0].value = str_dup(STR("pl4nted-word"));
	device->values[1].value = str_dup(STR("http://cpe:pl4nted-word@acs/"));
	assert_int_equal(device_store_save(store, device, NULL), 0);
	device_store_free(store);
	device_list_free(&list);
	assert_int_equal(chmod(path, 0644), 0);
}

static void an_old_file_loses_its_secrets_and_its_readers(void **state)
{
	char path[] = "/tmp/cwmplab-test-XXXXXX";
	auto_fd fd = mkstemp(path);
	struct device_store *store = NULL;
	struct device_list list;
	auto_buf before = BUF_NULL, after = BUF_NULL, log = BUF_NULL, told = BUF_NULL;
	char wal[64];
	struct stat st;

	(void)state;
	assert_true(fd >= 0);
	guard_database(path);
	make_old_list(path);
	take_bytes(&before, path);
	assert_true(str_find(buf_str(&before), STR("pl4nted-word"), NULL));
	device_list_init(&list, 1);

	assert_int_equal(device_store_open(&store, path, &list, NULL), 0);

	(void)snprintf(wal, sizeof(wal), "%s-wal", path);
	take_bytes(&log, wal);
	take_bytes(&after, path);
	assert_false(str_find(buf_str(&log), STR("pl4nted-word"), NULL));
	assert_false(str_find(buf_str(&after), STR("pl4nted-word"), NULL));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	write_list(&list, &told);
	assert_true(str_find(buf_str(&told),
	    STR("{\"D.URL\":\"http://cpe:***@acs/\",\"D.Uptime\":\"7\"}"), NULL));
	device_store_free(store);
	device_list_free(&list);
	(void)unlink(path);
}

static void a_new_file_is_its_owners_alone_whatever_the_umask(void **state)
{
	static const mode_t masks[] = { 0, 022, 077 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(masks); i++) {
		char folder[] = "/tmp/cwmplab-test-XXXXXX", path[64], wal[72];
		struct device_store *store = NULL;
		struct device_list list;
		struct stat st;
		mode_t before;

		assert_non_null(mkdtemp(folder));
		guard_path(folder);
		(void)snprintf(path, sizeof(path), "%s/state", folder);
		(void)snprintf(wal, sizeof(wal), "%s-wal", path);
		device_list_init(&list, 1);
		before = umask(masks[i]);
		assert_int_equal(device_store_open(&store, path, &list, NULL), 0);
		(void)umask(before);

		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
		assert_int_equal(stat(wal, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
		device_store_free(store);
		device_list_free(&list);
		assert_int_equal(unlink(path), 0);
		assert_int_equal(rmdir(folder), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_list_outlives_its_program),
		cmocka_unit_test(a_file_of_something_else_is_refused),
		cmocka_unit_test(an_old_file_loses_its_secrets_and_its_readers),
		cmocka_unit_test(a_new_file_is_its_owners_alone_whatever_the_umask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
