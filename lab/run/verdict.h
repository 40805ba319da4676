/* Whether a run held what its topology expects: the analysis of its packets against the
 * expectations, CPE by CPE. Pure. */
#pragma once

#include "lab/expect/expect.h"
#include "lab/plan/plan.h"
#include "lib/base/cleanup.h"

struct analysis;
struct buf;
struct expect_live;
struct loads;
struct sequence_result;
struct step_result;

struct verdict_cpe {
	size_t instance; /* in the plan; SIZE_MAX: it is one of a load test */
	const struct sequence_result *result; /* null: nothing of it was seen */
	/* Its first step that failed; null: none did, or it cannot be judged. */
	const struct step_result *failed;
	bool ok;
};

struct verdict_item { /* one expectation */
	const struct expectation *expect;
	struct verdict_cpe *cpes; /* of a load test those that were seen */
	size_t n_cpes;
	size_t unseen; /* CPEs of load tests of which no session was */
	size_t held;   /* how many of all went all steps */
	size_t needed; /* so many have to */
	/* Of what is no sequence, which has no CPEs here. */
	struct expect_result result;
	bool ok;
};

struct verdict {
	struct verdict_item *items;
	size_t n_items;
	bool ok; /* all of them held */
};

struct verdict_facts { /* all borrowed */
	const struct plan *plan;
	const struct loads
	    *loads; /* say how many CPEs load tests have; null: there are none */
	const struct analysis *analysis;
	const struct expect_live *live; /* readings of the run; null: there were none */
	clock_ns up; /* wall clock: since when the lab was up; 0: it never was */
};

/* *ret points into what facts point to; the caller frees it before them. 0 or -ENOMEM. */
int verdict_make(const struct verdict_facts *facts, struct verdict **ret,
    struct error *err);

/* Whether it is told CPE by CPE. */
static inline bool verdict_is_of_cpes(const struct verdict_item *item)
{
	return item->expect->kind == EXPECT_SEQUENCE;
}

/* All CPEs that the expectation names. */
size_t verdict_cpes(const struct verdict_item *item);

/* What reports call it: its node's name, or of a load test its serial number or address. */
const char *verdict_name_of(const struct verdict_cpe *cpe, const struct plan *plan);

/* Appends what proves, of what is no sequence, that it holds or does not: "frame 12: ...". */
void verdict_put_why(struct buf *out, const struct verdict_item *item);

/* Safe with null. */
void verdict_free(struct verdict *verdict);
DEFINE_CLEANUP(struct verdict *, verdict_free)
