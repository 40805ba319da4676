#include "lib/base/map.h"

#include <errno.h>
#include <stdlib.h>

static uint64_t mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

/* Seeded, eight bytes at a time: the tables here hold many thousands of short keys. */
static uint32_t hash_of(const struct map *map, struct str key)
{
	uint64_t h = mix(map->seed, key.len), word = 0;

	for (; key.len >= sizeof(word); key = str_from(key, sizeof(word))) {
		memcpy(&word, key.p, sizeof(word));
		h = mix(h, word);
	}
	word = 0;
	if (key.len > 0)
		memcpy(&word, key.p, key.len);
	h = mix(h, word);
	return (uint32_t)(h * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

void map_free(struct map *map)
{
	free(map->slots);
	map->slots = NULL;
	map->cap = map->len = 0;
}

static size_t slot_of(const struct map *map, uint32_t hash)
{
	return hash & (map->cap - 1);
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
		i = (i + 1) & (map->cap - 1);
	}
	return &map->slots[i];
}

void *map_get(const struct map *map, struct str key)
{
	return map->cap ? find(map, key, hash_of(map, key))->value : NULL;
}

static int grow(struct map *map)
{
	struct map bigger = { NULL, map->cap ? map->cap * 2 : 16, map->len, map->seed };

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
	if ((map->len + 1) * 4 > map->cap * 3) {
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
	for (i = (hole + 1) & (map->cap - 1); map->slots[i].value;
	     i = (i + 1) & (map->cap - 1)) {
		size_t home = slot_of(map, map->slots[i].hash);

		if (((i - home) & (map->cap - 1)) < ((i - hole) & (map->cap - 1)))
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
