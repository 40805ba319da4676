#include "lib/load/report/result_internal.h"

#include <errno.h>
#include <math.h>
#include <string.h>

enum {
	BARS_A_DECADE = 8
};

struct making {
	struct load_result *made;
	struct arena *arena;
	const struct result_source *source;
	bool is_out_of_memory;
};

static void *make_array(struct making *m, size_t n, size_t size)
{
	void *items = arena_array(m->arena, n + 1, size);

	if (!items)
		m->is_out_of_memory = true;
	return items;
}

static const char *copy(struct making *m, const char *text)
{
	const char *made = text ? arena_strdup(m->arena, str_of(text)) : NULL;

	if (text && !made)
		m->is_out_of_memory = true;
	return made;
}

struct result_times result_times_of(const struct hist *hist)
{
	return (struct result_times){ .count = hist->total,
		.min_us = hist->min_us,
		.mean_us = hist_mean(hist),
		.p50_us = hist_percentile(hist, 50),
		.p90_us = hist_percentile(hist, 90),
		.p95_us = hist_percentile(hist, 95),
		.p99_us = hist_percentile(hist, 99),
		.p999_us = hist_percentile(hist, 99.9),
		.p9999_us = hist_percentile(hist, 99.99),
		.max_us = hist->max_us };
}

struct result_run result_run_of(const struct load_result *result)
{
	struct result_run run = { .verdict = result->verdict,
		.offered = result->offered,
		.started = result->started,
		.completed = result->completed,
		.failed = result->failed,
		.shed = result->shed,
		.open = result->open,
		.took_us = result->took_us };

	for (size_t i = 0; i < result->n_phases; i++) {
		if (result->phases[i].phase != TALLY_SESSION)
			continue;
		run.latency = result->phases[i].latency;
		run.service = result->phases[i].service;
	}
	return run;
}

static void make_counts(struct making *m)
{
	const struct tally *tally = m->source->tally;
	struct load_result *made = m->made;

	made->offered = tally->offered;
	made->retried = tally->retried;
	made->started = tally->started;
	made->completed = tally->completed;
	made->failed = tally->failed;
	made->shed = tally->shed;
	made->open = tally->open;
	made->shed_without_wait = tally->shed_without_wait;
	made->longest_wait_s = tally->longest_wait_s;
	made->other_failures = tally->other_failures;
	memcpy(made->skipped, tally->skipped, sizeof(made->skipped));
	memcpy(made->failed_by, tally->failed_by, sizeof(made->failed_by));
	made->lateness = result_times_of(&tally->lateness);
}

/* The most frequent first; of equal ones the one that came first. */
static void make_failures(struct making *m)
{
	const struct tally *tally = m->source->tally;
	struct load_result *made = m->made;

	made->failures = make_array(m, tally->n_failures, sizeof(*made->failures));
	if (!made->failures)
		return;
	for (size_t i = 0; i < tally->n_failures; i++) {
		size_t at = made->n_failures++;

		for (;
		     at > 0 && made->failures[at - 1].count < tally->failures[i].count;
		     at--)
			made->failures[at] = made->failures[at - 1];
		made->failures[at] = tally->failures[i];
	}
}

static bool happened(const struct tally_phase *phase)
{
	uint64_t steps = 0;

	for (size_t i = 0; i < TALLY_STEPS; i++)
		steps += phase->steps[i];
	return steps > 0;
}

static void make_phases(struct making *m)
{
	const struct tally *tally = m->source->tally;
	struct load_result *made = m->made;

	made->phases = make_array(m, TALLY_PHASES, sizeof(*made->phases));
	for (unsigned i = 0; i < TALLY_PHASES && made->phases; i++) {
		const struct tally_phase *phase = &tally->phases[i];
		struct result_phase *at;

		if (!happened(phase) && i != TALLY_SESSION)
			continue;
		at = &made->phases[made->n_phases++];
		at->phase = i;
		at->latency = result_times_of(&phase->latency);
		at->service = result_times_of(&phase->service);
		memcpy(at->steps, phase->steps, sizeof(at->steps));
	}
}

/* The first microsecond of bar i. */
static uint64_t bar_begin(size_t i)
{
	return i == 0 ? 0 : (uint64_t)ceil(pow(10.0, (double)i / BARS_A_DECADE));
}

static void fill_bars(struct result_bar *bars, const struct hist *hist, bool is_service)
{
	struct hist_bar bar;
	size_t at = 0, i = 0;

	while (hist_next(hist, &at, &bar)) {
		while (i + 1 < RESULT_BARS_MAX && bar.low_us >= bar_begin(i + 1))
			i++;
		*(is_service ? &bars[i].service : &bars[i].latency) += bar.count;
	}
}

static bool is_bare(const struct result_bar *bar)
{
	return bar->latency == 0 && bar->service == 0;
}

static void make_bars(struct making *m)
{
	const struct tally_phase *session = &m->source->tally->phases[TALLY_SESSION];
	struct result_bar *bars = make_array(m, RESULT_BARS_MAX, sizeof(*bars));
	size_t first = 0, end = RESULT_BARS_MAX;

	if (!bars)
		return;
	for (size_t i = 0; i < RESULT_BARS_MAX; i++) {
		bars[i].low_us = bar_begin(i);
		bars[i].high_us = bar_begin(i + 1) - (bar_begin(i + 1) > 0);
	}
	fill_bars(bars, &session->latency, false);
	fill_bars(bars, &session->service, true);
	while (first < end && is_bare(&bars[first]))
		first++;
	while (end > first && is_bare(&bars[end - 1]))
		end--;
	m->made->bars = bars + first;
	m->made->n_bars = end - first;
}

static void make_thresholds(struct making *m)
{
	const struct result_source *source = m->source;
	struct load_result *made = m->made;

	made->thresholds =
	    make_array(m, source->n_thresholds, sizeof(*made->thresholds));
	for (size_t i = 0; i < source->n_thresholds && made->thresholds; i++) {
		struct result_threshold *at = &made->thresholds[made->n_thresholds++];
		auto_buf told = BUF_NULL;

		threshold_tell(&told, &source->thresholds[i]);
		at->text = copy(m, source->thresholds[i].threshold->text);
		at->told = copy(m, buf_cstr(&told));
		at->holds = source->thresholds[i].holds;
	}
}

static void make_verdict(struct making *m)
{
	const struct judgement_of_load *judgement = m->source->judgement;
	struct load_result *made = m->made;

	if (!judgement)
		return;
	made->verdict = judgement->verdict;
	made->late = judgement->late;
	made->why = make_array(m, judgement->n_why, sizeof(*made->why));
	for (size_t i = 0; i < judgement->n_why && made->why; i++)
		made->why[made->n_why++] = copy(m, judgement->why[i]);
}

/* A text for each line. */
static const char **make_lines(struct making *m, const struct buf *text, size_t *ret_n)
{
	const char **made;
	struct str rest = buf_str(text);
	size_t n = 0;

	for (size_t i = 0; i < text->len; i++)
		n += text->data[i] == '\n';
	made = make_array(m, n, sizeof(*made));
	*ret_n = 0;
	while (rest.len > 0 && made) {
		struct str line = str_cut(rest, '\n', &rest);

		made[*ret_n] = arena_strdup(m->arena, line);
		m->is_out_of_memory |= !made[(*ret_n)++];
	}
	m->is_out_of_memory |= text->error != 0;
	return made;
}

static void bridge_to(struct making *m, const struct tally_account *other,
    struct buf *explained, struct buf *differences)
{
	struct load_result *made = m->made;
	struct bridge *bridge = &made->bridges[made->n_accounts - 1];

	*bridge = bridge_make(&made->accounts[0], other);
	for (size_t i = 0; i < bridge->n_rows; i++) {
		bridge_put_row(explained, bridge, &bridge->rows[i]);
		buf_append_char(explained, '\n');
	}
	bridge_put_rest(differences, bridge, &made->accounts[0], other);
	made->accounts[made->n_accounts++] = *other;
}

/* The fleet's account, those of others, and what they differ by. */
static void make_accounts(struct making *m)
{
	const struct result_source *source = m->source;
	struct load_result *made = m->made;
	auto_buf explained = BUF_NULL, differences = BUF_NULL;

	made->accounts = make_array(m, source->n_accounts + 1, sizeof(*made->accounts));
	made->bridges = make_array(m, source->n_accounts, sizeof(*made->bridges));
	if (!made->accounts || !made->bridges)
		return;
	made->accounts[made->n_accounts++] = tally_account(source->tally);
	(void)tally_adds_up(source->tally, &differences);
	for (size_t i = 0; i < source->n_accounts; i++)
		bridge_to(m, &source->accounts[i], &explained, &differences);
	made->no_acs = copy(m, source->no_acs);
	made->explained = make_lines(m, &explained, &made->n_explained);
	made->differences = make_lines(m, &differences, &made->n_differences);
}

static void make_own(struct making *m)
{
	const struct own_limits *own = m->source->own;
	struct load_result *made = m->made;

	made->own.memory_kb = m->source->memory_kb;
	if (!own)
		return;
	made->own.lag = result_times_of(&own->lag);
	made->own.cpu_permille = own->cpu_permille;
	made->own.cpu_max_permille = own->cpu_max_permille;
	made->own.wait_permille = own->wait_permille;
	made->own.no_descriptor = own->no_descriptor;
	made->own.no_port = own->no_port;
	made->own.no_memory = own->no_memory;
	made->own.no_neighbour = own->no_neighbour;
	made->own.descriptors = own->descriptors;
	made->own.descriptors_max = own->descriptors_max;
	made->own.seconds_short = own->seconds_short;
}

static void make_time(struct making *m)
{
	const struct series *series = m->source->series;
	const struct knee *knee = m->source->knee;
	struct load_result *made = m->made;
	auto_buf told = BUF_NULL;

	if (series) {
		made->points = make_array(m, series->len, sizeof(*made->points));
		if (made->points)
			memcpy(made->points, series->points,
			    series->len * sizeof(*made->points));
		made->n_points = series->len;
		made->point_seconds = series->seconds ? series->seconds : 1;
	}
	if (!knee)
		return;
	made->steps = make_array(m, knee->n_steps, sizeof(*made->steps));
	if (made->steps)
		memcpy(made->steps, knee->steps, knee->n_steps * sizeof(*made->steps));
	made->n_steps = knee->n_steps;
	made->knee_rate = knee_result(knee).rate;
	knee_tell(&told, knee, made->interval > 0 ? made->interval : 300 * NS_PER_S);
	made->knee = copy(m, buf_cstr(&told));
}

static void make_runs(struct making *m)
{
	struct load_result *made = m->made;
	size_t n = MIN(m->source->n_runs, (size_t)RESULT_REPEATS_MAX);

	made->runs = make_array(m, n, sizeof(*made->runs));
	if (!made->runs || n == 0)
		return;
	memcpy(made->runs, m->source->runs, n * sizeof(*made->runs));
	made->n_runs = n;
}

int result_make(struct load_result *ret, struct arena *arena,
    const struct result_source *source)
{
	struct making m = { .made = ret, .arena = arena, .source = source };

	memset(ret, 0, sizeof(*ret));
	ret->name = copy(&m, source->name);
	ret->acs = copy(&m, source->acs);
	ret->model = copy(&m, source->model);
	ret->arrival = copy(&m, source->arrival);
	ret->ended_early = copy(&m, source->ended_early);
	ret->cpes = source->cpes;
	ret->seed = source->seed;
	ret->shard = source->shard ? source->shard : 1;
	ret->shards = source->shards ? source->shards : 1;
	ret->wall = source->wall;
	ret->interval = source->interval;
	ret->took_us = source->took_us;
	ret->has_recovery = source->has_recovery;
	ret->recovery_us = source->recovery_us;
	make_counts(&m);
	make_failures(&m);
	make_phases(&m);
	make_bars(&m);
	make_verdict(&m);
	make_thresholds(&m);
	make_accounts(&m);
	make_own(&m);
	make_time(&m);
	make_runs(&m);
	return m.is_out_of_memory ? -ENOMEM : 0;
}
