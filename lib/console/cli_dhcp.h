/* The DHCP server of a switch as its user has set it: pools, what is bound in them, and addresses
 * that none of them hands out (HP 5920 "Layer 3 - IP Services", DHCP server). It is compared as
 * bytes with all else of a configuration, so what is not set is zero. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	CLI_POOLS_MAX = 16,
	CLI_POOL_NAME_MAX = 63 + 1, /* terminated, as the next two */
	CLI_DOMAIN_MAX = 50 + 1,
	CLI_OPTION_MAX = 256 + 1, /* hex digits */
	CLI_POOL_ADDRESSES_MAX = 8,
	CLI_BINDS_MAX = 64,  /* of all pools together */
	CLI_CLIENT_MAX = 64, /* bytes of a client identifier */
	CLI_FORBIDDEN_MAX = 32,
	CLI_EXPIRED = 86400, /* seconds, where none are set */
	CLI_PREFIX_MIN =
	    16, /* of a network: a wider one has more addresses than we keep */
	CLI_PREFIX_MAX = 30
};

struct cli_addresses { /* in host order */
	uint32_t items[CLI_POOL_ADDRESSES_MAX];
	uint32_t n;
};

struct cli_range { /* both included */
	uint32_t first, last;
};

struct cli_pool {
	char name[CLI_POOL_NAME_MAX]; /* compared without its case; "": there is none */
	uint32_t network;
	uint32_t prefix; /* 0: no network is set */
	struct cli_addresses gateways, dns;
	char domain[CLI_DOMAIN_MAX];
	char option_43
	    [CLI_OPTION_MAX]; /* the digits as they were typed, without blanks */
	uint32_t expired;     /* seconds; 0: CLI_EXPIRED; UINT32_MAX: for ever */
};

/* A client that always has one address. In the order of their pools, and of their addresses. */
struct cli_bind {
	uint32_t pool; /* its index */
	uint32_t address;
	uint32_t prefix;   /* that was typed with it; 0: none */
	uint32_t n_client; /* bytes of the identifier; 0: mac is what it is known by */
	uint8_t client[CLI_CLIENT_MAX];
	uint8_t mac[6];
	uint8_t zero[2]; /* so that there is no padding */
};

struct cli_dhcp {
	struct cli_pool pools[CLI_POOLS_MAX]; /* in the order that they were made in */
	struct cli_bind binds[CLI_BINDS_MAX];
	struct cli_range
	    forbidden[CLI_FORBIDDEN_MAX]; /* in the order of their addresses */
	uint32_t n_pools, n_binds, n_forbidden;
	uint32_t is_enabled;
};

/* Whether a host can have the address in a network of so many bits (0: in any). */
bool cli_dhcp_is_host(uint32_t address, uint32_t prefix);

/* The pool of that name, or null. */
const struct cli_pool *cli_dhcp_pool(const struct cli_dhcp *dhcp, struct str name);

/* The first addresses of the pool's network from `from` on that may be handed out: hosts of the
 * network that are not forbidden, and not `own` (0: none is). False: there are no more. */
bool cli_dhcp_range(const struct cli_dhcp *dhcp, const struct cli_pool *pool,
    uint32_t own, uint32_t from, struct cli_range *ret);

/* The bytes of option 43, of which ret has room for CLI_OPTION_MAX / 2; how many. The last of an
 * odd number of digits is the high half of a byte. */
size_t cli_dhcp_option_43(const struct cli_pool *pool, uint8_t *ret);

/* What is odd in the digits of an option 43, as a line of words without an end; nothing is appended
 * where all is well: an odd digit, a sub-option that ends behind the last byte, a byte that is
 * no sub-option. The vendor takes all of them. */
void cli_dhcp_option_43_note(struct buf *out, const struct cli_pool *pool);

/* " dhcp enable" and what else stands in the system view. */
void cli_dhcp_put_system(struct buf *out, const struct cli_dhcp *dhcp);
/* "dhcp server ip-pool 0", and its members with a blank before each; hex_group: see struct
 * cli_profile. */
void cli_dhcp_put_pool(struct buf *out, const struct cli_dhcp *dhcp,
    const struct cli_pool *pool, unsigned hex_group);

/* "0000-5e00-5301" of any number of bytes: groups of four digits. */
void cli_put_groups(struct buf *out, const uint8_t *bytes, size_t n);
