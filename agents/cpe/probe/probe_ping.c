/* IPPing over a socket that needs no privilege: the kernel gives the requests their identifier
 * and checksum, and hands out the answers to it alone (icmp(7)). */
#include "agents/cpe/probe/probe_internal.h"

#include <errno.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <sys/socket.h>

static struct sockaddr_in target_of(const struct probe *probe)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(probe->address) };
}

static bool is_no_route(int number)
{
	return number == EHOSTUNREACH || number == ENETUNREACH || number == ENETDOWN;
}

/* The sequence number of a request or an answer; false when the bytes are too few. */
static bool read_sequence(const uint8_t *bytes, size_t len, uint16_t *ret)
{
	struct icmphdr head;

	if (len < sizeof(head))
		return false;
	memcpy(&head, bytes, sizeof(head));
	*ret = ntohs(head.un.echo.sequence);
	return true;
}

/* ---- who watches --------------------------------------------------------------------- */

static void tell(struct probe *probe, const struct probe_echo *echo)
{
	if (probe->config.wish && probe->handlers->echo && !probe->has_ended)
		probe->handlers->echo(probe->user, echo);
}

static void tell_news(struct probe *probe, enum probe_echo_news news)
{
	const struct probe_echo echo = { .news = news, .address = probe->address };

	tell(probe, &echo);
}

static void set_option(int fd, int option, int value)
{
	(void)setsockopt(fd, IPPROTO_IP, option, &value, sizeof(value));
}

static void wish_for(struct probe *probe)
{
	const struct probe_ping_wish *wish = probe->config.wish;

	probe->as.ping.interval = wish->interval;
	probe->as.ping.is_rested = true;
	probe->as.ping.first = wish->first;
	set_option(probe->fd, IP_TTL, wish->ttl);
	set_option(probe->fd, IP_TOS, wish->tos);
	set_option(probe->fd, IP_MTU_DISCOVER,
	    wish->is_whole ? IP_PMTUDISC_DO : IP_PMTUDISC_DONT);
	set_option(probe->fd, IP_RECVTTL, 1);
	tell_news(probe, PROBE_PING_BEGINS);
}

/* ---- errors -------------------------------------------------------------------------- */

/* Who watches is told what a vendor's device tells: that nothing has come in time. */
static void refuse(struct probe *probe, uint16_t sequence, int number)
{
	if (!probe->config.wish)
		ping_refused(&probe->as.ping, sequence, is_no_route(number));
}

static void take_errors(struct probe *probe)
{
	struct probe_error error;
	uint16_t sequence;

	while (probe_next_error(probe, &error)) {
		if (read_sequence(error.head, error.n_head, &sequence))
			refuse(probe, sequence, error.number);
	}
}

static void send_one(struct probe *probe)
{
	struct icmphdr head = { .type = ICMP_ECHO };
	struct sockaddr_in to = target_of(probe);
	uint16_t sequence = ping_sequence(&probe->as.ping);
	struct iovec pieces[] = {
		{ &head, sizeof(head) },
		{ (void *)(uintptr_t)probe_block, probe->config.args.size },
	};
	const struct msghdr message = {
		.msg_name = &to,
		.msg_namelen = sizeof(to),
		.msg_iov = pieces,
		.msg_iovlen = 2,
	};

	head.un.echo.sequence = htons(sequence);
	if (sendmsg(probe->fd, &message, MSG_DONTWAIT) < 0)
		refuse(probe, sequence, errno);
	tell_news(probe, PROBE_PING_SENT);
}

static void tell_late(struct probe *probe, uint64_t *n_failed)
{
	if (probe->as.ping.n_failed > *n_failed)
		tell_news(probe, PROBE_PING_LATE);
	*n_failed = probe->as.ping.n_failed;
}

static void tick(struct probe *probe, clock_ns now)
{
	uint64_t n_failed = probe->as.ping.n_failed;
	enum ping_step step = PING_WAIT;

	/* Who is told may give it up. */
	while (!probe->has_ended &&
	       (step = ping_tick(&probe->as.ping, now)) == PING_SEND) {
		tell_late(probe, &n_failed);
		/* What was told of an earlier one would be this one's failure. */
		take_errors(probe);
		send_one(probe);
	}
	tell_late(probe, &n_failed);
	if (step == PING_OVER) {
		ping_results(&probe->as.ping, &probe->results);
		probe_end(probe);
	}
}

static uint8_t read_ttl(struct msghdr *message)
{
	for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at;
	     at = CMSG_NXTHDR(message, at)) {
		int ttl;

		if (at->cmsg_level != IPPROTO_IP || at->cmsg_type != IP_TTL)
			continue;
		memcpy(&ttl, CMSG_DATA(at), sizeof(ttl));
		return (uint8_t)ttl;
	}
	return 0;
}

/* The header of the next answer; what is behind it is dropped. False: there is none. */
static bool take_answer(struct probe *probe, clock_ns now)
{
	uint8_t bytes[sizeof(struct icmphdr)];
	union {
		struct cmsghdr aligned;
		char bytes[128];
	} control;
	struct iovec piece = { bytes, sizeof(bytes) };
	struct msghdr message = {
		.msg_iov = &piece,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct probe_echo echo = { .news = PROBE_PING_ANSWERED,
		.address = probe->address };
	ssize_t n = recvmsg(probe->fd, &message, MSG_DONTWAIT);

	if (n < 0)
		return false;
	if (bytes[0] != ICMP_ECHOREPLY ||
	    !read_sequence(bytes, (size_t)n, &echo.sequence))
		return true;
	echo.time = now - probe->as.ping.sent_at;
	echo.ttl = read_ttl(&message);
	if (ping_answered(&probe->as.ping, echo.sequence, now))
		tell(probe, &echo);
	return true;
}

static void ready(struct probe *probe, clock_ns now)
{
	take_errors(probe);
	while (take_answer(probe, now))
		;
	tick(probe, now);
}

static void begin(struct probe *probe, uint32_t address)
{
	struct sockaddr_in to;

	(void)address;
	ping_init(&probe->as.ping, &probe->config.args);
	if (!probe_open(probe, IPPROTO_ICMP))
		return;
	/* So that nobody else can answer for the host. */
	to = target_of(probe);
	(void)connect(probe->fd, (const struct sockaddr *)&to, sizeof(to));
	if (probe->config.wish)
		wish_for(probe);
	tick(probe, clock_monotonic());
}

static clock_ns due(const struct probe *probe)
{
	return probe->as.ping.due;
}

const struct probe_runner probe_ping = {
	.needs_host = true,
	.begin = begin,
	.tick = tick,
	.due = due,
	.ready = ready,
};
