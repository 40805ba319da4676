#include "agents/common/http_server.h"

#include "agents/common/crowd.h"
#include "agents/common/hoard.h"
#include "agents/common/stream.h"
#include "lib/base/list.h"
#include "lib/program/log.h"
#include "lib/proto/http_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>

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
	LOGGED_A_SWEEP = 20,
	STARVED_SECONDS = 60,   /* later it is told once more */
	PIECE_BYTES = 64 << 10, /* of a file, at once */
	/* A body that the owner takes, and a file that a peer reads, may take long while they
	 * go on: each of so many bytes has the time of a whole one. */
	PROGRESS_BYTES = 16 << 10,
};

enum conn_state {
	CONN_READING,
	CONN_JUDGING,   /* the owner looks at the head */
	CONN_ANSWERING, /* the owner has the request */
	CONN_SENDING,   /* the peer does not read the answer as fast as it came */
	CONN_CLOSING,
};

struct server_conn {
	struct http_conn public_;
	struct list link; /* of the server */
	struct http_server *server;
	struct http_listener
	    *listener; /* null: it is gone, as the connection will be */
	struct stream *stream;
	enum conn_state state;
	struct crowd_member member;
	struct hoarder hoarder;
	struct http_reader reader;
	struct buf in;    /* bytes behind the request that is being answered */
	bool is_answered; /* by its head: what comes of the body is dropped */
	bool wants_close;
	bool has_peer_ended;
	bool is_reading; /* read_requests() is at work further up */
	int file;        /* what of it is still to be sent; -1: none */
	uint64_t file_at, file_left;
	size_t progress; /* bytes of a body that were taken since its time began */
};

struct http_listener {
	struct list link; /* of the server; in no list once it closes */
	struct http_server *server;
	uv_poll_t poll;
	int fd;
	void *tag;
};

struct http_server {
	struct http_server_config config;
	struct http_reader_config reading;
	struct http_server_handlers handlers;
	uv_loop_t *loop;
	struct list listeners;
	uv_timer_t sweep;
	int n_handles;
	bool is_closing, is_paused;
	bool is_starving; /* paused for want of a descriptor */
	struct list conns;
	size_t n_conns; /* with those that the loop still has to let go of */
	struct crowd crowd;
	struct hoard hoard;
	unsigned n_logged, n_unlogged; /* since the last sweep */
	clock_ns starved;              /* when no descriptor was left; 0: never */
};

static void on_listen(uv_poll_t *poll, int status, int events);

/* ---- connections ------------------------------------------------------------------- */

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

static void accept_again(struct http_server *server)
{
	if (!server->is_paused || server->is_closing)
		return;
	server->is_paused = server->is_starving = false;
	LIST_FOREACH (item, &server->listeners)
		(void)uv_poll_start(&list_entry(item, struct http_listener, link)->poll,
		    UV_READABLE, on_listen);
}

static void on_stream_closed(void *user)
{
	struct server_conn *conn = user;
	struct http_server *server = conn->server;

	crowd_leave(&server->crowd, &conn->member);
	hoard_note(&server->hoard, &conn->hoarder, 0);
	list_remove(&conn->link);
	server->n_conns--;
	accept_again(server);
	buf_free(&conn->in);
	http_reader_reset(&conn->reader);
	free(conn);
	free_server_if_done(server);
}

static void enter_phase(struct server_conn *conn, enum crowd_phase phase)
{
	crowd_enter(&conn->server->crowd, &conn->member, phase,
	    conn->server->config.now());
}

/* What was read goes at once, unless a call further up is at it. */
static void drop_read(struct server_conn *conn)
{
	if (conn->is_reading)
		return;
	http_reader_reset(&conn->reader);
	buf_free(&conn->in);
}

static void drop_file(struct server_conn *conn)
{
	if (conn->file >= 0)
		(void)close(conn->file);
	conn->file = -1;
	conn->file_left = 0;
}

static void close_conn(struct server_conn *conn)
{
	if (conn->state == CONN_CLOSING)
		return;
	conn->state = CONN_CLOSING;
	drop_file(conn);
	enter_phase(conn, CROWD_LEAVING);
	drop_read(conn);
	conn->server->handlers.closed(conn->server->handlers.user, &conn->public_);
	stream_close(conn->stream, on_stream_closed);
}

static void write_refusal(struct server_conn *conn, unsigned status)
{
	auto_buf out = BUF_NULL;

	http_write_status(&out, status);
	http_write_header_uint(&out, "Content-Length", 0);
	http_write_header(&out, "Connection", STR("close"));
	http_write_head_end(&out);
	(void)stream_write(conn->stream, buf_str(&out));
}

static void tell_refusal(struct server_conn *conn, unsigned status, const char *why)
{
	const struct http_server_handlers *handlers = &conn->server->handlers;

	if (handlers->refused)
		handlers->refused(handlers->user, &conn->public_, status, why);
}

static void refuse(struct server_conn *conn, unsigned status, const char *why)
{
	tell_refusal(conn, status, why);
	write_refusal(conn, status);
	close_conn(conn);
}

/* Whether the peer waits for an answer to something: one to nothing, or a second one, would
 * be taken for that of the next request. */
static bool is_owed_answer(const struct server_conn *conn)
{
	return conn->state == CONN_READING && !conn->is_answered &&
	       !http_reader_is_idle(&conn->reader);
}

/* Its descriptor is wanted: nobody waits for the peer. */
static void give_way(struct server_conn *conn)
{
	struct http_server *server = conn->server;

	crowd_leave(&server->crowd, &conn->member);
	hoard_note(&server->hoard, &conn->hoarder, 0);
	if (conn->state != CONN_CLOSING) {
		if (is_owed_answer(conn))
			write_refusal(conn, 503);
		conn->state = CONN_CLOSING;
		drop_file(conn);
		drop_read(conn);
		server->handlers.closed(server->handlers.user, &conn->public_);
	}
	stream_abort(conn->stream, on_stream_closed);
}

static void refuse_late(struct server_conn *conn, unsigned status, const char *why)
{
	if (is_owed_answer(conn))
		refuse(conn, status, why);
	else
		close_conn(conn);
}

/* ---- memory ------------------------------------------------------------------------ */

static size_t bytes_held(const struct server_conn *conn)
{
	return http_reader_bytes(&conn->reader) + conn->in.cap +
	       stream_queued(conn->stream);
}

/* The last act of a turn: it may be conn that has to go. */
static void weigh(struct server_conn *conn)
{
	struct http_server *server = conn->server;
	struct hoarder *largest;

	hoard_note(&server->hoard, &conn->hoarder, bytes_held(conn));
	while ((largest = hoard_excess(&server->hoard))) {
		conn = container_of(largest, struct server_conn, hoarder);
		/* What an answer holds that nobody reads, only the end of its stream frees. */
		if (stream_queued(conn->stream) > conn->hoarder.bytes / 2) {
			give_way(conn);
			continue;
		}
		refuse_late(conn, 503, "requests under way take too much memory");
		hoard_note(&server->hoard, &conn->hoarder, bytes_held(conn));
	}
}

/* ---- requests ---------------------------------------------------------------------- */

/* A crowd that is refused shall not fill the disk. */
static bool may_log(struct http_server *server)
{
	if (server->n_logged < LOGGED_A_SWEEP) {
		server->n_logged++;
		return true;
	}
	server->n_unlogged++;
	return false;
}

static void refuse_request(struct server_conn *conn, int code, const struct error *err)
{
	bool is_in_body = conn->reader.state == HTTP_READER_BODY;

	if (conn->is_answered) {
		close_conn(conn);
		return;
	}
	if (!is_in_body && may_log(conn->server))
		log_info("%s: not HTTP: %s", conn->public_.peer, err->text);
	if (code == ERR_LIMIT)
		refuse(conn, is_in_body ? 413 : 431, err->text);
	else
		refuse(conn, 400, err->text);
}

/* A body without a length would be taken for the next request (RFC 9110 15.5.12). A POST
 * with neither is an empty one to most CPEs, and to us. */
static bool is_length_missing(const struct http_head *head)
{
	return head->framing == HTTP_NO_BODY && !head->has_content_length &&
	       http_header(head, "Content-Type").p;
}

static void begin_request(struct server_conn *conn, const struct http_head *head)
{
	const struct http_server_handlers *handlers = &conn->server->handlers;

	conn->wants_close = head->wants_close;
	conn->progress = 0;
	enter_phase(conn, CROWD_BODY);
	if (is_length_missing(head)) {
		refuse(conn, 411, "the request has a body and no length");
		return;
	}
	if (handlers->head) {
		conn->state = CONN_JUDGING;
		handlers->head(handlers->user, &conn->public_, head);
		if (conn->state == CONN_JUDGING)
			conn->state = CONN_READING;
	}
	if (conn->state == CONN_READING && !conn->is_answered && head->wants_continue &&
	    !conn->reader.framing.is_done)
		(void)stream_write(conn->stream, STR("HTTP/1.1 100 Continue\r\n\r\n"));
}

/* A body of many pieces is given its time anew as it goes on. */
static void note_progress(struct server_conn *conn, size_t n)
{
	conn->progress += n;
	if (conn->progress < PROGRESS_BYTES)
		return;
	conn->progress = 0;
	enter_phase(conn, CROWD_ANSWER);
	enter_phase(conn, CROWD_BODY);
}

/* The reader's question: what is already answered is not kept, nor what the owner takes. */
static bool keeps_body(struct http_reader *reader, const struct http_head *head,
    struct str payload)
{
	struct server_conn *conn = container_of(reader, struct server_conn, reader);
	const struct http_server_handlers *handlers = &conn->server->handlers;

	if (conn->is_answered)
		return false;
	if (!handlers->piece ||
	    !handlers->piece(handlers->user, &conn->public_, head, payload))
		return true;
	note_progress(conn, payload.len);
	return false;
}

static uint64_t body_max(struct http_reader *reader, const struct http_head *head)
{
	struct server_conn *conn = container_of(reader, struct server_conn, reader);
	const struct http_server_handlers *handlers = &conn->server->handlers;

	return handlers->body_max
		   ? handlers->body_max(handlers->user, &conn->public_, head)
		   : 0;
}

/* Once the answer is with the kernel the next request is read; a peer that asks and asks and
 * reads nothing would otherwise make us hold all the answers. */
static void go_on(struct server_conn *conn)
{
	bool is_sent = stream_queued(conn->stream) == 0;

	conn->state = is_sent ? CONN_READING : CONN_SENDING;
	enter_phase(conn, is_sent ? CROWD_BETWEEN : CROWD_UNREAD);
	/* It may give way now. */
	if (!conn->server->is_starving)
		accept_again(conn->server);
}

static void give_request(struct server_conn *conn, const struct http_message *message)
{
	const struct http_server_handlers *handlers = &conn->server->handlers;

	if (conn->is_answered) {
		conn->is_answered = false;
		http_reader_reset(&conn->reader);
		go_on(conn);
		return;
	}
	conn->state = CONN_ANSWERING;
	enter_phase(conn, CROWD_ANSWER);
	handlers->request(handlers->user, &conn->public_, message->head, message->body);
	http_reader_reset(&conn->reader);
}

/* Reads requests from *bytes until they are eaten or the owner has one and answers later. A
 * loop, not a recursion: a peer may pipeline as many as the buffer holds. */
static void read_requests(struct server_conn *conn, struct str *bytes)
{
	struct http_message message;
	struct error err = ERROR_NULL;

	conn->is_reading = true;
	while (conn->state == CONN_READING) {
		int step = http_reader_feed(&conn->reader, bytes, &message, &err);

		if (step < 0)
			refuse_request(conn, step, &err);
		else if (step == HTTP_READ_HEAD)
			begin_request(conn, message.head);
		else if (step == HTTP_READ_WHOLE)
			give_request(conn, &message);
		else
			break;
	}
	conn->is_reading = false;
	if (conn->state == CONN_CLOSING)
		drop_read(conn);
	else if (conn->state == CONN_READING &&
		 conn->reader.state == HTTP_READER_HEAD &&
		 !http_reader_is_idle(&conn->reader))
		enter_phase(conn, CROWD_HEAD);
}

/* The owner has answered, or the answer has gone. What came behind the request is read now,
 * unless a call further up is at it. */
static void read_held_back(struct server_conn *conn)
{
	struct buf held = conn->in;
	struct str rest = buf_str(&held);

	if (conn->is_reading || held.len == 0)
		return;
	conn->in = (struct buf)BUF_NULL;
	read_requests(conn, &rest);
	if (conn->state == CONN_ANSWERING || conn->state == CONN_SENDING) {
		buf_consume(&held, held.len - rest.len);
		conn->in = held;
		held = (struct buf)BUF_NULL;
	}
	/* Between requests, and between sessions, a connection holds no memory. */
	if (conn->in.len == 0)
		buf_free(&conn->in);
	buf_free(&held);
}

static void read_new(struct server_conn *conn, struct str bytes)
{
	if (conn->state == CONN_READING)
		read_requests(conn, &bytes);
	if ((conn->state != CONN_ANSWERING && conn->state != CONN_SENDING) ||
	    bytes.len == 0)
		return;
	conn->in.max = conn->server->config.body_max + 2 * (size_t)HTTP_HEAD_BYTES_MAX;
	buf_append_str(&conn->in, bytes);
	if (conn->in.error)
		close_conn(conn);
}

/* By the head alone: its body still has to be read, and is dropped. */
static void answer_early(struct server_conn *conn, struct str response, bool and_close)
{
	conn->is_answered = true;
	if (stream_write(conn->stream, response) < 0 || conn->wants_close || and_close)
		close_conn(conn);
}

/* The whole answer is with the stream. */
static void end_answer(struct server_conn *conn)
{
	if (conn->wants_close || conn->has_peer_ended) {
		close_conn(conn);
		return;
	}
	go_on(conn);
	if (conn->is_reading)
		return;
	if (conn->state == CONN_READING)
		read_held_back(conn);
	weigh(conn);
}

void http_conn_reply(struct http_conn *public_, struct str response, bool and_close)
{
	struct server_conn *conn = container_of(public_, struct server_conn, public_);

	if (conn->state == CONN_JUDGING && !conn->is_answered)
		answer_early(conn, response, and_close);
	if (conn->state != CONN_ANSWERING)
		return;
	conn->wants_close |= and_close;
	if (stream_write(conn->stream, response) < 0)
		close_conn(conn);
	else
		end_answer(conn);
}

/* Sends the next piece of the file; false: it, or the connection, is at its end before. */
static bool send_piece(struct server_conn *conn)
{
	size_t wish = (size_t)MIN(conn->file_left, (uint64_t)PIECE_BYTES);
	char bytes[PIECE_BYTES];
	ssize_t n = pread(conn->file, bytes, wish, (off_t)conn->file_at);

	if (n <= 0 || stream_write(conn->stream, str_make(bytes, (size_t)n)) < 0)
		return false;
	conn->file_at += (uint64_t)n;
	conn->file_left -= (uint64_t)n;
	if (conn->file_left == 0)
		drop_file(conn);
	return true;
}

/* As much of the file as the kernel takes: the rest is sent when the peer has read on, and each
 * piece has the time of an answer. A file that became shorter meanwhile ends the connection
 * in the middle of the answer, so that nobody takes it for whole. */
static void send_file(struct server_conn *conn)
{
	while (conn->file_left > 0 && stream_queued(conn->stream) == 0) {
		if (!send_piece(conn)) {
			close_conn(conn);
			return;
		}
	}
	if (conn->file_left == 0) {
		end_answer(conn);
		return;
	}
	conn->state = CONN_SENDING;
	enter_phase(conn, CROWD_ANSWER);
	enter_phase(conn, CROWD_UNREAD);
	if (!conn->is_reading)
		weigh(conn);
}

void http_conn_reply_file(struct http_conn *public_, struct str response, int fd,
    uint64_t offset, uint64_t length, bool and_close)
{
	struct server_conn *conn = container_of(public_, struct server_conn, public_);

	if (conn->state != CONN_ANSWERING) {
		(void)close(fd);
		return;
	}
	conn->wants_close |= and_close;
	conn->file = fd;
	conn->file_at = offset;
	conn->file_left = length;
	if (stream_write(conn->stream, response) < 0)
		close_conn(conn);
	else
		send_file(conn);
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
	read_new(conn, bytes);
	weigh(conn);
}

static void on_drained(void *user)
{
	struct server_conn *conn = user;

	if (conn->state != CONN_SENDING) {
		weigh(conn);
		return;
	}
	if (conn->file_left > 0) {
		send_file(conn);
		return;
	}
	if (conn->has_peer_ended) {
		close_conn(conn);
		return;
	}
	go_on(conn);
	read_held_back(conn);
	weigh(conn);
}

static void on_ended(void *user)
{
	struct server_conn *conn = user;

	conn->has_peer_ended = true;
	if (conn->state != CONN_ANSWERING && conn->state != CONN_SENDING)
		close_conn(conn);
}

static void on_failed(void *user, enum stream_layer layer, const char *why)
{
	struct server_conn *conn = user;

	if (may_log(conn->server))
		log_info("%s: %s: %s", conn->public_.peer,
		    layer == STREAM_TLS ? "TLS" : "TCP", why);
	close_conn(conn);
}

static const struct stream_handlers stream_handlers = { on_opened, on_received,
	on_ended, on_failed, on_drained };

/* ---- the server -------------------------------------------------------------------- */

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
		give_way(container_of(victim, struct server_conn, member));
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

static bool take(struct http_listener *listener, int fd)
{
	struct http_server *server = listener->server;
	struct server_conn *conn = calloc(1, sizeof(*conn));
	struct error err = ERROR_NULL;

	if (!conn) {
		(void)close(fd);
		return false;
	}
	conn->server = server;
	conn->listener = listener;
	conn->public_.tag = listener->tag;
	conn->file = -1;
	conn->public_.is_tls = server->config.tls;
	hoarder_init(&conn->hoarder);
	http_reader_init(&conn->reader, &server->reading);
	if (stream_accept(&conn->stream, server->loop, fd, server->config.tls,
		&stream_handlers, conn, &err) < 0) {
		if (may_log(server))
			log_warn("accept: %s", err.text);
		free(conn);
		return false;
	}
	stream_peer(conn->stream, conn->public_.peer);
	list_append(&server->conns, &conn->link);
	server->n_conns++;
	crowd_join(&server->crowd, &conn->member, server->config.now());
	return true;
}

static void on_listen(uv_poll_t *poll, int status, int events)
{
	struct http_listener *listener = poll->data;
	struct http_server *server = listener->server;

	(void)status;
	(void)events;
	for (int i = 0; i < ACCEPTS_IN_A_ROW; i++) {
		int fd;

		if (is_full(server) && !crowd_victim(&server->crowd)) {
			stop_accepting(server);
			return;
		}
		fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0) {
			int code = errno;

			if (code != EAGAIN && code != ECONNABORTED && code != EINTR &&
			    is_anyone_there(listener))
				starve(server, code);
			return;
		}
		if (is_full(server))
			(void)make_room(server);
		if (!take(listener, fd))
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
			give_way(conn);
		else
			refuse_late(conn, 408, "the request did not come in time");
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
		    MIN(room_here(), config->tls ? (size_t)TLS_CONNECTIONS_MAX
						 : (size_t)CONNECTIONS_MAX);
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
	server->reading = (struct http_reader_config){ .is_request = true,
		.limits.body_bytes = config->body_max,
		.body_max = body_max,
		.keep = keeps_body };
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
	int r;

	if (!listener) {
		(void)close(fd);
		return error_set(err, -ENOMEM, "no memory");
	}
	(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
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
		close_conn(conn);
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
		stream_abort(list_entry(item, struct server_conn, link)->stream,
		    on_stream_closed);
}

void http_server_close(struct http_server *server)
{
	if (server->is_closing)
		return;
	server->is_closing = true;
	LIST_FOREACH_SAFE (item, &server->listeners)
		stop_listening(list_entry(item, struct http_listener, link));
	LIST_FOREACH_SAFE (item, &server->conns)
		close_conn(list_entry(item, struct server_conn, link));
	(void)uv_timer_start(&server->sweep, on_patience_over, STREAM_LINGER_MS, 0);
	free_server_if_done(server);
}

size_t http_server_connections(const struct http_server *server)
{
	return server->n_conns;
}
