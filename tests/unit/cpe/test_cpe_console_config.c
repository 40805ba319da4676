/* agents/cpe/console: configuration files that an ACS sends and fetches, boots, factory resets. */
#include "tests/support/guard.h"
#include "tests/unit/cpe/console_world.h"

#include <unistd.h>

static uint32_t send_file(const char *text, struct error *err)
{
	const struct cpe_console *console = world->fleet.console;
	uint32_t fault = console->check(console->user, &world->cpe, str_of(text), err);

	if (fault == 0)
		console->take(console->user, &world->cpe);
	return fault;
}

/* What an Upload sends. */
static void check_upload(const char *wanted)
{
	const struct cpe_console *console = world->fleet.console;
	auto_buf text = BUF_NULL;

	console->put(console->user, &world->cpe, &text);
	assert_string_equal(buf_cstr(&text), wanted);
}

static void check_saved(const char *wanted)
{
	auto_buf text = BUF_NULL;

	(void)console_load(&world->consoles.items[0], &text);
	assert_string_equal(buf_cstr(&text), wanted);
}

#define HEAD "#\n version 7.1.045, Release 2418P06\n#\n"
#define PORTS                                                                     \
	"#\ninterface Vlan-interface1\n#\ninterface GigabitEthernet1/0/1\n port " \
	"link-mode bridge\n"
#define FACTORY HEAD " sysname HP\n" PORTS "#\ncwmp\n cwmp enable\n#\nreturn\n"

/* ---- a file of an ACS ---------------------------------------------------------------------------- */

static void test_a_file_runs_at_once(void **state)
{
	struct error err = ERROR_NULL;

	(void)state;
	begin(CPE_CONSOLE_CWMP_ON);
	check_upload(FACTORY);
	assert_int_equal(
	    send_file("#\n version 5.20, Release 2222\n#\n sysname room-a\n#\n"
		      "dhcp server ip-pool 0\n network 10.0.0.0 mask "
		      "255.255.255.0\n#\ncwmp\n cwmp acs url "
		      "http://10.0.0.2:7547/cwmp\n cwmp cpe wait timeout 60\n"
		      "#\nreturn\n",
		&err),
	    0);
	check_upload(
	    HEAD " sysname room-a\n#\ndhcp server ip-pool 0\n network 10.0.0.0 "
		 "mask 255.255.255.0\n" PORTS "#\ncwmp\n cwmp enable\n cwmp acs "
		 "url http://10.0.0.2:7547/cwmp\n cwmp cpe wait timeout 60\n#\n"
		 "return\n");
	assert_string_equal(world->cpe.slots.slots[ACS_SOURCE_USER].url,
	    "http://10.0.0.2:7547/cwmp");
	assert_int_equal(world->cpe.typed.wait_timeout, 60 * NS_PER_S);
	check_saved(""); /* it was run, and no more */
	end();
}

static void test_a_file_may_save_itself(void **state)
{
	struct error err = ERROR_NULL;

	(void)state;
	begin(CPE_CONSOLE_CWMP_ON);
	assert_int_equal(send_file(" sysname room-a\nsave force\n", &err), 0);
	check_saved(
	    HEAD " sysname room-a\n" PORTS "#\ncwmp\n cwmp enable\n#\nreturn\n");
	end();
}

static void test_a_line_that_is_refused_is_named_and_nothing_is_run(void **state)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{ " sysname room-a\nvlan 4095\nfoo\n",
		    "the configuration is not taken: line 2 is refused: vlan 4095" },
		/* The only port of who is no switch is in VLAN 1. */
		{ "vlan 2\ninterface GigabitEthernet1/0/1\n port access vlan 2\n",
		    "the configuration is not taken: line 3 is refused: port access "
		    "vlan 2" },
		{ "vlan 2\ninterface Vlan-interface2\n",
		    "the configuration is not taken: line 2 is refused: interface "
		    "Vlan-interface2" },
		{ "cwmp\n cwmp acs password simple\n",
		    "the configuration is not taken: line 2 is refused: cwmp acs "
		    "password" },
		{ "cwmp\n cwmp acs pass simple s3cret more\n",
		    "the configuration is not taken: line 2 is refused: cwmp acs pass" },
		{ " sysname room-a\nsave\ny\n",
		    "the configuration is not taken: line 2 is refused: save" },
		{ "cwmp\n cwmp cpe connect interface Vlan-interface9\n",
		    "the configuration is not taken: line 2 is refused: cwmp cpe connect "
		    "interface Vlan-interface9" },
		{ "interface GigabitEthernet1/0/1\n shutdown\n",
		    "the configuration is not taken: line 2 is refused: shutdown" },
	};

	(void)state;
	begin(CPE_CONSOLE_CWMP_ON);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;

		assert_int_equal(send_file(rows[i].text, &err), 9018);
		assert_string_equal(err.text, rows[i].words);
		check_upload(FACTORY);
	}
	end();
}

static void test_a_file_at_its_bound(void **state)
{
	enum {
		MOST = 1 << 18
	};
	char *text = calloc(1, MOST + 2);
	struct error err = ERROR_NULL;

	(void)state;
	assert_non_null(text);
	memset(text, '#', MOST + 1);
	for (size_t i = 99; i < MOST; i += 100)
		text[i] = '\n';
	begin(CPE_CONSOLE_CWMP_ON);
	assert_int_equal(send_file(text, &err), 9018);
	assert_string_equal(err.text, "the configuration is longer than 262144 bytes");
	text[MOST] = '\0';
	assert_int_equal(send_file(text, &err), 0);
	end();
	free(text);
}

static void test_a_file_may_be_the_next_start_up_file(void **state)
{
	struct error err = ERROR_NULL;

	(void)state;
	begin(CPE_CONSOLE_CWMP_ON);
	world->model->conduct.transfers.configuration = MODEL_CONFIGURATION_START_UP;
	assert_int_equal(
	    send_file(" sysname room-a\ncwmp\n cwmp acs url http://a.b/c\n", &err), 0);
	check_upload(FACTORY);
	boot();
	check_upload(
	    HEAD " sysname room-a\n" PORTS "#\ncwmp\n cwmp enable\n cwmp acs url "
		 "http://a.b/c\n#\nreturn\n");
	/* The next one finds what the ACS has set since. */
	type("sys\ncwmp\ncwmp acs url http://d.e/f");
	boot();
	assert_string_equal(world->cpe.slots.slots[ACS_SOURCE_USER].url,
	    "http://d.e/f");
	end();
}

/* Out of its box it has CWMP disabled, and somebody has enabled it. */
static void test_a_start_up_file_without_a_word_of_cwmp_keeps_it_enabled(void **state)
{
	struct error err = ERROR_NULL;

	(void)state;
	begin(CPE_CONSOLE_CWMP_OFF);
	world->model->conduct.transfers.configuration = MODEL_CONFIGURATION_START_UP;
	type("sys\ncwmp\ncwmp enable");
	assert_int_equal(send_file(" sysname room-a\n", &err), 0);
	check_saved("#\ncwmp\n cwmp enable\n#\n sysname room-a\n");
	assert_int_equal(send_file("cwmp\n undo cwmp enable\n", &err), 0);
	check_saved("cwmp\n undo cwmp enable\n");
	boot();
	assert_true(world->cpe.typed.is_disabled);
	end();
}

/* ---- boots ----------------------------------------------------------------------------------------- */

static void test_what_was_not_saved_is_lost_by_a_boot_but_for_parameters(void **state)
{
	(void)state;
	begin(CPE_CONSOLE_CWMP_ON);
	type("sys\nsysname one\nsave force\nsysname two\ndhcp server ip-pool 0\n"
	     "network 10.0.0.0 24\ncwmp\ncwmp acs url http://a.b/c\n"
	     "cwmp cpe connect retry 3");
	boot();
	check_upload(HEAD " sysname one\n" PORTS "#\ncwmp\n cwmp enable\n cwmp acs url "
			  "http://a.b/c\n#\nreturn\n");
	assert_false(world->cpe.typed.has_retry_limit);
	end();
}

static void test_each_boot_runs_the_start_up_file_with_an_address_or_without(
    void **state)
{
	(void)state;
	begin(CPE_CONSOLE_CWMP_ON);
	type("sys\nsysname one\nsave force\nsysname two");
	boot_without_address();
	check_upload(HEAD " sysname one\n" PORTS "#\ncwmp\n cwmp enable\n#\nreturn\n");
	type("sysname three");
	boot_without_address();
	check_upload(HEAD " sysname one\n" PORTS "#\ncwmp\n cwmp enable\n#\nreturn\n");
	/* While it is off it is told once. */
	type("sysname four");
	world->cpe.state = CPE_OFF;
	edges.listen(&world->cpe);
	type("sysname five");
	edges.listen(&world->cpe);
	check_upload(HEAD " sysname five\n" PORTS "#\ncwmp\n cwmp enable\n#\nreturn\n");
	end();
}

/* ---- a process that starts anew -------------------------------------------------------------------- */

static void write_text(const char *folder, const char *name, const char *text)
{
	char path[256];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void remove_file(const char *folder, const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	(void)unlink(path);
}

/* The pool that has the lease is the last line of the file but one. */
static void test_leases_outlive_the_process(void **state)
{
	char folder[] = "/tmp/cwmplab-console-XXXXXX";
	auto_buf out = BUF_NULL;

	(void)state;
	assert_non_null(mkdtemp(folder));
	guard_path(folder);
	write_text(folder, "cpe.cfg",
	    "#\n dhcp enable\n#\ndhcp server ip-pool a\n network 10.1.0.0 mask "
	    "255.255.255.0\n#\ndhcp server ip-pool 0\n network 10.0.0.0 mask "
	    "255.255.255.0\n expired unlimited\n#\nreturn\n");
	write_text(folder, "cpe.leases",
	    "# cwmplab leases 1\n10.0.0.10 02:00:00:00:00:01 6801020000000001 -\n");
	state_folder = folder;
	begin(CPE_CONSOLE_CWMP_ON);
	(void)cli_session_take(&world->session, STR("dis dhcp server ip-in-use"), &out);
	assert_string_equal(buf_cstr(&out),
	    "IP address       Client-identifier/        Lease expiration      Type\n"
	    "                 Hardware address\n"
	    "10.0.0.10        0200-0000-0001            Unlimited             "
	    "Auto(C)\n");
	/* A factory reset takes them, too. */
	reset();
	buf_reset(&out);
	(void)cli_session_take(&world->session, STR("dis dhcp server ip-in-use"), &out);
	assert_null(strstr(buf_cstr(&out), "10.0.0.10"));
	end();
	state_folder = NULL;
	remove_file(folder, "cpe.cfg");
	remove_file(folder, "cpe.leases");
	assert_int_equal(rmdir(folder), 0);
}

/* ---- factory resets -------------------------------------------------------------------------------- */

static void test_a_factory_reset_takes_what_was_typed_and_the_file(void **state)
{
	(void)state;
	begin(CPE_CONSOLE_CWMP_ON);
	type(
	    "sys\nsysname one\ndhcp server ip-pool 0\nnetwork 10.0.0.0 24\nquit\ncwmp\n"
	    "cwmp cpe connect retry 3\nsave force");
	reset();
	check_upload(FACTORY);
	check_saved("");
	assert_false(world->cpe.typed.has_retry_limit);
	end();
}

/* An ACS that has reset a CPE finds it again, also after its process was killed. */
static void test_a_factory_reset_leaves_cwmp_enabled(void **state)
{
	(void)state;
	begin(CPE_CONSOLE_CWMP_OFF);
	assert_true(world->cpe.typed.is_disabled);
	type("sys\ncwmp\ncwmp enable\nsave force");
	reset();
	assert_false(world->cpe.typed.is_disabled);
	check_saved("#\ncwmp\n cwmp enable\n#\nreturn\n");
	boot();
	assert_false(world->cpe.typed.is_disabled);
	end();
}

static void test_a_factory_reset_leaves_cwmp_disabled(void **state)
{
	(void)state;
	begin(CPE_CONSOLE_CWMP_ON);
	type("sys\ncwmp\nundo cwmp enable\nsave force");
	reset();
	assert_true(world->cpe.typed.is_disabled);
	check_saved("");
	end();
}

/* ---- an image of an ACS ----------------------------------------------------------------------------- */

static void test_the_version_is_that_of_the_image_that_runs(void **state)
{
	static const struct {
		const char *told; /* null: the model's own runs */
		const char *shown;
	} rows[] = {
		{ "7.1.046 Release 2419", "7.1.046, Release 2419" },
		{ "2.0", "2.0" },
		{ "1.0 beta of May", "1.0, beta of May" },
		{ "7.2\x1b]0;x\x07 \xff\xe2\x80\xae", "7.2 ]0;x , ? " },
		{ NULL, "7.1.045, Release 2418P06" },
	};

	(void)state;
	begin(CPE_CONSOLE_CWMP_ON);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf version = BUF_NULL, head = BUF_NULL, shown = BUF_NULL;
		struct intern *words = &world->fleet.words;

		intern_drop(words, world->cpe.software_version);
		world->cpe.software_version =
		    rows[i].told ? intern_put(words, str_of(rows[i].told)) : NULL;
		(void)cli_session_take(&world->session,
		    STR("display version | include Software"), &version);
		(void)cli_session_take(&world->session,
		    STR("display current-configuration | include version"), &head);
		buf_printf(&shown, "HP Comware Software, Version %s\n version %s\n",
		    rows[i].shown, rows[i].shown);
		buf_append_str(&version, buf_str(&head));
		assert_string_equal(buf_cstr(&version), buf_cstr(&shown));
	}
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_file_runs_at_once),
		cmocka_unit_test(test_a_file_may_save_itself),
		cmocka_unit_test(
		    test_a_line_that_is_refused_is_named_and_nothing_is_run),
		cmocka_unit_test(test_a_file_at_its_bound),
		cmocka_unit_test(test_a_file_may_be_the_next_start_up_file),
		cmocka_unit_test(
		    test_a_start_up_file_without_a_word_of_cwmp_keeps_it_enabled),
		cmocka_unit_test(
		    test_what_was_not_saved_is_lost_by_a_boot_but_for_parameters),
		cmocka_unit_test(
		    test_each_boot_runs_the_start_up_file_with_an_address_or_without),
		cmocka_unit_test(test_leases_outlive_the_process),
		cmocka_unit_test(
		    test_a_factory_reset_takes_what_was_typed_and_the_file),
		cmocka_unit_test(test_a_factory_reset_leaves_cwmp_enabled),
		cmocka_unit_test(test_a_factory_reset_leaves_cwmp_disabled),
		cmocka_unit_test(test_the_version_is_that_of_the_image_that_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
