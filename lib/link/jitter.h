/* How delays vary: tables of a distribution, the same for a link in user space and for the
 * kernel's netem, so that both draw from the same figures. */
#pragma once

#include "lib/link/impair.h"

enum {
	JITTER_TABLE_LEN = 4096, /* a power of two; netem takes up to 16,384 */
	JITTER_UNIT = 8192       /* one standard deviation: NETEM_DIST_SCALE */
};

/* The values of a distribution with a mean of 0 and a standard deviation of
 * JITTER_UNIT, each as likely as any other: its inverse at (i + 1/2) /
 * JITTER_TABLE_LEN, cut at four deviations, which is what 16 bits hold. Pareto's is of
 * shape 3, and the cut leaves 0.74 of its deviation. Of IMPAIR_UNIFORM they go from
 * -JITTER_UNIT to JITTER_UNIT: for netem, where a table that is there is replaced and
 * never taken away. */
void jitter_table(enum impair_distribution distribution, int16_t *ret);

/* The delay of one packet: at least 0. table is that of the distribution, or null for
 * IMPAIR_UNIFORM; number is 64 bits of chance. */
clock_ns jitter_delay(const struct impair *impair, const int16_t *table,
    uint64_t number);
