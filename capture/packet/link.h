/* Link layers, down to IP or ARP: Ethernet II, 802.3 with SNAP, 802.1Q and QinQ, 802.1ah,
 * MPLS, PPPoE, PPP, Linux cooked v1 and v2, NFLOG, raw IP, BSD null and loop. */
#pragma once

#include "capture/frame/span.h"

enum network {
	NETWORK_OTHER, /* well-formed, but of a kind that is not decoded here */
	NETWORK_IPV4,
	NETWORK_IPV6,
	NETWORK_ARP
};

struct link {
	enum network network;
	struct span payload;
	const uint8_t *src_mac, *dst_mac; /* 6 bytes of the frame; null: none */
	/* The numbers of its VLANs, 12 bits each, the innermost last; 0: no tag, or that of
	 * priorities alone. */
	uint32_t vlan;
};

/* 0; ERR_UNSUPPORTED: a link type that is not read; ERR_TRUNCATED: a header is cut;
 * ERR_MALFORMED; ERR_LIMIT: more than 16 headers (VLAN tags, say) between that of the
 * link and the one that tells the network. */
int link_parse(uint16_t linktype, struct span frame, struct link *ret);

/* The same for a payload that a tunnel announces by its EtherType. One that is not
 * known is no error but NETWORK_OTHER. */
int link_parse_ethertype(uint16_t ethertype, struct span payload, struct link *ret);
