/* PASS, FAIL, INVALID: what decides. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/load/verdict.h"

#include <stdlib.h>
#include <string.h>

struct trial {
	struct tally *tally;
	struct own_limits own;
	struct verdict_input input;
};

/* A run that was as it was asked for: 1,000 sessions, none late. */
static void trial_begin(struct trial *trial)
{
	memset(trial, 0, sizeof(*trial));
	trial->tally = calloc(1, sizeof(*trial->tally));
	assert_non_null(trial->tally);
	for (int i = 0; i < 1000; i++) {
		tally_offer(trial->tally, false);
		tally_start(trial->tally, 20);
		tally_complete(trial->tally, 1000, 900);
		hist_record(&trial->own.lag, 100);
	}
	trial->own.descriptors_max = 1024;
	trial->input = (struct verdict_input){ .tally = trial->tally,
		.own = &trial->own,
		.bounds = verdict_bounds(),
		.scheduled = 1000 };
}

static void trial_ends(struct trial *trial, enum verdict verdict, const char *why)
{
	struct judgement_of_load made = verdict_judge(&trial->input);

	assert_string_equal(made.n_why ? made.why[0] : "", why);
	assert_int_equal(made.verdict, verdict);
	tally_free(trial->tally);
	free(trial->tally);
	own_limits_free(&trial->own);
}

static void test_a_run_as_asked_for_passes(void **state)
{
	struct trial trial;

	(void)state;
	trial_begin(&trial);
	trial_ends(&trial, VERDICT_PASS, "");
	assert_int_equal(verdict_status(VERDICT_PASS), 0);
	assert_int_equal(verdict_status(VERDICT_FAIL), 1);
	assert_int_equal(verdict_status(VERDICT_INVALID), 4);
	assert_string_equal(verdict_name(VERDICT_INVALID), "INVALID");
}

static void test_our_own_errors_make_it_invalid(void **state)
{
	struct trial trial;

	(void)state;
	trial_begin(&trial);
	trial.own.no_descriptor = 3;
	trial_ends(&trial, VERDICT_INVALID,
	    "we were out of descriptors 3 times (limit 1024): raise \"ulimit -n\"");
	trial_begin(&trial);
	trial.own.no_port = 1;
	trial_ends(&trial, VERDICT_INVALID,
	    "we were out of source ports 1 times: more source addresses are needed, or "
	    "others use them");
	trial_begin(&trial);
	trial.tally->error = -12;
	trial_ends(&trial, VERDICT_INVALID, "we were out of memory 1 times");
}

static void test_late_starts_make_it_invalid(void **state)
{
	struct trial trial;

	(void)state;
	/* 1 % of 1,010 are 10.1. */
	trial_begin(&trial);
	for (int i = 0; i < 10; i++) {
		tally_offer(trial.tally, false);
		tally_start(trial.tally, 60000);
		tally_complete(trial.tally, 1, 1);
	}
	trial_ends(&trial, VERDICT_PASS, "");
	trial_begin(&trial);
	for (int i = 0; i < 11; i++) {
		tally_offer(trial.tally, false);
		tally_start(trial.tally, 60000);
		tally_complete(trial.tally, 1, 1);
	}
	trial_ends(&trial, VERDICT_INVALID,
	    "1.08 % of the sessions started more than 50 ms late, the latest by 60 ms");
}

static void test_what_was_not_offered_makes_it_invalid(void **state)
{
	struct trial trial;

	(void)state;
	trial_begin(&trial);
	trial.input.scheduled = 1010;
	trial_ends(&trial, VERDICT_PASS, "");
	trial_begin(&trial);
	trial.input.scheduled = 1011;
	trial_ends(&trial, VERDICT_INVALID,
	    "1000 sessions were offered, 1011 were to be");
	trial_begin(&trial);
	for (int i = 0; i < 2; i++) {
		tally_offer(trial.tally, false);
		tally_skip(trial.tally, TALLY_SKIP_OWN);
	}
	trial_ends(&trial, VERDICT_INVALID,
	    "2 of 1002 sessions were not started for want of what this machine has");
}

static void test_a_busy_machine_makes_it_invalid(void **state)
{
	struct trial trial;

	(void)state;
	trial_begin(&trial);
	trial.own.wait_permille = 150;
	trial.own.cpu_permille = 970;
	trial_ends(&trial, VERDICT_PASS, "");
	trial_begin(&trial);
	trial.own.wait_permille = 151;
	trial_ends(&trial, VERDICT_INVALID,
	    "others had our core for 15.1 % of the time: fewer programs beside it, or a "
	    "core of its own");
	trial_begin(&trial);
	trial.own.cpu_permille = 971;
	trial_ends(&trial, VERDICT_INVALID,
	    "we used 97.1 % of a core: use --shard for a second process");
	trial_begin(&trial);
	hist_record_n(&trial.own.lag, 200000, 11);
	trial_ends(&trial, VERDICT_INVALID,
	    "our loop was more than 200 ms behind in 1 % of its rounds (bound 50 ms)");
}

static void test_what_is_no_acs_fails_on_a_busy_machine_too(void **state)
{
	struct trial trial;

	(void)state;
	trial_begin(&trial);
	trial.own.wait_permille = 999;
	trial.own.cpu_permille = 999;
	hist_record_n(&trial.own.lag, 200000, 11);
	trial.input.scheduled = 60000;
	trial.input.is_no_acs = true;
	trial.tally->failed = trial.tally->completed;
	trial.tally->completed = 0;
	trial_ends(&trial, VERDICT_FAIL, "no session completed");
	trial_begin(&trial);
	trial.own.no_port = 1;
	trial.input.is_no_acs = true;
	trial_ends(&trial, VERDICT_INVALID,
	    "we were out of source ports 1 times: more source addresses are needed, or "
	    "others use them");
}

static void test_a_run_that_lacks_a_storm_is_invalid(void **state)
{
	struct trial trial;

	(void)state;
	trial_begin(&trial);
	trial.input.ended_early = trial.input.lack = "no storm";
	trial_ends(&trial, VERDICT_INVALID, "not the run of the file: no storm");
}

/* However slow it is: CPEs that are still busy are not our fault. */
static void test_a_slow_acs_is_never_invalid(void **state)
{
	struct trial trial;

	(void)state;
	trial_begin(&trial);
	for (int i = 0; i < 5000; i++) {
		tally_offer(trial.tally, false);
		tally_skip(trial.tally, TALLY_SKIP_BUSY);
	}
	for (int i = 0; i < 500; i++) {
		tally_offer(trial.tally, false);
		tally_start(trial.tally, 10);
	}
	tally_set_open(trial.tally, 500);
	trial.input.scheduled = 6500;
	trial_ends(&trial, VERDICT_PASS, "");
}

static void test_a_broken_threshold_fails_it(void **state)
{
	struct threshold threshold;
	struct threshold_result result;
	struct trial trial;

	(void)state;
	trial_begin(&trial);
	assert_int_equal(threshold_parse(&threshold, STR("session.p99<1ms"), NULL), 0);
	result = (struct threshold_result){ &threshold, false, true, 1000 };
	trial.input.thresholds = &result;
	trial.input.n_thresholds = 1;
	trial_ends(&trial, VERDICT_FAIL, "session.p99 is 1.000 ms, not <1ms");
	trial_begin(&trial);
	trial.input.thresholds = &result;
	trial.input.n_thresholds = 1;
	trial.own.no_memory = 1;
	trial_ends(&trial, VERDICT_INVALID, "we were out of memory 1 times");
}

static void test_an_acs_that_never_answers_fails_it(void **state)
{
	struct trial trial;

	(void)state;
	trial_begin(&trial);
	trial.input.never_reached = true;
	trial_ends(&trial, VERDICT_FAIL, "the ACS never answered");
	trial_begin(&trial);
	trial.tally->failed = trial.tally->completed;
	trial.tally->completed = 0;
	trial_ends(&trial, VERDICT_FAIL, "no session completed");
	trial_begin(&trial);
	trial.tally->completed--;
	trial_ends(&trial, VERDICT_INVALID,
	    "the sums are wrong: started 1000 is not completed 999 + failed 0 + shed 0 + "
	    "open 0: 1 missing");
	trial_begin(&trial);
	trial.input.ended_early = "Ctrl-C";
	trial_ends(&trial, VERDICT_PASS, "ended early: Ctrl-C");
}

static void test_limits_of_shards_come_together(void **state)
{
	struct own_limits a = { .cpu_permille = 500, .no_port = 1, .descriptors = 10 };
	struct own_limits b = { .cpu_permille = 400,
		.no_port = 2,
		.descriptors = 20,
		.descriptors_max = 99 };

	(void)state;
	hist_record(&b.lag, 5);
	assert_int_equal(own_limits_merge(&a, &b), 0);
	assert_int_equal(a.cpu_permille, 500);
	assert_int_equal(a.no_port, 3);
	assert_int_equal(a.descriptors_max, 99);
	assert_int_equal(a.lag.total, 1);
	own_limits_free(&a);
	own_limits_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_run_as_asked_for_passes),
		cmocka_unit_test(test_our_own_errors_make_it_invalid),
		cmocka_unit_test(test_late_starts_make_it_invalid),
		cmocka_unit_test(test_what_was_not_offered_makes_it_invalid),
		cmocka_unit_test(test_a_busy_machine_makes_it_invalid),
		cmocka_unit_test(test_what_is_no_acs_fails_on_a_busy_machine_too),
		cmocka_unit_test(test_a_run_that_lacks_a_storm_is_invalid),
		cmocka_unit_test(test_a_slow_acs_is_never_invalid),
		cmocka_unit_test(test_a_broken_threshold_fails_it),
		cmocka_unit_test(test_an_acs_that_never_answers_fails_it),
		cmocka_unit_test(test_limits_of_shards_come_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
