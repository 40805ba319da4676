/* lab/lesson/sight: so many in a row, of all those whose serial numbers begin alike. */
#include "tests/unit/topology/topologies.h"

#include "capture/analysis/analysis.h"
#include "lab/lesson/sight.h"
#include "lib/base/compiler.h"

/* A fleet of five: the second is turned away, the others are served. */
static void test_so_many_in_a_row(void **state)
{
	const struct {
		const char *cpe;
		uint64_t n, after, frame; /* 0: it is not seen, for that reason */
		const char *text;
	} rows[] = {
		{ "F0*", 3, 0, 50, "frame 50: Inform from F0*" },
		{ "F0*", 4, 0, 0,
		    "frame 20: Inform from F0*: its session did not end as it should; "
		    "then 3 in a row of 4" },
		{ "F0*", 4, 20, 0, "3 in a row of 4" },
		{ "F0*", 2, 30, 50, "frame 50: Inform from F0*" },
		{ "F0*", 2, 60, 0,
		    "no Inform of F0* is in the capture, behind what the goal before has "
		    "shown" },
		{ "F005*", 2, 0, 0, "1 in a row of 2" },
		{ "G*", 2, 0, 0, "no Inform of G* is in the capture yet" },
	};
	static const char serials[5][8] = { "F001", "F002", "F003", "F004", "F005" };
	struct analysis_message informs[5];
	struct analysis_session fleet[5];
	struct topology *topology;
	struct analysis analysis = { .sessions = fleet, .n_sessions = 5 };
	struct facts facts = { .analysis = &analysis };
	struct error err = ERROR_NULL;

	(void)state;
	if (read_topology("name: t\nnodes:\n  sw1: {kind: switch}\n", &topology, &err) <
	    0)
		fail_msg("%s", err.text);
	facts.topology = topology;
	for (size_t i = 0; i < 5; i++) {
		informs[i] = (struct analysis_message){ .kind = MESSAGE_CWMP,
			.from = FROM_CPE,
			.name = "Inform",
			.frame = 10 * (i + 1),
			.first_frame = 10 * (i + 1) };
		fleet[i] = (struct analysis_session){ .id = i + 1,
			.cpe = "100.64.0.1",
			.serial = serials[i],
			.ok = i != 1,
			.messages = &informs[i],
			.n_messages = 1 };
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct sight sight = { .cpe = rows[i].cpe,
			.message = "Inform",
			.is_complete = true,
			.in_a_row = rows[i].n };
		struct goal_result result;
		uint64_t first_frame;

		sight_judge(&facts, &sight, rows[i].after, &result, &first_frame);
		assert_string_equal(result.text, rows[i].text);
		assert_int_equal(result.frame, rows[i].frame);
		assert_int_equal(result.state,
		    rows[i].frame ? GOAL_REACHED : GOAL_OPEN);
	}
	topology_free(topology);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_so_many_in_a_row),
	};

	return cmocka_run_group_tests(tests, enter_source, NULL);
}
