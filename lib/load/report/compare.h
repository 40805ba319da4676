/* Two load results beside each other. Where both were repeated (--repeat), each number
 * is a mean with its 95 % confidence interval (Student's t), and a difference is real
 * where Welch's interval of the difference does not hold zero; one run each gives the
 * two values and no claim. */
#pragma once

#include "lib/load/report/result.h"

enum compare_unit {
	COMPARE_MS,    /* thousandths of a millisecond */
	COMPARE_RATE,  /* sessions a second */
	COMPARE_SHARE, /* percent */
	COMPARE_COUNT
};

enum compare_sign {
	COMPARE_UNKNOWN, /* one run on a side: nobody can say */
	COMPARE_SAME,    /* no difference that the repeats can show */
	COMPARE_BETTER,  /* b is */
	COMPARE_WORSE
};

struct compare_value {
	double mean,
	    half; /* half of the interval's width; below 0: one run, no interval */
	size_t n;
};

struct compare_row {
	const char *name; /* "session.p99" */
	enum compare_unit unit;
	struct compare_value a, b;
	double ratio; /* b / a; below 0: a is 0 */
	enum compare_sign sign;
};

enum {
	COMPARE_ROWS_MAX = 32
};

struct compare {
	struct compare_row rows[COMPARE_ROWS_MAX];
	size_t n;
	/* Why they are no equals: another number of CPEs, another schedule... */
	const char *warnings[8];
	size_t n_warnings;
};

struct compare compare_make(const struct load_result *a, const struct load_result *b);

/* Both append. a and b are what to call them. */
void compare_put_text(struct buf *out, const struct compare *compare, const char *a,
    const char *b, const struct screen *screen);
void compare_put_json(struct buf *out, const struct compare *compare, const char *a,
    const char *b);

/* The value that 97.5 % of Student's distribution with so many degrees of freedom lie
 * below. */
double compare_t(double degrees);
