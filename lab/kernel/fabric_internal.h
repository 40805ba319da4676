/* What building a lab and changing one have in common. */
#pragma once

#include "lab/kernel/fabric.h"
#include "lab/kernel/namespace.h"

struct nlsock;

/* Switches are asked for each of their ports, CPEs and servers again at each lease, other
 * namespaces for a few steps in a row: the former keep their socket, the latter share one
 * that is reopened on a change. */
struct fabric {
	const struct plan *plan;
	int *ns; /* one an instance, or -1 */
	int *
	    switches; /* those of ns that are switches or routers; n_switches of them */
	size_t n_switches;
	struct nlsock **socks; /* that are kept; null for others */
	size_t *servers;       /* whose neighbours are fixed; n_servers of them */
	size_t n_servers;
	struct nlsock *current; /* of the instance entered last */
	size_t current_ns;
	struct sysctls sysctls; /* while it is built */
	bool is_borrowed;       /* its namespaces are another fabric's yet */
};

/* One without namespaces (-1 each). Null without memory. */
struct fabric *fabric_new(const struct plan *plan);

/* The rest is for a thread that may go into namespaces and not come back. */

static inline bool is_switch(const struct fabric *fabric, size_t i)
{
	return fabric->plan->instances[i].node->kind == NODE_SWITCH;
}

static inline bool is_cpe(const struct plan *plan, size_t i)
{
	return node_is_cpe(plan->instances[i].node);
}

/* Opens the socket of namespace i, in which the caller is. */
int fabric_keep_sock(struct fabric *fabric, size_t i, struct error *err);

/* A socket in the namespace of instance i, which belongs to the fabric. */
int fabric_sock(struct fabric *fabric, size_t i, struct nlsock **ret,
    struct error *err);

int fabric_carry_out(struct fabric *fabric, const struct plan_step *step,
    struct error *err);

/* Tells those who would ask for it the MAC of each CPE that has IPv6. */
void fabric_know_cpes(struct fabric *fabric);

/* Tells a CPE whose interface is up the MACs of its servers, by a socket there. */
void fabric_tell_cpe(struct fabric *fabric, size_t i, struct nlsock *sock);

/* Whether CPEs talk to it, or through it, in a lab that has many of them. */
bool fabric_is_server(const struct plan *plan, size_t i);

/* All of them, or only those that nobody needs once the lab stands. */
void fabric_close_socks(struct fabric *fabric, bool all);

/* To be called when all namespaces are there. */
void fabric_list_switches(struct fabric *fabric);
