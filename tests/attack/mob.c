#include "tests/attack/mob.h"

#include "lib/base/clock.h"
#include "lib/base/compiler.h"
#include "tests/attack/stage.h"
#include "tests/support/holding.h"
#include "tests/support/patience.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	EVENTS_MAX = 512,
	OPENING_MAX = 1024, /* connections whose handshake is under way */
	SPARE_DESCRIPTORS = 32,
	NICE = 10,
	READ_BYTES = 65536
};

#define NUMBER STR("########")
#define STALL  (4 * NS_PER_S)

struct client {
	int fd; /* -1: it is to come */
	bool is_open;
	size_t sent;        /* of the opening */
	uint32_t number;    /* of the opening */
	uint32_t waits_for; /* EPOLLIN, EPOLLOUT */
};

struct side { /* of a mob: the clients of one process */
	const struct mob_plan *plan;
	struct mob_counters *counters;
	struct client *clients;
	unsigned first, n, n_opening;
	unsigned next;  /* to be looked at by come() */
	unsigned n_out; /* that are to come */
	size_t number_at;
	uint32_t number;
	int epoll;
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void count(unsigned long *counter, unsigned long n)
{
	(void)__atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
}

static unsigned long look(const unsigned long *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

/* ---- a connection -------------------------------------------------------------------- */

static void wait_for(struct side *side, struct client *client, uint32_t events)
{
	struct epoll_event event = { events, { .ptr = client } };

	if (client->waits_for == events)
		return;
	(void)epoll_ctl(side->epoll, client->waits_for ? EPOLL_CTL_MOD : EPOLL_CTL_ADD,
	    client->fd, &event);
	client->waits_for = events;
}

static void leave(struct side *side, struct client *client, bool comes_again)
{
	if (client->is_open)
		count(&side->counters->held, (unsigned long)-1);
	else
		side->n_opening--;
	(void)close(client->fd);
	*client = (struct client){ .fd = -1, .number = UINT32_MAX };
	if (comes_again)
		side->n_out++;
	else
		client->fd = -2;
}

/* Each from an address of its own: 127.2.0.0 and what follows. */
static void come(struct side *side, struct client *client)
{
	unsigned i = side->first + (unsigned)(client - side->clients);
	struct sockaddr_in from = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(0x7f020000 + i) },
			   to = { .sin_family = AF_INET,
				   .sin_port = htons(side->plan->port),
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	(void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)&from, sizeof(from)) < 0)
		die("bind");
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) < 0 &&
	    errno != EINPROGRESS) {
		(void)close(fd);
		return;
	}
	*client = (struct client){ .fd = fd, .number = ++side->number };
	side->n_opening++;
	side->n_out--;
	wait_for(side, client, EPOLLOUT);
}

static void on_open(struct side *side, struct client *client)
{
	unsigned long held;

	client->is_open = true;
	side->n_opening--;
	count(&side->counters->opened, 1);
	held = __atomic_add_fetch(&side->counters->held, 1, __ATOMIC_RELAXED);
	if (held > look(&side->counters->peak))
		__atomic_store_n(&side->counters->peak, held, __ATOMIC_RELAXED);
}

/* ---- what is sent -------------------------------------------------------------------- */

static struct str opening_of(const struct side *side, const struct client *client,
    char room[MOB_NUMBERED_MAX])
{
	struct str opening = side->plan->opening;
	char digits[16];

	if (!side->plan->is_numbered)
		return opening;
	memcpy(room, opening.p, opening.len);
	(void)snprintf(digits, sizeof(digits), "%08u", client->number % 100000000);
	memcpy(room + side->number_at, digits, NUMBER.len);
	return str_make(room, opening.len);
}

static void break_off(struct side *side, struct client *client)
{
	const struct linger linger = { 1, 0 };

	(void)setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	leave(side, client, true);
}

/* False when the connection is gone. */
static bool send_opening(struct side *side, struct client *client)
{
	char room[MOB_NUMBERED_MAX];
	struct str opening = opening_of(side, client, room);

	while (client->sent < opening.len) {
		ssize_t n = send(client->fd, opening.p + client->sent,
		    opening.len - client->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EAGAIN)
			return true;
		if (n <= 0)
			return false;
		client->sent += (size_t)n;
		count(&side->counters->sent, (unsigned long)n);
	}
	count(&side->counters->openings, 1);
	return true;
}

static void begin_again(struct side *side, struct client *client)
{
	client->sent = 0;
	client->number = ++side->number;
}

static void wait_further(struct side *side, struct client *client)
{
	uint32_t in = side->plan->reads_not ? EPOLLRDHUP : EPOLLIN | EPOLLRDHUP;
	bool has_more = client->sent < side->plan->opening.len;

	wait_for(side, client, has_more ? in | EPOLLOUT : in);
}

static void send_on(struct side *side, struct client *client)
{
	bool had_more = client->sent < side->plan->opening.len;

	if (had_more && !send_opening(side, client)) {
		leave(side, client, side->plan->comes_again);
		return;
	}
	if (had_more && client->sent == side->plan->opening.len) {
		if (side->plan->then == MOB_RESETS) {
			break_off(side, client);
			return;
		}
		if (side->plan->then == MOB_POURS)
			begin_again(side, client);
	}
	wait_further(side, client);
}

static void drip(struct side *side)
{
	struct str bytes = side->plan->drip;

	for (unsigned i = 0; i < side->n; i++) {
		struct client *client = &side->clients[i];

		if (client->fd < 0 || !client->is_open ||
		    client->sent < side->plan->opening.len)
			continue;
		if (send(client->fd, bytes.p, bytes.len, MSG_NOSIGNAL | MSG_DONTWAIT) <
			0 &&
		    errno != EAGAIN)
			leave(side, client, side->plan->comes_again);
		else
			count(&side->counters->sent, bytes.len);
	}
}

/* ---- what comes ---------------------------------------------------------------------- */

static void on_answer(struct side *side, struct client *client)
{
	static char room[READ_BYTES];
	ssize_t n = recv(client->fd, room, sizeof(room), MSG_DONTWAIT);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		leave(side, client, side->plan->comes_again);
		return;
	}
	count(&side->counters->answers, 1);
	if (client->sent < side->plan->opening.len)
		return;
	if (side->plan->then == MOB_LEAVES) {
		leave(side, client, true);
	} else if (side->plan->then == MOB_REPEATS) {
		begin_again(side, client);
		send_on(side, client);
	}
}

static void on_event(struct side *side, struct client *client, uint32_t events)
{
	if (client->fd < 0)
		return;
	if (events & (EPOLLERR | EPOLLHUP)) {
		leave(side, client, side->plan->comes_again);
		return;
	}
	if (!client->is_open)
		on_open(side, client);
	if (events & EPOLLIN)
		on_answer(side, client);
	else if (events & EPOLLRDHUP)
		leave(side, client, side->plan->comes_again);
	if (client->fd >= 0 && (events & EPOLLOUT))
		send_on(side, client);
}

static void let_come(struct side *side)
{
	for (unsigned i = 0;
	     i < side->n && side->n_out > 0 && side->n_opening < OPENING_MAX; i++) {
		struct client *client = &side->clients[side->next];

		side->next = (side->next + 1) % side->n;
		if (client->fd == -1)
			come(side, client);
	}
}

static void live(struct side *side)
{
	clock_ns drip_at = clock_monotonic();

	for (;;) {
		struct epoll_event events[EVENTS_MAX];
		int n;

		let_come(side);
		n = epoll_wait(side->epoll, events, EVENTS_MAX, 10);
		for (int i = 0; i < n; i++)
			on_event(side, events[i].data.ptr, events[i].events);
		if (side->plan->drip.len == 0 || clock_monotonic() < drip_at)
			continue;
		drip_at = clock_monotonic() + side->plan->drip_ms * NS_PER_MS;
		drip(side);
	}
}

/* ---- the mob -------------------------------------------------------------------------- */

_Noreturn static void be_side(const struct mob_plan *plan,
    struct mob_counters *counters, unsigned first, unsigned n)
{
	struct side side = { .plan = plan,
		.counters = counters,
		.first = first,
		.n = n,
		.n_out = n,
		.number = first * 1000003U,
		.epoll = epoll_create1(EPOLL_CLOEXEC),
		.clients = calloc(n, sizeof(*side.clients)) };

	(void)setpriority(PRIO_PROCESS, 0, NICE);
	if (side.epoll < 0 || !side.clients)
		die("mob");
	for (unsigned i = 0; i < n; i++)
		side.clients[i].fd = -1;
	if (plan->is_numbered && (plan->opening.len > MOB_NUMBERED_MAX ||
				     !str_find(plan->opening, NUMBER, &side.number_at)))
		die("a numbered opening");
	live(&side);
	_exit(1);
}

static unsigned clients_a_process(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		die("getrlimit");
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	return (unsigned)MIN(limit.rlim_max, (rlim_t)100000) - SPARE_DESCRIPTORS;
}

static void start_side(struct mob *mob, const struct mob_plan *plan, unsigned first,
    unsigned n)
{
	char group[16];
	pid_t pid;

	(void)fflush(NULL);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		(void)setpgid(0, 0);
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		be_side(plan, mob->counters, first, n);
	}
	(void)setpgid(pid, pid);
	(void)snprintf(group, sizeof(group), "%d", (int)pid);
	holding_add(HOLDING_PROCESS, group);
	mob->pids[mob->n++] = pid;
}

/* Until all have been there, or nobody came for longer than a lost SYN takes. */
static void wait_until_there(const struct mob *mob, const struct mob_plan *plan)
{
	clock_ns now = clock_monotonic(), end = now + patience_ms() * NS_PER_MS;
	clock_ns last = now;
	unsigned long opened = 0;

	while (now < end && now - last < STALL && opened < plan->size) {
		(void)poll(NULL, 0, 10);
		now = clock_monotonic();
		if (look(&mob->counters->opened) > opened)
			last = now;
		opened = look(&mob->counters->opened);
	}
}

void mob_start(struct mob *mob, const struct mob_plan *plan)
{
	unsigned most = clients_a_process(), first = 0;

	*mob = (struct mob){ .counters = mmap(NULL, sizeof(*mob->counters),
				 PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
				 0) };
	if (mob->counters == MAP_FAILED)
		die("mmap");
	while (first < plan->size && mob->n < MOB_PROCESSES_MAX) {
		unsigned n = MIN(most, plan->size - first);

		start_side(mob, plan, first, n);
		first += n;
	}
	wait_until_there(mob, plan);
}

bool mob_is_coming(const struct mob *mob, const struct mob_plan *plan, clock_ns since)
{
	return look(&mob->counters->opened) < plan->size &&
	       clock_monotonic() < since + patience_ms() * NS_PER_MS;
}

bool mob_lives(const struct mob *mob)
{
	for (unsigned i = 0; i < mob->n; i++) {
		if (!stage_lives(mob->pids[i]))
			return false;
	}
	return true;
}

void mob_end(struct mob *mob)
{
	for (unsigned i = 0; i < mob->n; i++) {
		char group[16];

		(void)kill(-mob->pids[i], SIGKILL);
		(void)waitpid(mob->pids[i], NULL, 0);
		(void)snprintf(group, sizeof(group), "%d", (int)mob->pids[i]);
		holding_end(HOLDING_PROCESS, group);
	}
	(void)munmap(mob->counters, sizeof(*mob->counters));
	*mob = (struct mob){ .n = 0 };
}
