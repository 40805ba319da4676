/* Single values of links, as they are written. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/str.h"

/* "12" or "12.5", digits before and behind the point, in units of 1/scale (a power of ten);
 * *ret_rest is what follows. ERR_MALFORMED: no number, more digits behind the point than
 * scale has, or over UINT64_MAX. */
int impair_decimal(struct str text, uint64_t scale, uint64_t *ret,
    struct str *ret_rest);

/* "2%" as 20,000 of a million; four digits behind the point at most. ERR_MALFORMED. */
int impair_share(struct str text, uint64_t *ret);

/* "1.5mbit" as bit/s; "12kb" as bytes. "0" needs no unit. ERR_MALFORMED. */
int impair_rate(struct str text, uint64_t *ret);
int impair_bytes(struct str text, uint64_t *ret);

/* The shortest text that reads back to the value. */
void impair_share_write(struct buf *out, uint64_t millionths);
void impair_rate_write(struct buf *out, uint64_t bits);
void impair_bytes_write(struct buf *out, uint64_t bytes);
void impair_time_write(struct buf *out, int64_t ns);
