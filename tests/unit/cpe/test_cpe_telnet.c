/* agents/cpe/console/telnet_server.c: clients, one and many. */
#include "tests/unit/cpe/telnet_world.h"

enum {
	CROWD = 100
};

/* ---- one client -------------------------------------------------------------------------- */

static void test_a_client_that_refuses_every_option_sees_its_echo(void **state)
{
	static struct world world;
	int fd;

	(void)state;
	open_world(&world);
	fd = connect_client(&world);
	check_next(&world, fd, STR(GREETING "<HP>"), false);
	send_all(&world, fd,
	    STR(IAC "\xfe\x01" IAC "\xfe\x03" IAC "\xfc\x1f"
		    "display clock\r\n"));
	check_next(&world, fd,
	    STR("display clock\r\n03:04:05 UTC Fri 01/02/2026\r\n<HP>"), false);
	send_all(&world, fd, STR("quit\r\0"));
	check_next(&world, fd, STR("quit\r\n"), true);
	(void)close(fd);
	run(&world);
	assert_int_equal(telnet_server_lines(world.server), 0);
	close_world(&world);
}

static void test_a_window_folds_long_lines(void **state)
{
	static struct world world;
	int fd;

	(void)state;
	open_world(&world);
	fd = connect_client(&world);
	check_next(&world, fd, STR(GREETING "<HP>"), false);
	send_all(&world, fd,
	    STR(IAC "\xfb\x1f" IAC "\xfa\x1f\0\x14\0\x18" IAC "\xf0"
		    "0123456789abcdef"));
	check_next(&world, fd, STR("0123456789abcdef \r\0"), false);
	(void)close(fd);
	close_world(&world);
}

static void test_1_mb_without_an_end_is_511_characters(void **state)
{
	static struct world world;
	auto_buf bytes = BUF_NULL, got = BUF_NULL;
	int fd;

	(void)state;
	open_world(&world);
	fd = connect_client(&world);
	for (unsigned i = 0; i < 1 << 20; i++)
		buf_append_char(&bytes, 'x');
	send_all(&world, fd, buf_str(&bytes));
	assert_false(read_all(&world, fd, &got));
	assert_int_equal(got.len, sizeof(GREETING "<HP>") - 1 + CLI_LINE_MAX);
	send_all(&world, fd, STR("\x03"));
	check_next(&world, fd, STR("\r\n<HP>"), false);
	(void)close(fd);
	close_world(&world);
}

/* As one whose input is a file: nc HOST 23 <commands. */
static void test_a_client_that_has_no_more_to_say_is_answered(void **state)
{
	static struct world world;
	int fd;

	(void)state;
	open_world(&world);
	fd = connect_client(&world);
	check_next(&world, fd, STR(GREETING "<HP>"), false);
	send_all(&world, fd, STR("display clock\r\n"));
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	check_next(&world, fd,
	    STR("display clock\r\n03:04:05 UTC Fri 01/02/2026\r\n<HP>"), true);
	assert_int_equal(telnet_server_lines(world.server), 0);
	(void)close(fd);
	close_world(&world);
}

static void test_a_client_that_only_connects_and_goes_takes_no_line(void **state)
{
	static struct world world;

	(void)state;
	open_world(&world);
	for (unsigned i = 0; i < 100; i++) {
		(void)close(connect_client(&world));
		run(&world);
		assert_int_equal(telnet_server_lines(world.server), 0);
	}
	close_world(&world);
}

/* ---- many -------------------------------------------------------------------------------- */

static void test_the_17th_is_told_that_all_lines_are_taken(void **state)
{
	static struct world world;
	int fds[TELNET_LINES_MAX], fd;

	(void)state;
	open_world(&world);
	for (size_t i = 0; i < TELNET_LINES_MAX; i++) {
		fds[i] = connect_client(&world);
		check_next(&world, fds[i], STR(GREETING "<HP>"), false);
	}
	fd = connect_client(&world);
	check_next(&world, fd, STR(FULL), true);
	(void)close(fd);
	(void)close(fds[3]);
	run(&world);
	fds[3] = connect_client(&world);
	check_next(&world, fds[3], STR(GREETING "<HP>"), false);
	for (size_t i = 0; i < TELNET_LINES_MAX; i++)
		(void)close(fds[i]);
	close_world(&world);
}

static void test_the_log_has_what_was_typed_and_no_password(void **state)
{
	static struct world world;
	int fds[3];

	(void)state;
	open_world(&world);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		fds[i] = connect_client(&world);
	send_all(&world, fds[0],
	    STR("system-view\rcwmp\rcwmp acs password simple s3cret\r"));
	/* Nor answers, nor keys that are no line. */
	send_all(&world, fds[0], STR("\x1a\rreboot\rn\rreboot\r\x03"));
	send_all(&world, fds[2],
	    STR("cwmp acs password simple s3cret\rdisplay clock\r"));
	(void)close(fds[1]);
	run(&world);
	fds[1] = connect_client(&world);
	send_all(&world, fds[1], STR("display clock\r"));
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		(void)close(fds[i]);
	assert_string_equal(buf_cstr(&world.log),
	    "0  system-view\n0  cwmp\n0  reboot\n0  reboot\n2  display clock\n"
	    "1  display clock\n");
	close_world(&world);
}

/* All of them come before the server has looked at any; how many find no line. */
static size_t crowd(struct world *world, const int *first, size_t n)
{
	static int fds[CROWD];
	size_t n_sent_away = 0;

	for (size_t i = 0; i < n; i++) {
		int theirs;

		fds[i] = make_pair(&theirs);
		assert_int_equal(telnet_server_adopt(world->server, theirs), 0);
	}
	assert_int_equal(telnet_server_lines(world->server), TELNET_LINES_MAX);
	for (size_t i = 0; i < n; i++) {
		auto_buf got = BUF_NULL;

		n_sent_away += read_all(world, fds[i], &got);
		assert_true(got.len == 0 || str_is(buf_str(&got), FULL));
		(void)close(fds[i]);
	}
	send_all(world, *first, STR("\r"));
	check_next(world, *first, STR("\r\n<HP>"), false);
	return n_sent_away;
}

static void test_1000_clients_are_sent_away_and_harm_no_session(void **state)
{
	static struct world world;
	int fds[TELNET_LINES_MAX];

	(void)state;
	open_world(&world);
	for (size_t i = 0; i < TELNET_LINES_MAX; i++) {
		fds[i] = connect_client(&world);
		check_next(&world, fds[i], STR(GREETING "<HP>"), false);
	}
	for (size_t n = 0; n < 1000; n += CROWD)
		assert_int_equal(crowd(&world, &fds[0], CROWD), CROWD);
	for (size_t i = 0; i < TELNET_LINES_MAX; i++)
		(void)close(fds[i]);
	run(&world);
	assert_int_equal(telnet_server_lines(world.server), 0);
	close_world(&world);
}

static void test_a_device_that_is_off_has_no_lines(void **state)
{
	static struct world world;
	int fd;

	(void)state;
	open_world(&world);
	world.booted = INT64_MAX;
	fd = connect_client(&world);
	check_next(&world, fd, STR(""), true);
	(void)close(fd);
	close_world(&world);
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add(&cases, test_a_client_that_refuses_every_option_sees_its_echo);
	cases_add(&cases, test_a_window_folds_long_lines);
	cases_add(&cases, test_1_mb_without_an_end_is_511_characters);
	cases_add(&cases, test_a_client_that_has_no_more_to_say_is_answered);
	cases_add(&cases, test_a_client_that_only_connects_and_goes_takes_no_line);
	cases_add(&cases, test_the_17th_is_told_that_all_lines_are_taken);
	cases_add(&cases, test_the_log_has_what_was_typed_and_no_password);
	cases_add(&cases, test_1000_clients_are_sent_away_and_harm_no_session);
	cases_add(&cases, test_a_device_that_is_off_has_no_lines);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
