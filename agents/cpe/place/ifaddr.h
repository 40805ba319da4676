/* Puts a lease on an interface, by the ioctls of netdevice(7). */
#pragma once

#include "agents/cpe/place/cpe_place.h"

/* Brings the interface of the place up. 0 or -errno with words. */
int ifaddr_up(const struct cpe_place *place, struct error *err);

/* The MAC of the interface. 0 or -errno with words. */
int ifaddr_mac(const struct cpe_place *place, uint8_t ret[6], struct error *err);

/* Sets the address (host order) and prefix as the only ones, and a default route through
 * router (0: none). A default route of an earlier call is replaced; an address that is
 * there already stays, and connections with it. -errno with words. */
int ifaddr_set(const struct cpe_place *place, uint32_t address, unsigned prefix,
    uint32_t router, struct error *err);

/* The netmask of its address, host order; 0: it has none. */
uint32_t ifaddr_mask(const struct cpe_place *place);

/* The router of its default route, host order; 0: it has none. */
uint32_t ifaddr_router(const struct cpe_place *place);

/* Takes the address off; its routes go with it. 0, also when there was none, or -errno
 * with words. */
int ifaddr_clear(const struct cpe_place *place, struct error *err);
