/* Bytes of a frame of which the end may not have been captured. */
#pragma once

#include "lib/base/wire.h"

struct span {
	const uint8_t *p; /* borrowed from the frame */
	size_t len;       /* bytes that are there */
	size_t wire;      /* bytes that were on the wire, at least len */
};

/* What follows n bytes that are there. */
static inline struct span span_from(struct span s, size_t n)
{
	return (struct span){ s.p + n, s.len - n, s.wire - n };
}

/* A header says that only n bytes belong to it: padding goes; what it claims beyond the
 * frame was cut off. */
static inline struct span span_limit(struct span s, size_t n)
{
	return (struct span){ s.p, s.len < n ? s.len : n, n };
}
