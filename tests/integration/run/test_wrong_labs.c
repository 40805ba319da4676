/* Each wrong lab, one row: figure-2 with one thing wrong. The report names the first step
 * that failed, at which layer, and why; every CPE goes the same way. A lab is ended once
 * each of its CPEs has had a session that failed.
 *
 *   cpe (3) ── sw1 ── dhcp, dns, acs1, acs2 */
#include "tests/support/labrun.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum {
	CPES = 3
};

struct wrong_lab {
	const char *name;
	const char *topology;
	struct change changes[LABRUN_CHANGES_MAX];
	unsigned step;
	const char *layer;
	const char *why; /* a part of it */
};

#include "wrong_labs.inc"

static void test_wrong_lab_is_explained(void **state)
{
	const struct wrong_lab *row = *state;
	struct labrun run;
	json_t *failure;

	labrun_prepare(&run, row->topology, row->changes);
	labrun_go_until(&run, "\"ok\":false", CPES);

	print_message("%s\n", buf_cstr(&run.output));
	assert_int_equal(run.status, 1);
	assert_non_null(run.report);
	assert_true(json_is_false(json_object_get(run.report, "ok")));
	assert_int_equal(json_array_size(json_object_get(run.report, "sequences")),
	    CPES);
	for (size_t cpe = 0; cpe < CPES; cpe++) {
		failure = labrun_first_failure(&run, cpe);
		assert_non_null(failure);
		assert_int_equal(json_integer_value(json_object_get(failure, "step")),
		    row->step);
		assert_string_equal(labrun_text(failure, "layer"), row->layer);
		if (!strstr(labrun_text(failure, "why"), row->why))
			fail_msg("why is \"%s\", not \"...%s...\"",
			    labrun_text(failure, "why"), row->why);
		assert_true(json_integer_value(json_object_get(failure, "frame")) > 0);
	}
	labrun_free(&run);
}

/* With an argument only the rows whose names contain it. */
int main(int argc, char **argv)
{
	struct CMUnitTest tests[ARRAY_LEN(wrong_labs)];
	size_t n = 0;

	labrun_setup();
	for (size_t i = 0; i < ARRAY_LEN(wrong_labs); i++) {
		if (argc > 1 && !strstr(wrong_labs[i].name, argv[1]))
			continue;
		tests[n++] = (struct CMUnitTest){ wrong_labs[i].name,
			test_wrong_lab_is_explained, NULL, NULL,
			(void *)(uintptr_t)&wrong_labs[i] };
	}
	return _cmocka_run_group_tests("wrong labs", tests, n, NULL, NULL);
}
