/* floor SECONDS CONNECTIONS: what the kernel alone takes for sessions of four POSTs on a new
 * connection each: a client and a server of bare epoll that send the bytes of sessions.sh and
 * look at none. Prints how many sessions there were and the microseconds of CPU that each took
 * the client and the server. */
#include "lib/base/clock.h"
#include "lib/base/compiler.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	HEAD = 180, /* bytes of an HTTP head, about */
	TURNS = 4,
	BATCH = 64,
	CONNECTIONS_MAX = 1024,
};

static const size_t requests[TURNS] = { HEAD + 3400, HEAD, HEAD + 900, HEAD + 700 };
static const size_t responses[TURNS] = { HEAD + 700, HEAD + 900, HEAD + 1100, HEAD };

struct end { /* of a connection */
	int fd, turn;
	size_t left; /* of what it reads in this turn */
};

static char bytes[64 << 10];

static void give_up(const char *what)
{
	perror(what);
	exit(1);
}

static void watch(int epoll, struct end *end, int op, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = end };

	if (epoll_ctl(epoll, op, end->fd, &event) < 0)
		give_up("epoll_ctl");
}

static void put(const struct end *end, size_t n)
{
	int one = 1;

	if (end->turn == 0)
		(void)setsockopt(end->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (send(end->fd, bytes, n, MSG_NOSIGNAL) != (ssize_t)n)
		give_up("send");
}

/* 1: all of this turn is there; 0: not yet; -1: the other end has closed. */
static int take(struct end *end)
{
	ssize_t n = recv(end->fd, bytes, sizeof(bytes), 0);

	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n <= 0)
		return -1;
	end->left -= MIN((size_t)n, end->left);
	return end->left == 0;
}

/* ---- the server ---------------------------------------------------------------------- */

static void accept_all(int epoll, int listener)
{
	int fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		struct end *end = calloc(1, sizeof(*end));

		*end = (struct end){ .fd = fd, .left = requests[0] };
		watch(epoll, end, EPOLL_CTL_ADD, EPOLLIN);
	}
}

static void serve(struct end *end)
{
	int got = take(end);

	if (got < 0) {
		(void)close(end->fd);
		free(end);
	} else if (got > 0) {
		put(end, responses[end->turn]);
		end->turn = (end->turn + 1) % TURNS;
		end->left = requests[end->turn];
	}
}

static void run_server(int listener)
{
	struct end own = { .fd = listener };
	struct epoll_event ready[BATCH];
	int epoll = epoll_create1(0);

	watch(epoll, &own, EPOLL_CTL_ADD, EPOLLIN);
	for (;;) {
		int n = epoll_wait(epoll, ready, BATCH, -1);

		for (int i = 0; i < n; i++) {
			if (ready[i].data.ptr == &own)
				accept_all(epoll, listener);
			else
				serve(ready[i].data.ptr);
		}
	}
}

/* ---- the client ---------------------------------------------------------------------- */

static void begin(int epoll, struct end *end, const struct sockaddr_in *at)
{
	*end = (struct end){ .fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0),
		.turn = -1 };
	if (connect(end->fd, (const struct sockaddr *)at, sizeof(*at)) < 0 &&
	    errno != EINPROGRESS)
		give_up("connect");
	watch(epoll, end, EPOLL_CTL_ADD, EPOLLOUT);
}

static void ask(struct end *end)
{
	end->left = responses[++end->turn];
	put(end, requests[end->turn]);
}

/* Whether a session is over. */
static bool go_on(int epoll, struct end *end, const struct sockaddr_in *at)
{
	if (end->turn < 0) {
		ask(end);
		watch(epoll, end, EPOLL_CTL_MOD, EPOLLIN);
		return false;
	}
	if (take(end) == 0)
		return false;
	if (end->turn + 1 < TURNS) {
		ask(end);
		return false;
	}
	(void)close(end->fd);
	begin(epoll, end, at);
	return true;
}

static unsigned long run_client(const struct sockaddr_in *at, int n_ends,
    clock_ns until)
{
	static struct end ends[CONNECTIONS_MAX];
	struct epoll_event ready[BATCH];
	unsigned long n_sessions = 0;
	int epoll = epoll_create1(0);

	for (int i = 0; i < n_ends; i++)
		begin(epoll, &ends[i], at);
	while (clock_monotonic() < until) {
		int n = epoll_wait(epoll, ready, BATCH, 100);

		for (int i = 0; i < n; i++)
			n_sessions += go_on(epoll, ready[i].data.ptr, at);
	}
	return n_sessions;
}

/* ---- both ---------------------------------------------------------------------------- */

static long cpu_us(int who)
{
	struct rusage usage;

	(void)getrusage(who, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
	       usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static int listen_here(struct sockaddr_in *at)
{
	socklen_t len = sizeof(*at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	*at = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	if (bind(fd, (const struct sockaddr *)at, sizeof(*at)) < 0 ||
	    listen(fd, CONNECTIONS_MAX) < 0 ||
	    getsockname(fd, (struct sockaddr *)at, &len) < 0)
		give_up("listen");
	return fd;
}

int main(int argc, char **argv)
{
	int seconds = argc > 1 ? atoi(argv[1]) : 5;
	int n_ends = argc > 2 ? atoi(argv[2]) : 32;
	struct sockaddr_in at;
	int listener = listen_here(&at);
	unsigned long n;
	pid_t server;

	server = fork();
	if (server == 0)
		run_server(listener);
	n = run_client(&at, MIN(n_ends, CONNECTIONS_MAX),
	    clock_monotonic() + seconds * NS_PER_S);
	(void)kill(server, SIGTERM);
	(void)waitpid(server, NULL, 0);
	if (n == 0)
		return 1;
	(void)printf("%lu sessions, client %.1f us, server %.1f us\n", n,
	    (double)cpu_us(RUSAGE_SELF) / (double)n,
	    (double)cpu_us(RUSAGE_CHILDREN) / (double)n);
	return 0;
}
