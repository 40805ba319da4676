/* The rules of firewalls, tried before anything is built. */
#pragma once

#include "lab/topology/topology.h"

/* ERR_CONFIG with the place in the file, and what nft says, for the first rule that it does not take;
 * ERR_MACHINE where it cannot be asked. */
int firewall_check(const struct topology *topology, struct error *err);
