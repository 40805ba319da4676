/* When something that recurs is due next. */
#include "tests/unit/unit.h"

#include "agents/cpe/session/phase.h"
#include "lib/base/compiler.h"

#define DAY 86400

static void a_reference_time_is_read(void **state)
{
	(void)state;
	assert_int_equal(phase_of(STR("1970-01-02T00:00:01Z")), DAY + 1);
	assert_int_equal(phase_of(STR("1969-12-31T23:59:59Z")), -1);
	assert_int_equal(phase_of(STR("9999-12-31T23:59:59Z")), 253402300799);
	assert_int_equal(phase_of(STR("0001-01-01T00:00:00Z")), PHASE_FREE);
	assert_int_equal(phase_of(STR("soon")), PHASE_FREE);
	assert_int_equal(phase_of(STR("")), PHASE_FREE);
}

/* All in seconds; last -1: never. */
static const struct row {
	int64_t interval, phase, last, now, wall, due;
} rows[] = {
	/* without a phase so long after the last time, or after now */
	{ 60, PHASE_FREE, -1, 100, 5000, 160 },
	{ 60, PHASE_FREE, 90, 100, 5000, 150 },
	{ 60, PHASE_FREE, 40, 100, 5000, 160 },
	{ 60, PHASE_FREE, 41, 100, 5000, 101 },
	/* a phase in the past, at its second, and in the future */
	{ 60, 0, -1, 100, 5 * 60 - 1, 101 },
	{ 60, 0, 40, 100, 5 * 60, 160 },
	{ 60, 0, 40, 100, 5 * 60 + 1, 159 },
	{ DAY, 10 * DAY, -1, 100, DAY - 5, 105 },
	{ DAY, 10, -1, 100, 5, 105 },
	/* before 1970, as late as it can be written, and in the longest interval */
	{ 60, -1, -1, 100, 5 * 60, 159 },
	{ 60, 253402300799, -1, 100, 5 * 60, 159 },
	{ UINT32_MAX, -62135596799, -1, 100, 0, 2288912726 },
};

static void it_is_due_in_its_phase(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		clock_ns due = phase_next(row->interval * NS_PER_S, row->phase,
		    row->last < 0 ? INT64_MAX : row->last * NS_PER_S,
		    row->now * NS_PER_S, row->wall * NS_PER_S);

		if (due != row->due * NS_PER_S)
			fail_msg("row %zu: %lld s", i, (long long)(due / NS_PER_S));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reference_time_is_read),
		cmocka_unit_test(it_is_due_in_its_phase),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
