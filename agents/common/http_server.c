#include "agents/common/http_server.h"

#include "agents/common/stream.h"
#include "lib/base/list.h"
#include "lib/program/log.h"
#include "lib/proto/http_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>

enum {
	CONNECTIONS_MAX = 16384,
	BODY_MAX = 4 << 20,
	IDLE_SECONDS = 60,
	ACCEPTS_IN_A_ROW = 64,
	SWEEP_MS = 1000,
};

enum conn_state {
	CONN_READING,
	CONN_ANSWERING, /* the owner has the request */
	CONN_CLOSING,
};

struct server_conn {
	struct http_conn public_;
	struct list link; /* of the server, longest idle first */
	struct http_server *server;
	struct stream *stream;
	enum conn_state state;
	clock_ns active;
	struct http_reader reader;
	struct buf in; /* bytes behind the request that is being answered */
	bool wants_close;
	bool has_peer_ended;
	bool is_reading; /* read_requests() is at work further up */
};

struct http_server {
	struct http_server_config config;
	struct http_reader_config reading;
	struct http_server_handlers handlers;
	uv_loop_t *loop;
	uv_poll_t poll;
	uv_timer_t sweep;
	int fd;
	int n_handles;
	bool is_closing, is_paused;
	struct list conns;
	size_t n_conns;
};

static void on_listen(uv_poll_t *poll, int status, int events);

/* ---- connections ------------------------------------------------------------------- */

static void free_server_if_done(struct http_server *server)
{
	if (server->is_closing && server->n_handles == 0 && server->n_conns == 0)
		free(server);
}

static void on_stream_closed(void *user)
{
	struct server_conn *conn = user;
	struct http_server *server = conn->server;

	list_remove(&conn->link);
	server->n_conns--;
	if (server->is_paused && !server->is_closing) {
		server->is_paused = false;
		(void)uv_poll_start(&server->poll, UV_READABLE, on_listen);
	}
	buf_free(&conn->in);
	http_reader_reset(&conn->reader);
	free(conn);
	free_server_if_done(server);
}

static void close_conn(struct server_conn *conn)
{
	if (conn->state == CONN_CLOSING)
		return;
	conn->state = CONN_CLOSING;
	conn->server->handlers.closed(conn->server->handlers.user, &conn->public_);
	stream_close(conn->stream, on_stream_closed);
}

/* The longest idle connection stands first, so the sweep looks at few. */
static void touch(struct server_conn *conn)
{
	conn->active = clock_monotonic();
	list_remove(&conn->link);
	list_append(&conn->server->conns, &conn->link);
}

static void refuse(struct server_conn *conn, unsigned status)
{
	auto_buf out = BUF_NULL;

	http_write_status(&out, status);
	http_write_header_uint(&out, "Content-Length", 0);
	http_write_header(&out, "Connection", STR("close"));
	http_write_head_end(&out);
	(void)stream_write(conn->stream, buf_str(&out));
	close_conn(conn);
}

/* ---- requests ---------------------------------------------------------------------- */

static void refuse_request(struct server_conn *conn, int code, const struct error *err)
{
	if (conn->reader.state == HTTP_READER_BODY) {
		refuse(conn, code == ERR_LIMIT ? 413 : 400);
		return;
	}
	log_info("%s: not HTTP: %s", conn->public_.peer, err->text);
	refuse(conn, code == ERR_LIMIT ? 431 : 400);
}

static void begin_request(struct server_conn *conn, const struct http_head *head)
{
	conn->wants_close = head->wants_close;
	if (head->wants_continue && !conn->reader.framing.is_done)
		(void)stream_write(conn->stream, STR("HTTP/1.1 100 Continue\r\n\r\n"));
}

static void give_request(struct server_conn *conn, const struct http_message *message)
{
	const struct http_server_handlers *handlers = &conn->server->handlers;

	conn->state = CONN_ANSWERING;
	handlers->request(handlers->user, &conn->public_, message->head, message->body);
	http_reader_reset(&conn->reader);
}

/* Reads requests from *bytes until they are eaten or the owner has one and answers later. A
 * loop, not a recursion: a peer may pipeline as many as the buffer holds. */
static void read_requests(struct server_conn *conn, struct str *bytes)
{
	struct http_message message;
	struct error err = ERROR_NULL;

	while (conn->state == CONN_READING) {
		int step = http_reader_feed(&conn->reader, bytes, &message, &err);

		if (step < 0)
			refuse_request(conn, step, &err);
		else if (step == HTTP_READ_HEAD)
			begin_request(conn, message.head);
		else if (step == HTTP_READ_WHOLE)
			give_request(conn, &message);
		else
			return;
	}
}

/* The owner has answered. What came behind the request is read now, unless a call further
 * up is at it. */
static void read_held_back(struct server_conn *conn)
{
	struct str rest = buf_str(&conn->in);

	if (conn->is_reading)
		return;
	conn->is_reading = true;
	read_requests(conn, &rest);
	conn->is_reading = false;
	/* Between requests, and between sessions, a connection holds no memory. */
	if (rest.len == 0)
		buf_free(&conn->in);
	else
		buf_consume(&conn->in, conn->in.len - rest.len);
}

static void read_new(struct server_conn *conn, struct str bytes)
{
	if (conn->state == CONN_READING) {
		conn->is_reading = true;
		read_requests(conn, &bytes);
		conn->is_reading = false;
	}
	if (conn->state != CONN_ANSWERING || bytes.len == 0)
		return;
	conn->in.max = conn->server->config.body_max + 2 * (size_t)HTTP_HEAD_BYTES_MAX;
	buf_append_str(&conn->in, bytes);
	if (conn->in.error)
		close_conn(conn);
}

void http_conn_reply(struct http_conn *public_, struct str response, bool and_close)
{
	struct server_conn *conn = container_of(public_, struct server_conn, public_);

	if (conn->state != CONN_ANSWERING)
		return;
	touch(conn);
	if (stream_write(conn->stream, response) < 0 || conn->wants_close ||
	    and_close || conn->has_peer_ended) {
		close_conn(conn);
		return;
	}
	conn->state = CONN_READING;
	if (conn->in.len > 0)
		read_held_back(conn);
}

void http_conn_abort(struct http_conn *public_, struct str bytes)
{
	struct server_conn *conn = container_of(public_, struct server_conn, public_);

	if (bytes.len > 0)
		(void)stream_write(conn->stream, bytes);
	close_conn(conn);
}

/* ---- the stream's calls ------------------------------------------------------------ */

static void on_opened(void *user)
{
	(void)user;
}

static void on_received(void *user, struct str bytes)
{
	struct server_conn *conn = user;

	if (conn->state == CONN_CLOSING)
		return;
	touch(conn);
	read_new(conn, bytes);
}

static void on_ended(void *user)
{
	struct server_conn *conn = user;

	conn->has_peer_ended = true;
	if (conn->state != CONN_ANSWERING)
		close_conn(conn);
}

static void on_failed(void *user, enum stream_layer layer, const char *why)
{
	struct server_conn *conn = user;

	log_info("%s: %s: %s", conn->public_.peer, layer == STREAM_TLS ? "TLS" : "TCP",
	    why);
	close_conn(conn);
}

static const struct stream_handlers stream_handlers = { on_opened, on_received,
	on_ended, on_failed };

/* ---- the server -------------------------------------------------------------------- */

static bool accept_one(struct http_server *server)
{
	struct error err = ERROR_NULL;
	struct server_conn *conn;
	int fd = accept4(server->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE)
			log_warn("no descriptor left for a connection");
		return false;
	}
	conn = calloc(1, sizeof(*conn));
	if (!conn) {
		(void)close(fd);
		return false;
	}
	conn->server = server;
	conn->public_.is_tls = server->config.tls;
	conn->active = clock_monotonic();
	http_reader_init(&conn->reader, &server->reading);
	if (stream_accept(&conn->stream, server->loop, fd, server->config.tls,
		&stream_handlers, conn, &err) < 0) {
		log_warn("accept: %s", err.text);
		free(conn);
		return false;
	}
	stream_peer(conn->stream, conn->public_.peer);
	list_append(&server->conns, &conn->link);
	server->n_conns++;
	return true;
}

static void on_listen(uv_poll_t *poll, int status, int events)
{
	struct http_server *server = poll->data;

	(void)status;
	(void)events;
	for (int i = 0; i < ACCEPTS_IN_A_ROW; i++) {
		if (server->n_conns >= server->config.connections_max) {
			server->is_paused = true;
			(void)uv_poll_stop(&server->poll);
			return;
		}
		if (!accept_one(server))
			return;
	}
}

static void on_sweep(uv_timer_t *timer)
{
	struct http_server *server = timer->data;
	clock_ns limit = clock_monotonic() - server->config.idle_timeout;

	LIST_FOREACH_SAFE (item, &server->conns) {
		struct server_conn *conn = list_entry(item, struct server_conn, link);

		if (conn->active > limit)
			return;
		/* 408 says that the request did not come in time (RFC 9110 15.5.9). */
		if (!http_reader_is_idle(&conn->reader))
			refuse(conn, 408);
		else
			close_conn(conn);
	}
}

int http_server_new(struct http_server **ret, uv_loop_t *loop, int fd,
    const struct http_server_config *config,
    const struct http_server_handlers *handlers, struct error *err)
{
	struct http_server *server = calloc(1, sizeof(*server));
	int r;

	if (!server) {
		(void)close(fd);
		return error_set(err, -ENOMEM, "no memory");
	}
	server->config = *config;
	if (!config->connections_max)
		server->config.connections_max = CONNECTIONS_MAX;
	if (!config->body_max)
		server->config.body_max = BODY_MAX;
	if (!config->idle_timeout)
		server->config.idle_timeout = IDLE_SECONDS * NS_PER_S;
	server->reading = (struct http_reader_config){ .is_request = true,
		.limits.body_bytes = server->config.body_max };
	server->handlers = *handlers;
	server->loop = loop;
	server->fd = fd;
	list_init(&server->conns);
	(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	r = uv_poll_init(loop, &server->poll, fd);
	if (r < 0) {
		(void)close(fd);
		free(server);
		return error_set(err, r, "listener: %s", uv_strerror(r));
	}
	(void)uv_timer_init(loop, &server->sweep);
	server->poll.data = server->sweep.data = server;
	server->n_handles = 2;
	(void)uv_poll_start(&server->poll, UV_READABLE, on_listen);
	(void)uv_timer_start(&server->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
	*ret = server;
	return 0;
}

static void on_handle_closed(uv_handle_t *handle)
{
	struct http_server *server = handle->data;

	server->n_handles--;
	free_server_if_done(server);
}

void http_server_close(struct http_server *server)
{
	if (server->is_closing)
		return;
	server->is_closing = true;
	uv_close((uv_handle_t *)&server->poll, on_handle_closed);
	uv_close((uv_handle_t *)&server->sweep, on_handle_closed);
	(void)close(server->fd);
	LIST_FOREACH_SAFE (item, &server->conns)
		close_conn(list_entry(item, struct server_conn, link));
}

size_t http_server_connections(const struct http_server *server)
{
	return server->n_conns;
}
