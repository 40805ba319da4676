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
	uint32_t vlan;                    /* of that link, as in struct link */
	struct ip_packet ip;              /* of the innermost IP; not for ARP */
	/* TCP and ICMP: from their header on; UDP: what the datagram carries; ARP: its
	 * packet. */
	struct span payload;
	uint16_t src_port, dst_port; /* of UDP alone */
};

/* Fragments wait in *fragments. 0, or ERR_UNSUPPORTED (link type), ERR_TRUNCATED,
 * ERR_MALFORMED, ERR_LIMIT (more than 4 tunnels, too many headers) or -ENOMEM; then
 * *ret is not to be used. The views in *ret live until the next call or the next
 * frame. */
int packet_parse(struct ipfrag *fragments, const struct frame *frame,
    struct packet *ret);
