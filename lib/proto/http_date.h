/* Dates in headers of HTTP (RFC 9110 5.6.7), and how long a Retry-After says to wait. */
#pragma once

#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* Reads "Sun, 06 Nov 1994 08:49:37 GMT", or one of the two forms of old: "Sunday, 06-Nov-94
 * 08:49:37 GMT", "Sun Nov  6 08:49:37 1994". Seconds since 1970 in *ret; false, and *ret is as
 * it was, for anything else. The name of the day is not held against the date. */
bool http_date_read(int64_t *ret, struct str text);

/* The value of Retry-After (RFC 9110 10.2.3): seconds, or a date. A date is counted
 * from the answer's own Date, which is of the same clock, or from now (seconds since
 * 1970) where `date` is no date; 0 where it is past. False for anything else. */
bool http_retry_after_read(uint64_t *ret_seconds, struct str text, struct str date,
    int64_t now);
