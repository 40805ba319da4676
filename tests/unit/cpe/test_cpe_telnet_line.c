/* agents/cpe/console/telnet_line.c: what one line does with time, with room, and with commands that go
 * on. */
#include "tests/unit/cpe/telnet_world.h"

static void on_line_closed(struct telnet_line *line)
{
	struct world *world = line->owner;

	world->n_closed++;
}

static struct telnet_line *open_line(struct world *world, int *ret_client)
{
	struct telnet_line *line =
	    telnet_line_new(&world->loop, &world->terms, on_line_closed, world);
	int theirs;

	*ret_client = make_pair(&theirs);
	assert_non_null(line);
	assert_int_equal(uv_tcp_open(&line->tcp, theirs), 0);
	telnet_line_begin(line);
	run(world);
	return line;
}

/* It types as long as it is read, and reads nothing itself. */
static void test_what_waits_for_a_client_that_does_not_read_is_bounded(void **state)
{
	static const char command[] = "display current-configuration\r";
	static struct world world;
	struct telnet_line *line;
	size_t n_sent = 0, n_full = 0, most = 0;
	auto_buf got = BUF_NULL;
	int fd;

	(void)state;
	open_world(&world);
	line = open_line(&world, &fd);
	line->vty.session.screen_length = 0;
	while (n_full < 3) {
		ssize_t n = send(fd, command, sizeof(command) - 1, MSG_NOSIGNAL);

		n_sent += n > 0 ? (size_t)n : 0;
		n_full += n < 0;
		run(&world);
		most = MAX(most, line->out.len + line->sending.len);
	}
	assert_true(most >= TELNET_OUT_MAX);
	assert_true(most < TELNET_OUT_MAX + 8192);
	/* All of it is answered when it reads again, in order and once. */
	assert_false(read_all(&world, fd, &got));
	assert_int_equal(line->n_taken, line->n_bytes);
	assert_true(got.len > n_sent);
	(void)close(fd);
	run(&world);
	assert_int_equal(world.n_closed, 1);
	close_world(&world);
}

static void test_a_session_in_which_nothing_is_typed_ends(void **state)
{
	static struct world world;
	struct telnet_line *line;
	int fd;

	(void)state;
	open_world(&world);
	line = open_line(&world, &fd);
	line->used_at = uv_now(&world.loop) - IDLE_MS + 1;
	telnet_line_tick(line);
	check_next(&world, fd, STR(GREETING "<HP>"), false);
	/* What a client's program sends by itself keeps no session. */
	line->used_at = uv_now(&world.loop) - IDLE_MS;
	send_all(&world, fd, STR(IAC "\xf1" IAC "\xfe\x01"));
	telnet_line_tick(line);
	check_next(&world, fd, STR(""), true);
	(void)close(fd);
	run(&world);
	assert_int_equal(world.n_closed, 1);
	close_world(&world);
}

static void test_who_does_not_log_in_is_sent_away(void **state)
{
	static struct world world;
	struct telnet_line *line;
	int fd;

	(void)state;
	open_world(&world);
	world.terms.gate =
	    (struct cli_gate){ .login = CLI_LOGIN_PASSWORD, .password = "op3n" };
	world.terms.idle = 0;
	line = open_line(&world, &fd);
	check_next(&world, fd, STR(GREETING "Password:"), false);
	line->opened_at = uv_now(&world.loop) - TELNET_LOGIN_MS;
	telnet_line_tick(line);
	check_next(&world, fd, STR(""), true);
	(void)close(fd);
	run(&world);
	close_world(&world);
}

static void test_a_client_that_does_not_go_is_not_waited_for(void **state)
{
	static struct world world;
	struct telnet_line *line;
	int fd;

	(void)state;
	open_world(&world);
	line = open_line(&world, &fd);
	send_all(&world, fd, STR("quit\r"));
	assert_true(line->is_leaving);
	telnet_line_tick(line);
	run(&world);
	assert_int_equal(world.n_closed, 0);
	line->leave_by = uv_now(&world.loop);
	telnet_line_tick(line);
	run(&world);
	assert_int_equal(world.n_closed, 1);
	(void)close(fd);
	close_world(&world);
}

static void test_a_boot_ends_the_lines(void **state)
{
	static struct world world;
	struct telnet_line *line;
	int fd;

	(void)state;
	open_world(&world);
	world.booted = 7;
	line = open_line(&world, &fd);
	telnet_line_tick(line);
	check_next(&world, fd, STR(GREETING "<HP>"), false);
	world.booted = 8;
	telnet_line_tick(line);
	check_next(&world, fd, STR(""), true);
	(void)close(fd);
	assert_int_equal(world.n_closed, 1);
	close_world(&world);
}

/* ---- what goes on ------------------------------------------------------------------------- */

static void test_what_goes_on_comes_line_by_line(void **state)
{
	static struct world world;
	struct telnet_line *line;
	int fd;

	(void)state;
	open_world(&world);
	line = open_line(&world, &fd);
	check_next(&world, fd, STR(GREETING "<HP>"), false);
	send_all(&world, fd, STR("ping -q 10.0.0.3\r"));
	check_next(&world, fd, STR("ping -q 10.0.0.3\r\n"), false);
	/* What has been told keeps a session. */
	line->used_at = 0;
	cli_live_found(world.stub.pinging, 0x0a000003);
	assert_int_equal(line->used_at, uv_now(&world.loop));
	check_next(&world, fd,
	    STR("Ping 10.0.0.3 (10.0.0.3): 56 data bytes, press CTRL_C to break\r\n"),
	    false);
	/* Telnet's own interrupt is Ctrl+C. */
	send_all(&world, fd, STR(IAC "\xf4"));
	check_next(&world, fd,
	    STR("\r\n--- Ping statistics for 10.0.0.3 ---\r\n"
		"0 packet(s) transmitted, 0 packet(s) received, 0.0% packet loss\r\n"
		"<HP>"),
	    false);
	assert_null(world.stub.pinging);
	(void)close(fd);
	run(&world);
	close_world(&world);
}

/* As one whose input is a file: all of it is typed, and all of it is answered. */
static void test_who_sends_no_more_sees_the_end_of_what_goes_on(void **state)
{
	static struct world world;
	int fd;

	(void)state;
	open_world(&world);
	(void)open_line(&world, &fd);
	check_next(&world, fd, STR(GREETING "<HP>"), false);
	send_all(&world, fd, STR("ping x\rdisplay clock\r"));
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	check_next(&world, fd, STR("ping x\r\n"), false);
	cli_stub_end(&world.stub, "Unknown host x.");
	check_next(&world, fd,
	    STR(" % Unknown host x.\r\n<HP>display clock\r\n"
		"03:04:05 UTC Fri 01/02/2026\r\n<HP>"),
	    true);
	(void)close(fd);
	run(&world);
	assert_int_equal(world.n_closed, 1);
	close_world(&world);
}

static void test_a_client_that_goes_ends_what_goes_on(void **state)
{
	static struct world world;
	int fd;

	(void)state;
	open_world(&world);
	(void)open_line(&world, &fd);
	send_all(&world, fd, STR("ping x\r"));
	check_next(&world, fd, STR(GREETING "<HP>ping x\r\n"), false);
	(void)close(fd);
	run(&world);
	assert_non_null(world.stub.pinging); /* it may only have no more to say */
	cli_live_found(world.stub.pinging, 0x0a000003); /* nobody can be told */
	run(&world);
	assert_null(world.stub.pinging);
	assert_int_equal(world.n_closed, 1);
	close_world(&world);
}

static void test_lines_for_a_client_that_does_not_read_are_bounded(void **state)
{
	static struct world world;
	struct telnet_line *line;
	auto_buf got = BUF_NULL;
	size_t n = 0;
	int fd;

	(void)state;
	open_world(&world);
	line = open_line(&world, &fd);
	send_all(&world, fd, STR("ping x\r"));
	cli_live_found(world.stub.pinging, 0x0a000003);
	while (line->vty.live.n_left_out == 0) {
		cli_live_late(world.stub.pinging);
		n++;
		run(&world);
	}
	assert_true(line->out.len + line->sending.len <
		    TELNET_OUT_MAX + 2 * CLI_LIVE_BYTES_MAX);
	assert_true(line->vty.live.text.len <= CLI_LIVE_BYTES_MAX);
	assert_false(read_all(&world, fd, &got));
	assert_true(str_ends(buf_str(&got), STR("\r\n % 1 lines were left out.\r\n")));
	send_all(&world, fd, STR("\x03"));
	(void)close(fd);
	run(&world);
	close_world(&world);
}

static void test_lines_that_watch_are_shown_what_is_said(void **state)
{
	static struct world world;
	int fds[2];

	(void)state;
	open_world(&world);
	for (size_t i = 0; i < 2; i++) {
		fds[i] = connect_client(&world);
		check_next(&world, fds[i], STR(GREETING "<HP>"), false);
	}
	assert_false(telnet_server_say(world.server, false, STR("%nobody\n")));
	send_all(&world, fds[1], STR("terminal monitor\r"));
	check_next(&world, fds[1],
	    STR("terminal monitor\r\n"
		"The current terminal is enabled to display logs.\r\n<HP>"),
	    false);
	assert_false(telnet_server_say(world.server, true, STR("*debug\n")));
	assert_true(telnet_server_say(world.server, false, STR("%log\n")));
	telnet_server_show(world.server);
	check_next(&world, fds[0], STR(""), false);
	check_next(&world, fds[1], STR("\r\n%log\r\n<HP>"), false);
	for (size_t i = 0; i < 2; i++)
		(void)close(fds[i]);
	run(&world);
	close_world(&world);
}

static void test_the_kernel_asks_whether_a_client_is_there(void **state)
{
	static struct world world;
	struct telnet_line *line;
	socklen_t len = sizeof(int);
	int fd, theirs, is_on = 0;

	(void)state;
	open_world(&world);
	line = open_line(&world, &fd);
	assert_int_equal(uv_fileno((const uv_handle_t *)&line->tcp, &theirs), 0);
	assert_int_equal(getsockopt(theirs, SOL_SOCKET, SO_KEEPALIVE, &is_on, &len), 0);
	assert_int_equal(is_on, 1);
	(void)close(fd);
	run(&world);
	close_world(&world);
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add(&cases, test_what_waits_for_a_client_that_does_not_read_is_bounded);
	cases_add(&cases, test_a_session_in_which_nothing_is_typed_ends);
	cases_add(&cases, test_who_does_not_log_in_is_sent_away);
	cases_add(&cases, test_a_client_that_does_not_go_is_not_waited_for);
	cases_add(&cases, test_a_boot_ends_the_lines);
	cases_add(&cases, test_what_goes_on_comes_line_by_line);
	cases_add(&cases, test_who_sends_no_more_sees_the_end_of_what_goes_on);
	cases_add(&cases, test_a_client_that_goes_ends_what_goes_on);
	cases_add(&cases, test_lines_for_a_client_that_does_not_read_are_bounded);
	cases_add(&cases, test_lines_that_watch_are_shown_what_is_said);
	cases_add(&cases, test_the_kernel_asks_whether_a_client_is_there);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
