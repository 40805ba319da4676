#include "lib/load/hist.h"

#include "lib/base/compiler.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	HALF = HIST_SUB_BUCKETS / 2,
	HALF_BITS = 10
};

void hist_free(struct hist *hist)
{
	free(hist->counts);
	*hist = (struct hist)HIST_NULL;
}

void hist_reset(struct hist *hist)
{
	uint64_t *counts = hist->counts;

	if (counts)
		memset(counts, 0, HIST_COUNTS * sizeof(*counts));
	*hist = (struct hist)HIST_NULL;
	hist->counts = counts;
}

/* Values of one power of two stand in HALF buckets of equal width; those below
 * HIST_SUB_BUCKETS each in one of their own. */
size_t hist_index(uint64_t us)
{
	unsigned bucket =
	    64 - HALF_BITS - 1 - (unsigned)__builtin_clzll(us | (HIST_SUB_BUCKETS - 1));

	return ((size_t)bucket << HALF_BITS) + (size_t)(us >> bucket);
}

uint64_t hist_index_low(size_t index)
{
	size_t bucket = index >> HALF_BITS;

	if (bucket == 0)
		return index;
	return (uint64_t)((index & (HALF - 1)) + HALF) << (bucket - 1);
}

uint64_t hist_index_high(size_t index)
{
	return hist_index_low(index + 1) - 1;
}

static uint64_t add_within(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t times_within(uint64_t a, uint64_t b)
{
	return b > 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

static int get_counts(struct hist *hist)
{
	if (!hist->counts)
		hist->counts = calloc(HIST_COUNTS, sizeof(*hist->counts));
	return hist->counts ? 0 : -ENOMEM;
}

int hist_record_n(struct hist *hist, uint64_t us, uint64_t n)
{
	if (n == 0)
		return 0;
	if (get_counts(hist) < 0)
		return -ENOMEM;
	if (us > HIST_MAX_US) {
		us = HIST_MAX_US;
		hist->over = add_within(hist->over, n);
	}
	if (hist->total == 0 || us < hist->min_us)
		hist->min_us = us;
	if (us > hist->max_us)
		hist->max_us = us;
	hist->counts[hist_index(us)] += n;
	hist->total += n;
	hist->sum_us = add_within(hist->sum_us, times_within(us, n));
	return 0;
}

int hist_record(struct hist *hist, uint64_t us)
{
	return hist_record_n(hist, us, 1);
}

/* The extremes of what is added; its counts and its sum are the caller's. */
static void widen(struct hist *into, const struct hist *from)
{
	if (into->total == 0 || from->min_us < into->min_us)
		into->min_us = from->min_us;
	into->max_us = MAX(into->max_us, from->max_us);
}

int hist_merge(struct hist *into, const struct hist *from)
{
	if (from->total == 0)
		return 0;
	if (get_counts(into) < 0)
		return -ENOMEM;
	widen(into, from);
	for (size_t i = 0; i < HIST_COUNTS; i++)
		into->counts[i] += from->counts[i];
	into->total += from->total;
	into->sum_us = add_within(into->sum_us, from->sum_us);
	into->over = add_within(into->over, from->over);
	return 0;
}

/* The rank is rounded up, as in HdrHistogram 2.2: the value of rank 1 for what is below
 * 1/n, and 99 % of 100 values are the 99th although 0.99 * 100 is a little more than 99
 * in binary. */
static uint64_t rank_of(const struct hist *hist, double percent)
{
	double rank = ceil(nextafter(percent, 0.0) * (double)hist->total / 100.0);

	if (!(rank >= 1.0))
		return 1;
	return rank >= (double)hist->total ? hist->total : (uint64_t)rank;
}

uint64_t hist_percentile(const struct hist *hist, double percent)
{
	uint64_t rank, seen = 0;

	if (hist->total == 0)
		return 0;
	if (!(percent > 0.0))
		return hist->min_us;
	rank = rank_of(hist, percent);
	for (size_t i = hist_index(hist->min_us); i < HIST_COUNTS; i++) {
		seen += hist->counts[i];
		if (seen >= rank)
			return MIN(hist_index_high(i), hist->max_us);
	}
	return hist->max_us;
}

uint64_t hist_mean(const struct hist *hist)
{
	if (hist->total == 0)
		return 0;
	return hist->sum_us / hist->total +
	       (hist->sum_us % hist->total >= (hist->total + 1) / 2);
}

/* Counts value - interval, value - 2 * interval ... interval, each n times: those that fall
 * into one bucket in one stroke, so that an interval of 1 us is no endless loop. */
static void record_waits(struct hist *into, uint64_t value, uint64_t n,
    uint64_t interval)
{
	uint64_t left = value / interval > 0 ? value / interval - 1 : 0;

	while (left > 0) {
		uint64_t top = value - interval;
		uint64_t low = hist_index_low(hist_index(top));
		uint64_t fits = MIN((top - low) / interval + 1, left);
		uint64_t last = top - (fits - 1) * interval;

		into->counts[hist_index(top)] += n * fits;
		into->total += n * fits;
		into->sum_us = add_within(into->sum_us,
		    times_within(n, times_within(top + last, fits) / 2));
		into->min_us = MIN(into->min_us, last);
		left -= fits;
		value = last;
	}
}

int hist_merge_corrected(struct hist *into, const struct hist *from,
    uint64_t interval_us)
{
	struct hist_bar bar;
	size_t at = 0;
	int r = hist_merge(into, from);

	if (r < 0 || interval_us == 0)
		return r;
	while (hist_next(from, &at, &bar))
		record_waits(into, MIN(bar.high_us, from->max_us), bar.count,
		    interval_us);
	return 0;
}

bool hist_next(const struct hist *hist, size_t *at, struct hist_bar *ret)
{
	if (!hist->counts)
		return false;
	for (; *at < HIST_COUNTS; (*at)++) {
		if (hist->counts[*at] == 0)
			continue;
		*ret = (struct hist_bar){ hist_index_low(*at), hist_index_high(*at),
			hist->counts[*at] };
		(*at)++;
		return true;
	}
	return false;
}
