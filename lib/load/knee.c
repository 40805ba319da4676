#include "lib/load/knee.h"

#include "lib/base/compiler.h"
#include "lib/base/shown.h"
#include "lib/load/number.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static const char *const limit_texts[] = {
#define XX(symbol, text) [KNEE_LIMIT_##symbol] = (text),
	KNEE_LIMIT_MAP(XX)
#undef XX
};

const char *knee_limit_text(enum knee_limit limit)
{
	return limit_texts[limit];
}

struct knee_options knee_options(void)
{
	return (struct knee_options){ .rate_first = 10,
		.rate_max = 100000,
		.growth = 2,
		.precision_permille = 20,
		.repeats = 3,
		.step = 10 * NS_PER_S,
		.settle = 2 * NS_PER_S,
		.rest_max = 60 * NS_PER_S,
		.kept_permille = 985,
		.lost_ppm = 5000 };
}

void knee_begin(struct knee *knee, const struct knee_options *options)
{
	memset(knee, 0, sizeof(*knee));
	knee->options = *options;
	knee->rate = MIN(options->rate_first, options->rate_max);
}

bool knee_next(const struct knee *knee, double *ret_rate)
{
	if (knee->state == KNEE_DONE)
		return false;
	*ret_rate = knee->rate;
	return true;
}

/* ---- one step ------------------------------------------------------------------------ */

static bool is_lost(const struct knee_step *step, uint64_t n, uint64_t ppm)
{
	return (double)n * 1e6 > (double)step->started * (double)ppm;
}

/* Whether as many ended as started. A step ends in the middle of sessions, but it began in the
 * middle of as many: what is missing beyond that, give or take twice the root of their
 * number, is a queue that grows. */
static bool kept_up(const struct knee_step *step, uint64_t permille)
{
	double ended = (double)(step->completed + step->failed + step->shed);
	double missing = (double)step->started - ended;
	double chance = 2.0 * sqrt((double)MAX(step->open_before, 1));

	return missing <=
	       (double)step->started * (1000.0 - (double)permille) / 1000.0 + chance;
}

static enum knee_limit limit_of(const struct knee *knee, const struct knee_step *step)
{
	const struct knee_options *options = &knee->options;

	if (step->own[0])
		return KNEE_LIMIT_OWN;
	if (is_lost(step, step->shed + step->failed, options->lost_ppm))
		return step->shed >= step->failed ? KNEE_LIMIT_SHED : KNEE_LIMIT_FAILED;
	if (!kept_up(step, options->kept_permille) || step->completed == 0)
		return KNEE_LIMIT_BEHIND;
	if (options->p99_max_us > 0 && step->p99_us > options->p99_max_us)
		return KNEE_LIMIT_SLOW;
	return KNEE_LIMIT_NOTHING;
}

/* ---- the search ---------------------------------------------------------------------- */

static void end(struct knee *knee, enum knee_limit limit)
{
	knee->state = KNEE_DONE;
	knee->limit = limit;
}

static bool is_narrow(const struct knee *knee)
{
	return (knee->bad - knee->good) * 1000.0 <=
	       knee->bad * (double)knee->options.precision_permille;
}

/* Both ends are known, or the lower one is still 0. */
static void go_between(struct knee *knee)
{
	if (knee->good > 0.0 && is_narrow(knee)) {
		if (knee->repeated >= knee->options.repeats) {
			knee->state = KNEE_DONE;
			return;
		}
		knee->state = KNEE_REPEAT;
		knee->rate = knee->good;
		return;
	}
	knee->state = KNEE_HALVE;
	knee->rate = (knee->good + knee->bad) / 2.0;
	if (knee->good <= 0.0 && knee->bad <= 1.0)
		end(knee, KNEE_LIMIT_LOWEST);
}

/* The highest rate below `below` that held in a step, and in none did not. */
static double best_below(const struct knee *knee, double below)
{
	double best = 0.0;

	for (size_t i = 0; i < knee->n_steps; i++) {
		const struct knee_step *step = &knee->steps[i];

		if (step->holds && step->rate < below && step->rate > best)
			best = step->rate;
	}
	return best;
}

static void take_good(struct knee *knee)
{
	const struct knee_options *options = &knee->options;

	if (knee->state == KNEE_REPEAT) {
		knee->repeated++;
		if (knee->repeated >= options->repeats)
			knee->state = KNEE_DONE;
		return;
	}
	knee->good = knee->rate;
	knee->repeated = 0;
	if (knee->state == KNEE_HALVE) {
		go_between(knee);
		return;
	}
	if (knee->rate >= options->rate_max) {
		end(knee, KNEE_LIMIT_NOTHING);
		return;
	}
	knee->rate = MIN(knee->rate * options->growth, options->rate_max);
}

static void take_bad(struct knee *knee, const struct knee_step *step)
{
	knee->bad = knee->rate;
	knee->limit = step->limit;
	(void)shown_snprintf(knee->why, sizeof(knee->why), "%s",
	    step->limit == KNEE_LIMIT_OWN ? step->own : step->failure);
	if (knee->state == KNEE_REPEAT || knee->good >= knee->bad) {
		knee->good = best_below(knee, knee->bad);
		knee->repeated = 0;
	}
	go_between(knee);
}

/* We were the limit: twice at the same rate, and this machine can say nothing above it. */
static void take_own(struct knee *knee, const struct knee_step *step)
{
	if (!knee->is_again) {
		knee->is_again = true;
		return;
	}
	knee->bad = knee->rate;
	(void)shown_snprintf(knee->why, sizeof(knee->why), "%s", step->own);
	end(knee, KNEE_LIMIT_OWN);
}

void knee_take(struct knee *knee, const struct knee_step *step)
{
	struct knee_step *kept;

	if (knee->state == KNEE_DONE)
		return;
	kept = &knee->steps[knee->n_steps++];
	*kept = *step;
	kept->rate = knee->rate;
	kept->state = knee->state;
	kept->limit = limit_of(knee, step);
	kept->holds = kept->limit == KNEE_LIMIT_NOTHING;
	if (kept->limit == KNEE_LIMIT_OWN) {
		take_own(knee, kept);
	} else {
		knee->is_again = false;
		if (kept->holds)
			take_good(knee);
		else
			take_bad(knee, kept);
	}
	if (knee->n_steps == KNEE_STEPS_MAX)
		knee->state = KNEE_DONE;
}

/* ---- what it came to ----------------------------------------------------------------- */

struct knee_result knee_result(const struct knee *knee)
{
	struct knee_result result = { .rate = knee->good,
		.limit = knee->limit,
		.why = knee->why,
		.repeats = knee->repeated };

	for (size_t i = 0; i < knee->n_steps; i++) {
		const struct knee_step *step = &knee->steps[i];
		double rate;

		if (!step->holds || step->rate != knee->good || step->took <= 0)
			continue;
		rate = (double)step->completed * 1e9 / (double)step->took;
		result.low = result.low > 0.0 ? MIN(result.low, rate) : rate;
		result.high = MAX(result.high, rate);
	}
	/* A queue that grows by the bit that is tolerated is not carried. */
	if (result.high > 0.0)
		result.rate = MIN(result.rate, result.high);
	result.is_found = knee->good > 0.0 && knee->bad > knee->good &&
			  knee->limit != KNEE_LIMIT_OWN &&
			  knee->limit != KNEE_LIMIT_NOTHING;
	return result;
}

uint64_t knee_cpes(double rate, clock_ns interval)
{
	double n = rate * ((double)interval / 1e9);

	return n > 0.0 && n < 1e18 ? (uint64_t)n : 0;
}

void knee_tell(struct buf *out, const struct knee *knee, clock_ns interval)
{
	struct knee_result result = knee_result(knee);
	char cpes[NUMBER_TEXT_MAX];

	if (result.rate <= 0.0) {
		shown_printf(out, "no rate held, limited by %s",
		    knee_limit_text(result.limit));
	} else {
		buf_append_text(out,
		    number_thousands(knee_cpes(result.rate, interval), cpes));
		buf_printf(out,
		    " CPEs at an interval of %" PRId64 " s (%.1f sessions/s; %.1f to "
		    "%.1f in %u repeat%s), limited by %s",
		    interval / NS_PER_S, result.rate, result.low, result.high,
		    result.repeats, result.repeats == 1 ? "" : "s",
		    knee_limit_text(result.limit));
	}
	if (result.why[0])
		shown_printf(out, ": %s", result.why);
}
