/* Streams, TLS and the lab's CA on loopback: a server that echoes, a client that says hello
 * and closes first. */
#include "tests/unit/unit.h"

#include "tests/support/guard.h"

#include "agents/common/stream.h"
#include "agents/common/tls_memory.h"
#include "agents/pki/pki.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/compiler.h"
#include "tests/unit/common/peer.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "acs1.lab"
#define DAY  (INT64_C(86400) * NS_PER_S)

struct end { /* one of the two */
	struct talk *talk;
	struct stream *stream;
	struct buf got;
	bool is_open, has_ended, is_closed;
	bool is_unspoken; /* when it failed */
	enum stream_layer layer;
	char why[STREAM_WHY_MAX]; /* of a failure */
};

struct talk {
	uv_loop_t loop;
	uv_poll_t listener;
	int fd; /* listens */
	struct end client, server;
	struct tls_ctx *server_tls;
	int server_fd;
	struct tls_memory *memory; /* of the client; null: it resumes nothing */
	bool is_resumed;
	bool breaks; /* the server can write no more once the greeting has come */
	size_t gift; /* bytes that it answers with; 0: it echoes */
	/* That had come to it by then, without data and with it. */
	uint32_t bare_segments, data_segments;
};

static void on_closed(void *user)
{
	struct end *end = user;

	end->is_closed = true;
	end->stream = NULL;
}

static void client_opened(void *user)
{
	struct end *end = user;

	end->is_open = true;
	end->talk->is_resumed = stream_is_resumed(end->stream);
	assert_int_equal(stream_write(end->stream, STR("hello")), 0);
}

static void client_received(void *user, struct str bytes)
{
	struct end *end = user;

	buf_append_str(&end->got, bytes);
	if (end->got.len == (end->talk->gift ? end->talk->gift : 5))
		stream_close(end->stream, on_closed);
}

static void server_opened(void *user)
{
	((struct end *)user)->is_open = true;
}

enum { /* words of the kernel's struct tcp_info, behind those that the C library knows */
	SEGS_IN = 35,
	DATA_SEGS_IN = 38,
	INFO_WORDS = 48
};

static void count_segments(struct talk *talk)
{
	uint32_t info[INFO_WORDS] = { 0 };
	socklen_t len = sizeof(info);

	assert_int_equal(getsockopt(talk->server_fd, IPPROTO_TCP, TCP_INFO, info, &len),
	    0);
	talk->data_segments = info[DATA_SEGS_IN];
	talk->bare_segments = info[SEGS_IN] - info[DATA_SEGS_IN];
}

static void server_received(void *user, struct str bytes)
{
	struct end *end = user;
	auto_buf gift = BUF_NULL;

	count_segments(end->talk);
	buf_append_str(&end->got, bytes);
	while (gift.len < end->talk->gift)
		buf_append_char(&gift, (char)('a' + gift.len % 23));
	if (gift.len > 0)
		bytes = buf_str(&gift);
	if (end->talk->breaks)
		assert_int_equal(shutdown(end->talk->server_fd, SHUT_WR), 0);
	assert_int_equal(stream_write(end->stream, bytes), 0);
	assert_string_equal(end->why, ""); /* a failure comes later */
}

static void on_ended(void *user)
{
	struct end *end = user;

	end->has_ended = true;
	stream_close(end->stream, on_closed);
}

static void on_failed(void *user, enum stream_layer layer, const char *why)
{
	struct end *end = user;

	end->layer = layer;
	end->is_unspoken = stream_is_unspoken(end->stream);
	(void)snprintf(end->why, sizeof(end->why), "%s", why);
	stream_close(end->stream, on_closed);
}

static const struct stream_handlers client_handlers = {
	.opened = client_opened,
	.received = client_received,
	.ended = on_ended,
	.failed = on_failed,
};
static const struct stream_handlers server_handlers = {
	.opened = server_opened,
	.received = server_received,
	.ended = on_ended,
	.failed = on_failed,
};

static void on_listen(uv_poll_t *poll, int status, int events)
{
	struct talk *talk = poll->data;
	int fd = accept4(talk->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)status;
	(void)events;
	assert_true(fd >= 0);
	talk->server_fd = fd;
	assert_int_equal(stream_accept(&talk->server.stream, &talk->loop, fd,
			     talk->server_tls, &server_handlers, &talk->server, NULL),
	    0);
	uv_close((uv_handle_t *)poll, NULL);
}

/* Both ends talk until nothing is left to do. A null name means plain TCP. */
static void play_on(struct talk *talk, struct tls_ctx *server_tls,
    struct tls_ctx *client_tls, const char *name)
{
	const struct stream_tls tls = { client_tls, name, talk->memory, NULL };
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	talk->server_tls = server_tls;
	talk->client.talk = talk->server.talk = talk;
	assert_int_equal(uv_loop_init(&talk->loop), 0);
	talk->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(talk->fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(talk->fd, 1), 0);
	assert_int_equal(getsockname(talk->fd, (struct sockaddr *)&at, &len), 0);
	assert_int_equal(uv_poll_init(&talk->loop, &talk->listener, talk->fd), 0);
	talk->listener.data = talk;
	assert_int_equal(uv_poll_start(&talk->listener, UV_READABLE, on_listen), 0);
	assert_int_equal(stream_connect(&talk->client.stream, &talk->loop, fd,
			     (struct sockaddr *)&at, sizeof(at), &tls, &client_handlers,
			     &talk->client, NULL),
	    0);
	(void)uv_run(&talk->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&talk->loop), 0);
	(void)close(talk->fd);
	assert_true(talk->client.is_closed);
	assert_true(talk->server.is_closed);
}

static void play(struct talk *talk, struct tls_ctx *server_tls,
    struct tls_ctx *client_tls, const char *name)
{
	*talk = (struct talk){ .server_tls = NULL };
	play_on(talk, server_tls, client_tls, name);
}

static void talk_free(struct talk *talk)
{
	buf_free(&talk->client.got);
	buf_free(&talk->server.got);
}

static void test_plain_bytes_go_there_and_back(void **state)
{
	struct talk talk;

	(void)state;
	play(&talk, NULL, NULL, NULL);
	assert_true(str_is(buf_str(&talk.client.got), "hello"));
	assert_true(talk.server.has_ended); /* the client's FIN came first */
	assert_false(talk.client.has_ended);
	assert_string_equal(talk.client.why, "");
	assert_string_equal(talk.server.why, "");
	talk_free(&talk);
}

/* Unless the machine lets a fifth of a second pass between the two, now and then. */
static void test_the_ack_of_a_syn_comes_with_the_first_bytes(void **state)
{
	uint32_t bare = 2;

	(void)state;
	for (int i = 0; i < 100 && bare > 1; i++) {
		struct talk talk;

		play(&talk, NULL, NULL, NULL);
		bare = talk.bare_segments;
		talk_free(&talk);
	}
	assert_int_equal(bare, 1); /* the SYN */
}

/* ---- certificates ------------------------------------------------------------------ */

struct files {
	char folder[64];
	char ca[96], certificate[96], key[96];
};

static struct files files_make(void)
{
	struct files files = { .folder = "/tmp/cwmplab-stream.XXXXXX" };

	assert_non_null(mkdtemp(files.folder));
	guard_path(files.folder);
	(void)snprintf(files.ca, sizeof(files.ca), "%s/ca.pem", files.folder);
	(void)snprintf(files.certificate, sizeof(files.certificate), "%s/acs.pem",
	    files.folder);
	(void)snprintf(files.key, sizeof(files.key), "%s/acs.key", files.folder);
	return files;
}

static void files_free(const struct files *files)
{
	(void)unlink(files->ca);
	(void)unlink(files->certificate);
	(void)unlink(files->key);
	(void)rmdir(files->folder);
}

static const struct certificate_row {
	const char *name;      /* in the certificate */
	const char *asked_for; /* by the client */
	bool is_expired;
	bool is_of_another_ca;
	bool has_no_trust;
	enum tls_protocol max;
	const char *why; /* at the client; null: all is well */
} certificate_rows[] = {
	{ NAME, NAME, false, false, false, TLS_PROTOCOL_1_3, NULL },
	{ NAME, NAME, false, false, false, TLS_PROTOCOL_1_2, NULL },
	{ NAME, "127.0.0.1", false, false, false, TLS_PROTOCOL_1_3, NULL },
	{ "other.lab", NAME, false, false, false, TLS_PROTOCOL_1_3,
	    "the certificate is for other.lab, 127.0.0.1, not acs1.lab" },
	{ NAME, "10.0.0.9", false, false, false, TLS_PROTOCOL_1_3,
	    "the certificate is for acs1.lab, 127.0.0.1, not 10.0.0.9" },
	{ NAME, NAME, true, false, false, TLS_PROTOCOL_1_3, "expired" },
	{ NAME, NAME, false, true, false, TLS_PROTOCOL_1_2, "\"another CA\"" },
	{ NAME, NAME, false, false, true, TLS_PROTOCOL_1_3, "not trusted" },
};

static void issue(const struct certificate_row *row, const struct files *files)
{
	auto_cleanup(pki_ca_free) struct pki_ca *trusted = NULL;
	auto_cleanup(pki_ca_free) struct pki_ca *other = NULL;
	const uint32_t address = INADDR_LOOPBACK;
	clock_ns now = clock_wall();
	const struct pki_request request = {
		.names = &row->name,
		.n_names = 1,
		.addresses = &address,
		.n_addresses = 1,
		.not_before = now - 10 * DAY,
		.not_after = row->is_expired ? now - DAY : now + DAY,
	};

	assert_int_equal(pki_ca_new(&trusted, "the lab's CA", now, NULL), 0);
	assert_int_equal(pki_ca_new(&other, "another CA", now, NULL), 0);
	assert_int_equal(pki_ca_write(trusted, files->ca, NULL), 0);
	assert_int_equal(pki_issue(row->is_of_another_ca ? other : trusted, &request,
			     files->certificate, files->key, NULL),
	    0);
}

static void check_certificate(const struct certificate_row *row)
{
	auto_cleanup(tls_ctx_free) struct tls_ctx *server = NULL;
	auto_cleanup(tls_ctx_free) struct tls_ctx *client = NULL;
	struct files files = files_make();
	const struct tls_config server_config = { .is_server = true,
		.certificate = files.certificate,
		.key = files.key,
		.max = TLS_PROTOCOL_1_3 };
	const struct tls_config client_config = {
		.trust = row->has_no_trust ? NULL : files.ca,
		.max = row->max,
	};
	struct talk talk;

	issue(row, &files);
	assert_int_equal(tls_ctx_new(&server, &server_config, NULL), 0);
	assert_int_equal(tls_ctx_new(&client, &client_config, NULL), 0);
	play(&talk, server, client, row->asked_for);
	if (!row->why) {
		assert_string_equal(talk.client.why, "");
		assert_true(str_is(buf_str(&talk.client.got), "hello"));
		assert_true(talk.server.has_ended);
	} else {
		assert_false(talk.client.is_open);
		assert_int_equal(talk.client.layer, STREAM_TLS);
		if (!strstr(talk.client.why, row->why))
			fail_msg("\"%s\", not \"%s\"", talk.client.why, row->why);
		assert_int_equal(talk.client.got.len, 0);
	}
	talk_free(&talk);
	files_free(&files);
}

static void test_certificates_are_verified(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(certificate_rows); i++)
		check_certificate(&certificate_rows[i]);
}

static void test_keys_are_for_their_owner_alone(void **state)
{
	struct files files = files_make();
	struct stat st;

	(void)state;
	issue(&certificate_rows[0], &files);
	assert_int_equal(stat(files.key, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	files_free(&files);
}

static void test_nobody_listening_is_a_failure_of_tcp(void **state)
{
	struct end client = { .stream = NULL };
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	const struct stream_tls plain = { .ctx = NULL };
	int bound = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	uv_loop_t loop;

	(void)state;
	/* A port that is bound but not listened on answers with RST. */
	assert_int_equal(bind(bound, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(bound, (struct sockaddr *)&at, &len), 0);
	assert_int_equal(uv_loop_init(&loop), 0);
	assert_int_equal(stream_connect(&client.stream, &loop, fd,
			     (struct sockaddr *)&at, sizeof(at), &plain,
			     &client_handlers, &client, NULL),
	    0);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
	assert_int_equal(client.layer, STREAM_TCP);
	assert_string_equal(client.why, "Connection refused");
	assert_true(client.is_closed);
	(void)close(bound);
}

/* ---- handshakes that fail ----------------------------------------------------------- */

static const struct {
	struct peer_act acts[2];
	enum stream_layer layer;
	const char *why;
	bool is_broken; /* the connection, before the hello is written */
} handshake_rows[] = {
	{ { { "\x16", "HTTP/1.1 400 Bad Request\r\n\r\n", 0 } }, STREAM_TLS,
	    "the other end does not speak TLS", false },
	{ { { "\x16", NULL, PEER_ENDS } }, STREAM_TLS,
	    "the other end hung up in the middle of TLS", false },
	{ { { "\x16", "\x15\x03\x03", PEER_ENDS } }, STREAM_TLS,
	    "the other end hung up in the middle of TLS", false },
	{ { { "\x16", "\x15\x03\x03", PEER_RESETS } }, STREAM_TCP,
	    "Connection reset by peer", false },
	{ { { "\x16", NULL, PEER_ENDS } }, STREAM_TCP, "Broken pipe", true },
};

static void test_a_client_says_why_a_handshake_failed(void **state)
{
	auto_cleanup(tls_ctx_free) struct tls_ctx *ctx = NULL;
	const struct tls_config config = { .max = TLS_PROTOCOL_1_3 };

	(void)state;
	assert_int_equal(tls_ctx_new(&ctx, &config, NULL), 0);
	for (size_t i = 0; i < ARRAY_LEN(handshake_rows); i++) {
		const struct stream_tls tls = { ctx, NAME, NULL, NULL };
		struct end client = { .stream = NULL };
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		struct peer peer;
		uv_loop_t loop;

		assert_int_equal(uv_loop_init(&loop), 0);
		peer_open(&peer, &loop, handshake_rows[i].acts);
		assert_int_equal(stream_connect(&client.stream, &loop, fd,
				     (struct sockaddr *)&peer.at, sizeof(peer.at), &tls,
				     &client_handlers, &client, NULL),
		    0);
		if (handshake_rows[i].is_broken)
			assert_int_equal(shutdown(fd, SHUT_WR), 0);
		assert_true(run_to_the_end(&loop));
		assert_int_equal(uv_loop_close(&loop), 0);
		peer_free(&peer);
		assert_string_equal(client.why, handshake_rows[i].why);
		assert_int_equal(client.layer, handshake_rows[i].layer);
		assert_false(client.is_open);
	}
}

/* A server with a certificate for NAME, of this version of TLS and newer ones; what it and
 * its clients read is written into files. */
static struct tls_ctx *make_server_in(const struct files *files, enum tls_protocol min)
{
	const struct tls_config config = { .is_server = true,
		.certificate = files->certificate,
		.key = files->key,
		.min = min,
		.max = TLS_PROTOCOL_1_3 };
	struct tls_ctx *server = NULL;

	issue(&certificate_rows[0], files);
	assert_int_equal(tls_ctx_new(&server, &config, NULL), 0);
	return server;
}

static struct tls_ctx *make_server(enum tls_protocol min)
{
	struct files files = files_make();
	struct tls_ctx *server = make_server_in(&files, min);

	files_free(&files);
	return server;
}

static void test_two_ends_without_a_common_version_say_so(void **state)
{
	auto_cleanup(tls_ctx_free) struct tls_ctx *server =
	    make_server(TLS_PROTOCOL_1_3);
	auto_cleanup(tls_ctx_free) struct tls_ctx *client = NULL;
	const struct tls_config config = { .max = TLS_PROTOCOL_1_2 };
	struct talk talk;

	(void)state;
	assert_int_equal(tls_ctx_new(&client, &config, NULL), 0);
	play(&talk, server, client, NAME);
	assert_string_equal(talk.client.why,
	    "the two ends have no TLS version in common");
	assert_string_equal(talk.server.why,
	    "the two ends have no TLS version in common");
	talk_free(&talk);
}

static void test_a_write_of_tls_that_fails_is_told(void **state)
{
	struct files files = files_make();
	auto_cleanup(tls_ctx_free) struct tls_ctx *server =
	    make_server_in(&files, TLS_PROTOCOL_1_2);
	auto_cleanup(tls_ctx_free) struct tls_ctx *client = NULL;
	const struct tls_config config = { .trust = files.ca, .max = TLS_PROTOCOL_1_3 };
	struct talk talk = { .breaks = true };

	(void)state;
	assert_int_equal(tls_ctx_new(&client, &config, NULL), 0);
	play_on(&talk, server, client, NAME);
	assert_string_equal(talk.server.why, "Broken pipe");
	assert_int_equal(talk.server.layer, STREAM_TCP);
	talk_free(&talk);
	files_free(&files);
}

/* One that fits into a record of TLS, one byte more, one that fits into the socket, and one that does
 * not. */
static void test_a_long_answer_comes_whole(void **state)
{
	static const size_t gifts[] = { 16384, 16385, 200000, 8000000 };

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_LEN(gifts); i++) {
		struct files files = files_make();
		auto_cleanup(tls_ctx_free) struct tls_ctx *server =
		    make_server_in(&files, TLS_PROTOCOL_1_3);
		auto_cleanup(tls_ctx_free) struct tls_ctx *client = NULL;
		const struct tls_config config = { .trust = files.ca,
			.max = TLS_PROTOCOL_1_3 };
		struct talk talk = { .gift = gifts[i / 2] };
		bool is_tls = i % 2 == 1;
		size_t same = 0;

		assert_int_equal(tls_ctx_new(&client, &config, NULL), 0);
		play_on(&talk, is_tls ? server : NULL, is_tls ? client : NULL,
		    is_tls ? NAME : NULL);
		assert_string_equal(talk.client.why, "");
		while (same < talk.client.got.len &&
		       talk.client.got.data[same] == 'a' + same % 23)
			same++;
		assert_int_equal(same, talk.gift);
		talk_free(&talk);
		files_free(&files);
	}
}

/* What is kept of a server is good for another session, and has no certificate: a fleet keeps as
 * many. */
static void expect_bare(const struct tls_memory *memory, const char *name, bool is_kept)
{
	SSL_SESSION *session = tls_memory_session(memory, name);

	assert_int_equal(session != NULL, is_kept);
	if (!session)
		return;
	assert_int_equal(SSL_SESSION_is_resumable(session), 1);
	assert_null(SSL_SESSION_get0_peer(session));
	assert_null(tls_memory_session(memory, "another"));
	SSL_SESSION_free(session);
}

/* A ticket is good for the same server, of a client that keeps it and a server that gives it. */
static void test_a_session_is_resumed_where_both_ends_do(void **state)
{
	static const struct {
		bool gives, keeps;
		const char *again; /* whom the client asks for the second time */
		enum tls_protocol max;
		bool is_resumed;
	} rows[] = {
		{ true, true, NAME, TLS_PROTOCOL_1_3, true },
		{ true, true, NAME, TLS_PROTOCOL_1_2, true },
		{ true, true, "127.0.0.1", TLS_PROTOCOL_1_3, false },
		{ false, true, NAME, TLS_PROTOCOL_1_3, false },
		{ true, false, NAME, TLS_PROTOCOL_1_3, false },
		{ false, true, NAME, TLS_PROTOCOL_1_2, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct files files = files_make();
		const struct tls_config server_config = { .is_server = true,
			.certificate = files.certificate,
			.key = files.key,
			.resumes = rows[i].gives,
			.max = TLS_PROTOCOL_1_3 };
		const struct tls_config client_config = { .trust = files.ca,
			.resumes = rows[i].keeps,
			.max = rows[i].max };
		auto_cleanup(tls_ctx_free) struct tls_ctx *server = NULL;
		auto_cleanup(tls_ctx_free) struct tls_ctx *client = NULL;
		struct tls_memory memory = { NULL };
		const char *names[] = { NAME, rows[i].again };

		issue(&certificate_rows[0], &files);
		assert_int_equal(tls_ctx_new(&server, &server_config, NULL), 0);
		assert_int_equal(tls_ctx_new(&client, &client_config, NULL), 0);
		for (size_t k = 0; k < ARRAY_LEN(names); k++) {
			struct talk talk = { .memory = &memory };

			play_on(&talk, server, client, names[k]);
			assert_string_equal(talk.client.why, "");
			assert_int_equal(talk.is_resumed, k == 1 && rows[i].is_resumed);
			/* Its last words of TLS and the greeting come as one segment,
			 * unless the server has to answer the former first. */
			assert_int_equal(talk.data_segments,
			    rows[i].max == TLS_PROTOCOL_1_2 && !talk.is_resumed ? 3
										: 2);
			talk_free(&talk);
		}
		expect_bare(&memory, rows[i].again, rows[i].gives && rows[i].keeps);
		tls_memory_forget(&memory);
		files_free(&files);
	}
}

/* Those that OpenSSL has, none more and none less: AES of 128 bits comes first where each connection
 * has a key of its own, of TLS 1.3 and of those before it. */
static void test_ciphers_have_another_order(void **state)
{
	struct tls_ctx *ctx = make_server(TLS_PROTOCOL_1_2);
	SSL_CTX *other = SSL_CTX_new(TLS_server_method());
	STACK_OF(SSL_CIPHER) *ours = SSL_CTX_get_ciphers(ctx->ssl_ctx);
	STACK_OF(SSL_CIPHER) *theirs = SSL_CTX_get_ciphers(other);
	bool was_12 = false;

	(void)state;
	assert_int_equal(sk_SSL_CIPHER_num(ours), sk_SSL_CIPHER_num(theirs));
	for (int i = 0; i < sk_SSL_CIPHER_num(theirs); i++)
		assert_true(
		    sk_SSL_CIPHER_find(ours, sk_SSL_CIPHER_value(theirs, i)) >= 0);
	assert_string_equal(SSL_CIPHER_get_name(sk_SSL_CIPHER_value(ours, 0)),
	    "TLS_AES_128_GCM_SHA256");
	for (int i = 0; i < sk_SSL_CIPHER_num(ours) && !was_12; i++) {
		const SSL_CIPHER *cipher = sk_SSL_CIPHER_value(ours, i);

		was_12 = SSL_CIPHER_get_kx_nid(cipher) != NID_kx_any;
		if (was_12)
			assert_string_equal(SSL_CIPHER_get_name(cipher),
			    "ECDHE-ECDSA-AES128-GCM-SHA256");
	}
	assert_true(was_12);
	SSL_CTX_free(other);
	tls_ctx_free(ctx);
}

/* What a client of a TLS server says first, and what the server makes of it. */
static const struct {
	const char *bytes;
	size_t len;
	const char *why;
	bool is_silent; /* nothing is sent to a client that has closed */
} hello_rows[] = {
	{ "POST / HTTP/1.1\r\n\r\n", 19, "the other end speaks HTTP without TLS",
	    false },
	{ "220 mail.example\r\n", 18, "the other end does not speak TLS", false },
	{ "\x16\x03\x01", 3, "the other end hung up in the middle of TLS", true },
	{ "", 0, "the other end hung up in the middle of TLS", true },
};

static void test_a_server_says_why_a_handshake_failed(void **state)
{
	auto_cleanup(tls_ctx_free) struct tls_ctx *ctx = make_server(TLS_PROTOCOL_1_2);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hello_rows); i++) {
		struct end server = { .stream = NULL };
		uv_loop_t loop;
		char byte;
		int fds[2];

		assert_int_equal(socketpair(AF_UNIX,
				     SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
				     fds),
		    0);
		assert_int_equal(send(fds[1], hello_rows[i].bytes, hello_rows[i].len,
				     0),
		    hello_rows[i].len);
		assert_int_equal(shutdown(fds[1], SHUT_WR), 0);
		assert_int_equal(uv_loop_init(&loop), 0);
		assert_int_equal(stream_accept(&server.stream, &loop, fds[0], ctx,
				     &server_handlers, &server, NULL),
		    0);
		assert_true(run_to_the_end(&loop));
		assert_int_equal(uv_loop_close(&loop), 0);
		assert_string_equal(server.why, hello_rows[i].why);
		assert_int_equal(server.layer, STREAM_TLS);
		assert_int_equal(server.is_unspoken, hello_rows[i].len == 0);
		assert_false(server.is_open);
		if (hello_rows[i].is_silent)
			assert_int_equal(recv(fds[1], &byte, 1, 0), 0);
		(void)close(fds[1]);
	}
}

int main(void)
{
	/* As agents do: OpenSSL writes without MSG_NOSIGNAL. */
	(void)signal(SIGPIPE, SIG_IGN);

	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_bytes_go_there_and_back),
		cmocka_unit_test(test_the_ack_of_a_syn_comes_with_the_first_bytes),
		cmocka_unit_test(test_certificates_are_verified),
		cmocka_unit_test(test_keys_are_for_their_owner_alone),
		cmocka_unit_test(test_nobody_listening_is_a_failure_of_tcp),
		cmocka_unit_test(test_a_client_says_why_a_handshake_failed),
		cmocka_unit_test(test_two_ends_without_a_common_version_say_so),
		cmocka_unit_test(test_a_write_of_tls_that_fails_is_told),
		cmocka_unit_test(test_a_long_answer_comes_whole),
		cmocka_unit_test(test_a_session_is_resumed_where_both_ends_do),
		cmocka_unit_test(test_ciphers_have_another_order),
		cmocka_unit_test(test_a_server_says_why_a_handshake_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
