#include "capture/packet/ip.h"

enum {
	IPV4_HEADER = 20,
	IPV6_HEADER = 40,
	EXTENSIONS_MAX = 16,
	OPTION_PAD1 = 0,
	OPTION_JUMBO = 0xc2,
};

enum ip_extension { /* RFC 8200 4, RFC 4302 */
	EXT_HOP_BY_HOP = 0,
	EXT_ROUTING = 43,
	EXT_FRAGMENT = 44,
	EXT_AUTHENTICATION = 51,
	EXT_NONE = 59,
	EXT_DESTINATION = 60,
};

static struct address ipv4_address(const uint8_t *p)
{
	struct address a = { .family = ADDRESS_IPV4 };

	memcpy(a.bytes, p, 4);
	return a;
}

static struct address ipv6_address(const uint8_t *p)
{
	struct address a = { .family = ADDRESS_IPV6 };

	memcpy(a.bytes, p, 16);
	return a;
}

int ipv4_parse_packet(struct span bytes, struct ip_packet *ret)
{
	const uint8_t *p = bytes.p;
	size_t header, total;
	uint16_t fragment;

	if (bytes.len < IPV4_HEADER)
		return ERR_TRUNCATED;
	header = (size_t)(p[0] & 15) * 4;
	total = get_u16(p + 2);
	if (p[0] >> 4 != 4 || header < IPV4_HEADER)
		return ERR_MALFORMED;
	/* 0: the card was to cut it (TSO), or it is over 64 KiB (BIG TCP). */
	if (total == 0)
		total = bytes.wire;
	if (total < header)
		return ERR_MALFORMED;
	if (bytes.len < header)
		return ERR_TRUNCATED;
	fragment = get_u16(p + 6);
	ret->src = ipv4_address(p + 12);
	ret->dst = ipv4_address(p + 16);
	ret->protocol = p[9];
	ret->payload = span_from(span_limit(bytes, total), header);
	ret->has_more = fragment & 0x2000;
	ret->offset = (fragment & 0x1fffu) * 8;
	ret->is_fragment = ret->has_more || ret->offset > 0;
	ret->id = get_u16(p + 4);
	return 0;
}

/* RFC 2675 2: the length of a packet over 64 KiB, or 0. */
static uint32_t jumbo_length(const uint8_t *options, size_t len)
{
	size_t at = 0;

	while (at + 2 <= len) {
		if (options[at] == OPTION_PAD1) {
			at++;
			continue;
		}
		if (options[at] == OPTION_JUMBO && options[at + 1] == 4 &&
		    at + 6 <= len)
			return get_u32(options + at + 2);
		at += 2u + options[at + 1];
	}
	return 0;
}

static void read_fragment(const uint8_t *p, struct ip_packet *ret)
{
	uint16_t field = get_u16(p + 2);

	ret->offset = field & 0xfff8u;
	ret->has_more = field & 1;
	ret->id = get_u32(p + 4);
	/* RFC 6946: an atomic fragment is whole. */
	ret->is_fragment = ret->has_more || ret->offset > 0;
}

/* Passes extension headers from protocol *next on until the payload. */
static int skip_extensions(uint8_t *next, struct span *at, struct ip_packet *ret)
{
	for (int i = 0;; i++) {
		const uint8_t *p = at->p;
		size_t len = 8;
		uint32_t jumbo;

		switch (*next) {
		case EXT_HOP_BY_HOP:
		case EXT_ROUTING:
		case EXT_DESTINATION:
			if (at->len < 8)
				return ERR_TRUNCATED;
			len = ((size_t)p[1] + 1) * 8;
			break;
		case EXT_AUTHENTICATION:
			if (at->len < 8)
				return ERR_TRUNCATED;
			len = ((size_t)p[1] + 2) * 4;
			break;
		case EXT_FRAGMENT:
			if (at->len < 8)
				return ERR_TRUNCATED;
			read_fragment(p, ret);
			break;
		default:
			return 0;
		}
		if (i == EXTENSIONS_MAX)
			return ERR_LIMIT;
		if (at->len < len)
			return at->wire < len ? ERR_MALFORMED : ERR_TRUNCATED;
		jumbo = *next == EXT_HOP_BY_HOP ? jumbo_length(p + 2, len - 2) : 0;
		if (jumbo > 0)
			*at = span_limit(*at, MAX(jumbo, len));
		*next = p[0];
		*at = span_from(*at, len);
		if (ret->is_fragment && ret->offset > 0)
			return 0; /* the rest is in the middle of the payload */
	}
}

int ipv6_parse_packet(struct span bytes, struct ip_packet *ret)
{
	const uint8_t *p = bytes.p;
	struct span at;
	size_t len;
	int r;

	if (bytes.len < IPV6_HEADER)
		return ERR_TRUNCATED;
	if (p[0] >> 4 != 6)
		return ERR_MALFORMED;
	len = get_u16(p + 4);
	ret->src = ipv6_address(p + 8);
	ret->dst = ipv6_address(p + 24);
	ret->is_fragment = ret->has_more = false;
	ret->offset = ret->id = 0;
	ret->protocol = p[6];
	at = span_from(bytes, IPV6_HEADER);
	/* 0: a jumbo option tells, or the card was to cut it. */
	if (len > 0)
		at = span_limit(at, len);
	r = skip_extensions(&ret->protocol, &at, ret);
	ret->payload = at;
	return r;
}
