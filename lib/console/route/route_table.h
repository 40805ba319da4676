/* The static routes of a switch as its user has set them. Compared as bytes with all else of a
 * configuration: in the order of their networks, and what is not set is zero. */
#pragma once

#include "lib/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	ROUTE_TABLE_MAX = 32
};

struct route {                    /* in host order */
	uint32_t network, prefix; /* prefix 0: the default route */
	uint32_t via;
};

struct route_table {
	struct route items[ROUTE_TABLE_MAX];
	uint32_t n;
};

/* Bits of the network beyond its prefix are left out. One that is there already is as it was. False:
 * there is no room. */
bool route_table_add(struct route_table *table, struct route route);

/* Those to the network through via (0: through anything); how many there were. */
unsigned route_table_remove(struct route_table *table, struct route route);

/* " ip route-static 10.1.0.0 16 10.0.0.9", a line each. */
void route_table_put(struct buf *out, const struct route_table *table);
