/* Records in the order in which they came. */
#pragma once

#include "lib/base/arena.h"

/* A growing array; items is in the arena that records_push() is given, each time the
 * same. */
struct records {
	void **items;
	uint32_t len, cap;
};

/* Appends item. False without memory in the arena, the array being as it was. */
bool records_push(struct records *records, struct arena *arena, void *item);
