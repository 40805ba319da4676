/* The header of a TCP segment, RFC 9293 3.1. */
#pragma once

#include "capture/packet/packet.h"

enum tcp_flag {
	TCP_FIN = 1,
	TCP_SYN = 2,
	TCP_RST = 4,
	TCP_ACK = 16,
};

struct tcp_segment {
	const struct packet *packet; /* that it came in */
	uint16_t src_port, dst_port;
	uint32_t seq, ack;
	uint8_t flags; /* enum tcp_flag, and bits that nobody looks at */
	struct span payload;
	struct frame_ref frame;
};

/* Fills all but frame from a packet of kind PACKET_TCP. 0, ERR_TRUNCATED,
 * ERR_MALFORMED, or ERR_LIMIT for a payload that sequence numbers cannot tell apart. */
int tcp_segment_parse(const struct packet *packet, struct tcp_segment *ret);
