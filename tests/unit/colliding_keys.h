/* Keys that stand in one another's way in a map of one seed, and what that costs there. */
#pragma once

#include "lib/base/map.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	COLLIDING_KEYS = 4096,
	COLLIDING_KEY_MAX = 32
};

/* How far up in the order of the hash (map.h) a map of that seed puts key. */
static inline uint32_t key_place(uint64_t seed, struct str key)
{
	struct map map = { .seed = seed };
	uint32_t place = 0;

	if (map_put(&map, key, &map) < 0)
		abort();
	for (size_t i = 0; i < map.cap; i++) {
		if (map.slots[i].value)
			place = map.slots[i].hash;
	}
	map_free(&map);
	return place;
}

/* Writes the next key after *at that begins with start and wants a place in the first
 * sixty-fourth of an unseeded map. */
static inline struct str colliding_key(char text[COLLIDING_KEY_MAX], const char *start,
    unsigned *at)
{
	do {
		(void)snprintf(text, COLLIDING_KEY_MAX, "%s%u", start, ++*at);
	} while (key_place(0, str_of(text)) >> 26 != 0);
	return str_of(text);
}

/* Slots that one looks at in vain when each entry is looked up once. */
static inline size_t map_detours(const struct map *map)
{
	size_t n = 0;

	for (size_t i = 0; i < map->cap; i++) {
		const struct map_entry *entry = &map->slots[i];
		size_t home = (size_t)((uint64_t)entry->hash * map->cap >> 32);

		if (entry->value)
			n += i >= home ? i - home : i + map->cap - home;
	}
	return n;
}
