#include "lib/link/jitter.h"

#include "lib/base/compiler.h"

#include <math.h>

/* The inverse of the normal distribution's integral, by Newton's method on erfc(), which
 * converges from the middle for the probabilities of a table of this length. */
static double inverse_normal(double p)
{
	double x = 0.0;

	for (int i = 0; i < 64; i++) {
		double off = 0.5 * erfc(-x / sqrt(2.0)) - p;
		double slope = exp(-x * x / 2.0) / sqrt(2.0 * acos(-1.0));
		double step = off / slope;

		/* Far out the slope is flat, and a whole step would leave the table. */
		x -= fmax(-0.5, fmin(0.5, step));
		if (fabs(step) < 1e-9)
			break;
	}
	return x;
}

/* Of shape 3 and scale 1: mean 3/2, variance 3/4. */
static double inverse_pareto(double p)
{
	return (pow(1.0 - p, -1.0 / 3.0) - 1.5) / sqrt(0.75);
}

static double inverse(enum impair_distribution distribution, double p)
{
	switch (distribution) {
	case IMPAIR_UNIFORM:
		return 2.0 * p - 1.0;
	case IMPAIR_PARETO:
		return inverse_pareto(p);
	case IMPAIR_NORMAL:
	case IMPAIR_DISTRIBUTIONS:
		break;
	}
	return inverse_normal(p);
}

void jitter_table(enum impair_distribution distribution, int16_t *ret)
{
	for (int i = 0; i < JITTER_TABLE_LEN; i++) {
		double p = (i + 0.5) / JITTER_TABLE_LEN;
		double scaled = round(inverse(distribution, p) * JITTER_UNIT);

		ret[i] = (int16_t)fmax(-INT16_MAX, fmin(INT16_MAX, scaled));
	}
}

clock_ns jitter_delay(const struct impair *impair, const int16_t *table,
    uint64_t number)
{
	clock_ns jitter = impair->jitter, off;

	if (jitter == 0)
		return impair->delay;
	if (table)
		off = jitter * table[number % JITTER_TABLE_LEN] / JITTER_UNIT;
	else
		off = (clock_ns)(number % (2 * (uint64_t)jitter + 1)) - jitter;
	return MAX(impair->delay + off, 0);
}
