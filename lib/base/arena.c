#include "lib/base/arena.h"

#include "lib/base/compiler.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

enum {
	BLOCK_SIZE = 4 << 10,
	FIRST_MAX = 64 << 10, /* of the block that a reset leaves */
	POOL_MAX = 4096,
	POOLS_KEEP = !WATCHES_MEMORY, /* so that who looks at what was freed is found */
};

struct arena_block {
	struct arena_block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) uint8_t bytes[];
};

static ATTR_COLD struct arena_block *add_block(struct arena *arena, size_t need)
{
	size_t least = arena->blocks ? 0 : arena->first;
	size_t size = MAX(MAX(need, least), (size_t)BLOCK_SIZE);
	struct arena_pool *pool = arena->pool;
	struct arena_block *block = NULL;

	if (pool && size == BLOCK_SIZE && pool->blocks) {
		block = pool->blocks;
		pool->blocks = block->next;
		pool->n--;
	} else {
		block = malloc(sizeof(*block) + size);
	}
	if (!block) {
		arena->lacks_memory = true;
		return NULL;
	}
	block->size = size;
	block->used = 0;
	block->next = arena->blocks;
	arena->blocks = block;
	return block;
}

/* As arena_alloc(), with whatever stood in the memory. align is a power of two. */
static inline void *take(struct arena *arena, size_t size, size_t align)
{
	size_t max = arena->max ? arena->max : ARENA_DEFAULT_MAX;
	struct arena_block *block = arena->blocks;
	size_t at = block ? (block->used + align - 1) & ~(align - 1) : 0;

	if (size > max || arena->used > max - size)
		return NULL;
	if (!block || at > block->size || block->size - at < size) {
		block = add_block(arena, size);
		if (!block)
			return NULL;
		at = 0;
	}
	arena->used += size;
	block->used = at + size;
	return block->bytes + at;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	void *at = take(arena, size, alignof(max_align_t));

	return at ? memset(at, 0, size) : NULL;
}

void *arena_array(struct arena *arena, size_t n, size_t size)
{
	if (size > 0 && n > SIZE_MAX / size)
		return NULL;
	return arena_alloc(arena, n * size);
}

char *arena_strdup(struct arena *arena, struct str s)
{
	char *copy;

	if (s.len == SIZE_MAX)
		return NULL;
	copy = take(arena, s.len + 1, 1); /* many short ones: no padding */
	if (!copy)
		return NULL;
	if (s.len > 0)
		memcpy(copy, s.p, s.len);
	copy[s.len] = '\0';
	return copy;
}

struct str arena_str(struct arena *arena, struct str s)
{
	const char *copy = arena_strdup(arena, s);

	return copy ? str_make(copy, s.len) : STR_NULL;
}

static void free_blocks(struct arena_pool *pool, struct arena_block *block)
{
	while (block) {
		struct arena_block *next = block->next;

		if (POOLS_KEEP && pool && block->size == BLOCK_SIZE &&
		    pool->n < POOL_MAX) {
			block->next = pool->blocks;
			pool->blocks = block;
			pool->n++;
		} else {
			free(block);
		}
		block = next;
	}
}

/* All that the blocks held, and the ends that were too small for something. */
static size_t size_of(const struct arena_block *block)
{
	size_t size = 0;

	for (; block; block = block->next)
		size += block->size;
	return size;
}

void arena_reset(struct arena *arena)
{
	arena->used = 0;
	arena->lacks_memory = false;
	if (!arena->blocks)
		return;
	if (arena->blocks->next) {
		size_t size = MIN(size_of(arena->blocks), (size_t)FIRST_MAX);

		arena->first = MAX(arena->first, size);
		arena_free(arena);
		return;
	}
	arena->blocks->used = 0;
}

void arena_free(struct arena *arena)
{
	free_blocks(arena->pool, arena->blocks);
	arena->blocks = NULL;
	arena->used = 0;
	arena->lacks_memory = false;
}

void arena_pool_free(struct arena_pool *pool)
{
	free_blocks(NULL, pool->blocks);
	*pool = (struct arena_pool){ NULL, 0 };
}
