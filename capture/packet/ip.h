/* IPv4 and IPv6 headers, with options and extension headers. A length of 0 is taken as "all
 * that follows": so it stands in captures of machines that leave the cutting of segments to
 * their network card (TSO, BIG TCP). */
#pragma once

#include "capture/frame/address.h"
#include "capture/frame/span.h"

enum ip_protocol {
	IP_ICMP = 1,
	IP_IPIP = 4,
	IP_TCP = 6,
	IP_UDP = 17,
	IP_IPV6 = 41,
	IP_GRE = 47,
	IP_ICMPV6 = 58,
};

struct ip_packet {
	struct address src, dst;
	uint8_t protocol;    /* of the payload */
	struct span payload; /* of a fragment: its part */
	bool is_fragment;
	bool has_more;   /* fragments after this one */
	uint32_t id;     /* of the fragmented packet */
	uint32_t offset; /* of the fragment's payload in the whole, bytes */
};

/* 0, ERR_TRUNCATED, ERR_MALFORMED, or for IPv6 ERR_LIMIT (more than 16 extension
 * headers). bytes begins with the header; what follows the packet in it (padding of a
 * short frame) is left out of the payload. */
int ipv4_parse_packet(struct span bytes, struct ip_packet *ret);
int ipv6_parse_packet(struct span bytes, struct ip_packet *ret);
