/* Which connection attempt begins when, where a host has several addresses (RFC 8305 5): one
 * after the other, 250 ms apart, or at once behind one that has failed. The first that stands
 * wins; the rest is the owner's to close. */
#pragma once

#include "lib/base/clock.h"

#include <stdbool.h>
#include <stddef.h>

#define ADDRESS_RACE_DELAY (250 * NS_PER_MS)

struct address_race {
	size_t n;     /* addresses */
	size_t begun; /* attempts, in their order */
	size_t open;  /* of them, that have not failed */
	bool is_over; /* one has won */
	clock_ns due; /* of RACE_TIMER; INT64_MAX: not armed */
};

enum address_race_event {
	RACE_START,
	RACE_TIMER, /* due has come */
	RACE_FAILED,
	RACE_WON
};

enum address_race_do {
	RACE_WAIT,
	RACE_BEGIN,   /* the attempt race->begun - 1 */
	RACE_GIVE_UP, /* all have failed */
	RACE_CLOSE    /* all others: this one has won */
};

/* n is at least 1. */
void address_race_init(struct address_race *race, size_t n);

/* After RACE_CLOSE nothing but RACE_WAIT follows. */
enum address_race_do address_race_step(struct address_race *race,
    enum address_race_event event, clock_ns now);
