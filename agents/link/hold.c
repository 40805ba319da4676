#include "agents/link/hold.h"

#include "lib/base/compiler.h"

#include <stdlib.h>
#include <string.h>

static size_t size_of(size_t len)
{
	return sizeof(struct held) + len;
}

static size_t place_of(int64_t slot)
{
	return (size_t)slot % HOLD_SLOTS;
}

void hold_init(struct hold *hold, clock_ns now)
{
	memset(hold, 0, sizeof(*hold)); /* too large for a copy on the stack */
	hold->slot = now / HOLD_SLOT_NS;
}

void hold_free(struct hold *hold)
{
	for (size_t i = 0; i < HOLD_SLOTS; i++) {
		struct held *held = hold->first[i], *next;

		for (; held; held = next) {
			next = held->next;
			free(held);
		}
	}
	hold_init(hold, 0);
}

bool hold_put(struct hold *hold, clock_ns at, void *to,
    const struct virtio_net_hdr *offload, const uint8_t *bytes, size_t len)
{
	size_t place = place_of(MAX(at / HOLD_SLOT_NS, hold->slot));
	struct held *held;

	if (hold->bytes + size_of(len) > HOLD_BYTES_MAX)
		return false;
	held = malloc(size_of(len));
	if (!held)
		return false;
	*held = (struct held){ .at = at,
		.to = to,
		.offload = *offload,
		.len = (uint32_t)len };
	memcpy(held->bytes, bytes, len);
	if (hold->first[place])
		hold->last[place]->next = held;
	else
		hold->first[place] = held;
	hold->last[place] = held;
	hold->used[place / 64] |= UINT64_C(1) << place % 64;
	hold->bytes += size_of(len);
	hold->n++;
	return true;
}

/* Takes the first of the slot whose time has come; those of later turns stay. */
static struct held *take_from(struct hold *hold, size_t place, clock_ns now)
{
	struct held *before = NULL, *held = hold->first[place];

	while (held && held->at > now) {
		before = held;
		held = held->next;
	}
	if (!held)
		return NULL;
	if (before)
		before->next = held->next;
	else
		hold->first[place] = held->next;
	if (hold->last[place] == held)
		hold->last[place] = before;
	if (!hold->first[place])
		hold->used[place / 64] &= ~(UINT64_C(1) << place % 64);
	hold->bytes -= size_of(held->len);
	hold->n--;
	held->next = NULL;
	return held;
}

/* Those of one slot. */
static void forget_in(struct hold *hold, size_t place, const void *to)
{
	struct held **next = &hold->first[place], *held;

	hold->last[place] = NULL;
	while ((held = *next)) {
		if (held->to != to) {
			hold->last[place] = held;
			next = &held->next;
			continue;
		}
		*next = held->next;
		hold->bytes -= size_of(held->len);
		hold->n--;
		free(held);
	}
	if (!hold->first[place])
		hold->used[place / 64] &= ~(UINT64_C(1) << place % 64);
}

void hold_forget(struct hold *hold, const void *to)
{
	for (size_t place = 0; place < HOLD_SLOTS; place++) {
		if (hold->first[place])
			forget_in(hold, place, to);
	}
}

/* How many slots behind place the next one is that is not empty, within a turn; -1: none. */
static int64_t next_used(const struct hold *hold, size_t place)
{
	for (size_t k = 0; k <= HOLD_SLOTS / 64; k++) {
		size_t word = (place / 64 + k) % (HOLD_SLOTS / 64);
		uint64_t bits = hold->used[word];

		if (k == 0)
			bits &= UINT64_MAX << place % 64;
		if (bits) {
			size_t at = word * 64 + (size_t)__builtin_ctzll(bits);

			return (int64_t)((at + HOLD_SLOTS - place) % HOLD_SLOTS);
		}
	}
	return -1;
}

struct held *hold_take(struct hold *hold, clock_ns now)
{
	int64_t last = now / HOLD_SLOT_NS;

	/* After a long rest one turn sees every slot. */
	if (last - hold->slot > HOLD_SLOTS)
		hold->slot = last - HOLD_SLOTS;
	while (hold->n > 0) {
		int64_t ahead = next_used(hold, place_of(hold->slot));
		struct held *held;

		if (ahead < 0 || hold->slot + ahead > last)
			break;
		hold->slot += ahead;
		held = take_from(hold, place_of(hold->slot), now);
		if (held)
			return held;
		if (hold->slot == last) /* more of it may come due */
			return NULL;
		hold->slot++;
	}
	hold->slot = MAX(hold->slot, last);
	return NULL;
}

clock_ns hold_next(const struct hold *hold)
{
	int64_t ahead = hold->n > 0 ? next_used(hold, place_of(hold->slot)) : -1;
	size_t place = place_of(hold->slot + MAX(ahead, 0));
	clock_ns first = INT64_MAX;

	if (ahead < 0)
		return INT64_MAX;
	for (const struct held *held = hold->first[place]; held; held = held->next)
		first = MIN(first, held->at);
	/* Frames of a later turn hide those of this one that stand behind. */
	if (first / HOLD_SLOT_NS > hold->slot + ahead)
		return (hold->slot + ahead + 1) * HOLD_SLOT_NS;
	return first;
}
