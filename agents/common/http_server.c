#include "agents/common/http_server.h"

#include "agents/common/stream.h"
#include "lib/base/list.h"
#include "lib/base/log.h"

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
	CONN_READING_HEAD,
	CONN_READING_BODY,
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
	struct buf in;
	size_t head_len; /* of the present request, at the start of in */
	size_t body_at;  /* framed body bytes looked at, after the head */
	struct http_body framing;
	struct buf body; /* chunked: put together; else empty */
	bool wants_close;
	bool has_peer_ended;
	bool is_reading; /* read_on() is at work further up */
};

struct http_server {
	struct http_server_config config;
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
	buf_free(&conn->body);
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

static int parse_head(struct server_conn *conn, struct http_head *head)
{
	const struct http_limits limits = { 0 };
	struct error err = ERROR_NULL;
	int n = http_head_parse(head, true, conn->in.data, conn->in.len, &limits, &err);

	if (n < 0) {
		log_info("%s: not HTTP: %s", conn->public_.peer, err.text);
		refuse(conn, n == ERR_LIMIT ? 431 : 400);
	}
	return n;
}

static void begin_body(struct server_conn *conn, const struct http_head *head,
    size_t head_len)
{
	uint64_t max = conn->server->config.body_max;

	conn->head_len = head_len;
	conn->body_at = 0;
	conn->wants_close = head->wants_close;
	if (head->framing == HTTP_LENGTH && head->content_length > max) {
		refuse(conn, 413);
		return;
	}
	http_body_start(&conn->framing, head->framing, head->content_length, max);
	buf_reset(&conn->body);
	conn->state = CONN_READING_BODY;
	if (head->wants_continue && !conn->framing.is_done)
		(void)stream_write(conn->stream, STR("HTTP/1.1 100 Continue\r\n\r\n"));
}

static void give_request(struct server_conn *conn)
{
	struct http_server *server = conn->server;
	bool is_chunked = conn->framing.framing == HTTP_CHUNKED;
	struct str body = is_chunked
			      ? buf_str(&conn->body)
			      : str_make(conn->in.data + conn->head_len, conn->body_at);
	struct http_head head;
	struct error err = ERROR_NULL;

	/* The buffer may have moved since: the views are made anew. */
	if (http_head_parse(&head, true, conn->in.data, conn->in.len, NULL, &err) <=
	    0) {
		refuse(conn, 400);
		return;
	}
	conn->state = CONN_ANSWERING;
	server->handlers.request(server->handlers.user, &conn->public_, &head, body);
}

/* 1: the body is whole, 0: more is needed, -1: the connection is closing. */
static int read_body(struct server_conn *conn)
{
	while (!conn->framing.is_done) {
		struct error err = ERROR_NULL;
		size_t at = conn->head_len + conn->body_at;
		struct str payload;
		int n = http_body_feed(&conn->framing, conn->in.data + at,
		    conn->in.len - at, &payload, &err);

		if (n < 0) {
			refuse(conn, n == ERR_LIMIT ? 413 : 400);
			return -1;
		}
		if (n == 0)
			return 0;
		conn->body_at += (size_t)n;
		if (conn->framing.framing == HTTP_CHUNKED)
			buf_append_str(&conn->body, payload);
	}
	return 1;
}

/* One step: a head, a body, the owner's answer. False when more bytes are needed. */
static bool read_request(struct server_conn *conn)
{
	if (conn->state == CONN_READING_HEAD && conn->in.len > 0) {
		struct http_head head;
		int n = parse_head(conn, &head);

		if (n > 0)
			begin_body(conn, &head, (size_t)n);
	}
	if (conn->state != CONN_READING_BODY || read_body(conn) <= 0)
		return false;
	give_request(conn);
	return conn->state == CONN_READING_HEAD && conn->in.len > 0;
}

/* A loop, not a recursion: a peer may pipeline as many requests as the buffer holds. */
static void read_on(struct server_conn *conn)
{
	if (conn->is_reading)
		return;
	conn->is_reading = true;
	while (read_request(conn))
		;
	conn->is_reading = false;
	if (conn->has_peer_ended && conn->state != CONN_ANSWERING)
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
	buf_consume(&conn->in, conn->head_len + conn->body_at);
	/* Between requests, and between sessions, a connection holds no memory. */
	if (conn->in.len == 0)
		buf_free(&conn->in);
	buf_free(&conn->body);
	conn->state = CONN_READING_HEAD;
	if (conn->in.len > 0)
		read_on(conn);
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
	conn->in.max = conn->server->config.body_max + 2 * (size_t)HTTP_HEAD_BYTES_MAX;
	buf_append_str(&conn->in, bytes);
	if (conn->in.error)
		close_conn(conn);
	else if (conn->state != CONN_ANSWERING)
		read_on(conn);
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
		if (conn->state == CONN_READING_BODY ||
		    (conn->state == CONN_READING_HEAD && conn->in.len > 0))
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
