/* Names, as a CPE with this lease asks for them. */
#pragma once

#include "agents/common/resolver.h"
#include "agents/cpe/dhcp/dhcp_lease.h"
#include "agents/cpe/place/cpe_place.h"

/* Asks the servers of the lease for the addresses of host, and nobody where it names none;
 * without a lease (null) those that the machine is set up with. As resolver_ask(); and
 * ERR_NOT_FOUND with words where there is no server to ask. */
int lease_lookup(struct resolver **ret, uv_loop_t *loop, const struct cpe_place *place,
    const struct dhcp_lease *lease, struct str host,
    void (*done)(void *user, const struct resolver_answer *answer), void *user,
    struct error *err);
