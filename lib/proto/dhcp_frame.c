#include "lib/proto/dhcp_frame.h"

#include "lib/base/wire.h"

enum {
	ETHERTYPE_IPV4_ = 0x0800,
	ETHERTYPE_ARP_ = 0x0806,
	ETH_BYTES = 14,
	IP_BYTES = 20,
	UDP_BYTES = 8,
	PROTO_UDP = 17,
	IP_TTL = 64,
	MORE_FRAGMENTS_OR_OFFSET = 0x3fff,
};

/* RFC 1071 4.1, without the final complement. */
static uint32_t sum_bytes(uint32_t sum, const uint8_t *p, size_t len)
{
	for (; len > 1; p += 2, len -= 2)
		sum += get_u16(p);
	return len ? sum + ((uint32_t)p[0] << 8) : sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Over pseudo header and datagram; 0 when the checksum within is right. */
static uint16_t udp_checksum(const uint8_t *ip, const uint8_t *udp, size_t len)
{
	uint32_t sum = sum_bytes(PROTO_UDP + (uint32_t)len, ip + 12, 8);

	return fold(sum_bytes(sum, udp, len));
}

int dhcp_frame_parse(struct dhcp_frame *frame, const void *bytes, size_t len,
    bool has_checksum)
{
	const uint8_t *eth = bytes, *ip = eth + ETH_BYTES, *udp;
	size_t ip_header, ip_len, udp_len;

	if (len < ETH_BYTES + IP_BYTES)
		return ERR_TRUNCATED;
	if (get_u16(eth + 12) != ETHERTYPE_IPV4_ || ip[0] >> 4 != 4 ||
	    ip[9] != PROTO_UDP)
		return ERR_UNSUPPORTED;
	ip_header = (ip[0] & 15u) * 4;
	ip_len = get_u16(ip + 2);
	if (ip_header < IP_BYTES || ip_len < ip_header + UDP_BYTES)
		return ERR_MALFORMED;
	if (ip_len > len - ETH_BYTES)
		return ERR_TRUNCATED;
	if (fold(sum_bytes(0, ip, ip_header)) != 0)
		return ERR_MALFORMED;
	if (get_u16(ip + 6) & MORE_FRAGMENTS_OR_OFFSET)
		return ERR_UNSUPPORTED;
	udp = ip + ip_header;
	udp_len = get_u16(udp + 4);
	if (udp_len < UDP_BYTES || udp_len > ip_len - ip_header)
		return ERR_MALFORMED;
	/* A checksum of 0 says that the sender made none (RFC 768). */
	if (has_checksum && get_u16(udp + 6) != 0 &&
	    udp_checksum(ip, udp, udp_len) != 0)
		return ERR_MALFORMED;
	memcpy(frame->to_mac, eth, 6);
	memcpy(frame->from_mac, eth + 6, 6);
	frame->from = get_u32(ip + 12);
	frame->to = get_u32(ip + 16);
	frame->from_port = get_u16(udp);
	frame->to_port = get_u16(udp + 2);
	frame->payload = str_make(udp + UDP_BYTES, udp_len - UDP_BYTES);
	return 0;
}

int dhcp_frame_write(const struct dhcp_frame *frame, void *bytes, size_t size)
{
	uint8_t *eth = bytes, *ip = eth + ETH_BYTES, *udp = ip + IP_BYTES;
	size_t udp_len = UDP_BYTES + frame->payload.len,
	       len = ETH_BYTES + IP_BYTES + udp_len;
	uint16_t checksum;

	if (len > size || len > DHCP_FRAME_MAX_BYTES)
		return ERR_LIMIT;
	memset(eth, 0, DHCP_FRAME_HEADERS_BYTES);
	memcpy(eth, frame->to_mac, 6);
	memcpy(eth + 6, frame->from_mac, 6);
	put_u16(eth + 12, ETHERTYPE_IPV4_);
	ip[0] = 0x45;
	ip[1] = 0x10; /* low delay, as DHCP servers and clients mark it */
	put_u16(ip + 2, (uint16_t)(IP_BYTES + udp_len));
	ip[8] = IP_TTL;
	ip[9] = PROTO_UDP;
	put_u32(ip + 12, frame->from);
	put_u32(ip + 16, frame->to);
	put_u16(ip + 10, fold(sum_bytes(0, ip, IP_BYTES)));
	put_u16(udp, frame->from_port);
	put_u16(udp + 2, frame->to_port);
	put_u16(udp + 4, (uint16_t)udp_len);
	if (frame->payload.len > 0)
		memcpy(udp + UDP_BYTES, frame->payload.p, frame->payload.len);
	checksum = udp_checksum(ip, udp, udp_len);
	put_u16(udp + 6, checksum ? checksum : 0xffff);
	return (int)len;
}

int arp_frame_parse(struct arp_frame *arp, const void *bytes, size_t len)
{
	static const uint8_t ipv4_over_ethernet[] = { 0, 1, 8, 0, 6, 4 };
	const uint8_t *p = bytes;

	if (len < ARP_FRAME_BYTES)
		return ERR_TRUNCATED;
	if (get_u16(p + 12) != ETHERTYPE_ARP_ ||
	    memcmp(p + ETH_BYTES, ipv4_over_ethernet, sizeof(ipv4_over_ethernet)) != 0)
		return ERR_UNSUPPORTED;
	p += ETH_BYTES + sizeof(ipv4_over_ethernet);
	arp->operation = get_u16(p);
	memcpy(arp->sender_mac, p + 2, 6);
	arp->sender = get_u32(p + 8);
	memcpy(arp->target_mac, p + 12, 6);
	arp->target = get_u32(p + 18);
	return 0;
}

void arp_frame_write(const struct arp_frame *arp, uint8_t bytes[ARP_FRAME_BYTES])
{
	static const uint8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };
	struct wire_writer w = wire_writer(bytes, ARP_FRAME_BYTES);

	wire_put_bytes(&w, broadcast, 6);
	wire_put_bytes(&w, arp->sender_mac, 6);
	wire_put_u16(&w, ETHERTYPE_ARP_);
	wire_put_u16(&w, 1); /* Ethernet */
	wire_put_u16(&w, ETHERTYPE_IPV4_);
	wire_put_u8(&w, 6);
	wire_put_u8(&w, 4);
	wire_put_u16(&w, arp->operation);
	wire_put_bytes(&w, arp->sender_mac, 6);
	wire_put_u32(&w, arp->sender);
	wire_put_bytes(&w, arp->target_mac, 6);
	wire_put_u32(&w, arp->target);
}
