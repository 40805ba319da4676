/* TraceRoute by UDP: what routers and the host say comes through the socket's error queue. */
#include "agents/cpe/probe/probe_internal.h"

#include <errno.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>

/* A host whose port is none, or that forbids it, has been reached; anybody else that says so is
 * in the way. */
static enum trace_news news_of(const struct probe *probe,
    const struct probe_error *error)
{
	if (error->is_local)
		return TRACE_BLOCKED;
	if (error->type == ICMP_TIME_EXCEEDED)
		return TRACE_DIED;
	return error->from == probe->address && error->code != ICMP_HOST_UNREACH
		   ? TRACE_ARRIVED
		   : TRACE_BLOCKED;
}

static void take_errors(struct probe *probe, clock_ns now)
{
	uint32_t own = probe->config.place->address;
	struct probe_error error;

	while (probe_next_error(probe, &error)) {
		enum trace_news news = news_of(probe, &error);
		bool is_own = error.is_local ||
			      (own && error.from == own && news == TRACE_BLOCKED);

		trace_told(&probe->as.trace, error.port, news, is_own ? 0 : error.from,
		    error.code, now);
	}
}

static void send_one(struct probe *probe, clock_ns now)
{
	uint16_t port = trace_port(&probe->as.trace);
	const struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(probe->address),
		.sin_port = htons(port),
	};
	int ttl = (int)probe->as.trace.ttl;

	(void)setsockopt(probe->fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl));
	if (sendto(probe->fd, probe_block, probe->config.args.size, MSG_DONTWAIT,
		(const struct sockaddr *)&to, sizeof(to)) < 0)
		trace_told(&probe->as.trace, port, TRACE_BLOCKED, 0, 0, now);
}

static void tick(struct probe *probe, clock_ns now)
{
	enum trace_step step;

	while ((step = trace_tick(&probe->as.trace, now)) == TRACE_SEND) {
		take_errors(probe, now);
		send_one(probe, now);
	}
	if (step == TRACE_OVER) {
		trace_results(&probe->as.trace, &probe->results);
		probe_end(probe);
	}
}

/* Somebody listens on such a port after all, and answers. */
static void take_answers(struct probe *probe, clock_ns now)
{
	struct sockaddr_in from = { .sin_family = AF_UNSPEC };
	socklen_t len = sizeof(from);
	uint8_t byte;

	while (recvfrom(probe->fd, &byte, 1, MSG_DONTWAIT | MSG_TRUNC,
		   (struct sockaddr *)&from, &len) >= 0) {
		if (from.sin_family == AF_INET &&
		    ntohl(from.sin_addr.s_addr) == probe->address)
			trace_told(&probe->as.trace, ntohs(from.sin_port),
			    TRACE_ARRIVED, probe->address, 0, now);
		len = sizeof(from);
	}
}

static void ready(struct probe *probe, clock_ns now)
{
	take_errors(probe, now);
	take_answers(probe, now);
	tick(probe, now);
}

static void begin(struct probe *probe, uint32_t address)
{
	(void)address;
	trace_init(&probe->as.trace, &probe->config.args);
	if (probe_open(probe, 0))
		tick(probe, clock_monotonic());
}

static clock_ns due(const struct probe *probe)
{
	return probe->as.trace.due;
}

const struct probe_runner probe_trace = {
	.needs_host = true,
	.begin = begin,
	.tick = tick,
	.due = due,
	.ready = ready,
};
