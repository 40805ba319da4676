/* Joins IP fragments (RFC 791 3.2, RFC 8200 4.5). At most IPFRAG_MAX packets wait, the
 * oldest is given up for a new one or after 30 s of capture time. First write wins. */
#pragma once

#include "capture/packet/ip.h"
#include "lib/base/clock.h"

enum {
	IPFRAG_MAX = 64
};

struct ipfrag {
	struct ipfrag_packet *packets[IPFRAG_MAX]; /* owned, null: free */
	bool has_done;                             /* one was handed out */
	uint64_t lost; /* fragments of packets that never became whole */
};

/* Takes a fragment. 1: the packet is whole and packet->payload is all of it, valid until
 * ipfrag_recycle(); 0: more are needed; ERR_TRUNCATED, ERR_MALFORMED, -ENOMEM. */
int ipfrag_add(struct ipfrag *table, struct ip_packet *packet, clock_ns now);

/* Frees the packets that were handed out; call it between frames. */
void ipfrag_recycle(struct ipfrag *table);

/* Gives up what waits, counted in lost. Safe to repeat. */
void ipfrag_free(struct ipfrag *table);
