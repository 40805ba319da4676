/* Whether what a topology expects beside sequences is so: from the packets (rules, leases, how long
 * sessions take, calls) by expect_judge(), which is pure, or from readings in nodes while the lab is
 * up (ports, commands) by expect_live.h. Each says what proves it. */
#pragma once

#include "lab/plan/plan.h"

struct analysis;

enum {
	EXPECT_TEXT_MAX = 700
};

enum expect_outcome {
	EXPECT_UNDECIDED,
	EXPECT_HELD,
	EXPECT_BROKEN,
	EXPECT_NOT_JUDGED /* nobody can say, which is no success */
};

struct expect_result {
	enum expect_outcome outcome;
	uint64_t frame;             /* that proves it; 0: none */
	char text[EXPECT_TEXT_MAX]; /* the evidence, in one line */
};

struct expect_facts {
	const struct plan *plan;
	const struct analysis *analysis;
	clock_ns up; /* wall clock: since when the lab is up; 0: it never was */
};

/* Whether the packets decide it, not a reading. */
bool expect_is_of_packets(enum expectation_kind kind);

/* The same of nothing but what is no sequence: those have a verdict CPE by CPE. 0 or -ENOMEM. */
int expect_judge(const struct expect_facts *facts, const struct expectation *expect,
    struct expect_result *ret);
