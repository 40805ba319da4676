/* DHCP snooping of a switch, as a value: what becomes of a message that came by a port. Servers are
 * behind ports that are trusted, and nowhere else; what clients ask goes there alone, with an
 * option 82 that says by which port it came (RFC 3046 2.1: a trusted downstream network element),
 * and the answer to the port that it names.
 *
 *     client ── port ── switch ── trusted port ── server, or a relay that trusts this switch
 */
#pragma once

#include "lib/base/str.h"
#include "lib/proto/dhcp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct snoop_port {
	const char *name;
	bool is_trusted;
};

struct snoop { /* all is borrowed */
	const char *name;
	const struct snoop_port *ports;
	size_t n_ports;
	/* Of option 82, as of relay_id.h; null: without that sub-option. */
	const char *circuit_id, *remote_id;
};

enum snoop_verdict {
	SNOOP_TO_SERVERS,      /* to all trusted ports but the one that it came by */
	SNOOP_TO_SERVERS_BARE, /* the same without its option 82, for which it has no room */
	SNOOP_TO_PORT,
	SNOOP_TO_ALL,    /* nobody knows whose it is: to all ports but that one */
	SNOOP_BROKEN,    /* no DHCP or BOOTP message */
	SNOOP_ROGUE,     /* a server's, by a port that is not trusted */
	SNOOP_UNTRUSTED, /* a client's that has option 82 already, by such a port */
	SNOOP_RELAYED,   /* one that a relay has brought, by such a port */
	SNOOP_VERDICTS
};

struct snoop_out {
	size_t port; /* of SNOOP_TO_PORT */
	size_t len;
	uint8_t bytes[DHCP_MAX_BYTES];
};

/* Decides on a message that came by the port. out is written where it is passed on. */
enum snoop_verdict snoop_decide(const struct snoop *snoop, size_t port,
    struct str message, struct snoop_out *out);

static inline bool snoop_is_passed(enum snoop_verdict verdict)
{
	return verdict <= SNOOP_TO_ALL;
}

/* "passed to servers", "a server at a port that is not trusted" and so on. */
const char *snoop_verdict_name(enum snoop_verdict verdict);
