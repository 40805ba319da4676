/* Notes on VLANs of a topology. */
#pragma once

#include "lab/topology/topology.h"

struct buf;

/* Appends one "note: ..." a finding: a VLAN whose nodes do not reach each other, a trunk that has one in
 * which nobody is, a node that is alone in one. Nothing where a managed switch is: what that passes
 * is said at its console. 0 or -ENOMEM. */
int vlan_notes(const struct topology *topology, struct buf *out);
