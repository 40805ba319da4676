/* Hash table from byte strings to pointers: devices by serial, leases by client. The keys
 * are borrowed (usually from the value itself) and must live as long as the entry. */
#pragma once

#include "lib/base/str.h"

#include <stdbool.h>
#include <stddef.h>

struct map_entry { /* small: tables of all CPEs of a network are made of them */
	const char *key;
	void *value;  /* null marks a free slot */
	uint32_t len; /* of the key */
	uint32_t hash;
};

struct map {
	struct map_entry *slots; /* owned */
	size_t cap;
	size_t len;
	/* Set it before the first map_put(), to what no peer can know, where a peer
	 * chooses the keys: it could make thousands that stand in one another's way. */
	uint64_t seed;
};

#define MAP_NULL              \
	{                     \
		NULL, 0, 0, 0 \
	}

/* Frees the table, not the values. Safe to repeat. */
void map_free(struct map *map);

/* The value, or null. */
void *map_get(const struct map *map, struct str key);

/* Adds or replaces: the entry then borrows this key, not the one that it had before.
 * value is not null. 0 or -ENOMEM (also for a key of 4 GiB). */
int map_put(struct map *map, struct str key, void *value);

/* Takes the entry out and returns its value, or null. */
void *map_remove(struct map *map, struct str key);

/* The value of the next entry, null after the last. *at is 0 before the first call. The
 * order depends on the seed, so no output may show it. The map must not be changed
 * meanwhile. */
void *map_next(const struct map *map, size_t *at);
