#include "lib/load/report/result_internal.h"

#include <inttypes.h>

/* A field in quotes where it needs them (RFC 4180 2). */
static void put_field(struct buf *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		buf_append_text(out, text);
		return;
	}
	buf_append_char(out, '"');
	for (; *text; text++) {
		if (*text == '"')
			buf_append_char(out, '"');
		buf_append_char(out, *text);
	}
	buf_append_char(out, '"');
}

static void put_row(struct buf *out, const char *group, const char *name,
    const char *field, const char *value)
{
	put_field(out, group);
	buf_append_char(out, ',');
	put_field(out, name);
	buf_append_char(out, ',');
	put_field(out, field);
	buf_append_char(out, ',');
	put_field(out, value ? value : "");
	buf_append_text(out, "\r\n");
}

static void put_number(struct buf *out, const char *group, const char *name,
    const char *field, uint64_t value)
{
	put_field(out, group);
	buf_append_char(out, ',');
	put_field(out, name);
	buf_append_char(out, ',');
	put_field(out, field);
	buf_printf(out, ",%" PRIu64 "\r\n", value);
}

static void put_ms(struct buf *out, const char *group, const char *name,
    const char *field, uint64_t us)
{
	char text[RESULT_NUMBER_MAX];

	put_row(out, group, name, field, result_ms(us, text));
}

static void put_numbers(struct buf *out, const char *group, const char *name,
    const void *base, const struct result_field *field)
{
	for (; field->name; field++)
		put_number(out, group, name, field->name,
		    result_field_get(base, field));
}

static void put_times(struct buf *out, const char *group, const char *name,
    const struct result_times *times)
{
	const struct result_field *field = result_times_fields;

	put_number(out, group, name, field->name, result_field_get(times, field));
	for (field++; field->name; field++)
		put_ms(out, group, name, field->name, result_field_get(times, field));
}

static void put_head(struct buf *out, const struct load_result *result)
{
	char iso[CLOCK_ISO8601_MAX];

	buf_append_text(out, "group,name,field,value\r\n");
	put_row(out, "run", "", "name", result->name);
	put_row(out, "run", "", "acs", result->acs);
	put_row(out, "run", "", "model", result->model);
	put_row(out, "run", "", "arrival", result->arrival);
	put_number(out, "run", "", "cpes", result->cpes);
	put_number(out, "run", "", "seed", result->seed);
	put_number(out, "run", "", "shard", result->shard);
	put_number(out, "run", "", "shards", result->shards);
	put_row(out, "run", "", "started_at", clock_iso8601(result->wall, 3, iso));
	put_ms(out, "run", "", "took_ms", result->took_us);
	put_ms(out, "run", "", "interval_ms", (uint64_t)(result->interval / NS_PER_US));
	put_row(out, "run", "", "verdict", verdict_name(result->verdict));
	for (size_t i = 0; i < result->n_why; i++)
		put_row(out, "run", "", "why", result->why[i]);
}

static void put_phases(struct buf *out, const struct load_result *result)
{
	for (size_t i = 0; i < result->n_phases; i++) {
		const struct result_phase *phase = &result->phases[i];
		const char *name = tally_phase_name(phase->phase);

		put_times(out, "latency", name, &phase->latency);
		put_times(out, "service", name, &phase->service);
		put_number(out, "steps", name, "expected",
		    phase->steps[TALLY_EXPECTED]);
		put_number(out, "steps", name, "unexpected",
		    phase->steps[TALLY_UNEXPECTED]);
		put_number(out, "steps", name, "timed_out",
		    phase->steps[TALLY_TIMED_OUT]);
	}
	put_times(out, "lateness", "", &result->lateness);
}

static void put_failures(struct buf *out, const struct load_result *result)
{
	for (unsigned i = 0; i < TALLY_SKIPS; i++)
		put_number(out, "not_started", "", tally_skip_name((enum tally_skip)i),
		    result->skipped[i]);
	for (unsigned i = 0; i < TALLY_LAYERS; i++)
		put_number(out, "failed_by", "", tally_layer_name((enum tally_layer)i),
		    result->failed_by[i]);
	for (size_t i = 0; i < result->n_failures; i++)
		put_number(out, "failures", tally_layer_name(result->failures[i].layer),
		    result->failures[i].reason, result->failures[i].count);
}

static void put_series(struct buf *out, const struct load_result *result)
{
	for (size_t i = 0; i < result->n_points; i++) {
		const struct series_point *point = &result->points[i];
		auto_buf name = BUF_NULL;
		const char *second;

		buf_printf(&name, "%" PRIu64, (uint64_t)i * result->point_seconds);
		second = buf_cstr(&name);
		put_numbers(out, "series", second, point, result_point_counts);
		for (const struct result_field *f = result_point_times; f->name; f++)
			put_ms(out, "series", second, f->name,
			    result_field_get(point, f));
	}
}

void result_put_csv(struct buf *out, const struct load_result *result)
{
	put_head(out, result);
	put_numbers(out, "sessions", "", result, result_count_fields);
	put_failures(out, result);
	put_phases(out, result);
	for (size_t i = 0; i < result->n_thresholds; i++)
		put_row(out, "thresholds", result->thresholds[i].text, "holds",
		    result->thresholds[i].holds ? "true" : "false");
	if (result->has_recovery && result->recovery_us != UINT64_MAX)
		put_ms(out, "run", "", "recovery_ms", result->recovery_us);
	for (size_t i = 0; i < result->n_explained; i++)
		put_row(out, "accounts", "", "explained", result->explained[i]);
	for (size_t i = 0; i < result->n_differences; i++)
		put_row(out, "differences", "", "told", result->differences[i]);
	if (result->no_acs)
		put_row(out, "accounts", "ACS", "none", result->no_acs);
	put_numbers(out, "own", "", result, result_own_fields);
	put_times(out, "own", "lag", &result->own.lag);
	put_series(out, result);
}
