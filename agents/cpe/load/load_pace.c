/* When sessions begin: each start of the schedule is given to the next CPE that is free. */
#include "agents/cpe/load/load_internal.h"

enum {
	STARTS_IN_A_ROW = 64 /* before sockets have their turn */
};

static void on_pace(uv_timer_t *timer)
{
	load_pace_on(timer->data);
}

/* The schedule of all shards together. Without one all boot at once. */
static struct arrival_plan plan_of(const struct load *load)
{
	const struct load_file *file = load->file;
	struct arrival_plan plan = file->arrival;

	if (!file->has_arrival) {
		plan = arrival_constant((double)file->cpes, NS_PER_S);
		plan.spacing = ARRIVAL_BURST;
		plan.burst = file->cpes;
	}
	/* Where CPEs come of their own accord the schedule boots them, each once. */
	if (!load->is_paced)
		plan.limit = file->cpes;
	plan.seed = load->config->seed;
	return plan;
}

void load_pace_begin(struct load *load)
{
	const struct load_file *file = load->file;

	load->has_search = file->limit.is_wanted;
	load->is_paced =
	    load->has_search ||
	    (file->interval == 0 &&
		(file->arrival_rows.rate || file->arrival_rows.stages.len > 0));
	load->plan = plan_of(load);
	arrival_begin_shard(&load->arrival, &load->plan, MAX(file->shard, (uint64_t)1),
	    load->shards);
}

bool load_pace_is_over(const struct load *load)
{
	return arrival_is_over(&load->arrival) ||
	       (!load->is_paced && load->n_booted == load->n_cpes);
}

/* Where CPEs come of their own accord the schedule boots each once, but one that a storm boots. */
static uint64_t next_to_boot(struct load *load)
{
	uint64_t at = load->next;

	if (at == load->n_cpes)
		return at;
	load->next++;
	return cpe_drive_is_free(load->cpes[at]->fleet, load_index(load->cpes[at]))
		   ? at
		   : load->n_cpes;
}

/* The next CPE, from where the last start went, that is free; n_cpes: none of those near is. */
static uint64_t find_free(struct load *load)
{
	uint64_t n = load->n_cpes;
	uint64_t look = MIN(n, (uint64_t)LOAD_LOOK_MAX);

	for (uint64_t i = 0; i < look; i++) {
		uint64_t at = (load->next + i) % n;

		const struct cpe *cpe = load->cpes[at];

		if (!cpe_drive_is_free(cpe->fleet, load_index(cpe)))
			continue;
		load->next = (at + 1) % n;
		return at;
	}
	return n;
}

static void skip(struct load *load, enum tally_skip why)
{
	tally_offer(&load->tally, false);
	tally_skip(&load->tally, why);
	load->now.offered++;
	load->now.busy += why == TALLY_SKIP_BUSY || why == TALLY_SKIP_FULL;
}

/* An ACS that lets sessions wait is no want of ours, though they take all that is there. A CPE that
 * is to boot boots all the same: nobody would boot it later. */
static bool is_full(const struct load *load)
{
	return load->is_paced && load->own.descriptors_max > 0 &&
	       load->open + LOAD_DESCRIPTORS >= load->own.descriptors_max;
}

static void start_one(struct load *load, clock_ns intended)
{
	uint64_t i;
	struct cpe *cpe;
	bool was_off;

	if (is_full(load)) {
		skip(load, TALLY_SKIP_FULL);
		return;
	}
	i = load->is_paced ? find_free(load) : next_to_boot(load);
	if (i == load->n_cpes) {
		if (load->is_paced)
			skip(load, TALLY_SKIP_BUSY);
		return;
	}
	cpe = load->cpes[i];
	was_off = cpe->state == CPE_OFF;
	switch (cpe_drive_start(cpe->fleet, load_index(cpe), intended)) {
	case CPE_DRIVE_STARTED:
	case CPE_DRIVE_BOOTED:
		load->n_booted += was_off;
		break;
	case CPE_DRIVE_BUSY:
		skip(load, TALLY_SKIP_BUSY);
		break;
	case CPE_DRIVE_FAILED:
		skip(load, TALLY_SKIP_OWN);
		load->own.no_memory++;
		break;
	}
}

/* ---- the walk ------------------------------------------------------------------------------ */

static void wait_for(struct load *load, clock_ns at)
{
	clock_ns left = at - clock_monotonic();

	if (at == INT64_MAX) {
		(void)uv_timer_stop(&load->pace);
		return;
	}
	uv_update_time(load->loop);
	left = MAX(left, 0);
	(void)uv_timer_start(&load->pace, on_pace,
	    (uint64_t)((left + NS_PER_MS - 1) / NS_PER_MS), 0);
}

void load_pace_on(struct load *load)
{
	clock_ns at = INT64_MAX, due, storm;

	if (load->state != LOAD_RUNNING || load->is_resting)
		return;
	storm = load_storm_on(load, clock_monotonic());
	for (int i = 0; i < STARTS_IN_A_ROW; i++) {
		if (load_pace_is_over(load) || !arrival_peek(&load->arrival, &due))
			break;
		at = load->pace_began + due;
		if (at > clock_monotonic())
			break;
		arrival_take(&load->arrival);
		start_one(load, at);
		at =
		    load->pace_began; /* overdue, unless the next look says otherwise */
	}
	if (load_pace_is_over(load) || load->arrival.halted_at >= 0)
		at = INT64_MAX;
	wait_for(load, MIN(at, storm));
}

void load_pace_stop(struct load *load)
{
	load->is_resting = true;
	(void)uv_timer_stop(&load->pace);
}

void load_pace_at_rate(struct load *load, double rate, clock_ns now)
{
	load->plan = arrival_constant(rate, 0);
	load->plan.seed = load->config->seed;
	load->pace_began = now;
	arrival_begin(&load->arrival, &load->plan);
	load->is_resting = false;
	load_pace_on(load);
}
