/* Addresses that are bound to one client: static-bind. */
#include "lib/console/cli_rows.h"

#include "lib/base/text.h"

/* ---- what was typed ---------------------------------------------------------------------- */

static void read_client(struct cli_bind *bind, struct str text)
{
	size_t n_digits = 0;

	for (size_t i = 0; i < text.len; i++) {
		int digit = hex_digit(text.p[i]);
		uint8_t *byte = &bind->client[n_digits / 2];

		if (digit < 0)
			continue;
		*byte = (uint8_t)(*byte << 4 | digit);
		n_digits++;
	}
	bind->n_client = (uint32_t)(n_digits / 2);
}

static void read_bind(const struct cli_match *match, size_t pool, struct cli_bind *ret)
{
	const struct cli_arg *client = &match->args[match->n_args - 1];

	memset(ret, 0, sizeof(*ret));
	ret->pool = (uint32_t)pool;
	ret->address = (uint32_t)match->args[0].number;
	if (match->n_args > 2)
		ret->prefix = (uint32_t)match->args[1].number;
	if (strstr(match->row->syntax, "client-identifier")) {
		read_client(ret, client->text);
		return;
	}
	for (size_t i = 0; i < sizeof(ret->mac); i++)
		ret->mac[i] = (uint8_t)(client->number >> (40 - 8 * i));
}

/* ---- whether it may be ------------------------------------------------------------------- */

static bool is_same_client(const struct cli_bind *a, const struct cli_bind *b)
{
	return a->n_client == b->n_client &&
	       memcmp(a->client, b->client, sizeof(a->client)) == 0 &&
	       memcmp(a->mac, b->mac, sizeof(a->mac)) == 0;
}

static const char *find_fault(const struct cli_dhcp *dhcp, const struct cli_bind *bind)
{
	const struct cli_pool *pool = &dhcp->pools[bind->pool];

	if (bind->prefix &&
	    (bind->prefix < CLI_PREFIX_MIN || bind->prefix > CLI_PREFIX_MAX))
		return "The mask must have 16 to 30 bits.";
	/* Of both: what is saved is to be taken whether or not the network is still set. */
	if (!cli_dhcp_is_host(bind->address, pool->prefix) ||
	    !cli_dhcp_is_host(bind->address, bind->prefix))
		return "No client can have this address.";
	if (pool->prefix && (bind->address & ipv4_mask(pool->prefix)) != pool->network)
		return "The address is not in the network of this pool.";
	for (size_t i = 0; i < dhcp->n_binds; i++) {
		const struct cli_bind *other = &dhcp->binds[i];

		if (other->address == bind->address && other->pool != bind->pool)
			return "The address is bound in another pool.";
		if (other->address != bind->address && other->pool == bind->pool &&
		    is_same_client(other, bind))
			return "The client is bound to another address.";
	}
	return NULL;
}

/* ---- the two commands -------------------------------------------------------------------- */

/* Where a binding stands, or is to stand. */
static size_t find_place(const struct cli_dhcp *dhcp, uint32_t pool, uint32_t address)
{
	size_t i = 0;

	while (i < dhcp->n_binds &&
	       (dhcp->binds[i].pool < pool ||
		   (dhcp->binds[i].pool == pool && dhcp->binds[i].address < address)))
		i++;
	return i;
}

static bool is_at(const struct cli_dhcp *dhcp, size_t i, uint32_t pool,
    uint32_t address)
{
	return i < dhcp->n_binds && dhcp->binds[i].pool == pool &&
	       dhcp->binds[i].address == address;
}

/* The later one of an address counts. */
void cli_run_static_bind(struct cli_call *call)
{
	struct cli_dhcp *dhcp = &call->config->dhcp;
	const struct cli_pool *pool = cli_call_pool(call);
	struct cli_bind bind;
	const char *fault;
	size_t i;

	if (!pool)
		return;
	read_bind(call->match, (size_t)(pool - dhcp->pools), &bind);
	fault = find_fault(dhcp, &bind);
	i = find_place(dhcp, bind.pool, bind.address);
	if (fault) {
		cli_call_fail(call, "%s", fault);
		return;
	}
	if (!is_at(dhcp, i, bind.pool, bind.address)) {
		if (dhcp->n_binds == CLI_BINDS_MAX) {
			cli_call_fail(call, "No more than %d addresses can be bound.",
			    CLI_BINDS_MAX);
			return;
		}
		memmove(&dhcp->binds[i + 1], &dhcp->binds[i],
		    (dhcp->n_binds - i) * sizeof(bind));
		dhcp->n_binds++;
	}
	dhcp->binds[i] = bind;
}

void cli_run_undo_static_bind(struct cli_call *call)
{
	struct cli_dhcp *dhcp = &call->config->dhcp;
	const struct cli_pool *pool = cli_call_pool(call);
	uint32_t address = (uint32_t)call->match->args[0].number;
	size_t i;

	if (!pool)
		return;
	i = find_place(dhcp, (uint32_t)(pool - dhcp->pools), address);
	if (!is_at(dhcp, i, (uint32_t)(pool - dhcp->pools), address)) {
		cli_call_fail(call, "The address is not bound in this pool.");
		return;
	}
	dhcp->n_binds--;
	memmove(&dhcp->binds[i], &dhcp->binds[i + 1],
	    (dhcp->n_binds - i) * sizeof(dhcp->binds[0]));
	memset(&dhcp->binds[dhcp->n_binds], 0, sizeof(dhcp->binds[0]));
}
