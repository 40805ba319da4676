#include "tests/support/packets.h"

#include "lib/base/cleanup.h"
#include "lib/base/wire.h"

#include <errno.h>
#include <stdio.h>

enum {
	ETH_LEN = 14,
	IP_LEN = 20,
	IP6_LEN = 40,
	UDP_LEN = 8,
	TCP_LEN = 20,
	FRAME_MAX = 65535,
	SNAPLEN = 262144,
	LINK_ETHERNET = 1,
	DEFAULT_MSS = 1448,
	IP_ICMP = 1, /* protocols */
	IP_TCP = 6,
	IP_UDP = 17,
	IP_ICMP6 = 58,
};

static void host_u16(struct buf *out, uint16_t v)
{
	buf_append(out, &v, sizeof(v));
}

static void host_u32(struct buf *out, uint32_t v)
{
	buf_append(out, &v, sizeof(v));
}

void packets_pcap(struct packets *p)
{
	host_u32(&p->file, 0xa1b23c4d);
	host_u16(&p->file, 2);
	host_u16(&p->file, 4);
	host_u32(&p->file, 0);
	host_u32(&p->file, 0);
	host_u32(&p->file, SNAPLEN);
	host_u32(&p->file, LINK_ETHERNET);
}

static void block_begin(struct packets *p, uint32_t type, uint32_t body)
{
	host_u32(&p->file, type);
	host_u32(&p->file, 12 + ((body + 3) & ~3u));
}

static void block_end(struct packets *p, uint32_t body)
{
	buf_append(&p->file, "\0\0\0", ((body + 3) & ~3u) - body);
	host_u32(&p->file, 12 + ((body + 3) & ~3u));
}

void packets_pcapng(struct packets *p, unsigned n_interfaces)
{
	p->is_pcapng = true;
	block_begin(p, 0x0a0d0d0a, 16);
	host_u32(&p->file, 0x1a2b3c4d);
	host_u16(&p->file, 1);
	host_u16(&p->file, 0);
	host_u32(&p->file, UINT32_MAX);
	host_u32(&p->file, UINT32_MAX);
	block_end(p, 16);
	for (unsigned i = 0; i < n_interfaces; i++) {
		block_begin(p, 1, 20);
		host_u16(&p->file, LINK_ETHERNET);
		host_u16(&p->file, 0);
		host_u32(&p->file, SNAPLEN);
		host_u16(&p->file, 9); /* if_tsresol: nanoseconds */
		host_u16(&p->file, 1);
		host_u32(&p->file, 9);
		host_u32(&p->file, 0); /* opt_endofopt */
		block_end(p, 20);
	}
}

void packets_secrets(struct packets *p, struct str keylog)
{
	uint32_t body = 8 + (uint32_t)keylog.len;

	block_begin(p, 0x0000000a, body);
	host_u32(&p->file, 0x544c534b); /* "TLSK" */
	host_u32(&p->file, (uint32_t)keylog.len);
	buf_append_str(&p->file, keylog);
	block_end(p, body);
}

static void pcap_record(struct packets *p, const void *bytes, uint32_t len)
{
	host_u32(&p->file, (uint32_t)(p->now / NS_PER_S));
	host_u32(&p->file, (uint32_t)(p->now % NS_PER_S));
	host_u32(&p->file, len);
	host_u32(&p->file, len);
	buf_append(&p->file, bytes, len);
}

static void pcapng_record(struct packets *p, const void *bytes, uint32_t len)
{
	block_begin(p, 6, 20 + len);
	host_u32(&p->file, p->interface);
	host_u32(&p->file, (uint32_t)((uint64_t)p->now >> 32));
	host_u32(&p->file, (uint32_t)p->now);
	host_u32(&p->file, len);
	host_u32(&p->file, len);
	buf_append(&p->file, bytes, len);
	block_end(p, 20 + len);
}

/* IEEE 802.1Q: the tag stands behind the addresses. */
static void put_tagged(struct buf *out, uint16_t vlan, const uint8_t *bytes, size_t len)
{
	uint8_t tag[4] = { 0x81, 0 };

	put_u16(tag + 2, vlan);
	buf_append(out, bytes, 12);
	buf_append(out, tag, sizeof(tag));
	buf_append(out, bytes + 12, len - 12);
}

uint64_t packets_frame(struct packets *p, const void *bytes, size_t len)
{
	auto_buf tagged = BUF_NULL;

	if (p->vlan) {
		put_tagged(&tagged, p->vlan, bytes, len);
		bytes = tagged.data;
		len = tagged.len;
	}
	p->frames++;
	if (p->is_pcapng)
		pcapng_record(p, bytes, (uint32_t)len);
	else if (p->file.len > 0)
		pcap_record(p, bytes, (uint32_t)len);
	if (p->tap)
		p->tap(p->tap_user, bytes, len, p->now, p->frames);
	p->now += NS_PER_MS;
	return p->frames;
}

static void ethernet(uint8_t *frame, const uint8_t to[6], const uint8_t from[6],
    uint16_t type)
{
	memcpy(frame, to, 6);
	memcpy(frame + 6, from, 6);
	put_u16(frame + 12, type);
}

uint64_t packets_arp(struct packets *p, bool is_reply, const struct endpoint *sender,
    const struct endpoint *target)
{
	static const uint8_t everyone[6] = { 255, 255, 255, 255, 255, 255 };
	uint8_t frame[60] = { 0 };

	ethernet(frame, is_reply ? target->mac : everyone, sender->mac, 0x0806);
	memcpy(frame + 14, (const uint8_t[]){ 0, 1, 8, 0, 6, 4, 0 }, 7);
	frame[21] = is_reply ? 2 : 1;
	memcpy(frame + 22, sender->mac, 6);
	put_u32(frame + 28, sender->ip);
	if (is_reply)
		memcpy(frame + 32, target->mac, 6);
	put_u32(frame + 38, target->ip);
	return packets_frame(p, frame, sizeof(frame));
}

static uint32_t sum16(const uint8_t *bytes, size_t len, uint32_t sum)
{
	for (size_t i = 0; i + 1 < len; i += 2)
		sum += get_u16(bytes + i);
	if (len % 2)
		sum += (uint32_t)bytes[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* Where the layer above IP begins in a frame of this sender. */
static size_t l4_at(const struct endpoint *from)
{
	return ETH_LEN + (from->is_ip6 ? (size_t)IP6_LEN : IP_LEN);
}

static void ipv4_header(struct packets *p, uint8_t *ip, const struct endpoint *from,
    const struct endpoint *to, uint8_t protocol, size_t l4_len)
{
	memset(ip, 0, IP_LEN);
	ip[0] = 0x45;
	put_u16(ip + 2, (uint16_t)(IP_LEN + l4_len));
	put_u16(ip + 4, p->ip_id++);
	ip[6] = 0x40;
	ip[8] = 64;
	ip[9] = protocol;
	put_u32(ip + 12, from->ip);
	put_u32(ip + 16, to->ip);
	put_u16(ip + 10, (uint16_t)~sum16(ip, IP_LEN, 0));
}

static void ipv6_header(uint8_t *ip, const struct endpoint *from,
    const struct endpoint *to, uint8_t protocol, size_t l4_len)
{
	memset(ip, 0, IP6_LEN);
	ip[0] = 0x60;
	put_u16(ip + 4, (uint16_t)l4_len);
	ip[6] = protocol;
	ip[7] = 64;
	memcpy(ip + 8, from->ip6, 16);
	memcpy(ip + 24, to->ip6, 16);
}

/* Ethernet and IP around the l4_len bytes at l4_at(), whose checksum is at check_at. */
static uint64_t ip_frame(struct packets *p, uint8_t *frame, const struct endpoint *from,
    const struct endpoint *to, uint8_t protocol, size_t l4_len, size_t check_at)
{
	uint8_t *ip = frame + ETH_LEN, *l4 = frame + l4_at(from);
	uint32_t sum = (uint32_t)protocol + (uint32_t)l4_len; /* the pseudo header */

	ethernet(frame, to->mac, from->mac, from->is_ip6 ? 0x86dd : 0x0800);
	if (from->is_ip6) {
		ipv6_header(ip, from, to, protocol, l4_len);
		sum = sum16(ip + 8, 32, sum);
	} else {
		ipv4_header(p, ip, from, to, protocol, l4_len);
		sum = protocol == IP_ICMP ? 0 : sum16(ip + 12, 8, sum);
	}
	put_u16(l4 + check_at, 0);
	put_u16(l4 + check_at, (uint16_t)~sum16(l4, l4_len, sum));
	return packets_frame(p, frame, l4_at(from) + l4_len);
}

uint64_t packets_udp(struct packets *p, const struct endpoint *from,
    const struct endpoint *to, struct str payload)
{
	uint8_t frame[FRAME_MAX];
	uint8_t *udp = frame + l4_at(from);

	put_u16(udp, from->port);
	put_u16(udp + 2, to->port);
	put_u16(udp + 4, (uint16_t)(UDP_LEN + payload.len));
	if (payload.len > 0)
		memcpy(udp + UDP_LEN, payload.p, payload.len);
	return ip_frame(p, frame, from, to, IP_UDP, UDP_LEN + payload.len, 6);
}

uint64_t packets_icmp(struct packets *p, const struct endpoint *from,
    const struct endpoint *to, struct str bytes)
{
	uint8_t frame[FRAME_MAX];

	memcpy(frame + l4_at(from), bytes.p, bytes.len);
	return ip_frame(p, frame, from, to, from->is_ip6 ? IP_ICMP6 : IP_ICMP,
	    bytes.len, 2);
}

uint64_t packets_tcp(struct packets *p, const struct endpoint *from,
    const struct endpoint *to, uint32_t seq, uint32_t ack, uint8_t flags,
    struct str payload)
{
	uint8_t frame[FRAME_MAX];
	uint8_t *tcp = frame + l4_at(from);

	memset(tcp, 0, TCP_LEN);
	put_u16(tcp, from->port);
	put_u16(tcp + 2, to->port);
	put_u32(tcp + 4, seq);
	put_u32(tcp + 8, flags & TH_ACK_ ? ack : 0);
	tcp[12] = 5 << 4;
	tcp[13] = flags;
	put_u16(tcp + 14, 64240);
	if (payload.len > 0)
		memcpy(tcp + TCP_LEN, payload.p, payload.len);
	return ip_frame(p, frame, from, to, IP_TCP, TCP_LEN + payload.len, 16);
}

static uint64_t pair_segment(struct packets *p, struct tcp_pair *c, bool from_client,
    uint8_t flags, int32_t offset, struct str payload)
{
	const struct endpoint *from = from_client ? &c->client : &c->server;
	const struct endpoint *to = from_client ? &c->server : &c->client;
	uint32_t seq = from_client ? c->client_seq : c->server_seq;
	uint32_t ack = from_client ? c->server_seq : c->client_seq;

	return packets_tcp(p, from, to, seq + (uint32_t)offset, ack, flags, payload);
}

void packets_tcp_skip(struct tcp_pair *c, bool from_client, uint32_t n)
{
	if (from_client)
		c->client_seq += n;
	else
		c->server_seq += n;
}

void packets_tcp_open(struct packets *p, struct tcp_pair *c)
{
	pair_segment(p, c, true, TH_SYN_, 0, STR_NULL);
	packets_tcp_skip(c, true, 1);
	pair_segment(p, c, false, TH_SYN_ | TH_ACK_, 0, STR_NULL);
	packets_tcp_skip(c, false, 1);
	pair_segment(p, c, true, TH_ACK_, 0, STR_NULL);
}

void packets_tcp_open_half_seen(struct packets *p, struct tcp_pair *c)
{
	pair_segment(p, c, true, TH_SYN_, 0, STR_NULL);
	packets_tcp_skip(c, true, 1);
	packets_tcp_skip(c, false, 1);
	pair_segment(p, c, true, TH_ACK_, 0, STR_NULL);
}

uint64_t packets_tcp_send(struct packets *p, struct tcp_pair *c, bool from_client,
    struct str payload)
{
	size_t mss = c->mss ? c->mss : DEFAULT_MSS;
	uint64_t last = 0;

	while (payload.len > 0) {
		struct str part = str_make(payload.p, MIN(payload.len, mss));

		last = pair_segment(p, c, from_client, TH_PSH_ | TH_ACK_, 0, part);
		packets_tcp_skip(c, from_client, (uint32_t)part.len);
		payload = str_from(payload, part.len);
	}
	pair_segment(p, c, !from_client, TH_ACK_, 0, STR_NULL);
	return last;
}

uint64_t packets_tcp_at(struct packets *p, struct tcp_pair *c, bool from_client,
    int32_t offset, struct str payload)
{
	return pair_segment(p, c, from_client, TH_PSH_ | TH_ACK_, offset, payload);
}

void packets_tcp_fin(struct packets *p, struct tcp_pair *c, bool from_client)
{
	pair_segment(p, c, from_client, TH_FIN_ | TH_ACK_, 0, STR_NULL);
	packets_tcp_skip(c, from_client, 1);
	pair_segment(p, c, !from_client, TH_ACK_, 0, STR_NULL);
}

void packets_tcp_fin_unseen(struct packets *p, struct tcp_pair *c, bool from_client)
{
	packets_tcp_skip(c, from_client, 1);
	pair_segment(p, c, !from_client, TH_ACK_, 0, STR_NULL);
}

void packets_tcp_rst(struct packets *p, struct tcp_pair *c, bool from_client)
{
	pair_segment(p, c, from_client, TH_RST_ | TH_ACK_, 0, STR_NULL);
}

void packets_tcp_close(struct packets *p, struct tcp_pair *c)
{
	packets_tcp_fin(p, c, true);
	packets_tcp_fin(p, c, false);
}

int packets_save(const struct packets *p, const char *path)
{
	auto_file file = fopen(path, "wb");

	if (!file)
		return -errno;
	if (fwrite(p->file.data, 1, p->file.len, file) != p->file.len || fflush(file))
		return -EIO;
	return 0;
}

void packets_free(struct packets *p)
{
	buf_free(&p->file);
}
