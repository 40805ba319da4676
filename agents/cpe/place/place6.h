/* The IPv6 addresses of a place: those that its kernel has made of what routers say
 * (RFC 4862), and a leased one beside them. */
#pragma once

#include "agents/common/dial/address_order.h"
#include "agents/cpe/place/cpe_place.h"

#include <stdio.h>

enum {
	PLACE6_ADDRESSES_MAX = 32,
	PLACE6_MADE_MAX = 24,      /* of those that are made of prefixes */
	PLACE6_LEASED_PREFIX = 128 /* which addresses are on the link, routers say */
};

struct place6_address {
	uint8_t bytes[PLACE_ADDRESS6];
	uint8_t prefix;
	bool is_link_local;
	bool is_tentative;  /* it is not known yet whether another host has it */
	bool is_duplicate;  /* another host has it */
	bool is_deprecated; /* no new connection is to begin from it */
	bool is_temporary;  /* RFC 8981 */
};

/* Those of its interface, as many as there is room for, which prefixes alone do not fill: a router
 * may announce any number of them. 0 where it has none, or the machine has no IPv6. */
size_t place6_addresses(const struct cpe_place *place,
    struct place6_address ret[PLACE6_ADDRESSES_MAX]);

/* The same of net/if_inet6 of proc(5). */
size_t place6_read(FILE *file, int ifindex,
    struct place6_address ret[PLACE6_ADDRESSES_MAX]);

/* Puts an address on its interface, or gives one that is there other lifetimes, in seconds
 * (UINT32_MAX: for ever). The kernel looks whether another host has it where it is set up so,
 * and takes it off at its end. -errno with words. */
int place6_set(const struct cpe_place *place, const uint8_t address[PLACE_ADDRESS6],
    uint32_t preferred_s, uint32_t valid_s, struct error *err);

/* Takes it off. 0, also when it was not there, or -errno with words. */
int place6_clear(const struct cpe_place *place, const uint8_t address[PLACE_ADDRESS6],
    struct error *err);

/* A socket that can be read whenever an IPv6 address of the namespace is new, gone or not as it
 * was; what it says is to be read and thrown away. The caller closes it. -errno with words. */
int place6_doorbell(const struct cpe_place *place, struct error *err);

/* From which address the kernel would open a connection there, in choice->from; false where
 * there is no route. Nothing is sent. */
bool place6_choose(const struct cpe_place *place, struct address_choice *choice);
