#include "capture/packet/packet.h"

#include "capture/packet/link.h"
#include "capture/packet/tunnel.h"

enum {
	TUNNELS_MAX = 4,
	UDP_HEADER = 8,
};

static int parse_udp(struct packet *ret)
{
	const uint8_t *p = ret->payload.p;
	size_t len;

	if (ret->payload.len < UDP_HEADER)
		return ERR_TRUNCATED;
	ret->kind = PACKET_UDP;
	ret->src_port = get_u16(p);
	ret->dst_port = get_u16(p + 2);
	len = get_u16(p + 4);
	if (len == 0) /* RFC 2675 4 */
		len = ret->payload.wire;
	if (len < UDP_HEADER)
		return ERR_MALFORMED;
	ret->payload = span_from(span_limit(ret->payload, len), UDP_HEADER);
	return 0;
}

/* 1: a tunnel, and *link is what it carries; 0: *ret is complete. */
static int parse_transport(struct packet *ret, struct link *link)
{
	int r;

	switch (ret->ip.protocol) {
	case IP_TCP:
		ret->kind = PACKET_TCP;
		return 0;
	case IP_UDP:
		r = parse_udp(ret);
		return r < 0 ? r : tunnel_parse_udp(ret->dst_port, ret->payload, link);
	case IP_ICMP:
	case IP_ICMPV6:
		ret->kind = PACKET_ICMP;
		return 0;
	default:
		return tunnel_parse_ip(ret->ip.protocol, ret->payload, link);
	}
}

static int parse_ip(struct ipfrag *fragments, clock_ns now, const struct link *link,
    struct packet *ret)
{
	int r = link->network == NETWORK_IPV4
		    ? ipv4_parse_packet(link->payload, &ret->ip)
		    : ipv6_parse_packet(link->payload, &ret->ip);

	if (r < 0)
		return r;
	if (ret->ip.is_fragment) {
		r = ipfrag_add(fragments, &ret->ip, now);
		if (r <= 0) {
			ret->kind = PACKET_WAITING;
			return r;
		}
	}
	ret->payload = ret->ip.payload;
	return 0;
}

int packet_parse(struct ipfrag *fragments, const struct frame *frame,
    struct packet *ret)
{
	struct span bytes = { frame->bytes, frame->caplen, frame->len };
	struct link link;
	int r;

	ipfrag_recycle(fragments);
	r = link_parse(frame->linktype, bytes, &link);
	/* Once for each tunnel, and once for what the innermost one carries. */
	for (int i = 0; i <= TUNNELS_MAX; i++) {
		if (r < 0)
			return r;
		ret->kind = PACKET_OTHER;
		ret->src_mac = link.src_mac;
		ret->dst_mac = link.dst_mac;
		ret->vlan = link.vlan;
		ret->payload = link.payload;
		if (link.network == NETWORK_ARP)
			ret->kind = PACKET_ARP;
		if (link.network != NETWORK_IPV4 && link.network != NETWORK_IPV6)
			return 0;
		r = parse_ip(fragments, frame->time, &link, ret);
		if (r < 0 || ret->kind == PACKET_WAITING)
			return r;
		r = parse_transport(ret, &link);
		if (r <= 0)
			return r;
		r = 0;
	}
	return ERR_LIMIT;
}
