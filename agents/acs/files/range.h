/* The part of a file that a request wants (RFC 9110 14.2). */
#pragma once

#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum range_verdict {
	RANGE_NONE, /* the whole: none is asked for, several, or in words that mean nothing */
	RANGE_PART,
	RANGE_OUTSIDE /* nothing of it is there */
};

/* What a Range header's value asks of size bytes; a null view is none. */
enum range_verdict range_read(struct str value, uint64_t size, uint64_t *ret_offset,
    uint64_t *ret_length);
