/* What the policies of a lab name, and the models of those who may come to their ACSs have not. */
#pragma once

#include "lab/topology/topology.h"
#include "lib/base/buf.h"

/* Appends a note for each such name of a policy, the first of them; and, where the lab knows the
 * names of hosts, for each ACS that a policy sends CPEs to and that no DNS knows. 0, -ENOMEM. */
int policy_notes(const struct topology *topology, bool knows_names, struct buf *out);
