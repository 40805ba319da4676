/* When a client of agents/common/stream acknowledges what a server writes in pieces, beside one
 * that has a bare socket. The server has Nagle's algorithm on, so its second piece waits for
 * the ACK of the first. */
#include "tests/unit/unit.h"

#include "agents/common/stream.h"
#include "lib/base/compiler.h"
#include "tests/unit/common/peer.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>

enum {
	ROUNDS = 20,
	/* That a busy machine may change: the ACK comes by itself where the client is not run
	 * for 40 ms, and late where the kernel puts the packet off. */
	CHANCE = ROUNDS / 2
};

enum { /* words of the kernel's struct tcp_info, behind those that the C library knows */
	SEGS_IN = 35,
	DATA_SEGS_IN = 38,
	INFO_WORDS = 48
};

struct client {
	uv_loop_t loop;
	struct stream *stream;
	int fd; /* the stream's, which owns it */
	size_t n_got;
};

static void on_opened(void *user)
{
	struct client *client = user;

	assert_int_equal(stream_write(client->stream, STR("hello")), 0);
}

/* It knows a whole answer by its length, and goes on. */
static void on_received(void *user, struct str bytes)
{
	struct client *client = user;

	client->n_got += bytes.len;
	if (client->n_got == 5)
		assert_int_equal(stream_write(client->stream, STR("again")), 0);
}

static void on_ended(void *user)
{
	(void)user;
	fail();
}

static void on_failed(void *user, enum stream_layer layer, const char *why)
{
	(void)user;
	(void)layer;
	fail_msg("%s", why);
}

static const struct stream_handlers handlers = {
	.opened = on_opened,
	.received = on_received,
	.ended = on_ended,
	.failed = on_failed,
};

/* Connects, and runs until its first words are with the listener: they carry the last ACK of
 * its connection. */
static void client_open(struct client *client, int listener,
    const struct sockaddr_in *at, struct tls_ctx *ctx)
{
	const struct stream_tls tls = { .ctx = ctx, .name = "acs1.lab" };
	struct pollfd comes = { .fd = listener, .events = POLLIN };

	*client = (struct client){ .fd = socket(AF_INET,
				       SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) };
	assert_int_equal(uv_loop_init(&client->loop), 0);
	assert_int_equal(stream_connect(&client->stream, &client->loop, client->fd,
			     (const struct sockaddr *)at, sizeof(*at), &tls, &handlers,
			     client, NULL),
	    0);
	while (poll(&comes, 1, 0) == 0)
		(void)uv_run(&client->loop, UV_RUN_ONCE);
}

/* Until it has read all that is there. */
static void client_read(struct client *client)
{
	int there = 1;

	while (there > 0) {
		(void)uv_run(&client->loop, UV_RUN_ONCE);
		assert_int_equal(ioctl(client->fd, SIOCINQ, &there), 0);
	}
}

static void client_close(struct client *client)
{
	stream_abort(client->stream, NULL);
	assert_true(run_to_the_end(&client->loop));
	assert_int_equal(uv_loop_close(&client->loop), 0);
}

/* The connection, once the client's first words are read. */
static int take_words(int listener)
{
	char words[4096];
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	assert_true(fd >= 0);
	assert_true(recv(fd, words, sizeof(words), 0) > 0);
	return fd;
}

static void say(int fd, const char *piece)
{
	assert_int_equal(send(fd, piece, strlen(piece), MSG_NOSIGNAL), strlen(piece));
}

/* Whether the first of two pieces, of that many bytes together, is not acknowledged. */
static bool is_kept(int fd, int bytes)
{
	int left;

	assert_int_equal(ioctl(fd, SIOCOUTQ, &left), 0);
	return left == bytes;
}

/* How many of ROUNDS such answers are not acknowledged when their first piece was read. */
static unsigned count_late(struct tls_ctx *ctx, const char *const pieces[2])
{
	size_t bytes = strlen(pieces[0]) + strlen(pieces[1]);
	struct sockaddr_in at;
	int listener = listen_on_loopback(&at, 1);
	unsigned n_late = 0;

	assert_int_equal(fcntl(listener, F_SETFL, 0), 0);
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct client client;
		int fd;

		client_open(&client, listener, &at, ctx);
		fd = take_words(listener);
		say(fd, pieces[0]);
		say(fd, pieces[1]);
		client_read(&client);
		n_late += is_kept(fd, (int)bytes);
		client_close(&client);
		(void)close(fd);
	}
	(void)close(listener);
	return n_late;
}

/* The same of a client with a socket and nothing else. */
static unsigned count_late_of_bare(const char *const pieces[2])
{
	size_t bytes = strlen(pieces[0]) + strlen(pieces[1]);
	struct sockaddr_in at;
	int listener = listen_on_loopback(&at, 1);
	unsigned n_late = 0;

	assert_int_equal(fcntl(listener, F_SETFL, 0), 0);
	for (unsigned i = 0; i < ROUNDS; i++) {
		int own = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), fd;
		char words[64];

		assert_int_equal(connect(own, (struct sockaddr *)&at, sizeof(at)), 0);
		say(own, "hello");
		fd = take_words(listener);
		say(fd, pieces[0]);
		say(fd, pieces[1]);
		assert_true(recv(own, words, sizeof(words), 0) > 0);
		n_late += is_kept(fd, (int)bytes);
		(void)close(own);
		(void)close(fd);
	}
	(void)close(listener);
	return n_late;
}

static void a_first_answer_in_pieces_waits_as_little_as_for_a_bare_socket(void **state)
{
	static const char *const plain[2] = { "he", "llo" };
	static const char *const record[2] = { "\x16\x03\x03", "\x01\x02" };
	static const struct tls_config config = { .max = TLS_PROTOCOL_1_3 };
	auto_cleanup(tls_ctx_free) struct tls_ctx *ctx = NULL;
	unsigned n_late = count_late_of_bare(plain);

	(void)state;
	assert_int_equal(tls_ctx_new(&ctx, &config, NULL), 0);
	assert_in_range(count_late(NULL, plain), 0, n_late + CHANCE);
	assert_in_range(count_late(ctx, record), 0, n_late + CHANCE);
}

/* Of a server's segments that have come to it: those without data. */
static uint32_t count_bare_segments(int fd)
{
	uint32_t info[INFO_WORDS] = { 0 };
	socklen_t len = sizeof(info);

	assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &len), 0);
	return info[SEGS_IN] - info[DATA_SEGS_IN];
}

static void a_whole_answer_is_acknowledged_by_the_next_words(void **state)
{
	struct sockaddr_in at;
	int listener = listen_on_loopback(&at, 1);
	unsigned n_spared = 0;

	(void)state;
	assert_int_equal(fcntl(listener, F_SETFL, 0), 0);
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct client client;
		char words[16];
		int fd;

		client_open(&client, listener, &at, NULL);
		fd = take_words(listener);
		say(fd, "hello");
		client_read(&client);
		assert_int_equal(recv(fd, words, sizeof(words), 0), 5);
		n_spared += count_bare_segments(fd) == 1; /* the SYN */
		client_close(&client);
		(void)close(fd);
	}
	(void)close(listener);
	assert_in_range(n_spared, CHANCE, ROUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_first_answer_in_pieces_waits_as_little_as_for_a_bare_socket),
		cmocka_unit_test(a_whole_answer_is_acknowledged_by_the_next_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
