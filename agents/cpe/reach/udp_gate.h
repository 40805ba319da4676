/* Whether a UDP connection request is let in (TR-069 A6 G.2.2.3): it is signed with the
 * ConnectionRequestPassword, of that username, and newer than all before it. It is never
 * answered. No socket; time is an argument. */
#pragma once

#include "agents/cpe/reach/cr_gate.h"
#include "lib/proto/udp_call.h"

struct udp_gate {    /* of one CPE, zeroed at first */
	uint64_t ts; /* of the last that was let in */
	char id[UDP_CALL_TEXT_MAX + 1];
};

enum udp_verdict {
	UDP_ACCEPTED, /* a session is to follow */
	UDP_COPY,     /* the same again: each is sent several times */
	UDP_REFUSED   /* why says why */
};

/* Takes a datagram. username and password are the data model's. */
enum udp_verdict udp_gate_take(struct udp_gate *gate, struct str bytes,
    struct str username, struct str password, const struct cr_limit *limit,
    struct cr_throttle *throttle, clock_ns now, hmac_sha1_fn *hmac,
    char why[CR_WHY_MAX]);
