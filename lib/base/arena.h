/* Memory that is freed in one stroke: one arena a message or a document. */
#pragma once

#include "lib/base/str.h"

#include <stdbool.h>
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks; /* newest first */
	size_t used;                /* bytes handed out since the last reset */
	size_t max;                 /* 0 reads as ARENA_DEFAULT_MAX */
	size_t first;               /* private: bytes of the block after a reset */
	struct arena_pool *pool;    /* where blocks come from and go to; may be null */
	/* The machine had no memory for something since the last reset: a null is not, or not
	 * only, for the limit. */
	bool lacks_memory;
};

/* Blocks that arenas of one owner have done with, for its next ones: where arenas come and go
 * by the thousand, the allocator is asked once for what they need at one time. It outlives the
 * arenas. */
struct arena_pool {
	struct arena_block *blocks;
	size_t n;
};

enum {
	ARENA_DEFAULT_MAX = 64 << 20
};

#define ARENA_NULL                         \
	{                                  \
		NULL, 0, 0, 0, NULL, false \
	}
#define ARENA_MAX(limit)                         \
	{                                        \
		NULL, 0, (limit), 0, NULL, false \
	}

/* Zeroed, aligned for any type; lives until arena_reset() or arena_free(). Null over
 * the limit or without memory. */
void *arena_alloc(struct arena *arena, size_t size);

/* An array of n zeroed items; null also when n * size overflows. */
void *arena_array(struct arena *arena, size_t n, size_t size);

/* A terminated copy of s; null as arena_alloc(). */
char *arena_strdup(struct arena *arena, struct str s);

/* The same (terminated too) as a view; a null view over the limit or without memory. */
struct str arena_str(struct arena *arena, struct str s);

/* Takes back all that was handed out. A single block stays for the next message; where
 * there were several all are freed, and the next message begins with one of their size,
 * at most 64 KiB. */
void arena_reset(struct arena *arena);

/* Gives everything back. Safe to repeat. */
void arena_free(struct arena *arena);

/* Frees the blocks that nobody uses. */
void arena_pool_free(struct arena_pool *pool);

static inline void arena_freep_local(struct arena *arena)
{
	arena_free(arena);
}
#define auto_arena __attribute__((cleanup(arena_freep_local))) struct arena
