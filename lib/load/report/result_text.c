/* The summary for people: what was done, what came of it, how long it took, what went wrong,
 * the verdict in the last line. */
#include "lib/load/report/result_internal.h"

#include "lib/base/shown.h"
#include "lib/load/number.h"
#include "lib/program/table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

static const char *colour_of(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_PASS:
		return "\033[32m";
	case VERDICT_FAIL:
		return "\033[31m";
	case VERDICT_INVALID:
		break;
	}
	return "\033[33m";
}

static void put_head(struct buf *out, const struct load_result *result)
{
	char cpes[RESULT_NUMBER_MAX], took[RESULT_NUMBER_MAX];

	shown_printf(out, "%s  %s CPEs%s%s%s%s  %s%s%s\n",
	    result->name ? result->name : "load", number_thousands(result->cpes, cpes),
	    result->model ? " of " : "", result->model ? result->model : "",
	    result->acs ? " against " : "", result->acs ? result->acs : "",
	    result_time(result->took_us, took), result->arrival ? "  " : "",
	    result->arrival ? result->arrival : "");
	shown_printf(out, "  seed %" PRIu64, result->seed);
	if (result->shards > 1)
		shown_printf(out, ", shard %" PRIu64 " of %" PRIu64, result->shard,
		    result->shards);
	buf_append_char(out, '\n');
}

static void put_accounts(struct buf *out, const struct load_result *result)
{
	for (size_t i = 0; i < result->n_explained; i++)
		shown_printf(out, "  explained: %s\n", result->explained[i]);
	for (size_t i = 0; i < result->n_differences; i++)
		shown_printf(out, "  accounts differ: %s\n", result->differences[i]);
	if (result->no_acs)
		shown_printf(out, "  no account of the ACS: %s\n", result->no_acs);
	for (size_t i = 1; i < result->n_accounts; i++) {
		if (bridge_agrees(&result->bridges[i - 1]))
			shown_printf(out, "  accounts agree: fleet and %s\n",
			    result->accounts[i].who);
	}
}

static void put_counts(struct buf *out, const struct load_result *result)
{
	const struct {
		const char *name;
		uint64_t n;
	} rows[] = { { "offered", result->offered }, { "started", result->started },
		{ "completed", result->completed }, { "failed", result->failed },
		{ "shed", result->shed }, { "open", result->open } };

	buf_append_text(out, "\n  sessions ");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char n[RESULT_NUMBER_MAX];

		shown_printf(out, "%s %s %s", i ? " " : "",
		    number_thousands(rows[i].n, n), rows[i].name);
	}
	buf_append_text(out, "\n  a second ");
	for (size_t i = 0; i < 3; i++) {
		char n[RESULT_NUMBER_MAX];

		shown_printf(out, "%s %s %s", i ? " " : "",
		    result_rate(rows[i].n, result->took_us, n), rows[i].name);
	}
	buf_append_char(out, '\n');
	for (unsigned i = 0; i < TALLY_SKIPS; i++) {
		char n[RESULT_NUMBER_MAX];

		if (result->skipped[i] > 0)
			shown_printf(out, "  not started: %s, %s\n",
			    number_thousands(result->skipped[i], n),
			    tally_skip_title((enum tally_skip)i));
	}
	put_accounts(out, result);
}

static void put_times_row(struct table *table, const char *name, const char *which,
    const struct result_times *times)
{
	const uint64_t values[] = { times->p50_us, times->p90_us, times->p99_us,
		times->p999_us, times->p9999_us, times->max_us };
	char text[RESULT_NUMBER_MAX];

	table_cell(table, name);
	table_cell(table, which);
	table_cell(table, number_thousands(times->count, text));
	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		table_cell(table, times->count ? result_time(values[i], text) : "-");
}

static void put_phases(struct buf *out, const struct load_result *result,
    const struct screen *screen)
{
	static const struct table_column columns[] = {
		{ .heading = "phase" },
		{ .heading = "from", .leaves = 1 },
		{ .heading = "count", .is_right = true, .leaves = 3 },
		{ .heading = "p50", .is_right = true },
		{ .heading = "p90", .is_right = true, .leaves = 4 },
		{ .heading = "p99", .is_right = true },
		{ .heading = "p99.9", .is_right = true, .leaves = 2 },
		{ .heading = "p99.99", .is_right = true, .leaves = 5 },
		{ .heading = "max", .is_right = true },
	};
	struct table *table = calloc(1, sizeof(*table));

	if (!table) {
		out->error = -ENOMEM;
		return;
	}
	buf_append_char(out, '\n');
	table_begin(table, out, screen, columns, ARRAY_LEN(columns));
	table->indent = 2;
	for (size_t i = 0; i < result->n_phases; i++) {
		const struct result_phase *phase = &result->phases[i];
		const char *name = tally_phase_name(phase->phase);

		put_times_row(table, name, "intended start", &phase->latency);
		put_times_row(table, "", "its own start", &phase->service);
	}
	table_end(table);
	free(table);
}

static void put_steps(struct buf *out, const struct load_result *result)
{
	for (size_t i = 0; i < result->n_phases; i++) {
		const uint64_t *steps = result->phases[i].steps;

		if (steps[TALLY_UNEXPECTED] + steps[TALLY_TIMED_OUT] == 0)
			continue;
		shown_printf(out,
		    "  %s: %" PRIu64 " as expected, %" PRIu64 " otherwise, %" PRIu64
		    " timed out\n",
		    tally_phase_name(result->phases[i].phase), steps[TALLY_EXPECTED],
		    steps[TALLY_UNEXPECTED], steps[TALLY_TIMED_OUT]);
	}
}

static void put_failures(struct buf *out, const struct load_result *result)
{
	if (result->n_failures > 0)
		buf_append_text(out, "\n  failures\n");
	for (size_t i = 0; i < result->n_failures && i < 10; i++) {
		char n[RESULT_NUMBER_MAX];

		shown_printf(out, "  %10s  %-4s  %s\n",
		    number_thousands(result->failures[i].count, n),
		    tally_layer_name(result->failures[i].layer),
		    result->failures[i].reason);
	}
	if (result->n_failures > 10)
		shown_printf(out, "  and %zu other reasons\n", result->n_failures - 10);
	if (result->shed > 0)
		shown_printf(out,
		    "  shed: 503, Retry-After up to %" PRIu64 " s, %" PRIu64
		    " without it\n",
		    result->longest_wait_s, result->shed_without_wait);
}

static void put_judged(struct buf *out, const struct load_result *result)
{
	char text[RESULT_NUMBER_MAX];

	if (result->n_thresholds > 0)
		buf_append_char(out, '\n');
	for (size_t i = 0; i < result->n_thresholds; i++)
		shown_printf(out, "  %-6s  %s\n",
		    result->thresholds[i].holds ? "ok" : "FAILED",
		    result->thresholds[i].told);
	if (result->has_recovery && result->recovery_us == UINT64_MAX)
		shown_printf(out, "  not recovered by the end\n");
	else if (result->has_recovery)
		shown_printf(out, "  recovered after %s\n",
		    result_time(result->recovery_us, text));
	if (result->knee)
		shown_printf(out, "\n  limit: %s\n", result->knee);
}

static void put_own(struct buf *out, const struct load_result *result)
{
	char late[RESULT_NUMBER_MAX], lag[RESULT_NUMBER_MAX], kb[RESULT_NUMBER_MAX];

	shown_printf(out,
	    "\n  ourselves: CPU %" PRIu64 ".%u %% of a core (peak %" PRIu64
	    ".%u), %s kB, starts late p99 %s, loop late p99 %s\n",
	    result->own.cpu_permille / 10, (unsigned)(result->own.cpu_permille % 10),
	    result->own.cpu_max_permille / 10,
	    (unsigned)(result->own.cpu_max_permille % 10),
	    number_thousands(result->own.memory_kb, kb),
	    result_time(result->lateness.p99_us, late),
	    result_time(result->own.lag.p99_us, lag));
}

void result_put_summary(struct buf *out, const struct load_result *result,
    const struct screen *screen)
{
	put_head(out, result);
	put_counts(out, result);
	put_phases(out, result, screen);
	put_steps(out, result);
	put_failures(out, result);
	put_judged(out, result);
	put_own(out, result);
}

void result_put_text(struct buf *out, const struct load_result *result,
    const struct screen *screen)
{
	result_put_summary(out, result, screen);
	buf_append_char(out, '\n');
	if (screen->has_colour)
		buf_append_text(out, colour_of(result->verdict));
	buf_append_text(out, verdict_name(result->verdict));
	if (screen->has_colour)
		buf_append_text(out, "\033[0m");
	for (size_t i = 0; i < result->n_why; i++)
		shown_printf(out, "%s%s\n", i ? "      " : "  ", result->why[i]);
	if (result->n_why == 0)
		buf_append_char(out, '\n');
}
