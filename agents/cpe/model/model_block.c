/* A slotted page: records grow up from the head, slots with their places down from the end. */
#include "agents/cpe/model/model_block.h"

#include "lib/base/compiler.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

struct model_block {
	uint32_t size; /* bytes of the whole */
	uint32_t
	    used; /* of them for head and records, those that nobody has a slot of too */
	uint32_t lost; /* of records without a slot */
	uint32_t len;  /* slots */
};

struct head { /* of a record; numbers and the terminated text follow */
	uint32_t name;
	uint32_t len; /* of the text */
	uint8_t kind, n, flags, unused;
};

enum {
	SLOT = sizeof(uint32_t),
	SIZE_FIRST = 128
};

static uint32_t *slot_of(const struct model_block *block, size_t i)
{
	const char *end = (const char *)block + block->size;

	return (uint32_t *)(uintptr_t)(end - (i + 1) * SLOT);
}

static struct head *head_of(const struct model_block *block, size_t i)
{
	return (struct head *)(uintptr_t)((const char *)block + *slot_of(block, i));
}

static const uint32_t *numbers_of(const struct head *head)
{
	return (const uint32_t *)(const void *)(head + 1);
}

static size_t record_size(uint32_t n, size_t len)
{
	size_t size = sizeof(struct head) + n * sizeof(uint32_t) + len + 1;

	return (size + SLOT - 1) / SLOT * SLOT;
}

static size_t size_of(const struct head *head)
{
	return record_size(head->n, head->len);
}

size_t model_block_len(const struct model_block *block)
{
	return block ? block->len : 0;
}

size_t model_block_bytes(const struct model_block *block)
{
	return block ? block->size : 0;
}

struct model_record model_block_at(const struct model_block *block, size_t i)
{
	const struct head *head = head_of(block, i);
	const uint32_t *numbers = numbers_of(head);
	struct model_record record = {
		.kind = (enum model_record_kind)head->kind,
		.at = { .name = head->name, .n = head->n },
		.flags = head->flags,
		.text = str_make(numbers + head->n, head->len),
	};

	memcpy(record.at.index, numbers, head->n * sizeof(*numbers));
	return record;
}

/* ---- finding ------------------------------------------------------------------------ */

static int compare(const struct head *head, enum model_record_kind kind,
    const struct model_at *at)
{
	const uint32_t *numbers = numbers_of(head);

	if (head->kind != kind)
		return head->kind < kind ? -1 : 1;
	if (head->name != at->name)
		return head->name < at->name ? -1 : 1;
	for (uint32_t i = 0; i < MIN(head->n, at->n); i++) {
		if (numbers[i] != at->index[i])
			return numbers[i] < at->index[i] ? -1 : 1;
	}
	return (head->n > at->n) - (head->n < at->n);
}

size_t model_block_lower(const struct model_block *block, enum model_record_kind kind,
    const struct model_at *at)
{
	size_t low = 0, high = model_block_len(block);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(head_of(block, middle), kind, at) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool model_block_has(const struct model_block *block, enum model_record_kind kind)
{
	const struct model_at first = { .name = 0 };
	size_t i = model_block_lower(block, kind, &first);

	return i < model_block_len(block) && head_of(block, i)->kind == kind;
}

static bool find(const struct model_block *block, enum model_record_kind kind,
    const struct model_at *at, size_t *ret)
{
	*ret = model_block_lower(block, kind, at);
	return *ret < model_block_len(block) &&
	       compare(head_of(block, *ret), kind, at) == 0;
}

bool model_block_get(const struct model_block *block, enum model_record_kind kind,
    const struct model_at *at, struct model_record *ret)
{
	size_t i;

	if (!find(block, kind, at, &i))
		return false;
	*ret = model_block_at(block, i);
	return true;
}

/* ---- changing ----------------------------------------------------------------------- */

/* A copy without what is lost, with room for so many bytes more. */
static int copy_into(struct model_block **ret, const struct model_block *block,
    size_t room)
{
	size_t kept = block ? block->used - block->lost : sizeof(*block);
	size_t len = model_block_len(block);
	size_t size = (kept + len * SLOT + room + SLOT - 1) / SLOT * SLOT;
	struct model_block *copy;

	if (size > MODEL_BLOCK_MAX)
		return ERR_LIMIT;
	copy = malloc(size);
	if (!copy)
		return -ENOMEM;
	*copy = (struct model_block){ .size = (uint32_t)size,
		.used = sizeof(*copy),
		.len = (uint32_t)len };
	for (size_t i = 0; i < len; i++) {
		const struct head *head = head_of(block, i);

		memcpy((char *)copy + copy->used, head, size_of(head));
		*slot_of(copy, i) = copy->used;
		copy->used += (uint32_t)size_of(head);
	}
	*ret = copy;
	return 0;
}

static bool has_room(const struct model_block *block, size_t n)
{
	return block && block->size - block->used - block->len * SLOT >= n;
}

static int make_room(struct model_block **block, size_t n)
{
	struct model_block *next;
	int r = copy_into(&next, *block, n);

	if (r < 0)
		return r;
	free(*block);
	*block = next;
	return 0;
}

/* Room for a record and a slot. What is free grows with the block, by half of it. */
static int want_room(struct model_block **block, size_t n)
{
	size_t half = *block ? (*block)->size / 2 : SIZE_FIRST;
	int r;

	if (has_room(*block, n))
		return 0;
	r = make_room(block, MAX(n, half));
	return r == ERR_LIMIT && half > n ? make_room(block, n) : r;
}

size_t model_block_cost(const struct model_at *at, size_t len)
{
	return record_size(at->n, len) + SLOT;
}

int model_block_reserve(struct model_block **block, size_t n)
{
	return n == 0 || has_room(*block, n) ? 0 : make_room(block, n);
}

static void write_record(struct model_block *block, size_t i, const struct head *head,
    const struct model_at *at, struct str text)
{
	char *p = (char *)block + block->used;

	*slot_of(block, i) = block->used;
	block->used += (uint32_t)size_of(head);
	memcpy(p, head, sizeof(*head));
	p += sizeof(*head);
	memcpy(p, at->index, at->n * sizeof(*at->index));
	p += at->n * sizeof(*at->index);
	if (text.len > 0)
		memcpy(p, text.p, text.len);
	p[text.len] = '\0';
}

int model_block_put(struct model_block **block, enum model_record_kind kind,
    const struct model_at *at, uint8_t flags, struct str text)
{
	const struct head head = {
		.name = at->name,
		.len = (uint32_t)text.len,
		.kind = (uint8_t)kind,
		.n = (uint8_t)at->n,
		.flags = flags,
	};
	size_t i;
	bool is_there = find(*block, kind, at, &i);
	int r;

	if (text.len > MODEL_BLOCK_MAX)
		return ERR_LIMIT;
	if (is_there && head_of(*block, i)->len == text.len) {
		model_block_flag(*block, i, flags);
		model_block_rewrite(*block, i, text);
		return 0;
	}
	r = want_room(block, size_of(&head) + SLOT);
	if (r < 0)
		return r;
	if (is_there) {
		(*block)->lost += (uint32_t)size_of(head_of(*block, i));
	} else {
		uint32_t *last = slot_of(*block, (*block)->len);

		memmove(last, last + 1, ((*block)->len - i) * SLOT);
		(*block)->len++;
	}
	write_record(*block, i, &head, at, text);
	return 0;
}

void model_block_flag(struct model_block *block, size_t i, uint8_t flags)
{
	head_of(block, i)->flags = flags;
}

void model_block_rewrite(struct model_block *block, size_t i, struct str text)
{
	struct head *head = head_of(block, i);

	assert(text.len == head->len);
	if (text.len > 0)
		memcpy((char *)(head + 1) + head->n * sizeof(uint32_t), text.p,
		    text.len);
}

void model_block_drop(struct model_block *block, size_t i)
{
	uint32_t *last = slot_of(block, block->len - 1);

	block->lost += (uint32_t)size_of(head_of(block, i));
	memmove(last + 1, last, (block->len - 1 - i) * SLOT);
	block->len--;
}

int model_block_copy(struct model_block **ret, const struct model_block *block)
{
	*ret = NULL;
	return model_block_len(block) > 0 ? copy_into(ret, block, 0) : 0;
}
