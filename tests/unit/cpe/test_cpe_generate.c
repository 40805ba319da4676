/* agents/cpe/model/model_generate.c: values that are functions of key and time. */
#include "tests/unit/unit.h"

#include "agents/cpe/model/model_generate.h"
#include "lib/base/buf.h"
#include "lib/base/compiler.h"

#include <stdio.h>
#include <stdlib.h>

#define S NS_PER_S

static const char *states[] = { "Up", "Down", "Dormant" };

static const struct model_generator counter = { .kind = MODEL_COUNTER,
	.rate = 1000,
	.wrap = 32,
	.period = S };
static const struct model_generator drift = { .kind = MODEL_DRIFT,
	.from = -80,
	.to = -50,
	.period = 300 * S };
static const struct model_generator choice = { .kind = MODEL_ENUM,
	.period = 60 * S,
	.values = { states, 3 } };
static const struct model_generator flap = { .kind = MODEL_FLAP,
	.period = 600 * S,
	.lasts = 60 * S,
	.values = { states, 2 } };

static struct str at(const struct model_generator *generator, uint64_t key,
    clock_ns now, char text[MODEL_GENERATED_MAX])
{
	return model_generate(generator, key, &(struct model_time){ now, now }, text);
}

static long long number_at(const struct model_generator *generator, uint64_t key,
    clock_ns now)
{
	char text[MODEL_GENERATED_MAX];

	(void)at(generator, key, now, text);
	return strtoll(text, NULL, 10);
}

static void test_a_counter_goes_up_by_its_rate_and_wraps(void **state)
{
	static const struct model_generator rows[] = {
		{ .kind = MODEL_COUNTER, .rate = 1000, .wrap = 32, .period = S },
		{ .kind = MODEL_COUNTER, .rate = 1, .wrap = 32, .period = S },
		{ .kind = MODEL_COUNTER, .rate = 7, .wrap = 64, .period = 60 * S },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		long long before = 0;

		for (long long k = 0; k < 2000; k++) {
			clock_ns now = k * rows[i].period;
			long long n = number_at(&rows[i], 5, now);

			assert_true(n >= before);
			assert_true(n >= k * (long long)rows[i].rate);
			assert_true(n < (k + 1) * (long long)rows[i].rate);
			assert_int_equal(number_at(&rows[i], 5,
					     now + rows[i].period - 1),
			    n);
			before = n;
		}
	}
	/* 2^32 / 1000 seconds: the last of one round, and the first of the next */
	assert_true(number_at(&counter, 5, 4294966 * S) > 4294966000LL);
	assert_true(number_at(&counter, 5, 4294968 * S) < 2000);
}

static void test_a_counter_of_64_bits_does_not_wrap_at_32(void **state)
{
	struct model_generator wide = counter;

	(void)state;
	wide.wrap = 64;
	assert_true(number_at(&wide, 5, 4294968 * S) >= 4294968000LL);
}

static void test_a_drift_stays_within_and_moves_step_by_step(void **state)
{
	long long least = 0, most = -100, before = number_at(&drift, 9, 0);

	(void)state;
	for (clock_ns now = 0; now < 300 * 300 * S; now += S) {
		long long n = number_at(&drift, 9, now);

		assert_true(n >= -80 && n <= -50);
		/* the way between two goals is 30 at the most, in 300 steps */
		assert_true(n - before <= 1 && before - n <= 1);
		least = MIN(least, n);
		most = MAX(most, n);
		before = n;
	}
	assert_true(least <= -78 && most >= -52);
}

static void test_a_drift_of_the_widest_bounds_stays_within(void **state)
{
	struct model_generator wide = drift;

	(void)state;
	wide.to = (INT64_C(1) << MODEL_DRIFT_MAX_BITS) - 1;
	wide.from = -wide.to;
	for (clock_ns now = 0; now < 3000 * S; now += S) {
		long long n = number_at(&wide, 1, now);

		assert_true(n >= wide.from && n <= wide.to);
	}
	wide.from = wide.to = 7;
	assert_int_equal(number_at(&wide, 1, 12345 * S), 7);
}

static void test_an_enumeration_takes_each_value_for_a_period(void **state)
{
	unsigned seen[3] = { 0 };
	char text[MODEL_GENERATED_MAX];

	(void)state;
	for (int k = 0; k < 300; k++) {
		struct str begin = at(&choice, 3, k * choice.period, text);
		struct str end = at(&choice, 3, (k + 1) * choice.period - 1, text);

		assert_true(str_eq(begin, end));
		for (size_t i = 0; i < 3; i++)
			seen[i] += str_is(begin, states[i]);
	}
	assert_int_equal(seen[0] + seen[1] + seen[2], 300);
	assert_true(seen[0] > 60 && seen[1] > 60 && seen[2] > 60);
}

static void test_a_flap_comes_once_a_period_for_its_time(void **state)
{
	char text[MODEL_GENERATED_MAX];

	(void)state;
	for (int k = 0; k < 50; k++) {
		unsigned down = 0, edges = 0;
		bool before = false;

		for (int s = 0; s < 600; s++) {
			bool is_down =
			    str_is(at(&flap, 3, (k * 600 + s) * S, text), "Down");

			down += is_down;
			edges += s > 0 && is_down != before;
			before = is_down;
		}
		/* where it begins within a second, one of them is cut */
		assert_true(down >= 59 && down <= 61);
		assert_true(edges <= 2);
	}
}

static void test_keys_tell_seed_cpe_and_parameter_apart(void **state)
{
	static const struct {
		uint64_t seed, cpe;
		const char *path;
	} rows[] = {
		{ 1, 0, "Device.A" },
		{ 2, 0, "Device.A" },
		{ 1, 1, "Device.A" },
		{ 1, 0, "Device.B" },
	};
	uint64_t keys[ARRAY_LEN(rows)];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		keys[i] =
		    model_generate_key(rows[i].seed, rows[i].cpe, str_of(rows[i].path));
		assert_int_equal(model_generate_key(rows[i].seed, rows[i].cpe,
				     str_of(rows[i].path)),
		    keys[i]);
		for (size_t k = 0; k < i; k++) {
			assert_int_not_equal(keys[k], keys[i]);
			assert_int_not_equal(number_at(&counter, keys[k], 9999 * S),
			    number_at(&counter, keys[i], 9999 * S));
		}
	}
}

/* As long as it lasts it is the same, and the whole way is found by such steps. */
static void test_a_value_lasts_as_long_as_it_says(void **state)
{
	const struct model_generator *const all[] = { &counter, &drift, &choice,
		&flap };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		clock_ns now = 12345678901;

		for (int n = 0; n < 500; n++) {
			const struct model_time time = { now, now };
			clock_ns lasts = model_generate_lasts(all[i], 3, &time);
			char a[MODEL_GENERATED_MAX], b[MODEL_GENERATED_MAX];

			assert_true(lasts > 0);
			if (!str_eq(at(all[i], 3, now, a),
				at(all[i], 3, now + lasts - 1, b)))
				fail_msg("generator %zu changes within %lld", i,
				    (long long)lasts);
			now += lasts;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_counter_goes_up_by_its_rate_and_wraps),
		cmocka_unit_test(test_a_counter_of_64_bits_does_not_wrap_at_32),
		cmocka_unit_test(test_a_drift_stays_within_and_moves_step_by_step),
		cmocka_unit_test(test_a_drift_of_the_widest_bounds_stays_within),
		cmocka_unit_test(test_an_enumeration_takes_each_value_for_a_period),
		cmocka_unit_test(test_a_flap_comes_once_a_period_for_its_time),
		cmocka_unit_test(test_keys_tell_seed_cpe_and_parameter_apart),
		cmocka_unit_test(test_a_value_lasts_as_long_as_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
