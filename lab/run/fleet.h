/* The CPEs of a run as their own events tell of them: enough to show progress, to know when
 * nothing more will happen, and to say beside a failure what the CPE did next. What counts
 * as proof comes from the capture alone. */
#pragma once

#include "lab/plan/plan.h"
#include "lib/base/cleanup.h"

struct json_t;
struct fleet;
struct sequence;

enum {
	FLEET_ACS_MAX = 64, /* that have a counter of their own in the progress */
	FLEET_TEXT_MAX = 160
};

struct fleet_cpe {
	size_t instance;  /* in the plan */
	uint32_t address; /* leased; 0: none; UINT32_MAX: one that could not be read */
	uint8_t address6[16]; /* the same; "::": none */
	/* It has told that it rests: nothing of it is under way. due_at says when it
	 * goes on by itself. */
	bool is_settled;
	uint64_t seen_at;     /* bit i: a session with the i-th ACS has ended well */
	uint32_t sessions;    /* that have ended */
	uint32_t failures;    /* sessions of these that did not end well */
	uint32_t retry_count; /* of the last "retry" */
	int64_t wait_ms, from_ms, to_ms; /* of the last "retry" */
	char url[FLEET_TEXT_MAX];        /* of the ACS in use */
	char first_source[16];           /* of the ACS that it began with */
	char url_source[16];         /* user, DHCP, default; "" before it is known */
	char why[FLEET_TEXT_MAX];    /* the last failure: "TLS: ..." */
	char events[FLEET_TEXT_MAX]; /* of the last session that began, a line each */
	clock_ns due_at; /* while it rests, when it does something again; 0: never */
};

struct fleet_counts {
	size_t cpes, leased, settled;
	size_t failing; /* CPEs whose last session did not end well */
	const struct node *acs[FLEET_ACS_MAX]; /* of the topology, in its order */
	size_t at[FLEET_ACS_MAX];              /* CPEs that had a good session there */
	size_t n_acs;
	bool leases; /* the lab has a DHCP server, so that CPEs wait for leases */
};

/* plan is borrowed until fleet_free(). Null without memory. */
struct fleet *fleet_new(const struct plan *plan);

/* Safe with null. */
void fleet_free(struct fleet *fleet);
DEFINE_CLEANUP(struct fleet *, fleet_free)

/* Updates the CPE that an event is about, which has come now (monotonic); events of other
 * agents change nothing. */
void fleet_event(struct fleet *fleet, const struct json_t *event, clock_ns now);

/* From now on the sessions of the CPEs are counted against those that the sequence of the
 * expectation wants. Both are borrowed. 0 or -ENOMEM. */
int fleet_expect(struct fleet *fleet, const struct expectation *expect,
    const struct sequence *sequence);

/* Whether a CPE, though it rests, will have a session of its own accord, or because an ACS
 * calls it, before the time of an expectation, which began at up_at (monotonic), is over, and
 * has not had all sessions yet that its sequence wants. */
bool fleet_waits(const struct fleet *fleet, clock_ns up_at);

/* Why the first of the failing CPEs fails; null: none does. */
const char *fleet_why(const struct fleet *fleet);

/* Whether nothing is under way: every CPE that an expectation names is settled, or
 * every CPE where the topology has no expectation. What they are due to do later
 * fleet_waits() tells. True from the start without CPEs. */
bool fleet_is_settled(const struct fleet *fleet);

/* The fleet's own, up to date after each event. */
const struct fleet_counts *fleet_counts(const struct fleet *fleet);

/* The CPE of an instance of the plan, the fleet's own; null for other nodes. */
const struct fleet_cpe *fleet_cpe(const struct fleet *fleet, size_t instance);
