/* paced_acs PORT RATE [DELAY [STALL EVERY]]: an ACS whose limits are known, for tests of what
 * measures ACSs. It takes RATE sessions a second, one after another as they come, and lets the
 * others wait; each answer to an Inform is DELAY milliseconds later than that. For STALL milliseconds
 * of each EVERY it does nothing at all. One process, no thread; ends by a signal. */
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/compiler.h"
#include "lib/proto/http.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	CONNS_MAX = 20000,
	EVENTS_MAX = 256
};

struct conn { /* number i is of descriptor i */
	struct buf in;
	unsigned use; /* counts up when the descriptor is another connection's */
};

struct owed { /* an InformResponse that is due */
	int fd;
	unsigned use;
	clock_ns due;
	char id[64];
};

static struct conn conns[CONNS_MAX];
static struct owed queue[CONNS_MAX]; /* a ring: no more are owed than are connected */
static size_t first, n_owed;
static clock_ns next, gap, delay, stall, every, began;

static void hang_up(int fd)
{
	buf_reset(&conns[fd].in);
	conns[fd].use++;
	(void)close(fd);
}

static void send_text(int fd, const struct buf *text)
{
	(void)!send(fd, text->data, text->len, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void answer_inform(const struct owed *owed)
{
	auto_buf body = BUF_NULL, text = BUF_NULL;

	if (conns[owed->fd].use != owed->use)
		return;
	buf_printf(&body,
	    "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" "
	    "xmlns:c=\"urn:dslforum-org:cwmp-1-0\"><s:Header>"
	    "<c:ID s:mustUnderstand=\"1\">%s</c:ID></s:Header><s:Body>"
	    "<c:InformResponse><MaxEnvelopes>1</MaxEnvelopes></c:InformResponse>"
	    "</s:Body></s:Envelope>",
	    owed->id);
	buf_printf(&text,
	    "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %zu\r\n\r\n",
	    body.len);
	buf_append_str(&text, buf_str(&body));
	send_text(owed->fd, &text);
}

static void owe(int fd, struct str body)
{
	struct owed *owed = &queue[(first + n_owed) % CONNS_MAX];
	struct str id = STR_NULL, rest;
	size_t at;

	if (n_owed == CONNS_MAX)
		return;
	if (str_find(body, STR(":ID"), &at)) {
		(void)str_cut(str_from(body, at), '>', &rest);
		id = str_cut(rest, '<', &rest);
	}
	n_owed++;
	next = MAX(next, clock_monotonic()) + gap;
	*owed = (struct owed){ .fd = fd, .use = conns[fd].use, .due = next + delay };
	(void)snprintf(owed->id, sizeof(owed->id), "%.*s", STR_ARG(id));
}

static void take_request(int fd)
{
	static const char empty[] = "HTTP/1.1 204 No Content\r\n\r\n";
	struct conn *conn = &conns[fd];
	struct http_head head;
	int n = http_head_parse(&head, true, conn->in.data, conn->in.len, NULL, NULL);

	if (n <= 0 || conn->in.len < (size_t)n + head.content_length)
		return;
	if (head.content_length > 0)
		owe(fd, str_make(conn->in.data + n, (size_t)head.content_length));
	else
		(void)!send(fd, empty, sizeof(empty) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	buf_reset(&conn->in);
}

static void take_bytes(int fd)
{
	char bytes[16384];
	ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		hang_up(fd);
		return;
	}
	buf_append(&conns[fd].in, bytes, (size_t)n);
	take_request(fd);
}

static void take_connections(int epoll, int listener)
{
	int fd;

	while (
	    (fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

		if (fd >= CONNS_MAX || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
			(void)close(fd);
	}
}

/* Returns milliseconds until the next answer is due; -1: none is. */
static int answer_due(void)
{
	while (n_owed > 0) {
		clock_ns left = queue[first].due - clock_monotonic();

		if (left > 0)
			return (int)((left + NS_PER_MS - 1) / NS_PER_MS);
		answer_inform(&queue[first]);
		first = (first + 1) % CONNS_MAX;
		n_owed--;
	}
	return -1;
}

/* The last part of each period. Returns milliseconds until the next stall, -1: none comes. */
static int rest(void)
{
	clock_ns at;

	if (stall == 0)
		return -1;
	at = (clock_monotonic() - began) % every;
	if (at < every - stall)
		return (int)((every - stall - at) / NS_PER_MS) + 1;
	at = every - at;
	(void)poll(NULL, 0, (int)(at / NS_PER_MS));
	return (int)((every - stall) / NS_PER_MS) + 1;
}

static int wait_ms(int a, int b)
{
	return a < 0 ? b : b < 0 ? a : MIN(a, b);
}

static int listen_on(const char *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(port)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int one = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(fd, 4096) < 0) {
		perror("paced_acs");
		exit(1);
	}
	return fd;
}

static void serve(int epoll, int listener)
{
	struct epoll_event events[EVENTS_MAX];

	for (;;) {
		int until = rest();
		int n =
		    epoll_wait(epoll, events, EVENTS_MAX, wait_ms(answer_due(), until));

		for (int i = 0; i < n; i++) {
			if (events[i].data.fd == listener)
				take_connections(epoll, listener);
			else
				take_bytes(events[i].data.fd);
		}
	}
}

static clock_ns argument_ms(int argc, char **argv, int i)
{
	return i < argc ? atoi(argv[i]) * NS_PER_MS : 0;
}

int main(int argc, char **argv)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct rlimit limit;
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	if (argc < 3)
		return 2;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	gap = NS_PER_S / MAX(atoi(argv[2]), 1);
	delay = argument_ms(argc, argv, 3);
	stall = argument_ms(argc, argv, 4);
	every = MAX(argument_ms(argc, argv, 5), NS_PER_MS);
	began = clock_monotonic();
	event.data.fd = listen_on(argv[1]);
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, event.data.fd, &event) < 0)
		return 1;
	serve(epoll, event.data.fd);
}
