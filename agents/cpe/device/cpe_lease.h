/* The lessees of a CPE: one for each family that it leases an address of. */
#pragma once

#include "agents/cpe/device/cpe.h"

/* Of a second family: how long the CPE waits for it behind the first. */
#define CPE_FAMILY_WAIT (5 * NS_PER_S)

/* Makes the lessees that its configuration asks for. -errno with words: nothing of them is
 * left. */
int cpe_lease_open(struct cpe *cpe, struct error *err);

/* Drops them again before anything was asked for. */
void cpe_lease_drop(struct cpe *cpe);

/* Gives the leases back and lets go of the lessees; cpe_release() follows for each. */
void cpe_lease_close(struct cpe *cpe);

/* As struct cpe_edges has them. */
void cpe_lease_start(struct cpe *cpe);
void cpe_lease_stop(struct cpe *cpe);

clock_ns cpe_lease_due(const struct cpe *cpe);
void cpe_lease_timeout(struct cpe *cpe, clock_ns now);
