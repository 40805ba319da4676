#include "capture/packet/tunnel.h"

#include "capture/packet/ip.h"

enum {
	GRE_CHECKSUM = 0x8000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_VERSION = 7,
	GRE_IPV4 = 0x0800,
	GRE_ETHERNET = 0x6558,
	GRE_ERSPAN = 0x88be, /* type I without, type II with a sequence number */
	GRE_ERSPAN_III = 0x22eb,
	VXLAN_PORT = 4789,
	VXLAN_PORT_LINUX = 8472,
	VXLAN_HEADER = 8,
	VXLAN_HAS_ID = 0x08,
};

static int carried(uint16_t ethertype, struct span payload, struct link *ret)
{
	int r = link_parse_ethertype(ethertype, payload, ret);

	return r < 0 ? r : 1;
}

/* draft-foschiano-erspan: bytes between GRE and the mirrored frame. */
static size_t erspan_header(uint16_t protocol, uint16_t flags, struct span at)
{
	if (protocol == GRE_ERSPAN)
		return flags & GRE_SEQUENCE ? 8 : 0;
	/* Type III: the last bit says that 8 bytes more follow. */
	return at.len >= 12 && (at.p[11] & 1) ? 20 : 12;
}

/* RFC 2784, 2890 */
static int parse_gre(struct span payload, struct link *ret)
{
	uint16_t flags, protocol;
	size_t header = 4;

	if (payload.len < header)
		return ERR_TRUNCATED;
	flags = get_u16(payload.p);
	protocol = get_u16(payload.p + 2);
	if (flags & GRE_VERSION)
		return 0; /* PPTP */
	header += flags & GRE_CHECKSUM ? 4 : 0;
	header += flags & GRE_KEY ? 4 : 0;
	header += flags & GRE_SEQUENCE ? 4 : 0;
	if (payload.len < header)
		return ERR_TRUNCATED;
	payload = span_from(payload, header);
	if (protocol != GRE_ERSPAN && protocol != GRE_ERSPAN_III)
		return carried(protocol, payload, ret);
	header = erspan_header(protocol, flags, payload);
	if (payload.len < header)
		return ERR_TRUNCATED;
	return carried(GRE_ETHERNET, span_from(payload, header), ret);
}

int tunnel_parse_ip(uint8_t protocol, struct span payload, struct link *ret)
{
	switch (protocol) {
	case IP_IPIP:
		return carried(GRE_IPV4, payload, ret);
	case IP_IPV6:
		return carried(0x86dd, payload, ret);
	case IP_GRE:
		return parse_gre(payload, ret);
	default:
		return 0;
	}
}

/* RFC 7348 5 */
int tunnel_parse_udp(uint16_t dst_port, struct span payload, struct link *ret)
{
	if ((dst_port != VXLAN_PORT && dst_port != VXLAN_PORT_LINUX) ||
	    payload.len < VXLAN_HEADER || payload.p[0] != VXLAN_HAS_ID)
		return 0;
	return carried(GRE_ETHERNET, span_from(payload, VXLAN_HEADER), ret);
}
