/* The STUN side of a CPE (RFC 3489 9, TR-069 A6 G.2.1) as values: when a binding request goes
 * out, what a response says, and how long the binding is left alone. No socket; time and
 * randomness are arguments.
 *
 *   RESTING --due--> ASKING --response--> RESTING
 *                      |  ^ again, up to nine times
 *                      +--+--nothing for 9.5 s--> RESTING
 *
 *   RESTING --due, the lifetime is to be found out--> PROBING --answer, or four are not--> ASKING
 *
 * All requests but those of PROBING go out from the port on which UDP connection
 * requests are heard. One that finds another binding than the last is followed at once
 * by one with BINDING-CHANGE. */
#pragma once

#include "agents/cpe/reach/stun_lifetime.h"
#include "lib/base/clock.h"
#include "lib/proto/stun.h"

enum {
	STUN_SENDS_MAX = 9,   /* RFC 3489 9.3 */
	STUN_PROBES_MAX = 4,  /* of a request from the other port */
	STUN_NAT_KEEP_S = 20, /* where STUNMinimumKeepAlivePeriod is 0 */
	STUN_KEEP_S = 300     /* where there is no NAT, and no maximum */
};

struct stun_settings {                 /* of the data model; borrowed */
	struct str username, password; /* STUNUsername, STUNPassword; empty: none */
	int64_t max_keep_s;            /* STUNMaximumKeepAlivePeriod; -1: none */
	uint64_t min_keep_s;           /* STUNMinimumKeepAlivePeriod */
	uint32_t address;              /* where the CPE listens, host order */
	uint16_t port;
};

struct stun_client { /* zeroed at first: it is due at once */
	bool is_asking, is_bound, is_natted;
	bool tells_change;          /* the next request has BINDING-CHANGE */
	struct stun_address mapped; /* as the server saw the CPE last */
	uint8_t id[STUN_ID_BYTES];  /* of the request that is out */
	unsigned n_sent;            /* of it */
	struct stun_lifetime life;  /* of the binding; life.is_probing: PROBING */
	clock_ns due;
};

enum stun_news {
	STUN_NOTHING, /* no answer to the request that is out */
	STUN_SAME,
	STUN_CHANGED, /* mapped or is_natted is another than before */
	STUN_REFUSED  /* the server says why */
};

/* It is client->due: writes the request that is to be sent now into out (of
 * STUN_MESSAGE_MAX), from the other port where life.is_probing is then set, and returns how
 * many bytes; 0 when the server has been silent for too
 * long. fresh is random, for a request that is new. Errors of stun_write(). */
int stun_client_tick(struct stun_client *client, const struct stun_settings *settings,
    clock_ns now, const uint8_t fresh[STUN_ID_BYTES], hmac_sha1_fn *hmac,
    uint8_t out[STUN_MESSAGE_MAX]);

/* Takes a datagram of the server. why (of size) says why it was refused or is not looked at;
 * "" otherwise. */
enum stun_news stun_client_take(struct stun_client *client,
    const struct stun_settings *settings, clock_ns now, struct str bytes,
    hmac_sha1_fn *hmac, char *why, size_t size);

/* A datagram of the server has come to the other port: it does not answer elsewhere, and the
 * lifetime stays unknown. */
void stun_client_take_other(struct stun_client *client, clock_ns now, struct str bytes);

/* How long a binding is left alone: with a NAT the least that the settings allow, or what was
 * found that it lives, without one the most. */
clock_ns stun_keep_alive(const struct stun_client *client,
    const struct stun_settings *settings);
