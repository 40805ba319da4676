#include "agents/lessor/lease_table.h"

#include "lib/base/text.h"

#include <errno.h>
#include <stdlib.h>

enum {
	EXPIRES_MAX = 256 /* slots that one call frees */
};

static struct str client_of(const struct slot *slot)
{
	return str_make(slot->client, slot->client_len);
}

static struct str address_key(const struct slot *slot)
{
	return str_make(&slot->address, sizeof(slot->address));
}

static bool is_over(const struct slot *slot, clock_ns now)
{
	return slot->state == SLOT_FREE || slot->expires_at <= now;
}

static bool is_in_range(const struct pool_config *config, uint32_t address)
{
	return address >= config->first && address <= config->last;
}

bool pool_has_subnet(const struct pool *pool, uint32_t address)
{
	uint32_t mask = ipv4_mask(pool->config->prefix);

	return (address & mask) == (pool->config->subnet & mask);
}

/* "network" or "broadcast" where the address is the subnet's, which no host can have; else
 * null. Subnets of 31 bits have neither (RFC 3021). */
static const char *role_of(const struct pool_config *pool, uint32_t address)
{
	uint32_t hosts = ~ipv4_mask(pool->prefix);

	if (pool->prefix >= 31)
		return NULL;
	if ((address & hosts) == 0)
		return "network";
	return (address & hosts) == hosts ? "broadcast" : NULL;
}

/* ---- making ------------------------------------------------------------------------- */

static int check_pool(const struct server_config *config, size_t i, struct error *err)
{
	const struct pool_config *pool = &config->pools[i];
	uint32_t mask = ipv4_mask(pool->prefix);
	char a[IPV4_TEXT_MAX], b[IPV4_TEXT_MAX];

	if (pool->last < pool->first)
		return error_set(err, ERR_CONFIG, "the range ends before it begins");
	if (pool->last - pool->first >= POOL_ADDRESSES_MAX)
		return error_set(err, ERR_CONFIG,
		    "a range of more than %d addresses: make several pools of it",
		    POOL_ADDRESSES_MAX);
	if ((pool->first & mask) != (pool->subnet & mask) ||
	    (pool->last & mask) != (pool->subnet & mask))
		return error_set(err, ERR_CONFIG, "the range leaves the subnet %s/%u",
		    ipv4_text(pool->subnet & mask, a), pool->prefix);
	if (role_of(pool, pool->first) || role_of(pool, pool->last))
		return error_set(err, ERR_CONFIG,
		    "the range includes the subnet's %s address",
		    role_of(pool, pool->first) ? role_of(pool, pool->first)
					       : role_of(pool, pool->last));
	if (is_in_range(pool, config->address))
		return error_set(err, ERR_CONFIG,
		    "the server's own address %s is in it",
		    ipv4_text(config->address, a));
	if (pool->lease_s == 0)
		return error_set(err, ERR_CONFIG, "a lease of 0 seconds");
	for (size_t j = 0; j < i; j++)
		if (config->pools[j].first <= pool->last &&
		    pool->first <= config->pools[j].last)
			return error_set(err, ERR_CONFIG,
			    "the range %s-%s overlaps that of pool %zu",
			    ipv4_text(pool->first, a), ipv4_text(pool->last, b), j + 1);
	return 0;
}

static void init_slot(struct slot *slot, struct pool *pool, uint32_t address)
{
	slot->pool = pool;
	slot->address = address;
	list_init(&slot->link);
}

/* Whether an address may be reserved in pool: the pools before it are made already, and of
 * those after it the ranges are known. */
static int check_reserved(const struct lease_table *table,
    const struct server_config *config, const struct pool *pool, uint32_t address,
    struct error *err)
{
	const char *role = role_of(pool->config, address);
	char text[IPV4_TEXT_MAX];

	(void)ipv4_text(address, text);
	if (!pool_has_subnet(pool, address))
		return error_set(err, ERR_CONFIG,
		    "the reserved address %s is not in the subnet", text);
	if (role)
		return error_set(err, ERR_CONFIG,
		    "the reserved address %s is the subnet's %s address", text, role);
	if (address == config->address)
		return error_set(err, ERR_CONFIG,
		    "the reserved address %s is the server's own", text);
	for (size_t i = 0; i < config->n_pools; i++) {
		const struct pool_config *other = &config->pools[i];

		if (other != pool->config && is_in_range(other, address))
			return error_set(err, ERR_CONFIG,
			    "the reserved address %s is in the range of pool %zu", text,
			    i + 1);
		if (other != pool->config && i < table->n_pools &&
		    map_get(&table->pools[i].outside,
			str_make(&address, sizeof(address))))
			return error_set(err, ERR_CONFIG,
			    "the reserved address %s is reserved in pool %zu, too",
			    text, i + 1);
	}
	return 0;
}

static int reserve(struct pool *pool, const struct reservation *reservation,
    struct error *err)
{
	const struct pool_config *config = pool->config;
	char text[IPV4_TEXT_MAX], mac[MAC_TEXT_MAX];
	struct str key = reservation->client_id.p
			     ? reservation->client_id
			     : str_make(reservation->mac, sizeof(reservation->mac));
	struct map *clients =
	    reservation->client_id.p ? &pool->reserved_ids : &pool->reserved;
	struct slot *slot;

	(void)ipv4_text(reservation->address, text);
	if (map_get(clients, key))
		return error_set(err, ERR_CONFIG, "two reservations for %s",
		    reservation->client_id.p ? "a client identifier"
					     : mac_text(reservation->mac, mac));
	if (is_in_range(config, reservation->address)) {
		slot = &pool->slots[reservation->address - config->first];
	} else {
		slot = &pool->slots[pool->n_all];
		init_slot(slot, pool, reservation->address);
		if (map_get(&pool->outside, address_key(slot)))
			return error_set(err, ERR_CONFIG, "%s is reserved twice", text);
		if (map_put(&pool->outside, address_key(slot), slot) < 0)
			return error_set(err, -ENOMEM, "no memory");
		pool->n_all++;
	}
	if (slot->reservation)
		return error_set(err, ERR_CONFIG, "%s is reserved twice", text);
	slot->reservation = reservation;
	return map_put(clients, key, slot) < 0 ? error_set(err, -ENOMEM, "no memory")
					       : 0;
}

static int init_pool(const struct lease_table *table, struct pool *pool,
    const struct server_config *server, struct error *err)
{
	const struct pool_config *config = &server->pools[pool - table->pools];
	int r;

	pool->config = config;
	pool->n_range = pool->n_all = config->last - config->first + 1;
	pool->slots =
	    calloc(pool->n_range + config->n_reservations, sizeof(*pool->slots));
	if (!pool->slots)
		return error_set(err, -ENOMEM, "no memory for %zu addresses",
		    pool->n_all);
	pool->reserved.seed = pool->outside.seed = server->hash_seed;
	pool->reserved_ids.seed = server->hash_seed;
	for (size_t i = 0; i < SLOT_STATES; i++)
		list_init(&pool->queues[i]);
	for (size_t i = 0; i < pool->n_range; i++)
		init_slot(&pool->slots[i], pool, config->first + (uint32_t)i);
	for (size_t i = 0; i < config->n_reservations; i++) {
		const struct reservation *reservation = &config->reservations[i];

		r = check_reserved(table, server, pool, reservation->address, err);
		if (r == 0)
			r = reserve(pool, reservation, err);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < pool->n_all; i++)
		slot_enter(&pool->slots[i], SLOT_FREE, 0);
	return 0;
}

int lease_table_init(struct lease_table *table, const struct server_config *config,
    struct error *err)
{
	*table = (struct lease_table){ 0 };
	table->clients.seed = config->hash_seed;
	if (config->n_pools > SERVER_POOLS_MAX)
		return error_set(err, ERR_CONFIG, "more than %d pools",
		    SERVER_POOLS_MAX);
	table->pools = calloc(config->n_pools + 1, sizeof(*table->pools));
	if (!table->pools)
		return error_set(err, -ENOMEM, "no memory");
	for (size_t i = 0; i < config->n_pools; i++) {
		int r = check_pool(config, i, err);

		table->n_pools = i + 1;
		if (r == 0)
			r = init_pool(table, &table->pools[i], config, err);
		if (r < 0) {
			(void)error_prefix(err, "pool %zu", i + 1);
			return r;
		}
	}
	return 0;
}

void lease_table_free(struct lease_table *table)
{
	for (size_t i = 0; i < table->n_pools; i++) {
		struct pool *pool = &table->pools[i];

		for (size_t j = 0; pool->slots && j < pool->n_all; j++)
			free(pool->slots[j].client);
		map_free(&pool->reserved);
		map_free(&pool->reserved_ids);
		map_free(&pool->outside);
		free(pool->slots);
	}
	map_free(&table->clients);
	free(table->pools);
	*table = (struct lease_table){ 0 };
}

/* ---- finding ------------------------------------------------------------------------ */

struct slot *lease_table_at(const struct lease_table *table, uint32_t address)
{
	struct str key = str_make(&address, sizeof(address));

	for (size_t i = 0; i < table->n_pools; i++) {
		struct pool *pool = &table->pools[i];
		struct slot *slot;

		if (is_in_range(pool->config, address))
			return &pool->slots[address - pool->config->first];
		slot = map_get(&pool->outside, key);
		if (slot)
			return slot;
	}
	return NULL;
}

struct slot *lease_table_of(const struct lease_table *table, struct str client)
{
	return map_get(&table->clients, client);
}

bool slot_is_of(const struct slot *slot, struct str client)
{
	return slot->client && str_eq(client_of(slot), client);
}

/* The client identifier of a client; a null view: it has none. */
static struct str id_of(struct str client)
{
	return client.len > 1 && client.p[0] == CLIENT_BY_ID ? str_from(client, 1)
							     : STR_NULL;
}

static bool is_reserved_for(const struct slot *slot, struct str client,
    const uint8_t mac[6])
{
	const struct reservation *reservation = slot->reservation;

	if (reservation && reservation->client_id.p)
		return str_eq(id_of(client), reservation->client_id);
	return reservation && memcmp(reservation->mac, mac, 6) == 0;
}

bool slot_is_open_to(const struct slot *slot, struct str client, const uint8_t mac[6],
    clock_ns now)
{
	if (slot->state == SLOT_DECLINED && !is_over(slot, now))
		return false;
	if (slot->reservation)
		return is_reserved_for(slot, client, mac);
	return is_over(slot, now) || slot_is_of(slot, client);
}

static struct slot *reserved_for(const struct pool *pool, struct str client,
    const uint8_t mac[6])
{
	struct str id = id_of(client);
	struct slot *slot = id.p ? map_get(&pool->reserved_ids, id) : NULL;

	return slot ? slot : map_get(&pool->reserved, str_make(mac, 6));
}

struct slot *lease_table_choose(const struct lease_table *table, struct pool *pool,
    enum slot_claim claim, struct str client, const uint8_t mac[6], uint32_t wanted,
    clock_ns now)
{
	struct slot *slot = NULL;

	switch (claim) {
	case CLAIM_RESERVED:
		slot = reserved_for(pool, client, mac);
		break;
	case CLAIM_FORMER:
		slot = lease_table_of(table, client);
		break;
	case CLAIM_WANTED:
		slot = wanted ? lease_table_at(table, wanted) : NULL;
		break;
	case CLAIM_ANY:
	case CLAIMS:
		return list_empty(&pool->queues[SLOT_FREE])
			   ? NULL
			   : list_first(&pool->queues[SLOT_FREE], struct slot, link);
	}
	return slot && slot->pool == pool && slot_is_open_to(slot, client, mac, now)
		   ? slot
		   : NULL;
}

/* ---- changing ----------------------------------------------------------------------- */

void slot_enter(struct slot *slot, enum slot_state state, clock_ns expires_at)
{
	list_remove(&slot->link);
	slot->state = state;
	slot->expires_at = expires_at;
	/* What is reserved is never free for others, so it waits in no queue. */
	if (state != SLOT_FREE || !slot->reservation)
		list_append(&slot->pool->queues[state], &slot->link);
}

void pool_expire(struct pool *pool, clock_ns now)
{
	static const enum slot_state terms[] = { SLOT_OFFERED, SLOT_BOUND,
		SLOT_DECLINED };
	unsigned left = EXPIRES_MAX;

	for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
		struct list *queue = &pool->queues[terms[i]];

		while (left > 0 && !list_empty(queue)) {
			struct slot *slot = list_first(queue, struct slot, link);

			if (!is_over(slot, now))
				break;
			slot_enter(slot, SLOT_FREE, 0);
			left--;
		}
	}
}

void lease_table_forget(struct lease_table *table, struct slot *slot)
{
	if (slot->client && map_get(&table->clients, client_of(slot)) == slot)
		(void)map_remove(&table->clients, client_of(slot));
	free(slot->client);
	slot->client = NULL;
	slot->client_len = 0;
}

int lease_table_assign(struct lease_table *table, struct slot *slot, struct str client,
    const uint8_t mac[6])
{
	struct slot *before = lease_table_of(table, client);

	memcpy(slot->mac, mac, 6);
	if (before == slot)
		return 0;
	if (before) {
		lease_table_forget(table, before);
		if (before->state == SLOT_OFFERED || before->state == SLOT_BOUND)
			slot_enter(before, SLOT_FREE, 0);
	}
	lease_table_forget(table, slot);
	slot->client = str_dup(client);
	if (!slot->client)
		return -ENOMEM;
	slot->client_len = client.len;
	if (map_put(&table->clients, client_of(slot), slot) < 0) {
		lease_table_forget(table, slot);
		return -ENOMEM;
	}
	return 0;
}
