#include "agents/cpe/console/typed_pools.h"

#include "lib/base/text.h"

#define OFFER_HOLD   (30 * NS_PER_S)
#define DECLINE_HOLD (600 * NS_PER_S)

struct making { /* of the pool at hand */
	struct typed_pools *ret;
	size_t i; /* its index */
	const struct cli_pool *pool;
	size_t n_before; /* pools of the server before its first */
	struct error *err;
};

static bool is_in(const struct cli_range *range, uint32_t address)
{
	return address >= range->first && address <= range->last;
}

/* ---- what all ranges of a pool have ----------------------------------------------------- */

static void take_routers(struct pool_config *config,
    const struct cli_addresses *gateways)
{
	config->router = gateways->items[0];
	for (uint32_t i = 1; i < gateways->n; i++)
		config->more_routers[config->n_more_routers++] = gateways->items[i];
}

static struct pool_config *add_config(struct making *making, uint32_t first,
    uint32_t last, uint32_t prefix)
{
	struct typed_pools *ret = making->ret;
	const struct cli_pool *pool = making->pool;
	struct pool_config *config = &ret->pools[ret->server.n_pools];
	uint8_t *option = ret->options[making->i];

	if (ret->server.n_pools == SERVER_POOLS_MAX) {
		(void)error_set(making->err, ERR_CONFIG,
		    "Pool %s: too many ranges are forbidden: no more than %d can be "
		    "handed out.",
		    pool->name, SERVER_POOLS_MAX);
		return NULL;
	}
	*config = (struct pool_config){
		.first = first,
		.last = last,
		.subnet = first,
		.prefix = (uint8_t)prefix,
		.domain = pool->domain[0] ? pool->domain : NULL,
		.lease_s = pool->expired ? pool->expired : CLI_EXPIRED,
		.is_option_43_for_all = true,
		.n_dns = pool->dns.n,
		.reservations = &ret->reservations[ret->n_reservations],
	};
	take_routers(config, &pool->gateways);
	memcpy(config->dns, pool->dns.items, sizeof(config->dns));
	if (pool->option_43[0])
		config->option_43 = str_make(option, cli_dhcp_option_43(pool, option));
	ret->server.n_pools++;
	return config;
}

static void add_reservation(struct making *making, struct pool_config *config,
    const struct cli_bind *bind)
{
	struct typed_pools *ret = making->ret;
	struct reservation *reservation = &ret->reservations[ret->n_reservations++];

	*reservation = (struct reservation){ .address = bind->address };
	memcpy(reservation->mac, bind->mac, sizeof(reservation->mac));
	if (bind->n_client > 0)
		reservation->client_id = str_make(bind->client, bind->n_client);
	config->n_reservations++;
}

/* ---- pools with a network, and without --------------------------------------------------- */

static bool is_of(const struct making *making, const struct cli_bind *bind)
{
	return bind->pool == making->i;
}

/* Whether one of the ranges that the pool has made so far has the address. */
static bool has_range(const struct making *making, uint32_t address)
{
	const struct typed_pools *ret = making->ret;

	for (size_t i = making->n_before; i < ret->server.n_pools; i++) {
		if (address >= ret->pools[i].first && address <= ret->pools[i].last)
			return true;
	}
	return false;
}

static int add_ranges(struct making *making, uint32_t own)
{
	const struct cli_dhcp *dhcp = &making->ret->typed;
	struct cli_range range = { 0, 0 };

	while (cli_dhcp_range(dhcp, making->pool, own, range.last + 1, &range)) {
		struct pool_config *config =
		    add_config(making, range.first, range.last, making->pool->prefix);

		if (!config)
			return ERR_CONFIG;
		for (size_t i = 0; i < dhcp->n_binds; i++) {
			if (is_of(making, &dhcp->binds[i]) &&
			    is_in(&range, dhcp->binds[i].address))
				add_reservation(making, config, &dhcp->binds[i]);
		}
	}
	return 0;
}

/* By the class of the address, where no mask was typed. */
static uint32_t prefix_of(const struct cli_pool *pool, const struct cli_bind *bind)
{
	if (pool->prefix > 0)
		return pool->prefix;
	if (bind->prefix > 0)
		return bind->prefix;
	return bind->address >> 31 == 0 ? 8 : bind->address >> 30 == 2 ? 16 : 24;
}

/* What is bound and in no range, since it is forbidden or there is no network, is a range of one
 * address. */
static int add_singles(struct making *making)
{
	const struct cli_dhcp *dhcp = &making->ret->typed;

	for (size_t i = 0; i < dhcp->n_binds; i++) {
		const struct cli_bind *bind = &dhcp->binds[i];
		struct pool_config *config;

		if (!is_of(making, bind) || has_range(making, bind->address))
			continue;
		config = add_config(making, bind->address, bind->address,
		    prefix_of(making->pool, bind));
		if (!config)
			return ERR_CONFIG;
		add_reservation(making, config, bind);
	}
	return 0;
}

/* ---- all of it ---------------------------------------------------------------------------- */

static int check_binds(const struct cli_dhcp *dhcp, uint32_t own, struct error *err)
{
	char text[IPV4_TEXT_MAX];

	for (size_t i = 0; i < dhcp->n_binds; i++) {
		const struct cli_bind *bind = &dhcp->binds[i];

		if (bind->address == own)
			return error_set(err, ERR_CONFIG,
			    "Pool %s: %s is the server's own address.",
			    dhcp->pools[bind->pool].name,
			    ipv4_text(bind->address, text));
		for (size_t k = 0; k < dhcp->n_pools; k++) {
			const struct cli_pool *pool = &dhcp->pools[k];

			if (k != bind->pool && pool->prefix > 0 &&
			    (bind->address & ipv4_mask(pool->prefix)) == pool->network)
				return error_set(err, ERR_CONFIG,
				    "Pool %s: %s is bound here, but it is in the "
				    "network of pool %s.",
				    dhcp->pools[bind->pool].name,
				    ipv4_text(bind->address, text), pool->name);
		}
	}
	return 0;
}

int typed_pools_make(struct typed_pools *ret, const struct cli_dhcp *dhcp, uint32_t own,
    struct error *err)
{
	int r = check_binds(dhcp, own, err);

	ret->typed = *dhcp;
	ret->n_reservations = 0;
	ret->server = (struct server_config){
		.address = own,
		.pools = ret->pools,
		.offer_hold = OFFER_HOLD,
		.decline_hold = DECLINE_HOLD,
	};
	for (size_t i = 0; i < dhcp->n_pools && r == 0; i++) {
		struct making making = { ret, i, &ret->typed.pools[i],
			ret->server.n_pools, err };

		r = add_ranges(&making, own);
		if (r == 0)
			r = add_singles(&making);
	}
	return r;
}
