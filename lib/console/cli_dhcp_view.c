/* The DHCP server: its switch, its pools, what they hand out. */
#include "lib/console/cli_rows.h"

#include "lib/base/cleanup.h"
#include "lib/base/text.h"

#include <stdlib.h>

static struct cli_dhcp *dhcp_of(struct cli_call *call)
{
	return &call->config->dhcp;
}

/* ---- the server -------------------------------------------------------------------------- */

void cli_run_dhcp_enable(struct cli_call *call)
{
	dhcp_of(call)->is_enabled = true;
}

void cli_run_undo_dhcp_enable(struct cli_call *call)
{
	dhcp_of(call)->is_enabled = false;
}

static int compare_ranges(const void *a, const void *b)
{
	const struct cli_range *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->last > y->last) - (x->last < y->last);
}

/* The range that was typed; false: it ends before it begins, which is said. */
static bool read_range(struct cli_call *call, struct cli_range *ret)
{
	const struct cli_match *match = call->match;

	ret->first = (uint32_t)match->args[0].number;
	ret->last = (uint32_t)match->args[match->n_args - 1].number;
	if (ret->last >= ret->first)
		return true;
	cli_call_fail(call, "The end address is lower than the start address.");
	return false;
}

/* Its index; n_forbidden: it is none of them. */
static size_t find_range(const struct cli_dhcp *dhcp, const struct cli_range *range)
{
	size_t i = 0;

	while (i < dhcp->n_forbidden && compare_ranges(&dhcp->forbidden[i], range) != 0)
		i++;
	return i;
}

void cli_run_forbidden(struct cli_call *call)
{
	struct cli_dhcp *dhcp = dhcp_of(call);
	struct cli_range range;

	if (!read_range(call, &range) || find_range(dhcp, &range) < dhcp->n_forbidden)
		return;
	if (dhcp->n_forbidden == CLI_FORBIDDEN_MAX) {
		cli_call_fail(call, "No more than %d ranges can be forbidden.",
		    CLI_FORBIDDEN_MAX);
		return;
	}
	dhcp->forbidden[dhcp->n_forbidden++] = range;
	qsort(dhcp->forbidden, dhcp->n_forbidden, sizeof(range), compare_ranges);
}

void cli_run_undo_forbidden(struct cli_call *call)
{
	struct cli_dhcp *dhcp = dhcp_of(call);
	struct cli_range range;
	size_t i;

	if (!read_range(call, &range))
		return;
	i = find_range(dhcp, &range);
	if (i == dhcp->n_forbidden) {
		cli_call_fail(call, "These addresses are not forbidden.");
		return;
	}
	dhcp->n_forbidden--;
	memmove(&dhcp->forbidden[i], &dhcp->forbidden[i + 1],
	    (dhcp->n_forbidden - i) * sizeof(range));
	memset(&dhcp->forbidden[dhcp->n_forbidden], 0, sizeof(range));
}

/* ---- pools ------------------------------------------------------------------------------- */

void cli_run_dhcp_pool(struct cli_call *call)
{
	struct cli_dhcp *dhcp = dhcp_of(call);
	struct cli_session *session = call->session;
	struct str name = call->match->args[0].text;
	const struct cli_pool *pool = cli_dhcp_pool(dhcp, name);

	if (!pool && dhcp->n_pools == CLI_POOLS_MAX) {
		cli_call_fail(call, "No more than %d DHCP address pools can be made.",
		    CLI_POOLS_MAX);
		return;
	}
	if (!pool) {
		cli_text_set(dhcp->pools[dhcp->n_pools].name, CLI_POOL_NAME_MAX, name);
		pool = &dhcp->pools[dhcp->n_pools++];
	}
	cli_text_set(session->pool, sizeof(session->pool), str_of(pool->name));
	session->view = CLI_DHCP_POOL;
}

/* Those of the pool go with it; the pools behind it move up. */
static void remove_binds(struct cli_dhcp *dhcp, size_t pool)
{
	size_t n = 0;

	for (size_t i = 0; i < dhcp->n_binds; i++) {
		struct cli_bind bind = dhcp->binds[i];

		if (bind.pool == pool)
			continue;
		bind.pool -= bind.pool > pool;
		dhcp->binds[n++] = bind;
	}
	memset(&dhcp->binds[n], 0, (dhcp->n_binds - n) * sizeof(dhcp->binds[0]));
	dhcp->n_binds = (uint32_t)n;
}

void cli_run_undo_dhcp_pool(struct cli_call *call)
{
	struct cli_dhcp *dhcp = dhcp_of(call);
	const struct cli_pool *pool = cli_dhcp_pool(dhcp, call->match->args[0].text);
	size_t i;

	if (!pool) {
		cli_call_fail(call, "The DHCP address pool does not exist.");
		return;
	}
	i = (size_t)(pool - dhcp->pools);
	remove_binds(dhcp, i);
	dhcp->n_pools--;
	memmove(&dhcp->pools[i], &dhcp->pools[i + 1],
	    (dhcp->n_pools - i) * sizeof(*pool));
	memset(&dhcp->pools[dhcp->n_pools], 0, sizeof(*pool));
}

struct cli_pool *cli_call_pool(struct cli_call *call)
{
	struct cli_dhcp *dhcp = dhcp_of(call);
	const struct cli_pool *pool = cli_dhcp_pool(dhcp, str_of(call->session->pool));

	if (pool)
		return &dhcp->pools[pool - dhcp->pools];
	/* Another session has removed it. */
	call->session->view = CLI_SYSTEM;
	cli_call_fail(call, "The DHCP address pool does not exist.");
	return NULL;
}

void cli_put_pool_view(struct cli_call *call)
{
	const struct cli_pool *pool = cli_call_pool(call);

	if (pool)
		cli_dhcp_put_pool(call->out, dhcp_of(call), pool,
		    call->device->profile->hex_group);
}

/* ---- its network ------------------------------------------------------------------------- */

static bool is_inside(uint32_t address, uint32_t network, uint32_t prefix)
{
	return (address & ipv4_mask(prefix)) == network;
}

/* The pool whose network this one overlaps with, or null. */
static const struct cli_pool *find_overlap(const struct cli_dhcp *dhcp,
    const struct cli_pool *pool, uint32_t network, uint32_t prefix)
{
	for (size_t i = 0; i < dhcp->n_pools; i++) {
		const struct cli_pool *other = &dhcp->pools[i];

		if (other != pool && other->prefix > 0 &&
		    (is_inside(other->network, network, prefix) ||
			is_inside(network, other->network, other->prefix)))
			return other;
	}
	return NULL;
}

/* Whether all that is bound in the pool is in the network. */
static bool holds_binds(const struct cli_dhcp *dhcp, const struct cli_pool *pool,
    uint32_t network, uint32_t prefix)
{
	for (size_t i = 0; i < dhcp->n_binds; i++) {
		const struct cli_bind *bind = &dhcp->binds[i];

		if (&dhcp->pools[bind->pool] == pool &&
		    (!is_inside(bind->address, network, prefix) ||
			!cli_dhcp_is_host(bind->address, prefix)))
			return false;
	}
	return true;
}

void cli_run_network(struct cli_call *call)
{
	struct cli_dhcp *dhcp = dhcp_of(call);
	struct cli_pool *pool = cli_call_pool(call);
	uint32_t prefix = (uint32_t)call->match->args[1].number;
	uint32_t network = (uint32_t)call->match->args[0].number & ipv4_mask(prefix);
	const struct cli_pool *other;

	if (!pool)
		return;
	if (prefix < CLI_PREFIX_MIN || prefix > CLI_PREFIX_MAX) {
		cli_call_fail(call, "The mask must have %d to %d bits.", CLI_PREFIX_MIN,
		    CLI_PREFIX_MAX);
		return;
	}
	if (!cli_dhcp_is_host(network + 1, prefix)) {
		cli_call_fail(call, "Invalid network address.");
		return;
	}
	other = find_overlap(dhcp, pool, network, prefix);
	if (other)
		cli_call_fail(call, "The network overlaps with that of pool %s.",
		    other->name);
	else if (!holds_binds(dhcp, pool, network, prefix))
		cli_call_fail(call,
		    "An address that is bound in this pool is not in the network.");
	if (call->result.is_refused)
		return;
	pool->network = network;
	pool->prefix = prefix;
}

void cli_run_undo_network(struct cli_call *call)
{
	struct cli_pool *pool = cli_call_pool(call);

	if (pool)
		pool->network = pool->prefix = 0;
}

/* ---- what its clients are told ------------------------------------------------------------- */

/* The last list that was typed counts; an address that stands in it twice is one. */
static void set_list(struct cli_call *call, struct cli_addresses *list)
{
	memset(list, 0, sizeof(*list));
	for (size_t i = 0; i < call->match->n_args; i++) {
		uint32_t address = (uint32_t)call->match->args[i].number;
		size_t k = 0;

		while (k < list->n && list->items[k] != address)
			k++;
		if (k == list->n)
			list->items[list->n++] = address;
	}
}

static bool is_typed(const struct cli_call *call, uint32_t address)
{
	for (size_t i = 0; i < call->match->n_args; i++) {
		if ((uint32_t)call->match->args[i].number == address)
			return true;
	}
	return false;
}

/* Takes those out that were typed; all where none were. */
static void cut_list(const struct cli_call *call, struct cli_addresses *list)
{
	struct cli_addresses left = { .n = 0 };

	for (size_t i = 0; i < list->n && call->match->n_args > 0; i++) {
		if (!is_typed(call, list->items[i]))
			left.items[left.n++] = list->items[i];
	}
	*list = left;
}

void cli_run_gateways(struct cli_call *call)
{
	struct cli_pool *pool = cli_call_pool(call);

	if (pool)
		set_list(call, &pool->gateways);
}

void cli_run_undo_gateways(struct cli_call *call)
{
	struct cli_pool *pool = cli_call_pool(call);

	if (pool)
		cut_list(call, &pool->gateways);
}

void cli_run_dns(struct cli_call *call)
{
	struct cli_pool *pool = cli_call_pool(call);

	if (pool)
		set_list(call, &pool->dns);
}

void cli_run_undo_dns(struct cli_call *call)
{
	struct cli_pool *pool = cli_call_pool(call);

	if (pool)
		cut_list(call, &pool->dns);
}

void cli_run_domain(struct cli_call *call)
{
	struct cli_pool *pool = cli_call_pool(call);

	if (pool)
		cli_text_set(pool->domain, sizeof(pool->domain),
		    call->match->args[0].text);
}

void cli_run_undo_domain(struct cli_call *call)
{
	struct cli_pool *pool = cli_call_pool(call);

	if (pool)
		memset(pool->domain, 0, sizeof(pool->domain));
}

void cli_run_option_43(struct cli_call *call)
{
	struct cli_pool *pool = cli_call_pool(call);
	struct str text = call->match->args[0].text;
	auto_buf note = BUF_NULL;
	size_t n = 0;

	if (!pool)
		return;
	memset(pool->option_43, 0, sizeof(pool->option_43));
	for (size_t i = 0; i < text.len && n + 1 < sizeof(pool->option_43); i++) {
		if (text.p[i] != ' ')
			pool->option_43[n++] = text.p[i];
	}
	cli_dhcp_option_43_note(&note, pool);
	cli_text_set(call->session->note, sizeof(call->session->note), buf_str(&note));
}

void cli_run_undo_option_43(struct cli_call *call)
{
	struct cli_pool *pool = cli_call_pool(call);

	if (pool)
		memset(pool->option_43, 0, sizeof(pool->option_43));
}

/* ---- for how long --------------------------------------------------------------------------- */

void cli_run_expired(struct cli_call *call)
{
	static const uint32_t units[] = { 86400, 3600, 60, 1 };
	struct cli_pool *pool = cli_call_pool(call);
	uint32_t seconds = 0;

	if (!pool)
		return;
	for (size_t i = 0; i < call->match->n_args; i++)
		seconds += (uint32_t)call->match->args[i].number * units[i];
	/* Less could not be renewed in time. */
	if (seconds < 60)
		cli_call_fail(call, "A lease must be 1 minute long or longer.");
	else
		pool->expired = seconds;
}

void cli_run_expired_unlimited(struct cli_call *call)
{
	struct cli_pool *pool = cli_call_pool(call);

	if (pool)
		pool->expired = UINT32_MAX;
}

void cli_run_undo_expired(struct cli_call *call)
{
	struct cli_pool *pool = cli_call_pool(call);

	if (pool)
		pool->expired = 0;
}
