/* What the kernel counts of a CPE's interface (proc(5), net/dev). */
#pragma once

#include "agents/cpe/place/cpe_place.h"

enum if_counter { /* columns behind the colon */
	IF_RX_BYTES = 0,
	IF_RX_PACKETS = 1,
	IF_RX_ERRORS = 2,
	IF_RX_DROPS = 3,
	IF_RX_MULTICASTS = 7,
	IF_TX_BYTES = 8,
	IF_TX_PACKETS = 9,
	IF_TX_ERRORS = 10,
	IF_TX_DROPS = 11,
};

/* 0 where the place has no interface of its own. */
uint64_t if_counter_read(const struct cpe_place *place, enum if_counter counter);
