#include "agents/acs/reach/light_copies.h"

#include "lib/base/siphash.h"

#include <inttypes.h>

/* With the length of each text, so that no two have the same bytes. */
static void put(struct buf *out, struct str text)
{
	buf_printf(out, "%zu ", text.len);
	buf_append_str(out, text);
}

static uint64_t hash_of(const struct light_copies *copies,
    const struct lightweight *notification)
{
	const struct cwmp_device_id *device = &notification->device;
	auto_buf key = BUF_NULL;

	buf_printf(&key, "%" PRId64 " ", notification->ts);
	put(&key, notification->cn);
	put(&key, device->oui);
	put(&key, device->product_class);
	put(&key, device->serial_number);
	return siphash13(copies->seed, ~copies->seed, key.data, key.len);
}

bool light_copies_note(struct light_copies *copies,
    const struct lightweight *notification)
{
	uint64_t hash = hash_of(copies, notification);

	for (size_t i = 0; i < copies->len; i++) {
		if (copies->heard[i] == hash)
			return true;
	}
	copies->heard[copies->next] = hash;
	copies->next = (copies->next + 1) % LIGHT_COPIES_MAX;
	copies->len = MIN(copies->len + 1, (size_t)LIGHT_COPIES_MAX);
	return false;
}
