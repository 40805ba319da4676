/* The memory of records: copies in arenas, one copy of what recurs, and what few devices need. */
#include "capture/observe/observe_internal.h"

#include <errno.h>
#include <stdlib.h>

void *observer_alloc_in(struct observer *observer, struct arena *arena, size_t size)
{
	void *p = arena_alloc(arena, size);

	if (!p)
		observer->memory.error = -ENOMEM;
	return p;
}

char *observer_strdup_in(struct observer *observer, struct arena *arena, struct str s)
{
	char *copy = arena_strdup(arena, s);

	if (!copy)
		observer->memory.error = -ENOMEM;
	return copy;
}

char *observer_text_in(struct observer *observer, struct arena *arena, struct str s)
{
	return s.len > 0 ? observer_strdup_in(observer, arena, s) : NULL;
}

void observer_push_in(struct observer *observer, struct arena *arena,
    struct records *records, void *item)
{
	if (!records_push(records, arena, item))
		observer->memory.error = -ENOMEM;
}

void *observer_alloc(struct observer *observer, size_t size)
{
	return observer_alloc_in(observer, &observer->memory.arena, size);
}

char *observer_strdup(struct observer *observer, struct str s)
{
	return observer_strdup_in(observer, &observer->memory.arena, s);
}

char *observer_text(struct observer *observer, struct str s)
{
	return observer_text_in(observer, &observer->memory.arena, s);
}

void observer_push(struct observer *observer, struct records *records, void *item)
{
	observer_push_in(observer, &observer->memory.arena, records, item);
}

const char *observer_intern(struct observer *observer, struct str s)
{
	char *known = s.len > 0 ? map_get(&observer->memory.interned, s) : NULL;

	if (s.len == 0 || known)
		return known;
	known = observer_strdup(observer, s);
	if (known &&
	    map_put(&observer->memory.interned, str_make(known, s.len), known) < 0)
		observer->memory.error = -ENOMEM;
	return known;
}

struct device_more *device_more(struct observer *observer, struct device_record *device)
{
	if (!device->more)
		device->more = calloc(1, sizeof(*device->more));
	if (!device->more)
		observer->memory.error = -ENOMEM;
	return device->more;
}
