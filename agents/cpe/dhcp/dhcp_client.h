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
 * From every state a stop leads to STOPPED, with a DHCPRELEASE where there is a lease.
 * Not drawn: the second NAK in a row, and each later one, leads to WAITING; so does an ACK of
 * an address that no client can use (dhcp_lease_unfit()), which is declined, while an OFFER
 * of one is not taken, nor an ACK to RENEWING or REBINDING; an ACK that brings another
 * address there leads to PROBING. A server that offered and does not answer the first
 * REQUEST is left for another one, where another offered, too. */
#pragma once

#include "agents/cpe/dhcp/dhcp_lease.h"
#include "lib/base/rng.h"

enum {
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
	DHCP_CLIENT_BROADCAST, /* send message to 255.255.255.255 from address, which
	                        is 0.0.0.0 while there is no lease */
	DHCP_CLIENT_UNICAST,   /* send message from address to server, by UDP */
	DHCP_CLIENT_PROBE,     /* send an ARP probe (RFC 5227 2.1.1) for address */
	DHCP_CLIENT_CONFIGURE, /* client->lease is granted (or extended: is_renewal) */
	DHCP_CLIENT_LOST,      /* take address off: it is not ours any more; why says
	                          the reason */
	DHCP_CLIENT_NAKED, /* for the log: a server refused address, why is its text */
	DHCP_CLIENT_DECLINED, /* for the log: address cannot be used, why says */
	DHCP_CLIENT_IGNORED,  /* for the log: an offer or ACK was not taken, because no
	                         client can use its address or it has no lease time
	                         (told once a search), or is left
	                         for that of another server; why says */
};

struct dhcp_client_action {
	enum dhcp_client_do what;
	uint32_t address;
	uint32_t server;
	bool is_renewal;
	bool is_changed; /* CONFIGURE: it differs from the lease before, in what
			    dhcp_lease_differs() compares */
	char why[64];    /* printable; LOST, NAKED, DECLINED, IGNORED */
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
	uint16_t secs;    /* of the DISCOVER, for its REQUEST */
	unsigned tries;
	unsigned naks;         /* one after the other */
	bool has_told_ignored; /* since SELECTING was entered */
	uint32_t offered, offered_by;
	uint32_t spare, spare_by; /* the same of another server; spare_by 0: none */
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
