/* Records in the order in which they came. */
#pragma once

#include "lib/base/arena.h"

/* A growing array in the observer's arena. */
struct records {
	void **items;
	uint32_t len, cap;
};

/* Appends item. False without memory in the arena, the array being as it was. */
bool records_push(struct records *records, struct arena *arena, void *item);
