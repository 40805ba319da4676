/* The sockets of a fabric: one in each namespace that is asked again and again, one for all others. */
#include "lab/kernel/fabric_internal.h"

#include "lab/kernel/nl.h"

enum {
	NEIGHBOURS_FIXED_MAX = 5000 /* CPEs; each costs a second descriptor then */
};

bool fabric_is_server(const struct plan *plan, size_t i)
{
	const struct node *node = plan->instances[i].node;

	return plan_tells_neighbours(plan->topology) &&
	       plan->topology->n_cpes <= NEIGHBOURS_FIXED_MAX &&
	       (node->n_ports > 0 || node_kind_facts(node->kind)->is_server);
}

static bool keeps_sock(const struct fabric *fabric, size_t i)
{
	return is_switch(fabric, i) || fabric_is_server(fabric->plan, i) ||
	       (fabric->n_servers > 0 && is_cpe(fabric->plan, i));
}

int fabric_keep_sock(struct fabric *fabric, size_t i, struct error *err)
{
	struct nlsock **slot =
	    keeps_sock(fabric, i) ? &fabric->socks[i] : &fabric->current;
	int r;

	nlsock_close(*slot);
	*slot = NULL;
	r = nlsock_open(slot, err);
	if (r == 0 && !keeps_sock(fabric, i))
		fabric->current_ns = i;
	return r;
}

int fabric_sock(struct fabric *fabric, size_t i, struct nlsock **ret, struct error *err)
{
	int r = 0;

	if (fabric->socks[i]) {
		*ret = fabric->socks[i];
		return 0;
	}
	if (!fabric->current || fabric->current_ns != i) {
		r = namespace_enter(fabric->ns[i], err);
		if (r == 0)
			r = fabric_keep_sock(fabric, i, err);
	}
	*ret = fabric->socks[i] ? fabric->socks[i] : fabric->current;
	return r;
}

void fabric_close_socks(struct fabric *fabric, bool all)
{
	for (size_t i = 0; fabric->socks && i < fabric->plan->n_instances; i++) {
		if (!all && !is_switch(fabric, i))
			continue;
		nlsock_close(fabric->socks[i]);
		fabric->socks[i] = NULL;
	}
	nlsock_close(fabric->current);
	fabric->current = NULL;
}
