/* Links in words: what is read, what is written, where mistakes stand; profiles; schedules. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/link/impair_text.h"
#include "lib/link/impair_value.h"
#include "lib/link/profile.h"
#include "lib/link/schedule.h"

#include <string.h>

static struct impair_link read_link(const char *text)
{
	struct impair_change change = { 0 };
	struct impair_link link = { 0 };
	struct error err = ERROR_NULL;

	if (impair_read(str_of(text), &change, NULL, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	impair_apply(&link, &change);
	return link;
}

static void assert_written(const struct impair_link *link, const char *expected)
{
	auto_buf out = BUF_NULL;

	impair_write(&out, link);
	assert_string_equal(buf_cstr(&out), expected);
}

/* A null second column: it is written as it was read. */
static const char *const texts[][2] = {
	{ "delay=50ms loss=2%", NULL },
	{ "", "plain" },
	{ "loss=1% plain", "plain" },
	{ "  delay=1us\t\n", "delay=1us" },
	{ "delay=1500ms", NULL },
	{ "delay=60s", "delay=1m" },
	{ "delay=10ms jitter=10ms", NULL },
	{ "delay=10ms jitter=2ms distribution=pareto", NULL },
	{ "loss=0.0001%", NULL },
	{ "loss=100%", NULL },
	{ "loss=0", "plain" },
	{ "loss=3.50%", "loss=3.5%" },
	{ "loss=3% burst=4", NULL },
	{ "gilbert=1%/25%", "gilbert=1%/25%/100%/0%" },
	{ "gilbert=1%/25%/50%/0.1%", NULL },
	{ "duplicate=1% corrupt=0.5%", NULL },
	{ "delay=1ms reorder=25%", NULL },
	{ "rate=10mbit", NULL },
	{ "rate=1.5mbit", "rate=1500kbit" },
	{ "rate=1000bit", "rate=1kbit" },
	{ "rate=100gbit", NULL },
	{ "rate=9600bit bucket=1600 queue=5 queue-bytes=64kb", NULL },
	{ "mtu=1492", NULL },
	{ "down", "state=down" },
	{ "down up", "plain" },
	{ "loss=1% loss=2%", "loss=2%" },
	{ "loss=1% reset delay=1s", "delay=1s" },
	{ "up.rate=1mbit down.rate=16mbit", NULL },
	{ "delay=5ms up.delay=6ms", "up.delay=6ms down.delay=5ms" },
	{ "delay=5ms down.loss=1%", NULL },
	{ "up.down", "up.state=down" },
	{ "profile=dsl reset", "plain" },
	{ "dsl reset", "plain" },
	{ "gpon up.plain down.plain mtu=1492", "mtu=1492" },
};

static void test_what_is_written_reads_back_to_the_same_link(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct impair_link link = read_link(texts[i][0]);
		const char *text = texts[i][1] ? texts[i][1] : texts[i][0];

		assert_written(&link, text);
		if (strcmp(text, "plain") != 0) {
			link = read_link(text);
			assert_written(&link, text);
		}
	}
}

struct mistake {
	const char *text;
	size_t at, len;
	const char *what, *hint;
};

static const struct mistake mistakes[] = {
	{ "delay", 0, 5, "\"delay\" has no value",
	    "KEY=VALUE, such as delay=50ms; or reset, up, down" },
	{ "delay=", 0, 6, "\"delay\" has no value", "" },
	{ "loss=1% dely=5ms", 8, 4, "\"dely\" is no key of a link",
	    "did you mean \"delay\"?" },
	{ "up.dely=5ms", 3, 4, "\"dely\" is no key of a link",
	    "did you mean \"delay\"?" },
	{ "delay=50", 6, 2, "\"50\" is no value for it",
	    "a whole number with its unit: us, ms, s, m, h" },
	{ "delay=61s", 6, 3, "\"61s\" is out of range", "1us to 1m" },
	{ "loss=101%", 5, 4, "\"101%\" is out of range", "0.0001% to 100%" },
	{ "loss=100.0001%", 5, 9, "\"100.0001%\" is out of range", "0.0001% to 100%" },
	{ "loss=2", 5, 1, "\"2\" is no share", "a percentage, such as 2% or 0.01%" },
	{ "loss=0.00001%", 5, 8, "\"0.00001%\" is no share",
	    "a percentage, such as 2% or 0.01%" },
	{ "loss=-1%", 5, 3, "\"-1%\" is no share",
	    "a percentage, such as 2% or 0.01%" },
	{ "rate=0bit", 5, 4, "\"0bit\" lets nothing through",
	    "rate=0 lifts the limit, down ends all" },
	{ "rate=999bit", 5, 6, "\"999bit\" is out of range", "1kbit to 100gbit" },
	{ "rate=100.000000001gbit", 5, 17, "\"100.000000001gbit\" is out of range",
	    "1kbit to 100gbit" },
	{ "rate=10", 5, 2, "\"10\" is no value for it",
	    "a number with its unit: bit, kbit, mbit, gbit (a second)" },
	{ "rate=1.5bit", 5, 6, "\"1.5bit\" is no value for it",
	    "a number with its unit: bit, kbit, mbit, gbit (a second)" },
	{ "rate=1.2.3mbit", 5, 9, "\"1.2.3mbit\" is no value for it",
	    "a number with its unit: bit, kbit, mbit, gbit (a second)" },
	{ "rate=1mbit bucket=1.5.kb", 18, 6, "\"1.5.kb\" is no value for it",
	    "a number of bytes, or one with kb or mb" },
	{ "rate=1mbit queue=100001", 17, 6, "\"100001\" is out of range",
	    "1 to 100000" },
	{ "mtu=67", 4, 2, "\"67\" is out of range", "68 to 65535" },
	{ "gilbert=1%", 8, 2, "\"1%\" never enters a burst, or never leaves it",
	    "ENTER/LEAVE[/BAD[/GOOD]], percentages, such as 1%/25%" },
	{ "gilbert=1%/x", 11, 1, "\"x\" is no share",
	    "ENTER/LEAVE[/BAD[/GOOD]], percentages, such as 1%/25%" },
	{ "gilbert=1%/2%/3%/4%/5%", 20, 2, "\"5%\" is no share",
	    "ENTER/LEAVE[/BAD[/GOOD]], percentages, such as 1%/25%" },
	{ "distribution=bell", 13, 4, "\"bell\" is none of them",
	    "one of: uniform normal pareto" },
	{ "loss=1% profile=lpe", 16, 3, "\"lpe\" is no profile",
	    "did you mean \"lte\"?" },
	{ "profile=cable-tv", 8, 8, "\"cable-tv\" is no profile",
	    "one of: dsl gpon lte satellite bad-line" },
};

static void test_a_mistake_says_what_where_and_what_to_write(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(mistakes); i++) {
		const struct mistake *m = &mistakes[i];
		struct impair_change change = { 0 };
		struct impair_mistake found = { 0 };
		struct error err = ERROR_NULL;

		assert_int_equal(impair_read(str_of(m->text), &change, &found, &err),
		    ERR_MALFORMED);
		assert_string_equal(err.text, m->what);
		assert_string_equal(found.hint, m->hint);
		assert_int_equal(found.at, m->at);
		assert_int_equal(found.len, m->len);
	}
}

static void test_a_text_is_as_long_as_the_limit_and_no_longer(void **state)
{
	char text[IMPAIR_TEXT_MAX + 2];
	struct impair_change change = { 0 };
	struct error err = ERROR_NULL;

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text, "loss=1%", 7);
	assert_int_equal(impair_read(str_make(text, IMPAIR_TEXT_MAX), &change, NULL,
			     &err),
	    0);
	assert_int_equal(impair_read(str_make(text, IMPAIR_TEXT_MAX + 1), &change, NULL,
			     &err),
	    ERR_LIMIT);
}

static const char *const conflicts[][2] = {
	{ "jitter=1ms", "up: jitter varies a delay, and there is none" },
	{ "delay=1ms down.jitter=1001us",
	    "down: a jitter over the delay has packets leave before they come" },
	{ "delay=1ms jitter=2ms distribution=normal", NULL },
	{ "delay=1ms jitter=1ms", NULL },
	{ "delay=1ms distribution=normal",
	    "up: a distribution is of jitter, and there is none" },
	{ "reorder=1%",
	    "up: reorder is by going without the delay, and there is none" },
	{ "gilbert=1%/2% loss=1%",
	    "up: gilbert says which packets are lost: loss and burst do not" },
	{ "burst=3", "up: burst is of lost packets, and there is no loss" },
	{ "queue=3",
	    "up: queue, queue-bytes and bucket are of a rate, and there is none" },
	{ "down", NULL },
};

static void test_values_that_do_not_go_together_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(conflicts); i++) {
		struct impair_link link = read_link(conflicts[i][0]);
		char text[160];
		const char *why = impair_link_conflict(&link, text, sizeof(text));

		if (conflicts[i][1])
			assert_string_equal(why, conflicts[i][1]);
		else
			assert_null(why);
	}
}

static void test_a_mean_burst_is_a_chain_with_the_same_loss(void **state)
{
	static const struct {
		const char *text;
		struct impair_gilbert chain;
		uint32_t loss;
	} rows[] = {
		{ "loss=2%", { 0, 0, 0, 0 }, 0 },
		{ "loss=2% burst=1", { 0, 0, 0, 0 }, 0 },
		/* 0.25 * 0.02 / 0.98 = 0.005102 */
		{ "loss=2% burst=4", { 5102, 250000, 1000000, 0 }, 20000 },
		{ "loss=50% burst=10", { 100000, 100000, 1000000, 0 }, 500000 },
		{ "loss=100% burst=10", { 1000000, 100000, 1000000, 0 }, 909091 },
		/* (0.01 * 0.5 + 0.25 * 0.001) / 0.26 = 0.020192 */
		{ "gilbert=1%/25%/50%/0.1%", { 10000, 250000, 500000, 1000 }, 20192 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct impair_link link = read_link(rows[i].text);
		struct impair_gilbert chain = impair_chain(&link.way[0]);

		assert_memory_equal(&chain, &rows[i].chain, sizeof(chain));
		assert_int_equal(impair_chain_loss(&chain), rows[i].loss);
	}
}

static void test_profiles_are_sound_and_may_be_changed_by_later_words(void **state)
{
	struct impair_link link;
	char why[160];
	size_t n = 0;

	(void)state;
	for (const struct impair_profile *p; (p = impair_profile(n)); n++) {
		auto_buf text = BUF_NULL;

		assert_null(impair_link_conflict(&p->link, why, sizeof(why)));
		assert_true(strlen(p->source) > 20);
		assert_ptr_equal(impair_profile_find(str_of(p->name)), p);
		impair_write(&text, &p->link);
		link = read_link(buf_cstr(&text));
		for (int way = 0; way < IMPAIR_WAYS; way++)
			assert_true(impair_is_same(&link.way[way], &p->link.way[way]));
	}
	assert_int_equal(n, 5);
	link = read_link("delay=1s up.profile=satellite up.loss=5%");
	assert_written(&link,
	    "up.delay=280ms up.jitter=10ms up.loss=5% up.rate=3mbit up.queue=500 "
	    "down.delay=1s");
}

static struct schedule_step step(clock_ns at, clock_ns length, const char *text)
{
	struct schedule_step step = { .at = at, .length = length };
	struct error err = ERROR_NULL;

	assert_int_equal(impair_read(str_of(text), &step.change, NULL, &err), 0);
	return step;
}

static void test_a_schedule_is_in_force_from_its_time_to_its_end(void **state)
{
	const struct schedule_step steps[] = {
		step(10 * NS_PER_S, 5 * NS_PER_S, "loss=20%"),
		step(12 * NS_PER_S, 1 * NS_PER_S, "down.loss=50% delay=9ms"),
		step(20 * NS_PER_S, INT64_MAX, "down"),
	};
	static const struct {
		clock_ns at, next;
		const char *text;
	} rows[] = {
		{ 0, 10 * NS_PER_S, "delay=1ms" },
		{ 10 * NS_PER_S - 1, 10 * NS_PER_S, "delay=1ms" },
		{ 10 * NS_PER_S, 12 * NS_PER_S, "delay=1ms loss=20%" },
		{ 12 * NS_PER_S, 13 * NS_PER_S, "delay=9ms up.loss=20% down.loss=50%" },
		{ 13 * NS_PER_S, 15 * NS_PER_S, "delay=1ms loss=20%" },
		{ 15 * NS_PER_S, 20 * NS_PER_S, "delay=1ms" },
		{ 20 * NS_PER_S, INT64_MAX, "delay=1ms state=down" },
	};
	const struct impair_link base = read_link("delay=1ms");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct impair_link link;
		clock_ns next;

		schedule_at(&base, steps, ARRAY_LEN(steps), rows[i].at, &link, &next);
		assert_written(&link, rows[i].text);
		assert_int_equal(next, rows[i].next);
	}
}

static void test_a_change_that_was_refused_is_tried_again_soon(void **state)
{
	const clock_ns now = 7 * NS_PER_S, again = now + SCHEDULE_AGAIN_MS * NS_PER_MS;

	(void)state;
	assert_int_equal(schedule_again(INT64_MAX, now), again);
	assert_int_equal(schedule_again(again + 1, now), again);
	assert_int_equal(schedule_again(again - 1, now), again - 1);
}

static void test_a_schedule_that_does_not_go_with_its_link_is_told(void **state)
{
	const struct schedule_step steps[] = {
		step(2 * NS_PER_S, NS_PER_S, "delay=0"),
		step(1 * NS_PER_S, NS_PER_S, "jitter=5ms"),
	};
	struct impair_link base = read_link("delay=10ms");
	clock_ns when;
	char why[160];

	(void)state;
	assert_null(schedule_conflict(&base, steps, 2, &when, why, sizeof(why)));
	base = read_link("delay=10ms down.jitter=2ms");
	assert_string_equal(schedule_conflict(&base, steps, 2, &when, why, sizeof(why)),
	    "down: jitter varies a delay, and there is none");
	assert_int_equal(when, 2 * NS_PER_S);
}

static void test_packets_overtake_where_delays_differ(void **state)
{
	static const char *const in_order[] = { "plain", "down", "delay=5ms", "loss=1%",
		"gilbert=1%/50%", "duplicate=1%", "corrupt=1%", "mtu=1400",
		"rate=1mbit queue=5 queue-bytes=5kb bucket=3kb" };
	static const char *const overtaken[] = { "delay=5ms jitter=1ms",
		"delay=5ms reorder=1%" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(in_order); i++) {
		struct impair_link link = read_link(in_order[i]);

		assert_true(impair_keeps_order(&link.way[IMPAIR_WAY_UP]));
	}
	for (size_t i = 0; i < ARRAY_LEN(overtaken); i++) {
		struct impair_link link = read_link(overtaken[i]);

		assert_false(impair_keeps_order(&link.way[IMPAIR_WAY_UP]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_written_reads_back_to_the_same_link),
		cmocka_unit_test(test_a_mistake_says_what_where_and_what_to_write),
		cmocka_unit_test(test_a_text_is_as_long_as_the_limit_and_no_longer),
		cmocka_unit_test(test_values_that_do_not_go_together_are_told),
		cmocka_unit_test(test_a_mean_burst_is_a_chain_with_the_same_loss),
		cmocka_unit_test(
		    test_profiles_are_sound_and_may_be_changed_by_later_words),
		cmocka_unit_test(test_a_schedule_is_in_force_from_its_time_to_its_end),
		cmocka_unit_test(test_a_change_that_was_refused_is_tried_again_soon),
		cmocka_unit_test(
		    test_a_schedule_that_does_not_go_with_its_link_is_told),
		cmocka_unit_test(test_packets_overtake_where_delays_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
