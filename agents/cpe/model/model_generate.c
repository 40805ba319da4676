#include "agents/cpe/model/model_generate.h"

#include "lib/base/compiler.h"
#include "lib/base/siphash.h"

#include <inttypes.h>
#include <stdio.h>

uint64_t model_generate_key(uint64_t seed, uint64_t cpe, struct str path)
{
	return siphash13(seed, cpe, path.p ? path.p : "", path.len);
}

/* The number that belongs to period k. */
static uint64_t draw(uint64_t key, uint64_t k)
{
	return siphash13(key, 0, &k, sizeof(k));
}

static uint64_t periods_of(clock_ns at, clock_ns period)
{
	return (uint64_t)(MAX(at, 0) / period);
}

static clock_ns into_period(clock_ns at, clock_ns period)
{
	return MAX(at, 0) % period;
}

/* What is drawn is less than the rate, so that the next period begins at no less. */
static struct str put_counter(const struct model_generator *generator, uint64_t key,
    const struct model_time *now, char *text)
{
	uint64_t k = periods_of(now->up, generator->period);
	uint64_t n = k * generator->rate;

	if (generator->rate > 0)
		n += draw(key, k) % generator->rate;
	if (generator->wrap < 64)
		n &= (UINT64_C(1) << generator->wrap) - 1;
	return str_make(text,
	    (size_t)snprintf(text, MODEL_GENERATED_MAX, "%" PRIu64, n));
}

static int64_t goal(const struct model_generator *generator, uint64_t key, uint64_t k)
{
	uint64_t span = (uint64_t)(generator->to - generator->from) + 1;

	return generator->from + (int64_t)(draw(key, k) % span);
}

/* A straight way from the goal of this period to that of the next, a step a second. */
static struct str put_drift(const struct model_generator *generator, uint64_t key,
    const struct model_time *now, char *text)
{
	clock_ns at = MAX(now->wall, 0) / NS_PER_S * NS_PER_S;
	uint64_t k = periods_of(at, generator->period);
	int64_t here = goal(generator, key, k), there = goal(generator, key, k + 1);
	/* 4096 parts of a period, and at most 50 bits between the goals. */
	int64_t part =
	    MIN(into_period(at, generator->period) / (generator->period / 4096), 4096);

	return str_make(text, (size_t)snprintf(text, MODEL_GENERATED_MAX, "%" PRId64,
				  here + (there - here) * part / 4096));
}

static struct str pick(const struct model_generator *generator, size_t i)
{
	return str_of(generator->values.items[i]);
}

/* Where in its period the flap begins. */
static clock_ns flap_begin(const struct model_generator *generator, uint64_t key,
    uint64_t k)
{
	uint64_t room = (uint64_t)(generator->period - generator->lasts) + 1;

	return (clock_ns)(draw(key, k) % room);
}

static bool is_flapping(const struct model_generator *generator, uint64_t key,
    clock_ns wall)
{
	clock_ns into = into_period(wall, generator->period);
	clock_ns begin =
	    flap_begin(generator, key, periods_of(wall, generator->period));

	return into >= begin && into < begin + generator->lasts;
}

struct str model_generate(const struct model_generator *generator, uint64_t key,
    const struct model_time *now, char text[MODEL_GENERATED_MAX])
{
	switch ((enum model_generator_kind)generator->kind) {
	case MODEL_COUNTER:
		return put_counter(generator, key, now, text);
	case MODEL_DRIFT:
		return put_drift(generator, key, now, text);
	case MODEL_ENUM:
		return pick(generator,
		    draw(key, periods_of(now->wall, generator->period)) %
			generator->values.len);
	case MODEL_FLAP:
		return pick(generator, is_flapping(generator, key, now->wall));
	}
	return STR("");
}

static clock_ns flap_lasts(const struct model_generator *generator, uint64_t key,
    clock_ns wall)
{
	clock_ns into = into_period(wall, generator->period);
	clock_ns begin =
	    flap_begin(generator, key, periods_of(wall, generator->period));

	if (into < begin)
		return begin - into;
	if (into < begin + generator->lasts)
		return begin + generator->lasts - into;
	return generator->period - into;
}

clock_ns model_generate_lasts(const struct model_generator *generator, uint64_t key,
    const struct model_time *now)
{
	switch ((enum model_generator_kind)generator->kind) {
	case MODEL_COUNTER:
		return generator->period - into_period(now->up, generator->period);
	case MODEL_DRIFT:
		return NS_PER_S - into_period(now->wall, NS_PER_S);
	case MODEL_ENUM:
		return generator->period - into_period(now->wall, generator->period);
	case MODEL_FLAP:
		return flap_lasts(generator, key, now->wall);
	}
	return generator->period;
}
