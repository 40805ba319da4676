/* One end of a connection on loopback that plays a script within the loop of the test: it
 * waits for words, answers with bytes, and ends or breaks off. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/list.h"
#include "tests/support/patience.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

enum peer_end {
	PEER_GOES_ON,
	PEER_ENDS,   /* FIN */
	PEER_RESETS, /* RST */
};

struct peer_act {
	const char
	    *after; /* acts once this has come since the last act; null: at once */
	const char *bytes; /* or null */
	enum peer_end end;
};

struct peer {
	struct sockaddr_in at;
	uv_poll_t listener, conn;
	int listen_fd, fd; /* fd: -1 before the connection and after its end */
	const struct peer_act *acts; /* the rest, ended by one that does nothing */
	struct buf got;              /* since the last act */
	size_t n_got;                /* bytes, all in all */
	bool has_seen_end;           /* FIN of the other end */
};

/* A listening socket on loopback, which *ret_at names. */
static inline int listen_on_loopback(struct sockaddr_in *ret_at, int backlog)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	if (backlog >= 0)
		assert_int_equal(listen(fd, backlog), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	*ret_at = at;
	return fd;
}

static inline void peer_gone(struct peer *peer)
{
	uv_close((uv_handle_t *)&peer->conn, NULL);
	(void)close(peer->fd);
	peer->fd = -1;
}

static inline void peer_end(struct peer *peer, enum peer_end end)
{
	const struct linger hard = { 1, 0 };

	if (end == PEER_ENDS) {
		(void)shutdown(peer->fd, SHUT_WR);
	} else if (end == PEER_RESETS) {
		assert_int_equal(setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &hard,
				     sizeof(hard)),
		    0);
		peer_gone(peer);
	}
}

static inline void peer_act(struct peer *peer)
{
	const struct peer_act *act = peer->acts;

	while (
	    peer->fd >= 0 && (act->bytes || act->end || act->after) &&
	    (!act->after || str_find(buf_str(&peer->got), str_of(act->after), NULL))) {
		buf_reset(&peer->got);
		peer->acts++;
		if (act->bytes)
			assert_int_equal(send(peer->fd, act->bytes, strlen(act->bytes),
					     MSG_NOSIGNAL),
			    strlen(act->bytes));
		peer_end(peer, act->end);
		act = peer->acts;
	}
}

static inline void peer_on_bytes(uv_poll_t *poll, int status, int events)
{
	struct peer *peer = poll->data;
	char bytes[4096];
	ssize_t n = recv(peer->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	(void)status;
	(void)events;
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		peer->has_seen_end = n == 0;
		peer_gone(peer);
		return;
	}
	peer->n_got += (size_t)n;
	buf_append(&peer->got, bytes, (size_t)n);
	peer_act(peer);
}

static inline void peer_on_listen(uv_poll_t *poll, int status, int events)
{
	struct peer *peer = poll->data;

	(void)status;
	(void)events;
	peer->fd = accept4(peer->listen_fd, NULL, NULL, SOCK_CLOEXEC);
	assert_true(peer->fd >= 0);
	uv_close((uv_handle_t *)poll, NULL);
	assert_int_equal(uv_poll_init(poll->loop, &peer->conn, peer->fd), 0);
	peer->conn.data = peer;
	assert_int_equal(uv_poll_start(&peer->conn, UV_READABLE, peer_on_bytes), 0);
	peer_act(peer);
}

static inline void peer_open(struct peer *peer, uv_loop_t *loop,
    const struct peer_act *acts)
{
	*peer = (struct peer){ .fd = -1, .acts = acts };
	peer->listen_fd = listen_on_loopback(&peer->at, 1);
	assert_int_equal(uv_poll_init(loop, &peer->listener, peer->listen_fd), 0);
	peer->listener.data = peer;
	assert_int_equal(uv_poll_start(&peer->listener, UV_READABLE, peer_on_listen),
	    0);
}

/* After the loop. */
static inline void peer_free(struct peer *peer)
{
	(void)close(peer->listen_fd);
	buf_free(&peer->got);
}

static inline void on_hang(uv_timer_t *timer)
{
	uv_stop(timer->loop);
	*(bool *)timer->data = true;
}

/* Runs the loop until nothing is left to do; false when that does not come. */
static inline bool run_to_the_end(uv_loop_t *loop)
{
	bool hangs = false;
	uv_timer_t watchdog = { .data = &hangs };

	(void)uv_timer_init(loop, &watchdog);
	(void)uv_timer_start(&watchdog, on_hang, (uint64_t)patience_ms(), 0);
	uv_unref((uv_handle_t *)&watchdog);
	(void)uv_run(loop, UV_RUN_DEFAULT);
	uv_close((uv_handle_t *)&watchdog, NULL);
	(void)uv_run(loop, UV_RUN_NOWAIT);
	return !hangs;
}
