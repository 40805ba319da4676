/* What a switch is to be: which VLANs its ports pass, and how. */
#pragma once

#include "agents/cpe/ports/port_table.h"
#include "lib/base/error.h"
#include "lib/console/vlan/vlan_table.h"

enum {
	VLAN_ADDRESSES_MAX = 16
};

/* A port whose frames never carry a tag is one of the kernel's bridge of its VLAN. What comes to any
 * other, and leaves it, goes through the switch's program (vlan_trunk.h). */
struct vlan_port {
	bool is_carried;
	uint32_t
	    pvid; /* of frames without a tag; the only VLAN of a port that is not carried */
	struct vlan_set tagged, untagged; /* of one that is: how frames leave it */
};

struct vlan_address { /* of the interface of a VLAN, but VLAN 1 */
	uint32_t vlan;
	uint32_t address, prefix; /* 0: none */
};

struct vlan_wish {
	struct vlan_port ports[PORTS_MAX]; /* number n is ports[n - 1] */
	struct vlan_address addresses[VLAN_ADDRESSES_MAX];
	uint32_t n_addresses;
};

/* All ports are in VLAN 1, without tags. */
void vlan_wish_init(struct vlan_wish *wish);

/* The VLANs that the port passes, if it is carried. */
struct vlan_set vlan_port_passes(const struct vlan_port *port);

/* ERR_LIMIT with words: the switch has no room for so many. */
int vlan_wish_check(const struct vlan_wish *wish, struct error *err);
