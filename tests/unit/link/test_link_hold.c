/* Frames on the timing wheel: none early, none lost, in their order. */
#include "tests/unit/unit.h"

#include "agents/link/hold.h"
#include "lib/base/compiler.h"
#include "lib/base/rng.h"

#include <stdlib.h>
#include <string.h>

static struct hold *start(clock_ns now)
{
	struct hold *hold = malloc(sizeof(*hold));

	assert_non_null(hold);
	hold_init(hold, now);
	return hold;
}

static void end(struct hold *hold)
{
	hold_free(hold);
	assert_int_equal(hold->n, 0);
	assert_int_equal(hold->bytes, 0);
	free(hold);
}

static void put(struct hold *hold, clock_ns at, uint8_t number)
{
	static const struct virtio_net_hdr none;

	assert_true(hold_put(hold, at, hold, &none, &number, 1));
}

/* -1: none is due. */
static int take(struct hold *hold, clock_ns now)
{
	struct held *held = hold_take(hold, now);
	int number = held ? held->bytes[0] : -1;

	if (held)
		assert_true(held->at <= now);
	free(held);
	return number;
}

static void test_a_frame_leaves_at_its_time_and_not_before(void **state)
{
	static const clock_ns times[] = { 0, 1, HOLD_SLOT_NS - 1, HOLD_SLOT_NS,
		20 * NS_PER_MS, (clock_ns)HOLD_SLOTS * HOLD_SLOT_NS - 1,
		(clock_ns)HOLD_SLOTS * HOLD_SLOT_NS,
		(clock_ns)HOLD_SLOTS * HOLD_SLOT_NS + 1, 60 * NS_PER_S };
	const clock_ns now = 12345 * NS_PER_MS + 6789;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		struct hold *hold = start(now);

		assert_int_equal(hold_next(hold), INT64_MAX);
		put(hold, now + times[i], 7);
		assert_true(hold_next(hold) <= now + times[i]);
		assert_int_equal(take(hold, now + times[i] - 1), -1);
		assert_int_equal(take(hold, now + times[i]), 7);
		assert_int_equal(take(hold, INT64_MAX / 2), -1);
		end(hold);
	}
}

/* Whoever sleeps until hold_next() wakes for each frame at its time, and not much oftener. */
static void test_who_wakes_when_told_is_never_late(void **state)
{
	const clock_ns start_at = 5 * NS_PER_S + 1;
	struct hold *hold = start(start_at);
	struct rng rng = rng_make(15, 2);
	clock_ns now = start_at;
	unsigned left = 200, wakes = 0;

	(void)state;
	for (unsigned i = 0; i < left; i++)
		put(hold,
		    start_at + (clock_ns)rng_between(&rng, 0, 3 * (uint64_t)NS_PER_S),
		    (uint8_t)i);
	while (left > 0) {
		clock_ns next = hold_next(hold);
		struct held *held;

		assert_true(next < INT64_MAX);
		now = MAX(now, next);
		wakes++;
		while ((held = hold_take(hold, now))) {
			assert_true(held->at <= now && held->at > now - HOLD_SLOT_NS);
			free(held);
			left--;
		}
		assert_true(wakes < 10000);
	}
	end(hold);
}

static void test_frames_of_the_same_time_keep_their_order(void **state)
{
	struct hold *hold = start(0);

	(void)state;
	for (uint8_t i = 0; i < 100; i++)
		put(hold, NS_PER_MS, i);
	for (int i = 0; i < 100; i++)
		assert_int_equal(take(hold, NS_PER_MS), i);
	assert_int_equal(take(hold, NS_PER_MS), -1);
	end(hold);
}

static void test_frames_of_a_later_turn_hide_none(void **state)
{
	const clock_ns turn = (clock_ns)HOLD_SLOTS * HOLD_SLOT_NS;
	struct hold *hold = start(0);

	(void)state;
	put(hold, turn + 10, 1);
	put(hold, 10, 2);
	put(hold, 2 * turn + 10, 3);
	assert_int_equal(take(hold, 10), 2);
	assert_int_equal(take(hold, turn + 9), -1);
	assert_int_equal(take(hold, turn + 10), 1);
	/* After a rest of many turns. */
	assert_int_equal(take(hold, 1000 * turn), 3);
	end(hold);
}

static void test_a_frame_that_is_late_leaves_next(void **state)
{
	struct hold *hold = start(NS_PER_S);

	(void)state;
	assert_int_equal(take(hold, 2 * NS_PER_S), -1);
	put(hold, NS_PER_S, 9);
	assert_int_equal(take(hold, 2 * NS_PER_S), 9);
	end(hold);
}

static void test_as_many_bytes_are_held_as_may_be_and_no_more(void **state)
{
	static const struct virtio_net_hdr none;
	static const uint8_t bytes[11];
	struct hold *hold = start(0);
	size_t others = HOLD_BYTES_MAX - sizeof(struct held) - 10;

	(void)state;
	hold->bytes = others;
	assert_false(hold_put(hold, 1, NULL, &none, bytes, 11));
	assert_true(hold_put(hold, 1, NULL, &none, bytes, 10));
	assert_int_equal(hold->bytes, HOLD_BYTES_MAX);
	assert_false(hold_put(hold, 1, NULL, &none, bytes, 0));
	free(hold_take(hold, 1));
	assert_int_equal(hold->bytes, others);
	end(hold);
}

/* Wherever they stand among others, in slots that they share. */
static void test_frames_to_who_has_gone_are_forgotten(void **state)
{
	static const struct virtio_net_hdr none;
	static const clock_ns times[] = { 1, 2, 3, HOLD_SLOT_NS * 5, 20 * NS_PER_MS };
	struct hold *hold = start(0);
	const uint8_t gone = 9;
	int who;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		assert_true(hold_put(hold, times[i], &who, &none, &gone, 1));
		put(hold, times[i], (uint8_t)i);
		assert_true(hold_put(hold, times[i], &who, &none, &gone, 1));
	}
	assert_true(hold_put(hold, 40 * NS_PER_MS, &who, &none, &gone, 1));
	hold_forget(hold, &who);
	assert_int_equal(hold->n, ARRAY_LEN(times));
	put(hold, 1, 7);
	for (size_t i = 0; i < ARRAY_LEN(times); i++)
		assert_int_equal(take(hold, 10 * NS_PER_MS), i < 3    ? (int)i
							     : i == 3 ? 7
								      : 3);
	assert_int_equal(take(hold, 20 * NS_PER_MS), 4);
	assert_int_equal(hold_next(hold), INT64_MAX);
	end(hold);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_frame_leaves_at_its_time_and_not_before),
		cmocka_unit_test(test_who_wakes_when_told_is_never_late),
		cmocka_unit_test(test_frames_of_the_same_time_keep_their_order),
		cmocka_unit_test(test_frames_of_a_later_turn_hide_none),
		cmocka_unit_test(test_a_frame_that_is_late_leaves_next),
		cmocka_unit_test(test_as_many_bytes_are_held_as_may_be_and_no_more),
		cmocka_unit_test(test_frames_to_who_has_gone_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
