/* What is no mistake in a topology, and will not do what its author thinks. */
#pragma once

#include "lab/topology/topology.h"

/* Appends one "note: ..." a finding, each with its place, its line and a hint:
 *
 *   a pool of a model that is smaller than the CPEs of a node
 *   DHCP servers of a segment that have fewer addresses than it has CPEs
 *   VLANs that end where they surely were to go on (vlan_notes.h)
 *   an ACS that asks for Basic authentication without TLS
 *   an ACS whose name no DNS of the lab answers
 *   a parameter or an object of a policy that a model has not whose CPEs may come there,
 *   once a name
 *
 * No name of an ACS is noted where a pool names a DNS server that is no node of the
 * lab, since nobody knows what that one answers. Files that cannot be read any more
 * give none. 0, the error of out, -ENOMEM. */
int topology_notes(const struct topology *topology, struct buf *out);
