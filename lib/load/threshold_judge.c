#include "lib/load/threshold.h"

#include "lib/base/compiler.h"
#include "lib/base/shown.h"

#include <inttypes.h>

static const struct hist *hist_of(const struct threshold *threshold,
    const struct tally *tally)
{
	if (threshold->phase == TALLY_PHASES)
		return &tally->lateness;
	return threshold->is_service ? &tally->phases[threshold->phase].service
				     : &tally->phases[threshold->phase].latency;
}

static uint64_t time_of(const struct threshold *threshold, const struct hist *hist)
{
	switch (threshold->stat) {
	case THRESHOLD_PERCENTILE:
		return hist_percentile(hist, threshold->percent);
	case THRESHOLD_MIN:
		return hist->min_us;
	case THRESHOLD_MEAN:
		return hist_mean(hist);
	case THRESHOLD_MAX:
	case THRESHOLD_COUNT_OF:
		break;
	}
	return hist->max_us;
}

static uint64_t apart(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

static uint64_t count_of(const struct threshold *threshold, const struct tally *tally)
{
	switch (threshold->of) {
	case THRESHOLD_OFFERED:
		return tally->offered;
	case THRESHOLD_STARTED:
		return tally->started;
	case THRESHOLD_COMPLETED:
		return tally->completed;
	case THRESHOLD_RETRIED:
		return tally->retried;
	case THRESHOLD_FAILED:
		return threshold->layer < TALLY_LAYERS
			   ? tally->failed_by[threshold->layer]
			   : tally->failed;
	case THRESHOLD_SHED:
		return tally->shed;
	case THRESHOLD_OPEN:
		return tally->open;
	case THRESHOLD_SKIPPED:
		return tally_skipped(tally);
	case THRESHOLD_UNACCOUNTED:
		return apart(tally->offered, tally->started + tally_skipped(tally)) +
		       apart(tally->started, tally->completed + tally->failed +
						 tally->shed + tally->open);
	case THRESHOLD_PHASE_COUNT:
		break;
	}
	return hist_of(threshold, tally)->total;
}

/* What a share is a share of. */
static uint64_t whole_of(const struct threshold *threshold, const struct tally *tally)
{
	bool is_of_offered = threshold->of == THRESHOLD_SKIPPED ||
			     threshold->of == THRESHOLD_STARTED ||
			     threshold->of == THRESHOLD_RETRIED ||
			     threshold->of == THRESHOLD_UNACCOUNTED ||
			     threshold->of == THRESHOLD_OFFERED;

	return is_of_offered ? tally->offered : tally->started;
}

static bool compare(enum threshold_operator op, unsigned __int128 value,
    unsigned __int128 bound)
{
	switch (op) {
	case THRESHOLD_LT:
		return value < bound;
	case THRESHOLD_LE:
		return value <= bound;
	case THRESHOLD_GT:
		return value > bound;
	case THRESHOLD_GE:
		return value >= bound;
	case THRESHOLD_EQ:
		break;
	}
	return value == bound;
}

/* part / whole in units of 1/scale, without the loss of a product beyond 64 bits. */
static uint64_t ratio(uint64_t part, uint64_t whole, double scale)
{
	return whole > 0 ? (uint64_t)((double)part * scale / (double)whole) : 0;
}

/* The value, and whether there is one. */
static bool value_of(const struct threshold *threshold,
    const struct threshold_input *input, uint64_t *ret)
{
	const struct tally *tally = input->tally;
	const struct hist *hist;

	switch (threshold->metric) {
	case THRESHOLD_TIME:
		hist = hist_of(threshold, tally);
		*ret = time_of(threshold, hist);
		return hist->total > 0;
	case THRESHOLD_COUNT:
		*ret = count_of(threshold, tally);
		return true;
	case THRESHOLD_SHARE:
		*ret =
		    ratio(count_of(threshold, tally), whole_of(threshold, tally), 1e6);
		return whole_of(threshold, tally) > 0;
	case THRESHOLD_RATE:
		*ret = ratio(count_of(threshold, tally), input->took_us, 1e9);
		return input->took_us > 0;
	case THRESHOLD_RECOVERY:
		break;
	}
	*ret = input->recovery_us;
	return input->has_recovery && input->recovery_us != UINT64_MAX;
}

/* A share is compared exactly: 1 of 1,000 is not below 0.1 %, and 1,001 of 1,000,000 is not at
 * most that. */
static bool share_holds(const struct threshold *threshold, const struct tally *tally)
{
	unsigned __int128 part =
	    (unsigned __int128)count_of(threshold, tally) * 1000000;
	unsigned __int128 bound =
	    (unsigned __int128)whole_of(threshold, tally) * threshold->value;

	return compare(threshold->op, part, bound);
}

struct threshold_result threshold_judge(const struct threshold *threshold,
    const struct threshold_input *input)
{
	struct threshold_result result = { .threshold = threshold };
	bool is_upper = threshold->op == THRESHOLD_LT || threshold->op == THRESHOLD_LE;

	result.has_value = value_of(threshold, input, &result.value);
	if (result.has_value && threshold->metric == THRESHOLD_SHARE)
		result.holds = share_holds(threshold, input->tally);
	else if (result.has_value)
		result.holds = compare(threshold->op, result.value, threshold->value);
	else
		result.holds = is_upper && threshold->metric == THRESHOLD_SHARE;
	return result;
}

bool threshold_can_recover(const struct threshold_result *result)
{
	const struct threshold *threshold = result->threshold;
	bool is_upper = threshold->op == THRESHOLD_LT || threshold->op == THRESHOLD_LE;
	bool only_grows = threshold->metric == THRESHOLD_COUNT &&
			  threshold->of != THRESHOLD_OPEN &&
			  threshold->of != THRESHOLD_UNACCOUNTED;
	bool is_max =
	    threshold->metric == THRESHOLD_TIME && threshold->stat == THRESHOLD_MAX;

	return result->holds || !is_upper || !(only_grows || is_max);
}

/* ---- told ---------------------------------------------------------------------------- */

void threshold_put_value(struct buf *out, enum threshold_metric metric, uint64_t value)
{
	switch (metric) {
	case THRESHOLD_TIME:
	case THRESHOLD_RECOVERY:
		buf_printf(out, "%" PRIu64 ".%03u ms", value / 1000,
		    (unsigned)(value % 1000));
		return;
	case THRESHOLD_COUNT:
		buf_printf(out, "%" PRIu64, value);
		return;
	case THRESHOLD_SHARE:
		buf_printf(out, "%" PRIu64 ".%04u %%", value / 10000,
		    (unsigned)(value % 10000));
		return;
	case THRESHOLD_RATE:
		buf_printf(out, "%" PRIu64 ".%03u/s", value / 1000,
		    (unsigned)(value % 1000));
		return;
	}
}

void threshold_tell(struct buf *out, const struct threshold_result *result)
{
	const struct threshold *threshold = result->threshold;
	struct str text = str_of(threshold->text);
	size_t end = 0;

	while (end < text.len && !strchr("<>=", text.p[end]))
		end++;
	shown_append(out, str_trim(str_make(text.p, end)));
	if (result->has_value) {
		buf_append_text(out, " is ");
		threshold_put_value(out, threshold->metric, result->value);
	} else {
		buf_append_text(out, threshold->metric == THRESHOLD_RECOVERY
					 ? " has not come"
					 : " has no value: nothing was counted");
	}
	buf_append_text(out, result->holds ? ", as wanted (" : ", not ");
	shown_append(out, str_trim(str_from(text, end)));
	if (result->holds)
		buf_append_char(out, ')');
}
