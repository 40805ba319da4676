/* What becomes of a capture whose links go down and come up, whose interfaces are removed and
 * whose processes are killed: it goes on, or it says what ended it and is no success. In
 * namespaces of an ordinary user. */
#include "tests/unit/unit.h"

#include "lib/base/cleanup.h"
#include "tests/integration/live/wire.h"
#include "tests/support/background.h"
#include "tests/support/labrun.h"
#include "tests/support/sandbox.h"

#include <jansson.h>
#include <signal.h>
#include <stdio.h>

enum {
	FLAPS = 200,
	KILLS = 20,
	WORDS_MAX = 16
};

/* "cwmplab check WORD...", once it captures. */
static struct background start(const char *const *words)
{
	const char *argv[WORDS_MAX] = { labrun_program(), "check" };
	struct background program = BACKGROUND_NULL;
	size_t n = 2;

	for (; *words && n + 1 < WORDS_MAX; words++)
		argv[n++] = *words;
	background_start(&program, argv, NULL);
	if (!background_shows(&program, "capturing at "))
		fail_msg("it does not capture: %s", buf_cstr(&program.text));
	return program;
}

#define START(...) start((const char *const[]){ __VA_ARGS__, NULL })

static void assert_shows(struct background *program, const char *words)
{
	if (!background_shows(program, words))
		fail_msg("\"%s\" is not in: %s", words, buf_cstr(&program->text));
}

static void assert_ends(struct background *program, int signal, int status)
{
	int got = background_end(program, signal);

	if (got != status)
		fail_msg("exit %d, not %d: %s", got, status, buf_cstr(&program->text));
}

/* The member "live" of the report, from the first brace at the start of a line on, in what a
 * capture of no session with --json said; the caller frees it. */
static json_t *live_of(struct background *program)
{
	const char *text = strstr(buf_cstr(&program->text), "\n{");
	json_t *report = text ? json_loads(text, JSON_DISABLE_EOF_CHECK, NULL) : NULL;
	json_t *live = json_incref(json_object_get(report, "live"));

	if (!live)
		fail_msg("no report in: %s", buf_cstr(&program->text));
	json_decref(report);
	return live;
}

static const json_t *port_of(const json_t *live, size_t i)
{
	return json_array_get(json_object_get(live, "ports"), i);
}

/* The process that captures at the i-th port. */
static pid_t child_of(pid_t pid, size_t i)
{
	char path[96], line[256] = "", *at = line;
	auto_file file = NULL;

	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid,
	    (int)pid);
	file = fopen(path, "re");
	if (!file || !fgets(line, sizeof(line), file))
		skip(); /* a kernel without that file */
	while (i-- > 0)
		(void)strtol(at, &at, 10);
	return (pid_t)strtol(at, NULL, 10);
}

/* ---- links ---------------------------------------------------------------------------- */

static void test_a_link_that_goes_down_and_up_is_told_and_captured_on(void **state)
{
	struct background check = START("-i", "lo");

	(void)state;
	wire_set_up("lo", false);
	assert_shows(&check, "lo: the link went down\n");
	wire_set_up("lo", true);
	assert_shows(&check, "lo: the link is up again\n");
	wire_session(false);
	assert_ends(&check, SIGINT, 0);

	assert_shows(&check, "ok  1 session of 1 device: no rule was seen broken");
	background_free(&check);
}

static void test_200_flaps_lose_no_frame(void **state)
{
	struct background check =
	    START("-i", "lo", "--json", "--filter", "udp dst port 9");
	json_t *live;

	(void)state;
	for (int i = 0; i < FLAPS; i++) {
		wire_set_up("lo", false);
		wire_set_up("lo", true);
		wire_datagrams(1, 100);
	}
	assert_shows(&check, "lo: the link is up again\n");
	assert_ends(&check, SIGINT, 2); /* no CWMP */

	live = live_of(&check);
	assert_true(json_integer_value(json_object_get(live, "packets")) >= FLAPS);
	assert_in_range(json_integer_value(
			    json_object_get(port_of(live, 0), "link_down")),
	    1, FLAPS);
	assert_true(json_is_null(json_object_get(port_of(live, 0), "ended")));
	json_decref(live);
	background_free(&check);
}

/* ---- ends ------------------------------------------------------------------------------ */

static void assert_ended(struct background *check, size_t port, const char *why)
{
	json_t *live = live_of(check);

	assert_string_equal(labrun_text(port_of(live, port), "ended"), why);
	json_decref(live);
}

static void test_an_interface_that_is_removed_ends_the_capture(void **state)
{
	struct background check;

	(void)state;
	wire_bridge_add("br9");
	check = START("-i", "br9", "--json");
	wire_bridge_remove("br9");
	assert_ends(&check, 0, 3);

	assert_shows(&check, "port br9: the interface was removed\n");
	assert_ended(&check, 0, "port br9: the interface was removed");
	background_free(&check);
}

static void test_another_interface_of_that_name_is_not_taken_for_it(void **state)
{
	struct background check;

	(void)state;
	wire_bridge_add("br9");
	check = START("-i", "br9", "--json");
	wire_bridge_remove("br9");
	wire_bridge_add("br9");
	assert_ends(&check, 0, 3);

	assert_ended(&check, 0, "port br9: the interface was removed");
	wire_bridge_remove("br9");
	background_free(&check);
}

static void test_each_killed_process_is_told(void **state)
{
	(void)state;
	for (int i = 0; i < KILLS; i++) {
		struct background check = START("-i", "lo", "--json");

		assert_int_equal(kill(child_of(check.pid, 0), SIGKILL), 0);
		assert_ends(&check, 0, 3);
		assert_ended(&check, 0, "the process that captured lo was killed");
		background_free(&check);
	}
}

static void test_the_other_port_goes_on_and_the_end_is_no_success(void **state)
{
	struct background check;

	(void)state;
	wire_bridge_add("br9");
	check = START("-i", "br9", "-i", "lo");
	assert_int_equal(kill(child_of(check.pid, 0), SIGKILL), 0);
	assert_shows(&check, "the process that captured br9 was killed\n");
	wire_session(false);
	assert_ends(&check, SIGINT, 3);

	assert_shows(&check, "ok  1 session of 1 device: no rule was seen broken");
	wire_bridge_remove("br9");
	background_free(&check);
}

static void test_a_stopped_process_holds_up_nobody(void **state)
{
	struct background check = START("-i", "lo", "--json");
	pid_t group = check.pid;

	(void)state;
	assert_int_equal(kill(child_of(check.pid, 0), SIGSTOP), 0);
	assert_ends(&check, SIGINT, 3);

	assert_ended(&check, 0, "the process that captures lo does not answer");
	assert_true(background_is_gone(group));
	background_free(&check);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_link_that_goes_down_and_up_is_told_and_captured_on),
		cmocka_unit_test(test_200_flaps_lose_no_frame),
		cmocka_unit_test(test_an_interface_that_is_removed_ends_the_capture),
		cmocka_unit_test(
		    test_another_interface_of_that_name_is_not_taken_for_it),
		cmocka_unit_test(test_each_killed_process_is_told),
		cmocka_unit_test(test_the_other_port_goes_on_and_the_end_is_no_success),
		cmocka_unit_test(test_a_stopped_process_holds_up_nobody),
	};

	sandbox_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
