/* Shared by the expect_*.c files. */
#pragma once

#include "lab/expect/expect.h"
#include "lib/base/map.h"

struct finding;

/* Whose something is, by what packets say of a CPE. */
struct expect_who {
	const struct plan *plan;
	const struct expectation *expect;
	struct map by; /* MAC or serial number -> instance + 1 */
	struct arena arena;
};

/* 0 or -ENOMEM; the caller closes it even then. */
int expect_who_open(struct expect_who *who, const struct expect_facts *facts,
    const struct expectation *expect);
void expect_who_close(struct expect_who *who);

/* The instance that the expectation is about; -1: it is none, or nobody knows whose it is. Each of
 * both may be null. */
int64_t expect_who_find(const struct expect_who *who, const char *mac,
    const char *serial);

/* One kind each. */
typedef int expect_judge_fn(const struct expect_facts *facts,
    const struct expect_who *who, const struct expectation *expect,
    struct expect_result *ret);

expect_judge_fn expect_judge_rule, expect_judge_lease, expect_judge_session,
    expect_judge_call;

/* Sets all of *ret; returns 0. */
int expect_say(struct expect_result *ret, enum expect_outcome outcome, uint64_t frame,
    const char *fmt, ...) ATTR_PRINTF(4, 5);
