/* The dateTime of XML Schema (part 2, 3.2.7), as CWMP uses it. */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct date_time {
	int64_t seconds; /* since 1970-01-01T00:00:00; UTC where has_zone */
	uint32_t nanoseconds;
	bool has_zone;
};

/* "2026-01-01T00:00:00", a fraction, and "Z" or "+01:00" or nothing. 0, or ERR_MALFORMED for
 * anything else and for days and hours that no calendar has; *ret is then as it was. */
int date_time_read(struct date_time *ret, struct str text);

/* Whether a is before b: false where only one of them names its zone, so that nobody knows. */
bool date_time_is_before(const struct date_time *a, const struct date_time *b);
