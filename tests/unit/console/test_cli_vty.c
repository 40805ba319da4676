/* lib/console/vty/cli_vty.c: what a terminal elsewhere shows of a login, of lines and of screens, key
 * by key. */
#include "tests/unit/cases.h"
#include "tests/unit/console/cli_stub.h"

#include "lib/console/vty/cli_vty.h"

static const struct cli_user users[] = {
	{ "admin", "s3cret", CLI_LEVEL_MANAGE },
	{ "reader", "r3ad", CLI_LEVEL_MONITOR },
	{ "visitor", "v1sit", CLI_LEVEL_VISIT },
	{ "editor", "3dit", CLI_LEVEL_SYSTEM },
};

static const struct cli_gate gates[] = {
	[CLI_LOGIN_NONE] = { .login = CLI_LOGIN_NONE },
	[CLI_LOGIN_PASSWORD] = { .login = CLI_LOGIN_PASSWORD, .password = "op3n" },
	[CLI_LOGIN_USERS] = { .login = CLI_LOGIN_USERS, .users = users, .n_users = 4 },
};

struct terminal {
	struct cli_stub stub;
	struct cli_vty vty;
	struct buf shown;
};

static void open_terminal(struct terminal *terminal, enum cli_login login,
    const char *profile)
{
	memset(terminal, 0, sizeof(*terminal));
	cli_stub_open(&terminal->stub, profile);
	cli_vty_open(&terminal->vty, &terminal->stub.device, &gates[login],
	    &terminal->shown);
}

static void press(struct terminal *terminal, const char *keys)
{
	for (; *keys; keys++)
		cli_vty_take(&terminal->vty, *keys, &terminal->shown);
}

static void close_terminal(struct terminal *terminal)
{
	cli_vty_free(&terminal->vty);
	cli_stub_close(&terminal->stub);
	buf_free(&terminal->shown);
}

struct story {
	const char *name;
	const char *profile;
	enum cli_login login;
	const char *keys;
	const char *shown; /* behind the line that is empty */
	enum cli_vty_state state;
};

static const struct story stories[] = {
	{ "no_login", NULL, CLI_LOGIN_NONE, "sys\rquit\r\r",
	    "<HP>sys\nSystem View: return to User View with Ctrl+Z.\n[HP]quit\n<HP>\n"
	    "<HP>",
	    CLI_VTY_LINE },
	{ "enter_in_two_ways", NULL, CLI_LOGIN_NONE, "\r\n", "<HP>\n<HP>\n<HP>",
	    CLI_VTY_LINE },
	{ "the_password", NULL, CLI_LOGIN_PASSWORD, "op3n\rsys\r",
	    "Password:\n<HP>sys\nSystem View: return to User View with Ctrl+Z.\n[HP]",
	    CLI_VTY_LINE },
	{ "the_password_mended_before_enter", NULL, CLI_LOGIN_PASSWORD,
	    "xy\x15oq\x7fp3n\r", "Password:\n<HP>", CLI_VTY_LINE },
	{ "three_wrong_passwords", NULL, CLI_LOGIN_PASSWORD, "op3\rop3nn\r\rop3n\r",
	    "Password:\nAAA authentication failed.\n"
	    "Password:\nAAA authentication failed.\n"
	    "Password:\nAAA authentication failed.\n",
	    CLI_VTY_OVER },
	{ "a_user", NULL, CLI_LOGIN_USERS, "admin\rs3cret\r",
	    "login: admin\nPassword:\n<HP>", CLI_VTY_LINE },
	{ "a_user_of_an_older_device", "comware5", CLI_LOGIN_USERS,
	    "admin\rno\radmin\rs3cret\r",
	    "Username:admin\nPassword:\n% Login failed!\nUsername:admin\nPassword:\n<HP>",
	    CLI_VTY_LINE },
	{ "the_password_of_another_user", NULL, CLI_LOGIN_USERS, "admin\rr3ad\r",
	    "login: admin\nPassword:\nAAA authentication failed.\nlogin: ",
	    CLI_VTY_NAME },
	{ "enter_alone_is_no_try", NULL, CLI_LOGIN_USERS, "\r\r\r\radmin\rs3cret\r",
	    "login: \nlogin: \nlogin: \nlogin: \nlogin: admin\nPassword:\n<HP>",
	    CLI_VTY_LINE },
	{ "keys_of_lines_are_none_of_a_login", NULL, CLI_LOGIN_USERS,
	    "a?\x1a\t\x10\x03", "login: a?\nlogin: ", CLI_VTY_NAME },
	{ "quit_ends_it", NULL, CLI_LOGIN_NONE, "quit\rsys\r", "<HP>quit\n",
	    CLI_VTY_OVER },
	{ "control_z_drops_what_was_typed", NULL, CLI_LOGIN_NONE, "sys\rcwmp\rxyz\x1a",
	    "<HP>sys\nSystem View: return to User View with Ctrl+Z.\n[HP]cwmp\n"
	    "[HP-cwmp]xyz\n<HP>",
	    CLI_VTY_LINE },
	{ "control_c_drops_the_line", NULL, CLI_LOGIN_NONE, "sys\x03", "<HP>sys\n<HP>",
	    CLI_VTY_LINE },
	{ "a_question_goes_on_with_the_line", NULL, CLI_LOGIN_NONE, "display clock ?",
	    "<HP>display clock ?\n  <cr>\n<HP>display clock ", CLI_VTY_LINE },
	{ "tab_completes", NULL, CLI_LOGIN_NONE, "sys\t", "<HP>sys\b\b\bsystem-view ",
	    CLI_VTY_LINE },
	{ "history", NULL, CLI_LOGIN_NONE, "quit x\r\x10\x0e",
	    "<HP>quit x\n         ^\n % Too many parameters found at '^' position.\n"
	    "<HP>quit x\b\b\b\b\b\b      \b\b\b\b\b\b",
	    CLI_VTY_LINE },
	{ "a_dialogue", NULL, CLI_LOGIN_NONE, "save\rmaybe?\rn\r",
	    "<HP>save\n"
	    "The current configuration will be written to the device. Are you sure? "
	    "[Y/N]:maybe?\n"
	    "The current configuration will be written to the device. Are you sure? "
	    "[Y/N]:n\n<HP>",
	    CLI_VTY_LINE },
	{ "control_c_ends_a_dialogue", NULL, CLI_LOGIN_NONE, "reboot\r\x03",
	    "<HP>reboot\nThis command will reboot the device. Continue? [Y/N]:\n<HP>",
	    CLI_VTY_LINE },
};

static void run_story(void **state)
{
	const struct story *row = *state;
	static struct terminal terminal;

	open_terminal(&terminal, row->login, row->profile ? row->profile : "comware7");
	press(&terminal, row->keys);
	assert_int_equal(buf_cstr(&terminal.shown)[0], '\n');
	assert_string_equal(buf_cstr(&terminal.shown) + 1, row->shown);
	assert_int_equal(terminal.vty.state, row->state);
	close_terminal(&terminal);
}

/* ---- screens ----------------------------------------------------------------------------- */

static size_t count_lines(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.p[i] == '\n';
	return n;
}

/* What comes of the keys alone. */
static struct str shown_by(struct terminal *terminal, const char *keys)
{
	buf_reset(&terminal->shown);
	press(terminal, keys);
	return buf_str(&terminal->shown);
}

static void test_a_screen_has_24_lines(void **state)
{
	static struct terminal terminal;
	struct str shown;

	(void)state;
	open_terminal(&terminal, CLI_LOGIN_NONE, "comware7");
	shown = shown_by(&terminal, "display interface\r");
	assert_int_equal(count_lines(shown), 1 + CLI_SCREEN_LENGTH);
	assert_true(str_ends(shown, STR("\n  ---- More ----")));
	shown = shown_by(&terminal, "xyz");
	assert_int_equal(shown.len, 0);
	shown = shown_by(&terminal, "\r");
	assert_int_equal(count_lines(shown), 1);
	shown = shown_by(&terminal, " ");
	assert_int_equal(count_lines(shown), CLI_SCREEN_LENGTH);
	assert_true(str_starts(shown, STR("\r                \r")));
	shown = shown_by(&terminal, "q");
	assert_true(str_is(shown, "\r                \r<HP>"));
	shown = shown_by(&terminal, "screen-length disable\rdisplay interface\r");
	assert_false(str_find(shown, STR("More"), NULL));
	assert_true(str_ends(shown, STR("\n<HP>")));
	close_terminal(&terminal);
}

static void test_a_question_that_fills_a_screen_comes_back_to_its_line(void **state)
{
	static struct terminal terminal;
	struct str shown;

	(void)state;
	open_terminal(&terminal, CLI_LOGIN_NONE, "comware7");
	press(&terminal, "undo screen-length disable\r");
	terminal.vty.session.screen_length = 2;
	shown = shown_by(&terminal, "display ?");
	assert_true(str_ends(shown, STR("  ---- More ----")));
	shown = shown_by(&terminal, "\x03");
	assert_true(str_is(shown, "\r                \r<HP>display "));
	close_terminal(&terminal);
}

/* ---- levels ------------------------------------------------------------------------------ */

static void log_in(struct terminal *terminal, const struct cli_user *user)
{
	open_terminal(terminal, CLI_LOGIN_USERS, "comware7");
	press(terminal, user->name);
	press(terminal, "\r");
	press(terminal, user->password);
	press(terminal, "\r");
	assert_int_equal(terminal->vty.state, CLI_VTY_LINE);
}

static void test_commands_above_the_level_are_refused(void **state)
{
	static const struct {
		const char *line;
		enum cli_level level;
	} lines[] = {
		{ "quit", CLI_LEVEL_VISIT },
		{ "display clock", CLI_LEVEL_MONITOR },
		{ "display clock | include UTC", CLI_LEVEL_MONITOR },
		{ "screen-length disable", CLI_LEVEL_MONITOR },
		{ "system-view", CLI_LEVEL_SYSTEM },
		{ "save force", CLI_LEVEL_MANAGE },
		{ "reboot", CLI_LEVEL_MANAGE },
		{ "reset saved-configuration", CLI_LEVEL_MANAGE },
	};
	static struct terminal terminal;

	(void)state;
	for (size_t u = 0; u < ARRAY_LEN(users); u++) {
		for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
			bool is_denied;

			log_in(&terminal, &users[u]);
			buf_reset(&terminal.shown);
			press(&terminal, lines[i].line);
			press(&terminal, "\r");
			is_denied = str_find(buf_str(&terminal.shown),
			    STR(" % Permission denied.\n"), NULL);
			assert_int_equal(is_denied, lines[i].level > users[u].level);
			close_terminal(&terminal);
		}
	}
}

/* ---- secrets ----------------------------------------------------------------------------- */

static void test_nothing_of_a_login_stays_in_the_line(void **state)
{
	static const char password[] = "s3cret";
	static struct terminal terminal;

	(void)state;
	log_in(&terminal, &users[0]);
	assert_false(str_find(buf_str(&terminal.shown), STR("s3cret"), NULL));
	for (size_t i = 0; i + sizeof(password) <= sizeof(terminal.vty); i++) {
		if (memcmp((const char *)&terminal.vty + i, password,
			sizeof(password) - 1) == 0)
			fail_msg("it stands at byte %zu", i);
	}
	assert_int_equal(terminal.vty.session.n_history, 0);
	press(&terminal, "sys\rcwmp\rcwmp acs password simple hidden\r");
	buf_reset(&terminal.shown);
	press(&terminal, "\x10");
	assert_false(str_find(buf_str(&terminal.shown), STR("hidden"), NULL));
	close_terminal(&terminal);
}

static void test_tab_cycles_and_begins_anew(void **state)
{
	static struct terminal terminal;

	(void)state;
	open_terminal(&terminal, CLI_LOGIN_NONE, "comware7");
	press(&terminal, "display cwmp \t");
	assert_true(
	    str_is(cli_edit_line(&terminal.vty.edit), "display cwmp configuration "));
	press(&terminal, "\t");
	assert_true(str_is(cli_edit_line(&terminal.vty.edit), "display cwmp status "));
	press(&terminal, "\t");
	assert_true(
	    str_is(cli_edit_line(&terminal.vty.edit), "display cwmp configuration "));
	press(&terminal, "\x03zz\t");
	assert_true(str_is(cli_edit_line(&terminal.vty.edit), "zz"));
	close_terminal(&terminal);
}

static void test_longer_names_and_passwords_are_cut_where_no_user_has_more(void **state)
{
	static struct terminal terminal;

	(void)state;
	open_terminal(&terminal, CLI_LOGIN_USERS, "comware7");
	for (unsigned i = 0; i < 1 << 20; i++)
		press(&terminal, "n");
	assert_int_equal(terminal.vty.edit.len, CLI_NAME_MAX);
	press(&terminal, "\r");
	for (unsigned i = 0; i < 1 << 20; i++)
		press(&terminal, "p");
	assert_int_equal(terminal.vty.edit.len, CLI_SECRET_MAX - 1);
	press(&terminal, "\r");
	assert_int_equal(terminal.vty.n_tries, 1);
	close_terminal(&terminal);
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add_rows(&cases, run_story, stories);
	cases_add(&cases, test_a_screen_has_24_lines);
	cases_add(&cases, test_a_question_that_fills_a_screen_comes_back_to_its_line);
	cases_add(&cases, test_commands_above_the_level_are_refused);
	cases_add(&cases, test_nothing_of_a_login_stays_in_the_line);
	cases_add(&cases, test_tab_cycles_and_begins_anew);
	cases_add(&cases,
	    test_longer_names_and_passwords_are_cut_where_no_user_has_more);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
