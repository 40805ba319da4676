/* The three places an ACS address can come from, and the vendor's order among them: what
 * the user or an ACS has set, else what DHCP gave, else what the factory left (HP 5920
 * guide, "preferred ACS attributes"; `cwmp acs url`). */
#pragma once

#include "lib/base/intern.h"

enum acs_source {
	ACS_SOURCE_USER, /* a user or an ACS, whichever wrote last */
	ACS_SOURCE_DHCP,
	ACS_SOURCE_DEFAULT,
	ACS_SOURCES /* how many; as an answer: none of them */
};

struct acs_slot {        /* words of the fleet, which many CPEs have in common */
	const char *url; /* null: this source names no ACS */
	const char *username;
	const char *password;
};

struct acs_slots {
	struct acs_slot slots[ACS_SOURCES];
};

/* Replaces all three words of a slot; one that is a null view is not set any more, nor
 * is an empty url. 0; -ENOMEM, and the slot is as it was. */
int acs_slots_set(struct acs_slots *slots, struct intern *words, enum acs_source source,
    struct str url, struct str username, struct str password);

/* The source whose slot the next session uses; ACS_SOURCES when no slot has a URL. */
enum acs_source acs_slots_source(const struct acs_slots *slots);

/* The slot of acs_slots_source(), or null. */
const struct acs_slot *acs_slots_current(const struct acs_slots *slots);

/* Gives the words back. Safe to repeat. */
void acs_slots_free(struct acs_slots *slots, struct intern *words);

/* "user", "DHCP", "default"; "none". */
const char *acs_source_name(enum acs_source source);
