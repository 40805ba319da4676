/* One direction of a TCP connection put in order. Bytes in order pass through without a
 * copy; bytes that come early wait in a queue, which the caller bounds (queued,
 * n_segments): a hole becomes a gap when the caller says so by reasm_skip(), because
 * the peer acknowledged it, the queue is full, or the connection ends.
 *
 * Of bytes that come twice the first win. Where the second ones differ, that is a
 * conflict, as far as it can be noticed: bytes that still wait in the queue are
 * compared one by one; of bytes that were handed out only a checksum of each of the
 * REASM_PAST latest segments is kept, so a repeat is compared only where it covers such
 * a segment as a whole. */
#pragma once

#include "capture/frame/span.h"
#include "lib/base/clock.h"

#include <stdbool.h>

struct reasm_segment;

enum {
	REASM_PAST =
	    4 /* segments whose checksums are kept after they were handed out */
};

struct reasm_past {
	uint32_t seq, len, sum;
};

struct reasm_sink { /* neither function may be null */
	void *user;
	void (*data)(void *user, struct str bytes);
	void (*gap)(void *user, uint64_t bytes);
};

struct reasm {           /* all zero at first */
	uint32_t next;   /* sequence number of the byte that is due */
	bool is_started; /* next is known */
	bool is_held;    /* the caller sets it: all queues until reasm_release() */
	bool has_fin;    /* the caller sets both: the stream ends at fin */
	uint32_t fin;
	uint32_t queued;                    /* bytes in the queue */
	uint32_t n_segments;                /* in the queue */
	clock_ns queued_since;              /* when the queue last became non-empty */
	struct reasm_segment *first, *last; /* queue, sorted, without overlaps */
	struct reasm_past past[REASM_PAST]; /* a ring; the latest before at */
	uint8_t past_at;
};

enum reasm_result { /* what a segment was, for counting */
	REASM_IN_ORDER,
	REASM_QUEUED,        /* ahead of the byte that is due */
	REASM_RETRANSMITTED, /* nothing new in it */
	REASM_CONFLICT,      /* it repeats bytes with other content; only what is new in
	                        it is taken */
	REASM_NO_MEMORY,     /* it could not be queued and will become a gap */
};

/* The stream begins with the byte seq. */
static inline void reasm_start(struct reasm *r, uint32_t seq)
{
	r->next = seq;
	r->is_started = true;
}

/* Takes the payload whose first byte has the number seq, and starts the stream there when it
 * has not begun. The bytes that were on the wire but not captured (payload.wire beyond
 * payload.len) become a gap. */
enum reasm_result reasm_add(struct reasm *r, uint32_t seq, struct span payload,
    clock_ns now, const struct reasm_sink *sink);

/* Tells a gap up to seq, or up to the first queued byte if that comes sooner, and then what
 * follows in order. */
void reasm_skip(struct reasm *r, uint32_t seq, const struct reasm_sink *sink);

/* Hands out what is in order after a hold. */
void reasm_release(struct reasm *r, const struct reasm_sink *sink);

/* Hands out all that is left, gaps included. */
void reasm_flush(struct reasm *r, const struct reasm_sink *sink);

/* True when the byte that is due is the FIN. */
static inline bool reasm_at_fin(const struct reasm *r)
{
	return r->has_fin && !r->is_held && r->next == r->fin;
}

/* Frees the queue without telling what is in it. */
void reasm_free(struct reasm *r);

/* a - b on the circle of sequence numbers. */
static inline int32_t seq_diff(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}
