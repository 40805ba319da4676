#include "agents/common/hoard.h"

void hoard_init(struct hoard *hoard, size_t max)
{
	hoard->bytes = 0;
	hoard->max = max;
	for (size_t i = 0; i < HOARD_CLASSES; i++)
		list_init(&hoard->by_size[i]);
}

void hoarder_init(struct hoarder *hoarder)
{
	list_init(&hoarder->link);
	hoarder->bytes = 0;
}

/* 0 for 0, 1 for 1, 2 for 2 and 3... */
static size_t class_of(size_t bytes)
{
	size_t i = 0;

	while (bytes > 0) {
		bytes >>= 1;
		i++;
	}
	return i;
}

void hoard_note(struct hoard *hoard, struct hoarder *hoarder, size_t bytes)
{
	size_t before = class_of(hoarder->bytes), after = class_of(bytes);

	hoard->bytes = hoard->bytes - hoarder->bytes + bytes;
	hoarder->bytes = bytes;
	if (before == after)
		return;
	list_remove(&hoarder->link);
	if (after > 0)
		list_append(&hoard->by_size[after], &hoarder->link);
}

struct hoarder *hoard_excess(struct hoard *hoard)
{
	if (hoard->bytes <= hoard->max)
		return NULL;
	for (size_t i = HOARD_CLASSES - 1; i > 0; i--) {
		if (!list_empty(&hoard->by_size[i]))
			return list_first(&hoard->by_size[i], struct hoarder, link);
	}
	return NULL;
}
