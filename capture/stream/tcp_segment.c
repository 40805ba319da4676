#include "capture/stream/tcp_segment.h"

enum {
	HEADER_MIN = 20
};

int tcp_segment_parse(const struct packet *packet, struct tcp_segment *ret)
{
	const uint8_t *p = packet->payload.p;
	size_t header;

	if (packet->payload.len < HEADER_MIN)
		return packet->payload.wire < HEADER_MIN ? ERR_MALFORMED
							 : ERR_TRUNCATED;
	header = (size_t)(p[12] >> 4) * 4;
	if (header < HEADER_MIN || header > packet->payload.wire)
		return ERR_MALFORMED;
	if (header > packet->payload.len)
		return ERR_TRUNCATED;
	ret->packet = packet;
	ret->src_port = get_u16(p);
	ret->dst_port = get_u16(p + 2);
	ret->seq = get_u32(p + 4);
	ret->ack = get_u32(p + 8);
	ret->flags = p[13];
	ret->payload = span_from(packet->payload, header);
	return ret->payload.wire > INT32_MAX / 2 ? ERR_LIMIT : 0;
}
