#include "tests/attack/wrong_acs.h"

#include "tests/support/cwmp_text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>

enum {
	DRIP_MS = 100,
	BACKLOG = 128
};

#define ASK                                                                  \
	ENVELOPE("7",                                                        \
	    "<cwmp:GetParameterValues><ParameterNames "                      \
	    "enc:arrayType=\"xsd:string[1]\"><string>InternetGatewayDevice." \
	    "DeviceSummary</string></ParameterNames></cwmp:GetParameterValues>")

struct line { /* one connection */
	struct wrong_acs *acs;
	int fd;
	bool is_victim, is_tls;
	SSL *ssl; /* null: plain */
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* ---- bytes --------------------------------------------------------------------------- */

/* False when the other side is gone. */
static bool say(const struct line *line, struct str bytes)
{
	while (bytes.len > 0) {
		ssize_t n = line->ssl
				? SSL_write(line->ssl, bytes.p,
				      (int)MIN(bytes.len, (size_t)1 << 20))
				: send(line->fd, bytes.p, bytes.len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		bytes = str_from(bytes, (size_t)n);
	}
	return true;
}

/* Appends what comes. False at the end. */
static bool hear(const struct line *line, struct buf *in)
{
	uint8_t *room = buf_reserve(in, 65536);
	ssize_t n = -1;

	if (room)
		n = line->ssl ? SSL_read(line->ssl, room, 65536)
			      : recv(line->fd, room, 65536, 0);
	if (n > 0)
		in->len += (size_t)n;
	return n > 0;
}

static void say_with(const struct line *line, const char *status, const char *headers,
    struct str body)
{
	auto_buf out = BUF_NULL;

	buf_printf(&out, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n", status,
	    headers ? headers : "", body.len);
	if (body.len > 0)
		buf_append_text(&out, "Content-Type: text/xml; charset=utf-8\r\n");
	buf_append_text(&out, "\r\n");
	buf_append_str(&out, body);
	(void)say(line, buf_str(&out));
}

/* ---- the wrong answer ---------------------------------------------------------------- */

static void note_wrong(struct wrong_acs *acs)
{
	clock_ns none = 0;

	(void)__atomic_compare_exchange_n(&acs->wrong_at, &none, clock_wall(), false,
	    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static void say_wrong(const struct line *line)
{
	const struct wrong_answer *answer = line->acs->answer;
	struct str made = buf_str(&line->acs->made);

	if (answer->status) {
		say_with(line, answer->status, answer->headers, STR_NULL);
	} else if (answer->body) {
		say_with(line, "200 OK", answer->headers, str_of(answer->body));
	} else if (answer->write_body) {
		say_with(line, "200 OK", answer->headers, made);
	} else if (answer->write) {
		(void)say(line, made);
	} else {
		(void)say(line, answer->raw);
	}
}

static void hang_up(const struct line *line)
{
	const struct linger linger = { 1, 0 };
	char room[4096];

	if (line->acs->answer->end == END_RST) {
		(void)setsockopt(line->fd, SOL_SOCKET, SO_LINGER, &linger,
		    sizeof(linger));
		return;
	}
	/* To close with bytes unread would be a reset. */
	(void)shutdown(line->fd, SHUT_WR);
	while (recv(line->fd, room, sizeof(room), 0) > 0)
		;
}

/* Whether the connection goes on. */
static bool give_wrong(const struct line *line)
{
	const struct wrong_answer *answer = line->acs->answer;
	struct line under = *line;

	note_wrong(line->acs);
	(void)__atomic_add_fetch(&line->acs->n_given, 1, __ATOMIC_SEQ_CST);
	if (answer->tls == TLS_UNDER)
		under.ssl = NULL;
	say_wrong(&under);
	while (answer->pour.len > 0 && say(line, answer->pour))
		;
	while (answer->drip.len > 0 && say(line, answer->drip))
		(void)poll(NULL, 0, DRIP_MS);
	if (answer->end == END_STAYS)
		return true;
	hang_up(line);
	return false;
}

/* ---- requests ------------------------------------------------------------------------ */

/* Takes one whole request off in; its body is borrowed until the next call. */
static bool next_request(const struct line *line, struct buf *in, size_t *taken,
    struct str *ret_body)
{
	size_t end, at;

	buf_consume(in, *taken);
	*taken = 0;
	for (;;) {
		struct str all = buf_str(in);

		if (str_find(all, STR("\r\n\r\n"), &end)) {
			size_t len = 0;

			if (str_find(str_make(all.p, end), STR("Content-Length: "),
				&at))
				len = strtoul(all.p + at + 16, NULL, 10);
			if (all.len >= end + 4 + len) {
				*taken = end + 4 + len;
				*ret_body = str_make(all.p + end + 4, len);
				return true;
			}
		}
		if (!hear(line, in))
			return false;
	}
}

static enum wrong_at kind_of(struct str body)
{
	if (body.len == 0)
		return AT_EMPTY;
	return str_find(body, STR(":Inform>"), NULL) ? AT_INFORM : AT_ANSWER;
}

static void note_inform(struct wrong_acs *acs, struct str body)
{
	size_t at;
	unsigned n = 0;

	if (str_find(body, STR("<RetryCount>"), &at))
		n = (unsigned)strtoul(body.p + at + 12, NULL, 10);
	__atomic_store_n(&acs->retry_count, n, __ATOMIC_SEQ_CST);
	(void)__atomic_add_fetch(&acs->n_informs, 1, __ATOMIC_SEQ_CST);
	if (n > 0)
		__atomic_store_n(&acs->is_good, true, __ATOMIC_SEQ_CST);
}

static void wait_for_wrong(const struct wrong_acs *acs)
{
	while (!__atomic_load_n(&acs->wrong_at, __ATOMIC_SEQ_CST))
		(void)poll(NULL, 0, 5);
}

static bool is_wrong_now(const struct line *line, enum wrong_at kind)
{
	struct wrong_acs *acs = line->acs;

	return line->is_victim && !__atomic_load_n(&acs->is_good, __ATOMIC_SEQ_CST) &&
	       (acs->at == kind || (acs->at == AT_TLS && kind == AT_INFORM)) &&
	       (acs->answer->is_again ||
		   __atomic_load_n(&acs->n_given, __ATOMIC_SEQ_CST) == 0);
}

/* Whether the connection goes on. */
static bool answer(const struct line *line, struct str body)
{
	struct wrong_acs *acs = line->acs;
	enum wrong_at kind = kind_of(body);

	if (line->is_victim && kind == AT_INFORM && !line->is_tls)
		note_inform(acs, body);
	if (is_wrong_now(line, kind)) {
		if (acs->at != AT_TLS || line->is_tls)
			return give_wrong(line);
		say_with(line, "307 Temporary Redirect",
		    "Location: https://127.0.0.1:7548/cwmp\r\n", STR_NULL);
		return true;
	}
	if (kind == AT_INFORM) {
		if (!line->is_victim)
			wait_for_wrong(acs);
		say_with(line, "200 OK", NULL, STR(INFORM_RESPONSE("1")));
	} else if (kind == AT_EMPTY && line->is_victim && acs->at == AT_ANSWER) {
		say_with(line, "200 OK", NULL, STR(ASK));
	} else {
		say_with(line, "204 No Content", NULL, STR_NULL);
	}
	return true;
}

/* ---- connections --------------------------------------------------------------------- */

static SSL_CTX *tls_of(const struct wrong_acs *acs)
{
	const struct certificate *certificate =
	    &acs->pki->items[acs->answer->certificate];
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (!ctx || SSL_CTX_use_certificate_chain_file(ctx, certificate->chain) != 1 ||
	    SSL_CTX_use_PrivateKey_file(ctx, certificate->key, SSL_FILETYPE_PEM) != 1)
		die("TLS");
	if (acs->answer->tls == TLS_OLD) {
		(void)SSL_CTX_set_cipher_list(ctx, "DEFAULT@SECLEVEL=0");
		(void)SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
		(void)SSL_CTX_set_max_proto_version(ctx, TLS1_1_VERSION);
	}
	return ctx;
}

/* Whether there is a connection to read requests from. */
static bool shake_hands(struct line *line)
{
	auto_buf hello = BUF_NULL;
	SSL_CTX *ctx;

	if (line->acs->answer->tls == TLS_NEVER) {
		if (hear(line, &hello))
			(void)(give_wrong(line) && hear(line, &hello));
		return false;
	}
	ctx = tls_of(line->acs);
	note_wrong(line->acs);
	line->ssl = SSL_new(ctx);
	SSL_CTX_free(ctx);
	return line->ssl && SSL_set_fd(line->ssl, line->fd) == 1 &&
	       SSL_accept(line->ssl) == 1;
}

static void talk(struct line *line)
{
	auto_buf in = BUF_NULL;
	struct str body;
	size_t taken = 0;

	in.max = 256 << 20;
	if (line->is_victim && line->acs->at == AT_ACCEPT &&
	    __atomic_load_n(&line->acs->n_given, __ATOMIC_SEQ_CST) == 0 &&
	    !give_wrong(line))
		return;
	if (line->is_tls && !shake_hands(line))
		return;
	while (next_request(line, &in, &taken, &body) && answer(line, body))
		;
}

static void *serve(void *user)
{
	struct line *line = user;

	talk(line);
	(void)close(line->fd);
	SSL_free(line->ssl);
	free(line);
	return NULL;
}

static void *take(void *user)
{
	struct line *listener = user;

	for (;;) {
		struct sockaddr_in peer = { 0 };
		socklen_t len = sizeof(peer);
		struct line *line = malloc(sizeof(*line));
		int on = 1, fd = accept4(listener->fd, (struct sockaddr *)&peer, &len,
				SOCK_CLOEXEC);
		pthread_t thread;

		if (fd < 0 || !line)
			die("accept");
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		*line = *listener;
		line->fd = fd;
		line->is_victim = ntohl(peer.sin_addr.s_addr) == WRONG_VICTIM;
		if (pthread_create(&thread, NULL, serve, line) != 0)
			die("thread");
		(void)pthread_detach(thread);
	}
	return NULL;
}

static int listen_on(uint16_t port)
{
	const struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0 ||
	    listen(fd, BACKLOG) < 0)
		die("listen");
	return fd;
}

void wrong_acs_open(struct wrong_acs *acs, const struct wrong_answer *wrong,
    enum wrong_at at, const struct certificates *pki)
{
	*acs = (struct wrong_acs){ .answer = wrong,
		.at = at,
		.pki = pki,
		.fd = listen_on(WRONG_PORT),
		.tls_fd = listen_on(WRONG_TLS_PORT) };
	if (wrong->write)
		wrong->write(&acs->made);
	if (wrong->write_body)
		wrong->write_body(&acs->made);
}

static void serve_at(struct wrong_acs *acs, int fd, bool is_tls)
{
	struct line *listener = calloc(1, sizeof(*listener));
	pthread_t thread;

	if (!listener)
		die("listener");
	*listener = (struct line){ .acs = acs, .fd = fd, .is_tls = is_tls };
	if (pthread_create(&thread, NULL, take, listener) != 0)
		die("thread");
	(void)pthread_detach(thread);
}

void wrong_acs_serve(struct wrong_acs *acs)
{
	serve_at(acs, acs->fd, false);
	serve_at(acs, acs->tls_fd, true);
}
