#include "lib/load/load_file.h"

#include "lib/proto/url.h"

#include <errno.h>
#include <string.h>

struct reading {
	struct load_file *file;
	struct conf_doc *doc;
	struct error *err;
	bool needs_acs; /* it is no lab's */
	int worst;      /* ERR_CONFIG once a mistake was noted */
};

/* False: the reading cannot go on, and what a step returned is in worst. */
static bool go_on(struct reading *r, int result)
{
	if (conf_go_on(r->doc, result, &r->worst))
		return true;
	r->worst = result;
	return false;
}

static bool fail(struct reading *r, const struct conf_node *node, const char *hint,
    const char *words)
{
	return go_on(r, conf_fail(r->doc, node, hint, r->err, "%s", words));
}

static bool fail_memory(struct reading *r)
{
	return go_on(r,
	    error_set(r->err, -ENOMEM, "%s: not enough memory", r->doc->name));
}

/* A rate that is there; *ret stays as it is where text is null. */
static bool read_rate(struct reading *r, const char *text, const struct conf_node *node,
    double *ret)
{
	if (!text || load_rate(str_of(text), ret) == 0)
		return true;
	return fail(r, node, "800/s, 30/m, 36000/h; at most 1000000/s",
	    "this is no rate");
}

static bool read_share(struct reading *r, const char *text,
    const struct conf_node *node, uint32_t *ret)
{
	if (!text || load_share(str_of(text), ret) == 0)
		return true;
	return fail(r, node, "30% or 0.1%; at most 100%", "this is no share");
}

/* ---- arrivals ------------------------------------------------------------------------ */

static bool add_stage(struct arrival_plan *plan, clock_ns length, double from,
    double to)
{
	if (plan->n_stages == ARRIVAL_STAGES_MAX)
		return false;
	plan->stages[plan->n_stages++] = (struct arrival_stage){ length, from, to };
	return true;
}

static bool read_stages(struct reading *r, struct arrival_plan *plan)
{
	const struct load_arrival *rows = &r->file->arrival_rows;
	const struct load_stage *stages = rows->stages.items;
	double sum = 0.0;

	for (size_t i = 0; i < rows->stages.len; i++) {
		double from = 0.0, to;

		if (!read_rate(r, stages[i].rate, stages[i].rate_node, &from))
			return false;
		to = from;
		if (!read_rate(r, stages[i].to, stages[i].to_node, &to))
			return false;
		sum += from + to;
		(void)add_stage(plan, stages[i].length, from, to);
	}
	if (sum <= 0.0 && r->worst == 0)
		return fail(r, rows->stages_node, "a rate above 0 in one of them",
		    "no session ever begins");
	return true;
}

/* Each CPE comes once within the ramp. */
static bool read_first_time(struct reading *r, struct arrival_plan *plan)
{
	struct load_file *file = r->file;
	clock_ns ramp = file->arrival_rows.ramp;
	double seconds = (double)ramp / (double)NS_PER_S;
	double rate = (double)file->cpes / seconds;

	if (rate > ARRIVAL_RATE_MAX)
		return fail(r, file->arrival_rows.ramp_node, "a longer ramp",
		    "more than 1000000 sessions a second");
	if (file->arrival_rows.from)
		return fail(r, file->arrival_rows.from_node, "a rate, too, or neither",
		    "\"from\" is where a ramp to a rate begins");
	if (plan->limit == 0 || plan->limit > file->cpes)
		plan->limit = file->cpes;
	/* A second more, so that the last one does not fall off the end by a rounding. */
	(void)add_stage(plan, ramp + NS_PER_S, rate, rate);
	return true;
}

static bool read_rates(struct reading *r, struct arrival_plan *plan)
{
	struct load_file *file = r->file;
	const struct load_arrival *rows = &file->arrival_rows;
	clock_ns rest = file->duration > 0 ? file->duration - rows->ramp : INT64_MAX;
	double rate = 0.0, from = 0.0;

	if (!read_rate(r, rows->rate, rows->rate_node, &rate) ||
	    !read_rate(r, rows->from, rows->from_node, &from))
		return false;
	if (rate <= 0.0 && r->worst == 0)
		return fail(r, rows->rate_node, "a rate above 0",
		    "no session ever begins");
	if (rows->from && rows->ramp == 0)
		return fail(r, rows->from_node, "ramp: 60s",
		    "\"from\" needs a ramp in which the rate grows");
	if (file->duration > 0 && rows->ramp > file->duration)
		return fail(r, rows->ramp_node, "a longer duration",
		    "the ramp is longer than the run");
	if (rows->ramp > 0)
		(void)add_stage(plan, rows->ramp, from, rate);
	if (rest > 0)
		(void)add_stage(plan, rest, rate, rate);
	return true;
}

static bool check_stages_alone(struct reading *r)
{
	const struct load_arrival *rows = &r->file->arrival_rows;
	const struct conf_node *other = rows->rate   ? rows->rate_node
					: rows->from ? rows->from_node
						     : rows->ramp_node;

	if (!other)
		return true;
	return fail(r, other, "stages, or rate and ramp",
	    "stages say the rates already");
}

static bool read_arrival(struct reading *r)
{
	struct load_file *file = r->file;
	const struct load_arrival *rows = &file->arrival_rows;
	struct arrival_plan *plan = &file->arrival;

	plan->spacing = (enum arrival_spacing)rows->spacing;
	plan->burst = rows->burst ? rows->burst : 1;
	plan->limit = rows->limit;
	plan->seed = file->seed;
	if (!file->arrival_node)
		return true;
	file->has_arrival = true;
	if (rows->burst && plan->spacing != ARRIVAL_BURST &&
	    !fail(r, rows->burst_node, "spacing: burst",
		"no burst without its spacing"))
		return false;
	if (plan->spacing == ARRIVAL_BURST && !rows->burst &&
	    !fail(r, file->arrival_node, "burst: 100", "a burst of how many?"))
		return false;
	if (rows->stages.len > 0)
		return check_stages_alone(r) && read_stages(r, plan);
	if (rows->rate)
		return read_rates(r, plan);
	if (rows->ramp > 0)
		return read_first_time(r, plan);
	return fail(r, file->arrival_node, "rate, ramp or stages",
	    "nothing says how often sessions begin");
}

/* ---- the mix ------------------------------------------------------------------------- */

static bool read_faults(struct reading *r, struct load_mix *mix)
{
	const char *known[LOAD_FAULTS];
	char hint[64];

	for (unsigned i = 0; i < LOAD_FAULTS; i++)
		known[i] = load_fault_name((enum load_fault)i);
	for (size_t i = 0; i < mix->fault_names.len; i++) {
		const char *name = mix->fault_names.items[i];
		const struct conf_node *node = mix->faults_node->kind == CONF_SEQUENCE
						   ? mix->faults_node->items[i]
						   : mix->faults_node;
		unsigned fault = 0;

		while (fault < LOAD_FAULTS && strcmp(name, known[fault]) != 0)
			fault++;
		if (fault < LOAD_FAULTS)
			mix->faults |= 1u << fault;
		else if (!go_on(r, conf_fail(r->doc, node,
				       conf_suggest(str_of(name), known, LOAD_FAULTS,
					   hint, sizeof(hint)),
				       r->err, "unknown fault \"%s\"", name)))
			return false;
	}
	if (mix->share_text && mix->faults == 0)
		return fail(r, mix->share_node, "faults: [half-a-body]",
		    "a share of no faults");
	return true;
}

/* A weight in percent, in millionths, or a whole number. */
static bool read_weight(struct reading *r, struct load_mix *mix, bool *ret_is_share)
{
	struct str text = str_of(mix->weight_text);
	uint32_t ppm = 0;

	if (!mix->weight_text)
		return true; /* the rows have told it */
	*ret_is_share = str_ends(text, STR("%"));
	if (*ret_is_share) {
		if (!read_share(r, mix->weight_text, mix->weight_node, &ppm))
			return false;
		mix->weight = ppm;
	} else if (str_to_u64(text, 1000000, &mix->weight) < 0 &&
		   !fail(r, mix->weight_node, "\"70%\", or a number such as 7",
		       "this is no weight")) {
		return false;
	}
	return true;
}

static bool read_mix(struct reading *r, struct load_mix *mix, bool *ret_is_share)
{
	mix->fault_ppm = 1000000;
	if (!read_weight(r, mix, ret_is_share))
		return false;
	if (mix->quirks_node &&
	    !go_on(r, quirks_bind(&mix->does, quirks_of_cpe, r->doc, mix->quirks_node,
			  &mix->quirks, "quirk", r->err)))
		return false;
	return read_share(r, mix->share_text, mix->share_node, &mix->fault_ppm) &&
	       read_faults(r, mix);
}

static bool check_sum(struct reading *r, size_t n_shares, uint64_t sum)
{
	const struct load_file *file = r->file;

	if (r->worst < 0)
		return true;
	if (n_shares > 0 && n_shares < file->n_mixes)
		return fail(r, file->mix_node, "all with %, or none",
		    "some weights are shares and some are numbers");
	if (n_shares > 0 && sum != 1000000)
		return go_on(r,
		    conf_fail(r->doc, file->mix_node, "100%, or numbers without %",
			r->err, "the weights add up to %u.%04u%%",
			(unsigned)(sum / 10000), (unsigned)(sum % 10000)));
	if (sum == 0)
		return fail(r, file->mix_node, "a weight above 0",
		    "no CPE is any of these");
	return true;
}

static bool read_mixes(struct reading *r)
{
	struct load_file *file = r->file;
	uint64_t sum = 0;
	size_t n_shares = 0;

	file->mixes = file->mix_rows.items;
	file->n_mixes = file->mix_rows.len;
	for (size_t i = 0; i < file->n_mixes; i++) {
		bool is_share = false;

		if (!read_mix(r, &file->mixes[i], &is_share))
			return false;
		n_shares += is_share;
		sum += file->mixes[i].weight;
	}
	if (file->n_mixes > 0)
		return check_sum(r, n_shares, sum);
	file->mixes = arena_alloc(&r->doc->arena, sizeof(*file->mixes));
	if (!file->mixes)
		return fail_memory(r);
	file->mixes[0].weight = 1;
	file->mixes[0].fault_ppm = 1000000;
	file->n_mixes = 1;
	return true;
}

/* ---- storms -------------------------------------------------------------------------- */

static bool read_storm(struct reading *r, struct load_storm *storm)
{
	clock_ns duration = r->file->duration;
	bool is_firmware = storm->kind == LOAD_STORM_FIRMWARE;

	storm->ppm = 1000000;
	if (!read_share(r, storm->share_text, storm->share_node, &storm->ppm) ||
	    !read_share(r, storm->first_text, storm->first_node, &storm->first_ppm) ||
	    !read_share(r, storm->lost_text, storm->lost_node, &storm->lost_ppm))
		return false;
	if (!storm->share_text)
		storm->ppm -= storm->first_ppm;
	if (storm->ppm + storm->first_ppm > 1000000 &&
	    !fail(r, storm->first_node, "from + share at most 100%",
		"the region ends behind the last CPE"))
		return false;
	if (is_firmware && !storm->file &&
	    !fail(r, storm->kind_node, "file: image.bin", "firmware of which file?"))
		return false;
	if (!is_firmware && storm->file &&
	    !fail(r, storm->file_node, "kind: firmware", "only firmware has a file"))
		return false;
	if ((is_firmware || storm->kind == LOAD_STORM_CALL_SWEEP ||
		storm->kind == LOAD_STORM_ACS_STORE) &&
	    !r->file->acs.door && r->needs_acs &&
	    !fail(r, storm->kind_node, "acs: {door: acs.sock}, of cwmplab acs --door",
		"the ACS is to do something, and nothing says where it takes "
		"commands"))
		return false;
	if (duration > 0 && storm->at > duration)
		return fail(r, storm->at_node, "a longer duration",
		    "the storm comes after the run");
	return true;
}

/* In the order of their times; of equal ones that of the file. */
static void sort_storms(struct load_storm *storms, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct load_storm storm = storms[i];
		size_t at = i;

		for (; at > 0 && storms[at - 1].at > storm.at; at--)
			storms[at] = storms[at - 1];
		storms[at] = storm;
	}
}

static bool read_storms(struct reading *r)
{
	struct load_file *file = r->file;

	file->storms = file->storm_rows.items;
	file->n_storms = file->storm_rows.len;
	for (size_t i = 0; i < file->n_storms; i++) {
		if (!read_storm(r, &file->storms[i]))
			return false;
	}
	sort_storms(file->storms, file->n_storms);
	return true;
}

/* ---- thresholds, the search for a limit, the rest -------------------------------------- */

static bool read_thresholds(struct reading *r)
{
	struct load_file *file = r->file;
	const struct conf_node *node = file->thresholds_node;

	file->n_thresholds = file->threshold_texts.len;
	file->thresholds = arena_array(&r->doc->arena, file->n_thresholds + 1,
	    sizeof(*file->thresholds));
	if (!file->thresholds)
		return fail_memory(r);
	for (size_t i = 0; i < file->n_thresholds; i++) {
		struct error why = ERROR_NULL;

		if (threshold_parse(&file->thresholds[i],
			str_of(file->threshold_texts.items[i]), &why) == 0)
			continue;
		if (!fail(r, node->kind == CONF_SEQUENCE ? node->items[i] : node,
			"\"session.p99<500ms\", \"failed<0.1%\", \"completed>=1000\"",
			why.text))
			return false;
	}
	return true;
}

static bool read_limit(struct reading *r)
{
	struct load_limit *limit = &r->file->limit;
	struct knee_options options = knee_options();

	limit->is_wanted = r->file->limit_node != NULL;
	options.rest_max = limit->options.rest_max;
	options.precision_permille = limit->options.precision_permille;
	options.step = limit->step;
	options.settle = limit->settle;
	options.repeats = (unsigned)limit->repeats;
	options.p99_max_us = (uint64_t)(limit->p99 / NS_PER_US);
	limit->options = options;
	if (!read_rate(r, limit->first, limit->first_node,
		&limit->options.rate_first) ||
	    !read_rate(r, limit->max, limit->max_node, &limit->options.rate_max))
		return false;
	if (limit->growth &&
	    (load_rate(str_of(limit->growth), &limit->options.growth) < 0 ||
		!(limit->options.growth >= 1.1 && limit->options.growth <= 10.0)) &&
	    !fail(r, limit->growth_node, "2", "the growth is between 1.1 and 10"))
		return false;
	if (limit->options.rate_first <= 0.0 ||
	    limit->options.rate_first > limit->options.rate_max)
		return fail(r, limit->first_node ? limit->first_node : limit->max_node,
		    "from: 10/s, to: 1000/s",
		    "the first rate is above 0 and not above the last");
	if (limit->settle >= limit->step)
		return fail(r,
		    limit->settle_node ? limit->settle_node : r->file->limit_node,
		    "settle: 2s, step: 10s", "nothing is left of a step to be judged");
	return true;
}

static bool read_acs(struct reading *r, bool needs_acs)
{
	const struct load_acs *acs = &r->file->acs;
	struct error why = ERROR_NULL;
	struct url url;

	if (!acs->url && needs_acs)
		return fail(r, r->file->acs_node ? r->file->acs_node : r->file->at,
		    "acs: {url: \"http://192.0.2.1:7547/\"}", "which ACS?");
	if (acs->url && url_parse(&url, str_of(acs->url), &why) < 0)
		return fail(r, acs->url_node, "http://192.0.2.1:7547/", why.text);
	return true;
}

static bool read_rest(struct reading *r)
{
	struct load_file *file = r->file;

	file->shard = file->shards = 1;
	if (file->shard_text &&
	    load_shard(str_of(file->shard_text), &file->shard, &file->shards) < 0 &&
	    !fail(r, file->shard_node, "2/4: the second of four, of at most 1000",
		"this is no shard"))
		return false;
	if (file->probe_node && file->probe.cpes == 0)
		file->probe.cpes = 1;
	if (file->probe_node && !file->acs.door && r->needs_acs &&
	    !fail(r, file->probe_node, "acs: {door: acs.sock}, of cwmplab acs --door",
		"the probe asks the ACS, and nothing says where it takes commands"))
		return false;
	if (file->probe.cpes > file->cpes && file->cpes > 0)
		return fail(r, file->probe_node, "fewer", "more probes than CPEs");
	if (file->limit.is_wanted && file->has_arrival)
		return fail(r, file->arrival_node, "find-limit alone",
		    "the search for a limit sets the rate itself");
	return true;
}

int load_file_read(struct load_file *ret, struct conf_doc *doc,
    const struct conf_node *at, bool needs_acs, struct error *err)
{
	struct reading r = { .file = ret,
		.doc = doc,
		.err = err,
		.needs_acs = needs_acs };

	memset(ret, 0, sizeof(*ret));
	ret->at = at;
	if (!go_on(&r, conf_bind(doc, at, load_file_rows, ret, err)))
		return r.worst;
	if (!read_acs(&r, needs_acs) || !read_arrival(&r) || !read_mixes(&r) ||
	    !read_storms(&r) || !read_thresholds(&r) || !read_limit(&r) ||
	    !read_rest(&r))
		return r.worst;
	return r.worst;
}
