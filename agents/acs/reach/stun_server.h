/* The STUN server of an ACS (RFC 3489 8, TR-069 A6 G.2.2) as values: a datagram and where it
 * came from in, a datagram out. It tells a CPE how it looks from here; the NAT in between keeps
 * its binding open for what comes from this port. */
#pragma once

#include "lib/base/clock.h"
#include "lib/proto/stun.h"

struct stun_server {
	struct str username,
	    password;             /* of STUN; empty: anybody's requests are answered */
	struct stun_address self; /* where it listens */
	hmac_sha1_fn *hmac;
};

/* Answers a datagram that came from an address: writes the response into out (of
 * STUN_MESSAGE_MAX) and returns how many bytes, for *ret_to; 0 for what gets no answer. It
 * goes where the datagram came from, or to the RESPONSE-ADDRESS in it, but to the same host
 * alone, so that it cannot be aimed at somebody. *ret_call is
 * whether it is a request of a CPE's own (CONNECTION-REQUEST-BINDING) that is let in: where it
 * came from is then where UDP connection requests may go. */
int stun_server_answer(const struct stun_server *server, struct str bytes,
    const struct stun_address *from, uint8_t out[STUN_MESSAGE_MAX],
    struct stun_address *ret_to, bool *ret_call);
