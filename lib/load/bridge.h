/* From the fleet's account of a run to another's, reason by reason. Both count the same
 * sessions, but neither can know all: no ACS hears of a session that could not connect, and
 * the fleet does not see an answer that is lost. Of each such reason the fleet knows how
 * many sessions it can concern at most, since it has seen how far each of them came
 * (enum tally_reach). So the accounts agree where what they differ by is made up of rows
 * within those bounds, which then add up to the difference; what is left over is told as
 * what it is, a difference. */
#pragma once

#include "lib/load/tally.h"

struct json;

enum bridge_number {
	BRIDGE_SESSIONS,
	BRIDGE_COMPLETED,
	BRIDGE_FAILED,
	BRIDGE_SHED,
	BRIDGE_OPEN,
	BRIDGE_NUMBERS
};

enum {
	BRIDGE_ROWS_MAX = 8
};

struct bridge_row {
	const char *why;            /* static words */
	int64_t by[BRIDGE_NUMBERS]; /* what it adds to the fleet's numbers */
	uint64_t most; /* sessions that it can concern, as the fleet has seen them */
};

struct bridge {
	char who[TALLY_WHO_MAX]; /* the other */
	struct bridge_row rows[BRIDGE_ROWS_MAX];
	size_t n_rows;
	/* Other minus fleet and rows: all 0 where the accounts agree. */
	int64_t rest[BRIDGE_NUMBERS];
};

/* Numbers that the other cannot know are left out, but for the sessions that are open: to
 * whoever does not know of them they have failed. */
struct bridge bridge_make(const struct tally_account *fleet,
    const struct tally_account *other);

bool bridge_agrees(const struct bridge *bridge);

/* Writes the keys "agrees" and "explained", an object for each row, into the object that is
 * open. */
void bridge_write(const struct bridge *bridge, struct json *json);

/* Appends "ACS: -6 sessions, -6 failed: sent, ... (of 9 at most)", without an end of a
 * line. */
void bridge_put_row(struct buf *out, const struct bridge *bridge,
    const struct bridge_row *row);

/* Appends a line for each number that is left over. */
void bridge_put_rest(struct buf *out, const struct bridge *bridge,
    const struct tally_account *fleet, const struct tally_account *other);
