/* The bridge that is a CPE's interface, asked and set over route netlink in its namespace. */
#pragma once

#include "agents/cpe/place/cpe_place.h"
#include "agents/cpe/ports/port_table.h"

enum {
	BRIDGE_HEAR_MAX =
	    256 /* messages at a time, however many a host behind a port causes */
};

/* Asks for the ports, their counters and speeds, and for the MAC addresses behind them.
 * place is that of the bridge. Waits for the kernel, for ten seconds at most each time
 * that it says nothing (-ETIMEDOUT), as bridge_enable() does. 0 or -errno with words;
 * *table is then as it was, or a part of it new. */
int bridge_read(const struct cpe_place *place, struct port_table *table,
    struct error *err);

/* Takes port number n up or down, as "ip link set" does, and waits until the kernel has done
 * so. ERR_NOT_FOUND: there is no such port now; -errno with words. */
int bridge_enable(const struct cpe_place *place, const struct port_table *table,
    uint32_t number, bool is_enabled, struct error *err);

/* A socket to which the kernel tells of links and of MAC addresses that come, change and go; it
 * never blocks. The caller closes it. -errno with words. */
int bridge_listen(const struct cpe_place *place, struct error *err);

enum bridge_news {
	BRIDGE_NO_NEWS = 0,
	BRIDGE_NEWS = 1, /* of a port, or of a MAC address behind one */
	BRIDGE_LOST = 2, /* more came than the socket keeps: all is to be read anew */
	BRIDGE_MORE = 4  /* there is more to hear, in a later turn of the loop */
};

/* Reads what the socket has into *table, until there is no more or BRIDGE_HEAR_MAX were read.
 * The bits of enum bridge_news. */
unsigned bridge_hear(int fd, struct port_table *table);
