#include "lib/link/frame_cut.h"

#include "lib/base/compiler.h"

#include <string.h>

/* Linux 6.2 named it; headers of Debian 12 have no name for it. */
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

enum {
	MACS = 12,
	TAG = 4,
	TAGS_MAX = 2,
	IPV4_HEADER = 20,
	IPV6_HEADER = 40,
	TCP_HEADER = 20,
	UDP_HEADER = 8,
	TYPE_IPV4 = 0x0800,
	TYPE_IPV6 = 0x86dd,
	TYPE_VLAN = 0x8100,
	TYPE_SERVICE_VLAN = 0x88a8,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	TCP_FIN = 0x01,
	TCP_PSH = 0x08,
	TCP_CWR = 0x80
};

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void put16(uint8_t *p, uint16_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static void add32(uint8_t *p, uint32_t more)
{
	uint32_t value = ((uint32_t)get16(p) << 16 | get16(p + 2)) + more;

	put16(p, (uint16_t)(value >> 16));
	put16(p + 2, (uint16_t)value);
}

uint32_t frame_sum(const uint8_t *bytes, size_t n, uint32_t sum)
{
	uint64_t wide = sum;

	for (; n > 1; n -= 2, bytes += 2)
		wide += get16(bytes);
	if (n == 1)
		wide += (uint32_t)bytes[0] << 8;
	while (wide >> 32)
		wide = (wide & UINT32_MAX) + (wide >> 32);
	return (uint32_t)wide;
}

uint16_t frame_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* Where the payload of the Ethernet frame begins, behind its tags, and its type; len where it has
 * none. */
static size_t behind_ethernet(const uint8_t *frame, size_t len, uint16_t *ret_type)
{
	size_t at = MACS;

	*ret_type = 0;
	for (int i = 0; i <= TAGS_MAX && len >= at + 2; i++) {
		*ret_type = get16(frame + at);
		if (*ret_type != TYPE_VLAN && *ret_type != TYPE_SERVICE_VLAN)
			return at + 2;
		at += TAG;
	}
	return len;
}

/* ---- checksums ------------------------------------------------------------------------ */

bool frame_finish(uint8_t *frame, size_t len, struct virtio_net_hdr *offload)
{
	size_t start = offload->csum_start, at = start + offload->csum_offset;
	uint16_t sum;

	if (!(offload->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM))
		return true;
	if (start > len || at + 2 > len)
		return false;
	/* The field has the sum of the pseudo header already. */
	sum = (uint16_t)~frame_fold(frame_sum(frame + start, len - start, 0));
	/* RFC 768: 0 says that there is none. In TCP both read the same. */
	put16(frame + at, sum ? sum : UINT16_MAX);
	offload->flags &= (uint8_t)~VIRTIO_NET_HDR_F_NEEDS_CSUM;
	offload->csum_start = offload->csum_offset = 0;
	return true;
}

void frame_corrupt(uint8_t *frame, size_t len, uint32_t bit)
{
	uint16_t type;
	size_t from = behind_ethernet(frame, len, &type), end = len, at;

	if (type == TYPE_IPV4 && len >= from + IPV4_HEADER)
		end = MIN(len, from + get16(frame + from + 2)); /* not of padding */
	if (type == TYPE_IPV6 && len >= from + IPV6_HEADER) {
		end = MIN(len, from + IPV6_HEADER + get16(frame + from + 4));
		from += IPV6_HEADER;
	}
	if (from >= end)
		return;
	at = (size_t)(bit % ((end - from) * 8));
	frame[from + at / 8] ^= (uint8_t)(1u << at % 8);
}

/* ---- cutting -------------------------------------------------------------------------- */

static int gso_type(const struct virtio_net_hdr *offload)
{
	return offload->gso_type & ~VIRTIO_NET_HDR_GSO_ECN;
}

bool frame_is_long(const struct virtio_net_hdr *offload)
{
	return gso_type(offload) != VIRTIO_NET_HDR_GSO_NONE;
}

/* The IP header, and that the protocol's begins behind it where the kernel says so. */
static bool find_ip(struct frame_cut *cut)
{
	uint16_t type;
	const uint8_t *ip;
	size_t behind;

	cut->ip = behind_ethernet(cut->frame, cut->len, &type);
	if (cut->len < cut->ip + IPV4_HEADER)
		return false;
	ip = cut->frame + cut->ip;
	cut->is_ipv6 = type == TYPE_IPV6;
	if (cut->is_ipv6 ? ip[0] >> 4 != 6 : type != TYPE_IPV4 || ip[0] >> 4 != 4)
		return false;
	behind = cut->ip + (cut->is_ipv6 ? IPV6_HEADER : (size_t)(ip[0] & 15) * 4);
	return cut->is_ipv6
		   ? cut->offload.csum_start >= behind
		   : cut->offload.csum_start == behind && behind >= cut->ip + 20;
}

static bool find_head(struct frame_cut *cut)
{
	int type = gso_type(&cut->offload);
	size_t start = cut->offload.csum_start;

	cut->is_udp = type == VIRTIO_NET_HDR_GSO_UDP_L4;
	if (cut->is_udp)
		cut->head = start + UDP_HEADER;
	else if (type != (cut->is_ipv6 ? VIRTIO_NET_HDR_GSO_TCPV6
				       : VIRTIO_NET_HDR_GSO_TCPV4) ||
		 cut->len < start + TCP_HEADER)
		return false;
	else
		cut->head = start + (size_t)(cut->frame[start + 12] >> 4) * 4;
	return cut->head >= start + (cut->is_udp ? UDP_HEADER : TCP_HEADER) &&
	       cut->head < cut->len;
}

unsigned frame_cut_begin(struct frame_cut *cut, const uint8_t *frame, size_t len,
    const struct virtio_net_hdr *offload)
{
	size_t n;

	*cut = (struct frame_cut){ .frame = frame, .len = len, .offload = *offload };
	if (!frame_is_long(offload) || offload->gso_size == 0 ||
	    !(offload->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) || len > FRAME_BYTES_MAX ||
	    !find_ip(cut) || !find_head(cut) ||
	    cut->head + offload->gso_size > FRAME_BYTES_MAX)
		return 0;
	n = (len - cut->head + offload->gso_size - 1) / offload->gso_size;
	return n > FRAME_CUTS_MAX ? 0 : (unsigned)n;
}

static void put_ip(const struct frame_cut *cut, uint8_t *ip, size_t len)
{
	size_t header;

	if (cut->is_ipv6) {
		put16(ip + 4, (uint16_t)(len - cut->ip - IPV6_HEADER));
		return;
	}
	header = (size_t)(ip[0] & 15) * 4;
	put16(ip + 2, (uint16_t)(len - cut->ip));
	put16(ip + 4, (uint16_t)(get16(ip + 4) + cut->n_cut));
	put16(ip + 10, 0);
	put16(ip + 10, (uint16_t)~frame_fold(frame_sum(ip, header, 0)));
}

/* RFC 9293 3.1, RFC 8200 8.1. */
static uint16_t pseudo_header(const struct frame_cut *cut, const uint8_t *ip,
    size_t bytes)
{
	uint32_t sum = cut->is_udp ? PROTOCOL_UDP : PROTOCOL_TCP;

	sum += (uint32_t)bytes;
	sum = cut->is_ipv6 ? frame_sum(ip + 8, 32, sum) : frame_sum(ip + 12, 8, sum);
	return frame_fold(sum);
}

static void put_protocol(const struct frame_cut *cut, uint8_t *frame, size_t len,
    bool is_last)
{
	size_t start = cut->offload.csum_start;
	uint8_t *at = frame + start;
	uint16_t sum = pseudo_header(cut, frame + cut->ip, len - start);

	if (cut->is_udp) {
		put16(at + 4, (uint16_t)(len - start));
		put16(at + 6, sum);
		return;
	}
	add32(at + 4, (uint32_t)cut->at);
	if (!is_last)
		at[13] &= (uint8_t) ~(TCP_FIN | TCP_PSH);
	if (cut->n_cut > 0)
		at[13] &= (uint8_t)~TCP_CWR;
	put16(at + 16, sum);
}

/* Payload of the next n segments. */
static size_t payload_of(const struct frame_cut *cut, unsigned n)
{
	size_t left = cut->len - cut->head - cut->at;

	return MIN(left, n * (size_t)cut->offload.gso_size);
}

static void go_on(struct frame_cut *cut, unsigned n)
{
	cut->at += payload_of(cut, n);
	cut->n_cut += n;
}

size_t frame_cut_len(const struct frame_cut *cut, unsigned behind)
{
	size_t n = payload_of(cut, behind + 1) - payload_of(cut, behind);

	return n > 0 ? cut->head + n : 0;
}

void frame_cut_skip(struct frame_cut *cut)
{
	go_on(cut, 1);
}

size_t frame_cut_train(struct frame_cut *cut, unsigned n, uint8_t *ret,
    struct virtio_net_hdr *ret_offload)
{
	size_t bytes = payload_of(cut, n), len = cut->head + bytes;
	bool is_last = cut->at + bytes == cut->len - cut->head;

	if (bytes == 0)
		return 0;
	memcpy(ret, cut->frame, cut->head);
	memcpy(ret + cut->head, cut->frame + cut->head + cut->at, bytes);
	put_ip(cut, ret + cut->ip, len);
	put_protocol(cut, ret, len, is_last);
	*ret_offload = (struct virtio_net_hdr){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.csum_start = cut->offload.csum_start,
		.csum_offset = cut->is_udp ? 6 : 16,
	};
	if (bytes > cut->offload.gso_size) {
		ret_offload->gso_type = cut->offload.gso_type;
		ret_offload->gso_size = cut->offload.gso_size;
		ret_offload->hdr_len = (uint16_t)cut->head;
	}
	go_on(cut, n);
	return len;
}

size_t frame_cut_next(struct frame_cut *cut, uint8_t *ret,
    struct virtio_net_hdr *ret_offload)
{
	return frame_cut_train(cut, 1, ret, ret_offload);
}
