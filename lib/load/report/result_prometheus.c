/* Prometheus' text format 0.0.4: metrics of a run while it goes on. */
#include "lib/load/report/result_internal.h"

#include <inttypes.h>

static void put_help(struct buf *out, const char *name, const char *type,
    const char *help)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_one(struct buf *out, const char *name, const char *type,
    const char *help, uint64_t value)
{
	put_help(out, name, type, help);
	buf_printf(out, "%s %" PRIu64 "\n", name, value);
}

/* Seconds, as Prometheus wants times. */
static void put_seconds(struct buf *out, uint64_t us)
{
	buf_printf(out, "%" PRIu64 ".%06u\n", us / 1000000, (unsigned)(us % 1000000));
}

static void put_counts(struct buf *out, const struct tally *tally)
{
	put_one(out, "cwmplab_sessions_offered_total", "counter",
	    "Sessions whose time had come.", tally->offered);
	put_one(out, "cwmplab_sessions_retried_total", "counter", "Of these: retries.",
	    tally->retried);
	put_one(out, "cwmplab_sessions_started_total", "counter",
	    "Sessions that began.", tally->started);
	put_one(out, "cwmplab_sessions_completed_total", "counter",
	    "Sessions that ended well.", tally->completed);
	put_one(out, "cwmplab_sessions_shed_total", "counter",
	    "Sessions that the ACS answered with 503.", tally->shed);
	put_one(out, "cwmplab_sessions_open", "gauge", "Sessions that are open.",
	    tally->open);
	put_help(out, "cwmplab_sessions_failed_total", "counter",
	    "Sessions that failed, by layer.");
	for (unsigned i = 0; i < TALLY_LAYERS; i++)
		buf_printf(out,
		    "cwmplab_sessions_failed_total{layer=\"%s\"} %" PRIu64 "\n",
		    tally_layer_name((enum tally_layer)i), tally->failed_by[i]);
	put_help(out, "cwmplab_sessions_not_started_total", "counter",
	    "Sessions whose time had come and that did not begin, by reason.");
	for (unsigned i = 0; i < TALLY_SKIPS; i++)
		buf_printf(out,
		    "cwmplab_sessions_not_started_total{reason=\"%s\"} %" PRIu64 "\n",
		    tally_skip_name((enum tally_skip)i), tally->skipped[i]);
}

static void put_summary(struct buf *out, const char *name, const char *phase,
    const struct hist *hist)
{
	static const struct {
		const char *quantile;
		double percent;
	} rows[] = { { "0.5", 50 }, { "0.9", 90 }, { "0.99", 99 }, { "0.999", 99.9 },
		{ "0.9999", 99.99 }, { "1", 100 } };

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		buf_printf(out, "%s{phase=\"%s\",quantile=\"%s\"} ", name, phase,
		    rows[i].quantile);
		put_seconds(out, hist_percentile(hist, rows[i].percent));
	}
	buf_printf(out, "%s_sum{phase=\"%s\"} ", name, phase);
	put_seconds(out, hist->sum_us);
	buf_printf(out, "%s_count{phase=\"%s\"} %" PRIu64 "\n", name, phase,
	    hist->total);
}

static void put_phases(struct buf *out, const struct tally *tally, bool is_service)
{
	const char *name =
	    is_service ? "cwmplab_service_seconds" : "cwmplab_latency_seconds";

	put_help(out, name, "summary",
	    is_service ? "Time from a phase's own start."
		       : "The same from the intended start of its session.");
	for (unsigned i = 0; i < TALLY_PHASES; i++) {
		const struct hist *hist =
		    is_service ? &tally->phases[i].service : &tally->phases[i].latency;

		if (hist->total > 0)
			put_summary(out, name, tally_phase_name(i), hist);
	}
}

static void put_now(struct buf *out, const struct series_point *now)
{
	put_help(out, "cwmplab_cpes_in_state", "gauge", "CPEs by what they do.");
	for (unsigned i = 0; i < SERIES_STATES; i++)
		buf_printf(out, "cwmplab_cpes_in_state{state=\"%s\"} %" PRIu64 "\n",
		    series_state_name((enum series_state)i), now->states[i]);
	put_one(out, "cwmplab_own_cpu_permille", "gauge",
	    "Thousandths of a core that this process used in the last second.",
	    now->cpu_permille);
	put_one(out, "cwmplab_own_memory_bytes", "gauge", "Resident memory.",
	    now->memory_kb * 1024);
	put_help(out, "cwmplab_own_lag_seconds", "gauge",
	    "The longest delay of the loop in the last second.");
	buf_append_text(out, "cwmplab_own_lag_seconds ");
	put_seconds(out, now->lag_us);
	put_help(out, "cwmplab_own_late_seconds", "gauge",
	    "The latest start of a session in the last second.");
	buf_append_text(out, "cwmplab_own_late_seconds ");
	put_seconds(out, now->late_us);
}

void result_put_prometheus(struct buf *out, const struct result_live *live)
{
	put_one(out, "cwmplab_cpes", "gauge", "CPEs of this process.", live->cpes);
	put_help(out, "cwmplab_rate_wanted", "gauge",
	    "Sessions a second that the schedule asks for now.");
	buf_printf(out, "cwmplab_rate_wanted %.3f\n", live->rate_wanted);
	put_one(out, "cwmplab_halted", "gauge", "1 while nothing begins.",
	    live->is_halted);
	put_counts(out, live->tally);
	put_phases(out, live->tally, false);
	put_phases(out, live->tally, true);
	if (live->now)
		put_now(out, live->now);
	if (!live->own)
		return;
	put_one(out, "cwmplab_own_errors_total", "counter",
	    "Times that we were out of descriptors, ports, memory or neighbours.",
	    live->own->no_descriptor + live->own->no_port + live->own->no_memory +
		live->own->no_neighbour);
}
