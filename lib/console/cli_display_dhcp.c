/* The display commands of the DHCP server. */
#include "lib/console/cli_display.h"

#include "lib/base/cleanup.h"
#include "lib/console/cli_rows.h"

#include <stdlib.h>

/* The pool that the line names, or null where it names none. False: there is no such one, which
 * is said. */
static bool find_pool(struct cli_call *call, const struct cli_pool **ret)
{
	*ret = NULL;
	if (call->match->n_args == 0)
		return true;
	*ret = cli_dhcp_pool(&call->config->dhcp, call->match->args[0].text);
	if (!*ret)
		cli_call_fail(call, "The DHCP address pool does not exist.");
	return *ret;
}

void cli_run_display_dhcp_pool(struct cli_call *call)
{
	const struct cli_dhcp *dhcp = &call->config->dhcp;
	const struct cli_pool *wanted;

	if (!find_pool(call, &wanted))
		return;
	for (size_t i = 0; i < dhcp->n_pools; i++) {
		if (!wanted || wanted == &dhcp->pools[i])
			cli_put_dhcp_pool(call->out, dhcp, &dhcp->pools[i]);
	}
}

static int compare(const void *a, const void *b)
{
	const struct cli_lease *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

/* Sorted; the caller frees their items. False: there is no memory, which is said. */
static bool take_leases(struct cli_call *call, struct cli_leases *leases)
{
	const struct cli_edges *edges = call->device->edges;

	*leases = (struct cli_leases){ NULL, 0 };
	if (edges->lend && edges->lend(call->device->user, leases) < 0) {
		cli_call_fail(call, "Not enough memory.");
		return false;
	}
	if (leases->n > 0)
		qsort(leases->items, leases->n, sizeof(leases->items[0]), compare);
	return true;
}

void cli_run_display_dhcp_in_use(struct cli_call *call)
{
	const struct cli_pool *wanted;
	struct cli_leases leases;

	if (!find_pool(call, &wanted) || !take_leases(call, &leases))
		return;
	cli_put_dhcp_in_use(call->out, &call->config->dhcp, wanted, &leases);
	free(leases.items);
}

/* The address that is served from: a device has one VLAN interface. 0: it has no address yet. */
static uint32_t own_address(const struct cli_config *config,
    const struct cli_facts *facts)
{
	for (size_t i = 0; i < config->n_interfaces; i++) {
		if (config->interfaces[i].kind == CLI_VLAN_IF)
			return facts->interfaces[i].address;
	}
	return 0;
}

void cli_run_display_dhcp_free(struct cli_call *call)
{
	const struct cli_dhcp *dhcp = &call->config->dhcp;
	auto_free struct cli_facts *facts = NULL;
	const struct cli_pool *wanted;
	struct cli_leases leases;
	uint32_t own;

	if (!find_pool(call, &wanted))
		return;
	facts = cli_call_look(call);
	if (!facts || !take_leases(call, &leases))
		return;
	own = own_address(call->config, facts);
	for (size_t i = 0; i < dhcp->n_pools; i++) {
		if (!wanted || wanted == &dhcp->pools[i])
			cli_put_dhcp_free(call->out, dhcp, &dhcp->pools[i], own,
			    &leases);
	}
	free(leases.items);
}
