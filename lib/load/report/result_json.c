#include "lib/load/report/result_internal.h"

#include "lib/base/json.h"
#include "lib/base/shown.h"

static void put_ms(struct json *json, const char *key, uint64_t us)
{
	char text[RESULT_NUMBER_MAX];

	json_raw(json, key, str_of(result_ms(us, text)));
}

static void put_rate(struct json *json, const char *key, double rate)
{
	char text[RESULT_NUMBER_MAX];

	(void)shown_snprintf(text, sizeof(text), "%.3f", rate);
	json_raw(json, key, str_of(text));
}

static void put_texts(struct json *json, const char *key, const char *const *texts,
    size_t n)
{
	json_array_begin(json, key);
	for (size_t i = 0; i < n; i++)
		json_text(json, NULL, texts[i]);
	json_array_end(json);
}

static void put_counts(struct json *json, const void *base,
    const struct result_field *field)
{
	for (; field->name; field++)
		json_uint(json, field->name, result_field_get(base, field));
}

static void put_times(struct json *json, const char *key,
    const struct result_times *times)
{
	const struct result_field *field = result_times_fields;

	json_object_begin(json, key);
	json_uint(json, field->name, result_field_get(times, field));
	for (field++; field->name; field++)
		put_ms(json, field->name, result_field_get(times, field));
	json_object_end(json);
}

static void put_head(struct json *json, const struct load_result *result)
{
	char iso[CLOCK_ISO8601_MAX];

	json_text(json, "kind", "cwmplab-load");
	json_uint(json, "version", 1);
	json_text(json, "name", result->name);
	json_text(json, "acs", result->acs);
	json_text(json, "model", result->model);
	json_text(json, "arrival", result->arrival);
	json_uint(json, "cpes", result->cpes);
	json_uint(json, "seed", result->seed);
	json_uint(json, "shard", result->shard);
	json_uint(json, "shards", result->shards);
	json_text(json, "started_at", clock_iso8601(result->wall, 3, iso));
	put_ms(json, "took_ms", result->took_us);
	put_ms(json, "interval_ms", (uint64_t)(result->interval / NS_PER_US));
	json_text(json, "verdict", verdict_name(result->verdict));
	json_int(json, "exit", verdict_status(result->verdict));
	put_texts(json, "why", result->why, result->n_why);
	json_text(json, "ended_early", result->ended_early);
}

static void put_failures(struct json *json, const struct load_result *result)
{
	json_object_begin(json, "not_started");
	for (unsigned i = 0; i < TALLY_SKIPS; i++)
		json_uint(json, tally_skip_name((enum tally_skip)i),
		    result->skipped[i]);
	json_object_end(json);
	json_object_begin(json, "failed_by");
	for (unsigned i = 0; i < TALLY_LAYERS; i++)
		json_uint(json, tally_layer_name((enum tally_layer)i),
		    result->failed_by[i]);
	json_object_end(json);
	json_array_begin(json, "failures");
	for (size_t i = 0; i < result->n_failures; i++) {
		json_object_begin(json, NULL);
		json_text(json, "layer", tally_layer_name(result->failures[i].layer));
		json_text(json, "reason", result->failures[i].reason);
		json_uint(json, "count", result->failures[i].count);
		json_object_end(json);
	}
	json_array_end(json);
}

static void put_phases(struct json *json, const struct load_result *result)
{
	json_object_begin(json, "latency");
	for (size_t i = 0; i < result->n_phases; i++)
		put_times(json, tally_phase_name(result->phases[i].phase),
		    &result->phases[i].latency);
	json_object_end(json);
	json_object_begin(json, "service");
	for (size_t i = 0; i < result->n_phases; i++)
		put_times(json, tally_phase_name(result->phases[i].phase),
		    &result->phases[i].service);
	json_object_end(json);
	json_object_begin(json, "steps");
	for (size_t i = 0; i < result->n_phases; i++) {
		const uint64_t *steps = result->phases[i].steps;

		json_object_begin(json, tally_phase_name(result->phases[i].phase));
		json_uint(json, "expected", steps[TALLY_EXPECTED]);
		json_uint(json, "unexpected", steps[TALLY_UNEXPECTED]);
		json_uint(json, "timed_out", steps[TALLY_TIMED_OUT]);
		json_object_end(json);
	}
	json_object_end(json);
	put_times(json, "lateness", &result->lateness);
}

static void put_bars(struct json *json, const struct load_result *result)
{
	json_array_begin(json, "histogram");
	for (size_t i = 0; i < result->n_bars; i++) {
		json_object_begin(json, NULL);
		put_ms(json, "from_ms", result->bars[i].low_us);
		put_ms(json, "to_ms", result->bars[i].high_us);
		json_uint(json, "latency", result->bars[i].latency);
		json_uint(json, "service", result->bars[i].service);
		json_object_end(json);
	}
	json_array_end(json);
}

static void put_judged(struct json *json, const struct load_result *result)
{
	json_array_begin(json, "thresholds");
	for (size_t i = 0; i < result->n_thresholds; i++) {
		json_object_begin(json, NULL);
		json_text(json, "threshold", result->thresholds[i].text);
		json_bool(json, "holds", result->thresholds[i].holds);
		json_text(json, "told", result->thresholds[i].told);
		json_object_end(json);
	}
	json_array_end(json);
	json_bool(json, "had_storm", result->has_recovery);
	if (result->has_recovery && result->recovery_us != UINT64_MAX)
		put_ms(json, "recovery_ms", result->recovery_us);
	else
		json_put_null(json, "recovery_ms");
}

static void put_known(struct json *json, const char *key, uint64_t value)
{
	if (value == UINT64_MAX)
		json_put_null(json, key);
	else
		json_uint(json, key, value);
}

static void put_reached(struct json *json, const struct tally_account *fleet)
{
	for (unsigned i = 0; i < TALLY_REACHES; i++)
		json_uint(json, tally_reach_name((enum tally_reach)i),
		    fleet->reached[i]);
	json_uint(json, "moved", fleet->moved);
}

static void put_account(struct json *json, const struct load_result *result, size_t i)
{
	const struct tally_account *account = &result->accounts[i];
	const struct bridge *bridge = i > 0 ? &result->bridges[i - 1] : NULL;

	json_object_begin(json, NULL);
	json_text(json, "who", account->who);
	put_known(json, "sessions", account->sessions);
	put_known(json, "completed", account->completed);
	put_known(json, "failed", account->failed);
	put_known(json, "shed", account->shed);
	put_known(json, "open", account->open);
	if (bridge)
		bridge_write(bridge, json);
	else
		put_reached(json, account);
	json_object_end(json);
}

static void put_accounts(struct json *json, const struct load_result *result)
{
	json_array_begin(json, "accounts");
	for (size_t i = 0; i < result->n_accounts; i++)
		put_account(json, result, i);
	json_array_end(json);
	put_texts(json, "differences", result->differences, result->n_differences);
	if (result->no_acs)
		json_text(json, "no_account_of_acs", result->no_acs);
}

static void put_own(struct json *json, const struct load_result *result)
{
	json_object_begin(json, "own");
	put_counts(json, result, result_own_fields);
	put_times(json, "lag", &result->own.lag);
	json_object_end(json);
}

static void put_column(struct json *json, const struct load_result *result,
    const struct result_field *field, bool is_time)
{
	int indent = json->indent;

	json_array_begin(json, field->name);
	json->indent = 0;
	for (size_t i = 0; i < result->n_points; i++) {
		uint64_t value = result_field_get(&result->points[i], field);

		if (is_time)
			put_ms(json, NULL, value);
		else
			json_uint(json, NULL, value);
	}
	json_array_end(json);
	json->indent = indent;
}

/* A column a number: a page or a script plots it as it is. */
static void put_series(struct json *json, const struct load_result *result)
{
	json_object_begin(json, "series");
	json_uint(json, "seconds", result->point_seconds);
	for (const struct result_field *f = result_point_counts; f->name; f++)
		put_column(json, result, f, false);
	for (const struct result_field *f = result_point_times; f->name; f++)
		put_column(json, result, f, true);
	json_object_end(json);
}

static void put_step(struct json *json, const struct knee_step *step)
{
	json_object_begin(json, NULL);
	put_rate(json, "rate", step->rate);
	json_bool(json, "holds", step->holds);
	json_text(json, "limit", step->holds ? NULL : knee_limit_text(step->limit));
	json_text(json, "why",
	    step->own[0]       ? step->own
	    : step->failure[0] ? step->failure
			       : NULL);
	put_ms(json, "took_ms", (uint64_t)(step->took / NS_PER_US));
	json_uint(json, "offered", step->offered);
	json_uint(json, "started", step->started);
	json_uint(json, "completed", step->completed);
	json_uint(json, "failed", step->failed);
	json_uint(json, "shed", step->shed);
	json_uint(json, "open_before", step->open_before);
	json_uint(json, "open_after", step->open_after);
	put_ms(json, "p50_ms", step->p50_us);
	put_ms(json, "p99_ms", step->p99_us);
	json_object_end(json);
}

static void put_knee(struct json *json, const struct load_result *result)
{
	if (!result->knee)
		return;
	json_object_begin(json, "find_limit");
	put_rate(json, "rate", result->knee_rate);
	json_text(json, "told", result->knee);
	json_array_begin(json, "steps");
	for (size_t i = 0; i < result->n_steps; i++)
		put_step(json, &result->steps[i]);
	json_array_end(json);
	json_object_end(json);
}

static void put_runs(struct json *json, const struct load_result *result)
{
	json_array_begin(json, "runs");
	for (size_t i = 0; i < result->n_runs; i++) {
		json_object_begin(json, NULL);
		json_text(json, "verdict", verdict_name(result->runs[i].verdict));
		put_counts(json, &result->runs[i], result_run_fields);
		put_ms(json, "took_ms", result->runs[i].took_us);
		put_times(json, "latency", &result->runs[i].latency);
		put_times(json, "service", &result->runs[i].service);
		json_object_end(json);
	}
	json_array_end(json);
}

void result_put_json(struct buf *out, const struct load_result *result)
{
	struct json json = json_writer(out, 2);

	json.hides_secrets = true;
	json_object_begin(&json, NULL);
	put_head(&json, result);
	put_counts(&json, result, result_count_fields);
	put_failures(&json, result);
	put_phases(&json, result);
	put_bars(&json, result);
	put_judged(&json, result);
	put_accounts(&json, result);
	put_own(&json, result);
	put_series(&json, result);
	put_knee(&json, result);
	put_runs(&json, result);
	json_object_end(&json);
	buf_append_char(out, '\n');
}
