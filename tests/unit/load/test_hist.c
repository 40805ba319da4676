/* Histograms: bounds of buckets, percentiles, and lines that another implementation of the
 * format has written (hdr-histogram-js 3.0). */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/base/rng.h"
#include "lib/base/text.h"
#include "lib/load/hist.h"
#include "lib/load/hist_log.h"

/* 1, 2047, 2048, 2049, 4095, 4096, 1000000, 1000001, 59999999 and three times 500, three
 * digits, up to 3600000000. */
static const char other_small[] =
    "HISTFAAAADN4nJNpmSzMwMAAwowMDAzMDBAAYjNcm7yEAc5neszONlmCieU3PxPT/jqWzjgmALlNCEg=";
/* 5, 300, 70000 and 8000000 with two digits. */
static const char other_two_digits[] =
    "HISTFAAAAC54nJNpmSzMwMDAzcDAwMjAwMDEAAEgNoP1rFMMMD4n03wWpof8TFd5mQBzSQV8";

static void record(struct hist *hist, const uint64_t *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(hist_record(hist, values[i]), 0);
}

static void test_each_bucket_begins_behind_the_one_before(void **state)
{
	(void)state;
	for (size_t i = 0; i + 1 < HIST_COUNTS; i++) {
		uint64_t low = hist_index_low(i), high = hist_index_high(i);

		assert_true(low <= high);
		assert_int_equal(hist_index(low), i);
		assert_int_equal(hist_index(high), i);
		assert_int_equal(hist_index_low(i + 1), high + 1);
		/* Three digits: a bucket is at most a thousandth of its values wide. */
		assert_true((high - low) * 1000 <= low);
	}
	assert_true(hist_index(HIST_MAX_US) < HIST_COUNTS);
}

static void test_an_empty_histogram_has_no_values(void **state)
{
	struct hist hist = HIST_NULL;
	struct hist_bar bar;
	size_t at = 0;

	(void)state;
	assert_int_equal(hist_percentile(&hist, 99), 0);
	assert_int_equal(hist_mean(&hist), 0);
	assert_false(hist_next(&hist, &at, &bar));
	hist_reset(&hist);
	hist_free(&hist);
}

static void test_percentiles_are_those_of_the_other_implementation(void **state)
{
	static const uint64_t values[] = { 1, 2047, 2048, 2049, 4095, 4096, 1000000,
		1000001, 59999999, 500, 500, 500 };
	static const struct {
		double percent;
		uint64_t us;
	} rows[] = { { 0, 1 }, { 10, 500 }, { 25, 500 }, { 50, 2049 }, { 75, 4099 },
		{ 90, 1000447 }, { 95, 59999999 }, { 99.9, 59999999 },
		{ 100, 59999999 } };
	auto_hist hist = HIST_NULL;

	(void)state;
	record(&hist, values, ARRAY_LEN(values));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(hist_percentile(&hist, rows[i].percent), rows[i].us);
	assert_int_equal(hist.total, 12);
	assert_int_equal(hist_mean(&hist), 5167986);
	assert_int_equal(hist.min_us, 1);
}

static void test_percentiles_never_fall(void **state)
{
	auto_hist hist = HIST_NULL;
	struct rng rng = rng_make(7, 1);
	uint64_t before = 0;

	(void)state;
	for (int i = 0; i < 5000; i++)
		hist_record(&hist, rng_u64(&rng) >> rng_between(&rng, 30, 63));
	for (int i = 0; i <= 100000; i++) {
		uint64_t us = hist_percentile(&hist, i / 1000.0);

		assert_true(us >= before);
		before = us;
	}
	assert_int_equal(before, hist.max_us);
	assert_int_equal(hist_percentile(&hist, 101), hist.max_us);
	assert_int_equal(hist_percentile(&hist, -1), hist.min_us);
	assert_int_equal(hist_percentile(&hist, 0), hist.min_us);
}

static void test_ranks_are_rounded_up(void **state)
{
	auto_hist hist = HIST_NULL;

	(void)state;
	for (uint64_t i = 1; i <= 100; i++)
		hist_record(&hist, i);
	assert_int_equal(hist_percentile(&hist, 50), 50);
	assert_int_equal(hist_percentile(&hist, 99), 99);
	assert_int_equal(hist_percentile(&hist, 99.01), 100);
	assert_int_equal(hist_percentile(&hist, 0.001), 1);
}

static void test_values_beyond_an_hour_are_counted_as_that(void **state)
{
	auto_hist hist = HIST_NULL;

	(void)state;
	hist_record(&hist, HIST_MAX_US);
	assert_int_equal(hist.over, 0);
	hist_record(&hist, HIST_MAX_US + 1);
	hist_record(&hist, UINT64_MAX);
	assert_int_equal(hist.over, 2);
	assert_int_equal(hist.total, 3);
	assert_int_equal(hist.max_us, HIST_MAX_US);
	hist_reset(&hist);
	assert_int_equal(hist_percentile(&hist, 100), 0);
	hist_record(&hist, 0);
	assert_int_equal(hist_percentile(&hist, 100), 0);
	assert_int_equal(hist.total, 1);
}

static void test_shards_merge_into_what_one_process_would_have_counted(void **state)
{
	struct hist shards[2] = { HIST_NULL, HIST_NULL };
	auto_hist whole = HIST_NULL, merged = HIST_NULL;
	struct rng rng = rng_make(7, 2);

	(void)state;
	for (int i = 0; i < 1000; i++) {
		uint64_t us = rng_between(&rng, 0, 4000000000);

		hist_record(&whole, us);
		hist_record(&shards[i % 2], us);
	}
	hist_merge(&merged, &shards[0]);
	hist_merge(&merged, &shards[1]);
	assert_memory_equal(merged.counts, whole.counts,
	    HIST_COUNTS * sizeof(*whole.counts));
	assert_int_equal(merged.total, whole.total);
	assert_int_equal(merged.sum_us, whole.sum_us);
	assert_int_equal(merged.min_us, whole.min_us);
	assert_int_equal(merged.max_us, whole.max_us);
	assert_int_equal(merged.over, whole.over);
	hist_free(&shards[0]);
	hist_free(&shards[1]);
}

/* One wait of 2 s among 9,900 answers after 1 ms, each 10 ms: the other 199 that would have
 * begun meanwhile. */
static void test_waits_are_put_back_at_their_interval(void **state)
{
	auto_hist seen = HIST_NULL, corrected = HIST_NULL;

	(void)state;
	hist_record_n(&seen, 1000, 9900);
	hist_record(&seen, 2000000);
	hist_merge_corrected(&corrected, &seen, 10000);
	assert_int_equal(hist_percentile(&seen, 99), 1000);
	assert_int_equal(corrected.total, 10100);
	/* The upper ends of the buckets of 990,000 and of 1,900,000. */
	assert_int_equal(hist_percentile(&corrected, 99), 990207);
	assert_int_equal(hist_percentile(&corrected, 99.9), 1900543);
	assert_int_equal(hist_percentile(&corrected, 100), 2000000);
	assert_int_equal(corrected.min_us, 1000);
}

static void test_a_correction_at_every_microsecond_ends(void **state)
{
	auto_hist seen = HIST_NULL, corrected = HIST_NULL;

	(void)state;
	hist_record(&seen, HIST_MAX_US);
	hist_merge_corrected(&corrected, &seen, 1);
	assert_int_equal(corrected.total, HIST_MAX_US);
	assert_int_equal(corrected.min_us, 1);
	hist_reset(&corrected);
	hist_merge_corrected(&corrected, &seen, 0);
	assert_int_equal(corrected.total, 1);
	hist_reset(&corrected);
	hist_merge_corrected(&corrected, &seen, HIST_MAX_US);
	assert_int_equal(corrected.total, 1);
}

/* ---- the log ---------------------------------------------------------------------- */

static void test_the_other_implementation_is_read(void **state)
{
	auto_hist hist = HIST_NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(hist_decode(&hist, str_of(other_small), &err), 0);
	assert_int_equal(hist.total, 12);
	assert_int_equal(hist.min_us, 1);
	assert_int_equal(hist_percentile(&hist, 10), 500);
	assert_int_equal(hist_percentile(&hist, 90), 1000447);
	assert_int_equal(hist_percentile(&hist, 100), 60030975);
}

static void test_other_digits_are_read(void **state)
{
	auto_hist hist = HIST_NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(hist_decode(&hist, str_of(other_two_digits), &err), 0);
	assert_int_equal(hist.total, 4);
	assert_int_equal(hist.min_us, 5);
	/* Its bucket is 69632 to 70143; its middle falls into 69888 to 69951 here. */
	assert_in_range(hist_percentile(&hist, 75), 69632, 70143);
	assert_in_range(hist.max_us, 7995392, 8028159);
}

static void test_what_is_written_is_read(void **state)
{
	auto_hist hist = HIST_NULL, again = HIST_NULL;
	auto_buf payload = BUF_NULL;
	struct error err = ERROR_NULL;
	struct rng rng = rng_make(7, 3);

	(void)state;
	for (int i = 0; i < 3000; i++)
		hist_record_n(&hist, rng_u64(&rng) >> rng_between(&rng, 30, 63),
		    rng_between(&rng, 1, 300));
	hist_encode(&payload, &hist);
	assert_int_equal(payload.error, 0);
	assert_int_equal(hist_decode(&again, buf_str(&payload), &err), 0);
	assert_memory_equal(again.counts, hist.counts,
	    HIST_COUNTS * sizeof(*hist.counts));
	assert_int_equal(again.total, hist.total);
}

static void test_an_empty_one_is_written_and_read(void **state)
{
	struct hist hist = HIST_NULL, again = HIST_NULL;
	auto_buf payload = BUF_NULL;
	struct error err = ERROR_NULL;

	(void)state;
	hist_encode(&payload, &hist);
	assert_int_equal(hist_decode(&again, buf_str(&payload), &err), 0);
	assert_int_equal(again.total, 0);
	hist_free(&again);
}

/* Plain encodings, which are not deflated: head, counts. */
static void decode_fails(const char *hex, int code, const char *words)
{
	struct hist hist = HIST_NULL;
	auto_buf text = BUF_NULL;
	struct error err = ERROR_NULL;
	uint8_t bytes[128];
	int n = hex_parse(str_of(hex), bytes, sizeof(bytes));

	assert_true(n >= 0);
	base64_append(&text, bytes, (size_t)n);
	assert_int_equal(hist_decode(&hist, buf_str(&text), &err), code);
	assert_string_equal(err.text, words);
	assert_int_equal(hist.total, 0);
	assert_null(hist.counts);
}

static void test_wrong_payloads_are_told_with_their_place(void **state)
{
	(void)state;
	decode_fails("", ERR_MALFORMED, "histogram: byte 0: no histogram of V2");
	decode_fails("1c849301 00000000", ERR_MALFORMED,
	    "histogram: byte 0: no histogram of V2");
	decode_fails("1c849313 00000001 00000000 00000003", ERR_MALFORMED,
	    "histogram: byte 16: the head is cut off");
	decode_fails("1c849313 00000001 00000000 00000003 0000000000000001 "
		     "00000000d693a400 3ff0000000000000",
	    ERR_MALFORMED, "histogram: byte 4: the length of its counts is another");
	decode_fails("1c849313 00000001 00000000 00000006 0000000000000001 "
		     "00000000d693a400 3ff0000000000000 00",
	    ERR_MALFORMED, "histogram: byte 12: more than 5 digits");
	decode_fails("1c849313 00000001 00000000 00000003 0000000000000000 "
		     "00000000d693a400 3ff0000000000000 00",
	    ERR_MALFORMED, "histogram: byte 16: the lowest value is none");
	decode_fails("1c849313 00000001 00000000 00000003 0000000000000001 "
		     "00000000d693a400 3ff0000000000000 80",
	    ERR_MALFORMED, "histogram: byte 40: a count is cut off");
	/* A run of 2^23 zeros; 2^63 - 1 twice. */
	decode_fails("1c849313 00000004 00000000 00000003 0000000000000001 "
		     "00000000d693a400 3ff0000000000000 ffffff07",
	    ERR_MALFORMED, "histogram: byte 40: a run of zeros is too long");
	decode_fails("1c849313 00000012 00000000 00000003 0000000000000001 "
		     "00000000d693a400 3ff0000000000000 "
		     "feffffffffffffffff feffffffffffffffff",
	    ERR_LIMIT, "histogram: byte 49: counts add up to more than 2^63");
	decode_fails("1c849314 00000002 0000", ERR_MALFORMED,
	    "histogram: byte 8: no deflated data");
	decode_fails("1c849314 00000003 0000", ERR_MALFORMED,
	    "histogram: byte 4: the length of its data is another");
}

static void test_a_log_has_a_line_an_interval(void **state)
{
	auto_hist hist = HIST_NULL, again = HIST_NULL;
	auto_buf log = BUF_NULL;
	struct hist_log_line line;
	struct error err = ERROR_NULL;
	size_t at = 0;

	(void)state;
	hist_record(&hist, 2769);
	hist_log_begin(&log, "evening", INT64_C(1441812279474000000));
	hist_log_put(&log, "session", 127000000, 1007000000, &hist);
	hist_log_put(&log, "two words,", 0, NS_PER_S, &hist);
	hist_log_put(&log, NULL, 0, NS_PER_S, &hist);

	assert_non_null(strstr(buf_cstr(&log),
	    "#[Histogram log format version 1.3]\n#[evening; values are microseconds]\n"
	    "#[StartTime: 1441812279.474 (seconds since epoch), "
	    "2015-09-09T15:24:39.474Z]\n"
	    "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"HdrHistogram\"\n"
	    "Tag=session,0.127,1.007,2.769,HISTFAAAA"));
	assert_int_equal(hist_log_next(buf_str(&log), &at, &line, &err), 1);
	assert_string_equal(line.tag, "session");
	assert_int_equal(line.from, 127000000);
	assert_int_equal(line.length, 1007000000);
	assert_int_equal(hist_decode(&again, line.payload, &err), 0);
	assert_int_equal(hist_percentile(&again, 100), 2769);
	assert_int_equal(hist_log_next(buf_str(&log), &at, &line, &err), 1);
	assert_string_equal(line.tag, "two_words_");
	assert_int_equal(hist_log_next(buf_str(&log), &at, &line, &err), 1);
	assert_string_equal(line.tag, "");
	assert_int_equal(hist_log_next(buf_str(&log), &at, &line, &err), 0);
}

static void test_a_tag_may_be_empty_but_not_longer_than_its_room(void **state)
{
	struct hist_log_line line;
	struct error err = ERROR_NULL;
	auto_buf log = BUF_NULL;
	size_t at = 0;

	(void)state;
	buf_append_text(&log, "Tag=,1,2,3,x\nTag=");
	for (int i = 0; i < HIST_LOG_TAG_MAX - 1; i++)
		buf_append_char(&log, 't');
	buf_append_text(&log, ",1,2,3,x\nTag=");
	for (int i = 0; i < HIST_LOG_TAG_MAX; i++)
		buf_append_char(&log, 't');
	buf_append_text(&log, ",1,2,3,x\n");
	assert_int_equal(hist_log_next(buf_str(&log), &at, &line, &err), 1);
	assert_string_equal(line.tag, "");
	assert_int_equal(hist_log_next(buf_str(&log), &at, &line, &err), 1);
	assert_int_equal(strlen(line.tag), HIST_LOG_TAG_MAX - 1);
	assert_int_equal(hist_log_next(buf_str(&log), &at, &line, &err), ERR_MALFORMED);
}

static void test_a_wrong_line_of_a_log_is_told_by_its_number(void **state)
{
	static const char *const lines[] = { "x", "1,2", "1,2,3", "1,2,3,",
		"1.,2,x,HIST", "-1,2,3,HIST", "Tag=a", "1.0000000001,2,3,HIST" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct error err = ERROR_NULL;
		struct hist_log_line line;
		auto_buf log = BUF_NULL;
		size_t at = 0;

		buf_printf(&log, "#[x]\n\n%s\n", lines[i]);
		assert_int_equal(hist_log_next(buf_str(&log), &at, &line, &err),
		    ERR_MALFORMED);
		assert_string_equal(err.text,
		    "line 3: not \"[Tag=name,]start,length,max,payload\"");
		assert_int_equal(hist_log_next(buf_str(&log), &at, &line, &err), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_bucket_begins_behind_the_one_before),
		cmocka_unit_test(test_an_empty_histogram_has_no_values),
		cmocka_unit_test(
		    test_percentiles_are_those_of_the_other_implementation),
		cmocka_unit_test(test_percentiles_never_fall),
		cmocka_unit_test(test_ranks_are_rounded_up),
		cmocka_unit_test(test_values_beyond_an_hour_are_counted_as_that),
		cmocka_unit_test(
		    test_shards_merge_into_what_one_process_would_have_counted),
		cmocka_unit_test(test_waits_are_put_back_at_their_interval),
		cmocka_unit_test(test_a_correction_at_every_microsecond_ends),
		cmocka_unit_test(test_the_other_implementation_is_read),
		cmocka_unit_test(test_other_digits_are_read),
		cmocka_unit_test(test_what_is_written_is_read),
		cmocka_unit_test(test_an_empty_one_is_written_and_read),
		cmocka_unit_test(test_wrong_payloads_are_told_with_their_place),
		cmocka_unit_test(test_a_log_has_a_line_an_interval),
		cmocka_unit_test(test_a_tag_may_be_empty_but_not_longer_than_its_room),
		cmocka_unit_test(test_a_wrong_line_of_a_log_is_told_by_its_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
