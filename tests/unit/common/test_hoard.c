/* agents/common/hoard: who has to give way when too much memory is held. */
#include "tests/unit/unit.h"

#include "agents/common/hoard.h"

static void all_within_the_bound_may_stay(void **state)
{
	struct hoarder a, b;
	struct hoard hoard;

	(void)state;
	hoard_init(&hoard, 1000);
	hoarder_init(&a);
	hoarder_init(&b);
	hoard_note(&hoard, &a, 600);
	hoard_note(&hoard, &b, 400);
	assert_null(hoard_excess(&hoard));

	hoard_note(&hoard, &b, 401);
	assert_ptr_equal(hoard_excess(&hoard), &a);
	hoard_note(&hoard, &a, 0);
	assert_null(hoard_excess(&hoard));
	assert_int_equal(hoard.bytes, 401);
}

/* Whoever came last, and however many small ones there are. */
static void the_largest_gives_way(void **state)
{
	struct hoarder small[100], large;
	struct hoard hoard;

	(void)state;
	hoard_init(&hoard, 1000);
	for (size_t i = 0; i < ARRAY_LEN(small); i++)
		hoarder_init(&small[i]);
	hoarder_init(&large);
	hoard_note(&hoard, &large, 100);
	for (size_t i = 0; i < ARRAY_LEN(small); i++)
		hoard_note(&hoard, &small[i], 10);

	assert_ptr_equal(hoard_excess(&hoard), &large);
	hoard_note(&hoard, &large, 0);
	assert_null(hoard_excess(&hoard));
}

/* Of those that hold about as much, the one that has held it longest. */
static void those_that_grow_are_looked_at_anew(void **state)
{
	struct hoarder a, b;
	struct hoard hoard;

	(void)state;
	hoard_init(&hoard, 10);
	hoarder_init(&a);
	hoarder_init(&b);
	hoard_note(&hoard, &a, 8);
	hoard_note(&hoard, &b, 9);
	assert_ptr_equal(hoard_excess(&hoard), &a);
	hoard_note(&hoard, &b, 16);
	assert_ptr_equal(hoard_excess(&hoard), &b);
	hoard_note(&hoard, &a, SIZE_MAX / 2);
	assert_ptr_equal(hoard_excess(&hoard), &a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_within_the_bound_may_stay),
		cmocka_unit_test(the_largest_gives_way),
		cmocka_unit_test(those_that_grow_are_looked_at_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
