/* crowd CLIENTS FILE: writes a capture without CWMP in which so many clients that are never
 * seen again each ask DHCP for a lease, get one, look a name of their own up, and open, use
 * and close a connection. For what a check may remember of strangers. */
#include "put.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ACK = 16,
	SYN = 2,
	FIN = 1,
	DHCP_BYTES = 300,
};

struct writer {
	FILE *out;
	uint64_t now_us;
};

/* Ethernet and IPv4 around len bytes that stand at frame + 34. */
static void write_ip(struct writer *w, uint8_t *frame, uint8_t protocol, uint32_t src,
    uint32_t dst, uint32_t len)
{
	uint32_t record[4] = { (uint32_t)(w->now_us / 1000000),
		(uint32_t)(w->now_us % 1000000), 34 + len, 34 + len };

	w->now_us += 100;
	memcpy(frame, "\2\0\0\0\0\1\2\0\0\0\0\2", 12);
	put16(frame + 12, 0x0800);
	memset(frame + 14, 0, 20);
	frame[14] = 0x45;
	put16(frame + 16, 20 + len);
	frame[22] = 64;
	frame[23] = protocol;
	put32(frame + 26, src);
	put32(frame + 30, dst);
	if (fwrite(record, sizeof(record), 1, w->out) != 1 ||
	    fwrite(frame, 34 + len, 1, w->out) != 1) {
		perror("crowd");
		exit(2);
	}
}

static void write_udp(struct writer *w, uint8_t *frame, uint32_t src, uint32_t dst,
    uint16_t from, uint16_t to, uint32_t len)
{
	put16(frame + 34, from);
	put16(frame + 36, to);
	put16(frame + 38, 8 + len);
	write_ip(w, frame, 17, src, dst, 8 + len);
}

static void write_dhcp(struct writer *w, uint32_t client, uint8_t type)
{
	uint8_t frame[42 + DHCP_BYTES] = { 0 }, *dhcp = frame + 42;
	uint32_t leased = type == 2 || type == 5 ? 0x0a000000 + client : 0;
	static const uint8_t options[] = { 99, 130, 83, 99, 53, 1, 0, 54, 4, 10, 255,
		255, 254, 60, 8, 'M', 'S', 'F', 'T', ' ', '5', '.', '0', 255 };

	dhcp[0] = leased ? 2 : 1;
	dhcp[1] = 1;
	dhcp[2] = 6;
	put32(dhcp + 4, client);
	put32(dhcp + 16, leased);
	dhcp[28] = 2;
	put32(dhcp + 30, client);
	memcpy(dhcp + 236, options, sizeof(options));
	dhcp[242] = type;
	write_udp(w, frame, leased ? 0x0afffffe : 0, UINT32_MAX, leased ? 67 : 68,
	    leased ? 68 : 67, DHCP_BYTES);
}

static void write_dns(struct writer *w, uint32_t client, int is_answer)
{
	uint8_t frame[128] = { 0 }, *dns = frame + 42;
	uint32_t len = 12;

	put16(dns, client);
	put16(dns + 2, is_answer ? 0x8180 : 0x0100);
	put16(dns + 4, 1);
	put16(dns + 6, is_answer ? 1 : 0);
	len += (uint32_t)sprintf((char *)dns + len, "\10h%07x\7example", client) + 1;
	memcpy(dns + len, "\0\1\0\1", 4);
	len += 4;
	if (is_answer) {
		memcpy(dns + len, "\300\14\0\1\0\1\0\0\0\74\0\4", 12);
		put32(dns + len + 12, 0xc0000200);
		len += 16;
	}
	write_udp(w, frame, is_answer ? 0xc0000203 : 0x0a000000 + client,
	    is_answer ? 0x0a000000 + client : 0xc0000203, is_answer ? 53 : 4000,
	    is_answer ? 4000 : 53, len);
}

static void write_tcp(struct writer *w, uint32_t client, int from_server, uint8_t flags,
    uint32_t seq, uint32_t ack, const char *text)
{
	uint8_t frame[256] = { 0 }, *tcp = frame + 34;
	uint32_t len = (uint32_t)strlen(text);

	put16(tcp, from_server ? 80 : 40000);
	put16(tcp + 2, from_server ? 40000 : 80);
	put32(tcp + 4, seq);
	put32(tcp + 8, ack);
	tcp[12] = 5 << 4;
	tcp[13] = flags;
	put16(tcp + 14, 65535);
	memcpy(tcp + 20, text, len);
	write_ip(w, frame, 6, from_server ? 0xc0000205 : 0x0a000000 + client,
	    from_server ? 0x0a000000 + client : 0xc0000205, 20 + len);
}

static void write_client(struct writer *w, uint32_t client)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: www.example\r\n\r\n";
	static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
	uint32_t sent = 1 + sizeof(request) - 1, got = 1 + sizeof(answer) - 1;

	for (uint8_t i = 0; i < 4; i++)
		write_dhcp(w, client, "\1\2\3\5"[i]);
	write_dns(w, client, 0);
	write_dns(w, client, 1);
	write_tcp(w, client, 0, SYN, 0, 0, "");
	write_tcp(w, client, 1, SYN | ACK, 0, 1, "");
	write_tcp(w, client, 0, ACK, 1, 1, request);
	write_tcp(w, client, 1, ACK, 1, sent, answer);
	write_tcp(w, client, 0, FIN | ACK, sent, got, "");
	/* Every other connection stays open. */
	if (client % 2 == 0)
		write_tcp(w, client, 1, FIN | ACK, got, sent + 1, "");
}

int main(int argc, char **argv)
{
	static const uint32_t header[6] = { 0xa1b2c3d4, 4 << 16 | 2, 0, 0, 65535, 1 };
	struct writer w = { .now_us = UINT64_C(1700000000) * 1000000 };
	uint32_t clients = argc == 3 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;

	w.out = clients > 0 ? fopen(argv[2], "wb") : NULL;
	if (!w.out || fwrite(header, sizeof(header), 1, w.out) != 1) {
		fprintf(stderr, "usage: crowd CLIENTS FILE\n");
		return 2;
	}
	for (uint32_t i = 1; i <= clients; i++)
		write_client(&w, i);
	return fclose(w.out) == 0 ? 0 : 2;
}
