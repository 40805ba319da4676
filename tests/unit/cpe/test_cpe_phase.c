/* When something that recurs is due next. */
#include "tests/unit/unit.h"

#include "agents/cpe/session/phase.h"
#include "lib/base/compiler.h"

#define MINUTE (60 * NS_PER_S)

static void a_reference_time_is_read(void **state)
{
	static const struct {
		const char *text;
		clock_ns phase;
	} times[] = {
		{ "1970-01-02T00:00:01Z", NS_PER_S },
		{ "1970-01-02T00:00:01", NS_PER_S },
		{ "1970-01-02T05:45:01+05:45", NS_PER_S },
		{ "1970-01-02T00:00:01.25Z", NS_PER_S + 250 * NS_PER_MS },
		{ "1969-12-31T23:59:59Z", -NS_PER_S },
		{ "9999-12-31T23:59:59Z", 59 * NS_PER_S },
		{ "0001-01-01T00:00:00Z", PHASE_FREE },
		{ "soon", PHASE_FREE },
		{ "", PHASE_FREE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(times); i++)
		assert_int_equal(phase_of(str_of(times[i].text), MINUTE),
		    times[i].phase);
}

/* Times but for the reference in seconds; last -1: never. */
static const struct row {
	int64_t interval;
	const char *reference;
	int64_t last, now, wall, due;
} rows[] = {
	/* without a phase so long after the last time, or after now */
	{ 60, "", -1, 100, 5000, 160 },
	{ 60, "", 90, 100, 5000, 150 },
	{ 60, "", 40, 100, 5000, 160 },
	{ 60, "", 41, 100, 5000, 101 },
	/* a phase in the past, at its second, and in the future */
	{ 60, "1970-01-01T00:00:00Z", -1, 100, 5 * 60 - 1, 101 },
	{ 60, "1970-01-01T00:00:00Z", 40, 100, 5 * 60, 160 },
	{ 60, "1970-01-01T00:00:00Z", 40, 100, 5 * 60 + 1, 159 },
	{ 86400, "1970-01-11T00:00:00Z", -1, 100, 86400 - 5, 105 },
	{ 86400, "1970-01-01T00:00:10Z", -1, 100, 5, 105 },
	/* before 1970, as late as it can be written, and in the longest interval */
	{ 60, "1969-12-31T23:59:59Z", -1, 100, 5 * 60, 159 },
	{ 60, "9999-12-31T23:59:59Z", -1, 100, 5 * 60, 159 },
	{ UINT32_MAX, "0001-01-02T00:00:00Z", -1, 100, 0, 2288999125 },
};

static void it_is_due_in_its_phase(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		clock_ns interval = row->interval * NS_PER_S;
		clock_ns due =
		    phase_next(interval, phase_of(str_of(row->reference), interval),
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
