#include "agents/common/stream.h"

#include "agents/common/poll/poll_set.h"
#include "agents/common/tls_peer.h"
#include "agents/common/tls_text.h"
#include "lib/base/buf.h"
#include "lib/base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

enum stream_state {
	STREAM_CONNECTING,
	STREAM_HANDSHAKING,
	STREAM_OPEN,
	STREAM_LINGERING, /* our FIN is out, or will be once the queue is empty */
	STREAM_FAILED,
	STREAM_CLOSING, /* the loop lets go of it */
};

enum {
	READ_BYTES = 16 << 10,
	READS_IN_A_ROW = 16
};

struct stream {
	struct poll_item item;
	uv_timer_t
	    timer; /* of a close that lingers, an untold failure, a slow reader */
	int fd;
	enum stream_state state;
	int code;           /* errno of its failure; 0: none, or not the system's */
	bool is_unread;     /* receive() had enough before all was read */
	bool is_ending;     /* FIN, or an error, may stand behind what is read */
	bool is_drained;    /* a read of TLS had all that was there; no event since */
	bool has_begun_tls; /* the first step of the handshake is done */
	bool acks_late;     /* a client's, of what comes behind its first words */
	bool is_heard;      /* what came last has no answer yet */
	bool has_peer_ended;
	bool has_sent_end;
	bool asks;         /* its client for a certificate */
	bool drains;       /* its close lingers though it has failed */
	bool rests;        /* a slow reader, behind what it has read */
	size_t slow_bytes; /* that it reads at a time; 0: as many as there are */
	uint64_t slow_ms;
	SSL *ssl; /* null: plain */
	struct tls_peer peer;
	struct buf out;
	size_t sent; /* of out, that went */
	uint64_t linger_max_ms, linger_end;
	enum stream_layer untold_layer;
	char *untold; /* owned: why a write failed, until the next turn of the loop */
	const struct stream_handlers *handlers;
	void *user;
	void (*done)(void *user);
};

/* ---- end of life ------------------------------------------------------------------- */

static void on_handle_closed(uv_handle_t *handle)
{
	struct stream *stream = handle->data;

	SSL_free(stream->ssl);
	(void)close(stream->fd);
	buf_free(&stream->out);
	free(stream->untold);
	if (stream->done)
		stream->done(stream->user);
	free(stream);
}

static void release(struct stream *stream)
{
	if (stream->state == STREAM_CLOSING)
		return;
	stream->state = STREAM_CLOSING;
	poll_item_leave(&stream->item);
	uv_close((uv_handle_t *)&stream->timer, on_handle_closed);
}

/* Whether the owner is still to be told of a failure. */
static bool enter_failed(struct stream *stream)
{
	if (stream->state == STREAM_LINGERING) {
		release(stream);
		return false;
	}
	if (stream->state == STREAM_CLOSING || stream->state == STREAM_FAILED)
		return false;
	stream->state = STREAM_FAILED;
	return true;
}

static void fail(struct stream *stream, enum stream_layer layer, const char *why)
{
	if (enter_failed(stream))
		stream->handlers->failed(stream->user, layer, why);
}

static void on_untold(uv_timer_t *timer)
{
	struct stream *stream = timer->data;

	stream->handlers->failed(stream->user, stream->untold_layer,
	    stream->untold ? stream->untold : "no memory");
}

/* For failures that show while the owner is calling: it may be in the middle of its own
 * work on this stream, so it hears of them in the loop's next turn. A stream that failed
 * does not linger, so the timer is free. */
static void fail_later(struct stream *stream, enum stream_layer layer, const char *why)
{
	if (!enter_failed(stream))
		return;
	stream->untold_layer = layer;
	stream->untold = strdup(why);
	(void)uv_timer_start(&stream->timer, on_untold, 0, 0);
}

static void fail_errno(struct stream *stream, int code)
{
	stream->code = code;
	fail(stream, STREAM_TCP, strerror(code));
}

static void fail_tls(struct stream *stream)
{
	char why[STREAM_WHY_MAX];

	tls_peer_why(&stream->peer, why, sizeof(why));
	stream->drains = stream->asks;
	fail(stream, STREAM_TLS, why);
}

/* ---- waiting ----------------------------------------------------------------------- */

static void on_linger(uv_timer_t *timer)
{
	release(timer->data);
}

/* The peer of a stream that lingers reads or sends: it is waited for. */
static void linger_on(struct stream *stream)
{
	uint64_t now = uv_now(stream->timer.loop);

	if (stream->state != STREAM_LINGERING)
		return;
	(void)uv_timer_start(&stream->timer, on_linger,
	    now < stream->linger_end
		? MIN((uint64_t)STREAM_LINGER_MS, stream->linger_end - now)
		: 0,
	    0);
}

/* ---- acknowledging ----------------------------------------------------------------- */

/* A client mostly writes at once when TCP stands: the ACK of the answer to its SYN goes with
 * that, not as a segment of its own, and the next answer is not acknowledged before the next
 * request is. Who says nothing sends that ACK 40 ms or more later. */
static void begin_late_acks(struct stream *stream)
{
	int zero = 0;

	stream->acks_late = true;
	(void)setsockopt(stream->fd, IPPROTO_TCP, TCP_QUICKACK, &zero, sizeof(zero));
}

/* From its second words on the kernel itself acknowledges as it does of any client. */
static void note_words(struct stream *stream)
{
	stream->acks_late &= !stream->is_heard;
	stream->is_heard = false;
}

/* What has come is no whole answer, since nothing was said to it. A server that writes its first
 * answer in pieces, and has Nagle's algorithm on, sends the rest when the first piece is
 * acknowledged, which other clients do at once: so does this one. */
static void end_late_acks(struct stream *stream)
{
	int one = 1;

	if (!stream->acks_late || !stream->is_heard)
		return;
	stream->acks_late = false;
	if (stream->state == STREAM_OPEN || stream->state == STREAM_HANDSHAKING)
		(void)setsockopt(stream->fd, IPPROTO_TCP, TCP_QUICKACK, &one,
		    sizeof(one));
}

/* ---- writing ----------------------------------------------------------------------- */

/* A write of TLS that did not go. */
static void fail_write(struct stream *stream, int code)
{
	char why[STREAM_WHY_MAX];

	if (code == SSL_ERROR_SYSCALL && errno != 0) {
		fail_later(stream, STREAM_TCP, strerror(errno));
		return;
	}
	tls_peer_why(&stream->peer, why, sizeof(why));
	fail_later(stream, STREAM_TLS, why);
}

/* How many bytes went, 0 when the socket is full, -1 after a failure that will be told. */
static ssize_t push(struct stream *stream, const void *bytes, size_t len)
{
	ssize_t n;

	if (stream->ssl) {
		int sent =
		    SSL_write(stream->ssl, bytes, (int)MIN(len, (size_t)INT32_MAX));
		int code = sent > 0 ? SSL_ERROR_NONE : SSL_get_error(stream->ssl, sent);

		if (sent > 0)
			return sent;
		if (code == SSL_ERROR_WANT_WRITE)
			return 0;
		fail_write(stream, code);
		return -1;
	}
	do
		n = send(stream->fd, bytes, len, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n >= 0) {
		note_words(stream);
		return n;
	}
	if (errno == EAGAIN)
		return 0;
	fail_later(stream, STREAM_TCP, strerror(errno));
	return -1;
}

static void send_end(struct stream *stream)
{
	if (stream->has_sent_end)
		return;
	stream->has_sent_end = true;
	if (stream->ssl) {
		int one = 1;

		/* close_notify and FIN in one segment: a peer that answers the former at
		 * once would otherwise have its FIN out before ours. */
		(void)setsockopt(stream->fd, IPPROTO_TCP, TCP_CORK, &one, sizeof(one));
		ERR_clear_error();
		(void)SSL_shutdown(stream->ssl);
		ERR_clear_error();
	}
	/* Behind the peer's FIN nothing comes any more that a close could answer by RST. */
	if (stream->has_peer_ended)
		release(stream);
	else
		(void)shutdown(stream->fd, SHUT_WR);
}

/* Bytes that went are dropped once they are the larger part, so that each is moved once at
 * most, and a queue that is empty holds no memory. */
static void drop_sent(struct stream *stream)
{
	struct buf *out = &stream->out;
	int error = out->error;

	if (stream->sent == out->len)
		buf_free(out);
	else if (stream->sent > out->len / 2)
		buf_consume(out, stream->sent);
	else
		return;
	out->error = error;
	stream->sent = 0;
}

/* Whether the queue is empty now; false after a failure, too. */
static bool push_queued(struct stream *stream)
{
	while (stream_queued(stream) > 0) {
		ssize_t n = push(stream, stream->out.data + stream->sent,
		    stream_queued(stream));

		if (n <= 0)
			return false;
		stream->sent += (size_t)n;
		drop_sent(stream);
		linger_on(stream);
	}
	return true;
}

static void flush(struct stream *stream)
{
	bool had_queue = stream_queued(stream) > 0;
	bool is_empty = push_queued(stream);

	if (is_empty && stream->state == STREAM_LINGERING)
		send_end(stream);
	if (had_queue && is_empty && stream->state == STREAM_OPEN &&
	    stream->handlers->drained)
		stream->handlers->drained(stream->user);
}

size_t stream_queued(const struct stream *stream)
{
	return stream->out.len - stream->sent;
}

int stream_write(struct stream *stream, struct str bytes)
{
	if (stream->state != STREAM_OPEN)
		return ERR_BAD_STATE;
	/* Bytes before these were lost: to send these would hide the hole. */
	if (stream->out.error)
		return stream->out.error;
	/* TLS takes a record at a time, and only a socket that was full tells of room. */
	while (stream_queued(stream) == 0 && bytes.len > 0) {
		ssize_t n = push(stream, bytes.p, bytes.len);

		if (n < 0)
			return 0;
		if (n == 0)
			break;
		bytes = str_from(bytes, (size_t)n);
	}
	if (bytes.len == 0)
		return 0;
	stream->out.max = STREAM_OUT_MAX + stream->sent;
	buf_append_str(&stream->out, bytes);
	return stream->out.error;
}

/* ---- reading ----------------------------------------------------------------------- */

static void peer_ended(struct stream *stream)
{
	stream->has_peer_ended = true;
	if (stream->state == STREAM_LINGERING) {
		if (stream->has_sent_end)
			release(stream);
		return;
	}
	stream->handlers->ended(stream->user);
}

static size_t read_max(const struct stream *stream)
{
	return stream->slow_bytes ? stream->slow_bytes : READ_BYTES;
}

/* How many bytes came, 0 when there are none now, -1 when the stream ended or failed. */
static ssize_t pull_tls(struct stream *stream, char *bytes)
{
	int n = SSL_read(stream->ssl, bytes, (int)read_max(stream));
	int code;

	if (n > 0)
		return n;
	code = SSL_get_error(stream->ssl, n);
	if (code == SSL_ERROR_WANT_READ || code == SSL_ERROR_WANT_WRITE)
		return 0;
	if (code == SSL_ERROR_ZERO_RETURN || (code == SSL_ERROR_SYSCALL && n == 0)) {
		ERR_clear_error();
		peer_ended(stream);
	} else if (code == SSL_ERROR_SYSCALL && errno != 0) {
		fail_errno(stream, errno);
	} else {
		fail_tls(stream);
	}
	return -1;
}

static ssize_t pull(struct stream *stream, char *bytes)
{
	ssize_t n;

	if (stream->ssl)
		return pull_tls(stream, bytes);
	do
		n = recv(stream->fd, bytes, read_max(stream), 0);
	while (n < 0 && errno == EINTR);
	if (n > 0) {
		stream->is_heard = true;
		return n;
	}
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n < 0)
		fail_errno(stream, errno);
	else
		peer_ended(stream);
	return -1;
}

static void receive(struct stream *stream);

static void on_rested(uv_timer_t *timer)
{
	struct stream *stream = timer->data;

	if (stream->state != STREAM_OPEN)
		return;
	stream->rests = false;
	receive(stream);
}

/* Only while it is open: the timer is that of its end, too. */
static bool rest(struct stream *stream)
{
	if (stream->slow_bytes == 0 || stream->state != STREAM_OPEN)
		return false;
	stream->rests = true;
	(void)uv_timer_start(&stream->timer, on_rested, stream->slow_ms, 0);
	return true;
}

static void receive(struct stream *stream)
{
	char bytes[READ_BYTES];

	stream->is_unread = false;
	for (int i = 0; i < READS_IN_A_ROW; i++) {
		ssize_t n = pull(stream, bytes);

		if (n <= 0)
			return;
		linger_on(stream);
		if (stream->state == STREAM_OPEN)
			stream->handlers->received(stream->user,
			    str_make(bytes, (size_t)n));
		if (stream->state != STREAM_OPEN && stream->state != STREAM_LINGERING)
			return;
		if (rest(stream))
			return;
		/* A short read of a plain socket: it is empty, spare the next call. */
		if (!stream->ssl && n < READ_BYTES && !stream->is_ending)
			return;
	}
	/* Others have their turn first. */
	stream->is_unread = true;
	poll_item_again(&stream->item);
}

static bool can_read(const struct stream *stream)
{
	return (stream->state == STREAM_OPEN || stream->state == STREAM_LINGERING) &&
	       !stream->has_peer_ended && !stream->rests;
}

/* OpenSSL would read on until the system says that there is no more: it is told so. A read
 * that was short had all but what lies behind urgent data, which no peer of ours sends, and what comes then is told as an event; not so an end. */
static long on_bio(BIO *bio, int what, const char *bytes, size_t len, int arg,
    long long_arg, int ret, size_t *n)
{
	struct stream *stream = (struct stream *)(void *)BIO_get_callback_arg(bio);

	(void)bytes;
	(void)arg;
	(void)long_arg;
	if (what == BIO_CB_READ && stream->is_drained) {
		BIO_clear_retry_flags(bio);
		BIO_set_retry_read(bio);
		return -1;
	}
	if (what == (BIO_CB_WRITE | BIO_CB_RETURN) && ret > 0)
		note_words(stream);
	if (what == (BIO_CB_READ | BIO_CB_RETURN) && ret > 0 && n) {
		stream->is_heard = true;
		stream->is_drained = *n < len && !stream->is_ending;
	}
	return ret;
}

/* ---- opening ----------------------------------------------------------------------- */

/* What a step of the handshake writes goes in one segment with what is written once it is over:
 * a client's last words with its first request, a server's ticket of TLS 1.3 with its answer. A
 * peer that waits for the step alone gets it at the end of it. */
static void cork(const struct stream *stream, int is_on)
{
	if (!SSL_is_server(stream->ssl) || SSL_version(stream->ssl) == TLS1_3_VERSION)
		(void)setsockopt(stream->fd, IPPROTO_TCP, TCP_CORK, &is_on,
		    sizeof(is_on));
}

static void open_now(struct stream *stream)
{
	stream->state = STREAM_OPEN;
	stream->handlers->opened(stream->user);
	/* OpenSSL may hold bytes that came with the last record of the handshake; no event
	 * tells of those. */
	if (stream->ssl && can_read(stream))
		receive(stream);
}

static void take_step(struct stream *stream)
{
	int n, code;

	ERR_clear_error();
	errno = 0;
	n = SSL_do_handshake(stream->ssl);
	if (n == 1) {
		open_now(stream);
		return;
	}
	code = SSL_get_error(stream->ssl, n);
	if (code == SSL_ERROR_WANT_READ || code == SSL_ERROR_WANT_WRITE)
		return;
	if (code == SSL_ERROR_ZERO_RETURN)
		fail(stream, STREAM_TLS, "the other end hung up in the middle of TLS");
	else if (code == SSL_ERROR_SYSCALL && errno != 0)
		fail_errno(stream, errno);
	else
		fail_tls(stream);
}

static void handshake(struct stream *stream)
{
	bool corks = stream->has_begun_tls;

	if (corks)
		cork(stream, 1);
	take_step(stream);
	/* Where it has failed it may have gone with its TLS. */
	if (corks && stream->ssl)
		cork(stream, 0);
	stream->has_begun_tls = true;
}

static void after_connect(struct stream *stream)
{
	if (!stream->ssl) {
		open_now(stream);
		return;
	}
	stream->state = STREAM_HANDSHAKING;
	if (stream->handlers->connected)
		stream->handlers->connected(stream->user);
	handshake(stream);
}

/* What the kernel says is wrong with the socket; 0: nothing. */
static int pending_error(const struct stream *stream)
{
	int code = 0;
	socklen_t len = sizeof(code);

	(void)getsockopt(stream->fd, SOL_SOCKET, SO_ERROR, &code, &len);
	return code;
}

/* Bytes may have come with the event that TCP stands, and be told of once only. */
static void work(struct stream *stream, unsigned events)
{
	const unsigned read_events = EPOLLIN | EPOLLRDHUP | EPOLLHUP;

	if (stream->state == STREAM_HANDSHAKING) {
		handshake(stream);
		return;
	}
	if (stream->state == STREAM_CONNECTING && (events & (EPOLLOUT | EPOLLHUP)))
		after_connect(stream);
	else if (events & EPOLLOUT)
		flush(stream);
	if (((events & read_events) || stream->is_unread) && can_read(stream))
		receive(stream);
}

static void on_ready(struct poll_item *item, unsigned events)
{
	struct stream *stream = container_of(item, struct stream, item);
	int code = events & EPOLLERR ? pending_error(stream) : 0;

	if (events & ~(unsigned)EPOLLOUT)
		stream->is_drained = false;
	if (events & (EPOLLRDHUP | EPOLLHUP))
		stream->is_ending = true;
	if (stream->state == STREAM_FAILED)
		return;
	if (code != 0)
		fail_errno(stream, code);
	else
		work(stream, events);
	end_late_acks(stream);
}

/* 0, or why there is no TLS: without memory, or the name is none that TLS can ask for. */
static int add_tls(struct stream *stream, const struct stream_tls *tls, bool is_server,
    struct error *err)
{
	char why[STREAM_WHY_MAX];

	if (!tls || !tls->ctx)
		return 0;
	ERR_clear_error();
	stream->asks = is_server && tls->ctx->asks != TLS_ASKS_NOBODY;
	stream->ssl = tls_peer_new(&stream->peer, tls, stream->fd, is_server);
	if (stream->ssl) {
		BIO *bio = SSL_get_rbio(stream->ssl);

		/* What is there is told as an event, so that a client's first step
		 * ends with its first words, however fast the server is. */
		stream->is_drained = true;
		BIO_set_callback_arg(bio, (char *)stream);
		BIO_set_callback_ex(bio, on_bio);
		return 0;
	}
	tls_error_text(why, sizeof(why));
	return error_set(err, ERR_TLS, "TLS with \"%.100s\": %s",
	    tls->name ? tls->name : "", why[0] != '\0' ? why : "no memory");
}

static int stream_new(struct stream **ret, uv_loop_t *loop, int fd,
    const struct stream_tls *tls, bool is_server,
    const struct stream_handlers *handlers, void *user, struct error *err)
{
	struct stream *stream = calloc(1, sizeof(*stream));
	int r;

	if (!stream) {
		(void)close(fd);
		return error_set(err, -ENOMEM, "no memory");
	}
	stream->fd = fd;
	stream->linger_max_ms = is_server ? STREAM_LINGER_MAX_MS : STREAM_LINGER_MS;
	stream->handlers = handlers;
	stream->user = user;
	r = add_tls(stream, tls, is_server, err);
	if (r < 0) {
		SSL_free(stream->ssl);
		(void)close(fd);
		free(stream);
		return r;
	}
	(void)uv_timer_init(loop, &stream->timer);
	stream->item.ready = on_ready;
	stream->timer.data = stream;
	*ret = stream;
	return 0;
}

/* Of a flight of TLS that is written in pieces none is to wait. */
static void set_options(struct stream *stream)
{
	int one = 1;

	if (stream->ssl)
		(void)setsockopt(stream->fd, IPPROTO_TCP, TCP_NODELAY, &one,
		    sizeof(one));
	begin_late_acks(stream);
}

int stream_connect(struct stream **ret, uv_loop_t *loop, int fd,
    const struct sockaddr *to, socklen_t to_len, const struct stream_tls *tls,
    const struct stream_handlers *handlers, void *user, struct error *err)
{
	struct stream *stream;
	int r = stream_new(&stream, loop, fd, tls, false, handlers, user, err);

	if (r < 0)
		return r;
	stream->state = STREAM_CONNECTING;
	set_options(stream);
	if (connect(fd, to, to_len) < 0 && errno != EINPROGRESS)
		r = error_set(err, -errno, "%s", strerror(errno));
	else
		r = poll_item_join(&stream->item, loop, fd, err);
	if (r < 0) {
		release(stream);
		return r;
	}
	*ret = stream;
	return 0;
}

int stream_accept(struct stream **ret, uv_loop_t *loop, int fd, struct tls_ctx *tls,
    const struct stream_handlers *handlers, void *user, struct error *err)
{
	const struct stream_tls settings = { .ctx = tls };
	struct stream *stream;
	int r = stream_new(&stream, loop, fd, &settings, true, handlers, user, err);

	if (r < 0)
		return r;
	r = poll_item_join(&stream->item, loop, fd, err);
	if (r < 0) {
		release(stream);
		return r;
	}
	*ret = stream;
	stream->state = tls ? STREAM_HANDSHAKING : STREAM_OPEN;
	if (!tls)
		handlers->opened(user);
	return 0;
}

/* ---- closing ----------------------------------------------------------------------- */

/* A client of TLS 1.3 has sent its first request before it can know that its certificate is
 * refused. A close over those bytes would be an RST, which can take the alert with it. */
static void drop_tls(struct stream *stream)
{
	SSL_free(steal_ptr(&stream->ssl));
	stream->is_unread = true;
	poll_item_again(&stream->item);
}

/* What it has left is read and dropped. */
static void wake_reader(struct stream *stream)
{
	stream->slow_bytes = 0;
	if (!stream->rests)
		return;
	stream->rests = false;
	stream->is_unread = true;
	poll_item_again(&stream->item);
}

void stream_close(struct stream *stream, void (*done)(void *user))
{
	bool was_open = stream->state == STREAM_OPEN;

	if (stream->state == STREAM_CLOSING || stream->state == STREAM_LINGERING)
		return;
	stream->done = done;
	if (!was_open && !stream->drains) {
		release(stream);
		return;
	}
	if (!was_open)
		drop_tls(stream);
	stream->state = STREAM_LINGERING;
	wake_reader(stream);
	stream->linger_end = uv_now(stream->timer.loop) + stream->linger_max_ms;
	linger_on(stream);
	flush(stream);
}

void stream_hang_up(struct stream *stream, void (*done)(void *user))
{
	if (stream->state == STREAM_OPEN && !stream->ssl && stream_queued(stream) == 0)
		stream_abort(stream, done);
	else
		stream_close(stream, done);
}

/* What lingers says no more than its FIN, and is let go of. */
void stream_freeze(struct stream *stream)
{
	if (stream->state == STREAM_CLOSING || stream->state == STREAM_LINGERING ||
	    stream->state == STREAM_FAILED)
		return;
	stream->state = STREAM_FAILED;
	(void)uv_timer_stop(&stream->timer);
}

void stream_read_slowly(struct stream *stream, size_t bytes, uint64_t ms)
{
	stream->slow_bytes = MIN(bytes, (size_t)READ_BYTES);
	stream->slow_ms = ms;
}

void stream_abort(struct stream *stream, void (*done)(void *user))
{
	if (done)
		stream->done = done;
	release(stream);
}

int stream_errno(const struct stream *stream)
{
	return stream->code;
}

bool stream_is_unspoken(const struct stream *stream)
{
	return stream->ssl && BIO_number_read(SSL_get_rbio(stream->ssl)) == 0;
}

bool stream_is_resumed(const struct stream *stream)
{
	return stream->ssl && SSL_session_reused(stream->ssl) == 1;
}

void stream_certificate(const struct stream *stream, char *text, size_t size)
{
	text[0] = '\0';
	if (stream->ssl)
		tls_peer_common_name(stream->ssl, text, size);
}

void stream_peer_text(const struct sockaddr_storage *peer, char *text)
{
	const void *at = peer;
	const struct sockaddr_in *v4 = at;
	const struct sockaddr_in6 *v6 = at;

	text[0] = '\0';
	if (peer->ss_family == AF_INET)
		(void)ipv4_text(ntohl(v4->sin_addr.s_addr), text);
	else if (peer->ss_family == AF_INET6)
		(void)inet_ntop(AF_INET6, &v6->sin6_addr, text, INET6_ADDRSTRLEN);
}
