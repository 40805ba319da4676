/* Makes connections of TCP segments (RFC 9293): who is the client, events, bytes in
 * order, gaps.
 *
 * A hole in what one end sends becomes a gap when the other end has acknowledged bytes
 * beyond it and three segments more or 20 ms have passed, when the queue behind the
 * hole is full or 2 s old, or when the connection ends. The segments are waited for
 * because a mirror port may show an ACK before the bytes that it acknowledges; until
 * then the bytes of the other end wait, too, so that an answer is not told before its
 * question.
 *
 * An ended connection is remembered for 10 s, so that late segments begin no new
 * one. */
#pragma once

#include "capture/packet/packet.h"
#include "capture/stream/flow.h"
#include "capture/stream/tcp_counts.h"

struct tcp {
	struct flow_table flows;
	/* Borrowed; the stage above. event, data, gap and closed must not be null. */
	const struct conn_sink *sink;
	struct tcp_limits limits;  /* no zeros */
	struct tcp_counts *counts; /* borrowed */
	uint64_t queued;           /* bytes in the queues of all flows */
	uint64_t last_id;
};

void tcp_init(struct tcp *tcp, const struct conn_sink *sink,
    const struct tcp_limits *limits, uint64_t seed, struct tcp_counts *counts);

/* Takes a packet of kind PACKET_TCP. 0, or an error of tcp_segment_parse(). Without
 * memory for a new connection the segment is left out. */
int tcp_input(struct tcp *tcp, const struct packet *packet, struct frame_ref frame);

/* Ends every connection: CONN_END_OF_CAPTURE for those that have not ended, then
 * closed(). */
void tcp_end(struct tcp *tcp, struct frame_ref frame);

/* Frees the connections without telling the sink, so that what it keeps for them
 * (flow->tls, conn->user) stays: call tcp_end() first where that is to be freed. */
void tcp_free(struct tcp *tcp);
