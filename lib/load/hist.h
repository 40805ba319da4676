/* How long things took: a histogram of microseconds with three significant digits from
 * 1 us to an hour, in memory that does not grow (HdrHistogram:
 * http://hdrhistogram.org). Counts of the same bucket add up, so histograms of shards
 * merge without a loss; a percentile is the upper end of the bucket in which it lies,
 * at most the largest value, so percentiles never fall where their rank rises. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HIST_DIGITS = 3,
	HIST_SUB_BUCKETS = 2048, /* of one power of two: 2 * 10^3 rounded up */
	HIST_BUCKETS = 22,       /* powers of two up to HIST_MAX_US */
	HIST_COUNTS = (HIST_BUCKETS + 1) * (HIST_SUB_BUCKETS / 2)
};

#define HIST_MAX_US UINT64_C(3600000000)

struct hist {
	uint64_t *counts; /* owned, HIST_COUNTS of them; null before the first value */
	uint64_t total;
	uint64_t sum_us; /* of the values as they were told, not of buckets */
	uint64_t min_us, max_us;
	uint64_t over; /* values beyond HIST_MAX_US, which are counted as that */
};

#define HIST_NULL                   \
	{                           \
		NULL, 0, 0, 0, 0, 0 \
	}

/* Gives the memory back; the histogram is HIST_NULL. Safe to repeat. */
void hist_free(struct hist *hist);

static inline void hist_freep_local(struct hist *hist)
{
	hist_free(hist);
}
#define auto_hist __attribute__((cleanup(hist_freep_local))) struct hist

/* Empty again, with the memory kept. */
void hist_reset(struct hist *hist);

/* Counts a value, or the same value n times. 0 or -ENOMEM (only before the first value
 * has been counted). */
int hist_record(struct hist *hist, uint64_t us);
int hist_record_n(struct hist *hist, uint64_t us, uint64_t n);

/* Adds all of from to into. 0 or -ENOMEM. */
int hist_merge(struct hist *into, const struct hist *from);

/* The value below or at which so many percent (0 to 100) of the values lie; 0 of an
 * empty one. Monotone in percent: hist_percentile(h, 100) is the largest value itself.
 */
uint64_t hist_percentile(const struct hist *hist, double percent);

/* The sum of the values by their number, rounded; 0 of an empty one. */
uint64_t hist_mean(const struct hist *hist);

/* Appends to *into, which may hold values already, what from would hold if, while one
 * value that was longer than interval_us was waited for, others had been begun at that
 * interval: each value v also counts as v - interval, v - 2 * interval ... down to
 * interval. For what was measured by a loop that waits for its own answers; what was
 * counted from the intended start needs no such guess. interval_us 0 merges only. 0 or
 * -ENOMEM. */
int hist_merge_corrected(struct hist *into, const struct hist *from,
    uint64_t interval_us);

/* The buckets that hold something, from the lowest: true and *ret, or false behind the
 * last. *at is 0 before the first call. */
struct hist_bar {
	uint64_t low_us, high_us; /* both belong to it */
	uint64_t count;
};
bool hist_next(const struct hist *hist, size_t *at, struct hist_bar *ret);

/* The number of the bucket of a value of at most HIST_MAX_US, and its ends. */
size_t hist_index(uint64_t us);
uint64_t hist_index_low(size_t index);
uint64_t hist_index_high(size_t index);
