/* What a DHCP server granted, read from its ACK. */
#pragma once

#include "lib/base/clock.h"
#include "lib/proto/dhcp.h"
#include "lib/proto/opt125.h"
#include "lib/proto/opt43.h"

enum {
	DHCP_LEASE_DNS_MAX = 4
};

#define DHCP_LEASE_FOREVER UINT32_MAX

struct dhcp_lease {
	uint32_t address; /* host order, as all of them; 0: no lease */
	uint32_t server;  /* option 54 */
	uint32_t router;  /* the first; 0: none */
	uint8_t prefix;   /* bits of the subnet mask */
	uint8_t n_dns;
	uint32_t dns[DHCP_LEASE_DNS_MAX];
	uint32_t lease_s, t1_s, t2_s;             /* or DHCP_LEASE_FOREVER */
	clock_ns renew_at, rebind_at, expires_at; /* INT64_MAX: never */
	/* The views point into bytes and live until the lease is freed. */
	struct str domain, host_name;
	struct str option_43, option_125; /* null views: absent */
	/* Option 43 read leniently: what was odd is in acs.deviations. Where it has no URL,
	 * acs is filled from option 125 (TR-069 A6 3.1). */
	struct opt43 acs;
	bool is_acs_from_125;
	struct opt125 bbf;
	bool is_bbf_malformed;
	uint8_t *bytes; /* owned */
};

/* Why no client can use the address that an OFFER or ACK gives it, in words: it comes without
 * a lease time, which RFC 2131 4.3.1 (table 3) wants in both, or for no time; it is none of a
 * host, or the network or broadcast address of the subnet that the message's mask (or the
 * address's class) makes, RFC 1122 3.2.1.3; subnets of 31 bits have neither, RFC 3021. Null
 * when it can be used. */
const char *dhcp_lease_unfit(const struct dhcp_packet *packet);

/* Reads an ACK that answers a request sent at sent_at. ERR_MALFORMED for one without an
 * address of a host, a server identifier or a lease time; -ENOMEM. The caller ends
 * *lease with dhcp_lease_free(). */
int dhcp_lease_read(struct dhcp_lease *lease, const struct dhcp_packet *ack,
    clock_ns sent_at);

/* Whether a CPE has to act on the difference: address, mask, router, DNS, ACS. */
bool dhcp_lease_differs(const struct dhcp_lease *a, const struct dhcp_lease *b);

/* What is odd about the option 43 that the lease came with, "a length past the end, clamped
 * at byte 0"; "" when nothing is. */
void dhcp_lease_oddity(const struct dhcp_lease *lease, char *text, size_t size);

/* Zeroes it and frees bytes. Safe to repeat. */
void dhcp_lease_free(struct dhcp_lease *lease);
