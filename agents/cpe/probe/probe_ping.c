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

static void take_errors(struct probe *probe)
{
	struct probe_error error;
	uint16_t sequence;

	while (probe_next_error(probe, &error)) {
		if (read_sequence(error.head, error.n_head, &sequence))
			ping_refused(&probe->as.ping, sequence,
			    is_no_route(error.number));
	}
}

static void send_one(struct probe *probe)
{
	struct icmphdr head = { .type = ICMP_ECHO };
	struct sockaddr_in to = target_of(probe);
	uint16_t sequence = (uint16_t)probe->as.ping.n_sent;
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
		ping_refused(&probe->as.ping, sequence, is_no_route(errno));
}

static void tick(struct probe *probe, clock_ns now)
{
	enum ping_step step;

	while ((step = ping_tick(&probe->as.ping, now)) == PING_SEND) {
		/* What was told of an earlier one would be this one's failure. */
		take_errors(probe);
		send_one(probe);
	}
	if (step == PING_OVER) {
		ping_results(&probe->as.ping, &probe->results);
		probe_end(probe);
	}
}

static void ready(struct probe *probe, clock_ns now)
{
	uint8_t bytes[sizeof(struct icmphdr)];
	uint16_t sequence;
	ssize_t n;

	take_errors(probe);
	/* MSG_TRUNC: what is behind the header is dropped. */
	while ((n = recv(probe->fd, bytes, sizeof(bytes), MSG_DONTWAIT | MSG_TRUNC)) >=
	       0) {
		if (bytes[0] == ICMP_ECHOREPLY &&
		    read_sequence(bytes, (size_t)n, &sequence))
			ping_answered(&probe->as.ping, sequence, now);
	}
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
