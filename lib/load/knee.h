/* --find-limit: how many sessions a second an ACS carries. Steps of one rate each, held
 * long enough for a queue to show; between them a rest until nothing is open. The
 * machine says what to do next and is told what came of it; it neither waits nor
 * measures.
 *
 *     CLIMB   each step `growth` times the one before, until one does not hold or
 *             rate_max holds
 *     HALVE   halfway between the highest rate that held and the lowest that did not,
 *             until they are within `precision`
 *     REPEAT  the highest that held once more, `repeats` times; where one does not hold
 *             it is the new upper end, and the search goes on below it
 *     DONE
 *
 * A step holds when the ACS kept up: the sessions that ended were at least
 * `kept_permille` of those that started, give or take those that are under way at its
 * ends, at most lost_ppm of them failed or were shed, and the p99 of the latency stayed
 * below p99_max_us. What is found is never more than what was completed in a second of
 * the steps that held: a queue that grows slowly is not carried. A step in which we
 * were the limit says nothing: it is done again once, and then the search ends with
 * what has been found below it, "limited by this machine". */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	KNEE_STEPS_MAX = 64, /* then the search ends with what it has */
	KNEE_WHY_MAX = 120
};

struct knee_options { /* knee_options() gives the values that the manual states */
	double rate_first, rate_max; /* sessions a second: 10; 100,000 */
	double growth;               /* above 1: 2 */
	uint64_t precision_permille; /* 20 */
	unsigned repeats;            /* 3 */
	clock_ns step;               /* 10 s */
	clock_ns settle;             /* of it, not judged: 2 s */
	clock_ns rest_max;           /* 60 s */
	uint64_t kept_permille;      /* 985 */
	uint64_t lost_ppm;           /* 5,000 */
	uint64_t p99_max_us;         /* 0: not judged */
};

struct knee_options knee_options(void);

enum knee_state {
	KNEE_CLIMB,
	KNEE_HALVE,
	KNEE_REPEAT,
	KNEE_DONE
};

/* What limits it. */
#define KNEE_LIMIT_MAP(XX)                                                \
	XX(NOTHING, "nothing, up to the highest rate that was tried")     \
	XX(SHED, "the ACS, which sheds sessions (503)")                   \
	XX(FAILED, "sessions that fail")                                  \
	XX(SLOW, "the ACS, whose latency is beyond what was asked for")   \
	XX(BEHIND, "the ACS, which does not keep up: sessions stay open") \
	XX(OWN, "this machine")                                           \
	XX(LOWEST, "something that the lowest rate shows already")

enum knee_limit {
#define XX(symbol, text) KNEE_LIMIT_##symbol,
	KNEE_LIMIT_MAP(XX)
#undef XX
};

const char *knee_limit_text(enum knee_limit limit);

/* What a step came to; settle is not in these numbers. */
struct knee_step {
	double rate; /* as knee_next() asked */
	clock_ns took;
	uint64_t offered, started, completed, failed, shed;
	uint64_t open_before, open_after;
	uint64_t p50_us, p99_us;
	char own[KNEE_WHY_MAX];     /* why we were the limit; "": we were not */
	char failure[KNEE_WHY_MAX]; /* the failure that came most; "": none */
	/* filled in by knee_take() */
	enum knee_state state;
	bool holds;
	enum knee_limit limit; /* of one that does not */
};

struct knee {
	struct knee_options options;
	enum knee_state state;
	double rate;       /* of the step that is to be done */
	double good, bad;  /* 0: none yet */
	unsigned repeated; /* how often `good` has held in KNEE_REPEAT */
	bool
	    is_again; /* the step is the second try of one in which we were the limit */
	enum knee_limit limit;
	char why[KNEE_WHY_MAX]; /* the words of the step that did not hold */
	struct knee_step steps[KNEE_STEPS_MAX];
	size_t n_steps;
};

void knee_begin(struct knee *knee, const struct knee_options *options);

/* Whether there is a step to do, and its rate. */
bool knee_next(const struct knee *knee, double *ret_rate);

/* Takes what the step came to, and goes on. */
void knee_take(struct knee *knee, const struct knee_step *step);

struct knee_result {
	bool is_found; /* a rate held and one above it did not, for the ACS's sake */
	double rate;   /* the highest that held, at most `high`; 0: none */
	/* Completed a second in the steps at that rate: the smallest and the largest.
	 */
	double low, high;
	unsigned repeats;
	enum knee_limit limit;
	const char *why; /* of the knee; "" for none */
};

struct knee_result knee_result(const struct knee *knee);

/* How many CPEs that inform each `interval` make that rate. */
uint64_t knee_cpes(double rate, clock_ns interval);

/* Appends "60,000 CPEs at an interval of 300 s (200.0 sessions/s; 198.9 to 200.4 in 3
 * repeats), limited by the ACS, which sheds sessions (503)": one line without its end.
 */
void knee_tell(struct buf *out, const struct knee *knee, clock_ns interval);
