#include "capture/frame/dedupe.h"

#include <string.h>

#define WINDOW_NS (50 * NS_PER_MS)

static uint64_t hash_bytes(uint64_t h, const uint8_t *p, size_t len)
{
	uint64_t v;

	for (; len >= sizeof(v); p += sizeof(v), len -= sizeof(v)) {
		memcpy(&v, p, sizeof(v));
		h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 32;
	}
	v = len;
	if (len > 0)
		memcpy(&v, p, len);
	h = (h ^ v) * UINT64_C(0xd6e8feb86659fd93);
	return h ^ h >> 32;
}

bool dedupe_is_copy(struct dedupe *d, const struct frame *frame)
{
	uint64_t hash = hash_bytes(d->seed, frame->bytes, frame->caplen);
	struct dedupe_slot *slot = &d->slots[hash % DEDUPE_SLOTS];
	clock_ns apart = frame->time - slot->time;

	if (slot->hash == hash && slot->len == frame->caplen &&
	    slot->interface != frame->interface && apart <= WINDOW_NS &&
	    apart >= -WINDOW_NS)
		return true;
	*slot =
	    (struct dedupe_slot){ hash, frame->time, frame->interface, frame->caplen };
	return false;
}
