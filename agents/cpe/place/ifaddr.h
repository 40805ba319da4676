/* Puts a lease on an interface, by the ioctls of netdevice(7). */
#pragma once

#include "lib/base/error.h"

#include <stdint.h>

/* Brings the interface up. netns: borrowed descriptor of its namespace, -1: this one. */
int ifaddr_up(int netns, const char *interface, struct error *err);

/* Sets the address (host order) and prefix as the only ones, and a default route through
 * router (0: none). A default route of an earlier call is replaced; an address that is
 * there already stays, and connections with it. -errno with words. */
int ifaddr_set(int netns, const char *interface, uint32_t address, unsigned prefix,
    uint32_t router, struct error *err);

/* Takes the address off; its routes go with it. 0 too when there was none. */
int ifaddr_clear(int netns, const char *interface, struct error *err);
