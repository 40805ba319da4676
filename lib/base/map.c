#include "lib/base/map.h"

#include "lib/base/compiler.h"
#include "lib/base/siphash.h"

#include <errno.h>
#include <stdlib.h>

enum {
	CAP_MIN = 16,
	SMALL = 1024, /* grows to double its size until then */
};

static uint32_t hash_of(const struct map *map, struct str key)
{
	return (uint32_t)siphash13(map->seed, ~map->seed, key.p, key.len);
}

void map_free(struct map *map)
{
	free(map->slots);
	map->slots = NULL;
	map->cap = map->len = 0;
}

/* In the order of the hash, so that any cap will do (and large tables grow by half only). */
static size_t slot_of(const struct map *map, uint32_t hash)
{
	return (size_t)((uint64_t)hash * map->cap >> 32);
}

static size_t slot_after(const struct map *map, size_t i)
{
	return i + 1 < map->cap ? i + 1 : 0;
}

static struct str key_of(const struct map_entry *entry)
{
	return str_make(entry->key, entry->len);
}

/* The entry with the key, or the free slot where it would go. cap is not 0. */
static struct map_entry *find(const struct map *map, struct str key, uint32_t hash)
{
	size_t i = slot_of(map, hash);

	while (map->slots[i].value) {
		if (map->slots[i].hash == hash && str_eq(key_of(&map->slots[i]), key))
			break;
		i = slot_after(map, i);
	}
	return &map->slots[i];
}

void *map_get(const struct map *map, struct str key)
{
	return map->cap ? find(map, key, hash_of(map, key))->value : NULL;
}

static int grow(struct map *map)
{
	size_t cap = map->cap + (map->cap < SMALL ? map->cap : map->cap / 2);
	struct map bigger = { NULL, MAX(cap, CAP_MIN), map->len, map->seed };

	bigger.slots = calloc(bigger.cap, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < map->cap; i++) {
		struct map_entry *old = &map->slots[i];

		if (old->value)
			*find(&bigger, key_of(old), old->hash) = *old;
	}
	free(map->slots);
	*map = bigger;
	return 0;
}

int map_put(struct map *map, struct str key, void *value)
{
	uint32_t hash = hash_of(map, key);
	struct map_entry *entry;

	if (key.len > UINT32_MAX)
		return -ENOMEM;
	if ((map->len + 1) * 4 > map->cap * 3) { /* longer runs cost more than room */
		int r = grow(map);

		if (r < 0)
			return r;
	}
	entry = find(map, key, hash);
	if (!entry->value)
		map->len++;
	*entry = (struct map_entry){ key.p, value, (uint32_t)key.len, hash };
	return 0;
}

/* Slots from one to the other, onwards. */
static size_t distance(const struct map *map, size_t from, size_t to)
{
	return to >= from ? to - from : to + map->cap - from;
}

void *map_remove(struct map *map, struct str key)
{
	struct map_entry *entry;
	void *value;
	size_t hole, i;

	if (!map->cap)
		return NULL;
	entry = find(map, key, hash_of(map, key));
	value = entry->value;
	if (!value)
		return NULL;
	/* Close the hole: pull back each later entry of the run that may stand there. */
	hole = (size_t)(entry - map->slots);
	for (i = slot_after(map, hole); map->slots[i].value; i = slot_after(map, i)) {
		size_t home = slot_of(map, map->slots[i].hash);

		if (distance(map, home, i) < distance(map, hole, i))
			continue;
		map->slots[hole] = map->slots[i];
		hole = i;
	}
	map->slots[hole] = (struct map_entry){ NULL, NULL, 0, 0 };
	map->len--;
	return value;
}

void *map_next(const struct map *map, size_t *at)
{
	while (*at < map->cap) {
		void *value = map->slots[(*at)++].value;

		if (value)
			return value;
	}
	return NULL;
}
