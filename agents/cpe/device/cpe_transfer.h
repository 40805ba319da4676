/* The edge of a CPE's transfers: files on the wire, and what they bring. */
#pragma once

#include "agents/cpe/device/cpe.h"

/* As the rows of struct cpe_edges. */
int cpe_transfer_start(struct cpe *cpe, const struct job *job);
void cpe_transfer_cancel(struct cpe *cpe);

/* When cpe_transfer_timeout() is to be called; INT64_MAX: never. */
clock_ns cpe_transfer_due(const struct cpe *cpe);
void cpe_transfer_timeout(struct cpe *cpe, clock_ns now);
