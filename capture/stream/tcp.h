/* Makes connections of TCP segments (RFC 9293): who is the client, events, bytes in order,
 * gaps.
 *
 * A hole in what one end sends becomes a gap when the other end has acknowledged bytes
 * beyond it and a few segments more have passed, when the queue behind the hole is full or
 * 2 s old, or when the connection ends. The few segments are waited for because a mirror
 * port may show an ACK before the bytes that it acknowledges; until then the bytes of the
 * other end wait, too, so that an answer is not told before its question.
 *
 * An ended connection is remembered for 10 s, so that late segments begin no new one. */
#pragma once

#include "capture/packet/packet.h"
#include "capture/stream/flow.h"
#include "capture/stream/tcp_counts.h"

struct tcp {
	struct flow_table flows;
	const struct conn_sink *sink; /* borrowed; the stage above */
	struct tcp_limits limits;     /* no zeros */
	struct tcp_counts *counts;    /* borrowed */
	uint64_t queued;              /* bytes in the queues of all flows */
	uint64_t last_id;
};

void tcp_init(struct tcp *tcp, const struct conn_sink *sink,
    const struct tcp_limits *limits, uint64_t seed, struct tcp_counts *counts);

/* Takes a packet of kind PACKET_TCP. 0, ERR_TRUNCATED or ERR_MALFORMED. */
int tcp_input(struct tcp *tcp, const struct packet *packet, struct frame_ref frame);

/* Ends every connection. */
void tcp_end(struct tcp *tcp, struct frame_ref frame);

/* Frees without telling anyone. */
void tcp_free(struct tcp *tcp);
