/* What a direction does with packets: figures computed by hand, and those of chance within
 * intervals of 99 %, with seeds that are fixed. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/link/direction.h"
#include "lib/link/impair_text.h"

#include <math.h>
#include <string.h>

enum {
	PACKETS = 10000,
	BYTES = 1500
};

static int16_t tables[IMPAIR_DISTRIBUTIONS][JITTER_TABLE_LEN];
static const int16_t *const table_of[IMPAIR_DISTRIBUTIONS] = {
	[IMPAIR_NORMAL] = tables[IMPAIR_NORMAL],
	[IMPAIR_PARETO] = tables[IMPAIR_PARETO],
};

static void set(struct direction *direction, const char *text)
{
	struct impair_change change = { 0 };
	struct impair_link link = { 0 };
	struct error err = ERROR_NULL;

	assert_int_equal(impair_read(str_of(text), &change, NULL, &err), 0);
	impair_apply(&link, &change);
	assert_null(impair_conflict(&link.way[0]));
	assert_int_equal(direction_set(direction, &link.way[0], table_of), 0);
}

static struct direction make(const char *text)
{
	struct direction direction;

	direction_init(&direction, rng_make(15, 1));
	set(&direction, text);
	return direction;
}

static struct fate take(struct direction *direction, clock_ns now, uint64_t bytes)
{
	struct fate fate;

	direction_take(direction, now, bytes, &fate);
	return fate;
}

/* Comes at now and goes at then. */
static void assert_goes(struct direction *direction, clock_ns now, uint64_t bytes,
    clock_ns then)
{
	struct fate fate = take(direction, now, bytes);

	assert_int_equal(fate.n, 1);
	assert_int_equal(fate.drop, DIRECTION_PASSED);
	assert_int_equal(fate.departures[0].at, then);
}

static void assert_dropped(struct direction *direction, clock_ns now, uint64_t bytes,
    enum direction_drop why)
{
	struct fate fate = take(direction, now, bytes);

	assert_int_equal(fate.n, 0);
	assert_int_equal(fate.drop, why);
}

/* n of PACKETS are as likely as share says: within 2.576 deviations of the binomial. */
static void assert_share(uint64_t n, double share)
{
	double mean = PACKETS * share;
	double bound = 2.576 * sqrt(PACKETS * share * (1 - share));

	if (fabs((double)n - mean) > bound)
		fail_msg("%llu of %d, %.0f +- %.0f due", (unsigned long long)n, PACKETS,
		    mean, bound);
}

static void test_a_plain_cable_passes_everything_at_once(void **state)
{
	struct direction direction = make("");

	(void)state;
	assert_goes(&direction, 0, 60, 0);
	assert_goes(&direction, 7, 65550, 7);
	direction_free(&direction);
}

static void test_a_delay_is_added_to_the_moment_of_coming(void **state)
{
	struct direction direction = make("delay=50ms");

	(void)state;
	assert_goes(&direction, 3, BYTES, 50 * NS_PER_MS + 3);
	assert_goes(&direction, 4, BYTES, 50 * NS_PER_MS + 4);
	direction_free(&direction);
}

static void test_a_link_that_is_down_passes_nothing_until_it_is_up(void **state)
{
	struct direction direction = make("down");

	(void)state;
	assert_dropped(&direction, 0, 60, DIRECTION_DOWN);
	set(&direction, "up");
	assert_goes(&direction, 1, 60, 1);
	assert_int_equal(direction.counts.dropped[DIRECTION_DOWN], 1);
	direction_free(&direction);
}

static void test_a_packet_longer_than_the_mtu_is_lost(void **state)
{
	struct direction direction = make("mtu=1492");

	(void)state;
	assert_goes(&direction, 0, 1492 + 14, 0);
	assert_dropped(&direction, 0, 1492 + 15, DIRECTION_MTU);
	direction_free(&direction);
}

/* 1,500 bytes take 12 ms at 1 Mbit/s; the bucket of 1,600 holds 12.8 ms. */
static void test_a_rate_spaces_packets_once_the_bucket_is_empty(void **state)
{
	struct direction direction = make("rate=1mbit delay=1ms");

	(void)state;
	assert_goes(&direction, 0, BYTES, 1 * NS_PER_MS);
	assert_goes(&direction, 0, BYTES, 12200 * NS_PER_US);
	assert_goes(&direction, 0, BYTES, 24200 * NS_PER_US);
	assert_int_equal(direction_waiting(&direction, 0), 2);
	assert_int_equal(direction_waiting(&direction, 11200 * NS_PER_US - 1), 2);
	assert_int_equal(direction_waiting(&direction, 11200 * NS_PER_US), 1);
	/* After a rest the bucket is full, and no fuller. */
	assert_goes(&direction, NS_PER_S, BYTES, 1001 * NS_PER_MS);
	assert_goes(&direction, NS_PER_S, BYTES, NS_PER_S + 12200 * NS_PER_US);
	direction_free(&direction);
}

/* 1 ms of 100 Mbit/s are 12,500 bytes, and one more takes 80 ns. */
static void test_a_fast_line_has_a_bucket_of_a_millisecond(void **state)
{
	struct direction direction = make("rate=100mbit");

	(void)state;
	assert_goes(&direction, 0, 12500, 0);
	assert_goes(&direction, 0, 1, 80);
	set(&direction, "rate=100mbit bucket=1600");
	assert_goes(&direction, 1, 1600, 1);
	assert_goes(&direction, 1, 1, 81);
	direction_free(&direction);
}

/* At 8 kbit/s a byte takes 1 ms, at 8 Mbit/s 1 us. */
static void test_another_rate_counts_from_the_next_packet_on(void **state)
{
	struct direction direction = make("rate=8kbit");

	(void)state;
	assert_goes(&direction, 0, BYTES, 0);
	assert_goes(&direction, 0, BYTES, 1400 * NS_PER_MS);
	set(&direction, "rate=8mbit");
	assert_goes(&direction, 1, BYTES, 1);
	assert_goes(&direction, 1, BYTES, 1 + 1400 * NS_PER_US);
	direction_free(&direction);
}

/* The same of a delay, where a rate keeps the order. */
static void test_another_delay_counts_from_the_next_packet_on(void **state)
{
	struct direction direction = make("delay=60s rate=1gbit");

	(void)state;
	assert_goes(&direction, 0, BYTES, 60 * NS_PER_S);
	set(&direction, "delay=1ms rate=1gbit");
	assert_goes(&direction, 1, BYTES, 1 + NS_PER_MS);
	direction_free(&direction);
}

static void test_a_queue_is_as_long_as_it_may_be_and_no_longer(void **state)
{
	struct direction direction = make("rate=1mbit queue=2");

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(take(&direction, 0, BYTES).n, 1);
	assert_dropped(&direction, 0, BYTES, DIRECTION_QUEUE);
	/* The first of the two that wait goes at 11.2 ms, and its place is free then. */
	assert_dropped(&direction, 11200 * NS_PER_US - 1, BYTES, DIRECTION_QUEUE);
	assert_goes(&direction, 11200 * NS_PER_US, BYTES, 35200 * NS_PER_US);
	assert_int_equal(direction.counts.dropped[DIRECTION_QUEUE], 2);
	direction_free(&direction);
}

static void test_a_queue_holds_as_many_bytes_as_it_may_and_no_more(void **state)
{
	struct direction direction = make("rate=1mbit queue-bytes=1600");

	(void)state;
	assert_int_equal(take(&direction, 0, BYTES).n, 1); /* goes at once */
	assert_int_equal(take(&direction, 0, BYTES).n, 1); /* waits */
	assert_dropped(&direction, 0, 101, DIRECTION_QUEUE);
	assert_int_equal(take(&direction, 0, 100).n, 1); /* 1,600 wait */
	assert_dropped(&direction, 0, 60, DIRECTION_QUEUE);
	direction_free(&direction);
}

static void test_a_bucket_lets_as_much_go_at_once_as_it_holds(void **state)
{
	struct direction direction = make("rate=1mbit bucket=3kb");

	(void)state;
	assert_goes(&direction, 0, BYTES, 0);
	assert_goes(&direction, 0, BYTES, 0);
	/* One byte is missing: 8 us. */
	assert_goes(&direction, 0, 1, 8 * NS_PER_US);
	/* A packet of more than the bucket waits for the rest of it. */
	assert_goes(&direction, NS_PER_S, 4000, NS_PER_S + 8 * NS_PER_MS);
	direction_free(&direction);
}

/* A division that rounds each time would give another rate: 64 bytes take 51.2 ns. */
static void test_a_rate_is_exact_in_the_long_run(void **state)
{
	struct bucket bucket = bucket_make(UINT64_C(10000000000), 64);
	clock_ns last = 0;

	(void)state;
	for (int i = 0; i < 1000001; i++)
		last = bucket_take(&bucket, 0, 64);
	assert_in_range(last, 51200000, 51200001); /* its depth is 51 ns */
}

static void test_losses_are_as_many_as_asked_for(void **state)
{
	static const struct {
		const char *text;
		double share;
	} rows[] = { { "loss=1%", 0.01 }, { "loss=5%", 0.05 }, { "loss=20%", 0.2 },
		{ "loss=100%", 1 }, { "", 0 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct direction direction = make(rows[i].text);

		for (int k = 0; k < PACKETS; k++)
			(void)take(&direction, k, BYTES);
		assert_share(direction.counts.dropped[DIRECTION_LOSS], rows[i].share);
		assert_int_equal(direction.counts.out +
				     direction.counts.dropped[DIRECTION_LOSS],
		    PACKETS);
		direction_free(&direction);
	}
}

/* Bursts of a chain have lengths of 1/leave in the mean, with a deviation of sqrt(1-leave)/leave;
 * their number is that of the packets times enter * leave / (enter + leave). */
static void test_bursts_are_as_long_as_the_chain_says(void **state)
{
	struct direction direction = make("gilbert=2%/25%");
	unsigned n_bursts = 0, lost = 0;
	bool was_lost = false;
	double mean, bound;

	(void)state;
	for (int k = 0; k < 10 * PACKETS; k++) {
		bool is_lost = take(&direction, k, BYTES).n == 0;

		n_bursts += is_lost && !was_lost;
		lost += is_lost;
		was_lost = is_lost;
	}
	mean = (double)lost / n_bursts;
	bound = 2.576 * sqrt(0.75) / 0.25 / sqrt(n_bursts);
	assert_true(fabs(mean - 4.0) < bound);
	/* 100,000 * 0.02 * 0.25 / 0.27 = 1,852 */
	assert_in_range(n_bursts, 1740, 1960);
	direction_free(&direction);
}

static void test_duplicates_are_counted_and_go_each_its_own_way(void **state)
{
	struct direction direction = make("duplicate=5%");
	uint64_t n = 0;

	(void)state;
	for (int k = 0; k < PACKETS; k++)
		n += take(&direction, k, BYTES).n;
	assert_share(direction.counts.duplicated, 0.05);
	assert_int_equal(n, PACKETS + direction.counts.duplicated);
	direction_free(&direction);
	direction = make("duplicate=100% loss=100%");
	assert_int_equal(take(&direction, 0, BYTES).n, 1); /* as netem has it */
	direction_free(&direction);
	direction = make("duplicate=100% rate=1mbit");
	{
		struct fate fate = take(&direction, 0, BYTES);

		assert_int_equal(fate.n, 2);
		assert_int_equal(fate.departures[0].at, 0);
		assert_int_equal(fate.departures[1].at, 11200 * NS_PER_US);
	}
	direction_free(&direction);
}

static void test_what_is_reordered_goes_without_the_delay(void **state)
{
	struct direction direction = make("delay=10ms reorder=25%");
	uint64_t early = 0;

	(void)state;
	for (int k = 0; k < PACKETS; k++) {
		clock_ns at = take(&direction, k, BYTES).departures[0].at;

		assert_true(at == k || at == k + 10 * NS_PER_MS);
		early += at == k;
	}
	assert_int_equal(early, direction.counts.reordered);
	assert_share(early, 0.25);
	direction_free(&direction);
}

static void test_corrupted_packets_have_a_bit_to_turn(void **state)
{
	struct direction direction = make("corrupt=1%");
	uint64_t n = 0;

	(void)state;
	for (int k = 0; k < PACKETS; k++)
		n += take(&direction, k, BYTES).departures[0].is_corrupt;
	assert_share(n, 0.01);
	assert_int_equal(n, direction.counts.corrupted);
	direction_free(&direction);
}

struct spread {
	double mean, deviation;
	clock_ns least, most;
};

static struct spread spread_of(struct direction *direction)
{
	double sum = 0, squares = 0;
	struct spread spread = { .least = INT64_MAX };

	for (int k = 0; k < PACKETS; k++) {
		clock_ns delay = take(direction, k * NS_PER_S, BYTES).departures[0].at -
				 k * NS_PER_S;
		double ms = (double)delay / NS_PER_MS;

		sum += ms;
		squares += ms * ms;
		spread.least = MIN(spread.least, delay);
		spread.most = MAX(spread.most, delay);
	}
	spread.mean = sum / PACKETS;
	spread.deviation = sqrt(squares / PACKETS - spread.mean * spread.mean);
	return spread;
}

/* Uniform in 90 to 110 ms: 100 and 20 / sqrt(12); the others: 100 and the jitter itself, of which a
 * table cut at four deviations keeps all of the normal's and 0.737 of Pareto's: with the cut at
 * c = 3/2 + 4 * sqrt(3/4) the mean is 3/2 - 1/(2c^2) and the mean square 3 - 2/c. */
static void test_jitter_is_of_its_distribution(void **state)
{
	static const struct {
		const char *text;
		double deviation, off;
		clock_ns least, most;
	} rows[] = {
		{ "delay=100ms jitter=10ms", 5.7735, 0.02, 90 * NS_PER_MS,
		    110 * NS_PER_MS },
		{ "delay=100ms jitter=10ms distribution=normal", 10, 0.02,
		    60 * NS_PER_MS, 140 * NS_PER_MS },
		{ "delay=100ms jitter=10ms distribution=pareto", 7.37, 0.05,
		    94 * NS_PER_MS, 140 * NS_PER_MS },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct direction direction = make(rows[i].text);
		struct spread spread = spread_of(&direction);

		assert_true(fabs(spread.mean - 100) < 0.8);
		assert_true(
		    fabs(spread.deviation / rows[i].deviation - 1) < rows[i].off);
		assert_true(spread.least >= rows[i].least);
		assert_true(spread.most <= rows[i].most);
		direction_free(&direction);
	}
}

static void test_tables_are_of_their_distribution(void **state)
{
	static int16_t uniform[JITTER_TABLE_LEN];

	(void)state;
	jitter_table(IMPAIR_UNIFORM, uniform);
	/* -1 + 1/4096 and 1/4096 of a unit; the median of a normal one; its 84.13 % is at 1. */
	assert_int_equal(uniform[0], -8190);
	assert_int_equal(uniform[JITTER_TABLE_LEN / 2], 2);
	assert_int_equal(uniform[JITTER_TABLE_LEN - 1], 8190);
	assert_in_range(tables[IMPAIR_NORMAL][JITTER_TABLE_LEN / 2], 0, 5);
	assert_in_range(tables[IMPAIR_NORMAL][3446], JITTER_UNIT - 10,
	    JITTER_UNIT + 10);
	/* 1 - 1.5 of sqrt(3/4) at the least; cut at the most. */
	assert_in_range(tables[IMPAIR_PARETO][0] + JITTER_UNIT, 3462, 3466);
	assert_int_equal(tables[IMPAIR_PARETO][JITTER_TABLE_LEN - 1], INT16_MAX);
	for (int i = 1; i < JITTER_TABLE_LEN; i++) {
		assert_true(tables[IMPAIR_NORMAL][i] >= tables[IMPAIR_NORMAL][i - 1]);
		assert_true(tables[IMPAIR_PARETO][i] >= tables[IMPAIR_PARETO][i - 1]);
	}
}

static void test_packets_keep_their_order_where_there_is_a_rate(void **state)
{
	struct direction direction =
	    make("delay=10ms jitter=10ms rate=1gbit queue=100000");
	clock_ns last = 0;

	(void)state;
	for (int k = 0; k < PACKETS; k++) {
		clock_ns at = take(&direction, k * 10 * NS_PER_US, 60).departures[0].at;

		assert_true(at >= last);
		last = at;
	}
	direction_free(&direction);
}

static void test_the_same_seed_gives_the_same_fates(void **state)
{
	static const char text[] =
	    "delay=5ms jitter=1ms loss=10% duplicate=5% corrupt=5%";
	struct direction a = make(text), b = make(text);

	(void)state;
	for (int k = 0; k < PACKETS; k++) {
		struct fate x = take(&a, k, BYTES), y = take(&b, k, BYTES);

		assert_int_equal(x.n, y.n);
		for (unsigned i = 0; i < x.n; i++)
			assert_int_equal(x.departures[i].at, y.departures[i].at);
	}
	assert_memory_equal(&a.counts, &b.counts, sizeof(a.counts));
	direction_free(&a);
	direction_free(&b);
}

static void test_all_packets_are_accounted_for(void **state)
{
	struct direction direction =
	    make("loss=10% duplicate=20% rate=10mbit queue=3 mtu=1400");
	uint64_t gone = 0;

	(void)state;
	for (int k = 0; k < PACKETS; k++)
		(void)take(&direction, k * 400 * NS_PER_US, k % 3 ? 600 : 1500);
	for (int i = 0; i < DIRECTION_DROPS; i++)
		gone += direction.counts.dropped[i];
	assert_true(direction.counts.dropped[DIRECTION_QUEUE] > 0);
	assert_int_equal(direction.counts.in + direction.counts.duplicated,
	    direction.counts.out + gone);
	direction_free(&direction);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_plain_cable_passes_everything_at_once),
		cmocka_unit_test(test_a_delay_is_added_to_the_moment_of_coming),
		cmocka_unit_test(
		    test_a_link_that_is_down_passes_nothing_until_it_is_up),
		cmocka_unit_test(test_a_packet_longer_than_the_mtu_is_lost),
		cmocka_unit_test(test_a_rate_spaces_packets_once_the_bucket_is_empty),
		cmocka_unit_test(test_a_fast_line_has_a_bucket_of_a_millisecond),
		cmocka_unit_test(test_another_rate_counts_from_the_next_packet_on),
		cmocka_unit_test(test_another_delay_counts_from_the_next_packet_on),
		cmocka_unit_test(test_a_queue_is_as_long_as_it_may_be_and_no_longer),
		cmocka_unit_test(
		    test_a_queue_holds_as_many_bytes_as_it_may_and_no_more),
		cmocka_unit_test(test_a_bucket_lets_as_much_go_at_once_as_it_holds),
		cmocka_unit_test(test_a_rate_is_exact_in_the_long_run),
		cmocka_unit_test(test_losses_are_as_many_as_asked_for),
		cmocka_unit_test(test_bursts_are_as_long_as_the_chain_says),
		cmocka_unit_test(test_duplicates_are_counted_and_go_each_its_own_way),
		cmocka_unit_test(test_what_is_reordered_goes_without_the_delay),
		cmocka_unit_test(test_corrupted_packets_have_a_bit_to_turn),
		cmocka_unit_test(test_jitter_is_of_its_distribution),
		cmocka_unit_test(test_tables_are_of_their_distribution),
		cmocka_unit_test(test_packets_keep_their_order_where_there_is_a_rate),
		cmocka_unit_test(test_the_same_seed_gives_the_same_fates),
		cmocka_unit_test(test_all_packets_are_accounted_for),
	};

	jitter_table(IMPAIR_NORMAL, tables[IMPAIR_NORMAL]);
	jitter_table(IMPAIR_PARETO, tables[IMPAIR_PARETO]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
