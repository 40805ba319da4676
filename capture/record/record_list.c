#include "capture/record/record_list.h"

bool records_push(struct records *records, struct arena *arena, void *item)
{
	if (records->len == records->cap) {
		uint32_t cap = records->cap ? records->cap * 2 : 2;
		void **items = arena_array(arena, cap, sizeof(*items));

		if (!items)
			return false;
		if (records->len > 0)
			memcpy(items, records->items, records->len * sizeof(*items));
		records->items = items;
		records->cap = cap;
	}
	records->items[records->len++] = item;
	return true;
}
