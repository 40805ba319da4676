#include "capture/packet/link.h"

#include "capture/frame/frame.h"
#include "lib/base/compiler.h"

#include <stdbool.h>

enum {
	ETHERTYPE_MIN = 1536, /* less is a length: IEEE 802.3 3.2.6 */
	NESTING_MAX = 16,
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_ARP = 0x0806,
	ETHERTYPE_TEB = 0x6558, /* a whole Ethernet frame */
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_MULTICAST = 0x8848,
	ETHERTYPE_PPPOE = 0x8864,
	ETHERTYPE_QINQ = 0x88a8,
	ETHERTYPE_PBB = 0x88e7,
	ETHERTYPE_QINQ_OLD = 0x9100,
	ETHERTYPE_QINQ_OLDER = 0x9200,
	ETHERTYPE_LENGTH = 1, /* ours: 802.3, LLC follows */
	ETHERTYPE_NONE = 0,   /* ours: the end */
	NFLOG_PAYLOAD = 9,
};

/* Where a parse stands: what comes next and its bytes. */
struct cursor {
	uint16_t next; /* EtherType */
	struct span at;
	struct link *link;
};

/* Passes one header: 0 or ERR_TRUNCATED. */
typedef int step_fn(struct cursor *c);

static bool take(struct cursor *c, size_t n, const uint8_t **ret)
{
	if (c->at.len < n)
		return false;
	*ret = c->at.p;
	c->at = span_from(c->at, n);
	return true;
}

static int found(struct cursor *c, enum network network)
{
	c->link->network = network;
	c->link->payload = c->at;
	c->next = ETHERTYPE_NONE;
	return 0;
}

static int step_ipv4(struct cursor *c)
{
	return found(c, NETWORK_IPV4);
}

static int step_ipv6(struct cursor *c)
{
	return found(c, NETWORK_IPV6);
}

static int step_arp(struct cursor *c)
{
	return found(c, NETWORK_ARP);
}

/* By the version nibble, where nothing else tells. */
static int step_ip(struct cursor *c)
{
	if (c->at.len < 1)
		return ERR_TRUNCATED;
	switch (c->at.p[0] >> 4) {
	case 4:
		return found(c, NETWORK_IPV4);
	case 6:
		return found(c, NETWORK_IPV6);
	default:
		return found(c, NETWORK_OTHER);
	}
}

static int step_vlan(struct cursor *c)
{
	const uint8_t *p;

	if (!take(c, 4, &p))
		return ERR_TRUNCATED;
	c->link->vlan = c->link->vlan << 12 | (get_u16(p) & 0xfffu);
	c->next = get_u16(p + 2);
	return 0;
}

static int step_ethernet(struct cursor *c)
{
	const uint8_t *p;

	if (!take(c, 14, &p))
		return ERR_TRUNCATED;
	c->link->dst_mac = p;
	c->link->src_mac = p + 6;
	c->next = get_u16(p + 12);
	if (c->next < ETHERTYPE_MIN)
		c->next = ETHERTYPE_LENGTH;
	return 0;
}

/* IEEE 802.1ah: four bytes of service tag, then a frame. */
static int step_pbb(struct cursor *c)
{
	const uint8_t *p;

	return take(c, 4, &p) ? step_ethernet(c) : ERR_TRUNCATED;
}

/* IEEE 802.2 with SNAP (RFC 1042) or nothing for us. */
static int step_llc(struct cursor *c)
{
	static const uint8_t snap[6] = { 0xaa, 0xaa, 3, 0, 0, 0 };
	const uint8_t *p;

	if (c->at.len < 8 || memcmp(c->at.p, snap, sizeof(snap)) != 0)
		return found(c, NETWORK_OTHER);
	(void)take(c, 8, &p);
	c->next = get_u16(p + 6);
	return 0;
}

/* RFC 3032; the payload is told by its first nibble. */
static int step_mpls(struct cursor *c)
{
	const uint8_t *p;

	do {
		if (!take(c, 4, &p))
			return ERR_TRUNCATED;
	} while (!(p[2] & 1));
	/* RFC 4385: a control word of a pseudowire begins with nibble 0. */
	if (c->at.len >= 18 && c->at.p[0] >> 4 == 0) {
		(void)take(c, 4, &p);
		return step_ethernet(c);
	}
	return step_ip(c);
}

/* RFC 1661, 1662; protocol field of one or two bytes. */
static int step_ppp(struct cursor *c)
{
	uint16_t protocol;
	const uint8_t *p;

	if (c->at.len >= 2 && c->at.p[0] == 0xff && c->at.p[1] == 3)
		(void)take(c, 2, &p);
	if (!take(c, 1, &p))
		return ERR_TRUNCATED;
	protocol = p[0];
	if (!(protocol & 1)) {
		if (!take(c, 1, &p))
			return ERR_TRUNCATED;
		protocol = (uint16_t)(protocol << 8 | p[0]);
	}
	switch (protocol) {
	case 0x21:
		return found(c, NETWORK_IPV4);
	case 0x57:
		return found(c, NETWORK_IPV6);
	case 0x281:
		c->next = ETHERTYPE_MPLS;
		return 0;
	default:
		return found(c, NETWORK_OTHER);
	}
}

/* RFC 2516 */
static int step_pppoe(struct cursor *c)
{
	const uint8_t *p;

	if (!take(c, 6, &p))
		return ERR_TRUNCATED;
	c->at = span_limit(c->at, get_u16(p + 4));
	return step_ppp(c);
}

/* HDLC of Cisco (address 0x0f, 0x8f) or PPP in HDLC framing. */
static int step_hdlc(struct cursor *c)
{
	const uint8_t *p;

	if (c->at.len >= 4 && (c->at.p[0] == 0x0f || c->at.p[0] == 0x8f)) {
		(void)take(c, 4, &p);
		c->next = get_u16(p + 2);
		return 0;
	}
	return step_ppp(c);
}

static int step_sll(struct cursor *c)
{
	const uint8_t *p;

	if (!take(c, 16, &p))
		return ERR_TRUNCATED;
	if (get_u16(p + 4) == 6)
		c->link->src_mac = p + 6;
	c->next = get_u16(p + 14);
	return 0;
}

static int step_sll2(struct cursor *c)
{
	const uint8_t *p;

	if (!take(c, 20, &p))
		return ERR_TRUNCATED;
	if (p[11] == 6)
		c->link->src_mac = p + 12;
	c->next = get_u16(p);
	return 0;
}

/* The address family in the byte order of the machine that captured (null) or of the
 * network (loop). The numbers of IPv6 differ between systems. */
static int step_null(struct cursor *c)
{
	const uint8_t *p;
	uint32_t family;

	if (!take(c, 4, &p))
		return ERR_TRUNCATED;
	family = get_u32(p);
	if (family > 0xffff)
		family = (uint32_t)p[0] | (uint32_t)p[1] << 8;
	switch (family) {
	case 2:
		return found(c, NETWORK_IPV4);
	case 10:
	case 23:
	case 24:
	case 28:
	case 30:
		return found(c, NETWORK_IPV6);
	default:
		return found(c, NETWORK_OTHER);
	}
}

/* LINKTYPE_NFLOG: family, version, resource; then type-length-values in the byte order of
 * the machine that captured, padded to four bytes, one of which is the IP packet. */
static int step_nflog(struct cursor *c)
{
	const uint8_t *p;
	bool is_v6;

	if (!take(c, 4, &p))
		return ERR_TRUNCATED;
	is_v6 = p[0] == 10;
	for (;;) {
		uint16_t len;
		uint8_t type;
		bool is_big;

		if (!take(c, 4, &p))
			return ERR_TRUNCATED;
		/* Types are small: the byte that is 0 tells the order. */
		is_big = p[2] == 0;
		len = get_u16(p);
		if (!is_big)
			len = (uint16_t)(len >> 8 | len << 8);
		type = is_big ? p[3] : p[2];
		if (len < 4)
			return ERR_MALFORMED;
		if (type == NFLOG_PAYLOAD) {
			c->at = span_limit(c->at, len - 4u);
			return found(c, is_v6 ? NETWORK_IPV6 : NETWORK_IPV4);
		}
		if (!take(c, ((size_t)len - 4 + 3) / 4 * 4, &p))
			return ERR_TRUNCATED;
	}
}

static const struct {
	uint16_t linktype;
	step_fn *step;
} links[] = {
	{ LINKTYPE_ETHERNET, step_ethernet },
	{ LINKTYPE_LINUX_SLL, step_sll },
	{ LINKTYPE_LINUX_SLL2, step_sll2 },
	{ LINKTYPE_NFLOG, step_nflog },
	{ LINKTYPE_RAW, step_ip },
	{ LINKTYPE_RAW_BSD, step_ip },
	{ LINKTYPE_RAW_OPENBSD, step_ip },
	{ LINKTYPE_IPV4, step_ipv4 },
	{ LINKTYPE_IPV6, step_ipv6 },
	{ LINKTYPE_NULL, step_null },
	{ LINKTYPE_LOOP, step_null },
	{ LINKTYPE_PPP, step_ppp },
	{ LINKTYPE_PPP_HDLC, step_hdlc },
};

static const struct {
	uint16_t ethertype;
	step_fn *step;
} ethertypes[] = {
	{ ETHERTYPE_IPV4, step_ipv4 },
	{ ETHERTYPE_IPV6, step_ipv6 },
	{ ETHERTYPE_ARP, step_arp },
	{ ETHERTYPE_VLAN, step_vlan },
	{ ETHERTYPE_QINQ, step_vlan },
	{ ETHERTYPE_QINQ_OLD, step_vlan },
	{ ETHERTYPE_QINQ_OLDER, step_vlan },
	{ ETHERTYPE_MPLS, step_mpls },
	{ ETHERTYPE_MPLS_MULTICAST, step_mpls },
	{ ETHERTYPE_PPPOE, step_pppoe },
	{ ETHERTYPE_TEB, step_ethernet },
	{ ETHERTYPE_PBB, step_pbb },
	{ ETHERTYPE_LENGTH, step_llc },
};

static step_fn *ethertype_step(uint16_t ethertype)
{
	for (size_t i = 0; i < ARRAY_LEN(ethertypes); i++)
		if (ethertypes[i].ethertype == ethertype)
			return ethertypes[i].step;
	return NULL;
}

static int walk(struct cursor *c)
{
	for (int passed = 0; c->next != ETHERTYPE_NONE; passed++) {
		step_fn *step = ethertype_step(c->next);
		int r;

		if (!step)
			return found(c, NETWORK_OTHER);
		r = step(c);
		if (r < 0)
			return r;
		if (passed == NESTING_MAX && c->next != ETHERTYPE_NONE)
			return ERR_LIMIT;
	}
	return 0;
}

int link_parse(uint16_t linktype, struct span frame, struct link *ret)
{
	struct cursor c = { ETHERTYPE_NONE, frame, ret };

	*ret = (struct link){ .payload = frame };
	for (size_t i = 0; i < ARRAY_LEN(links); i++) {
		int r;

		if (links[i].linktype != linktype)
			continue;
		r = links[i].step(&c);
		return r < 0 ? r : walk(&c);
	}
	return ERR_UNSUPPORTED;
}

int link_parse_ethertype(uint16_t ethertype, struct span payload, struct link *ret)
{
	struct cursor c = { ethertype, payload, ret };

	*ret = (struct link){ .payload = payload };
	return walk(&c);
}
