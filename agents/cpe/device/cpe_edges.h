/* The edges of the agent's CPEs: a timer, a lessee and talks on the loop of their fleet. */
#pragma once

#include "agents/cpe/device/cpe.h"

extern const struct cpe_edges cpe_edges;

/* Makes the timer and, with DHCP, the lessee of an opened CPE. -errno with words. */
int cpe_edges_open(struct cpe *cpe, struct error *err);
