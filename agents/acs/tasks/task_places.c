#include "agents/acs/tasks/task_places.h"

#include "lib/base/compiler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	PLACES_MIN = 64
};

void task_places_free(struct task_places *places)
{
	free(places->items);
	*places = (struct task_places){ .items = NULL };
}

/* The first whose number is not below that one, or len. */
static size_t place_of(const struct task_places *places, uint64_t id)
{
	size_t low = 0, high = places->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (places->items[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void close_ranks(struct task_places *places)
{
	size_t n = 0;

	for (size_t i = 0; i < places->len; i++) {
		if (places->items[i].task)
			places->items[n++] = places->items[i];
	}
	places->len = n;
}

/* Where half of them have left, there is room among them: so each task is moved as often as
 * another has come and gone, and no more. */
static int make_room(struct task_places *places)
{
	size_t cap = MAX(2 * places->cap, (size_t)PLACES_MIN);
	struct task_place *items;

	if (places->len < places->cap)
		return 0;
	if (2 * places->n_left < places->cap) {
		close_ranks(places);
		return 0;
	}
	items = realloc(places->items, cap * sizeof(*items));
	if (!items)
		return -ENOMEM;
	places->items = items;
	places->cap = cap;
	return 0;
}

int task_places_take(struct task_places *places, uint64_t id, struct task *task)
{
	size_t at;

	if (make_room(places) < 0)
		return -ENOMEM;
	at = place_of(places, id);
	if (at == places->len || places->items[at].id != id) {
		memmove(&places->items[at + 1], &places->items[at],
		    (places->len - at) * sizeof(*places->items));
		places->len++;
	}
	places->items[at] = (struct task_place){ id, task };
	places->n_left++;
	return 0;
}

void task_places_leave(struct task_places *places, uint64_t id)
{
	size_t at = place_of(places, id);

	if (at == places->len || places->items[at].id != id || !places->items[at].task)
		return;
	places->items[at].task = NULL;
	places->n_left--;
}

struct task *task_places_find(const struct task_places *places, uint64_t id)
{
	size_t at = place_of(places, id);

	return at < places->len && places->items[at].id == id ? places->items[at].task
							      : NULL;
}

struct task *task_places_after(const struct task_places *places, uint64_t id)
{
	for (size_t i = id < UINT64_MAX ? place_of(places, id + 1) : places->len;
	     i < places->len; i++) {
		if (places->items[i].task)
			return places->items[i].task;
	}
	return NULL;
}
