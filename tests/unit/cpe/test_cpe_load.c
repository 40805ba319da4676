/* agents/cpe/load: what needs no loop. */
#include "tests/unit/unit.h"

#include "agents/cpe/load/load_internal.h"

#include <stdio.h>
#include <stdlib.h>

static void test_reasons_are_without_what_is_of_one_cpe(void **state)
{
	static const struct {
		const char *why, *reason;
	} rows[] = {
		{ "", "" },
		{ "127.0.0.1:7547: Connection refused", "Connection refused" },
		{ "10.0.0.1:7547 does not answer the SYN for 30 s",
		    "does not answer the SYN for N s" },
		{ "the ACS answers 500 Internal Server Error",
		    "the ACS answers 500 Internal Server Error" },
		{ "the connection ended after 1234 of 56789 bytes of the body",
		    "the connection ended after N of N bytes of the body" },
		{ "cwmp:ID 7a8", "cwmp:ID NaN" },
		{ "1.2.3 is no address", "N.N.N is no address" },
	};
	char text[TALLY_REASON_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(load_reason(rows[i].why, text), rows[i].reason);
}

static void test_a_long_reason_is_cut_at_the_bound(void **state)
{
	char why[FAILURE_WHY_MAX], text[TALLY_REASON_MAX];

	(void)state;
	memset(why, 'x', sizeof(why));
	why[TALLY_REASON_MAX - 1] = '\0';
	assert_int_equal(strlen(load_reason(why, text)), TALLY_REASON_MAX - 1);
	memset(why, 'x', sizeof(why));
	why[TALLY_REASON_MAX] = '\0';
	assert_int_equal(strlen(load_reason(why, text)), TALLY_REASON_MAX - 1);
	memset(why, ' ', sizeof(why));
	why[sizeof(why) - 1] = '\0';
	assert_string_equal(load_reason(why, text), "");
}

static void test_phases_that_are_spread_are_no_news(void **state)
{
	uint64_t slots[LOAD_PHASES] = { 0 };
	auto_buf text = BUF_NULL;

	(void)state;
	for (size_t i = 0; i < LOAD_PHASES; i++)
		slots[i] = 50;
	assert_false(load_phases_tell(&text, slots, 1000));
	slots[0] = 199;
	assert_false(load_phases_tell(&text, slots, 1000));
	assert_int_equal(text.len, 0);
	slots[0] = 200;
	assert_true(load_phases_tell(&text, slots, 1000));
	assert_true(str_starts(buf_str(&text),
	    STR("200 of 1000 CPEs inform within one 20th of their interval")));
	/* So few may coincide by chance. */
	slots[0] = 99;
	assert_false(load_phases_tell(&text, slots, 99));
}

/* Tells the load of a session that has failed. */
static void fail_in(struct load *load, enum failure_layer layer, const char *why)
{
	struct cpe_sight sight = { .stage = CPE_STAGE_TCP, .method = CWMP_INFORM };
	struct failure failure = { .layer = FAILURE_NONE };

	failure_set(&failure, layer, "%s", why);
	load->observer.began(load, &sight);
	load->observer.ended(load, &sight, &failure, 0);
}

static struct load *load_of_nothing(void)
{
	static const struct load_config config;
	struct load *load = calloc(1, sizeof(*load));

	assert_non_null(load);
	load->config = &config;
	load->wait_timeout = 30 * NS_PER_S;
	load_watch_begin(load);
	return load;
}

static void free_load(struct load *load)
{
	tally_free(&load->tally);
	free(load);
}

static void test_whoever_answers_no_inform_ends_the_run(void **state)
{
	struct load *load = load_of_nothing();

	(void)state;
	for (unsigned i = 0; i < LOAD_STRANGE_MAX; i++) {
		assert_null(load_judge_beat(load));
		fail_in(load, FAILURE_HTTP, "the ACS answers 404 Not Found");
		/* Nobody was there at all: no word about who answers. */
		fail_in(load, FAILURE_TCP, "Connection refused");
	}
	assert_string_equal(load_judge_beat(load),
	    "no Inform was answered as an ACS does it "
	    "(HTTP: the ACS answers 404 Not Found)");
	free_load(load);
}

static void test_an_acs_may_fail_as_often_as_it_likes(void **state)
{
	struct load *load = load_of_nothing();
	const struct cpe_sight inform = { .stage = CPE_STAGE_RPC,
		.method = CWMP_INFORM,
		.booted = INT64_MAX };

	(void)state;
	load->observer.passed(load, &inform, 0);
	for (unsigned i = 0; i < 2 * LOAD_STRANGE_MAX; i++)
		fail_in(load, FAILURE_HTTP, "the ACS answers 500");
	load->now.number = 2 * LOAD_NOBODY_SECONDS;
	assert_null(load_judge_beat(load));
	free_load(load);
}

static void test_nobody_is_waited_for_ten_seconds(void **state)
{
	struct load *load = load_of_nothing();

	(void)state;
	fail_in(load, FAILURE_TCP, "127.0.0.1:7547: Connection refused");
	load->now.number = LOAD_NOBODY_SECONDS - 1;
	assert_null(load_judge_beat(load));
	load->now.number = LOAD_NOBODY_SECONDS;
	assert_string_equal(load_judge_beat(load),
	    "nobody answers at the URL of the ACS (TCP: Connection refused)");
	free_load(load);
}

static size_t count_hit(const struct load_storm *storm, uint64_t cpes)
{
	size_t n = 0;

	for (uint64_t i = 0; i < cpes; i++)
		n += load_storm_hits(storm, cpes, i);
	return n;
}

static void test_a_region_is_neighbours(void **state)
{
	const struct load_storm all = { .ppm = 1000000 };
	const struct load_storm middle = { .ppm = 300000, .first_ppm = 500000 };
	const struct load_storm none = { .ppm = 0 };
	const struct load_storm one = { .ppm = 1 };

	(void)state;
	assert_int_equal(count_hit(&all, 7), 7);
	assert_int_equal(count_hit(&middle, 10), 3);
	assert_false(load_storm_hits(&middle, 10, 4));
	assert_true(load_storm_hits(&middle, 10, 5));
	assert_true(load_storm_hits(&middle, 10, 7));
	assert_false(load_storm_hits(&middle, 10, 8));
	assert_int_equal(count_hit(&none, 1000), 0);
	assert_int_equal(count_hit(&one, 1000), 1); /* a share is never nobody */
}

/* Of what lies between two looks; what ran at the first one has ended since. */
static void test_the_account_of_the_acs_is_of_this_run(void **state)
{
	const struct load_count first = { true, "2026", 10, 2, 3, 5 };
	const struct load_count last = { true, "2026", 113, 6, 1, 12 };
	const struct load_count anew = { true, "2027", 113, 6, 1, 12 };
	const struct load_count unknown = { .is_known = false };
	struct tally_account account;

	(void)state;
	assert_null(load_account_of(&first, &last, &account));
	assert_string_equal(account.who, "ACS");
	assert_int_equal(account.completed, 99);
	assert_int_equal(account.failed, 4);
	assert_int_equal(account.shed, 7);
	assert_int_equal(account.open, 1);
	/* 114 in all, of which 13 had begun before; and those that were turned away. */
	assert_int_equal(account.sessions, 101 + 7);
	assert_string_equal(load_account_of(&unknown, &last, &account),
	    "it has not said what it had counted before the first session");
	assert_string_equal(load_account_of(&first, &unknown, &account),
	    "it does not say what it has counted any more");
	assert_string_equal(load_account_of(&first, &anew, &account),
	    "it was started anew, and knows nothing of what was before");
}

static struct load_storm campaign = { .kind = LOAD_STORM_FIRMWARE,
	.within = 10 * NS_PER_S,
	.first_ppm = 250000,
	.ppm = 500000,
	.lost_ppm = 100000,
	.parallel = 2 };

static struct load *load_of_a_campaign(struct load_file *file,
    const struct load_config *config)
{
	struct load *load = calloc(1, sizeof(*load));

	assert_non_null(load);
	*file = (struct load_file){ .cpes = 1000, .storms = &campaign, .n_storms = 1 };
	load->file = file;
	load->config = config;
	load->shards = 1;
	load->n_cpes = 1000;
	return load;
}

static void test_orders_are_given_to_a_region_by_their_times(void **state)
{
	static const struct load_config config = { .seed = 3 };
	struct load_file file;
	struct load *load = load_of_a_campaign(&file, &config);
	struct order_list list, again;
	unsigned n_lost = 0;

	(void)state;
	assert_int_equal(order_list_make(&list, load, &campaign, 5 * NS_PER_S), 0);
	assert_int_equal(order_list_make(&again, load, &campaign, 5 * NS_PER_S), 0);
	assert_int_equal(list.len, 500);
	for (size_t i = 0; i < list.len; i++) {
		assert_in_range(list.items[i].at, 250, 749);
		assert_in_range(list.items[i].due, 5 * NS_PER_S, 15 * NS_PER_S);
		assert_true(i == 0 || list.items[i - 1].due <= list.items[i].due);
		/* One seed has the same campaign twice. */
		assert_int_equal(list.items[i].at, again.items[i].at);
		assert_int_equal(list.items[i].is_lost, again.items[i].is_lost);
		n_lost += list.items[i].is_lost;
	}
	assert_in_range(n_lost, 25, 75);
	order_list_free(&list);
	order_list_free(&again);
	free(load);
}

static void test_so_many_orders_are_open_and_no_more(void **state)
{
	struct order items[4] = { { .due = 10 }, { .due = 10 }, { .due = 20 },
		{ .due = 30 } };
	struct order_list list = { .storm = &campaign, .items = items, .len = 4 };

	(void)state;
	assert_null(order_list_next(&list, 9));
	assert_ptr_equal(order_list_next(&list, 10), &items[0]);
	list.n_open = 1;
	assert_ptr_equal(order_list_next(&list, 10), &items[1]);
	list.n_open = 2;
	assert_null(order_list_next(&list, 30));
	list.n_open = 1;
	assert_ptr_equal(order_list_next(&list, 30), &items[2]);
	assert_ptr_equal(order_list_next(&list, 30), &items[3]);
	list.n_open = 0;
	assert_null(order_list_next(&list, 30));
}

/* Nobody has his own ACS killed from elsewhere. */
static void test_an_acs_is_restarted_in_labs_alone(void **state)
{
	struct load_storm storm = { .kind = LOAD_STORM_ACS_RESTART };
	const struct load_file file = { .bootstrap = true,
		.storms = &storm,
		.n_storms = 1 };
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(load_check_file(&file, &err), ERR_CONFIG);
	assert_non_null(strstr(err.text, "acs-restart outside of a lab"));
}

static void note_restart(void *user, clock_ns lasts)
{
	struct load *load = user;

	load->n_booted++;
	load->wait_timeout = lasts;
}

static void test_an_acs_is_gone_once_and_befalls_no_cpe(void **state)
{
	static const struct load_config config;
	const struct load_handlers handlers = { .acs_restart = note_restart };
	struct load_storm storm = { .kind = LOAD_STORM_ACS_RESTART,
		.at = 5,
		.lasts = 77 };
	const struct load_file file = { .cpes = 3, .storms = &storm, .n_storms = 1 };
	struct load load = { .file = &file,
		.config = &config,
		.handlers = &handlers,
		.user = &load,
		.n_cpes = 3,
		.shards = 1,
		.began = 100 };

	(void)state;
	assert_int_equal(load_storm_on(&load, 104), 105);
	assert_int_equal(load.n_booted, 0);
	assert_int_equal(load_storm_on(&load, 105), INT64_MAX);
	assert_int_equal(load.n_booted, 1);
	assert_int_equal(load.wait_timeout, 77);
	assert_int_equal(load.next_storm, 1);
}

/* Where all is well with the ACS, too: the run would be another one than the file's. */
static void test_a_storm_that_does_not_come_ends_the_run(void **state)
{
	static const struct load_file file = { .name = "" };
	struct load *load = load_of_nothing();
	auto_arena arena = ARENA_NULL;
	struct load_result result;

	(void)state;
	load->file = &file;
	load->is_acs = load->has_reached = true;
	load->tally.offered = load->tally.started = load->tally.completed = 1;
	assert_null(load_judge_beat(load));
	load->refused = "no storm";
	assert_string_equal(load_judge_beat(load), "no storm");
	assert_int_equal(load_result(load, &arena, &result), 0);
	assert_int_equal(result.verdict, VERDICT_INVALID);
	assert_string_equal(result.why[0], "not the run of the file: no storm");
	free_load(load);
}

/* What is said of the profile of a node of a lab; null: nothing. */
static void expect_node(const char *text, bool has_acs, const char *want)
{
	struct error err = ERROR_NULL;
	struct conf_doc *doc = NULL;
	struct load_file file;

	assert_int_equal(conf_parse("p", str_of(text), &doc, &err), 0);
	assert_int_equal(load_file_read(&file, doc, doc->root, false, &err), 0);
	if (want) {
		assert_int_equal(load_check_lab(&file, doc, has_acs, &err), ERR_CONFIG);
		assert_string_equal(err.text, want);
	} else if (load_check_lab(&file, doc, has_acs, &err) < 0) {
		fail_msg("%s: %s", text, err.text);
	}
	conf_free(doc);
}

static void expect_lab(const char *text, const char *want)
{
	expect_node(text, true, want);
}

/* What goes to an operator's door, or to the supervisor, finds nobody at a URL. */
static void test_a_strange_acs_has_no_storms_of_its_own(void **state)
{
	static const char *const storms[] = { "bootstrap", "power-cut", "uplink-cut",
		"acs-restart", "acs-store", "call-sweep", "firmware, file: x.img" };

	(void)state;
	expect_node("cpes: 1\nprobe: {cpes: 1}\n", true, NULL);
	expect_node("cpes: 1\nprobe: {cpes: 1}\n", false,
	    "p:2:8: error: a probe wants an ACS of this lab, which takes commands\n"
	    "    2 | probe: {cpes: 1}\n"
	    "      |        ^~~~~~~~~ a node of kind acs as the \"acs\" of the node");
	for (size_t i = 0; i < ARRAY_LEN(storms); i++) {
		const char *storm = storms[i];
		int n = (int)strcspn(storm, ",");
		char text[80], want[256], tail[41];

		memset(tail, '~', sizeof(tail));
		(void)snprintf(text, sizeof(text), "cpes: 1\nstorms: [{kind: %s}]\n",
		    storm);
		(void)snprintf(want, sizeof(want),
		    "p:2:9: error: a storm of kind %.*s wants an ACS of this lab\n"
		    "    2 | storms: [{kind: %s}]\n"
		    "      |         ^%.*s a node of kind acs as the \"acs\" of the node",
		    n, storm, storm, (int)strlen(storm) + 9, tail);
		expect_node(text, true, NULL);
		expect_node(text, false, i >= 3 ? want : NULL);
	}
}

/* An ACS hears it in each Inform, whose ever it is. */
static void test_a_mix_says_what_it_is_meant_to_be(void **state)
{
	(void)state;
	expect_node("cpes: 1\nmix: [{weight: 1, policy: gold}]\n", true, NULL);
	expect_node("cpes: 1\nmix: [{weight: 1, policy: gold}]\n", false, NULL);
}

static void test_an_acs_that_is_gone_is_not_restarted(void **state)
{
	(void)state;
	expect_lab("cpes: 1\nstorms: [{kind: acs-restart, at: 3s}, "
		   "{kind: acs-restart, at: 1s, for: 1s}]\n",
	    NULL);
	expect_lab("cpes: 1\nstorms: [{kind: acs-restart, at: 3s}, "
		   "{kind: acs-restart, at: 1s, for: 2s}]\n",
	    "p:2:9: error: an acs-restart comes while the ACS is still gone\n"
	    "    2 | storms: [{kind: acs-restart, at: 3s}, {kind: acs-restart, at: 1s, for: 2s}]\n"
	    "      |         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ a later \"at\"");
}

/* The lab says where and whom, and waits for the end. */
static void test_a_lab_knows_better_than_a_profile(void **state)
{
	(void)state;
	expect_lab("cpes: 1\n", NULL);
	expect_lab("cpes: 1\narrival: {ramp: 1s}\n", NULL);
	expect_lab("cpes: 1\narrival: {rate: 1/s}\nduration: 1s\n", NULL);
	expect_lab("cpes: 1\narrival: {rate: 1/s, limit: 1}\n", NULL);
	expect_lab("cpes: 1\narrival: {stages: [{for: 1s, rate: 1/s}]}\n", NULL);
	expect_lab("cpes: 1\narrival: {rate: 1/s}\n",
	    "p:2:10: error: the load test has no end, for which its lab waits\n"
	    "    2 | arrival: {rate: 1/s}\n"
	    "      |          ^~~~~~~~~~~ duration: 60s");
	expect_lab("cpes: 1\nacs: {url: http://x/}\n",
	    "p:2:6: error: \"acs\" is not for a load test of a lab\n"
	    "    2 | acs: {url: http://x/}\n"
	    "      |      ^~~~~~~~~~~~~~~~ the \"acs\" of the node in the topology");
	expect_lab("cpes: 1\nsources: 10.0.0.0/8\n",
	    "p:2:10: error: \"sources\" is not for a load test of a lab\n"
	    "    2 | sources: 10.0.0.0/8\n"
	    "      |          ^~~~~~~~~~ the \"sources\" of the node in the topology");
	expect_lab("cpes: 2\nshard: 1/2\n",
	    "p:2:8: error: \"shard\" is not for a load test of a lab\n"
	    "    2 | shard: 1/2\n"
	    "      |        ^~~ nodes with files of their own, and serials that differ");
	expect_lab("cpes: 1\nrepeat: 2\n",
	    "p:2:9: error: \"repeat\" is not for a load test of a lab\n"
	    "    2 | repeat: 2\n"
	    "      |         ^ \"cwmplab run\" again");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reasons_are_without_what_is_of_one_cpe),
		cmocka_unit_test(test_a_long_reason_is_cut_at_the_bound),
		cmocka_unit_test(test_a_region_is_neighbours),
		cmocka_unit_test(test_the_account_of_the_acs_is_of_this_run),
		cmocka_unit_test(test_phases_that_are_spread_are_no_news),
		cmocka_unit_test(test_whoever_answers_no_inform_ends_the_run),
		cmocka_unit_test(test_an_acs_may_fail_as_often_as_it_likes),
		cmocka_unit_test(test_nobody_is_waited_for_ten_seconds),
		cmocka_unit_test(test_a_lab_knows_better_than_a_profile),
		cmocka_unit_test(test_orders_are_given_to_a_region_by_their_times),
		cmocka_unit_test(test_so_many_orders_are_open_and_no_more),
		cmocka_unit_test(test_an_acs_is_restarted_in_labs_alone),
		cmocka_unit_test(test_an_acs_is_gone_once_and_befalls_no_cpe),
		cmocka_unit_test(test_a_storm_that_does_not_come_ends_the_run),
		cmocka_unit_test(test_a_mix_says_what_it_is_meant_to_be),
		cmocka_unit_test(test_an_acs_that_is_gone_is_not_restarted),
		cmocka_unit_test(test_a_strange_acs_has_no_storms_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
