/* Links and packet sockets of VLANs that are needed no longer go in a thread beside the
 * loop: for each of them the kernel waits until no processor is at work with it, some ten
 * milliseconds, and with 60 VLANs all else that the loop does would wait for seconds.
 *
 * What is to go is told while nothing is swept: before vlan_sweep_start(), or behind
 * vlan_sweep_stop(). */
#pragma once

#include "agents/cpe/place/cpe_place.h"

struct vlan_sweep;

/* Null without memory. place outlives it. */
struct vlan_sweep *vlan_sweep_new(const struct cpe_place *place);
/* After vlan_sweep_stop(). Null is fine. */
void vlan_sweep_free(struct vlan_sweep *sweep);

/* The socket (-1: none) is the sweep's from now on, to be closed. Where too many wait it is
 * closed at once. */
void vlan_sweep_socket(struct vlan_sweep *sweep, int fd);
/* The link is to be removed; one that has gone with its peer by then is fine. -ENOMEM. */
int vlan_sweep_link(struct vlan_sweep *sweep, int ifindex);

/* Begins; where there is no thread to be had, all is done when it returns. */
void vlan_sweep_start(struct vlan_sweep *sweep);
/* Waits for what is going at the moment. Links that are still there are forgotten: whoever
 * wants them may have them, and others are to be told anew. Sockets are kept for the next
 * start. */
void vlan_sweep_stop(struct vlan_sweep *sweep);
/* Closes those now. */
void vlan_sweep_close_all(struct vlan_sweep *sweep);
