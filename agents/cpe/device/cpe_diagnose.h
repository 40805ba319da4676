/* The edge of a CPE's diagnostics: packets on the wire, and what comes of them. */
#pragma once

#include "agents/cpe/device/cpe.h"

/* As the rows of struct cpe_edges. */
int cpe_diagnose_start(struct cpe *cpe, enum diag_kind kind,
    const struct diag_args *args);
void cpe_diagnose_cancel(struct cpe *cpe);

/* When cpe_diagnose_timeout() is to be called; INT64_MAX: never. */
clock_ns cpe_diagnose_due(const struct cpe *cpe);
void cpe_diagnose_timeout(struct cpe *cpe, clock_ns now);
