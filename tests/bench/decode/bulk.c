/* bulk BYTES FILE: writes a capture of that size that holds everything but CWMP, as the
 * mirror port of an office shows it: long TCP transfers of protocols that begin with bytes
 * of their own, HTTP downloads, TLS without secrets, UDP, ARP. For timing. */
#include "put.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	FLOWS = 256, /* open at a time */
	MSS = 1448,
	ACK = 16,
	SYN = 2,
	FIN = 1,
};

enum kind {
	OPAQUE,
	TEXT,
	WEB,
	SECURE,
	KINDS
};

struct flow {
	enum kind kind;
	uint32_t client, server;
	uint16_t client_port, server_port;
	uint32_t seq[2]; /* of client, of server */
	unsigned left;   /* segments of the server */
};

struct writer {
	FILE *out;
	uint64_t written, now_us, state;
	uint8_t noise[1 << 16];
};

static uint32_t next_random(struct writer *w)
{
	w->state ^= w->state << 13;
	w->state ^= w->state >> 7;
	w->state ^= w->state << 17;
	return (uint32_t)(w->state >> 32);
}

static void write_frame(struct writer *w, const uint8_t *frame, uint32_t len)
{
	uint32_t record[4] = { (uint32_t)(w->now_us / 1000000),
		(uint32_t)(w->now_us % 1000000), len, len };

	w->now_us += 7;
	w->written += sizeof(record) + len;
	if (fwrite(record, sizeof(record), 1, w->out) != 1 ||
	    fwrite(frame, len, 1, w->out) != 1) {
		perror("bulk");
		exit(2);
	}
}

/* Ethernet and IPv4 around len bytes that stand at frame + 34. */
static void write_ip(struct writer *w, uint8_t *frame, uint8_t protocol, uint32_t src,
    uint32_t dst, uint32_t len)
{
	static const uint8_t macs[12] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2 };

	memcpy(frame, macs, sizeof(macs));
	put16(frame + 12, 0x0800);
	memset(frame + 14, 0, 20);
	frame[14] = 0x45;
	put16(frame + 16, 20 + len);
	frame[22] = 64;
	frame[23] = protocol;
	put32(frame + 26, src);
	put32(frame + 30, dst);
	write_frame(w, frame, 34 + len);
}

static void write_tcp(struct writer *w, struct flow *f, bool from_server, uint8_t flags,
    const void *bytes, uint32_t len)
{
	uint8_t frame[1600] = { 0 }, *tcp = frame + 34;

	put16(tcp, from_server ? f->server_port : f->client_port);
	put16(tcp + 2, from_server ? f->client_port : f->server_port);
	put32(tcp + 4, f->seq[from_server]);
	put32(tcp + 8, flags == SYN ? 0 : f->seq[!from_server]);
	tcp[12] = 5 << 4;
	tcp[13] = flags;
	put16(tcp + 14, 65535);
	if (len > 0)
		memcpy(tcp + 20, bytes, len);
	f->seq[from_server] += len + (flags & (SYN | FIN) ? 1 : 0);
	write_ip(w, frame, 6, from_server ? f->server : f->client,
	    from_server ? f->client : f->server, 20 + len);
}

static const char *const firsts[KINDS][2] = {
	[OPAQUE] = { "\x00\x00\x00\x85\xffSMBr", "\x00\x00\x00\x55\xffSMBr" },
	[TEXT] = { "EHLO host.example\r\n", "220 mail.example ESMTP\r\n" },
	[WEB] = { "GET /image.iso HTTP/1.1\r\nHost: files.example\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n" },
	[SECURE] = { "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
	    "\x17\x03\x03\x40\x00" },
};
static const uint32_t first_lengths[KINDS][2] = { { 9, 9 }, { 19, 24 }, { 48, 59 },
	{ 11, 5 } };

static void open_flow(struct writer *w, struct flow *f)
{
	static const uint16_t ports[KINDS] = { 445, 25, 80, 443 };

	*f = (struct flow){ .kind = next_random(w) % KINDS,
		.client = 0x0a000000 | (next_random(w) & 0xffff),
		.server = 0xc0000200 | (next_random(w) & 0xff),
		.client_port = (uint16_t)(32768 + next_random(w) % 28000),
		.seq = { next_random(w), next_random(w) },
		.left = 1 + next_random(w) % 2000 };
	f->server_port = ports[f->kind];
	write_tcp(w, f, false, SYN, NULL, 0);
	write_tcp(w, f, true, SYN | ACK, NULL, 0);
	write_tcp(w, f, false, ACK, firsts[f->kind][0], first_lengths[f->kind][0]);
	write_tcp(w, f, true, ACK, firsts[f->kind][1], first_lengths[f->kind][1]);
}

static void go_on(struct writer *w, struct flow *f)
{
	const uint8_t *noise = w->noise + next_random(w) % (sizeof(w->noise) - MSS);

	if (f->left-- == 0) {
		write_tcp(w, f, true, FIN | ACK, NULL, 0);
		write_tcp(w, f, false, FIN | ACK, NULL, 0);
		open_flow(w, f);
		return;
	}
	write_tcp(w, f, true, ACK, noise, MSS);
	if (f->left % 2 == 0)
		write_tcp(w, f, false, ACK, NULL, 0);
}

static void write_udp(struct writer *w)
{
	uint8_t frame[1600] = { 0 }, *udp = frame + 34;
	uint32_t len = 60 + next_random(w) % 1200;

	put16(udp, 443);
	put16(udp + 2, 40000 + next_random(w) % 1000);
	put16(udp + 4, 8 + len);
	memcpy(udp + 8, w->noise, len);
	write_ip(w, frame, 17, 0xc0000201, 0x0a000000 | (next_random(w) & 0xffff),
	    8 + len);
}

static void write_arp(struct writer *w)
{
	uint8_t frame[42] = { 255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 8, 6, 0,
		1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0 };

	put16(frame + 30, next_random(w));
	put32(frame + 38, 0x0a000000 | (next_random(w) & 0xffff));
	write_frame(w, frame, sizeof(frame));
}

int main(int argc, char **argv)
{
	static const uint32_t header[6] = { 0xa1b2c3d4, 4 << 16 | 2, 0, 0, 65535, 1 };
	static struct writer w = { .now_us = UINT64_C(1700000000) * 1000000,
		.state = 88172645463325252u };
	static struct flow flows[FLOWS];
	uint64_t wanted = argc == 3 ? strtoull(argv[1], NULL, 10) : 0;

	w.out = wanted > 0 ? fopen(argv[2], "wb") : NULL;
	if (!w.out || fwrite(header, sizeof(header), 1, w.out) != 1) {
		fprintf(stderr, "usage: bulk BYTES FILE\n");
		return 2;
	}
	for (size_t i = 0; i < sizeof(w.noise); i++)
		w.noise[i] = (uint8_t)next_random(&w);
	for (size_t i = 0; i < FLOWS; i++)
		open_flow(&w, &flows[i]);
	while (w.written < wanted) {
		uint32_t dice = next_random(&w) % 100;

		if (dice < 20)
			write_udp(&w);
		else if (dice == 20)
			write_arp(&w);
		else
			go_on(&w, &flows[next_random(&w) % FLOWS]);
	}
	return fclose(w.out) == 0 ? 0 : 2;
}
