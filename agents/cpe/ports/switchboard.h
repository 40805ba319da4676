/* The ports of a CPE that is a switch, kept up to date: the kernel tells of each change of a
 * link and of each MAC address that is new behind one, and whoever owns the board is called.
 * Counters are read when somebody looks; all is read anew, but not more than once a second, where
 * more came at a time than the kernel keeps. */
#pragma once

#include "agents/cpe/ports/bridge.h"
#include "agents/cpe/ports/vlan_wish.h"
#include "lib/base/clock.h"

#include <uv.h>

enum {
	SWITCHBOARD_LOG_MAX =
	    512 /* entries; the oldest gives way, as the vendor's do */
};

struct switchboard_entry { /* of the log: the link of a port has come or gone */
	clock_ns wall;
	uint32_t number;
	bool has_link;
};

struct switchboard;

/* Reads the ports of the bridge that place is, which outlives the board, and listens on loop
 * from now on. changed() is called with user from the loop when a port, or what is behind it,
 * is not as it was. The caller ends it with switchboard_close() and switchboard_free().
 * -errno with words. */
int switchboard_open(struct switchboard **ret, uv_loop_t *loop,
    const struct cpe_place *place, void (*changed)(void *user), void *user,
    struct error *err);

/* changed() is not called any more. Safe to repeat, and with null. */
void switchboard_close(struct switchboard *board);

/* In a later turn of the loop than switchboard_close(). Safe with null. */
void switchboard_free(struct switchboard *board);

/* The ports as they are now: read anew where what is known is older than so much. Where
 * the kernel does not answer it is what was known. The table is the board's, and
 * changes when the kernel tells of something or is asked again. */
const struct port_table *switchboard_look(struct switchboard *board, clock_ns oldest);

/* How often the kernel was asked for all of them. */
uint64_t switchboard_reads(const struct switchboard *board);

/* As bridge_enable(); then the ports are read anew. */
int switchboard_enable(struct switchboard *board, uint32_t number, bool is_enabled,
    struct error *err);

/* As vlan_fabric_set(); then the ports are read anew. */
int switchboard_set_vlans(struct switchboard *board, const struct vlan_wish *wish,
    struct error *err);

/* Entry i of the log, the oldest first; false: there are no more. */
bool switchboard_log(const struct switchboard *board, size_t i,
    struct switchboard_entry *ret);
/* How many entries the log has lost. */
uint64_t switchboard_overwritten(const struct switchboard *board);
