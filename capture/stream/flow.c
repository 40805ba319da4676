#include "capture/stream/flow.h"

#include "lib/base/siphash.h"

#include <errno.h>
#include <stdlib.h>

enum {
	FIRST_CAP = 1024
};

void flow_table_init(struct flow_table *table, uint64_t seed)
{
	*table = (struct flow_table){ .seed = seed };
	list_init(&table->live);
	list_init(&table->ended);
}

void flow_table_free(struct flow_table *table)
{
	free(table->slots);
	table->slots = NULL;
	table->cap = table->len = 0;
}

struct flow_key flow_key(const struct address *src, uint16_t src_port,
    const struct address *dst, uint16_t dst_port, bool *ret_from_low)
{
	struct flow_key key;
	uint64_t a[2], b[2];
	bool is_low;

	memcpy(a, src->bytes, sizeof(a));
	memcpy(b, dst->bytes, sizeof(b));
	if (a[0] != b[0])
		is_low = a[0] < b[0];
	else if (a[1] != b[1])
		is_low = a[1] < b[1];
	else
		is_low = src_port <= dst_port;
	key.low[0] = is_low ? a[0] : b[0];
	key.low[1] = is_low ? a[1] : b[1];
	key.high[0] = is_low ? b[0] : a[0];
	key.high[1] = is_low ? b[1] : a[1];
	key.ports = (uint64_t)(is_low ? src_port : dst_port) << 32 |
		    (uint64_t)(is_low ? dst_port : src_port) << 16 |
		    (uint64_t)src->family;
	*ret_from_low = is_low;
	return key;
}

static uint32_t hash_of(const struct flow_table *table, const struct flow_key *key)
{
	const uint64_t short_key[] = { key->low[0], key->high[0], key->ports };

	/* Addresses of IPv4 have nothing in the second words. */
	if ((key->low[1] | key->high[1]) == 0)
		return (uint32_t)siphash13(table->seed, ~table->seed, short_key,
		    sizeof(short_key));
	return (uint32_t)siphash13(table->seed, ~table->seed, key, sizeof(*key));
}

static bool key_eq(const struct flow_key *a, const struct flow_key *b)
{
	return a->ports == b->ports && a->low[0] == b->low[0] &&
	       a->high[0] == b->high[0] && a->low[1] == b->low[1] &&
	       a->high[1] == b->high[1];
}

/* Where a flow is looked for first, without the seeded hash: packets are mostly of connections
 * that had some a moment before. A peer that chooses addresses and ports which fall into one
 * place gains nothing: flows that are not here are in the table. */
static size_t latest_at(const struct flow_key *key)
{
	uint64_t mixed = (key->low[0] ^ key->high[0] << 1 ^ key->ports ^ key->low[1] ^
			     key->high[1] << 1) *
			 UINT64_C(0x9e3779b97f4a7c15);

	return mixed >> 32 & (FLOWS_LATEST - 1);
}

struct flow *flow_find(struct flow_table *table, const struct flow_key *key)
{
	struct flow **latest = &table->latest[latest_at(key)];
	uint32_t hash;

	if (*latest && key_eq(&(*latest)->key, key))
		return *latest;
	if (!table->cap)
		return NULL;
	hash = hash_of(table, key);
	for (size_t i = hash;; i++) {
		const struct flow_slot *slot = &table->slots[i & (table->cap - 1)];

		if (!slot->flow)
			return NULL;
		if (slot->hash == hash && key_eq(&slot->flow->key, key)) {
			*latest = slot->flow;
			return slot->flow;
		}
	}
}

static void put(struct flow_table *table, uint32_t hash, struct flow *flow)
{
	size_t i = hash & (table->cap - 1);

	while (table->slots[i].flow)
		i = (i + 1) & (table->cap - 1);
	table->slots[i] = (struct flow_slot){ hash, flow };
}

static int grow(struct flow_table *table)
{
	struct flow_slot *old = table->slots;
	size_t old_cap = table->cap;
	size_t cap = old_cap ? old_cap * 2 : FIRST_CAP;
	struct flow_slot *bigger = calloc(cap, sizeof(*bigger));

	if (!bigger)
		return -ENOMEM;
	table->slots = bigger;
	table->cap = cap;
	for (size_t i = 0; i < old_cap; i++)
		if (old[i].flow)
			put(table, old[i].hash, old[i].flow);
	free(old);
	return 0;
}

struct flow *flow_add(struct flow_table *table, const struct flow_key *key)
{
	struct flow *flow;

	if ((table->len + 1) * 2 > table->cap && grow(table) < 0)
		return NULL;
	flow = malloc(sizeof(*flow));
	if (!flow)
		return NULL;
	*flow = (struct flow){ .key = *key };
	put(table, hash_of(table, key), flow);
	table->len++;
	list_prepend(&table->live, &flow->lru);
	return flow;
}

void flow_end(struct flow_table *table, struct flow *flow)
{
	if (flow->is_ended)
		return;
	flow->is_ended = true;
	list_remove(&flow->lru);
	list_prepend(&table->ended, &flow->lru);
	table->n_ended++;
}

/* Closes the hole at slot i: pulls back each later entry of the run that may stand there. */
static void close_hole(struct flow_table *table, size_t hole)
{
	size_t mask = table->cap - 1;

	for (size_t i = (hole + 1) & mask; table->slots[i].flow; i = (i + 1) & mask) {
		size_t home = table->slots[i].hash & mask;

		if (((i - home) & mask) < ((i - hole) & mask))
			continue;
		table->slots[hole] = table->slots[i];
		hole = i;
	}
	table->slots[hole].flow = NULL;
}

void flow_remove(struct flow_table *table, struct flow *flow)
{
	size_t mask = table->cap - 1;
	size_t i = hash_of(table, &flow->key) & mask;
	struct flow **latest = &table->latest[latest_at(&flow->key)];

	while (table->slots[i].flow != flow)
		i = (i + 1) & mask;
	close_hole(table, i);
	table->len--;
	if (*latest == flow)
		*latest = NULL;
	if (flow->is_ended)
		table->n_ended--;
	list_remove(&flow->lru);
	reasm_free(&flow->half[FROM_CLIENT].stream);
	reasm_free(&flow->half[FROM_SERVER].stream);
	free(flow);
}
