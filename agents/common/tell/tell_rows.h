/* Which line an event becomes. */
#pragma once

enum tell_ok { /* what the event's "ok" has to be */
	TELL_ANY,
	TELL_WELL,
	TELL_ILL
};

/* Of the rows of an event the first is taken whose text can be filled in: {name} is a member
 * of the event, {?name} has to be true and stands for nothing. What is in brackets is left out
 * where a member is missing in it, or empty, or 0. A member whose name ends in _ms is shown in
 * seconds. */
struct tell_row {
	const char *event;
	enum tell_ok ok;
	const char *text; /* what fills in to nothing is not told */
};

/* Ended by a row without event. */
extern const struct tell_row tell_rows[];
