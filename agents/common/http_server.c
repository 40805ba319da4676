#include "agents/common/http_server_internal.h"

#include "agents/common/poll/poll_set.h"

#include "lib/program/log.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	CONNECTIONS_MAX = 16384,
	TLS_CONNECTIONS_MAX = 3072, /* a handshake that stops halfway holds 65 KB */
	DESCRIPTORS_KEPT =
	    128, /* for all else, and for what one turn of the loop accepts */
	BODY_MAX = 4 << 20,
	MEMORY_MAX = 64 << 20,
	IDLE_SECONDS = 60,
	HEAD_SECONDS = 30,
	BODY_SECONDS = 60,
	ACCEPTS_IN_A_ROW = 64,
	SWEEP_MS = 1000,
	STARVED_SECONDS = 60, /* later it is told once more */
};

static void on_handle_closed(uv_handle_t *handle);

/* While the server closes, the timer waits for the last connection, and then goes. */
static void free_server_if_done(struct http_server *server)
{
	if (!server->is_closing || server->n_conns > 0)
		return;
	if (server->n_handles == 0)
		free(server);
	else if (!uv_is_closing((uv_handle_t *)&server->sweep))
		uv_close((uv_handle_t *)&server->sweep, on_handle_closed);
}

static void on_listen(uv_poll_t *poll, int status, int events);

static void accept_again(struct http_server *server)
{
	if (!server->is_paused || server->is_closing)
		return;
	server->is_paused = server->is_starving = false;
	LIST_FOREACH (item, &server->listeners)
		(void)uv_poll_start(&list_entry(item, struct http_listener, link)->poll,
		    UV_READABLE, on_listen);
}

static void on_gone(struct http_server *server)
{
	accept_again(server);
	free_server_if_done(server);
}

static void on_yields(struct http_server *server)
{
	if (!server->is_starving)
		accept_again(server);
}

static void stop_accepting(struct http_server *server)
{
	server->is_paused = true;
	LIST_FOREACH (item, &server->listeners)
		(void)uv_poll_stop(&list_entry(item, struct http_listener, link)->poll);
}

static bool is_full(const struct http_server *server)
{
	return server->crowd.len >= server->config.connections_max;
}

/* False: nobody gives way. */
static bool make_room(struct http_server *server)
{
	struct crowd_member *victim = crowd_victim(&server->crowd);

	if (victim)
		server_conn_give_way(container_of(victim, struct server_conn, member));
	return victim;
}

/* The kernel looks for a descriptor first and for a connection then: without the former it
 * does not say whether there is one. */
static bool is_anyone_there(const struct http_listener *listener)
{
	struct pollfd at = { .fd = listener->fd, .events = POLLIN };

	return poll(&at, 1, 0) > 0;
}

/* The kernel refuses a descriptor. It would tell of the waiting connection again and again:
 * no more is taken until one has gone, or the next sweep. */
static void starve(struct http_server *server, int code)
{
	clock_ns now = server->config.now();

	if (server->starved == 0 || now - server->starved > STARVED_SECONDS * NS_PER_S)
		log_warn("no room for another connection (%s): those that wait longest "
			 "give way",
		    strerror(code));
	server->starved = now;
	(void)make_room(server);
	server->is_starving = true;
	stop_accepting(server);
}

static void on_listen(uv_poll_t *poll, int status, int events)
{
	struct http_listener *listener = poll->data;
	struct http_server *server = listener->server;

	(void)status;
	(void)events;
	for (int i = 0; i < ACCEPTS_IN_A_ROW; i++) {
		struct sockaddr_storage peer;
		socklen_t len = sizeof(peer);
		int fd;

		if (is_full(server) && !crowd_victim(&server->crowd)) {
			stop_accepting(server);
			return;
		}
		fd = accept4(listener->fd, (struct sockaddr *)&peer, &len,
		    SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0) {
			int code = errno;

			if (code != EAGAIN && code != ECONNABORTED && code != EINTR &&
			    is_anyone_there(listener))
				starve(server, code);
			return;
		}
		if (is_full(server))
			(void)make_room(server);
		if (!server_conn_take(listener, fd, &peer))
			return;
	}
}

void http_server_sweep(struct http_server *server)
{
	struct crowd_member *late;

	while ((late = crowd_late(&server->crowd, server->config.now()))) {
		struct server_conn *conn =
		    container_of(late, struct server_conn, member);

		/* 408: the request did not come in time (RFC 9110 15.5.9). */
		if (conn->state == CONN_SENDING)
			server_conn_give_way(conn);
		else
			server_conn_refuse(conn, 408,
			    "the request did not come in time");
	}
	if (server->n_unlogged > 0)
		log_info("%u connections more failed meanwhile", server->n_unlogged);
	server->n_logged = server->n_unlogged = 0;
	accept_again(server);
}

static void on_sweep(uv_timer_t *timer)
{
	http_server_sweep(timer->data);
}

size_t http_server_room(uint64_t descriptors)
{
	if (descriptors < 2 * DESCRIPTORS_KEPT)
		return (size_t)MAX(descriptors / 2, (uint64_t)1);
	return (size_t)MIN(descriptors - DESCRIPTORS_KEPT, (uint64_t)CONNECTIONS_MAX);
}

static size_t room_here(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return CONNECTIONS_MAX;
	return http_server_room(limit.rlim_cur);
}

static void set_config(struct http_server *server,
    const struct http_server_config *config)
{
	struct http_server_config *own = &server->config;

	*own = *config;
	if (!own->connections_max)
		own->connections_max =
		    config->tls ? TLS_CONNECTIONS_MAX : CONNECTIONS_MAX;
	own->connections_max = MIN(own->connections_max, room_here());
	if (!own->body_max)
		own->body_max = BODY_MAX;
	if (!own->memory_max)
		own->memory_max = MEMORY_MAX;
	if (!own->idle_timeout)
		own->idle_timeout = IDLE_SECONDS * NS_PER_S;
	if (!own->head_timeout)
		own->head_timeout = HEAD_SECONDS * NS_PER_S;
	if (!own->body_timeout)
		own->body_timeout = BODY_SECONDS * NS_PER_S;
	if (!own->now)
		own->now = clock_monotonic;
}

static void set_limits(struct http_server *server)
{
	const struct http_server_config *config = &server->config;
	const clock_ns limits[CROWD_PHASES] = {
		[CROWD_HEAD] = config->head_timeout,
		[CROWD_BODY] = config->body_timeout,
		[CROWD_ANSWER] = config->idle_timeout,
		[CROWD_UNREAD] = config->body_timeout,
		[CROWD_BETWEEN] = config->idle_timeout,
		[CROWD_LEAVING] = INT64_MAX, /* the stream has its own */
	};

	crowd_init(&server->crowd, limits);
	hoard_init(&server->hoard, config->memory_max);
	server_conn_set_reading(server);
}

static void on_listener_closed(uv_handle_t *handle)
{
	struct http_listener *listener = handle->data;
	struct http_server *server = listener->server;

	free(listener);
	server->n_handles--;
	free_server_if_done(server);
}

static void stop_listening(struct http_listener *listener)
{
	list_remove(&listener->link);
	uv_close((uv_handle_t *)&listener->poll, on_listener_closed);
	(void)close(listener->fd);
}

int http_server_listen(struct http_server *server, int fd, void *tag,
    struct http_listener **ret, struct error *err)
{
	struct http_listener *listener = calloc(1, sizeof(*listener));
	int one = 1, r;

	if (!listener) {
		(void)close(fd);
		return error_set(err, -ENOMEM, "no memory");
	}
	(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	/* For each connection that it takes: they have it from their listener. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	r = uv_poll_init(server->loop, &listener->poll, fd);
	if (r < 0) {
		(void)close(fd);
		free(listener);
		return error_set(err, r, "listener: %s", uv_strerror(r));
	}
	listener->server = server;
	listener->fd = fd;
	listener->tag = tag;
	listener->poll.data = listener;
	list_append(&server->listeners, &listener->link);
	server->n_handles++;
	if (!server->is_paused)
		(void)uv_poll_start(&listener->poll, UV_READABLE, on_listen);
	if (ret)
		*ret = listener;
	return 0;
}

void http_listener_close(struct http_listener *listener)
{
	struct http_server *server = listener->server;

	stop_listening(listener);
	LIST_FOREACH_SAFE (item, &server->conns) {
		struct server_conn *conn = list_entry(item, struct server_conn, link);

		if (conn->listener != listener)
			continue;
		server_conn_close(conn);
		conn->listener = NULL;
	}
}

int http_server_new(struct http_server **ret, uv_loop_t *loop, int fd,
    const struct http_server_config *config,
    const struct http_server_handlers *handlers, struct error *err)
{
	struct http_server *server = calloc(1, sizeof(*server));
	int r = 0;

	if (!server) {
		if (fd >= 0)
			(void)close(fd);
		return error_set(err, -ENOMEM, "no memory");
	}
	set_config(server, config);
	set_limits(server);
	server->gone = on_gone;
	server->yields = on_yields;
	server->handlers = *handlers;
	server->loop = loop;
	list_init(&server->conns);
	list_init(&server->listeners);
	if (fd >= 0)
		r = http_server_listen(server, fd, NULL, NULL, err);
	if (r < 0) {
		free(server);
		return r;
	}
	(void)uv_timer_init(loop, &server->sweep);
	server->sweep.data = server;
	server->n_handles++;
	(void)uv_timer_start(&server->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
	server->sockets = poll_set_hold(loop);
	*ret = server;
	return 0;
}

static void on_handle_closed(uv_handle_t *handle)
{
	struct http_server *server = handle->data;

	server->n_handles--;
	free_server_if_done(server);
}

/* Peers that send on and on are waited for while the server serves, not when it stops. */
static void on_patience_over(uv_timer_t *timer)
{
	struct http_server *server = timer->data;

	LIST_FOREACH_SAFE (item, &server->conns)
		server_conn_abort(list_entry(item, struct server_conn, link));
}

void http_server_close(struct http_server *server)
{
	if (server->is_closing)
		return;
	server->is_closing = true;
	poll_set_drop(server->sockets);
	LIST_FOREACH_SAFE (item, &server->listeners)
		stop_listening(list_entry(item, struct http_listener, link));
	LIST_FOREACH_SAFE (item, &server->conns)
		server_conn_close(list_entry(item, struct server_conn, link));
	(void)uv_timer_start(&server->sweep, on_patience_over, STREAM_LINGER_MS, 0);
	free_server_if_done(server);
}

size_t http_server_connections(const struct http_server *server)
{
	return server->n_conns;
}
