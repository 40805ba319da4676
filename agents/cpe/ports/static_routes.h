/* The static routes of a switch in the kernel, which knows them by a protocol of their own (ip-route(8)): those
 * that the lab's file or a lease has made are not touched. */
#pragma once

#include "agents/cpe/place/cpe_place.h"
#include "lib/console/route/route_table.h"

/* Makes those of the kernel what the table says, but for those whose next hop is in no network of
 * the switch yet, and those to a network that an address of the switch is in, prefix for prefix: they
 * are to be set again when it has another address. -errno with words. */
int static_routes_set(const struct cpe_place *place, const struct route_table *table,
    struct error *err);
