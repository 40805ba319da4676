/* Frames of a port that carry tags, where the kernel knows none: each VLAN that the port passes has an
 * end of a pair, and frames go from the port to the other ends and back through packet sockets. On
 * the way tags are taken out and written.
 *
 *     port 3 ══ socket ── untag, tag ─┬─ socket ══ u3~20 ═ t3~20 ─ br~20
 *                                     └─ socket ══ u3~1 ══ t3~1 ── br0
 *
 * What is of no VLAN of the port is dropped, and so is what would carry two tags. */
#pragma once

#include "agents/common/frames/frame_port.h"

enum {
	PORT_VLAN_MAX = 4094 /* 802.1Q 9.6 */
};

struct vlan_trunk;

struct vlan_pair {
	struct frame_port port;   /* of the free end */
	struct vlan_trunk *trunk; /* borrowed; null: this place is free */
	unsigned vlan;
	bool is_tagged; /* its frames leave the port with a tag */
};

struct vlan_trunk {
	struct frame_port port;
	struct frame_reader *reader; /* borrowed */
	unsigned pvid; /* of frames that come without a tag; 0: they are dropped */
	struct vlan_pair *pairs[PORT_VLAN_MAX + 1]; /* by VLAN; borrowed */
};

/* Frames that were read at the port of the trunk go to the ends of their VLANs. */
void vlan_trunk_pass(const struct vlan_trunk *trunk, struct port_frame *frames,
    unsigned n);

/* Frames that were read at the end of a VLAN go to the port of its trunk. */
void vlan_pair_pass(const struct vlan_pair *pair, struct port_frame *frames,
    unsigned n);
