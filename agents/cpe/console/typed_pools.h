/* The DHCP server that was typed at a console as the configuration of one that runs. */
#pragma once

#include "agents/lessor/server.h"
#include "lib/console/cli_dhcp.h"

struct typed_pools { /* points into itself: it is not to be moved */
	struct server_config server;
	/* the rest is private */
	struct cli_dhcp typed;
	struct pool_config pools[SERVER_POOLS_MAX];
	struct reservation reservations[CLI_BINDS_MAX];
	uint8_t options[CLI_POOLS_MAX][CLI_OPTION_MAX / 2];
	size_t n_reservations;
};

/* own: the server's address, which is in no pool; 0: it has none yet. Each network
 * becomes the ranges that are left of it between what is forbidden; what is bound may
 * be forbidden for others. Option 43 goes to every client, as the vendor's does.
 * ERR_CONFIG with words that name the pool: more ranges than SERVER_POOLS_MAX, or an
 * address that is bound in a pool though it is in another one's network or the server's
 * own. */
int typed_pools_make(struct typed_pools *ret, const struct cli_dhcp *dhcp, uint32_t own,
    struct error *err);
