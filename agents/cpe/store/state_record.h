/* A record of a state_log: a whole state of a key, or what of its last whole one is otherwise now.
 *
 *     @cpe-1 17 5d41402a                   name, bytes of the state, their checksum (hex)
 *     values 1 2 3 4 5\n                   that many bytes, and a line feed of their own
 *     +cpe-1 1 7 9 5d41402a 0cc175b9       name, bytes in the middle, how many of the whole state
 *     x\n                                  stay before them and behind, its checksum, and the one
 *                                          of this record
 */
#pragma once

#include "lib/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	STATE_KEY_MAX = 128,           /* bytes */
	STATE_LOG_STATE_MAX = 8 << 20, /* bytes of one state */
	/* A state of fewer bytes is written whole: its head and tail would be as long. */
	STATE_CHANGE_MIN = 512,
};

struct state_record {
	struct str key;
	bool is_change;
	struct str bytes; /* the state, or what stands in its middle */
	uint32_t sum;     /* of a whole state: state_checksum() */
	/* Of a change: bytes of the whole state that it is about, which stay, and the checksum of
	 * that. */
	size_t head, tail;
	uint32_t whole_sum;
};

uint32_t state_checksum(struct str state);

/* 1 to STATE_KEY_MAX bytes without blanks and controls. */
bool state_key_is_good(struct str key);

/* How to write that state, where whole is the last one of the key that was written whole (a null
 * view: none): as a change where that takes less than half. Borrows all. */
struct state_record state_record_of(struct str key, struct str whole, struct str state);

void state_record_write(struct buf *out, const struct state_record *record);

/* Takes one record off *bytes and checks its checksum; false where there is none that is whole,
 * and then *bytes is as it was. *ret borrows from them. */
bool state_record_read(struct str *bytes, struct state_record *ret);

/* Whether the change is one of that whole state, by its checksum and length. */
bool state_record_fits(const struct state_record *change, uint32_t whole_sum,
    size_t whole_len);

/* Appends the state that the change leads to from the whole one that it fits. */
void state_record_apply(const struct state_record *change, struct str whole,
    struct buf *out);
