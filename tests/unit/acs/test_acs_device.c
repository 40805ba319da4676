/* agents/acs: the list of devices, in memory and on disk. */
#include "tests/support/guard.h"
#include "tests/unit/colliding_keys.h"
#include "tests/unit/unit.h"

#include "agents/acs/device_store.h"
#include "lib/base/buf.h"
#include "lib/base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct device *inform(struct device_list *list, const char *product_class,
    const char *serial, clock_ns now)
{
	struct cwmp_event event = { .code = STR("1 BOOT") };
	const struct cwmp_inform message = {
		.device = { STR("HP"), STR("0000E2"), str_of(product_class),
		    str_of(serial) },
		.events = &event,
		.n_events = 1,
		.retry_count = 3,
	};

	return device_informed(list, &message, "192.0.2.1", now);
}

static void a_device_is_known_by_oui_class_and_serial(void **state)
{
	struct device_list list;

	(void)state;
	device_list_init(&list, 1);

	assert_string_equal(inform(&list, "5920", "S1", 1)->id, "0000E2-5920-S1");
	assert_string_equal(inform(&list, "", "S1", 2)->id, "0000E2-S1");
	assert_int_equal(inform(&list, "5920", "S1", 3)->n_informs, 2);
	assert_int_equal(list.by_id.len, 2);

	device_list_free(&list);
}

/* CPEs choose their identities: those that collide in a table without a seed must not make
 * the ACS look at each of the others. */
static void identities_that_were_made_to_collide_cost_no_more(void **state)
{
	struct device_list list;
	char id[COLLIDING_KEY_MAX];
	unsigned at = 0;

	(void)state;
	device_list_init(&list, UINT64_C(0x9c5f3e02b1d47a68));

	for (size_t i = 0; i < COLLIDING_KEYS; i++) {
		(void)colliding_key(id, "0000E2-", &at);
		assert_string_equal(inform(&list, "", id + strlen("0000E2-"), 1)->id,
		    id);
	}

	assert_int_equal(list.by_id.len, COLLIDING_KEYS);
	assert_true(map_detours(&list.by_id) < (size_t)COLLIDING_KEYS * 4);
	device_list_free(&list);
}

static void only_so_many_events_are_noted(void **state)
{
	struct cwmp_event events[DEVICE_EVENTS_MAX + 1];
	struct device_list list;

	(void)state;
	device_list_init(&list, 1);
	for (size_t i = 0; i < ARRAY_LEN(events); i++)
		events[i] = (struct cwmp_event){ .code = STR("e") };
	for (size_t n = DEVICE_EVENTS_MAX - 1; n <= DEVICE_EVENTS_MAX + 1; n++) {
		const struct cwmp_inform message = {
			.device = { STR("HP"), STR("0000E2"), STR("A"), STR("1") },
			.events = events,
			.n_events = n,
		};
		const struct device *device =
		    device_informed(&list, &message, "192.0.2.1", 1);

		assert_int_equal(strlen(device->events),
		    2 * MIN(n, (size_t)DEVICE_EVENTS_MAX) - 1);
	}
	device_list_free(&list);
}

static void the_longest_silent_device_makes_room(void **state)
{
	struct device_list list;

	(void)state;
	device_list_init(&list, 1);
	list.max = 2;
	(void)inform(&list, "", "A", 1);
	(void)inform(&list, "", "B", 2);
	(void)inform(&list, "", "A", 3);

	(void)inform(&list, "", "C", 4);

	assert_non_null(map_get(&list.by_id, STR("0000E2-A")));
	assert_null(map_get(&list.by_id, STR("0000E2-B")));
	assert_non_null(map_get(&list.by_id, STR("0000E2-C")));
	device_list_free(&list);
}

static void values_are_bounded_and_secrets_are_not_kept(void **state)
{
	struct device_list list;
	struct device *device;
	char name[32], big[2 * DEVICE_VALUE_BYTES_MAX];

	(void)state;
	device_list_init(&list, 1);
	device = inform(&list, "", "A", 1);
	memset(big, 'x', sizeof(big));

	device_set_value(device, STR("D.Password"), STR("s3cret"));
	device_set_value(device, STR("D.WiFi.1.PreSharedKey"), STR("s3cret"));
	device_set_value(device, STR("D.WiFi.1.WEPKey.2"), STR("s3cret"));
	device_set_value(device, STR("D.WiFi.1.RadiusSecret"), STR("s3cret"));
	device_set_value(device, STR("D.URL"), STR("http://cpe:s3cret@acs/"));
	device_set_value(device, STR("D.ParameterKey"), STR("k"));
	device_set_value(device, STR("D.Big"), str_make(big, sizeof(big)));
	device_set_value(device, STR("D.Full"), str_make(big, DEVICE_VALUE_BYTES_MAX));
	device_set_value(device, STR("D.Over"),
	    str_make(big, DEVICE_VALUE_BYTES_MAX + 1));
	for (int i = 0; i < 2 * DEVICE_VALUES_MAX; i++) {
		(void)snprintf(name, sizeof(name), "D.%d", i);
		device_set_value(device, str_of(name), STR("1"));
	}
	device_set_value(device, STR("D.0"), STR("2"));

	assert_null(device_value(device, "D.Password").p);
	assert_int_equal(device_value(device, "D.Full").len, DEVICE_VALUE_BYTES_MAX);
	assert_true(
	    str_ends(device_value(device, "D.Full"), STR("xxxxxxxxxxxxxxxxxxxxxxx")));
	assert_true(
	    str_ends(device_value(device, "D.Over"), STR("xx ... (48 bytes more)")));
	assert_true(
	    str_ends(device_value(device, "D.Big"), STR("xx ... (1071 bytes more)")));
	assert_null(device_value(device, "D.WiFi.1.PreSharedKey").p);
	assert_null(device_value(device, "D.WiFi.1.WEPKey.2").p);
	assert_null(device_value(device, "D.WiFi.1.RadiusSecret").p);
	assert_true(str_is(device_value(device, "D.URL"), "http://cpe:***@acs/"));
	assert_true(str_is(device_value(device, "D.ParameterKey"), "k"));
	assert_true(str_is(device_value(device, "D.0"), "2"));
	assert_int_equal(device->n_values, DEVICE_VALUES_MAX);
	device_list_free(&list);
}

/* Whatever devices say of themselves: the longest silent ones go, the others keep what they
 * said, and all that was counted is counted down again. */
static void the_memory_of_all_devices_is_bounded(void **state)
{
	enum {
		N = 100
	};
	struct device_list list;
	struct device *device = NULL;
	char serial[16], big[DEVICE_VALUE_BYTES_MAX];

	(void)state;
	memset(big, 'x', sizeof(big));
	device_list_init(&list, 1);
	list.bytes_max = 20000;
	for (int i = 0; i < N; i++) {
		(void)snprintf(serial, sizeof(serial), "S%d", i);
		device = inform(&list, "", serial, i);
		device_set_value(device, STR("D.X"), STR("one"));
		device_set_value(device, STR("D.X"), STR("another"));
		assert_true(list.bytes <= list.bytes_max);
	}
	assert_in_range(list.by_id.len, 20, N - 1);
	assert_null(map_get(&list.by_id, STR("0000E2-S0")));
	assert_true(str_is(device_value(device, "D.X"), "another"));

	/* One takes the room of all others, but not more than there is. */
	for (int i = 0; i < DEVICE_VALUES_MAX; i++) {
		(void)snprintf(serial, sizeof(serial), "D.%d", i);
		device_set_value(device, str_of(serial), str_make(big, sizeof(big)));
	}
	assert_int_equal(list.by_id.len, 1);
	assert_in_range(device->n_values, 10, 20);
	assert_true(list.bytes <= list.bytes_max);
	device_list_free(&list);
	assert_int_equal(list.bytes, 0);
}

static void names_are_as_long_as_tr_069_lets_them_be(void **state)
{
	char name[DEVICE_NAME_BYTES_MAX + 1];
	struct device_list list;
	struct device *device;

	(void)state;
	device_list_init(&list, 1);
	device = inform(&list, "", "A", 1);
	memset(name, 'x', sizeof(name));
	device_set_value(device, str_make(name, sizeof(name)), STR("1"));
	assert_int_equal(device->n_values, 0);
	device_set_value(device, str_make(name, sizeof(name) - 1), STR("1"));
	assert_int_equal(device->n_values, 1);
	device_list_free(&list);
}

/* As often as it is pinned, and by whomever. */
static void a_device_that_is_pinned_stays(void **state)
{
	struct device_list list;
	struct device *device;

	(void)state;
	device_list_init(&list, 1);
	list.max = 1;
	device = inform(&list, "", "A", 1);
	device_pin(device);
	device_pin(device);
	assert_null(inform(&list, "", "B", 2));
	assert_ptr_equal(inform(&list, "", "A", 3), device);
	device_unpin(device);
	assert_null(inform(&list, "", "B", 4));
	device_unpin(device);
	assert_non_null(inform(&list, "", "B", 5));
	assert_null(map_get(&list.by_id, STR("0000E2-A")));
	device_pin(map_get(&list.by_id, STR("0000E2-B")));
	device_list_free(&list);
}

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

/* "A B C", whoever comes, goes or informs again meanwhile: "C" goes before its turn and "D"
 * comes before the end. */
static void a_walk_meets_each_device_once_while_they_come_and_go(void **state)
{
	struct device_list list;
	struct device_cursor cursor;
	const struct device *device;
	auto_buf seen = BUF_NULL;

	(void)state;
	device_list_init(&list, 1);
	list.max = 4;
	(void)inform(&list, "", "C", 1);
	(void)inform(&list, "", "A", 2);
	(void)inform(&list, "", "B", 3);
	(void)inform(&list, "", "E", 4);
	device_cursor_open(&cursor, &list);
	(void)inform(&list, "", "D", 5); /* "C", the next one, makes room */
	while ((device = device_cursor_next(&cursor))) {
		(void)inform(&list, "", "A", 6);
		buf_printf(&seen, "%s ", device->id);
	}
	assert_string_equal(buf_cstr(&seen), "0000E2-A 0000E2-B 0000E2-E 0000E2-D ");
	assert_false(device_cursor_has_next(&cursor));
	device_cursor_close(&cursor);
	device_list_free(&list);
}

/* Whatever the CPE said of itself, its line has an end. */
static void a_device_is_told_in_bounded_space(void **state)
{
	struct device_list list;
	struct device *device;
	auto_buf long_text = BUF_NULL;
	auto_buf out = BUF_NULL;
	struct json json = json_writer(&out, 0);

	(void)state;
	device_list_init(&list, 1);
	for (int i = 0; i < 5000; i++)
		buf_append_char(&long_text, '\x01');
	device = inform(&list, buf_cstr(&long_text), buf_cstr(&long_text), 1);
	for (int i = 0; i < DEVICE_VALUES_MAX; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "D.%d", i);
		device_set_value(device, str_of(name), buf_str(&long_text));
	}
	device_write(device, &json, DEVICE_JSON_MIN);
	assert_in_range(out.len, DEVICE_JSON_MIN - 6200, DEVICE_JSON_MIN);
	assert_true(str_ends(buf_str(&out), STR("},\"values-left-out\":228}")));
	device_list_free(&list);
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

/* A hundred devices of a kind take what is theirs, and their names once. */
static void names_are_kept_once(void **state)
{
	struct device_list list;
	char serial[16], name[64];
	size_t first = 0;

	(void)state;
	device_list_init(&list, 1);
	for (unsigned i = 0; i < 100; i++) {
		struct device *device;

		(void)snprintf(serial, sizeof(serial), "SN%04u", i);
		device = inform(&list, "P", serial, (clock_ns)i);
		for (unsigned k = 0; k < 16; k++) {
			(void)snprintf(name, sizeof(name),
			    "InternetGatewayDevice.Some.Object.Parameter%u", k);
			device_set_value(device, str_of(name), STR("1"));
		}
		first = i == 0 ? list.bytes : first;
	}
	print_message("a device with 16 values: %zu bytes\n",
	    (list.bytes - first) / 99);
	assert_true(list.bytes - first < 99 * (size_t)1100);
	device_list_free(&list);
	assert_int_equal(list.bytes, 0);
	assert_int_equal(list.words.bytes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_is_known_by_oui_class_and_serial),
		cmocka_unit_test(identities_that_were_made_to_collide_cost_no_more),
		cmocka_unit_test(only_so_many_events_are_noted),
		cmocka_unit_test(the_longest_silent_device_makes_room),
		cmocka_unit_test(values_are_bounded_and_secrets_are_not_kept),
		cmocka_unit_test(the_memory_of_all_devices_is_bounded),
		cmocka_unit_test(names_are_kept_once),
		cmocka_unit_test(names_are_as_long_as_tr_069_lets_them_be),
		cmocka_unit_test(a_device_that_is_pinned_stays),
		cmocka_unit_test(a_walk_meets_each_device_once_while_they_come_and_go),
		cmocka_unit_test(a_device_is_told_in_bounded_space),
		cmocka_unit_test(the_list_outlives_its_program),
		cmocka_unit_test(a_file_of_something_else_is_refused),
		cmocka_unit_test(an_old_file_loses_its_secrets_and_its_readers),
		cmocka_unit_test(a_new_file_is_its_owners_alone_whatever_the_umask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
