/* Thresholds while it runs, and the result behind it. */
#include "agents/cpe/load/load_internal.h"

#include "lib/base/shown.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Of the storm that was felt longest; what an operator orders is none that the ACS recovers from. */
static bool find_recovery(const struct load *load, uint64_t *ret_us)
{
	bool has_storm = false;

	*ret_us = 0;
	for (size_t i = 0; i < load->next_storm; i++) {
		const struct load_storm *storm = &load->file->storms[i];
		uint64_t second = (uint64_t)(storm->at / NS_PER_S);
		uint64_t felt = series_recovery(&load->series, second);

		if (load_storm_is_order(storm))
			continue;
		has_storm = true;
		*ret_us = felt == UINT64_MAX ? felt : MAX(*ret_us, felt * 1000000);
		if (felt == UINT64_MAX)
			return true;
	}
	return has_storm;
}

static struct threshold_input input_of(const struct load *load)
{
	clock_ns end = load->ended ? load->ended : clock_monotonic();
	struct threshold_input input = {
		.tally = &load->tally,
		.took_us = (uint64_t)((end - load->began) / NS_PER_US),
	};

	input.has_recovery = find_recovery(load, &input.recovery_us);
	return input;
}

/* One that cannot hold any more, or has not held for a while. */
static bool has_failed(struct load *load)
{
	const struct threshold_input input = input_of(load);
	bool is_failing = false;

	for (size_t i = 0; i < load->file->n_thresholds; i++) {
		struct threshold_result result =
		    threshold_judge(&load->file->thresholds[i], &input);

		if (result.holds || !result.has_value)
			continue;
		if (!threshold_can_recover(&result))
			return true;
		is_failing = true;
	}
	load->failing_s = is_failing ? load->failing_s + 1 : 0;
	return load->failing_s >= LOAD_FAIL_SECONDS;
}

/* Without it a load test of hours would be spent on a page of a web server, or on nobody. */
const char *load_judge_beat(struct load *load)
{
	char reason[sizeof(load->strange)];
	bool is_nobody = !load->has_reached && load->tally.failed > 0 &&
			 load->now.number >= LOAD_NOBODY_SECONDS;

	if (load->refused)
		return load->refused;
	if (load->is_acs || (load->n_strange < LOAD_STRANGE_MAX && !is_nobody))
		return NULL;
	memcpy(reason, load->strange, sizeof(reason));
	(void)shown_snprintf(load->strange, sizeof(load->strange), "%s (%s)",
	    is_nobody ? "nobody answers at the URL of the ACS"
		      : "no Inform was answered as an ACS does it",
	    reason);
	return load->strange;
}

const char *load_judge_second(struct load *load)
{
	if (load->file->abort_on_fail && has_failed(load))
		return "--abort-on-fail: a threshold does not hold";
	if (load->file->abort_on_short && !load->has_search &&
	    load->short_s >= LOAD_SHORT_SECONDS)
		return "this machine does not start the sessions that are offered";
	return NULL;
}

/* How many starts the schedule holds up to the end of the run. */
static uint64_t scheduled(const struct load *load)
{
	double all = arrival_expected(&load->plan, load->ended - load->began);
	double limit = load->plan.limit > 0 ? (double)load->plan.limit : all;

	if (load->ended_early || load->has_search || load->arrival.halted_for > 0 ||
	    load->arrival.scale != 1 || load->plan.spacing != ARRIVAL_EVEN)
		return 0;
	return (uint64_t)(MIN(all, limit) / (double)load->shards);
}

static const char *arrival_words(const struct load *load, struct arena *arena)
{
	auto_buf text = BUF_NULL;

	if (load->has_search)
		return "a search for the limit";
	if (!load->file->has_arrival)
		return "all at once";
	arrival_tell(&text, &load->plan);
	return arena_strdup(arena, buf_str(&text));
}

/* "generic-181", or how many there are of which: "7 generic-181 as gold, 3 hp5920". */
static const char *model_words(const struct load *load, struct arena *arena)
{
	const struct load_file *file = load->file;
	const char *model = file->model ? file->model : LOAD_MODEL;
	auto_buf text = BUF_NULL;

	for (size_t k = 0; k < load->n_kinds; k++) {
		const struct load_mix *mix = &file->mixes[k];

		if (load->n_kinds > 1)
			buf_printf(&text, "%s%" PRIu64 " ", k > 0 ? ", " : "",
			    load->kinds[k].config.count);
		buf_append_text(&text, mix->model ? mix->model : model);
		if (mix->policy)
			buf_printf(&text, " as %s", mix->policy);
	}
	return arena_strdup(arena, buf_str(&text));
}

int load_result(struct load *load, struct arena *arena, struct load_result *ret)
{
	const struct load_file *file = load->file;
	const struct threshold_input input = input_of(load);
	struct threshold_result results[THRESHOLDS_MAX];
	struct verdict_input judged = {
		.tally = &load->tally,
		.own = &load->own,
		.thresholds = results,
		.n_thresholds = MIN(file->n_thresholds, (size_t)THRESHOLDS_MAX),
		.bounds = verdict_bounds(),
		.scheduled = scheduled(load),
		.ended_early = load->ended_early,
		.lack = load->refused,
		.never_reached = !load->has_reached,
		.is_no_acs = load->ended_early == load->strange,
	};
	struct judgement_of_load judgement;
	struct tally_account acs;
	bool asks = file->acs.door != NULL;
	const char *no_acs =
	    asks ? load_account_of(&load->account.first, &load->account.last, &acs)
		 : NULL;
	struct result_source source = {
		.name = file->name,
		.acs = file->acs.url,
		.model = model_words(load, arena),
		.arrival = arrival_words(load, arena),
		.cpes = load->n_cpes,
		.seed = load->config->seed,
		.shard = file->shard,
		.shards = load->shards,
		.wall = load->wall,
		.interval = file->interval,
		.took_us = input.took_us,
		.tally = &load->tally,
		.own = &load->own,
		.memory_kb = load->memory_kb,
		.judgement = &judgement,
		.ended_early = load->ended_early,
		.thresholds = results,
		.n_thresholds = judged.n_thresholds,
		.has_recovery = input.has_recovery,
		.recovery_us = input.recovery_us,
		.series = &load->series,
		.accounts = &acs,
		.n_accounts = asks && !no_acs,
		.no_acs = no_acs,
		.knee = load->has_search ? &load->search.knee : NULL,
	};

	for (size_t i = 0; i < judged.n_thresholds; i++)
		results[i] = threshold_judge(&file->thresholds[i], &input);
	judgement = verdict_judge(&judged);
	return result_make(ret, arena, &source);
}
