#include "lib/load/verdict.h"

#include "lib/base/compiler.h"
#include "lib/base/shown.h"
#include "lib/program/exit_status.h"

#include <inttypes.h>
#include <stdarg.h>

void own_limits_free(struct own_limits *own)
{
	hist_free(&own->lag);
	memset(own, 0, sizeof(*own));
}

int own_limits_merge(struct own_limits *into, const struct own_limits *from)
{
	into->cpu_permille = MAX(into->cpu_permille, from->cpu_permille);
	into->cpu_max_permille = MAX(into->cpu_max_permille, from->cpu_max_permille);
	into->wait_permille = MAX(into->wait_permille, from->wait_permille);
	into->no_descriptor += from->no_descriptor;
	into->no_port += from->no_port;
	into->no_memory += from->no_memory;
	into->no_neighbour += from->no_neighbour;
	if (from->descriptors > into->descriptors) {
		into->descriptors = from->descriptors;
		into->descriptors_max = from->descriptors_max;
	}
	into->seconds_short += from->seconds_short;
	return hist_merge(&into->lag, &from->lag);
}

struct verdict_bounds verdict_bounds(void)
{
	return (struct verdict_bounds){ .late_us = 50000,
		.late_ppm = 10000,
		.lag_us = 50000,
		.wait_permille = 150,
		.cpu_permille = 970,
		.short_ppm = 1000,
		.offered_ppm = 990000 };
}

const char *verdict_name(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_PASS:
		return "PASS";
	case VERDICT_FAIL:
		return "FAIL";
	case VERDICT_INVALID:
		break;
	}
	return "INVALID";
}

int verdict_status(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_PASS:
		return EXIT_OK;
	case VERDICT_FAIL:
		return EXIT_FAILED;
	case VERDICT_INVALID:
		break;
	}
	return EXIT_INVALID;
}

/* ---- reasons ------------------------------------------------------------------------- */

struct bench { /* what the judge sits on */
	const struct verdict_input *input;
	struct judgement_of_load made;
};

static void ATTR_PRINTF(3, 4)
    give(struct bench *bench, enum verdict verdict, const char *fmt, ...)
{
	struct judgement_of_load *made = &bench->made;
	va_list args;

	if (verdict > made->verdict)
		made->verdict = verdict;
	if (made->n_why == VERDICT_REASONS_MAX)
		return;
	va_start(args, fmt);
	(void)shown_vsnprintf(made->why[made->n_why++], VERDICT_REASON_MAX, fmt, args);
	va_end(args);
}

/* Values of the histogram beyond so many microseconds, told by whole buckets: one in which the
 * bound lies counts as within. */
static uint64_t count_beyond(const struct hist *hist, uint64_t us)
{
	struct hist_bar bar;
	uint64_t n = 0;
	size_t at = 0;

	while (hist_next(hist, &at, &bar)) {
		if (bar.low_us > us)
			n += bar.count;
	}
	return n;
}

/* n of whole as "12.34". */
static char *percent(uint64_t n, uint64_t whole, char text[32])
{
	uint64_t part = whole ? (uint64_t)((double)n * 1e4 / (double)whole) : 0;

	(void)shown_snprintf(text, 32, "%" PRIu64 ".%02u", part / 100,
	    (unsigned)(part % 100));
	return text;
}

static bool is_over_ppm(uint64_t n, uint64_t whole, uint64_t ppm)
{
	return (double)n * 1e6 > (double)whole * (double)ppm;
}

static void judge_errors(struct bench *bench)
{
	const struct own_limits *own = bench->input->own;

	if (own->no_descriptor > 0)
		give(bench, VERDICT_INVALID,
		    "we were out of descriptors %" PRIu64 " times (limit %" PRIu64
		    "): raise \"ulimit -n\"",
		    own->no_descriptor, own->descriptors_max);
	if (own->no_port > 0)
		give(bench, VERDICT_INVALID,
		    "we were out of source ports %" PRIu64
		    " times: more source addresses are needed, or others use them",
		    own->no_port);
	if (own->no_neighbour > 0)
		give(bench, VERDICT_INVALID,
		    "the neighbour table was full %" PRIu64
		    " times: raise net.ipv4.neigh.default.gc_thresh3",
		    own->no_neighbour);
	if (own->no_memory > 0 || bench->input->tally->error)
		give(bench, VERDICT_INVALID, "we were out of memory %" PRIu64 " times",
		    own->no_memory + (bench->input->tally->error != 0));
}

static void judge_pace(struct bench *bench)
{
	const struct verdict_bounds *bounds = &bench->input->bounds;
	const struct tally *tally = bench->input->tally;
	uint64_t own = tally->skipped[TALLY_SKIP_OWN];
	char share[32];

	bench->made.late = count_beyond(&tally->lateness, bounds->late_us);
	if (is_over_ppm(bench->made.late, tally->started, bounds->late_ppm))
		give(bench, VERDICT_INVALID,
		    "%s %% of the sessions started more than %" PRIu64
		    " ms late, the latest by %" PRIu64 " ms",
		    percent(bench->made.late, tally->started, share),
		    bounds->late_us / 1000, tally->lateness.max_us / 1000);
	if (is_over_ppm(own, tally->offered, bounds->short_ppm))
		give(bench, VERDICT_INVALID,
		    "%" PRIu64 " of %" PRIu64
		    " sessions were not started for want of what this machine has",
		    own, tally->offered);
	if (bench->input->scheduled > 0 &&
	    (double)tally->offered * 1e6 <
		(double)bench->input->scheduled * (double)bounds->offered_ppm)
		give(bench, VERDICT_INVALID,
		    "%" PRIu64 " sessions were offered, %" PRIu64 " were to be",
		    tally->offered, bench->input->scheduled);
}

static void judge_machine(struct bench *bench)
{
	const struct verdict_bounds *bounds = &bench->input->bounds;
	const struct own_limits *own = bench->input->own;
	uint64_t lag = hist_percentile(&own->lag, 99);

	if (lag > bounds->lag_us)
		give(bench, VERDICT_INVALID,
		    "our loop was more than %" PRIu64
		    " ms behind in 1 %% of its rounds (bound %" PRIu64 " ms)",
		    lag / 1000, bounds->lag_us / 1000);
	if (own->wait_permille > bounds->wait_permille)
		give(bench, VERDICT_INVALID,
		    "others had our core for %" PRIu64 ".%u %% of the time: "
		    "fewer programs beside it, or a core of its own",
		    own->wait_permille / 10, (unsigned)(own->wait_permille % 10));
	if (own->cpu_permille > bounds->cpu_permille)
		give(bench, VERDICT_INVALID,
		    "we used %" PRIu64 ".%u %% of a core: use --shard for a second "
		    "process",
		    own->cpu_permille / 10, (unsigned)(own->cpu_permille % 10));
}

static void judge_sums(struct bench *bench)
{
	auto_buf why = BUF_NULL;
	struct str rest, line;

	if (tally_adds_up(bench->input->tally, &why))
		return;
	for (rest = buf_str(&why); rest.len > 0;) {
		line = str_cut(rest, '\n', &rest);
		give(bench, VERDICT_INVALID, "the sums are wrong: %.*s", STR_ARG(line));
	}
}

static void judge_thresholds(struct bench *bench)
{
	for (size_t i = 0; i < bench->input->n_thresholds; i++) {
		const struct threshold_result *result = &bench->input->thresholds[i];
		auto_buf words = BUF_NULL;

		if (result->holds)
			continue;
		threshold_tell(&words, result);
		give(bench, VERDICT_FAIL, "%s", buf_cstr(&words));
	}
}

struct judgement_of_load verdict_judge(const struct verdict_input *input)
{
	struct bench bench = { .input = input };

	judge_errors(&bench);
	if (!input->is_no_acs) {
		judge_pace(&bench);
		judge_machine(&bench);
	}
	judge_sums(&bench);
	if (input->never_reached)
		give(&bench, VERDICT_FAIL, "the ACS never answered");
	else if (input->tally->completed == 0)
		give(&bench, VERDICT_FAIL, "no session completed");
	judge_thresholds(&bench);
	if (input->lack)
		give(&bench, VERDICT_INVALID, "not the run of the file: %s",
		    input->lack);
	if (input->ended_early)
		give(&bench, VERDICT_PASS, "ended early: %s", input->ended_early);
	return bench.made;
}
