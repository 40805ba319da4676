/* agents/common/http_server: answers that go on, at loopback. */
#include "tests/unit/unit.h"

#include "agents/common/http_server.h"
#include "lib/base/clock.h"
#include "tests/support/patience.h"

#include <sys/socket.h>
#include <unistd.h>

struct net {
	uv_loop_t loop;
	struct http_server *server;
	struct http_conn *conn; /* whose answer goes on; null: it is gone */
	int fd;                 /* the client's */
	unsigned n_flowing, n_closed;
};

static clock_ns the_time;

static clock_ns tell_time(void)
{
	return the_time;
}

static void on_request(void *user, struct http_conn *conn, const struct http_head *head,
    struct str body)
{
	struct net *net = user;

	(void)head;
	(void)body;
	net->conn = conn;
	http_conn_begin(conn, STR("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"));
}

static void on_closed(void *user, struct http_conn *conn)
{
	struct net *net = user;

	(void)conn;
	net->conn = NULL;
	net->n_closed++;
}

static void on_flowing(void *user, struct http_conn *conn)
{
	struct net *net = user;

	(void)conn;
	net->n_flowing++;
}

static void turn(struct net *net, clock_ns end)
{
	(void)uv_run(&net->loop, UV_RUN_NOWAIT);
	if (clock_monotonic() > end)
		fail_msg("it hangs");
}

static clock_ns deadline(void)
{
	return clock_monotonic() + patience_ms() * NS_PER_MS;
}

/* A client has asked, and the answer has begun. */
static void net_open(struct net *net)
{
	const struct http_server_config config = { .now = tell_time,
		.idle_timeout = 20 * NS_PER_S,
		.body_timeout = 10 * NS_PER_S };
	const struct http_server_handlers handlers = { .user = net,
		.request = on_request,
		.closed = on_closed,
		.flowing = on_flowing };
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	struct error err = ERROR_NULL;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	clock_ns end = deadline();

	*net = (struct net){ .fd = -1 };
	the_time = NS_PER_S;
	assert_int_equal(uv_loop_init(&net->loop), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	assert_int_equal(http_server_new(&net->server, &net->loop, fd, &config,
			     &handlers, &err),
	    0);
	net->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(net->fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(send(net->fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 27, 0), 27);
	while (!net->conn)
		turn(net, end);
}

static void net_close(struct net *net)
{
	if (net->fd >= 0)
		(void)close(net->fd);
	http_server_close(net->server);
	(void)uv_run(&net->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&net->loop), 0);
}

/* What the client has got once it ends in words. */
static void assert_got(struct net *net, const char *words)
{
	auto_buf got = BUF_NULL;
	clock_ns end = deadline();

	while (!str_ends(buf_str(&got), str_of(words))) {
		char bytes[4096];
		ssize_t n = recv(net->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (n > 0)
			buf_append(&got, bytes, (size_t)n);
		turn(net, end);
	}
}

static void what_is_added_comes(void **state)
{
	struct net net;

	(void)state;
	net_open(&net);
	assert_true(http_conn_is_flowing(net.conn));
	http_conn_add(net.conn, STR("one\n"));
	assert_got(&net, "\r\n\r\none\n");
	http_conn_add(net.conn, STR("two\n"));
	assert_got(&net, "two\n");
	net_close(&net);
	assert_int_equal(net.n_closed, 1);
}

/* Bytes until the kernel takes no more of them. */
static void fill(struct net *net)
{
	auto_buf many = BUF_NULL;

	for (size_t i = 0; i < 64 << 10; i++)
		buf_append_char(&many, 'x');
	while (http_conn_is_flowing(net->conn)) {
		http_conn_add(net->conn, buf_str(&many));
		(void)uv_run(&net->loop, UV_RUN_NOWAIT);
	}
}

static void one_that_does_not_read_holds_one_piece(void **state)
{
	struct net net;
	clock_ns end = deadline();
	char bytes[65536];

	(void)state;
	net_open(&net);
	fill(&net);
	http_conn_add(net.conn, STR("Q"));
	net.n_flowing = 0;
	while (net.n_flowing == 0) {
		ssize_t n = recv(net.fd, bytes, sizeof(bytes), MSG_DONTWAIT);

		assert_false(n > 0 && memchr(bytes, 'Q', (size_t)n));
		turn(&net, end);
	}
	assert_true(http_conn_is_flowing(net.conn));
	http_conn_add(net.conn, STR("this\n"));
	assert_got(&net, "xthis\n");
	net_close(&net);
}

static void one_that_never_reads_is_closed_in_time(void **state)
{
	struct net net;

	(void)state;
	net_open(&net);
	fill(&net);
	the_time += 10 * NS_PER_S - 1;
	http_server_sweep(net.server);
	assert_non_null(net.conn);
	the_time += 2;
	http_server_sweep(net.server);
	assert_null(net.conn);
	net_close(&net);
}

static void one_that_is_told_now_and_then_stays(void **state)
{
	struct net net;

	(void)state;
	net_open(&net);
	for (int i = 0; i < 5; i++) {
		the_time += 15 * NS_PER_S;
		http_server_sweep(net.server);
		assert_non_null(net.conn);
		http_conn_add(net.conn, STR(":\n"));
	}
	the_time += 20 * NS_PER_S + 1;
	http_server_sweep(net.server);
	assert_null(net.conn);
	net_close(&net);
}

static void a_peer_that_goes_is_told(void **state)
{
	struct net net;
	clock_ns end = deadline();

	(void)state;
	net_open(&net);
	/* What it says meanwhile is dropped. */
	assert_int_equal(send(net.fd, "GET /2 HTTP/1.1\r\n\r\n", 19, 0), 19);
	(void)close(net.fd);
	net.fd = -1;
	while (net.conn)
		turn(&net, end);
	assert_int_equal(net.n_closed, 1);
	net_close(&net);
	assert_int_equal(net.n_closed, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_added_comes),
		cmocka_unit_test(one_that_does_not_read_holds_one_piece),
		cmocka_unit_test(one_that_never_reads_is_closed_in_time),
		cmocka_unit_test(one_that_is_told_now_and_then_stays),
		cmocka_unit_test(a_peer_that_goes_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
