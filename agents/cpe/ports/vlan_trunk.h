/* Frames of a port that carry tags: the kernel's bridges know none, so each VLAN that the port
 * passes has an end of a pair in the bridge of that VLAN, and the frames go from the port to the
 * other ends and back through packet sockets. On the way tags are taken out and written.
 *
 *     port 3 ══ socket ── untag, tag ─┬─ socket ══ u3~20 ═ t3~20 ─ br~20
 *                                     └─ socket ══ u3~1 ══ t3~1 ── br0
 *
 * What is of no VLAN of the port is dropped, and so is what would carry two tags. */
#pragma once

#include "agents/common/frames/frame_port.h"
#include "agents/cpe/place/cpe_place.h"
#include "lib/console/vlan/vlan_set.h"

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
	unsigned pvid;
	struct vlan_pair *pairs[VLAN_MAX + 1]; /* by VLAN; borrowed */
};

/* Opens a socket at the port, and reads from then on. -errno with words. The caller ends it with
 * vlan_trunk_give_up(), after its pairs, and keeps its memory until the loop's turn is over. */
int vlan_trunk_open(struct vlan_trunk *trunk, uv_loop_t *loop,
    const struct cpe_place *place, int ifindex, const char *name, struct error *err);
/* As frame_port_give_up(). Safe to repeat, and with one that is zero. */
int vlan_trunk_give_up(struct vlan_trunk *trunk);

/* The same of a pair of the trunk. */
int vlan_pair_open(struct vlan_pair *pair, struct vlan_trunk *trunk, unsigned vlan,
    uv_loop_t *loop, const struct cpe_place *place, int ifindex, struct error *err);
int vlan_pair_give_up(struct vlan_pair *pair);
