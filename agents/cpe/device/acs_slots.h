/* The three places an ACS address can come from, and the vendor's order among them: what
 * the user or an ACS has set, else what DHCP gave, else what the factory left (HP 5920
 * guide, "preferred ACS attributes"; `cwmp acs url`). */
#pragma once

#include "lib/base/str.h"

enum acs_source {
	ACS_SOURCE_USER, /* also: set by an ACS; the later of the two overwrites */
	ACS_SOURCE_DHCP,
	ACS_SOURCE_DEFAULT,
	ACS_SOURCES /* also: none */
};

struct acs_slot {
	char *url; /* owned; null: nothing is known here */
	char *username;
	char *password;
};

struct acs_slots {
	struct acs_slot slots[ACS_SOURCES];
};

/* Copies all three; null views and an empty url read as not set. 0 or -ENOMEM, with the
 * slot as it was. */
int acs_slots_set(struct acs_slots *slots, enum acs_source source, struct str url,
    struct str username, struct str password);

/* Where the next session goes; ACS_SOURCES when no slot has a URL. */
enum acs_source acs_slots_source(const struct acs_slots *slots);

/* That slot, or null. */
const struct acs_slot *acs_slots_current(const struct acs_slots *slots);

/* Frees the strings. Safe to repeat. */
void acs_slots_free(struct acs_slots *slots);

/* "user", "DHCP", "default"; "none". */
const char *acs_source_name(enum acs_source source);
