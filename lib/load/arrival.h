/* When sessions begin, whatever becomes of those before them (an open loop): the k-th
 * intended start as a function of the schedule, its seed and k. A schedule is stages,
 * in each of which the rate goes in a straight line from one value to another, and a
 * spacing, which says how the starts lie on that rate:
 *
 *     even      one each time the integral of the rate passes a whole number
 *     poisson   gaps of the integral are exponential with mean 1 (seeded)
 *     burst     `burst` of them at once, each time the integral passes a multiple of it
 *
 * constant is one stage from R to R, a ramp one from R0 to R1. The rate can be scaled
 * and the schedule halted while it runs; what has begun is not touched, and stages keep
 * their lengths. All times are nanoseconds since the schedule began. */
#pragma once

#include "lib/base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

enum {
	ARRIVAL_STAGES_MAX = 64
};

#define ARRIVAL_RATE_MAX  1e6 /* sessions a second */
#define ARRIVAL_SCALE_MIN 0.01
#define ARRIVAL_SCALE_MAX 100.0

enum arrival_spacing {
	ARRIVAL_EVEN,
	ARRIVAL_POISSON,
	ARRIVAL_BURST
};

struct arrival_stage {
	clock_ns length; /* above 0; of the last INT64_MAX: without an end */
	double from, to; /* a second; of a stage without an end `from` alone counts */
};

struct arrival_plan {
	struct arrival_stage stages[ARRIVAL_STAGES_MAX];
	size_t n_stages; /* at least 1 */
	enum arrival_spacing spacing;
	uint64_t burst; /* of ARRIVAL_BURST, at least 1 */
	uint64_t limit; /* starts in all; 0: as many as the stages hold */
	uint64_t seed;
};

/* A plan of one stage. length 0: without an end. */
struct arrival_plan arrival_constant(double rate, clock_ns length);
struct arrival_plan arrival_ramp(double from, double to, clock_ns length);

/* When the last stage ends, not scaled; INT64_MAX where it does not. */
clock_ns arrival_length(const struct arrival_plan *plan);

/* How many starts lie before t, of even spacing and scale 1: the integral of the rate.
 */
double arrival_expected(const struct arrival_plan *plan, clock_ns t);

/* The rate at t; 0 behind the last stage. */
double arrival_rate(const struct arrival_plan *plan, clock_ns t);

/* Appends the plan in words, of which equal plans have the same: "0/s to 100/s in 60s,
 * 100/s for 240s, poisson, at most 5000 sessions". No end of a line. */
void arrival_tell(struct buf *out, const struct arrival_plan *plan);

/* The walk along a plan. */
struct arrival {
	const struct arrival_plan *plan; /* borrowed, unchanged meanwhile */
	uint64_t k;                      /* of the next start, from 0 */
	double due;                      /* the integral at which it lies */
	double scale;                    /* 1 at first */
	/* Where the scale was last changed: integral as scaled, and as planned. */
	double base_due, base_planned;
	uint64_t shard, shards; /* k is one of its own; 1 of 1: all */
	clock_ns halted_for;    /* so long it has been halted in all */
	clock_ns halted_at;     /* -1: it goes on */
};

void arrival_begin(struct arrival *arrival, const struct arrival_plan *plan);

/* The same of one of several processes that walk one plan together: of the starts each
 * has those whose number is of its shard (arrival_shard()), at the times that they have
 * in the whole, so that the seed alone decides and not the number of shards. A scale or
 * a halt is to be told to all of them. */
void arrival_begin_shard(struct arrival *arrival, const struct arrival_plan *plan,
    uint64_t shard, uint64_t shards);

/* Whether there is a next start; *ret_at is when. While it is halted there is none that
 * is known: false too, with arrival_is_over() false. Does not go on to the one behind
 * it. */
bool arrival_peek(const struct arrival *arrival, clock_ns *ret_at);

/* Goes on to the start behind the one that arrival_peek() has told. */
void arrival_take(struct arrival *arrival);

/* Whether no start is left. */
bool arrival_is_over(const struct arrival *arrival);

/* From now on scale times as many sessions a second begin as planned. scale is brought
 * into ARRIVAL_SCALE_MIN..MAX. What was due before now and has not been taken stays due
 * when it was. */
void arrival_scale(struct arrival *arrival, clock_ns now, double scale);

/* Nothing begins from now until arrival_go_on(), and all that follows, the ends of
 * stages too, is later by so long. Both do nothing where it is so already. */
void arrival_halt(struct arrival *arrival, clock_ns now);
void arrival_go_on(struct arrival *arrival, clock_ns now);

/* The intended start of the k-th session, of an untouched walk: the table that tests
 * and "--dry-run" print. Of poisson spacing it costs k steps. INT64_MAX where there is
 * none. */
clock_ns arrival_at(const struct arrival_plan *plan, uint64_t k);

/* ---- what all of a fleet does at once -------------------------------------------- */

/* When CPE number cpe of the whole fleet boots of a power cut whose CPEs are all back
 * `within`: uniform in [0, within), by seed and number alone, so the same in every
 * shard. */
clock_ns arrival_boot_within(uint64_t seed, uint64_t cpe, clock_ns within);

/* Its phase in a period (PeriodicInformTime unset): uniform in [0, period). */
clock_ns arrival_phase(uint64_t seed, uint64_t cpe, clock_ns period);

/* Whether it is among so many per million that something befalls (mixes, faults,
 * campaigns); `what` tells one such choice from another. */
bool arrival_is_hit(uint64_t seed, uint64_t cpe, uint64_t what, uint32_t per_million);

/* Which of n weights it falls to, in proportion; 0 where all are 0. */
size_t arrival_pick(uint64_t seed, uint64_t cpe, uint64_t what, const uint64_t *weights,
    size_t n);

/* Its shard, 1 to n, and so that each shard has the same share give or take one. */
static inline uint64_t arrival_shard(uint64_t cpe, uint64_t n)
{
	return n ? cpe % n + 1 : 1;
}
