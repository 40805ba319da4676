/* Counts, times and sizes of what an analysis has: by RPC and by phase. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct analysis;
struct screen;

struct stats_row {
	const char *name; /* "Inform", "DHCP"; borrowed from the analysis or fixed */
	uint64_t count;   /* how many there were */
	uint64_t timed;   /* how many of them have both ends in the capture */
	clock_ns min, p50, p90, p99, max; /* of the timed ones; 0 when there are none */
	uint64_t bytes, largest;          /* bodies of HTTP; 0 where there are none */
	uint64_t faults;                  /* of RPCs */
};

struct stats {
	struct stats_row *phases; /* DHCP DNS TCP TLS Inform session, in this order */
	size_t n_phases;
	struct stats_row *rpcs; /* by name */
	size_t n_rpcs;
	bool is_text; /* of a text: it has messages, no packets */
	uint64_t messages;
	uint64_t packets, bytes, sessions, connections;
	/* retransmitted is of the connections of the sessions, as connections counts
	 * them; the others are of the whole capture. */
	uint64_t retransmitted, reordered, conflicts, gaps, gap_bytes;
};

/* 0 or -ENOMEM. The analysis must have sessions (not only_findings) and outlive *ret,
 * which the caller frees. */
int stats_make(const struct analysis *analysis, struct stats **ret);
void stats_free(struct stats *stats);
DEFINE_CLEANUP(struct stats *, stats_free)

void stats_write_text(const struct stats *stats, struct buf *out,
    const struct screen *screen);
void stats_write_json(const struct stats *stats, struct buf *out);
