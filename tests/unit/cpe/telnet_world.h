/* A console with a Telnet server of its own, and clients at the other end of pairs of sockets. */
#pragma once

#include "tests/unit/cases.h"
#include "tests/unit/console/cli_stub.h"

#include "agents/cpe/console/telnet_server.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#define IAC      "\xff"
#define GREETING IAC "\xfb\x01" IAC "\xfb\x03" IAC "\xfd\x1f\r\n"
#define FULL     "All user interfaces are used, please try later!\r\n"

enum {
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

static inline clock_ns booted(void *user)
{
	const struct world *world = user;

	return world->booted;
}

static inline void typed(void *user, unsigned number, const char *peer, struct str text)
{
	struct world *world = user;

	buf_printf(&world->log, "%u %s %.*s\n", number, peer, (int)text.len, text.p);
}

static inline void open_world(struct world *world)
{
	(void)signal(SIGPIPE, SIG_IGN); /* as agents do */
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
static inline void run(struct world *world)
{
	for (unsigned i = 0; i < 50; i++)
		(void)uv_run(&world->loop, UV_RUN_NOWAIT);
}

static inline void close_world(struct world *world)
{
	telnet_server_close(world->server);
	(void)uv_run(&world->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&world->loop), 0);
	cli_stub_close(&world->stub);
	buf_free(&world->log);
}

/* A pair, of which *ret_server is the server's. */
static inline int make_pair(int *ret_server)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			     0, fds),
	    0);
	*ret_server = fds[1];
	return fds[0];
}

static inline int connect_client(struct world *world)
{
	int theirs, fd = make_pair(&theirs);

	assert_int_equal(telnet_server_adopt(world->server, theirs), 0);
	run(world);
	return fd;
}

static inline void send_all(struct world *world, int fd, struct str bytes)
{
	while (bytes.len > 0) {
		ssize_t n = send(fd, bytes.p, bytes.len, MSG_NOSIGNAL);

		assert_true(n > 0 || errno == EAGAIN);
		bytes = str_from(bytes, n > 0 ? (size_t)n : 0);
		run(world);
	}
}

/* What there is to read, appended to ret; whether the end has come. */
static inline bool read_all(struct world *world, int fd, struct buf *ret)
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

static inline void check_next(struct world *world, int fd, struct str want, bool is_end)
{
	auto_buf got = BUF_NULL;

	assert_int_equal(read_all(world, fd, &got), is_end);
	if (!str_eq(buf_str(&got), want))
		fail_msg("%s", buf_cstr(&got));
}
