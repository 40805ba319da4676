/* Takes one frame apart down to its transport protocol, through tunnels and IP fragments. */
#pragma once

#include "capture/frame/frame.h"
#include "capture/packet/ip.h"
#include "capture/packet/ipfrag.h"

enum packet_kind {
	PACKET_OTHER,   /* well-formed, but of a kind that is not decoded here */
	PACKET_WAITING, /* a fragment: the packet is not whole yet */
	PACKET_ARP,
	PACKET_TCP,
	PACKET_UDP,
	PACKET_ICMP, /* ICMP or ICMPv6: ip.protocol tells */
};

struct packet {
	enum packet_kind kind;
	const uint8_t *src_mac, *dst_mac; /* of the innermost link; null: none */
	struct ip_packet ip;              /* of the innermost IP; not for ARP */
	struct span payload; /* from the transport's header on; ARP: its packet */
	uint16_t src_port, dst_port; /* UDP; payload is what the datagram carries */
};

/* 0, or ERR_UNSUPPORTED (link type), ERR_TRUNCATED, ERR_MALFORMED, ERR_LIMIT, -ENOMEM. The
 * views in *ret live until the next call or the next frame. */
int packet_parse(struct ipfrag *fragments, const struct frame *frame,
    struct packet *ret);
