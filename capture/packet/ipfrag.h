/* Joins IP fragments (RFC 791 3.2, RFC 8200 4.5). At most IPFRAG_MAX packets wait for
 * the rest of their fragments. The oldest is given up for a new one, and so is, when
 * the next fragment comes, each whose first fragment is more than 30 s of capture time
 * old. Where fragments overlap the bytes that came first count. */
#pragma once

#include "capture/packet/ip.h"
#include "lib/base/clock.h"

enum {
	IPFRAG_MAX = 64
};

struct ipfrag {                                    /* all zero at first */
	struct ipfrag_packet *packets[IPFRAG_MAX]; /* owned, null: free */
	bool has_done;                             /* one was handed out */
	uint64_t lost; /* fragments of packets that never became whole */
};

/* Takes a fragment and copies its bytes. 1: the packet is whole, and *packet is made
 * that of the whole: payload is valid until ipfrag_recycle(), is_fragment is false. 0:
 * more are needed. Else ERR_TRUNCATED, ERR_MALFORMED, ERR_LIMIT (IPFRAG_MAX packets were
 * handed out since the last ipfrag_recycle()) or -ENOMEM, and the fragment is not kept. */
int ipfrag_add(struct ipfrag *table, struct ip_packet *packet, clock_ns now);

/* Frees the packets that were handed out; call it between frames. */
void ipfrag_recycle(struct ipfrag *table);

/* Gives up the packets that wait, and counts their fragments as lost. Safe to repeat. */
void ipfrag_free(struct ipfrag *table);
