/* Somebody waits for a task of an ACS: is told why nobody comes, and can stop (Ctrl-C). */
#pragma once

#include "lib/base/clock.h"

#include <stdbool.h>
#include <stdint.h>

struct json_t;
struct place;

enum {
	WAITING_WHY_MAX = 700
};

struct waiting {
	const char *device;     /* as people name it; borrowed */
	const struct place *at; /* the ACS; borrowed */
	uint64_t task;
	char why[WAITING_WHY_MAX]; /* that was told last */
	int64_t told_retry;        /* how often the CPE had failed when that was told */
	bool is_told;              /* how to stop */
};

/* From now on Ctrl-C says what becomes of the task, and how it is withdrawn, and ends
 * the program with EXIT_FAILED. One waits at a time. is_patient: no connection request
 * brings the session, which is told. */
void waiting_begin(struct waiting *waiting, const char *device, const struct place *at,
    uint64_t task, bool is_patient);

/* The task waits still: tells what its "call" says, once for each reason. Whether it was another
 * one than before, so that what the CPE does is worth a look. */
bool waiting_note(struct waiting *waiting, const struct json_t *task);

/* Tells why the last session of the CPE failed, once for each that does: cpe as below. */
void waiting_note_session(struct waiting *waiting, const struct json_t *cpe);

/* Tells what the CPE itself is about to do: cpe is an item of "cpes" of its agent. */
void waiting_tell_cpe(const struct waiting *waiting, const struct json_t *cpe);

/* It is over, or nobody waits any more. Safe to repeat. */
void waiting_over(struct waiting *waiting);

/* Nobody came for so long. Returns EXIT_FAILED. */
int waiting_give_up(const struct waiting *waiting, clock_ns timeout);
