#include "agents/cpe/session/acs_slots.h"

#include <errno.h>

static void slot_free(struct acs_slot *slot, struct intern *words)
{
	intern_drop(words, slot->url);
	intern_drop(words, slot->username);
	intern_drop(words, slot->password);
	*slot = (struct acs_slot){ NULL, NULL, NULL };
}

int acs_slots_set(struct acs_slots *slots, struct intern *words, enum acs_source source,
    struct str url, struct str username, struct str password)
{
	struct acs_slot next = { NULL, NULL, NULL };

	if (url.len > 0)
		next.url = intern_put(words, url);
	if (username.p)
		next.username = intern_put(words, username);
	if (password.p)
		next.password = intern_put(words, password);
	if ((url.len > 0 && !next.url) || (username.p && !next.username) ||
	    (password.p && !next.password)) {
		slot_free(&next, words);
		return -ENOMEM;
	}
	slot_free(&slots->slots[source], words);
	slots->slots[source] = next;
	return 0;
}

enum acs_source acs_slots_source(const struct acs_slots *slots)
{
	for (int source = ACS_SOURCE_USER; source < ACS_SOURCES; source++) {
		if (slots->slots[source].url)
			return (enum acs_source)source;
	}
	return ACS_SOURCES;
}

const struct acs_slot *acs_slots_current(const struct acs_slots *slots)
{
	enum acs_source source = acs_slots_source(slots);

	return source == ACS_SOURCES ? NULL : &slots->slots[source];
}

void acs_slots_free(struct acs_slots *slots, struct intern *words)
{
	for (int source = 0; source < ACS_SOURCES; source++)
		slot_free(&slots->slots[source], words);
}

const char *acs_source_name(enum acs_source source)
{
	static const char *const names[] = { "user", "DHCP", "default", "none" };

	return names[source];
}
