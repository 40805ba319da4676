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
	PING_SEND, /* one with the sequence number ping->n_sent, from 1 */
	PING_OVER,
};

struct ping {
	uint64_t n;
	clock_ns timeout;
	uint64_t n_sent, n_ok, n_failed, n_unreachable;
	clock_ns least, total, most;
	clock_ns sent_at, due;
	bool is_awaited;
};

void ping_init(struct ping *ping, const struct diag_args *args);

enum ping_step ping_tick(struct ping *ping, clock_ns now);

/* The answer to one; none to the present one is passed over. */
void ping_answered(struct ping *ping, uint16_t sequence, clock_ns now);

/* It could not be sent, or a router says that it cannot be delivered (is_no_route: nobody knows
 * a way there). */
void ping_refused(struct ping *ping, uint16_t sequence, bool is_no_route);

void ping_results(const struct ping *ping, struct diag_results *ret);
