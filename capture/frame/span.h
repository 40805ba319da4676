/* Bytes of a frame of which the end may not have been captured. */
#pragma once

#include "lib/base/wire.h"

struct span {
	const uint8_t *p; /* borrowed from the frame */
	size_t len;       /* bytes that are there */
	size_t wire;      /* bytes that were on the wire, at least len */
};

/* What follows the first n bytes. n must not be more than s.len. */
static inline struct span span_from(struct span s, size_t n)
{
	return (struct span){ s.p + n, s.len - n, s.wire - n };
}

/* The n bytes that a header says belong to it. Bytes after them are padding and are
 * left out; where fewer are there, the rest counts as not captured. */
static inline struct span span_limit(struct span s, size_t n)
{
	return (struct span){ s.p, s.len < n ? s.len : n, n };
}
