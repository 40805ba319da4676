/* What goes wrong in single sessions on purpose, as a load test wants it. A set of them is
 * bits: 1u << enum load_fault. */
#pragma once

#include <stdint.h>

#define LOAD_FAULT_MAP(XX)                                                        \
	XX(DROP_AFTER_INFORM, "drop-after-inform",                                \
	    "closes the connection behind its Inform")                            \
	XX(SLOW_READER, "slow-reader", "reads each answer a few bytes at a time") \
	XX(HALF_A_BODY, "half-a-body", "sends half of a body and then nothing")   \
	XX(WRONG_ID, "wrong-id",                                                  \
	    "answers with another cwmp:ID than it was asked with")                \
	XX(NO_COOKIE, "no-cookie", "does not send the session's cookie back")     \
	XX(DUPLICATE_SESSION, "duplicate-session",                                \
	    "opens a second session while one is open")

enum load_fault {
#define XX(symbol, name, what) LOAD_FAULT_##symbol,
	LOAD_FAULT_MAP(XX)
#undef XX
	LOAD_FAULTS
};

const char *load_fault_name(enum load_fault fault);

/* The name of the one in a set of one; "" of no fault. */
const char *load_fault_name_of(unsigned bit);

/* What befalls the session-th session, from 0, of CPE number cpe of the whole fleet: one of
 * faults in per_million of them, else 0. By seed and numbers alone, so the same in every shard
 * and whatever befalls others. */
unsigned load_fault_pick(uint64_t seed, uint64_t cpe, uint64_t session, unsigned faults,
    uint32_t per_million);

/* Which of n weights CPE number cpe falls to: its kind, in proportion. */
uint64_t load_kind_pick(uint64_t seed, uint64_t cpe, const uint64_t *weights,
    uint64_t n);
