/* Shared by the change_*.c files: the plans of both sides, taken apart. */
#pragma once

#include "lab/change/change.h"
#include "lib/base/map.h"

/* A pair, with the steps about its ends at switches. A bridge of a switch beside its own is one, too,
 * with two ends that are the same. */
struct change_cable {
	const struct plan_step *step;
	uint32_t near[2], peer[2]; /* ns and ifindex */
	const char *text;          /* of its steps */
	struct change_cable *same; /* on the other side; or null */
	bool stays;
};

struct change_side {
	const struct plan *plan;
	struct map names;   /* of instances: struct plan_instance */
	const char **texts; /* by step, of those that are compared */
	struct change_cable *cables;
	size_t n_cables;
	struct map ends;      /* near and peer of a cable: struct change_cable */
	size_t *first, *last; /* by instance: its own steps; SIZE_MAX: it has none */
	size_t *next;         /* by step: the instance's next; SIZE_MAX: no more */
};

struct change_finder {
	const struct change_sides *sides;
	struct change_set *set;
	struct change_side *from, *to;
	bool *is_changed; /* by instance of to that stays: something of it, in place */
	size_t *first;    /* by node of to, number - 1: its first instance */
	struct error *err;
};

int change_fail_memory(struct error *err);

/* ---- change_side.c --------------------------------------------------------------------- */

int change_side_read(struct change_side *side, const struct plan *plan,
    struct arena *arena, struct error *err);
void change_side_free(struct change_side *side);

/* Its index in plan->instances; FABRIC_NEW: it has none of that name. */
uint32_t change_side_find(const struct change_side *side, const char *instance);

/* The same of whom a link is called after. */
uint32_t change_side_find_link(const struct change_side *side,
    const struct plan_link *link);

/* The cable that ends there, or null. */
struct change_cable *change_side_end(const struct change_side *side, uint32_t ns,
    uint32_t ifindex);

/* The cable whose step it is, by an end at a switch; null: the step is the instance's own. */
struct change_cable *change_side_owner(const struct change_side *side,
    const struct plan_step *step);

/* ---- the parts of change_find() --------------------------------------------------------- */

/* Fills fabric and built of the set. */
int change_find_steps(struct change_finder *f);

/* Fills next, starts and stops. */
int change_find_programs(struct change_finder *f);

/* Fills changes. */
int change_tell(struct change_finder *f);

/* Appends what differs between two mappings of a file, in words of the file; skip: a key
 * of the outermost that is left out, or null. */
void change_put_words(struct buf *out, const struct conf_node *from,
    const struct conf_node *to, const char *skip);
