/* agents/common/http_server on loopback: bytes of a client, statuses of the server. The
 * owner answers each request with 200 and the method, target and body it was given. */
#include "tests/unit/unit.h"

#include "agents/common/http_server.h"
#include "lib/base/clock.h"
#include "tests/support/guard.h"
#include "tests/support/patience.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
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
	const char *refuses; /* a target that the owner refuses by the head; or null */
	size_t answer_bytes; /* of each answer's body */
	const char *file;    /* that is the body of each answer; or null */
	uint64_t body_max;   /* of the target /big */
	size_t n_taken;      /* bytes of bodies that the owner took piece by piece */
};

static clock_ns the_time; /* of servers whose config says so */

static clock_ns tell_time(void)
{
	return the_time;
}

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

static void on_head(void *user, struct http_conn *conn, const struct http_head *head)
{
	struct net *net = user;

	if (!net->refuses || !str_is(head->target, net->refuses))
		return;
	buf_append_text(&net->calls, "refuses, ");
	http_conn_reply(conn,
	    STR("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"), false);
}

static void answer_long(const struct net *net, struct http_conn *conn)
{
	auto_buf out = BUF_NULL;

	buf_printf(&out, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
	    net->answer_bytes);
	for (size_t i = 0; i < net->answer_bytes; i++)
		buf_append_char(&out, 'x');
	http_conn_reply(conn, buf_str(&out), false);
}

static void answer(struct http_conn *conn, const char *x, bool and_close)
{
	auto_buf out = BUF_NULL;

	buf_printf(&out, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: %s\r\n\r\n", x);
	http_conn_reply(conn, buf_str(&out), and_close);
}

/* The file from its second byte on. */
static void answer_file(const struct net *net, struct http_conn *conn)
{
	auto_buf out = BUF_NULL;
	struct stat st;
	int fd = open(net->file, O_RDONLY | O_CLOEXEC);

	assert_int_equal(fstat(fd, &st), 0);
	buf_printf(&out, "HTTP/1.1 200 OK\r\nContent-Length: %llu\r\n\r\n",
	    (unsigned long long)st.st_size - 1);
	http_conn_reply_file(conn, buf_str(&out), fd, 1, (uint64_t)st.st_size - 1,
	    false);
}

static uint64_t on_body_max(void *user, struct http_conn *conn,
    const struct http_head *head)
{
	const struct net *net = user;

	(void)conn;
	return str_is(head->target, "/big") ? net->body_max : 0;
}

static bool on_piece(void *user, struct http_conn *conn, const struct http_head *head,
    struct str bytes)
{
	struct net *net = user;

	(void)conn;
	if (!str_is(head->target, "/big"))
		return false;
	net->n_taken += bytes.len;
	return true;
}

static void on_refused(void *user, struct http_conn *conn, unsigned status,
    const char *why)
{
	struct net *net = user;

	(void)conn;
	buf_printf(&net->calls, "refused %u: %s, ", status, why);
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
	else if (net->answer_bytes > 0)
		answer_long(net, conn);
	else if (net->file)
		answer_file(net, conn);
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
	const struct http_server_handlers handlers = { .user = net,
		.request = on_request,
		.closed = on_closed,
		.head = on_head,
		.body_max = on_body_max,
		.piece = on_piece,
		.refused = on_refused };
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
		.idle_timeout = idle_timeout,
		.head_timeout = idle_timeout };

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

static void take_until_bytes(struct net *net, size_t n)
{
	clock_ns end = clock_monotonic() + patience_ms() * NS_PER_MS;

	while (!net->is_over && net->got.len < n) {
		uint8_t bytes[65536];
		ssize_t got = recv(net->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (got > 0)
			buf_append(&net->got, bytes, (size_t)got);
		net->is_over = got == 0;
		(void)uv_run(&net->loop, UV_RUN_NOWAIT);
		if (clock_monotonic() > end)
			fail_msg("it hangs after %zu bytes", net->got.len);
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
		{ POST "Content-Type: text/xml\r\n\r\n<a/>", "411 ", true },
		{ POST "Content-Type: text/xml\r\nContent-Length: 0\r\n\r\n" LAST,
		    "200 (POST /a) " LAST_TOLD, false },
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

/* One connection is all that the server takes: while the owner has its request, the next
 * waits in the kernel's queue. */
static void connections_over_the_limit_wait(void **state)
{
	const struct http_server_config config = { .connections_max = 1 };
	struct net net;
	int first;

	(void)state;
	net_open_with(&net, &config);
	net.is_silent = true;
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
	answer(net.open, "1", false);
	run_until(&net, "request 1, closedrequest 2, ");
	net_close(&net);
}

/* However many the owner would take, the process keeps descriptors for what else it opens. */
static void connections_leave_descriptors_for_the_rest(void **state)
{
	const struct http_server_config config = { .connections_max = 1000 };
	struct rlimit limit, few;
	int fds[13];
	struct net net;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	few = (struct rlimit){ 24, limit.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	net_open_with(&net, &config);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		fds[i] = connect_to(&net);
		for (int k = 0; k < 20; k++)
			(void)uv_run(&net.loop, UV_RUN_NOWAIT);
	}
	assert_int_equal(http_server_connections(net.server), 12);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		(void)close(fds[i]);
	net_close(&net);
}

/* ---- crowds -------------------------------------------------------------------------- */

/* Has the loop do what it can do now. */
static void run(struct net *net)
{
	for (int i = 0; i < 20; i++)
		(void)uv_run(&net->loop, UV_RUN_NOWAIT);
}

/* All that came on fd, with " over" when it ended and " reset" when it broke. */
static const char *hear(struct net *net, int fd)
{
	char bytes[4096];
	ssize_t n;

	run(net);
	buf_reset(&net->got);
	while ((n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0)
		buf_append(&net->got, bytes, (size_t)n);
	if (n == 0 || errno != EAGAIN)
		buf_append_text(&net->got, n == 0 ? "over" : "reset");
	return buf_cstr(&net->got);
}

static void say_on(int fd, const char *bytes)
{
	assert_int_equal(send(fd, bytes, strlen(bytes), MSG_NOSIGNAL), strlen(bytes));
}

#define REFUSED(status)                                            \
	"HTTP/1.1 " status "\r\nContent-Length: 0\r\nConnection: " \
	"close\r\n\r\nover"
#define HALF POST "Content-Length: 1000\r\n\r\nhalf of it"

/* Each waits as long as its limit says, to the nanosecond, whatever came in between. */
static void a_wait_has_an_end(void **state)
{
	static const struct {
		const char *first, *then; /* the latter one nanosecond before the end */
		clock_ns limit;
		const char *heard;
	} rows[] = {
		{ NULL, NULL, 30 * NS_PER_S, "over" },
		{ "P", "O", 30 * NS_PER_S, REFUSED("408 Request Timeout") },
		{ POST, "X: y\r\n", 30 * NS_PER_S, REFUSED("408 Request Timeout") },
		{ HALF, "x", 60 * NS_PER_S, REFUSED("408 Request Timeout") },
		{ LAST, NULL, 300 * NS_PER_S, "over" },
	};
	const struct http_server_config config = { .body_max = 1000,
		.idle_timeout = 300 * NS_PER_S,
		.now = tell_time };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct net net;

		the_time = 1;
		net_open_with(&net, &config);
		if (rows[i].first)
			say(&net, rows[i].first);
		(void)hear(&net, net.fd);
		the_time += rows[i].limit - 1;
		if (rows[i].then)
			say(&net, rows[i].then);
		run(&net);
		http_server_sweep(net.server);
		assert_string_equal(hear(&net, net.fd), "");
		the_time += 1;
		http_server_sweep(net.server);
		assert_string_equal(hear(&net, net.fd), rows[i].heard);
		net_close(&net);
	}
}

/* Two that say nothing, or half of what they want, keep nobody out. */
static void who_waits_gives_way_to_who_comes(void **state)
{
	const struct http_server_config config = { .connections_max = 2 };
	struct net net;
	int half, third;

	(void)state;
	net_open_with(&net, &config);
	half = connect_to(&net);
	run(&net);
	say_on(half, HALF);
	run(&net);
	assert_int_equal(http_server_connections(net.server), 2);

	third = connect_to(&net);
	say_on(third, LAST);
	assert_string_equal(hear(&net, net.fd), "over");
	assert_non_null(strstr(hear(&net, third), "X: POST /last"));
	assert_int_equal(close(net.fd), 0);
	net.fd = connect_to(&net);
	assert_string_equal(hear(&net, half), REFUSED("503 Service Unavailable"));
	/* The one that was answered is kept as long as there are others. */
	say_on(net.fd, HALF);
	(void)close(half);
	half = connect_to(&net);
	assert_string_equal(hear(&net, net.fd), REFUSED("503 Service Unavailable"));
	assert_string_equal(hear(&net, third), "");

	assert_string_equal(buf_cstr(&net.calls), "closedrequest , closedclosed");
	(void)close(half);
	(void)close(third);
	net_close(&net);
}

/* The body of a request that its head has answered is dropped, and the next one is read. */
static void a_head_can_be_answered_before_its_body(void **state)
{
	struct net net;

	(void)state;
	net_open(&net, 0);
	net.refuses = "/a";
	say(&net, POST "Expect: 100-continue\r\nContent-Length: 9\r\n\r\n");
	take_until(&net, "401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
	say(&net, "1234");
	run(&net);
	say(&net, "56789" LAST);
	take_until(&net, "X: POST /last ");

	assert_false(str_find(buf_str(&net.got), STR("100 Continue"), NULL));
	assert_string_equal(buf_cstr(&net.calls), "refuses, request , ");
	net_close(&net);
}

/* Of unfinished requests and answers that nobody reads, the largest is refused. */
static void memory_is_bounded_over_all_connections(void **state)
{
	static char body[150000];
	const struct http_server_config config = { .memory_max = 700000 };
	struct net net;
	int large, small;

	(void)state;
	memset(body, 'x', sizeof(body) - 1);
	net_open_with(&net, &config);
	large = connect_to(&net);
	small = connect_to(&net);
	say(&net, POST "Content-Length: 1000000\r\n\r\n");
	say(&net, body);
	say_on(small, HALF);
	run(&net);
	say_on(large, POST "Content-Length: 1000000\r\n\r\n");
	for (int i = 0; i < 2; i++) {
		say_on(large, body);
		run(&net);
	}

	assert_string_equal(hear(&net, large), REFUSED("503 Service Unavailable"));
	assert_string_equal(hear(&net, net.fd), "");
	assert_string_equal(hear(&net, small), "");
	(void)close(large);
	(void)close(small);
	net_close(&net);
}

/* A peer that asks and asks and reads no answer is not read any further; once it reads, it
 * gets all. */
static void answers_that_nobody_reads_do_not_pile_up(void **state)
{
	enum {
		ASKED = 1000
	};
	struct net net;
	size_t n_calls, n_answers = 0;
	clock_ns end = clock_monotonic() + patience_ms() * NS_PER_MS;

	(void)state;
	net_open(&net, 0);
	net.answer_bytes = 1 << 20;
	for (int i = 0; i < ASKED; i++)
		say(&net, LAST);
	run(&net);
	n_calls = net.calls.len / strlen("request , ");
	assert_in_range(n_calls, 1, 20);

	net.answer_bytes = 100;
	while (n_answers < n_calls * (1 << 20) + (ASKED - n_calls) * 100) {
		static char bytes[1 << 16];
		ssize_t n = recv(net.fd, bytes, sizeof(bytes), MSG_DONTWAIT);

		for (ssize_t i = 0; i < n; i++)
			n_answers += bytes[i] == 'x';
		(void)uv_run(&net.loop, UV_RUN_NOWAIT);
		if (clock_monotonic() > end)
			fail_msg("it hangs after %zu bytes", n_answers);
	}
	assert_int_equal(net.calls.len / strlen("request , "), ASKED);
	net_close(&net);
}

/* A peer that sends first and listens later gets its answer: no RST overtakes it. */
static void the_413_reaches_a_peer_that_sends_on(void **state)
{
	static const char body[1 << 16];
	size_t left = 8 << 20;
	struct net net;

	(void)state;
	net_open(&net, 0);
	say(&net, POST "Content-Length: 8388608\r\n\r\n");
	assert_int_equal(fcntl(net.fd, F_SETFL, O_NONBLOCK), 0);
	while (left > 0) {
		ssize_t n = send(net.fd, body, MIN(left, sizeof(body)), MSG_NOSIGNAL);

		if (n < 0)
			assert_int_equal(errno, EAGAIN);
		left -= n > 0 ? (size_t)n : 0;
		(void)uv_run(&net.loop, UV_RUN_NOWAIT);
	}
	assert_string_equal(hear(&net, net.fd), REFUSED("413 Content Too Large"));
	net_close(&net);
}

/* Also to one that sends on and on, the server does not owe its life. */
static void a_server_that_closes_waits_for_nobody(void **state)
{
	static const char body[1 << 16];
	clock_ns end = clock_monotonic() + patience_ms() * NS_PER_MS;
	struct net net;

	(void)state;
	net_open(&net, 0);
	assert_int_equal(fcntl(net.fd, F_SETFL, O_NONBLOCK), 0);
	say(&net, HALF);
	run(&net);
	http_server_close(net.server);
	while (uv_run(&net.loop, UV_RUN_NOWAIT) != 0) {
		(void)send(net.fd, body, sizeof(body), MSG_NOSIGNAL);
		if (clock_monotonic() > end)
			fail_msg("it waits");
	}
	assert_int_equal(uv_loop_close(&net.loop), 0);
	assert_string_equal(buf_cstr(&net.calls), "closed");
	(void)close(net.fd);
	buf_free(&net.calls);
}

/* ---- descriptors --------------------------------------------------------------------- */

static void as_many_connections_as_descriptors_allow(void **state)
{
	static const struct {
		uint64_t descriptors;
		size_t room;
	} rows[] = { { 0, 1 }, { 3, 1 }, { 64, 32 }, { 255, 127 }, { 256, 128 },
		{ 1024, 896 }, { 16512, 16384 }, { 16513, 16384 },
		{ RLIM_INFINITY, 16384 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(http_server_room(rows[i].descriptors), rows[i].room);
}

/* What is written to standard error while it is held; fds[0] gives it. */
struct errors {
	int saved, fds[2];
};

static void hold_errors(struct errors *errors)
{
	errors->saved = dup(STDERR_FILENO);
	assert_int_equal(pipe2(errors->fds, O_NONBLOCK | O_CLOEXEC), 0);
	assert_true(dup2(errors->fds[1], STDERR_FILENO) >= 0);
}

static void give_errors(struct errors *errors, struct buf *ret)
{
	uint8_t *room = buf_reserve(ret, 65536);
	ssize_t n;

	assert_true(dup2(errors->saved, STDERR_FILENO) >= 0);
	n = read(errors->fds[0], room, 65536);
	ret->len += n > 0 ? (size_t)n : 0;
	(void)close(errors->saved);
	(void)close(errors->fds[0]);
	(void)close(errors->fds[1]);
}

static size_t count(struct str text, struct str word)
{
	size_t n = 0, at;

	for (; str_find(text, word, &at); text = str_from(text, at + word.len))
		n++;
	return n;
}

static void leave_descriptors(int last)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = (rlim_t)last + 1;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

/* No descriptor is left for the one who comes while another waits: it gives way, twice, and
 * the log says so once. */
static void without_descriptors_who_waits_gives_way(void **state)
{
	const struct http_server_config config = { .connections_max = 100,
		.now = tell_time };
	struct rlimit limit;
	struct errors errors;
	auto_buf log = BUF_NULL;
	struct net net;
	int second, third;

	(void)state;
	the_time = 1;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	hold_errors(&errors);
	net_open_with(&net, &config);
	run(&net);
	assert_int_equal(http_server_connections(net.server), 1);
	second = connect_to(&net);
	leave_descriptors(second);
	say_on(second, LAST);
	assert_string_equal(hear(&net, net.fd), "over");
	assert_non_null(strstr(hear(&net, second), "X: POST /last"));

	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	third = connect_to(&net);
	leave_descriptors(third);
	say_on(third, LAST);
	assert_string_equal(hear(&net, second), "over");
	assert_non_null(strstr(hear(&net, third), "X: POST /last"));
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	give_errors(&errors, &log);
	assert_int_equal(count(buf_str(&log), STR("no room for another")), 1);
	(void)close(second);
	(void)close(third);
	net_close(&net);
}

/* Nobody gives way: the loop sleeps until one goes, instead of being told again and again of
 * the one that waits. */
static void without_descriptors_nothing_turns_in_circles(void **state)
{
	const struct http_server_config config = { .connections_max = 100 };
	struct rlimit limit;
	struct errors errors;
	auto_buf log = BUF_NULL;
	struct net net;
	int second;

	(void)state;
	hold_errors(&errors);
	net_open_with(&net, &config);
	net.is_silent = true;
	say(&net, LAST);
	run_until(&net, "request , ");
	second = connect_to(&net);
	say_on(second, LAST);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	leave_descriptors(second);
	run(&net);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	run(&net);
	assert_string_equal(buf_cstr(&net.calls), "request , ");
	assert_true(uv_backend_timeout(&net.loop) > 0);

	http_server_sweep(net.server);
	run_until(&net, "request , request , ");
	give_errors(&errors, &log);
	assert_int_equal(count(buf_str(&log), STR("no room for another")), 1);
	(void)close(second);
	net_close(&net);
}

/* A crowd that is refused does not fill the disk. */
static void failures_are_logged_so_often_and_no_more(void **state)
{
	struct errors errors;
	auto_buf log = BUF_NULL;
	struct net net;

	(void)state;
	hold_errors(&errors);
	net_open(&net, 0);
	for (int i = 0; i < 25; i++) {
		int fd = connect_to(&net);

		say_on(fd, "nonsense\r\n\r\n");
		assert_string_equal(hear(&net, fd), REFUSED("400 Bad Request"));
		assert_int_equal(close(fd), 0);
	}
	http_server_sweep(net.server);
	give_errors(&errors, &log);
	assert_int_equal(count(buf_str(&log), STR("not HTTP")), 20);
	assert_int_equal(count(buf_str(&log), STR(": 5 connections more failed")), 1);
	net_close(&net);
}

/* A file goes out as the peer reads it: the server holds a small part of it at a time, and the
 * next request is answered behind it. */
static void a_file_is_sent_as_it_is_read(void **state)
{
	enum {
		SIZE = 8 << 20
	};
	char path[] = "/tmp/http-file-XXXXXX";
	const struct http_server_config config = { .memory_max = 1 << 20 };
	int fd = mkstemp(path);
	auto_buf bytes = BUF_NULL;
	struct net net;

	(void)state;
	guard_path(path);
	for (size_t i = 0; i < SIZE; i++)
		buf_append_char(&bytes, (char)('a' + i % 23));
	assert_int_equal(write(fd, bytes.data, SIZE), SIZE);
	assert_int_equal(close(fd), 0);
	net_open_with(&net, &config);
	net.file = path;
	say(&net, POST "\r\n" LAST);

	take_until_bytes(&net, SIZE);

	assert_true(str_find(buf_str(&net.got),
	    str_make(bytes.data + SIZE / 2, SIZE / 2), NULL));
	take_until_bytes(&net, 2 * SIZE);
	assert_false(net.is_over);
	assert_int_equal(unlink(path), 0);
	net_close(&net);
}

/* A file that is shorter than was said ends the connection: nobody takes it for whole. */
static void a_file_that_became_shorter_breaks_the_answer_off(void **state)
{
	char path[] = "/tmp/http-file-XXXXXX";
	struct net net;
	int fd = mkstemp(path);

	(void)state;
	guard_path(path);
	assert_int_equal(write(fd, "0123", 4), 4);
	net_open(&net, 0);
	net.is_silent = true;
	say(&net, POST "\r\n");
	while (!net.open)
		(void)uv_run(&net.loop, UV_RUN_NOWAIT);
	http_conn_reply_file(net.open,
	    STR("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), fd, 0, 5, false);

	take_until(&net, NULL);

	assert_true(str_ends(buf_str(&net.got), STR("\r\n\r\n0123")));
	assert_int_equal(unlink(path), 0);
	net_close(&net);
}

/* What the owner takes piece by piece may be longer than what is kept, and has its own
 * end. */
static void a_body_can_be_taken_piece_by_piece(void **state)
{
	static const struct {
		const char *target;
		size_t n;
		const char *calls, *told;
		size_t n_taken;
	} rows[] = {
		{ "/big", 100000, "request , ", "200 (POST /big) ", 100000 },
		{ "/big", 100001, "refused 413: a body over 100000 bytes, closed",
		    "413 ", 0 },
		{ "/a", 1001, "refused 413: a body over 1000 bytes, closed", "413 ",
		    0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf told = BUF_NULL, head = BUF_NULL;
		struct net net;

		net_open(&net, 0);
		net.body_max = 100000;
		buf_printf(&head,
		    "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n",
		    rows[i].target, rows[i].n);
		say(&net, buf_cstr(&head));
		(void)uv_run(&net.loop, UV_RUN_NOWAIT);
		for (size_t k = 0; k < rows[i].n && rows[i].n_taken > 0; k += 1000) {
			char piece[1001] = { 0 };

			memset(piece, 'x', MIN((size_t)1000, rows[i].n - k));
			say(&net, piece);
			(void)uv_run(&net.loop, UV_RUN_NOWAIT);
		}
		take_until(&net, "\r\n\r\n");
		(void)uv_run(&net.loop, UV_RUN_NOWAIT);
		tell(&net.got, &told);
		assert_string_equal(buf_cstr(&told), rows[i].told);
		assert_string_equal(buf_cstr(&net.calls), rows[i].calls);
		assert_int_equal(net.n_taken, rows[i].n_taken);
		net_close(&net);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_sent_as_it_is_read),
		cmocka_unit_test(a_file_that_became_shorter_breaks_the_answer_off),
		cmocka_unit_test(a_body_can_be_taken_piece_by_piece),
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
		cmocka_unit_test(connections_leave_descriptors_for_the_rest),
		cmocka_unit_test(a_wait_has_an_end),
		cmocka_unit_test(who_waits_gives_way_to_who_comes),
		cmocka_unit_test(a_head_can_be_answered_before_its_body),
		cmocka_unit_test(memory_is_bounded_over_all_connections),
		cmocka_unit_test(answers_that_nobody_reads_do_not_pile_up),
		cmocka_unit_test(the_413_reaches_a_peer_that_sends_on),
		cmocka_unit_test(a_server_that_closes_waits_for_nobody),
		cmocka_unit_test(as_many_connections_as_descriptors_allow),
		cmocka_unit_test(without_descriptors_who_waits_gives_way),
		cmocka_unit_test(without_descriptors_nothing_turns_in_circles),
		cmocka_unit_test(failures_are_logged_so_often_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
