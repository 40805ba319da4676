/* agents/common/http_server on loopback: bytes of a client, statuses of the server. The
 * owner answers each request with 200 and the method, target and body it was given. */
#include "tests/unit/unit.h"

#include "agents/common/http_server.h"
#include "lib/base/clock.h"
#include "tests/support/patience.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

struct net {
	uv_loop_t loop;
	struct http_server *server;
	int fd; /* the client's */
	struct buf got;
	unsigned n_closed;
	bool is_over; /* the server closed */
	bool resets_while_answered;
	bool is_silent;         /* the owner does not answer at once */
	bool aborts;            /* the owner sends a piece and breaks off */
	struct http_conn *open; /* whose request was not answered */
	struct sockaddr_in at;  /* the server */
	struct buf calls;       /* of the server's owner, in their order */
};

/* Breaks the client's connection with RST, which loopback brings to the server at once. */
static void reset(struct net *net)
{
	const struct linger hard = { 1, 0 };

	assert_int_equal(setsockopt(net->fd, SOL_SOCKET, SO_LINGER, &hard,
			     sizeof(hard)),
	    0);
	assert_int_equal(close(net->fd), 0);
	net->fd = -1;
	net->resets_while_answered = false;
}

static void answer(struct http_conn *conn, const char *x, bool and_close)
{
	auto_buf out = BUF_NULL;

	buf_printf(&out, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: %s\r\n\r\n", x);
	http_conn_reply(conn, buf_str(&out), and_close);
}

static void on_request(void *user, struct http_conn *conn, const struct http_head *head,
    struct str body)
{
	auto_buf x = BUF_NULL;
	struct net *net = user;

	buf_printf(&net->calls, "request %.*s, ", STR_ARG(body));
	net->open = conn;
	if (net->resets_while_answered)
		reset(net);
	buf_printf(&x, "%.*s %.*s %.*s", STR_ARG(head->method), STR_ARG(head->target),
	    STR_ARG(body));
	if (net->aborts)
		http_conn_abort(conn, STR("HTTP/1.1 2"));
	else if (!net->is_silent)
		answer(conn, buf_cstr(&x), false);
}

static void on_closed(void *user, struct http_conn *conn)
{
	struct net *net = user;

	(void)conn;
	net->n_closed++;
	buf_append_text(&net->calls, "closed");
}

static int connect_to(const struct net *net)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(fd, (const struct sockaddr *)&net->at,
			     sizeof(net->at)),
	    0);
	return fd;
}

static void net_open_with(struct net *net, const struct http_server_config *config)
{
	const struct http_server_handlers handlers = { net, on_request, on_closed };
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	struct error err = ERROR_NULL;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	*net = (struct net){ .fd = -1 };
	assert_int_equal(uv_loop_init(&net->loop), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	net->at = at;
	if (http_server_new(&net->server, &net->loop, fd, config, &handlers, &err) < 0)
		fail_msg("%s", err.text);
	net->fd = connect_to(net);
}

static void net_open(struct net *net, clock_ns idle_timeout)
{
	const struct http_server_config config = { .body_max = 1000,
		.idle_timeout = idle_timeout };

	net_open_with(net, &config);
}

static void net_close(struct net *net)
{
	if (net->fd >= 0)
		(void)close(net->fd);
	http_server_close(net->server);
	(void)uv_run(&net->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&net->loop), 0);
	buf_free(&net->got);
	buf_free(&net->calls);
}

/* Runs both ends until words have come (null: none will do) or the server has closed. */
static void take_until(struct net *net, const char *words)
{
	clock_ns end = clock_monotonic() + patience_ms() * NS_PER_MS;

	while (!net->is_over &&
	       !(words && str_find(buf_str(&net->got), str_of(words), NULL))) {
		uint8_t bytes[512];
		ssize_t n = recv(net->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (n > 0)
			buf_append(&net->got, bytes, (size_t)n);
		net->is_over = n == 0;
		(void)uv_run(&net->loop, UV_RUN_NOWAIT);
		if (clock_monotonic() > end)
			fail_msg("it hangs after: %s", buf_cstr(&net->got));
	}
}

static void say(const struct net *net, const char *bytes)
{
	assert_int_equal(send(net->fd, bytes, strlen(bytes), 0), strlen(bytes));
}

/* Statuses of all responses, and what X says. */
static void tell(struct buf *got, struct buf *told)
{
	struct str rest = buf_str(got);

	while (rest.len > 0) {
		struct str line = str_trim(str_cut(rest, '\n', &rest));

		if (str_starts(line, STR("HTTP/1.1 ")))
			buf_printf(told, "%.3s ", line.p + 9);
		else if (str_starts(line, STR("X: ")))
			buf_printf(told, "(%.*s) ", STR_ARG(str_from(line, 3)));
	}
}

#define POST "POST /a HTTP/1.1\r\nHost: a\r\n"

/* One request more: once it is answered, so is all before it, and the server has not closed. */
#define LAST      "POST /last HTTP/1.1\r\nHost: a\r\n\r\n"
#define LAST_TOLD "200 (POST /last) "

static void requests_are_read_and_refused(void **state)
{
	static const struct {
		const char *bytes, *told;
		bool is_over;
	} rows[] = {
		{ POST "Content-Length: 2\r\n\r\nhi" LAST,
		    "200 (POST /a hi) " LAST_TOLD, false },
		{ POST "Transfer-Encoding: chunked\r\n\r\n1\r\nh\r\n1;x=y\r\ni\r\n"
		       "0\r\n\r\n" LAST,
		    "200 (POST /a hi) " LAST_TOLD, false },
		{ POST "Content-Length: 2\r\nExpect: 100-continue\r\n\r\nhi" LAST,
		    "100 200 (POST /a hi) " LAST_TOLD, false },
		{ POST "Content-Length: 1\r\n\r\n1" POST
		       "Content-Length: 1\r\n\r\n2" LAST,
		    "200 (POST /a 1) 200 (POST /a 2) " LAST_TOLD, false },
		{ POST "Connection: close\r\n\r\n" POST "\r\n", "200 (POST /a) ",
		    true },
		{ "nonsense\r\n\r\n", "400 ", true },
		{ POST "Content-Length: 1001\r\n\r\n", "413 ", true },
		{ POST "Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n", "413 ", true },
		{ POST "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", "400 ", true },
		{ POST "Content-Length: -1\r\n\r\n", "400 ", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf told = BUF_NULL;
		struct net net;

		net_open(&net, 0);
		say(&net, rows[i].bytes);
		take_until(&net, rows[i].is_over ? NULL : "X: POST /last");

		tell(&net.got, &told);
		if (strcmp(buf_cstr(&told), rows[i].told) != 0 ||
		    net.is_over != rows[i].is_over)
			fail_msg("row %zu: %s%s", i, buf_cstr(&told),
			    net.is_over ? "over" : "");
		net_close(&net);
		assert_int_equal(net.n_closed, 1);
	}
}

static void a_head_has_a_limit(void **state)
{
	auto_buf head = BUF_NULL, told = BUF_NULL;
	struct net net;

	(void)state;
	buf_append_text(&head, POST "X: ");
	while (head.len <= HTTP_HEAD_BYTES_MAX)
		buf_append_text(&head, "xxxxxxxxxxxxxxxx");
	net_open(&net, 0);

	say(&net, buf_cstr(&head));
	take_until(&net, NULL);

	tell(&net.got, &told);
	assert_string_equal(buf_cstr(&told), "431 ");
	net_close(&net);
}

static void a_request_that_stops_halfway_times_out(void **state)
{
	auto_buf told = BUF_NULL;
	struct net net;

	(void)state;
	net_open(&net, NS_PER_MS);
	say(&net, POST);
	take_until(&net, NULL);

	tell(&net.got, &told);
	assert_string_equal(buf_cstr(&told), "408 ");
	net_close(&net);
}

/* The client has said all: nothing may tell it that its request came too late. */
static void a_request_that_its_owner_leaves_open_ends_without_a_word(void **state)
{
	struct net net;

	(void)state;
	net_open(&net, NS_PER_MS);
	net.is_silent = true;
	say(&net, POST "Content-Length: 2\r\n\r\nhi");
	take_until(&net, NULL);

	assert_string_equal(buf_cstr(&net.calls), "request hi, closed");
	assert_int_equal(net.got.len, 0);
	net_close(&net);
}

/* The reset comes while the owner answers the first of two requests: the owner may still be
 * handed the second, but never after closed(), which comes once. */
static void nothing_is_told_after_closed(void **state)
{
	static const char two[] =
	    POST "Content-Length: 1\r\n\r\n1" POST "Content-Length: 1\r\n\r\n2";
	struct net net;

	(void)state;
	net_open(&net, 0);
	net.resets_while_answered = true;
	assert_int_equal(send(net.fd, two, strlen(two), 0), strlen(two));

	while (net.n_closed == 0)
		(void)uv_run(&net.loop, UV_RUN_ONCE);

	assert_string_equal(buf_cstr(&net.calls), "request 1, request 2, closed");
	assert_int_equal(net.n_closed, 1);
	net_close(&net);
}

/* ---- answers that come later --------------------------------------------------------- */

/* Runs the server until its owner was told words, all in all. */
static void run_until(struct net *net, const char *words)
{
	clock_ns end = clock_monotonic() + patience_ms() * NS_PER_MS;

	while (strcmp(buf_cstr(&net->calls), words) != 0) {
		(void)uv_run(&net->loop, UV_RUN_NOWAIT);
		if (clock_monotonic() > end)
			fail_msg("\"%s\" does not become \"%s\"", buf_cstr(&net->calls),
			    words);
	}
}

static void the_next_request_waits_for_the_answer(void **state)
{
	struct net net;

	(void)state;
	net_open(&net, 0);
	net.is_silent = true;
	say(&net, POST "Content-Length: 1\r\n\r\n1" POST
		       "Content-Length: 1\r\n\r\n2" POST "Content-");
	run_until(&net, "request 1, ");
	say(&net, "Length: 1\r\n\r\n3");
	for (int i = 0; i < 100; i++)
		(void)uv_run(&net.loop, UV_RUN_NOWAIT);
	assert_string_equal(buf_cstr(&net.calls), "request 1, ");

	answer(net.open, "1", false);
	answer(net.open, "2", false);
	assert_string_equal(buf_cstr(&net.calls), "request 1, request 2, request 3, ");
	say(&net, "P");
	for (int i = 0; i < 100; i++)
		(void)uv_run(&net.loop, UV_RUN_NOWAIT);
	answer(net.open, "3", false);
	say(&net, "OST /a HTTP/1.1\r\nContent-Length: 1\r\n\r\n4");
	run_until(&net, "request 1, request 2, request 3, request 4, ");
	answer(net.open, "4", true);
	answer(net.open, "never", false);
	take_until(&net, NULL);

	assert_true(str_find(buf_str(&net.got), STR("X: 4"), NULL));
	assert_false(str_find(buf_str(&net.got), STR("never"), NULL));
	assert_string_equal(buf_cstr(&net.calls),
	    "request 1, request 2, request 3, request 4, closed");
	net_close(&net);
}

static void a_client_that_ended_gets_its_answer(void **state)
{
	struct net net;

	(void)state;
	net_open(&net, 0);
	net.is_silent = true;
	say(&net, POST "Content-Length: 2\r\n\r\nhi");
	assert_int_equal(shutdown(net.fd, SHUT_WR), 0);
	run_until(&net, "request hi, ");
	for (int i = 0; i < 100; i++)
		(void)uv_run(&net.loop, UV_RUN_NOWAIT);
	assert_string_equal(buf_cstr(&net.calls), "request hi, ");

	answer(net.open, "late", false);
	take_until(&net, NULL);

	assert_true(str_find(buf_str(&net.got), STR("X: late"), NULL));
	assert_string_equal(buf_cstr(&net.calls), "request hi, closed");
	net_close(&net);
}

static void an_answer_can_break_off(void **state)
{
	struct net net;

	(void)state;
	net_open(&net, 0);
	net.aborts = true;
	say(&net, POST "Content-Length: 2\r\n\r\nhi" LAST);
	take_until(&net, NULL);

	assert_true(str_is(buf_str(&net.got), "HTTP/1.1 2"));
	assert_string_equal(buf_cstr(&net.calls), "request hi, closed");
	net_close(&net);
}

/* ---- limits -------------------------------------------------------------------------- */

static void a_body_may_be_so_long_and_no_longer(void **state)
{
	static const struct {
		const char *framing, *status;
	} rows[] = {
		{ "Content-Length: 1000\r\n\r\n", "200" },
		{ "Content-Length: 1001\r\n\r\n", "413" },
		{ "Transfer-Encoding: chunked\r\n\r\n3e8\r\n", "200" },
		{ "Transfer-Encoding: chunked\r\n\r\n3e9\r\n", "413" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf request = BUF_NULL;
		struct net net;

		buf_printf(&request, POST "%s", rows[i].framing);
		for (int k = 0; k < 1000; k++)
			buf_append_char(&request, 'x');
		if (strchr(rows[i].framing, 'T'))
			buf_append_text(&request, "\r\n0\r\n\r\n");
		net_open(&net, 0);
		say(&net, buf_cstr(&request));
		take_until(&net, "\r\n\r\n");
		assert_true(
		    str_starts(str_from(buf_str(&net.got), 9), str_of(rows[i].status)));
		net_close(&net);
	}
}

/* While the owner thinks, a peer may send one whole request more, with its head, and then
 * as much as another head. */
static void what_is_held_back_has_a_limit(void **state)
{
	static char more[1000 + 2 * HTTP_HEAD_BYTES_MAX];
	struct net net;

	(void)state;
	net_open(&net, 0);
	net.is_silent = true;
	say(&net, POST "Content-Length: 1\r\n\r\n1");
	run_until(&net, "request 1, ");
	assert_int_equal(send(net.fd, more, sizeof(more), 0), sizeof(more));
	for (int i = 0; i < 1000; i++)
		(void)uv_run(&net.loop, UV_RUN_NOWAIT);
	assert_string_equal(buf_cstr(&net.calls), "request 1, ");

	say(&net, "x");
	run_until(&net, "request 1, closed");
	net_close(&net);
}

/* One connection is all that the server takes: the next waits in the kernel's queue until
 * the first has gone. */
static void connections_over_the_limit_wait(void **state)
{
	const struct http_server_config config = { .connections_max = 1 };
	struct net net;
	int first;

	(void)state;
	net_open_with(&net, &config);
	say(&net, POST "Content-Length: 1\r\n\r\n1");
	run_until(&net, "request 1, ");
	first = net.fd;
	net.fd = connect_to(&net);
	say(&net, POST "Content-Length: 1\r\n\r\n2");
	for (int i = 0; i < 100; i++)
		(void)uv_run(&net.loop, UV_RUN_NOWAIT);
	assert_string_equal(buf_cstr(&net.calls), "request 1, ");
	assert_int_equal(http_server_connections(net.server), 1);

	assert_int_equal(close(first), 0);
	run_until(&net, "request 1, closedrequest 2, ");
	net_close(&net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_read_and_refused),
		cmocka_unit_test(a_head_has_a_limit),
		cmocka_unit_test(a_request_that_stops_halfway_times_out),
		cmocka_unit_test(
		    a_request_that_its_owner_leaves_open_ends_without_a_word),
		cmocka_unit_test(nothing_is_told_after_closed),
		cmocka_unit_test(the_next_request_waits_for_the_answer),
		cmocka_unit_test(a_client_that_ended_gets_its_answer),
		cmocka_unit_test(an_answer_can_break_off),
		cmocka_unit_test(a_body_may_be_so_long_and_no_longer),
		cmocka_unit_test(what_is_held_back_has_a_limit),
		cmocka_unit_test(connections_over_the_limit_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
