/* agents/acs: the list of devices. */
#include "tests/unit/acs/device_inform.h"
#include "tests/unit/colliding_keys.h"

#include "lib/base/buf.h"
#include "lib/base/json.h"

#include <stdio.h>
#include <stdlib.h>

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

/* Nor is anything to be written where nothing changes. */
static void a_tag_is_put_on_once(void **state)
{
	static const struct {
		const char *tag;
		bool is_on, has_changed;
		const char *tags;
	} rows[] = {
		{ "a", false, false, "" },
		{ "a", true, true, "a" },
		{ "b", true, true, "a,b" },
		{ "a", true, false, "a,b" },
		{ "b", true, false, "a,b" },
		{ "c", false, false, "a,b" },
		{ "a", false, true, "b" },
		{ "a", true, true, "b,a" },
	};
	struct device_list list;
	struct device *device;

	(void)state;
	device_list_init(&list, 1);
	device = inform(&list, "", "A", 1);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(device_tag(device, str_of(rows[i].tag), rows[i].is_on),
		    rows[i].has_changed);
		assert_true(str_is(str_of(device->tags), rows[i].tags));
	}
	device_list_free(&list);
}

static void a_device_has_so_many_tags(void **state)
{
	struct device_list list;
	struct device *device;
	char tag[16];

	(void)state;
	device_list_init(&list, 1);
	device = inform(&list, "", "A", 1);
	for (int i = 0; i < DEVICE_TAGS_MAX; i++) {
		(void)snprintf(tag, sizeof(tag), "t%d", i);
		assert_true(device_tag(device, str_of(tag), true));
	}
	assert_false(device_tag(device, STR("one-more"), true));
	assert_false(device_tag(device, STR("t0"), true));
	assert_true(device_tag(device, STR("t0"), false));
	assert_true(device_tag(device, STR("one-more"), true));
	device_list_free(&list);
	assert_int_equal(list.bytes, 0);
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
		cmocka_unit_test(a_tag_is_put_on_once),
		cmocka_unit_test(a_device_has_so_many_tags),
		cmocka_unit_test(names_are_kept_once),
		cmocka_unit_test(names_are_as_long_as_tr_069_lets_them_be),
		cmocka_unit_test(a_device_that_is_pinned_stays),
		cmocka_unit_test(a_walk_meets_each_device_once_while_they_come_and_go),
		cmocka_unit_test(a_device_is_told_in_bounded_space),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
