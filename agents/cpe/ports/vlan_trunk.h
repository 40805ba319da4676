/* Trunks of a switch with a console: frames that go past the kernel's bridges, which know no tags
 * (agents/common/frames/vlan_pass.h). */
#pragma once

#include "agents/common/frames/vlan_pass.h"
#include "agents/cpe/place/cpe_place.h"
#include "lib/console/vlan/vlan_set.h"

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
