/* The edges of the agent's CPEs: timers of one wheel, a lessee and talks on the loop of their
 * fleet. */
#pragma once

#include "agents/cpe/device/cpe.h"

extern const struct cpe_edges cpe_edges;

/* Starts the timer of a fleet that has its loop. */
void cpe_edges_start(struct cpe_fleet *fleet);

/* The fleet stops: nothing is waited for any more. fleet->on_stopped() is called when the loop
 * has let go of the timer and of all CPEs. */
void cpe_edges_stop(struct cpe_fleet *fleet);

/* Makes what an opened CPE has of the world: with DHCP a lessee, of a switch its ports.
 * -errno with words: all that is left of it is cpe_free()'s. */
int cpe_edges_open(struct cpe *cpe, struct error *err);
