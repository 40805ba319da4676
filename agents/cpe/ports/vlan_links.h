/* Links that a switch makes for its VLANs, over route netlink in its namespace. Their numbers are
 * chosen, so that none has to be asked for. 0 or -errno with words. */
#pragma once

#include "agents/cpe/place/cpe_place.h"
#include "agents/cpe/ports/port_table.h"
#include "agents/cpe/ports/vlan_link.h"
#include "agents/cpe/ports/vlan_wish.h"

enum {
	VLAN_SINK = 0 /* the VLAN of br~0 */
};

/* VLAN 1 is the bridge that the switch was built with. */
int vlan_ifindex(const struct cpe_place *place, enum vlan_link link, unsigned number,
    unsigned vlan);

struct vlan_row { /* a link that is there */
	int ifindex, master;
	unsigned flags;
	enum vlan_link link;
	unsigned number, vlan;
};

struct vlan_rows {
	struct vlan_row *items; /* owned */
	size_t n, room;
	/* The switch's own bridge: others are like it. */
	uint8_t mac[6]; /* zero: it has none while it has no port */
	uint32_t stp, forward_delay;
	int bridge; /* its ifindex */
	int error;
};

int vlan_rows_read(struct vlan_rows *rows, const struct cpe_place *place,
    struct error *err);
void vlan_rows_free(struct vlan_rows *rows);
const struct vlan_row *vlan_rows_find(const struct vlan_rows *rows, int ifindex);

/* The bridge of a VLAN, or br~0; is_routed: its VLAN has an interface. */
int vlan_links_add_bridge(const struct cpe_place *place, const struct vlan_rows *like,
    unsigned vlan, bool is_routed, struct error *err);
/* The pair of a port in a VLAN, its near end in the bridge and its far end in br~0. */
int vlan_links_add_pair(const struct cpe_place *place, unsigned number, unsigned vlan,
    struct error *err);
/* For any thread. -errno. */
int vlan_links_remove(const struct cpe_place *place, int ifindex);
int vlan_links_set_master(const struct cpe_place *place, int ifindex, int master,
    struct error *err);
/* Whether the bridge of a VLAN answers who asks for addresses. */
int vlan_links_set_routed(const struct cpe_place *place, int ifindex, bool is_routed,
    struct error *err);

/* Bridges of VLANs have these addresses, n of them, and no other; VLAN 1 is not looked at. */
int vlan_links_set_addresses(const struct cpe_place *place,
    const struct vlan_address *wanted, uint32_t n, struct error *err);
