/* Measures a path by UDP, and knows nothing of links but sockets and a clock.
 *
 *     link_meter echo PORT                          sends back what comes, until it is killed
 *     link_meter ask ADDRESS PORT N GAP_US PATIENCE_MS
 *     link_meter trace ADDRESS PORT N GAP_US PATIENCE_MS
 *
 * "ask" sends N numbered datagrams and waits until all are back, or nothing has come for
 * PATIENCE_MS. It prints one line: sent, back (different ones), twice, overtaken (came behind one
 * that was sent after it), runs (of lost ones in a row), singles (runs of one), and the least, mean
 * and greatest round trip in microseconds. "trace" prints a line for each instead: when it was sent
 * (microseconds since 1970) and its round trip; -1: none. The number is the first four bytes of a
 * datagram, as this machine has them. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
	PACKETS_MAX = 1000000,
	BYTES = 100
};

struct meter {
	int fd;
	uint32_t n, sent, next; /* next: one more than the highest that came */
	int64_t *left;          /* when each was sent */
	int64_t *trips;         /* 0: it is not back */
	uint32_t back, twice, overtaken;
	int64_t least, most, sum;
};

static int64_t now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int open_at(const char *address, const char *port, bool is_server)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(port)) };
	const int room = 4 << 20;
	int fd = socket(AF_INET, SOCK_DGRAM, 0), r;

	if (inet_pton(AF_INET, address, &at.sin_addr) != 1)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	r = is_server ? bind(fd, (struct sockaddr *)&at, sizeof(at))
		      : connect(fd, (struct sockaddr *)&at, sizeof(at));
	return r < 0 ? -1 : fd;
}

static int echo(const char *port)
{
	int fd = open_at("0.0.0.0", port, true);
	uint8_t bytes[2048];

	if (fd < 0) {
		perror("link_meter");
		return 1;
	}
	(void)printf("ready\n");
	(void)fflush(stdout);
	for (;;) {
		struct sockaddr_in from;
		socklen_t size = sizeof(from);
		ssize_t n = recvfrom(fd, bytes, sizeof(bytes), 0,
		    (struct sockaddr *)&from, &size);

		if (n > 0)
			(void)sendto(fd, bytes, (size_t)n, 0, (struct sockaddr *)&from,
			    size);
	}
}

static void take(struct meter *m, uint32_t number)
{
	int64_t trip;

	if (number >= m->sent)
		return;
	if (m->trips[number]) {
		m->twice++;
		return;
	}
	trip = now_ns() - m->left[number];
	trip = trip > 0 ? trip : 1;
	m->trips[number] = trip;
	m->least = m->back == 0 || trip < m->least ? trip : m->least;
	m->most = trip > m->most ? trip : m->most;
	m->sum += trip;
	m->back++;
	m->overtaken += number < m->next;
	m->next = number >= m->next ? number + 1 : m->next;
}

/* Takes what comes until the time; false: nothing came. */
static bool take_until(struct meter *m, int64_t until)
{
	bool any = false;

	for (;;) {
		int64_t left = until - now_ns();
		struct timespec wait = { left / 1000000000, left % 1000000000 };
		struct pollfd poll_fd = { .fd = m->fd, .events = POLLIN };
		uint8_t bytes[2048];
		uint32_t number;

		if (left <= 0 || ppoll(&poll_fd, 1, &wait, NULL) <= 0)
			return any;
		while (recv(m->fd, bytes, sizeof(bytes), MSG_DONTWAIT) >=
		       (ssize_t)sizeof(number)) {
			memcpy(&number, bytes, sizeof(number));
			take(m, number);
			any = true;
		}
	}
}

static void report(const struct meter *m)
{
	uint32_t runs = 0, singles = 0;

	for (uint32_t i = 0; i < m->n; i++) {
		bool begins = !m->trips[i] && (i == 0 || m->trips[i - 1]);

		runs += begins;
		singles += begins && (i + 1 == m->n || m->trips[i + 1]);
	}
	(void)printf("sent=%u back=%u twice=%u overtaken=%u runs=%u singles=%u "
		     "least_us=%lld mean_us=%lld most_us=%lld\n",
	    m->n, m->back, m->twice, m->overtaken, runs, singles,
	    (long long)m->least / 1000,
	    (long long)(m->back ? m->sum / m->back : 0) / 1000,
	    (long long)m->most / 1000);
}

static void report_each(const struct meter *m)
{
	struct timespec wall;
	int64_t ahead; /* of that clock */

	(void)clock_gettime(CLOCK_REALTIME, &wall);
	ahead = (int64_t)wall.tv_sec * 1000000000 + wall.tv_nsec - now_ns();
	for (uint32_t i = 0; i < m->n; i++)
		(void)printf("%lld %lld\n", (long long)(m->left[i] + ahead) / 1000,
		    m->trips[i] ? (long long)m->trips[i] / 1000 : -1);
}

static int ask(char **argv, void (*tell)(const struct meter *m))
{
	struct meter m = { .fd = open_at(argv[0], argv[1], false),
		.n = (uint32_t)atoi(argv[2]) };
	int64_t gap = atoll(argv[3]) * 1000, patience = atoll(argv[4]) * 1000000, next;
	uint8_t bytes[BYTES] = { 0 };

	if (m.fd < 0 || m.n == 0 || m.n > PACKETS_MAX)
		return 2;
	m.left = calloc(m.n, sizeof(*m.left));
	m.trips = calloc(m.n, sizeof(*m.trips));
	if (!m.left || !m.trips)
		return 2;
	next = now_ns();
	while (m.sent < m.n) {
		memcpy(bytes, &m.sent, sizeof(m.sent));
		m.left[m.sent++] = now_ns();
		(void)send(m.fd, bytes, sizeof(bytes), 0);
		next += gap;
		(void)take_until(&m, next);
	}
	while (m.back + m.twice < 2 * m.n && take_until(&m, now_ns() + patience))
		;
	tell(&m);
	free(m.left);
	free(m.trips);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "echo") == 0)
		return echo(argv[2]);
	if (argc == 7 && strcmp(argv[1], "ask") == 0)
		return ask(argv + 2, report);
	if (argc == 7 && strcmp(argv[1], "trace") == 0)
		return ask(argv + 2, report_each);
	(void)fprintf(stderr,
	    "link_meter echo PORT | ask|trace ADDRESS PORT N GAP_US MS\n");
	return 2;
}
