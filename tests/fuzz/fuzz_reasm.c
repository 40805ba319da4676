/* Segments of one direction in any order, beside a model that keeps one byte a place: what
 * comes out is what was written first, and a gap is only where nothing was.
 *
 * Each command is WHAT, PLACE (two bytes), LENGTH: a segment at PLACE whose bytes follow
 * from WHAT (bit 7: its second half was not captured), or a hold, a release or a skip. */
#include "capture/stream/reasm.h"
#include "lib/base/wire.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum {
	PLACES = 4096,
	NOTHING = 256,         /* else the byte that was written */
	CUT = 257,             /* a segment was there, its bytes were not captured */
	FIRST_SEQ = 0xfffff800 /* the numbers wrap in the middle */
};

struct model {
	uint16_t places[PLACES];
	size_t next; /* place of the byte that is due */
};

static void check(int ok)
{
	if (!ok)
		abort();
}

static void on_data(void *user, struct str bytes)
{
	struct model *m = user;

	check(bytes.len > 0 && m->next + bytes.len <= PLACES);
	for (size_t i = 0; i < bytes.len; i++)
		check(m->places[m->next++] == (uint8_t)bytes.p[i]);
}

static void on_gap(void *user, uint64_t bytes)
{
	struct model *m = user;

	check(bytes > 0 && m->next + bytes <= PLACES);
	for (uint64_t i = 0; i < bytes; i++)
		check(m->places[m->next++] >= NOTHING);
}

static void segment(struct reasm *r, struct model *m, const struct reasm_sink *sink,
    uint8_t what, size_t place, size_t len)
{
	uint8_t bytes[256];
	size_t there = what & 128 ? len / 2 : len;
	struct span payload = { bytes, there, len };
	enum reasm_result result;
	size_t before = m->next;

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(what + place + i);
	for (size_t i = 0; i < len; i++)
		if (place + i >= before && m->places[place + i] == NOTHING)
			m->places[place + i] = i < there ? bytes[i] : CUT;
	result = reasm_add(r, (uint32_t)(FIRST_SEQ + place), payload, 0, sink);
	check(result != REASM_RETRANSMITTED || m->next == before);
}

static void command(struct reasm *r, struct model *m, const struct reasm_sink *sink,
    uint8_t what, size_t place, size_t len)
{
	if (what < 3) {
		r->is_held = what == 0;
		if (what == 1)
			reasm_release(r, sink);
		if (what == 2)
			reasm_skip(r, (uint32_t)(FIRST_SEQ + place), sink);
	} else if (len > 0 && place + len <= PLACES) {
		segment(r, m, sink, what, place, len);
	}
	check(r->next == (uint32_t)(FIRST_SEQ + m->next));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct wire_reader in = wire_reader(bytes, len);
	struct reasm r = { 0 };
	struct model m = { .next = 0 };
	struct reasm_sink sink = { &m, on_data, on_gap };

	for (size_t i = 0; i < PLACES; i++)
		m.places[i] = NOTHING;
	reasm_start(&r, (uint32_t)FIRST_SEQ);
	while (wire_left(&in) >= 4) {
		uint8_t what = wire_u8(&in);
		size_t place = wire_u16(&in) % PLACES;

		command(&r, &m, &sink, what, place, wire_u8(&in));
	}
	reasm_flush(&r, &sink);
	check(!r.first && r.queued == 0 && r.n_segments == 0);
	for (size_t i = m.next; i < PLACES; i++)
		check(m.places[i] == NOTHING);
	reasm_free(&r);
	return 0;
}
