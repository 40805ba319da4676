/* agents/common/stream over a socket pair: what is queued, what is told when, and how a
 * stream ends. The test is the other end. */
#include "tests/unit/unit.h"

#include "agents/common/stream.h"
#include "lib/base/clock.h"
#include "lib/base/compiler.h"
#include "tests/unit/common/peer.h"

#include <stdio.h>

struct pair {
	uv_loop_t loop;
	struct stream *stream;
	int own_fd;      /* the stream's, which owns it */
	int fd;          /* the other end */
	struct buf told; /* what the owner was told, in its order */
	bool closes_when_told;
};

static void on_done(void *user)
{
	buf_append_text(&((struct pair *)user)->told, "done");
}

static void on_opened(void *user)
{
	buf_append_text(&((struct pair *)user)->told, "opened; ");
}

static void on_received(void *user, struct str bytes)
{
	struct pair *pair = user;

	buf_printf(&pair->told, "received %.*s; ", STR_ARG(bytes));
}

static void on_ended(void *user)
{
	buf_append_text(&((struct pair *)user)->told, "ended; ");
}

static void on_failed(void *user, enum stream_layer layer, const char *why)
{
	struct pair *pair = user;

	buf_printf(&pair->told, "%s: %s; ", layer == STREAM_TLS ? "TLS" : "TCP", why);
	if (pair->closes_when_told)
		stream_close(pair->stream, on_done);
}

static const struct stream_handlers handlers = {
	.opened = on_opened,
	.received = on_received,
	.ended = on_ended,
	.failed = on_failed,
};

static void pair_open(struct pair *pair)
{
	int fds[2];

	*pair = (struct pair){ .closes_when_told = true };
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			     0, fds),
	    0);
	pair->own_fd = fds[0];
	pair->fd = fds[1];
	assert_int_equal(uv_loop_init(&pair->loop), 0);
	assert_int_equal(stream_accept(&pair->stream, &pair->loop, fds[0], NULL,
			     &handlers, pair, NULL),
	    0);
}

static void pair_end(struct pair *pair)
{
	(void)shutdown(pair->fd, SHUT_RDWR);
	(void)close(pair->fd);
}

/* Runs to the end; then the owner was told just this. */
static void assert_told(struct pair *pair, const char *told)
{
	if (!run_to_the_end(&pair->loop))
		fail_msg("it hangs after: %s", buf_cstr(&pair->told));
	assert_int_equal(uv_loop_close(&pair->loop), 0);
	assert_string_equal(buf_cstr(&pair->told), told);
	buf_free(&pair->told);
}

static void assert_heard(const struct pair *pair, const char *words)
{
	char bytes[64];
	ssize_t n = recv(pair->fd, bytes, sizeof(bytes), 0);

	assert_int_equal(n, strlen(words));
	assert_memory_equal(bytes, words, (size_t)n);
}

/* ---- writing ----------------------------------------------------------------------- */

/* From now on the stream's socket takes no byte more, until the other end reads these. */
static size_t fill_socket(const struct pair *pair)
{
	static const char bytes[4096];
	size_t total = 0;
	ssize_t n;

	while ((n = send(pair->own_fd, bytes, sizeof(bytes), MSG_NOSIGNAL)) > 0)
		total += (size_t)n;
	assert_int_equal(errno, EAGAIN);
	return total;
}

static void what_is_queued_has_a_limit(void **state)
{
	static char bytes[STREAM_OUT_MAX];
	struct pair pair;

	(void)state;
	pair_open(&pair);
	(void)fill_socket(&pair);

	assert_int_equal(stream_write(pair.stream, str_make(bytes, sizeof(bytes))), 0);
	assert_int_equal(stream_write(pair.stream, STR("x")), ERR_LIMIT);

	pair_end(&pair);
	stream_close(pair.stream, on_done);
	assert_told(&pair, "opened; done");
}

/* What came behind bytes that were lost would be taken for what was to come there. */
static void nothing_goes_behind_bytes_that_were_lost(void **state)
{
	static char bytes[STREAM_OUT_MAX];
	struct pair pair;
	size_t left;

	(void)state;
	pair_open(&pair);
	left = fill_socket(&pair) + sizeof(bytes);
	assert_int_equal(stream_write(pair.stream, str_make(bytes, sizeof(bytes))), 0);
	assert_int_equal(stream_write(pair.stream, STR("lost")), ERR_LIMIT);
	while (left > 0) {
		static char room[1 << 16];
		ssize_t n = recv(pair.fd, room, sizeof(room), 0);

		if (n < 0)
			(void)uv_run(&pair.loop, UV_RUN_NOWAIT);
		left -= n > 0 ? (size_t)n : 0;
	}
	assert_int_equal(stream_queued(pair.stream), 0);

	assert_int_equal(stream_write(pair.stream, STR("behind")), ERR_LIMIT);
	stream_close(pair.stream, on_done);
	assert_heard(&pair, "");

	pair_end(&pair);
	assert_told(&pair, "opened; done");
}

static void what_is_queued_goes_once_the_peer_reads(void **state)
{
	struct pair pair;
	size_t filled, n_zeros = 0;
	bool has_x = false, has_end = false;

	(void)state;
	pair_open(&pair);
	filled = fill_socket(&pair);
	assert_int_equal(stream_write(pair.stream, STR("x")), 0);
	assert_int_equal(stream_write(pair.stream, STR("y")), 0);
	stream_close(pair.stream, on_done);

	while (!has_end) {
		char bytes[4096];
		ssize_t n = recv(pair.fd, bytes, sizeof(bytes), 0);

		if (n < 0)
			(void)uv_run(&pair.loop, UV_RUN_NOWAIT);
		for (ssize_t i = 0; i < n; i++) {
			n_zeros += bytes[i] == 0;
			if (bytes[i] == 'y')
				assert_true(has_x);
			has_x |= bytes[i] == 'x';
		}
		has_end = n == 0;
	}
	assert_int_equal(n_zeros, filled);
	assert_true(has_x);
	pair_end(&pair);
	assert_told(&pair, "opened; done");
}

/* The peer sends no more but still reads: what is queued must reach it. */
static void what_is_queued_goes_to_a_peer_that_ended_first(void **state)
{
	struct pair pair;
	char bytes[4096];
	bool has_x = false;
	ssize_t n;

	(void)state;
	pair_open(&pair);
	(void)fill_socket(&pair);
	assert_int_equal(stream_write(pair.stream, STR("x")), 0);
	stream_close(pair.stream, on_done);
	assert_int_equal(shutdown(pair.fd, SHUT_WR), 0);
	(void)uv_run(&pair.loop, UV_RUN_NOWAIT);

	while ((n = recv(pair.fd, bytes, sizeof(bytes), 0)) != 0) {
		(void)uv_run(&pair.loop, UV_RUN_NOWAIT);
		has_x |= n > 0 && memchr(bytes, 'x', (size_t)n);
	}
	assert_true(has_x);
	assert_told(&pair, "opened; done");
	(void)close(pair.fd);
}

/* ---- failures ---------------------------------------------------------------------- */

static void a_write_that_fails_is_told_in_a_later_turn(void **state)
{
	struct pair pair;

	(void)state;
	pair_open(&pair);
	pair_end(&pair);

	assert_int_equal(stream_write(pair.stream, STR("x")), 0);
	assert_string_equal(buf_cstr(&pair.told), "opened; ");
	assert_int_equal(stream_write(pair.stream, STR("x")), ERR_BAD_STATE);

	assert_told(&pair, "opened; TCP: Broken pipe; done");
}

static void a_stream_that_is_closed_tells_of_no_failure(void **state)
{
	struct pair pair;

	(void)state;
	pair_open(&pair);
	pair_end(&pair);
	assert_int_equal(stream_write(pair.stream, STR("x")), 0);

	stream_close(pair.stream, on_done);
	stream_close(pair.stream, on_done);

	assert_told(&pair, "opened; done");
}

static void a_peer_that_goes_while_the_stream_lingers_is_no_failure(void **state)
{
	struct pair pair;

	(void)state;
	pair_open(&pair);
	(void)fill_socket(&pair);
	assert_int_equal(stream_write(pair.stream, STR("x")), 0);
	stream_close(pair.stream, on_done);
	assert_int_equal(stream_write(pair.stream, STR("x")), ERR_BAD_STATE);

	pair_end(&pair);
	assert_told(&pair, "opened; done");
}

/* ---- ends -------------------------------------------------------------------------- */

static void a_peer_that_has_ended_can_still_be_written_to(void **state)
{
	struct pair pair;

	(void)state;
	pair_open(&pair);
	assert_int_equal(send(pair.fd, "hi", 2, 0), 2);
	assert_int_equal(shutdown(pair.fd, SHUT_WR), 0);
	while (!str_find(buf_str(&pair.told), STR("ended"), NULL))
		(void)uv_run(&pair.loop, UV_RUN_ONCE);

	assert_int_equal(stream_write(pair.stream, STR("bye")), 0);
	stream_close(pair.stream, on_done);

	assert_heard(&pair, "bye");
	assert_told(&pair, "opened; received hi; ended; done");
	assert_heard(&pair, "");
	(void)close(pair.fd);
}

/* The end of the stream is sent and the other end's is waited for, but no byte of its is
 * told. */
static void a_stream_that_lingers_tells_nothing(void **state)
{
	struct pair pair;

	(void)state;
	pair_open(&pair);
	stream_close(pair.stream, on_done);
	assert_heard(&pair, "");
	assert_int_equal(send(pair.fd, "more", 4, 0), 4);
	(void)uv_run(&pair.loop, UV_RUN_NOWAIT);
	assert_string_equal(buf_cstr(&pair.told), "opened; ");

	pair_end(&pair);
	assert_told(&pair, "opened; done");
}

/* STREAM_LINGER_MS later it is gone all the same. */
static void a_stream_lingers_for_a_while_only(void **state)
{
	struct pair pair;

	(void)state;
	pair_open(&pair);
	stream_close(pair.stream, on_done);
	assert_told(&pair, "opened; done");
	(void)close(pair.fd);
}

/* A close over unread bytes would be an RST, and the last words could be lost with it. */
static void a_stream_lingers_while_the_peer_goes_on(void **state)
{
	struct pair pair;
	clock_ns until;

	(void)state;
	pair_open(&pair);
	assert_int_equal(stream_write(pair.stream, STR("bye")), 0);
	stream_close(pair.stream, on_done);
	until = clock_monotonic() + 2 * STREAM_LINGER_MS * NS_PER_MS;
	while (clock_monotonic() < until) {
		static const char more[4096];

		(void)send(pair.fd, more, sizeof(more), MSG_NOSIGNAL);
		(void)uv_run(&pair.loop, UV_RUN_NOWAIT);
	}
	assert_string_equal(buf_cstr(&pair.told), "opened; ");
	assert_heard(&pair, "bye");
	assert_int_equal(shutdown(pair.fd, SHUT_WR), 0);
	assert_told(&pair, "opened; done");
	(void)close(pair.fd);
}

/* The peer's FIN is the kernel's to wait for. */
static void who_hangs_up_waits_for_nobody(void **state)
{
	struct pair pair;

	(void)state;
	pair_open(&pair);
	assert_int_equal(stream_write(pair.stream, STR("bye")), 0);
	stream_hang_up(pair.stream, on_done);
	assert_told(&pair, "opened; done");
	assert_heard(&pair, "bye");
	assert_heard(&pair, "");
	(void)close(pair.fd);
}

static void who_hangs_up_sends_what_is_queued(void **state)
{
	struct pair pair;
	size_t left;

	(void)state;
	pair_open(&pair);
	left = fill_socket(&pair) + 1;
	assert_int_equal(stream_write(pair.stream, STR("x")), 0);
	stream_hang_up(pair.stream, on_done);
	while (left > 0) {
		char bytes[4096];
		ssize_t n = recv(pair.fd, bytes, sizeof(bytes), 0);

		if (n > 0)
			left -= (size_t)n;
		else
			assert_int_equal(errno, EAGAIN);
		(void)uv_run(&pair.loop, UV_RUN_NOWAIT);
	}
	assert_heard(&pair, "");
	assert_string_equal(buf_cstr(&pair.told), "opened; ");
	assert_int_equal(shutdown(pair.fd, SHUT_WR), 0);
	assert_told(&pair, "opened; done");
	(void)close(pair.fd);
}

/* Whatever is queued and whoever is waited for. */
static void a_stream_can_end_at_once(void **state)
{
	for (int is_lingering = 0; is_lingering < 2; is_lingering++) {
		struct pair pair;

		(void)state;
		pair_open(&pair);
		(void)fill_socket(&pair);
		assert_int_equal(stream_write(pair.stream, STR("x")), 0);
		if (is_lingering)
			stream_close(pair.stream, on_done);
		stream_abort(pair.stream, is_lingering ? NULL : on_done);
		assert_int_equal(stream_write(pair.stream, STR("x")), ERR_BAD_STATE);
		(void)uv_run(&pair.loop, UV_RUN_NOWAIT);
		assert_told(&pair, "opened; done");
		(void)close(pair.fd);
	}
}

static void only_internet_addresses_have_a_text(void **state)
{
	struct sockaddr_storage peer = { .ss_family = AF_UNIX };
	struct sockaddr_in *v4 = (struct sockaddr_in *)&peer;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&peer;
	char text[INET6_ADDRSTRLEN] = "?";

	(void)state;
	stream_peer_text(&peer, text);
	assert_string_equal(text, "");
	*v4 = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(0x0a0000ff) };
	stream_peer_text(&peer, text);
	assert_string_equal(text, "10.0.0.255");
	*v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };
	stream_peer_text(&peer, text);
	assert_string_equal(text, "::1");
}

/* As many bytes at a time as it may, and each part once; what comes behind a close is dropped. */
static void a_slow_reader_takes_a_few_bytes_at_a_time(void **state)
{
	struct pair pair;

	(void)state;
	pair_open(&pair);
	stream_read_slowly(pair.stream, 3, 1);
	assert_int_equal(send(pair.fd, "abcdefgh", 8, MSG_NOSIGNAL), 8);
	while (
	    pair.told.len < strlen("opened; received abc; received def; received gh; "))
		(void)uv_run(&pair.loop, UV_RUN_ONCE);
	assert_int_equal(send(pair.fd, "ijklmnop", 8, MSG_NOSIGNAL), 8);
	stream_close(pair.stream, on_done);
	pair_end(&pair);
	assert_told(&pair, "opened; received abc; received def; received gh; done");
}

static void a_slow_reader_can_be_closed_while_it_rests(void **state)
{
	struct pair pair;

	(void)state;
	pair_open(&pair);
	stream_read_slowly(pair.stream, 1, 3600000);
	assert_int_equal(send(pair.fd, "abc", 3, MSG_NOSIGNAL), 3);
	while (pair.told.len < strlen("opened; received a; "))
		(void)uv_run(&pair.loop, UV_RUN_ONCE);
	pair_end(&pair);
	stream_close(pair.stream, on_done);
	assert_told(&pair, "opened; received a; done");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_queued_has_a_limit),
		cmocka_unit_test(nothing_goes_behind_bytes_that_were_lost),
		cmocka_unit_test(what_is_queued_goes_once_the_peer_reads),
		cmocka_unit_test(what_is_queued_goes_to_a_peer_that_ended_first),
		cmocka_unit_test(a_write_that_fails_is_told_in_a_later_turn),
		cmocka_unit_test(a_stream_that_is_closed_tells_of_no_failure),
		cmocka_unit_test(
		    a_peer_that_goes_while_the_stream_lingers_is_no_failure),
		cmocka_unit_test(a_peer_that_has_ended_can_still_be_written_to),
		cmocka_unit_test(a_stream_that_lingers_tells_nothing),
		cmocka_unit_test(a_stream_lingers_for_a_while_only),
		cmocka_unit_test(a_stream_lingers_while_the_peer_goes_on),
		cmocka_unit_test(who_hangs_up_waits_for_nobody),
		cmocka_unit_test(who_hangs_up_sends_what_is_queued),
		cmocka_unit_test(a_stream_can_end_at_once),
		cmocka_unit_test(a_slow_reader_takes_a_few_bytes_at_a_time),
		cmocka_unit_test(a_slow_reader_can_be_closed_while_it_rests),
		cmocka_unit_test(only_internet_addresses_have_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
