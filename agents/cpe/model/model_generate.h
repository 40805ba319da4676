/* Values that nobody keeps: each is a function of a key (the seed of the run, the CPE, the
 * parameter) and of time, so that it costs no memory and no timer, and a run that is
 * repeated shows it again.
 *
 *   counter   goes up by about `rate` each `period`, and wraps at 32 or 64 bits
 *   drift     wanders between `from` and `to`: another goal each `period`
 *   enum      one of `values`, drawn anew each `period`
 *   flap      the first of two values, and the second one once a `period`, `for` that long */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/str.h"
#include "lib/conf/conf.h"

enum {
	MODEL_GENERATED_MAX = 24,        /* characters of a number */
	MODEL_DRIFT_MAX_BITS = 49,       /* of from and to */
	MODEL_GENERATE_VALUES_MAX = 1024 /* of an enumeration */
};

enum model_generator_kind {
	MODEL_COUNTER,
	MODEL_DRIFT,
	MODEL_ENUM,
	MODEL_FLAP
};

struct model_generator {
	int kind; /* enum model_generator_kind */
	uint64_t rate;
	unsigned wrap; /* bits of a counter */
	int64_t from, to;
	clock_ns period;            /* a second at least */
	clock_ns lasts;             /* of a flap; at most period */
	struct conf_strings values; /* of ENUM at least one, of FLAP two */
};

struct model_time {
	clock_ns wall;
	clock_ns up; /* since the CPE was switched on; counters start with it */
};

/* The key of one parameter of one CPE. path is its name on the wire. */
uint64_t model_generate_key(uint64_t seed, uint64_t cpe, struct str path);

/* The value at that time: in text, or borrowed from the generator. */
struct str model_generate(const struct model_generator *generator, uint64_t key,
    const struct model_time *now, char text[MODEL_GENERATED_MAX]);

/* How long the value stays at the least what it is; above 0. */
clock_ns model_generate_lasts(const struct model_generator *generator, uint64_t key,
    const struct model_time *now);
