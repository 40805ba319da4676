/* A DHCP client (RFC 2131 4.4) as a value: events, time and randomness go in, things to do
 * come out. It opens no socket, sets no address and reads no clock; dhcp_io.h does.
 *
 *              offer           ack             no conflict
 *  SELECTING --------> REQUESTING --> PROBING --------------> BOUND <----+
 *    ^   ^               |                |                    | T1      | ack
 *    |   +--- nak, ------+       conflict |                 RENEWING ----+
 *    |        no answer                   v                    | T2      | ack
 *    +------------------------ WAITING (DECLINE was sent)   REBINDING ---+
 *    +-------------------------------------------- nak, expiry |
 *
 * From every state a stop leads to STOPPED, with a DHCPRELEASE where there is a lease. */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/rng.h"
#include "lib/proto/dhcp.h"
#include "lib/proto/opt125.h"
#include "lib/proto/opt43.h"

enum {
	DHCP_LEASE_DNS_MAX = 4,
	DHCP_LEASE_BYTES_MAX = 2048, /* of domain, host name, options 43 and 125 */
	DHCP_CLIENT_ACTIONS_MAX = 4,
};

struct dhcp_client_config { /* strings are borrowed for the client's life */
	uint8_t mac[6];
	const char *host_name;     /* option 12; null: not sent */
	const char *vendor_class;  /* option 60; null: "dslforum.org" */
	unsigned probes;           /* ARP probes before an address is used; 0: none */
	clock_ns probe_wait;       /* after each; 0 reads as 200 ms */
	clock_ns first_retransmit; /* 0 reads as 4 s, doubled up to 64 s, each +-1 s */
	bool wants_broadcast;      /* sets the broadcast flag */
};

/* What a server granted. Views point into bytes and live until the next lease or loss. */
struct dhcp_lease {
	uint32_t address; /* host order, as all of them; 0: no lease */
	uint32_t server;  /* option 54 */
	uint32_t router;  /* the first; 0: none */
	uint8_t prefix;   /* bits of the subnet mask */
	uint8_t n_dns;
	uint32_t dns[DHCP_LEASE_DNS_MAX];
	uint32_t lease_s, t1_s, t2_s;             /* UINT32_MAX: for ever */
	clock_ns renew_at, rebind_at, expires_at; /* INT64_MAX: never */
	struct str domain, host_name;
	struct str option_43, option_125; /* null views: absent */
	/* Read leniently from the two: what was odd is in acs.deviations. Where option 43
	 * has no URL, acs is filled from option 125 (TR-069 A6 3.1). */
	struct opt43 acs;
	bool is_acs_from_125;
	struct opt125 bbf;
	bool is_bbf_malformed;
	uint8_t *bytes; /* owned */
};

enum dhcp_client_state {
	DHCP_CLIENT_STOPPED,
	DHCP_CLIENT_SELECTING,
	DHCP_CLIENT_REQUESTING,
	DHCP_CLIENT_PROBING,
	DHCP_CLIENT_BOUND,
	DHCP_CLIENT_RENEWING,
	DHCP_CLIENT_REBINDING,
	DHCP_CLIENT_WAITING,
	DHCP_CLIENT_STATES
};

enum dhcp_client_event {
	DHCP_CLIENT_START,    /* allowed when stopped */
	DHCP_CLIENT_STOP,     /* releases the lease; always allowed */
	DHCP_CLIENT_PACKET,   /* a parsed message came in */
	DHCP_CLIENT_TIMER,    /* the armed time is reached */
	DHCP_CLIENT_CONFLICT, /* another host answers for the address that is probed */
	DHCP_CLIENT_RENEW,    /* by command: as if T1 had passed; allowed when bound */
	DHCP_CLIENT_EVENTS
};

enum dhcp_client_do {
	DHCP_CLIENT_BROADCAST, /* send message from 0.0.0.0 to 255.255.255.255 */
	DHCP_CLIENT_UNICAST,   /* send message from address to server, by UDP */
	DHCP_CLIENT_PROBE,     /* send an ARP probe (RFC 5227 2.1.1) for address */
	DHCP_CLIENT_CONFIGURE, /* client->lease is granted (or extended: is_renewal) */
	DHCP_CLIENT_LOST,      /* address is ours no more: take it off, why says */
	DHCP_CLIENT_NAKED, /* for the log: a server refused address, why is its text */
	DHCP_CLIENT_DECLINED, /* for the log: address was in use, why says */
};

struct dhcp_client_action {
	enum dhcp_client_do what;
	uint32_t address;
	uint32_t server;
	bool is_renewal;
	bool
	    is_changed; /* CONFIGURE: address, mask, router, DNS or ACS differ from before */
	char why[64]; /* printable; LOST, NAKED, DECLINED */
};

/* What a step wants done, in this order. */
struct dhcp_client_actions {
	struct dhcp_client_action items[DHCP_CLIENT_ACTIONS_MAX];
	size_t len;
	struct dhcp_builder message; /* of BROADCAST or UNICAST; at most one a step */
};

struct dhcp_client {
	struct dhcp_client_config config;
	enum dhcp_client_state state;
	clock_ns timer_at; /* when TIMER is due; INT64_MAX: not armed. Look at it after
	                      each step: it is the client's only timer */
	struct dhcp_lease lease; /* valid from PROBING on; address 0: none */
	/* the rest is private */
	uint32_t xid;
	clock_ns started_at; /* of this acquisition, for secs */
	clock_ns sent_at; /* of the first REQUEST of this round; leases count from it */
	unsigned tries;
	unsigned naks; /* one after the other */
	uint32_t offered, offered_by;
};

void dhcp_client_init(struct dhcp_client *client,
    const struct dhcp_client_config *config);

/* Frees the lease's bytes. Sends nothing: step with DHCP_CLIENT_STOP first. */
void dhcp_client_free(struct dhcp_client *client);

/* packet is read with DHCP_CLIENT_PACKET only. Messages that are not for this client or
 * this moment, and events that the state does not know, change nothing. Without memory a
 * lease is refused as if it had not come. */
void dhcp_client_step(struct dhcp_client *client, enum dhcp_client_event event,
    const struct dhcp_packet *packet, clock_ns now, struct rng *rng,
    struct dhcp_client_actions *ret);

const char *dhcp_client_state_name(enum dhcp_client_state state);
