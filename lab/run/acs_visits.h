/* Which ACSs of a lab its CPEs may come to, as its topology says. */
#pragma once

#include "lab/topology/topology.h"

/* Whether the CPEs of the node cpe may come to the node acs: one that the user has told a URL goes
 * there and nowhere else, others to what DHCP or the factory tells them. False where every URL
 * that they may go by is that of another ACS of the lab; where none is known they may come to
 * each. ACSs that send a CPE elsewhere are the caller's to know of. */
bool acs_may_be_visited(const struct topology *topology, const struct node *acs,
    const struct node *cpe);
