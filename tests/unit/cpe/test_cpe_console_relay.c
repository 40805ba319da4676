/* agents/cpe/console/console_relay.c: a session of a console at a Telnet server elsewhere, which is a socket
 * of 127.0.0.1. */
#include "tests/unit/cpe/console_world.h"

#include "agents/cpe/console/console_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#define IAC "\xff"

static uv_loop_t loop;
static struct cli_live live;
static int listener, server; /* -1: not there */

static void run(void)
{
	for (unsigned i = 0; i < 50; i++)
		(void)uv_run(&loop, UV_RUN_NOWAIT);
}

static void listen_here(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);

	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(listener, (const struct sockaddr *)&at, len), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &len), 0);
	live.dial.port = ntohs(at.sin_port);
	(void)snprintf(live.dial.host, sizeof(live.dial.host), "127.0.0.1");
}

static void open_relay(bool is_reached)
{
	struct error err = ERROR_NULL;

	begin(0);
	assert_int_equal(uv_loop_init(&loop), 0);
	world->fleet.loop = &loop;
	live = (struct cli_live){ .error_mark = " % " };
	listen_here();
	server = -1;
	if (!is_reached)
		(void)close(listener);
	assert_int_equal(console_dial(&world->consoles.items[0], &live, &err), 0);
	run();
	if (!is_reached)
		return;
	server = accept(listener, NULL, NULL);
	assert_true(server >= 0);
	assert_int_equal(fcntl(server, F_SETFL, O_NONBLOCK), 0);
	(void)close(listener);
	run();
}

static void close_relay(void)
{
	cli_live_free(&live);
	if (server >= 0)
		(void)close(server);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
	end();
}

static void check_shown(const char *wanted)
{
	auto_buf text = BUF_NULL;

	cli_live_take(&live, &text);
	assert_string_equal(buf_cstr(&text), wanted);
}

static void check_sent(struct str wanted)
{
	char bytes[512];
	ssize_t n;

	run();
	n = recv(server, bytes, sizeof(bytes), 0);
	assert_int_equal(n, wanted.len);
	assert_memory_equal(bytes, wanted.p, wanted.len);
}

#define OPENED                                                                 \
	"Trying 127.0.0.1 ...\nPress CTRL+K to abort\nConnected to 127.0.0.1 " \
	"...\n"

static void test_text_and_keys_go_there_and_back(void **state)
{
	(void)state;
	open_relay(true);
	check_shown(OPENED);
	assert_int_equal(send(server, IAC "\xfb\x01\r\n<sw2>\x1b[2J\xc3\xa4", 16, 0),
	    16);
	run();
	check_shown("\n<sw2>[2J");
	check_sent(STR(IAC "\xfd\x01"));
	assert_true(live.key(live.work, 'a'));
	assert_true(live.key(live.work, '\r'));
	check_sent(STR("a\r\0"));
	assert_true(cli_live_takes_keys(&live));
	(void)close(server);
	server = -1;
	run();
	check_shown("\nThe connection was closed by the remote host!\n");
	assert_false(cli_live_goes_on(&live) || live.is_refused);
	close_relay();
}

/* The session of a program that was killed, and a server that says nothing. */
static void test_what_nobody_asks_for_ends(void **state)
{
	struct console_session *session = calloc(1, sizeof(*session));
	struct error err = ERROR_NULL;
	struct console *console;
	char byte;

	(void)state;
	assert_non_null(session);
	begin(0);
	assert_int_equal(uv_loop_init(&loop), 0);
	world->fleet.loop = &loop;
	console = &world->consoles.items[0];
	console->sessions[3] = session;
	session->used_at = 5 * NS_PER_S;
	assert_false(console_end_unwatched(&world->consoles, 100 * NS_PER_S));
	listen_here();
	session->live.dial = live.dial;
	assert_int_equal(console_dial(console, &session->live, &err), 0);
	run();
	server = accept(listener, NULL, NULL);
	assert_true(server >= 0);
	(void)close(listener);
	run();
	assert_true(console_end_unwatched(&world->consoles, 15 * NS_PER_S));
	assert_true(cli_live_takes_keys(&session->live));
	assert_false(console_end_unwatched(&world->consoles, 15 * NS_PER_S + 1));
	run();
	assert_int_equal(recv(server, &byte, 1, 0), 0);
	close_relay();
}

/* ---- what nobody watches, while somebody watches something else ---------------------- */

static int page(void *user, struct answer *answer, struct error *err)
{
	(void)user;
	return consoles_page(&world->consoles, answer, err);
}

static void end_page(void *user, struct answer *answer)
{
	(void)user;
	consoles_end(answer);
}

static const struct command command_rows[] = {
	{ "console", "", console_rows, sizeof(struct console_arguments), page,
	    end_page },
	{ .name = NULL },
};

static void stop_work(void *work)
{
	*(bool *)work = true;
}

/* What goes on in it sets *is_ended when it is ended. */
static struct console_session *add_session(uint32_t number, bool *is_ended)
{
	struct console *console = &world->consoles.items[0];
	struct console_session *session = calloc(1, sizeof(*session));

	assert_non_null(session);
	*session = (struct console_session){ .number = number,
		.console = console,
		.consoles = &world->consoles,
		.live = { .work = is_ended, .stop = stop_work } };
	cli_session_init(&session->cli, &console->device);
	console->sessions[number] = session;
	return session;
}

/* As who watches a session asks, over and over. */
static void watch(struct console_session *session)
{
	struct line_writer out = { .sent = 0 };
	struct commands commands;
	char line[128];

	commands_init(&commands, command_rows, NULL, &out);
	(void)snprintf(line, sizeof(line),
	    "{\"id\":1,\"cmd\":\"console\",\"cpe\":\"%s\",\"session\":%u,"
	    "\"do\":\"wait\"}",
	    world->cpe.name, session->number);
	cli_live_say(&session->live, STR("one more line\n"));
	commands_take(&commands, str_of(line));
	run();
	assert_true(list_empty(&commands.answers));
	assert_non_null(strstr(buf_cstr(&out.out), "\"goes_on\":true"));
	commands_close(&commands);
	line_writer_free(&out);
}

static void let_time_pass(void)
{
	uint64_t then = uv_now(&loop);

	while (uv_now(&loop) - then < 2)
		uv_update_time(&loop);
}

/* It looks in a millisecond instead of a second. */
static void hasten(uv_timer_t *timer)
{
	uv_timer_set_repeat(timer, 1);
	assert_int_equal(uv_timer_again(timer), 0);
	let_time_pass();
	(void)uv_run(&loop, UV_RUN_NOWAIT);
}

enum {
	HOUR_MS = 3600 * 1000
};

static void test_who_is_watched_keeps_nobody_else_alive(void **state)
{
	bool is_left_ended = false, is_watched_ended = false;
	struct console_session *watched;
	uv_timer_t *timer;

	(void)state;
	begin(0);
	assert_int_equal(uv_loop_init(&loop), 0);
	consoles_start(&world->consoles, &loop);
	timer = &world->consoles.unwatched;
	(void)add_session(1, &is_left_ended);
	watched = add_session(2, &is_watched_ended);

	watch(watched);
	assert_true(uv_is_active((uv_handle_t *)timer));
	/* Begun anew by the next answer, it would be due in a second again. */
	uv_timer_set_repeat(timer, HOUR_MS);
	assert_int_equal(uv_timer_again(timer), 0);
	watch(watched);
	assert_true(uv_timer_get_due_in(timer) > HOUR_MS / 2);
	hasten(timer);
	assert_true(is_left_ended && !is_watched_ended);
	watched->used_at = 0;
	hasten(timer);
	assert_true(is_watched_ended && !uv_is_active((uv_handle_t *)timer));

	consoles_close(&world->consoles);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
	end();
}

static void test_who_does_not_answer_is_told(void **state)
{
	(void)state;
	open_relay(false);
	run();
	check_shown("Trying 127.0.0.1 ...\nPress CTRL+K to abort\n"
		    " % Can't connect to the remote host!\n");
	assert_true(live.is_refused && !cli_live_goes_on(&live));
	close_relay();
}

/* A session that does not take the text, and a server that does not read. */
static void test_what_waits_on_either_side_is_bounded(void **state)
{
	static char bytes[1 << 16];
	size_t n_sent = 0, n_got = 0;
	unsigned n_keys = 0;
	int size = 4096;

	(void)state;
	open_relay(true);
	check_shown(OPENED);
	memset(bytes, 'x', sizeof(bytes));
	for (unsigned n_full = 0; n_full < 3;) {
		ssize_t n = send(server, bytes, sizeof(bytes), MSG_NOSIGNAL);

		n_sent += n > 0 ? (size_t)n : 0;
		n_full += n < 0;
		run();
		assert_true(live.text.len < CLI_LIVE_PASS_MAX + 4096);
	}
	while (n_got < n_sent) { /* all of it comes once it is taken */
		auto_buf text = BUF_NULL;

		cli_live_take(&live, &text);
		n_got += text.len;
		run();
	}
	assert_int_equal(n_got, n_sent);
	(void)setsockopt(server, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	while (live.key(live.work, 'k')) {
		assert_true(n_keys++ < 1 << 26);
		if (n_keys % 4096 == 0)
			(void)uv_run(&loop, UV_RUN_NOWAIT);
	}
	close_relay();
}

/* Each of its questions would have an answer, which it does not fetch either. */
static void test_a_server_that_only_asks_is_not_read_for_ever(void **state)
{
	static char asks[3 * 16384];
	size_t n_sent = 0, n_got = 0;

	(void)state;
	open_relay(true);
	check_shown(OPENED);
	for (size_t i = 0; i < sizeof(asks); i++)
		asks[i] = (IAC "\xfd\x42")[i % 3]; /* DO what nobody knows */
	for (unsigned n_full = 0; n_full < 3;) {
		size_t at = n_sent % 3;
		ssize_t n = send(server, asks + at, sizeof(asks) - at, MSG_NOSIGNAL);

		n_sent += n > 0 ? (size_t)n : 0;
		n_full = n < 0 ? n_full + 1 : 0;
		assert_true(n_sent < 64 << 20);
		run();
	}
	while (n_got < n_sent - n_sent % 3) { /* it goes on once they are fetched */
		ssize_t n = recv(server, asks, sizeof(asks), 0);

		n_got += n > 0 ? (size_t)n : 0;
		assert_true(n > 0 || (n < 0 && errno == EAGAIN));
		run();
	}
	assert_int_equal(n_got, n_sent - n_sent % 3);
	close_relay();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_and_keys_go_there_and_back),
		cmocka_unit_test(test_what_nobody_asks_for_ends),
		cmocka_unit_test(test_who_is_watched_keeps_nobody_else_alive),
		cmocka_unit_test(test_who_does_not_answer_is_told),
		cmocka_unit_test(test_what_waits_on_either_side_is_bounded),
		cmocka_unit_test(test_a_server_that_only_asks_is_not_read_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
