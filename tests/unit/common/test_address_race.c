#include "tests/unit/unit.h"

#include "agents/common/dial/address_race.h"

#include "lib/base/compiler.h"

#define MS NS_PER_MS

enum {
	STEPS_MAX = 10
};

struct row_step {
	enum address_race_event event;
	clock_ns at; /* ms */
	enum address_race_do due;
	size_t begun;
	clock_ns timer; /* ms; -1: not armed */
};

static void test_attempts_begin_and_end_as_the_table_says(void **state)
{
	static const struct {
		const char *name;
		size_t n, n_steps;
		struct row_step steps[STEPS_MAX];
	} rows[] = {
		{ "one address has nobody to wait for", 1, 3,
		    { { RACE_START, 0, RACE_BEGIN, 1, -1 },
			{ RACE_TIMER, 9999, RACE_WAIT, 1, -1 },
			{ RACE_FAILED, 10000, RACE_GIVE_UP, 1, -1 } } },
		{ "the second begins a quarter of a second later", 2, 5,
		    { { RACE_START, 100, RACE_BEGIN, 1, 350 },
			{ RACE_TIMER, 349, RACE_WAIT, 1, 350 },
			{ RACE_TIMER, 350, RACE_BEGIN, 2, -1 },
			{ RACE_WON, 360, RACE_CLOSE, 2, -1 },
			{ RACE_WON, 361, RACE_WAIT, 2, -1 } } },
		{ "one that stands in time leaves the second unasked", 2, 3,
		    { { RACE_START, 0, RACE_BEGIN, 1, 250 },
			{ RACE_WON, 249, RACE_CLOSE, 1, -1 },
			{ RACE_TIMER, 250, RACE_WAIT, 1, -1 } } },
		{ "behind a failure the next begins at once", 3, 5,
		    { { RACE_START, 0, RACE_BEGIN, 1, 250 },
			{ RACE_FAILED, 10, RACE_BEGIN, 2, 260 },
			{ RACE_TIMER, 260, RACE_BEGIN, 3, -1 },
			{ RACE_FAILED, 300, RACE_WAIT, 3, -1 },
			{ RACE_FAILED, 400, RACE_GIVE_UP, 3, -1 } } },
		{ "the last may win when all others have failed", 2, 4,
		    { { RACE_START, 0, RACE_BEGIN, 1, 250 },
			{ RACE_TIMER, 250, RACE_BEGIN, 2, -1 },
			{ RACE_FAILED, 300, RACE_WAIT, 2, -1 },
			{ RACE_WON, 5000, RACE_CLOSE, 2, -1 } } },
		{ "a failure behind the end says nothing", 2, 4,
		    { { RACE_START, 0, RACE_BEGIN, 1, 250 },
			{ RACE_TIMER, 250, RACE_BEGIN, 2, -1 },
			{ RACE_WON, 260, RACE_CLOSE, 2, -1 },
			{ RACE_FAILED, 270, RACE_WAIT, 2, -1 } } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct address_race race;

		print_message("%s\n", rows[i].name);
		address_race_init(&race, rows[i].n);
		for (size_t k = 0; k < rows[i].n_steps; k++) {
			const struct row_step *step = &rows[i].steps[k];

			assert_int_equal(address_race_step(&race, step->event,
					     step->at * MS),
			    step->due);
			assert_int_equal(race.begun, step->begun);
			assert_true(race.due ==
				    (step->timer < 0 ? INT64_MAX : step->timer * MS));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attempts_begin_and_end_as_the_table_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
