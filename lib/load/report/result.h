/* What a run came to: one object from which JSON, CSV, the page, the Prometheus text
 * and the summary of the terminal are written, so that all of them hold the same
 * numbers, and into which the JSON is read back. Times are microseconds, written as
 * milliseconds with three decimals. */
#pragma once

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/conf/conf.h"
#include "lib/load/bridge.h"
#include "lib/load/knee.h"
#include "lib/load/preflight.h"
#include "lib/load/series.h"
#include "lib/load/tally.h"
#include "lib/load/threshold.h"
#include "lib/load/verdict.h"
#include "lib/program/screen.h"

enum {
	RESULT_BARS_MAX = 96, /* of a histogram that is shown */
	RESULT_REPEATS_MAX = 100,
	RESULT_TEXT_MAX = 160
};

/* What is told of a histogram. Never p50 > p90 > ... > max. */
struct result_times {
	uint64_t count, min_us, mean_us;
	uint64_t p50_us, p90_us, p95_us, p99_us, p999_us, p9999_us, max_us;
};

struct result_times result_times_of(const struct hist *hist);

struct result_bar { /* of the histogram of sessions, on a logarithmic axis */
	uint64_t low_us, high_us, latency, service; /* the two: counts */
};

struct result_phase {
	unsigned phase; /* enum tally_phase_id */
	struct result_times latency, service;
	uint64_t steps[TALLY_STEPS];
};

struct result_threshold {
	const char *text, *told;
	bool holds;
};

/* One of several runs of the same load: what compare makes intervals of. */
struct result_run {
	enum verdict verdict;
	uint64_t offered, started, completed, failed, shed, open;
	uint64_t took_us;
	struct result_times latency; /* of sessions */
	struct result_times service;
};

struct load_result {
	/* what was done */
	const char *name, *acs, *model, *arrival; /* words; null: not told */
	uint64_t cpes, seed, shard, shards;
	clock_ns wall;     /* when it began */
	uint64_t took_us;  /* without the drain */
	clock_ns interval; /* PeriodicInformInterval; 0: not told */
	/* what came of it */
	enum verdict verdict;
	const char **why;
	size_t n_why;
	const char *ended_early; /* null: it went to its end */
	uint64_t offered, retried, skipped[TALLY_SKIPS], started, completed, failed,
	    shed, open;
	uint64_t failed_by[TALLY_LAYERS];
	uint64_t shed_without_wait, longest_wait_s;
	struct tally_failure *failures; /* the most frequent first */
	size_t n_failures;
	uint64_t other_failures;
	struct result_phase *phases; /* those that happened; sessions first */
	size_t n_phases;
	struct result_times lateness;
	uint64_t late; /* starts that were later than verdict_bounds.late_us */
	struct result_bar *bars;
	size_t n_bars;
	struct result_threshold *thresholds;
	size_t n_thresholds;
	bool has_recovery;
	uint64_t recovery_us;           /* UINT64_MAX: never */
	struct tally_account *accounts; /* fleet first */
	size_t n_accounts;
	struct bridge *bridges; /* from the fleet's to each of the others */
	const char **explained; /* their rows, as bridge_put_row() has them */
	size_t n_explained;
	const char **differences; /* lines of bridge_put_rest() and tally_adds_up() */
	size_t n_differences;
	const char *no_acs; /* why that of the ACS is not among them; null */
	struct {            /* ourselves */
		struct result_times lag;
		uint64_t cpu_permille, cpu_max_permille, wait_permille, no_descriptor,
		    no_port, no_memory, no_neighbour, descriptors, descriptors_max,
		    seconds_short, memory_kb;
	} own;
	struct series_point *points;
	size_t n_points;
	uint64_t point_seconds;
	struct knee_step *steps; /* of --find-limit; null: it was not that */
	size_t n_steps;
	const char *knee; /* knee_tell()'s line; null */
	double knee_rate;
	struct result_run *runs; /* of --repeat; none of a single run */
	size_t n_runs;
};

/* What one is made of. All is borrowed for the call; null where there is none. */
struct result_source {
	const char *name, *acs, *model, *arrival;
	uint64_t cpes, seed, shard, shards;
	clock_ns wall, interval;
	uint64_t took_us;
	const struct tally *tally;
	const struct own_limits *own;
	uint64_t memory_kb; /* the most that was resident */
	const struct judgement_of_load *judgement;
	const char *ended_early;
	const struct threshold_result *thresholds;
	size_t n_thresholds;
	bool has_recovery;
	uint64_t recovery_us;
	const struct series *series;
	const struct tally_account *accounts; /* of others than the fleet */
	size_t n_accounts;
	const char *no_acs; /* why that of the ACS is not among them; null */
	const struct knee *knee;
	const struct result_run *runs;
	size_t n_runs;
};

/* Makes it in the arena, in which it lives with all that it points to. -ENOMEM. */
int result_make(struct load_result *ret, struct arena *arena,
    const struct result_source *source);

/* The numbers of a single run, for --repeat. */
struct result_run result_run_of(const struct load_result *result);

/* ---- written: each appends; where memory runs out, out->error says so ------------ */

void result_put_json(struct buf *out, const struct load_result *result);
/* A line a number: "group,name,field,value" (RFC 4180), the same fields as the JSON. */
void result_put_csv(struct buf *out, const struct load_result *result);
/* One page that needs no other file, no network and no script. */
void result_put_html(struct buf *out, const struct load_result *result);
/* The same for people, without and with the verdict. */
void result_put_summary(struct buf *out, const struct load_result *result,
    const struct screen *screen);
void result_put_text(struct buf *out, const struct load_result *result,
    const struct screen *screen);

/* What a scraper gets while it runs (text format 0.0.4), straight from the numbers as
 * they are. */
struct result_live {
	const struct tally *tally;
	const struct own_limits *own;
	const struct series_point *now; /* the last whole second; null: none yet */
	uint64_t cpes;
	double rate_wanted; /* a second */
	bool is_halted;
};
void result_put_prometheus(struct buf *out, const struct result_live *live);

/* ---- read back --------------------------------------------------------------------- */

/* Reads what result_put_json() wrote. All of *ret lives in the document. ERR_CONFIG
 * with the place of each mistake: no JSON of ours, a version that is not known, a field
 * that is missing or is no number. What is not needed to compare (series, bars, own) is
 * read where it is there. */
int result_read(struct load_result *ret, struct conf_doc *doc, struct error *err);

/* ---- result_value.c: how numbers are written everywhere ---------------------------- */

enum {
	RESULT_NUMBER_MAX = 32
};

/* "612.000", of microseconds; text has room for RESULT_NUMBER_MAX and is returned, as
 * below. */
char *result_ms(uint64_t us, char *text);
/* "833.250" sessions a second; "0.000" of no time. */
char *result_rate(uint64_t n, uint64_t took_us, char *text);
/* "612 ms", "1.25 s", "48 us": three digits, for people. */
char *result_time(uint64_t us, char *text);
