/* Route netlink in the namespace of a switch. Only this room's. */
#pragma once

#include "agents/cpe/place/cpe_place.h"

#include <linux/netlink.h>

typedef void bridge_taker(void *user, const struct nlmsghdr *message);

/* Sends the request and waits for the end of its answer, as bridge_read() does; each message of it
 * but the last is given to take (may be null). 0 or -errno. */
int bridge_ask(const struct cpe_place *place, const struct nlmsghdr *request,
    bridge_taker *take, void *user);

/* All links of the namespace. */
int bridge_dump_links(const struct cpe_place *place, bridge_taker *take, void *user);
