/* check and decode inside a lab that is up, by the ordinary user whose lab it is. */
#include "tests/unit/unit.h"

#include "tests/integration/live/lab.h"
#include "tests/support/background.h"
#include "tests/support/labrun.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct lab lab;

static struct background start(const char *verb, const char *port, const char *write)
{
	char name[128], path[160];
	const char *argv[] = { labrun_program(), verb, "-i", name, "-w", path, NULL };
	struct background program = BACKGROUND_NULL;

	(void)snprintf(name, sizeof(name), "%s/%s", lab.name, port);
	(void)snprintf(path, sizeof(path), "%s/%s", lab.folder, write);
	background_start(&program, argv, NULL);
	if (!background_shows(&program, "capturing at "))
		fail_msg("it does not capture: %s", buf_cstr(&program.text));
	return program;
}

static void assert_shows(struct background *program, const char *words)
{
	if (!background_shows(program, words))
		fail_msg("\"%s\" is not in: %s", words, buf_cstr(&program->text));
}

/* The file that was written has the secrets: it is judged alike without a key log. */
static void assert_file_is_judged(const char *file)
{
	assert_int_equal(LAB_TELL(&lab, "check", file), 0);
	assert_non_null(strstr(buf_cstr(&lab.said.out), "\nok  1 session of 1 device"));
	assert_null(strstr(buf_cstr(&lab.said.out), "secrets for"));
}

static void test_a_session_at_an_acs_is_decrypted_as_it_happens(void **state)
{
	struct background check = start("check", "acs2", "acs2.pcapng");

	(void)state;
	lab_session(&lab, "out/keys.log");
	assert_int_equal(background_end(&check, SIGINT), 0);

	assert_shows(&check, "ok  1 session of 1 device: no rule was seen broken\n");
	assert_file_is_judged("acs2.pcapng");
	background_free(&check);
}

static void test_a_switch_and_one_of_its_ports_show_the_session(void **state)
{
	struct background sw = start("decode", "sw1", "sw1.pcapng");
	struct background port = start("decode", "sw1:cpe-1", "port.pcapng");

	(void)state;
	lab_session(&lab, "out/keys.log");
	assert_int_equal(background_end(&sw, SIGINT), 0);
	assert_int_equal(background_end(&port, SIGTERM), 0);

	assert_shows(&sw, "1 session of 1 device, ");
	assert_shows(&port, "1 session of 1 device, ");
	assert_file_is_judged("sw1.pcapng");
	assert_file_is_judged("port.pcapng");
	background_free(&sw);
	background_free(&port);
}

static void test_a_key_log_of_the_environment_is_followed(void **state)
{
	struct background check;
	char path[128];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/mine.log", lab.folder);
	assert_int_equal(setenv("SSLKEYLOGFILE", path, 1), 0);
	check = start("check", "acs2", "mine.pcapng");
	(void)unsetenv("SSLKEYLOGFILE");
	lab_session(&lab, "mine.log");
	assert_int_equal(background_end(&check, SIGINT), 0);

	assert_shows(&check, "ok  1 session of 1 device: no rule was seen broken\n");
	assert_file_is_judged("mine.pcapng");
	background_free(&check);
}

static void test_names_that_are_not_there_are_explained(void **state)
{
	static const struct {
		const char *port, *says;
	} cases[] = {
		{ "acs3", "has no node \"acs3\": did you mean \"acs1\"?\n" },
		{ "sw1:cpe-9",
		    "/sw1 has no port \"cpe-9\": did you mean \"cpe-1\"?\n" },
		{ "acs1:eth7", ": No such device exists\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char name[128];

		(void)snprintf(name, sizeof(name), "%s/%s", lab.name, cases[i].port);
		assert_int_equal(LAB_TELL(&lab, "check", "-i", name), 2);
		if (!strstr(buf_cstr(&lab.said.out), cases[i].says))
			fail_msg("%s: %s", name, buf_cstr(&lab.said.out));
	}
}

static void test_the_end_of_the_lab_ends_the_capture(void **state)
{
	struct background check = start("check", "sw1", "last.pcapng");

	(void)state;
	lab_session(&lab, "out/keys.log");
	assert_int_equal(LAB_TELL(&lab, "down", lab.name), 0);
	assert_int_equal(background_end(&check, 0), 0);

	assert_shows(&check, "; written to ");
	assert_file_is_judged("last.pcapng");
	background_free(&check);
}

static int up(void **state)
{
	(void)state;
	lab_up(&lab);
	return 0;
}

static int down(void **state)
{
	(void)state;
	lab_free(&lab);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_session_at_an_acs_is_decrypted_as_it_happens),
		cmocka_unit_test(test_a_switch_and_one_of_its_ports_show_the_session),
		cmocka_unit_test(test_a_key_log_of_the_environment_is_followed),
		cmocka_unit_test(test_names_that_are_not_there_are_explained),
		cmocka_unit_test(test_the_end_of_the_lab_ends_the_capture),
	};

	labrun_setup();
	return cmocka_run_group_tests(tests, up, down);
}
