#include "lib/load/report/compare.h"

#include "lib/base/compiler.h"
#include "lib/base/json.h"
#include "lib/base/shown.h"
#include "lib/program/table.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How a number is got from a run, and whether more of it is better. */
struct measure {
	const char *name;
	enum compare_unit unit;
	bool is_more_better;
	double (*get)(const struct result_run *run);
};

static double per_second(uint64_t n, const struct result_run *run)
{
	return run->took_us > 0 ? (double)n * 1e6 / (double)run->took_us : 0.0;
}

static double share(uint64_t n, const struct result_run *run)
{
	return run->started > 0 ? (double)n * 100.0 / (double)run->started : 0.0;
}

#define MEASURE(name_, value)                             \
	static double name_(const struct result_run *run) \
	{                                                 \
		return value;                             \
	}

MEASURE(get_offered, per_second(run->offered, run))
MEASURE(get_completed, per_second(run->completed, run))
MEASURE(get_failed, share(run->failed, run))
MEASURE(get_shed, share(run->shed, run))
MEASURE(get_open, (double)run->open)
MEASURE(get_mean, (double)run->latency.mean_us)
MEASURE(get_p50, (double)run->latency.p50_us)
MEASURE(get_p90, (double)run->latency.p90_us)
MEASURE(get_p99, (double)run->latency.p99_us)
MEASURE(get_p999, (double)run->latency.p999_us)
MEASURE(get_max, (double)run->latency.max_us)
MEASURE(get_service_p50, (double)run->service.p50_us)
MEASURE(get_service_p99, (double)run->service.p99_us)

static const struct measure measures[] = {
	{ "offered-rate", COMPARE_RATE, true, get_offered },
	{ "completed-rate", COMPARE_RATE, true, get_completed },
	{ "failed", COMPARE_SHARE, false, get_failed },
	{ "shed", COMPARE_SHARE, false, get_shed },
	{ "open", COMPARE_COUNT, false, get_open },
	{ "session.mean", COMPARE_MS, false, get_mean },
	{ "session.p50", COMPARE_MS, false, get_p50 },
	{ "session.p90", COMPARE_MS, false, get_p90 },
	{ "session.p99", COMPARE_MS, false, get_p99 },
	{ "session.p999", COMPARE_MS, false, get_p999 },
	{ "session.max", COMPARE_MS, false, get_max },
	{ "service.session.p50", COMPARE_MS, false, get_service_p50 },
	{ "service.session.p99", COMPARE_MS, false, get_service_p99 },
};

/* ---- statistics ------------------------------------------------------------------------ */

/* The 97.5 % quantiles of Student's distribution for 1 to 30 degrees of freedom; beyond,
 * the expansion of Cornish and Fisher (Abramowitz and Stegun 26.7.5) is exact to three
 * digits. */
double compare_t(double degrees)
{
	static const double table[] = { 12.706, 4.303, 3.182, 2.776, 2.571, 2.447,
		2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
		2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
		2.052, 2.048, 2.045, 2.042 };
	static const double z = 1.959964;
	double low, part;
	size_t i;

	if (!(degrees > 1.0))
		return table[0];
	if (degrees >= (double)ARRAY_LEN(table))
		return z + (z * z * z + z) / (4.0 * degrees) +
		       (5.0 * pow(z, 5) + 16.0 * z * z * z + 3.0 * z) /
			   (96.0 * degrees * degrees);
	low = floor(degrees);
	part = degrees - low;
	i = (size_t)low - 1;
	/* Welch's degrees are no whole numbers. Between two of them a straight line lies a
	 * little above the curve, which is the careful side. */
	return part > 0.0 ? table[i] + (table[i + 1] - table[i]) * part : table[i];
}

struct sample {
	double mean, variance; /* of the mean */
	size_t n;
};

static const struct result_run *runs_of(const struct load_result *result,
    struct result_run *single, size_t *ret_n)
{
	*ret_n = result->n_runs > 0 ? result->n_runs : 1;
	if (result->n_runs > 0)
		return result->runs;
	*single = result_run_of(result);
	return single;
}

static struct sample sample_of(const struct load_result *result,
    const struct measure *measure)
{
	struct result_run single;
	struct sample sample = { 0 };
	const struct result_run *runs = runs_of(result, &single, &sample.n);
	double squares = 0.0;

	for (size_t i = 0; i < sample.n; i++)
		sample.mean += measure->get(&runs[i]) / (double)sample.n;
	for (size_t i = 0; i < sample.n; i++) {
		double apart = measure->get(&runs[i]) - sample.mean;

		squares += apart * apart;
	}
	if (sample.n > 1)
		sample.variance = squares / (double)(sample.n - 1) / (double)sample.n;
	return sample;
}

static struct compare_value value_of(const struct sample *sample)
{
	return (struct compare_value){ .mean = sample->mean,
		.n = sample->n,
		.half = sample->n > 1 ? compare_t((double)(sample->n - 1)) *
					    sqrt(sample->variance)
				      : -1.0 };
}

/* Welch's degrees of freedom. */
static double degrees_of(const struct sample *a, const struct sample *b)
{
	double sum = a->variance + b->variance;
	double parts = a->variance * a->variance / (double)(a->n - 1) +
		       b->variance * b->variance / (double)(b->n - 1);

	return parts > 0.0 ? sum * sum / parts : (double)(a->n + b->n - 2);
}

static enum compare_sign sign_of(const struct measure *measure, const struct sample *a,
    const struct sample *b)
{
	double difference = b->mean - a->mean, half;

	if (a->n < 2 || b->n < 2)
		return COMPARE_UNKNOWN;
	half = compare_t(degrees_of(a, b)) * sqrt(a->variance + b->variance);
	if (fabs(difference) <= half)
		return COMPARE_SAME;
	return (difference > 0.0) == measure->is_more_better ? COMPARE_BETTER
							     : COMPARE_WORSE;
}

/* ---- the table ------------------------------------------------------------------------- */

static bool text_differs(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") != 0;
}

static void warn(struct compare *compare, bool differs, const char *words)
{
	if (differs && compare->n_warnings < ARRAY_LEN(compare->warnings))
		compare->warnings[compare->n_warnings++] = words;
}

struct compare compare_make(const struct load_result *a, const struct load_result *b)
{
	struct compare made = { .n = 0 };

	warn(&made, a->cpes != b->cpes, "the numbers of CPEs differ");
	warn(&made, text_differs(a->arrival, b->arrival), "the schedules differ");
	warn(&made, text_differs(a->model, b->model), "the device models differ");
	warn(&made, a->interval != b->interval, "the periods differ");
	warn(&made, a->verdict == VERDICT_INVALID, "the first is INVALID");
	warn(&made, b->verdict == VERDICT_INVALID, "the second is INVALID");
	for (size_t i = 0; i < ARRAY_LEN(measures); i++) {
		struct sample x = sample_of(a, &measures[i]);
		struct sample y = sample_of(b, &measures[i]);

		made.rows[made.n++] = (struct compare_row){ .name = measures[i].name,
			.unit = measures[i].unit,
			.a = value_of(&x),
			.b = value_of(&y),
			.ratio = x.mean > 0.0 ? y.mean / x.mean : -1.0,
			.sign = sign_of(&measures[i], &x, &y) };
	}
	return made;
}

/* ---- written --------------------------------------------------------------------------- */

static double shown_unit(enum compare_unit unit, double value)
{
	return unit == COMPARE_MS ? value / 1000.0 : value;
}

static const char *unit_name(enum compare_unit unit)
{
	switch (unit) {
	case COMPARE_MS:
		return "ms";
	case COMPARE_RATE:
		return "/s";
	case COMPARE_SHARE:
		return "%";
	case COMPARE_COUNT:
		break;
	}
	return "";
}

static const char *sign_name(enum compare_sign sign)
{
	switch (sign) {
	case COMPARE_SAME:
		return "same";
	case COMPARE_BETTER:
		return "better";
	case COMPARE_WORSE:
		return "worse";
	case COMPARE_UNKNOWN:
		break;
	}
	return "unknown";
}

static void put_value(struct table *table, const struct compare_row *row,
    const struct compare_value *value)
{
	double mean = shown_unit(row->unit, value->mean);

	if (value->half < 0.0)
		table_cellf(table, "%.3f", mean);
	else
		table_cellf(table, "%.3f +- %.3f", mean,
		    shown_unit(row->unit, value->half));
}

static void put_rows(struct table *table, const struct compare *compare)
{
	for (size_t i = 0; i < compare->n; i++) {
		const struct compare_row *row = &compare->rows[i];

		table_cell(table, row->name);
		put_value(table, row, &row->a);
		put_value(table, row, &row->b);
		table_cell(table, unit_name(row->unit));
		if (row->ratio < 0.0)
			table_cell(table, "-");
		else
			table_cellf(table, "%.3f", row->ratio);
		table_cell(table, sign_name(row->sign));
	}
}

void compare_put_text(struct buf *out, const struct compare *compare, const char *a,
    const char *b, const struct screen *screen)
{
	const struct table_column columns[] = {
		{ .heading = "" },
		{ .heading = a, .is_right = true, .least = 12 },
		{ .heading = b, .is_right = true, .least = 12 },
		{ .heading = "" },
		{ .heading = "ratio", .is_right = true },
		{ .heading = "second is" },
	};
	struct table *table = calloc(1, sizeof(*table));

	if (!table) {
		out->error = -ENOMEM;
		return;
	}
	table_begin(table, out, screen, columns, ARRAY_LEN(columns));
	put_rows(table, compare);
	table_end(table);
	free(table);
	for (size_t i = 0; i < compare->n_warnings; i++)
		shown_printf(out, "note: %s\n", compare->warnings[i]);
	if (compare->n > 0 && compare->rows[0].sign == COMPARE_UNKNOWN)
		shown_printf(out, "note: one run on a side is no proof; "
				  "run both with --repeat 5\n");
}

static void put_json_value(struct json *json, const char *key,
    const struct compare_row *row, const struct compare_value *value)
{
	char text[RESULT_NUMBER_MAX * 2];

	json_object_begin(json, key);
	(void)shown_snprintf(text, sizeof(text), "%.3f",
	    shown_unit(row->unit, value->mean));
	json_raw(json, "mean", str_of(text));
	(void)shown_snprintf(text, sizeof(text), "%.3f",
	    shown_unit(row->unit, value->half));
	if (value->half < 0.0)
		json_put_null(json, "plus_minus");
	else
		json_raw(json, "plus_minus", str_of(text));
	json_uint(json, "runs", value->n);
	json_object_end(json);
}

void compare_put_json(struct buf *out, const struct compare *compare, const char *a,
    const char *b)
{
	struct json json = json_writer(out, 2);
	char text[RESULT_NUMBER_MAX * 2];

	json_object_begin(&json, NULL);
	json_text(&json, "a", a);
	json_text(&json, "b", b);
	json_array_begin(&json, "rows");
	for (size_t i = 0; i < compare->n; i++) {
		const struct compare_row *row = &compare->rows[i];

		json_object_begin(&json, NULL);
		json_text(&json, "name", row->name);
		json_text(&json, "unit", unit_name(row->unit));
		put_json_value(&json, "a", row, &row->a);
		put_json_value(&json, "b", row, &row->b);
		(void)shown_snprintf(text, sizeof(text), "%.4f", row->ratio);
		if (row->ratio < 0.0)
			json_put_null(&json, "ratio");
		else
			json_raw(&json, "ratio", str_of(text));
		json_text(&json, "second_is", sign_name(row->sign));
		json_object_end(&json);
	}
	json_array_end(&json);
	json_array_begin(&json, "warnings");
	for (size_t i = 0; i < compare->n_warnings; i++)
		json_text(&json, NULL, compare->warnings[i]);
	json_array_end(&json);
	json_object_end(&json);
	buf_append_char(out, '\n');
}
