/* What a DHCPv6 server granted, or told (RFC 8415), read from its Reply. */
#pragma once

#include "lib/base/clock.h"
#include "lib/proto/dhcp6.h"
#include "lib/proto/opt43.h"

enum {
	DHCP6_LEASE_DNS_MAX = 4
};

struct dhcp6_lease {
	bool has_address; /* false: what an Information-request was answered with */
	uint8_t address[DHCP6_ADDRESS_BYTES];
	uint8_t server[DHCP6_DUID_MAX]; /* its DUID */
	uint8_t server_len;
	uint8_t n_dns;
	uint8_t dns[DHCP6_LEASE_DNS_MAX][DHCP6_ADDRESS_BYTES];
	char domain[DHCP6_DOMAIN_MAX];             /* the first of option 24; "" */
	uint32_t preferred_s, valid_s, t1_s, t2_s; /* or DHCP6_FOREVER */
	clock_ns renew_at, rebind_at, expires_at;  /* INT64_MAX: never */
	clock_ns refresh_at;                       /* of what has no address */
	bool has_prefix;                           /* one was delegated, too */
	uint8_t prefix[DHCP6_ADDRESS_BYTES], prefix_len;
	/* Option 17 of enterprise 3561 (TR-069 A6 3.1): the URL, the provisioning code and
	 * both numbers of retries. The views live until the lease is freed. */
	struct opt43 acs;
	bool is_vendor_malformed;
	struct str option_17; /* null view: absent */
	uint8_t *bytes;       /* owned */
};

/* Why no client can use what a Reply or Advertise has in its IA_NA, in words: no IA_NA or no
 * address in it, a status, lifetimes or T1 and T2 that contradict each other (RFC 8415 21.4,
 * 21.6), an address that is none of a host. Null when it can be used. */
const char *dhcp6_lease_unfit(const struct dhcp6_packet *packet, uint32_t iaid);

/* Reads a Reply to what was sent at sent_at; with_address: the IA_NA of this IAID, which
 * dhcp6_lease_unfit() has nothing to say of. ERR_MALFORMED for one without a server's DUID or
 * such an IA; -ENOMEM. The caller ends *lease with dhcp6_lease_free(). */
int dhcp6_lease_read(struct dhcp6_lease *lease, const struct dhcp6_packet *reply,
    bool with_address, uint32_t iaid, clock_ns sent_at);

/* Whether a CPE has to act on the difference: address, DNS, ACS, prefix. */
bool dhcp6_lease_differs(const struct dhcp6_lease *a, const struct dhcp6_lease *b);

/* Zeroes it and frees bytes. Safe to repeat. */
void dhcp6_lease_free(struct dhcp6_lease *lease);
