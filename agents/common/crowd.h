/* The connections of a server, without sockets or clock: whose time is over, and who gives
 * way when there is no room for another.
 *
 *   HEAD --whole head--> BODY --whole body--> ANSWER --answered--> BETWEEN --a byte--> HEAD
 *                                                |                    ^
 *                                                +--> UNREAD ---------+
 *
 * Each phase has a time limit. Who gives way is, first, one that is leaving anyway; then the
 * one that has waited longest among those that never had a request for the server's owner;
 * then among those that had; then among those that do not read their answer. One whose
 * request is with the owner never gives way. So a crowd that says nothing, or says it byte
 * by byte, keeps nobody out who has something to say. */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/list.h"

#include <stdbool.h>
#include <stddef.h>

enum crowd_phase {
	CROWD_HEAD, /* from the start, or from a request's first byte, to its whole head */
	CROWD_BODY,
	CROWD_ANSWER,  /* the owner has the request */
	CROWD_UNREAD,  /* the answer waits for the peer to read */
	CROWD_BETWEEN, /* nothing of the next request has come */
	CROWD_LEAVING, /* the connection is being closed */
	CROWD_PHASES
};

enum crowd_rank { /* who gives way first */
	CROWD_GONE,
	CROWD_STRANGER,
	CROWD_REGULAR,
	CROWD_MUTE,
	CROWD_RANKS, /* never */
};

struct crowd_member {         /* private */
	struct list by_phase; /* in the phase for the longest time first */
	struct list by_rank;
	enum crowd_phase phase;
	enum crowd_rank rank;
	clock_ns since; /* in this phase */
	bool had_request;
};

struct crowd {
	size_t len;
	clock_ns limits[CROWD_PHASES];
	struct list by_phase[CROWD_PHASES];
	struct list by_rank[CROWD_RANKS];
};

/* limits: of each phase; INT64_MAX for none. */
void crowd_init(struct crowd *crowd, const clock_ns limits[CROWD_PHASES]);

/* A new one, in CROWD_HEAD. member is borrowed until crowd_leave(). */
void crowd_join(struct crowd *crowd, struct crowd_member *member, clock_ns now);

/* Enters phase; nothing changes when it is there already. Once it was in CROWD_ANSWER it is
 * no stranger any more. */
void crowd_enter(struct crowd *crowd, struct crowd_member *member,
    enum crowd_phase phase, clock_ns now);

/* Does nothing the second time. */
void crowd_leave(struct crowd *crowd, struct crowd_member *member);

/* One whose time in its phase is over at now, or null. */
struct crowd_member *crowd_late(const struct crowd *crowd, clock_ns now);

/* Who gives way, or null when nobody does. */
struct crowd_member *crowd_victim(const struct crowd *crowd);
