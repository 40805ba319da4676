/* A DHCP relay agent (RFC 1542 4.1, RFC 3046 2.1) as a value: a message and where it came by
 * give the message that goes on and where to. It opens no socket and keeps nothing. What it does
 * not know of a message goes on as it came, byte for byte.
 *
 *     client ── port ── relay ── ... ── server
 *       request: giaddr, hops + 1, option 82 ─▶
 *       ◀─ reply: to the port whose address is in giaddr, without option 82
 */
#pragma once

#include "lib/base/str.h"
#include "lib/proto/dhcp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RELAY_HOPS_MAX = 16, /* RFC 1542 4.1.1: those of more are not sent on */
	RELAY_SERVERS_MAX = 8,
	RELAY_PORTS_MAX = 64
};

struct relay_port {
	const char *name; /* of its interface */
	uint32_t address; /* of the relay there: what giaddr becomes */
	uint8_t prefix;   /* of its network */
	bool is_trusted;  /* requests may have an option 82 already (RFC 3046 2.1) */
};

struct relay { /* all is borrowed */
	const char *name;
	const struct relay_port *ports;
	size_t n_ports;
	const uint32_t *servers;
	size_t n_servers; /* RELAY_SERVERS_MAX at most */
	unsigned hops_max;
	/* Of option 82, as of relay_id.h; null: without that sub-option. */
	const char *circuit_id, *remote_id;
};

enum relay_verdict {
	RELAY_SENDS,
	/* Without its option 82, for which the message had no room (RFC 3046 2.1). */
	RELAY_SENDS_BARE,
	RELAY_BESIDE, /* all servers are in the client's network, and hear it themselves */
	RELAY_NO_PORT, /* a request where no clients are */
	RELAY_BROKEN,  /* no DHCP or BOOTP message */
	RELAY_TOO_LARGE,
	RELAY_HOPS,
	RELAY_UNTRUSTED, /* has option 82 already */
	RELAY_SPOOFED,   /* a request that has an address of this relay in giaddr */
	RELAY_NOT_OURS,  /* a reply that has none */
	RELAY_VERDICTS
};

struct relay_out {
	/* Of a request. */
	uint32_t servers[RELAY_SERVERS_MAX];
	size_t n_servers;
	/* Of a reply; n_servers is 0. */
	size_t port;
	bool is_broadcast; /* else to address and mac, which has no ARP yet */
	uint32_t address;
	uint8_t client[6]; /* the MAC, of either */
	size_t len;
	uint8_t bytes[DHCP_MAX_BYTES];
};

enum {
	RELAY_ANY_PORT = -1 /* one where no clients are relayed */
};

/* Decides on a message that came by the port. out is written where it is sent on. */
enum relay_verdict relay_decide(const struct relay *relay, int port, struct str message,
    struct relay_out *out);

static inline bool relay_is_sent(enum relay_verdict verdict)
{
	return verdict == RELAY_SENDS || verdict == RELAY_SENDS_BARE;
}

/* "sent", "too many hops" and so on. */
const char *relay_verdict_name(enum relay_verdict verdict);
