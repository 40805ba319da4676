/* Router advertisements as bytes (RFC 4861 4.2, RFC 8106 5.1): what a router says of itself and of the
 * prefix at a port. Values in, bytes out. */
#pragma once

#include "lib/base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ADVERT_DNS_MAX = 8,
	ADVERT_MAX = 16 + 8 + 32 + 8 + 16 * ADVERT_DNS_MAX, /* bytes of one */
	ADVERT_ASKED_LEAST = 8,                             /* of a solicitation */
	ADVERT_HOPS = 255, /* that no router has counted down, RFC 4861 6.1.1 */
};

struct advert {
	bool managed, other; /* the flags M and O */
	uint16_t lifetime_s; /* as a default router; 0: it is none */
	uint8_t prefix[16];  /* of the link; what is behind its length is 0 */
	uint8_t prefix_len;
	bool slaac; /* the flag A of the prefix */
	uint8_t mac[6];
	const uint8_t (*dns)[16]; /* n_dns of them, ADVERT_DNS_MAX at most */
	size_t n_dns;
	uint32_t dns_lifetime_s;
};

/* Writes the message, from the ICMPv6 type on, with a checksum of 0 (the kernel puts it in). Returns
 * its length. */
size_t advert_write(const struct advert *advert, uint8_t out[ADVERT_MAX]);

/* Whether a message from the type on is a solicitation that a router heeds (RFC 4861 6.1.1). hops: of its
 * packet; is_unspecified: it came from "::". */
bool advert_is_asked(struct str message, int hops, bool is_unspecified);
