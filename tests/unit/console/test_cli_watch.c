/* lib/console: terminals that watch what a device logs, and what debugging brings. */
#include "tests/unit/console/live_terminal.h"

static void test_a_terminal_says_what_it_watches(void **state)
{
	static struct terminal terminal;
	const struct cli_session *session = &terminal.vty.session;

	(void)state;
	open_terminal(&terminal, "comware7");
	assert_false(cli_session_watches(session, false));
	press(&terminal, "terminal monitor\r");
	assert_true(cli_session_watches(session, false));
	assert_false(cli_session_watches(session, true));
	press(&terminal, "terminal debugging\rdebugging cwmp event\rdis deb\r");
	assert_true(cli_session_watches(session, true));
	press(&terminal, "deb cwmp all\rundo debugging cwmp error\rdis deb\r"
			 "undo deb all\rdis deb\rundo term mon\rundo term deb\r");
	assert_false(cli_session_watches(session, false));
	shows(&terminal,
	    "terminal monitor\nThe current terminal is enabled to display logs.\n"
	    "<HP>terminal debugging\n"
	    "The current terminal is enabled to display debugging logs.\n"
	    "<HP>debugging cwmp event\n"
	    "<HP>dis deb\nCWMP event debugging is on.\n"
	    "<HP>deb cwmp all\n<HP>undo debugging cwmp error\n"
	    "<HP>dis deb\nCWMP event debugging is on.\nCWMP packet debugging is on.\n"
	    "<HP>undo deb all\n<HP>dis deb\n"
	    "<HP>undo term mon\nThe current terminal is disabled to display logs.\n"
	    "<HP>undo term deb\n"
	    "The current terminal is disabled to display debugging logs.\n<HP>");
	close_terminal(&terminal);
}

static void test_older_devices_say_it_shorter(void **state)
{
	static const struct {
		const char *profile, *shown;
	} rows[] = {
		{ "comware5", "term mon\n% Current terminal monitor is on\n"
			      "<HP>undo term deb\n"
			      "% Current terminal debugging is off\n<HP>" },
		{ "vrp", "term mon\nInfo: Current terminal monitor is on.\n"
			 "<HUAWEI>undo term deb\n"
			 "Info: Current terminal debugging is off.\n<HUAWEI>" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		static struct terminal terminal;

		open_terminal(&terminal, rows[i].profile);
		press(&terminal, "term mon\rundo term deb\r");
		shows(&terminal, rows[i].shown);
		close_terminal(&terminal);
	}
}

static void test_lines_come_below_the_line_that_is_typed(void **state)
{
	static struct terminal terminal;

	(void)state;
	open_terminal(&terminal, "comware7");
	press(&terminal, "dis cl");
	cli_live_say(&terminal.vty.live, STR("%one\n"));
	assert_true(cli_vty_has_news(&terminal.vty));
	cli_vty_tell(&terminal.vty, &terminal.shown);
	press(&terminal, "o\r");
	shows(&terminal,
	    "dis cl\n%one\n<HP>dis clo\n03:04:05 UTC Fri 01/02/2026\n<HP>");
	/* A screen that waits for a key is not disturbed. */
	terminal.vty.session.screen_length = 1;
	press(&terminal, "display version\r");
	assert_int_equal(terminal.vty.state, CLI_VTY_MORE);
	cli_live_say(&terminal.vty.live, STR("%two\n"));
	assert_false(cli_vty_has_news(&terminal.vty));
	press(&terminal, "q");
	assert_true(cli_vty_has_news(&terminal.vty));
	buf_reset(&terminal.shown);
	cli_vty_tell(&terminal.vty, &terminal.shown);
	shows(&terminal, "\n%two\n<HP>");
	close_terminal(&terminal);
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add(&cases, test_a_terminal_says_what_it_watches);
	cases_add(&cases, test_older_devices_say_it_shorter);
	cases_add(&cases, test_lines_come_below_the_line_that_is_typed);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
