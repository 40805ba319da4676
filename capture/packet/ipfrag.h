/* Joins IP fragments (RFC 791 3.2, RFC 8200 4.5). At most IPFRAG_MAX packets wait for the
 * rest of their fragments; the oldest is given up for a new one, and each after 30 s of
 * capture time. Where fragments overlap the bytes that came first count. */
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

/* Gives up the packets that wait, and counts their fragments as lost. Safe to repeat. */
void ipfrag_free(struct ipfrag *table);
