/* A small run with all that a result can hold. */
#pragma once

#include "tests/unit/unit.h"

#include "lib/load/report/result.h"

#include <stdlib.h>
#include <string.h>

struct one_result {
	struct tally *tally;
	struct own_limits own;
	struct series *series;
	struct knee *knee;
	struct judgement_of_load judgement;
	struct threshold threshold;
	struct threshold_result threshold_result;
	struct tally_account acs;
	struct result_run runs[2];
	struct arena arena;
	struct load_result result;
};

static inline void one_result_count(struct tally *tally)
{
	for (uint64_t i = 0; i < 100; i++) {
		tally_offer(tally, i >= 98);
		if (i == 99) {
			tally_skip(tally, TALLY_SKIP_BUSY);
			continue;
		}
		tally_start(tally, i);
		if (i < 90)
			tally_complete(tally, 12345 + i * 1000, 12000 + i * 900);
		else if (i < 94)
			tally_fail(tally, TALLY_LAYER_TCP, "refused, \"really\" <b>");
		else if (i < 96)
			tally_fail(tally, TALLY_LAYER_CWMP, "fault 9002");
		else if (i < 98)
			tally_shed(tally, i == 96 ? 60 : -1);
		if (i >= 90 && i < 96)
			tally_reach(tally,
			    i < 93 ? TALLY_REACH_UNHEARD : TALLY_REACH_UNANSWERED,
			    i == 95);
	}
	tally_set_open(tally, 1);
	tally_phase(tally, TALLY_TCP, 150, 120);
	tally_phase(tally, tally_phase_rpc(CWMP_INFORM), 2500, 2000);
	tally_step(tally, tally_phase_rpc(CWMP_INFORM), TALLY_TIMED_OUT);
}

static inline void one_result_search(struct knee *knee)
{
	struct knee_options options = knee_options();
	double rate;

	options.rate_first = 100;
	knee_begin(knee, &options);
	while (knee_next(knee, &rate)) {
		struct knee_step step = { .took = NS_PER_S,
			.started = (uint64_t)rate,
			.completed = (uint64_t)(rate < 200 ? rate : 200) };

		knee_take(knee, &step);
	}
}

static inline struct result_source one_result_source(const struct one_result *one)
{
	return (struct result_source){ .name = "evening",
		.acs = "http://192.0.2.1:7547/",
		.model = "generic-181",
		.arrival = "100/s <even>",
		.cpes = 1000,
		.seed = 7,
		.wall = INT64_C(1441812279474000000),
		.interval = 300 * NS_PER_S,
		.took_us = 10000000,
		.tally = one->tally,
		.own = &one->own,
		.memory_kb = 4321,
		.judgement = &one->judgement,
		.thresholds = &one->threshold_result,
		.n_thresholds = 1,
		.has_recovery = true,
		.recovery_us = 5432100,
		.series = one->series,
		.accounts = &one->acs,
		.n_accounts = 1,
		.knee = one->knee,
		.runs = one->runs,
		.n_runs = 2 };
}

static inline void one_result_make(struct one_result *one)
{
	struct result_source source;
	struct threshold_input input;

	memset(one, 0, sizeof(*one));
	one->tally = calloc(1, sizeof(*one->tally));
	one->series = calloc(1, sizeof(*one->series));
	one->knee = calloc(1, sizeof(*one->knee));
	assert_true(one->tally && one->series && one->knee);
	one_result_count(one->tally);
	one_result_search(one->knee);
	hist_record(&one->own.lag, 77);
	one->own.cpu_permille = 123;
	for (uint64_t i = 0; i < 10; i++) {
		struct series_point point = { .offered = 10,
			.started = 10,
			.completed = 9 + i % 2,
			.open = i,
			.p99_us = 90000 + i,
			.states = { [SERIES_IDLE] = 990 } };

		series_add(one->series, i, &point);
	}
	assert_int_equal(threshold_parse(&one->threshold, STR("session.p99<50ms"),
			     NULL),
	    0);
	input = (struct threshold_input){ .tally = one->tally, .took_us = 10000000 };
	one->threshold_result = threshold_judge(&one->threshold, &input);
	one->judgement = verdict_judge(&(struct verdict_input){ .tally = one->tally,
	    .own = &one->own,
	    .thresholds = &one->threshold_result,
	    .n_thresholds = 1,
	    .bounds = verdict_bounds() });
	one->acs = (struct tally_account){ .who = "ACS",
		.sessions = 94,
		.completed = 90,
		.failed = 1,
		.shed = 2,
		.open = 0 };
	source = one_result_source(one);
	source.runs = NULL;
	source.n_runs = 0;
	assert_int_equal(result_make(&one->result, &one->arena, &source), 0);
	one->runs[0] = one->runs[1] = result_run_of(&one->result);
	one->runs[1].completed++;
	arena_reset(&one->arena);
	source = one_result_source(one);
	assert_int_equal(result_make(&one->result, &one->arena, &source), 0);
}

static inline void one_result_free(struct one_result *one)
{
	tally_free(one->tally);
	own_limits_free(&one->own);
	free(one->tally);
	free(one->series);
	free(one->knee);
	arena_free(&one->arena);
}
