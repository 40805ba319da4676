/* --find-limit: one rate after another, as lib/load/knee.h says. Each step settles, is held and
 * measured, and then nothing begins until nothing is open. A session that fails is not tried
 * again meanwhile: retries of one step would be load of the next. */
#include "agents/cpe/load/load_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	LATE_MIN = 3 /* a few late ones are no sign of ours in a short step */
};

static struct limit_mark mark_of(const struct load *load)
{
	const struct tally *tally = &load->tally;
	const struct own_limits *own = &load->own;

	return (struct limit_mark){
		.offered = tally->offered,
		.started = tally->started,
		.completed = tally->completed,
		.failed = tally->failed,
		.shed = tally->shed,
		.open = load->open,
		.late = load->n_late,
		.refused = own->no_descriptor + own->no_port + own->no_memory,
	};
}

static void begin_step(struct load *load, clock_ns now)
{
	struct limit_search *search = &load->search;
	double rate;

	if (!knee_next(&search->knee, &rate)) {
		search->phase = LIMIT_OVER;
		return;
	}
	search->phase = LIMIT_SETTLING;
	search->rate = rate;
	search->began = now;
	load_pace_at_rate(load, rate, now);
}

void load_limit_begin(struct load *load)
{
	struct limit_search *search = &load->search;

	knee_begin(&search->knee, &load->file->limit.options);
	load_fleet_forgive(load);
	begin_step(load, load->began);
}

/* ---- a step -------------------------------------------------------------------------------- */

/* Why the step says nothing of the ACS; nothing where it does. */
static void look_at_ourselves(const struct load *load, const struct limit_mark *now,
    struct knee_step *step)
{
	const struct limit_mark *from = &load->search.mark;
	const struct verdict_bounds bounds = verdict_bounds();
	uint64_t late = now->late - from->late, started = now->started - from->started;

	if (now->refused > from->refused)
		(void)snprintf(step->own, sizeof(step->own),
		    "%" PRIu64 " sessions found no port, descriptor or memory here",
		    now->refused - from->refused);
	else if (late > LATE_MIN && late * 1000000 > bounds.late_ppm * started)
		(void)snprintf(step->own, sizeof(step->own),
		    "%" PRIu64 " of %" PRIu64 " sessions began late", late, started);
}

static void name_failure(const struct load *load, struct knee_step *step)
{
	const struct tally *tally = &load->tally;
	const struct tally_failure *most = NULL;

	for (size_t i = 0; i < tally->n_failures; i++) {
		if (!most || tally->failures[i].count > most->count)
			most = &tally->failures[i];
	}
	if (most && step->failed > 0)
		(void)snprintf(step->failure, sizeof(step->failure), "%s: %s",
		    tally_layer_name(most->layer), most->reason);
}

static void end_step(struct load *load, clock_ns now)
{
	struct limit_search *search = &load->search;
	const struct limit_mark end = mark_of(load), *from = &search->mark;
	struct knee_step step = {
		.rate = search->rate,
		.took = now - search->measured,
		.offered = end.offered - from->offered,
		.started = end.started - from->started,
		.completed = end.completed - from->completed,
		.failed = end.failed - from->failed,
		.shed = end.shed - from->shed,
		.open_before = from->open,
		.open_after = end.open,
		.p50_us = hist_percentile(&search->latency, 50),
		.p99_us = hist_percentile(&search->latency, 99),
	};

	look_at_ourselves(load, &end, &step);
	name_failure(load, &step);
	load_pace_stop(load);
	search->phase = LIMIT_RESTING;
	search->rest_until = now + load->file->limit.options.rest_max;
	knee_take(&search->knee, &step);
}

void load_limit_ended(struct load *load, uint64_t latency_us)
{
	if (load->search.phase == LIMIT_HOLDING &&
	    hist_record(&load->search.latency, latency_us) < 0)
		load->own.no_memory++;
}

void load_limit_beat(struct load *load, clock_ns now)
{
	struct limit_search *search = &load->search;
	const struct knee_options *options = &load->file->limit.options;

	switch (search->phase) {
	case LIMIT_SETTLING:
		if (now < search->began + options->settle)
			return;
		search->phase = LIMIT_HOLDING;
		search->measured = now;
		search->mark = mark_of(load);
		hist_reset(&search->latency);
		return;
	case LIMIT_HOLDING:
		if (now >= search->began + options->step)
			end_step(load, now);
		return;
	case LIMIT_RESTING:
		if (load->open == 0 || now >= search->rest_until)
			begin_step(load, now);
		return;
	case LIMIT_OVER:
		return;
	}
}
