/* Router advertisements (RFC 4861 4.2), as far as a host that leaves addresses and routes to
 * its kernel has to know them: how the rest of its configuration is to be had, and the DNS
 * servers (RFC 8106 5.1). */
#pragma once

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ROUTER_SOLICIT = 133, /* ICMPv6 types */
	ROUTER_ADVERT = 134,
	ROUTER_ADVERT_DNS_MAX = 4
};

struct router_advert {
	bool is_managed;         /* M: addresses by DHCPv6 */
	bool has_other;          /* O: the rest by DHCPv6 */
	uint16_t lifetime_s;     /* of the default route; 0: it is none */
	uint32_t dns_lifetime_s; /* the longest of theirs; UINT32_MAX: for ever */
	uint8_t n_dns;           /* those whose lifetime is 0 are left out */
	uint8_t dns[ROUTER_ADVERT_DNS_MAX][16];
};

/* bytes from the ICMPv6 type on. ERR_TRUNCATED, ERR_MALFORMED (an option of no length, or past
 * the end), ERR_UNSUPPORTED (another message), with the offset in err. */
int router_advert_parse(struct router_advert *out, const void *bytes, size_t len,
    struct error *err);
