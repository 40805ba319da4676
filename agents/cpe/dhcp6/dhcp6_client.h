/* A DHCPv6 client (RFC 8415 18.2) as a value: events, time and randomness go in, things to do
 * come out. It opens no socket, sets no address and reads no clock; dhcp6_io.h does.
 *
 *             waited            advertise             reply
 *  DELAYING --------> SOLICITING --------> REQUESTING ------> BOUND <-------+
 *    ^                    ^                   |  ^              | T1        | reply
 *    |                    +---- no answer ----+  |           RENEWING ------+
 *    |                                           +- NoBinding --+ T2        | reply
 *    +--- refused more than once                 +---------- REBINDING -----+
 *    +--- DECLINING <-- conflict of a BOUND one                 | expiry: DELAYING
 *
 *  DELAYING --> ASKING --reply--> INFORMED --refresh--> ASKING
 *
 * From every state a stop leads to STOPPED, with a Release where there is a lease. A client
 * that is started to ask goes the second way: it wants no address. */
#pragma once

#include "agents/cpe/dhcp6/dhcp6_lease.h"
#include "lib/base/rng.h"

enum {
	DHCP6_CLIENT_ACTIONS_MAX = 4,
	DHCP6_CLIENT_WHY_MAX = 96
};

struct dhcp6_client_config { /* strings are borrowed for the client's life */
	uint8_t mac[6];
	const char *vendor_class; /* option 16; null: "dslforum.org" */
};

enum dhcp6_client_state {
	DHCP6_CLIENT_STOPPED,
	DHCP6_CLIENT_DELAYING,
	DHCP6_CLIENT_SOLICITING,
	DHCP6_CLIENT_REQUESTING,
	DHCP6_CLIENT_BOUND,
	DHCP6_CLIENT_RENEWING,
	DHCP6_CLIENT_REBINDING,
	DHCP6_CLIENT_DECLINING,
	DHCP6_CLIENT_ASKING,
	DHCP6_CLIENT_INFORMED,
	DHCP6_CLIENT_STATES
};

enum dhcp6_client_event {
	DHCP6_CLIENT_START,    /* for an address; allowed when stopped */
	DHCP6_CLIENT_ASK,      /* for the rest alone; the same */
	DHCP6_CLIENT_STOP,     /* releases the lease; always allowed */
	DHCP6_CLIENT_PACKET,   /* a parsed message came in */
	DHCP6_CLIENT_TIMER,    /* the armed time is reached */
	DHCP6_CLIENT_CONFLICT, /* another host has the address (RFC 4862 5.4) */
	DHCP6_CLIENT_RENEW,    /* by command: as if T1 had passed; allowed when bound */
	DHCP6_CLIENT_EVENTS
};

enum dhcp6_client_do {
	DHCP6_CLIENT_SEND,      /* the message, to ff02::1:2 */
	DHCP6_CLIENT_CONFIGURE, /* client->lease is granted (or extended: is_renewal) */
	DHCP6_CLIENT_TOLD,      /* client->lease, without an address, is there */
	DHCP6_CLIENT_LOST,      /* take address off: it is not ours any more; why */
	DHCP6_CLIENT_REFUSED,   /* for the log: a server refuses, why is its status */
	DHCP6_CLIENT_DECLINED,  /* for the log: address cannot be used, why says */
	DHCP6_CLIENT_IGNORED, /* for the log, once a search: an Advertise was not taken */
};

struct dhcp6_client_action {
	enum dhcp6_client_do what;
	uint8_t address[DHCP6_ADDRESS_BYTES];
	bool is_renewal;
	bool is_changed; /* of CONFIGURE and TOLD: as dhcp6_lease_differs() says */
	char why[DHCP6_CLIENT_WHY_MAX]; /* printable */
};

/* What a step wants done, in this order. */
struct dhcp6_client_actions {
	struct dhcp6_client_action items[DHCP6_CLIENT_ACTIONS_MAX];
	size_t len;
	struct dhcp6_builder message; /* of SEND; at most one a step */
};

struct dhcp6_offer { /* an Advertise, as far as it is needed */
	uint8_t server[DHCP6_DUID_MAX];
	uint8_t server_len; /* 0: none */
	uint8_t preference;
	uint8_t address[DHCP6_ADDRESS_BYTES];
};

struct dhcp6_client {
	struct dhcp6_client_config config;
	enum dhcp6_client_state state;
	clock_ns timer_at; /* when TIMER is due; INT64_MAX: not armed. Look at it after
			      each step: it is the client's only timer */
	struct dhcp6_lease lease; /* server_len 0: none */
	/* the rest is private */
	bool wants_address;
	uint32_t xid;
	clock_ns
	    started_at; /* of this exchange: option 8, and what leases count from */
	clock_ns wait;  /* RT of RFC 8415 15 */
	unsigned tries;
	unsigned refusals;  /* one after the other */
	unsigned conflicts; /* the same, while no lease is extended */
	bool has_told_ignored;
	struct dhcp6_offer offer; /* the best so far, or the one that is asked for */
	clock_ns sol_max_rt, inf_max_rt; /* as a server set them */
};

void dhcp6_client_init(struct dhcp6_client *client,
    const struct dhcp6_client_config *config);

/* Frees the lease's bytes. Sends nothing: step with DHCP6_CLIENT_STOP first. */
void dhcp6_client_free(struct dhcp6_client *client);

/* packet is read with DHCP6_CLIENT_PACKET only. Messages that are not for this client or
 * this moment, and events that the state does not know, change nothing. */
void dhcp6_client_step(struct dhcp6_client *client, enum dhcp6_client_event event,
    const struct dhcp6_packet *packet, clock_ns now, struct rng *rng,
    struct dhcp6_client_actions *ret);

/* How long to wait behind a message: the first RT of an exchange (before 0), which is longer
 * than irt at any rate where it is that of a Solicit, or the one that follows before
 * (RFC 8415 15). mrt 0: without a limit. */
clock_ns dhcp6_retransmit(clock_ns before, clock_ns irt, clock_ns mrt, bool is_solicit,
    struct rng *rng);
