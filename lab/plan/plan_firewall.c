/* Firewalls: routers, with the rules that the file has. */
#include "lab/plan/plan_internal.h"

int plan_firewall(struct plan_builder *b, const struct node *node)
{
	uint32_t ns = (uint32_t)b->plan->n_instances;
	int r = plan_router(b, node);

	if (r < 0)
		return r;
	plan_step_add(b, PLAN_RULES, ns)->rules.text = node->firewall.text;
	return 0;
}
