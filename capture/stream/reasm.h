/* One direction of a TCP connection put in order. Bytes in order pass through without a
 * copy; later ones wait in a bounded queue. Of bytes that come twice the first win, and a
 * difference is counted: in the queue any; among bytes handed out that of a repeat which
 * covers one of the REASM_PAST latest segments as a whole, alone or with others. Of those a
 * sum is kept, not the bytes: a part of one sent again cannot be compared. A hole becomes a
 * gap when reasm_skip() says so: the caller knows when (the peer acknowledged it, the queue
 * is full, the connection ends). */
#pragma once

#include "capture/frame/span.h"
#include "lib/base/clock.h"

#include <stdbool.h>

struct reasm_segment;

enum {
	REASM_PAST = 4 /* segments that are known again after they were handed out */
};

struct reasm_past {
	uint32_t seq, len, sum;
};

struct reasm_sink {
	void *user;
	void (*data)(void *user, struct str bytes);
	void (*gap)(void *user, uint64_t bytes);
};

struct reasm {
	uint32_t next;   /* sequence number of the byte that is due */
	bool is_started; /* next is known */
	bool is_held;    /* everything queues until reasm_release() */
	bool has_fin;    /* the stream ends at fin */
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
	REASM_CONFLICT,      /* repeats bytes of the queue, or one of the latest
	                        segments as a whole, with other content; the first win,
	                        what is new in it is taken */
	REASM_NO_MEMORY,     /* it could not be queued and is lost: will be a gap */
};

/* The stream begins with the byte seq. */
static inline void reasm_start(struct reasm *r, uint32_t seq)
{
	r->next = seq;
	r->is_started = true;
}

/* Payload at seq; starts the stream when it has not begun. What payload.wire counts beyond
 * payload.len becomes a gap in its place. */
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

void reasm_free(struct reasm *r);

/* a - b on the circle of sequence numbers. */
static inline int32_t seq_diff(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}
