#include "lib/load/arrival.h"

#include "lib/base/compiler.h"
#include "lib/base/rng.h"

#include <math.h>
#include <string.h>

struct arrival_plan arrival_ramp(double from, double to, clock_ns length)
{
	struct arrival_plan plan;

	memset(&plan, 0, sizeof(plan));
	plan.stages[0] =
	    (struct arrival_stage){ length > 0 ? length : INT64_MAX, from, to };
	plan.n_stages = 1;
	plan.burst = 1;
	return plan;
}

struct arrival_plan arrival_constant(double rate, clock_ns length)
{
	return arrival_ramp(rate, rate, length);
}

clock_ns arrival_length(const struct arrival_plan *plan)
{
	clock_ns sum = 0;

	for (size_t i = 0; i < plan->n_stages; i++) {
		if (plan->stages[i].length > INT64_MAX - sum)
			return INT64_MAX;
		sum += plan->stages[i].length;
	}
	return sum;
}

/* ---- the integral of the rate, and its inverse --------------------------------------- */

static double slope_of(const struct arrival_stage *stage)
{
	if (stage->length == INT64_MAX)
		return 0.0;
	return (stage->to - stage->from) / ((double)stage->length / 1e9);
}

/* What a stage adds to the integral in its first `seconds`. */
static double area(const struct arrival_stage *stage, double seconds)
{
	return seconds * (stage->from + slope_of(stage) * seconds / 2.0);
}

double arrival_expected(const struct arrival_plan *plan, clock_ns t)
{
	double sum = 0.0;

	for (size_t i = 0; i < plan->n_stages && t > 0; i++) {
		const struct arrival_stage *stage = &plan->stages[i];
		clock_ns part = MIN(t, stage->length);

		sum += area(stage, (double)part / 1e9);
		t -= part;
	}
	return sum;
}

double arrival_rate(const struct arrival_plan *plan, clock_ns t)
{
	for (size_t i = 0; i < plan->n_stages && t >= 0; i++) {
		const struct arrival_stage *stage = &plan->stages[i];

		if (t < stage->length)
			return stage->from + slope_of(stage) * ((double)t / 1e9);
		t -= stage->length;
	}
	return 0.0;
}

/* When a stage has added `sum`: the smaller root of slope/2 t^2 + from t = sum, in the form
 * that loses no digits where the slope is small. */
static double seconds_to(const struct arrival_stage *stage, double sum)
{
	double root = stage->from * stage->from + 2.0 * slope_of(stage) * sum;

	root = stage->from + sqrt(MAX(root, 0.0));
	return root > 0.0 ? 2.0 * sum / root : 0.0;
}

/* When the integral reaches `sum`; INT64_MAX where it never does. What lies within a
 * millionth of a session of the end of a stage belongs to it. */
static clock_ns time_of(const struct arrival_plan *plan, double sum)
{
	clock_ns t = 0;

	for (size_t i = 0; i < plan->n_stages; i++) {
		const struct arrival_stage *stage = &plan->stages[i];
		bool is_endless = stage->length == INT64_MAX;
		double whole =
		    is_endless ? INFINITY : area(stage, (double)stage->length / 1e9);

		if (sum < whole - 1e-6 && (stage->from > 0.0 || !is_endless)) {
			double ns = seconds_to(stage, sum) * 1e9;

			if (!(ns < 9e18) || (clock_ns)ns > INT64_MAX - t)
				return INT64_MAX;
			return t + MIN((clock_ns)ns, stage->length);
		}
		if (is_endless)
			return INT64_MAX;
		sum = MAX(sum - whole, 0.0);
		t += stage->length;
	}
	return INT64_MAX;
}

/* ---- the walk ------------------------------------------------------------------------ */

/* Exponential with mean 1, by the plan's seed and k. */
static double gap_of(const struct arrival_plan *plan, uint64_t k)
{
	struct rng rng = rng_make(plan->seed, k);
	double uniform = ((double)(rng_u64(&rng) >> 11) + 1.0) / 9007199254740993.0;

	return -log(uniform);
}

/* The integral at which start k lies, of even spacing and bursts. */
static double due_of(const struct arrival_plan *plan, uint64_t k)
{
	if (plan->spacing == ARRIVAL_BURST && plan->burst > 1)
		k -= k % plan->burst;
	return (double)k;
}

/* Goes on to the start of number k + 1, whosever it is. */
static void step(struct arrival *arrival)
{
	const struct arrival_plan *plan = arrival->plan;

	arrival->k++;
	if (plan->spacing == ARRIVAL_POISSON)
		arrival->due += gap_of(plan, arrival->k);
	else
		arrival->due = due_of(plan, arrival->k);
}

static void step_to_own(struct arrival *arrival)
{
	while (arrival_shard(arrival->k, arrival->shards) != arrival->shard)
		step(arrival);
}

void arrival_begin_shard(struct arrival *arrival, const struct arrival_plan *plan,
    uint64_t shard, uint64_t shards)
{
	*arrival = (struct arrival){ .plan = plan,
		.scale = 1.0,
		.halted_at = -1,
		.shards = shards ? shards : 1 };
	arrival->shard = MAX(MIN(shard, arrival->shards), 1);
	if (plan->spacing == ARRIVAL_POISSON)
		arrival->due = gap_of(plan, 0);
	step_to_own(arrival);
}

void arrival_begin(struct arrival *arrival, const struct arrival_plan *plan)
{
	arrival_begin_shard(arrival, plan, 1, 1);
}

/* When it would come if nothing were halted. */
static clock_ns next_time(const struct arrival *arrival)
{
	double ahead = (arrival->due - arrival->base_due) / arrival->scale;
	double sum = MAX(arrival->base_planned + ahead, 0.0);

	if (arrival->plan->limit > 0 && arrival->k >= arrival->plan->limit)
		return INT64_MAX;
	return time_of(arrival->plan, sum);
}

bool arrival_is_over(const struct arrival *arrival)
{
	return next_time(arrival) == INT64_MAX;
}

bool arrival_peek(const struct arrival *arrival, clock_ns *ret_at)
{
	clock_ns at = next_time(arrival);

	if (at == INT64_MAX || at > INT64_MAX - arrival->halted_for)
		return false;
	at += arrival->halted_for;
	if (arrival->halted_at >= 0 && at >= arrival->halted_at)
		return false;
	*ret_at = at;
	return true;
}

void arrival_take(struct arrival *arrival)
{
	step(arrival);
	step_to_own(arrival);
}

/* `now` on the clock of the plan, which stands while it is halted. */
static clock_ns planned_now(const struct arrival *arrival, clock_ns now)
{
	if (arrival->halted_at >= 0 && now > arrival->halted_at)
		now = arrival->halted_at;
	return MAX(now - arrival->halted_for, 0);
}

void arrival_scale(struct arrival *arrival, clock_ns now, double scale)
{
	double planned = arrival_expected(arrival->plan, planned_now(arrival, now));

	if (!(scale >= ARRIVAL_SCALE_MIN))
		scale = ARRIVAL_SCALE_MIN;
	scale = MIN(scale, ARRIVAL_SCALE_MAX);
	arrival->base_due += (planned - arrival->base_planned) * arrival->scale;
	arrival->base_planned = planned;
	arrival->scale = scale;
}

void arrival_halt(struct arrival *arrival, clock_ns now)
{
	if (arrival->halted_at < 0)
		arrival->halted_at = MAX(now, 0);
}

void arrival_go_on(struct arrival *arrival, clock_ns now)
{
	if (arrival->halted_at < 0)
		return;
	arrival->halted_for += MAX(now - arrival->halted_at, 0);
	arrival->halted_at = -1;
}

clock_ns arrival_at(const struct arrival_plan *plan, uint64_t k)
{
	double due = 0.0;

	if (plan->limit > 0 && k >= plan->limit)
		return INT64_MAX;
	if (plan->spacing != ARRIVAL_POISSON)
		return time_of(plan, due_of(plan, k));
	for (uint64_t i = 0; i <= k; i++)
		due += gap_of(plan, i);
	return time_of(plan, due);
}

/* ---- what all of a fleet does at once ------------------------------------------------ */

enum { /* streams that are drawn from one seed */
	STREAM_BOOT = 1,
	STREAM_PHASE = 2,
	STREAM_CHOICE = 3
};

static struct rng rng_of(uint64_t seed, uint64_t cpe, uint64_t what)
{
	struct rng rng = rng_make(seed, what);

	return rng_make(rng_u64(&rng), cpe);
}

static clock_ns uniform(struct rng rng, clock_ns span)
{
	return span > 0 ? (clock_ns)rng_between(&rng, 0, (uint64_t)span - 1) : 0;
}

clock_ns arrival_boot_within(uint64_t seed, uint64_t cpe, clock_ns within)
{
	return uniform(rng_of(seed, cpe, STREAM_BOOT), within);
}

clock_ns arrival_phase(uint64_t seed, uint64_t cpe, clock_ns period)
{
	return uniform(rng_of(seed, cpe, STREAM_PHASE), period);
}

bool arrival_is_hit(uint64_t seed, uint64_t cpe, uint64_t what, uint32_t per_million)
{
	struct rng rng = rng_of(seed, cpe, STREAM_CHOICE + what);

	return rng_between(&rng, 0, 999999) < per_million;
}

size_t arrival_pick(uint64_t seed, uint64_t cpe, uint64_t what, const uint64_t *weights,
    size_t n)
{
	struct rng rng = rng_of(seed, cpe, STREAM_CHOICE + what);
	uint64_t sum = 0, at;

	for (size_t i = 0; i < n; i++)
		sum += weights[i];
	if (sum == 0)
		return 0;
	at = rng_between(&rng, 0, sum - 1);
	for (size_t i = 0; i < n; i++) {
		if (at < weights[i])
			return i;
		at -= weights[i];
	}
	return 0;
}
