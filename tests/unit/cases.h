/* Tests that go by their names: each row of a table can be a test of its own, so that one that
 * fails is told by its name and a table of what is covered can count it (tests/coverage).
 *
 *     static struct cases cases;
 *
 *     cases_add_rows(&cases, play_scene, scenes);
 *     cases_add(&cases, test_garbage_fails);
 *     return cases_run(&cases, argc, argv, NULL, NULL);
 *
 * A program with the argument "--list" prints the names and runs nothing. */
#pragma once

#include "tests/unit/unit.h"

#include "lib/base/compiler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CASES_MAX = 160 /* of a program */
};

struct case_row {
	const char *name;
	CMUnitTestFunction run;
	const void *row; /* *state of the test */
};

struct cases {
	struct case_row rows[CASES_MAX];
	size_t len;
};

/* The name of the test that runs, for what is noted of it; "" between two. */
static const char *case_name = "";

static inline void case_run(void **state)
{
	const struct case_row *row = *state;
	union {
		const void *given;
		void *taken; /* cmocka has no const here */
	} it = { row->row };

	case_name = row->name;
	*state = it.taken;
	row->run(state);
	case_name = "";
}

static inline void cases_add_named(struct cases *cases, const char *name,
    CMUnitTestFunction run, const void *row)
{
	if (cases->len == CASES_MAX)
		abort();
	cases->rows[cases->len++] = (struct case_row){ name, run, row };
}

#define cases_add(cases, run) cases_add_named(cases, #run, run, NULL)

/* Rows have a name; run() finds its row in *state. */
#define cases_add_rows(cases, run, rows_)                                            \
	do {                                                                         \
		for (size_t n_ = 0; n_ < ARRAY_LEN(rows_); n_++)                     \
			cases_add_named(cases, (rows_)[n_].name, run, &(rows_)[n_]); \
	} while (0)

/* For main(): its exit status. */
static inline int cases_run(struct cases *cases, int argc, char **argv,
    CMFixtureFunction setup, CMFixtureFunction teardown)
{
	struct CMUnitTest tests[CASES_MAX];

	for (size_t i = 0; i < cases->len; i++)
		tests[i] = (struct CMUnitTest){ .name = cases->rows[i].name,
			.test_func = case_run,
			.initial_state = &cases->rows[i] };
	if (argc != 2 || strcmp(argv[1], "--list") != 0)
		return _cmocka_run_group_tests("tests", tests, cases->len, setup,
		    teardown);
	for (size_t i = 0; i < cases->len; i++)
		(void)puts(cases->rows[i].name);
	return 0;
}
