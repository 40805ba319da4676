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

/* ---- a lab that changes ---------------------------------------------------------------- */

#define FABRIC_NEW UINT32_MAX

/* The fabric of a plan that is made for a lab that stands: instance i has the namespace of
 * origin[i] of `from`, or none yet (FABRIC_NEW; of all where from is null). The namespaces
 * belong to `from` until fabric_take_over(). Nothing is done to them. plan is borrowed. -ENOMEM. */
int fabric_follow(const struct fabric *from, const struct plan *plan,
    const uint32_t *origin, struct fabric **ret, struct error *err);

struct fabric_change {
	uint32_t *origin; /* as fabric_follow() had it */
	bool *is_due;     /* by step of the new plan: whether it is carried out */
	size_t reached;   /* the first step that was not; set by fabric_take_over() */
	struct fabric_gone {
		uint32_t ns, ifindex; /* in the old plan */
	} * gone;                     /* interfaces that are taken away before */
	size_t n_gone;
	struct fabric_lost {
		uint32_t ns;                    /* in the new plan */
		const struct plan_route *route; /* of the old one */
	} * lost; /* routes that are, of namespaces that stay */
	size_t n_lost;
};

/* Makes a lab that stands as *from into what fabric is for; to be called once. What stays is not
 * touched. *from is freed and null in any case. 0 or -errno; on failure err names the instance,
 * and what was done until then stands. */
int fabric_take_over(struct fabric *fabric, struct fabric **from,
    struct fabric_change *change, struct error *err);

/* Closes the namespaces: the kernel takes their links with them, a moment later. Safe with
 * null. */
void fabric_free(struct fabric *fabric);
DEFINE_CLEANUP(struct fabric *, fabric_free)

/* To be called when the CPE that is instance i of the plan has leased the address (host
 * order). In a lab of many CPEs (plan_tells_neighbours()) the kernel is told the MACs
 * of the CPE and its servers: each neighbour that it has to learn takes a place in a
 * table that all namespaces of the machine share, 1,024 places by default. A failure is
 * ignored: then the kernel learns them. */
void fabric_leased(struct fabric *fabric, size_t i, uint32_t address);

/* The same of an address of IPv6. */
void fabric_leased6(struct fabric *fabric, size_t i, const uint8_t address[16]);

/* Has the kernel do to the packets of a link what value says (link->is_netem). 0 or -errno with the
 * kernel's words. */
int fabric_impair(const struct fabric *fabric, const struct plan_link *link,
    const struct impair_link *value, struct error *err);

/* The descriptor of the namespace of instance i. It belongs to the fabric. */
int fabric_ns(const struct fabric *fabric, size_t i);

/* The descriptors of all switches' and routers' namespaces, *ret_n of them; they belong to the
 * fabric. A program that talks through them keeps them open, so that they live as long as it
 * does: when a lab is killed, the kernel closes what its first process holds before it kills
 * the others, and a connection whose FIN then finds no switch keeps its namespace for minutes
 * (tcp_orphan_retries of tcp(7)). */
const int *fabric_switches(const struct fabric *fabric, size_t *ret_n);
