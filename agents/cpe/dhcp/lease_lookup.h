/* Names, as a CPE with this lease asks for them. */
#pragma once

#include "agents/common/resolve/resolver.h"
#include "agents/cpe/dhcp/dhcp_lease.h"
#include "agents/cpe/place/cpe_place.h"

/* Asks the servers of the lease and those that the place has of IPv6 for the addresses of host,
 * of these families, and nobody where both name none; without a lease (null) of either family
 * those that the machine is set up with. As resolver_ask(); and ERR_NOT_FOUND with words where
 * there is no server to ask. */
int lease_lookup(struct resolver **ret, uv_loop_t *loop, const struct cpe_place *place,
    const struct dhcp_lease *lease, struct str host, enum place_ip families,
    void (*done)(void *user, const struct resolver_answer *answer), void *user,
    struct error *err);

/* Whether host is an address of either version of IP, without brackets: *ret is that one then. */
bool lease_lookup_literal(struct str host, struct resolver_answer *ret);
