/* agents/cpe/device/cpe_drive: sessions that begin as a schedule says, without sockets. Its CPEs
 * talk when a test says so. */
#include "tests/unit/unit.h"

#include "agents/cpe/device/cpe_drive.h"
#include "lib/load/arrival.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define S NS_PER_S

enum {
	CPES = 3
};

struct stage {
	struct cpe_config config;
	struct cpe_fleet fleet;
	struct cpe_place place;
	struct cpe cpes[CPES];
	struct cpe_sight sights[8]; /* of the sessions that have begun */
	size_t n_sights;
	clock_ns now;
	bool refuses; /* there is no memory for a session */
};

static struct stage *stage; /* edges have no argument but the CPE */

static clock_ns now(void)
{
	return stage->now;
}

static void do_nothing(struct cpe *cpe)
{
	(void)cpe;
}

static int talk(struct cpe *cpe)
{
	if (stage->refuses)
		return -ENOMEM;
	stage->sights[stage->n_sights++] = cpe_take_sight(cpe);
	return 0;
}

static void hang_up(struct cpe *cpe, enum failure_layer layer, const char *why)
{
	(void)layer;
	(void)why;
	event_queue_end(&cpe->events);
	cpe_over(cpe, false);
}

static const struct cpe_edges edges = {
	.monotonic = now,
	.wall = now,
	.arm = do_nothing,
	.listen = do_nothing,
	.talk = talk,
	.hang_up = hang_up,
	.cancel = do_nothing,
	.desist = do_nothing,
	.resume = do_nothing,
};

static int set_up(void **state)
{
	struct cpe_range range = { .count = CPES, .name = "cpe" };
	const char *source = getenv("CWMPLAB_SOURCE");
	struct error err = ERROR_NULL;
	char path[1024];

	(void)state;
	stage = calloc(1, sizeof(*stage));
	assert_non_null(stage);
	stage->now = 1000 * S;
	stage->place = (struct cpe_place)CPE_PLACE_NULL;
	stage->place.address = 0x0a000001;
	stage->config.acs.url = "http://acs1.lab:7547/cwmp";
	stage->fleet = (struct cpe_fleet){ .config = &stage->config,
		.edges = &edges,
		.cpes = stage->cpes,
		.n_cpes = CPES,
		.seed = 7 };
	(void)snprintf(path, sizeof(path), "%s/topologies/models/hp5920.yaml",
	    source ? source : ".");
	if (model_load(path, &stage->fleet.model, &err) < 0)
		fail_msg("%s", err.text);
	for (uint64_t i = 0; i < CPES; i++)
		assert_int_equal(cpe_open(&stage->cpes[i], &stage->fleet, &range, i, i,
				     &stage->place, &err),
		    0);
	cpe_drive_begin(&stage->fleet, NULL, true, true);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < CPES; i++)
		cpe_free(&stage->cpes[i]);
	model_free(stage->fleet.model);
	free(stage);
	return 0;
}

/* Its session is over. */
static void end(uint64_t i, bool is_success)
{
	struct cpe *cpe = &stage->cpes[i];

	if (is_success)
		event_queue_confirm(&cpe->events, CWMP_INFORM);
	event_queue_end(&cpe->events);
	cpe_over(cpe, is_success);
}

static void test_the_first_start_boots_and_the_next_informs(void **state)
{
	const struct cpe *cpe = &stage->cpes[1];
	struct cwmp_event events[EVENT_QUEUE_MAX];

	(void)state;
	assert_int_equal(cpe_drive_start(&stage->fleet, 1, 999 * S), CPE_DRIVE_STARTED);
	assert_int_equal(stage->n_sights, 1);
	assert_int_equal(stage->sights[0].number, 1);
	assert_int_equal(stage->sights[0].intended, 999 * S);
	assert_int_equal(stage->sights[0].late, S);
	assert_int_equal(stage->sights[0].booted, 1000 * S);
	assert_int_equal(cpe->state, CPE_TALKING);
	end(1, true);

	stage->now = 1010 * S;
	assert_int_equal(cpe_drive_start(&stage->fleet, 1, 1010 * S),
	    CPE_DRIVE_STARTED);
	assert_int_equal(stage->n_sights, 2);
	assert_int_equal(stage->sights[1].late, 0);
	assert_int_equal(stage->sights[1].booted, INT64_MAX);
	assert_int_equal(event_queue_take(&stage->cpes[1].events, events), 1);
	assert_true(str_is(events[0].code, "2 PERIODIC"));
}

static void test_a_cpe_that_talks_or_waits_for_a_retry_is_busy(void **state)
{
	(void)state;
	assert_true(cpe_drive_is_free(&stage->fleet, 0));
	(void)cpe_drive_start(&stage->fleet, 0, 1000 * S);
	assert_false(cpe_drive_is_free(&stage->fleet, 0));
	assert_int_equal(cpe_drive_start(&stage->fleet, 0, 1000 * S), CPE_DRIVE_BUSY);
	end(0, false);
	assert_false(cpe_drive_is_free(&stage->fleet, 0));
	assert_int_equal(cpe_drive_start(&stage->fleet, 0, 1000 * S), CPE_DRIVE_BUSY);
	assert_int_equal(stage->n_sights, 1);

	stage->now = stage->cpes[0].retry_at + 3 * NS_PER_MS;
	cpe_tick(&stage->cpes[0]);
	cpe_consider(&stage->cpes[0]);
	assert_int_equal(stage->n_sights, 2);
	assert_true(stage->sights[1].is_retry);
	assert_int_equal(stage->sights[1].intended, stage->now - 3 * NS_PER_MS);
	assert_int_equal(stage->sights[1].late, 3 * NS_PER_MS);
}

static void test_a_session_that_is_forgiven_leaves_its_cpe_free(void **state)
{
	(void)state;
	cpe_drive_forgive(&stage->fleet);
	(void)cpe_drive_start(&stage->fleet, 0, 1000 * S);
	end(0, false);
	assert_int_equal(stage->n_sights, 1);
	assert_int_equal(stage->cpes[0].retry_at, INT64_MAX);
	assert_true(cpe_drive_is_free(&stage->fleet, 0));
	assert_int_equal(cpe_drive_start(&stage->fleet, 0, 1000 * S),
	    CPE_DRIVE_STARTED);
	assert_int_equal(stage->n_sights, 2);
}

static void test_a_session_without_memory_has_failed_to_begin(void **state)
{
	(void)state;
	(void)cpe_drive_start(&stage->fleet, 0, 1000 * S);
	end(0, true);
	stage->refuses = true;
	/* It was over at once, and is a session that has failed. */
	(void)cpe_drive_start(&stage->fleet, 0, 1000 * S);
	assert_int_equal(stage->n_sights, 1);
	assert_int_equal(stage->cpes[0].state, CPE_IDLE);
}

static void test_a_cpe_whose_power_fails_boots_when_it_is_back(void **state)
{
	struct cpe *cpe = &stage->cpes[2];

	(void)state;
	(void)cpe_drive_start(&stage->fleet, 2, 1000 * S);
	cpe_drive_power_cut(&stage->fleet, 2, 1030 * S);
	assert_int_equal(cpe->state, CPE_OFF);
	assert_int_equal(cpe->boot_at, 1030 * S);
	stage->now = 1030 * S;
	cpe_tick(cpe);
	cpe_consider(cpe);
	assert_int_equal(stage->n_sights, 2);
	assert_int_equal(stage->sights[1].intended, 1030 * S);
	assert_int_equal(stage->sights[1].booted, 1030 * S);
	end(2, true);

	cpe_drive_power_cut(&stage->fleet, 2, 1050 * S); /* at rest */
	assert_int_equal(cpe->state, CPE_OFF);
	assert_int_equal(cpe->boot_at, 1050 * S);
}

/* The retry that it waited for is none any more: its boot comes first. */
static void test_a_cpe_without_power_waits_for_nothing_but_it(void **state)
{
	struct cpe *cpe = &stage->cpes[0];

	(void)state;
	(void)cpe_drive_start(&stage->fleet, 0, 1000 * S);
	end(0, false);
	assert_true(cpe_due(cpe) < 1020 * S);
	cpe_drive_power_cut(&stage->fleet, 0, 1030 * S);
	assert_int_equal(cpe_due(cpe), 1030 * S);
	stage->now = 1030 * S;
	cpe_tick(cpe);
	cpe_consider(cpe);
	assert_int_equal(stage->n_sights, 2);
	assert_int_equal(stage->sights[1].intended, 1030 * S);
}

static void test_a_cpe_whose_uplink_is_cut_is_not_free_until_it_is_back(void **state)
{
	(void)state;
	(void)cpe_drive_start(&stage->fleet, 0, 1000 * S);
	end(0, true);
	cpe_drive_uplink_cut(&stage->fleet, 0, 1030 * S);
	stage->now = 1030 * S - 1;
	assert_false(cpe_drive_is_free(&stage->fleet, 0));
	stage->now = 1030 * S;
	assert_true(cpe_drive_is_free(&stage->fleet, 0));
	(void)cpe_drive_start(&stage->fleet, 0, 1030 * S);
	assert_int_equal(stage->sights[1].booted, INT64_MAX);
}

static void test_a_cpe_that_is_to_boot_by_itself_is_not_free(void **state)
{
	(void)state;
	cpe_drive_boot_at(&stage->fleet, 0, 1030 * S);
	assert_false(cpe_drive_is_free(&stage->fleet, 0));
	assert_int_equal(cpe_drive_start(&stage->fleet, 0, 1000 * S), CPE_DRIVE_BUSY);
	assert_int_equal(stage->cpes[0].boot_at, 1030 * S);
	assert_int_equal(stage->n_sights, 0);
}

/* In a session, at rest, and before it was ever switched on. */
static void test_a_cpe_that_is_made_new_informs_as_one(void **state)
{
	struct cwmp_event events[EVENT_QUEUE_MAX];

	(void)state;
	for (uint64_t i = 0; i < 2; i++)
		(void)cpe_drive_start(&stage->fleet, i, 1000 * S);
	end(1, true);
	stage->n_sights = 0;
	for (uint64_t i = 0; i < CPES; i++)
		cpe_drive_bootstrap(&stage->fleet, i, 1030 * S);
	stage->now = 1030 * S;
	for (uint64_t i = 0; i < CPES; i++) {
		assert_int_equal(stage->cpes[i].state, CPE_OFF);
		assert_int_equal(stage->cpes[i].boot_at, 1030 * S);
		cpe_tick(&stage->cpes[i]);
		cpe_consider(&stage->cpes[i]);
		assert_int_equal(event_queue_take(&stage->cpes[i].events, events), 2);
		assert_true(str_is(events[0].code, "0 BOOTSTRAP"));
		assert_true(str_is(events[1].code, "1 BOOT"));
	}
	assert_int_equal(stage->n_sights, CPES);
}

/* An ACS has set a value and ordered a reboot. The first has lost its power since; the others are
 * in the session with the order still. */
static void test_what_an_acs_has_set_is_gone_from_a_cpe_that_is_made_new(void **state)
{
	struct cwmp_event events[EVENT_QUEUE_MAX];

	(void)state;
	for (uint64_t i = 0; i < CPES; i++) {
		struct cpe *cpe = &stage->cpes[i];

		(void)cpe_drive_start(&stage->fleet, i, 1000 * S);
		assert_int_equal(model_values_set_live(&cpe->values,
				     MODEL_PERIODIC_INTERVAL, STR("77")),
		    0);
		cpe->wish.reboot = true;
		cpe->wish.reboot_key = str_dup(STR("before"));
		assert_non_null(cpe->wish.reboot_key);
	}
	end(0, true); /* it is off, and about to boot */
	assert_int_equal(stage->cpes[0].state, CPE_OFF);
	cpe_drive_power_cut(&stage->fleet, 0, 1020 * S);
	stage->n_sights = 0;
	for (uint64_t i = 0; i < CPES; i++)
		cpe_drive_bootstrap(&stage->fleet, i, 1030 * S);
	stage->now = 1030 * S;
	for (uint64_t i = 0; i < CPES; i++) {
		struct cpe *cpe = &stage->cpes[i];

		cpe_tick(cpe);
		cpe_consider(cpe);
		assert_true(
		    model_values_number(&cpe->values, MODEL_PERIODIC_INTERVAL) != 77);
		assert_int_equal(event_queue_take(&cpe->events, events), 2);
		assert_true(str_is(events[0].code, "0 BOOTSTRAP"));
		assert_true(str_is(events[1].code, "1 BOOT"));
	}
	assert_int_equal(stage->n_sights, CPES);
}

/* But one that is made new before it has ever booted. */
static void test_cpes_that_are_known_do_not_bootstrap(void **state)
{
	struct cwmp_event events[EVENT_QUEUE_MAX];

	(void)state;
	assert_int_equal(cpe_drive_known(&stage->fleet), 0);
	assert_int_equal(cpe_drive_known(&stage->fleet), 0);
	cpe_drive_bootstrap(&stage->fleet, 1, 1000 * S);
	for (uint64_t i = 0; i < 2; i++) {
		(void)cpe_drive_start(&stage->fleet, i, 1000 * S);
		cpe_tick(&stage->cpes[i]);
		cpe_consider(&stage->cpes[i]);
		assert_int_equal(event_queue_take(&stage->cpes[i].events, events),
		    1 + i);
		assert_true(str_is(events[0].code, i ? "0 BOOTSTRAP" : "1 BOOT"));
	}
}

static void test_faults_befall_sessions_by_their_number(void **state)
{
	const unsigned set =
	    1u << LOAD_FAULT_NO_COOKIE | 1u << LOAD_FAULT_DROP_AFTER_INFORM;

	(void)state;
	cpe_drive_faults(&stage->fleet, set, 500000);
	for (uint64_t k = 0; k < ARRAY_LEN(stage->sights); k++) {
		(void)cpe_drive_start(&stage->fleet, 1, stage->now);
		assert_int_equal(stage->sights[k].fault,
		    load_fault_pick(7, 1, k, set, 500000));
		end(1, true);
	}
	assert_int_equal(stage->n_sights, ARRAY_LEN(stage->sights));
}

static void test_phases_are_spread_by_the_seed(void **state)
{
	uint64_t slots[10] = { 0 };

	(void)state;
	stage->fleet.is_paced = false;
	stage->config.periodic_inform = 300 * S;
	cpe_drive_spread(&stage->fleet);
	for (uint64_t i = 0; i < CPES; i++) {
		assert_int_equal(model_values_set_live(&stage->cpes[i].values,
				     MODEL_PERIODIC_INTERVAL, STR("300")),
		    0);
		assert_int_equal(model_values_set_live(&stage->cpes[i].values,
				     MODEL_PERIODIC_ENABLE, STR("1")),
		    0);
		(void)cpe_drive_start(&stage->fleet, i, stage->now);
		assert_int_equal(stage->cpes[i].periodic_at,
		    stage->now + arrival_phase(7, i, 300 * S));
	}
	assert_int_equal(cpe_drive_phases(&stage->fleet, slots, 10), CPES);
}

static void test_at_the_end_no_session_begins_any_more(void **state)
{
	(void)state;
	(void)cpe_drive_start(&stage->fleet, 0, 1000 * S);
	cpe_drive_end(&stage->fleet);
	end(0, false);
	assert_int_equal(stage->cpes[0].retry_at, INT64_MAX);
	assert_int_equal(cpe_due(&stage->cpes[0]), INT64_MAX);
	assert_int_equal(cpe_due(&stage->cpes[1]), INT64_MAX);
	assert_int_equal(stage->n_sights, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_the_first_start_boots_and_the_next_informs),
		TEST(test_a_cpe_that_talks_or_waits_for_a_retry_is_busy),
		TEST(test_a_session_that_is_forgiven_leaves_its_cpe_free),
		TEST(test_a_session_without_memory_has_failed_to_begin),
		TEST(test_a_cpe_whose_power_fails_boots_when_it_is_back),
		TEST(test_a_cpe_without_power_waits_for_nothing_but_it),
		TEST(test_a_cpe_whose_uplink_is_cut_is_not_free_until_it_is_back),
		TEST(test_a_cpe_that_is_to_boot_by_itself_is_not_free),
		TEST(test_a_cpe_that_is_made_new_informs_as_one),
		TEST(test_what_an_acs_has_set_is_gone_from_a_cpe_that_is_made_new),
		TEST(test_cpes_that_are_known_do_not_bootstrap),
		TEST(test_faults_befall_sessions_by_their_number),
		TEST(test_phases_are_spread_by_the_seed),
		TEST(test_at_the_end_no_session_begins_any_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
