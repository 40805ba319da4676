/* Tasks by their numbers, in the order of these: most get the next number of all, and any may go.
 * To find one takes as many steps as the number of them has bits. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct task;

struct task_places { /* zeroed, it is empty */
	struct task_place {
		uint64_t id;
		struct task *task; /* null: it has left */
	} * items;                 /* owned; ascending */
	size_t len, cap;
	size_t n_left; /* of the items: tasks that have not */
};

/* The tasks are not freed. Safe to repeat. */
void task_places_free(struct task_places *places);

/* The number has no task yet. -ENOMEM. */
int task_places_take(struct task_places *places, uint64_t id, struct task *task);

/* Nothing changes where it has none. */
void task_places_leave(struct task_places *places, uint64_t id);

/* The task of that number, or null. */
struct task *task_places_find(const struct task_places *places, uint64_t id);

/* The one with the next number above that, or null. */
struct task *task_places_after(const struct task_places *places, uint64_t id);
