#include "lib/base/arena.h"

#include "lib/base/compiler.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

enum {
	BLOCK_SIZE = 4 << 10
};

struct arena_block {
	struct arena_block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) uint8_t bytes[];
};

static struct arena_block *add_block(struct arena *arena, size_t need)
{
	size_t size = MAX(need, (size_t)BLOCK_SIZE);
	struct arena_block *block = malloc(sizeof(*block) + size);

	if (!block)
		return NULL;
	block->size = size;
	block->used = 0;
	block->next = arena->blocks;
	arena->blocks = block;
	return block;
}

/* As arena_alloc(), with whatever stood in the memory. align is a power of two. */
static void *take(struct arena *arena, size_t size, size_t align)
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

static void free_blocks(struct arena_block *block)
{
	while (block) {
		struct arena_block *next = block->next;

		free(block);
		block = next;
	}
}

void arena_reset(struct arena *arena)
{
	arena->used = 0;
	if (!arena->blocks)
		return;
	free_blocks(arena->blocks->next);
	arena->blocks->next = NULL;
	arena->blocks->used = 0;
}

void arena_free(struct arena *arena)
{
	free_blocks(arena->blocks);
	arena->blocks = NULL;
	arena->used = 0;
}
