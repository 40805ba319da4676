/* Finds out what a NAT does, as RFC 5780 4 does it, and knows nothing of labs.
 *
 *     nat_meter serve OTHER          one of two servers: UDP ports 3478 and 3479, and 3480 between them
 *     nat_meter ask ONE TWO          mapping=..., filtering=...: what is between here and both servers
 *     nat_meter keep ONE TWO MS      port=same or other: that of one endpoint, MS later, to the other one
 *     nat_meter self ONE             hairpin=yes or no: two sockets here by each other's port outside
 *     nat_meter listen PORT          takes TCP connections and closes them
 *     nat_meter dial ADDRESS PORT    tcp=open or closed
 *
 * Whoever asks for an answer from elsewhere gets "done" from where it asked, sent behind that answer:
 * so nobody waits for what does not come longer than for what overtakes. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	PORT_ONE = 3478,
	PORT_TWO = 3479,
	PORT_PEER = 3480,
	TEXT_MAX = 128,
	ANSWER_MS = 500, /* then the question is asked again */
	TRIES = 40,
	OVERTAKES_MS = 200,
};

static struct sockaddr_in at(const char *address, unsigned port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port) };

	if (inet_pton(AF_INET, address, &to.sin_addr) != 1) {
		(void)fprintf(stderr, "nat_meter: %s is no address\n", address);
		exit(2);
	}
	return to;
}

static bool is_same(const struct sockaddr_in *a, const struct sockaddr_in *b)
{
	return a->sin_port == b->sin_port && a->sin_addr.s_addr == b->sin_addr.s_addr;
}

/* Port 0: any. */
static int open_udp(unsigned port)
{
	struct sockaddr_in here = at("0.0.0.0", port);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof(here)) < 0) {
		perror("nat_meter");
		exit(1);
	}
	return fd;
}

static void say(int fd, const struct sockaddr_in *to, const char *text)
{
	(void)sendto(fd, text, strlen(text), 0, (const struct sockaddr *)to,
	    sizeof(*to));
}

/* text is terminated. */
static bool hear(int fd, int ms, char text[TEXT_MAX], struct sockaddr_in *from)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	socklen_t size = sizeof(*from);
	ssize_t n;

	if (poll(&ready, 1, ms) <= 0)
		return false;
	n = recvfrom(fd, text, TEXT_MAX - 1, 0, (struct sockaddr *)from, &size);
	if (n < 0)
		return false;
	text[n] = '\0';
	return true;
}

/* "WORD ADDRESS PORT" */
static void say_endpoint(int fd, const struct sockaddr_in *to, const char *word,
    const struct sockaddr_in *endpoint)
{
	char text[TEXT_MAX], address[INET_ADDRSTRLEN];

	(void)inet_ntop(AF_INET, &endpoint->sin_addr, address, sizeof(address));
	(void)snprintf(text, sizeof(text), "%s %s %u", word, address,
	    (unsigned)ntohs(endpoint->sin_port));
	say(fd, to, text);
}

static bool read_endpoint(const char *text, const char *word,
    struct sockaddr_in *endpoint)
{
	char address[INET_ADDRSTRLEN];
	size_t n = strlen(word);
	unsigned port;

	if (strncmp(text, word, n) != 0 ||
	    sscanf(text + n, " %15s %u", address, &port) != 2)
		return false;
	*endpoint = at(address, port);
	return true;
}

/* ---- servers --------------------------------------------------------------------------- */

struct server {
	int one, two, peer;
	struct sockaddr_in other;
};

static void take_question(const struct server *server, int fd)
{
	struct sockaddr_in from;
	char text[TEXT_MAX];

	if (!hear(fd, 0, text, &from))
		return;
	if (strcmp(text, "where") == 0) {
		say_endpoint(fd, &from, "at", &from);
	} else if (strcmp(text, "other-port") == 0) {
		say(fd == server->one ? server->two : server->one, &from, "hit");
		say(fd, &from, "done");
	} else if (strcmp(text, "other-address") == 0) {
		say_endpoint(server->peer, &server->other, "hit", &from);
	}
}

/* What the other server wants, or that it has done what this one wanted. */
static void take_order(const struct server *server)
{
	struct sockaddr_in from, endpoint;
	char text[TEXT_MAX];

	if (!hear(server->peer, 0, text, &from))
		return;
	if (read_endpoint(text, "hit", &endpoint)) {
		say(server->one, &endpoint, "hit");
		say_endpoint(server->peer, &from, "done", &endpoint);
	} else if (read_endpoint(text, "done", &endpoint)) {
		say(server->one, &endpoint, "done");
	}
}

static int serve(const char *other)
{
	const struct server server = { open_udp(PORT_ONE), open_udp(PORT_TWO),
		open_udp(PORT_PEER), at(other, PORT_PEER) };
	struct pollfd ready[] = { { server.one, POLLIN, 0 }, { server.two, POLLIN, 0 },
		{ server.peer, POLLIN, 0 } };

	for (;;) {
		if (poll(ready, 3, -1) < 0)
			return 1;
		for (int i = 0; i < 2; i++) {
			if (ready[i].revents)
				take_question(&server, ready[i].fd);
		}
		if (ready[2].revents)
			take_order(&server);
	}
}

/* ---- what is between -------------------------------------------------------------------- */

/* Where the server sees the socket. */
static struct sockaddr_in mapped(int fd, const struct sockaddr_in *server)
{
	struct sockaddr_in from, endpoint;
	char text[TEXT_MAX];

	for (int i = 0; i < TRIES; i++) {
		say(fd, server, "where");
		while (hear(fd, ANSWER_MS, text, &from)) {
			if (is_same(&from, server) &&
			    read_endpoint(text, "at", &endpoint))
				return endpoint;
		}
	}
	(void)fprintf(stderr, "nat_meter: no answer from the server\n");
	exit(1);
}

/* Whether the answer from elsewhere comes. */
static bool is_let_in(int fd, const struct sockaddr_in *server, const char *question)
{
	struct sockaddr_in from;
	char text[TEXT_MAX];
	bool is_hit = false, is_done = false;

	for (int i = 0; i < TRIES && !is_done; i++) {
		say(fd, server, question);
		while (!is_done && hear(fd, ANSWER_MS, text, &from)) {
			is_hit |= strcmp(text, "hit") == 0;
			is_done |= strcmp(text, "done") == 0;
		}
	}
	if (!is_done) {
		(void)fprintf(stderr, "nat_meter: no end of %s\n", question);
		exit(1);
	}
	while (!is_hit && hear(fd, OVERTAKES_MS, text, &from))
		is_hit = strcmp(text, "hit") == 0;
	return is_hit;
}

static const char *const words[] = { "endpoint-independent", "address-dependent",
	"address-and-port-dependent" };

static int ask(const char *one, const char *two)
{
	struct sockaddr_in servers[] = { at(one, PORT_ONE), at(one, PORT_TWO),
		at(two, PORT_ONE) };
	struct sockaddr_in seen[3];
	int mapping, filtering, fd = open_udp(0);

	for (int i = 0; i < 3; i++)
		seen[i] = mapped(fd, &servers[i]);
	mapping = !is_same(&seen[0], &seen[1])   ? 2
		  : !is_same(&seen[0], &seen[2]) ? 1
						 : 0;
	fd = open_udp(0); /* who has talked to nobody */
	(void)mapped(fd, &servers[0]);
	filtering = is_let_in(fd, &servers[0], "other-address") ? 0
		    : is_let_in(fd, &servers[0], "other-port")  ? 1
								: 2;
	(void)printf("mapping=%s filtering=%s\n", words[mapping], words[filtering]);
	return 0;
}

static int keep(const char *one, const char *two, const char *ms)
{
	const struct sockaddr_in first = at(one, PORT_ONE), second = at(two, PORT_ONE);
	int fd = open_udp(0);
	struct sockaddr_in before = mapped(fd, &first), after;

	(void)poll(NULL, 0, atoi(ms)); /* the time-out of the NAT is what is measured */
	after = mapped(fd, &second);
	(void)printf("port=%s\n", is_same(&before, &after) ? "same" : "other");
	return 0;
}

/* What comes bears the port outside of the one who sent it. */
static int self(const char *one)
{
	const struct sockaddr_in server = at(one, PORT_ONE);
	int a = open_udp(0), b = open_udp(0);
	struct sockaddr_in of_a = mapped(a, &server), of_b = mapped(b, &server), from;
	char text[TEXT_MAX];
	bool is_through = false;

	for (int i = 0; i < 3 && !is_through; i++) {
		say(a, &of_b, "hello");
		is_through =
		    hear(b, OVERTAKES_MS, text, &from) && is_same(&from, &of_a);
	}
	(void)printf("hairpin=%s\n", is_through ? "yes" : "no");
	return 0;
}

/* ---- TCP ------------------------------------------------------------------------------- */

static int listen_at(const char *port)
{
	struct sockaddr_in here = at("0.0.0.0", (unsigned)atoi(port));
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&here, sizeof(here)) < 0 || listen(fd, 8) < 0) {
		perror("nat_meter");
		return 1;
	}
	for (;;)
		(void)close(accept(fd, NULL, NULL));
}

static int dial(const char *address, const char *port)
{
	struct sockaddr_in to = at(address, (unsigned)atoi(port));
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), why = 0;
	struct pollfd ready = { .fd = fd, .events = POLLOUT };
	socklen_t size = sizeof(why);
	bool is_open = false;

	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		is_open = true;
	else if (errno == EINPROGRESS && poll(&ready, 1, 2 * ANSWER_MS) > 0)
		is_open =
		    getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &size) == 0 && why == 0;
	(void)printf("tcp=%s\n", is_open ? "open" : "closed");
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (strcmp(verb, "serve") == 0 && argc == 3)
		return serve(argv[2]);
	if (strcmp(verb, "ask") == 0 && argc == 4)
		return ask(argv[2], argv[3]);
	if (strcmp(verb, "keep") == 0 && argc == 5)
		return keep(argv[2], argv[3], argv[4]);
	if (strcmp(verb, "self") == 0 && argc == 3)
		return self(argv[2]);
	if (strcmp(verb, "listen") == 0 && argc == 3)
		return listen_at(argv[2]);
	if (strcmp(verb, "dial") == 0 && argc == 4)
		return dial(argv[2], argv[3]);
	(void)fprintf(stderr, "nat_meter: see its head\n");
	return 2;
}
