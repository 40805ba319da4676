/* TraceRoute: datagrams with a growing number of hops to live, one after the other, to ports on
 * which nobody listens. Routers say that one has died there; the host, that its port is none.
 * Time and what ICMP says are told to it; it says what to do. */
#pragma once

#include "agents/cpe/diag/diag.h"

enum {
	TRACE_PORT = 33434, /* of the first; each has a port of its own, by which its
	                       answer is known */
};

enum trace_step {
	TRACE_WAIT, /* until trace->due */
	TRACE_SEND, /* one with trace->ttl, to trace_port() */
	TRACE_OVER,
};

enum trace_news {
	TRACE_DIED,    /* time exceeded: from a router on the way */
	TRACE_ARRIVED, /* the host has it: its port is none, or it has answered */
	TRACE_BLOCKED, /* somebody knows no way there, or lets nothing through */
};

struct trace {
	uint64_t n_tries, n_hops_max;
	clock_ns timeout;
	uint32_t ttl, try; /* of the one that is awaited, from 1 and 0 */
	uint32_t n_sent;
	clock_ns sent_at, due;
	bool is_awaited, is_there, is_blocked;
	struct diag_hop hops[DIAG_HOPS_MAX];
	uint32_t n_hops;
};

void trace_init(struct trace *trace, const struct diag_args *args);

enum trace_step trace_tick(struct trace *trace, clock_ns now);

/* The port that the last one went to. */
uint16_t trace_port(const struct trace *trace);

/* What became of the one to this port, as from (host order; 0: the CPE itself) says, with its
 * ICMP code. None of the present one is passed over. */
void trace_told(struct trace *trace, uint16_t port, enum trace_news news, uint32_t from,
    uint8_t code, clock_ns now);

void trace_results(const struct trace *trace, struct diag_results *ret);
