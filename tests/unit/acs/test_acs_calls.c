/* How CPEs are called, as the ACS itself has set it: from the answer to SetParameterValues on, over
 * the end of the process, until a CPE begins anew. */
#include "tests/unit/acs/acs_play.h"

#include "agents/acs/device_store.h"
#include "lib/base/json.h"
#include "tests/support/guard.h"

#include <unistd.h>

#define CPE    "0000E2-5920-S1"
#define SERVER "ManagementServer.ConnectionRequest"
#define ON     "rules:\n  - on: 1 BOOT\n    steps:\n      - set: "

/* "username/password", "-" for one that was not set. */
static const char *caller_of(const struct device_list *devices)
{
	static char text[2 * DEVICE_CALLER_BYTES_MAX + 8];
	const struct device *device = device_list_find(devices, CPE);

	assert_non_null(device);
	if (!device->caller)
		return "";
	(void)snprintf(text, sizeof(text), "%s/%s",
	    device->caller->username ? device->caller->username : "-",
	    device->caller->password ? device->caller->password : "-");
	return text;
}

static void put_change(void *user, const struct acs_session *session)
{
	struct acs_play *play = user;

	(void)session;
	buf_printf(&play->diary, "[%s]", caller_of(&play->devices));
}

static void begin(struct acs_play *play, const char *policy)
{
	play_begin(play, policy);
	play->config.informed = NULL;
	play->config.ended = NULL;
	play->config.changed = put_change;
	play_start(play);
}

static const struct row {
	const char *policy, *answer, *caller, *diary;
} rows[] = {
	{ ON "{" SERVER "Username: u, " SERVER "Password: \"pw-{serial}\"}\n",
	    "cookie|did SetParameterValues", "u/pw-S1", "[u/pw-S1]" },
	{ ON "{" SERVER "Password: p}\n", "cookie|did SetParameterValues", "-/p",
	    "[-/p]" },
	{ ON "{" SERVER "Username: \"\"}\n", "cookie|did SetParameterValues", "/-",
	    "[/-]" },
	/* A set is whole or not at all. */
	{ ON "{" SERVER "Username: u, X: 1}\n", "cookie|fault 9003", "", "" },
	{ ON "{X." SERVER "Password: p, " SERVER "URL: p}\n",
	    "cookie|did SetParameterValues", "", "" },
};

static void what_is_set_counts_once_it_is_answered(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct acs_play play;

		begin(&play, rows[i].policy);
		(void)play_turn(&play, "|inform 1 BOOT");
		(void)play_turn(&play, "cookie|");
		assert_string_equal(caller_of(&play.devices), "");
		assert_string_equal(play_turn(&play, rows[i].answer), "204");
		assert_string_equal(caller_of(&play.devices), rows[i].caller);
		assert_string_equal(buf_cstr(&play.diary), rows[i].diary);
		play_end(&play);
	}
}

/* A CPE that was reset has its factory's; one that was elsewhere has whatever it got there. */
static void a_cpe_that_begins_anew_has_none_that_were_set(void **state)
{
	struct acs_play play;

	(void)state;
	begin(&play, rows[0].policy);
	(void)play_turn(&play, "|igd 1 BOOT");
	(void)play_turn(&play, "cookie|");
	(void)play_turn(&play, "cookie|did SetParameterValues");
	assert_string_equal(caller_of(&play.devices), "u/pw-S1");
	(void)play_turn(&play, "new|inform 2 PERIODIC");
	assert_string_equal(caller_of(&play.devices), "u/pw-S1");
	(void)play_turn(&play, "new|inform 0 BOOTSTRAP");
	assert_string_equal(caller_of(&play.devices), "-/-");
	play_end(&play);
}

static struct device *inform(struct device_list *devices)
{
	const struct cwmp_inform inform = { .device = { STR("HP"), STR("0000E2"),
						STR("5920"), STR("S1") } };

	return device_informed(devices, &inform, "192.0.2.1", 1);
}

static void words_have_so_many_bytes_and_no_more(void **state)
{
	char text[DEVICE_CALLER_BYTES_MAX + 2];
	struct device_list devices;
	struct device *device;

	(void)state;
	device_list_init(&devices, 1);
	device = inform(&devices);
	memset(text, 'a', sizeof(text));
	text[DEVICE_CALLER_BYTES_MAX] = '\0';
	device_set_caller(device, "u", text);
	assert_string_equal(device->caller->password, text);
	text[DEVICE_CALLER_BYTES_MAX] = 'a';
	text[DEVICE_CALLER_BYTES_MAX + 1] = '\0';
	/* Not the old one either: the CPE has another one. */
	device_set_caller(device, NULL, text);
	assert_string_equal(caller_of(&devices), "u/-");
	device_list_free(&devices);
	assert_int_equal(devices.bytes, 0);
}

static void no_password_is_told(void **state)
{
	struct device_list devices;
	auto_buf text = BUF_NULL;
	struct json json = json_writer(&text, 0);
	struct device *device;

	(void)state;
	device_list_init(&devices, 1);
	device = inform(&devices);
	device_set_caller(device, "u", "pl4nt99");
	device_write(device, &json, DEVICE_JSON_MIN);
	assert_null(strstr(buf_cstr(&text), "pl4nt99"));
	device_list_free(&devices);
}

/* ---- on disk ------------------------------------------------------------------------- */

static void save(const char *path, const char *username, const char *password,
    bool forgets)
{
	struct device_store *store = NULL;
	struct error err = ERROR_NULL;
	struct device_list devices;
	struct device *device;

	device_list_init(&devices, 1);
	if (device_store_open(&store, path, &devices, &err) < 0)
		fail_msg("%s", err.text);
	device = inform(&devices);
	if (forgets)
		device_forget_caller(device);
	else
		device_set_caller(device, username, password);
	assert_int_equal(device_store_save(store, device, &err), 0);
	device_store_free(store);
	device_list_free(&devices);
}

static void assert_kept(const char *path, const char *caller)
{
	struct device_store *store = NULL;
	struct error err = ERROR_NULL;
	struct device_list devices;

	device_list_init(&devices, 1);
	if (device_store_open(&store, path, &devices, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(caller_of(&devices), caller);
	device_store_free(store);
	device_list_free(&devices);
}

static void what_was_set_outlives_the_process_and_what_was_forgotten_does_not(
    void **state)
{
	char folder[] = "/tmp/acs-calls-XXXXXX", path[64], command[128];

	(void)state;
	assert_non_null(mkdtemp(folder));
	guard_path(folder);
	(void)snprintf(path, sizeof(path), "%s/state", folder);
	save(path, NULL, "pl4nt99", false);
	assert_kept(path, "-/pl4nt99");
	save(path, "", NULL, false);
	assert_kept(path, "/pl4nt99");
	save(path, NULL, NULL, true);
	assert_kept(path, "");
	(void)snprintf(command, sizeof(command), "! grep -q pl4nt99 %s/*", folder);
	assert_int_equal(system(command), 0);
	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	assert_int_equal(system(command), 0);
}

/* A list with room for one device alone. */
static struct device *inform_as(struct device_list *devices, const char *serial)
{
	const struct cwmp_inform inform = { .device = { STR("HP"), STR("0000E2"),
						STR("5920"), str_of(serial) } };
	struct device *device = device_informed(devices, &inform, "192.0.2.1", 1);

	assert_non_null(device);
	return device;
}

static void what_was_set_comes_back_with_a_device_that_had_to_go(void **state)
{
	char folder[] = "/tmp/acs-calls-XXXXXX", path[64], command[128];
	struct device_store *store = NULL;
	struct error err = ERROR_NULL;
	struct device_list devices;
	struct device *device;

	(void)state;
	assert_non_null(mkdtemp(folder));
	guard_path(folder);
	(void)snprintf(path, sizeof(path), "%s/state", folder);
	device_list_init(&devices, 1);
	devices.max = 1;
	assert_int_equal(device_store_open(&store, path, &devices, &err), 0);
	device = inform_as(&devices, "S1");
	device_set_caller(device, "u", "pl4nt99");
	assert_true(device_tag(device, STR("done"), true));
	assert_int_equal(device_store_save(store, device, &err), 0);
	device = inform_as(&devices, "S2");
	assert_null(device_list_find(&devices, CPE));
	assert_null(device->caller);
	assert_null(device->tags);
	device = inform_as(&devices, "S1");
	assert_string_equal(caller_of(&devices), "u/pl4nt99");
	assert_string_equal(device->tags, "done");
	/* It has to go again, and begins anew when it comes. */
	(void)inform_as(&devices, "S2");
	device = inform_as(&devices, "S1");
	device_forget_caller(device);
	assert_int_equal(device_store_save(store, device, &err), 0);
	device_store_free(store);
	assert_null(devices.recall);
	device_list_free(&devices);
	assert_int_equal(devices.bytes, 0);
	assert_kept(path, "");
	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_set_counts_once_it_is_answered),
		cmocka_unit_test(a_cpe_that_begins_anew_has_none_that_were_set),
		cmocka_unit_test(words_have_so_many_bytes_and_no_more),
		cmocka_unit_test(no_password_is_told),
		cmocka_unit_test(
		    what_was_set_outlives_the_process_and_what_was_forgotten_does_not),
		cmocka_unit_test(what_was_set_comes_back_with_a_device_that_had_to_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
