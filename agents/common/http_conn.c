#include "agents/common/http_server_internal.h"

#include "lib/program/log.h"

#include <stdlib.h>
#include <unistd.h>

enum {
	LOGGED_A_SWEEP = 20,
	PIECE_BYTES = 64 << 10, /* of a file, at once */
	/* A body that the owner takes, and a file that a peer reads, may take long while they
	 * go on: each of so many bytes has the time of a whole one. */
	PROGRESS_BYTES = 16 << 10,
};

static void on_stream_closed(void *user)
{
	struct server_conn *conn = user;
	struct http_server *server = conn->server;

	crowd_leave(&server->crowd, &conn->member);
	hoard_note(&server->hoard, &conn->hoarder, 0);
	list_remove(&conn->link);
	server->n_conns--;
	buf_free(&conn->in);
	http_reader_reset(&conn->reader);
	free(conn);
	server->gone(server);
}

static void enter_phase(struct server_conn *conn, enum crowd_phase phase)
{
	crowd_enter(&conn->server->crowd, &conn->member, phase,
	    conn->is_reading ? conn->reading_since : conn->server->config.now());
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

void server_conn_close(struct server_conn *conn)
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
	server_conn_close(conn);
}

/* Whether the peer waits for an answer to something: one to nothing, or a second one, would
 * be taken for that of the next request. */
static bool is_owed_answer(const struct server_conn *conn)
{
	return conn->state == CONN_READING && !conn->is_answered &&
	       !http_reader_is_idle(&conn->reader);
}

/* Its descriptor is wanted: nobody waits for the peer. */
void server_conn_give_way(struct server_conn *conn)
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

void server_conn_refuse(struct server_conn *conn, unsigned status, const char *why)
{
	if (is_owed_answer(conn))
		refuse(conn, status, why);
	else
		server_conn_close(conn);
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
			server_conn_give_way(conn);
			continue;
		}
		server_conn_refuse(conn, 503,
		    "requests under way take too much memory");
		hoard_note(&server->hoard, &conn->hoarder, bytes_held(conn));
	}
}

/* ---- requests ---------------------------------------------------------------------- */

bool http_server_may_log(struct http_server *server)
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
		server_conn_close(conn);
		return;
	}
	if (!is_in_body && http_server_may_log(conn->server))
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
	conn->server->yields(conn->server);
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
	conn->reading_since = conn->server->config.now();
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
		server_conn_close(conn);
}

/* By the head alone: its body still has to be read, and is dropped. */
static void answer_early(struct server_conn *conn, struct str response, bool and_close)
{
	conn->is_answered = true;
	if (stream_write(conn->stream, response) < 0 || conn->wants_close || and_close)
		server_conn_close(conn);
}

/* The whole answer is with the stream. */
static void end_answer(struct server_conn *conn)
{
	if (conn->wants_close || conn->has_peer_ended) {
		server_conn_close(conn);
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
		server_conn_close(conn);
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
			server_conn_close(conn);
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
		server_conn_close(conn);
	else
		send_file(conn);
}

/* Each piece has the time of an answer, and the time of one that is read. */
static void flow(struct server_conn *conn)
{
	enter_phase(conn, CROWD_BETWEEN);
	enter_phase(conn,
	    stream_queued(conn->stream) > 0 ? CROWD_UNREAD : CROWD_ANSWER);
	if (!conn->is_reading)
		weigh(conn);
}

void http_conn_begin(struct http_conn *public_, struct str response)
{
	struct server_conn *conn = container_of(public_, struct server_conn, public_);

	if (conn->state != CONN_ANSWERING)
		return;
	conn->state = CONN_FLOWING;
	if (conn->has_peer_ended || stream_write(conn->stream, response) < 0)
		server_conn_close(conn);
	else
		flow(conn);
}

bool http_conn_is_flowing(const struct http_conn *public_)
{
	const struct server_conn *conn =
	    container_of(public_, const struct server_conn, public_);

	return conn->state == CONN_FLOWING && stream_queued(conn->stream) == 0;
}

void http_conn_add(struct http_conn *public_, struct str bytes)
{
	struct server_conn *conn = container_of(public_, struct server_conn, public_);

	if (!http_conn_is_flowing(public_))
		return;
	if (stream_write(conn->stream, bytes) < 0)
		server_conn_close(conn);
	else
		flow(conn);
}

void http_conn_abort(struct http_conn *public_, struct str bytes)
{
	struct server_conn *conn = container_of(public_, struct server_conn, public_);

	if (bytes.len > 0)
		(void)stream_write(conn->stream, bytes);
	server_conn_close(conn);
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
	const struct http_server_handlers *handlers = &conn->server->handlers;

	if (conn->state == CONN_FLOWING) {
		flow(conn);
		if (conn->state == CONN_FLOWING && handlers->flowing)
			handlers->flowing(handlers->user, &conn->public_);
		return;
	}
	if (conn->state != CONN_SENDING) {
		weigh(conn);
		return;
	}
	if (conn->file_left > 0) {
		send_file(conn);
		return;
	}
	if (conn->has_peer_ended) {
		server_conn_close(conn);
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
		server_conn_close(conn);
}

static void on_failed(void *user, enum stream_layer layer, const char *why)
{
	struct server_conn *conn = user;

	/* Who looks whether a port is open, as monitors and some CPEs do, asked for nothing. */
	if (stream_is_unspoken(conn->stream)) {
		log_debug("%s: has connected, and closed without a byte",
		    conn->public_.peer);
		server_conn_close(conn);
		return;
	}
	if (http_server_may_log(conn->server))
		log_info("%s: %s: %s", conn->public_.peer,
		    layer == STREAM_TLS ? "TLS" : "TCP", why);
	if (layer == STREAM_TLS)
		tell_refusal(conn, 0, why);
	server_conn_close(conn);
}

static const struct stream_handlers stream_handlers = {
	.opened = on_opened,
	.received = on_received,
	.ended = on_ended,
	.failed = on_failed,
	.drained = on_drained,
};

bool server_conn_take(struct http_listener *listener, int fd,
    const struct sockaddr_storage *peer)
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
		if (http_server_may_log(server))
			log_warn("accept: %s", err.text);
		free(conn);
		return false;
	}
	stream_peer_text(peer, conn->public_.peer);
	list_append(&server->conns, &conn->link);
	server->n_conns++;
	crowd_join(&server->crowd, &conn->member, server->config.now());
	return true;
}

void http_conn_certificate(struct http_conn *conn, char *text, size_t size)
{
	stream_certificate(container_of(conn, struct server_conn, public_)->stream,
	    text, size);
}

void server_conn_abort(struct server_conn *conn)
{
	stream_abort(conn->stream, on_stream_closed);
}

void server_conn_set_reading(struct http_server *server)
{
	server->reading = (struct http_reader_config){ .is_request = true,
		.limits.body_bytes = server->config.body_max,
		.body_max = body_max,
		.keep = keeps_body };
}
