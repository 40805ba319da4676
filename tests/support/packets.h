/* Builds captures from calls that read like the wire. Each frame gets the next number and
 * a time one millisecond later; packets.now may be moved by hand in between.
 *
 *	struct packets p = PACKETS_NULL;
 *	struct tcp_pair c = TCP_PAIR(1, 11, 40000, 7547);
 *
 *	packets_pcap(&p);
 *	packets_tcp_open(&p, &c);
 *	packets_tcp_send(&p, &c, true, STR("POST / HTTP/1.1\r\n..."));
 *	packets_tcp_close(&p, &c);
 *	packets_save(&p, "/tmp/x.pcap");
 *	packets_free(&p);
 */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct packets {
	struct buf file; /* the capture so far */
	clock_ns now;    /* time of the next frame */
	uint64_t frames; /* written: the number of the last one */
	bool is_pcapng;
	uint32_t interface; /* of pcapng, for the next frames; 0 at first */
	uint16_t ip_id;
	uint16_t vlan; /* in which the next frames are; 0: they have no tag */
	/* Called with each frame too, when not null: feed a decoder without a file. */
	void (*tap)(void *user, const uint8_t *frame, size_t len, clock_ns time,
	    uint64_t number);
	void *tap_user;
};

#define PACKETS_EPOCH (INT64_C(1700000000) * NS_PER_S)
#define PACKETS_NULL                                                   \
	{                                                              \
		BUF_NULL, PACKETS_EPOCH, 0, false, 0, 1, 0, NULL, NULL \
	}

struct endpoint {
	uint8_t mac[6];
	uint32_t ip; /* host order */
	uint16_t port;
	bool is_ip6; /* speaks from ip6 instead */
	uint8_t ip6[16];
};

/* Host n of the test network: 02:00:00:00:00:n, 10.0.0.n, fd00::n. */
#define ENDPOINT(n, port)                                                   \
	{                                                                   \
		{ 2, 0, 0, 0, 0, (n) }, 0x0a000000 + (n), (port), false,    \
		{                                                           \
			0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (n) \
		}                                                           \
	}

enum { /* TCP flags */
	TH_FIN_ = 1,
	TH_SYN_ = 2,
	TH_RST_ = 4,
	TH_PSH_ = 8,
	TH_ACK_ = 16
};

struct tcp_pair { /* both ends of a connection and what each sends next */
	struct endpoint client, server;
	uint32_t client_seq, server_seq;
	uint16_t mss; /* 0 reads as 1448 */
};

#define TCP_PAIR(client_host, server_host, client_port, server_port)   \
	{                                                              \
		ENDPOINT(client_host, client_port),                    \
		    ENDPOINT(server_host, server_port), 1000, 50000, 0 \
	}

/* The header of an empty file: classic with nanoseconds, Ethernet; or pcapng with n
 * interfaces. Not needed with a tap alone. */
void packets_pcap(struct packets *p);
void packets_pcapng(struct packets *p, unsigned n_interfaces);

/* pcapng: a block with TLS secrets (NSS key log lines) at this point of the file. */
void packets_secrets(struct packets *p, struct str keylog);

/* Any bytes as one frame. Returns its number, as do all of these that return a number. */
uint64_t packets_frame(struct packets *p, const void *bytes, size_t len);

/* A request to everyone for target's address, or sender's reply to target. */
uint64_t packets_arp(struct packets *p, bool is_reply, const struct endpoint *sender,
    const struct endpoint *target);

/* One datagram, of IPv6 where from speaks it. It must fit a frame of 65,535 bytes, as must
 * what follows. */
uint64_t packets_udp(struct packets *p, const struct endpoint *from,
    const struct endpoint *to, struct str payload);

/* ICMP, or ICMPv6 where from speaks IPv6: bytes is the message with its type and code; its
 * checksum is set here. */
uint64_t packets_icmp(struct packets *p, const struct endpoint *from,
    const struct endpoint *to, struct str bytes);

/* One segment as given; checksums are right. */
uint64_t packets_tcp(struct packets *p, const struct endpoint *from,
    const struct endpoint *to, uint32_t seq, uint32_t ack, uint8_t flags,
    struct str payload);

/* SYN, SYN-ACK, ACK; half seen: without the SYN-ACK, which the capture misses. */
void packets_tcp_open(struct packets *p, struct tcp_pair *c);
void packets_tcp_open_half_seen(struct packets *p, struct tcp_pair *c);

/* Payload in segments of the MSS, acknowledged by the other end after the last. Returns the
 * frame of the last data segment, 0 for an empty payload. */
uint64_t packets_tcp_send(struct packets *p, struct tcp_pair *c, bool from_client,
    struct str payload);

/* One segment at an offset from what this end sends next, without an ACK and without
 * moving on: for losses, swaps and repeats. */
uint64_t packets_tcp_at(struct packets *p, struct tcp_pair *c, bool from_client,
    int32_t offset, struct str payload);

/* This end's next byte moves on by n, as if n bytes had been sent. */
void packets_tcp_skip(struct tcp_pair *c, bool from_client, uint32_t n);

/* FIN by this end, acknowledged by the other. */
void packets_tcp_fin(struct packets *p, struct tcp_pair *c, bool from_client);
/* The same, but the capture misses the FIN and has its ACK alone. */
void packets_tcp_fin_unseen(struct packets *p, struct tcp_pair *c, bool from_client);

/* RST by this end. */
void packets_tcp_rst(struct packets *p, struct tcp_pair *c, bool from_client);

/* FIN by the client, FIN by the server, both acknowledged. */
void packets_tcp_close(struct packets *p, struct tcp_pair *c);

/* Writes the file. 0 or -errno. */
int packets_save(const struct packets *p, const char *path);

void packets_free(struct packets *p);
