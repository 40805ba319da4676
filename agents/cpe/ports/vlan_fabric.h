/* The VLANs of a switch in the kernel, on any kernel and for an ordinary user of a lab: a bridge for
 * each VLAN beside the one that the switch was built with, which is VLAN 1. Ports without tags are
 * moved from bridge to bridge; others are carried (vlan_trunk.h) while this program runs. */
#pragma once

#include "agents/cpe/place/cpe_place.h"
#include "agents/cpe/ports/vlan_wish.h"

#include <uv.h>

struct vlan_fabric;

/* Null without memory. place and loop outlive it. The kernel stays as it is. */
struct vlan_fabric *vlan_fabric_new(uv_loop_t *loop, const struct cpe_place *place);

/* Makes the kernel what wish says, whatever it was: what was left by a program before is
 * taken over, or away. Links that are no longer needed go soon afterwards (vlan_sweep.h).
 * -errno or ERR_LIMIT with words: it is as it was, as far as the kernel does that. */
int vlan_fabric_set(struct vlan_fabric *fabric, const struct port_table *table,
    const struct vlan_wish *wish, struct error *err);

/* No frame is carried any more. Safe to repeat, and with null. */
void vlan_fabric_close(struct vlan_fabric *fabric);
/* In a later turn of the loop than that. Safe with null. */
void vlan_fabric_free(struct vlan_fabric *fabric);
