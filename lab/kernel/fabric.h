/* The namespaces and links of a lab in the kernel: the first part of a plan, carried out.
 * It lives as long as the descriptors of its namespaces; there is nothing else to undo. */
#pragma once

#include "lab/plan/plan.h"

#include "lib/base/cleanup.h"

struct fabric;

/* Carries out every step but PLAN_START, in the plan's order. The caller stays in its own
 * namespace. plan is borrowed until fabric_free(). Returns 0 or -errno; on failure what was
 * built is gone again, and err names the instance and has the kernel's reason. */
int fabric_build(const struct plan *plan, struct fabric **ret, struct error *err);

/* Closes the namespaces: the kernel takes their links with them, a moment later. Safe with
 * null. */
void fabric_free(struct fabric *fabric);
DEFINE_CLEANUP(struct fabric *, fabric_free)

/* To be called when the CPE that is instance i of the plan has leased the address (host
 * order). In a lab of many CPEs the kernel is told the MACs of the CPE and its servers: each
 * neighbour that it has to learn takes a place in a table that all namespaces of the machine
 * share, 1,024 places by default. A failure is ignored: then the kernel learns them. */
void fabric_leased(struct fabric *fabric, size_t i, uint32_t address);

/* The descriptor of the namespace of instance i. It belongs to the fabric. */
int fabric_ns(const struct fabric *fabric, size_t i);
