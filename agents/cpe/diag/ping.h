/* IPPing: echo requests one after the other, each answered or given up before the next one. Time
 * and answers are told to it; it says what to do.
 *
 *   AWAY --ping_tick()--> one is sent and awaited --answered, refused, too late--> AWAY */
#pragma once

#include "agents/cpe/diag/diag.h"

enum {
	PING_INTERVAL_MS = 100, /* from one to the next, however fast the answers are */
};

enum ping_step {
	PING_WAIT, /* until ping->due */
	PING_SEND, /* one with ping_sequence() */
	PING_OVER,
};

struct ping {
	uint64_t n;
	clock_ns timeout;
	/* An ACS's are 100 ms apart at the least, from one to the next, and numbered from 1; who
	 * wants others sets these behind ping_init(). */
	clock_ns interval;
	bool is_rested; /* the interval begins where the one before has ended */
	uint16_t first;
	uint64_t n_sent, n_ok, n_failed, n_unreachable;
	clock_ns least, total, most;
	clock_ns sent_at, ended_at, due;
	bool is_awaited;
};

void ping_init(struct ping *ping, const struct diag_args *args);

enum ping_step ping_tick(struct ping *ping, clock_ns now);

/* The number of the present one. */
uint16_t ping_sequence(const struct ping *ping);

/* The answer to one; none to the present one is passed over, and false. */
bool ping_answered(struct ping *ping, uint16_t sequence, clock_ns now);

/* It could not be sent, or a router says that it cannot be delivered (is_no_route:
 * nobody knows a way there). Not for a ping that is_rested, whose rest begins with an
 * end that has a time. */
void ping_refused(struct ping *ping, uint16_t sequence, bool is_no_route);

void ping_results(const struct ping *ping, struct diag_results *ret);
