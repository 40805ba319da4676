/* What is told alike of several CPEs: findings of one rule, sessions that failed alike. Each
 * group becomes one paragraph. */
#pragma once

#include "lab/look/findings_text.h"
#include "lib/base/arena.h"
#include "lib/base/map.h"

#include <stddef.h>
#include <stdint.h>

struct group {
	const void *first; /* that was added to it, borrowed */
	uint64_t n, cpes;  /* how many were, and of how many CPEs */
};

struct groups {
	struct group *items; /* in the order of their firsts */
	size_t n, max;
	uint64_t more; /* that would have begun a group past max */
	struct map by_key, seen;
	struct arena arena;
	int error; /* -ENOMEM, once memory ran out */
};

/* Begins with no group, to have at most max; seed as struct map's. The caller ends them with
 * groups_free(). */
void groups_begin(struct groups *groups, size_t max, uint64_t seed);
void groups_free(struct groups *groups);

/* Adds first, or what is like it by its key; cpe says whose it is. */
void groups_add(struct groups *groups, struct str key, const char *cpe,
    const void *first);

/* The group of that key; null: there is none. */
const struct group *groups_find(const struct groups *groups, struct str key);

struct group_place {              /* of the first */
	const char *cpe, *serial; /* may be null */
	uint64_t frame;
	uint32_t line; /* of a text; 0: none */
};

/* Appends "2 CPEs, 3 times, first 10.0.0.5 (A1), frame 20"; of one alone without the numbers.
 * Of a text the line is told where an editor finds it, else the number of the message. */
void group_put_place(struct buf *out, const struct group *group,
    const struct group_place *first, const struct findings_options *options);
