/* agents/cpe/console/telnet_server.c, telnet_line.c: clients at the other end of a pair of sockets. */
#include "tests/unit/cases.h"
#include "tests/unit/console/cli_stub.h"

#include "agents/cpe/console/telnet_server.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define IAC      "\xff"
#define GREETING IAC "\xfb\x01" IAC "\xfb\x03" IAC "\xfd\x1f\r\n"
#define FULL     "All user interfaces are used, please try later!\r\n"

enum {
	CROWD = 100,
	IDLE_MS = 5000
};

struct world {
	struct cli_stub stub;
	uv_loop_t loop;
	struct telnet_server *server;
	struct telnet_terms terms;
	clock_ns booted;
	struct buf log;
	size_t n_closed; /* lines that the test has made itself */
};

static clock_ns booted(void *user)
{
	const struct world *world = user;

	return world->booted;
}

static void typed(void *user, unsigned number, const char *peer, struct str text)
{
	struct world *world = user;

	buf_printf(&world->log, "%u %s %.*s\n", number, peer, (int)text.len, text.p);
}

static void open_world(struct world *world)
{
	memset(world, 0, sizeof(*world));
	cli_stub_open(&world->stub, "comware7");
	assert_int_equal(uv_loop_init(&world->loop), 0);
	world->terms = (struct telnet_terms){
		.device = &world->stub.device,
		.name = "sw1",
		.idle = IDLE_MS * NS_PER_MS,
		.booted = booted,
		.typed = typed,
		.user = world,
	};
	assert_int_equal(telnet_server_open(&world->server, &world->loop,
			     &world->terms),
	    0);
}

/* What there is to do, as far as the client's side lets it. */
static void run(struct world *world)
{
	for (unsigned i = 0; i < 50; i++)
		(void)uv_run(&world->loop, UV_RUN_NOWAIT);
}

static void close_world(struct world *world)
{
	telnet_server_close(world->server);
	(void)uv_run(&world->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&world->loop), 0);
	cli_stub_close(&world->stub);
	buf_free(&world->log);
}

/* A pair, of which *ret_server is the server's. */
static int make_pair(int *ret_server)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			     0, fds),
	    0);
	*ret_server = fds[1];
	return fds[0];
}

static int connect_client(struct world *world)
{
	int theirs, fd = make_pair(&theirs);

	assert_int_equal(telnet_server_adopt(world->server, theirs), 0);
	run(world);
	return fd;
}

static void send_all(struct world *world, int fd, struct str bytes)
{
	while (bytes.len > 0) {
		ssize_t n = send(fd, bytes.p, bytes.len, MSG_NOSIGNAL);

		assert_true(n > 0 || errno == EAGAIN);
		bytes = str_from(bytes, n > 0 ? (size_t)n : 0);
		run(world);
	}
}

/* What there is to read, appended to ret; whether the end has come. */
static bool read_all(struct world *world, int fd, struct buf *ret)
{
	for (;;) {
		char bytes[4096];
		ssize_t n;

		run(world);
		n = recv(fd, bytes, sizeof(bytes), 0);
		if (n <= 0)
			return n == 0 || errno != EAGAIN;
		buf_append(ret, bytes, (size_t)n);
	}
}

static void check_next(struct world *world, int fd, struct str want, bool is_end)
{
	auto_buf got = BUF_NULL;

	assert_int_equal(read_all(world, fd, &got), is_end);
	if (!str_eq(buf_str(&got), want))
		fail_msg("%s", buf_cstr(&got));
}

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

/* ---- a line by itself --------------------------------------------------------------------- */

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
	cases_add(&cases, test_what_waits_for_a_client_that_does_not_read_is_bounded);
	cases_add(&cases, test_a_session_in_which_nothing_is_typed_ends);
	cases_add(&cases, test_who_does_not_log_in_is_sent_away);
	cases_add(&cases, test_a_client_that_does_not_go_is_not_waited_for);
	cases_add(&cases, test_a_boot_ends_the_lines);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
