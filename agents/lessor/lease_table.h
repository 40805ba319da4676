/* Which client has which address. Everything is found in constant time: an address by its
 * place in the range, a client by hash, a free address and the next one to expire at the
 * heads of queues. The queues are in order of expiry because each holds terms of one
 * length: whoever joins last expires last. */
#pragma once

#include "agents/lessor/server.h"

enum slot_state {
	SLOT_FREE,
	SLOT_OFFERED,
	SLOT_BOUND,
	SLOT_DECLINED, /* in use by somebody else: kept back for a while */
	SLOT_STATES
};

/* The first byte of a client: what the rest of it is. */
enum {
	CLIENT_BY_ID = 'i',       /* option 61 */
	CLIENT_BY_HARDWARE = 'h', /* hardware type and address */
};

struct slot { /* one address that can be handed out */
	struct list link;
	struct pool *pool;
	uint32_t address;
	enum slot_state state;
	const struct reservation *reservation; /* or null */
	uint8_t mac[6];
	char *client; /* owned: who has it, or had it last; null: nobody yet */
	size_t client_len;
	clock_ns expires_at; /* when not free; INT64_MAX: never */
};

struct pool {
	const struct pool_config *config;
	struct slot *slots; /* of the range, then of reservations outside of it */
	size_t n_range, n_all;
	struct map reserved;     /* MAC -> slot */
	struct map reserved_ids; /* client identifier -> slot */
	struct map outside; /* address -> slot, of reservations outside the range */
	struct list queues[SLOT_STATES]; /* free: longest unused first */
};

struct lease_table {
	struct pool *pools;
	size_t n_pools;
	struct map clients; /* client -> slot that it has or had last */
};

/* config's pools are borrowed for the table's life. ERR_CONFIG with words that name the
 * pool, or -ENOMEM; lease_table_free() is to be called in any case. */
int lease_table_init(struct lease_table *table, const struct server_config *config,
    struct error *err);
void lease_table_free(struct lease_table *table);

/* The slot of an address, or null. */
struct slot *lease_table_at(const struct lease_table *table, uint32_t address);

/* The slot that the client has or had last, or null. */
struct slot *lease_table_of(const struct lease_table *table, struct str client);

/* Moves slots whose time is over to the free ones, 256 at most in one call. */
void pool_expire(struct pool *pool, clock_ns now);

bool pool_has_subnet(const struct pool *pool, uint32_t address);

/* Why a client is to have a slot; the first that there is counts, whichever pool it is in. */
enum slot_claim {
	CLAIM_RESERVED,
	CLAIM_FORMER, /* it has it, or had it last */
	CLAIM_WANTED, /* it asks for it */
	CLAIM_ANY,    /* it is the longest unused */
	CLAIMS
};

/* The slot of the pool that the client has this claim to, and may have now; null: none. wanted: the
 * address that it asks for, or 0. Changes nothing. */
struct slot *lease_table_choose(const struct lease_table *table, struct pool *pool,
    enum slot_claim claim, struct str client, const uint8_t mac[6], uint32_t wanted,
    clock_ns now);

/* Whether the client may have the slot now: it is free or its own already, and reserved for
 * nobody else. */
bool slot_is_open_to(const struct slot *slot, struct str client, const uint8_t mac[6],
    clock_ns now);

/* Whether it is the client's, offered or bound, or was and nobody took it since. */
bool slot_is_of(const struct slot *slot, struct str client);

/* Notes, with a copy of client, that the slot is the client's, who loses any other. The
 * caller puts it into its state by slot_enter(). 0, or -ENOMEM: then it is nobody's. */
int lease_table_assign(struct lease_table *table, struct slot *slot, struct str client,
    const uint8_t mac[6]);

/* Puts the slot into a state until expires_at. */
void slot_enter(struct slot *slot, enum slot_state state, clock_ns expires_at);

/* Forgets who had the slot. */
void lease_table_forget(struct lease_table *table, struct slot *slot);
