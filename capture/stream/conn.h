/* The seam between packets and protocols: what the lower half of the decoder (files,
 * links, IP, TCP, TLS) tells the upper half (HTTP, CWMP, sessions). All views live only
 * during the call. */
#pragma once

#include "capture/frame/address.h"
#include "capture/frame/frame.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum direction {
	FROM_CLIENT,
	FROM_SERVER
};

enum conn_flag {
	/* No packet of one direction was seen. Known, and set, only at the end. */
	CONN_ONE_SIDED = 1 << 0,
	/* The capture began after its SYN: which end is the client is guessed. */
	CONN_MIDDLE = 1 << 1,
	CONN_TLS = 1 << 2,
	CONN_DECRYPTED = 1 << 3, /* application data of it was */
	/* It was read from a text (capture/text/text.h): there are no events of TCP and
	 * TLS, it has no end, and its ends have addresses only where the text names them. */
	CONN_NO_PACKETS = 1 << 4,
	/* Of such a one: the text lacks start lines, or headers; what stands there instead
	 * is only for the bodies to be read. */
	CONN_NO_LINES = 1 << 5,
	CONN_NO_HEADS = 1 << 6,
	/* Of such a one: messages before it, or between others, may have been left out. */
	CONN_EXCERPT = 1 << 7,
	/* The other end acknowledges a FIN of this one that was not captured, before it sends
	 * its own: this one was the first to close. Both: each may have been. */
	CONN_CLIENT_FIN_MISSED = 1 << 8,
	CONN_SERVER_FIN_MISSED = 1 << 9,
	/* It was refused, and the client has not seen that: the next connection between these
	 * ports is the same attempt. Known once that begins. */
	CONN_GOES_ON = 1 << 10,
};

struct conn {        /* one TCP connection; owned by the lower half */
	uint64_t id; /* from 1, in order of the first packet */
	struct address client, server;
	uint16_t client_port, server_port;
	unsigned flags;         /* enum conn_flag */
	uint64_t retransmitted; /* segments */
	clock_ns syn_again;     /* when the client last repeated its SYN; 0: never */
	void *user;             /* the upper half's own, null at first */
};

/* A connection ends with the second CONN_FIN, with CONN_RST, or with one of the last
 * two, which are told as if they came from the client. Until closed() is called late
 * segments may bring data, gaps and another CONN_RST behind that end. */
enum conn_event {
	CONN_SYN,
	CONN_SYNACK,
	CONN_ESTABLISHED, /* the client's first ACK, or bytes of either end before it */
	CONN_FIN,         /* told once a direction, in order with the bytes */
	CONN_RST,
	/* It is forgotten, so that memory stays bounded or because another connection
	 * between its ports begins. */
	CONN_IDLE_EVICTED,
	CONN_END_OF_CAPTURE,
};

enum tls_what {
	TLS_CLIENT_HELLO,    /* version: highest offered; sni */
	TLS_SERVER_HELLO,    /* version chosen, cipher suite; is_resumed in 1.3 */
	TLS_CERTIFICATE,     /* der: leaf; 1.2 always, 1.3 when decrypted */
	TLS_FINISHED,        /* of the direction; 1.3 only when decrypted; is_resumed
			      * of the server's before 1.3 */
	TLS_ALERT,           /* alert; encrypted ones only when decrypted */
	TLS_ENCRYPTED_ALERT, /* an alert whose words cannot be read */
	TLS_NO_SECRETS,      /* once a connection: the rest cannot be read */
	TLS_BROKEN,          /* record or MAC that does not fit; text says what */
};

struct tls_event { /* what enum tls_what does not name is 0 or null */
	enum tls_what what;
	uint16_t version; /* 0x0303, 0x0304 */
	uint16_t suite;
	struct str sni, der;
	const uint8_t *random; /* of a ClientHello, 32 bytes: the name of its secrets */
	uint8_t alert;
	bool is_resumed;  /* an earlier session goes on, without certificates */
	const char *text; /* of TLS_NO_SECRETS and TLS_BROKEN: a literal for people */
};

/* What the upper half implements. Any may be null. data comes in stream order without
 * holes; a hole is told by gap() before what follows it. With TLS, data is the plaintext
 * and gap() counts bytes of records that could not be read. */
struct conn_sink {
	void *user;
	void (*event)(void *user, struct conn *conn, enum conn_event event,
	    enum direction from, struct frame_ref frame);
	void (*tls)(void *user, struct conn *conn, const struct tls_event *event,
	    enum direction from, struct frame_ref frame);
	void (*data)(void *user, struct conn *conn, enum direction from,
	    struct str bytes, struct frame_ref frame);
	void (*gap)(void *user, struct conn *conn, enum direction from, uint64_t bytes,
	    struct frame_ref frame);
	/* Of a text: the message of that number, which is told next, begins at that line. */
	void (*message)(void *user, uint64_t number, uint32_t line);
	/* The last call for this connection: free what conn->user points to. */
	void (*closed)(void *user, struct conn *conn);
	/* UDP payloads from or to port 53, 67, 68, 546, 547, 3478 or 7547, and those that
	 * begin as a request of HTTP, as far as they were captured. from_mac is zero where
	 * the link has none, vlan where it has no tag; see struct link. */
	void (*datagram)(void *user, const struct address *from, uint16_t from_port,
	    const struct address *to, uint16_t to_port, const uint8_t from_mac[6],
	    uint32_t vlan, struct str payload, struct frame_ref frame);
	/* ARP of IPv4 over Ethernet. */
	void (*arp)(void *user, bool is_reply, const uint8_t sender_mac[6],
	    uint32_t sender, uint32_t target, struct frame_ref frame);
	/* ICMP or ICMPv6 echo request or reply (RFC 792, RFC 4443 4). */
	void (*echo)(void *user, const struct address *from, const struct address *to,
	    bool is_reply, uint16_t id, uint16_t sequence, struct frame_ref frame);
	/* While a file is read, every 65,536 frames: how many frames, and how many bytes
	 * of frames, were read so far. */
	void (*progress)(void *user, uint64_t frames, uint64_t bytes);
	/* ICMP or ICMPv6 destination unreachable: the router or host from reports that a
	 * packet of port by_port of by did not reach port to_port of to. protocol: 6 for TCP, 17 for UDP;
	 * code as RFC 792 or RFC 4443 has it. */
	void (*unreachable)(void *user, const struct address *from,
	    const struct address *by, uint16_t by_port, const struct address *to,
	    uint16_t to_port, uint8_t protocol, uint8_t code, struct frame_ref frame);
};
