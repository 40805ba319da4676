/* What the DHCP servers of a segment offer one client in one exchange, and whose offer it takes.
 * Filled with messages, in the order of the wire. */
#pragma once

#include "capture/record/records.h"
#include "lib/proto/dhcp.h"

enum {
	OFFER_ROUTERS_MAX = 4,
	OFFER_URL_MAX = 256,
	/* What comes later is of another exchange, though its client may use the same number. */
	OFFERS_WITHIN_S = 10,
};

struct dhcp_offer {
	struct frame_ref frame;
	uint32_t server;        /* option 54, host order */
	uint32_t giaddr;        /* 0: it came without a relay */
	uint32_t vlan;          /* as the frame has it; 0: none */
	uint32_t address, mask; /* mask 0: not told */
	uint32_t routers[OFFER_ROUTERS_MAX];
	uint8_t n_routers;       /* OFFER_ROUTERS_MAX + 1: more */
	bool is_readable;        /* what it says of an ACS, which may be nothing */
	char acs[OFFER_URL_MAX]; /* "": none */
};

struct dhcp_exchange {
	uint8_t mac[6];
	uint32_t xid;
	clock_ns began;
	/* The first, and the newest of another server which differs from it, or agrees with it where
	 * none differs. */
	struct dhcp_offer offers[2];
	uint8_t n_offers;
	uint32_t taken;         /* the server that its DHCPREQUEST names; 0: none did */
	struct frame_ref asked; /* that DHCPREQUEST */
};

/* What two offers contradict each other in. */
enum offer_difference {
	OFFERS_OF_SUBNET = 1 << 0,
	OFFERS_OF_ROUTER = 1 << 1,
	OFFERS_OF_ACS = 1 << 2,
};

/* Notes a message of that client. Another exchange, or another client, begins anew. */
void dhcp_exchange_note(struct dhcp_exchange *exchange,
    const struct dhcp_record *record, const struct dhcp_packet *packet);

/* enum offer_difference of two offers of one exchange; 0: they are of one server, or agree, or of
 * two relays, which may have different subnets of one server, or came in two VLANs without a
 * relay. */
unsigned dhcp_offers_differ(const struct dhcp_offer *a, const struct dhcp_offer *b);
