/* agents/acs/tasks/task_places, against a plain array of the same numbers. */
#include "tests/unit/unit.h"

#include "agents/acs/tasks/task_queue.h"
#include "lib/base/compiler.h"
#include "lib/base/rng.h"

enum {
	N_IDS = 300,
	N_STEPS = 20000
};

static struct task tasks[N_IDS]; /* of those that are in, by their numbers */
static bool is_in[N_IDS];

static const struct task *after(uint64_t id)
{
	for (size_t i = id + 1; i < N_IDS; i++) {
		if (is_in[i])
			return &tasks[i];
	}
	return NULL;
}

static void test_each_is_found_by_its_number(void **state)
{
	struct task_places places = { .len = 0 };
	struct rng rng = rng_make(7, 0);
	size_t n = 0;

	(void)state;

	for (unsigned i = 0; i < N_STEPS; i++) {
		uint64_t id = rng_between(&rng, 0, N_IDS - 1),
			 other = rng_between(&rng, 0, N_IDS - 1);

		if (is_in[id])
			task_places_leave(&places, id);
		else
			assert_int_equal(task_places_take(&places, id, &tasks[id]), 0);
		is_in[id] = !is_in[id];
		n += is_in[id] ? 1 : (size_t)-1;
		assert_int_equal(places.n_left, n);
		assert_ptr_equal(task_places_find(&places, other),
		    is_in[other] ? &tasks[other] : NULL);
		assert_ptr_equal(task_places_after(&places, other), after(other));
	}
	task_places_leave(&places, N_IDS);
	assert_int_equal(places.n_left, n);
	assert_null(task_places_after(&places, UINT64_MAX));
	task_places_free(&places);
	task_places_free(&places);
}

/* What comes and goes for years takes no more room than what is there at a time. */
static void test_those_that_have_left_make_room(void **state)
{
	struct task_places places = { .len = 0 };
	static struct task task;

	(void)state;
	for (uint64_t id = 1; id <= 100000; id++) {
		assert_int_equal(task_places_take(&places, id, &task), 0);
		if (id > 100)
			task_places_leave(&places, id - 100);
	}
	assert_int_equal(places.n_left, 100);
	assert_true(places.cap <= 256);
	assert_null(task_places_find(&places, 99900));
	assert_non_null(task_places_find(&places, 99901));
	task_places_free(&places);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_is_found_by_its_number),
		cmocka_unit_test(test_those_that_have_left_make_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
