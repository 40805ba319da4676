/* lab/kernel/netem: what becomes of a link's figures in the kernel's units. */
#include "tests/unit/unit.h"

#include "lab/kernel/netem.h"

static void test_shares_are_of_all_32_bits(void **state)
{
	(void)state;
	assert_int_equal(netem_share(0), 0);
	assert_int_equal(netem_share(1), 4294);
	assert_int_equal(netem_share(20000), 85899345);
	assert_int_equal(netem_share(500000), 2147483647);
	assert_int_equal(netem_share(IMPAIR_MILLION), UINT32_MAX);
}

static void test_a_bucket_holds_a_frame_and_what_a_late_timer_leaves(void **state)
{
	struct impair impair = { .rate = 1000000 };

	(void)state;
	assert_int_equal(netem_bucket(&impair), IMPAIR_BUCKET_LEAST + 500);
	impair.bucket = 64;
	assert_int_equal(netem_bucket(&impair), IMPAIR_BUCKET_LEAST + 500);
	impair.bucket = IMPAIR_BUCKET_LEAST + 501;
	assert_int_equal(netem_bucket(&impair), IMPAIR_BUCKET_LEAST + 501);
	impair.rate = UINT64_C(1000000000);
	assert_int_equal(netem_bucket(&impair), IMPAIR_BUCKET_LEAST + 500000);
	impair.rate = IMPAIR_RATE_MAX;
	assert_int_equal(netem_bucket(&impair), IMPAIR_BUCKET_LEAST + 50000000);
}

static void test_a_queue_of_packets_is_one_of_bytes(void **state)
{
	struct impair impair = { .rate = 1000000 };

	(void)state;
	assert_int_equal(netem_queue(&impair), IMPAIR_QUEUE_DEFAULT * 1514);
	impair.queue = 10;
	assert_int_equal(netem_queue(&impair), 15140);
	impair.queue_bytes = 15139;
	assert_int_equal(netem_queue(&impair), 15139);
	impair.queue_bytes = 15141;
	assert_int_equal(netem_queue(&impair), 15140);
	impair.queue = IMPAIR_QUEUE_MAX;
	impair.queue_bytes = 0;
	assert_int_equal(netem_queue(&impair), 151400000);
}

/* With tbf what goes at once is in the queue for a moment. */
static void test_a_queue_has_room_for_what_the_bucket_lets_go(void **state)
{
	struct impair impair = { .rate = 1000000, .queue_bytes = 64 };

	(void)state;
	assert_int_equal(netem_queue(&impair), IMPAIR_BUCKET_LEAST + 500);
	impair.queue_bytes = IMPAIR_BUCKET_LEAST + 501;
	assert_int_equal(netem_queue(&impair), IMPAIR_BUCKET_LEAST + 501);
	impair.queue_bytes = 0;
	impair.queue = 1;
	assert_int_equal(netem_queue(&impair), IMPAIR_BUCKET_LEAST + 500);
	impair.rate = UINT64_C(1000000000); /* a bucket of 500,000 and a frame */
	assert_int_equal(netem_queue(&impair), 65550);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares_are_of_all_32_bits),
		cmocka_unit_test(
		    test_a_bucket_holds_a_frame_and_what_a_late_timer_leaves),
		cmocka_unit_test(test_a_queue_of_packets_is_one_of_bytes),
		cmocka_unit_test(test_a_queue_has_room_for_what_the_bucket_lets_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
