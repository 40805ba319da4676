#include "capture/stream/reasm.h"

#include <stdlib.h>

struct reasm_segment {
	struct reasm_segment *next;
	uint32_t seq;
	uint32_t len;  /* bytes that are there */
	uint32_t wire; /* bytes of the stream that it covers */
	uint8_t bytes[];
};

/* Hands out a part that begins with the byte that is due. */
static void deliver(struct reasm *r, const uint8_t *bytes, uint32_t len, uint32_t wire,
    const struct reasm_sink *sink)
{
	r->next += wire;
	if (len > 0)
		sink->data(sink->user, str_make(bytes, len));
	if (wire > len)
		sink->gap(sink->user, wire - len);
}

static struct reasm_segment *pop(struct reasm *r)
{
	struct reasm_segment *s = r->first;

	r->first = s->next;
	if (!r->first)
		r->last = NULL;
	r->queued -= s->len;
	r->n_segments--;
	return s;
}

static void drain(struct reasm *r, const struct reasm_sink *sink)
{
	while (r->first && !r->is_held && seq_diff(r->first->seq, r->next) <= 0) {
		struct reasm_segment *s = pop(r);
		uint32_t old = r->next - s->seq;

		if (old < s->wire)
			deliver(r, s->bytes + old, s->len > old ? s->len - old : 0,
			    s->wire - old, sink);
		free(s);
	}
}

/* Puts a part between two segments (prev may be null: at the front). */
static bool link_after(struct reasm *r, struct reasm_segment *prev, uint32_t seq,
    struct span part)
{
	struct reasm_segment *s = malloc(sizeof(*s) + part.len);

	if (!s)
		return false;
	s->seq = seq;
	s->len = (uint32_t)part.len;
	s->wire = (uint32_t)part.wire;
	if (part.len > 0)
		memcpy(s->bytes, part.p, part.len);
	s->next = prev ? prev->next : r->first;
	if (prev)
		prev->next = s;
	else
		r->first = s;
	if (!s->next)
		r->last = s;
	r->queued += s->len;
	r->n_segments++;
	return true;
}

/* The first n bytes on the wire of s, and what follows them. */
static struct span cut_front(struct span *s, size_t n)
{
	struct span front = { s->p, MIN(s->len, n), n };

	s->p += front.len;
	s->len -= front.len;
	s->wire -= n;
	return front;
}

/* Whether a repeat of bytes that s holds at seq differs from them. */
static bool differs(const struct reasm_segment *s, uint32_t seq, struct span repeat)
{
	uint32_t at = seq - s->seq;
	size_t n = at < s->len ? MIN(repeat.len, s->len - at) : 0;

	return n > 0 && memcmp(s->bytes + at, repeat.p, n) != 0;
}

static enum reasm_result enqueue(struct reasm *r, uint32_t seq, struct span payload,
    clock_ns now)
{
	enum reasm_result result = REASM_RETRANSMITTED;
	struct reasm_segment *prev = NULL, *at = r->first;
	bool is_conflict = false;

	if (!at)
		r->queued_since = now;
	if (r->last && seq_diff(seq, r->last->seq + r->last->wire) >= 0) {
		prev = r->last;
		at = NULL;
	}
	while (payload.wire > 0) {
		struct span part;
		size_t n;

		while (at && seq_diff(at->seq + at->wire, seq) <= 0) {
			prev = at;
			at = at->next;
		}
		if (at && seq_diff(at->seq, seq) <= 0) {
			n = MIN(payload.wire, at->seq + at->wire - seq);
			is_conflict |= differs(at, seq, cut_front(&payload, n));
		} else {
			n = at ? MIN(payload.wire, at->seq - seq) : payload.wire;
			part = cut_front(&payload, n);
			if (!link_after(r, prev, seq, part))
				return REASM_NO_MEMORY;
			prev = prev ? prev->next : r->first;
			at = prev->next;
			result = REASM_QUEUED;
		}
		seq += (uint32_t)n;
	}
	return is_conflict ? REASM_CONFLICT : result;
}

/* Any change of word changes all that comes of it: the factor is odd, and the shift brings the
 * upper bits, which a product leaves where they are, to the others. */
static uint64_t fold(uint64_t sum, uint64_t word)
{
	sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return sum ^ sum >> 32;
}

/* Of four lanes, so that the processor adds them side by side; order counts, as in Fletcher's
 * checksum: each word is in the sum of a lane as often as words follow it. */
static uint32_t sum_of(struct span bytes)
{
	typedef uint64_t pair __attribute__((vector_size(16)));
	pair lanes[2] = { { bytes.len, 1 }, { 2, 3 } }, sums[2] = { { 0 } }, words[2];
	const uint8_t *p = bytes.p;
	size_t n = bytes.len;
	uint64_t sum = 0;

	for (; n >= sizeof(words); p += sizeof(words), n -= sizeof(words)) {
		memcpy(words, p, sizeof(words));
		lanes[0] += words[0];
		lanes[1] += words[1];
		sums[0] += lanes[0];
		sums[1] += lanes[1];
	}
	for (int i = 0; i < 4; i++) {
		sum = fold(sum, lanes[i / 2][i % 2]);
		sum = fold(sum, sums[i / 2][i % 2]);
	}
	for (; n > 0; n--)
		sum = fold(sum, *p++);
	return (uint32_t)(sum ^ sum >> 32);
}

static void remember(struct reasm *r, uint32_t seq, struct span payload)
{
	r->past[r->past_at] =
	    (struct reasm_past){ seq, (uint32_t)payload.len, sum_of(payload) };
	r->past_at = (uint8_t)((r->past_at + 1) % REASM_PAST);
}

/* Whether one of the latest segments that lies in the repeat as a whole differs there. */
static bool is_other_than_past(const struct reasm *r, uint32_t seq, struct span repeat)
{
	for (size_t i = 0; i < REASM_PAST; i++) {
		const struct reasm_past *past = &r->past[i];
		int32_t at = seq_diff(past->seq, seq);

		if (past->len == 0 || at < 0 || (size_t)at + past->len > repeat.len)
			continue;
		if (past->sum !=
		    sum_of((struct span){ repeat.p + at, past->len, past->len }))
			return true;
	}
	return false;
}

static enum reasm_result add_new(struct reasm *r, uint32_t seq, struct span payload,
    clock_ns now, const struct reasm_sink *sink)
{
	enum reasm_result result = REASM_IN_ORDER;

	if (seq != r->next || r->is_held)
		return enqueue(r, seq, payload, now);
	/* A queued segment inside this one came first and wins. */
	if (r->first && seq_diff(r->first->seq, seq + (uint32_t)payload.wire) < 0) {
		result = enqueue(r, seq, payload, now);
		if (result == REASM_QUEUED)
			result = REASM_IN_ORDER;
	} else {
		deliver(r, payload.p, (uint32_t)payload.len, (uint32_t)payload.wire,
		    sink);
	}
	drain(r, sink);
	return result;
}

enum reasm_result reasm_add(struct reasm *r, uint32_t seq, struct span payload,
    clock_ns now, const struct reasm_sink *sink)
{
	enum reasm_result result;
	bool is_conflict = false;
	int32_t ahead;

	if (!r->is_started)
		reasm_start(r, seq);
	ahead = seq_diff(seq, r->next);
	if (ahead < 0) {
		is_conflict = is_other_than_past(r, seq, payload);
		if (payload.wire <= (size_t) - (int64_t)ahead)
			return is_conflict ? REASM_CONFLICT : REASM_RETRANSMITTED;
		(void)cut_front(&payload, (size_t) - (int64_t)ahead);
		seq = r->next;
	}
	result = add_new(r, seq, payload, now, sink);
	if (result == REASM_IN_ORDER || result == REASM_QUEUED)
		remember(r, seq, payload);
	return is_conflict && result != REASM_NO_MEMORY ? REASM_CONFLICT : result;
}

void reasm_skip(struct reasm *r, uint32_t seq, const struct reasm_sink *sink)
{
	uint32_t to = seq;

	if (r->first && seq_diff(r->first->seq, to) < 0)
		to = r->first->seq;
	if (seq_diff(to, r->next) > 0) {
		uint32_t missing = to - r->next;

		r->next = to;
		sink->gap(sink->user, missing);
	}
	drain(r, sink);
}

void reasm_release(struct reasm *r, const struct reasm_sink *sink)
{
	r->is_held = false;
	drain(r, sink);
}

void reasm_flush(struct reasm *r, const struct reasm_sink *sink)
{
	r->is_held = false;
	drain(r, sink);
	while (r->first)
		reasm_skip(r, r->first->seq, sink);
}

void reasm_free(struct reasm *r)
{
	while (r->first)
		free(pop(r));
}
