/* The leases of a server whose configuration has changed go on in the one that takes its place. */
#pragma once

#include "agents/lessor/server.h"

/* Binds in `to`, which has decided nothing yet, what is bound in `from` at now, for no longer than
 * its pools grant. lost (may be null) is called, with expires_at 0, for each lease whose
 * address is in none of them, or is another client's. -ENOMEM: some are missing in `to`, and
 * lost was not called. */
int lease_move(struct dhcp_server *from, struct dhcp_server *to, clock_ns now,
    lease_change_fn *lost, void *user);
