/* Thresholds: how they are written, where mistakes stand, what holds. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/load/threshold.h"

#include <stdlib.h>
#include <string.h>

/* 1,000 sessions: 990 complete after 100 ms (50 ms of service), nine fail, one is shed. */
static struct tally *thousand(void)
{
	struct tally *tally = calloc(1, sizeof(*tally));

	assert_non_null(tally);
	for (int i = 0; i < 1000; i++) {
		tally_offer(tally, false);
		tally_start(tally, 10);
		if (i < 990)
			tally_complete(tally, 100000, 50000);
		else if (i < 999)
			tally_fail(tally, TALLY_LAYER_TLS, "alert");
		else
			tally_shed(tally, 5);
	}
	return tally;
}

struct row {
	const char *text;
	bool holds;
	const char *told;
};

static const struct row rows[] = {
	{ "session.p99<500ms", true, "session.p99 is 100.000 ms, as wanted (<500ms)" },
	{ "session.p99 < 100ms", false, "session.p99 is 100.000 ms, not < 100ms" },
	{ "session.max<=100ms", true,
	    "session.max is 100.000 ms, as wanted (<=100ms)" },
	{ "session.max<100ms", false, "session.max is 100.000 ms, not <100ms" },
	{ "session.max==0.1s", true, "session.max is 100.000 ms, as wanted (==0.1s)" },
	{ "latency.session.min>99999us", true,
	    "latency.session.min is 100.000 ms, as wanted (>99999us)" },
	{ "service.session.mean<0.05s", false,
	    "service.session.mean is 50.000 ms, not <0.05s" },
	{ "service.SESSION.p9999<=1h", true,
	    "service.SESSION.p9999 is 50.000 ms, as wanted (<=1h)" },
	{ "Inform.p50<1s", false,
	    "Inform.p50 has no value: nothing was counted, not <1s" },
	{ "Inform.count>=0", true, "Inform.count is 0, as wanted (>=0)" },
	{ "session.count==990", true, "session.count is 990, as wanted (==990)" },
	{ "lateness.max<11us", true, "lateness.max is 0.010 ms, as wanted (<11us)" },
	{ "completed>=990", true, "completed is 990, as wanted (>=990)" },
	{ "completed>990", false, "completed is 990, not >990" },
	{ "failed<0.9%", false, "failed is 0.9000 %, not <0.9%" },
	{ "failed<=0.9%", true, "failed is 0.9000 %, as wanted (<=0.9%)" },
	{ "failed<0.9001%", true, "failed is 0.9000 %, as wanted (<0.9001%)" },
	{ "failed.tls<10", true, "failed.tls is 9, as wanted (<10)" },
	{ "failed.TCP==0", true, "failed.TCP is 0, as wanted (==0)" },
	{ "shed<1", false, "shed is 1, not <1" },
	{ "unaccounted==0", true, "unaccounted is 0, as wanted (==0)" },
	{ "skipped<=100%", true, "skipped is 0.0000 %, as wanted (<=100%)" },
	{ "rate>=100/s", true, "rate is 100.000/s, as wanted (>=100/s)" },
	{ "completed-rate>=99.001/s", false,
	    "completed-rate is 99.000/s, not >=99.001/s" },
	{ "  recovery<1m\t", false, "recovery has not come, not <1m" },
};

static void test_each_is_judged_and_told(void **state)
{
	struct tally *tally = thousand();
	const struct threshold_input input = { .tally = tally, .took_us = 10000000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		struct threshold threshold;
		struct threshold_result result;
		auto_buf told = BUF_NULL;

		assert_int_equal(threshold_parse(&threshold, str_of(rows[i].text),
				     &err),
		    0);
		result = threshold_judge(&threshold, &input);
		threshold_tell(&told, &result);
		assert_string_equal(buf_cstr(&told), rows[i].told);
		assert_int_equal(result.holds, rows[i].holds);
	}
	tally_free(tally);
	free(tally);
}

static void test_mistakes_have_a_column(void **state)
{
	static const struct {
		const char *text;
		size_t offset;
		const char *words;
	} mistakes[] = {
		{ "", 0, "threshold '': column 1: a metric is missing" },
		{ "sesion.p99<1s", 0,
		    "threshold 'sesion.p99<1s': column 1: no such metric; did you mean "
		    "\"session\"?" },
		{ "session<1s", 7,
		    "threshold 'session<1s': column 8: a phase needs what of it: .p99, "
		    ".mean, .max, .count" },
		{ "session.p100<1s", 8,
		    "threshold 'session.p100<1s': column 9: not one of p50, p90, p95, "
		    "p99, p999, p9999, min, mean, max, count" },
		{ "session.p99", 11,
		    "threshold 'session.p99': column 12: an operator is missing: < <= > "
		    ">= ==" },
		{ "session.p99=1s", 11,
		    "threshold 'session.p99=1s': column 12: an operator is missing: < <= "
		    "> >= ==" },
		{ "session.p99<500", 12,
		    "threshold 'session.p99<500': column 13: a time needs its unit: us, "
		    "ms, s, m or h" },
		{ "session.p99<500sec", 15,
		    "threshold 'session.p99<500sec': column 16: a time needs its unit: "
		    "us, ms, s, m or h" },
		{ "session.p99<", 12,
		    "threshold 'session.p99<': column 13: a number is missing" },
		{ "session.p99<-1s", 12,
		    "threshold 'session.p99<-1s': column 13: a number is missing" },
		{ "session.p99<1.0001s", 17,
		    "threshold 'session.p99<1.0001s': column 18: too many decimals" },
		{ "session.p99<99999999999999999999s", 12,
		    "threshold 'session.p99<99999999999999999999s': column 13: the value "
		    "is too large" },
		{ "failed<101%", 7,
		    "threshold 'failed<101%': column 8: a share is at most 100%" },
		{ "failed<1 x", 8,
		    "threshold 'failed<1 x': column 9: nothing may stand behind the "
		    "value" },
		{ "failed.ip<1", 7,
		    "threshold 'failed.ip<1': column 8: not one of the layers DHCP, DNS, "
		    "TCP, TLS, HTTP, SOAP, CWMP" },
		{ "service<1s", 7,
		    "threshold 'service<1s': column 8: a phase is missing: .session" },
		{ "service.lateness.p99<1s", 8,
		    "threshold 'service.lateness.p99<1s': column 9: lateness has "
		    "neither" },
		{ "session.count<10%", 16,
		    "threshold 'session.count<10%': column 17: nothing may stand behind "
		    "the value" },
		{ "rate<1/m", 6,
		    "threshold 'rate<1/m': column 7: nothing may stand behind the "
		    "value" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(mistakes); i++) {
		struct error err = ERROR_NULL;
		struct threshold threshold;

		assert_int_equal(threshold_parse(&threshold, str_of(mistakes[i].text),
				     &err),
		    ERR_MALFORMED);
		assert_string_equal(err.text, mistakes[i].words);
		assert_int_equal(err.offset, mistakes[i].offset);
	}
}

static void test_the_longest_and_one_more(void **state)
{
	struct error err = ERROR_NULL;
	struct threshold threshold;
	char text[THRESHOLD_TEXT_MAX + 2];

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text, "failed", 6);
	memcpy(text + THRESHOLD_TEXT_MAX - 3, "<1", 3);
	assert_int_equal(threshold_parse(&threshold, str_of(text), &err), 0);
	memset(text, ' ', sizeof(text));
	memcpy(text, "failed", 6);
	memcpy(text + THRESHOLD_TEXT_MAX - 2, "<1", 3);
	assert_int_equal(threshold_parse(&threshold, str_of(text), &err), ERR_LIMIT);
	assert_int_equal(threshold_parse(&threshold, str_make("failed\0<1", 9), &err),
	    ERR_MALFORMED);
}

static struct threshold_result judge(const char *text,
    const struct threshold_input *input, struct threshold *threshold)
{
	struct error err = ERROR_NULL;

	assert_int_equal(threshold_parse(threshold, str_of(text), &err), 0);
	return threshold_judge(threshold, input);
}

static void test_a_recovery_has_a_time(void **state)
{
	struct tally *tally = thousand();
	struct threshold_input input = { .tally = tally,
		.took_us = 1,
		.has_recovery = true,
		.recovery_us = 1000 };
	struct threshold threshold;

	(void)state;
	assert_true(judge("recovery<=1ms", &input, &threshold).holds);
	input.recovery_us = UINT64_MAX;
	assert_false(judge("recovery<=1ms", &input, &threshold).holds);
	tally_free(tally);
	free(tally);
}

static void test_only_upper_bounds_are_lost_for_good(void **state)
{
	struct tally *tally = thousand();
	const struct threshold_input input = { .tally = tally, .took_us = 10000000 };
	static const struct {
		const char *text;
		bool can;
	} cases[] = { { "failed<5", false }, { "failed<50", true },
		{ "failed<0.1%", true }, { "completed>5000", true },
		{ "session.max<1ms", false }, { "session.p99<1ms", true },
		{ "open<0", true } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct threshold threshold;
		struct threshold_result result =
		    judge(cases[i].text, &input, &threshold);

		assert_int_equal(threshold_can_recover(&result), cases[i].can);
	}
	tally_free(tally);
	free(tally);
}

static void test_a_share_of_nothing(void **state)
{
	struct tally *tally = calloc(1, sizeof(*tally));
	const struct threshold_input input = { .tally = tally };
	struct threshold threshold;

	(void)state;
	assert_non_null(tally);
	assert_true(judge("failed<1%", &input, &threshold).holds);
	assert_false(judge("failed>=0%", &input, &threshold).holds);
	assert_true(judge("failed<1", &input, &threshold).holds);
	assert_false(judge("rate>=0", &input, &threshold).holds);
	free(tally);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_is_judged_and_told),
		cmocka_unit_test(test_mistakes_have_a_column),
		cmocka_unit_test(test_the_longest_and_one_more),
		cmocka_unit_test(test_a_recovery_has_a_time),
		cmocka_unit_test(test_only_upper_bounds_are_lost_for_good),
		cmocka_unit_test(test_a_share_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
